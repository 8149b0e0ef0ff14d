"""Classes of const types, whose values refuse to be written."""

from __future__ import annotations

from ...ctype import Pointer as PointerType
from ...ctype import Qualified, sizeof
from ...ctype import Record as RecordType
from ...ctype import Vector as VectorType
from ...stub.carrier import carrier
from ...stub.item import Items
from ..facts.host import host_target
from ..link.native import BF_GETBUFFER, Getset, Kept, bound, entry, make_type
from .base import made_class
from .classes import class_of
from .making import ASSIGNMENTS, finished
from .member import getset
from .scalar import Scalar, read_number

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["const_class"]


def const_class(ctype: Qualified) -> Any:
    """The class of a const type: its values cannot be written, nor what is read of them."""
    known, kept = class_of(ctype.type), Kept()
    plain = made_class(known)  # programs may have derived one
    getsets, slots = [], [(BF_GETBUFFER, entry("getbuffer_described"))]
    size = sizeof(ctype.type, host_target().model)
    if isinstance(ctype.type, RecordType):
        getsets = [getset(member, index, const=True) for index, member in enumerate(plain.__named__)]
    elif issubclass(plain, Scalar):
        getter, cells = read_number(ctype.type, carrier(ctype.type, host_target().model))
        getsets = [Getset("value", getter, entry("ask_setter"), cells, "The Python value.")]
    elif isinstance(ctype.type, VectorType):
        items = Items("ask", 0, None)
        own = {"length": ctype.type.count}
        slots += [(slot, kept.code(bound(stub, items, own=own))) for slot, stub in ASSIGNMENTS]
    kept.cells = {g.name: g.closure for g in getsets}
    cls: Any = make_type(plain.__name__, (plain,), size, f"The C type {ctype}.", getsets, slots, kept=kept)
    cls.__const__ = True
    if isinstance(ctype.type, RecordType):  # its members are const as well, which is what their classes depend on
        cls.__fields__ = tuple(member._replace(const=True) for member in plain.__fields__)
        cls.__named__ = tuple(member._replace(const=True) for member in plain.__named__)
    finished(cls, ctype.type)
    return cls if known is plain or isinstance(ctype.type, PointerType) else _derived(known, cls)


def _derived(own: Any, const: Any) -> Any:
    """The class of const values beside one that is derived in Python: with its methods, and the const class's members."""
    names = {"__slots__": (), "__module__": own.__module__, "__qualname__": own.__qualname__, "__doc__": own.__doc__}
    return type(own)(own.__name__, (own, const), {**names, "__plain__": own})
