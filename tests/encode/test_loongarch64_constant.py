"""Constants and distances of LoongArch, as qemu runs what makes them."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from farcall.encode import loongarch64 as asm
from tests.encode.loongarch64_as import AS, FLAGS, assemble

LD, QEMU = "loongarch64-linux-gnu-ld", "qemu-loongarch64"
WHOLE = (1 << 64) - 1


def constants() -> list[int]:
    """The edges of every width, each mixture of easy and hard parts, runs of ones, anything."""
    rng = random.Random(64)
    found = [0, 1, -1, (1 << 63) - 1, -(1 << 63), WHOLE, 1 << 63]
    found += [sign * (1 << n) + d for n in range(63) for d in (-1, 0, 1) for sign in (1, -1)]
    found += [(1 << n) + d for n in (11, 12, 31, 32, 43, 44, 51, 52) for d in range(-2050, 2051, 683)]
    parts = (0, 0xFFFF, 0x1234, 0x8000)
    found += [a | b << 16 | c << 32 | d << 48 for a in parts for b in parts for c in parts for d in parts]
    found += [sum(n << at for at in range(0, 64, 8)) for n in range(0, 256, 5)]
    return found + [rng.getrandbits(rng.randrange(1, 65)) << rng.randrange(8) & WHOLE for _ in range(400)]


def run(source: list[str], directory: Path) -> bytes:
    """What a program writes that ends with `results` filled up to $t8."""
    for tool in (AS, LD, QEMU):
        if not shutil.which(tool):
            pytest.skip(f"needs {tool}")
    head = [".globl _start", "_start:", "la.local $t8, results"]
    tail = ["li.w $a0, 1", "la.local $a1, results", "sub.d $a2, $t8, $a1", "li.w $a7, 64", "syscall 0"]
    tail += ["li.w $a0, 0", "li.w $a7, 93", "syscall 0"]
    tail += [".bss", "results: .skip 65536"]
    (directory / "x.s").write_text("\n".join(head + source + tail) + "\n")
    subprocess.run([AS, *FLAGS, "-o", "x.o", "x.s"], cwd=directory, check=True)
    subprocess.run([LD, "-o", "x", "x.o"], cwd=directory, check=True)
    return subprocess.run([QEMU, "./x"], cwd=directory, capture_output=True, check=True).stdout


def words(code: bytes) -> list[str]:
    return [f".word {word:#x}" for (word,) in struct.iter_unpack("<I", code)]


def test_constants_are_what_their_moves_make(tmp_path: Path) -> None:
    source = []
    for i, value in enumerate(constants()):
        register = 4 + i % 16
        source += [*words(asm.mov_constant(register, value)), f"st.d $r{register}, $t8, 0", "addi.d $t8, $t8, 8"]
    made = [number for (number,) in struct.iter_unpack("<Q", run(source, tmp_path))]
    assert made == [value & WHOLE for value in constants()]


def test_constants_take_no_more_than_as_takes() -> None:
    values = [value & WHOLE for value in constants()]
    for value, ours in zip(values, map(len, (asm.mov_constant(10, value) for value in values)), strict=True):
        assert ours % 4 == 0
        assert 4 <= ours <= 16, hex(value)
    lengths = lengths_by_as(values)
    longer = [hex(v) for v, theirs in zip(values, lengths, strict=True) if len(asm.mov_constant(10, v)) > theirs]
    assert not longer


def lengths_by_as(values: list[int]) -> list[int]:
    """How many bytes `li.d` is for each value, told by the trap between each two."""
    trap = asm.break_()
    code = assemble([line for value in values for line in (f"li.d $a0, {value:#x}", "break 0")])
    lengths = [0]
    for at in range(0, len(code), 4):
        if code[at : at + 4] == trap:
            lengths.append(0)
        else:
            lengths[-1] += 4
    return lengths[:-1]


def test_a_constant_is_the_moves_it_is_said_to_be() -> None:
    for value in constants():
        moves = asm.constant_moves(5, value)
        assert b"".join(encoder(*operands) for encoder, operands in moves) == asm.mov_constant(5, value)


DISTANCES = [0, 1, -1, 0x7FF, 0x800, -0x800, -0x801, 0xFFF, 0x1000, 0x7FFFF7FF, -(1 << 31), -(1 << 31) - 0x800]


def test_a_distance_in_two_parts_is_whole(tmp_path: Path) -> None:
    source = []
    for distance in DISTANCES:
        assert (asm.hi20(distance) << 12) + asm.lo12(distance) == distance
        pair = asm.pcaddu12i(asm.T0, asm.hi20(distance)) + asm.addi_d(asm.T0, asm.T0, asm.lo12(distance))
        source += ["pcaddi $t1, 1", *words(pair), "sub.d $t0, $t0, $t1", "st.d $t0, $t8, 0", "addi.d $t8, $t8, 8"]
    made = [number for (number,) in struct.iter_unpack("<q", run(source, tmp_path))]
    assert made == DISTANCES
