"""Small routines, run by this machine's CPU: what each kind of step does with what no short instruction takes."""

from __future__ import annotations

import operator
from collections.abc import Callable

import pytest

import farcall
from farcall.convention import Placement, Signature, place
from farcall.cpython.facts.host import WORD, host_target
from farcall.cpython.link.linker import linker
from farcall.cpython.value import class_of
from farcall.ctype import LP64, Array, CType, Field, Pointer, Record, names, sizeof
from farcall.ir.instruction import (
    RESULT,
    Branch,
    Compute,
    Copy,
    Indirect,
    Instruction,
    Invoke,
    Label,
    Load,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from farcall.stub.link import BODY, TARGET

BITS = 8 * WORD
WHOLE = (1 << BITS) - 1
#: Numbers of a word's size, near the ends of what instructions carry.
NUMBERS = tuple(
    dict.fromkeys(
        number & WHOLE
        for size in (7, 8, 11, 12, 16, 31, 32, 40, 63)
        for number in (1 << size, (1 << size) - 1, -(1 << size), -(1 << size) - 1, 0x123 << size)
    )
)
OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "add": operator.add, "sub": operator.sub, "and": operator.and_, "or": operator.or_, "xor": operator.xor,
    "mul": operator.mul,
}  # fmt: skip
CONDITIONS = {"eq": operator.eq, "below": operator.lt, "above_eq": operator.ge}
BLOCK = Record("struct", "block", (Field("bytes", Array(names.uchar, 700)),))

kept: list[object] = []


def placed(result: CType, *parameters: CType) -> Placement:
    return place(Signature(result, parameters), host_target())


def run(placement: Placement, *steps: Instruction, **addresses: int) -> Callable[..., int]:
    """The routine as a function, with the symbols it calls."""
    link = linker()
    slot = link.bind(link.prepare(Routine("small", placement, steps)), addresses, "small")
    signature = placement.signature
    found = farcall.function(slot.address, list(signature.parameters), signature.result)
    kept.append(slot)
    return found  # type: ignore[no-any-return]


ONE = placed(names.uintptr, names.uintptr)
VALUES = (0, 1, 0x8000_0001 & WHOLE, 0x12_3456_789A & WHOLE, WHOLE)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_compute_takes_any_constant(operation: str) -> None:
    for number in NUMBERS:
        given = run(ONE, LoadArgument(0, "t0"), Compute(operation, "t0", number), Return("t0"))
        for value in VALUES:
            assert given(value) == OPERATIONS[operation](value, number) & WHOLE, f"{value:#x} {number:#x}"


def test_store_takes_any_constant() -> None:
    local = Memory(Local(1, 8))
    for number in NUMBERS:
        assert run(ONE, Store(local, number, WORD), Load("t0", local, WORD), Return("t0"))(0) == number


@pytest.mark.parametrize("condition", CONDITIONS)
def test_branch_takes_any_constant(condition: str) -> None:
    """Of a register and of memory."""
    local = Memory(Local(1, 8))
    for number in NUMBERS:
        for left in ("t0", local):
            steps = (Store(local, "t0", WORD), Branch(condition, left, number, "yes"), Return(0), Label("yes"))
            given = run(ONE, LoadArgument(0, "t0"), *steps, Return(1))
            for value in (*VALUES, number):
                assert given(value) == CONDITIONS[condition](value, number), f"{left} {value:#x} {number:#x}"


@pytest.mark.parametrize("kind", [names.double, names.uintptr], ids=str)
def test_a_result_is_passed_on_by_the_stack(kind: CType) -> None:
    got: list[object] = []
    many = (*[names.uintptr] * 9, *[names.double] * 17)  # more than any CPU has registers for
    first = farcall.Closure(lambda: 7, [], kind)
    last = farcall.Closure(lambda *values: got.extend(values), [*many, kind, names.uintptr], names.void)
    zero = Memory(Local(1, 8))
    arguments = (*[5] * 9, *[zero] * 17, RESULT, 3)
    given = run(
        ONE,
        Store(zero, 0, 4),
        Store(Memory(Local(1, 8), 4), 0, 4),
        Invoke(TARGET, placed(kind)),
        Invoke(BODY, placed(names.void, *many, kind, names.uintptr), arguments),
        Return(1),
        target=first.address,
        body=last.address,
    )
    assert given(0) == 1
    assert got == [*[5] * 9, *[0.0] * 17, 7, 3]


@pytest.mark.parametrize("before", [0, 9])
@pytest.mark.parametrize(("narrow", "value"), [(names.int8, -1), (names.int16, -2), (names.uint8, 255)], ids=str)
def test_a_narrow_argument_is_extended_as_its_placement_says(narrow: CType, value: int, before: int) -> None:
    """The callee reads all that its caller extends to, from a register, the stack, a constant; above are other bits."""
    placement = placed(names.void, *[names.uintptr] * before, narrow)
    (piece,) = placement.arguments[before].pieces
    wide = {4: names.int_, 8: names.int64}.get(piece.extend_to, narrow)
    got: list[int] = []
    callee = farcall.Closure(lambda *values: got.append(values[-1]), [*[names.uintptr] * before, wide], names.void)
    bits = 8 * sizeof(narrow, LP64)
    dirty = value & (1 << bits) - 1 | 0x55AA_5500 >> bits << bits
    for last in ("s0", dirty):
        given = run(
            ONE,
            Move("s0", dirty),
            Invoke(TARGET, placement, (*[0] * before, last)),
            Return("s0"),
            target=callee.address,
        )
        assert given(0) == dirty
    assert got == [value, value]


@pytest.mark.parametrize("size", [7, 8, 40, 256, 257, 300, 641, 700])
def test_a_copy_is_exact(size: int) -> None:
    """From one pointer to another: not one byte more, and none in another place."""
    source, target = farcall.array(farcall.uchar, 720)(), farcall.array(farcall.uchar, 720)()
    for index in range(720):
        source[index] = index % 251 + 1
    here, there = Local(1, 8), Local(2, 8)
    copies = run(
        placed(names.void, Pointer(names.uchar), Pointer(names.uchar)),
        LoadArgument(0, Memory(there)),
        LoadArgument(1, Memory(here)),
        Copy(Indirect(there, 10), Indirect(here, 3), size),
        Return(),
    )
    copies(target, source)
    assert list(target) == [0] * 10 + list(source)[3 : 3 + size] + [0] * (710 - size)


def test_a_large_argument_comes_whole_and_spares_those_in_registers() -> None:
    got: list[object] = []
    callee = farcall.Closure(lambda *values: got.extend(values), [names.uintptr, names.uintptr], names.void)
    local = Memory(Local(1, 700))
    given = run(
        placed(names.uintptr, names.uintptr, BLOCK, names.uintptr),
        LoadArgument(1, local),
        LoadArgument(0, "s0"),
        LoadArgument(2, "s1"),
        Invoke(TARGET, placed(names.void, names.uintptr, names.uintptr), ("s0", "s1")),
        Load("t0", Memory(local.base, 699), 1),
        Load("t1", local, 1),
        Compute("shl", "t1", 8),
        Compute("add", "t0", "t1"),
        Return("t0"),
        target=callee.address,
    )
    value = class_of(BLOCK)()
    value.bytes[0], value.bytes[699] = 0x12, 0x34
    assert given(41, value, 43) == 0x1234
    assert got == [41, 43]
