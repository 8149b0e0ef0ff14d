"""The routine as the one that calls: arguments to their registers and stack places, the call, its result."""

from __future__ import annotations

from ...convention.placement import Piece, Stack, ValueLocation
from ...convention.placement import Register as Place
from ...encode.x86_64 import (
    MOVSD,
    OR,
    RAX,
    RCX,
    RSP,
    SHL,
    Mem,
    alu_rr,
    call_m,
    call_r,
    jmp_m,
    jmp_r,
    lea_rm,
    mov_mr,
    mov_ri,
    mov_rm,
    mov_rr,
    movd_xr,
    ret,
    shift_ri,
    sse_rr,
)
from ...ir.instruction import RESULT, Indirect, Invoke, Memory, Operand, SaveResult, Symbol
from ..byref_copies import copies_of
from .chunk import VECTOR_SIZES, chunks, copy, load, load_vector
from .registers import BANKS, GENERAL, NAMED, SCRATCH
from .work import Work

__all__ = ["invoke", "take"]


def invoke(w: Work, step: Invoke) -> None:
    placement = step.placement
    # what is called last has to keep what this routine's caller wants kept
    tail = step.tail and not placement.stack_size and {*w.routine.placement.preserved} <= {*placement.preserved}
    note, w.a.note = w.a.note, ""
    copies = copies_of(placement, w.model).offsets
    jobs = list(zip(placement.arguments, step.arguments, copies, strict=True))
    for passed, operand, at in jobs:
        if at is not None:
            assert isinstance(operand, (Memory, Indirect))
            copy(w.a, Mem(RSP, at), w.mem(operand), passed.size, RCX)  # no argument register is loaded yet
    for passed, operand, at in jobs:
        _pass(w, passed, operand, at, on_stack=True)
    for passed, operand, at in jobs:
        _pass(w, passed, operand, at, on_stack=False)
    if placement.result.by_reference:
        hidden = placement.result.pieces[0].place
        assert isinstance(hidden, Place)
        assert isinstance(step.result, (Memory, Indirect))
        _pass_hidden(w, GENERAL[hidden.name], step.result)
    _transfer(w, step, tail, note)
    if tail:
        return
    if step.tail:
        w.epilogue()
        w.a.emit(ret)
    elif step.result is not None:
        _take_result(w, placement.result, step.result)


def _pass_hidden(w: Work, to: int, place: Memory | Indirect) -> None:
    mem = w.mem(place)
    if mem.base == SCRATCH and not mem.disp:
        w.a.emit(mov_rr, to, SCRATCH)
    else:
        w.a.emit(lea_rm, to, mem)


def _transfer(w: Work, step: Invoke, tail: bool, note: str) -> None:
    """The call instruction itself, or with `tail` the jump that takes its place."""
    a, target = w.a, step.target
    if not isinstance(target, Symbol):
        a.emit(mov_rm, SCRATCH, w.mem(target)) if isinstance(target, Memory) else a.emit(mov_rr, SCRATCH, NAMED[target])
    if step.placement.vector_count_in is not None:
        a.note = "vector registers used (psABI §3.2.3: al)"
        a.emit(mov_ri, RAX, step.placement.vector_count, 32)
    if tail:
        w.epilogue()
    a.note = note
    if isinstance(target, Symbol):
        a.emit_pool(jmp_m if tail else call_m, symbol=target.name)
    else:
        a.emit(jmp_r if tail else call_r, SCRATCH)


def _pass(w: Work, passed: ValueLocation, operand: Operand, copy_at: int | None, *, on_stack: bool) -> None:
    """One argument into its registers, or into its place on the stack; or the address of its copy."""
    for piece in passed.pieces:
        if isinstance(piece.place, Stack) != on_stack:
            continue
        if copy_at is not None:
            _pass_address(w, piece, copy_at)
        elif isinstance(piece.place, Stack):
            _pass_on_stack(w, passed, piece, operand)
        else:
            _pass_in_register(w, passed, piece, piece.place, operand)


def _pass_address(w: Work, piece: Piece, at: int) -> None:
    if isinstance(piece.place, Stack):
        w.a.emit(lea_rm, RCX, Mem(RSP, at))
        w.a.emit(mov_mr, Mem(RSP, piece.place.offset), RCX)
    else:
        w.a.emit(lea_rm, GENERAL[piece.place.name], Mem(RSP, at))


def _pass_on_stack(w: Work, passed: ValueLocation, piece: Piece, operand: Operand) -> None:
    assert isinstance(piece.place, Stack)
    to = Mem(RSP, piece.place.offset)
    spare = RCX  # no argument register is loaded yet
    if isinstance(operand, (Memory, Indirect)):
        source = w.mem(operand)
        source = source._replace(disp=source.disp + piece.offset)
        if piece.extend:
            load(w.a, spare, source, piece.size, SCRATCH, piece.extend == "sign")
            w.a.emit(mov_mr, to, spare)
        else:
            copy(w.a, to, source, piece.size, spare)
    else:
        w.value(spare, operand)
        w.a.emit(mov_mr, to, spare)


def _pass_in_register(w: Work, passed: ValueLocation, piece: Piece, place: Place, operand: Operand) -> None:
    a = w.a
    if place.bank == "vector":
        _pass_in_vector(w, piece, BANKS[place.name], operand)
        return
    to = GENERAL[place.name]
    if not isinstance(operand, (Memory, Indirect)):
        if operand == RESULT:
            w.widen(to, RAX, 8, False)
        else:
            w.value(to, operand)
    elif piece.size in (1, 2, 4, 8):
        source = w.mem(operand)
        load(a, to, source._replace(disp=source.disp + piece.offset), piece.size, SCRATCH,
             piece.extend == "sign")  # fmt: skip
    else:  # an odd number of bytes: gathered from parts, none read beyond the end
        _gather(w, to, piece, operand)


def _gather(w: Work, to: int, piece: Piece, operand: Memory | Indirect) -> None:
    for offset, size in reversed(chunks(piece.size)):
        source = w.mem(operand)
        source = source._replace(disp=source.disp + piece.offset + offset)
        first = offset + size == piece.size
        load(w.a, to if first else SCRATCH, source, size, SCRATCH)
        if not first:
            w.a.emit(shift_ri, SHL, to, size * 8)
            w.a.emit(alu_rr, OR, to, SCRATCH)


def _pass_in_vector(w: Work, piece: Piece, to: int, operand: Operand) -> None:
    if operand == RESULT:
        if to:
            w.a.emit(sse_rr, MOVSD, to, 0)
        return
    assert isinstance(operand, (Memory, Indirect))
    if piece.size not in VECTOR_SIZES:  # a struct of halves: gathered where al, set last, is still free
        _gather(w, RAX, piece, operand)
        w.a.emit(movd_xr, to, RAX)
        return
    source = w.mem(operand)
    source = source._replace(disp=source.disp + piece.offset)
    load_vector(w.a, to, source, piece.size)


def _take_result(w: Work, passed: ValueLocation, to: str | Memory | Indirect) -> None:
    if isinstance(to, str):
        (piece,) = passed.pieces
        assert isinstance(piece.place, Place)
        w.widen(NAMED[to], GENERAL[piece.place.name], piece.size, w.signed(passed))
        return
    if passed.by_reference:
        return
    place = w.mem(to)
    for piece in passed.pieces:
        assert isinstance(piece.place, Place)
        w.store_register(place._replace(disp=place.disp + piece.offset), piece.place, piece.size)


def take(w: Work, step: SaveResult) -> None:
    _take_result(w, step.placement.result, step.to)
