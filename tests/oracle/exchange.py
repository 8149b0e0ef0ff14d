"""Placements against a compiler for another CPU, byte by byte, for random signatures.

Arguments and results go both ways through code of the compiler's that qemu runs; see `tests.oracle.emulated`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from farcall.convention import Piece, Placement, Register, Stack, Target, ValueLocation, place
from farcall.ctype import LITTLE, ByteOrder, alignof

from . import emulated
from .emulated import Given, Machine, Seen
from .quirk import Quirks
from .signature import Case, random_cases
from .source import definitions
from .value import Values, random_values, same, significant

__all__ = ["differing"]

CHUNK = 400  # signatures in one program


def differing(
    on: Target,
    machine: Machine,
    directory: Path,
    seed: int,
    count: int,
    extra: frozenset[str],
    quirks: Quirks,
    answerable: Callable[[Case], bool],
) -> list[str]:
    """The cases, of `count` random ones, for which farcall's placements and the machine's compiler differ, as texts.

    `quirks` and `answerable` leave out what that compiler is no oracle for.
    """
    texts = []
    for first in range(0, count, CHUNK):
        cases = random_cases(seed, min(CHUNK, count - first), extra, first, model=on.model, quirks=quirks)
        rng = random.Random(f"values {seed} {first}")
        cases = [case for case in cases if answerable(case)]
        placements = [place(case.signature, on) for case in cases]
        values = [random_values(rng, case) for case in cases]
        inputs = [given(*one, rng, machine) for one in zip(cases, placements, values, strict=True)]
        outputs = emulated.observe(cases, inputs, directory / f"at{first}", machine)
        for case, placement, value, saw in zip(cases, placements, values, outputs, strict=True):
            found = uncovered(placement, case) + differences(case, placement, value, saw, machine)
            if found:
                texts.append("\n".join([*definitions([case]), str(case), *found, str(placement)]))
    return texts


def given(case: Case, placement: Placement, values: Values, rng: random.Random, machine: Machine) -> Given:
    """The program's input: everything that no value fills is random."""
    arguments = bytearray()
    for at, value in zip(case.offsets, values.arguments, strict=True):
        arguments[at:] = bytes(at - len(arguments)) + value
    result, order, word, pointer = placement.result, case.model.byteorder, machine.word, case.model.pointer
    out, frame = bytearray(rng.randbytes(emulated.RESULT)), bytearray(rng.randbytes(emulated.FRAME))
    size = result.size if result.by_reference else 0
    out[emulated.SIZE_AT : emulated.SIZE_AT + word] = size.to_bytes(word, order.name)
    if result.by_reference:
        out[emulated.VALUE_AT : emulated.VALUE_AT + size] = values.result
        (piece,) = result.pieces
        store(frame, emulated.frame_offset, piece, emulated.MEMORY_AT.to_bytes(pointer, order.name), machine, order)
    else:
        for piece in result.pieces:
            store(out, emulated.result_offset, piece, values.result, machine, order)
    copies = bytearray()
    for passed, value in zip(placement.arguments, values.arguments, strict=True):
        if passed.by_reference:
            copies += bytes(-len(copies) % max(16, alignof(passed.type, case.model)))
            address = emulated.COPIES_AT + len(copies)
            copies += value
            value = address.to_bytes(pointer, order.name)
        for piece in passed.pieces:
            store(frame, emulated.frame_offset, piece, value, machine, order)
    assert len(copies) <= emulated.COPIES
    return Given(bytes(arguments), bytes(out), bytes(frame), bytes(copies), values.result)


def store(
    frame: bytearray,
    offset: Callable[[Register | Stack, Machine], int],
    piece: Piece,
    value: bytes,
    machine: Machine,
    order: ByteOrder,
) -> None:
    data = extended(piece, value, machine, order)
    at = offset(piece.place, machine) + start(piece, len(data), machine, order)
    frame[at : at + len(data)] = data


def start(piece: Piece, size: int, machine: Machine, order: ByteOrder) -> int:
    """How far from where its place begins the bytes of a piece, widened to `size`, lie."""
    if isinstance(piece.place, Stack):
        return -order.low(size, piece.size)
    if piece.justified == "left":
        return 0
    if piece.place.bank == "general":
        return order.low(machine.word, size)
    return order.low(machine.vector, size) if machine.vector else 0


def extended(piece: Piece, value: bytes, machine: Machine, order: ByteOrder) -> bytes:
    """The bytes of a piece, widened as it says, or as the machine's registers ask."""
    data = value[piece.offset : piece.offset + piece.size]
    if machine.boxed and isinstance(piece.place, Register) and piece.place.bank == "vector":
        return data.ljust(8, b"\xff")
    if machine.format and isinstance(piece.place, Register) and piece.place.bank == "vector":
        return machine.format(data, order)
    if not piece.extend:
        return data
    signed = piece.extend == "sign"
    return int.from_bytes(data, order.name, signed=signed).to_bytes(piece.extend_to, order.name, signed=signed)


def differences(case: Case, placement: Placement, values: Values, saw: Seen, machine: Machine) -> list[str]:
    """What came out otherwise than the placement says."""
    found = []
    for i, (passed, value) in enumerate(zip(placement.arguments, values.arguments, strict=True)):
        if passed.by_reference:
            wrong = copied(passed, value, saw.call_frame, case, machine, placement.stack_align)
            found += [f"argument {i}: {text}" for text in wrong]
        else:
            found += [f"argument {i}: {text}" for text in held(passed, value, saw.call_frame, case, machine)]
        seen = saw.args_seen[case.offsets[i] : case.offsets[i] + len(value)]
        if not same(passed.type, value, seen, case.model):
            found.append(f"argument {i} as the compiler's callee saw it: {seen.hex()}, not {value.hex()}")
    result = placement.result
    if not same(result.type, values.result, saw.result_got[: result.size], case.model):
        found.append("the result that the compiler's caller got")
    if not result.by_reference:
        found += [f"the result: {text}" for text in held(result, values.result, saw.result_frame, case, machine)]
    elif not same(result.type, values.result, saw.result_memory[: result.size], case.model):
        found.append("the result that the compiler's callee gave")
    return found


def copied(passed: ValueLocation, value: bytes, frame: bytes, case: Case, machine: Machine, aligned: int) -> list[str]:
    """What is wrong with the copy whose address the compiler's caller sends; it is aligned no further than the stack."""
    (piece,) = passed.pieces
    at, order, word = emulated.frame_offset(piece.place, machine), case.model.byteorder, machine.word
    address = int.from_bytes(frame[at : at + word], order.name)
    stack = int.from_bytes(frame[emulated.POINTER_AT : emulated.POINTER_AT + word], order.name)
    begin = emulated.frame_offset(Stack(address - stack), machine)
    copy = frame[begin : begin + len(value)]
    if begin < emulated.STACK_AT or len(copy) < len(value):
        return [f"{passed}: {address:#x} is no address of a copy"]
    if address % min(aligned, machine.copies, alignof(passed.type, case.model)):
        return [f"{passed}: the copy at {address:#x} is not aligned"]
    return [] if same(passed.type, value, copy, case.model) else [f"{passed}: the copy is {copy.hex()}"]


def held(passed: ValueLocation, value: bytes, frame: bytes, case: Case, machine: Machine) -> list[str]:
    """The pieces that do not hold what the placement says: of an argument in `call_frame`, of the result in
    `result_frame`."""
    offset = emulated.result_offset if len(frame) == emulated.RESULT else emulated.frame_offset
    found = []
    mask, order = significant(passed.type, case.model), case.model.byteorder
    for piece in passed.pieces:
        expected = extended(piece, value, machine, order)
        at = offset(piece.place, machine) + start(piece, len(expected), machine, order)
        got = frame[at : at + len(expected)]
        bits = mask[piece.offset : piece.offset + piece.size]
        bits = bits.ljust(len(expected), b"\xff") if order == LITTLE else bits.rjust(len(expected), b"\xff")
        if any((a ^ b) & bit for a, b, bit in zip(expected, got, bits, strict=True)):
            found.append(f"{passed}: {piece} should hold {expected.hex()}, there is {got.hex()}")
    return found


def uncovered(placement: Placement, case: Case) -> list[str]:
    """Values that their pieces do not cover once, places used twice or outside the stack."""
    found: list[str] = []
    used: set[object] = set()
    for passed in (placement.result, *placement.arguments):
        parts = {(piece.offset, piece.size) for piece in passed.pieces}  # of two places with one part, one counts
        inside = [n for offset, size in parts for n in range(offset, offset + size)]
        needed = {n for n, bits in enumerate(significant(passed.type, case.model)) if bits}
        if not passed.by_reference and (not needed <= set(inside) or len(inside) != len(set(inside))):
            found.append(f"{passed} does not cover its {passed.size} bytes once")
    for piece in (piece for passed in placement.arguments for piece in passed.pieces):
        place_ = piece.place
        cells: set[object] = {place_}
        if isinstance(place_, Stack):
            size = max(piece.size, piece.extend_to)
            first = place_.offset - case.model.byteorder.low(size, piece.size)
            end = first + size
            cells = set(range(first, end))
            if end > placement.stack_size:
                found.append(f"{piece} lies outside the {placement.stack_size} bytes of stack")
        if used & cells:
            found.append(f"{piece} is used twice")
        used |= cells
    return found
