"""The C stack of the running thread: which foreign call, if any, lies above a place in it."""

from __future__ import annotations

import sys
import threading
from functools import lru_cache
from types import BuiltinFunctionType

from ... import seed
from ...ctype import Function, Parameter, Pointer, names
from ...stub.call_mark import MARK, SIZE
from ..facts.host import WORD
from ..link.native import METH_O, make_builtin

__all__ = ["bounds", "enclosing_call", "inside_call"]

_PATTERN = MARK.to_bytes(SIZE, sys.byteorder, signed=True)
_limits = threading.local()
_here = make_builtin("here", "here", METH_O, "An address in the running thread's stack.")
ATTRIBUTES = 256  # more than sizeof(pthread_attr_t) anywhere: 36, 56 or 64 bytes with glibc


def enclosing_call(place: int) -> int | None:
    """The address of the mark of the innermost foreign call that is under way above `place`, an address in the
    running thread's stack; None if C was not entered through farcall on this thread."""
    low, high = bounds()
    if not low <= place < high:
        return None
    start = -(-place // WORD) * WORD
    found, data = -1, seed.read(start, high - start)
    while True:
        found = data.find(_PATTERN, found + 1)
        if found < 0 or found % WORD == 0:
            return None if found < 0 else start + found


def inside_call() -> bool:
    """Whether C that was entered through farcall is under way on this thread: a callback is running."""
    return enclosing_call(_here(None)) is not None


def bounds() -> tuple[int, int]:
    """The lowest address of the running thread's stack, and the end of its highest byte; (0, 0) if unknown."""
    known: tuple[int, int] | None = getattr(_limits, "stack", None)
    if known is None:
        itself, attributes, stack = _functions()
        room, low, size = bytearray(ATTRIBUTES), bytearray(WORD), bytearray(WORD)
        if attributes(itself(), room) != 0 or stack(room, low, size) != 0:
            return (0, 0)
        start = int.from_bytes(low, sys.byteorder)
        known = (start, start + int.from_bytes(size, sys.byteorder))
        _limits.stack = known
    return known


@lru_cache(maxsize=1)
def _functions() -> tuple[BuiltinFunctionType, BuiltinFunctionType, BuiltinFunctionType]:
    from .function import bind

    def function(name: str, *parameters: object) -> BuiltinFunctionType:
        kinds = tuple(Parameter("", kind) for kind in parameters)  # type: ignore[arg-type]
        return bind(name, Function(names.ulong, kinds), seed.symbol(name), gil="hold")

    anything = Pointer(names.void)
    return (
        function("pthread_self"),
        function("pthread_getattr_np", names.ulong, anything),
        function("pthread_attr_getstack", anything, anything, anything),
    )
