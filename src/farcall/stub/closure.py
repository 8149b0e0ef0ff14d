"""The stub of a closure: a C function that runs a Python callable, or a C handler.

One body serves all closures of a shape: the classes are the closure's own, in its state. A closure itself is a thunk of
a few bytes, which puts the address of a cell with its state's address into t1 and jumps to the body; neither is ever
freed. So a thread that waits for the GIL in a closure that is closed meanwhile still stands on firm ground, and finds by
the generation in the closure's state (see `state`), which it read before, that it came too late.

The closure object and the callable are held while the callable runs: either may be let go of meanwhile. Where there is
no GIL, one that nobody refers to any more cannot be held; it is counted who is inside instead (see `closure_cells`).
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Copy,
    Indirect,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Operand,
    Return,
    Routine,
    Store,
)
from ..record import NamedTuple
from . import errno
from .buffer import buffer_layout
from .carrier import Carrier, InstanceKind, ObjectKind, PointerKind, VoidKind, in_ffi_arg, is_owned
from .closure_argument import box_argument, is_instance, to_member
from .closure_cells import guard, in_use, left, lock, unguard, unlock
from .crossing import Crossing
from .free_list import put_by
from .gil_state import HAD, Held, let_go, room, take_gil, unless_shut
from .interpreter import Surroundings
from .link import api
from .reference import hold, release
from .set_before import set_aside, set_back
from .state import Classes, classes, state
from .unbox import Slot, unbox

__all__ = ["Entry", "cells_of", "closure", "enter", "give_result", "handler", "is_instance", "result_room"]


#: The kinds of results that are kept until the next one, in a cell of the closure's state.
KEPT = (InstanceKind, PointerKind, ObjectKind)


class Entry(NamedTuple):
    """What a body has saved of its entry: the arguments in memory, the hidden result address, the generation,
    how it came to have the GIL, the result's own place; and what it holds, the callable and the closure."""

    arguments: tuple[Local, ...]
    hidden: Local | None
    generation: Local
    held: Held
    result: Local
    callable: Local
    closure: Local


def closure(plan: Crossing, env: Surroundings) -> Routine:
    """The body for a Python callable."""
    w, pointer = Builder("closure", plan.placement, ("t1",)), env.target.model.pointer
    entry, cells = enter(w, env, plan), state(pointer)
    w.add(
        Load("s0", Memory("t1"), pointer, note="the closure's state"),
        Load("t0", Memory("s0", cells.generation), pointer, note="which closure it serves now"),
        Store(Memory(entry.generation), "t0", pointer),
    )
    unless_shut(w, env, "ended")
    saved = errno.save(w, env)
    take_gil(w, env, entry.held, "too_late")
    set_before = set_aside(w, env)
    guard(w, env, "s0")
    w.add(
        Load("t0", Memory(entry.generation), pointer),
        Branch("ne", Memory("s0", cells.generation), "t0", "reused", note="the state serves another closure by now"),
        Load("t0", Memory("s0", cells.callable), pointer),
        Branch("eq", "t0", 0, "closed"),
        Store(Memory(entry.callable), "t0", pointer),
    )
    hold(w, env, "t0", "t1")
    if env.interpreter.gil:
        w.add(Load("t0", Memory("s0", cells.self), pointer), Store(Memory(entry.closure), "t0", pointer))
        hold(w, env, "t0", "t1")
    else:
        in_use(w, env, "s0")
        unguard(w, env, "s0")
    _call(w, env, plan, entry)
    w.add(Label("finish"), Load("t0", Memory(entry.callable), pointer))
    release(w, env, "t0")
    if env.interpreter.gil:
        w.add(Load("t0", Memory(entry.closure), pointer))
        release(w, env, "t0")
    else:
        left(w, env, "s0", Memory(entry.closure))
        w.add(env.invoke("Py_DecRef", Memory(entry.closure), note="NULL is allowed"))
    w.add(Label("leave"))
    set_back(w, env, set_before)
    let_go(w, env, entry.held, "return")
    w.add(Label("return"))
    errno.restore(w, env, saved)
    w.add(Label("give"))
    give_result(w, env, plan, entry)
    w.aside("closed", lambda: _closed(w, env, plan, entry))
    w.aside("reused", lambda: _reused(w, env, plan, entry))
    w.aside("too_late", lambda: _too_late(w, env, plan, entry, "return"))
    w.aside("ended", lambda: _too_late(w, env, plan, entry, "give"))
    return w.finish()


def handler(plan: Crossing, env: Surroundings) -> Routine:
    """The body for a C handler `void (*)(cif, result, arguments, user_data)`: no Python, no GIL.

    The state's cells hold the handler, the cif and the user data. A result narrower than a register is written
    by the handler as a whole register (libffi's ffi_arg).
    """
    w = Builder("handler", plan.placement, ("t1",))
    pointer = env.target.model.pointer
    entry, first = enter(w, env, plan, for_c=True), state(pointer).callable
    array = w.local(pointer * max(1, len(plan.parameters)))
    w.add(Load("s0", Memory("t1"), pointer, note="the closure's state"))
    for index, local in enumerate(entry.arguments):
        w.add(LoadAddress("t0", Memory(local)), Store(Memory(array, index * pointer), "t0", pointer))
    if entry.hidden is not None:
        w.add(Load("t1", Memory(entry.hidden), pointer))
    else:
        w.add(LoadAddress("t1", Memory(entry.result)))
    w.add(
        Invoke(
            Memory("s0", first),
            env.placement("handler"),
            (Memory("s0", first + pointer), "t1", AddressOf(Memory(array)), Memory("s0", first + 2 * pointer)),
            note="the handler",
        )
    )
    give_result(w, env, plan, entry, in_ffi_arg(plan.result, env.target.model))
    return w.finish()


def enter(w: Builder, env: Surroundings, plan: Crossing, *, for_c: bool = False) -> Entry:
    """Save every argument; t1, which the thunk set, is left alone. `for_c`: a C handler is told where they lie and where
    the result goes, so both are aligned as their types are."""
    arguments, placement = [], plan.placement
    for index, passed in enumerate(placement.arguments):
        align = passed.align(env.target.model) if for_c else 1
        local = w.local(max(8, -(-passed.size // 8) * 8), max(align, 16 if passed.size > 8 else 8))
        w.add(LoadArgument(index, Memory(local), f"parameter {index}"))
        arguments.append(local)
    hidden = None
    if placement.result.by_reference:
        hidden = w.local(8)
        w.add(LoadArgument(-1, Memory(hidden), "where the result goes"))
        result = w.local(8)
    else:
        result = result_room(w, env, plan, for_c=for_c)
    return Entry(tuple(arguments), hidden, w.local(8), room(w, env), result, w.local(8), w.local(8))


def cells_of(plan: Crossing, pointer: int) -> Classes:
    """Where in a closure's state the classes and objects of its values are; of an enumeration there is the address of the word
    that leads to its members in place of a class."""
    instances = [index for index, kind in enumerate(plan.parameters) if _has_class(kind) or index in plan.members]
    if isinstance(plan.result, KEPT):
        instances.append(-1)
    return classes(pointer, tuple(instances), plan.result.size)


def _has_class(kind: Carrier) -> bool:
    return isinstance(kind, InstanceKind) or is_instance(kind)


def result_room(w: Builder, env: Surroundings, plan: Crossing, *, for_c: bool) -> Local:
    """Room for a result, aligned at least as malloc's memory is; if C is to write there, as its type wants it."""
    size = plan.result.size
    align = plan.placement.result.align(env.target.model) if for_c and size else 1
    return w.local(max(16, -(-size // 8) * 8), max(16, align))


def _call(w: Builder, env: Surroundings, plan: Crossing, entry: Entry) -> None:
    """Box the arguments, call, read the result into its place."""
    pointer, count = env.target.model.pointer, len(plan.parameters)
    cells, own = state(pointer), cells_of(plan, pointer)
    vector = w.local((count + 1) * pointer)
    unboxed = [w.label("unboxed") for _ in plan.parameters]
    for index, (kind, local) in enumerate(zip(plan.parameters, entry.arguments, strict=True)):
        box_argument(w, env, kind, index, own, local, unboxed[index])
        if index in plan.members:
            to_member(w, env, Memory("s0", own.of(index)), unboxed[index])
        w.add(Store(Memory(vector, (index + 1) * pointer), "t0", pointer, f"argument {index}"))
    if unboxed:
        w.aside(unboxed[-1], lambda: _drop(w, env, vector, unboxed[:-1], then="failed"))
    nargsf = count - (1 << (8 * pointer - 1))  # PEP 590: the callee may use the cell before the arguments
    arguments = (Memory(entry.callable), AddressOf(Memory(vector, pointer)), nargsf, 0)
    if env.interpreter.fast:
        w.add(
            Load("t1", Memory("s0", cells.vectorcall), pointer),
            Branch("eq", "t1", 0, "ask_type"),
            Load("t0", Memory(entry.callable), pointer),
            Compute("add", "t1", "t0"),
            Load("t1", Memory("t1"), pointer, note="its vectorcall"),
            Invoke("t1", env.placement("vectorcall"), arguments, "s2", note="the callable"),
            Label("called"),
        )
        by_type = env.invoke("vectorcall", *arguments, result="s2", note="the callable")
        w.aside("ask_type", lambda: w.add(by_type, Jump("called")))
    else:
        w.add(env.invoke("vectorcall", *arguments, result="s2", note="the callable"))
    for index, kind in enumerate(plan.parameters):
        w.add(Load("t0", Memory(vector, (index + 1) * pointer), pointer))
        if is_instance(kind):
            put_by(w, env, own, index)
        else:
            release(w, env, "t0")
    w.add(Branch("eq", "s2", 0, "failed", note="it raised"))
    _read_result(w, env, plan, entry)
    w.aside("failed", lambda: _failed(w, env, plan, entry))


def _drop(w: Builder, env: Surroundings, vector: Local, earlier: list[str], then: str) -> None:
    """Let go of the arguments that there are when the last has failed, last first: where an `earlier` one has failed,
    its label enters among them."""
    pointer = env.target.model.pointer
    for index, label in reversed([*enumerate(earlier)]):
        w.add(Load("t0", Memory(vector, (index + 1) * pointer), pointer), env.invoke("Py_DecRef", "t0"), Label(label))
    w.add(Jump(then))


def _read_result(w: Builder, env: Surroundings, plan: Crossing, entry: Entry) -> None:
    """The object in s2 as the C result, in its place; then let go of it."""
    kind, pointer = plan.result, env.target.model.pointer
    cells, fields = state(pointer), buffer_layout(pointer)
    if isinstance(kind, VoidKind):
        w.add(Branch("ne", "s2", api("_Py_NoneStruct"), "not_none", note="void wants None"))
        w.aside("not_none", lambda: _not_none(w, env))
    else:
        to = w.local(8) if isinstance(kind, InstanceKind) else entry.result
        keep = w.local(fields.size) if isinstance(kind, KEPT) else None
        if keep:
            w.add(Store(Memory(keep, fields.obj), 0, pointer))
        cls = Memory("s0", cells_of(plan, pointer).of(-1)) if keep else None
        slot = Slot(-1, "s2", None, to, keep, "bad_result", Memory("s0", cells.self), -1, cls)
        unbox(w, env, kind, slot)
        if isinstance(kind, InstanceKind):
            into: Memory | Indirect = Indirect(entry.hidden) if entry.hidden else Memory(entry.result)
            if kind.size:
                w.add(
                    Load("t0", Memory(to), pointer),
                    Copy(into, Memory("t0"), kind.size, "the result"),
                )
        if is_owned(kind):
            w.add(env.invoke("Py_IncRef", Memory(entry.result), note="a reference for C; NULL is allowed"))
        if keep:
            w.add(env.invoke("PyBuffer_Release", AddressOf(Memory(keep))))
        w.aside("bad_result", lambda: _bad_result(w, env))
    if isinstance(kind, KEPT) and not is_owned(
        kind
    ):  # what it points to must outlive the callback: until the next result
        _keep_result(w, env, Memory("s0", cells_of(plan, pointer).spare(-1)))
    else:
        release(w, env, "s2")


def _keep_result(w: Builder, env: Surroundings, kept: Memory) -> None:
    """Put the object in s2 where the closure keeps what its result points to, and let go of the one before. Two threads that
    do so at once must not let go of the same."""
    pointer = env.target.model.pointer
    exchange: tuple[Load, Store] = (
        Load("t0", kept, pointer),
        Store(kept, "s2", pointer, "keeps what the pointer points to"),
    )
    before: Operand = "t0"
    if env.interpreter.gil:
        w.add(*exchange)
    else:
        before = Memory(w.local(pointer))
        lock(w, env)
        w.add(*exchange, Store(before, "t0", pointer))
        unlock(w, env)
    w.add(env.invoke("Py_DecRef", before))


def _bad_result(w: Builder, env: Surroundings) -> None:
    w.add(env.invoke("Py_DecRef", "s2"), Jump("failed"))


def _not_none(w: Builder, env: Surroundings) -> None:
    """A value from a callback without a result: refused as any wrong result is."""
    closure = Memory("s0", state(env.target.model.pointer).self)
    w.add(env.support("refuse", closure, -1, "s2"), env.invoke("Py_DecRef", "s2"), Jump("failed"))


def _failed(w: Builder, env: Surroundings, plan: Crossing, entry: Entry) -> None:
    """Leave the exception that is set to the call, as pending, and give the error value. Whoever holds the GIL and calls
    for an object knows of Python's exceptions: it stays set."""
    if isinstance(plan.result, ObjectKind):
        w.add(
            Branch("ne", Memory(entry.held.how), HAD, "postponed", 4, note="who has no GIL cannot look for exceptions"),
            Store(Memory(entry.result), 0, env.target.model.pointer, "NULL"),
            Jump("finish"),
            Label("postponed"),
        )
    closure = Memory("s0", state(env.target.model.pointer).self)
    w.add(env.support("failed", closure, AddressOf(Memory(entry.result))))
    _give_error_value(w, env, plan, entry)
    w.add(Jump("finish"))


def _give_error_value(w: Builder, env: Surroundings, plan: Crossing, entry: Entry) -> None:
    """Copy the error value, which the state carries, to where the result goes."""
    if plan.result.size:
        into: Memory | Indirect = Indirect(entry.hidden) if entry.hidden else Memory(entry.result)
        error_value = Memory("s0", state(env.target.model.pointer).error_value)
        w.add(Copy(into, error_value, plan.result.size, "the error value"))


def _too_late(w: Builder, env: Surroundings, plan: Crossing, entry: Entry, then: str) -> None:
    """Python is going away: the error value, and no word to the interpreter."""
    _give_error_value(w, env, plan, entry)
    w.add(Jump(then))


def _reused(w: Builder, env: Surroundings, plan: Crossing, entry: Entry) -> None:
    """The closure was closed and forgotten while this thread waited for the GIL: nobody states a value, so zero."""
    unguard(w, env, "s0")
    place, pointer = Memory(entry.result), env.target.model.pointer
    if entry.hidden is not None:
        w.add(Load("t0", Memory(entry.hidden), pointer))
        place = Memory("t0")
    offset = 0
    while offset < plan.result.size:
        piece = next(size for size in (pointer, 4, 2, 1) if size <= plan.result.size - offset)
        w.add(Store(Memory(place.base, offset), 0, piece))
        offset += piece
    w.add(Jump("leave"))


def _closed(w: Builder, env: Surroundings, plan: Crossing, entry: Entry) -> None:
    """A pointer used after its closure was closed: give the error value, report which."""
    _give_error_value(w, env, plan, entry)
    unguard(w, env, "s0")
    w.add(env.support("closed_closure", "s0", AddressOf(Memory(entry.result))), Jump("leave"))


def give_result(w: Builder, env: Surroundings, plan: Crossing, entry: Entry, at: int = 0) -> None:
    """End the body with the result that lies in its place, `at` so many bytes from its start."""
    if entry.hidden is not None:
        if plan.placement.returned_address is None:
            w.add(Return())
        else:
            w.add(Load("t0", Memory(entry.hidden), env.target.model.pointer), Return("t0", "the result's address"))
    elif plan.result.size:
        w.add(Return(Memory(entry.result, at)))
    else:
        w.add(Return())
