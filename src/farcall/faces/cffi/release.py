"""Giving back what a cdata owns before it is gone: destructors, and the buffers of other objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...cpython.value.base import point, target
from .cdata import NO_RELEASE, Held, cdata_type, keeper_of, make_own, place_of, type_of

__all__ = ["gcp", "release"]


class Destructor(Held):
    """What runs a destructor, once, with the cdata that it is of."""

    __slots__ = ("destructor",)
    what, size = "gc", -1

    def __init__(self, origin: Any, destructor: Callable[[Any], object], keep: object) -> None:
        self.keep, self.thing = keep, origin
        self.destructor: Callable[[Any], object] | None = destructor

    @property
    def length(self) -> int:  # type: ignore[override]
        """How many items the cdata has, of an array without a length in its type."""
        return self.keep.length if isinstance(self.keep, Held) else -1

    def destroy(self) -> None:
        destructor, self.destructor = self.destructor, None
        origin, self.thing = self.thing, None
        if destructor is not None:
            destructor(origin)

    def __del__(self) -> None:
        destructor = self.destructor
        if destructor is not None:
            self.destructor = None
            destructor(self.thing)


def gcp(cdata: Any, destructor: Callable[[Any], object] | None, size: int = 0) -> Any:
    """The same cdata, whose going calls `destructor(cdata)`; with None, that is called off. Raises TypeError for what is no
    pointer, struct or union, or has no destructor to call off."""
    if destructor is None:
        return _called_off(cdata)
    cls = getattr(type(cdata), "_own_", None)
    if cls is not None and cdata._ct_.kind == "pointer":
        made = point(cls, target(cdata), None)
        made._kept = Destructor(cdata, destructor, cdata._held)
        return made
    kind = type_of(cdata)
    if kind.kind in ("primitive", "enum"):
        raise TypeError(f"cannot have a destructor: cdata '{kind.cname}'")
    made = make_own(kind, place_of(cdata), Destructor(cdata, destructor, keeper_of(cdata)))
    if type(cdata) is kind._cls:
        kind._cls._own_ = kind._own
    return made


def _called_off(cdata: Any) -> None:
    type_of(cdata)
    keep = keeper_of(cdata)
    if not isinstance(keep, Destructor):
        raise TypeError("Can remove destructor only on a object previously returned by ffi.gc()")
    keep.destructor = None
    keep.thing = None


def release(cdata: Any) -> None:
    """Call the destructor of a cdata now, or give back the buffer that it is of. Raises ValueError for a cdata that owns
    nothing, TypeError for what is none."""
    if cdata_type(cdata) is None:
        raise TypeError("expected a 'cdata' object")
    held = keeper_of(cdata)
    own = type(cdata) is cdata._ct_._own
    if cdata._ct_.kind in ("struct", "union") and not isinstance(held, Destructor):
        own = False
    if not own or not isinstance(held, Held) or held.what not in ("own", "gc", "buffer", "alloc"):
        raise ValueError(NO_RELEASE)
    if isinstance(held, Destructor):
        held.destroy()
    elif held.what == "alloc":
        if isinstance(held.thing, Destructor):
            held.thing.destroy()
    elif held.what == "buffer" and held.thing is not None:
        held.thing = None
        buffer, held.keep = held.keep, None
        if isinstance(buffer, memoryview):
            buffer.release()
