"""The types of ctypes and numpy as C types. Neither is imported: whoever has such a type has imported it."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Mapping

from ...ctype import (
    BIG,
    LITTLE,
    Array,
    ByteOrder,
    CType,
    Field,
    Function,
    Parameter,
    Pointer,
    Qualified,
    Record,
    alignof,
    in_order,
    names,
    natural,
    sizeof,
)
from ...record import replace
from ..facts.host import host_target

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["cffi_of", "ctypes_module", "member_of", "numpy_classes", "order_of", "ordered", "peer_type", "simple_type"]

_CONST = frozenset({"const"})
#: ctypes' letters for its simple types.
LETTERS: dict[str, CType] = {
    "?": names.bool_, "c": names.char, "b": names.schar, "B": names.uchar, "h": names.short, "H": names.ushort,
    "i": names.int_, "I": names.uint, "l": names.long, "L": names.ulong, "q": names.longlong,
    "Q": names.ulonglong, "f": names.float_, "d": names.double, "g": names.longdouble, "u": names.wchar,
    "F": names.complex_float, "D": names.complex_double, "G": names.complex_longdouble,
    "P": Pointer(names.void), "z": Pointer(Qualified(names.char, _CONST)),
    "Z": Pointer(Qualified(names.wchar, _CONST)),
}  # fmt: skip
#: numpy's scalars, by kind and size in bytes.
SCALARS: dict[tuple[str, int], CType] = {
    ("b", 1): names.bool_,
    ("i", 1): names.int8, ("i", 2): names.int16, ("i", 4): names.int32, ("i", 8): names.int64,
    ("u", 1): names.uint8, ("u", 2): names.uint16, ("u", 4): names.uint32, ("u", 8): names.uint64,
    ("f", 2): names.float16, ("f", 4): names.float_, ("f", 8): names.double, ("f", 16): names.longdouble,
    ("f", 12): names.longdouble, ("c", 24): names.complex_longdouble,
    ("c", 8): names.complex_float, ("c", 16): names.complex_double, ("c", 32): names.complex_longdouble,
}  # fmt: skip

_records: weakref.WeakKeyDictionary[type, Record] = weakref.WeakKeyDictionary()


def peer_type(thing: Any) -> CType | None:
    """The C type that a ctypes type or a numpy scalar type is; None for anything else.

    Raises TypeError for a structure whose layout is not C's on this target, and for a number in the other byte order.
    """
    if not isinstance(thing, type):
        return None
    if issubclass(thing, numpy_classes("generic")):
        if not issubclass(thing, numpy_classes("number", "bool_")) or issubclass(thing, numpy_classes("timedelta64")):
            return None
        try:
            kind = thing().dtype
        except TypeError:  # an abstract one
            return None
        return SCALARS.get((kind.kind, kind.itemsize))
    return _of_ctypes(thing)


def numpy_classes(*names: str) -> tuple[Any, ...]:
    """The classes of NumPy's of these names: none while nobody has imported it, and those that are there while somebody
    does, or where another module has its name."""
    numpy = sys.modules.get("numpy")
    return tuple([found for name in names if isinstance(found := getattr(numpy, name, None), type)])


def cffi_of(value: object) -> Any:
    """cffi's own module, if a value is one of its data; else None."""
    cffi = sys.modules.get("_cffi_backend")
    return cffi if cffi is not None and isinstance(value, cffi.FFI.CData) else None


def simple_type(letters: Mapping[str, CType], letter: str) -> CType | None:
    """The C type of a letter of ctypes'. Where int is as wide as long, ctypes has one type for both, with long's letter:
    it is int that programs mean by it."""
    if letter in "lL" and host_target().model.long == 4:
        letter = "i" if letter == "l" else "I"
    return letters.get(letter)


def ctypes_module() -> Any:
    """`_ctypes`, where ctypes has its base classes; None while nobody has imported it."""
    return sys.modules.get("_ctypes")


def order_of(thing: Any) -> ByteOrder:
    """The byte order of a type of ctypes'."""
    here = host_target().byteorder
    foreign = hasattr(thing, "_swappedbytes_") or getattr(thing, f"__ctype_{here.name[0]}e__", thing) is not thing
    return here if not foreign else LITTLE if here == BIG else BIG


def ordered(type: CType, thing: Any) -> CType:
    """The C type of one of ctypes' simple types, in its byte order."""
    return in_order(Field(None, type), order_of(thing), host_target().model).type


def member_of(thing: Any, name: str | None, type: CType, bits: list[Any]) -> Field:
    """The member of a structure of ctypes'. A bit-field's type is the machine's, its place is in the structure's order."""
    made = Field(name, type, *bits)
    return in_order(replace(made, type=natural(type)), order_of(thing), host_target().model) if bits else made


def _of_ctypes(thing: Any, inside: bool = False) -> CType | None:
    ctypes = ctypes_module()
    if ctypes is None:
        return None
    if issubclass(thing, (ctypes.Structure, ctypes.Union)):
        return _records.get(thing) or _record(ctypes, thing)
    kind = getattr(thing, "_type_", None)
    if issubclass(thing, ctypes._SimpleCData) and isinstance(kind, str):
        found = simple_type(LETTERS, kind)
        if found is None or order_of(thing) == host_target().byteorder:
            return found
        if not inside:
            raise TypeError(f"{thing.__name__} is in the other byte order")
        return ordered(found, thing)
    if issubclass(thing, ctypes._Pointer):
        target = _of_ctypes(kind) if isinstance(kind, type) else None
        return None if target is None else Pointer(target)
    if issubclass(thing, ctypes.Array):
        element = _of_ctypes(kind, inside)
        return None if element is None else Array(element, thing._length_)
    if issubclass(thing, ctypes.CFuncPtr):
        types = [_of_ctypes(type) for type in getattr(thing, "_argtypes_", ())]
        result = getattr(thing, "_restype_", None)
        given = names.void if result is None else _of_ctypes(result)
        if given is not None and None not in types:
            return Pointer(Function(given, tuple(Parameter("", type) for type in types if type is not None)))
    return None


def _record(ctypes: Any, thing: Any) -> Record:
    kind = "union" if issubclass(thing, ctypes.Union) else "struct"
    order = order_of(thing) if hasattr(thing, "_swappedbytes_") else None
    record = _records[thing] = Record(kind, thing.__name__, order=order)  # first, since it may point to itself
    try:
        anonymous = getattr(thing, "_anonymous_", ())
        fields = []
        for cls in reversed(thing.__mro__):
            for name, type, *bits in vars(cls).get("_fields_", ()):
                found = _of_ctypes(type, inside=True)
                if found is None:
                    raise TypeError(f"{thing.__name__}: field {name!r} has no C type")
                fields.append(member_of(thing, None if name in anonymous else name, found, bits))
        record.complete(fields, pack=getattr(thing, "_pack_", 0))
        model = host_target().model
        if (sizeof(record, model), alignof(record, model)) != (ctypes.sizeof(thing), ctypes.alignment(thing)):
            raise TypeError(f"{thing.__name__} is not laid out as C does it")
    except BaseException:
        del _records[thing]
        raise
    return record
