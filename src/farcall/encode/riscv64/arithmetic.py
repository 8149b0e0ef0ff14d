"""Arithmetic, logic, shifts and comparisons of general registers. A name that ends in w works on the low 32 bits, and
its result is sign-extended to 64; one that has an i before that takes a number, of 12 signed bits."""

from __future__ import annotations

from farcall.encode.field import ranged
from farcall.encode.riscv64.form import PACK, Form, i_type, r_type, u_type

__all__ = [
    "add", "addi", "addiw", "addw", "and_", "andi", "auipc", "lui", "mul", "mulw", "mv", "nop", "or_", "ori", "sll",
    "slli", "slliw", "sllw", "slt", "slti", "sltiu", "sltu", "sra", "srai", "sraiw", "sraw", "srl", "srli", "srliw",
    "srlw", "sub", "subw", "xor", "xori",
]  # fmt: skip

_LUI = Form("lui rd, imm20", 0x37)
_AUIPC = Form("auipc rd, imm20", 0x17)
_ADDI = Form("addi rd, rs1, imm12", 0x13)
_ADDIW = Form("addiw rd, rs1, imm12", 0x1B)
_SLTI = Form("slti rd, rs1, imm12", 0x2013)
_SLTIU = Form("sltiu rd, rs1, imm12", 0x3013)
_XORI = Form("xori rd, rs1, imm12", 0x4013)
_ORI = Form("ori rd, rs1, imm12", 0x6013)
_ANDI = Form("andi rd, rs1, imm12", 0x7013)
_SLLI = Form("slli rd, rs1, shamt", 0x1013)
_SRLI = Form("srli rd, rs1, shamt", 0x5013)
_SRAI = Form("srai rd, rs1, shamt", 0x40005013)
_SLLIW = Form("slliw rd, rs1, shamt", 0x101B)
_SRLIW = Form("srliw rd, rs1, shamt", 0x501B)
_SRAIW = Form("sraiw rd, rs1, shamt", 0x4000501B)
_ADD = Form("add rd, rs1, rs2", 0x33)
_ADDW = Form("addw rd, rs1, rs2", 0x3B)
_SUB = Form("sub rd, rs1, rs2", 0x40000033)
_SUBW = Form("subw rd, rs1, rs2", 0x4000003B)
_AND = Form("and rd, rs1, rs2", 0x7033)
_OR = Form("or rd, rs1, rs2", 0x6033)
_XOR = Form("xor rd, rs1, rs2", 0x4033)
_SLL = Form("sll rd, rs1, rs2", 0x1033)
_SRL = Form("srl rd, rs1, rs2", 0x5033)
_SRA = Form("sra rd, rs1, rs2", 0x40005033)
_SLLW = Form("sllw rd, rs1, rs2", 0x103B)
_SRLW = Form("srlw rd, rs1, rs2", 0x503B)
_SRAW = Form("sraw rd, rs1, rs2", 0x4000503B)
_SLT = Form("slt rd, rs1, rs2", 0x2033)
_SLTU = Form("sltu rd, rs1, rs2", 0x3033)
_MUL = Form("mul rd, rs1, rs2", 0x2000033)
_MULW = Form("mulw rd, rs1, rs2", 0x200003B)


def lui(dst: int, imm: int) -> bytes:
    """dst = imm << 12, sign-extended from 32 bits; imm of 20 bits in either view."""
    return u_type(_LUI, dst, imm)


def auipc(dst: int, imm: int) -> bytes:
    """dst = the address of this instruction + (imm << 12, sign-extended from 32 bits); imm as in `lui`."""
    return u_type(_AUIPC, dst, imm)


def mv(dst: int, src: int) -> bytes:
    """dst = src: the `addi` of 0."""
    return i_type(_ADDI, dst, src, 0)


def nop() -> bytes:
    """Does nothing: the `addi` of 0 to ZERO."""
    return PACK(_ADDI.word)


# --- with a number ---


def addi(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm."""
    return i_type(_ADDI, dst, src, imm)


def addiw(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm in 32 bits; with 0 it sign-extends 32 bits."""
    return i_type(_ADDIW, dst, src, imm)


def slti(dst: int, src: int, imm: int) -> bytes:
    """dst = 1 if src < imm, both signed, else 0."""
    return i_type(_SLTI, dst, src, imm)


def sltiu(dst: int, src: int, imm: int) -> bytes:
    """dst = 1 if src < imm, sign-extended and then both unsigned, else 0."""
    return i_type(_SLTIU, dst, src, imm)


def xori(dst: int, src: int, imm: int) -> bytes:
    """dst = src ^ imm; with -1 the complement."""
    return i_type(_XORI, dst, src, imm)


def ori(dst: int, src: int, imm: int) -> bytes:
    """dst = src | imm."""
    return i_type(_ORI, dst, src, imm)


def andi(dst: int, src: int, imm: int) -> bytes:
    """dst = src & imm."""
    return i_type(_ANDI, dst, src, imm)


def _shift(form: Form, dst: int, src: int, count: int, limit: int) -> bytes:
    return r_type(form, dst, src, 0, ranged(count, limit, form.name, "count") << 20)


def slli(dst: int, src: int, count: int) -> bytes:
    """dst = src << count, 0 to 63."""
    return _shift(_SLLI, dst, src, count, 63)


def srli(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 63, zeros coming in."""
    return _shift(_SRLI, dst, src, count, 63)


def srai(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 63, the sign coming in."""
    return _shift(_SRAI, dst, src, count, 63)


def slliw(dst: int, src: int, count: int) -> bytes:
    """dst = src << count, 0 to 31, in 32 bits."""
    return _shift(_SLLIW, dst, src, count, 31)


def srliw(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 31, in 32 bits, zeros coming in."""
    return _shift(_SRLIW, dst, src, count, 31)


def sraiw(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, 0 to 31, in 32 bits, the sign coming in."""
    return _shift(_SRAIW, dst, src, count, 31)


# --- with registers ---


def add(dst: int, a: int, b: int) -> bytes:
    """dst = a + b."""
    return r_type(_ADD, dst, a, b)


def addw(dst: int, a: int, b: int) -> bytes:
    """dst = a + b in 32 bits."""
    return r_type(_ADDW, dst, a, b)


def sub(dst: int, a: int, b: int) -> bytes:
    """dst = a - b."""
    return r_type(_SUB, dst, a, b)


def subw(dst: int, a: int, b: int) -> bytes:
    """dst = a - b in 32 bits."""
    return r_type(_SUBW, dst, a, b)


def and_(dst: int, a: int, b: int) -> bytes:
    """dst = a & b."""
    return r_type(_AND, dst, a, b)


def or_(dst: int, a: int, b: int) -> bytes:
    """dst = a | b."""
    return r_type(_OR, dst, a, b)


def xor(dst: int, a: int, b: int) -> bytes:
    """dst = a ^ b."""
    return r_type(_XOR, dst, a, b)


def sll(dst: int, a: int, b: int) -> bytes:
    """dst = a << b, whose low 6 bits count."""
    return r_type(_SLL, dst, a, b)


def srl(dst: int, a: int, b: int) -> bytes:
    """dst = a >> b, whose low 6 bits count, zeros coming in."""
    return r_type(_SRL, dst, a, b)


def sra(dst: int, a: int, b: int) -> bytes:
    """dst = a >> b, whose low 6 bits count, the sign coming in."""
    return r_type(_SRA, dst, a, b)


def sllw(dst: int, a: int, b: int) -> bytes:
    """dst = a << b, whose low 5 bits count, in 32 bits."""
    return r_type(_SLLW, dst, a, b)


def srlw(dst: int, a: int, b: int) -> bytes:
    """dst = a >> b, whose low 5 bits count, in 32 bits, zeros coming in."""
    return r_type(_SRLW, dst, a, b)


def sraw(dst: int, a: int, b: int) -> bytes:
    """dst = a >> b, whose low 5 bits count, in 32 bits, the sign coming in."""
    return r_type(_SRAW, dst, a, b)


def slt(dst: int, a: int, b: int) -> bytes:
    """dst = 1 if a < b, both signed, else 0."""
    return r_type(_SLT, dst, a, b)


def sltu(dst: int, a: int, b: int) -> bytes:
    """dst = 1 if a < b, both unsigned, else 0."""
    return r_type(_SLTU, dst, a, b)


def mul(dst: int, a: int, b: int) -> bytes:
    """dst = the low 64 bits of a * b."""
    return r_type(_MUL, dst, a, b)


def mulw(dst: int, a: int, b: int) -> bytes:
    """dst = a * b in 32 bits."""
    return r_type(_MULW, dst, a, b)
