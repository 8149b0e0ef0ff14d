"""Arithmetic, logic, shifts and comparisons of general registers. Those whose names begin with d are of 64 bits; the others are
of 32, and where registers are wider extend what they make with its sign, as they want their operands extended."""

from __future__ import annotations

from farcall.encode.field import ranged
from farcall.encode.mips.form import Form, either_form, number_form, register_form, shift_form, signed_form

__all__ = [
    "addiu", "addu", "and_", "andi", "daddiu", "daddu", "dext", "dmultu", "dsll", "dsll32", "dsra", "dsra32", "dsrl", "dsrl32",
    "dsubu", "lui", "mflo", "move", "mul", "nor", "or_", "ori", "seb", "seh", "sll", "slt", "slti", "sltiu", "sltu", "sra",
    "srl", "subu", "xor", "xori",
]  # fmt: skip

_ADDU = Form("addu rd, rs, rt", 0x00000021)
_SUBU = Form("subu rd, rs, rt", 0x00000023)
_AND = Form("and rd, rs, rt", 0x00000024)
_OR = Form("or rd, rs, rt", 0x00000025)
_XOR = Form("xor rd, rs, rt", 0x00000026)
_NOR = Form("nor rd, rs, rt", 0x00000027)
_SLT = Form("slt rd, rs, rt", 0x0000002A)
_SLTU = Form("sltu rd, rs, rt", 0x0000002B)
_MUL = Form("mul rd, rs, rt", 0x70000002)
_DADDU = Form("daddu rd, rs, rt", 0x0000002D)
_DSUBU = Form("dsubu rd, rs, rt", 0x0000002F)
_SLL = Form("sll rd, rt, shift", 0x00000000)
_SRL = Form("srl rd, rt, shift", 0x00000002)
_SRA = Form("sra rd, rt, shift", 0x00000003)
_DSLL = Form("dsll rd, rt, shift", 0x00000038)
_DSRL = Form("dsrl rd, rt, shift", 0x0000003A)
_DSRA = Form("dsra rd, rt, shift", 0x0000003B)
_DSLL32 = Form("dsll32 rd, rt, shift", 0x0000003C)
_DSRL32 = Form("dsrl32 rd, rt, shift", 0x0000003E)
_DSRA32 = Form("dsra32 rd, rt, shift", 0x0000003F)
_ADDIU = Form("addiu rt, rs, imm16", 0x24000000)
_DADDIU = Form("daddiu rt, rs, imm16", 0x64000000)
_SLTI = Form("slti rt, rs, imm16", 0x28000000)
_SLTIU = Form("sltiu rt, rs, imm16", 0x2C000000)
_ANDI = Form("andi rt, rs, imm16", 0x30000000)
_ORI = Form("ori rt, rs, imm16", 0x34000000)
_XORI = Form("xori rt, rs, imm16", 0x38000000)
_SEB = Form("seb rd, rt", 0x7C000420)
_SEH = Form("seh rd, rt", 0x7C000620)
_LUI = Form("lui rt, imm16", 0x3C000000)
_DEXT = Form("dext rt, rs, position, size", 0x7C000003)
_DMULTU = Form("dmultu rs, rt", 0x0000001D)
_MFLO = Form("mflo rd", 0x00000012)


def addu(dst: int, a: int, b: int) -> bytes:
    """dst = a + b."""
    return register_form(_ADDU, a, b, dst)


def subu(dst: int, a: int, b: int) -> bytes:
    """dst = a - b."""
    return register_form(_SUBU, a, b, dst)


def and_(dst: int, a: int, b: int) -> bytes:
    """dst = a & b."""
    return register_form(_AND, a, b, dst)


def or_(dst: int, a: int, b: int) -> bytes:
    """dst = a | b."""
    return register_form(_OR, a, b, dst)


def xor(dst: int, a: int, b: int) -> bytes:
    """dst = a ^ b."""
    return register_form(_XOR, a, b, dst)


def nor(dst: int, a: int, b: int) -> bytes:
    """dst = ~(a | b)."""
    return register_form(_NOR, a, b, dst)


def slt(dst: int, a: int, b: int) -> bytes:
    """dst = 1 if a < b, signed, else 0."""
    return register_form(_SLT, a, b, dst)


def sltu(dst: int, a: int, b: int) -> bytes:
    """dst = 1 if a < b, unsigned, else 0."""
    return register_form(_SLTU, a, b, dst)


def mul(dst: int, a: int, b: int) -> bytes:
    """dst = the low 32 bits of a * b."""
    return register_form(_MUL, a, b, dst)


def daddu(dst: int, a: int, b: int) -> bytes:
    """dst = a + b."""
    return register_form(_DADDU, a, b, dst)


def dsubu(dst: int, a: int, b: int) -> bytes:
    """dst = a - b."""
    return register_form(_DSUBU, a, b, dst)


def sll(dst: int, src: int, count: int) -> bytes:
    """dst = src << count, 0 to 31; also of what is not extended."""
    return shift_form(_SLL, dst, src, count)


def srl(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 31, zeros coming in."""
    return shift_form(_SRL, dst, src, count)


def sra(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 31, the sign coming in."""
    return shift_form(_SRA, dst, src, count)


def dsll(dst: int, src: int, count: int) -> bytes:
    """dst = src << count, 0 to 31."""
    return shift_form(_DSLL, dst, src, count)


def dsrl(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 31, zeros coming in."""
    return shift_form(_DSRL, dst, src, count)


def dsra(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 31, the sign coming in."""
    return shift_form(_DSRA, dst, src, count)


def dsll32(dst: int, src: int, count: int) -> bytes:
    """dst = src << count + 32."""
    return shift_form(_DSLL32, dst, src, count)


def dsrl32(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count + 32, zeros coming in."""
    return shift_form(_DSRL32, dst, src, count)


def dsra32(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count + 32, the sign coming in."""
    return shift_form(_DSRA32, dst, src, count)


def addiu(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm, of 16 signed bits."""
    return signed_form(_ADDIU, src, dst, imm)


def daddiu(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm, of 16 signed bits."""
    return signed_form(_DADDIU, src, dst, imm)


def slti(dst: int, src: int, imm: int) -> bytes:
    """dst = 1 if src < imm, signed, else 0."""
    return signed_form(_SLTI, src, dst, imm)


def sltiu(dst: int, src: int, imm: int) -> bytes:
    """dst = 1 if src < imm, of 16 signed bits that are taken for a number without a sign, else 0."""
    return signed_form(_SLTIU, src, dst, imm)


def andi(dst: int, src: int, imm: int) -> bytes:
    """dst = src & imm, of 16 bits."""
    return number_form(_ANDI, src, dst, imm)


def ori(dst: int, src: int, imm: int) -> bytes:
    """dst = src | imm, of 16 bits."""
    return number_form(_ORI, src, dst, imm)


def xori(dst: int, src: int, imm: int) -> bytes:
    """dst = src ^ imm, of 16 bits."""
    return number_form(_XORI, src, dst, imm)


def seb(dst: int, src: int) -> bytes:
    """dst = the low 8 bits of src, sign-extended."""
    return register_form(_SEB, 0, src, dst)


def seh(dst: int, src: int) -> bytes:
    """dst = the low 16 bits of src, sign-extended."""
    return register_form(_SEH, 0, src, dst)


def lui(dst: int, imm: int) -> bytes:
    """dst = imm << 16, of 16 bits in either view."""
    return either_form(_LUI, dst, imm)


def move(dst: int, src: int) -> bytes:
    """dst = src."""
    return register_form(_OR, src, 0, dst)


def dext(dst: int, src: int, position: int, size: int) -> bytes:
    """dst = size bits, 1 to 32, of src from bit `position` on, 0 to 31, zeros above."""
    start = ranged(position, 31, _DEXT.name, "position")
    return register_form(_DEXT, src, dst, ranged(size - 1, 31, _DEXT.name, "size less 1"), start << 6)


def dmultu(a: int, b: int) -> bytes:
    """The product of a and b, unsigned, in registers of its own: the low 64 bits are got by `mflo`."""
    return register_form(_DMULTU, a, b)


def mflo(dst: int) -> bytes:
    """dst = the low half of the last product."""
    return register_form(_MFLO, 0, 0, dst)
