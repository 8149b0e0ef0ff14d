"""The interpreter: what each instruction does, in both byte orders and with both widths of registers, and what traps."""

from __future__ import annotations

import math
import struct
from dataclasses import replace

import pytest

from farcall.convention import Signature, Target, place, target
from farcall.ctype import BIG as BIG_ENDIAN
from farcall.ctype import DataModel, Field, Pointer, Record, names
from farcall.ir.instruction import (
    RESULT,
    AddressOf,
    AtomicAdd,
    Branch,
    Compute,
    Convert,
    Copy,
    Indirect,
    Instruction,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    SaveResult,
    Store,
    Symbol,
    TailJump,
    ThreadPointer,
)
from farcall.ir.interpreter import Call, Trap, World, run
from farcall.ir.verifier import faults

LINUX, NARROW = target("x86_64-linux"), target("i386-linux")
BIG = replace(LINUX, model=replace(LINUX.model, byteorder=BIG_ENDIAN))
EACH = pytest.mark.parametrize("on", [LINUX, BIG, NARROW], ids=["little-endian", "big-endian", "32 bits"])
PAIR = Record("struct", "pair", (Field("first", names.double), Field("second", names.double)))
LONG, DOUBLE, CHAR = names.long, names.double, names.char
BASE, SIZE = 0x10000, 4096


class Flat:
    """Memory from BASE on."""

    def __init__(self) -> None:
        self.data = bytearray(SIZE)

    def _at(self, address: int, size: int) -> slice:
        if not BASE <= address <= BASE + SIZE - size:
            raise Trap(f"{size} bytes at {address:#x} are not there")
        return slice(address - BASE, address - BASE + size)

    def read(self, address: int, size: int) -> bytes:
        return bytes(self.data[self._at(address, size)])

    def write(self, address: int, data: bytes) -> None:
        self.data[self._at(address, len(data))] = data


def number(value: int, size: int, model: DataModel) -> bytes:
    return (value & (1 << 8 * size) - 1).to_bytes(size, model.byteorder.name)


def world(on: Target, space: Flat | None = None) -> World:
    """One with functions: "twice" of a long, "make" of a size, "shout" which writes to what it is given."""
    flat = space or Flat()
    size = on.model.pointer

    def order(data: bytes) -> int:
        return int.from_bytes(data, on.byteorder.name)

    def twice(call: Call) -> bytes:
        return number(2 * order(call.arguments[0]), size, on.model)

    def shout(call: Call) -> bytes:
        assert call.rooms == (16,)
        flat.write(order(call.arguments[0]), b"SHOUTING")
        return b""

    def halve(call: Call) -> bytes:
        sign = on.byteorder.format
        return struct.pack(sign + "d", struct.unpack(sign + "d", call.arguments[0])[0] / 2)

    symbols = {"data": BASE, "twice": 1, "shout": 2, "halve": 3}
    return World(on.model, flat, BASE + SIZE, symbols, {1: twice, 2: shout, 3: halve})


def carried_out(on: Target, signature: Signature, *steps: Instruction, arguments: tuple[bytes, ...] = ()) -> bytes:
    """The result of a routine that keeps all rules."""
    routine = Routine("f", place(signature, on), steps)
    assert faults(routine, on.model) == []
    return run(routine, world(on), arguments)


def of_long(on: Target, *steps: Instruction, argument: int = 0) -> int:
    """What `long f(long)` gives, as a number without a sign."""
    size = on.model.pointer
    data = carried_out(on, Signature(LONG, (LONG,)), *steps, arguments=(number(argument, size, on.model),))
    return int.from_bytes(data, on.byteorder.name)


@EACH
def test_the_examples_of_the_language(on: Target) -> None:
    size = on.model.pointer
    unary = place(Signature(LONG, (LONG,)), on)
    x, p = Local(1, size, size), Local(1, 16)
    twice = (
        LoadArgument(0, "s0"), LoadArgument(1, "t0"), Store(Memory(x), "t0", size), Invoke("s0", unary, (Memory(x),), "s1"),
        Invoke("s0", unary, (Memory(x),), "t0"), Compute("add", "t0", "s1"), Return("t0"),
    )  # fmt: skip
    arguments = (number(1, size, on.model), number(5, size, on.model))
    assert carried_out(on, Signature(LONG, (Pointer(names.void), LONG)), *twice, arguments=arguments) == number(
        20, size, on.model
    )
    half = (LoadArgument(0, Memory(p)), Return(Memory(p, 8)))
    assert carried_out(on, Signature(DOUBLE, (PAIR,)), *half, arguments=(b"firstone" + b"theother",)) == b"theother"
    assert of_long(on, Invoke(Symbol("twice"), unary, (8,), tail=True)) == 16


@EACH
def test_arguments_are_widened_by_their_types(on: Target) -> None:
    size = on.model.pointer
    for type, expected in ((names.schar, -2), (names.uchar, 254)):
        steps = (LoadArgument(0, "t0"), Return("t0"))
        assert carried_out(on, Signature(LONG, (type,)), *steps, arguments=(b"\xfe",)) == number(
            expected, size, on.model
        )


@EACH
def test_bytes_lie_in_their_order(on: Target) -> None:
    a = Local(1, 8)
    first, last = (0, 3) if on.byteorder is not BIG_ENDIAN else (3, 0)
    read = (Store(Memory(a), 0x11223344, 4), Store(Memory(a, 4), 0, 4))
    assert of_long(on, *read, Load("t0", Memory(a, first), 1), Return("t0")) == 0x44
    assert of_long(on, *read, Load("t0", Memory(a, last), 1), Return("t0")) == 0x11
    assert of_long(on, *read, Load("t0", Memory(a), 3), Return("t0")) == (
        0x112233 if on.byteorder is BIG_ENDIAN else 0x223344
    )


@EACH
def test_numbers_are_computed_modulo_a_register(on: Target) -> None:
    bits = 8 * on.model.pointer
    whole = (1 << bits) - 1
    for operation, operand, expected in (
        ("add", 5, 2), ("sub", 1, -4), ("and", 6, 4), ("or", 2, -1), ("xor", -1, 2), ("mul", -7, 21), ("shl", 1, -6),
        ("shr", 1, (whole - 2) >> 1), ("sar", 1, -2), ("neg", 0, 3),
    ):  # fmt: skip
        steps = (LoadArgument(0, "t0"), Compute(operation, "t0", operand), Return("t0"))
        assert of_long(on, *steps, argument=-3) == expected & whole, operation


@EACH
def test_branches_compare_so_many_bytes_with_or_without_a_sign(on: Target) -> None:
    for condition, size, left, right, taken in (
        ("lt", 0, -1, 1, True), ("below", 0, -1, 1, False), ("above", 1, 0x1FF, 1, True), ("gt", 1, 0x1FF, 1, False),
        ("eq", 2, 0x10001, 1, True), ("ne", 4, 0x10001, 1, True), ("ge", 4, 5, 5, True), ("above_eq", 4, 4, 5, False),
        ("le", 1, 0x180, 0x7F, True), ("below_eq", 1, 0x180, 0x7F, False),
    ):  # fmt: skip
        steps = (LoadArgument(0, "t0"), Branch(condition, "t0", right, "yes", size), Return(0), Label("yes"), Return(1))
        assert of_long(on, *steps, argument=left) == taken, condition


@EACH
def test_memory_behind_pointers_and_atomic_sums(on: Target) -> None:
    size = on.model.pointer
    p, a = Local(1, size, size), Local(2, 16, 8)
    steps = (
        Move("t0", Symbol("data")), Store(Memory(p), "t0", size), Store(Memory("t0", 8), 40, size),
        AtomicAdd(Memory("t0", 8), -50), Copy(Memory(a), Indirect(p, 8), size), LoadAddress("t1", Memory(a)),
        Load("t0", Memory("t1"), size), Return("t0"),
    )  # fmt: skip
    assert of_long(on, *steps) == (1 << 8 * size) - 10


@EACH
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.5, 1.5),
        (1 + 2**-24, 1.0),
        (1 + 3 * 2**-24, 1 + 2**-22),
        (1e300, math.inf),
        (-1e300, -math.inf),
        (1e-310, 0.0),
    ],
)
def test_conversions_round_to_even(on: Target, value: float, expected: float) -> None:
    sign, a, b = on.byteorder.format, Memory(Local(1, 8)), Memory(Local(2, 8))
    steps = (LoadArgument(0, a), Convert("f64:f32", b, a), Convert("f32:f64", a, b), Return(a))
    signature = Signature(DOUBLE, (DOUBLE,))
    data = carried_out(on, signature, *steps, arguments=(struct.pack(sign + "d", value),))
    assert struct.unpack(sign + "d", data) == (expected,)
    given = struct.pack(sign + "d", math.nan)
    assert math.isnan(struct.unpack(sign + "d", carried_out(on, signature, *steps, arguments=(given,)))[0])


@EACH
def test_calls_results_and_rooms(on: Target) -> None:
    size, sign = on.model.pointer, on.byteorder.format
    shout = place(Signature(names.void, (Pointer(names.void),)), on)
    halve, unary = place(Signature(DOUBLE, (DOUBLE,)), on), place(Signature(LONG, (LONG,)), on)
    a, b = Local(1, 16), Memory(Local(2, 8))
    heard = (Invoke(Symbol("shout"), shout, (AddressOf(Memory(a)),)), Return(Memory(a)))
    assert carried_out(on, Signature(DOUBLE, ()), *heard) == b"SHOUTING"
    twice = Invoke(Symbol("twice"), unary, (3,))
    assert of_long(on, twice, Invoke(Symbol("twice"), unary, (RESULT,), "t0"), Return("t0")) == 12
    assert of_long(on, twice, SaveResult(unary, Memory(a)), Load("t0", Memory(a), size), Return("t0")) == 6
    halved = (LoadArgument(0, b), Invoke(Symbol("halve"), halve, (b,), b), Return(b))
    nine, half = struct.pack(sign + "d", 9.0), struct.pack(sign + "d", 4.5)
    assert carried_out(on, Signature(DOUBLE, (DOUBLE,)), *halved, arguments=(nine,)) == half
    assert of_long(on, Move("t0", Symbol("twice")), TailJump("t0"), argument=21) == 42


def test_a_result_by_hidden_pointer_is_written_there() -> None:
    flat = Flat()
    big = Record("struct", "big", tuple(Field(f"f{i}", LONG) for i in range(3)))
    placement = place(Signature(big, ()), LINUX)
    steps = (LoadArgument(-1, "t0"), Store(Memory("t0", 8), 7, 8), Return("t0"))
    assert run(Routine("f", placement, steps), world(LINUX, flat), hidden=BASE + 64) == (BASE + 64).to_bytes(
        8, "little"
    )
    assert flat.data[72] == 7


def test_a_thread_has_its_pointer() -> None:
    of = world(LINUX)._replace(thread=BASE + 8)
    steps = (ThreadPointer("t0"), Store(Memory("t0", -8), 9, 8), Load("s0", Memory("t0", -8), 8), Return("s0"))
    assert run(Routine("f", UNARY, steps), of, (bytes(8),)) == (9).to_bytes(8, "little")


UNARY = place(Signature(LONG, (LONG,)), LINUX)
TRAPS: list[tuple[str, tuple[Instruction, ...]]] = [
    ("t0 holds nothing", (Return("t0"),)),
    ("t1 holds nothing", (Move("t1", 1), Invoke(Symbol("twice"), UNARY, (1,)), Return("t1"))),
    ("8 bytes at 0x7 are not there", (Move("t0", 7), Load("t0", Memory("t0"), 8), Return("t0"))),
    ("there is no 'nowhere'", (Move("t0", Symbol("nowhere")), Return("t0"))),
    ("there is no function at 0x9", (Move("t0", 9), Invoke("t0", UNARY, (1,), "t0"), Return("t0"))),
    ("there is no RESULT", (Invoke(Symbol("twice"), UNARY, (RESULT,), "t0"), Return("t0"))),
    ("the thread has no pointer", (ThreadPointer("t0"), Return("t0"))),
    ("control falls off the end", (Move("t0", 1),)),
    ("does not end", (Label("x"), Jump("x"))),
]


@pytest.mark.parametrize(("why", "steps"), TRAPS, ids=[why for why, _ in TRAPS])
def test_what_nobody_promises_traps(why: str, steps: tuple[Instruction, ...]) -> None:
    with pytest.raises(Trap, match=f"^f: .*{why}$"):
        run(Routine("f", UNARY, steps), world(LINUX), (bytes(8),), limit=100)


def test_a_watcher_is_told_of_each_instruction() -> None:
    seen: list[tuple[int, dict[str, int]]] = []
    steps = (Move("t0", 5), Jump("x"), Label("x"), Return("t0"))
    run(Routine("f", UNARY, steps), world(LINUX), (bytes(8),), watch=lambda at, held: seen.append((at, dict(held))))
    assert seen == [(0, {}), (1, {"t0": 5}), (2, {"t0": 5}), (3, {"t0": 5})]
