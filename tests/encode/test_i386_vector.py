"""SSE, AVX, AVX-512, MMX and x87 on i386 against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import i386 as asm
from tests.encode.i386_as import REGISTERS, agree, all_memories, memories, pairs, ptr, reg, spread
from tests.encode.test_x86_64_vector import SSE


@pytest.mark.parametrize("name", SSE)
def test_sse(name: str) -> None:
    op: asm.Sse = getattr(asm, name.upper())
    size, from_register, to_memory = SSE[name]
    agree((f"{name} xmm{r}, {ptr(m, size)}", asm.sse_rm(op, r, m)) for r, m in spread(memories()))
    if from_register:
        agree((f"{name} xmm{d}, xmm{s}", asm.sse_rr(op, d, s)) for d, s in pairs())
    if to_memory:
        agree((f"{name} {ptr(m, size)}, xmm{r}", asm.sse_mr(op, m, r)) for r, m in spread(memories()))


def test_sse_and_general_registers() -> None:
    rows = []
    for x, r in pairs():
        general = reg(r)
        rows.append((f"movd xmm{x}, {general}", asm.movd_xr(x, r)))
        rows.append((f"movd {general}, xmm{x}", asm.movd_rx(r, x)))
        rows.append((f"cvtsi2ss xmm{x}, {general}", asm.cvtsi2ss_xr(x, r)))
        rows.append((f"cvtsi2sd xmm{x}, {general}", asm.cvtsi2sd_xr(x, r)))
        rows.append((f"cvttss2si {general}, xmm{x}", asm.cvttss2si_rx(r, x)))
        rows.append((f"cvttsd2si {general}, xmm{x}", asm.cvttsd2si_rx(r, x)))
    for r, m in spread(memories()):
        rows.append((f"cvtsi2ss xmm{r}, {ptr(m, 32)}", asm.cvtsi2ss_xm(r, m)))
        rows.append((f"cvtsi2sd xmm{r}, {ptr(m, 32)}", asm.cvtsi2sd_xm(r, m)))
        rows.append((f"cvttss2si {reg(r)}, {ptr(m, 32)}", asm.cvttss2si_rm(r, m)))
        rows.append((f"cvttsd2si {reg(r)}, {ptr(m, 64)}", asm.cvttsd2si_rm(r, m)))
    agree(rows)


def test_byte_shifts() -> None:
    agree((f"pslldq xmm{r}, {count}", asm.pslldq_xi(r, count)) for r in REGISTERS for count in range(16))
    agree((f"psrldq xmm{r}, {count}", asm.psrldq_xi(r, count)) for r in REGISTERS for count in range(16))


@pytest.mark.parametrize("bits", [128, 256, 512])
def test_vector_moves(bits: int) -> None:
    v = {128: "xmm", 256: "ymm", 512: "zmm"}[bits]
    integer = "vmovdqu64" if bits == 512 else "vmovdqu"
    rows = []
    for r, m in spread([*all_memories(), *(asm.Mem(b, 64 * k) for b in REGISTERS for k in (-129, -128, 1, 127, 128))]):
        rows.append((f"vmovups {v}{r}, {ptr(m, bits)}", asm.vmovups_rm(r, m, bits)))
        rows.append((f"vmovups {ptr(m, bits)}, {v}{r}", asm.vmovups_mr(m, r, bits)))
        rows.append((f"{integer} {v}{r}, {ptr(m, bits)}", asm.vmovdqu_rm(r, m, bits)))
        rows.append((f"{integer} {ptr(m, bits)}, {v}{r}", asm.vmovdqu_mr(m, r, bits)))
    agree(rows)


def test_half_floats() -> None:
    agree((f"vcvtph2ps xmm{d}, xmm{s}", asm.vcvtph2ps_xx(d, s)) for d, s in pairs())
    agree((f"vcvtph2ps xmm{r}, {ptr(m, 64)}", asm.vcvtph2ps_xm(r, m)) for r, m in spread(all_memories()))
    for rounding in range(8):
        agree((f"vcvtps2ph xmm{d}, xmm{s}, {rounding}", asm.vcvtps2ph_xxi(d, s, rounding)) for d, s in pairs())
        agree(
            (f"vcvtps2ph {ptr(m, 64)}, xmm{r}, {rounding}", asm.vcvtps2ph_mxi(m, r, rounding))
            for r, m in spread(memories())
        )


def test_mmx() -> None:
    every = [(r, m) for r in REGISTERS for m in memories()] + list(spread(all_memories()))
    agree((f"movq mm{r}, {ptr(m, 64)}", asm.movq_qm(r, m)) for r, m in every)
    agree((f"movq {ptr(m, 64)}, mm{r}", asm.movq_mq(m, r)) for r, m in every)
    agree([("emms", asm.emms()), ("vzeroupper", asm.vzeroupper())])


def test_x87() -> None:
    for bits in (32, 64, 80):
        agree((f"fld {ptr(m, bits)}", asm.fld_m(m, bits)) for m in all_memories())
        agree((f"fstp {ptr(m, bits)}", asm.fstp_m(m, bits)) for m in all_memories())
    for bits in (16, 32, 64):
        agree((f"fild {ptr(m, bits)}", asm.fild_m(m, bits)) for m in all_memories())
        agree((f"fistp {ptr(m, bits)}", asm.fistp_m(m, bits)) for m in all_memories())
    agree((f"fld st({i})", asm.fld_st(i)) for i in range(8))
    agree((f"fstp st({i})", asm.fstp_st(i)) for i in range(8))
    agree((f"fxch st({i})", asm.fxch_st(i)) for i in range(8))
    agree([("fxch", asm.fxch_st()), ("fldz", asm.fldz())])
