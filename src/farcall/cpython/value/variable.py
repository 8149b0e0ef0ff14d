"""A number in C's memory as an attribute of a class, whose instances all read it there."""

from __future__ import annotations

import struct

from ... import seed
from ...ctype import CType, unqualified
from ...errors import UnsupportedTypeError
from ...stub.carrier import BoolKind, CharKind, FloatKind, IntKind, carrier
from ..facts.host import host_target
from ..link.native import GETSET, Kept, entry
from .base import view
from .classes import class_of
from .scalar import read_number

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["number_attribute"]

NUMBERS = (BoolKind, CharKind, FloatKind, IntKind)


def number_attribute(cls: type, name: str, ctype: CType, place: int, kept: Kept) -> Any:
    """A descriptor for `cls` that reads the number of type `ctype` at an address; None for what is no number. Whoever calls
    this sees to it that the memory stays. `kept` is what the descriptor needs: it is to live as long as the class."""
    model, plain = host_target().model, unqualified(ctype)
    try:
        kind = carrier(plain, model)
    except UnsupportedTypeError:
        return None
    if not isinstance(kind, NUMBERS):
        return None
    value = view(class_of(plain), place, None)  # a value that kept the library would keep it for good
    kept.things.append(value)
    getter, own = read_number(plain, kind)
    cells = kept.add(struct.pack("3P", id(value), getter, kept.add(own)))
    row = struct.pack(GETSET, kept.text(name), entry("variable_getter"), 0, kept.text(f"{ctype} in C's memory"), cells)
    return seed.make_descriptor(cls, kept.add(row))
