"""The routine as the one that is called: taking its own arguments, giving its result."""

from __future__ import annotations

from ...convention.placement import Piece, Stack, ValueLocation
from ...convention.placement import Register as Place
from ...encode.x86_64 import RAX, RCX, RSI, Mem, fld_m, jmp_r, mov_rm, movd_xr, ret
from ...ir.instruction import LoadArgument, Memory, Return, TailJump
from .chunk import VECTOR_SIZES, copy, load, load_vector
from .registers import BANKS, GENERAL, NAMED, SCRATCH
from .work import Work

__all__ = ["give", "pass_on", "receive"]


def receive(w: Work, step: LoadArgument) -> None:
    placement = w.routine.placement
    passed = placement.result if step.number < 0 else placement.arguments[step.number]
    pieces = passed.pieces if not passed.by_reference else passed.pieces[:1]
    if isinstance(step.to, str):
        (piece,) = pieces
        to = NAMED[step.to]
        if isinstance(piece.place, Stack):
            source = w.frame.incoming(piece.place.offset)
            load(w.a, to, source, piece.size, SCRATCH, w.signed(passed))
        else:
            w.widen(to, GENERAL[piece.place.name], piece.size, w.signed(passed))
        return
    if passed.by_reference and step.number >= 0:
        _receive_copy(w, step.to, passed)
        return
    for piece in pieces:
        _receive_piece(w, step.to, piece)


def _receive_piece(w: Work, to: Memory, piece: Piece) -> None:
    place = w.mem(Memory(to.base, to.offset + piece.offset))
    if isinstance(piece.place, Stack):
        copy(w.a, place, w.frame.incoming(piece.place.offset), piece.size, SCRATCH)
    else:
        w.store_register(place, piece.place, piece.size)


def _receive_copy(w: Work, to: Memory, passed: ValueLocation) -> None:
    """A value that comes by reference, out of the caller's copy."""
    (piece,) = passed.pieces
    if isinstance(piece.place, Stack):
        w.a.emit(mov_rm, SCRATCH, w.frame.incoming(piece.place.offset))
        source = Mem(SCRATCH, 0)
    else:
        source = Mem(GENERAL[piece.place.name], 0)
    # rsi carries no argument where values come by reference, and is kept for the caller (CLOBBERED)
    copy(w.a, w.mem(to), source, passed.size, RSI)


def give(w: Work, step: Return) -> None:
    value, passed = step.value, w.routine.placement.result
    if isinstance(value, Memory):
        for piece in reversed(passed.pieces):  # the imaginary part first: the real one ends on the x87's top
            _give_piece(w, passed, piece, value)
    elif value is not None:
        w.value(RAX, value)
    w.epilogue()
    w.a.emit(ret)


def pass_on(w: Work, step: TailJump) -> None:
    w.epilogue()
    w.a.emit(jmp_r, NAMED[step.target])


def _give_piece(w: Work, passed: ValueLocation, piece: Piece, value: Memory) -> None:
    assert isinstance(piece.place, Place)
    source = w.mem(Memory(value.base, value.offset + piece.offset))
    if piece.place.bank == "x87":
        w.a.emit(fld_m, source, 80)
    elif piece.place.bank == "general":
        load(w.a, GENERAL[piece.place.name], source, piece.size, SCRATCH, w.signed(passed))
    elif piece.size in VECTOR_SIZES:
        load_vector(w.a, BANKS[piece.place.name], source, piece.size)
    else:  # an argument register is free by now
        load(w.a, RCX, source, piece.size, SCRATCH)
        w.a.emit(movd_xr, BANKS[piece.place.name], RCX)
