"""The instruction formats: a row of the manual is a `Form`, its fixed bits; the rest is put in place here.

     0        8    12   16   20             32       40     47
    opcode   | r1 | r2 |                                          RR     2 bytes
    opcode             | -- -- | r1 | r2 |                        RRE    4 bytes (8 bits without meaning)
    opcode   | r1 | op |        i2       |                        RI-a   4 bytes
    opcode   | r1 | op |           i2                       |     RIL    6 bytes (in b and c a distance in halfwords)
    opcode   | r1 | x2 | b2 |    dl2     |  dh2  |  opcode  |     RXY-a  6 bytes
    opcode   | r1 | r3 | b2 |    dl2     |  dh2  |  opcode  |     RSY-a  6 bytes
    opcode   |   i2    | b1 |    dl1     |  dh1  |  opcode  |     SIY    6 bytes
    opcode             | b1 |     d1     |       i2         |     SIL    6 bytes
    opcode   | v1 | x2 | b2 |     d2     | m3 |rxb| opcode  |     VRX    6 bytes
    opcode   | v1 | v2 |  -- -- -- -- --      |rxb| opcode  |     VRR-a  6 bytes

dh is the upper part of a displacement of 20 signed bits, dl the lower 12; d alone has 12 unsigned ones. rxb has the fifth
bits of vector registers' numbers. Instructions lie in memory with their first bits first.

Source: z/Architecture Principles of Operation (SA22-7832-11), chapter 5, "Instruction Formats", and Appendix B.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from farcall.encode.field import either, ranged, signed, unsigned

__all__ = [
    "Form",
    "displacement",
    "fits",
    "general",
    "ri",
    "ril",
    "ril_distance",
    "rr",
    "rre",
    "rsy",
    "rxy",
    "sil",
    "six_bytes",
    "siy",
    "vector",
    "vrr",
    "vrx",
]  # fmt: skip


two_bytes: Callable[[int], bytes] = Struct(">H").pack
four_bytes: Callable[[int], bytes] = Struct(">I").pack
_HALVES = Struct(">HI")


def six_bytes(word: int) -> bytes:
    """The bytes of an instruction of 48 bits."""
    return _HALVES.pack(word >> 32, word & 0xFFFF_FFFF)


class Form:
    """One row of the manual: its text for messages, and its fixed bits: of two, four or six bytes."""

    __slots__ = ("name", "word")

    def __init__(self, name: str, word: int) -> None:
        self.name = name
        self.word = word


def general(number: int, form: Form, field: str) -> int:
    """The number of a general or floating-point register; else ValueError naming the instruction and the field."""
    if number & ~15:
        raise ValueError(f"{form.name}: {field} operand {number!r} is not a register (0 to 15)")
    return number


def vector(number: int, form: Form, field: str) -> int:
    """The number of a vector register; else ValueError naming the instruction and the field."""
    if number & ~31:
        raise ValueError(f"{form.name}: {field} operand {number!r} is not a register (0 to 31)")
    return number


def based(number: int, form: Form) -> int:
    """The number of a base register: 0 would stand for none."""
    if not number:
        raise ValueError(f"{form.name}: register 0 is no base")
    return general(number, form, "base")


def fits(offset: int) -> bool:
    """Whether a load, a store or `lay` takes the offset."""
    return -0x80000 <= offset < 0x80000


def displacement(form: Form, offset: int) -> int:
    """20 signed bits, the lower part in front, where they stand: from bit 20 on."""
    field = signed(offset, 20, form.name, "offset")
    return (field & 0xFFF) << 16 | field >> 12 << 8


def rr(form: Form, r1: int, r2: int, first: str = "r1") -> bytes:
    """`form` with two registers (or a mask and a register)."""
    return two_bytes(form.word | general(r1, form, first) << 4 | general(r2, form, "r2"))


def rre(form: Form, r1: int, r2: int) -> bytes:
    """`form` with two registers."""
    return four_bytes(form.word | general(r1, form, "r1") << 4 | general(r2, form, "r2"))


def ri(form: Form, r1: int, immediate: int) -> bytes:
    """`form` with a register and a number of 16 signed bits."""
    field = signed(immediate, 16, form.name, "immediate")
    return four_bytes(form.word | general(r1, form, "r1") << 20 | field)


def ril(form: Form, r1: int, immediate: int, *, sign: bool) -> bytes:
    """`form` with a register and a number of 32 bits: signed, or in either view."""
    if sign:
        field = signed(immediate, 32, form.name, "immediate")
    else:
        field = either(immediate, 32, form.name)
    return six_bytes(form.word | general(r1, form, "r1") << 36 | field)


def ril_distance(form: Form, r1: int, distance: int, first: str = "r1") -> bytes:
    """`form` with a register (or a mask) and a distance in bytes from the instruction: even, up to 4 GiB."""
    field = signed(distance, 32, form.name, "distance", 2)
    return six_bytes(form.word | general(r1, form, first) << 36 | field)


def rxy(form: Form, r1: int, base: int, offset: int, index: int) -> bytes:
    """`form` with a register and memory at base + index + offset."""
    bits = general(r1, form, "r1") << 36 | general(index, form, "index") << 32 | based(base, form) << 28
    return six_bytes(form.word | bits | displacement(form, offset))


def rsy(form: Form, r1: int, r3: int, base: int, offset: int) -> bytes:
    """`form` with two registers and memory at base + offset."""
    bits = general(r1, form, "r1") << 36 | general(r3, form, "r3") << 32 | based(base, form) << 28
    return six_bytes(form.word | bits | displacement(form, offset))


def siy(form: Form, base: int, offset: int, immediate: int) -> bytes:
    """`form` with memory at base + offset and a number of 8 bits in either view."""
    bits = either(immediate, 8, form.name) << 32 | based(base, form) << 28
    return six_bytes(form.word | bits | displacement(form, offset))


def sil(form: Form, base: int, offset: int, immediate: int) -> bytes:
    """`form` with memory at base + offset, of 12 unsigned bits, and a number of 16 signed bits."""
    bits = based(base, form) << 28 | unsigned(offset, 12, form.name, "offset") << 16
    return six_bytes(form.word | bits | signed(immediate, 16, form.name, "immediate"))


def vrx(form: Form, v1: int, base: int, offset: int, element: int = 0, last: int = 0) -> bytes:
    """`form` with a vector register, one of its elements from 0 to `last`, and memory at base + offset, of 12 unsigned
    bits."""
    number = vector(v1, form, "v1")
    bits = (number & 15) << 36 | based(base, form) << 28 | unsigned(offset, 12, form.name, "offset") << 16
    bits |= ranged(element, last, form.name, "element") << 12 | (number >> 4) << 11
    return six_bytes(form.word | bits)


def vrr(form: Form, v1: int, v2: int) -> bytes:
    """`form` with two vector registers."""
    first, second = vector(v1, form, "v1"), vector(v2, form, "v2")
    bits = (first & 15) << 36 | (second & 15) << 32 | (first >> 4) << 11 | (second >> 4) << 10
    return six_bytes(form.word | bits)
