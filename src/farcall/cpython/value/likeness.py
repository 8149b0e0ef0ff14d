"""Whether two C types are the same to C, as far as passing one for the other goes."""

from __future__ import annotations

from ...ctype import CType, DataModel, Function, Void, is_const, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...stub.carrier import carrier
from ..facts.host import host_target

__all__ = ["points_alike", "same_record", "same_type"]


def points_alike(given: PointerType, wanted: PointerType) -> bool:
    """Whether a pointer may pass for another without a cast: like targets, void, more const but not less."""
    source, target = given.target, wanted.target
    if is_const(source) and not is_const(target):
        return False
    return (
        same_type(source, target, host_target().model)
        or isinstance(unqualified(target), Void)
        or (isinstance(unqualified(source), Void))
    )


def same_type(one: CType, other: CType, model: DataModel) -> bool:
    """Whether two types are the same to C, qualifiers and typedef names aside; records by tag."""
    one, other = unqualified(one), unqualified(other)
    if one == other:
        return True
    if isinstance(one, RecordType) and isinstance(other, RecordType):
        return same_record(one, other)
    if isinstance(one, PointerType) and isinstance(other, PointerType):
        return same_type(one.target, other.target, model)
    if isinstance(one, (PointerType, RecordType, Void)) or isinstance(other, (PointerType, RecordType, Void)):
        return False
    if isinstance(one, Function) or isinstance(other, Function):
        if not (isinstance(one, Function) and isinstance(other, Function)):
            return False
        if not (one.prototyped and other.prototyped):  # `int (*)()` points to a function with any parameters
            return same_type(one.result, other.result, model)
        return str(one) == str(other)
    try:
        return carrier(one, model) == carrier(other, model)
    except TypeError:
        return False


def same_record(one: RecordType, other: RecordType) -> bool:
    """Whether two records declared apart are one type to C: the same tag, and the same members if both have them
    (C11 6.2.7)."""
    if one is other:
        return True
    if one.kind != other.kind or one.tag != other.tag or (one.tag is None and one.name != other.name):
        return False
    if one.fields is None or other.fields is None:
        return True
    return [str(f) for f in one.fields] == [str(f) for f in other.fields]
