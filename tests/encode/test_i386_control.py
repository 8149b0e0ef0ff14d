"""i386's jumps, calls, conditions and fillers against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import i386 as asm
from tests.encode.gnu_as import CONDITIONS
from tests.encode.i386_as import REGISTERS, WIDE, agree, all_memories, memories, pairs, ptr, reg, registers, spread

CODES = {name: getattr(asm, f"CC_{name.upper()}") for name in CONDITIONS}
NEAR = (0, 1, -1, 127, -128)
FAR = (*NEAR, 128, -129, 2**20, -(2**20), 2**31 - 1, -(2**31))


def test_short_jumps() -> None:
    agree((f"jmp .+2{rel:+d}", asm.jmp8(rel)) for rel in NEAR)
    agree((f"j{name} .+2{rel:+d}", asm.jcc8(code, rel)) for name, code in CODES.items() for rel in NEAR)


def test_long_jumps_and_calls() -> None:
    agree((f"{{disp32}} jmp .+5{rel:+d}", asm.jmp32(rel)) for rel in FAR)
    agree((f"call .+5{rel:+d}", asm.call32(rel)) for rel in FAR)
    agree((f"{{disp32}} j{name} .+6{rel:+d}", asm.jcc32(code, rel)) for name, code in CODES.items() for rel in FAR)


def test_indirect_jumps_and_calls() -> None:
    for name, by_register, by_memory in (("jmp", asm.jmp_r, asm.jmp_m), ("call", asm.call_r, asm.call_m)):
        agree((f"{name} {reg(r)}", by_register(r)) for r in REGISTERS)
        agree((f"{name} {ptr(m, 32)}", by_memory(m)) for m in all_memories())


def test_setcc() -> None:
    for name, code in CODES.items():
        agree((f"set{name} {reg(r, 8)}", asm.setcc_r(code, r)) for r in registers(8))
        agree((f"set{name} {ptr(m, 8)}", asm.setcc_m(code, m)) for m in memories())


@pytest.mark.parametrize("bits", WIDE)
def test_cmovcc(bits: int) -> None:
    rows = []
    for name, code in CODES.items():
        for d, s in pairs(bits):
            rows.append((f"cmov{name} {reg(d, bits)}, {reg(s, bits)}", asm.cmov_rr(code, d, s, bits)))
        for r, m in spread(memories()):
            rows.append((f"cmov{name} {reg(r, bits)}, {ptr(m, bits)}", asm.cmov_rm(code, r, m, bits)))
    agree(rows)


def test_without_operands() -> None:
    agree(
        [
            ("ret", asm.ret()),
            ("ret 4", asm.ret(4)),
            ("ret 65535", asm.ret(65535)),
            ("endbr32", asm.endbr32()),
            ("int3", asm.int3()),
            ("ud2", asm.ud2()),
            ("pause", asm.pause()),
        ]
    )


def test_nops() -> None:
    texts = (
        "nop", "xchg ax, ax", "nop dword ptr [eax]", "{disp8} nop dword ptr [eax+0]",
        "{disp8} nop dword ptr [eax+eax+0]", "{disp8} nop word ptr [eax+eax+0]",
        "{disp32} nop dword ptr [eax+0]", "{disp32} nop dword ptr [eax+eax+0]",
        "{disp32} nop word ptr [eax+eax+0]",
    )  # fmt: skip
    agree((text, asm.nop(length)) for length, text in enumerate(texts, 1))
