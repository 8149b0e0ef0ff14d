"""C's types as values.

Every type but `Record` is a frozen value: comparable, hashable, printable. A `Record` (struct or union) is
nominal, as in C: it may be declared first and completed once, and is equal only to itself. That is what
lets a struct point to itself. Nothing here knows a register, a Python object or a machine; sizes come from
`layout`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import DeclarationError
from ..record import dataclass, field, replace
from .byteorder import ByteOrder

__all__ = [
    "Array",
    "CType",
    "Complex",
    "Enum",
    "Field",
    "Float",
    "Function",
    "Integer",
    "Parameter",
    "Pointer",
    "Qualified",
    "Record",
    "Swapped",
    "Vector",
    "Void",
    "declare",
    "natural",
]


#: Qualifiers in the order in which they are written.
QUALIFIER_ORDER = ("const", "volatile", "restrict", "_Atomic")


class CType:
    """The root of C's types. `str()` is the type as C writes it (an abstract declarator)."""

    __slots__ = ()

    def written(self, inner: str) -> tuple[str, str]:
        """The words that a declaration begins with, and the declarator around `inner`, which is what is declared:
        declarators are written from the inside out (C11 6.7.6)."""
        raise TypeError(f"not a C type: {type(self).__name__}")

    def __str__(self) -> str:
        return declare(self, "")


@dataclass(frozen=True, slots=True)
class Void(CType):
    """`void`: the result of a function that gives none, and what `void *` points to."""

    def written(self, inner: str) -> tuple[str, str]:
        return "void", inner

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Integer(CType):
    """An integer type.

    `rank` says how wide it is: "bool", "char", "short", "int", "long", "long long", "pointer" (as wide as a
    pointer), "wchar", or the exact width in bits "8", "16", "32", "64", "128".
    `signed` is None where the platform decides: plain `char` and `wchar_t`.
    """

    name: str
    rank: str
    signed: bool | None

    def written(self, inner: str) -> tuple[str, str]:
        return self.name, inner

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Float(CType):
    """A real floating type. `format`: "binary16", "bfloat16", "binary32", "binary64", "long", "binary128"."""

    name: str
    format: str

    def written(self, inner: str) -> tuple[str, str]:
        return self.name, inner

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Complex(CType):
    """`float`, `double` or `long double` `_Complex`: two of `part`, real first."""

    part: Float

    def written(self, inner: str) -> tuple[str, str]:
        return f"{self.part.name} _Complex", inner

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Vector(CType):
    """A short vector: `count` lanes of `lane` (GNU `vector_size`, `__m128`, `float32x4_t`)."""

    lane: Integer | Float
    count: int
    name: str | None = None

    def written(self, inner: str) -> tuple[str, str]:
        size = f"{self.count} * sizeof({self.lane.name})"
        return self.name or f"{self.lane.name} __attribute__((vector_size({size})))", inner

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Qualified(CType):
    """A type with qualifiers, a subset of {"const", "volatile", "restrict", "_Atomic"}."""

    type: CType
    qualifiers: frozenset[str]

    def written(self, inner: str) -> tuple[str, str]:
        words = " ".join(q for q in QUALIFIER_ORDER if q in self.qualifiers)
        if isinstance(self.type, Pointer):  # const after the star qualifies the pointer
            return self.type.written(f"{words} {inner}".rstrip())
        base, declarator = self.type.written(inner)
        return f"{words} {base}", declarator

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Pointer(CType):
    """A pointer; `target` may be qualified (`const char *` is a Pointer to a Qualified char)."""

    target: CType

    def written(self, inner: str) -> tuple[str, str]:
        """In parentheses where the target's own declarator follows the name. A function's convention goes into them:
        before them it would be that of the outermost function."""
        target = self.target
        if isinstance(target, Function) and target.convention:
            inner = f"(__attribute__(({target.convention})) *{inner})"
            return replace(target, convention=None).written(inner)
        return target.written(f"(*{inner})" if isinstance(target, (Array, Function)) else f"*{inner}")

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Array(CType):
    """`length` elements; None is an array of unknown length (a flexible member, or `extern int a[]`)."""

    element: CType
    length: int | None

    def written(self, inner: str) -> tuple[str, str]:
        return self.element.written(f"{inner}[{'' if self.length is None else self.length}]")

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Enum(CType):
    """An enumeration: its constants by name, and the integer type that holds them. `name` is a typedef's name
    for an enumeration without a tag."""

    tag: str | None
    underlying: Integer
    constants: tuple[tuple[str, int], ...]
    name: str | None = None

    def written(self, inner: str) -> tuple[str, str]:
        if self.tag:
            return f"enum {self.tag}", inner
        constants = ", ".join(f"{name} = {value}" for name, value in self.constants)
        return self.name or f"enum {{ {constants} }}", inner

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Swapped(CType):
    """A number in memory in the byte order that is not the machine's: a member, or an item of an array that is one, of a
    record with an order of its own. `type` is an Integer, Enum, Float or Complex. C has no word for it but the record's
    attribute."""

    type: CType
    order: ByteOrder

    def written(self, inner: str) -> tuple[str, str]:
        base, declarator = self.type.written(inner)
        return f"{self.order} {base}", declarator

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a record. `name` is None for an anonymous member, `bits` the width of a bit-field,
    `align` an explicit `_Alignas`/`aligned` in bytes (0: none), `packed` the attribute on the member."""

    name: str | None
    type: CType
    bits: int | None = None
    align: int = 0
    packed: bool = False

    def __str__(self) -> str:
        text = declare(self.type, self.name or "")
        if self.bits is not None:
            text += f" : {self.bits}"
        words = ["packed"] * self.packed + [f"aligned({self.align})"] * (self.align > 0)
        return f"{text} __attribute__(({', '.join(words)}))" if words else text


class Record(CType):
    """A struct or union.

    `kind` is "struct" or "union"; `tag` the C tag; `name` a typedef's name for a record without a tag;
    `fields` is None until `complete` is called, once. `pack` caps member alignment (`#pragma pack(n)`; 0:
    none), `align` raises the record's (0: none), `microsoft` asks for `ms_struct` layout. A record with the
    attribute `packed` is one whose fields all are `packed`. `order` is the byte order that `scalar_storage_order` gives
    it, or None: its fields have it already (`in_order`). `aliases` are other names of members: each with the
    way to the member, of names and of numbers of items (`st_mtime` is `st_mtim`, `tv_sec`). `found` is what `layout` has
    found out about the members; it goes with the record.
    """

    __slots__ = (
        "__weakref__", "_fields", "aliases", "align", "found", "kind", "microsoft", "name", "order", "pack", "tag",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        tag: str | None = None,
        fields: Iterable[Field] | None = None,
        *,
        name: str | None = None,
        pack: int = 0,
        align: int = 0,
        microsoft: bool = False,
        order: ByteOrder | None = None,
    ) -> None:
        self.kind = kind
        self.tag = tag
        self.name = name
        self.pack = pack
        self.align = align
        self.microsoft = microsoft
        self.order = order
        self.aliases: dict[str, tuple[str | int, ...]] = {}
        self.found: dict[object, object] = {}
        self._fields: tuple[Field, ...] | None = None
        if fields is not None:
            self.complete(fields)

    @property
    def fields(self) -> tuple[Field, ...] | None:
        """The members in C's order; None while the type is incomplete."""
        return self._fields

    @property
    def is_union(self) -> bool:
        return self.kind == "union"

    def complete(
        self,
        fields: Iterable[Field],
        *,
        pack: int = 0,
        align: int = 0,
        microsoft: bool = False,
        order: ByteOrder | None = None,
    ) -> None:
        """Give the record its members, once. Raises DeclarationError on a second time, and on two members
        of one name."""
        if self._fields is not None:
            raise DeclarationError(f"redefinition of {self}")
        members = tuple(fields)
        seen: set[str] = set()
        for member in members:
            if member.name is not None and member.name in seen:
                raise DeclarationError(f"{self} has two members named {member.name!r}")
            if member.name is not None:
                seen.add(member.name)
        self.pack = pack or self.pack
        self.align = align or self.align
        self.microsoft = microsoft or self.microsoft
        self.order = order or self.order
        self._fields = members

    def reopen(self) -> None:
        """Take the members away again: for a declaration that failed before anyone could see them. What `compatible`
        remembers of it is to be forgotten then (its `forget`)."""
        self._fields = None
        self.aliases, self.found = {}, {}
        self.pack = self.align = 0
        self.microsoft, self.order = False, None

    def written(self, inner: str) -> tuple[str, str]:
        return (f"{self.kind} {self.tag}" if self.tag else self.name or self.definition()), inner

    def definition(self) -> str:
        """The record with its members, on one line. C has no attribute for `#pragma pack`: it is shown in a comment."""
        words = [f"aligned({self.align})"] * (self.align > 0) + ["ms_struct"] * self.microsoft
        if self.order is not None:
            words.append(f'scalar_storage_order("{self.order}")')
        head = [self.kind, f"__attribute__(({', '.join(words)}))" if words else "", self.tag or ""]
        if self._fields is not None:
            head.append("{ " + "".join(f"{self._plain(field)}; " for field in self._fields) + "}")
            head.append(f"/* #pragma pack({self.pack}) */" if self.pack else "")
        return " ".join(word for word in head if word)

    def _plain(self, field: Field) -> Field:
        """A field as C declares it: what the record's attribute says of its type is left out."""
        return field if self.order is None else replace(field, type=natural(field.type))

    def __repr__(self) -> str:
        return f"<{self}>" if self._fields is not None else f"<{self} (incomplete)>"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A function's parameter; `name` is "" where the prototype gives none.

    `declared` is the array that the prototype writes and C passes as a pointer to its first item (C11 6.7.6.3 p7),
    without a length where it says none: None for other parameters. It is no part of the type.
    """

    name: str
    type: CType
    declared: Array | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return declare(self.type, self.name)


@dataclass(frozen=True, slots=True)
class Function(CType):
    """A function type. `convention` is None for the target's own, else a name such as "ms_abi", "stdcall".

    `prototyped` is false for `int f()`, which C before C23 calls with any arguments, promoted: it has no parameters.
    """

    result: CType
    parameters: tuple[Parameter, ...]
    variadic: bool = False
    convention: str | None = None
    prototyped: bool = True

    @property
    def takes_any(self) -> bool:
        """Whether a call may have more arguments than there are parameters."""
        return self.variadic or not self.prototyped

    def written(self, inner: str) -> tuple[str, str]:
        parameters = ", ".join(str(p) for p in self.parameters) or ("void" if self.prototyped else "")
        if self.variadic:
            parameters = "..." if not self.parameters else f"{parameters}, ..."
        convention = f"__attribute__(({self.convention})) " if self.convention else ""
        return self.result.written(f"{convention}{inner}({parameters})")

    __str__ = CType.__str__


def natural(type: CType) -> CType:
    """A type whose numbers are in the machine's byte order; of a record, which has its own, the record."""
    if isinstance(type, Swapped):
        return type.type
    if isinstance(type, Qualified):
        return replace(type, type=natural(type.type))
    return replace(type, element=natural(type.element)) if isinstance(type, Array) else type


def declare(type: CType, name: str = "") -> str:
    """The declaration of `name` with `type`, the inverse of parsing; without a name, the type itself
    (`int (*)(double)`)."""
    base, declarator = type.written(name)
    return f"{base} {declarator}".rstrip() if declarator else base
