"""Loads and stores. An address is a base register, an offset of 20 signed bits (of those that store a number, 12 unsigned ones),
and where a parameter is there for it, an index register, 0 for none. Register 0 is no base: it would stand for none."""

from __future__ import annotations

from farcall.encode.s390x.form import Form, fits, ril_distance, rsy, rxy, sil, siy

__all__ = [
    "cgrl", "clgrl", "csg", "fits", "larl", "lay", "ldy", "ley", "lg", "lgb", "lgf", "lgh", "lgrl", "llgc", "llgf", "llgh",
    "lmg", "mvghi", "mvhhi", "mvhi", "mviy", "stcy", "stdy", "stey", "stg", "sthy", "stmg", "sty",
]  # fmt: skip

_LG = Form("lg r1, offset(index, base)", 0xE30000000004)
_LGF = Form("lgf r1, offset(index, base)", 0xE30000000014)
_LLGF = Form("llgf r1, offset(index, base)", 0xE30000000016)
_LGH = Form("lgh r1, offset(index, base)", 0xE30000000015)
_LLGH = Form("llgh r1, offset(index, base)", 0xE30000000091)
_LGB = Form("lgb r1, offset(index, base)", 0xE30000000077)
_LLGC = Form("llgc r1, offset(index, base)", 0xE30000000090)
_LAY = Form("lay r1, offset(index, base)", 0xE30000000071)
_STG = Form("stg r1, offset(index, base)", 0xE30000000024)
_STY = Form("sty r1, offset(index, base)", 0xE30000000050)
_STHY = Form("sthy r1, offset(index, base)", 0xE30000000070)
_STCY = Form("stcy r1, offset(index, base)", 0xE30000000072)
_LEY = Form("ley f1, offset(index, base)", 0xED0000000064)
_LDY = Form("ldy f1, offset(index, base)", 0xED0000000065)
_STEY = Form("stey f1, offset(index, base)", 0xED0000000066)
_STDY = Form("stdy f1, offset(index, base)", 0xED0000000067)
_MVGHI = Form("mvghi offset(base), imm16", 0xE54800000000)
_MVHI = Form("mvhi offset(base), imm16", 0xE54C00000000)
_MVHHI = Form("mvhhi offset(base), imm16", 0xE54400000000)
_MVIY = Form("mviy offset(base), imm8", 0xEB0000000052)
_STMG = Form("stmg r1, r3, offset(base)", 0xEB0000000024)
_LMG = Form("lmg r1, r3, offset(base)", 0xEB0000000004)
_CSG = Form("csg r1, r3, offset(base)", 0xEB0000000030)
_LARL = Form("larl r1, distance", 0xC00000000000)
_LGRL = Form("lgrl r1, distance", 0xC40800000000)
_CGRL = Form("cgrl r1, distance", 0xC60800000000)
_CLGRL = Form("clgrl r1, distance", 0xC60A00000000)


def lg(dst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """dst = 64 bits at [base + index + offset]."""
    return rxy(_LG, dst, base, offset, index)


def lgf(dst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """dst = 32 bits there, sign-extended."""
    return rxy(_LGF, dst, base, offset, index)


def llgf(dst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """dst = 32 bits there, zero-extended."""
    return rxy(_LLGF, dst, base, offset, index)


def lgh(dst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """dst = 16 bits there, sign-extended."""
    return rxy(_LGH, dst, base, offset, index)


def llgh(dst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """dst = 16 bits there, zero-extended."""
    return rxy(_LLGH, dst, base, offset, index)


def lgb(dst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """dst = 8 bits there, sign-extended."""
    return rxy(_LGB, dst, base, offset, index)


def llgc(dst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """dst = 8 bits there, zero-extended."""
    return rxy(_LLGC, dst, base, offset, index)


def lay(dst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """dst = the address base + index + offset."""
    return rxy(_LAY, dst, base, offset, index)


def stg(src: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """[base + index + offset] = src, 64 bits."""
    return rxy(_STG, src, base, offset, index)


def sty(src: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """32 bits there = the low 32 of src."""
    return rxy(_STY, src, base, offset, index)


def sthy(src: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """16 bits there = the low 16 of src."""
    return rxy(_STHY, src, base, offset, index)


def stcy(src: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """8 bits there = the low 8 of src."""
    return rxy(_STCY, src, base, offset, index)


# --- floating-point registers ---


def ley(vdst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """The left 32 bits of floating-point register vdst = 32 bits at [base + index + offset]."""
    return rxy(_LEY, vdst, base, offset, index)


def ldy(vdst: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """Floating-point register vdst = 64 bits there."""
    return rxy(_LDY, vdst, base, offset, index)


def stey(vsrc: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """32 bits at [base + index + offset] = the left 32 of floating-point register vsrc."""
    return rxy(_STEY, vsrc, base, offset, index)


def stdy(vsrc: int, base: int, offset: int = 0, index: int = 0) -> bytes:
    """64 bits there = floating-point register vsrc."""
    return rxy(_STDY, vsrc, base, offset, index)


# --- numbers ---


def mvghi(base: int, offset: int, imm: int) -> bytes:
    """64 bits at [base + offset], which is 0 to 4095, = imm, of 16 signed bits."""
    return sil(_MVGHI, base, offset, imm)


def mvhi(base: int, offset: int, imm: int) -> bytes:
    """32 bits at [base + offset], which is 0 to 4095, = imm, of 16 signed bits."""
    return sil(_MVHI, base, offset, imm)


def mvhhi(base: int, offset: int, imm: int) -> bytes:
    """16 bits at [base + offset], which is 0 to 4095, = imm, of 16 signed bits."""
    return sil(_MVHHI, base, offset, imm)


def mviy(base: int, offset: int, imm: int) -> bytes:
    """8 bits at [base + offset] = imm."""
    return siy(_MVIY, base, offset, imm)


# --- several registers, and in one step ---


def stmg(first: int, last: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] and on = registers `first` to `last`, 64 bits each; behind 15 comes 0."""
    return rsy(_STMG, first, last, base, offset)


def lmg(first: int, last: int, base: int, offset: int = 0) -> bytes:
    """Registers `first` to `last` = 64 bits each at [base + offset] and on; behind 15 comes 0."""
    return rsy(_LMG, first, last, base, offset)


def csg(expected: int, new: int, base: int, offset: int = 0) -> bytes:
    """If the 64 bits at [base + offset], which is a multiple of 8, are `expected`, they become `new`, and the condition is
    equal; else expected = what they are. Nothing before or after it comes to be seen on its other side."""
    return rsy(_CSG, expected, new, base, offset)


# --- at a distance in bytes from this instruction: even, up to 4 GiB ---


def larl(dst: int, distance: int) -> bytes:
    """dst = the address at the distance."""
    return ril_distance(_LARL, dst, distance)


def lgrl(dst: int, distance: int) -> bytes:
    """dst = 64 bits at the distance, where the address is a multiple of 8."""
    return ril_distance(_LGRL, dst, distance)


def cgrl(a: int, distance: int) -> bytes:
    """Compares a with the 64 bits at the distance, where the address is a multiple of 8; signed."""
    return ril_distance(_CGRL, a, distance)


def clgrl(a: int, distance: int) -> bytes:
    """Compares a with the 64 bits at the distance, where the address is a multiple of 8; unsigned."""
    return ril_distance(_CLGRL, a, distance)
