"""Layouts that are written into `ffi_type`, and offsets of members, beside Debian's libffi."""

from __future__ import annotations

import random
import sys

import pytest

from tests.raw.door import ABIS, PORT, WORD, Door, Memory, bytes_at, real, word_at

SCALARS = (
    "sint8", "uint16", "sint32", "uint64", "float", "double", "longdouble", "pointer",
    *(("complex_float", "complex_double") if PORT.complex else ()),
)  # fmt: skip
DEFAULT, MANY = ABIS[0], 40
#: The size, the alignment and the kind at the start of an ffi_type.
HEAD = WORD + 4

Shape = list["str | Shape"]


def shape(chance: random.Random, depth: int = 0) -> Shape:
    """Members of a struct: scalars by name, structs as lists."""
    made: Shape = []
    for _ in range(chance.randint(1, 6)):
        inner = depth < 3 and chance.random() < 0.25
        made.append(shape(chance, depth + 1) if inner else chance.choice(SCALARS))
    return made


def build(memory: Memory, members: Shape) -> int:
    parts = (memory.door.type(part) if isinstance(part, str) else build(memory, part) for part in members)
    return memory.struct(*parts)


def laid_out(door: Door, members: Shape) -> tuple[bytes, bytes, list[bytes]]:
    """Size and alignment as the layout wrote them, the offsets, and the same for the structs inside."""
    memory = Memory(door)
    made, offsets = build(memory, members), memory.buffer(WORD * len(members))
    assert door.ffi_get_struct_offsets(DEFAULT, made, offsets) == 0
    elements = word_at(made + 2 * WORD)
    inner = (word_at(elements + WORD * number) for number in range(len(members)))
    return bytes_at(made, HEAD), bytes_at(offsets, WORD * len(members)), [bytes_at(part, HEAD) for part in inner]


@pytest.mark.parametrize("seed", range(MANY))
def test_layouts_are_libffis(ffi: Door, seed: int) -> None:
    members = shape(random.Random(seed))
    assert laid_out(ffi, members) == laid_out(real(), members)


@pytest.mark.parametrize("seed", range(0, MANY, 8))
def test_preparing_lays_out_as_well(ffi: Door, seed: int) -> None:
    def prepared(door: Door) -> bytes:
        memory = Memory(door)
        made = build(memory, shape(random.Random(seed)))
        memory.cif("void", made)
        return bytes_at(made, HEAD)

    assert prepared(ffi) == prepared(real())


def test_a_preset_layout_is_overwritten_only_by_asking_for_offsets(ffi: Door, memory: Memory) -> None:
    union = memory.type(13, memory.pointers(ffi.type("sint32")), size=16, alignment=8)
    memory.cif("void", union)
    assert (word_at(union), bytes_at(union + WORD, 2)) == (16, (8).to_bytes(2, sys.byteorder))
    assert ffi.ffi_get_struct_offsets(DEFAULT, union, 0) == 0
    assert (word_at(union), bytes_at(union + WORD, 2)) == (4, (4).to_bytes(2, sys.byteorder))
