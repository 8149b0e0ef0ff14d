"""What systems answer with: records that are the same for all."""

from __future__ import annotations

from collections.abc import Callable

from ..record import NamedTuple

__all__ = ["Description", "ThreadValues", "Unwinder"]


class Unwinder(NamedTuple):
    """The two functions that tell the unwinder of C++ exceptions of frames, and that take them back: each is called with
    the address of an `.eh_frame` section, which stays where it is until it is taken back. They work until the very end
    of the interpreter."""

    register: Callable[[int], object]
    deregister: Callable[[int], object]


class Description(NamedTuple):
    """A system in words for people: its name and release, the machine, the C library."""

    system: str
    machine: str
    libc: str


class ThreadValues(NamedTuple):
    """A value for each thread, a pointer: `key` is what the C functions at the two addresses take first. `get(key)` gives
    the running thread's value, NULL if it has none; `set(key, value)` sets it; `delete(key)` gives the key back."""

    key: int
    get: int
    set: int
    delete: int
