"""The routine as the one that is called: taking its own arguments, giving its result."""

from __future__ import annotations

from ...convention.placement import Piece, Stack, ValueLocation
from ...convention.placement import Register as Place
from ...ir.instruction import LoadArgument, Memory, Return, TailJump
from ..code import Moved
from .machine import Machine, Mem
from .odd_sizes import copy, fetch, gather, keep

__all__ = ["give", "pass_on", "receive"]


def receive(m: Machine, step: LoadArgument) -> None:
    m.a.moved = Moved("", step.number + 1)
    _receive(m, step)
    m.a.moved = None


def _receive(m: Machine, step: LoadArgument) -> None:
    placement = m.routine.placement
    passed = placement.result if step.number < 0 else placement.arguments[step.number]
    if isinstance(step.to, str):
        (piece,) = passed.pieces
        to, source = m.named[step.to], _where(m, piece)
        if isinstance(source, Mem):
            gather(m, to, source, piece.size, m.signed(passed))
        else:
            m.widen(to, m.GENERAL[source.name], piece.size, m.signed(passed))
        return
    if passed.by_reference and step.number >= 0:
        _receive_copy(m, step.to, passed)
        return
    for piece in passed.pieces:
        place, source = m.mem(step.to).plus(piece.offset), _where(m, piece)
        if isinstance(source, Mem):
            copy(m, place, source, piece.size, m.FREE)
        else:
            keep(m, place, piece, source)


def _where(m: Machine, piece: Piece) -> Mem | Place:
    """Where a piece of an argument is by now."""
    if isinstance(piece.place, Stack):
        return m.incoming(piece.place.offset)
    return m.spilled_argument(piece.place) or piece.place


def _receive_copy(m: Machine, to: Memory, passed: ValueLocation) -> None:
    """A value that comes by reference, out of the caller's copy."""
    (piece,) = passed.pieces
    source = _where(m, piece)
    if isinstance(source, Mem):
        m.load(m.HOLDER, source, m.word)
        pointer = m.HOLDER
    else:
        pointer = m.GENERAL[source.name]
    copy(m, m.mem(to), Mem(pointer, 0), passed.size, m.FREE_OF_VALUES)


def give(m: Machine, step: Return) -> None:
    value, passed = step.value, m.routine.placement.result
    m.a.moved = Moved("", 0)
    if isinstance(value, Memory):
        for piece in reversed(
            passed.pieces
        ):  # the imaginary part first: on a stack of registers the real one is on top
            assert isinstance(piece.place, Place)
            source = m.mem(value).plus(piece.offset)
            if piece.place.bank == "general":
                fetch(m, m.GENERAL[piece.place.name], source, piece, _sign(m, passed, piece))
            else:
                m.load_vector(piece.place, source, piece.size)
    elif value is not None:
        m.value(m.RESULT, value)
        for piece in passed.pieces:
            if piece.extend and not passed.by_reference:
                m.widen(m.RESULT, m.RESULT, piece.size, piece.extend == "sign")
    m.a.moved = None
    m.epilogue()
    m.ret()


def _sign(m: Machine, passed: ValueLocation, piece: Piece) -> bool:
    """Whether a result is widened with its sign: as its convention has it, else as its type."""
    return piece.extend == "sign" if piece.extend else m.signed(passed)


def pass_on(m: Machine, step: TailJump) -> None:
    target = m.named[step.target]
    if target not in m.jumps_through:
        m.move(m.TARGET, target)
        target = m.TARGET
    m.epilogue()
    m.go(target)
