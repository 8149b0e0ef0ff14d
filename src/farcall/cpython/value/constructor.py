"""Construction of records and arrays: by Python at first, by generated code for a type that is called again."""

from __future__ import annotations

import sys

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import sizeof
from ...stub.carrier import Carrier
from ...stub.class_facts import CELLS
from ...stub.construct import Member as Parameter
from ...stub.same_items import items_kind
from ..facts.host import host_target
from ..link.native import CALLS_BEFORE_CODE, Kept, bound, entry
from ..link.typeobject import set_vectorcall
from .member import NUMBERS, getset, kind_of
from .writing import cells_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["construct"]


def construct(cls: Any, values: tuple[object, ...], count: int, names: tuple[str, ...] | None) -> Any:
    """What a call of a record's or an array's type does before there is code for it, and where that code gives up."""
    kept = vars(cls)["__native__"]
    kept.calls += 1
    if kept.calls == CALLS_BEFORE_CODE:
        (_generate_array if isinstance(cls.__ctype__, ArrayType) else _generate)(cls, kept)
    made = cls.__new__(cls)
    cls.__init__(made, *values[:count], **dict(zip(names or (), values[count:], strict=True)))
    return made


def _generate(cls: Any, kept: Kept) -> None:
    """Give a record's type a constructor of its own."""
    model = host_target().model
    parameters, own = [], {}
    for index, member in enumerate(cls.__fields__):
        name = sys.intern(member.name)
        kept.things.append(name)
        own[f"name:{index}"] = id(name)
        detail: Carrier | None = None
        if member.bits is None:
            kind, found = kind_of(member.ctype)
            detail = found if kind in NUMBERS else None
        if detail is None:
            descriptor = getset(member, index)
            own[f"setter:{index}"] = descriptor.setter
            own[f"closure:{index}"] = seed.address_of(kept.cells[member.name])
        parameters.append(Parameter(detail, member.offset))
    size = sizeof(cls.__ctype__, model)
    set_vectorcall(cls, kept.code(bound("constructor", tuple(parameters), size, own=own)))


def _generate_array(cls: Any, kept: Kept) -> None:
    """Have an array's class called by generated code."""
    kept.know(CELLS, cells_of(cls.__ctype__))
    kind, detail = kind_of(cls.__ctype__.element)
    same = items_kind(None if kind == "swapped" else detail)  # whose buffers are copied as they are
    set_vectorcall(cls, entry("array_constructor", same))
