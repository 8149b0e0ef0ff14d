"""Items of numbers, and those that are objects themselves, by generated code; what is unusual, and all others, by Python's."""

from __future__ import annotations

from functools import cache
from typing import Any

from ...cpython.facts.host import WORD
from ...cpython.link.native import Kept, bound
from ...cpython.link.typeobject import Unspecialised, set_items, settable
from ...stub.carrier import Carrier, CharKind, FloatKind, IntKind
from .data import Indexed, OwnPointer
from .parts import class_of_part, kind_of_part, what_is_stored
from .types import CType

__all__ = ["carrier_of", "have_items", "items_of_array", "items_of_pointer"]

#: Items that generated code reads and writes as cffi does.
READ = frozenset({"signed", "unsigned", "float", "char"})
#: What the class of farcall's for a type reads beside these.
WIDE = READ | {"complex"}


def have_items(cls: Any, type: CType, *, own: bool) -> None:
    """Have generated code be behind the slots of a class of a pointer or array type, if its items are numbers or parts; `own` says
    whether its instances own something. An array that owns nothing is to have its length in its type."""
    part = kind_of_part(type.item)
    if (type.item._how not in READ and not part) or not settable():
        return
    if type.kind == "array":
        reach, count = ("counted", cls.__basicsize__ - WORD) if own else ("bounded", type.length or 0)
    else:
        reach, count = ("bounded", 1) if own else ("pointer", 0)
        part = "owned" if own and part == "view" else part
    asked = OwnPointer if own and type.kind == "pointer" else Indexed
    functions = asked.__getitem__, asked.__setitem__
    if part:
        kept, codes = _parts(type.item, part, reach, count, *functions)
    else:
        made: Any = _numbers if own or type.kind == "pointer" else _numbers.__wrapped__  # of lengths there are many
        kept, codes = made(carrier_of(type.item), reach, count, *functions)
    cls._items_ = kept
    set_items(cls, codes[0], codes[1] if len(codes) > 1 else 0, 0, _count(count) if reach == "counted" else 0)


@cache
def _count(place: int) -> int:
    """What tells how many items there are, by the int in each object at that place."""
    return _counts.code(bound("data_count", own={"length": place}))


_counts = Kept()


def carrier_of(item: CType) -> Carrier:
    """How numbers of a type cross that are `READ`."""
    if item._how == "char":
        return CharKind(signed=True)
    return FloatKind(item._size) if item._how == "float" else IntKind(item._size, item._how == "signed")


@cache
def _numbers(carrier: Carrier, reach: str, count: int, read: Any, write: Any) -> tuple[Kept, list[int]]:
    """What reads items, and then what writes them; they live as long as what is first."""
    kept, own = Kept(), {"function": id(read), "class:writer": id(write), "length": count}
    return kept, [kept.code(bound(kind, carrier, reach, own=own)) for kind in ("data_subscript", "data_store")]


def _parts(item: CType, part: str, reach: str, count: int, read: Any, write: Any) -> tuple[Kept, list[int]]:
    """The same of parts, of which pointers are written."""
    kept, cls = Kept(), class_of_part(item, own=part == "owned")
    kept.things.append(cls)
    own = {"function": id(read), "class:writer": id(write), "length": count, "class:item": id(cls)}
    codes = [kept.code(bound("part_subscript", part, item._size, reach, own=own))]
    if part == "pointer":
        stored, own["class:anything"] = what_is_stored(item)
        codes.append(kept.code(bound("part_store", stored, item._size, reach, own=own)))
    return kept, codes


def items_of_pointer(type: CType, native: Any) -> dict[str, Any]:
    """`__getitem__` of pointers of a type, whose class of farcall's is `native`, where Python looks at the index first."""
    if type.item._how not in WIDE or (type.item._how in READ and settable()):
        return {}
    read, otherwise = native.__getitem__, Indexed.__getitem__

    def getitem(self: Any, index: Any) -> Any:
        return read(self, index) if index.__class__ is int and self else otherwise(self, index)

    return {"__getitem__": Unspecialised(getitem)}


def items_of_array(type: CType, native: Any) -> dict[str, Any]:
    """The same of arrays, which end somewhere. Those with a length in their type have code of their own from the first item on
    that Python reads."""
    part = kind_of_part(type.item)
    if type.item._how not in WIDE and not (part and type.length):
        return {}
    read, length, otherwise, store = native.__getitem__, type.length, Indexed.__getitem__, Indexed.__setitem__
    coming = length and (part or type.item._how in READ) and settable()

    def getitem(self: Any, index: Any) -> Any:
        if coming and "_items_" not in vars(type._cls):
            have_items(type._cls, type, own=False)
        if not part and index.__class__ is int and 0 <= index < (self._held.length if length is None else length):
            return read(self, index)
        return otherwise(self, index)

    def setitem(self: Any, index: Any, *value: Any) -> None:
        if coming and "_items_" not in vars(type._cls):
            have_items(type._cls, type, own=False)
        store(self, index, *value)

    return {"__getitem__": Unspecialised(getitem), "__setitem__": Unspecialised(setitem)}
