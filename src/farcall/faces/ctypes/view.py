"""Members, items and contents of pointers that are C data themselves: generated code makes them once Python has made one, since
only then it is sure that the class is complete."""

from __future__ import annotations

from functools import cache
from typing import Any

from ...cpython.link.native import Kept, bound
from ...cpython.link.typeobject import set_items, settable
from ...stub.data_view import CELLS, CLASS, KEEPS, NUMBER, WHOLE
from .data import part
from .member import member_class, member_of, read_member, set_cell, write_member
from .shape import Shape, shape_of

__all__ = ["have_views", "made_view", "settle", "view_class", "view_member"]


def view_class(through: bool, read: Any, write: Any, data: Any = None) -> Any:
    """The class of members that are such data, or (`through`) what lead to it. `read` and `write` are Python's functions for what
    is unusual, `data` the class that has these members if not all data may."""
    return member_class(CELLS, ("view_get", through), ("point_set" if through else "view_set",), read, write, data)


@cache
def _plain() -> Any:
    return view_class(False, _read, write_member)


def view_member(name: str, cls: Any, index: int, offset: int) -> Any:
    """The descriptor of a member that is C data of a class."""
    return member_of(_plain(), name, cls, None, index, offset)


def _read(member: Any, instance: Any) -> Any:
    found = read_member(member, instance)
    settle(member)
    return found


def made_view(member: Any, place: int, base: Any) -> Any:
    """What a member is that lies at an address."""
    found = part(member.cls, place, base, member.index)
    settle(member)
    return found


def settle(member: Any) -> None:
    """Tell generated code of the class of a member, which is complete."""
    shape = shape_of(member.cls)
    member.length = shape.size
    set_cell(member, KEEPS, int(shape.length > 0))
    set_cell(member, WHOLE, id(member.length))
    set_cell(member, NUMBER, id(member.index))
    set_cell(member, CLASS, id(member.cls))


def have_views(cls: Any, shape: Shape, read: Any) -> None:
    """Have items of the instances of a class, an array's or a pointer's, be made by generated code; `read` is Python's function for
    what is unusual."""
    size = shape_of(shape.proto).size
    if shape.items is not None or not settable() or not size:
        return
    shape.items = kept = Kept()
    own = {"function": id(read), "class:item": id(shape.proto), "class:size": id(size), "length": shape.length}
    kept.things += [read, size]
    if shape.kind == "pointer":
        set_items(cls, kept.code(bound("view_subscript", size, "pointer", own=own)), 0, 0)
    elif shape.length:
        subscript = kept.code(bound("view_subscript", size, "inside", own=own))
        set_items(cls, subscript, 0, kept.code(bound("view_item", size, own=own)))
