"""The thunks and cells of closures (see `state`) on their way from one closure to the next.

    list of the unused, by body  ->  an open closure  ->  a closed one  ->  quarantine  ->  the list

A closed closure keeps its cells until it is freed. Then they go into quarantine, a ring of the QUARANTINE last ones, in
exchange for the oldest there, which get a new generation. Nothing of this runs Python code but what the objects that are
let go of do themselves, and that is done when all is in order. Who holds the GIL is alone here; in the tier that does
not rely on it, the lists have a lock.

Where there is no GIL, a thread may close or drop a closure while another is about to call it. So two more words stand in
front of each closure's cells. With the mutex in the first a callback looks whether the closure is open, takes a reference to
the callable and is counted in the second; with it the callable is taken out. A closure that is let go of while callbacks
are counted is freed by the last of these.

    mutex, one byte; whether the last callback is to free the closure, one byte | callbacks under way | generation | ...
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Register,
    Return,
    Routine,
    Store,
)
from .box import return_none
from .interpreter import Surroundings
from .link import QUARANTINED
from .reference import hold, release
from .state import state, words

__all__ = [
    "CELLS",
    "DICT",
    "ENTRY",
    "FRONT",
    "QUARANTINE",
    "RING",
    "WEAK",
    "Found",
    "closure_add",
    "drop",
    "exchange",
    "fill",
    "freed_last",
    "guard",
    "in_use",
    "left",
    "lock",
    "recycle_closure",
    "take_callable",
    "unguard",
    "word_of",
]

#: The closure object's words behind its header: the entry that calls read (see `inline_cache`), the address of its cells,
#: and what CPython keeps of weak references and attributes.
ENTRY, CELLS, WEAK, DICT = range(4)
#: How many closures that are gone keep answering before their thunks serve others: a power of two.
QUARANTINE = 256
#: The words of the quarantine: the lock, how far into the ring the oldest is in bytes, and the ring.
LOCK, OLDEST, RING = range(3)
#: The words in front of the cells where there is no GIL, and how many they are. A PyMutex (Include/cpython/lock.h) is a byte.
MUTEX, USERS, FRONT = -2, -1, 2
MUTEX_BYTES = 1


def word_of(env: Surroundings, obj: str, word: int) -> Memory:
    """A word of the closure object in a register."""
    return Memory(obj, env.interpreter.header + word * env.target.model.pointer)


def drop(w: Builder, env: Surroundings, place: Memory) -> None:
    """Let go of the object at a place, if there is one."""
    there, gone = w.label("there"), w.label("gone")
    w.add(Branch("ne", place, 0, there), Label(gone))

    def let_go() -> None:
        w.add(Load("t0", place, env.target.model.pointer), Store(place, 0, env.target.model.pointer))
        release(w, env, "t0")
        w.add(Jump(gone))

    w.aside(there, let_go)


def exchange(w: Builder, env: Surroundings, oldest: Memory) -> None:
    """Put the cells in s1 into quarantine; those that have been there for the longest, or 0, in `oldest`."""
    pointer = env.target.model.pointer
    lock(w, env)
    w.add(
        Move("t0", QUARANTINED),
        Load("t1", Memory("t0", OLDEST * pointer), pointer),
        Compute("add", "t1", "t0"),
        Load("t0", Memory("t1", RING * pointer), pointer),
        Store(oldest, "t0", pointer),
        Store(Memory("t1", RING * pointer), "s1", pointer, "into quarantine"),
        Move("t0", QUARANTINED),
        Load("t1", Memory("t0", OLDEST * pointer), pointer),
        Compute("add", "t1", pointer),
        Compute("and", "t1", QUARANTINE * pointer - 1),
        Store(Memory("t0", OLDEST * pointer), "t1", pointer),
    )
    unlock(w, env)


def lock(w: Builder, env: Surroundings) -> None:
    """Be alone with lists of cells: the GIL sees to that, where it is relied on. Else temporaries are lost."""
    if not env.interpreter.fast:
        w.add(Move("t0", QUARANTINED), Load("t0", Memory("t0", LOCK), env.target.model.pointer))
        w.add(env.invoke("PyThread_acquire_lock", "t0", 1))


def unlock(w: Builder, env: Surroundings) -> None:
    if not env.interpreter.fast:
        w.add(Move("t0", QUARANTINED), Load("t0", Memory("t0", LOCK), env.target.model.pointer))
        w.add(env.invoke("PyThread_release_lock", "t0"))


def guard(w: Builder, env: Surroundings, cells: str) -> None:
    """Be alone with the callable of the closure whose cells are in a register: no other thread is, where there is a GIL. Else
    temporaries are lost, and no Python code may run until `unguard`."""
    if not env.interpreter.gil:
        w.add(LoadAddress("t0", Memory(cells, MUTEX * env.target.model.pointer)), env.invoke("PyMutex_Lock", "t0"))


def unguard(w: Builder, env: Surroundings, cells: str) -> None:
    if not env.interpreter.gil:
        w.add(LoadAddress("t0", Memory(cells, MUTEX * env.target.model.pointer)), env.invoke("PyMutex_Unlock", "t0"))


def in_use(w: Builder, env: Surroundings, cells: str) -> None:
    """One callback more is under way. The cells are guarded."""
    pointer = env.target.model.pointer
    users = Memory(cells, USERS * pointer)
    w.add(Load("t0", users, pointer), Compute("add", "t0", 1), Store(users, "t0", pointer))


def left(w: Builder, env: Surroundings, cells: str, freed: Memory) -> None:
    """One callback less is under way; in `freed` the closure, if this one was the last and is to let go of it, else 0."""
    pointer, others = env.target.model.pointer, w.label("others")
    users, last = Memory(cells, USERS * pointer), Memory(cells, MUTEX * pointer + MUTEX_BYTES)
    w.add(Store(freed, 0, pointer))
    guard(w, env, cells)
    w.add(
        Load("t0", users, pointer),
        Compute("sub", "t0", 1),
        Store(users, "t0", pointer),
        Branch("ne", "t0", 0, others),
        Branch("eq", last, 0, others, 1),
        Store(last, 0, 1),
        Load("t0", Memory(cells, state(pointer).self), pointer),
        Store(freed, "t0", pointer),
        Label(others),
    )
    unguard(w, env, cells)


def freed_last(w: Builder, env: Surroundings, closure: str, cells: str, waits: str) -> None:
    """Close the closure, which nobody refers to any more, with its callable in s2; to `waits` if callbacks are under way: then
    the last of these has the only reference to it."""
    pointer = env.target.model.pointer
    used = w.label("used")
    guard(w, env, cells)
    w.add(Branch("ne", Memory(cells, USERS * pointer), 0, used))
    _take(w, env, cells)

    def keep() -> None:
        w.add(Store(Memory(cells, MUTEX * pointer + MUTEX_BYTES), 1, 1), env.invoke("Py_IncRef", closure))
        unguard(w, env, cells)
        w.add(Jump(waits))

    w.aside(used, keep)


def take_callable(w: Builder, env: Surroundings, cells: str) -> None:
    """Close the closure: its callable in s2, 0 if it was closed."""
    guard(w, env, cells)
    _take(w, env, cells)


def _take(w: Builder, env: Surroundings, cells: str) -> None:
    pointer = env.target.model.pointer
    place = Memory(cells, state(pointer).callable)
    w.add(Load("s2", place, pointer), Store(place, 0, pointer, "closed"))
    unguard(w, env, cells)


def _words_of(env: Surroundings, kind: str, to: str) -> tuple[Load, Load]:
    """The address of a closure type's words (`state.Words`), of the type in the register `kind`: its first slot holds an
    object whose data they are."""
    facts, pointer = env.interpreter, env.target.model.pointer
    return Load(to, Memory(kind, facts.header), pointer), Load(to, Memory(to, facts.value_data), pointer)


def recycle_closure(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`void recycle_closure(cells)`: put cells that leave the quarantine on the list of their body."""
    pointer = env.target.model.pointer
    cells, layout = state(pointer), words(pointer)
    w.add(
        LoadArgument(0, "s0", "the cells"),
        Load("t0", Memory("s0", cells.type), pointer),
        *_words_of(env, "t0", "t0"),
        Load("s1", Memory("t0", layout.objects), pointer),
        Compute("add", "s1", "s0", "the objects that its values left"),
        Load("s2", Memory("t0", layout.number), pointer),
        Compute("shl", "s2", pointer.bit_length() - 1),
        Compute("add", "s2", "s1"),
        Label("next"),
        Branch("eq", "s1", "s2", "emptied"),
    )
    drop(w, env, Memory("s1"))
    w.add(
        Compute("add", "s1", pointer),
        Jump("next"),
        Label("emptied"),
    )
    guard(w, env, "s0")
    w.add(
        Load("s1", Memory("s0", cells.type), pointer),
        Load("s2", Memory("s0", cells.name), pointer),
        Store(Memory("s0", cells.type), 0, pointer),
        Store(Memory("s0", cells.name), 0, pointer),
        Load("t0", Memory("s0", cells.generation), pointer),
        Compute("add", "t0", 1),
        Store(Memory("s0", cells.generation), "t0", pointer, "a thread on its way into the old one will see"),
    )
    unguard(w, env, "s0")
    lock(w, env)
    w.add(
        *_words_of(env, "s1", "t0"),
        Load("t0", Memory("t0", layout.unused), pointer),
        Load("t1", Memory("t0"), pointer),
        Store(Memory("s0", cells.self), "t1", pointer, "the next"),
        Store(Memory("t0"), "s0", pointer),
    )
    unlock(w, env)
    release(w, env, "s1")
    release(w, env, "s2")
    w.add(Return())
    return w.finish()


def closure_add(env: Surroundings) -> Routine:
    """The builtin `add(list, first, last)`: puts a chain of cells, by their addresses, on a list of unused ones."""
    w, pointer = Builder("closure_add", env.placement("METH_FASTCALL")), env.target.model.pointer
    last = Memory(w.local())
    w.add(LoadArgument(1, "s0", "the arguments: list, first, last"))
    into: tuple[Register | Memory, ...] = ("s1", "s2", last)
    for position, to in enumerate(into):
        w.add(Load("t0", Memory("s0", position * pointer), pointer), env.invoke("PyLong_AsVoidPtr", "t0", result=to))
    lock(w, env)
    w.add(
        Load("t0", Memory("s1"), pointer),
        Load("t1", last, pointer),
        Store(Memory("t1", state(pointer).self), "t0", pointer),
        Store(Memory("s1"), "s2", pointer),
    )
    unlock(w, env)
    return_none(w, env)
    return w.finish()


class Found:
    """Where a routine has put what a closure is made of. References to the type and the name go with it."""

    def __init__(self, w: Builder) -> None:
        self.kind, self.callable, self.name, self.vectorcall = (Memory(w.local()) for _ in range(4))


def fill(w: Builder, env: Surroundings, found: Found, empty: str) -> None:
    """Give the new closure object in s2 cells of its type's list; to `empty` if there are none. s0 and s1 are lost."""
    pointer = env.target.model.pointer
    cells, layout = state(pointer), words(pointer)
    none = w.label("none_left")
    w.add(Load("t0", found.kind, pointer), *_words_of(env, "t0", "s1"))
    lock(w, env)
    w.add(
        Load("t0", Memory("s1", layout.unused), pointer),
        Load("s0", Memory("t0"), pointer),
        Branch("eq", "s0", 0, none),
        Load("t1", Memory("s0", cells.self), pointer, note="the next"),
        Store(Memory("t0"), "t1", pointer),
    )
    unlock(w, env)
    w.add(
        LoadAddress("t0", Memory("s0", cells.error_value)),
        LoadAddress("t1", Memory("s1", layout.template)),
        env.invoke("memmove", "t0", "t1", Memory("s1", layout.size), note="the error value, and the classes"),
    )
    for place, cell in ((found.kind, cells.type), (found.name, cells.name), (found.vectorcall, cells.vectorcall)):
        w.add(Load("t0", place, pointer), Store(Memory("s0", cell), "t0", pointer))
    w.add(Store(Memory("s0", cells.self), "s2", pointer), Load("t0", found.callable, pointer))
    hold(w, env, "t0", "t1")
    guard(w, env, "s0")
    w.add(Load("t0", found.callable, pointer), Store(Memory("s0", cells.callable), "t0", pointer, "open"))
    unguard(w, env, "s0")
    w.add(Store(word_of(env, "s2", CELLS), "s0", pointer))

    def without() -> None:
        unlock(w, env)
        w.add(Jump(empty))

    w.aside(none, without)
