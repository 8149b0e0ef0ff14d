"""Each instruction with each pair of registers, as machine code of this CPU: some have no name for a register's low byte,
some use a register of their own on the way."""

from __future__ import annotations

import ctypes
from itertools import product

import pytest

from farcall.convention import Signature, place
from farcall.ctype import names
from farcall.ir.form import CONDITIONS, REGISTERS
from farcall.ir.instruction import (
    Branch,
    Compute,
    Instruction,
    Label,
    Load,
    LoadArgument,
    Local,
    Memory,
    Return,
    Routine,
    Store,
)
from farcall.ir.interpreter import World, run
from farcall.ir.verifier import faults
from tests.ir.native import HOST, ORDER, WORD, RealSpace, bind, call

BINARY = place(Signature(names.size_t, (names.size_t, names.size_t)), HOST)
PAIRS = list(product(REGISTERS, REGISTERS))
VALUES = (0, 1, 0x80, 0xFF, 0x1234_5601, 0x8000_0080, 0xFFFF_FFFF)
SIZES = [size for size in (1, 2, 4, 8) if size <= WORD]


def check(first: str, second: str, *steps: Instruction, values: tuple[int, ...] = VALUES) -> None:
    """The routine, with its arguments in two registers (or the second in both), is what it is interpreted to be."""
    routine = Routine("f", BINARY, (LoadArgument(0, first), LoadArgument(1, second), *steps))
    assert faults(routine, HOST.model) == []
    slot = bind(routine, {})
    stack = ctypes.create_string_buffer(4096)
    start = ctypes.addressof(stack)
    world = World(HOST.model, RealSpace((start, 4096)), start + 4096, {}, {})
    try:
        for left, right in product(values, values):
            given = [value.to_bytes(WORD, ORDER) for value in (left, right)]  # type: ignore[arg-type]
            assert call(slot.address, BINARY, given) == run(routine, world, given), (left, right)
    finally:
        slot.free()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_two_registers_are_compared(condition: str) -> None:
    for (first, second), size in product(PAIRS, SIZES):
        branch = Branch(condition, first, second, "yes", size)
        check(first, second, branch, Return(0), Label("yes"), Return(1), values=(1, 0xFF, 0x1234_5601))


@pytest.mark.parametrize("operation", ["add", "sub", "and", "or", "xor", "mul", "neg"])
def test_two_registers_are_computed_with(operation: str) -> None:
    for first, second in PAIRS:
        operand = 0 if operation == "neg" else second
        check(first, second, Compute(operation, first, operand), Return(first), values=VALUES[::2])


@pytest.mark.parametrize("size", range(1, WORD + 1))
def test_each_width_of_each_register_goes_to_memory_and_back(size: int) -> None:
    local = Local(1, 24)
    for first, second in PAIRS:
        steps = (Store(Memory(local, 8), first, size), Load(second, Memory(local, 8), size), Return(second))
        check(first, second, *steps, values=VALUES[-2:])
