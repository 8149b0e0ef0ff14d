"""Vector registers of AArch64 against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import aarch64 as asm
from tests.encode.aarch64_as import REGISTERS, VECTORS, WIDTHS, agree, pairs, reg, triples

LANES = [(bits, lane) for bits in (8, 16, 32, 64) for lane in range(128 // bits)]


@pytest.mark.parametrize("bits", WIDTHS)
def test_moves(bits: int) -> None:
    v = VECTORS[bits]
    rows = []
    for a, b in pairs():
        rows += [
            (f"fmov {v}{a}, {reg(b, bits)}", asm.fmov_vr(a, b, bits)),
            (f"fmov {reg(a, bits)}, {v}{b}", asm.fmov_rv(a, b, bits)),
            (f"fmov {v}{a}, {v}{b}", asm.fmov_vv(a, b, bits)),
            (f"mov v{a}.16b, v{b}.16b", asm.mov_vv(a, b)),
        ]
    agree(rows)


def test_zero() -> None:
    agree((f"movi v{d}.2d, #0", asm.movi_zero(d)) for d in REGISTERS)
    agree((f"movi d{d}, #0", asm.movi_zero(d, 64)) for d in REGISTERS)


@pytest.mark.parametrize(("bits", "lane"), LANES)
def test_lanes(bits: int, lane: int) -> None:
    v, width = VECTORS[bits], 64 if bits == 64 else 32
    rows = []
    for a, b in pairs():
        other = (a + b) % (128 // bits)
        rows += [
            (f"umov {reg(a, width)}, v{b}.{v}[{lane}]", asm.umov(a, b, lane, bits)),
            (f"ins v{a}.{v}[{lane}], {reg(b, width)}", asm.ins_vr(a, lane, b, bits)),
            (f"ins v{a}.{v}[{lane}], v{b}.{v}[{other}]", asm.ins_vv(a, lane, b, other, bits)),
        ]
    agree(rows)


def test_float_conversions() -> None:
    widths = (16, 32, 64)
    agree(
        (f"fcvt {VECTORS[to]}{a}, {VECTORS[source]}{b}", asm.fcvt(a, b, to, source))
        for to in widths
        for source in widths
        if to != source
        for a, b in pairs()
    )


@pytest.mark.parametrize("integer", WIDTHS)
@pytest.mark.parametrize("bits", WIDTHS)
def test_integer_conversions(bits: int, integer: int) -> None:
    v = VECTORS[bits]
    rows = []
    for a, b in pairs():
        rows += [
            (f"scvtf {v}{a}, {reg(b, integer)}", asm.scvtf(a, b, bits, integer)),
            (f"ucvtf {v}{a}, {reg(b, integer)}", asm.ucvtf(a, b, bits, integer)),
            (f"fcvtzs {reg(a, integer)}, {v}{b}", asm.fcvtzs(a, b, bits, integer)),
            (f"fcvtzu {reg(a, integer)}, {v}{b}", asm.fcvtzu(a, b, bits, integer)),
        ]
    agree(rows)


@pytest.mark.parametrize("bits", WIDTHS)
def test_arithmetic(bits: int) -> None:
    v = VECTORS[bits]
    rows = []
    for d, a, b in triples():
        for name in ("fadd", "fsub", "fmul", "fdiv"):
            rows.append((f"{name} {v}{d}, {v}{a}, {v}{b}", getattr(asm, name)(d, a, b, bits)))
    for a, b in pairs():
        rows.append((f"fneg {v}{a}, {v}{b}", asm.fneg(a, b, bits)))
        rows.append((f"fcmp {v}{a}, {v}{b}", asm.fcmp(a, b, bits)))
    agree(rows)
