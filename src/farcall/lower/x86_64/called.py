"""The routine as the one that is called: taking its own arguments, giving its result."""

from __future__ import annotations

from ...convention.placement import Passed, Piece, Stack
from ...convention.placement import Register as Place
from ...encode.x86_64 import RAX, RCX, fld_m, movd_xr, ret
from ...recipe.step import At, Receive, Return
from .chunk import VECTOR_SIZES, copy, load, load_vector
from .registers import BANKS, GENERAL, NAMED, SCRATCH
from .work import Work

__all__ = ["give", "receive"]


def receive(w: Work, step: Receive) -> None:
    placement = w.routine.placement
    passed = placement.result if step.index < 0 else placement.arguments[step.index]
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
    for piece in pieces:
        _receive_piece(w, step.to, piece)


def _receive_piece(w: Work, to: At, piece: Piece) -> None:
    place = w.mem(At(to.base, to.offset + piece.offset))
    if isinstance(piece.place, Stack):
        copy(w.a, place, w.frame.incoming(piece.place.offset), piece.size, SCRATCH)
    else:
        w.store_register(place, piece.place, piece.size)


def give(w: Work, step: Return) -> None:
    value, passed = step.value, w.routine.placement.result
    if isinstance(value, At):
        for piece in reversed(passed.pieces):  # the imaginary part first: the real one ends on the x87's top
            _give_piece(w, passed, piece, value)
    elif value is not None:
        w.value(RAX, value)
    w.epilogue()
    w.a.emit(ret)


def _give_piece(w: Work, passed: Passed, piece: Piece, value: At) -> None:
    assert isinstance(piece.place, Place)
    source = w.mem(At(value.base, value.offset + piece.offset))
    if piece.place.bank == "x87":
        w.a.emit(fld_m, source, 80)
    elif piece.place.bank == "general":
        load(w.a, GENERAL[piece.place.name], source, piece.size, SCRATCH, w.signed(passed))
    elif piece.size in VECTOR_SIZES:
        load_vector(w.a, BANKS[piece.place.name], source, piece.size)
    else:  # an argument register is free by now
        load(w.a, RCX, source, piece.size, SCRATCH)
        w.a.emit(movd_xr, BANKS[piece.place.name], RCX)
