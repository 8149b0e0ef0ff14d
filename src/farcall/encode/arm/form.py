"""The instruction formats: a row of the manual is a `Form`, its fixed bits; the rest is put in place here.

    31  28 27  25 24  21  20  19  16 15  12 11                0
     cond |  001 |  op  | s |  rn  |  rd  | rotation |  imm8  |    data processing with a number
     cond |  000 |  op  | s |  rn  |  rd  | shift |type|0| rm |    with a register
     cond |  010 | PUBW | l |  rn  |  rt  |       imm12       |    loads and stores
     cond |  000 | PU1W | l |  rn  |  rt  | imm4 |1SH1| imm4  |    of halfwords and of bytes with their sign
     cond |  100 | PUSW | l |  rn  |         registers        |    of several registers
     cond |  101 | l |            distance / 4                |    branches
     cond |  110 | PUDW | l |  rn  |  vd  | 101 | sz |  imm8  |    loads and stores of VFP's

The condition is "always" (14) in all but branches. U is set where an offset is added, clear where it is subtracted. The
number of a VFP register has its fifth bit apart: of a single one the lowest, of a double one the highest. Each word lies in
memory little-endian. An instruction counts distances from the word behind the next one.

Source: Arm Architecture Reference Manual, ARMv7-A and ARMv7-R (DDI 0406C), chapters A5, A7 and A8.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from farcall.encode.field import ranged, signed

__all__ = [
    "AHEAD", "PACK", "Form", "access", "branch_form", "core", "double", "extra_form", "index_form", "list_form", "modified",
    "modified_form", "number_form", "register_form", "single", "up_or_down", "vfp_form",
]  # fmt: skip

PACK: Callable[[int], bytes] = Struct("<I").pack
#: What the program counter is ahead of the instruction that asks for it.
AHEAD = 8
UP = 1 << 23


class Form:
    """One row of the manual: its text for messages, its fixed bits, and whether r15 may be a register of it."""

    __slots__ = ("last", "name", "word")

    def __init__(self, name: str, word: int, *, pc: bool = False) -> None:
        self.name = name
        self.word = word
        self.last = 15 if pc else 14


def core(form: Form, number: int, field: str) -> int:
    """The number of a core register that the form takes; else ValueError naming the instruction and the field."""
    if 0 <= number <= form.last:
        return number
    raise ValueError(f"{form.name}: {field} operand {number!r} is not a register (0 to {form.last})")


def modified(value: int) -> int | None:
    """A number of 32 bits as eight bits and an even rotation to the right; None for one that is none such."""
    for rotation in range(16) if 0 <= value < 1 << 32 else ():
        turned = (value << 2 * rotation | value >> 32 - 2 * rotation) & 0xFFFF_FFFF
        if turned < 256:
            return rotation << 8 | turned
    return None


def modified_form(form: Form, rd: int, rn: int, value: int) -> bytes:
    """`form` with two registers and a number that `modified` knows."""
    field = modified(value)
    if field is None:
        raise ValueError(f"{form.name}: immediate {value!r} is not 8 bits at an even rotation")
    return PACK(form.word | core(form, rn, "rn") << 16 | core(form, rd, "rd") << 12 | field)


def register_form(form: Form, rd: int = 0, rn: int = 0, rm: int = 0, shift: int = 0) -> bytes:
    """`form` with three registers, the last one shifted."""
    word = form.word | core(form, rn, "rn") << 16 | core(form, rd, "rd") << 12 | core(form, rm, "rm")
    return PACK(word | ranged(shift, 31, form.name, "shift") << 7)


def up_or_down(form: Form, offset: int, limit: int) -> tuple[int, int]:
    """The bit that says whether an offset is added, and how much it is; ValueError beyond `limit` either way."""
    if -limit <= offset <= limit:
        return (UP, offset) if offset >= 0 else (0, -offset)
    raise ValueError(f"{form.name}: offset {offset!r} is not in {-limit} to {limit}")


def access(form: Form, rt: int, rn: int) -> int:
    """`form`, a load or store, with the register that is loaded or stored, and the base."""
    return form.word | core(form, rn, "rn") << 16 | core(form, rt, "rt") << 12


def index_form(form: Form, rt: int, rn: int, rm: int) -> bytes:
    """`form`, a load or store, with an index."""
    return PACK(access(form, rt, rn) | core(form, rm, "rm"))


def number_form(form: Form, rt: int, rn: int, offset: int) -> bytes:
    """`form`, a load or store, with an offset of 12 bits either way."""
    up, number = up_or_down(form, offset, 0xFFF)
    return PACK(access(form, rt, rn) | up | number)


def extra_form(form: Form, rt: int, rn: int, offset: int) -> bytes:
    """`form`, a load or store of a halfword or a byte with its sign, with an offset of 8 bits either way."""
    up, number = up_or_down(form, offset, 0xFF)
    split = (number & 0xF0) << 4 | number & 0xF
    return PACK(access(form, rt, rn) | up | split)


def list_form(form: Form, rn: int, registers: int) -> bytes:
    """`form` of the registers whose bits are set, two or more."""
    if not 0 < registers < 1 << 16 or not registers & (registers - 1):
        raise ValueError(f"{form.name}: {registers:#x} is no list of two or more of 16 registers")
    return PACK(form.word | core(form, rn, "rn") << 16 | registers)


def branch_form(form: Form, distance: int, condition: int = 14) -> bytes:
    """`form`, a branch by a distance in bytes from its own start: a multiple of 4 within 32 MiB."""
    if condition & ~15 or condition == 15:
        raise ValueError(f"{form.name}: condition {condition!r} is not in 0 to 14")
    return PACK(condition << 28 | form.word | signed(distance - AHEAD, 24, form.name, "distance less 8", 4))


def single(form: Form, number: int, field: str, at: int, low: int) -> int:
    """A single VFP register in its place: four bits at `at`, the lowest one at `low`."""
    if number & ~31:
        raise ValueError(f"{form.name}: {field} operand {number!r} is not a single register (0 to 31)")
    return number >> 1 << at | (number & 1) << low


def double(form: Form, number: int, field: str, at: int) -> int:
    """A double VFP register in its place, of the 16 that all processors have."""
    if number & ~15:
        raise ValueError(f"{form.name}: {field} operand {number!r} is not a double register (0 to 15)")
    return number << at


def vfp_form(form: Form, register: int, rn: int, offset: int) -> bytes:
    """`form`, a load or store of a register that is in place already, at a multiple of 4 of 8 bits either way."""
    up, number = up_or_down(form, offset, 1020)
    if number % 4:
        raise ValueError(f"{form.name}: offset {offset!r} is no multiple of 4")
    return PACK(form.word | up | register | core(form, rn, "rn") << 16 | number >> 2)
