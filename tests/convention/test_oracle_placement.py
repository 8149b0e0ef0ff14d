"""Placements against gcc, byte by byte, for random signatures.

Arguments out of gcc: a caller compiled by gcc calls `capture`, which stores every register and the stack;
each piece must hold its bytes of the argument. Results into gcc: `capture` returns what the placement says.
Arguments into gcc and results out of it: `invoke` loads registers and stack as the placement says, everything
else being random, and calls a function compiled by gcc, which stores what it received. All of it once more for
functions with gcc's attribute `ms_abi`.
"""

from __future__ import annotations

import ctypes
import random
from pathlib import Path

import pytest

from farcall.convention import Piece, Placement, Register, place, target
from farcall.cpython.facts.host import host_target
from farcall.ctype import alignof
from tests import oracle
from tests.oracle import capture
from tests.oracle.compare import extended, piece_differences, uncovered

TARGET = target("x86_64-linux")
CHUNK = 400  # signatures in one source file
COUNT = 300
PAGE_OF_STACK = 1 << 16

pytestmark = pytest.mark.skipif(host_target() != TARGET, reason="runs x86-64's code in this process")


class Machine:
    """The libraries of some cases: gcc's callers with the thunks, and gcc's callees."""

    def __init__(self, cases: list[oracle.Case], directory: Path, name: str, *, wide: bool) -> None:
        flags = ("-mavx512f",) if wide else ()
        hidden = "rcx" if cases[0].signature.convention == "ms_abi" else "rdi"
        callers = oracle.caller_source(cases) + oracle.thunks(wide=wide, hidden=hidden)
        self.callers = ctypes.CDLL(str(oracle.build(callers, directory, flags, f"{name}_callers")))
        self.callees = ctypes.CDLL(str(oracle.build(oracle.callee_source(cases), directory, flags, f"{name}_callees")))
        self.args_in = oracle.buffer(self.callers, "args_in", oracle.BUFFER_SIZE)
        self.result_got = oracle.buffer(self.callers, "result_buffer", oracle.BUFFER_SIZE)
        self.args_seen = oracle.buffer(self.callees, "args_seen", oracle.BUFFER_SIZE)
        self.result_given = oracle.buffer(self.callees, "result_buffer", oracle.BUFFER_SIZE)
        self.call_frame = oracle.buffer(self.callers, "call_frame", oracle.CALL_FRAME)
        self.result_frame = oracle.buffer(self.callers, "result_frame", oracle.RESULT_FRAME)
        self.memory = oracle.buffer(self.callers, "result_memory", oracle.RESULT_MEMORY)
        self.memory_at = ctypes.addressof(ctypes.c_ubyte.in_dll(self.callers, "result_memory"))
        self.copies = oracle.buffer(self.callers, "copies", oracle.COPIES)
        self.copies_at = ctypes.addressof(ctypes.c_ubyte.in_dll(self.callers, "copies"))

    def differences(self, case: oracle.Case, rng: random.Random) -> list[str]:
        """What does not agree with gcc; it stops before anything that would crash after a disagreement."""
        placement = place(case.signature, TARGET)
        values = oracle.random_values(rng, case)
        found = uncovered(placement, oracle.MODEL)
        return found or self.out_of_gcc(case, placement, values, rng) or self.into_gcc(case, placement, values, rng)

    def out_of_gcc(
        self, case: oracle.Case, placement: Placement, values: oracle.Values, rng: random.Random
    ) -> list[str]:
        call = getattr(self.callers, f"call_{case.name}")
        for at, value in zip(case.offsets, values.arguments, strict=True):
            self.args_in[at : at + len(value)] = value
        frame, result = self.result_frame, placement.result
        frame[:] = rng.randbytes(len(frame))
        frame[16:32] = bytes(16)
        if not result.by_reference:
            frame[16] = sum(register_of(piece).bank == "x87" for piece in result.pieces)
            for piece in result.pieces:
                at = oracle.result_offset(piece.place)
                frame[at : at + piece.size] = values.result[piece.offset : piece.offset + piece.size]
        call(self.callers.capture)
        captured = bytes(self.call_frame)
        found = []
        for i, (passed, value) in enumerate(zip(placement.arguments, values.arguments, strict=True)):
            found += [f"argument {i}: {text}" for text in piece_differences(passed, value, captured, oracle.MODEL)]
        stack_pointer = int.from_bytes(captured[56:64], "little")
        if stack_pointer % placement.stack_align:
            found.append(f"the stack pointer {stack_pointer:#x} is not aligned to {placement.stack_align}")
        if placement.vector_count_in is not None:
            count = captured[oracle.frame_offset(placement.vector_count_in)]
            if count != placement.vector_count:
                found.append(f"al is {count}, not {placement.vector_count}")
        if result.by_reference:
            at = oracle.frame_offset(result.pieces[0].place)
            hidden = int.from_bytes(captured[at : at + 8], "little")
            if abs(hidden - stack_pointer) > PAGE_OF_STACK:
                found.append("no hidden pointer to the result")
            if found:
                return found
            frame[capture.MEMORY_SIZE_AT : capture.MEMORY_SIZE_AT + 8] = result.size.to_bytes(8, "little")
            frame[capture.MEMORY_AT : capture.MEMORY_AT + result.size] = values.result
            call(self.callers.capture)
        if not oracle.same(case.signature.result, values.result, bytes(self.result_got[: result.size])):
            found.append("the result that gcc's caller got")
        return found

    def into_gcc(self, case: oracle.Case, placement: Placement, values: oracle.Values, rng: random.Random) -> list[str]:
        frame, result = self.call_frame, placement.result
        frame[:] = rng.randbytes(len(frame))
        end = 0
        for passed, value in zip(placement.arguments, values.arguments, strict=True):
            if passed.by_reference:
                start = -(-end // (align := max(16, alignof(passed.type, oracle.MODEL)))) * align
                end = start + len(value)
                self.copies[start:end] = value
                value = (self.copies_at + start).to_bytes(8, "little")
            for piece in passed.pieces:
                at = oracle.frame_offset(piece.place)
                data = extended(piece, value)
                frame[at : at + len(data)] = data
        if result.by_reference:
            at = oracle.frame_offset(result.pieces[0].place)
            frame[at : at + 8] = self.memory_at.to_bytes(8, "little")
        if placement.vector_count_in is not None:
            frame[oracle.frame_offset(placement.vector_count_in)] = placement.vector_count
        self.result_given[: len(values.result)] = values.result
        x87 = sum(register_of(piece).bank == "x87" for piece in result.pieces)
        self.result_frame[:] = rng.randbytes(oracle.RESULT_FRAME)
        self.result_frame[capture.X87_COUNT_AT : capture.X87_COUNT_AT + 8] = x87.to_bytes(8, "little")
        self.args_seen[:] = bytes(len(self.args_seen))
        self.callers.invoke(getattr(self.callees, case.name))
        found = []
        for i, (at, value) in enumerate(zip(case.offsets, values.arguments, strict=True)):
            if not oracle.same(case.signature.parameters[i], value, bytes(self.args_seen[at : at + len(value)])):
                found.append(f"argument {i} as gcc's callee saw it")
        got = bytearray(values.result)
        if result.by_reference:
            got[:] = self.memory[: result.size]
            assert placement.returned_address is not None
            at = oracle.result_offset(placement.returned_address)
            if int.from_bytes(self.result_frame[at : at + 8], "little") != self.memory_at:
                found.append("the hidden pointer did not come back")
        else:
            for piece in result.pieces:
                at = oracle.result_offset(piece.place)
                got[piece.offset : piece.offset + piece.size] = self.result_frame[at : at + piece.size]
        if not oracle.same(case.signature.result, values.result, bytes(got)):
            found.append("the result that gcc's callee gave")
        return found


def register_of(piece: Piece) -> Register:
    assert isinstance(piece.place, Register)
    return piece.place


def check(
    directory: Path,
    seed: int,
    count: int,
    extra: tuple[str, ...] = (),
    *,
    wide: bool = False,
    convention: str | None = None,
) -> None:
    differing = []
    for first in range(0, count, CHUNK):
        cases = oracle.random_cases(seed, min(CHUNK, count - first), extra, first, convention)
        machine = Machine(cases, directory, f"at{first}", wide=wide)
        for case in cases:
            found = machine.differences(case, random.Random(f"values {seed} {case.name}"))
            if found:
                text = "\n".join([*oracle.definitions([case]), str(case), *found])
                differing.append(f"{text}\n{place(case.signature, TARGET)}")
    assert not differing, f"seed {seed}: {len(differing)} of {count} differ from gcc\n\n" + "\n\n".join(differing[:10])


def test_scalars_structs_and_unions(tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    check(tmp_path, seed, count)


def test_every_type(tmp_path: Path) -> None:
    """The same with long double, complex, 16-byte and 2-byte numbers, vectors, bit-fields, attributes."""
    seed, count = oracle.requested(COUNT)
    extra = tuple(sorted(oracle.EXTRA - {"wide vector"}))
    check(tmp_path, seed, count, extra)


@pytest.mark.parametrize("convention", [None, "ms_abi"])
def test_vectors_of_32_and_64_bytes(tmp_path: Path, convention: str | None) -> None:
    if "avx512f" not in Path("/proc/cpuinfo").read_text().split():
        pytest.skip("this processor has no AVX-512")
    seed, count = oracle.requested(COUNT)
    check(tmp_path, seed, count, ("vector", "wide vector", "long double"), wide=True, convention=convention)


def test_microsoft_scalars_structs_and_unions(tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    check(tmp_path, seed, count, convention="ms_abi")


def test_microsoft_every_type(tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    extra = tuple(sorted(oracle.EXTRA - {"wide vector"}))
    check(tmp_path, seed, count, extra, convention="ms_abi")
