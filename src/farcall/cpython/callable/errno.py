"""errno for Python, a value for each thread: what its last call bound with `errno=True` left; in a callback, C's."""

from __future__ import annotations

import sys

from ... import seed
from ...stub.errno import FLAG, KEPT, SIZE, VALUE
from ...stub.link import slow_path
from ...system import running
from ..facts.host import host_target
from ..link.data_cells import allocate
from ..link.finalization import tell_when_gone
from ..link.late import late
from ..link.linker import linker
from ..link.native import METH_FASTCALL, make_builtin
from ..link.table import want_at_the_end

__all__ = ["errno", "store"]

#: What reads a number that is given, which only setting errno needs. A finalizer may set it, too.
NAMED_INDEX, SHOWN = "cpython.value.given:named_index", "cpython.value.given:shown"
want_at_the_end(NAMED_INDEX, SHOWN)

#: The bytes of a C int.
INT = 4
#: How generated code finds a thread's cell, and what threads share where there is no memory for cells.
_free = linker().entry("thread_value_freed") if host_target().system_convention else 0  # 0: C's own
_threads, _shared = running().thread_values(_free), allocate(SIZE)


def key() -> int:
    """The key of the threads' cells, for the links of generated code."""
    return _threads.key


def getter() -> int:
    """The C function that gives the running thread's cell by the key."""
    return _threads.get


def setter() -> int:
    """The C function that sets it."""
    return _threads.set


def deleter() -> int:
    """The C function that gives the key back."""
    return _threads.delete


def shared() -> int:
    """The cell of threads that could have none of their own."""
    return _shared.address


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
    store(VALUE, value, "errno()", "int", signed=True)


def store(place: int, value: object, function: str, ctype: str, *, signed: bool) -> None:
    """Put a number into this thread's cell, where `function`, whose argument it is, finds it. Raises TypeError for what is no
    integer, OverflowError for what the C type of these 32 bits, `ctype`, does not hold."""
    number = late(NAMED_INDEX)(value, f"{function} argument")
    try:
        data = number.to_bytes(INT, sys.byteorder, signed=signed)
    except OverflowError:
        raise OverflowError(f"{function} argument: {late(SHOWN)(number)} is not in the range of {ctype}") from None
    cell = seed.word_function(linker().address(slow_path("errno_cell").name) or 0, 0)()
    seed.write(cell + place, data)
    seed.write(cell + KEPT, (1).to_bytes(FLAG, sys.byteorder))


TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import NoReturn, overload

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
        "errno(value) sets it; in a callback it is what C finds when the callback returns. RuntimeError if there is none.\n\n"
        "    close = libc.function('int close(int fd)', errno=True)\n"
        "    close(-1), farcall.errno()  # (-1, 9): os.strerror(9) is its text",
    )

if seed.INTERPRETER_NUMBER:
    tell_when_gone()
