"""SSE and SSE2 on XMM0 to XMM15: moves, conversions, arithmetic.

Each instruction of the plain shapes is a constant (MOVSD, ADDSD, ...): the first argument of `sse_rr`,
`sse_rm` and `sse_mr`. Moves and conversions that involve general registers have functions of their own; in
their names x is an XMM register, r a general one, m memory.
"""

from __future__ import annotations

from farcall.encode.x86_64.form import WIDE, Form, Table, with_memory, with_register
from farcall.encode.x86_64.immediate import ranged
from farcall.encode.x86_64.operand import Address, Mem

__all__ = [
    "ADDSD",
    "ADDSS",
    "CVTSD2SS",
    "CVTSS2SD",
    "DIVSD",
    "DIVSS",
    "MOVAPS",
    "MOVD",
    "MOVDQA",
    "MOVDQU",
    "MOVHPS",
    "MOVLPS",
    "MOVQ",
    "MOVSD",
    "MOVSS",
    "MOVUPS",
    "MULSD",
    "MULSS",
    "PUNPCKLQDQ",
    "PXOR",
    "SUBSD",
    "SUBSS",
    "UCOMISD",
    "UCOMISS",
    "XORPS",
    "Sse",
    "cvtsi2sd_xm",
    "cvtsi2sd_xr",
    "cvtsi2ss_xm",
    "cvtsi2ss_xr",
    "cvttsd2si_rm",
    "cvttsd2si_rx",
    "cvttss2si_rm",
    "cvttss2si_rx",
    "movd_rx",
    "movd_xr",
    "pinsrw_xmi",
    "pslldq_xi",
    "psrldq_xi",
    "sse_mr",
    "sse_rm",
    "sse_rr",
]


class Sse:
    """One instruction: the forms it has from register, from memory and to memory; None where it has none."""

    __slots__ = ("from_memory", "from_register", "name", "to_memory")

    def __init__(
        self,
        name: str,
        prefix: bytes,
        load: int,
        store: int | None = None,
        *,
        store_prefix: bytes = b"",
        registers: bool = True,
    ) -> None:
        self.name = name
        form = Form(f"{name} xmm, xmm/m", b"\x0f%c" % load, prefix=prefix)
        self.from_register = form if registers else None
        self.from_memory = form
        self.to_memory = (
            None if store is None else Form(f"{name} m, xmm", b"\x0f%c" % store, prefix=store_prefix or prefix)
        )


_NONE, _66, _F2, _F3 = b"", b"\x66", b"\xf2", b"\xf3"

# Moves. From register, MOVSS and MOVSD keep the upper part of dst; from memory, like MOVD and MOVQ, clear it.
MOVSS = Sse("movss", _F3, 0x10, 0x11)
MOVSD = Sse("movsd", _F2, 0x10, 0x11)
MOVUPS = Sse("movups", _NONE, 0x10, 0x11)
MOVAPS = Sse("movaps", _NONE, 0x28, 0x29)
MOVDQA = Sse("movdqa", _66, 0x6F, 0x7F)
MOVDQU = Sse("movdqu", _F3, 0x6F, 0x7F)
MOVQ = Sse("movq", _F3, 0x7E, 0xD6, store_prefix=_66)
MOVD = Sse("movd", _66, 0x6E, 0x7E, registers=False)  # 32 bits; to and from registers: movd_xr, movd_rx
MOVLPS = Sse("movlps", _NONE, 0x12, 0x13, registers=False)  # lower 64 bits; the others stay
MOVHPS = Sse("movhps", _NONE, 0x16, 0x17, registers=False)  # upper 64 bits; the others stay

# Arithmetic and comparison.
ADDSS = Sse("addss", _F3, 0x58)
ADDSD = Sse("addsd", _F2, 0x58)
MULSS = Sse("mulss", _F3, 0x59)
MULSD = Sse("mulsd", _F2, 0x59)
SUBSS = Sse("subss", _F3, 0x5C)
SUBSD = Sse("subsd", _F2, 0x5C)
DIVSS = Sse("divss", _F3, 0x5E)
DIVSD = Sse("divsd", _F2, 0x5E)
UCOMISS = Sse("ucomiss", _NONE, 0x2E)  # unordered sets ZF, PF and CF: test CC_P first
UCOMISD = Sse("ucomisd", _66, 0x2E)
XORPS = Sse("xorps", _NONE, 0x57)
PXOR = Sse("pxor", _66, 0xEF)
PUNPCKLQDQ = Sse("punpcklqdq", _66, 0x6C)  # upper 64 bits of dst = lower 64 bits of src

# Conversions between the two float widths.
CVTSS2SD = Sse("cvtss2sd", _F3, 0x5A)
CVTSD2SS = Sse("cvtsd2ss", _F2, 0x5A)


def sse_rr(op: Sse, dst: int, src: int) -> bytes:
    """dst = op(dst, src), both XMM registers; ValueError where `op` has only memory forms."""
    form = op.from_register
    if form is None:
        raise ValueError(f"{op.name}: has no form from XMM register to XMM register")
    return with_register(form, dst, src)


def sse_rm(op: Sse, dst: int, mem: Address) -> bytes:
    """dst = op(dst, [mem]); memory of 16 bytes must be aligned, but for MOVUPS and MOVDQU."""
    return with_memory(op.from_memory, dst, mem)


def sse_mr(op: Sse, mem: Address, src: int) -> bytes:
    """[mem] = src, for the moves; ValueError for the rest."""
    form = op.to_memory
    if form is None:
        raise ValueError(f"{op.name}: has no form from XMM register to memory")
    return with_memory(form, src, mem)


def _by_width(name: str, prefix: bytes, opcode: int) -> Table[Form]:
    """The forms whose general-register or integer operand is of 32 or 64 bits."""
    code = b"\x0f%c" % opcode
    forms = {
        32: Form(name.replace("{}", "32"), code, prefix=prefix),
        64: Form(name.replace("{}", "64"), code, prefix=prefix, rex=WIDE),
    }
    return Table(name.replace("{}", ""), "width", forms)


_MOVD_XR = _by_width("movd/movq xmm, r{}", _66, 0x6E)
_MOVD_RX = _by_width("movd/movq r{}, xmm", _66, 0x7E)
_CVTSI2SS = _by_width("cvtsi2ss xmm, r/m{}", _F3, 0x2A)
_CVTSI2SD = _by_width("cvtsi2sd xmm, r/m{}", _F2, 0x2A)
_CVTTSS2SI = _by_width("cvttss2si r{}, xmm/m32", _F3, 0x2C)
_CVTTSD2SI = _by_width("cvttsd2si r{}, xmm/m64", _F2, 0x2C)


def movd_xr(dst: int, src: int, bits: int = 64) -> bytes:
    """XMM dst = general src (32 bits: movd, 64: movq), the upper part cleared."""
    return with_register(_MOVD_XR[bits], dst, src)


def movd_rx(dst: int, src: int, bits: int = 64) -> bytes:
    """General dst = lower 32 (movd) or 64 bits (movq) of XMM src."""
    return with_register(_MOVD_RX[bits], src, dst)


def cvtsi2ss_xr(dst: int, src: int, bits: int = 64) -> bytes:
    """Lower float of XMM dst = signed general src of 32 or 64 bits."""
    return with_register(_CVTSI2SS[bits], dst, src)


def cvtsi2ss_xm(dst: int, mem: Address, bits: int = 64) -> bytes:
    """Lower float of XMM dst = signed integer of 32 or 64 bits at mem."""
    return with_memory(_CVTSI2SS[bits], dst, mem)


def cvtsi2sd_xr(dst: int, src: int, bits: int = 64) -> bytes:
    """Lower double of XMM dst = signed general src of 32 or 64 bits."""
    return with_register(_CVTSI2SD[bits], dst, src)


def cvtsi2sd_xm(dst: int, mem: Address, bits: int = 64) -> bytes:
    """Lower double of XMM dst = signed integer of 32 or 64 bits at mem."""
    return with_memory(_CVTSI2SD[bits], dst, mem)


def cvttss2si_rx(dst: int, src: int, bits: int = 64) -> bytes:
    """General dst of 32 or 64 bits = float in XMM src, cut toward zero; least integer if out of range."""
    return with_register(_CVTTSS2SI[bits], dst, src)


def cvttss2si_rm(dst: int, mem: Address, bits: int = 64) -> bytes:
    """General dst of 32 or 64 bits = float at mem, cut toward zero; least integer if out of range."""
    return with_memory(_CVTTSS2SI[bits], dst, mem)


def cvttsd2si_rx(dst: int, src: int, bits: int = 64) -> bytes:
    """General dst of 32 or 64 bits = double in XMM src, cut toward zero; least integer if out of range."""
    return with_register(_CVTTSD2SI[bits], dst, src)


def cvttsd2si_rm(dst: int, mem: Address, bits: int = 64) -> bytes:
    """General dst of 32 or 64 bits = double at mem, cut toward zero; least integer if out of range."""
    return with_memory(_CVTTSD2SI[bits], dst, mem)


_PINSRW = Form("pinsrw xmm, m16, imm8", b"\x0f\xc4", prefix=_66)


def pinsrw_xmi(dst: int, mem: Mem, lane: int) -> bytes:
    """The 16 bits of XMM dst at lane 0 to 7, counted from the lowest, = [mem]; the others stay."""
    return with_memory(_PINSRW, dst, mem) + ranged(lane, 7, _PINSRW.name, "lane")


_SHIFT = {digit: Form(f"{name} xmm, imm8", b"\x0f\x73", prefix=_66) for digit, name in ((3, "psrldq"), (7, "pslldq"))}


def pslldq_xi(reg: int, count: int) -> bytes:
    """reg = reg << 8 * count over all 128 bits; count 0 to 15 bytes."""
    return with_register(_SHIFT[7], 7, reg) + ranged(count, 15, "pslldq xmm, imm8", "count")


def psrldq_xi(reg: int, count: int) -> bytes:
    """reg = reg >> 8 * count over all 128 bits; count 0 to 15 bytes."""
    return with_register(_SHIFT[3], 3, reg) + ranged(count, 15, "psrldq xmm, imm8", "count")
