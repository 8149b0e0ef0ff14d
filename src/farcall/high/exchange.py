"""Descriptions of types exchanged with NumPy and ctypes, and enumerations with Python's.

Neither NumPy nor ctypes is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module

from ..cpython.callable.annotation import ctype_of
from ..cpython.facts.host import host_target
from ..cpython.value import class_of
from ..cpython.value.enum_members import Members, remember_members
from ..cpython.value.exported import shape_of
from ..cpython.value.foreign import from_ctypes as _from_ctypes
from ..cpython.value.foreign import to_ctypes as _to_ctypes
from ..cpython.value.function_address import function_address, function_type
from ..cpython.value.member import members_of
from ..ctype import (
    BIG,
    LITTLE,
    CType,
    Enum,
    Field,
    Float,
    Integer,
    Swapped,
    in_order,
    is_signed,
    names,
    sizeof,
    unqualified,
)
from ..ctype import Array as ArrayType
from ..ctype import Complex as ComplexType
from ..ctype import Pointer as PointerType
from ..ctype import Record as RecordType
from ..errors import UnsupportedTypeError

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    import enum
    from typing import Any

__all__ = ["dtype", "enum_of", "from_ctypes", "from_dtype", "to_ctypes"]

NUMPY = "numpy"
FLOATS = {"binary16": "f2", "binary32": "f4", "binary64": "f8"}
KINDS: dict[str, CType] = {
    "?1": names.bool_, "b1": names.bool_, "f2": names.float16, "f4": names.float_, "f8": names.double,
    "c8": names.complex_float, "c16": names.complex_double, "f16": names.longdouble, "c32": names.complex_longdouble,
    **{f"i{size}": getattr(names, f"int{8 * size}") for size in (1, 2, 4, 8)},
    **{f"u{size}": getattr(names, f"uint{8 * size}") for size in (1, 2, 4, 8)},
}  # fmt: skip


def dtype(type: Any) -> Any:
    """NumPy's dtype of a C type, with the same size and every member at its offset. Members of a union overlap; pointers
    are unsigned integers; bit-fields are left out, as NumPy has none. UnsupportedTypeError for what it cannot hold.

        farcall.dtype(lib.types.point)
    """
    return _numpy().dtype(_dtype(ctype_of(type, "dtype()")))


def _dtype(ctype: CType) -> Any:
    plain, model = unqualified(ctype), host_target().model
    if isinstance(plain, RecordType):
        members = [m for m in members_of(plain) if m.bits is None and not m.flexible]
        return {
            "names": [m.name for m in members],
            "formats": [_dtype(m.ctype) for m in members],
            "offsets": [m.offset for m in members],
            "itemsize": sizeof(plain, model),
        }
    element, shape = shape_of(plain)
    if shape:
        return (_dtype(element), shape)
    if isinstance(plain, Swapped):
        return _numpy().dtype(_dtype(plain.type)).newbyteorder(plain.order.format)
    size = sizeof(plain, model)
    if isinstance(plain, PointerType):
        return f"u{size}"
    if isinstance(plain, Enum):
        plain = plain.underlying
    if isinstance(plain, Integer):
        if plain.rank == "bool":
            return "?"
        if plain.rank == "char" and plain.signed is None:
            return "S1"
        if size <= 8:
            return f"{'i' if is_signed(plain, model) else 'u'}{size}"
    if isinstance(plain, Float) and plain.format in FLOATS:
        return FLOATS[plain.format]
    if isinstance(plain, Float) and plain.format == "long":
        return "longdouble"
    if isinstance(plain, ComplexType):
        return "clongdouble" if plain.part.format == "long" else f"c{size}"
    raise UnsupportedTypeError(f"NumPy has no dtype for {plain}")


def from_dtype(dtype: Any, name: str = "record") -> Any:
    """The class of a NumPy dtype: of a structured one a struct with the same members at the same offsets, called `name`.
    What is not in the machine's byte order is so in the struct's members too. UnsupportedTypeError for what C has not:
    objects, dates, offsets that no C struct has.

        farcall.from_dtype(numpy.dtype("f8"))  # farcall.double
    """
    return class_of(_ctype(_numpy().dtype(dtype), name))


def _numpy() -> Any:
    """NumPy, which farcall does not need otherwise."""
    return import_module(NUMPY)


def _ctype(dtype: Any, name: str) -> CType:
    if dtype.subdtype is not None:
        made = _ctype(dtype.subdtype[0], name)
        for length in reversed(dtype.subdtype[1]):
            made = ArrayType(made, int(length))
        return made
    if dtype.names is None:
        if dtype.kind == "S":
            return names.char if dtype.itemsize == 1 else ArrayType(names.char, dtype.itemsize)
        if dtype.kind == "V":
            return ArrayType(names.uchar, dtype.itemsize)
        found = KINDS.get(f"{dtype.kind}{dtype.itemsize}")
        if found is None:
            raise UnsupportedTypeError(f"C has no type for NumPy's {dtype!r}")
        order = host_target().byteorder if dtype.isnative else BIG if dtype.byteorder == BIG.format else LITTLE
        return in_order(Field(None, found), order, host_target().model).type
    return _record(dtype, name)


def _record(dtype: Any, name: str) -> RecordType:
    """A struct with every member where the dtype has it: packed, with its padding spelled out."""
    fields, end, model = [], 0, host_target().model
    for label in dtype.names:
        inner, offset = dtype.fields[label][:2]
        if offset < end:
            raise UnsupportedTypeError(f"the fields of {dtype!r} overlap, or are not in order")
        if offset > end:
            fields.append(Field(None, _padding(offset - end), packed=True))
        made = _ctype(inner, label)
        fields.append(Field(label, made, packed=True))
        end = offset + sizeof(made, model)
    if dtype.itemsize > end:
        fields.append(Field(None, _padding(dtype.itemsize - end), packed=True))
    natural = RecordType("struct", name, [Field(f.name, f.type) for f in fields if f.name])
    if [(m.name, m.offset) for m in members_of(natural)] == [(n, dtype.fields[n][1]) for n in dtype.names] and sizeof(
        natural, model
    ) == dtype.itemsize:
        return natural  # as C would lay it out anyway: then it is aligned as well
    return RecordType("struct", name, fields)


def _padding(size: int) -> RecordType:
    return RecordType("struct", None, [Field("bytes", ArrayType(names.uchar, size))])


def from_ctypes(type: Any) -> Any:
    """The class of the C type that a ctypes type describes. UnsupportedTypeError for `py_object`, and where ctypes
    lays a struct out otherwise than C.

        farcall.from_ctypes(ctypes.c_int)  # farcall.int_
    """
    ctype = _from_ctypes(type)
    return class_of(ctype)


def to_ctypes(type: Any) -> Any:
    """The ctypes type of a C type, or a ctypes function for one of farcall's or a closure, as Numba takes it; ctypes has to
    be loaded. UnsupportedTypeError where ctypes has none: vectors, wide integers, aligned structs, variadic functions.

        farcall.to_ctypes(farcall.int_)  # ctypes.c_int
    """
    function = function_type(type)
    if function is None:
        return _to_ctypes(ctype_of(type, "to_ctypes()"))
    if function.variadic:
        raise UnsupportedTypeError(f"ctypes has no type for {function}")
    made = _to_ctypes(PointerType(function))(function_address(type))
    made.__farcall_function__ = type  # which so lives as long
    return made


def enum_of(ctype: CType, flag: bool = False) -> type[enum.IntEnum]:
    """Python's IntEnum (with `flag`, IntFlag) of a C enumeration. It stands for the type wherever a class does; fields, items
    and variables of the type are members from now on. What is read or returned, and is the number of no member, stays an int."""
    import enum as python

    from .custom import register_ctype

    plain = unqualified(ctype)
    if not isinstance(plain, Enum):
        raise TypeError(f"{ctype} is not an enumeration")
    base: Any = python.IntFlag if flag else python.IntEnum
    made = base(plain.tag or plain.name or "enum", plain.constants)
    made.__ctype__ = plain
    members = Members(made, flag)
    remember_members(plain, members)
    return register_ctype(made, plain, int, members.__getitem__)  # type: ignore[no-any-return]
