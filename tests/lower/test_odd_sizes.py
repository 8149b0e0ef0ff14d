"""Odd numbers of bytes through a register, in either byte order, on a machine of Python's numbers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from farcall.ctype import BIG, LITTLE, ByteOrder
from farcall.lower.engine.machine import Machine, Mem
from farcall.lower.engine.odd_sizes import gather, scatter

WORD = 8
VALUE = bytes(range(0x11, 0x11 + WORD))


class Counting:
    """As much of a `Machine` as moves bytes: registers are numbers, memory is a bytearray."""

    word, DATA, OTHER = WORD, 1, 2

    def __init__(self, order: ByteOrder) -> None:
        self.target = SimpleNamespace(byteorder=order)
        self.order = order.name
        self.memory = bytearray(64)
        self.registers = [0] * 4

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        data = self.memory[source.offset : source.offset + size]
        self.registers[to] = int.from_bytes(data, self.order) % (1 << 64)

    def store(self, to: Mem, source: int, size: int) -> None:
        low = self.registers[source] % (1 << 8 * size)
        self.memory[to.offset : to.offset + size] = low.to_bytes(size, self.order)

    def move(self, to: int, source: int) -> None:
        self.registers[to] = self.registers[source]

    def compute(self, operation: str, to: int, operand: int) -> None:
        assert operation == "or"
        self.registers[to] |= self.registers[operand]

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        held = self.registers[to]
        self.registers[to] = (held << operand) % (1 << 64) if operation == "shl" else held >> operand

    def load_odd(self, to: int, source: Mem, size: int) -> None:
        Machine.load_odd(self, to, source, size)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", [LITTLE, BIG], ids=str)
@pytest.mark.parametrize("size", range(1, WORD + 1))
def test_bytes_become_a_number_and_bytes_again(size: int, order: ByteOrder) -> None:
    m: Any = Counting(order)
    m.memory[:WORD] = VALUE
    gather(m, 0, Mem(3, 0), size)
    assert m.registers[0] == int.from_bytes(VALUE[:size], order.name)
    scatter(m, Mem(3, 32), 0, size)
    assert m.memory[32 : 32 + WORD] == VALUE[:size] + bytes(WORD - size)
