"""Closures with a C handler: memory for them, and the code that runs it."""

from __future__ import annotations

import struct
import sys

from .. import seed
from ..cpython.facts.host import WORD
from ..cpython.link.executable import executable_memory, synchronise
from ..cpython.link.linker import linker
from ..lower import trampoline
from ..memory import Slot
from ..stub.carrier import InstanceKind
from ..stub.ffi import Cell, Shape, closure_body, shapes
from .cells import JAVA_WORD, layout_of
from .cif import Prepared, prepared
from .constants import FFI_BAD_ABI, FFI_BAD_TYPEDEF, FFI_OK, PORT, SIZEOF_FFI_CLOSURE
from .memory import read_cif

__all__ = [
    "ffi_closure_alloc", "ffi_closure_free", "ffi_get_closure_size", "ffi_prep_closure", "ffi_prep_closure_loc",
    "ffi_prep_go_closure", "ffi_prep_java_raw_closure", "ffi_prep_java_raw_closure_loc", "ffi_prep_raw_closure",
    "ffi_prep_raw_closure_loc",
]  # fmt: skip

LARGEST = 1 << 20
SHAPES = shapes(WORD, PORT.native_raw)

_slots: dict[int, Slot] = {}  # by the address they can be written at
_bodies: dict[tuple[int, Shape, str], int] = {}


def ffi_closure_alloc(size: int, code: int) -> int:
    """Memory for a closure: its writable address; the address to call is written to `*code`. 0 on failure."""
    if not code or not 0 < size <= LARGEST:
        return 0
    slot = executable_memory().reserve(max(size, SIZEOF_FFI_CLOSURE))
    slot.commit(bytes(slot.size))
    writable = slot.writable
    _slots[writable] = slot
    seed.write(code, slot.address.to_bytes(WORD, sys.byteorder))
    return writable


def ffi_closure_free(writable: int) -> None:
    """Give the memory back. NULL, and what was not allocated here, is left alone."""
    slot = _slots.pop(writable, None)
    if slot is not None:
        slot.free()


def ffi_get_closure_size() -> int:
    return SIZEOF_FFI_CLOSURE


def ffi_prep_closure_loc(closure: int, cif: int, fun: int, user_data: int, codeloc: int) -> int:
    """Make a closure of memory at `closure`, which is called at `codeloc`: `fun(cif, result, arguments, user_data)`
    runs. FFI_BAD_ABI for a cif with an unknown ABI, FFI_BAD_TYPEDEF for an unprepared one or a NULL."""
    return _prepare(closure, codeloc, cif, SHAPES.plain, struct.pack("3P", cif, fun, user_data))


def ffi_prep_closure(closure: int, cif: int, fun: int, user_data: int) -> int:
    """`ffi_prep_closure_loc` for memory that is called where it is written."""
    return ffi_prep_closure_loc(closure, cif, fun, user_data, closure)


def ffi_prep_raw_closure_loc(closure: int, cif: int, fun: int, user_data: int, codeloc: int) -> int:
    """Likewise for `fun(cif, result, raw, user_data)`, with the arguments in cells (`ffi_raw`)."""
    return _prepare(closure, codeloc, cif, SHAPES.raw, _raw_fields(closure, cif, fun, user_data), cells="raw")


def ffi_prep_raw_closure(closure: int, cif: int, fun: int, user_data: int) -> int:
    """`ffi_prep_raw_closure_loc` for memory that is called where it is written."""
    return ffi_prep_raw_closure_loc(closure, cif, fun, user_data, closure)


def ffi_prep_java_raw_closure_loc(closure: int, cif: int, fun: int, user_data: int, codeloc: int) -> int:
    """As `ffi_prep_raw_closure_loc` with Java's cells; FFI_BAD_TYPEDEF where there is a struct, which Java has not."""
    return _prepare(closure, codeloc, cif, SHAPES.raw, _raw_fields(closure, cif, fun, user_data), cells="java")


def ffi_prep_java_raw_closure(closure: int, cif: int, fun: int, user_data: int) -> int:
    """`ffi_prep_java_raw_closure_loc` for memory that is called where it is written."""
    return ffi_prep_java_raw_closure_loc(closure, cif, fun, user_data, closure)


def ffi_prep_go_closure(closure: int, cif: int, fun: int) -> int:
    """Make a Go closure: no code of its own, its address is passed in the static chain register."""
    status, body = _body(closure, cif, SHAPES.go)
    if status == FFI_OK:
        seed.write(closure, struct.pack("3P", body, cif, fun))
    return status


def _raw_fields(closure: int, cif: int, fun: int, user_data: int) -> bytes:
    """What lies behind the trampoline of a raw closure."""
    between = () if PORT.native_raw else (0, closure)
    return struct.pack(f"{3 + len(between)}P", cif, *between, fun, user_data)


def _prepare(closure: int, codeloc: int, cif: int, shape: Shape, behind: bytes, cells: str = "") -> int:
    status, body = _body(closure, cif, shape, cells)
    found = prepared(cif) if status == FFI_OK else None
    if found is not None:
        code = trampoline(linker().target, found.plan.placement, body, codeloc)
        seed.write(closure, code + behind)
        synchronise(codeloc, len(code))
    return status


def _body(closure: int, cif: int, shape: Shape, cells: str = "") -> tuple[int, int]:
    """The status of preparing a closure, and its body's address; `cells`: "raw" or "java" for arguments in cells."""
    if not closure or not cif:
        return FFI_BAD_TYPEDEF, 0
    abi = PORT.abi(read_cif(cif).abi)
    if abi is None or (cells and not abi.raw) or (shape == SHAPES.go and not abi.go):
        return FFI_BAD_ABI, 0
    found = prepared(cif)
    if found is None or (cells and PORT.native_raw and any(isinstance(p, InstanceKind) for p in found.plan.parameters)):
        return FFI_BAD_TYPEDEF, 0
    key = (found.number, shape, cells)
    if key not in _bodies:
        layout = layout_of(found, cells == "java") if cells else ((), 0)
        if layout is None:
            return FFI_BAD_TYPEDEF, 0
        _bodies[key] = _make_body(found, shape, layout[0] if cells else None, JAVA_WORD if cells == "java" else 0)
    return FFI_OK, _bodies[key]


def _make_body(found: Prepared, shape: Shape, cells: tuple[Cell, ...] | None, word: int) -> int:
    link = linker()
    name = f"ffi_closure of {found.signature}"
    made = (closure_body, found.plan.shape, shape, cells, word)
    return link.shared(made, lambda: closure_body(found.plan, link.surroundings, shape, cells, word), name)
