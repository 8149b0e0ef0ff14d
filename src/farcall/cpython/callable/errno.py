"""errno for Python, a value for each thread: what its last call bound with `errno=True` left; in a callback, C's."""

from __future__ import annotations

import operator
import sys
from typing import TYPE_CHECKING, NoReturn

from ... import seed
from ...stub.errno import KEPT, SIZE, VALUE
from ..facts.host import WORD
from ..link.data_cells import allocate
from ..link.linker import linker, register
from ..link.native import METH_FASTCALL, make_builtin

__all__ = ["errno"]

#: What a C int holds.
LOWEST, HIGHEST = -(1 << 31), (1 << 31) - 1
INT = 4


def _create() -> int:
    """A key of the thread library for the threads' cells, freed with their threads."""
    key = bytearray(WORD)
    create = seed.word_function(seed.symbol("pthread_key_create"), 2)
    if create(seed.address_of(key), seed.symbol("free")) & 0xFFFFFFFF:
        raise OSError("the system has no more keys for thread-specific values")
    return int.from_bytes(key, sys.byteorder)


def no_errno(nothing: None) -> NoReturn:
    """Raise that this thread has no errno yet."""
    raise RuntimeError(
        "errno() has nothing to tell: no call of this thread has kept errno; "
        "bind the function, or open its library, with errno=True"
    )


def count_errno(nothing: None) -> NoReturn:
    """Raise for a wrong number of arguments."""
    raise TypeError("errno() takes no argument, or the value to set")


def set_errno(value: object) -> None:
    """Set this thread's errno. Raises TypeError for what is no integer, OverflowError for what is no C int."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"errno() argument must be an int, not {type(value).__name__}") from None
    if not LOWEST <= number <= HIGHEST:
        raise OverflowError(f"errno() argument: {number} is not in the range of int")
    cell = seed.word_function(linker().address("support:errno_cell") or 0, 0)()
    seed.write(cell + VALUE, number.to_bytes(INT, sys.byteorder, signed=True))
    seed.write(cell + KEPT, (1).to_bytes(INT, sys.byteorder))


_shared = allocate(SIZE)
register("errno", None, _create())
register("errno:shared", _shared, _shared.address)
register("python:no_errno", no_errno)
register("python:count_errno", count_errno)
register("python:set_errno", set_errno)

if TYPE_CHECKING:
    from typing import overload

    @overload
    def errno() -> int: ...
    @overload
    def errno(value: int, /) -> None: ...
    def errno(value: int | None = None) -> int | None: ...

else:
    #: `errno()`: the errno of this thread's last call that kept it, or in a callback that of C; `errno(value)` sets it.
    errno = make_builtin(
        "errno",
        "errno",
        METH_FASTCALL,
        "errno() gives the errno of this thread's last call bound with errno=True; in a callback, C's.\n\n"
        "errno(value) sets it; in a callback it is what C finds when the callback returns. RuntimeError if there is none.",
    )
