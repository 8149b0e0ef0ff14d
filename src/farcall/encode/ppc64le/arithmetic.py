"""Arithmetic, logic, shifts and comparisons of general registers, which have 64 bits. Comparisons set the condition field 0."""

from __future__ import annotations

from farcall.encode.field import ranged
from farcall.encode.ppc64le.form import PACK, Form, compared, d_form, md_form, registers, x_form

__all__ = [
    "add", "addi", "addic", "addis", "and_", "andi", "andis", "cmpd", "cmpdi", "cmpld", "cmpldi", "cmplw", "cmplwi",
    "cmpw", "cmpwi", "extsb", "extsh", "extsw", "li", "lis", "mr", "mulld", "mulli", "neg", "or_", "ori", "oris",
    "rldicl", "rldicr", "sradi", "subf", "xor", "xori", "xoris",
]  # fmt: skip

_ADD = Form("add rt, ra, rb", 0x7C000214)
_SUBF = Form("subf rt, ra, rb", 0x7C000050)
_MULLD = Form("mulld rt, ra, rb", 0x7C0001D2)
_AND = Form("and ra, rs, rb", 0x7C000038)
_OR = Form("or ra, rs, rb", 0x7C000378)
_XOR = Form("xor ra, rs, rb", 0x7C000278)
_EXTSB = Form("extsb ra, rs", 0x7C000774)
_EXTSH = Form("extsh ra, rs", 0x7C000734)
_EXTSW = Form("extsw ra, rs", 0x7C0007B4)
_NEG = Form("neg rt, ra", 0x7C0000D0)
_ADDI = Form("addi rt, ra, imm16", 0x38000000)
_ADDIS = Form("addis rt, ra, imm16", 0x3C000000)
_ADDIC = Form("addic rt, ra, imm16", 0x30000000)
_MULLI = Form("mulli rt, ra, imm16", 0x1C000000)
_ORI = Form("ori ra, rs, imm16", 0x60000000)
_ORIS = Form("oris ra, rs, imm16", 0x64000000)
_XORI = Form("xori ra, rs, imm16", 0x68000000)
_XORIS = Form("xoris ra, rs, imm16", 0x6C000000)
_ANDI = Form("andi. ra, rs, imm16", 0x70000000)
_ANDIS = Form("andis. ra, rs, imm16", 0x74000000)
_RLDICL = Form("rldicl ra, rs, shift, mask", 0x78000000)
_RLDICR = Form("rldicr ra, rs, shift, mask", 0x78000004)
_SRADI = Form("sradi ra, rs, shift", 0x7C000674)
_CMPDI = Form("cmpdi ra, imm16", 0x2C200000)
_CMPLDI = Form("cmpldi ra, imm16", 0x28200000)
_CMPWI = Form("cmpwi ra, imm16", 0x2C000000)
_CMPLWI = Form("cmplwi ra, imm16", 0x28000000)
_CMPD = Form("cmpd ra, rb", 0x7C200000)
_CMPLD = Form("cmpld ra, rb", 0x7C200040)
_CMPW = Form("cmpw ra, rb", 0x7C000000)
_CMPLW = Form("cmplw ra, rb", 0x7C000040)


def add(dst: int, a: int, b: int) -> bytes:
    """dst = a + b."""
    return x_form(_ADD, dst, a, b)


def subf(dst: int, a: int, b: int) -> bytes:
    """dst = b - a."""
    return x_form(_SUBF, dst, a, b)


def mulld(dst: int, a: int, b: int) -> bytes:
    """dst = the low 64 bits of a * b."""
    return x_form(_MULLD, dst, a, b)


def and_(dst: int, a: int, b: int) -> bytes:
    """dst = a & b."""
    return x_form(_AND, a, dst, b)


def or_(dst: int, a: int, b: int) -> bytes:
    """dst = a | b."""
    return x_form(_OR, a, dst, b)


def xor(dst: int, a: int, b: int) -> bytes:
    """dst = a ^ b."""
    return x_form(_XOR, a, dst, b)


def neg(dst: int, src: int) -> bytes:
    """dst = -src."""
    return x_form(_NEG, dst, src)


def extsb(dst: int, src: int) -> bytes:
    """dst = the low 8 bits of src, sign-extended."""
    return x_form(_EXTSB, src, dst)


def extsh(dst: int, src: int) -> bytes:
    """dst = the low 16 bits of src, sign-extended."""
    return x_form(_EXTSH, src, dst)


def extsw(dst: int, src: int) -> bytes:
    """dst = the low 32 bits of src, sign-extended."""
    return x_form(_EXTSW, src, dst)


def mr(dst: int, src: int) -> bytes:
    """dst = src: the `or` of one register."""
    return x_form(_OR, src, dst, src)


# --- with a number ---


def addi(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm, of 16 signed bits; of register 0 it is imm alone."""
    return d_form(_ADDI, dst, src, imm)


def addis(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm << 16, imm of 16 signed bits; of register 0 it is that alone."""
    return d_form(_ADDIS, dst, src, imm)


def addic(dst: int, src: int, imm: int) -> bytes:
    """dst = src + imm, of 16 signed bits, for any src; there is a carry."""
    return d_form(_ADDIC, dst, src, imm)


def mulli(dst: int, src: int, imm: int) -> bytes:
    """dst = src * imm, of 16 signed bits."""
    return d_form(_MULLI, dst, src, imm)


def li(dst: int, imm: int) -> bytes:
    """dst = imm, of 16 signed bits."""
    return d_form(_ADDI, dst, 0, imm)


def lis(dst: int, imm: int) -> bytes:
    """dst = imm << 16, imm of 16 signed bits."""
    return d_form(_ADDIS, dst, 0, imm)


def ori(dst: int, src: int, imm: int) -> bytes:
    """dst = src | imm, of 16 bits."""
    return d_form(_ORI, src, dst, imm, sign=False)


def oris(dst: int, src: int, imm: int) -> bytes:
    """dst = src | imm << 16."""
    return d_form(_ORIS, src, dst, imm, sign=False)


def xori(dst: int, src: int, imm: int) -> bytes:
    """dst = src ^ imm, of 16 bits."""
    return d_form(_XORI, src, dst, imm, sign=False)


def xoris(dst: int, src: int, imm: int) -> bytes:
    """dst = src ^ imm << 16."""
    return d_form(_XORIS, src, dst, imm, sign=False)


def andi(dst: int, src: int, imm: int) -> bytes:
    """dst = src & imm, of 16 bits; compares the result with 0."""
    return d_form(_ANDI, src, dst, imm, sign=False)


def andis(dst: int, src: int, imm: int) -> bytes:
    """dst = src & imm << 16; compares the result with 0."""
    return d_form(_ANDIS, src, dst, imm, sign=False)


def rldicl(dst: int, src: int, shift: int, mask: int) -> bytes:
    """dst = src rotated to the left, with zeros in the `mask` most significant bits."""
    return md_form(_RLDICL, src, dst, shift, mask)


def rldicr(dst: int, src: int, shift: int, mask: int) -> bytes:
    """dst = src rotated to the left, with zeros behind the bit `mask`, counted from the most significant."""
    return md_form(_RLDICR, src, dst, shift, mask)


def sradi(dst: int, src: int, shift: int) -> bytes:
    """dst = src >> shift, 0 to 63, the sign coming in."""
    shift = ranged(shift, 63, _SRADI.name, "shift")
    return PACK(registers(_SRADI, src, dst) | (shift & 31) << 11 | (shift >> 5) << 1)


# --- comparisons ---


def cmpdi(a: int, imm: int) -> bytes:
    """Compares a, 64 bits, with imm, of 16 signed bits."""
    return d_form(_CMPDI, 0, a, imm)


def cmpldi(a: int, imm: int) -> bytes:
    """Compares a, 64 bits, with imm, of 16 bits; unsigned."""
    return d_form(_CMPLDI, 0, a, imm, sign=False)


def cmpwi(a: int, imm: int) -> bytes:
    """Compares the low 32 bits of a with imm, of 16 signed bits."""
    return d_form(_CMPWI, 0, a, imm)


def cmplwi(a: int, imm: int) -> bytes:
    """Compares the low 32 bits of a with imm, of 16 bits; unsigned."""
    return d_form(_CMPLWI, 0, a, imm, sign=False)


def cmpd(a: int, b: int) -> bytes:
    """Compares a with b, signed, 64 bits."""
    return compared(_CMPD, a, b)


def cmpld(a: int, b: int) -> bytes:
    """Compares a with b, unsigned, 64 bits."""
    return compared(_CMPLD, a, b)


def cmpw(a: int, b: int) -> bytes:
    """Compares a with b, signed, the low 32 bits."""
    return compared(_CMPW, a, b)


def cmplw(a: int, b: int) -> bytes:
    """Compares a with b, unsigned, the low 32 bits."""
    return compared(_CMPLW, a, b)
