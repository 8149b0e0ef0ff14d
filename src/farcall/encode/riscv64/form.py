"""The six instruction formats: a row of the manual is a `Form`, its fixed bits; the rest is put in place here.

    31           25 24   20 19   15 14   12 11         7 6      0
    funct7         |  rs2  |  rs1  | funct3 |    rd     | opcode     R
    imm[11:0]              |  rs1  | funct3 |    rd     | opcode     I
    imm[11:5]      |  rs2  |  rs1  | funct3 | imm[4:0]  | opcode     S
    imm[12|10:5]   |  rs2  |  rs1  | funct3 | imm[4:1|11] | opcode   B
    imm[31:12]                              |    rd     | opcode     U
    imm[20|10:1|11|19:12]                   |    rd     | opcode     J

Each word lies in memory little-endian.

Source: The RISC-V Instruction Set Manual, Volume I (20191213), sections 2.2, 2.3 and chapter 24.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from farcall.encode.field import either, register, signed
from farcall.encode.form import Form

__all__ = ["PACK", "Form", "b_type", "i_type", "j_type", "r_type", "s_type", "u_type"]

PACK: Callable[[int], bytes] = Struct("<I").pack


def r_type(form: Form, rd: int = 0, rs1: int = 0, rs2: int = 0, rest: int = 0) -> bytes:
    """`form` with its registers, and `rest`, which is in place."""
    return PACK(_registers(form, rd, rs1, rs2) | rest)


def i_type(form: Form, rd: int, rs1: int, imm: int, what: str = "immediate") -> bytes:
    """`form` with a number of 12 signed bits."""
    return PACK(_registers(form, rd, rs1, 0) | signed(imm, 12, form.name, what) << 20)


def s_type(form: Form, rs2: int, rs1: int, imm: int) -> bytes:
    """`form`, a store, with an offset of 12 signed bits."""
    field = signed(imm, 12, form.name, "offset")
    return PACK(_registers(form, 0, rs1, rs2) | field >> 5 << 25 | (field & 31) << 7)


def b_type(form: Form, rs1: int, rs2: int, distance: int) -> bytes:
    """`form`, a branch, with a distance in bytes: a multiple of 2 of 13 signed bits."""
    field = signed(distance, 12, form.name, "displacement", 2)  # bit n of it is bit n + 1 of the distance
    place = field >> 11 << 31 | (field >> 4 & 0x3F) << 25 | (field & 0xF) << 8 | (field >> 10 & 1) << 7
    return PACK(_registers(form, 0, rs1, rs2) | place)


def u_type(form: Form, rd: int, imm: int) -> bytes:
    """`form` with the upper 20 bits of a number of 32, in either view."""
    return PACK(_registers(form, rd, 0, 0) | either(imm, 20, form.name) << 12)


def j_type(form: Form, rd: int, distance: int) -> bytes:
    """`form`, a jump, with a distance in bytes: a multiple of 2 of 21 signed bits."""
    field = signed(distance, 20, form.name, "displacement", 2)
    place = field >> 19 << 31 | (field & 0x3FF) << 21 | (field >> 10 & 1) << 20 | (field >> 11 & 0xFF) << 12
    return PACK(_registers(form, rd, 0, 0) | place)


def _registers(form: Form, rd: int, rs1: int, rs2: int) -> int:
    """The word with its registers; ValueError names a wrong one."""
    if (rd | rs1 | rs2) & ~31:  # one test for all: a negative number has all upper bits set
        for number, field in ((rd, "rd"), (rs1, "rs1"), (rs2, "rs2")):
            register(number, form.name, field)
    return form.word | rd << 7 | rs1 << 15 | rs2 << 20
