"""Pointers to Python's objects, as CPython's headers declare them: `PyObject *`, which is `struct _object *`."""

from __future__ import annotations

from .layout import unqualified
from .types import Array, CType, Function, Pointer, Record

__all__ = ["TAG", "is_python_object", "mentions_object"]

#: The tag of the struct that every object begins with, and its last member in all versions (Include/object.h).
TAG, LAST = "_object", "ob_type"


def is_python_object(type: CType) -> bool:
    """Whether a type is `PyObject *`. A struct of the same tag with other members is somebody else's."""
    type = unqualified(type)
    target = unqualified(type.target) if isinstance(type, Pointer) else None
    if not isinstance(target, Record) or target.tag != TAG or target.is_union:
        return False
    return target.fields is None or (bool(target.fields) and target.fields[-1].name == LAST)


def mentions_object(type: CType) -> bool:
    """Whether a type is `PyObject *`, or leads to one by pointers, arrays and the types of functions."""
    while not is_python_object(type):
        type = unqualified(type)
        if isinstance(type, Function):
            return any(
                mentions_object(one) for one in (type.result, *(parameter.type for parameter in type.parameters))
            )
        if not isinstance(type, (Pointer, Array)):
            return False
        type = type.target if isinstance(type, Pointer) else type.element
    return True
