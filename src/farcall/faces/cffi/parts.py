"""Members that are objects themselves, pointers, structs and arrays, read by generated code, which stores pointers too."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from functools import cache
from types import GetSetDescriptorType
from typing import TYPE_CHECKING, Any

from ... import seed
from ...cpython.facts.host import WORD
from ...cpython.link.late import late
from ...cpython.link.native import Kept, entry
from ...cpython.link.typeobject import settable, words_of
from ...stub.part import CELLS, CLASS, TRIED
from .cdata import CLASS as CLASS_FOR
from .cdata import VIEW_CLASS
from .comparison import comparison
from .conversion import get_field, put_field
from .derived import new_pointer_type
from .primitive import new_void_type
from .record import CField
from .types import CType

if TYPE_CHECKING:
    from ...stub.part import Kind

__all__ = ["class_of_part", "is_number", "kind_of_part", "number", "part", "what_is_stored"]

#: How generated code reads what lies in memory (`stub.part`), by how cffi's types are read.
KINDS: dict[str, Kind] = {
    "pointer": "pointer",
    "function": "pointer",
    "struct": "view",
    "union": "view",
    "array": "address",
}
#: A PyGetSetDef: name, getter, setter, docstring, closure (Include/descrobject.h).
GETSET = "5P"


def kind_of_part(type: CType) -> Any:
    """How generated code reads what is of a type; "" for what it does not, arrays without a length among them."""
    known = type._size > 0 and settable()
    return KINDS.get(type._how, "") if known else ""


def class_of_part(type: CType, *, own: bool) -> Any:
    """The class of what is read; with `own`, of what owns something."""
    if own:
        return type._view or late(VIEW_CLASS)(type)
    return type._cls or late(CLASS_FOR)(type)


def what_is_stored(type: CType) -> tuple[Kind, int]:
    """How pointers of a type are stored, and the address of what tells which others are: the class of `void *`, or for that itself
    what compares all that hold addresses."""
    if type is _anything() or (type.kind == "pointer" and type.item.kind == "void"):
        return "anything", comparison()
    return "pointer", id(class_of_part(_anything(), own=False))


@cache
def _anything() -> CType:
    return new_pointer_type(new_void_type())


def part(
    name: str,
    field: CField,
    native: Any,
    through: bool,
    place: Callable[[Any], int],
    keep: Callable[[Any], object],
    kept: Kept,
) -> Any:
    """The descriptor of a member of the instances of `native`, or with `through` of what they point to; it lives as long as
    `kept`."""
    kind, cells = kind_of_part(field.type), bytearray(CELLS * WORD)
    stored, told = what_is_stored(field.type) if kind == "pointer" else (kind, 0)

    def know(cls: Any) -> None:
        kept.things.append(cls)
        cells[CLASS * WORD : (CLASS + 1) * WORD] = id(cls).to_bytes(WORD, sys.byteorder)

    def read(self: Any) -> Any:
        found = get_field(field, place(self), keep(self))
        know(type(found))
        return found

    def write(self: Any, *value: Any) -> None:
        if not value:
            raise AttributeError(f"the member {name!r} cannot be deleted")
        put_field(field, place(self), *value)
        if kind == "pointer" and not any(cells[CLASS * WORD : (CLASS + 1) * WORD]):
            know(class_of_part(field.type, own=False))

    struct.pack_into(f"{CELLS}P", cells, 0, field.offset, 0, id(read), id(write), told)
    kept.things += [read, write]
    codes = [entry("part_getter", kind, through), entry("part_setter", stored, through)]
    return seed.make_descriptor(native, kept.add(struct.pack(GETSET, kept.text(name), *codes, 0, kept.add(cells))))


def is_number(name: str, field: CField, native: Any) -> bool:
    """Whether farcall's own descriptor reads a member as cffi does, and writes what both take: bit-fields, and `float`."""
    kind = field.type
    bits = field.bitshift >= 0 and kind.kind == "primitive" and kind._how in ("signed", "unsigned")
    own = type(getattr(native, name, None)) is GetSetDescriptorType and settable()
    return own and (bits or (field.bitshift < 0 and kind._how == "float" and kind._size == 4))


def number(name: str, field: CField, native: Any, place: Callable[[Any], int], kept: Kept) -> Any:
    """The descriptor of such a member, which lives as long as `kept`; what farcall's own refuses to write, Python does."""
    found = getattr(native, name)
    text, getter, setter, doc, cells = words_of(found)

    def write(self: Any, *value: Any) -> None:
        if not value:
            raise AttributeError(f"the member {name!r} cannot be deleted")
        put_field(field, place(self), *value)

    kept.things += [write, found]
    closure = kept.add(seed.read(cells, TRIED * WORD) + struct.pack("2P", setter, id(write)))
    return seed.make_descriptor(
        native, kept.add(struct.pack(GETSET, text, getter, entry("tried_setter"), doc, closure))
    )
