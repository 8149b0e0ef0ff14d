"""i386's moves against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import i386 as asm
from tests.encode.gnu_as import IMMEDIATES, SIGNED32_EDGES
from tests.encode.i386_as import (
    FLAT,
    REGISTERS,
    WIDE,
    WIDTHS,
    Memory,
    agree,
    all_memories,
    memories,
    pairs,
    ptr,
    reg,
    registers,
    spread,
)


def has_a_shorter_form(register: int, mem: Memory) -> bool:
    """Whether as moves this in the form that only the accumulator has (A0 to A3), which we never write."""
    return register == asm.EAX and isinstance(mem, asm.Absolute)


@pytest.mark.parametrize("bits", WIDTHS)
def test_mov_between_registers(bits: int) -> None:
    agree((f"mov {reg(d, bits)}, {reg(s, bits)}", asm.mov_rr(d, s, bits)) for d, s in pairs(bits))


def test_mov_is_of_32_bits_where_nothing_is_said() -> None:
    agree((f"mov {reg(d)}, {reg(s)}", asm.mov_rr(d, s)) for d, s in pairs())


@pytest.mark.parametrize("bits", WIDTHS)
def test_mov_reaches_every_address(bits: int) -> None:
    every = [(r, m) for m in memories() for r in registers(bits)] + list(spread(all_memories(), bits))
    rows = []
    for r, m in every:
        if not has_a_shorter_form(r, m):
            rows.append((f"mov {reg(r, bits)}, {ptr(m, bits)}", asm.mov_rm(r, m, bits)))
            rows.append((f"mov {ptr(m, bits)}, {reg(r, bits)}", asm.mov_mr(m, r, bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDTHS)
def test_mov_immediate(bits: int) -> None:
    numbers = IMMEDIATES[bits]
    agree((f"mov {reg(r, bits)}, {imm}", asm.mov_ri(r, imm, bits)) for r in registers(bits) for imm in numbers)
    agree((f"mov {ptr(m, bits)}, {imm}", asm.mov_mi(m, imm, bits)) for m in memories() for imm in numbers)


def test_mov_of_the_threads_pointer() -> None:
    agree((f"mov {reg(r)}, gs:0", asm.mov_gs(r)) for r in REGISTERS if not has_a_shorter_form(r, asm.Absolute(0)))
    agree([(".byte 0x65, 0x8b, 0x05, 0, 0, 0, 0", asm.mov_gs(asm.EAX))])


def test_mov_of_an_address() -> None:
    agree((f"mov {reg(r)}, {imm}", asm.mov_ri_full(r, imm)) for r in REGISTERS for imm in IMMEDIATES[32])


def test_an_address_to_be_patched_is_in_the_last_four_bytes() -> None:
    cell = 0x12345678
    for code in (
        *(asm.mov_ri_full(r, cell) for r in REGISTERS),
        *(asm.mov_mi(m, cell) for m in memories()),
        *(asm.alu_ri_full(asm.CMP, r, cell) for r in REGISTERS),
        *(asm.alu_mi_full(asm.CMP, m, cell) for m in memories()),
        *(asm.mov_rm(r, asm.Absolute(cell)) for r in REGISTERS),
        asm.push_i32(cell),
        asm.call_m(asm.Absolute(cell)),
        asm.jmp_m(asm.Absolute(cell)),
    ):
        assert code[-4:] == cell.to_bytes(4, "little")


@pytest.mark.parametrize("source", [8, 16])
@pytest.mark.parametrize("name", ["movzx", "movsx"])
def test_extension(name: str, source: int) -> None:
    from_register, from_memory = getattr(asm, f"{name}_rr"), getattr(asm, f"{name}_rm")
    agree((f"{name} {reg(d)}, {reg(s, source)}", from_register(d, s, source)) for d, s in pairs(32, source))
    agree((f"{name} {reg(r)}, {ptr(m, source)}", from_memory(r, m, source)) for r, m in spread(memories()))


def test_extension_from_32_bits_is_a_mov() -> None:
    for encode in (asm.movzx_rr, asm.movsx_rr):
        agree((f"{{load}} mov {reg(d)}, {reg(s)}", encode(d, s, 32)) for d, s in pairs())


@pytest.mark.parametrize("bits", WIDE)
def test_lea(bits: int) -> None:
    agree((f"lea {reg(r, bits)}, {ptr(m, 0)}", asm.lea_rm(r, m, bits)) for r, m in spread(all_memories()))


@pytest.mark.parametrize("bits", WIDTHS)
def test_xchg(bits: int) -> None:
    agree((f"xchg {ptr(m, bits)}, {reg(r, bits)}", asm.xchg_mr(m, r, bits)) for r, m in spread(memories(), bits))
    agree(
        (f"xchg {reg(a, bits)}, {reg(b, bits)}", asm.xchg_rr(a, b, bits))
        for a, b in pairs(bits)
        if bits == 8 or a != b or a != asm.EAX  # as writes `xchg eax, eax` as a nop
    )


def test_stack() -> None:
    either = (*SIGNED32_EDGES, 2**31, 2**32 - 128, 2**32 - 129, 2**32 - 1)
    agree((f"push {reg(r)}", asm.push_r(r)) for r in REGISTERS)
    agree((f"pop {reg(r)}", asm.pop_r(r)) for r in REGISTERS)
    agree((f"push {imm if imm < 2**31 else imm - 2**32}", asm.push_i(imm)) for imm in either)
    agree((f"push {ptr(m, 32)}", asm.push_m(m)) for m in [*all_memories(), *FLAT])
    agree((f"pop {ptr(m, 32)}", asm.pop_m(m)) for m in [*all_memories(), *FLAT])
    agree([("leave", asm.leave())])


def test_a_long_push_is_the_short_one_where_that_has_all_bits() -> None:
    values = (128, -129, 2**31 - 1, -(2**31), 2**31, 0x90000000)
    assert [asm.push_i32(value) for value in values] == [asm.push_i(value) for value in values]
    assert asm.push_i32(-1) == b"\x68\xff\xff\xff\xff"
