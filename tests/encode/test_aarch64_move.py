"""Moves, constants and choices of AArch64 against GNU as; what sequences of moves make, as qemu runs them."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from farcall.encode import aarch64 as asm
from tests.encode.aarch64_as import (
    ARCHITECTURE,
    AS,
    CONDITIONS,
    IMM16,
    REGISTERS,
    WIDTHS,
    agree,
    pairs,
    refusals,
    reg,
    triples,
)

LD, QEMU = "aarch64-linux-gnu-ld", "qemu-aarch64"
CODES = [getattr(asm, name.upper()) for name in CONDITIONS]


@pytest.mark.parametrize("bits", WIDTHS)
def test_registers(bits: int) -> None:
    agree((f"mov {reg(d, bits)}, {reg(s, bits)}", asm.mov_rr(d, s, bits)) for d, s in pairs())


def test_the_stack_pointer() -> None:
    agree((f"add {reg(d, 64, True)}, {reg(s, 64, True)}, #0", asm.mov_sp(d, s)) for d, s in pairs())
    agree([("mov sp, x3", asm.mov_sp(asm.SP, 3)), ("mov x3, sp", asm.mov_sp(3, asm.SP))])


@pytest.mark.parametrize("bits", WIDTHS)
@pytest.mark.parametrize("name", ["movz", "movn", "movk"])
def test_sixteen_bits(name: str, bits: int) -> None:
    encoder = getattr(asm, name)
    agree(
        (f"{name} {reg(d, bits)}, #{imm}, lsl #{shift}", encoder(d, imm, shift, bits))
        for d in REGISTERS
        for imm in IMM16
        for shift in range(0, bits, 16)
    )


@pytest.mark.parametrize("bits", WIDTHS)
def test_choices(bits: int) -> None:
    rows = []
    for i, (d, a, b) in enumerate(triples()):
        name, code = CONDITIONS[i % 15], CODES[i % 15]
        three = f"{reg(d, bits)}, {reg(a, bits)}, {reg(b, bits)}"
        rows.append((f"csel {three}, {name}", asm.csel(d, a, b, code, bits)))
        rows.append((f"csinc {three}, {name}", asm.csinc(d, a, b, code, bits)))
    for d in REGISTERS:
        for name, code in zip(CONDITIONS[:14], CODES, strict=False):
            rows.append((f"cset {reg(d, bits)}, {name}", asm.cset(d, code, bits)))
            rows.append((f"csetm {reg(d, bits)}, {name}", asm.csetm(d, code, bits)))
    agree(rows)


def constants() -> list[int]:
    """Each mixture of easy and hard parts, the edges of every width, runs of ones, anything."""
    rng = random.Random(64)
    found = [0, 1, -1, (1 << 63) - 1, -(1 << 63), (1 << 64) - 1, 1 << 63]
    found += [sign * (1 << n) + d for n in range(63) for d in (-1, 0, 1) for sign in (1, -1)]
    parts = (0, 0xFFFF, 0x1234, 0x8000)
    found += [a | b << 16 | c << 32 | d << 48 for a in parts for b in parts for c in parts for d in parts]
    found += [sum(n << at for at in range(0, 64, 8)) for n in range(0, 256, 5)]
    found += [sum(n << at for at in range(0, 32, 8)) for n in range(0, 256, 3)]
    return found + [rng.getrandbits(rng.randrange(1, 65)) for _ in range(300)]


def test_constants_are_what_their_moves_make(tmp_path: Path) -> None:
    """Each sequence runs, starting from another register full of ones and zeros; the results come back in a file."""
    for tool in (AS, LD, QEMU):
        if not shutil.which(tool):
            pytest.skip(f"needs {tool}")
    values = constants()
    source = [".globl _start", "_start:", "ldr x20, =results", "ldr x21, =0xa5a5a5a55a5a5a5a"]
    for i, value in enumerate(values):
        register = i % 18
        words = struct.iter_unpack("<I", asm.mov_constant(register, value))
        source += [f"mov x{register}, x21", *(f".inst {word:#x}" for (word,) in words), f"str x{register}, [x20], #8"]
    source += [f"mov x2, #{8 * len(values)}", "mov x0, #1", "ldr x1, =results", "mov x8, #64", "svc #0"]
    source += ["mov x0, #0", "mov x8, #93", "svc #0", ".ltorg", ".bss", f"results: .skip {8 * len(values)}"]
    (tmp_path / "x.s").write_text("\n".join(source) + "\n")
    subprocess.run([AS, ARCHITECTURE, "-o", "x.o", "x.s"], cwd=tmp_path, check=True)
    subprocess.run([LD, "-o", "x", "x.o"], cwd=tmp_path, check=True)
    done = subprocess.run([QEMU, "./x"], cwd=tmp_path, capture_output=True, check=True)
    made = [number for (number,) in struct.iter_unpack("<Q", done.stdout)]
    assert made == [value & (1 << 64) - 1 for value in values]


def test_constants_are_one_instruction_where_as_knows_one() -> None:
    values = [value & (1 << 64) - 1 for value in constants()]
    whole = refusals([f"mov x1, #{value:#x}" for value in values])
    half = refusals([f"mov w1, #{value:#x}" for value in values])
    short = {i for i in range(len(values)) if i not in whole or (i not in half and values[i] >> 32 == 0)}
    assert {i for i, value in enumerate(values) if len(asm.mov_constant(1, value)) == 4} == short
    lengths = {len(asm.mov_constant(1, value)) for value in values}
    assert lengths == {4, 8, 12, 16}


def test_a_constant_is_the_moves_it_is_said_to_be() -> None:
    for value in constants():
        moves = asm.constant_moves(5, value)
        assert b"".join(encoder(*operands) for encoder, operands in moves) == asm.mov_constant(5, value)


def test_no_constant_moves_the_stack_pointer() -> None:
    for value in constants():
        assert all(encoder is not asm.orr_ri for encoder, _ in asm.constant_moves(asm.XZR, value))
