"""The interpreter: carries a routine out, one instruction after the other, as its docstrings say.

It is slow and knows no CPU. What a lowering makes of a routine has to do the same, which is how lowerings are tested. A
routine runs in a `World`: memory, the addresses of symbols, and the functions that can be called there. It traps where
a routine relies on what nobody promises: a register that holds nothing, memory that is not there, no end.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ..convention.placement import Placement, ValueLocation
from ..ctype import DataModel
from ..errors import FarcallError
from ..record import NamedTuple
from .form import SIGNED
from .instruction import (
    RESULT,
    AddressOf,
    AtomicAdd,
    Branch,
    Compute,
    Convert,
    Copy,
    Indirect,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Operand,
    Return,
    Routine,
    SaveResult,
    Store,
    Symbol,
    TailJump,
    ThreadPointer,
)

__all__ = ["Call", "Space", "Trap", "World", "run"]

#: So many instructions are carried out at most, where nothing else is said.
LIMIT = 1_000_000
#: What is in a frame before anything is written there.
POISON = 0xA5
QUIET_NAN = {"f": 0x7FC0_0000, "d": 0x7FF8_0000_0000_0000}


class Trap(FarcallError):
    """A routine relied on what is not there. The message names routine, instruction and what was missing."""


class Space(Protocol):
    """Memory, by addresses. What is not there raises Trap."""

    def read(self, address: int, size: int) -> bytes: ...

    def write(self, address: int, data: bytes) -> None: ...


class Call(NamedTuple):
    """A call that a routine makes: how, with the bytes of each argument, and what t1 held: the static chain. `rooms` is
    for each argument that is an address in a local how many bytes of that lie there, else 0."""

    placement: Placement
    arguments: tuple[bytes, ...]
    chain: int | None
    rooms: tuple[int, ...] = ()


#: Told before each instruction: its number, and the registers that hold something.
Watch = Callable[[int, Mapping[str, int]], None]
#: What a call does; it gives the bytes of the result, also of one that goes through a hidden pointer.
Function = Callable[[Call], bytes]


class World(NamedTuple):
    """Where a routine runs: its memory, of which [stack, ...) downwards is for frames; the addresses that symbols
    stand for; what lies at addresses that are called; the thread's pointer, if it has one."""

    model: DataModel
    space: Space
    stack: int
    symbols: Mapping[str, int]
    functions: Mapping[int, Function]
    thread: int | None = None


def run(
    routine: Routine,
    world: World,
    arguments: Sequence[bytes] = (),
    *,
    hidden: int = 0,
    registers: Mapping[str, int] | None = None,
    watch: Watch | None = None,
    limit: int = LIMIT,
) -> bytes:
    """Carry out a routine with the bytes of each argument, and give those of its result: of one that goes through the
    hidden pointer `hidden`, that address. `registers` are those that hold something when it starts (its `live_in`).
    `watch` is told of each instruction; at most `limit` are carried out."""
    return _Run(routine, world, tuple(arguments), hidden, dict(registers or {})).end(watch, limit)


class _Run:
    """A routine being carried out."""

    def __init__(
        self, routine: Routine, world: World, arguments: tuple[bytes, ...], hidden: int, registers: dict[str, int]
    ) -> None:
        self.routine, self.world, self.space = routine, world, world.space
        self.arguments, self.hidden, self.registers = arguments, hidden, registers
        self.pointer = world.model.pointer
        self.order = world.model.byteorder.name
        self.labels = {step.name: number for number, step in enumerate(routine.steps) if isinstance(step, Label)}
        self.locals: dict[int, tuple[int, int]] = {}  # address and size
        self.top = world.stack
        self.left: bytes | None = None  # RESULT
        self.next = 0
        self.value: bytes | None = None

    def end(self, watch: Watch | None, limit: int) -> bytes:
        steps = self.routine.steps
        for _ in range(limit):
            if not 0 <= self.next < len(steps):
                raise Trap(f"{self.routine.name}: control falls off the end")
            step = steps[self.next]
            if watch is not None:
                watch(self.next, self.registers)
            self.next += 1
            try:
                _DO[type(step)](self, step)
            except Trap as trap:
                raise Trap(f"{self.routine.name}: instruction {self.next - 1}, {step}: {trap}") from None
            if self.value is not None:
                return self.value
        raise Trap(f"{self.routine.name}: does not end")

    # Values

    def number(self, data: bytes, signed: bool = False) -> int:
        return int.from_bytes(data, self.order, signed=signed)

    def encoded(self, value: int, size: int) -> bytes:
        """The low bytes of a number."""
        return (value & (1 << 8 * size) - 1).to_bytes(size, self.order)

    def register(self, name: str) -> int:
        if name not in self.registers:
            raise Trap(f"{name} holds nothing")
        return self.registers[name]

    def put(self, name: str, value: int) -> None:
        self.registers[name] = value & (1 << 8 * self.pointer) - 1

    def address(self, place: Memory | Indirect) -> int:
        if isinstance(place, Indirect):
            held = place.pointer
            at = self.local(held) if isinstance(held, Local) else self.address(held)
            start = self.number(self.space.read(at, self.pointer))
        else:
            start = self.register(place.base) if isinstance(place.base, str) else self.local(place.base)
        return (start + place.offset) & (1 << 8 * self.pointer) - 1

    def local(self, local: Local) -> int:
        """The address of a local, which gets its place when it is first named."""
        if local.number not in self.locals:
            self.top = (self.top - local.size) // local.align * local.align
            self.locals[local.number] = self.top, local.size
            self.space.write(self.top, bytes([POISON]) * local.size)
        return self.locals[local.number][0]

    def room(self, address: int) -> int:
        """How many bytes of a local lie at an address."""
        return next(
            (start + size - address for start, size in self.locals.values() if start <= address < start + size), 0
        )

    def read(self, place: Memory | Indirect, size: int) -> bytes:
        return self.space.read(self.address(place), size)

    def write(self, place: Memory | Indirect, data: bytes) -> None:
        self.space.write(self.address(place), data)

    def symbol(self, symbol: Symbol) -> int:
        if symbol.name not in self.world.symbols:
            raise Trap(f"there is no {symbol.name!r}")
        return self.world.symbols[symbol.name]

    def whole(self, operand: Operand | None) -> int:
        """A register, number, or address as a number."""
        if isinstance(operand, str):
            return self.register(operand)
        if isinstance(operand, Symbol):
            return self.symbol(operand)
        if isinstance(operand, AddressOf):
            return self.address(operand.place)
        assert isinstance(operand, int)
        return operand

    def data(self, operand: Operand | None, size: int) -> bytes:
        """An operand as the bytes of a value."""
        if isinstance(operand, (Memory, Indirect)):
            return self.read(operand, size)
        if operand == RESULT:
            return self.result()
        return self.encoded(self.whole(operand), size)

    def result(self) -> bytes:
        """What RESULT is; it is good for one use."""
        found, self.left = self.left, None
        if found is None:
            raise Trap("there is no RESULT")
        return found

    def widened(self, data: bytes, passed: ValueLocation) -> int:
        return self.number(data, passed.signed(self.world.model))

    # Instructions

    def load_argument(self, one: LoadArgument) -> None:
        if one.number < 0:
            data, value = self.encoded(self.hidden, self.pointer), self.hidden
        else:
            data = self.arguments[one.number]
            value = self.widened(data, self.routine.placement.arguments[one.number])
        if isinstance(one.to, str):
            self.put(one.to, value)
        else:
            self.write(one.to, data)

    def load(self, one: Load) -> None:
        self.put(one.to, self.number(self.read(one.source, one.size), one.signed))

    def store(self, one: Store) -> None:
        self.write(one.to, self.encoded(self.whole(one.source), one.size))

    def copy(self, one: Copy) -> None:
        self.write(one.to, self.read(one.source, one.size))

    def load_address(self, one: LoadAddress) -> None:
        self.put(one.to, self.address(one.place))

    def move(self, one: Move) -> None:
        self.put(one.to, self.whole(one.source))

    def compute(self, one: Compute) -> None:
        left, right, bits = self.register(one.to), self.whole(one.operand), 8 * self.pointer
        signed = left - (left >> bits - 1 << bits)
        self.put(one.to, _OPERATIONS[one.operation](signed if one.operation == "sar" else left, right))

    def thread_pointer(self, one: ThreadPointer) -> None:
        if self.world.thread is None:
            raise Trap("the thread has no pointer")
        self.put(one.to, self.world.thread)

    def atomic_add(self, one: AtomicAdd) -> None:
        self.write(one.place, self.encoded(self.number(self.read(one.place, self.pointer)) + one.amount, self.pointer))

    def convert(self, one: Convert) -> None:
        read, written = ("d", "f") if one.kind == "f64:f32" else ("f", "d")
        order = self.world.model.byteorder.format
        (value,) = struct.unpack(order + read, self.read(one.source, struct.calcsize(read)))
        if math.isnan(value):  # which one is the CPU's own affair
            data = self.encoded(QUIET_NAN[written], struct.calcsize(written))
        else:
            try:
                data = struct.pack(order + written, value)
            except OverflowError:
                data = struct.pack(order + written, math.copysign(math.inf, value))
        self.write(one.to, data)

    def branch(self, one: Branch) -> None:
        size = one.size or self.pointer
        left, right = (self.number(self.data(side, size), one.condition in SIGNED) for side in (one.left, one.right))
        if _CONDITIONS[one.condition](left, right):
            self.next = self.labels[one.label]

    def jump(self, one: Jump) -> None:
        self.next = self.labels[one.label]

    def label(self, one: Label) -> None:
        return

    def invoke(self, one: Invoke) -> None:
        passed = one.placement.arguments
        arguments = tuple(self.data(operand, to.size) for to, operand in zip(passed, one.arguments, strict=True))
        if isinstance(one.target, Memory):
            target = self.number(self.read(one.target, self.pointer))
        else:
            target = self.whole(one.target)
        result = one.placement.result
        at = self.address(one.result) if isinstance(one.result, (Memory, Indirect)) else 0
        rooms = tuple(self.room(self.number(data)) if len(data) == self.pointer else 0 for data in arguments)
        data = self.call(target, Call(one.placement, arguments, self.registers.get("t1"), rooms))
        self.registers = {name: value for name, value in self.registers.items() if name not in ("t0", "t1")}
        self.left = None
        if one.tail:
            self.value = data[: self.routine.placement.result.size]
        elif isinstance(one.result, str):
            self.put(one.result, self.widened(data, result))
        elif one.result is None:
            self.left = data
        else:
            self.space.write(at, data)

    def call(self, target: int, call: Call) -> bytes:
        if target not in self.world.functions:
            raise Trap(f"there is no function at {target:#x}")
        data = self.world.functions[target](call)
        if len(data) != call.placement.result.size:
            raise Trap(f"the function gave {len(data)} bytes for {call.placement.result.type}")
        return data

    def tail_jump(self, one: TailJump) -> None:
        call = Call(self.routine.placement, self.arguments, self.registers.get("t1"))
        data = self.call(self.register(one.target), call)
        if self.routine.placement.result.by_reference:
            self.space.write(self.hidden, data)
            data = self.encoded(self.hidden, self.pointer)
        self.value = data

    def save_result(self, one: SaveResult) -> None:
        self.write(one.to, self.result())

    def give(self, one: Return) -> None:
        result = self.routine.placement.result
        size = self.pointer if result.by_reference else result.size
        self.value = b"" if one.value is None else self.data(one.value, size)


_DO: dict[type, Callable[[_Run, Any], None]] = {
    LoadArgument: _Run.load_argument,
    Load: _Run.load,
    Store: _Run.store,
    Copy: _Run.copy,
    LoadAddress: _Run.load_address,
    Move: _Run.move,
    Compute: _Run.compute,
    ThreadPointer: _Run.thread_pointer,
    AtomicAdd: _Run.atomic_add,
    Convert: _Run.convert,
    Branch: _Run.branch,
    Jump: _Run.jump,
    Label: _Run.label,
    Invoke: _Run.invoke,
    TailJump: _Run.tail_jump,
    SaveResult: _Run.save_result,
    Return: _Run.give,
}
_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "add": int.__add__,
    "sub": int.__sub__,
    "and": int.__and__,
    "or": int.__or__,
    "xor": int.__xor__,
    "mul": int.__mul__,
    "shl": int.__lshift__,
    "shr": int.__rshift__,
    "sar": int.__rshift__,
    "neg": lambda left, right: -left,
}
_CONDITIONS: dict[str, Callable[[int, int], bool]] = {
    "eq": int.__eq__,
    "ne": int.__ne__,
    "lt": int.__lt__,
    "le": int.__le__,
    "gt": int.__gt__,
    "ge": int.__ge__,
    "below": int.__lt__,
    "below_eq": int.__le__,
    "above": int.__gt__,
    "above_eq": int.__ge__,
}
