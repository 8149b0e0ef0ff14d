"""libffi's raw API and its Java variant: arguments in cells as wide as a register, one behind the other."""

from __future__ import annotations

import sys
from functools import lru_cache

from .. import seed
from ..cpython.callable.closure import Closure
from ..cpython.facts.host import WORD as CELL
from ..cpython.facts.host import host_target
from ..cpython.link.linker import linker
from ..ctype import Complex, CType, Float, Integer, Record, Vector, sizeof
from ..stub.carrier import in_ffi_arg, widened
from ..stub.ffi import Cell, call_body
from .call import callable_entry
from .cif import Prepared, Table, all_prepared, java_table, prepared, raw_table

__all__ = [
    "JAVA_WORD", "ffi_java_ptrarray_to_raw", "ffi_java_raw_call", "ffi_java_raw_size", "ffi_java_raw_to_ptrarray",
    "ffi_ptrarray_to_raw", "ffi_raw_call", "ffi_raw_size", "ffi_raw_to_ptrarray", "layout_of", "offer_calls",
]  # fmt: skip

#: Java's long and double, in bytes, and its int.
LONGEST, JAVA_INT = 8, 4
#: What libffi widens narrow integers to in Java's cells, and leaves of a result (java_raw_api.c): an int where the first
#: bytes of a cell are not its low-order ones, 0 for a whole cell.
JAVA_WORD = JAVA_INT if host_target().byteorder.low(CELL, JAVA_INT) else 0
PROTOTYPE = "void (uintptr_t cif, uintptr_t fn, uintptr_t rvalue, uintptr_t raw)"

Layout = tuple[tuple[Cell, ...], int]
"""The cells of a signature's arguments, and the bytes they take together."""


def ffi_raw_size(cif: int) -> int:
    """The size in bytes of a cif's arguments as raw cells; 0 for an unprepared one. It raises nothing.

    >>> cif, types = raw.ffi_cif(), low.pointers(raw.ffi_type_double)
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_double, at(types)) == raw.FFI_OK
    True
    >>> raw.ffi_raw_size(at(cif)) == 8
    True
    """
    return _size(cif, False)


def ffi_ptrarray_to_raw(cif: int, args: int, raw: int) -> None:
    """Copy the arguments at the addresses in `args` into the raw cells at `raw`: integers widened, structs as their address.
    An unprepared cif copies nothing; it raises nothing.

    >>> cif, types = raw.ffi_cif(), low.pointers(raw.ffi_type_double)
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_double, at(types)) == raw.FFI_OK
    True
    >>> x, cell = farcall.double(2.5), farcall.double()
    >>> arguments = low.pointers(x)
    >>> raw.ffi_ptrarray_to_raw(at(cif), at(arguments), at(cell))
    >>> cell.value
    2.5
    """
    _to_cells(cif, args, raw, False)


def ffi_raw_to_ptrarray(cif: int, raw: int, args: int) -> None:
    """Write the addresses of the arguments in the raw cells at `raw` to `args`. An unprepared cif has none; it raises nothing.

    >>> cif, types = raw.ffi_cif(), low.pointers(raw.ffi_type_double)
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_double, at(types)) == raw.FFI_OK
    True
    >>> cell, place = farcall.double(2.5), farcall.uintptr()
    >>> raw.ffi_raw_to_ptrarray(at(cif), at(cell), at(place))
    >>> place.value == at(cell)
    True
    """
    _to_addresses(cif, raw, args, False)


def ffi_raw_call(cif: int, fn: int, rvalue: int, raw: int) -> None:
    """`ffi_call` with the arguments in raw cells. It raises TypeError only for what is no address.

    >>> cif, types = raw.ffi_cif(), low.pointers(raw.ffi_type_double)
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_double, at(types)) == raw.FFI_OK
    True
    >>> x, root = farcall.double(9.0), farcall.double()
    >>> raw.ffi_raw_call(at(cif), farcall.Library("libm.so.6").address("sqrt"), at(root), at(x))
    >>> root.value
    3.0
    """
    if _ready(cif, False):
        callable_entry("ffi_raw_call")(cif, fn, rvalue, raw)


def ffi_java_raw_size(cif: int) -> int:
    """As `ffi_raw_size`, in bytes, with two cells for a 64-bit number; 0 also where there is a struct, which Java has not. It
    raises nothing.

    >>> cif, types = raw.ffi_cif(), low.pointers(raw.ffi_type_double)
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_double, at(types)) == raw.FFI_OK
    True
    >>> raw.ffi_java_raw_size(at(cif)) == 2 * farcall.sizeof(raw.ffi_java_raw)
    True
    """
    return _size(cif, True)


def ffi_java_ptrarray_to_raw(cif: int, args: int, raw: int) -> None:
    """As `ffi_ptrarray_to_raw` for Java's cells; nothing is done where there is a struct, and nothing raised.

    >>> raw.ffi_java_ptrarray_to_raw(at(raw.ffi_cif()), 0, 0)
    """
    _to_cells(cif, args, raw, True)


def ffi_java_raw_to_ptrarray(cif: int, raw: int, args: int) -> None:
    """As `ffi_raw_to_ptrarray` for Java's cells; nothing is done where there is a struct, and nothing raised.

    >>> raw.ffi_java_raw_to_ptrarray(at(raw.ffi_cif()), 0, 0)
    """
    _to_addresses(cif, raw, args, True)


def ffi_java_raw_call(cif: int, fn: int, rvalue: int, raw: int) -> None:
    """As `ffi_raw_call` for Java's cells; nothing is called where there is a struct, and nothing raised.

    >>> raw.ffi_java_raw_call(at(raw.ffi_cif()), 0, 0, 0)
    """
    if _ready(cif, True):
        callable_entry("ffi_java_raw_call")(cif, fn, rvalue, raw)


def layout_of(found: Prepared, java: bool) -> Layout | None:
    """How the arguments of a signature lie in cells; None if Java's cells cannot hold them."""
    return _layout(found.signature.parameters, java)


@lru_cache(maxsize=1024)  # asked for with each raw call: of the signatures that a program calls in turn
def _layout(parameters: tuple[CType, ...], java: bool) -> Layout | None:
    cells, end, model = [], 0, linker().target.model
    for ctype in parameters:
        pointer = isinstance(ctype, (Record, Complex, Vector))
        size = CELL if pointer else -(-sizeof(ctype, model) // CELL) * CELL
        if java:
            if pointer or sizeof(ctype, model) > LONGEST:
                return None
            if isinstance(ctype, (Integer, Float)) and sizeof(ctype, model) == LONGEST:
                size = 2 * CELL  # a long or a double: two of Java's stack slots, from the first on
        cells.append(Cell(end, pointer, JAVA_WORD if java else 0))
        end += size
    return tuple(cells), end


def _found(cif: int, java: bool) -> tuple[Prepared, Layout] | None:
    found = prepared(cif)
    layout = None if found is None else layout_of(found, java)
    return None if found is None or layout is None else (found, layout)


def _size(cif: int, java: bool) -> int:
    known = _found(cif, java)
    return known[1][1] if known else 0


def _to_cells(cif: int, args: int, raw: int, java: bool) -> None:
    known = _found(cif, java)
    if known is None:
        return
    found, (cells, _) = known
    for position, (kind, cell) in enumerate(zip(found.plan.parameters, cells, strict=True)):
        data = seed.read(args + CELL * position, CELL)
        if not cell.pointer:
            data = seed.read(int.from_bytes(data, sys.byteorder), kind.size)
            if widened(kind, linker().target.model):
                signed = getattr(kind, "signed", False)
                width = cell.word if kind.size <= cell.word else CELL
                data = int.from_bytes(data, sys.byteorder, signed=signed).to_bytes(width, sys.byteorder, signed=signed)
        seed.write(raw + cell.offset, data)


def _to_addresses(cif: int, raw: int, args: int, java: bool) -> None:
    known = _found(cif, java)
    if known is None:
        return
    found, (cells, _) = known
    for position, (kind, cell) in enumerate(zip(found.plan.parameters, cells, strict=True)):
        at = raw + cell.offset + (0 if cell.pointer else in_ffi_arg(kind, linker().target.model, cell.word))
        seed.write(args + CELL * position, seed.read(at, CELL) if cell.pointer else at.to_bytes(CELL, sys.byteorder))


_made: set[tuple[int, bool]] = set()


def _ready(cif: int, java: bool) -> bool:
    """Make the body that a call with cells needs, if it has none yet; whether it has one."""
    known = _found(cif, java)
    if known is None:
        return False
    found, (cells, _) = known
    if (found.number, java) not in _made:
        link, word = linker(), JAVA_WORD if java else 0
        shape = (call_body, found.plan.shape, cells, word)
        name = f"ffi_raw_call of {found.signature}"
        body = link.shared(shape, lambda: call_body(found.plan, link.surroundings, cells, word), name)
        _table(java).put(found.number, body, found.abi, len(found.plan.parameters))
        _made.add((found.number, java))
    return True


def _table(java: bool) -> Table:
    return java_table if java else raw_table


@lru_cache(maxsize=1)
def offer_calls() -> tuple[Closure, ...]:
    """Have every signature's first `ffi_raw_call` from C make its body: entries start with these closures."""
    closures = []
    for call, java in ((ffi_raw_call, False), (ffi_java_raw_call, True)):
        made, table = Closure(call, PROTOTYPE), _table(java)
        table.fallback = made.address
        for found in all_prepared():
            if (found.number, java) not in _made:
                table.put(found.number, made.address, found.abi, len(found.plan.parameters))
        closures.append(made)
    return tuple(closures)
