"""The frames of generated code, for unwinders: from a Code's records to DWARF.

There are two forms. `eh_frame` describes one piece of code, row by row, as a compiler would. `region_frame`
describes a whole region of executable memory at once, whatever code comes to lie there later, so that it is made
known to an unwinder only once. Where all frames are alike (`unwinding.Uniform`), it says just how. Where they are
not (`unwinding.Pushed`), its rules are expressions that look up the row for the program counter in tables.

    table[(pc - region) / 64]            a word for each granule of the region: 0 where no code lies, else
                                         the address of the code's shapes, less four times the code's own
    shapes[pc - code]                    a 32-bit shape for each byte of the code (see `shape`)

So code becomes known by writing its granules' words, and unknown by clearing them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from struct import iter_unpack, pack

from .code import Code, Unwind
from .cpu_facts import part
from .dwarf import (
    END,
    advance_loc,
    and_,
    breg,
    choose,
    cie,
    const,
    def_cfa,
    def_cfa_expression,
    def_cfa_offset,
    deref,
    deref_size,
    drop,
    dup,
    fde,
    minus,
    offset,
    over,
    plus,
    relative_fde,
    restore,
    shl,
    shr,
    swap,
    val_expression,
)
from .unwinding import Pushed, Uniform

__all__ = ["GRANULE", "SHAPE", "eh_frame", "image_frames", "region_frame", "rows", "shapes", "table_size"]

#: Bytes of code for each word of a region's table, as a power of two: code starts at multiples of it.
GRANULE_BITS = 6
GRANULE = 1 << GRANULE_BITS
#: Bytes of a shape: bit n says whether the n-th register is saved, BASE whether the frame is measured from the
#: second base, and the bits from DEPTH on how many words deep it is.
SHAPE = 4
BASE, DEPTH = 7, 8
DEEPEST = (1 << 32 - DEPTH) - 1


def _frames(cpu: str) -> Pushed | Uniform:
    """How the frames of a CPU are shaped. Raises UnsupportedTargetError where that is not known."""
    found: Pushed | Uniform = part(cpu, "unwinding").FRAMES
    return found


def _common(facts: Pushed | Uniform, *, relative: bool = False) -> bytes:
    """The CIE, whose rules are those at the entry: only what the call itself pushed lies below the caller's frame."""
    program = def_cfa(facts.numbers[facts.bases[0]], facts.depth())
    if isinstance(facts, Pushed):
        program += offset(facts.return_address, 1)
    return cie(1, -facts.word, facts.return_address, program, facts.order, relative=relative)


def eh_frame(cpu: str, unwind: tuple[Unwind, ...], start: int, size: int) -> bytes:
    """An `.eh_frame` section for `size` bytes of code at address `start`, with the rows of its `unwind` records.

    No records at all mean the frame that all routines of the CPU have, all the way.
    """
    facts = _frames(cpu)
    common, program = _common(facts), _program(facts, unwind)
    return common + fde(len(common), start, size, program, facts.word, facts.order) + END


def image_frames(cpu: str, pieces: Sequence[tuple[int, int, tuple[Unwind, ...]]], at: int) -> tuple[bytes, list[int]]:
    """An `.eh_frame` section that lies at `at`, for pieces of code, each of its address, its size and its records; and
    where the entry of each piece is. Nothing in it depends on where the image is loaded."""
    facts = _frames(cpu)
    data, entries = bytearray(_common(facts, relative=True)), []
    for start, size, unwind in pieces:
        entries.append(at + len(data))
        data += relative_fde(len(data), start - entries[-1], size, _program(facts, unwind), facts.order)
    return bytes(data) + END, entries


def _program(facts: Pushed | Uniform, unwind: tuple[Unwind, ...]) -> bytes:
    """The instructions of an entry, for the rows of `unwind`."""
    if not unwind and isinstance(facts, Uniform):
        unwind = (Unwind(0, facts.size, tuple(facts.saved), facts.bases[1]),)
    if not unwind:  # as the CIE says
        return b""
    numbers, program, at = facts.numbers, b"", 0
    row = Unwind(0, facts.depth(), (), facts.bases[0])  # as the CIE says
    for following in _rows(unwind):
        step = b""
        if following.base != row.base:
            step += def_cfa(numbers[following.base], following.depth)
        elif following.depth != row.depth:
            step += def_cfa_offset(following.depth)
        for position, name in enumerate(following.saved):
            if row.saved[position : position + 1] != (name,):
                step += offset(numbers[name], facts.cell(position, name))
        step += b"".join(restore(numbers[name]) for name in row.saved if name not in following.saved)
        if step:
            program += advance_loc(following.offset - at, facts.order) + step
            at, row = following.offset, following
    return program


def _rows(unwind: tuple[Unwind, ...]) -> Iterator[Unwind]:
    """The records without those that another one at the same place replaces."""
    for record, following in pairwise(unwind):
        if record.offset != following.offset:
            yield record
    yield unwind[-1]


def table_size(cpu: str, size: int) -> int:
    """Bytes that the table of a region of `size` bytes takes: 0 for a CPU whose frames are all alike."""
    facts = _frames(cpu)
    return size // GRANULE * facts.word if isinstance(facts, Pushed) else 0


def shapes(code: Code) -> bytes:
    """The shape of the frame at each byte of the code, and of the filler up to the next granule; b"" for a CPU whose
    frames are all alike."""
    facts = _frames(code.cpu)
    if not isinstance(facts, Pushed):
        return b""
    runs, at = [], 0
    frames = facts.saved, facts.bases, facts.word, facts.order.format + "I"
    row = code.unwind[0][1:]
    found = _shape(*frames, *row)
    for record in code.unwind:
        if record[1:] != row:
            runs.append(found * (record[0] - at))
            row, at = record[1:], record[0]
            found = _shape(*frames, *row)
    runs.append(found * (-(-len(code.data) // GRANULE) * GRANULE - at))
    return b"".join(runs)


def rows(cpu: str, shapes: bytes) -> tuple[Unwind, ...]:
    """The records that shapes were made of: one for each change. None where all frames of the CPU are alike."""
    if not shapes:
        return ()
    facts, found, last = _frames(cpu), [], None
    assert isinstance(facts, Pushed)
    for at, (cell,) in enumerate(iter_unpack("<I", shapes)):
        if cell != last:
            found.append(Unwind(at, (cell >> DEPTH) * facts.word, *_saved_and_base(facts, cell)))
            last = cell
    return tuple(found)


def _saved_and_base(facts: Pushed, cell: int) -> tuple[tuple[str, ...], str]:
    """What a cell's low bits say."""
    return tuple(name for bit, name in enumerate(facts.saved) if cell >> bit & 1), facts.bases[cell >> BASE & 1]


@lru_cache(maxsize=256)  # what code pushes and when: alike in most routines
def _shape(
    registers: tuple[str, ...],
    bases: tuple[str, str],
    word: int,
    format: str,
    depth: int,
    saved: tuple[str, ...],
    base: str,
) -> bytes:
    """A row as one cell, of the `format` that the CPU has it in. Frames deeper than 64 MB, for which no stack is made,
    count as that."""
    bits = sum(1 << registers.index(name) for name in saved) | bases.index(base) << BASE
    return pack(format, min(depth // word, DEEPEST) << DEPTH | bits)


def region_frame(cpu: str, start: int, size: int, table: int) -> bytes:
    """An `.eh_frame` section for `size` bytes at `start`, a multiple of GRANULE, with its table, of `table_size`
    bytes, at `table`."""
    facts = _frames(cpu)
    if not isinstance(facts, Pushed):
        return eh_frame(cpu, (), start, size)
    common, shape = _common(facts), _look_up(facts, start, table)
    first, second = (facts.numbers[name] for name in facts.bases)
    depth = _const(facts, DEPTH) + shr + _words(facts)
    base = _const(facts, 1 << BASE) + and_ + choose(breg(first), breg(second), facts.order)
    program = def_cfa_expression(shape + dup + depth + swap + base + plus)
    for bit, name in enumerate(facts.saved):
        if name not in facts.kept:  # its value is not to be had, saved or not
            continue
        number = facts.numbers[name]
        found = choose(breg(number), _saved_at(facts, bit) + deref, facts.order)
        program += val_expression(number, shape + dup + _bit(facts, bit) + found)
    return common + fde(len(common), start, size, program, facts.word, facts.order) + END


def _words(facts: Pushed) -> bytes:
    """Turn a number of words into one of bytes."""
    return _const(facts, facts.word.bit_length() - 1) + shl


def _const(facts: Pushed, value: int) -> bytes:
    """Push a constant."""
    return const(value, facts.word, facts.order)


def _look_up(facts: Pushed, start: int, table: int) -> bytes:
    """Push the shape for the frame's program counter; where no code lies, that of a function's entry."""
    pc = breg(facts.return_address)
    entries = _const(facts, table - (start >> GRANULE_BITS) * facts.word)  # sums wrap around at the word's end
    word = pc + _const(facts, GRANULE_BITS) + shr + _words(facts) + entries + plus + deref
    known = pc + _const(facts, 2) + shl + plus + deref_size(SHAPE)
    return word + dup + choose(drop + _const(facts, 1 << DEPTH), known, facts.order)


def _bit(facts: Pushed, number: int) -> bytes:
    """Replace the shape on top by one of its bits."""
    return _const(facts, number) + shr + _const(facts, 1) + and_


def _saved_at(facts: Pushed, bit: int) -> bytes:
    """The address of a saved register's cell, for the CFA and the shape: as many cells below the return address as
    registers are pushed before it."""
    count = _const(facts, 0)
    for earlier in range(bit):
        count += over + _bit(facts, earlier) + plus  # the shape is right below the count
    return count + swap + drop + _words(facts) + _const(facts, 2 * facts.word) + plus + minus
