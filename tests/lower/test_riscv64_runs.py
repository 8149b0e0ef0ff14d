"""RISC-V routines run by qemu: branches that reach and those that do not, places in frames that are larger than an
offset, odd widths, many bytes."""

from __future__ import annotations

import struct
from itertools import product
from pathlib import Path

import pytest

from farcall.convention import Signature, place, target
from farcall.ctype import names
from farcall.ir.instruction import (
    AtomicAdd,
    Branch,
    Compute,
    Convert,
    Copy,
    Indirect,
    Instruction,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from farcall.lower import Code, lower
from tests.encode.test_riscv64_constant import run, words
from tests.routines import block, stub

LINUX = target("riscv64-linux")
TWO_LONGS = place(Signature(names.int64, (names.int64, names.int64)), LINUX)
WHOLE = (1 << 64) - 1
#: A branch reaches 4 KiB; each step of padding is an instruction of four bytes.
NEAR, FAR = 500, 3000

CONDITIONS = {
    "eq": int.__eq__, "ne": int.__ne__, "lt": int.__lt__, "le": int.__le__, "gt": int.__gt__, "ge": int.__ge__,
    "below": int.__lt__, "below_eq": int.__le__, "above": int.__gt__, "above_eq": int.__ge__,
}  # fmt: skip
UNSIGNED = ("below", "below_eq", "above", "above_eq")
VALUES = (0, 1, -1, 127, 128, 0x7FFF_FFFF, 0x8000_0000, 0x1_0000_0080, -(1 << 63))

Asked = tuple[Code, int, int]


def function(*steps: Instruction) -> Code:
    """`long f(long t0, long t1)`."""
    return lower(Routine("f", TWO_LONGS, (LoadArgument(0, "t0"), LoadArgument(1, "t1"), *steps)), LINUX)


def results(asked: list[Asked], directory: Path) -> list[int]:
    """What each call of a routine with two arguments returns, run by qemu, as unsigned numbers."""
    numbers = {code: number for number, code in enumerate(dict.fromkeys(code for code, _, _ in asked))}
    source = ["j over", ".balign 8"]
    for code, number in numbers.items():
        source += [f"f{number}:", *words(code.data)]
    source += ["over:", "mv s11, t6"]
    for code, first, second in asked:
        source += [f"li a0, {first & WHOLE:#x}", f"li a1, {second & WHOLE:#x}", f"la t0, f{numbers[code]}", "jalr t0"]
        source += ["sd a0, 0(s11)", "addi s11, s11, 8"]
    source.append("mv t6, s11")
    return [number for (number,) in struct.iter_unpack("<Q", run(source, directory))]


def low(value: int, size: int, signed: bool) -> int:
    """The low `size` bytes of a number, as one."""
    bits = 8 * size
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> bits - 1 else value


@pytest.mark.parametrize("padding", [NEAR, FAR])
def test_branches_are_taken_as_their_conditions_say(padding: int, tmp_path: Path) -> None:
    between = [Compute("add", "t1", 1)] * padding
    asked: list[Asked] = []
    expected = []
    for (condition, holds), size in product(CONDITIONS.items(), (1, 4, 8)):
        code = function(Branch(condition, "t0", "t1", "yes", size=size), *between, Return(0), Label("yes"), Return(1))
        assert (len(code.data) > 4096) is (padding == FAR)
        for first, second in product(VALUES[:: 2 if size == 8 else 1], VALUES[::2]):
            asked.append((code, first, second))
            signed = condition not in UNSIGNED
            expected.append(holds(low(first, size, signed), low(second, size, signed)))
    assert results(asked, tmp_path) == expected


@pytest.mark.parametrize("padding", [NEAR, FAR])
def test_a_branch_leads_back(padding: int, tmp_path: Path) -> None:
    body = [Compute("add", "t1", 3)] * padding
    code = function(
        Label("again"), *body, Compute("sub", "t0", 1), Branch("ne", "t0", 0, "again"), Move("t0", "t1"), Return("t0")
    )
    assert results([(code, turns, 5) for turns in (1, 2, 7)], tmp_path) == [5 + 3 * padding * n for n in (1, 2, 7)]


@pytest.mark.parametrize("constant", VALUES)
def test_constants_are_compared(constant: int, tmp_path: Path) -> None:
    asked: list[Asked] = []
    expected = []
    for (condition, holds), size in product(CONDITIONS.items(), (1, 4, 8)):
        local = Local(1, 8, 8)
        code = function(
            Store(Memory(local), "t0", 8), Branch(condition, Memory(local), constant, "yes", size=size), Return(0),
            Label("yes"), Return(1),
        )  # fmt: skip
        signed = condition not in UNSIGNED
        for value in (*VALUES, constant - 1, constant):
            asked.append((code, value, 0))
            expected.append(holds(low(value, size, signed), low(constant, size, signed)))
    assert results(asked, tmp_path) == expected


@pytest.mark.parametrize("offset", [0, 2040, 2041, 2047, 2048, 5000, 69_991])
def test_every_width_anywhere_in_a_large_frame(offset: int, tmp_path: Path) -> None:
    frame = Local(1, 70_000, 8)
    value = 0xF1E2_D3C4_B5A6_9788
    asked: list[Asked] = []
    expected = []
    for size, signed in product((1, 2, 3, 4, 5, 6, 7, 8), (False, True)):
        whole = size in (1, 2, 4, 8)
        code = function(
            Store(Memory(frame, offset), -1, 8),
            Store(Memory(frame, offset), "t0", size),
            Load("t0", Memory(frame, offset), size, signed and whole),
            Load("t1", Memory(frame, offset), 8),
            Compute("xor", "t0", "t1"),
            Return("t0"),
        )
        held = value & (1 << 8 * size) - 1 | (WHOLE << 8 * size & WHOLE)
        asked.append((code, value, 0))
        expected.append((low(value, size, signed and whole) ^ held) & WHOLE)
    assert results(asked, tmp_path) == expected


@pytest.mark.parametrize("offset", [0, 2041, 60_000])
def test_copies_counts_and_conversions_in_a_large_frame(offset: int, tmp_path: Path) -> None:
    frame = Local(1, 70_000, 8)
    there, here, behind = Memory(frame, offset), Memory(frame, offset + 32), Memory(frame, offset + 64)
    keep = (Store(there, "t0", 8), Store(Memory(frame, offset + 8), "t1", 8))
    copied = [
        function(
            *keep, Store(behind, 0, 8), Store(here, 0, 8), Copy(here, there, size), Load("t0", here, 8), Return("t0")
        )
        for size in range(1, 9)
    ]
    counted = function(
        *keep, Copy(Memory(frame, 65_000), there, 8), AtomicAdd(Memory(frame, 65_000), 1 << 40),
        Load("t0", Memory(frame, 65_000), 8), Return("t0"),
    )  # fmt: skip
    narrowed = function(*keep, Convert("f64:f32", here, there), Load("t0", here, 4), Return("t0"))
    widened = function(*keep, Convert("f32:f64", here, there), Load("t0", here, 8), Return("t0"))
    value, double = 0x8877_6655_4433_2211, struct.unpack("<Q", struct.pack("<d", 1.1))[0]
    single = struct.unpack("<I", struct.pack("<f", 1.1))[0]
    rounded = struct.unpack("<Q", struct.pack("<d", struct.unpack("<f", struct.pack("<f", 1.1))[0]))[0]
    asked = [*((code, value, 1) for code in copied), (counted, -5, 0), (narrowed, double, 0), (widened, single, 0)]
    expected = [value & (1 << 8 * size) - 1 for size in range(1, 9)]
    assert results(asked, tmp_path) == [*expected, (1 << 40) - 5, single, rounded]


@pytest.mark.parametrize("size", [256, 257, 287, 288, 300, 1031, 20_000])
@pytest.mark.parametrize("through", ["neither", "to", "source", "both"])
def test_many_bytes_are_copied_to_the_last_and_no_further(size: int, through: str, tmp_path: Path) -> None:
    """Both of two pieces of the frame, by themselves or by pointers."""
    frame, to, source = Local(1, 50_000, 8), Local(2, 8, 8), Local(3, 8, 8)
    there, here = 24_000, 3
    fill = [Store(Memory(frame, at), "t0", 8) for at in {here, here + 8 * (size // 16), here + size - 8}]
    fill += [Store(Memory(frame, there + at), "t1", 8) for at in (-8, 0, 8 * (size // 16), size - 8, size)]
    fill += [
        LoadAddress("t0", Memory(frame, there)),
        Store(Memory(to), "t0", 8),
        LoadAddress("t0", Memory(frame, here)),
    ]
    copied = Copy(
        Indirect(to) if through in ("to", "both") else Memory(frame, there),
        Indirect(source) if through in ("source", "both") else Memory(frame, here),
        size,
    )
    asked = []
    for at in (-8, 0, 8 * (size // 16), size - 8, size):
        load = Load("t0", Memory(frame, there + at), 8)
        asked.append(
            (function(*fill, Store(Memory(source), "t0", 8), copied, load, Return("t0")), 0x1122_3344_5566_7788, 9)
        )
    assert len(asked[0][0].data) < 1500
    first = 0x1122_3344_5566_7788
    assert results(asked, tmp_path) == [9, first, first, first, 9]


@pytest.mark.parametrize("name", ["riscv64-linux", "aarch64-linux"])
def test_the_largest_arguments_take_little_code(name: str) -> None:
    on = target(name)
    assert len(lower(stub(names.int_, block(1 << 20), target=on), on).data) < 8000
