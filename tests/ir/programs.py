"""Random routines: of all instructions, as they may be put together, with calls to functions of many signatures.

Everything a program reads it has written before, so it does the same wherever it runs. It works on an arena, whose
address the symbol "arena" is: bytes that anybody may change, behind them floating numbers, then addresses.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from farcall.convention import Placement, Signature, Target, ValueLocation, place
from farcall.ctype import CType, Enum, Float, Integer, Pointer, Void, names, unqualified
from farcall.ir.builder import Builder
from farcall.ir.form import CONDITIONS, OPERATIONS, SHIFTS
from farcall.ir.instruction import (
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
from tests.routines import MIXED, OVERALIGNED, PAIR, block

__all__ = ["ARENA", "DOUBLES", "FLOATS", "POINTERS", "TOUCHED", "Callee", "is_whole", "program", "signatures"]

#: The parts of the arena, in bytes: free ones, doubles, floats, addresses: that of the arena's middle, then functions'.
FREE = 1024
DOUBLES, FLOATS = (FREE, 8), (FREE + 64, 8)
POINTERS = FREE + 64 + 32
ARENA = POINTERS + 8 * 64
#: A parameter of this type is the address of eight bytes, which the function reads and writes.
TOUCHED = Pointer(names.uchar)

WHOLE = (
    names.char, names.schar, names.uchar, names.short, names.ushort, names.int_, names.uint, names.long, names.ulong,
    names.longlong, names.ulonglong, Pointer(names.void),
)  # fmt: skip
REAL = (names.float_, names.double)
BLOCKS = (block(1), block(3), block(7), block(12), block(16), block(40), block(300), PAIR, MIXED, OVERALIGNED)
EDGES = (0, 1, -1, 2, 127, 128, 255, -128, 0x7FFF, 0x8000, 0x7FFF_FFFF, 0x8000_0000, -0x8000_0000, 0xFFFF_FFFF)


class Callee(NamedTuple):
    """A function that programs call, by the name of its symbol."""

    name: str
    placement: Placement


def signatures(rng: random.Random, count: int) -> list[Signature]:
    """Signatures of every kind of type, some with more parameters than there are registers."""
    kinds = (WHOLE, WHOLE, REAL, BLOCKS, (TOUCHED,))
    found = [Signature(names.void, ())]
    while len(found) < count:
        many = rng.choice((0, 1, 1, 2, 3, 5, 12))
        parameters = tuple(rng.choice(rng.choice(kinds)) for _ in range(many))
        result = rng.choice(rng.choice(((names.void,), WHOLE, WHOLE, REAL, BLOCKS)))
        found.append(Signature(result, parameters))
    return found


def program(rng: random.Random, target: Target, own: Signature, functions: list[Callee]) -> Routine:
    """A routine of signature `own` that calls some of the functions."""
    return _Program(rng, target, own, functions).made()


def is_whole(type: CType) -> bool:
    return isinstance(unqualified(type), (Integer, Enum, Pointer))


class _Program:
    """A program in the making: which registers hold a number (the rest hold nothing), s0 being the arena's address."""

    def __init__(self, rng: random.Random, target: Target, own: Signature, functions: list[Callee]) -> None:
        self.rng, self.pointer, self.functions = rng, target.model.pointer, functions
        self.system = target.system
        self.placement = place(own, target)
        self.w = Builder("program", self.placement)
        self.numbers: set[str] = set()
        self.locals: list[Local] = []
        self.taken: list[Local] = []
        self.depth = 0
        self.at_once = False

    def made(self) -> Routine:
        w, rng = self.w, self.rng
        w.add(Move("s0", Symbol("arena")))
        if self.placement.result.by_reference:
            self.hidden = Memory(w.local(8))
            w.add(LoadArgument(-1, self.hidden))
        for number, passed in enumerate(self.placement.arguments):
            self.take(number, passed)
        if self.same() and rng.random() < 0.5:
            self.at_once = True  # nothing else leaves the arguments alone
            for _ in range(rng.randrange(4)):
                rng.choice((self.load, self.store, self.move, self.compute))()
            w.add(Move("t0", Symbol(self.same()[0].name)), TailJump("t0"))
            return w.finish()
        for taken in self.taken:
            w.add(Copy(Memory("s0", rng.randrange(FREE - taken.size)), Memory(taken), taken.size))
        room = [w.local(8), w.local(16), w.local(48, 16), w.local(rng.choice((3, 24, 350)), rng.choice((1, 8, 64)))]
        for local in room:
            self.fill(local)
        self.locals += room
        for _ in range(rng.randrange(3, 25)):
            self.one()
        self.finish()
        return w.finish()

    def same(self) -> list[Callee]:
        """The functions of the program's own signature."""
        return [f for f in self.functions if f.placement.signature == self.placement.signature]

    # What there is

    def constant(self, size: int) -> int:
        value = self.rng.choice((*EDGES, self.rng.getrandbits(64) - (1 << 63)))
        bits = 8 * size
        return value if -(1 << bits - 1) <= value < 1 << bits else (value & (1 << bits) - 1)

    def number(self) -> str | None:
        """A register that holds a number."""
        return self.rng.choice(sorted(self.numbers)) if self.numbers else None

    def to(self) -> str:
        """A register to put a number into."""
        found = self.rng.choice(("t0", "t1", "s1", "s2"))
        self.numbers.add(found)
        return found

    def somewhere(self, size: int, at_once: bool = True) -> Memory:
        """A place of so many bytes that anybody may change; aligned, if need be, to be read or written at once."""
        fitting = [local for local in self.locals if local.size >= size]
        step = size if at_once and size and not size & (size - 1) else 1
        fitting = [local for local in fitting if local.align % step == 0]
        if fitting and self.rng.random() < 0.6:
            local = self.rng.choice(fitting)
            return Memory(local, self.rng.randrange(0, local.size - size + 1, step))
        return Memory("s0", self.rng.randrange(0, FREE - size + 1))

    def either(self, size: int) -> Memory | Indirect:
        """The same, or such bytes behind a pointer: to the middle of the arena."""
        if self.rng.random() < 0.25 and size < FREE // 2:
            return Indirect(Memory("s0", POINTERS), self.rng.randrange(-FREE // 2, FREE // 2 - size))
        return self.somewhere(size, at_once=False)

    def real(self, type: CType) -> Memory:
        """A place where a floating number is."""
        size = 4 if type == names.float_ else 8
        start, count = FLOATS if size == 4 else DOUBLES
        return Memory("s0", start + size * self.rng.randrange(count))

    # Instructions

    def take(self, number: int, passed: ValueLocation) -> None:
        """An argument into a register, the arena or a local; seen in the arena in any case."""
        way, offset = self.rng.random(), self.rng.randrange(FREE - passed.size - 8)
        if way < 0.1:
            return
        if is_whole(passed.type) and passed.size <= self.pointer and way < 0.6:
            register = self.to()
            self.w.add(LoadArgument(number, register), Store(Memory("s0", offset), register, self.pointer))
        elif way < 0.8:
            self.w.add(LoadArgument(number, Memory("s0", offset)))
        else:
            local = self.w.local(passed.size, 16)
            self.w.add(LoadArgument(number, Memory(local)))
            self.taken.append(local)

    def fill(self, local: Local) -> None:
        if self.rng.random() < 0.5 or local.align % 8 or local.size > 48:
            self.w.add(Copy(Memory(local), Memory("s0", self.rng.randrange(FREE - local.size)), local.size))
            return
        offset = 0
        while offset < local.size:
            size = next(n for n in (self.pointer, 4, 2, 1) if offset + n <= local.size and offset % n == 0)
            self.w.add(Store(Memory(local, offset), self.constant(size), size))
            offset += size

    def one(self) -> None:
        kinds: list[Callable[[], None]] = [
            self.load, self.store, self.store, self.copy, self.move, self.compute, self.compute, self.atomic_add,
            self.convert, self.address, self.invoke, self.invoke,
        ]  # fmt: skip
        if self.system == "linux":
            kinds.append(self.thread)
        if self.depth < 2:
            kinds += [self.skip, self.aside, self.loop]
        self.rng.choice(kinds)()

    def load(self) -> None:
        size = self.rng.choice([1, 2, 4, self.pointer] if self.at_once else range(1, self.pointer + 1))
        signed = self.rng.random() < 0.5 and not size & (size - 1)
        place = self.somewhere(size)
        self.w.add(Load(self.to(), place, size, signed))

    def store(self) -> None:
        size = self.rng.choice([1, 2, 4, self.pointer] if self.at_once else range(1, self.pointer + 1))
        source = self.number() if self.rng.random() < 0.6 else None
        if source is None:
            size = self.rng.choice([n for n in (1, 2, 4, 8) if n <= self.pointer])
        self.w.add(Store(self.somewhere(size), self.constant(size) if source is None else source, size))

    def copy(self) -> None:
        size = self.rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 24, 31, 257, 300))
        if size > FREE // 2 - 8:
            size = 8
        low = Memory("s0", self.rng.randrange(FREE // 2 - size))
        high = FREE // 2 + self.rng.randrange(FREE // 2 - size)
        there: Memory | Indirect = Memory("s0", high)
        if self.rng.random() < 0.4:
            there = Indirect(Memory("s0", POINTERS), high - FREE // 2)
        fitting = [local for local in self.locals if local.size >= size]
        if fitting and self.rng.random() < 0.5:
            local = self.rng.choice(fitting)
            low = Memory(local, self.rng.randrange(local.size - size + 1))
        pair = (low, there) if self.rng.random() < 0.5 else (there, low)
        self.w.add(Copy(*pair, size))

    def move(self) -> None:
        source = self.number() if self.rng.random() < 0.5 else None
        self.w.add(Move(self.to(), self.constant(self.pointer) if source is None else source))

    def compute(self) -> None:
        to = self.number()
        if to is None:
            return
        operation = self.rng.choice(OPERATIONS)
        operand: str | int | None = None
        if operation in SHIFTS:
            operand = self.rng.randrange(8 * self.pointer)
        elif operation == "neg":
            operand = 0
        elif self.rng.random() < 0.5:
            operand = self.number()
        self.w.add(Compute(operation, to, self.constant(self.pointer) if operand is None else operand))

    def atomic_add(self) -> None:
        place = self.somewhere(self.pointer)
        if place.base == "s0":
            place = Memory("s0", place.offset // 8 * 8)
        self.w.add(AtomicAdd(place, self.rng.choice((1, -1, 1000, -(1 << 31), (1 << 31) - 1))))

    def convert(self) -> None:
        wide, narrow = self.real(names.double), self.real(names.float_)
        if self.rng.random() < 0.5:
            self.w.add(Convert("f64:f32", narrow, wide))
        else:
            self.w.add(Convert("f32:f64", wide, narrow))

    def thread(self) -> None:
        self.w.add(ThreadPointer(self.to()))

    def address(self) -> None:
        """The address of a place in a register, used at once, and then forgotten: frames are not alike."""
        size = self.rng.choice((1, 2, 4, self.pointer))
        register = self.rng.choice(("t0", "t1", "s1", "s2"))
        place = self.somewhere(16)
        self.numbers.discard(register)
        source = self.number()
        self.w.add(LoadAddress(register, Memory(place.base, place.offset)))
        offset = self.rng.randrange(0, 16 - size + 1)
        if self.rng.random() < 0.5 and source is not None:
            self.w.add(Store(Memory(register, offset), source, size))
        else:
            self.w.add(Load(register, Memory(register, offset), size))
            self.numbers.add(register)

    def condition(self, label: str) -> Branch:
        size = self.rng.choice([n for n in (0, 1, 2, 4, 8) if n <= self.pointer])
        width = size or self.pointer
        left: str | Memory | None = self.number() if self.rng.random() < 0.6 else None
        if left is None:
            left = self.somewhere(width)
        right: str | int | Symbol | None = self.number() if self.rng.random() < 0.5 else None
        if right is None:
            right = self.constant(width)
            if width == self.pointer and self.rng.random() < 0.2:
                right = Symbol("arena")
        return Branch(self.rng.choice(CONDITIONS), left, right, label, size)

    def inside(self) -> None:
        """Some instructions that are not always carried out."""
        self.depth += 1
        for _ in range(self.rng.randrange(1, 4)):
            self.one()
        self.depth -= 1

    def skip(self) -> None:
        label = self.w.label("skip")
        self.w.add(self.condition(label))
        before = set(self.numbers)
        self.inside()
        self.numbers &= before
        self.w.add(Label(label))

    def aside(self) -> None:
        """The same, out of line. What is written there is written later, so it starts from little."""
        there, back = self.w.label("aside"), self.w.label("back")
        self.w.add(self.condition(there), Label(back))
        before = set(self.numbers)
        self.numbers &= {"s1", "s2"} if self.rng.random() < 0.5 else before
        kept = set(self.numbers)

        def write() -> None:
            now, self.numbers, depth, self.depth = self.numbers, set(kept), self.depth, 2
            self.one()
            lost = kept - self.numbers
            for register in sorted(lost):
                self.w.add(Move(register, 7))
            self.w.add(Jump(back))
            self.numbers, self.depth = now, depth

        self.w.aside(there, write)

    def loop(self) -> None:
        counter, label = self.w.local(8), self.w.label("loop")
        self.numbers -= {"t0", "t1"}
        before = set(self.numbers)
        self.w.add(Store(Memory(counter), self.rng.randrange(1, 4), self.pointer), Label(label))
        self.inside()
        for register in sorted(before - self.numbers):
            self.w.add(Move(register, 3))
        self.w.add(
            Load("t0", Memory(counter), self.pointer),
            Compute("sub", "t0", 1),
            Store(Memory(counter), "t0", self.pointer),
            Branch("ne", "t0", 0, label),
        )
        self.numbers = before | {"t0"}

    # Calls

    def operand(self, passed: ValueLocation) -> Operand:
        type = passed.type
        if type == TOUCHED:
            place = self.somewhere(8)
            return AddressOf(place) if self.rng.random() < 0.7 else Symbol("arena")
        if isinstance(unqualified(type), Float):
            return self.real(type)
        if is_whole(type) and passed.size <= self.pointer:
            held = self.number()
            if held is not None and self.rng.random() < 0.4:
                return held
            if self.rng.random() < 0.4:
                return self.constant(passed.size)
            if passed.size == self.pointer and self.rng.random() < 0.2:
                return Symbol("arena")
        return self.either(passed.size)

    def invoke(self) -> None:
        called = self.rng.choice(self.functions)
        placement, result = called.placement, called.placement.result
        operands = [self.operand(passed) for passed in placement.arguments]
        to: str | Memory | Indirect | None = None
        left = False
        if isinstance(unqualified(result.type), Float):
            left = result.size <= self.pointer and self.rng.random() < 0.5
            to = None if left else self.real(result.type)
        elif isinstance(result.type, Void):
            pass
        elif is_whole(result.type) and result.size <= self.pointer and self.rng.random() < 0.7:
            left = self.rng.random() < 0.4
            to = None if left else self.rng.choice(("t0", "t1", "s1", "s2"))
        else:
            to = self.either(result.size)
        self.w.add(Invoke(self.target(called), placement, tuple(operands), to))
        self.numbers -= {"t0", "t1"}
        if isinstance(to, str):
            self.numbers.add(to)
        if left:
            self.use_result(placement)

    def target(self, called: Callee) -> Symbol | str | Memory:
        index = self.functions.index(called)
        way = self.rng.random()
        if way < 0.2 and index < 60:
            return Memory("s0", POINTERS + 8 * (index + 1))
        return Symbol(called.name)

    def use_result(self, placement: Placement) -> None:
        """Save RESULT, or pass it on, with something in between that leaves it alone."""
        if self.rng.random() < 0.5:
            self.w.add(Store(self.somewhere(self.pointer), self.constant(self.pointer), self.pointer))
        if self.rng.random() < 0.5:
            self.w.add(Move("t1", self.constant(self.pointer)))
            self.numbers.add("t1")
        type = placement.result.type
        takers = [f for f in self.functions if [p.type for p in f.placement.arguments].count(type) == 1]
        if takers and self.rng.random() < 0.6:
            taker = self.rng.choice(takers)
            operands = [RESULT if p.type == type else self.operand(p) for p in taker.placement.arguments]
            result = taker.placement.result
            to: Memory | Indirect | None = self.either(result.size) if result.size else None
            if isinstance(unqualified(result.type), Float):
                to = self.real(result.type)
            self.w.add(Invoke(Symbol(taker.name), taker.placement, tuple(operands), to))
            self.numbers -= {"t0", "t1"}
            return
        place = self.real(type) if isinstance(unqualified(type), Float) else self.somewhere(placement.result.size)
        self.w.add(SaveResult(placement, place))

    def finish(self) -> None:
        """Return something, or have another function do so."""
        own = self.placement.result
        alike = [f for f in self.functions if f.placement.result.type == own.type and not own.by_reference]
        if alike and self.rng.random() < 0.3:
            called = self.rng.choice(alike)
            if TOUCHED not in [passed.type for passed in called.placement.arguments]:
                operands = tuple(self.operand(passed) for passed in called.placement.arguments)
                self.w.add(Invoke(self.target(called), called.placement, operands, tail=True))
                return
        self.give()

    def give(self) -> None:
        own, w = self.placement.result, self.w
        if own.by_reference:
            w.add(Copy(Indirect(self.hidden), self.somewhere(own.size, at_once=False), own.size))
            if self.placement.returned_address is None:
                w.add(Return())
            else:
                w.add(Load("t0", self.hidden, self.pointer), Return("t0"))
        elif isinstance(own.type, Void):
            w.add(Return())
        elif isinstance(unqualified(own.type), Float):
            w.add(Return(self.real(own.type)))
        elif is_whole(own.type) and own.size <= self.pointer and self.rng.random() < 0.7:
            held = self.number()
            w.add(Return(self.constant(own.size) if held is None or self.rng.random() < 0.3 else held))
        else:
            w.add(Return(self.somewhere(own.size, at_once=False)))
