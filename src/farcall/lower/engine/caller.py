"""The routine as the one that calls: arguments to their registers and stack places, the call, its result."""

from __future__ import annotations

from typing import NamedTuple

from ...convention.placement import Piece, Stack, ValueLocation
from ...convention.placement import Register as Place
from ...ir.instruction import RESULT, Indirect, Invoke, Memory, Operand, SaveResult, Symbol
from ..byref_copies import copies_of
from .machine import Machine, Mem
from .odd_sizes import copy, gather, keep

__all__ = ["invoke", "take"]


class _Job(NamedTuple):
    """One piece of an argument to be put in its place; `copy` is where the argument's copy lies, if it has one."""

    passed: ValueLocation
    piece: Piece
    operand: Operand
    copy: int | None


def invoke(m: Machine, step: Invoke) -> None:
    note, m.a.note = m.a.note, ""
    jobs = _jobs(m, step)
    for passed, operand, at in zip(step.placement.arguments, step.arguments, copies(m, step), strict=True):
        if at is not None:
            assert isinstance(operand, (Memory, Indirect))
            copy(m, Mem(m.SP, at), m.mem(operand), passed.size)
    for job in jobs:
        if isinstance(job.piece.place, Stack):
            _pass_on_stack(m, job, job.piece.place)
    hidden = step.placement.result.pieces[0].place if step.placement.result.by_reference else None
    if isinstance(hidden, Stack):
        _address_of_result(m, m.DATA, step.result)
        m.store(Mem(m.SP, hidden.offset), m.DATA, m.word)
    m.arrange(step.placement)
    for job in jobs:
        if isinstance(job.piece.place, Place):
            _pass_in_register(m, job, job.piece.place)
    if isinstance(hidden, Place):
        _address_of_result(m, m.GENERAL[hidden.name], step.result)
    m.a.note = note
    _transfer(m, step)


def copies(m: Machine, step: Invoke) -> tuple[int | None, ...]:
    """Where the copies of arguments passed by reference lie, in bytes above the stack pointer."""
    return copies_of(step.placement, m.model).offsets


def _jobs(m: Machine, step: Invoke) -> list[_Job]:
    """All pieces, those of the result just returned first: its register may be that of another argument."""
    found = [
        _Job(passed, piece, operand, at)
        for passed, operand, at in zip(step.placement.arguments, step.arguments, copies(m, step), strict=True)
        for piece in passed.pieces
    ]
    return sorted(found, key=lambda job: job.operand != RESULT)


def _address_of_result(m: Machine, to: int, place: object) -> None:
    assert isinstance(place, (Memory, Indirect))
    m.address(to, m.mem(place))


def _pass_on_stack(m: Machine, job: _Job, place: Stack) -> None:
    piece, operand = job.piece, job.operand
    size = piece.extend_to or piece.size
    to = Mem(m.SP, place.offset - m.target.byteorder.low(size, piece.size))
    if job.copy is not None:
        m.address(m.DATA, Mem(m.SP, job.copy))
        m.store(to, m.DATA, m.word)
    elif isinstance(operand, (Memory, Indirect)):
        source = m.mem(operand).plus(piece.offset)
        if piece.extend:
            gather(m, m.DATA, source, piece.size, piece.extend == "sign")
            m.store(to, m.DATA, size)
        else:
            copy(m, to, source, piece.size)
    elif operand == RESULT:
        _keep_result(m, to, job.passed, size)
    elif isinstance(operand, int):
        m.store_constant(to, operand, size)
    elif isinstance(operand, str):
        m.store(to, m.named[operand], size)
    else:
        m.value(m.DATA, operand)
        m.store(to, m.DATA, size)


def _keep_result(m: Machine, to: Mem, passed: ValueLocation, size: int) -> None:
    """The result just returned, which has the type of this argument, to its place on the stack."""
    place = m.returned(passed)
    if place.bank == "general":
        m.store(to, m.GENERAL[place.name], size)
    else:
        m.store_vector(to, place, passed.size)


def _pass_in_register(m: Machine, job: _Job, place: Place) -> None:
    passed, piece, operand, at = job
    if place.bank != "general":
        if operand == RESULT:
            m.move_vector(place, m.returned(passed))
            return
        assert isinstance(operand, (Memory, Indirect))
        m.load_vector(place, m.mem(operand).plus(piece.offset), piece.size)
        return
    to = m.GENERAL[place.name]
    if at is not None:
        m.address(to, Mem(m.SP, at))
    elif isinstance(operand, (Memory, Indirect)):
        gather(m, to, m.mem(operand).plus(piece.offset), piece.size, piece.extend == "sign")
    elif operand == RESULT:
        m.move(to, m.RESULT)
    elif isinstance(operand, int):
        m.constant(to, _extended(operand, piece))
    else:
        m.value(to, operand)
        if piece.extend and piece.size < m.word:
            m.widen(to, to, piece.size, piece.extend == "sign")


def _extended(value: int, piece: Piece) -> int:
    """A constant as its convention has it in a register."""
    if piece.extend != "sign":
        return value
    bits = piece.size * 8
    return (value & (1 << bits) - 1) - (1 << bits if value >> bits - 1 & 1 else 0)


def _transfer(m: Machine, step: Invoke) -> None:
    """The call itself, or at the end of a routine the jump that takes its place; then what it returned."""
    target = step.target
    where: int | Mem | str
    if isinstance(target, Symbol):
        where = target.name
    else:
        where = m.mem(target) if isinstance(target, Memory) else m.named[target]
    if step.tail and _nothing_left(m, step):
        m.fetch(m.TARGET, where)
        m.epilogue()
        m.go(m.TARGET)
        return
    m.call(where)
    m.called(step.placement)
    if step.tail:
        m.epilogue()
        m.ret()
    elif step.result is not None:
        _take_result(m, step.placement.result, step.result)


def _nothing_left(m: Machine, step: Invoke) -> bool:
    """Whether a call can be a jump: no argument lies in this frame."""
    by_reference = any(passed.by_reference for passed in step.placement.arguments)
    return m.jumps_at_end and not (step.placement.stack_size or by_reference)


def _take_result(m: Machine, passed: ValueLocation, to: str | Memory | Indirect) -> None:
    if isinstance(to, str):
        (piece,) = passed.pieces
        assert isinstance(piece.place, Place)
        m.widen(m.named[to], m.GENERAL[piece.place.name], piece.size, m.signed(passed))
        return
    if passed.by_reference:
        return
    place = m.mem(to)
    for piece in passed.pieces:
        assert isinstance(piece.place, Place)
        keep(m, place.plus(piece.offset), piece.place, piece.size)


def take(m: Machine, step: SaveResult) -> None:
    _take_result(m, step.placement.result, step.to)
