"""Entering Python from C: taking the GIL where the thread does not have it, and turning back once Python ends.

Code belongs to the interpreter that made it, one of several in the process perhaps, and whoever comes in from C enters that
one. A thread that is in it, or that has let go of its GIL with a state of its own, goes on with that. Any other is given a
new state: a foreign thread, which keeps it where it may (see `kept_thread`), and a thread that is in another interpreter,
which leaves that one meanwhile.

CPython kills a thread that waits for the GIL when the interpreter goes away, in the middle of C's work. So threads with new
states are counted as they enter, and the interpreter's exit first shuts the gate, then waits until those who came through
it are out again (`cpython.link.finalization`). When the interpreter is gone, its closures say so and give their error value.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AtomicAdd,
    Branch,
    Compute,
    Instruction,
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
)
from ..record import NamedTuple
from . import gate
from .errno import c_errno
from .interpreter import Surroundings
from .kept_thread import NEWEST, STATE, of_thread
from .link import ERRNO, ERRNO_DELETE, ERRNO_GET, FINALIZATION_GATE, INTERPRETER, KEPT_THREADS, api

__all__ = ["HAD", "Held", "interpreter_gone", "let_go", "one_more", "room", "take_gil", "unless_shut"]

#: How a thread came to have the GIL: it had it, took it, took it with a state that it kept, or was given a state.
HAD, TOOK, KEPT, NEW = range(4)
STANDARD_ERROR = 2
#: CPython's own memory, and the size of what it has for a key of the thread library's (pthread_key_t).
RUNTIME, KEY = api("_PyRuntime"), 4


class Held(NamedTuple):
    """Where a routine keeps how it came to have the GIL, and the state in another interpreter that the thread had before, or 0;
    None where there is one interpreter."""

    how: Local
    outer: Local | None


def room(w: Builder, env: Surroundings) -> Held:
    """Room for it."""
    return Held(w.local(), w.local() if env.interpreter.own_state else None)


def unless_shut(w: Builder, env: Surroundings, too_late: str) -> None:
    """Go to `too_late` once Python has begun to go away, or this interpreter is gone; of that somebody is told, once. C's errno
    is left alone."""
    w.add(Move("t0", FINALIZATION_GATE), Branch("ne", Memory("t0", gate.SHUT), 0, "ending", 4), Label("alive"))

    def ending() -> None:
        w.add(
            Branch("eq", Memory("t0", gate.SHUT), gate.GONE, "gone", 4),
            env.invoke("Py_IsInitialized", result="t0"),
            Branch("eq", "t0", 0, too_late, 4),
            env.invoke("Py_IsFinalizing", result="t0"),
            Branch("eq", "t0", 0, "alive", 4),
            Jump(too_late),
        )

    def gone() -> None:
        left = Memory(w.local())
        w.add(Branch("ne", Memory("t0", gate.TOLD), 0, too_late, 4), Store(Memory("t0", gate.TOLD), 1, 4))
        errno = c_errno(w, env)
        w.add(
            Load("t0", errno, 4),
            Store(left, "t0", 4, "C's errno"),
            Move("t0", FINALIZATION_GATE),
            LoadAddress("t1", Memory("t0", gate.TEXT)),
            env.invoke("write", STANDARD_ERROR, "t1", len(gate.LATE), note="the interpreter of this closure is gone"),
        )
        errno = c_errno(w, env)
        w.add(Load("t1", left, 4), Store(errno, "t1", 4), Jump(too_late))

    w.aside("ending", ending)
    w.aside("gone", gone)


def take_gil(w: Builder, env: Surroundings, held: Held, too_late: str) -> None:
    """Take the GIL unless this thread has it, and keep how in `held`; to `too_late` if the gate is shut, or there is no
    memory. The thread's state is in s1 then."""
    if held.outer:
        w.add(Store(Memory(held.outer), 0, env.target.model.pointer))
        w.add(env.invoke("PyThreadState_GetUnchecked", result="s1"), Branch("eq", "s1", 0, "outside"))
        w.add(*_interpreter_of(env, "s1"), Branch("ne", "t0", INTERPRETER, "elsewhere"))
        w.aside("outside", lambda: w.add(*_last_state(env), Jump("known")))
        outer = held.outer
        w.aside("elsewhere", lambda: _elsewhere(w, env, outer))
    else:  # the current state is that of whichever thread has the GIL, and this is the only interpreter
        w.add(*_last_state(env), *_unless_current(env, "s1", "known"))
    w.add(Store(Memory(held.how), HAD, 4, "the GIL is held already"), Label("taken"))
    w.aside("known", lambda: _known(w, env, held))
    w.aside("foreign", lambda: _enter(w, env, held, too_late))


def _last_state(env: Surroundings) -> tuple[Instruction, ...]:
    """The state that CPython notes for this thread in s1, the last that it ran with; to `foreign` if there is none."""
    facts, outside = env.interpreter, Branch("eq", "s1", 0, "foreign")
    if not facts.runtime_state:
        return env.invoke("PyGILState_GetThisThreadState", result="s1"), outside
    return (  # the key is another one in a child of fork
        Move("t0", RUNTIME),
        Load("t0", Memory("t0", facts.runtime_key), KEY, note="the key of threads' states"),
        Invoke(ERRNO_GET, env.placement("thread_get"), ("t0",), "s1", note="this thread's state"),
        outside,
    )


def _unless_current(env: Surroundings, state: str, then: str) -> tuple[Instruction, ...]:
    """Go to `then` unless the state in a register is that of whichever thread has the GIL. t0 is lost."""
    facts = env.interpreter
    if facts.runtime_state:
        return Move("t0", RUNTIME), Branch("ne", Memory("t0", facts.runtime_state), state, then)
    return env.invoke("PyThreadState_GetUnchecked", result="t0"), Branch("ne", "t0", state, then)


def _interpreter_of(env: Surroundings, state: str) -> tuple[Instruction, ...]:
    """The interpreter of the state in a register, in t0."""
    facts = env.interpreter
    if facts.fast:
        return (Load("t0", Memory(state, facts.state_interpreter), env.target.model.pointer, note="its interpreter"),)
    return (env.invoke("PyThreadState_GetInterpreter", state, result="t0"),)


def _known(w: Builder, env: Surroundings, held: Held) -> None:
    """A thread that has let go of the GIL, of this interpreter or of another. Nobody but foreign threads keeps states."""
    if env.interpreter.own_state:
        w.add(*_interpreter_of(env, "s1"), Branch("ne", "t0", INTERPRETER, "foreign"))
    w.add(
        Move("t1", KEPT_THREADS),
        Branch("ne", Memory("t1", NEWEST * env.target.model.pointer), 0, "perhaps_kept"),
        Label("python_s_own"),
        Store(Memory(held.how), TOOK, 4),
        Label("restore"),
        env.invoke("PyEval_RestoreThread", "s1"),
        Jump("taken"),
    )

    def perhaps_kept() -> None:
        w.add(of_thread(env), Branch("eq", "t0", 0, "python_s_own"), Jump("foreign", "it stands behind the gate"))

    w.aside("perhaps_kept", perhaps_kept)


def _elsewhere(w: Builder, env: Surroundings, outer: Local) -> None:
    """A thread that is in another interpreter, which it leaves."""
    w.add(env.invoke("PyEval_SaveThread", result=Memory(outer)), Move("s1", 1), Jump("foreign"))


def _enter(w: Builder, env: Surroundings, held: Held, too_late: str) -> None:
    """Go through the gate, with the state that the thread has kept, or with a new one. s1 is 0 if Python knows the thread in
    no interpreter: then it keeps the new one."""
    pointer, known = env.target.model.pointer, w.local()
    w.add(
        Move("t1", FINALIZATION_GATE),
        AtomicAdd(Memory("t1", gate.ENTERED), 1, "before the gate is looked at"),
        Branch("ne", Memory("t1", gate.SHUT), 0, "turn_back", 4),
        Move("t1", KEPT_THREADS),
        Branch("ne", Memory("t1", NEWEST * pointer), 0, "look_for_kept"),
        Label("without"),
        Store(Memory(known), "s1", pointer),
        env.invoke("PyThreadState_New", INTERPRETER, result="s1"),
        Branch("eq", "s1", 0, "turn_back", note="no memory"),
        Store(Memory(held.how), NEW, 4),
        env.invoke("PyEval_RestoreThread", "s1"),
        Branch("ne", Memory(known), 0, "taken", note="a thread of Python's"),
        Move("t1", KEPT_THREADS),
        Branch("eq", Memory("t1"), 0, "taken", 4, "states are not kept"),
        env.support("keep_thread", result="t0"),
        Branch("eq", "t0", 0, "taken", 4),
        Store(Memory(held.how), KEPT, 4),
        Jump("taken"),
    )

    def look_for_kept() -> None:
        w.add(
            of_thread(env),
            Branch("eq", "t0", 0, "without"),
            Store(Memory(held.how), KEPT, 4),
            Load("s1", Memory("t0", STATE * pointer), pointer),
            env.invoke("PyEval_RestoreThread", "s1"),
            Jump("taken"),
        )

    def turn_back() -> None:
        w.add(
            Move("t1", FINALIZATION_GATE),
            AtomicAdd(Memory("t1", gate.ENTERED), -1),
        )
        _go_back(w, env, held, too_late)

    w.aside("look_for_kept", look_for_kept)
    w.aside("turn_back", turn_back)


def _go_back(w: Builder, env: Surroundings, held: Held, then: str) -> None:
    """Back into the other interpreter, if the thread was in one; go on at `then`."""
    if held.outer:
        outer = Memory(held.outer)
        w.add(Branch("eq", outer, 0, then), env.invoke("PyEval_RestoreThread", outer, note="the other interpreter"))
    w.add(Jump(then))


def interpreter_gone(key: bool, env: Surroundings) -> Routine:
    """`void interpreter_gone(capsule)`: what the interpreter does last of all that concerns code of this package. `key`: the
    threads' cells for errno go too; the process goes on without them."""
    w = Builder("interpreter_gone", env.placement("capsule_destructor"))
    w.add(Move("t0", FINALIZATION_GATE), Store(Memory("t0", gate.SHUT), gate.GONE, 4))
    if key:
        w.add(Invoke(ERRNO_DELETE, env.placement("thread_delete"), (ERRNO,)))
    w.add(Return())
    return w.finish()


def let_go(w: Builder, env: Surroundings, held: Held, then: str) -> None:
    """Give the GIL back, if it was not held before; go on at `then`, a label that is to follow."""
    w.add(Branch("ne", Memory(held.how), HAD, "let_go", 4))

    def give() -> None:
        w.add(
            Branch("ne", Memory(held.how), TOOK, "leave_by_the_gate", 4),
            env.invoke("PyEval_SaveThread"),
            Jump(then),
        )

    def leave_by_the_gate() -> None:
        w.add(Branch("eq", Memory(held.how), NEW, "give_up_state", 4), Move("t1", FINALIZATION_GATE))
        one_more(w, env, "t1", gate.LEFT)
        w.add(env.invoke("PyEval_SaveThread"), Label("left"))
        _go_back(w, env, held, then)

    def give_up_state() -> None:  # what is cleared may run Python code; nothing does behind that
        w.add(
            env.invoke("PyThreadState_GetUnchecked", result="t0"),
            env.invoke("PyThreadState_Clear", "t0"),
            Move("t1", FINALIZATION_GATE),
        )
        one_more(w, env, "t1", gate.LEFT)
        w.add(env.invoke("PyThreadState_DeleteCurrent", note="which lets go of the GIL"), Jump("left"))

    w.aside("let_go", give)
    w.aside("leave_by_the_gate", leave_by_the_gate)
    w.aside("give_up_state", give_up_state)


def one_more(w: Builder, env: Surroundings, base: str, offset: int, amount: int = 1) -> None:
    """Count where only the holder of the GIL counts. t0 may be lost."""
    place, pointer = Memory(base, offset), env.target.model.pointer
    if env.interpreter.fast:
        w.add(Load("t0", place, pointer), Compute("add", "t0", amount), Store(place, "t0", pointer))
    else:  # there may be no GIL at all
        w.add(AtomicAdd(place, amount))
