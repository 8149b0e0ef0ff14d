"""Stubs carried out where nothing is as they expect it: among words that may be pointers, objects' types, small numbers
or functions. So they go every way through themselves, the unlikely ones too.

A stub is first interpreted. Where it comes to an end, it is run as machine code in the same memory, its functions giving
the same results and writing the same bytes to what they are given the address of; then both must have left the same.

What decides a branch is followed back to the word of memory, the argument or the result of a call that it was read from;
that is then pinned to what has the stub go the other way, and so is what turned out to be no pointer, and should be one.
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from farcall.convention import Placement
from farcall.cpython.link.linker import linker
from farcall.ctype import Complex, CType, Float, names, unqualified
from farcall.ir.effect import effect
from farcall.ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Indirect,
    Invoke,
    Load,
    LoadArgument,
    Memory,
    Move,
    Routine,
    Symbol,
    TailJump,
)
from farcall.ir.interpreter import Call, Trap, World, run
from farcall.lower import trampoline
from farcall.memory import Slot
from tests.ir.native import HOST, ORDER, WORD, CFunction, RealSpace, bind, call

__all__ = ["Laboratory", "possible"]

ARENA, STACK, ROOM = 1 << 13, 1 << 16, 1 << 12
#: Pointers lead to the middle of the arena: what is found at small offsets from there is there.
LOW, HIGH = ARENA // 4, ARENA * 3 // 4
NUMBERS = (0, 0, 0, 1, 1, 2, 3, 7, 8, 9, 15, 16, 24, 96)
BEHIND = 8  # words behind a closure's trampoline
SUM = {"add": int.__sub__, "sub": int.__add__}  # what undoes it

#: Where a value was first read: ("memory", address), ("argument", number), ("call", how many were before).
Source = tuple[str, int]
Pins = dict[Source, bytes]


class Reply(NamedTuple):
    """What a call is answered: the result, and what is written to each argument's room."""

    name: str
    arguments: tuple[bytes, ...]
    result: bytes
    written: tuple[bytes, ...]


def possible(routine: Routine) -> bool:
    """Whether all functions that a stub calls can be stood in for: those with a variadic part cannot. What is behind an
    extended number in memory is nobody's, so none is a result."""
    called = [step.placement for step in routine.steps if isinstance(step, Invoke)]
    if any(placement.signature.fixed is not None for placement in called):
        return False
    return not any(_extended(unqualified(placement.result.type)) for placement in (routine.placement, *called))


def _extended(type: CType) -> bool:
    part = type.part if isinstance(type, Complex) else type
    return isinstance(part, Float) and part == names.longdouble and HOST.model.long_double_format == "x87"


def symbols(part: Any) -> Iterator[str]:
    """The names of all symbols in an instruction."""
    for one in part:
        if isinstance(one, Symbol):
            yield one.name
        elif isinstance(one, (Memory, Indirect, AddressOf)) or type(one) is tuple:
            yield from symbols(one)


def word(value: int, size: int = WORD) -> bytes:
    return (value & (1 << 8 * size) - 1).to_bytes(size, ORDER)  # type: ignore[arg-type]


class Bench(NamedTuple):
    """A stub that is looked at: its code, where its symbols are, the functions among them, and what is known of how to
    get where it has not been."""

    routine: Routine
    slot: Slot
    names: dict[str, int]
    own: dict[str, CFunction]
    called: set[int]
    waiting: list[tuple[int, Pins]]
    tried: set[tuple[int, bool]]
    somewhere: int


class Follower:
    """Follows the registers of a run back to where their values were read."""

    def __init__(self, bench: Bench, calls: list[Reply]) -> None:
        self.bench, self.calls = bench, calls
        self.reached: set[int] = set()
        self.sources: dict[str, tuple[Source, int, int]] = {}  # and what was added, and how many bytes
        self.branches: list[tuple[int, Source, int, int, int]] = []
        self.now = 0
        self.labels = {getattr(step, "name", ""): n for n, step in enumerate(bench.routine.steps)}

    def __call__(self, number: int, registers: Mapping[str, int]) -> None:
        self.reached.add(number)
        self.now = number
        step = self.bench.routine.steps[number]
        if isinstance(step, Branch):
            self._branch(number, step, registers)
            return
        held = self.sources
        found = None
        if isinstance(step, Load) and isinstance(step.source.base, str):
            found = ("memory", registers[step.source.base] + step.source.offset), 0, step.size
        elif isinstance(step, LoadArgument) and isinstance(step.to, str) and step.number >= 0:
            found = ("argument", step.number), 0, self.bench.routine.placement.arguments[step.number].size
        elif isinstance(step, Invoke):
            found = ("call", len(self.calls)), 0, step.placement.result.size
        elif isinstance(step, Move) and isinstance(step.source, str):
            found = held.get(step.source)  # type: ignore[assignment]
        elif isinstance(step, Compute) and step.operation in SUM and isinstance(step.operand, int) and step.to in held:
            source, added, size = held[step.to]
            found = source, SUM[step.operation](added, step.operand), size
        done = effect(self.bench.routine, step, WORD)
        for register in done.defines | done.loses:
            held.pop(register, None)
            if found is not None and register in done.defines:
                held[register] = found

    def _branch(self, number: int, step: Branch, registers: Mapping[str, int]) -> None:
        if isinstance(step.right, str):
            right = registers[step.right]
        else:
            right = self.bench.names[step.right.name] if isinstance(step.right, Symbol) else step.right
        size = step.size or WORD
        if isinstance(step.left, Memory):
            if isinstance(step.left.base, str):
                address = registers[step.left.base] + step.left.offset
                self.branches.append((number, ("memory", address), right, 0, size))
        elif step.left in self.sources:
            source, added, width = self.sources[step.left]
            self.branches.append((number, source, right, added, width))

    def pins(self, pins: Pins) -> Iterator[Pins]:
        """What would have the stub go where it has not been."""
        steps = self.bench.routine.steps
        for number, source, right, added, size in self.branches:
            step = steps[number]
            assert isinstance(step, Branch)
            for taken in (True, False):
                goal = self.labels[step.label] if taken else number + 1
                if goal in self.bench.called or (number, taken) in self.bench.tried:
                    continue
                self.bench.tried.add((number, taken))
                for value in (right, right - 1, right + 1, self.bench.somewhere):
                    yield pins | {source: word(value + added, size)}

    def repaired(self, pins: Pins, lab: Laboratory) -> Iterator[Pins]:
        """What could have been missing where the run trapped: a pointer, or a function."""
        step = self.bench.routine.steps[self.now]
        for register in effect(self.bench.routine, step, WORD).reads:
            if register not in self.sources:
                continue
            source, added, size = self.sources[register]
            if size != WORD:  # no pointer was read there
                continue
            value = lab.place()
            if isinstance(step, TailJump):
                value = self.bench.own["own"].address
            elif isinstance(step, Invoke) and step.target == register:
                value = self.bench.names[f"by address as {step.placement}"]
            pinned = int.from_bytes(pins.get(source, b""), ORDER) - added  # type: ignore[arg-type]
            if not lab.arena + LOW <= pinned < lab.arena + HIGH:
                yield pins | {source: word(value + added)}


class Laboratory:
    """Memory to run stubs in, with functions that stand in for others."""

    def __init__(self) -> None:
        self.buffer = ctypes.create_string_buffer(ARENA + STACK + ROOM + 64)
        self.arena = -(-ctypes.addressof(self.buffer) // 64) * 64
        self.room = self.arena + ARENA + STACK  # for a result
        self.functions: dict[tuple[str, Placement], CFunction] = {}
        self.replies: list[Reply] = []
        self.waiting: list[Reply] | None = None
        self.pins: Pins = {}
        self.rng = random.Random(0)
        self.pool: list[int] = []

    def close(self) -> None:
        for made in self.functions.values():
            made.close()

    def function(self, name: str, placement: Placement) -> CFunction:
        """What stands in for a function."""
        key = (name, placement)
        if key not in self.functions:
            self.functions[key] = CFunction(placement, lambda called: self._called(name, placement, called))
        return self.functions[key]

    def _called(self, name: str, placement: Placement, called: Call) -> bytes:
        if self.waiting is not None:
            return self._again(name, called)
        if called.placement.signature != placement.signature:
            raise Trap(f"{name} is called as {called.placement.signature}")
        written = tuple(self.words(room) for room in called.rooms)
        for data, to in zip(called.arguments, written, strict=False):
            if to:
                ctypes.memmove(int.from_bytes(data, ORDER), to, len(to))  # type: ignore[arg-type]
        result = self.pins.get(("call", len(self.replies)), self.result(placement))
        self.replies.append(Reply(name, called.arguments, result, written))
        return result

    def _again(self, name: str, called: Call) -> bytes:
        """The machine code's call: as it was interpreted, but that frames lie elsewhere."""
        assert self.waiting, f"{name} is called once more than interpreted"
        reply = self.waiting.pop(0)
        assert name == reply.name
        for number, (told, data) in enumerate(zip(reply.arguments, called.arguments, strict=True)):
            to = reply.written[number] if reply.written else b""
            if to:
                ctypes.memmove(int.from_bytes(data, ORDER), to, len(to))  # type: ignore[arg-type]
            else:
                assert told == data, f"argument {number} of {name}: {data.hex()}, interpreted {told.hex()}"
        return reply.result

    def words(self, size: int) -> bytes:
        """So many bytes of what may be anything."""
        return b"".join(word(self.rng.choice(self.pool)) for _ in range(-(-size // WORD)))[:size]

    def result(self, placement: Placement) -> bytes:
        size, kind = placement.result.size, unqualified(placement.result.type)
        if isinstance(kind, Float) or size > WORD:
            return self.words(size)
        return word(self.rng.choice((*self.pool, -1, -1, 0, 1)), size)

    def try_out(self, routine: Routine, trials: int, seed: object) -> set[int]:
        """Run a stub so many times, and once more for each four instructions; gives the numbers of the instructions that
        were carried out in both ways.

        Raises AssertionError where machine code does something else than the interpreter.
        """
        self.rng = random.Random(repr(seed))
        own = {"own": self.function("own", routine.placement)}
        for step in routine.steps:
            if isinstance(step, Invoke):
                name = step.target.name if isinstance(step.target, Symbol) else f"by address as {step.placement}"
                own[name] = self.function(name, step.placement)
        names = {name: made.address for name, made in own.items()}
        for name in sorted({name for step in routine.steps for name in symbols(step)} - set(names)):
            names[name] = self.place()
        bench = Bench(routine, bind(routine, names), names, own, set(), [], set(), self.place())
        by_address = [made.address for name, made in own.items() if name.startswith("by address")]
        if any(isinstance(step, TailJump) for step in routine.steps):
            by_address.append(own["own"].address)
        data = [address for name, address in names.items() if name not in own]
        try:
            for trial in range(trials + len(routine.steps) // 4):
                base, pins = bench.waiting.pop() if bench.waiting else (trial, {})
                self.rng = random.Random(f"{seed} {base}")
                pointers = [self.place() for _ in range(24)]
                self.pool = [*pointers, *self.rng.choices(NUMBERS, k=14), *data[:12], *by_address * 4]
                self.once(bench, base, pins)
                if len(bench.called) == len(routine.steps):
                    break
        finally:
            bench.slot.free()
        return bench.called

    def place(self) -> int:
        """An address in the arena."""
        return self.arena + self.rng.randrange(LOW, HIGH, 16)

    def once(self, bench: Bench, base: int, pins: Pins) -> None:
        """Interpret the stub among random words but for those that are pinned; then, if it went where it has not been,
        run it."""
        routine = bench.routine
        arena = bytearray(self.words(ARENA))
        for (kind, where), data in pins.items():
            at = where - self.arena
            if kind == "memory" and at >= 0 and at + len(data) <= ARENA:
                arena[at : at + len(data)] = data
        entry, registers, parts = bench.slot, {}, [(self.arena, ARENA + STACK + ROOM)]
        if routine.live_in:
            entry, registers["t1"] = self.closure(routine.placement, bench.slot, pins)
            parts.append((registers["t1"], BEHIND * WORD))
        functions = {made.address: made.function for made in bench.own.values()}
        world = World(HOST.model, RealSpace(*parts), self.room, bench.names, functions)
        arguments = [
            pins.get(("argument", number), self.argument(passed.size))
            for number, passed in enumerate(routine.placement.arguments)
        ]
        self.pins = pins
        self.replies, self.waiting = [], None
        follower = Follower(bench, self.replies)
        ctypes.memmove(self.arena, bytes(arena), ARENA)
        try:
            told = run(routine, world, arguments, hidden=self.room, registers=registers, watch=follower, limit=5000)
            if routine.placement.result.by_reference:
                told = ctypes.string_at(self.room, routine.placement.result.size)
            if not follower.reached <= bench.called:
                self.compare(bench, entry, bytes(arena), arguments, told)
                bench.called.update(follower.reached)
            bench.waiting.extend((base, more) for more in follower.pins(pins))
        except Trap:
            bench.waiting.extend((base, more) for more in follower.repaired(pins, self))
        finally:
            if entry is not bench.slot:
                entry.free()

    def compare(self, bench: Bench, entry: Slot, arena: bytes, arguments: list[bytes], told: bytes) -> None:
        """Run the machine code, as the stub has just been interpreted."""
        left = ctypes.string_at(self.arena, ARENA)
        ctypes.memmove(self.arena, arena, ARENA)
        self.waiting = list(self.replies)
        given = call(entry.address, bench.routine.placement, arguments, self.room)
        for made in bench.own.values():
            if made.failed:
                raise made.failed.pop()
        assert not self.waiting, f"{self.waiting[0].name} is not called"
        assert given == told
        assert ctypes.string_at(self.arena, ARENA) == left

    def argument(self, size: int) -> bytes:
        """An argument: a small number where it is no word."""
        return word(self.rng.choice(NUMBERS), size) if size < WORD else self.words(size)

    def closure(self, placement: Placement, body: Slot, pins: Pins) -> tuple[Slot, int]:
        """What jumps to a body with the address of some words in t1, and that address."""
        size = len(trampoline(HOST, placement, body.address, 0))
        slot = linker().reserve(size + BEHIND * WORD)
        t1 = slot.address + size
        behind = bytearray(self.words(BEHIND * WORD))
        for (kind, where), data in pins.items():
            if kind == "memory" and 0 <= where - t1 <= len(behind) - len(data):
                behind[where - t1 : where - t1 + len(data)] = data
        slot.commit(trampoline(HOST, placement, body.address, slot.address) + bytes(behind))
        return slot, t1
