"""Calling through a cif or a plan: entries in generated code, and the same from Python."""

from __future__ import annotations

from functools import lru_cache
from types import BuiltinFunctionType

from ..cpython.callable.function import bind
from ..cpython.facts.host import WORD
from ..cpython.link.data_cells import Cells, allocate, free
from ..cpython.link.linker import linker
from ..ctype import Function, Parameter, Pointer, names
from ..stub.ffi import invoke_plan, through_cif
from .cif import Prepared, prepared

__all__ = [
    "callable_entry", "entry", "ffi_call", "ffi_call_go", "ffi_call_plan_alloc", "ffi_call_plan_free",
    "ffi_call_plan_invoke", "ffi_call_plan_size",
]  # fmt: skip

PLAN_SIZE = 32
_ANY = Pointer(names.void)
#: How many addresses each takes, and the table of bodies that it goes through.
_ENTRIES = {
    "ffi_call": (4, "cifs"),
    "ffi_call_go": (5, "cifs"),
    "ffi_call_plan_invoke": (4, ""),
    "ffi_raw_call": (4, "raw_cifs"),
    "ffi_java_raw_call": (4, "java_cifs"),
}

_plans: dict[int, tuple[Cells, Prepared]] = {}


@lru_cache(maxsize=8)
def entry(name: str) -> int:
    """The address of one of the functions that run without Python."""
    link = linker()
    _, table = _ENTRIES[name]
    routine = through_cif(link.surroundings, table) if table else invoke_plan(link.surroundings)
    return link.bind(link.prepare(routine), {}, name).address


def ffi_call(cif: int, fn: int, rvalue: int, avalue: int) -> None:
    """Call `fn`, an address, with the arguments at the addresses in `avalue`; the GIL is released meanwhile. The result is
    written to `rvalue`, unless that is NULL: an integer narrower than a register as a whole `ffi_arg`. An unprepared cif calls
    nothing; addresses are not checked, and it raises TypeError only for what is no address.

    >>> cif, types = raw.ffi_cif(), low.pointers(raw.ffi_type_double)
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_double, at(types)) == raw.FFI_OK
    True
    >>> x, root, sqrt = farcall.double(9.0), farcall.double(), farcall.Library("libm.so.6").address("sqrt")
    >>> arguments = low.pointers(x)
    >>> raw.ffi_call(at(cif), sqrt, at(root), at(arguments))
    >>> root.value
    3.0
    """
    callable_entry("ffi_call")(cif, fn, rvalue, avalue)


def ffi_call_go(cif: int, fn: int, rvalue: int, avalue: int, closure: int) -> None:
    """`ffi_call` with a static chain: the address of what `ffi_prep_go_closure` made, or of anything that `fn` wants there.
    It raises TypeError only for what is no address.

    >>> cif = raw.ffi_cif()
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 0, raw.ffi_type_sint, 0) == raw.FFI_OK
    True
    >>> number, rand = farcall.ptrdiff_t(-1), farcall.Library("libc.so.6").address("rand")
    >>> raw.ffi_call_go(at(cif), rand, at(number), 0, 0)
    >>> number.value >= 0
    True
    """
    callable_entry("ffi_call_go")(cif, fn, rvalue, avalue, closure)


def ffi_call_plan_alloc(cif: int) -> int:
    """The address of a plan for calls through `cif`, which saves each of them looking the cif up; 0 for an unprepared one. It
    raises nothing. `ffi_call_plan_free` frees it.

    >>> cif = raw.ffi_cif()
    >>> raw.ffi_call_plan_alloc(at(cif))
    0
    """
    found = prepared(cif)
    if found is None:
        return 0
    cells = allocate(PLAN_SIZE)
    cells.put_word(0, found.body)
    cells.put_word(WORD, cif)
    _plans[cells.address] = (cells, found)
    return cells.address


def ffi_call_plan_invoke(plan: int, fn: int, rvalue: int, avalue: int) -> None:
    """`ffi_call` by a plan. It raises TypeError only for what is no address.

    >>> cif, types = raw.ffi_cif(), low.pointers(raw.ffi_type_double)
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_double, at(types)) == raw.FFI_OK
    True
    >>> plan, sqrt = raw.ffi_call_plan_alloc(at(cif)), farcall.Library("libm.so.6").address("sqrt")
    >>> x, root = farcall.double(9.0), farcall.double()
    >>> arguments = low.pointers(x)
    >>> raw.ffi_call_plan_invoke(plan, sqrt, at(root), at(arguments))
    >>> raw.ffi_call_plan_free(plan)
    >>> root.value
    3.0
    """
    callable_entry("ffi_call_plan_invoke")(plan, fn, rvalue, avalue)


def ffi_call_plan_free(plan: int) -> None:
    """Free a plan; NULL and what is no plan is left alone, and nothing is raised.

    >>> raw.ffi_call_plan_free(0)
    """
    held = _plans.pop(plan, None)
    if held is not None:
        held[0].put_word(0, 0)
        free(held[0])


def ffi_call_plan_size(plan: int) -> int:
    """The size of a plan in bytes, more for a wider signature; 0 for NULL. It raises nothing.

    >>> raw.ffi_call_plan_size(0)
    0
    """
    held = _plans.get(plan)
    return PLAN_SIZE + WORD * len(held[1].plan.parameters) if held else 0


@lru_cache(maxsize=8)
def callable_entry(name: str) -> BuiltinFunctionType:
    """One of these functions for Python; it releases the GIL."""
    parameters = tuple(Parameter("", _ANY) for _ in range(_ENTRIES[name][0]))
    return bind(name, Function(names.void, parameters), entry(name))
