"""Arithmetic, logic, shifts and comparisons of general registers. A name that ends in _w works on the low 32 bits, and
its result is sign-extended to 64; one that has an i before that takes a number: of 12 bits, signed where it is added or
compared, without a sign where it is taken bit by bit."""

from __future__ import annotations

from farcall.encode.field import ranged
from farcall.encode.loongarch64.form import PACK, Form, signed12, signed20, three, unsigned12

__all__ = [
    "add_d", "add_w", "addi_d", "addi_w", "and_", "andi", "bstrpick_d", "ext_w_b", "ext_w_h", "lu12i_w", "lu32i_d",
    "lu52i_d", "move", "mul_d", "nop", "nor", "or_", "ori", "pcaddu12i", "sll_d", "slli_d", "slli_w", "slt", "sltu",
    "sra_d", "srai_d", "srl_d", "srli_d", "sub_d", "sub_w", "xor", "xori",
]  # fmt: skip

_LU12I_W = Form("lu12i.w rd, si20", 0x14000000)
_LU32I_D = Form("lu32i.d rd, si20", 0x16000000)
_PCADDU12I = Form("pcaddu12i rd, si20", 0x1C000000)
_LU52I_D = Form("lu52i.d rd, rj, si12", 0x03000000)
_ADDI_W = Form("addi.w rd, rj, si12", 0x02800000)
_ADDI_D = Form("addi.d rd, rj, si12", 0x02C00000)
_ANDI = Form("andi rd, rj, ui12", 0x03400000)
_ORI = Form("ori rd, rj, ui12", 0x03800000)
_XORI = Form("xori rd, rj, ui12", 0x03C00000)
_SLLI_W = Form("slli.w rd, rj, ui5", 0x00408000)
_SLLI_D = Form("slli.d rd, rj, ui6", 0x00410000)
_SRLI_D = Form("srli.d rd, rj, ui6", 0x00450000)
_SRAI_D = Form("srai.d rd, rj, ui6", 0x00490000)
_BSTRPICK_D = Form("bstrpick.d rd, rj, msbd, lsbd", 0x00C00000)
_EXT_W_H = Form("ext.w.h rd, rj", 0x00005800)
_EXT_W_B = Form("ext.w.b rd, rj", 0x00005C00)
_ADD_W = Form("add.w rd, rj, rk", 0x00100000)
_ADD_D = Form("add.d rd, rj, rk", 0x00108000)
_SUB_W = Form("sub.w rd, rj, rk", 0x00110000)
_SUB_D = Form("sub.d rd, rj, rk", 0x00118000)
_SLT = Form("slt rd, rj, rk", 0x00120000)
_SLTU = Form("sltu rd, rj, rk", 0x00128000)
_NOR = Form("nor rd, rj, rk", 0x00140000)
_AND = Form("and rd, rj, rk", 0x00148000)
_OR = Form("or rd, rj, rk", 0x00150000)
_XOR = Form("xor rd, rj, rk", 0x00158000)
_SLL_D = Form("sll.d rd, rj, rk", 0x00188000)
_SRL_D = Form("srl.d rd, rj, rk", 0x00190000)
_SRA_D = Form("sra.d rd, rj, rk", 0x00198000)
_MUL_D = Form("mul.d rd, rj, rk", 0x001D8000)


def lu12i_w(dst: int, imm: int) -> bytes:
    """dst = imm << 12, sign-extended from 32 bits; imm of 20 signed bits."""
    return signed20(_LU12I_W, dst, imm)


def lu32i_d(dst: int, imm: int) -> bytes:
    """The upper 32 bits of dst = imm, 20 signed bits; the lower ones stay."""
    return signed20(_LU32I_D, dst, imm)


def lu52i_d(dst: int, src: int, imm: int) -> bytes:
    """dst = src with its upper 12 bits imm."""
    return signed12(_LU52I_D, dst, src, imm)


def pcaddu12i(dst: int, imm: int) -> bytes:
    """dst = the address of this instruction + (imm << 12, sign-extended from 32 bits); imm of 20 signed bits."""
    return signed20(_PCADDU12I, dst, imm)


def move(dst: int, src: int) -> bytes:
    """dst = src: the `or_` with ZERO."""
    return three(_OR, dst, src)


def nop() -> bytes:
    """Does nothing: the `andi` of 0 to ZERO."""
    return PACK(_ANDI.word)


# --- with a number ---


def addi_w(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm in 32 bits; with 0 it sign-extends 32 bits."""
    return signed12(_ADDI_W, dst, src, imm)


def addi_d(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm."""
    return signed12(_ADDI_D, dst, src, imm)


def andi(dst: int, src: int, imm: int) -> bytes:
    """dst = src & imm."""
    return unsigned12(_ANDI, dst, src, imm)


def ori(dst: int, src: int, imm: int) -> bytes:
    """dst = src | imm."""
    return unsigned12(_ORI, dst, src, imm)


def xori(dst: int, src: int, imm: int) -> bytes:
    """dst = src ^ imm."""
    return unsigned12(_XORI, dst, src, imm)


def _shift(form: Form, dst: int, src: int, count: int, limit: int) -> bytes:
    return three(form, dst, src, 0, ranged(count, limit, form.name, "count") << 10)


def slli_w(dst: int, src: int, count: int) -> bytes:
    """dst = src << count, 0 to 31, in 32 bits."""
    return _shift(_SLLI_W, dst, src, count, 31)


def slli_d(dst: int, src: int, count: int) -> bytes:
    """dst = src << count, 0 to 63."""
    return _shift(_SLLI_D, dst, src, count, 63)


def srli_d(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 63, zeros coming in."""
    return _shift(_SRLI_D, dst, src, count, 63)


def srai_d(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 63, the sign coming in."""
    return _shift(_SRAI_D, dst, src, count, 63)


def bstrpick_d(dst: int, src: int, last: int, first: int) -> bytes:
    """dst = the bits of src from `first` to `last`, both of them too, with zeros above."""
    name = _BSTRPICK_D.name
    place = ranged(last, 63, name, "msbd") << 16 | ranged(first, last, name, "lsbd") << 10
    return three(_BSTRPICK_D, dst, src, 0, place)


# --- with registers ---


def ext_w_b(dst: int, src: int) -> bytes:
    """dst = the low 8 bits of src, sign-extended."""
    return three(_EXT_W_B, dst, src)


def ext_w_h(dst: int, src: int) -> bytes:
    """dst = the low 16 bits of src, sign-extended."""
    return three(_EXT_W_H, dst, src)


def add_w(dst: int, a: int, b: int) -> bytes:
    """dst = a + b in 32 bits."""
    return three(_ADD_W, dst, a, b)


def add_d(dst: int, a: int, b: int) -> bytes:
    """dst = a + b."""
    return three(_ADD_D, dst, a, b)


def sub_w(dst: int, a: int, b: int) -> bytes:
    """dst = a - b in 32 bits."""
    return three(_SUB_W, dst, a, b)


def sub_d(dst: int, a: int, b: int) -> bytes:
    """dst = a - b."""
    return three(_SUB_D, dst, a, b)


def slt(dst: int, a: int, b: int) -> bytes:
    """dst = 1 if a < b, both signed, else 0."""
    return three(_SLT, dst, a, b)


def sltu(dst: int, a: int, b: int) -> bytes:
    """dst = 1 if a < b, both unsigned, else 0."""
    return three(_SLTU, dst, a, b)


def nor(dst: int, a: int, b: int) -> bytes:
    """dst = ~(a | b); with ZERO the complement."""
    return three(_NOR, dst, a, b)


def and_(dst: int, a: int, b: int) -> bytes:
    """dst = a & b."""
    return three(_AND, dst, a, b)


def or_(dst: int, a: int, b: int) -> bytes:
    """dst = a | b."""
    return three(_OR, dst, a, b)


def xor(dst: int, a: int, b: int) -> bytes:
    """dst = a ^ b."""
    return three(_XOR, dst, a, b)


def sll_d(dst: int, a: int, b: int) -> bytes:
    """dst = a << b, whose low 6 bits count."""
    return three(_SLL_D, dst, a, b)


def srl_d(dst: int, a: int, b: int) -> bytes:
    """dst = a >> b, whose low 6 bits count, zeros coming in."""
    return three(_SRL_D, dst, a, b)


def sra_d(dst: int, a: int, b: int) -> bytes:
    """dst = a >> b, whose low 6 bits count, the sign coming in."""
    return three(_SRA_D, dst, a, b)


def mul_d(dst: int, a: int, b: int) -> bytes:
    """dst = the low 64 bits of a * b."""
    return three(_MUL_D, dst, a, b)
