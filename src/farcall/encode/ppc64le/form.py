"""The instruction formats: a row of the manual is a `Form`, its fixed bits; the rest is put in place here.

     0      6    11   16   21              31
    opcode | rt | ra |      d             |       D
    opcode | rt | ra |      ds         |xo|       DS
    opcode | rt | ra | rb |     xo     |rc|       X, XO
    opcode | rs | ra | sh |   mb   | xo |sh|rc|   MD
    opcode | bo | bi |      bd         |aa|lk|    B
    opcode |            li             |aa|lk|    I

Bits are counted from the most significant one. A sixth bit of a shift, and of a mask, stands behind the others. Each word
lies in memory little-endian.

Source: Power ISA Version 2.07 B, Book I, section 1.6 and Appendix F.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from farcall.encode.field import ranged, register, signed, unsigned
from farcall.encode.form import Form

__all__ = ["PACK", "Form", "b_form", "based", "compared", "d_form", "ds_form", "i_form", "md_form", "x_form"]

PACK: Callable[[int], bytes] = Struct("<I").pack


def registers(form: Form, rt: int, ra: int, rb: int = 0) -> int:
    """The word with its registers; ValueError names a wrong one."""
    if (rt | ra | rb) & ~31:
        for number, field in ((rt, "rt"), (ra, "ra"), (rb, "rb")):
            register(number, form.name, field)
    return form.word | rt << 21 | ra << 16 | rb << 11


def based(form: Form, base: int) -> int:
    """A register that is a base: 0 would stand for none."""
    if not base:
        raise ValueError(f"{form.name}: register 0 is no base")
    return base


def d_form(form: Form, rt: int, ra: int, number: int, *, sign: bool = True, what: str = "immediate") -> bytes:
    """`form` with a number of 16 bits, signed or not."""
    field = (signed if sign else unsigned)(number, 16, form.name, what)
    return PACK(registers(form, rt, ra) | field)


def ds_form(form: Form, rt: int, ra: int, offset: int) -> bytes:
    """`form` with an offset: a multiple of 4 of 16 signed bits."""
    return PACK(registers(form, rt, ra) | signed(offset, 14, form.name, "offset", 4) << 2)


def x_form(form: Form, rt: int = 0, ra: int = 0, rb: int = 0) -> bytes:
    """`form` with three registers."""
    return PACK(registers(form, rt, ra, rb))


def md_form(form: Form, rs: int, ra: int, shift: int, mask: int) -> bytes:
    """`form` with a shift and the edge of a mask, each 0 to 63."""
    shift, mask = ranged(shift, 63, form.name, "shift"), ranged(mask, 63, form.name, "mask")
    place = (shift & 31) << 11 | (shift >> 5) << 1 | (mask & 31) << 6 | (mask >> 5) << 5
    return PACK(registers(form, rs, ra) | place)


def compared(form: Form, ra: int, rb: int) -> bytes:
    """`form`, a comparison of two registers into the condition field 0."""
    return PACK(registers(form, 0, ra, rb))


def b_form(form: Form, bo: int, bi: int, distance: int) -> bytes:
    """`form`, a branch on a condition, by a distance in bytes: a multiple of 4 of 16 signed bits."""
    place = ranged(bo, 31, form.name, "bo") << 21 | ranged(bi, 31, form.name, "bi") << 16
    return PACK(form.word | place | signed(distance, 14, form.name, "distance", 4) << 2)


def i_form(form: Form, distance: int) -> bytes:
    """`form`, a branch by a distance in bytes: a multiple of 4 of 26 signed bits."""
    return PACK(form.word | signed(distance, 24, form.name, "distance", 4) << 2)
