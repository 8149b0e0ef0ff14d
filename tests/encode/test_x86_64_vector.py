"""SSE, AVX, AVX-512 and x87 against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import x86_64 as asm
from tests.encode.gnu_as import (
    DISPLACEMENTS,
    REGISTERS,
    agree,
    all_memories,
    memories,
    pairs,
    ptr,
    reg,
    spread,
)

# name: (bits of the memory operand, register form, store form)
SSE = {
    "movss": (32, True, True),
    "movsd": (64, True, True),
    "movups": (128, True, True),
    "movaps": (128, True, True),
    "movdqa": (128, True, True),
    "movdqu": (128, True, True),
    "movq": (64, True, True),
    "movd": (32, False, True),
    "movlps": (64, False, True),
    "movhps": (64, False, True),
    "addss": (32, True, False),
    "addsd": (64, True, False),
    "mulss": (32, True, False),
    "mulsd": (64, True, False),
    "subss": (32, True, False),
    "subsd": (64, True, False),
    "divss": (32, True, False),
    "divsd": (64, True, False),
    "ucomiss": (32, True, False),
    "ucomisd": (64, True, False),
    "xorps": (128, True, False),
    "pxor": (128, True, False),
    "punpcklqdq": (128, True, False),
    "cvtss2sd": (32, True, False),
    "cvtsd2ss": (64, True, False),
}


@pytest.mark.parametrize("name", SSE)
def test_sse(name: str) -> None:
    op: asm.Sse = getattr(asm, name.upper())
    size, from_register, to_memory = SSE[name]
    agree((f"{name} xmm{r}, {ptr(m, size)}", asm.sse_rm(op, r, m)) for r, m in spread(memories()))
    if from_register:
        agree((f"{name} xmm{d}, xmm{s}", asm.sse_rr(op, d, s)) for d, s in pairs())
    else:
        with pytest.raises(ValueError, match=f"{name}: has no form from XMM register to XMM register"):
            asm.sse_rr(op, 0, 0)
    if to_memory:
        agree((f"{name} {ptr(m, size)}, xmm{r}", asm.sse_mr(op, m, r)) for r, m in spread(memories()))
    else:
        with pytest.raises(ValueError, match=f"{name}: has no form from XMM register to memory"):
            asm.sse_mr(op, asm.Mem(0), 0)


@pytest.mark.parametrize("bits", [32, 64])
def test_sse_and_general_registers(bits: int) -> None:
    move = {32: "movd", 64: "movq"}[bits]
    rows = []
    for x, r in pairs():
        general = reg(r, bits)
        rows.append((f"{move} xmm{x}, {general}", asm.movd_xr(x, r, bits)))
        rows.append((f"{move} {general}, xmm{x}", asm.movd_rx(r, x, bits)))
        rows.append((f"cvtsi2ss xmm{x}, {general}", asm.cvtsi2ss_xr(x, r, bits)))
        rows.append((f"cvtsi2sd xmm{x}, {general}", asm.cvtsi2sd_xr(x, r, bits)))
        rows.append((f"cvttss2si {general}, xmm{x}", asm.cvttss2si_rx(r, x, bits)))
        rows.append((f"cvttsd2si {general}, xmm{x}", asm.cvttsd2si_rx(r, x, bits)))
    for r, m in spread(memories()):
        rows.append((f"cvtsi2ss xmm{r}, {ptr(m, bits)}", asm.cvtsi2ss_xm(r, m, bits)))
        rows.append((f"cvtsi2sd xmm{r}, {ptr(m, bits)}", asm.cvtsi2sd_xm(r, m, bits)))
        rows.append((f"cvttss2si {reg(r, bits)}, {ptr(m, 32)}", asm.cvttss2si_rm(r, m, bits)))
        rows.append((f"cvttsd2si {reg(r, bits)}, {ptr(m, 64)}", asm.cvttsd2si_rm(r, m, bits)))
    agree(rows)


def test_byte_shifts() -> None:
    agree((f"pslldq xmm{r}, {count}", asm.pslldq_xi(r, count)) for r in REGISTERS for count in range(16))
    agree((f"psrldq xmm{r}, {count}", asm.psrldq_xi(r, count)) for r in REGISTERS for count in range(16))


def test_lanes() -> None:
    agree(
        (f"pinsrw xmm{r}, {ptr(m, 16)}, {lane}", asm.pinsrw_xmi(r, m, lane))
        for lane in range(8)
        for r, m in spread(memories())
    )


@pytest.mark.parametrize("bits", [128, 256, 512])
def test_vector_moves(bits: int) -> None:
    v = {128: "xmm", 256: "ymm", 512: "zmm"}[bits]
    integer = "vmovdqu64" if bits == 512 else "vmovdqu"
    rows = []
    for i, m in enumerate(all_memories()):
        r = i * 7 % (32 if bits == 512 else 16)
        rows.append((f"vmovups {v}{r}, {ptr(m, bits)}", asm.vmovups_rm(r, m, bits)))
        rows.append((f"vmovups {ptr(m, bits)}, {v}{r}", asm.vmovups_mr(m, r, bits)))
        rows.append((f"{integer} {v}{r}, {ptr(m, bits)}", asm.vmovdqu_rm(r, m, bits)))
        rows.append((f"{integer} {ptr(m, bits)}, {v}{r}", asm.vmovdqu_mr(m, r, bits)))
    agree(rows)


def test_evex_compresses_displacements_by_64() -> None:
    disps = [64 * k + d for k in (-129, -128, -127, -2, -1, 0, 1, 2, 126, 127, 128) for d in (-1, 0, 1, 32)]
    agree(
        (f"vmovups zmm{r}, {ptr(m, 512)}", asm.vmovups_rm(r, m, 512))
        for b in REGISTERS
        for r in (0, 7, 8, 15, 16, 23, 24, 31)
        for m in [asm.Mem(b, d) for d in (*disps, *DISPLACEMENTS)]
    )


def test_half_floats() -> None:
    agree((f"vcvtph2ps xmm{d}, xmm{s}", asm.vcvtph2ps_xx(d, s)) for d, s in pairs())
    agree((f"vcvtph2ps xmm{r}, {ptr(m, 64)}", asm.vcvtph2ps_xm(r, m)) for r, m in spread(all_memories()))
    for rounding in range(8):
        agree((f"vcvtps2ph xmm{d}, xmm{s}, {rounding}", asm.vcvtps2ph_xxi(d, s, rounding)) for d, s in pairs())
        agree(
            (f"vcvtps2ph {ptr(m, 64)}, xmm{r}, {rounding}", asm.vcvtps2ph_mxi(m, r, rounding))
            for r, m in spread(memories())
        )


def test_vzeroupper() -> None:
    agree([("vzeroupper", asm.vzeroupper())])


def test_x87() -> None:
    for bits in (32, 64, 80):
        agree((f"fld {ptr(m, bits)}", asm.fld_m(m, bits)) for m in memories())
        agree((f"fstp {ptr(m, bits)}", asm.fstp_m(m, bits)) for m in memories())
    for bits in (16, 32, 64):
        agree((f"fild {ptr(m, bits)}", asm.fild_m(m, bits)) for m in memories())
        agree((f"fistp {ptr(m, bits)}", asm.fistp_m(m, bits)) for m in memories())
    agree((f"fld st({i})", asm.fld_st(i)) for i in range(8))
    agree((f"fstp st({i})", asm.fstp_st(i)) for i in range(8))
    agree((f"fxch st({i})", asm.fxch_st(i)) for i in range(8))
    agree([("fxch", asm.fxch_st()), ("fldz", asm.fldz())])
