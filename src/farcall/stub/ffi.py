"""Stubs of libffi's own shapes: calls from arrays of pointers, and closures with a C handler. No Python in them.

A call body is `void (cif, function, result, arguments[], chain)`, one for each signature. It reads each argument
through its pointer, with just its own size, and writes the result: an integer narrower than a register as a
whole register (`ffi_arg`, which is as wide as a pointer), everything else with its own size. `chain` goes to the
static chain register, which functions that are not Go closures ignore; so one body serves ffi_call, ffi_call_go and
call plans.
"""

from __future__ import annotations

from functools import cache

from ..ctype import DataModel
from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Copy,
    Indirect,
    Instruction,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
    TailJump,
)
from ..record import NamedTuple
from .carrier import Carrier, VoidKind, in_ffi_arg, widened
from .closure import enter, give_result, result_room
from .crossing import Crossing
from .interpreter import Surroundings
from .link import table_of

__all__ = [
    "FLAGS_BASE", "TABLE_ENTRY", "TABLE_FIRST", "TABLE_KEY", "Cell", "Shape", "Shapes", "call_body",
    "closure_body", "invoke_plan", "shapes", "through_cif",
]  # fmt: skip

#: The first two fields of ffi_cif (libffi's ffi.h), both unsigned; the signature's pointers follow, then two more.
CIF_ABI, CIF_NARGS = 0, 4
#: The index of a prepared cif is kept in `flags` plus this number, which hardly ever lies there by chance.
FLAGS_BASE = 0x0FA11000
#: The table of prepared signatures: a count, as wide as a pointer, then entries, each of the address of a body and, from
#: TABLE_KEY on, of abi and nargs.
TABLE_FIRST, TABLE_KEY, TABLE_ENTRY_BITS = 16, 8, 4
TABLE_ENTRY = 1 << TABLE_ENTRY_BITS


class Cell(NamedTuple):
    """Where an argument lies among the cells of ffi_raw, in bytes; `pointer`: its address lies there instead. A narrow
    integer is widened to `word` bytes, 0 for an `ffi_arg`'s."""

    offset: int
    pointer: bool
    word: int = 0


def call_body(plan: Crossing, env: Surroundings, cells: tuple[Cell, ...] | None = None, word: int = 0) -> Routine:
    """`void (cif, function, result, arguments[], chain)`; a NULL result is thrown away. With `cells` the fourth
    argument is the address of `ffi_raw` cells with the arguments in them. A narrow result is at the start of the
    `ffi_arg`, as `word` bytes, or is all of it."""
    w = Builder("ffi_raw_call" if cells else "ffi_call", env.placement("ffi_call_go"))
    pointer = env.target.model.pointer
    function = w.local(8)
    w.add(
        LoadArgument(1, Memory(function), "the function"),
        LoadArgument(3, "s0", "the arguments' addresses" if cells is None else "the cells"),
        LoadArgument(4, "t1", "the static chain"),
    )
    empty = isinstance(plan.result, VoidKind)
    if not empty:
        scratch = result_room(w, env, plan, for_c=True)
        w.add(LoadArgument(2, "s1", "where the result goes"), Branch("eq", "s1", 0, "nowhere"), Label("somewhere"))
        w.aside("nowhere", lambda: w.add(LoadAddress("s1", Memory(scratch)), Jump("somewhere")))
    if cells is None:
        cells = tuple(Cell(position * pointer, True) for position in range(len(plan.parameters)))
    arguments = tuple(
        Indirect(Memory("s0", at)) if address else Memory("s0", at + in_ffi_arg(kind, env.target.model, width))
        for (at, address, width), kind in zip(cells, plan.parameters, strict=True)
    )
    result: str | Memory | None = None if empty else Memory("s1")
    if widened(plan.result, env.target.model):
        result = "t0"
    w.add(Invoke(Memory(function), plan.placement, arguments, result, note="the function"))
    if result == "t0":
        if word and plan.result.size <= word:
            w.add(Compute("shl", "t0", 8 * (pointer - word)))
        w.add(Store(Memory("s1"), "t0", pointer, "a whole ffi_arg"))
    w.add(Return())
    return w.finish()


def _cif_flags(pointer: int) -> int:
    """Where `flags` lies in an ffi_cif: behind arg_types, rtype and bytes. It is the port's own: here an index."""
    return 12 + 2 * pointer


def through_cif(env: Surroundings, table: str) -> Routine:
    """`ffi_call`, `ffi_call_go`, `ffi_raw_call`: find, in the table called so, the body that the cif was prepared
    with, and go on there. A NULL or unprepared cif does nothing."""
    w, pointer = Builder("ffi_call", env.placement("ffi_call_go")), env.target.model.pointer
    w.add(
        LoadArgument(0, "t0", "the cif"),
        Branch("eq", "t0", 0, "nothing"),
        Load("t1", Memory("t0", _cif_flags(pointer)), 4, note="which body"),
        Compute("sub", "t1", FLAGS_BASE),
        Move("t0", table_of(table)),
        Branch("below_eq", Memory("t0"), "t1", "nothing"),
        Compute("shl", "t1", TABLE_ENTRY_BITS),
        Compute("add", "t1", "t0"),
    )
    for offset in range(CIF_ABI, CIF_NARGS + 4, pointer):  # in one word, or in two
        key = Memory("t1", TABLE_FIRST + TABLE_KEY + offset)
        w.add(
            LoadArgument(0, "t0"),
            Load("t0", Memory("t0", offset), pointer, note="abi and nargs" if pointer == 8 else ""),
            Branch("ne", key, "t0", "nothing", note="not the cif it was"),
        )
    w.add(Load("t0", Memory("t1", TABLE_FIRST), pointer), TailJump("t0"))
    w.aside("nothing", lambda: w.add(Return()))
    return w.finish()


def invoke_plan(env: Surroundings) -> Routine:
    """`ffi_call_plan_invoke`: the plan's first cell is the body. NULL does nothing."""
    w = Builder("ffi_call_plan_invoke", env.placement("ffi_call_go"))
    w.add(
        LoadArgument(0, "t0", "the plan"),
        Branch("eq", "t0", 0, "nothing"),
        Load("t0", Memory("t0"), env.target.model.pointer, note="its body"),
        TailJump("t0"),
    )
    w.aside("nothing", lambda: w.add(Return()))
    return w.finish()


class Shape(NamedTuple):
    """Where a closure body finds what it needs, in bytes from t1; `user_data` -1: t1 itself."""

    cif: int
    handler: int
    user_data: int


class Shapes(NamedTuple):
    """ffi_closure and ffi_raw_closure from behind the trampoline, ffi_go_closure from its start (libffi's ffi.h)."""

    plain: Shape
    raw: Shape
    go: Shape


@cache
def shapes(pointer: int, native_raw: bool) -> Shapes:
    """The shapes where pointers have so many bytes; with `native_raw` (FFI_NATIVE_RAW_API) a raw closure has the plain
    one's fields, else two more before the handler."""
    plain = Shape(0, pointer, 2 * pointer)
    return Shapes(plain, plain if native_raw else Shape(0, 3 * pointer, 4 * pointer), Shape(pointer, 2 * pointer, -1))


def closure_body(
    plan: Crossing, env: Surroundings, shape: Shape, cells: tuple[Cell, ...] | None = None, word: int = 0
) -> Routine:
    """A closure's body for a handler `void (cif, result, arguments, user_data)`; with `cells` the arguments are
    `ffi_raw` cells, made anew for each call, instead of addresses. `word` as in `call_body`."""
    w = Builder("ffi_closure", plan.placement, ("t1",))
    entry = enter(w, env, plan, for_c=True)
    pointer = env.target.model.pointer
    if cells is None:
        cells = tuple(Cell(position * pointer, True) for position in range(len(plan.parameters)))
    sizes = (pointer if cell.pointer else kind.size for cell, kind in zip(cells, plan.parameters, strict=True))
    end = max((cell.offset + size for cell, size in zip(cells, sizes, strict=True)), default=0)
    array = w.local(max(8, -(-end // 8) * 8))
    w.add(Move("s0", "t1", "the closure"))
    for kind, local, cell in zip(plan.parameters, entry.arguments, cells, strict=True):
        w.add(*_fill(Memory(array, cell.offset), cell, kind, local, env.target.model))
    if entry.hidden is not None:
        w.add(Load("t1", Memory(entry.hidden), pointer))
    else:
        w.add(LoadAddress("t1", Memory(entry.result)))
    user_data = "s0" if shape.user_data < 0 else Memory("s0", shape.user_data)
    arguments = (Memory("s0", shape.cif), "t1", AddressOf(Memory(array)), user_data)
    w.add(Invoke(Memory("s0", shape.handler), env.placement("handler"), arguments, note="the handler"))
    give_result(w, env, plan, entry, in_ffi_arg(plan.result, env.target.model, word))
    return w.finish()


def _fill(to: Memory, cell: Cell, kind: Carrier, local: Local, model: DataModel) -> tuple[Instruction, ...]:
    """A parameter that was saved in a local, into its cell: by address, as a widened integer, or as it is."""
    if cell.pointer:
        return LoadAddress("t0", Memory(local)), Store(to, "t0", model.pointer)
    if widened(kind, model):
        width = cell.word if kind.size <= cell.word else model.pointer
        return Load("t0", Memory(local), kind.size, getattr(kind, "signed", False)), Store(to, "t0", width)
    return (Copy(to, Memory(local), kind.size),)
