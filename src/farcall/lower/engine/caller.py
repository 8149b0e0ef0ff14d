"""The routine as the one that calls: arguments to their registers and stack places, the call, its result."""

from __future__ import annotations

from ...convention.placement import Piece, Stack, ValueLocation
from ...convention.placement import Register as Place
from ...ir.instruction import RESULT, Indirect, Invoke, Memory, Operand, SaveResult, Symbol
from ..byref_copies import copies_of
from ..code import Moved
from .machine import Machine, Mem
from .odd_sizes import copy, fetch, gather, keep

__all__ = ["invoke", "take"]

#: What stands for the name of a function that only its address is known of.
CODE = "code"


def invoke(m: Machine, step: Invoke) -> None:
    note, m.a.note = m.a.note, ""
    of = step.target.name if isinstance(step.target, Symbol) else CODE
    placement = step.placement
    copies = copies_of(placement, m.model)
    moves = [Moved(of, number) for number in range(1, len(placement.arguments) + 1)]
    jobs = list(zip(placement.arguments, step.arguments, copies.offsets, moves, strict=True))
    if RESULT in step.arguments:  # it goes first: its register may be that of another argument
        jobs.sort(key=lambda job: job[1] is not RESULT)
    hidden = placement.result.pieces[0].place if placement.result.by_reference else None
    if copies.end:  # anything on the stack
        _pass_by_stack(m, jobs)
    m.a.moved = Moved(of, 0)
    if isinstance(hidden, Stack):
        _address_of_result(m, m.DATA, step.result)
        m.store(Mem(m.SP, hidden.offset), m.DATA, m.word)
    m.a.moved = None
    m.before_register_arguments(placement)
    for passed, operand, at, m.a.moved in jobs:
        for piece in passed.pieces:
            if type(piece.place) is Place:
                _pass_in_register(m, passed, piece, operand, at)
    m.a.moved = Moved(of, 0)
    if isinstance(hidden, Place):
        _address_of_result(m, m.GENERAL[hidden.name], step.result)
    m.a.note, m.a.moved = note, None
    _transfer(m, step, of)


def _pass_by_stack(m: Machine, jobs: list[tuple[ValueLocation, Operand, int | None, Moved]]) -> None:
    """The copies of arguments that are passed by reference, so many bytes above the stack pointer; then what has its
    place on the stack."""
    for passed, operand, at, m.a.moved in jobs:
        if at is not None:
            assert isinstance(operand, (Memory, Indirect))
            copy(m, Mem(m.SP, at), m.mem(operand), passed.size)
    for passed, operand, at, m.a.moved in jobs:
        for piece in passed.pieces:
            if type(piece.place) is Stack:
                _pass_on_stack(m, passed, piece, operand, at)


def _address_of_result(m: Machine, to: int, place: object) -> None:
    assert isinstance(place, (Memory, Indirect))
    m.address(to, m.mem(place))


def _pass_on_stack(m: Machine, passed: ValueLocation, piece: Piece, operand: Operand, at: int | None) -> None:
    """One piece of an argument to its place on the stack; `at` is where the argument's copy lies, if it has one."""
    assert isinstance(piece.place, Stack)
    size = piece.extend_to or piece.size
    to = Mem(m.SP, piece.place.offset - m.target.byteorder.low(size, piece.size))
    if at is not None:
        m.address(m.DATA, Mem(m.SP, at))
        m.store(to, m.DATA, m.word)
    elif isinstance(operand, (Memory, Indirect)):
        source = m.mem(operand).plus(piece.offset)
        if piece.extend:
            gather(m, m.DATA, source, piece.size, piece.extend == "sign")
            m.store(to, m.DATA, size)
        else:
            copy(m, to, source, piece.size)
    elif operand is RESULT:
        _keep_result(m, to, piece, size)
    elif isinstance(operand, int):
        m.store_constant(to, _extended(operand, piece), size)
    elif isinstance(operand, str) and not piece.extend:
        m.store(to, m.named[operand], size)
    else:
        _value(m, m.DATA, operand, piece)
        m.store(to, m.DATA, size)


def _returned(m: Machine, piece: Piece) -> Place:
    """Where the result just returned has the bytes of a piece of the argument that it is to be."""
    assert m.given is not None
    (place,) = (one.place for one in m.given.pieces if one.offset == piece.offset)
    assert isinstance(place, Place)
    return place


def _keep_result(m: Machine, to: Mem, piece: Piece, size: int) -> None:
    """The result just returned to its place on the stack."""
    place = _returned(m, piece)
    if piece.extend:
        m.widen(m.DATA, m.GENERAL[place.name], piece.size, piece.extend == "sign")
        m.store(to, m.DATA, size)
    else:
        keep(m, to, piece, place)


def _pass_in_register(m: Machine, passed: ValueLocation, piece: Piece, operand: Operand, at: int | None) -> None:
    """One piece of an argument to its register."""
    place = piece.place
    assert isinstance(place, Place)
    if place.bank != "general":
        if operand is RESULT:
            m.move_vector(place, _returned(m, piece))
            return
        assert isinstance(operand, (Memory, Indirect))
        m.load_vector(place, m.mem(operand).plus(piece.offset), piece.size)
        return
    to = m.GENERAL[place.name]
    if at is not None:
        m.address(to, Mem(m.SP, at))
    elif isinstance(operand, (Memory, Indirect)):
        fetch(m, to, m.mem(operand).plus(piece.offset), piece, piece.extend == "sign")
    elif operand is RESULT:
        source = m.GENERAL[_returned(m, piece).name]
        m.widen(to, source, piece.size if piece.extend else m.word, piece.extend == "sign")
    elif isinstance(operand, int):
        m.constant(to, _extended(operand, piece))
    else:
        _value(m, to, operand, piece)


def _value(m: Machine, to: int, operand: Operand, piece: Piece) -> None:
    """A pointer-sized operand in a register as its convention has it there."""
    m.value(to, operand)
    if piece.extend and piece.size < m.word:
        m.widen(to, to, piece.size, piece.extend == "sign")


def _extended(value: int, piece: Piece) -> int:
    """A constant as its convention has it."""
    if not piece.extend:
        return value
    bits = piece.size * 8
    value &= (1 << bits) - 1
    return value - (1 << bits) if piece.extend == "sign" and value >> bits - 1 else value


def _transfer(m: Machine, step: Invoke, of: str) -> None:
    """The call itself, or at the end of a routine the jump that takes its place; then what it returned."""
    target = step.target
    where: int | Mem | str
    if isinstance(target, Symbol):
        where = target.name
    else:
        where = m.mem(target) if isinstance(target, Memory) else m.named[target]
    if step.tail and _nothing_left(m, step):
        m.call_at_end(where, step.placement)
        return
    m.call(where, step.placement)
    m.after_call(step.placement)
    m.given = step.placement.result
    if step.tail:
        m.epilogue()
        m.ret()
    elif step.result is not None:
        m.a.moved = Moved(of, 0)
        _take_result(m, step.placement.result, step.result)
        m.a.moved = None


def _nothing_left(m: Machine, step: Invoke) -> bool:
    """Whether a call can be a jump: no argument lies in this frame, the room that callees want above it is what this
    routine's caller has left, and what that caller wants kept, the callee keeps."""
    if not m.jumps_at_end or step.placement.stack_size > m.routine.placement.shadow_space:
        return False
    by_reference = any(passed.by_reference for passed in step.placement.arguments)
    return not by_reference and {*m.routine.placement.preserved} <= {*step.placement.preserved}


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
        keep(m, place.plus(piece.offset), piece, piece.place)


def take(m: Machine, step: SaveResult) -> None:
    m.a.moved = Moved(CODE, 0)
    _take_result(m, step.placement.result, step.to)
    m.a.moved = None
