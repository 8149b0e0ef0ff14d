"""AArch64's placements against compilers, byte by byte, for random signatures: gcc for Linux, clang for the others.

Arguments and results go both ways through code of the compiler's that qemu runs; see `tests.oracle.aarch64`.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from farcall.convention import Passed, Piece, Placement, Stack, Target, place, target
from farcall.ctype import Vector, alignof, sizeof, unqualified
from farcall.ctype.names import float16
from tests import oracle
from tests.oracle import aarch64

CHUNK = 400  # signatures in one program
COUNT = 300
#: clang has none of __float128 here; Microsoft's layout of records with attributes has oracles elsewhere.
KINDS = {
    "aarch64-linux": oracle.EXTRA,
    "aarch64-macos": oracle.EXTRA - {"float128"},
    "aarch64-windows": oracle.EXTRA - {"float128", "empty", "bit-field", "aligned", "packed"},
}


def given(case: oracle.Case, placement: Placement, values: oracle.Values, rng: random.Random) -> aarch64.Given:
    """The program's input: everything that no value fills is random."""
    arguments = bytearray()
    for at, value in zip(case.offsets, values.arguments, strict=True):
        arguments[at:] = bytes(at - len(arguments)) + value
    result = placement.result
    out, frame = bytearray(rng.randbytes(aarch64.RESULT)), bytearray(rng.randbytes(aarch64.FRAME))
    size = result.size if result.by_reference else 0
    out[aarch64.SIZE_AT : aarch64.SIZE_AT + 8] = size.to_bytes(8, "little")
    if result.by_reference:
        out[aarch64.VALUE_AT : aarch64.VALUE_AT + size] = values.result
        store(frame, result.pieces[0], aarch64.MEMORY_AT.to_bytes(8, "little"))
    else:
        for piece in result.pieces:
            at = aarch64.result_offset(piece.place)
            out[at : at + piece.size] = values.result[piece.offset : piece.offset + piece.size]
    copies = bytearray()
    for passed, value in zip(placement.arguments, values.arguments, strict=True):
        if passed.by_reference:
            copies += bytes(-len(copies) % max(16, alignof(passed.type, case.model)))
            address = aarch64.COPIES_AT + len(copies)
            copies += value
            value = address.to_bytes(8, "little")
        for piece in passed.pieces:
            store(frame, piece, value)
    assert len(copies) <= aarch64.COPIES
    return aarch64.Given(bytes(arguments), bytes(out), bytes(frame), bytes(copies), values.result)


def store(frame: bytearray, piece: Piece, value: bytes) -> None:
    data = extended(piece, value)
    at = aarch64.frame_offset(piece.place)
    frame[at : at + len(data)] = data


def extended(piece: Piece, value: bytes) -> bytes:
    """The bytes of a piece, widened as it says."""
    data = value[piece.offset : piece.offset + piece.size]
    if not piece.extend:
        return data
    signed = piece.extend == "sign"
    return int.from_bytes(data, "little", signed=signed).to_bytes(piece.extend_to, "little", signed=signed)


def differences(case: oracle.Case, placement: Placement, values: oracle.Values, saw: aarch64.Seen) -> list[str]:
    found = []
    for i, (passed, value) in enumerate(zip(placement.arguments, values.arguments, strict=True)):
        found += [f"argument {i}: {text}" for text in sent(passed, value, saw.call_frame, case)]
        seen = saw.args_seen[case.offsets[i] : case.offsets[i] + len(value)]
        if not oracle.same(passed.type, value, seen, case.model):
            found.append(f"argument {i} as the compiler's callee saw it: {seen.hex()}, not {value.hex()}")
    result = placement.result
    if not oracle.same(result.type, values.result, saw.result_got[: result.size], case.model):
        found.append("the result that the compiler's caller got")
    got = bytearray(values.result)
    if result.by_reference:
        got[:] = saw.result_memory[: result.size]
    for piece in () if result.by_reference else result.pieces:
        at = aarch64.result_offset(piece.place)
        got[piece.offset : piece.offset + piece.size] = saw.result_frame[at : at + piece.size]
    if not oracle.same(result.type, values.result, bytes(got), case.model):
        found.append("the result that the compiler's callee gave")
    return found


def sent(passed: Passed, value: bytes, frame: bytes, case: oracle.Case) -> list[str]:
    """The pieces that do not hold what the placement says when the compiler's caller calls."""
    if passed.by_reference:
        (piece,) = passed.pieces
        at = aarch64.frame_offset(piece.place)
        address = int.from_bytes(frame[at : at + 8], "little")
        stack = int.from_bytes(frame[aarch64.POINTER_AT : aarch64.POINTER_AT + 8], "little")
        start = aarch64.frame_offset(Stack(address - stack))
        copy = frame[start : start + len(value)]
        if start < aarch64.frame_offset(Stack(0)) or len(copy) < len(value):
            return [f"{passed}: {address:#x} is no address of a copy"]
        if address % min(16, alignof(passed.type, case.model)):
            return [f"{passed}: the copy at {address:#x} is not aligned"]
        return [] if oracle.same(passed.type, value, copy, case.model) else [f"{passed}: the copy is {copy.hex()}"]
    found = []
    mask = oracle.significant(passed.type, case.model)
    for piece in passed.pieces:
        at = aarch64.frame_offset(piece.place)
        expected = extended(piece, value)
        got = frame[at : at + len(expected)]
        bits = mask[piece.offset : piece.offset + piece.size].ljust(len(expected), b"\xff")
        if any((a ^ b) & bit for a, b, bit in zip(expected, got, bits, strict=True)):
            found.append(f"{passed}: {piece} should hold {expected.hex()}, there is {got.hex()}")
    return found


def uncovered(placement: Placement, case: oracle.Case) -> list[str]:
    """Values that their pieces do not cover once, places used twice or outside the stack."""
    found: list[str] = []
    used: set[object] = set()
    for passed in (placement.result, *placement.arguments):
        inside = [n for piece in passed.pieces for n in range(piece.offset, piece.offset + piece.size)]
        needed = {n for n, bits in enumerate(oracle.significant(passed.type, case.model)) if bits}
        if not passed.by_reference and (not needed <= set(inside) or len(inside) != len(set(inside))):
            found.append(f"{passed} does not cover its {passed.size} bytes once")
    for piece in (piece for passed in placement.arguments for piece in passed.pieces):
        place_ = piece.place
        cells: set[object] = {place_}
        if isinstance(place_, Stack):
            cells = set(range(place_.offset, place_.offset + piece.size))
            if place_.offset + piece.size > placement.stack_size:
                found.append(f"{piece} lies outside the {placement.stack_size} bytes of stack")
        if used & cells:
            found.append(f"{piece} is used twice")
        used |= cells
    return found


def answerable(case: oracle.Case, on: Target) -> bool:
    """Whether there is an answer: a variadic function's arguments may be such that the compiler has none.

    On macOS farcall refuses a half float behind the dots, of which clang makes a double; clang's va_arg looks for a
    homogeneous aggregate at the alignment of the whole, where its callers do not put it. On Windows clang 19 does not
    agree with itself. Its callers leave x7 empty where Microsoft's rule splits a value between x7 and the stack; they
    put vectors in v0 to v7, where its va_arg does not look; it has no code for _Float16 there; and its va_arg does not
    skip to an even register for a value aligned to 16, as its callers do.
    """
    signature = case.signature
    if signature.fixed is None or on.system == "linux":
        return True
    types = [unqualified(type) for type in signature.parameters]
    tail = types[signature.fixed :]
    if on.system == "macos":
        return float16 not in tail and not any(
            alignof(passed.type, case.model) == 16 and isinstance(piece.place, Stack) and piece.place.offset % 16
            for passed in place(signature, on).arguments[signature.fixed :]
            for piece in passed.pieces
            if not passed.by_reference
        )
    return not (
        any(len({type(piece.place) for piece in passed.pieces}) > 1 for passed in place(signature, on).arguments)
        or any(isinstance(type, Vector) or type == float16 for type in types)
        or any(alignof(type, case.model) == 16 and sizeof(type, case.model) == 16 for type in tail)
    )


def check(on: Target, directory: Path, seed: int, count: int, extra: frozenset[str]) -> None:
    differing = []
    for first in range(0, count, CHUNK):
        quirks = oracle.AARCH64 if on.system == "linux" else oracle.NO_QUIRKS
        cases = oracle.random_cases(seed, min(CHUNK, count - first), extra, first, model=on.model, quirks=quirks)
        rng = random.Random(f"values {seed} {first}")
        cases = [case for case in cases if answerable(case, on)]
        placements = [place(case.signature, on) for case in cases]
        values = [oracle.random_values(rng, case) for case in cases]
        inputs = [given(*one, rng) for one in zip(cases, placements, values, strict=True)]
        outputs = aarch64.observe(cases, inputs, directory / f"at{first}", on.system)
        for case, placement, value, saw in zip(cases, placements, values, outputs, strict=True):
            found = uncovered(placement, case) + differences(case, placement, value, saw)
            if found:
                differing.append("\n".join([*oracle.definitions([case]), str(case), *found, str(placement)]))
    assert not differing, f"seed {seed}: {len(differing)} of {count} differ\n\n" + "\n\n".join(differing[:10])


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_random_signatures(name: str, kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    check(target(name), tmp_path, seed, count, KINDS[name] if kinds == "every" else frozenset())
