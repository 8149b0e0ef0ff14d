"""Random programs do as machine code of this CPU what the interpreter says they do: to memory, in the calls they make
with the arguments they pass, and in what they return.

`FARCALL_PROGRAMS` is how many (200), `FARCALL_PROGRAMS_SEED` where to start (1).
"""

from __future__ import annotations

import ctypes
import os
import random
import struct
from collections.abc import Iterator

import pytest

from farcall.convention import place
from farcall.ctype import Float, names, unqualified
from farcall.ir.instruction import Routine
from farcall.ir.interpreter import Call, World, run
from farcall.ir.verifier import faults
from tests.ir.native import HOST, ORDER, WORD, CFunction, RealSpace, bind, call, thread_pointer
from tests.ir.programs import ARENA, DOUBLES, FLOATS, FREE, POINTERS, TOUCHED, Callee, program, signatures

COUNT = int(os.environ.get("FARCALL_PROGRAMS", "200"))
SEED = int(os.environ.get("FARCALL_PROGRAMS_SEED", "1"))
STACK = 1 << 16


class Workbench:
    """An arena, functions that can be called, and what was seen of their calls."""

    def __init__(self, rng: random.Random) -> None:
        self.buffer = ctypes.create_string_buffer(ARENA + STACK + 64)
        self.arena = -(-ctypes.addressof(self.buffer) // 64) * 64
        self.space = RealSpace((self.arena, ARENA), (self.arena + ARENA, STACK))
        self.seen: list[tuple[str, tuple[bytes, ...]]] = []
        self.callees = [
            Callee(f"f{number}", place(signature, HOST)) for number, signature in enumerate(signatures(rng, 24))
        ]
        self.made = [CFunction(callee.placement, self._behaviour(callee)) for callee in self.callees]
        self.symbols = {"arena": self.arena}
        self.symbols |= {callee.name: made.address for callee, made in zip(self.callees, self.made, strict=True)}
        functions = {made.address: made.function for made in self.made}
        thread = int.from_bytes(thread_pointer(), ORDER) if HOST.system == "linux" else None  # type: ignore[arg-type]
        self.world = World(HOST.model, self.space, self.arena + ARENA + STACK, self.symbols, functions, thread)

    def _behaviour(self, callee: Callee):  # type: ignore[no-untyped-def]
        def behave(called: Call) -> bytes:
            seen = []
            for passed, data in zip(callee.placement.arguments, called.arguments, strict=True):
                if passed.type == TOUCHED:
                    at = int.from_bytes(data, ORDER)  # type: ignore[arg-type]
                    data = ctypes.string_at(at, 8)
                    ctypes.memmove(at, bytes(byte ^ 0x5A for byte in data), 8)
                seen.append(data)
            self.seen.append((callee.name, tuple(seen)))
            rng = random.Random(repr(self.seen[-1]))
            return value(rng, callee.placement.result)

        return behave

    def fill(self, rng: random.Random) -> bytes:
        """The arena as a program finds it."""
        doubles = [rng.choice((0.0, -1.5, 1e300, 1e-310, rng.random())) for _ in range(DOUBLES[1])]
        floats = [rng.choice((0.0, -0.1, 3e38, 1e-42, rng.random())) for _ in range(FLOATS[1])]
        cells = [self.arena + FREE // 2, *(made.address for made in self.made)]
        data = rng.randbytes(FREE) + struct.pack(f"={len(doubles)}d{len(floats)}f", *doubles, *floats)
        assert len(data) == POINTERS
        data += b"".join(cell.to_bytes(WORD, ORDER).ljust(8, b"\0") for cell in cells)  # type: ignore[arg-type]
        return data.ljust(ARENA, b"\0")

    def close(self) -> None:
        for made in self.made:
            made.close()


def value(rng: random.Random, passed: object) -> bytes:
    """The bytes of some value; a floating number is one."""
    kind, size = unqualified(passed.type), passed.size  # type: ignore[attr-defined]
    if isinstance(kind, Float):
        return struct.pack("=f" if size == 4 else "=d", rng.uniform(-1e6, 1e6))
    return rng.randbytes(size)


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    made = Workbench(random.Random(SEED))
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_programs_do_what_the_interpreter_says(bench: Workbench, part: int) -> None:
    for seed in range(SEED * 1_000_000 + part, SEED * 1_000_000 + COUNT, 10):
        rng = random.Random(seed)
        own = rng.choice(bench.callees).placement.signature
        routine = program(rng, HOST, own, bench.callees)
        assert faults(routine, HOST.model) == [], f"seed {seed}"
        check(bench, rng, routine, f"seed {seed}")


def check(bench: Workbench, rng: random.Random, routine: Routine, where: str) -> None:
    arena = bench.fill(rng)
    arguments = [
        (bench.arena + 8 * rng.randrange(FREE // 8)).to_bytes(WORD, ORDER)  # type: ignore[arg-type]
        if passed.type == TOUCHED
        else value(rng, passed)
        for passed in routine.placement.arguments
    ]
    result = routine.placement.result
    told, native = [], bind(routine, bench.symbols)
    try:
        for carried_out in (True, False):
            ctypes.memmove(bench.arena, arena, ARENA)
            bench.seen.clear()
            if carried_out:
                room = ctypes.create_string_buffer(result.size + 64)
                bench.space.parts = (*bench.space.parts[:2], (ctypes.addressof(room), result.size))
                given = run(routine, bench.world, arguments, hidden=ctypes.addressof(room))
                if result.by_reference:
                    given = room.raw[: result.size]
            else:
                given = call(native.address, routine.placement, arguments)
            told.append((tuple(bench.seen), ctypes.string_at(bench.arena, ARENA), given))
    finally:
        native.free()
    assert not [made.failed for made in bench.made if made.failed]
    if told[0] != told[1]:
        pytest.fail(difference(where, routine, told))


def difference(where: str, routine: Routine, told: list[tuple[object, bytes, bytes]]) -> str:
    (calls, arena, given), (native_calls, native_arena, native_given) = told
    lines = [f"{where}: {routine.placement.signature}"]
    if calls != native_calls:
        lines.append(f"calls: {calls}\nmachine code: {native_calls}")
    at = [n for n in range(ARENA) if arena[n] != native_arena[n]]
    if at:
        lines.append(
            f"arena at {at[0]}: {arena[at[0] : at[-1] + 1].hex()}, machine code {native_arena[at[0] : at[-1] + 1].hex()}"
        )
    if given != native_given:
        lines.append(f"result {given.hex()}, machine code {native_given.hex()}")
    lines += [f"{number:4} {str(step).partition('placement=')[0]}" for number, step in enumerate(routine.steps)]
    return "\n".join(lines)


def test_floats_of_programs_are_where_they_are_said_to_be() -> None:
    assert FREE + 8 * DOUBLES[1] + 4 * FLOATS[1] == POINTERS
    assert names.double not in (TOUCHED,)
