"""Thread states that foreign threads keep between callbacks, and what becomes of them when the threads have ended.

To make and free a thread state takes longer than most callbacks. So a foreign thread keeps the one that its first callback
was given, and has a record of it as a value of the thread library's: a thread with a record takes the GIL as Python's own
do, but stands behind the finalization gate as all foreign threads. That is so in the main interpreter alone. What a thread keeps
of another would have to go with that one, and CPython would go on believing in it as the thread's.

When the thread ends, the thread library calls `thread_ended` with the record. That must not wait for the GIL, whose holder
may be waiting for the thread's end. So it marks the record, and asks the interpreter to free the state soon; whoever keeps
a new state looks as well. A state's own destructors run then, in another thread.

In a child of fork CPython has freed the states of all other threads, before it runs what was asked of it, and this first of all.
So whoever frees states looks whether the process is the one whose records these are.

    the cells:     whether states are kept | the newest record | how many threads have ended | the process's number
    a record:      the thread state | whether the thread has ended | the next record
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AtomicAdd,
    Branch,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from .closure_cells import lock, unlock
from .gate import ENTERED, SHUT
from .interpreter import Surroundings
from .link import ERRNO_GET, ERRNO_SET, FINALIZATION_GATE, KEPT_THREADS, THREAD_KEY, slot_entry

__all__ = [
    "CELLS",
    "KEEP",
    "NEWEST",
    "NEXT",
    "PROCESS",
    "RECORD",
    "STATE",
    "free_threads",
    "keep_thread",
    "of_thread",
    "thread_ended",
    "thread_value_freed",
    "threads_pending",
]

#: Offsets in pointers: of the cells, and of a record.
KEEP, NEWEST, ENDED, PROCESS, CELLS = range(5)
STATE, GONE, NEXT, RECORD = range(4)


def of_thread(env: Surroundings) -> Invoke:
    """This thread's record in t0, NULL if it has none."""
    return Invoke(ERRNO_GET, env.placement("thread_get"), (THREAD_KEY,), "t0", note="a thread state that was kept")


def keep_thread(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int keep_thread(void)`: have this foreign thread, which has just been given a state, keep it. 1 if it does."""
    pointer = env.target.model.pointer
    w.add(
        env.invoke("calloc", 1, RECORD * pointer, result="s0"),
        Branch("eq", "s0", 0, "not_kept"),
        Invoke(ERRNO_SET, env.placement("thread_set"), (THREAD_KEY, "s0"), note="for this thread"),
        of_thread(env),
        Branch("ne", "t0", "s0", "unset"),
        env.invoke("PyGILState_GetThisThreadState", result="t0"),
        Store(Memory("s0", STATE * pointer), "t0", pointer),
    )
    lock(w, env)
    w.add(
        Move("t0", KEPT_THREADS),
        Load("t1", Memory("t0", NEWEST * pointer), pointer),
        Store(Memory("s0", NEXT * pointer), "t1", pointer),
        Store(Memory("t0", NEWEST * pointer), "s0", pointer),
    )
    unlock(w, env)
    w.add(
        Move("t0", KEPT_THREADS),
        Branch("ne", Memory("t0", ENDED * pointer), 0, "ended", note="others have ended"),
        Label("kept"),
        Return(1),
    )
    w.aside("unset", lambda: w.add(env.invoke("free", "s0"), Jump("not_kept")))
    w.aside("not_kept", lambda: w.add(Return(0)))
    w.aside("ended", lambda: w.add(env.support("free_threads"), Jump("kept")))
    return w.finish()


def thread_ended(env: Surroundings) -> Routine:
    """`void thread_ended(record)`: what the thread library calls at the end of a thread, without the GIL."""
    w, pointer = Builder("thread_ended", env.placement("thread_ended")), env.target.model.pointer
    w.add(
        LoadArgument(0, "s0", "the record"),
        Store(Memory("s0", GONE * pointer), 1, pointer),
        Move("t0", KEPT_THREADS),
        AtomicAdd(Memory("t0", ENDED * pointer), 1, "behind the mark"),
    )
    # As a callback does it: Python's end waits for whoever is between these two.
    w.add(Move("s1", FINALIZATION_GATE), AtomicAdd(Memory("s1", ENTERED), 1))
    w.add(
        Branch("ne", Memory("s1", SHUT), 0, "over", 4),
        env.invoke("Py_AddPendingCall", slot_entry("threads_pending"), 0, result="t0"),
        Label("over"),
        AtomicAdd(Memory("s1", ENTERED), -1),
        Return(),
    )
    return w.finish()


def thread_value_freed(env: Surroundings) -> Routine:
    """`void thread_value_freed(value)`: C's `free`, for a thread library that calls what it calls otherwise than C."""
    w = Builder("thread_value_freed", env.placement("thread_ended"))
    w.add(LoadArgument(0, "t0", "the value"), env.invoke("free", "t0"), Return())
    return w.finish()


def threads_pending(env: Surroundings) -> Routine:
    """`int threads_pending(nothing)`: what the interpreter calls when it has the time."""
    w = Builder("threads_pending", env.placement("pending_call"))
    w.add(env.support("free_threads"), Return(0))
    return w.finish()


def free_threads(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`void free_threads(void)`: free the states of threads that have ended. The GIL is held.

    To clear a state may run Python code, to delete it does not. From 3.12 on deleting the state of another thread makes
    the interpreter forget the running thread's (`unbind_gilstate_tstate`, Python/pystate.c). So that is done while
    the running thread has another one, which goes then, and the interpreter takes note of the old one again.
    """
    pointer, own = env.target.model.pointer, env.interpreter.own_state
    before, other = Memory(w.local()), Memory(w.local())
    w.add(
        env.invoke("getpid", result="t0"),
        Move("t1", KEPT_THREADS),
        Branch("ne", Memory("t1", PROCESS * pointer), "t0", "done", 4, "a child of fork: they are freed"),
        Move("s0", 0, "those that are cleared"),
        Label("again"),
    )
    lock(w, env)
    w.add(
        Move("t0", KEPT_THREADS),
        LoadAddress("s1", Memory("t0", NEWEST * pointer)),
        Label("next"),
        Load("s2", Memory("s1"), pointer),
        Branch("eq", "s2", 0, "all_seen"),
        Branch("ne", Memory("s2", GONE * pointer), 0, "gone"),
        LoadAddress("s1", Memory("s2", NEXT * pointer)),
        Jump("next"),
        Label("gone"),
        Load("t0", Memory("s2", NEXT * pointer), pointer),
        Store(Memory("s1"), "t0", pointer),
        Store(Memory("s2", NEXT * pointer), "s0", pointer),
        Move("s0", "s2"),
        Move("t0", KEPT_THREADS),
        AtomicAdd(Memory("t0", ENDED * pointer), -1),
    )
    unlock(w, env)
    w.add(
        Load("t0", Memory("s0", STATE * pointer), pointer),
        env.invoke("PyThreadState_Clear", "t0"),
        Jump("again", "the list may have changed meanwhile"),
        Label("all_seen"),
    )
    unlock(w, env)
    w.add(Branch("eq", "s0", 0, "done"))
    if own:
        w.add(
            env.invoke("PyThreadState_GetUnchecked", result=before),
            env.invoke("PyInterpreterState_Get", result="t0"),
            env.invoke("PyThreadState_New", "t0", result=other),
            Branch("eq", other, 0, "done", note="no memory: they stay"),
            env.invoke("PyThreadState_Swap", other, result="t0"),
        )
    w.add(
        Label("delete"),
        Load("t0", Memory("s0", STATE * pointer), pointer),
        env.invoke("PyThreadState_Delete", "t0"),
        Load("s1", Memory("s0", NEXT * pointer), pointer),
        env.invoke("free", "s0"),
        Move("s0", "s1"),
        Branch("ne", "s0", 0, "delete"),
    )
    if own:
        w.add(
            env.invoke("PyThreadState_Clear", other),
            env.invoke("PyThreadState_DeleteCurrent", note="which lets go of the GIL"),
            env.invoke("PyEval_RestoreThread", before),
        )
    w.add(Label("done"), Return())
    return w.finish()
