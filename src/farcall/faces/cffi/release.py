"""Giving back what a cdata owns before it is gone: destructors, and the buffers of other objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .cdata import NO_RELEASE, Held, cdata_type, keeper_of, make_own, place_of, type_of

__all__ = ["gcp", "release"]


class Destructor(Held):
    """What runs a destructor, once, with the cdata that it is of."""

    __slots__ = ("destructor",)

    def __init__(self, origin: Any, destructor: Callable[[Any], object], keep: object) -> None:
        length = keep.length if isinstance(keep, Held) else -1
        Held.__init__(self, keep, length, -1, "gc", origin)
        self.destructor: Callable[[Any], object] | None = destructor

    def destroy(self) -> None:
        destructor, self.destructor = self.destructor, None
        origin, self.thing = self.thing, None
        if destructor is not None:
            destructor(origin)

    def __del__(self) -> None:
        self.destroy()


def gcp(cdata: Any, destructor: Callable[[Any], object] | None, size: int = 0) -> Any:
    """The same cdata, whose going calls `destructor(cdata)`; with None, that is called off. Raises TypeError for what is no
    pointer, struct or union, or has no destructor to call off."""
    kind = type_of(cdata)
    keep = keeper_of(cdata)
    if destructor is None:
        if not isinstance(keep, Destructor):
            raise TypeError("Can remove destructor only on a object previously returned by ffi.gc()")
        keep.destructor = None
        keep.thing = None
        return None
    if kind.kind in ("primitive", "enum"):
        raise TypeError(f"cannot have a destructor: cdata '{kind.cname}'")
    return make_own(kind, place_of(cdata), Destructor(cdata, destructor, keep))


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
