"""Moves against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import x86_64 as asm
from tests.encode.gnu_as import (
    IMMEDIATES,
    REGISTERS,
    SIGNED32_EDGES,
    WIDE,
    WIDTHS,
    agree,
    all_memories,
    memories,
    pairs,
    ptr,
    reg,
    spread,
)


@pytest.mark.parametrize("bits", WIDTHS)
def test_mov_between_registers(bits: int) -> None:
    agree((f"mov {reg(d, bits)}, {reg(s, bits)}", asm.mov_rr(d, s, bits)) for d, s in pairs())


def test_mov_reaches_every_address() -> None:
    agree((f"mov {reg(r)}, {ptr(m, 64)}", asm.mov_rm(r, m)) for r, m in spread(all_memories()))


@pytest.mark.parametrize("bits", WIDTHS)
def test_mov_load_and_store(bits: int) -> None:
    mems = [asm.Mem(b, 8) for b in REGISTERS]
    every = [(r, m) for r in REGISTERS for m in mems] + list(spread(memories()))
    agree((f"mov {reg(r, bits)}, {ptr(m, bits)}", asm.mov_rm(r, m, bits)) for r, m in every)
    agree((f"mov {ptr(m, bits)}, {reg(r, bits)}", asm.mov_mr(m, r, bits)) for r, m in every)


@pytest.mark.parametrize("bits", WIDTHS)
def test_mov_immediate(bits: int) -> None:
    agree((f"mov {reg(r, bits)}, {imm}", asm.mov_ri(r, imm, bits)) for r in REGISTERS for imm in IMMEDIATES[bits])
    agree((f"mov {ptr(m, bits)}, {imm}", asm.mov_mi(m, imm, bits)) for m in memories() for imm in IMMEDIATES[bits])


EDGES64 = (0, -1, 2**31, 2**32, -(2**31) - 1, 2**63 - 1, -(2**63), 2**64 - 1, 0x0123456789ABCDEF)


def test_mov_of_the_threads_pointer() -> None:
    agree((f"mov {reg(r)}, fs:0", asm.mov_fs(r)) for r in REGISTERS)


def test_movabs() -> None:
    agree((f"movabs {reg(r)}, {imm}", asm.movabs_ri(r, imm)) for r in REGISTERS for imm in EDGES64)


def test_mov_constant_takes_the_shortest_form() -> None:
    def text(r: int, value: int) -> str:
        if 0 <= value < 2**32:
            return f"mov {reg(r, 32)}, {value}"
        return f"mov {reg(r)}, {value}"

    values = (*SIGNED32_EDGES, 2**32 - 1, *EDGES64)
    agree((text(r, value), asm.mov_constant(r, value)) for r in REGISTERS for value in values)


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("source", [8, 16])
@pytest.mark.parametrize("name", ["movzx", "movsx"])
def test_extension(name: str, source: int, bits: int) -> None:
    from_register = {"movzx": asm.movzx_rr, "movsx": asm.movsx_rr}[name]
    from_memory = {"movzx": asm.movzx_rm, "movsx": asm.movsx_rm}[name]
    agree((f"{name} {reg(d, bits)}, {reg(s, source)}", from_register(d, s, source, bits)) for d, s in pairs())
    agree((f"{name} {reg(r, bits)}, {ptr(m, source)}", from_memory(r, m, source, bits)) for r, m in spread(memories()))


def test_extension_from_32_bits() -> None:
    agree((f"movsxd {reg(d)}, {reg(s, 32)}", asm.movsx_rr(d, s, 32)) for d, s in pairs())
    agree((f"movsxd {reg(r)}, {ptr(m, 32)}", asm.movsx_rm(r, m, 32)) for r, m in spread(memories()))
    for bits in (32, 64):  # a 32-bit mov clears the upper half: no instruction of its own
        agree((f"{{load}} mov {reg(d, 32)}, {reg(s, 32)}", asm.movzx_rr(d, s, 32, bits)) for d, s in pairs())
        agree((f"mov {reg(r, 32)}, {ptr(m, 32)}", asm.movzx_rm(r, m, 32, bits)) for r, m in spread(memories()))
    agree((f"{{load}} mov {reg(d, 32)}, {reg(s, 32)}", asm.movsx_rr(d, s, 32, 32)) for d, s in pairs())


@pytest.mark.parametrize("bits", WIDE)
def test_lea(bits: int) -> None:
    agree((f"lea {reg(r, bits)}, {ptr(m, 0)}", asm.lea_rm(r, m, bits)) for r, m in spread(memories()))


@pytest.mark.parametrize("bits", WIDTHS)
def test_xchg(bits: int) -> None:
    agree((f"xchg {ptr(m, bits)}, {reg(r, bits)}", asm.xchg_mr(m, r, bits)) for r, m in spread(memories()))
    agree(
        (f"xchg {reg(a, bits)}, {reg(b, bits)}", asm.xchg_rr(a, b, bits))
        for a, b in pairs()
        if a != b or a != asm.RAX or bits == 32  # as writes `xchg rax, rax` as a nop; at 32 bits it is none
    )


def test_stack() -> None:
    agree((f"push {reg(r)}", asm.push_r(r)) for r in REGISTERS)
    agree((f"pop {reg(r)}", asm.pop_r(r)) for r in REGISTERS)
    agree((f"push {imm}", asm.push_i(imm)) for imm in SIGNED32_EDGES)
    agree((f"push {ptr(m, 64)}", asm.push_m(m)) for m in memories())
    agree((f"pop {ptr(m, 64)}", asm.pop_m(m)) for m in memories())
    agree([("leave", asm.leave())])
