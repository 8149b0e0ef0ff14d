"""C's errno on either side of Python: what a call left, and what C finds again after a callback.

Python's own work sets errno all the time. So each thread has a cell of farcall's: a call bound with `errno=True` copies
errno into it, and `farcall.errno()` reads it. A closure puts there what C had when it called, and gives C on return
what the cell holds then: the same, unless the callable has set another, by `farcall.errno(value)` or by a call of its
own that keeps errno. A call bound with `errno="swap"` also begins with what the cell holds. The cell is found by a key of
the thread library, whose destructor frees it with the thread.

    the cell:    value | whether there is one | whether a callback is under way | the system's last error | C's own errno

The last is where the C library keeps it, an address that is a thread's as long as it lives, so that a callback finds both by
one call. Windows has a number of its own beside errno, GetLastError's, which goes the same way; other systems have none, and
no code for it. It is read before anything else is called, and written last. Its fibers take the cell to other threads, so the
address is asked for there each time.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Copy, Invoke, Jump, Label, Load, Local, Memory, Move, Return, Routine, Store
from ..record import NamedTuple
from .interpreter import Surroundings
from .link import ERRNO, ERRNO_GET, ERRNO_SET, ERRNO_SHARED

__all__ = [
    "FLAG", "INSIDE", "KEPT", "LAST_ERROR", "OWN", "SIZE", "VALUE", "Saved", "enter", "errno_cell", "errno_location", "find",
    "give", "keep", "leave", "of_thread", "restore", "save",
]  # fmt: skip

#: Offsets of the cell's parts in bytes: C ints, but for the two flags, a byte each, and the address.
VALUE, KEPT, INSIDE, LAST_ERROR, OWN, SIZE = 0, 4, 6, 8, 16, 24
INT, FLAG = 4, 1
#: Both flags set, as an int of either byte order.
KEPT_INSIDE = 0x01010101


class Saved(NamedTuple):
    """Where a closure's body keeps errno for C, the address of C's own, that of the thread's cell, 0 while it has none, and
    what the cell held before, flags and all; and of the system's last error the first and the last of these, where there is one."""

    value: Local
    own: Local
    cell: Local
    outer: Local
    last: Local | None = None
    outer_last: Local | None = None


def save(w: Builder, env: Surroundings) -> Saved:
    """Save what C has in errno, before anything is called that may set it. t0 and t1 are lost."""
    two = (w.local(), w.local()) if env.target.last_error else (None, None)
    saved, pointer = Saved(w.local(), w.local(), w.local(), w.local(), *two), env.target.model.pointer
    if saved.last is not None:
        w.add(*env.last_error("t0"), Store(Memory(saved.last), "t0", INT, "C's last error"))
    w.add(of_thread(env), Store(Memory(saved.cell), "t0", pointer))
    if _is_threads_own(env):
        w.add(Branch("eq", "t0", 0, "first_callback"), Load("t1", Memory("t0", OWN), pointer), Label("own_errno"))
        ask = (env.errno("t0"), Move("t1", "t0"), Jump("own_errno"))
        w.aside("first_callback", lambda: w.add(*ask))
    else:
        w.add(env.errno("t0"), Move("t1", "t0"))
    w.add(
        Store(Memory(saved.own), "t1", pointer),
        Load("t1", Memory("t1"), INT),
        Store(Memory(saved.value), "t1", INT, "C's errno"),
    )
    return saved


def _is_threads_own(env: Surroundings) -> bool:
    """Whether the cell is one thread's, as long as it is there."""
    return env.target.last_error is None


def enter(w: Builder, env: Surroundings, saved: Saved) -> None:
    """Make C's errno that of the Python code which is about to run."""
    cell = Memory(saved.cell)
    w.add(Load("t0", cell, env.target.model.pointer), Branch("eq", "t0", 0, "make_cell"), Label("have_cell"))
    make = (env.support("errno_cell", result="t0"), Store(cell, "t0", env.target.model.pointer), Jump("have_cell"))
    w.aside("make_cell", lambda: w.add(*make))
    w.add(
        Copy(Memory(saved.outer), Memory("t0", VALUE), LAST_ERROR),
        Load("t1", Memory(saved.value), INT),
        Store(Memory("t0", VALUE), "t1", INT),
        Store(Memory("t0", KEPT), KEPT_INSIDE, INT),
    )
    if saved.last is not None and saved.outer_last is not None:
        _swap(w, Memory("t0", LAST_ERROR), saved.last, saved.outer_last)


def _swap(w: Builder, place: Memory, new: Local, old: Local) -> None:
    """What is at a place is kept, and something else put there. t1 is lost."""
    w.add(
        Load("t1", place, INT),
        Store(Memory(old), "t1", INT),
        Load("t1", Memory(new), INT),
        Store(place, "t1", INT),
    )


def leave(w: Builder, env: Surroundings, saved: Saved) -> None:
    """The Python code has run: what it has for errno is C's, and the cell is again what it was."""
    w.add(
        Load("t0", Memory(saved.cell), env.target.model.pointer),
        Load("t1", Memory("t0", VALUE), INT),
        Store(Memory(saved.value), "t1", INT),
        Copy(Memory("t0", VALUE), Memory(saved.outer), LAST_ERROR),
    )
    if saved.last is not None and saved.outer_last is not None:
        _swap(w, Memory("t0", LAST_ERROR), saved.outer_last, saved.last)


def restore(w: Builder, env: Surroundings, saved: Saved) -> None:
    """Give C its errno, when nothing else will be called."""
    w.add(
        Load("t0", Memory(saved.own), env.target.model.pointer),
        Load("t1", Memory(saved.value), INT),
        Store(Memory("t0"), "t1", INT, "C's errno"),
    )
    if saved.last is not None:
        w.add(Load("t0", Memory(saved.last), INT), *env.set_last_error("t0"))


def give(w: Builder, env: Surroundings, library: str = "") -> None:
    """Have the errno of a call's C library be what the thread's cell holds, when nothing else will be called before C is."""
    value, last = Memory(w.local()), Memory(w.local()) if env.target.last_error else None
    find(w, env)
    w.add(Load("t1", Memory("t0", VALUE), INT), Store(value, "t1", INT, "what errno is to be"))
    if last is not None:
        w.add(
            Load("t1", Memory("t0", LAST_ERROR), INT), Store(last, "t1", INT, "what the system's last error is to be")
        )
    w.add(env.errno("t0", library), Load("t1", value, INT), Store(Memory("t0"), "t1", INT, "for C to find"))
    if last is not None:
        w.add(Load("t0", last, INT), *env.set_last_error("t0"))


def keep(w: Builder, env: Surroundings, library: str = "") -> None:
    """Copy what a call has left in the errno of its C library into the thread's cell, for `farcall.errno()`."""
    left, last = Memory(w.local()), env.last_error("t0")
    system = Memory(w.local()) if last else None
    if system is not None:
        w.add(*last, Store(system, "t0", INT, "the system's last error"))
    w.add(
        env.errno("t0", library), Load("t0", Memory("t0"), INT), Store(left, "t0", INT, "what the call left in errno")
    )
    find(w, env)
    w.add(
        Load("t1", left, INT),
        Store(Memory("t0", VALUE), "t1", INT, "for farcall.errno()"),
        Store(Memory("t0", KEPT), 1, FLAG),
    )
    if system is not None:
        w.add(Load("t1", system, INT), Store(Memory("t0", LAST_ERROR), "t1", INT, "for farcall.last_error()"))


def of_thread(env: Surroundings) -> Invoke:
    """The address of this thread's cell in t0, NULL if it has none."""
    return Invoke(ERRNO_GET, env.placement("thread_get"), (ERRNO,), "t0", note="this thread's errno for Python")


def find(w: Builder, env: Surroundings) -> None:
    """The address of this thread's cell in t0, made if there is none."""
    none, found = w.label("no_cell"), w.label("cell")
    w.add(
        of_thread(env),
        Branch("eq", "t0", 0, none),
        Label(found),
    )
    w.aside(none, lambda: w.add(env.support("errno_cell", result="t0"), Jump(found)))


def errno_cell(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`void *errno_cell(void)`: this thread's cell, made if there is none. Where there is no memory for one, all threads
    in that plight share one."""
    w.add(
        of_thread(env),
        Branch("ne", "t0", 0, "found"),
        env.invoke("calloc", 1, SIZE, result="s0"),
        Branch("eq", "s0", 0, "none"),
        env.errno("t0"),
        Store(Memory("s0", OWN), "t0", env.target.model.pointer, "where C keeps this thread's"),
        Invoke(ERRNO_SET, env.placement("thread_set"), (ERRNO, "s0"), note="for this thread"),
        of_thread(env),
        Branch("eq", "t0", 0, "unset"),
        Return("t0"),
    )
    w.aside("found", lambda: w.add(Return("t0")))
    w.aside("unset", lambda: w.add(env.invoke("free", "s0"), Jump("none")))
    w.aside("none", lambda: w.add(Return(ERRNO_SHARED)))
    return w.finish()


def errno_location(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int *errno_location(void)`, in place of the C library's function of that use: in a callback the place whose value
    C finds on return, which is the thread's cell."""
    w.add(
        of_thread(env),
        Branch("eq", "t0", 0, "outside"),
        Branch("eq", Memory("t0", INSIDE), 0, "outside", FLAG),
        Return("t0"),
    )
    w.aside("outside", lambda: w.add(env.errno("t0"), Return("t0")))
    return w.finish()
