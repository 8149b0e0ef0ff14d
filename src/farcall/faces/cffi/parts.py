"""Members that are objects themselves, pointers, structs and arrays, read by generated code, which stores pointers too."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from typing import Any

from ... import seed
from ...cpython.facts.host import WORD
from ...cpython.link.late import late
from ...cpython.link.native import Kept, entry
from ...cpython.link.typeobject import settable
from ...stub.part import CELLS, CLASS
from .cdata import CLASS as CLASS_FOR
from .cdata import VIEW_CLASS
from .conversion import get_field, put_field
from .record import CField
from .types import CType

__all__ = ["class_of_part", "kind_of_part", "part"]

#: How generated code reads what lies in memory (`stub.part`), by how cffi's types are read.
KINDS = {"pointer": "pointer", "function": "pointer", "struct": "view", "union": "view", "array": "address"}
#: A PyGetSetDef: name, getter, setter, docstring, closure (Include/descrobject.h).
GETSET = "5P"


def kind_of_part(type: CType) -> str:
    """How generated code reads what is of a type; "" for what it does not, arrays without a length among them."""
    known = type._size > 0 and settable()
    return KINDS.get(type._how, "") if known else ""


def class_of_part(type: CType, *, own: bool) -> Any:
    """The class of what is read; with `own`, of what owns something."""
    if own:
        return type._view or late(VIEW_CLASS)(type)
    return type._cls or late(CLASS_FOR)(type)


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

    def read(self: Any) -> Any:
        found = get_field(field, place(self), keep(self))
        kept.things.append(type(found))
        cells[CLASS * WORD : (CLASS + 1) * WORD] = id(type(found)).to_bytes(WORD, sys.byteorder)
        return found

    def write(self: Any, *value: Any) -> None:
        if not value:
            raise AttributeError(f"the member {name!r} cannot be deleted")
        put_field(field, place(self), *value)

    struct.pack_into(f"{CELLS}P", cells, 0, field.offset, 0, id(read), id(write))
    kept.things += [read, write]
    codes = [entry(code, kind, through) for code in ("part_getter", "part_setter")]
    return seed.make_descriptor(native, kept.add(struct.pack(GETSET, kept.text(name), *codes, 0, kept.add(cells))))
