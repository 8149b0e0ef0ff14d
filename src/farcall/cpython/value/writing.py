"""What generated writers have to know of a C type: its cells (see `stub.writer`), made when they are first needed.

A type's cells live as long as its class, and so do the cells of what it consists of.
"""

from __future__ import annotations

import struct
import sys
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType, MethodType

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import CType, Function, Integer, Swapped, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...ctype import Vector as VectorType
from ...stub.carrier import Carrier, InstanceKind, ObjectKind, PointerKind, carrier
from ...stub.stored_pointer import ENTRY, OWNER, POINTER, VALUE
from ...stub.writer import CLOSURE, ROW_WORDS, WORDS
from ..facts.host import WORD, host_target
from ..link.late import late
from ..link.native import METH_FASTCALL, Kept, entry, make_builtin
from .base import Value, made_class, native_class
from .classes import class_of
from .member import kind_of
from .settled import given_type, settled
from .text import is_text

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["cells_of", "fill", "fill_items", "is_byte", "keeps_nothing", "learn", "owner_of_cells"]

#: `fill(cells, place, value, keeper)`: whether a type's writer has stored a value. Nothing is checked.
fill: Any = make_builtin("fill", "fill", METH_FASTCALL, "Have a type's writer store a value.")

#: What finds the code of a function or closure, which stands above the values.
CODE = "cpython.callable.code_owner:code_of"
#: What finds the closure type of a class of function pointers.
CLOSURE_TYPE = "cpython.callable.closure_type:type_of_class"
#: The cells of numbers, by how they cross; and of what Python writes, by size.
_numbers: dict[Carrier | int, bytes] = {}
#: Those of numbers in the other byte order.
_swapped: dict[Carrier, bytes] = {}


def cells_of(ctype: CType) -> int:
    """The address of the cells of a C type."""
    plain = unqualified(ctype)
    if isinstance(plain, (RecordType, ArrayType, VectorType)):
        return _of_class(class_of(plain), plain)
    if isinstance(plain, Swapped) and (number := kind_of(plain)[1]) is not None:
        return _of_swapped(number)
    kind = carrier(plain, host_target().model)
    if isinstance(kind, PointerKind):
        return _of_pointer(class_of(plain), kind)
    if isinstance(kind, InstanceKind):
        return _of_number(class_of(plain), kind)
    if isinstance(kind, ObjectKind):
        return _left_to_python(plain)
    found = _numbers.get(kind)
    if found is None:
        found = _numbers.setdefault(kind, _cells(entry("write_number", kind), kind.size))
    return seed.address_of(found)


@lru_cache(maxsize=512)  # types written in a loop; another is found out anew in microseconds
def keeps_nothing(ctype: CType) -> bool:
    """Whether no pointer is stored in a value of a type, so that writing it lets go of nothing."""
    plain: Any = unqualified(ctype)
    if isinstance(plain, ArrayType):
        return keeps_nothing(plain.element)
    if isinstance(plain, RecordType):
        return all(keeps_nothing(field.type) for field in plain.fields or ())
    return not isinstance(plain, PointerType)


def fill_items(element: CType, place: int, items: list[Any] | tuple[Any, ...], keeper: Any) -> bool:
    """Store the items of just a list or tuple one behind the other, by their type's writer: whether it has. Not of pointers:
    what is let go of for them might change the list; nor of what has parts, whose writers want memory that is new."""
    if isinstance(unqualified(element), (PointerType, RecordType, ArrayType, VectorType)):
        return False
    count = len(items)
    held = owner_of_cells(element)
    cells = _cells(entry("write_array"), 0, 0, count, count, cells_of(element))
    done = bool(fill(seed.address_of(cells), place, items, keeper))
    del held  # until now
    return done


def is_byte(element: CType) -> bool:
    """Whether bytes can be written into an array of `element` as they are: char, and integers of its size."""
    element = unqualified(element)
    return isinstance(element, Integer) and element.rank in ("char", "8")


def _cells(code: int, size: int, cls: int = 0, count: int = 0, most: int = 0, rows: int = 0) -> bytes:
    return struct.pack(f"{WORDS}P", code, size, cls, count, most, rows, 0, 0)


def _left_to_python(ctype: CType) -> int:
    endless = isinstance(ctype, ArrayType) and ctype.length is None  # a flexible array member
    size = 0 if endless else sizeof(ctype, host_target().model)
    found = _numbers.get(size)
    if found is None:
        found = _numbers.setdefault(size, _cells(entry("write_nothing"), size))
    return seed.address_of(found)


def _of_class(cls: Any, plain: Any) -> int:
    cls = made_class(cls)
    kept: Kept = vars(cls)["__native__"]
    if not kept.writer:
        if "__init__" in vars(cls) or "__new__" in vars(cls):  # a class written in Python, or over-aligned values
            kept.writer = _left_to_python(plain)
        else:
            kept.writer = kept.add(_record(cls, kept) if isinstance(plain, RecordType) else _array(cls, plain, kept))
    return kept.writer


def _of_pointer(cls: Any, kind: PointerKind) -> int:
    cls = native_class(cls)
    kept: Kept = vars(cls)["__native__"]
    if not kept.writer:
        code = entry("write_pointer", kind.text, kind.item == 0, kind.code)
        kept.writer = kept.add(bytearray(_cells(code, kind.size, id(cls))))
    return kept.writer


def _of_swapped(kind: Carrier) -> int:
    found = _swapped.get(kind)
    if found is None:
        found = _swapped.setdefault(kind, _cells(entry("write_swapped", kind), kind.size))
    return seed.address_of(found)


def _of_number(cls: Any, kind: InstanceKind) -> int:
    """Of a number in an instance."""
    kept: Kept = vars(cls)["__native__"]
    if not kept.writer:
        code = entry("write_wide", kind.number) if kind.number else entry("write_nothing")
        kept.writer = kept.add(_cells(code, kind.size, id(cls)))
    return kept.writer


def learn(wanted: CType, value: Any) -> None:
    """That a value was stored as a pointer of type `wanted`: if its class is the reason, generated code stores others of
    it from now on."""
    ctype = unqualified(wanted)
    if not isinstance(ctype, PointerType):
        return
    kept: Kept = vars(native_class(class_of(ctype)))["__native__"]
    kind: Any = type(value)
    if not kept.writer or kind in kept.fits.values():
        return
    if issubclass(kind, Value):
        if settled(ctype, given_type(value)):
            _put(kept, POINTER if isinstance(kind.__ctype__, PointerType) else VALUE, kind)
    elif isinstance(unqualified(ctype.target), Function):
        if kind in (FunctionType, MethodType):
            _put(kept, CLOSURE, late(CLOSURE_TYPE)(class_of(ctype)))
            return
        found = late(CODE)(value)
        if found is not None:
            _put(kept, ENTRY, type(found))
            if kind is not BuiltinFunctionType:
                _put(kept, OWNER, kind)


def _put(kept: Kept, word: int, thing: Any) -> None:
    """One store, and only then is the class that was there let go of. A closure type stays the same; None is none."""
    if thing is not None:
        seed.write(kept.writer + word * WORD, id(thing).to_bytes(WORD, sys.byteorder))
        kept.fits[word] = thing


def _record(cls: Any, kept: Kept) -> bytes:
    rows, members = [], cls.__fields__
    for member in members:
        left = member.flexible or member.bits is not None
        cells = _left_to_python(unqualified(member.ctype)) if left else _held(member.ctype, kept)
        name = sys.intern(member.name)
        kept.things.append(name)
        rows.append(struct.pack(f"{ROW_WORDS}P", member.offset, _code(cells), cells, id(name)))
    most = min(len(members), 1) if cls.__ctype__.is_union else len(members)
    at = kept.add(b"".join(rows) or bytes(1))
    return _cells(entry("write_record"), cls.__layout__.size, id(cls), len(members), most, at)


def _array(cls: Any, plain: Any, kept: Kept) -> bytes:
    lanes = isinstance(plain, VectorType)
    element, count = (plain.lane, plain.count) if lanes else (plain.element, plain.length)
    characters = not lanes and is_byte(element)
    code = entry("write_characters", is_text(element)) if characters else entry("write_array")
    size = sizeof(plain, host_target().model)
    return _cells(code, size, id(cls), count, count, _held(element, kept))


def _held(ctype: CType, kept: Kept) -> int:
    """The cells of a part's type, which `kept` keeps."""
    kept.things.append(owner_of_cells(ctype))
    return cells_of(ctype)


def owner_of_cells(ctype: CType) -> Any:
    """The class with which the cells of a type go; None if they stay."""
    plain = unqualified(ctype)
    if isinstance(plain, (RecordType, ArrayType, VectorType, PointerType)):
        return None if isinstance(plain, ArrayType) and plain.length is None else class_of(plain)
    return class_of(plain) if isinstance(carrier(plain, host_target().model), InstanceKind) else None


def _code(cells: int) -> int:
    return int.from_bytes(seed.read(cells, WORD), sys.byteorder)
