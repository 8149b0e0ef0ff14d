"""Items that are numbers, read and written by generated code: of arrays, and of what pointers point to."""

from __future__ import annotations

from functools import cache
from typing import Any

from ...cpython.link.native import Kept, bound, entry
from ...cpython.link.typeobject import Unspecialised, set_items, settable
from ...stub.carrier import Carrier
from .data import reads_as
from .member import NUMBERS, carrier_of
from .shape import shape_of

__all__ = ["Unspecialised", "have_items"]


def have_items(cls: Any, read: Any, write: Any) -> None:
    """Have items of the instances of a class, an array's or a pointer's, be read by generated code if they are numbers; `read` and
    `write` are Python's functions for what is unusual, and for all items of others."""
    shape = shape_of(cls)
    through = shape.kind == "pointer"
    letter = None if shape.proto is None else reads_as(shape.proto)
    if (
        letter is None
        or letter.swapped
        or letter.code not in NUMBERS
        or not settable()
        or not (through or shape.length)
    ):
        return
    kept, carrier = Kept(), carrier_of(letter)
    if through:
        kept, subscript, store, item = _of_pointers(carrier, read, write)
    else:
        own = {"function": id(read), "class:writer": id(write), "length": shape.length}
        own["class:reader"] = entry("number_at", carrier)
        subscript = kept.code(bound("data_subscript", carrier, "inside", own=own))
        store = kept.code(bound("data_store", carrier, "inside", own=own))
        item = kept.code(bound("data_item", carrier, own=own))
    set_items(cls, subscript, store, item)
    shape.items = kept


@cache
def _of_pointers(carrier: Carrier, read: Any, write: Any) -> tuple[Kept, int, int, int]:
    """The code for pointers to numbers of a kind."""
    kept, own = Kept(), {"function": id(read), "class:writer": id(write)}
    codes = [kept.code(bound(kind, carrier, "pointer", own=own)) for kind in ("data_subscript", "data_store")]
    return kept, codes[0], codes[1], 0
