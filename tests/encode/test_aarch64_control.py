"""Branches, calls, landing pads and traps of AArch64 against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import aarch64 as asm
from tests.encode.aarch64_as import CONDITIONS, IMM16, REGISTERS, WIDTHS, agree, reg

CODES = [getattr(asm, name.upper()) for name in CONDITIONS]
NEAR = (0, 4, -4, 1 << 14, (1 << 15) - 4, -(1 << 15))
FAR = (*NEAR, 1 << 15, (1 << 20) - 4, -(1 << 20))
FARTHEST = (*FAR, 1 << 20, (1 << 27) - 4, -(1 << 27))


def test_jumps_and_calls() -> None:
    agree((f"b .{distance:+d}", asm.b(distance)) for distance in FARTHEST)
    agree((f"bl .{distance:+d}", asm.bl(distance)) for distance in FARTHEST)
    agree((f"br {reg(r)}", asm.br(r)) for r in REGISTERS)
    agree((f"blr {reg(r)}", asm.blr(r)) for r in REGISTERS)
    agree((f"ret {reg(r)}", asm.ret(r)) for r in REGISTERS)
    agree([("ret", asm.ret())])


def test_conditions() -> None:
    agree(
        (f"b.{name} .{distance:+d}", asm.b_cond(code, distance))
        for name, code in zip(CONDITIONS, CODES, strict=True)
        for distance in FAR
    )


def test_the_last_bit_of_a_condition_negates_it() -> None:
    opposites = {"eq": "ne", "hs": "lo", "mi": "pl", "vs": "vc", "hi": "ls", "ge": "lt", "gt": "le"}
    for name, opposite in opposites.items():
        agree([(f"b.{opposite} .", asm.b_cond(getattr(asm, name.upper()) ^ 1, 0))])
        agree([(f"b.{name} .", asm.b_cond(getattr(asm, opposite.upper()) ^ 1, 0))])


@pytest.mark.parametrize("bits", WIDTHS)
def test_compared_with_zero(bits: int) -> None:
    rows = []
    for t in REGISTERS:
        for distance in FAR:
            rows.append((f"cbz {reg(t, bits)}, .{distance:+d}", asm.cbz(t, distance, bits)))
            rows.append((f"cbnz {reg(t, bits)}, .{distance:+d}", asm.cbnz(t, distance, bits)))
    agree(rows)


def test_one_bit() -> None:
    rows = []
    for t in REGISTERS:
        for bit in range(64):
            distance = NEAR[(t + bit) % len(NEAR)]
            width = 64 if bit > 31 else 32
            rows.append((f"tbz {reg(t, width)}, #{bit}, .{distance:+d}", asm.tbz(t, bit, distance)))
            rows.append((f"tbnz {reg(t, width)}, #{bit}, .{distance:+d}", asm.tbnz(t, bit, distance)))
    agree(rows)


def test_without_operands() -> None:
    agree((f"hint #{n}", asm.hint(n)) for n in range(128))
    agree([("nop", asm.nop()), ("bti", asm.bti()), ("brk #0", asm.brk()), ("udf #0", asm.udf())])
    agree((f"bti {kind}", asm.bti(kind)) for kind in ("c", "j", "jc"))
    agree((f"brk #{n}", asm.brk(n)) for n in IMM16)
    agree((f"udf #{n}", asm.udf(n)) for n in IMM16)
