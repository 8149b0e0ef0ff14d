"""Arithmetic, logic, shifts and comparisons of general registers, which have 64 bits. Comparisons set the condition code to 0
(equal), 1 (low) or 2 (high); other instructions that set it are not told apart here."""

from __future__ import annotations

from farcall.encode.field import ranged
from farcall.encode.s390x.form import Form, general, ri, ril, rr, rre, six_bytes

__all__ = [
    "agfi", "aghi", "agr", "cfi", "cgfi", "cgr", "clfi", "clgfi", "clgr", "clr", "cr", "ear", "iilf", "lcgr", "lgbr", "lgfi",
    "lgfr", "lghi", "lghr", "lgr", "llgcr", "llgfr", "llghr", "llihf", "llilf", "msgfi", "msgr", "ngr", "nihf", "nilf",
    "ogr", "oihf", "oilf", "sgr", "sllg", "srag", "srlg", "xgr", "xihf", "xilf",
]  # fmt: skip

_LGR = Form("lgr r1, r2", 0xB9040000)
_EAR = Form("ear r1, a2", 0xB24F0000)
_LCGR = Form("lcgr r1, r2", 0xB9030000)
_LGBR = Form("lgbr r1, r2", 0xB9060000)
_LGHR = Form("lghr r1, r2", 0xB9070000)
_LGFR = Form("lgfr r1, r2", 0xB9140000)
_LLGCR = Form("llgcr r1, r2", 0xB9840000)
_LLGHR = Form("llghr r1, r2", 0xB9850000)
_LLGFR = Form("llgfr r1, r2", 0xB9160000)
_AGR = Form("agr r1, r2", 0xB9080000)
_SGR = Form("sgr r1, r2", 0xB9090000)
_NGR = Form("ngr r1, r2", 0xB9800000)
_OGR = Form("ogr r1, r2", 0xB9810000)
_XGR = Form("xgr r1, r2", 0xB9820000)
_MSGR = Form("msgr r1, r2", 0xB90C0000)
_CGR = Form("cgr r1, r2", 0xB9200000)
_CLGR = Form("clgr r1, r2", 0xB9210000)
_CR = Form("cr r1, r2", 0x1900)
_CLR = Form("clr r1, r2", 0x1500)
_LGHI = Form("lghi r1, imm16", 0xA7090000)
_AGHI = Form("aghi r1, imm16", 0xA70B0000)
_LGFI = Form("lgfi r1, imm32", 0xC00100000000)
_AGFI = Form("agfi r1, imm32", 0xC20800000000)
_MSGFI = Form("msgfi r1, imm32", 0xC20000000000)
_CGFI = Form("cgfi r1, imm32", 0xC20C00000000)
_CFI = Form("cfi r1, imm32", 0xC20D00000000)
_LLILF = Form("llilf r1, imm32", 0xC00F00000000)
_LLIHF = Form("llihf r1, imm32", 0xC00E00000000)
_IILF = Form("iilf r1, imm32", 0xC00900000000)
_NILF = Form("nilf r1, imm32", 0xC00B00000000)
_NIHF = Form("nihf r1, imm32", 0xC00A00000000)
_OILF = Form("oilf r1, imm32", 0xC00D00000000)
_OIHF = Form("oihf r1, imm32", 0xC00C00000000)
_XILF = Form("xilf r1, imm32", 0xC00700000000)
_XIHF = Form("xihf r1, imm32", 0xC00600000000)
_CLGFI = Form("clgfi r1, imm32", 0xC20E00000000)
_CLFI = Form("clfi r1, imm32", 0xC20F00000000)
_SLLG = Form("sllg r1, r3, count", 0xEB000000000D)
_SRLG = Form("srlg r1, r3, count", 0xEB000000000C)
_SRAG = Form("srag r1, r3, count", 0xEB000000000A)


# --- between registers ---


def lgr(dst: int, src: int) -> bytes:
    """dst = src."""
    return rre(_LGR, dst, src)


def ear(dst: int, access: int) -> bytes:
    """The low 32 bits of dst = access register."""
    return rre(_EAR, dst, access)


def lcgr(dst: int, src: int) -> bytes:
    """dst = -src."""
    return rre(_LCGR, dst, src)


def lgbr(dst: int, src: int) -> bytes:
    """dst = the low 8 bits of src, sign-extended."""
    return rre(_LGBR, dst, src)


def lghr(dst: int, src: int) -> bytes:
    """dst = the low 16 bits of src, sign-extended."""
    return rre(_LGHR, dst, src)


def lgfr(dst: int, src: int) -> bytes:
    """dst = the low 32 bits of src, sign-extended."""
    return rre(_LGFR, dst, src)


def llgcr(dst: int, src: int) -> bytes:
    """dst = the low 8 bits of src, zero-extended."""
    return rre(_LLGCR, dst, src)


def llghr(dst: int, src: int) -> bytes:
    """dst = the low 16 bits of src, zero-extended."""
    return rre(_LLGHR, dst, src)


def llgfr(dst: int, src: int) -> bytes:
    """dst = the low 32 bits of src, zero-extended."""
    return rre(_LLGFR, dst, src)


def agr(dst: int, src: int) -> bytes:
    """dst += src."""
    return rre(_AGR, dst, src)


def sgr(dst: int, src: int) -> bytes:
    """dst -= src."""
    return rre(_SGR, dst, src)


def ngr(dst: int, src: int) -> bytes:
    """dst &= src."""
    return rre(_NGR, dst, src)


def ogr(dst: int, src: int) -> bytes:
    """dst |= src."""
    return rre(_OGR, dst, src)


def xgr(dst: int, src: int) -> bytes:
    """dst ^= src."""
    return rre(_XGR, dst, src)


def msgr(dst: int, src: int) -> bytes:
    """dst *= src, the low 64 bits."""
    return rre(_MSGR, dst, src)


def cgr(a: int, b: int) -> bytes:
    """Compares a with b, signed, 64 bits."""
    return rre(_CGR, a, b)


def clgr(a: int, b: int) -> bytes:
    """Compares a with b, unsigned, 64 bits."""
    return rre(_CLGR, a, b)


def cr(a: int, b: int) -> bytes:
    """Compares a with b, signed, the low 32 bits."""
    return rr(_CR, a, b)


def clr(a: int, b: int) -> bytes:
    """Compares a with b, unsigned, the low 32 bits."""
    return rr(_CLR, a, b)


# --- with a number ---


def lghi(dst: int, imm: int) -> bytes:
    """dst = imm, of 16 signed bits."""
    return ri(_LGHI, dst, imm)


def aghi(dst: int, imm: int) -> bytes:
    """dst += imm, of 16 signed bits."""
    return ri(_AGHI, dst, imm)


def lgfi(dst: int, imm: int) -> bytes:
    """dst = imm, of 32 signed bits."""
    return ril(_LGFI, dst, imm, sign=True)


def agfi(dst: int, imm: int) -> bytes:
    """dst += imm, of 32 signed bits."""
    return ril(_AGFI, dst, imm, sign=True)


def msgfi(dst: int, imm: int) -> bytes:
    """dst *= imm, of 32 signed bits."""
    return ril(_MSGFI, dst, imm, sign=True)


def cgfi(a: int, imm: int) -> bytes:
    """Compares a, 64 bits, with imm, of 32 signed bits."""
    return ril(_CGFI, a, imm, sign=True)


def cfi(a: int, imm: int) -> bytes:
    """Compares the low 32 bits of a with imm, signed."""
    return ril(_CFI, a, imm, sign=True)


def llilf(dst: int, imm: int) -> bytes:
    """dst = imm, of 32 bits, zero-extended."""
    return ril(_LLILF, dst, imm, sign=False)


def llihf(dst: int, imm: int) -> bytes:
    """dst = imm, of 32 bits, shifted left by 32."""
    return ril(_LLIHF, dst, imm, sign=False)


def iilf(dst: int, imm: int) -> bytes:
    """The low 32 bits of dst = imm."""
    return ril(_IILF, dst, imm, sign=False)


def nilf(dst: int, imm: int) -> bytes:
    """The low 32 bits of dst &= imm."""
    return ril(_NILF, dst, imm, sign=False)


def nihf(dst: int, imm: int) -> bytes:
    """The high 32 bits of dst &= imm."""
    return ril(_NIHF, dst, imm, sign=False)


def oilf(dst: int, imm: int) -> bytes:
    """The low 32 bits of dst |= imm."""
    return ril(_OILF, dst, imm, sign=False)


def oihf(dst: int, imm: int) -> bytes:
    """The high 32 bits of dst |= imm."""
    return ril(_OIHF, dst, imm, sign=False)


def xilf(dst: int, imm: int) -> bytes:
    """The low 32 bits of dst ^= imm."""
    return ril(_XILF, dst, imm, sign=False)


def xihf(dst: int, imm: int) -> bytes:
    """The high 32 bits of dst ^= imm."""
    return ril(_XIHF, dst, imm, sign=False)


def clgfi(a: int, imm: int) -> bytes:
    """Compares a, 64 bits, with imm, of 32 bits zero-extended, unsigned."""
    return ril(_CLGFI, a, imm, sign=False)


def clfi(a: int, imm: int) -> bytes:
    """Compares the low 32 bits of a with imm, unsigned."""
    return ril(_CLFI, a, imm, sign=False)


def _shift(form: Form, dst: int, src: int, count: int) -> bytes:
    """RSY-a without a base: the displacement is the count."""
    bits = general(dst, form, "r1") << 36 | general(src, form, "r3") << 32
    return six_bytes(form.word | bits | ranged(count, 63, form.name, "count") << 16)


def sllg(dst: int, src: int, count: int) -> bytes:
    """dst = src << count; 0 to 63."""
    return _shift(_SLLG, dst, src, count)


def srlg(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, zeros coming in; 0 to 63."""
    return _shift(_SRLG, dst, src, count)


def srag(dst: int, src: int, count: int) -> bytes:
    """dst = src >> count, the sign coming in; 0 to 63."""
    return _shift(_SRAG, dst, src, count)
