"""Giving back what a cdata owns before it is gone: destructors, and the buffers of other objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...cpython.link.late import late
from ...cpython.value.base import address, point, target, view
from .cdata import ADDRESSES, NO_RELEASE, CData, Held, cdata_type, keeper_of, type_of
from .conversion import array_length

__all__ = ["Collected", "gcp", "release"]

#: What makes the classes of cdata with destructors.
COLLECTED = "faces.cffi.classes:collected_class_for"


class Destructor(Held):
    """What keeps memory that a destructor is called for: the cdata that calls it when nothing needs the memory any more."""

    __slots__ = ()
    what, size = "gc", -1

    def __init__(self, cdata: Any) -> None:
        self.keep, self.thing, self.place = cdata, getattr(cdata, "_cdata", None), 0

    @property
    def length(self) -> int:  # type: ignore[override]
        """How many items the cdata has, of an array without a length in its type."""
        return getattr(self.keep, "_length", -1)


class Collected(CData):
    """A cdata whose going calls a destructor with the one that it was made of."""

    __slots__ = ()
    _cdata: Any
    _destructor: Callable[[Any], object]
    _length: int  # of an array
    _held = property(Destructor)

    def __repr__(self) -> str:
        return CData.__repr__(self)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: object) -> None:
        release(self)

    def __del__(self) -> None:
        destroy(self)


def destroy(cdata: Any) -> None:
    """Call the destructor, if it has not been called."""
    destructor, origin = getattr(cdata, "_destructor", None), getattr(cdata, "_cdata", None)
    if destructor is not None:
        del cdata._destructor, cdata._cdata
        destructor(origin)


def gcp(cdata: Any, destructor: Callable[[Any], object] | None, size: int = 0) -> Any:
    """The same cdata, whose going calls `destructor(cdata)`; with None, that is called off. Raises TypeError for what is no
    pointer, struct or union, or has no destructor to call off."""
    kind = type_of(cdata)
    if destructor is None:
        return _called_off(cdata)
    if kind.kind in ("primitive", "enum"):
        raise TypeError(f"cannot have a destructor: cdata '{kind.cname}'")
    cls = kind._collected or late(COLLECTED)(kind)
    made = point(cls, target(cdata), None) if kind.kind in ADDRESSES else view(cls, address(cdata), None)
    made._cdata, made._destructor = cdata, destructor
    if kind.kind == "array":
        made._length = array_length(cdata)
    return made


def _called_off(cdata: Any) -> None:
    if not isinstance(cdata, Collected):
        raise TypeError("Can remove destructor only on a object previously returned by ffi.gc()")
    if hasattr(cdata, "_destructor"):
        del cdata._destructor, cdata._cdata


def release(cdata: Any) -> None:
    """Call the destructor of a cdata now, or give back the buffer that it is of. Raises ValueError for a cdata that owns
    nothing, TypeError for what is none."""
    if cdata_type(cdata) is None:
        raise TypeError("expected a 'cdata' object")
    held = keeper_of(cdata)
    if isinstance(cdata, Collected):
        destroy(cdata)
        return
    own = type(cdata) is cdata._ct_._own and cdata._ct_.kind not in ("struct", "union")
    if not own or not isinstance(held, Held) or held.what not in ("own", "buffer", "alloc"):
        raise ValueError(NO_RELEASE)
    if held.what == "alloc":
        if isinstance(held.thing, Collected):
            destroy(held.thing)
    elif held.what == "buffer" and held.thing is not None:
        held.thing = None
        buffer, held.keep = held.keep, None
        if isinstance(buffer, memoryview):
            buffer.release()
