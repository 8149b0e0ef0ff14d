"""C's errno on either side of Python: what a call left, and what C finds again after a callback.

Python's own work sets errno all the time. So each thread has a cell of farcall's: a call bound with `errno=True` copies
errno into it, and `farcall.errno()` reads it. A closure puts there what C had when it called, and gives C on return
what the cell holds then: the same, unless the callable has set another, by `farcall.errno(value)` or by a call of its
own that keeps errno. A call bound with `errno="swap"` also begins with what the cell holds.

    the cell:    value | whether there is one | whether a callback is under way | the system's last error | C's own errno

Where it is known how far from the thread's pointer the cell is and how far errno is (`Surroundings.thread`), both are at hand,
and the cell is no more than its first half. Elsewhere the C library is asked where errno is, and the cell is found by a key of
the thread library, whose destructor frees it with the thread. The last word then is where the C library keeps errno, an address
that is a thread's as long as it lives, so that a callback finds both by one call. Windows has a number of its own beside
errno, GetLastError's, which goes the same way; other systems have none, and no code for it. It is read before anything else is
called, and written last. Its fibers take the cell to other threads, so the address is asked for there each time.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Copy,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
    ThreadPointer,
)
from ..record import NamedTuple
from .interpreter import Surroundings
from .link import ERRNO, ERRNO_GET, ERRNO_SET, ERRNO_SHARED

__all__ = [
    "FLAG", "INSIDE", "KEPT", "LAST_ERROR", "SIZE", "VALUE", "Saved", "c_errno", "errno_cell", "errno_location", "find", "give",
    "keep", "look_up", "part", "restore", "save",
]  # fmt: skip

#: Offsets of the cell's parts in bytes: C ints, but for the two flags, a byte each, and the address.
VALUE, KEPT, INSIDE, LAST_ERROR, OWN, SIZE = 0, 4, 6, 8, 16, 24
INT, FLAG = 4, 1
#: Both flags set, as an int of either byte order.
KEPT_INSIDE = 0x01010101


class Asked(NamedTuple):
    """Where a body keeps the addresses that had to be asked for: of the thread's cell, and of C's own errno."""

    cell: Local
    own: Local


class Last(NamedTuple):
    """Where it keeps the system's last error: C's, and what the cell held for it."""

    c: Local
    outer: Local


class Saved(NamedTuple):
    """Where a closure's body keeps what the thread's cell held before, flags and all; and where more is."""

    outer: Local
    asked: Asked | None
    last: Last | None


def save(w: Builder, env: Surroundings) -> Saved:
    """Make C's errno that of the Python code which is to run, before anything is called that may set it. t0 and t1 are lost."""
    pointer, thread = env.target.model.pointer, env.thread
    saved = Saved(
        w.local(),
        None if thread else Asked(w.local(), w.local()),
        Last(w.local(), w.local()) if env.target.last_error else None,
    )
    if saved.last:
        w.add(*env.last_error("t0"), Store(Memory(saved.last.c), "t0", INT, "C's last error"))
    cell, own = find(w, env), Memory("t1")
    if thread:
        own = Memory("t0", thread.errno)
    if saved.asked:
        w.add(Store(Memory(saved.asked.cell), "t0", pointer))
        if saved.last:
            w.add(env.errno("t0"), Move("t1", "t0"), Load("t0", Memory(saved.asked.cell), pointer))
        else:  # the cell is one thread's, as long as it is there
            w.add(Load("t1", part(cell, OWN), pointer))
        w.add(Store(Memory(saved.asked.own), "t1", pointer))
    w.add(
        Load("t1", own, INT, note="C's errno"),
        Copy(Memory(saved.outer), cell, LAST_ERROR, "what is the thread's for Python"),
        Store(part(cell, VALUE), "t1", INT),
        Store(part(cell, KEPT), KEPT_INSIDE, INT),
    )
    if saved.last:
        _swap(w, part(cell, LAST_ERROR), Memory(saved.last.c), Memory(saved.last.outer))
    return saved


def _swap(w: Builder, place: Memory, new: Memory, old: Memory) -> None:
    """What is at a place is kept, and something else put there. t1 is lost."""
    w.add(Load("t1", place, INT), Store(old, "t1", INT), Load("t1", new, INT), Store(place, "t1", INT))


def restore(w: Builder, env: Surroundings, saved: Saved) -> None:
    """Nothing else will be called: C gets the errno that the Python code has left, and the cell is again what it was."""
    pointer, cell, own = env.target.model.pointer, Memory("t0"), Memory("t0")
    if env.thread:
        cell, own = find(w, env), Memory("t0", env.thread.errno)
    if saved.asked:
        w.add(Load("t0", Memory(saved.asked.cell), pointer))
    if saved.last:
        _swap(w, part(cell, LAST_ERROR), Memory(saved.last.outer), Memory(saved.last.c))
    w.add(Load("t1", part(cell, VALUE), INT), Copy(cell, Memory(saved.outer), LAST_ERROR))
    if saved.asked:
        w.add(Load("t0", Memory(saved.asked.own), pointer))
    w.add(Store(own, "t1", INT, "C's errno"))
    if saved.last:
        w.add(Load("t0", Memory(saved.last.c), INT), *env.set_last_error("t0"))


def give(w: Builder, env: Surroundings, library: str = "") -> None:
    """Have the errno of a call's C library be what the thread's cell holds, when nothing else will be called before C is."""
    cell = find(w, env)
    w.add(Load("t1", part(cell, VALUE), INT, note="what errno is to be"))
    if env.thread:
        w.add(Store(Memory("t0", env.thread.errno), "t1", INT, "for C to find"))
        return
    value, last = Memory(w.local()), Memory(w.local()) if env.target.last_error else None
    w.add(Store(value, "t1", INT))
    if last is not None:
        w.add(Load("t1", part(cell, LAST_ERROR), INT), Store(last, "t1", INT, "what the system's last error is to be"))
    place = c_errno(w, env, library)
    w.add(Load("t1", value, INT), Store(place, "t1", INT, "for C to find"))
    if last is not None:
        w.add(Load("t0", last, INT), *env.set_last_error("t0"))


def keep(w: Builder, env: Surroundings, library: str = "") -> None:
    """Copy what a call has left in the errno of its C library into the thread's cell, for `farcall.errno()`."""
    system = Memory(w.local()) if env.target.last_error else None
    if system is not None:
        w.add(*env.last_error("t0"), Store(system, "t0", INT, "the system's last error"))
    if env.thread:
        cell = find(w, env)
        w.add(Load("t1", Memory("t0", env.thread.errno), INT, note="what the call left in errno"))
    else:
        left, place = Memory(w.local()), c_errno(w, env, library)
        w.add(Load("t0", place, INT), Store(left, "t0", INT, "what the call left in errno"))
        cell = find(w, env)
        w.add(Load("t1", left, INT))
    w.add(Store(part(cell, VALUE), "t1", INT, "for farcall.errno()"), Store(part(cell, KEPT), 1, FLAG))
    if system is not None:
        w.add(Load("t1", system, INT), Store(part(cell, LAST_ERROR), "t1", INT, "for farcall.last_error()"))


def c_errno(w: Builder, env: Surroundings, library: str = "") -> Memory:
    """Where errno is of a call's C library, by way of t0; where thread's places are known, a process has one such library."""
    if env.thread:
        w.add(ThreadPointer("t0", "the thread's pointer"))
        return Memory("t0", env.thread.errno)
    w.add(env.errno("t0", library))
    return Memory("t0")


def part(cell: Memory, offset: int) -> Memory:
    """A part of a cell, by its offset there."""
    return Memory(cell.base, cell.offset + offset)


def look_up(w: Builder, env: Surroundings, none: str) -> Memory:
    """This thread's cell, by way of t0; to `none` if there is none."""
    if env.thread:
        w.add(ThreadPointer("t0", "the thread's pointer"))
        return Memory("t0", env.thread.cell)
    w.add(_of_thread(env), Branch("eq", "t0", 0, none))
    return Memory("t0")


def _of_thread(env: Surroundings) -> Invoke:
    """The address of this thread's cell in t0, NULL if it has none."""
    return Invoke(ERRNO_GET, env.placement("thread_get"), (ERRNO,), "t0", note="this thread's errno for Python")


def find(w: Builder, env: Surroundings) -> Memory:
    """This thread's cell, by way of t0, made if there is none; errno is left alone."""
    none, found = w.label("no_cell"), w.label("cell")
    cell = look_up(w, env, none)
    if not env.thread:
        w.add(Label(found))
        w.aside(none, lambda: w.add(env.support("errno_cell", result="t0"), Jump(found)))
    return cell


def errno_cell(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`void *errno_cell(void)`: this thread's cell, made if there is none; errno is left alone. Where there is no memory for one,
    all threads in that plight share one."""
    cell = look_up(w, env, "make")
    w.add(LoadAddress("t0", cell), Return("t0"))
    if not env.thread:
        w.aside("make", lambda: _make_cell(w, env))
    return w.finish()


def _make_cell(w: Builder, env: Surroundings) -> None:
    pointer = env.target.model.pointer
    w.add(
        env.errno("s1"),
        Load("s2", Memory("s1"), INT, note="C's errno"),
        env.invoke("calloc", 1, SIZE, result="s0"),
        Branch("eq", "s0", 0, "none"),
        Store(Memory("s0", OWN), "s1", pointer, "where C keeps this thread's"),
        Invoke(ERRNO_SET, env.placement("thread_set"), (ERRNO, "s0"), note="for this thread"),
        _of_thread(env),
        Branch("eq", "t0", 0, "unset"),
        Label("made"),
        Store(Memory("s1"), "s2", INT),
        Return("s0"),
        Label("unset"),
        env.invoke("free", "s0"),
        Label("none"),
        Move("s0", ERRNO_SHARED),
        Store(Memory("s0", OWN), "s1", pointer),
        Jump("made"),
    )


def errno_location(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int *errno_location(void)`, in place of the C library's function of that use: in a callback the place whose value
    C finds on return, which is the thread's cell."""
    cell = look_up(w, env, "outside")
    w.add(
        Branch("eq", part(cell, INSIDE), 0, "outside", FLAG),
        LoadAddress("t0", cell),
        Return("t0"),
    )

    def outside() -> None:
        place = c_errno(w, env)
        w.add(LoadAddress("t0", place), Return("t0"))

    w.aside("outside", outside)
    return w.finish()
