"""Jumps, calls, conditions and fillers against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import x86_64 as asm
from tests.encode.gnu_as import CONDITIONS, REGISTERS, WIDE, agree, memories, pairs, ptr, reg, spread

CODES = [getattr(asm, f"CC_{name.upper()}") for name in CONDITIONS]
NEAR = (0, 1, -1, 127, -128)
FAR = (*NEAR, 128, -129, 2**20, -(2**20), 2**31 - 1, -(2**31))


def test_short_jumps() -> None:
    agree((f"jmp .+2{rel:+d}", asm.jmp8(rel)) for rel in NEAR)
    agree(
        (f"j{name} .+2{rel:+d}", asm.jcc8(code, rel))
        for name, code in zip(CONDITIONS, CODES, strict=True)
        for rel in NEAR
    )


def test_long_jumps_and_calls() -> None:
    agree((f"{{disp32}} jmp .+5{rel:+d}", asm.jmp32(rel)) for rel in FAR)
    agree((f"call .+5{rel:+d}", asm.call32(rel)) for rel in FAR)
    agree(
        (f"{{disp32}} j{name} .+6{rel:+d}", asm.jcc32(code, rel))
        for name, code in zip(CONDITIONS, CODES, strict=True)
        for rel in FAR
    )


def test_indirect_jumps_and_calls() -> None:
    agree((f"jmp {reg(r)}", asm.jmp_r(r)) for r in REGISTERS)
    agree((f"call {reg(r)}", asm.call_r(r)) for r in REGISTERS)
    agree((f"jmp {ptr(m, 64)}", asm.jmp_m(m)) for m in memories())
    agree((f"call {ptr(m, 64)}", asm.call_m(m)) for m in memories())


def test_setcc() -> None:
    for name, code in zip(CONDITIONS, CODES, strict=True):
        agree((f"set{name} {reg(r, 8)}", asm.setcc_r(code, r)) for r in REGISTERS)
        agree((f"set{name} {ptr(m, 8)}", asm.setcc_m(code, m)) for m in memories())


@pytest.mark.parametrize("bits", WIDE)
def test_cmovcc(bits: int) -> None:
    rows = []
    for name, code in zip(CONDITIONS, CODES, strict=True):
        for d, s in pairs():
            rows.append((f"cmov{name} {reg(d, bits)}, {reg(s, bits)}", asm.cmov_rr(code, d, s, bits)))
        for r, m in spread(memories()):
            rows.append((f"cmov{name} {reg(r, bits)}, {ptr(m, bits)}", asm.cmov_rm(code, r, m, bits)))
    agree(rows)


def test_the_last_bit_of_a_condition_negates_it() -> None:
    for name, code in zip(CONDITIONS, CODES, strict=True):
        opposite = name[1:] if name.startswith("n") else "n" + name
        agree([(f"j{opposite} .+2", asm.jcc8(code ^ 1, 0))])


def test_without_operands() -> None:
    agree(
        [
            ("ret", asm.ret()),
            ("ret 8", asm.ret(8)),
            ("ret 65535", asm.ret(65535)),
            ("endbr64", asm.endbr64()),
            ("int3", asm.int3()),
            ("ud2", asm.ud2()),
            ("pause", asm.pause()),
        ]
    )


def test_nops() -> None:
    agree((f".nops {length}", asm.nop(length)) for length in range(1, 10))
