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
    """Memory for a closure, `size` bytes: returns the address at which it is written; the one at which it is called is
    written to `code`. 0 for a NULL `code` and for a size of 0 or of more than 1 MiB; raises MemoryPolicyError where the system
    allows no executable memory.

    >>> code = farcall.uintptr()
    >>> closure = raw.ffi_closure_alloc(raw.SIZEOF_FFI_CLOSURE, at(code))
    >>> closure != 0, code.value != 0
    (True, True)
    >>> raw.ffi_closure_free(closure)
    """
    if not code or not 0 < size <= LARGEST:
        return 0
    slot = executable_memory().reserve(max(size, SIZEOF_FFI_CLOSURE))
    slot.commit(bytes(slot.size))
    writable = slot.writable
    _slots[writable] = slot
    seed.write(code, slot.address.to_bytes(WORD, sys.byteorder))
    return writable


def ffi_closure_free(writable: int) -> None:
    """Free what `ffi_closure_alloc` returned. NULL, and what was not allocated here, is left alone, and nothing is raised.

    >>> raw.ffi_closure_free(0)
    """
    slot = _slots.pop(writable, None)
    if slot is not None:
        slot.free()


def ffi_get_closure_size() -> int:
    """The size of an `ffi_closure` in bytes. It raises nothing.

    >>> raw.ffi_get_closure_size() == farcall.sizeof(raw.ffi_closure)
    True
    """
    return SIZEOF_FFI_CLOSURE


def ffi_prep_closure_loc(closure: int, cif: int, fun: int, user_data: int, codeloc: int) -> int:
    """Make a closure of the memory at `closure`, which is called at `codeloc`: it runs `fun(cif, result, arguments,
    user_data)`, a C function. It raises nothing: the status is FFI_OK, FFI_BAD_ABI for a cif with an unknown ABI, or
    FFI_BAD_TYPEDEF for an unprepared one or a NULL.

    >>> handler = farcall.Closure(lambda cif, result, arguments, data: print(data), "void (*)(void *, void *, void **, long)")
    >>> cif, code = raw.ffi_cif(), farcall.uintptr()
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 0, raw.ffi_type_void, 0) == raw.FFI_OK
    True
    >>> closure = raw.ffi_closure_alloc(raw.SIZEOF_FFI_CLOSURE, at(code))
    >>> raw.ffi_prep_closure_loc(closure, at(cif), handler.address, 7, code.value) == raw.FFI_OK
    True
    >>> farcall.function(code.value, "void f(void)")()
    7
    >>> raw.ffi_closure_free(closure)
    """
    return _prepare(closure, codeloc, cif, SHAPES.plain, struct.pack("3P", cif, fun, user_data))


def ffi_prep_closure(closure: int, cif: int, fun: int, user_data: int) -> int:
    """`ffi_prep_closure_loc` for memory that is called where it is written. The status is the same; it raises nothing.

    >>> raw.ffi_prep_closure(0, 0, 0, 0) == raw.FFI_BAD_TYPEDEF
    True
    """
    return ffi_prep_closure_loc(closure, cif, fun, user_data, closure)


def ffi_prep_raw_closure_loc(closure: int, cif: int, fun: int, user_data: int, codeloc: int) -> int:
    """As `ffi_prep_closure_loc`, for `fun(cif, result, raw, user_data)`, whose arguments are in cells (`ffi_raw`). The status
    is the same, and FFI_BAD_ABI for a convention that has no raw API; it raises nothing.

    >>> raw.ffi_prep_raw_closure_loc(0, 0, 0, 0, 0) == raw.FFI_BAD_TYPEDEF
    True
    """
    return _prepare(closure, codeloc, cif, SHAPES.raw, _raw_fields(closure, cif, fun, user_data), cells="raw")


def ffi_prep_raw_closure(closure: int, cif: int, fun: int, user_data: int) -> int:
    """`ffi_prep_raw_closure_loc` for memory that is called where it is written. The status is the same; it raises nothing.

    >>> raw.ffi_prep_raw_closure(0, 0, 0, 0) == raw.FFI_BAD_TYPEDEF
    True
    """
    return ffi_prep_raw_closure_loc(closure, cif, fun, user_data, closure)


def ffi_prep_java_raw_closure_loc(closure: int, cif: int, fun: int, user_data: int, codeloc: int) -> int:
    """As `ffi_prep_raw_closure_loc` with Java's cells; the status is FFI_BAD_TYPEDEF where there is a struct, which Java has
    not. It raises nothing.

    >>> raw.ffi_prep_java_raw_closure_loc(0, 0, 0, 0, 0) == raw.FFI_BAD_TYPEDEF
    True
    """
    return _prepare(closure, codeloc, cif, SHAPES.raw, _raw_fields(closure, cif, fun, user_data), cells="java")


def ffi_prep_java_raw_closure(closure: int, cif: int, fun: int, user_data: int) -> int:
    """`ffi_prep_java_raw_closure_loc` for memory that is called where it is written. The status is the same; it raises nothing.

    >>> raw.ffi_prep_java_raw_closure(0, 0, 0, 0) == raw.FFI_BAD_TYPEDEF
    True
    """
    return ffi_prep_java_raw_closure_loc(closure, cif, fun, user_data, closure)


def ffi_prep_go_closure(closure: int, cif: int, fun: int) -> int:
    """Make a Go closure: it has no code of its own, and its address is passed as the static chain. It raises nothing: the
    status is FFI_OK, FFI_BAD_ABI for a convention without one, FFI_BAD_TYPEDEF for an unprepared cif or a NULL.

    >>> raw.ffi_prep_go_closure(0, 0, 0) == raw.FFI_BAD_TYPEDEF
    True
    """
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
