"""What the classes of all kinds are made with: names, slots for items, room for alignment; and the seal at the end."""

from __future__ import annotations

from typing import Any

from ... import seed
from ...ctype import CType, alignof, is_const, is_modifiable, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...stub.carrier import block_align
from ...stub.item import Items
from ..facts.host import WORD, host_target
from ..link.native import MP_ASS_SUBSCRIPT, MP_SUBSCRIPT, SQ_ASS_ITEM, SQ_ITEM, Kept, bound
from ..link.typeobject import seal
from .base import Keep, view
from .classes import class_read
from .member import kind_of

__all__ = ["ASSIGNMENTS", "finished", "item_slots", "python_name"]

#: The slots by which items are written, and their stubs.
ASSIGNMENTS = ((MP_ASS_SUBSCRIPT, "ass_subscript"), (SQ_ASS_ITEM, "ass_item"))


def finished(cls: Any, ctype: CType) -> Any:
    """The class with its C type, open to no more change."""
    cls.__ctype__ = ctype
    plain = unqualified(ctype)
    if not isinstance(plain, PointerType) and alignof(plain, host_target().model) > block_align(host_target().model):
        cls.__new__ = staticmethod(_new_aligned)
    seal(cls)
    return cls


def item_slots(element: CType, count: int, kept: Kept, *, through: bool = False) -> list[tuple[int, int]]:
    """The slots by which items are read and, unless const, written."""
    kind, detail = kind_of(element)
    items = Items(kind, sizeof(element, host_target().model), detail, through)
    kept.items = bytearray(WORD)
    own = {"length": count, "writer": kept.add(kept.items)}
    if kind in ("pointer", "view"):
        cls = class_read(element)
        kept.things.append(cls)
        own["class:item"] = id(cls)
    slots = [(MP_SUBSCRIPT, "subscript")]
    if not through:
        slots.append((SQ_ITEM, "item"))
    if not is_const(element):
        slots += [(slot, stub) for slot, stub in ASSIGNMENTS if not (through and slot == SQ_ASS_ITEM)]
    written = items if is_modifiable(element) else Items("ask", 0, None, through)  # or Python says why not
    rows = [(slot, stub, items if slot in (MP_SUBSCRIPT, SQ_ITEM) else written) for slot, stub in slots]
    return [(slot, kept.code(bound(stub, items, own=own))) for slot, stub, items in rows]


def python_name(name: str) -> str:
    """The name of a class of numbers or of a vector."""
    return name.replace(" ", "_")


def _new_aligned(cls: Any, /, *values: object, **fields: object) -> Any:
    """A zeroed instance of a type that is aligned to more than malloc's blocks are."""
    native = next(base for base in cls.__mro__ if "__ctype__" in vars(base))
    align = alignof(native.__ctype__, host_target().model)
    memory = bytearray(sizeof(native.__ctype__, host_target().model) + align)
    place = -(-seed.address_of(memory) // align) * align
    keep = Keep(memory)
    keep.sizes[place] = 0  # it has no more than its type says
    return view(cls, place, keep)
