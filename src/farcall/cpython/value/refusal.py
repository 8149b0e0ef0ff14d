"""What generated code asks for when a value does not fit: an exception that names the argument or the member."""

from __future__ import annotations

from ...ctype import CType, natural, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...stub.carrier import PointerKind, VoidKind, carrier
from ..facts.host import host_target
from .array import Array
from .asked import members_seen
from .base import Value
from .classes import class_of
from .errors import refuse_carried, refuse_pointer, said
from .membership import bit_limits
from .pointer import Pointer
from .record import Record
from .vector import Vector

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["refuse"]


def refuse(self: Any, index: int, value: object, error: BaseException | None = None) -> NoReturn:
    """Raise what is wrong with `value` as argument `index` of a function, or as a member of a value.

    `error` is what the conversion raised, if it did: by CPython, or by the value's own `__index__` or buffer.
    """
    if isinstance(self, Value):
        ctype, where = _field(self, index)
        _refuse_bits(self, index, value, where, error)
        ctype = natural(ctype)
    else:
        ctype, where = self.parameter_type(index), self.parameter_name(index)
    kind = carrier(ctype, host_target().model)
    if isinstance(kind, PointerKind):
        refuse_pointer(kind, ctype, value, where, error)
    if isinstance(kind, VoidKind):
        raise TypeError(f"{where} must be None for void, not {type(value).__name__}")
    refuse_carried(kind, ctype, value, where, error)


def _field(value: Any, index: int) -> tuple[CType, str]:
    """The type and name of a value's member, of an item, or of the value itself if it is one number."""
    if isinstance(value, (Array, Vector)):
        element = value.__ctype__.element if isinstance(value, Array) else value.__ctype__.lane
        return element, f"{value.__ctype__}: {'item' if isinstance(value, Array) else 'lane'} {index}"
    if isinstance(value, Pointer):
        target = unqualified(value.__ctype__.target)
        if not isinstance(target, RecordType):
            return target, f"{value.__ctype__}: item {index}"
        member = class_of(target).__named__[index]
        return member.ctype, f"{target}: field {member.name!r}"
    if not isinstance(value, Record):
        return value.__ctype__, f"{type(value).__name__}()"
    member = value.__named__[index]
    return member.ctype, f"{unqualified(value.__ctype__)}: field {member.name!r}"


def _refuse_bits(self: Any, index: int, value: object, where: str, error: BaseException | None) -> None:
    """Raise that a number does not fit a bit-field, if that is what it is about."""
    if isinstance(self, (Array, Vector)) or not hasattr(type(value), "__index__"):
        return
    members = members_seen(self) if hasattr(self, "__named__") or isinstance(_target_of(self), RecordType) else ()
    if index >= len(members) or members[index].bits is None:
        return
    if error is None or isinstance(error, OverflowError):
        member, (low, high) = members[index], bit_limits(members[index])
        kind = f"{natural(member.ctype)} : {member.bits}"
        raise OverflowError(f"{where}: {said(value)} is out of range for {kind} ({low} to {high})")


def _target_of(value: Any) -> CType | None:
    """What a pointer points to; None for other values."""
    ctype = value.__ctype__
    return unqualified(ctype.target) if isinstance(ctype, PointerType) else None
