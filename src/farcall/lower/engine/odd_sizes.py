"""Moving a number of bytes that may be odd: in whole instructions that touch not one byte more."""

from __future__ import annotations

from ...convention.placement import Piece
from ...convention.placement import Register as Place
from .machine import Constant, Machine, Mem

__all__ = ["LONG", "chunks", "copy", "fetch", "gather", "keep", "scatter", "scatter_all"]

#: More bytes than these are copied by a loop, so many of the widest pieces each time round.
LONG, TURN = 256, 4


def chunks(size: int, largest: int) -> list[tuple[int, int]]:
    """(offset, size) pieces of `largest`, ... 4, 2 and 1 bytes that cover `size` bytes exactly."""
    found, offset = [], 0
    while offset < size:
        piece = largest
        while piece > size - offset:
            piece //= 2
        found.append((offset, piece))
        offset += piece
    return found


def gather(m: Machine, to: int, source: Mem, size: int, signed: bool = False) -> None:
    """1 to a word's bytes from memory into a general register, widened. Odd sizes lose OTHER, and need a base that is
    neither `to` nor OTHER."""
    if size in (1, 2, 4, m.word):
        m.load(to, source, size, signed)
    else:
        m.load_odd(to, source, size)


def fetch(m: Machine, to: int, source: Mem, piece: Piece, signed: bool) -> None:
    """The bytes of a piece into its general register, at the end of it where they stand."""
    gather(m, to, source, piece.size, signed)
    if piece.justified == "left" and piece.size < m.word:
        m.compute_constant("shl", to, 8 * (m.word - piece.size))


def scatter(m: Machine, to: Mem, source: int, size: int) -> None:
    """The low 1 to a word's bytes of a general register into memory. Odd sizes lose DATA."""
    if size not in (1, 2, 4, m.word):
        m.move(m.DATA, source)
        source = m.DATA
    scatter_all(m, to, source, size)


def scatter_all(m: Machine, to: Mem, source: int, size: int) -> None:
    """The same of a register that is lost by it."""
    order, shifted = m.target.byteorder, 0
    for shift, offset, piece in sorted((order.shift(size, at, part), at, part) for at, part in chunks(size, m.word)):
        if shift > shifted:
            m.compute_constant("shr", source, shift - shifted)
            shifted = shift
        m.store(to.plus(offset), source, piece)


def copy(m: Machine, to: Mem, source: Mem, size: int, by: int | None = None) -> None:
    """Any number of bytes from memory to memory. `by`, else DATA, is lost; with many bytes TARGET, OTHER and HOLDER as
    well."""
    by = m.DATA if by is None else by
    if size > LONG and m.copy_at_once(to, source, size, by):
        return
    if size > LONG and m.loops:
        done = _copy_in_turns(m, to, source, size, by)
        to, source, size = Mem(m.HOLDER, 0), Mem(m.OTHER, 0), size - done
    for offset, piece in chunks(size, m.widest):
        m.copy(to.plus(offset), source.plus(offset), piece, by)


def _copy_in_turns(m: Machine, to: Mem, source: Mem, size: int, by: int) -> int:
    """How many bytes a loop copies; then HOLDER and OTHER point behind them."""
    turn = TURN * m.widest
    m.address(m.OTHER, source)  # first: HOLDER may be what the source lies behind
    m.address(m.HOLDER, to)
    m.constant(m.TARGET, size // turn)
    label = f"copy_{len(m.a.data):x}"
    m.a.label(label)
    for offset in range(0, turn, m.widest):
        m.copy(Mem(m.HOLDER, offset), Mem(m.OTHER, offset), m.widest, by)
    m.compute_constant("add", m.OTHER, turn)
    m.compute_constant("add", m.HOLDER, turn)
    m.compute_constant("sub", m.TARGET, 1)
    m.branch("ne", m.TARGET, Constant(0), m.word, label, "")
    return size // turn * turn


def keep(m: Machine, to: Mem, piece: Piece, place: Place) -> None:
    """A register that a piece of a value came in into memory; it is taken once, and lost."""
    size = piece.size
    if place.bank == "general":
        if piece.justified == "left" and size < m.word:
            m.compute_constant("shr", m.GENERAL[place.name], 8 * (m.word - size))
        scatter_all(m, to, m.GENERAL[place.name], size)
    else:
        m.store_vector(to, place, size)
