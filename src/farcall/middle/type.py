"""Explicit C types: immutable, hashable, equal if they are built alike."""

from __future__ import annotations

from ..convention import Signature, place
from ..cpython.callable.annotation import ctype_of
from ..cpython.facts.host import host_target
from ..cpython.value import class_of
from ..ctype import (
    Array,
    Complex,
    CType,
    Enum,
    Field,
    Float,
    Integer,
    Pointer,
    Record,
    Vector,
    Void,
    alignof,
    layout,
    names,
    natural,
    sizeof,
    unqualified,
)

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["Type"]

#: The scalars by the names that libffi's bindings use.
SCALARS: dict[str, CType] = {
    "void": names.void,
    "u8": names.uint8, "i8": names.int8, "u16": names.uint16, "i16": names.int16,
    "u32": names.uint32, "i32": names.int32, "u64": names.uint64, "i64": names.int64,
    "u128": names.uint128, "i128": names.int128, "usize": names.size_t, "isize": names.ssize_t,
    "f32": names.float_, "f64": names.double, "longdouble": names.longdouble,
    "c32": names.complex_float, "c64": names.complex_double, "complex_longdouble": names.complex_longdouble,
    "pointer": Pointer(names.void),
    "c_char": names.char, "c_schar": names.schar, "c_uchar": names.uchar, "c_short": names.short,
    "c_ushort": names.ushort, "c_int": names.int_, "c_uint": names.uint, "c_long": names.long,
    "c_ulong": names.ulong, "c_longlong": names.longlong, "c_ulonglong": names.ulonglong,
}  # fmt: skip
KINDS: tuple[tuple[type[CType], str], ...] = (
    (Void, "void"), (Integer, "integer"), (Enum, "integer"), (Float, "float"), (Complex, "complex"),
    (Pointer, "pointer"), (Vector, "vector"), (Array, "array"), (Record, "structure"),
)  # fmt: skip


class Type:
    """A C type. The scalars are attributes: `Type.u8`, `Type.f64`, `Type.pointer`, ..., also callable
    (`Type.u8()`), as in other bindings. `size` and `alignment` are in bytes; `elements` are a structure's. `Type.of` and
    `Type.structure` raise TypeError for what is no type.

        >>> from farcall.middle import Type
        >>> pair = Type.structure([Type.u8, Type.u32])
        >>> pair.size, pair.alignment
        (8, 4)
    """

    __slots__ = ("_elements", "_key", "ctype")
    ctype: CType
    _elements: tuple[Type, ...]
    _key: Any
    void: ClassVar[Type]
    u8: ClassVar[Type]
    i8: ClassVar[Type]
    u16: ClassVar[Type]
    i16: ClassVar[Type]
    u32: ClassVar[Type]
    i32: ClassVar[Type]
    u64: ClassVar[Type]
    i64: ClassVar[Type]
    u128: ClassVar[Type]
    i128: ClassVar[Type]
    usize: ClassVar[Type]
    isize: ClassVar[Type]
    f32: ClassVar[Type]
    f64: ClassVar[Type]
    longdouble: ClassVar[Type]
    c32: ClassVar[Type]
    c64: ClassVar[Type]
    complex_longdouble: ClassVar[Type]
    pointer: ClassVar[Type]
    c_char: ClassVar[Type]
    c_schar: ClassVar[Type]
    c_uchar: ClassVar[Type]
    c_short: ClassVar[Type]
    c_ushort: ClassVar[Type]
    c_int: ClassVar[Type]
    c_uint: ClassVar[Type]
    c_long: ClassVar[Type]
    c_ulong: ClassVar[Type]
    c_longlong: ClassVar[Type]
    c_ulonglong: ClassVar[Type]

    def __init__(self, ctype: CType, elements: tuple[Type, ...] = (), key: Any = None) -> None:
        object.__setattr__(self, "ctype", ctype)
        object.__setattr__(self, "_elements", elements)
        object.__setattr__(self, "_key", ctype if key is None else key)

    @classmethod
    def of(cls, thing: Any, where: str = "Type.of()") -> Type:
        """The type that a Type, a farcall class, a C type, an annotation or C text (`"struct { int x; }"`) stands
        for. Raises TypeError, beginning with `where`, for anything else, DeclarationError for wrong text.

        >>> Type.of("unsigned long"), Type.of(farcall.double)
        (<Type unsigned long>, <Type double>)
        """
        if isinstance(thing, Type):
            return thing
        if isinstance(thing, str):
            from ..cpython.facts.declared import type_in  # who gives no C text needs no parser

            return cls(type_in(thing))
        return cls(ctype_of(thing, where))

    @classmethod
    def structure(cls, fields: Any) -> Type:
        """A struct by value, of types, or of (name, type) pairs, in C's order. Raises ValueError for none, TypeError for what
        is no type, and for void.

        >>> Type.structure([("x", Type.f64), ("y", Type.f64)]).new(1, 2).y
        2.0
        """
        named = [field if isinstance(field, tuple) else (f"f{index}", field) for index, field in enumerate(fields)]
        elements = tuple(cls.of(type) for _, type in named)
        if not elements:
            raise ValueError("a structure has at least one field")
        if cls.void in elements:
            raise TypeError("a structure's field cannot be void")
        key = ("structure", tuple(name for name, _ in named), elements)
        found = _structures.get(key)
        if found is None:
            record = Record(
                "struct", None, [Field(name, e.ctype) for (name, _), e in zip(named, elements, strict=True)]
            )
            found = _structures.setdefault(key, cls(record, elements, key))
        return found

    @classmethod
    def array(cls, element: Any, length: int) -> Type:
        """`length` elements in a row, as a field of a structure; C passes no array by value. Raises TypeError for what is no
        type, ValueError for a negative length.

        >>> Type.array(Type.u16, 3).size
        6
        """
        return cls(Array(cls.of(element).ctype, length))

    @classmethod
    def pointer_to(cls, target: Any) -> Type:
        """A pointer to a type. Raises TypeError for what is no type.

        >>> Type.pointer_to(Type.f32)
        <Type float *>
        """
        return cls(Pointer(cls.of(target).ctype))

    @property
    def size(self) -> int:
        """In bytes; 0 for void."""
        return 0 if isinstance(unqualified(self.ctype), Void) else sizeof(self.ctype, host_target().model)

    @property
    def alignment(self) -> int:
        """In bytes; 1 for void."""
        return 1 if isinstance(unqualified(self.ctype), Void) else alignof(self.ctype, host_target().model)

    @property
    def kind(self) -> str:
        """ "void", "integer", "float", "complex", "pointer", "vector", "array" or "structure"."""
        bare = unqualified(self.ctype)
        return next((word for cls, word in KINDS if isinstance(bare, cls)), "function")

    @property
    def elements(self) -> tuple[Type, ...]:
        """A structure's field types; none for other types."""
        bare = unqualified(self.ctype)
        if not self._elements and isinstance(bare, Record):
            return tuple(Type(natural(field.type)) for field in bare.fields or ())
        return self._elements

    @property
    def __ctype__(self) -> CType:
        """By which a Type is taken wherever farcall takes a type."""
        return self.ctype

    def struct_offsets(self, abi: str | None = None) -> tuple[int, ...]:
        """Where each field starts, in bytes: all of a target's conventions lay structures out alike. Raises
        TypeError for what is no structure, UnsupportedTargetError for an unknown convention.

        >>> Type.structure([Type.u8, Type.u32]).struct_offsets()
        (0, 4)
        """
        place(Signature(names.void, (), None, abi), host_target())  # refuses an unknown one
        bare = unqualified(self.ctype)
        if not isinstance(bare, Record):
            raise TypeError(f"{self} is not a structure")
        return tuple(member.offset for member in layout(bare, host_target().model).members)

    @property
    def address(self) -> int:
        """The address of libffi's `ffi_type` for this type, which is never freed. Raises UnsupportedTypeError for one
        that libffi has none for, such as a union."""
        from .descriptor import type_address

        return type_address(self.ctype)

    def new(self, *args: Any, **fields: Any) -> Any:
        """A value of this type in memory. Raises what setting a field of the type raises.

        >>> Type.u64.new(5).value
        5
        """
        return class_of(self.ctype)(*args, **fields)

    def __call__(self) -> Type:
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Type cannot be changed")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Type) and other._key == self._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return str(self.ctype)

    def __repr__(self) -> str:
        return f"<Type {self.ctype}>"

    def __reduce__(self) -> Any:
        for name, ctype in SCALARS.items():
            if ctype == self.ctype:
                return (getattr, (Type, name))
        if self.kind == "structure" and self._elements:
            return (Type.structure, (list(zip(self._key[1], self._elements, strict=True)),))
        raise TypeError(f"{self!r} cannot be pickled")


_structures: dict[Any, Type] = {}

for _name, _ctype in SCALARS.items():
    setattr(Type, _name, Type(_ctype))
