"""Moving a number of bytes that may be odd: in whole instructions that touch not one byte more."""

from __future__ import annotations

from ...encode.x86_64 import (
    MOVSD,
    MOVSS,
    MOVUPS,
    OR,
    SHL,
    SHR,
    Mem,
    alu_rr,
    mov_mr,
    mov_rm,
    movd_rx,
    movsx_rm,
    movzx_rm,
    shift_ri,
    sse_mr,
    sse_rm,
    vmovups_mr,
    vmovups_rm,
)
from .assembler import Assembler
from .registers import VECTOR_SCRATCH

__all__ = ["VECTOR_SIZES", "chunks", "copy", "load", "load_vector", "store", "store_vector"]


#: Sizes that one instruction moves between memory and a vector register.
VECTOR_SIZES = frozenset({4, 8, 16, 32, 64})


def chunks(size: int, largest: int = 8) -> list[tuple[int, int]]:
    """(offset, size) pieces of 16, 8, 4, 2 and 1 bytes that cover `size` bytes exactly."""
    found, offset = [], 0
    while offset < size:
        piece = largest
        while piece > size - offset:
            piece //= 2
        found.append((offset, piece))
        offset += piece
    return found


def load(a: Assembler, to: int, source: Mem, size: int, spare: int, signed: bool = False) -> None:
    """`size` (1 to 8) bytes into a general register, widened to 64 bits. `spare` is used for odd sizes; the
    source's base may be neither register then, unless the size is 1, 2, 4 or 8."""
    if size == 8:
        a.emit(mov_rm, to, source)
    elif size in (1, 2, 4):
        _load_whole(a, to, source, size, signed)
    else:
        for offset, piece in chunks(size):
            into = spare if offset else to
            _load_whole(a, into, source._replace(disp=source.disp + offset), piece, False)
            if offset:
                a.emit(shift_ri, SHL, spare, offset * 8)
                a.emit(alu_rr, OR, to, spare)


def _load_whole(a: Assembler, to: int, source: Mem, size: int, signed: bool) -> None:
    if signed:
        a.emit(movsx_rm, to, source, size * 8)
    elif size == 4:
        a.emit(mov_rm, to, source, 32)
    else:
        a.emit(movzx_rm, to, source, size * 8)


def store(a: Assembler, to: Mem, source: int, size: int) -> None:
    """The low `size` (1 to 8) bytes of a general register; odd sizes shift them away."""
    pieces = chunks(size)
    for position, (offset, piece) in enumerate(pieces):
        a.emit(mov_mr, to._replace(disp=to.disp + offset), source, piece * 8)
        if position < len(pieces) - 1:
            a.emit(shift_ri, SHR, source, piece * 8)


def load_vector(a: Assembler, to: int, source: Mem, size: int) -> None:
    """`size` bytes, one of VECTOR_SIZES, into the low end of a vector register."""
    if size == 4:
        a.emit(sse_rm, MOVSS, to, source)
    elif size == 8:
        a.emit(sse_rm, MOVSD, to, source)
    elif size == 16:
        a.emit(sse_rm, MOVUPS, to, source)
    else:
        a.emit(vmovups_rm, to, source, size * 8)


def store_vector(a: Assembler, to: Mem, source: int, size: int, spare: int) -> None:
    """The low `size` bytes of a vector register."""
    if size == 4:
        a.emit(sse_mr, MOVSS, to, source)
    elif size == 8:
        a.emit(sse_mr, MOVSD, to, source)
    elif size == 16:
        a.emit(sse_mr, MOVUPS, to, source)
    elif size in (32, 64):
        a.emit(vmovups_mr, to, source, size * 8)
    else:
        a.emit(movd_rx, spare, source)
        store(a, to, spare, size)


def copy(a: Assembler, to: Mem, source: Mem, size: int, spare: int) -> None:
    """`size` bytes from memory to memory, 16 at a time through a vector register, then smaller."""
    for offset, piece in chunks(size, 16):
        there, here = to._replace(disp=to.disp + offset), source._replace(disp=source.disp + offset)
        if piece == 16:
            a.emit(sse_rm, MOVUPS, VECTOR_SCRATCH, here)
            a.emit(sse_mr, MOVUPS, there, VECTOR_SCRATCH)
        else:
            _load_whole(a, spare, here, piece, False) if piece < 8 else a.emit(mov_rm, spare, here)
            a.emit(mov_mr, there, spare, piece * 8)
