"""The instruction formats: a row of the manual is a `Form`, its fixed bits; the rest is put in place here.

    31    26 25   21 20   16 15   11 10    6 5      0
     opcode |  rs   |  rt   |  rd   |  sa   | funct     of registers, with a shift
     opcode |  rs   |  rt   |        number             with a number, loads and stores (rs is the base), branches
     opcode |  fmt  |  ft   |  fs   |  fd   | funct     of floating-point registers

Each word lies in memory little-endian.

Source: MIPS Architecture For Programmers, Volume II-A (MD00087, revision 6.06, the second release's instructions).
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from farcall.encode.field import either, register, signed, unsigned
from farcall.encode.form import Form

__all__ = ["PACK", "Form", "either_form", "number_form", "register_form", "shift_form", "signed_form"]

PACK: Callable[[int], bytes] = Struct("<I").pack


def register_form(form: Form, rs: int = 0, rt: int = 0, rd: int = 0, rest: int = 0) -> bytes:
    """`form` with its registers, and `rest`, which is in place."""
    return PACK(_registers(form, rs, rt, rd) | rest)


def shift_form(form: Form, rd: int, rt: int, count: int) -> bytes:
    """`form` with a shift of 5 bits."""
    return PACK(_registers(form, 0, rt, rd) | unsigned(count, 5, form.name, "shift") << 6)


def signed_form(form: Form, rs: int, rt: int, number: int, what: str = "immediate", unit: int = 1) -> bytes:
    """`form` with a number of 16 signed bits, in so many units."""
    return PACK(_registers(form, rs, rt, 0) | signed(number, 16, form.name, what, unit))


def number_form(form: Form, rs: int, rt: int, number: int) -> bytes:
    """`form` with a number of 16 bits without a sign."""
    return PACK(_registers(form, rs, rt, 0) | unsigned(number, 16, form.name, "immediate"))


def either_form(form: Form, rt: int, number: int) -> bytes:
    """`form` with a number of 16 bits in either view."""
    return PACK(_registers(form, 0, rt, 0) | either(number, 16, form.name))


def _registers(form: Form, rs: int, rt: int, rd: int) -> int:
    """The word with its registers; ValueError names a wrong one."""
    if (rs | rt | rd) & ~31:  # one test for all: a negative number has all upper bits set
        for number, field in ((rs, "rs"), (rt, "rt"), (rd, "rd")):
            register(number, form.name, field)
    return form.word | rs << 21 | rt << 16 | rd << 11
