"""`ffi_type` objects: libffi's own, and what any of them means as a C type."""

from __future__ import annotations

import sys

from .. import seed
from ..cpython.facts.host import WORD, host_target
from ..ctype import (
    Array,
    Complex,
    CType,
    Field,
    Float,
    Integer,
    Pointer,
    Record,
    Vector,
    alignof,
    layout,
    names,
    sizeof,
)
from .constants import (
    FFI_TYPE_COMPLEX,
    FFI_TYPE_DOUBLE,
    FFI_TYPE_FLOAT,
    FFI_TYPE_INT,
    FFI_TYPE_LONGDOUBLE,
    FFI_TYPE_POINTER,
    FFI_TYPE_SINT8,
    FFI_TYPE_SINT16,
    FFI_TYPE_SINT32,
    FFI_TYPE_SINT64,
    FFI_TYPE_SINT128,
    FFI_TYPE_STRUCT,
    FFI_TYPE_UINT8,
    FFI_TYPE_UINT16,
    FFI_TYPE_UINT32,
    FFI_TYPE_UINT64,
    FFI_TYPE_UINT128,
    FFI_TYPE_VECTOR,
    FFI_TYPE_VOID,
    PORT,
)
from .memory import Type, make_type, pointers, read_type, write_layout

__all__ = ["TYPES", "BadType", "address_of", "ctype_at"]

SCALARS: dict[int, CType] = {
    FFI_TYPE_VOID: names.void,
    FFI_TYPE_INT: names.int_,
    FFI_TYPE_FLOAT: names.float_,
    FFI_TYPE_LONGDOUBLE: names.longdouble,
    FFI_TYPE_DOUBLE: names.double,  # behind the other, which may have the same number
    FFI_TYPE_UINT8: names.uint8,
    FFI_TYPE_SINT8: names.int8,
    FFI_TYPE_UINT16: names.uint16,
    FFI_TYPE_SINT16: names.int16,
    FFI_TYPE_UINT32: names.uint32,
    FFI_TYPE_SINT32: names.int32,
    FFI_TYPE_UINT64: names.uint64,
    FFI_TYPE_SINT64: names.int64,
    FFI_TYPE_POINTER: Pointer(names.void),
    FFI_TYPE_UINT128: names.uint128,
    FFI_TYPE_SINT128: names.int128,
}

#: libffi's type objects by name, without the prefix `ffi_type_`.
_NAMED: dict[str, int] = {
    "void": FFI_TYPE_VOID, "uint8": FFI_TYPE_UINT8, "sint8": FFI_TYPE_SINT8, "uint16": FFI_TYPE_UINT16,
    "sint16": FFI_TYPE_SINT16, "uint32": FFI_TYPE_UINT32, "sint32": FFI_TYPE_SINT32, "uint64": FFI_TYPE_UINT64,
    "sint64": FFI_TYPE_SINT64, "float": FFI_TYPE_FLOAT, "double": FFI_TYPE_DOUBLE,
    "longdouble": FFI_TYPE_LONGDOUBLE, "pointer": FFI_TYPE_POINTER, "uint128": FFI_TYPE_UINT128,
    "sint128": FFI_TYPE_SINT128,
}  # fmt: skip
WIDE = frozenset({FFI_TYPE_UINT128, FFI_TYPE_SINT128})
COMPLEX_PARTS = ("float", "double", "longdouble")
#: What is passed as gcc's complex integers do where these are no structs, by the size of their parts.
ALONE = {
    1: Vector(names.int8, 2),
    2: Vector(names.int16, 2),
    4: Complex(names.float_),
    8: Complex(names.double),
}
MOST_ELEMENTS, MOST_DEPTH = 1 << 16, 64

#: Every type that is no scalar, by what it is made of: equal types are one object, for good.
_records: dict[tuple[object, ...], CType] = {}


class BadType(Exception):
    """An `ffi_type` that means nothing: FFI_BAD_TYPEDEF."""


def _make_all() -> dict[str, int]:
    model = host_target().model
    made: dict[str, int] = {}
    for name, code in _NAMED.items():
        ctype = SCALARS[code]
        if code in WIDE and not PORT.int128:
            continue
        if code == FFI_TYPE_DOUBLE and "double" in made:  # long double, as the same type
            made[name] = made["double"]
            continue
        size, align = (1, 1) if code == FFI_TYPE_VOID else (sizeof(ctype, model), alignof(ctype, model))
        made[name] = make_type(Type(size, align, code, 0))
    for part in COMPLEX_PARTS if PORT.complex else ():
        ctype, same = SCALARS[_NAMED[part]], next(one for one in COMPLEX_PARTS if made[one] == made[part])
        if same != part:
            made[f"complex_{part}"] = made[f"complex_{same}"]
            continue
        elements = make_type(Type(made[part], 0, 0, 0))  # two pointers would do: the part, then NULL
        seed.write(elements, made[part].to_bytes(WORD, sys.byteorder) + bytes(WORD))
        size = 2 * sizeof(ctype, model)
        made[f"complex_{part}"] = make_type(Type(size, alignof(ctype, model), FFI_TYPE_COMPLEX, elements))
    return made


#: The addresses of libffi's type objects, by name without the prefix.
TYPES: dict[str, int] = _make_all()


#: What the type objects made here mean, by address: they never change.
_own = {address: SCALARS[_NAMED[name]] for name, address in TYPES.items() if name in _NAMED}


def address_of(ctype: CType) -> int:
    """The type object that stands for a scalar C type. Raises KeyError for one that has none."""
    for name, code in _NAMED.items():
        if SCALARS[code] == ctype:
            return TYPES[name]
    raise KeyError(str(ctype))


def ctype_at(address: int, *, refresh: bool = False, depth: int = 0) -> CType:
    """What the `ffi_type` at an address means. A struct whose size is 0 gets its layout written into it; with
    `refresh` the outermost one does in any case.

    Raises BadType for an unknown kind, an empty or endless struct, a vector of unlike or odd lanes.
    """
    own = _own.get(address)
    if own is not None:
        return own
    if not address or depth > MOST_DEPTH:
        raise BadType
    seen = read_type(address)
    if seen.type == FFI_TYPE_STRUCT:
        return _struct(address, seen, refresh, depth)
    if seen.type == FFI_TYPE_COMPLEX and PORT.complex:
        if not seen.elements or not seen.size:
            raise BadType
        return _complex(_scalar(pointers(seen.elements, 1)[0]))
    if seen.type == FFI_TYPE_VECTOR and PORT.vector:
        return _vector(address, seen)
    if (
        not seen.size or seen.type not in SCALARS or (seen.type in WIDE and not PORT.int128)
    ):  # a size of 0 asks for a layout, and there is nothing to lay out
        raise BadType
    return SCALARS[seen.type]


def _complex(part: CType) -> CType:
    """A complex type of this part; of an integer, which gcc has as an extension, it is passed as a struct of two, or as
    another type that is no struct."""
    if isinstance(part, Integer) and PORT.complex_own:
        return Complex(part)  # type: ignore[arg-type]  # no type of C's, but placed
    if isinstance(part, Integer) and PORT.complex_alone:
        return ALONE[sizeof(part, host_target().model)]
    if isinstance(part, Integer):
        return _records.setdefault(("complex", part), Record("struct", None, [Field("re", part), Field("im", part)]))
    if not isinstance(part, Float):
        raise BadType
    return _records.setdefault(("complex", part), Complex(part))


def _scalar(address: int) -> CType:
    if not address:
        raise BadType
    try:
        return SCALARS[read_type(address).type]
    except KeyError:
        raise BadType from None


def _elements(address: int) -> list[int]:
    if not address:
        raise BadType
    found: list[int] = []
    while True:
        element = pointers(address + WORD * len(found), 1)[0]
        if not element:
            return found
        found.append(element)
        if len(found) > MOST_ELEMENTS:
            raise BadType


def _struct(address: int, seen: Type, refresh: bool, depth: int) -> CType:
    model = host_target().model
    parts = tuple(ctype_at(element, depth=depth + 1) for element in _elements(seen.elements))
    if not parts or names.void in parts:
        raise BadType
    preset = (seen.size, seen.alignment) if seen.size and not refresh else (0, 0)
    key = (*preset, *parts)
    record = _records.get(key)
    if record is None:
        record = _records.setdefault(key, _record(parts, *preset))
    if not preset[0]:
        placed = layout(record, model)  # type: ignore[arg-type]
        write_layout(address, placed.size, placed.align)
    return record


def _record(parts: tuple[CType, ...], size: int, alignment: int) -> Record:
    """A struct of these members; where the size was preset, as for unions, made up to it."""
    fields = [Field(f"f{index}", part) for index, part in enumerate(parts)]
    record = Record("struct", None, fields)
    model = host_target().model
    if size and (sizeof(record, model), alignof(record, model)) != (size, alignment):
        if alignment & (alignment - 1) or not alignment or sizeof(record, model) > size:
            raise BadType
        rest = size - sizeof(record, model)
        padding = [Field("rest", Array(names.uint8, rest))] if rest else []
        record = Record("struct", None, [*fields, *padding], align=alignment)
        if sizeof(record, model) != size:
            raise BadType
    return record


def _vector(address: int, seen: Type) -> CType:
    elements = _elements(seen.elements)
    if not elements or any(element != elements[0] for element in elements):
        raise BadType
    lane = _scalar(elements[0])
    if not isinstance(lane, Integer) and lane not in (names.float_, names.double):
        raise BadType
    size = sizeof(lane, host_target().model) * len(elements)
    size = 1 << (size - 1).bit_length()
    if size > 16:
        raise BadType
    if not seen.size:
        write_layout(address, size, min(size, 16))
    count = size // sizeof(lane, host_target().model)
    return _records.setdefault(("vector", lane, count), Vector(lane, count))
