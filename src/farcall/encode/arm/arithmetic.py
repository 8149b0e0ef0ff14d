"""Arithmetic, logic, shifts and comparisons of core registers, which have 32 bits. Comparisons set the flags, nothing else does."""

from __future__ import annotations

from farcall.encode.arm.form import PACK, Form, core, modified_form, register_form
from farcall.encode.field import ranged, unsigned

__all__ = [
    "add", "addi", "and_", "andi", "asr", "bic", "bici", "cmn", "cmni", "cmp", "cmpi", "eor", "eori", "lsl", "lsr", "mov", "movi",
    "movt", "movw", "mul", "mvni", "orr", "orri", "rsbi", "sub", "subi", "sxtb", "sxth", "tst", "tsti", "uxtb", "uxth",
]  # fmt: skip

_AND = Form("and rd, rn, rm", 0xE0000000, pc=True)
_EOR = Form("eor rd, rn, rm", 0xE0200000, pc=True)
_SUB = Form("sub rd, rn, rm", 0xE0400000, pc=True)
_ADD = Form("add rd, rn, rm", 0xE0800000, pc=True)
_TST = Form("tst rn, rm", 0xE1100000, pc=True)
_CMP = Form("cmp rn, rm", 0xE1500000, pc=True)
_CMN = Form("cmn rn, rm", 0xE1700000, pc=True)
_ORR = Form("orr rd, rn, rm", 0xE1800000, pc=True)
_MOV = Form("mov rd, rm", 0xE1A00000, pc=True)
_BIC = Form("bic rd, rn, rm", 0xE1C00000, pc=True)
_LSL = Form("lsl rd, rm, shift", 0xE1A00000)
_LSR = Form("lsr rd, rm, shift", 0xE1A00020)
_ASR = Form("asr rd, rm, shift", 0xE1A00040)
_ANDI = Form("and rd, rn, imm", 0xE2000000, pc=True)
_EORI = Form("eor rd, rn, imm", 0xE2200000, pc=True)
_SUBI = Form("sub rd, rn, imm", 0xE2400000, pc=True)
_RSBI = Form("rsb rd, rn, imm", 0xE2600000, pc=True)
_ADDI = Form("add rd, rn, imm", 0xE2800000, pc=True)
_TSTI = Form("tst rn, imm", 0xE3100000, pc=True)
_CMPI = Form("cmp rn, imm", 0xE3500000, pc=True)
_CMNI = Form("cmn rn, imm", 0xE3700000, pc=True)
_ORRI = Form("orr rd, rn, imm", 0xE3800000, pc=True)
_MOVI = Form("mov rd, imm", 0xE3A00000, pc=True)
_BICI = Form("bic rd, rn, imm", 0xE3C00000, pc=True)
_MVNI = Form("mvn rd, imm", 0xE3E00000, pc=True)
_MOVW = Form("movw rd, imm16", 0xE3000000)
_MOVT = Form("movt rd, imm16", 0xE3400000)
_MUL = Form("mul rd, rn, rm", 0xE0000090)
_SXTB = Form("sxtb rd, rm", 0xE6AF0070)
_SXTH = Form("sxth rd, rm", 0xE6BF0070)
_UXTB = Form("uxtb rd, rm", 0xE6EF0070)
_UXTH = Form("uxth rd, rm", 0xE6FF0070)


def add(dst: int, a: int, b: int) -> bytes:
    """dst = a + b."""
    return register_form(_ADD, dst, a, b)


def sub(dst: int, a: int, b: int) -> bytes:
    """dst = a - b."""
    return register_form(_SUB, dst, a, b)


def and_(dst: int, a: int, b: int) -> bytes:
    """dst = a & b."""
    return register_form(_AND, dst, a, b)


def orr(dst: int, a: int, b: int) -> bytes:
    """dst = a | b."""
    return register_form(_ORR, dst, a, b)


def eor(dst: int, a: int, b: int) -> bytes:
    """dst = a ^ b."""
    return register_form(_EOR, dst, a, b)


def bic(dst: int, a: int, b: int) -> bytes:
    """dst = a & ~b."""
    return register_form(_BIC, dst, a, b)


def mul(dst: int, a: int, b: int) -> bytes:
    """dst = the low 32 bits of a * b."""
    return PACK(_MUL.word | core(_MUL, dst, "rd") << 16 | core(_MUL, b, "rm") << 8 | core(_MUL, a, "rn"))


def mov(dst: int, src: int) -> bytes:
    """dst = src."""
    return register_form(_MOV, dst, 0, src)


def lsl(dst: int, src: int, shift: int) -> bytes:
    """dst = src << shift, 1 to 31."""
    return _shifted(_LSL, dst, src, shift)


def lsr(dst: int, src: int, shift: int) -> bytes:
    """dst = src >> shift, 1 to 31, zeros coming in."""
    return _shifted(_LSR, dst, src, shift)


def asr(dst: int, src: int, shift: int) -> bytes:
    """dst = src >> shift, 1 to 31, the sign coming in."""
    return _shifted(_ASR, dst, src, shift)


def _shifted(form: Form, dst: int, src: int, shift: int) -> bytes:
    ranged(shift - 1, 30, form.name, "shift less 1")  # 0 has other meanings
    return register_form(form, dst, 0, src, shift)


def sxtb(dst: int, src: int) -> bytes:
    """dst = the low 8 bits of src, sign-extended."""
    return register_form(_SXTB, dst, 0, src)


def sxth(dst: int, src: int) -> bytes:
    """dst = the low 16 bits of src, sign-extended."""
    return register_form(_SXTH, dst, 0, src)


def uxtb(dst: int, src: int) -> bytes:
    """dst = the low 8 bits of src."""
    return register_form(_UXTB, dst, 0, src)


def uxth(dst: int, src: int) -> bytes:
    """dst = the low 16 bits of src."""
    return register_form(_UXTH, dst, 0, src)


# --- with a number: eight bits at an even rotation ---


def addi(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm."""
    return modified_form(_ADDI, dst, src, imm)


def subi(dst: int, src: int, imm: int) -> bytes:
    """dst = src - imm."""
    return modified_form(_SUBI, dst, src, imm)


def rsbi(dst: int, src: int, imm: int) -> bytes:
    """dst = imm - src."""
    return modified_form(_RSBI, dst, src, imm)


def andi(dst: int, src: int, imm: int) -> bytes:
    """dst = src & imm."""
    return modified_form(_ANDI, dst, src, imm)


def orri(dst: int, src: int, imm: int) -> bytes:
    """dst = src | imm."""
    return modified_form(_ORRI, dst, src, imm)


def eori(dst: int, src: int, imm: int) -> bytes:
    """dst = src ^ imm."""
    return modified_form(_EORI, dst, src, imm)


def bici(dst: int, src: int, imm: int) -> bytes:
    """dst = src & ~imm."""
    return modified_form(_BICI, dst, src, imm)


def movi(dst: int, imm: int) -> bytes:
    """dst = imm."""
    return modified_form(_MOVI, dst, 0, imm)


def mvni(dst: int, imm: int) -> bytes:
    """dst = ~imm."""
    return modified_form(_MVNI, dst, 0, imm)


def movw(dst: int, imm: int) -> bytes:
    """dst = imm, of 16 bits."""
    return _half(_MOVW, dst, imm)


def movt(dst: int, imm: int) -> bytes:
    """The upper half of dst = imm, of 16 bits; the lower half stays."""
    return _half(_MOVT, dst, imm)


def _half(form: Form, dst: int, imm: int) -> bytes:
    number = unsigned(imm, 16, form.name, "immediate")
    return PACK(form.word | core(form, dst, "rd") << 12 | (number & 0xF000) << 4 | number & 0xFFF)


# --- comparisons ---


def cmp(a: int, b: int) -> bytes:
    """Compares a with b."""
    return register_form(_CMP, 0, a, b)


def cmn(a: int, b: int) -> bytes:
    """Compares a with -b."""
    return register_form(_CMN, 0, a, b)


def tst(a: int, b: int) -> bytes:
    """Compares a & b with 0."""
    return register_form(_TST, 0, a, b)


def cmpi(a: int, imm: int) -> bytes:
    """Compares a with imm."""
    return modified_form(_CMPI, 0, a, imm)


def cmni(a: int, imm: int) -> bytes:
    """Compares a with -imm."""
    return modified_form(_CMNI, 0, a, imm)


def tsti(a: int, imm: int) -> bytes:
    """Compares a & imm with 0."""
    return modified_form(_TSTI, 0, a, imm)
