"""C's types as values.

Every type but `Record` is a frozen value: comparable, hashable, printable. A `Record` (struct or union) is
nominal, as in C: it may be declared first and completed once, and is equal only to itself. That is what
lets a struct point to itself. Nothing here knows a register, a Python object or a machine; sizes come from
`layout`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import DeclarationError

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
    "Vector",
    "Void",
]


class CType:
    """The root of C's types. `str()` gives the type as C writes it (an abstract declarator)."""

    __slots__ = ()

    def __str__(self) -> str:
        from .text import declare

        return declare(self)


@dataclass(frozen=True, slots=True)
class Void(CType):
    """`void`: the result of a function that gives none, and what `void *` points to."""

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

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Float(CType):
    """A real floating type. `format`: "binary16", "bfloat16", "binary32", "binary64", "long", "binary128"."""

    name: str
    format: str

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Complex(CType):
    """`float`, `double` or `long double` `_Complex`: two of `part`, real first."""

    part: Float

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Vector(CType):
    """A short vector: `count` lanes of `lane` (GNU `vector_size`, `__m128`, `float32x4_t`)."""

    lane: Integer | Float
    count: int
    name: str | None = None

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Qualified(CType):
    """A type with qualifiers, a subset of {"const", "volatile", "restrict", "_Atomic"}."""

    type: CType
    qualifiers: frozenset[str]

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Pointer(CType):
    """A pointer; `target` may be qualified (`const char *` is a Pointer to a Qualified char)."""

    target: CType

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Array(CType):
    """`length` elements; None is an array of unknown length (a flexible member, or `extern int a[]`)."""

    element: CType
    length: int | None

    __str__ = CType.__str__


@dataclass(frozen=True, slots=True)
class Enum(CType):
    """An enumeration: its constants by name, and the integer type that holds them. `name` is a typedef's name
    for an enumeration without a tag."""

    tag: str | None
    underlying: Integer
    constants: tuple[tuple[str, int], ...]
    name: str | None = None

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
        from .text import declare

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
    attribute `packed` is one whose fields all are `packed`.
    """

    __slots__ = ("__weakref__", "_fields", "align", "kind", "microsoft", "name", "pack", "tag")

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
    ) -> None:
        self.kind = kind
        self.tag = tag
        self.name = name
        self.pack = pack
        self.align = align
        self.microsoft = microsoft
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

    def complete(self, fields: Iterable[Field], *, pack: int = 0, align: int = 0, microsoft: bool = False) -> None:
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
        self._fields = members

    def reopen(self) -> None:
        """Take the members away again: for a declaration that failed before anyone could see them."""
        from .compatible import forget as forget_answers
        from .layout import forget as forget_layouts

        self._fields = None
        self.pack = self.align = 0
        self.microsoft = False
        forget_layouts()
        forget_answers()

    def __repr__(self) -> str:
        return f"<{self}>" if self._fields is not None else f"<{self} (incomplete)>"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A function's parameter; `name` is "" where the prototype gives none."""

    name: str
    type: CType

    def __str__(self) -> str:
        from .text import declare

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

    __str__ = CType.__str__
