"""Pointers are added to, subtracted and compared as C does it, whatever they point to."""

from __future__ import annotations

import gc
import operator
import struct
from typing import Any

import pytest

import farcall

WORD = struct.calcsize("P")
ENDS = 1 << 8 * WORD
TYPES = (
    "char",
    "short",
    "int",
    "long long",
    "char[3]",
    "char[12]",
    "char[16]",
    "char[24]",
    "char[32]",
    "char[64]",
    "char[40000]",
)
COUNTS = (
    0,
    1,
    -1,
    2,
    7,
    -7,
    1000,
    -1000,
    1 << 14,
    1 << 20,
    -(1 << 20),
    (1 << 30) - 1,
    1 << 30,
    1 << 40,
    -(1 << 40),
    1 << 62,
)


def at(text: str, address: int) -> Any:
    return farcall.cast(farcall.pointer(farcall.type_of(text)), address)


@pytest.mark.parametrize("text", TYPES)
def test_arithmetic(text: str) -> None:
    size = farcall.sizeof(text)
    for base in (0, 64, 1 << 20, ENDS // 2, ENDS - size * 3):
        pointer = at(text, base)
        for count in COUNTS:
            wanted, back = base + count * size, base - count * size
            moves = ((operator.add, pointer, count, wanted), (operator.add, count, pointer, wanted),
                     (operator.sub, pointer, count, back))  # fmt: skip
            for move, left, right, place in moves:
                if 0 <= place < ENDS:
                    moved = move(left, right)
                    assert (int(moved), type(moved)) == (place, type(pointer))
                else:
                    with pytest.raises(OverflowError, match="outside the address space"):
                        move(left, right)


@pytest.mark.parametrize("text", TYPES)
def test_distance(text: str) -> None:
    size, base = farcall.sizeof(text), 1 << 24
    for count in (0, 1, -1, 5, 100, -100):
        assert at(text, base + count * size) - at(text, base) == count
    if size > 1:
        with pytest.raises(ValueError, match="not a whole number of items apart"):
            at(text, base + 1) - at(text, base)


def test_comparison() -> None:
    addresses = (0, 1, 8, 1 << 20, ENDS // 2, ENDS - 1)
    for compare in (operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge):
        for left in addresses:
            for right in addresses:
                assert compare(at("int", left), at("int", right)) is compare(left, right)
                assert compare(at("int", left), farcall.cast("const int *", right)) is compare(left, right)
    null = at("int", 0)
    assert null == None  # noqa: E711
    assert at("int", 8) != None  # noqa: E711
    assert (null == 0) is False
    assert (null != "x") is True
    assert at("int", 8) == farcall.cast("void *", 8)
    for wrong in (0, None, "x"):
        with pytest.raises(TypeError, match="cannot be compared with"):
            assert null < wrong
    with pytest.raises(TypeError, match="point to different types"):
        assert null < at("double", 0)


def test_hash_and_address() -> None:
    for address in (0, 1, 1 << 20, ENDS - 1):
        pointer = at("int", address)
        assert (int(pointer), hash(pointer), bool(pointer)) == (address, hash(address), address != 0)
        assert {pointer: 1}[at("int", address)] == 1


def test_what_pointers_are_not_moved_by() -> None:
    pointer = at("int", 64)
    for wrong in (1.5, "x", None, pointer):
        with pytest.raises(TypeError):
            pointer + wrong
        with pytest.raises(TypeError):
            wrong + pointer
    for wrong in (1.5, "x", None):
        with pytest.raises(TypeError):
            pointer - wrong
    with pytest.raises(TypeError):
        5 - pointer
    for text in ("void *", "int (*)(int)"):
        with pytest.raises(farcall.UnsupportedTypeError, match="has no size"):
            farcall.cast(text, 64) + 1
    assert int(pointer + True) == 68

    class Index:
        def __index__(self) -> int:
            return 2

    assert int(pointer + Index()) == 72  # type: ignore[operator]


def test_what_was_pointed_to_is_kept() -> None:
    pointer = farcall.cast("int *", farcall.array(farcall.int_, 3)([1, 2, 3]))
    moved = [pointer + 1, pointer + 1, 2 + pointer - 1]
    del pointer
    gc.collect()
    assert [p[1] for p in moved] == [3, 3, 3]


def test_classes_that_python_derives() -> None:
    class Mine(farcall.type_of("int *")):  # type: ignore[misc]
        def __add__(self, count: int) -> str:
            return f"mine {count}"

    class Plain(farcall.type_of("int *")):  # type: ignore[misc]
        pass

    assert Mine(None) + 1 == "mine 1"
    base = Plain(farcall.array(farcall.int_, 2)([1, 2]))
    assert type(base + 1) is farcall.type_of("int *")
    assert (base + 1)[0] == 2
    assert base == farcall.cast("int *", base)
    assert (base + 1) - base == 1
