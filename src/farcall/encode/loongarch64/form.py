"""The instruction formats: a row of the manual is a `Form`, its fixed bits; the rest is put in place here.

    31                        15 14   10 9     5 4     0
    opcode                     |  rk   |  rj   |  rd         3R; 2R without rk
    opcode           | imm12           |  rj   |  rd         2RI12
    opcode  | imm[15:0]                |  rj   |  rd         2RI16
    opcode  | imm[15:0]                |  rj   | imm[20:16]  1RI21
    opcode  | imm[15:0]                | imm[25:16]          I26
    opcode   | imm20                           |  rd         1RI20

Each word lies in memory little-endian.

Source: LoongArch Reference Manual, Volume 1: Basic Architecture (1.10), section 1.2 and appendix B.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from farcall.encode.field import ranged, register, signed
from farcall.encode.form import Form

__all__ = ["PACK", "Form", "jump", "jump_zero", "signed12", "signed16", "signed20", "three", "unsigned12"]

PACK: Callable[[int], bytes] = Struct("<I").pack


def three(form: Form, rd: int = 0, rj: int = 0, rk: int = 0, rest: int = 0) -> bytes:
    """`form` with its registers, and `rest`, which is in place."""
    return PACK(_registers(form, rd, rj, rk) | rest)


def signed12(form: Form, rd: int, rj: int, imm: int, what: str = "immediate") -> bytes:
    """`form` with a number of 12 signed bits."""
    return PACK(_registers(form, rd, rj, 0) | signed(imm, 12, form.name, what) << 10)


def unsigned12(form: Form, rd: int, rj: int, imm: int) -> bytes:
    """`form` with a number of 12 bits without a sign."""
    return PACK(_registers(form, rd, rj, 0) | ranged(imm, 0xFFF, form.name, "immediate") << 10)


def signed20(form: Form, rd: int, imm: int) -> bytes:
    """`form` with a number of 20 signed bits."""
    return PACK(_registers(form, rd, 0, 0) | signed(imm, 20, form.name, "immediate") << 5)


def signed16(form: Form, rd: int, rj: int, distance: int) -> bytes:
    """`form`, a jump, with a distance in bytes: a multiple of 4 of 18 signed bits."""
    return PACK(_registers(form, rd, rj, 0) | signed(distance, 16, form.name, "displacement", 4) << 10)


def jump_zero(form: Form, rj: int, distance: int) -> bytes:
    """`form`, a jump by one register, with a distance in bytes: a multiple of 4 of 23 signed bits."""
    field = signed(distance, 21, form.name, "displacement", 4)
    return PACK(_registers(form, 0, rj, 0) | (field & 0xFFFF) << 10 | field >> 16)


def jump(form: Form, distance: int) -> bytes:
    """`form`, a jump, with a distance in bytes: a multiple of 4 of 28 signed bits."""
    field = signed(distance, 26, form.name, "displacement", 4)
    return PACK(form.word | (field & 0xFFFF) << 10 | field >> 16)


def _registers(form: Form, rd: int, rj: int, rk: int) -> int:
    """The word with its registers; ValueError names a wrong one."""
    if (rd | rj | rk) & ~31:  # one test for all: a negative number has all upper bits set
        for number, field in ((rd, "rd"), (rj, "rj"), (rk, "rk")):
            register(number, form.name, field)
    return form.word | rd | rj << 5 | rk << 10
