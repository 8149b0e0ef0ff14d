"""Recipes of libffi's own shapes: calls from arrays of pointers, and closures with a C handler. No Python in them.

A call body is `void (cif, function, result, arguments[], chain)`, one for each signature. It reads each argument
through its pointer, with just its own size, and writes the result: an integer narrower than a register as a
whole register (`ffi_arg`), everything else with its own size. `chain` goes to the static chain register, which
functions that are not Go closures ignore; so one body serves ffi_call, ffi_call_go and call plans.
"""

from __future__ import annotations

from typing import NamedTuple

from ..convention.placement import Placement
from .carrier import Block, Carrier, Character, Nothing, Truth, Whole
from .closure import Callback, enter, give_result
from .interpreter import Surroundings
from .step import (
    Address,
    AddressOf,
    At,
    Branch,
    Compute,
    Copy,
    Invoke,
    Jump,
    Label,
    Load,
    Local,
    Move,
    PassOn,
    Receive,
    Return,
    Routine,
    Step,
    Store,
    Symbol,
    Through,
)
from .writer import Writer

__all__ = [
    "CELL", "CIF_ABI", "CIF_BYTES", "CIF_INDEX", "CIF_NARGS", "CIF_RTYPE", "CIF_TYPES", "CLOSURE", "GO_CLOSURE",
    "RAW_CLOSURE", "TABLE_COUNT", "TABLE_ENTRY_BITS", "TABLE_FIRST", "Body", "Shape", "call_body", "closure_body",
    "invoke_plan", "raw_body", "through_cif",
]  # fmt: skip

#: Fields of ffi_cif (libffi's ffi.h, LP64 without extra fields). `flags` is the port's own: here an index.
CIF_ABI, CIF_NARGS, CIF_TYPES, CIF_RTYPE, CIF_BYTES, CIF_INDEX = 0, 4, 8, 16, 24, 28
#: The table of prepared signatures: a count, then entries of {body address, abi, nargs}.
TABLE_COUNT, TABLE_FIRST, TABLE_ENTRY_BITS = 0, 16, 4
#: A cell of ffi_raw (FFI_SIZEOF_ARG).
CELL = 8


class Body(NamedTuple):
    """A signature as libffi calls it."""

    parameters: tuple[Carrier, ...]
    result: Carrier
    placement: Placement


def call_body(plan: Body, env: Surroundings) -> Routine:
    """`void (cif, function, result, arguments[], chain)`; a NULL result is thrown away."""
    return _calling(Writer("ffi_call", env.placement("ffi_call_go")), env, plan, raw=False)


def _calling(w: Writer, env: Surroundings, plan: Body, *, raw: bool) -> Routine:
    pointer = env.target.model.pointer
    function = w.local(8)
    w.add(
        Receive(1, At(function), "the function"),
        Receive(3, "s0", "the arguments' addresses"),
        Receive(4, "t1", "the static chain"),
    )
    empty = isinstance(plan.result, Nothing)
    if not empty:
        scratch = w.local(max(16, plan.result.size), 16)
        w.add(Receive(2, "s1", "where the result goes"), Branch("eq", "s1", 0, "nowhere"), Label("somewhere"))
        w.aside("nowhere", lambda: w.add(Address("s1", At(scratch)), Jump("somewhere")))
    arguments = tuple(
        At("s0", index * CELL) if raw and not isinstance(kind, Block) else Through(At("s0", index * pointer))
        for index, kind in enumerate(plan.parameters)
    )
    result: str | At | None = None if empty else At("s1")
    if isinstance(plan.result, (Whole, Truth, Character)):
        result = "t0"
    w.add(Invoke(At(function), plan.placement, arguments, result, note="the function"))
    if result == "t0":
        w.add(Store(At("s1"), "t0", 8, "a whole ffi_arg"))
    w.add(Return())
    return w.finish()


def through_cif(env: Surroundings, table: str) -> Routine:
    """`ffi_call`, `ffi_call_go`, `ffi_raw_call`: find, in the table called so, the body that the cif was prepared with, and go on there. A NULL or
    unprepared cif does nothing."""
    w = Writer("ffi_call", env.placement("ffi_call_go"))
    w.add(
        Receive(0, "t0", "the cif"),
        Branch("eq", "t0", 0, "nothing"),
        Load("t1", At("t0", CIF_INDEX), 4, note="which body"),
        Branch("eq", "t1", 0, "nothing"),
        Move("t0", Symbol(table)),
        Branch("below_eq", At("t0", TABLE_COUNT), "t1", "nothing"),
        Compute("shl", "t1", TABLE_ENTRY_BITS),
        Compute("add", "t1", "t0"),
        Receive(0, "t0"),
        Load("t0", At("t0", CIF_ABI), 8, note="abi and nargs"),
        Branch("ne", At("t1", TABLE_FIRST + 8), "t0", "nothing", note="not the cif it was"),
        Load("t0", At("t1", TABLE_FIRST), env.target.model.pointer),
        PassOn("t0"),
    )
    w.aside("nothing", lambda: w.add(Return()))
    return w.finish()


def invoke_plan(env: Surroundings) -> Routine:
    """`ffi_call_plan_invoke`: the plan's first cell is the body. NULL does nothing."""
    w = Writer("ffi_call_plan_invoke", env.placement("ffi_call_go"))
    w.add(
        Receive(0, "t0", "the plan"),
        Branch("eq", "t0", 0, "nothing"),
        Load("t0", At("t0"), env.target.model.pointer, note="its body"),
        PassOn("t0"),
    )
    w.aside("nothing", lambda: w.add(Return()))
    return w.finish()


class Shape(NamedTuple):
    """Where a closure body finds what it needs, in bytes from t1; `user_data` -1: t1 itself. `raw`: the handler
    gets the arguments in cells of their own instead of by address."""

    cif: int
    handler: int
    user_data: int
    raw: bool = False


#: ffi_closure and ffi_raw_closure from behind the trampoline; ffi_go_closure from its start (libffi's ffi.h).
CLOSURE, RAW_CLOSURE, GO_CLOSURE = Shape(0, 8, 16), Shape(0, 24, 32, raw=True), Shape(8, 16, -1)


def closure_body(plan: Callback, env: Surroundings, shape: Shape) -> Routine:
    """A closure's body for a handler `void (cif, result, arguments, user_data)`."""
    w = Writer("ffi_closure", plan.placement)
    pointer = env.target.model.pointer
    entry = enter(w, env, plan)
    array = w.local(CELL * max(1, len(plan.parameters)))
    w.add(Move("s0", "t1", "the closure"))
    for index, (kind, local) in enumerate(zip(plan.parameters, entry.arguments, strict=True)):
        if shape.raw and not isinstance(kind, Block):
            w.add(*_widened(kind, local), Copy(At(array, index * CELL), At(local), CELL))
        else:
            w.add(Address("t0", At(local)), Store(At(array, index * CELL), "t0", pointer))
    if entry.hidden is not None:
        w.add(Load("t1", At(entry.hidden), pointer))
    else:
        w.add(Address("t1", At(entry.result)))
    w.add(
        Invoke(
            At("s0", shape.handler),
            env.placement("handler"),
            (At("s0", shape.cif), "t1", AddressOf(At(array)), "s0" if shape.user_data < 0 else At("s0", shape.user_data)),
            note="the handler",
        )
    )
    give_result(w, env, plan, entry)
    return w.finish()


def _widened(kind: Carrier, local: Local) -> tuple[Step, ...]:
    """A narrow integer in a local, widened to its whole cell."""
    if isinstance(kind, (Whole, Truth, Character)):
        signed = getattr(kind, "signed", False)
        return Load("t0", At(local), kind.size, signed), Store(At(local), "t0", CELL)
    return ()


def raw_body(plan: Body, env: Surroundings) -> Routine:
    """`void (cif, function, result, cells[])`: as `call_body`, with the arguments in cells of eight bytes, structs
    behind a pointer in theirs."""
    w = Writer("ffi_raw_call", env.placement("ffi_call_go"))
    return _calling(w, env, plan, raw=True)
