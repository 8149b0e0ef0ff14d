"""The system's last error for Python, a value for each thread: GetLastError's, kept with errno and handled as that is."""

from __future__ import annotations

import sys

from ... import seed
from ...stub.errno import FLAG, KEPT, LAST_ERROR
from ..facts.host import keeps_errors
from .errno import INT, getter, key, store

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import overload

__all__ = ["last_error"]


if TYPE_CHECKING:

    @overload
    def last_error() -> int: ...
    @overload
    def last_error(value: int, /) -> None: ...


def last_error(*given: int) -> int | None:
    """`last_error()` returns what GetLastError had after this thread's last call bound with `last_error=True` or `errno=True`;
    in a callback, what C had. `last_error(value)` sets it; in a callback it is what C finds when the callback returns.

    Only on Windows: elsewhere UnsupportedTargetError. RuntimeError where no call of this thread has kept it.

        open_file = kernel32.function("intptr_t CreateFileW(...)", last_error=True)
        open_file(...), farcall.last_error()  # (-1, 2): ctypes.FormatError(2) is its text
    """
    keeps_errors(False, True)
    if len(given) > 1:
        raise TypeError(f"last_error() takes no argument, or the value to set, not {len(given)}")
    if given:
        store(LAST_ERROR, given[0], "last_error()", "unsigned int", signed=False)
        return None
    cell = seed.system_function(getter(), 1)(key())
    if not cell or not int.from_bytes(seed.read(cell + KEPT, FLAG), sys.byteorder):
        raise RuntimeError(
            "last_error() has nothing to tell: no call of this thread has kept it; "
            "bind the function, or open its library, with last_error=True"
        )
    return int.from_bytes(seed.read(cell + LAST_ERROR, INT), sys.byteorder)
