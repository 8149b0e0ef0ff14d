"""Calling through a cif, a plan or raw cells: entries in generated code, and the same from Python."""

from __future__ import annotations

from functools import lru_cache
from types import BuiltinFunctionType

from .. import seed
from ..cpython import marshal as _marshal  # noqa: F401  (generated code calls it)
from ..cpython.cell import Cells, allocate, free
from ..cpython.closure import Closure
from ..cpython.function import bind
from ..cpython.linker import linker
from ..ctype import Function, Parameter, Pointer, names
from ..recipe.carrier import Block, Character, Truth, Whole
from ..recipe.ffi import CELL, invoke_plan, raw_body, through_cif
from .cif import Prepared, all_prepared, prepared, raw_table

__all__ = [
    "entry", "ffi_call", "ffi_call_go", "ffi_call_plan_alloc", "ffi_call_plan_free", "ffi_call_plan_invoke",
    "ffi_call_plan_size", "ffi_ptrarray_to_raw", "ffi_raw_call", "ffi_raw_size", "ffi_raw_to_ptrarray",
]  # fmt: skip

PLAN_SIZE = 32
_ANY = Pointer(names.void)
_PARAMETERS = {"ffi_call": 4, "ffi_call_go": 5, "ffi_call_plan_invoke": 4, "ffi_raw_call": 4}

_raw_table = raw_table
_raw_ready: set[int] = set()
_plans: dict[int, tuple[Cells, Prepared]] = {}


@lru_cache(maxsize=8)
def entry(name: str) -> int:
    """The address of one of the four functions that run without Python."""
    link = linker()
    if name == "ffi_call_plan_invoke":
        routine = invoke_plan(link.surroundings)
    else:
        routine = through_cif(link.surroundings, "raw_cifs" if name == "ffi_raw_call" else "cifs")
    return link.bind(link.prepare(routine), {}, name).address


def ffi_call(cif: int, fn: int, rvalue: int, avalue: int) -> None:
    """Call `fn` with the arguments at the addresses in `avalue`; the GIL is released meanwhile."""
    _callable("ffi_call")(cif, fn, rvalue, avalue)


def ffi_call_go(cif: int, fn: int, rvalue: int, avalue: int, closure: int) -> None:
    """`ffi_call` with a static chain."""
    _callable("ffi_call_go")(cif, fn, rvalue, avalue, closure)


def ffi_call_plan_alloc(cif: int) -> int:
    """A plan for calls through `cif`; 0 for an unprepared one."""
    found = prepared(cif)
    if found is None:
        return 0
    cells = allocate(PLAN_SIZE)
    cells.put_word(0, found.body)
    cells.put_word(8, cif)
    _plans[cells.address] = (cells, found)
    return cells.address


def ffi_call_plan_invoke(plan: int, fn: int, rvalue: int, avalue: int) -> None:
    _callable("ffi_call_plan_invoke")(plan, fn, rvalue, avalue)


def ffi_call_plan_free(plan: int) -> None:
    """Give a plan back; NULL and what is no plan is left alone."""
    held = _plans.pop(plan, None)
    if held is not None:
        held[0].put_word(0, 0)
        free(held[0])


def ffi_call_plan_size(plan: int) -> int:
    """The bytes a plan takes, more for a wider signature; 0 for NULL."""
    held = _plans.get(plan)
    return PLAN_SIZE + CELL * len(held[1].plan.parameters) if held else 0


def ffi_raw_size(cif: int) -> int:
    """The bytes that the arguments of a cif take as raw cells; 0 for an unprepared one."""
    found = prepared(cif)
    return CELL * len(found.plan.parameters) if found else 0


def ffi_ptrarray_to_raw(cif: int, args: int, raw: int) -> None:
    """Arguments by address into raw cells: integers widened, structs by their address."""
    found = prepared(cif)
    if found is None:
        return
    for index, kind in enumerate(found.plan.parameters):
        place = seed.read(args + CELL * index, CELL)
        if isinstance(kind, Block):
            data = place
        else:
            data = seed.read(int.from_bytes(place, "little"), kind.size)
            signed = isinstance(kind, (Whole, Character)) and kind.signed
            if isinstance(kind, (Whole, Character, Truth)):
                data = int.from_bytes(data, "little", signed=signed).to_bytes(CELL, "little", signed=signed)
        seed.write(raw + CELL * index, data.ljust(CELL, b"\0"))


def ffi_raw_to_ptrarray(cif: int, raw: int, args: int) -> None:
    """The addresses of arguments that lie in raw cells."""
    found = prepared(cif)
    if found is None:
        return
    for index, kind in enumerate(found.plan.parameters):
        cell = raw + CELL * index
        data = seed.read(cell, CELL) if isinstance(kind, Block) else cell.to_bytes(CELL, "little")
        seed.write(args + CELL * index, data)


def ffi_raw_call(cif: int, fn: int, rvalue: int, raw: int) -> None:
    """`ffi_call` with the arguments in raw cells."""
    ready_raw(cif)
    _callable("ffi_raw_call")(cif, fn, rvalue, raw)


@lru_cache(maxsize=1)
def raw_default() -> Closure:
    """Have every signature's first `ffi_raw_call` from C make its body: entries start with this closure."""
    made = Closure(_first_raw_call, "void (uintptr_t cif, uintptr_t fn, uintptr_t rvalue, uintptr_t raw)")
    _raw_table.fallback = made.address
    for found in all_prepared():
        if found.number not in _raw_ready:
            _raw_table.put(found.number, made.address, found.abi, len(found.plan.parameters))
    return made


def _first_raw_call(cif: int, fn: int, rvalue: int, raw: int) -> None:
    ffi_raw_call(cif, fn, rvalue, raw)


def ready_raw(cif: int) -> None:
    """Make the body that `ffi_raw_call` needs for a cif, if it has none yet."""
    found = prepared(cif)
    if found is None or found.number in _raw_ready:
        return
    link = linker()
    code = link.prepare(raw_body(found.plan, link.surroundings))
    body = link.bind(code, {}, f"ffi_raw_call of {found.signature}").address
    _raw_table.put(found.number, body, found.abi, len(found.plan.parameters))
    _raw_ready.add(found.number)


@lru_cache(maxsize=8)
def _callable(name: str) -> BuiltinFunctionType:
    parameters = tuple(Parameter("", _ANY) for _ in range(_PARAMETERS[name]))
    return bind(name, Function(names.void, parameters), entry(name))
