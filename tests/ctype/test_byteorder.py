"""Byte orders against Python's own: where parts of a number lie in memory, and what they count."""

from __future__ import annotations

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farcall.ctype import BIG, LITTLE, ByteOrder

orders = pytest.mark.parametrize("order", [LITTLE, BIG], ids=str)
NUMBER = 0x0102030405060708090A0B0C0D0E0F10


@orders
@given(data=st.data())
def test_the_ends_of_a_number(order: ByteOrder, data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 16))
    size = data.draw(st.integers(1, width))
    number = NUMBER & (1 << 8 * width) - 1
    memory = number.to_bytes(width, order.name)
    low, high = order.low(width, size), order.high(width, size)
    assert int.from_bytes(memory[low : low + size], order.name) == number & (1 << 8 * size) - 1
    assert int.from_bytes(memory[high : high + size], order.name) == number >> 8 * (width - size)


@orders
@given(data=st.data())
def test_a_number_is_the_sum_of_its_parts(order: ByteOrder, data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 16))
    cuts = [0, *sorted(data.draw(st.sets(st.integers(1, width)))), width]
    memory = (NUMBER & (1 << 8 * width) - 1).to_bytes(width, order.name)
    parts = [
        int.from_bytes(memory[start:end], order.name) << order.shift(width, start, end - start)
        for start, end in pairwise(cuts)
    ]
    assert sum(parts) == int.from_bytes(memory, order.name)


def test_bits_are_counted_in_the_order_of_memory() -> None:
    assert LITTLE.shift_of_bits(32, 5, 3) == 5
    assert BIG.shift_of_bits(32, 5, 3) == 24
    assert BIG.shift_of_bits(16, 0, 16) == LITTLE.shift_of_bits(16, 0, 16) == 0


@orders
def test_a_format_is_struct_s(order: ByteOrder) -> None:
    assert struct.pack(order.format + "I", 1) == (1).to_bytes(4, order.name)
