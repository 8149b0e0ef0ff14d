"""The stacks of threads and their values, as the C library tells of them (pthread_getattr_np(3), which glibc and musl have)."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from functools import lru_cache

from ... import seed
from ...record import NamedTuple
from ..record import ThreadValues

__all__ = ["thread_stack", "thread_value", "thread_values"]

ATTRIBUTES = 256  # more than sizeof(pthread_attr_t) anywhere: 36, 56 or 64 bytes with glibc
BOUNDS = struct.Struct("2P")  # the lowest address, and the size


def thread_values(ended: int = 0) -> ThreadValues:
    """A key of the thread library's (pthread_key_create(3))."""
    key = bytearray(struct.calcsize("I"))  # pthread_key_t (glibc's bits/pthreadtypes.h, musl's alltypes.h)
    create = seed.word_function(seed.symbol("pthread_key_create"), 2)
    failed = create(seed.address_of(key), ended or seed.symbol("free"))
    if _failed(failed):
        raise OSError("the system has no more keys for thread-specific values")
    number = int.from_bytes(key, sys.byteorder)
    functions = map(seed.symbol, ("pthread_getspecific", "pthread_setspecific", "pthread_key_delete"))
    return ThreadValues(number, *functions)


def thread_value(key: int) -> int:
    """What the running thread has for a key (pthread_getspecific(3))."""
    return seed.word_function(seed.symbol("pthread_getspecific"), 1)(key)


class _Functions(NamedTuple):
    """What is called, each on words; results of type int are the low half."""

    itself: Callable[..., int]
    attributes: Callable[..., int]
    stack: Callable[..., int]
    destroy: Callable[..., int]


def thread_stack() -> tuple[int, int]:
    """The lowest address of the running thread's stack, and the end of its highest byte; (0, 0) if unknown."""
    functions = _functions()
    if functions is None:
        return (0, 0)
    room, bounds = bytearray(ATTRIBUTES), bytearray(BOUNDS.size)
    attributes, place = seed.address_of(room), seed.address_of(bounds)
    if _failed(functions.attributes(functions.itself(), attributes)):
        return (0, 0)
    failed = _failed(functions.stack(attributes, place, place + BOUNDS.size // 2))
    functions.destroy(attributes)  # glibc keeps a set of CPUs in it
    if failed:
        return (0, 0)
    low, size = BOUNDS.unpack(bounds)
    return (low, low + size)


def _failed(status: int) -> bool:
    """Whether an int, returned in a word's low half, is an error's number."""
    return status & 0xFFFFFFFF != 0


@lru_cache(maxsize=1)
def _functions() -> _Functions | None:
    wanted = {
        "pthread_self": 0, "pthread_getattr_np": 2, "pthread_attr_getstack": 3, "pthread_attr_destroy": 1,
    }  # fmt: skip
    addresses = [seed.symbol(name) for name in wanted]
    if not all(addresses):
        return None
    return _Functions(*map(seed.word_function, addresses, wanted.values()))
