"""Recipes of libffi's own shapes: calls from arrays of pointers, and closures with a C handler. No Python in them.

A call body is `void (cif, function, result, arguments[], chain)`, one for each signature. It reads each argument
through its pointer, with just its own size, and writes the result: an integer narrower than a register as a
whole register (`ffi_arg`), everything else with its own size. `chain` goes to the static chain register, which
functions that are not Go closures ignore; so one body serves ffi_call, ffi_call_go and call plans.
"""

from __future__ import annotations

from typing import NamedTuple

from ..convention.placement import Placement
from .carrier import Carrier, Character, Nothing, Truth, Whole
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
    "CELL", "CIF_ABI", "CIF_BYTES", "CIF_FLAGS", "CIF_NARGS", "CIF_RTYPE", "CIF_TYPES", "CLOSURE", "FLAGS_BASE",
    "GO_CLOSURE", "RAW_CLOSURE", "TABLE_COUNT", "TABLE_ENTRY_BITS", "TABLE_FIRST", "Body", "Cell", "Shape", "call_body",
    "closure_body", "invoke_plan", "through_cif",
]  # fmt: skip

#: Fields of ffi_cif (libffi's ffi.h, LP64 without extra fields). `flags` is the port's own: here an index.
CIF_ABI, CIF_NARGS, CIF_TYPES, CIF_RTYPE, CIF_BYTES, CIF_FLAGS = 0, 4, 8, 16, 24, 28
#: The index of a prepared cif is kept in `flags` plus this number, which hardly ever lies there by chance.
FLAGS_BASE = 0x0FA11000
#: The table of prepared signatures: a count, then entries of {body address, abi, nargs}.
TABLE_COUNT, TABLE_FIRST, TABLE_ENTRY_BITS = 0, 16, 4
#: A cell of ffi_raw (FFI_SIZEOF_ARG).
CELL = 8


class Body(NamedTuple):
    """A signature as libffi calls it."""

    parameters: tuple[Carrier, ...]
    result: Carrier
    placement: Placement


class Cell(NamedTuple):
    """Where an argument lies among the cells of ffi_raw, in bytes; `pointer`: its address lies there instead."""

    offset: int
    pointer: bool


def call_body(plan: Body, env: Surroundings, cells: tuple[Cell, ...] | None = None) -> Routine:
    """`void (cif, function, result, arguments[], chain)`; a NULL result is thrown away. With `cells` the fourth
    argument is the address of `ffi_raw` cells with the arguments in them."""
    w = Writer("ffi_raw_call" if cells else "ffi_call", env.placement("ffi_call_go"))
    pointer = env.target.model.pointer
    function = w.local(8)
    w.add(
        Receive(1, At(function), "the function"),
        Receive(3, "s0", "the arguments' addresses" if cells is None else "the cells"),
        Receive(4, "t1", "the static chain"),
    )
    empty = isinstance(plan.result, Nothing)
    if not empty:
        scratch = w.local(max(16, plan.result.size), 16)
        w.add(Receive(2, "s1", "where the result goes"), Branch("eq", "s1", 0, "nowhere"), Label("somewhere"))
        w.aside("nowhere", lambda: w.add(Address("s1", At(scratch)), Jump("somewhere")))
    if cells is None:
        cells = tuple(Cell(position * pointer, True) for position in range(len(plan.parameters)))
    arguments = tuple(Through(At("s0", at)) if address else At("s0", at) for at, address in cells)
    result: str | At | None = None if empty else At("s1")
    if isinstance(plan.result, (Whole, Truth, Character)):
        result = "t0"
    w.add(Invoke(At(function), plan.placement, arguments, result, note="the function"))
    if result == "t0":
        w.add(Store(At("s1"), "t0", 8, "a whole ffi_arg"))
    w.add(Return())
    return w.finish()


def through_cif(env: Surroundings, table: str) -> Routine:
    """`ffi_call`, `ffi_call_go`, `ffi_raw_call`: find, in the table called so, the body that the cif was prepared
    with, and go on there. A NULL or unprepared cif does nothing."""
    w = Writer("ffi_call", env.placement("ffi_call_go"))
    w.add(
        Receive(0, "t0", "the cif"),
        Branch("eq", "t0", 0, "nothing"),
        Load("t1", At("t0", CIF_FLAGS), 4, note="which body"),
        Compute("sub", "t1", FLAGS_BASE),
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
    """Where a closure body finds what it needs, in bytes from t1; `user_data` -1: t1 itself."""

    cif: int
    handler: int
    user_data: int


#: ffi_closure and ffi_raw_closure from behind the trampoline; ffi_go_closure from its start (libffi's ffi.h).
CLOSURE, RAW_CLOSURE, GO_CLOSURE = Shape(0, 8, 16), Shape(0, 24, 32), Shape(8, 16, -1)


def closure_body(plan: Callback, env: Surroundings, shape: Shape, cells: tuple[Cell, ...] | None = None) -> Routine:
    """A closure's body for a handler `void (cif, result, arguments, user_data)`; with `cells` the arguments are
    `ffi_raw` cells, made anew for each call, instead of addresses."""
    w = Writer("ffi_closure", plan.placement)
    entry = enter(w, env, plan)
    if cells is None:
        cells = tuple(Cell(position * CELL, True) for position in range(len(plan.parameters)))
    sizes = (CELL if cell.pointer else kind.size for cell, kind in zip(cells, plan.parameters, strict=True))
    end = max((cell.offset + size for cell, size in zip(cells, sizes, strict=True)), default=0)
    array = w.local(max(CELL, -(-end // CELL) * CELL))
    w.add(Move("s0", "t1", "the closure"))
    for kind, local, cell in zip(plan.parameters, entry.arguments, cells, strict=True):
        w.add(*_fill(At(array, cell.offset), cell, kind, local, env.target.model.pointer))
    if entry.hidden is not None:
        w.add(Load("t1", At(entry.hidden), env.target.model.pointer))
    else:
        w.add(Address("t1", At(entry.result)))
    user_data = "s0" if shape.user_data < 0 else At("s0", shape.user_data)
    arguments = (At("s0", shape.cif), "t1", AddressOf(At(array)), user_data)
    w.add(Invoke(At("s0", shape.handler), env.placement("handler"), arguments, note="the handler"))
    give_result(w, env, plan, entry)
    return w.finish()


def _fill(to: At, cell: Cell, kind: Carrier, local: Local, pointer: int) -> tuple[Step, ...]:
    """A parameter that was saved in a local, into its cell: by address, as a widened integer, or as it is."""
    if cell.pointer:
        return Address("t0", At(local)), Store(to, "t0", pointer)
    if isinstance(kind, (Whole, Truth, Character)):
        return Load("t0", At(local), kind.size, getattr(kind, "signed", False)), Store(to, "t0", CELL)
    return (Copy(to, At(local), kind.size),)
