"""A placement beside the bytes that a call really moved: what both oracles for x86-64 ask of it."""

from __future__ import annotations

import itertools

from farcall.convention import Piece, Placement, Stack, ValueLocation
from farcall.ctype import DataModel, alignof

from .capture import STACK_POINTER, frame_offset
from .value import same, significant

__all__ = ["extended", "piece_differences", "uncovered"]


def extended(piece: Piece, value: bytes) -> bytes:
    """The bytes of a piece, widened as it says."""
    data = value[piece.offset : piece.offset + piece.size]
    if not piece.extend:
        return data
    signed = piece.extend == "sign"
    return int.from_bytes(data, "little", signed=signed).to_bytes(piece.extend_to, "little", signed=signed)


def piece_differences(passed: ValueLocation, value: bytes, captured: bytes, model: DataModel) -> list[str]:
    """The pieces that do not hold their bytes of the value, padding left out."""
    if passed.by_reference:
        return _copy_differences(passed, value, captured, model)
    found = []
    mask = significant(passed.type, model)
    for piece in passed.pieces:
        at = frame_offset(piece.place)
        expected = extended(piece, value)
        got = captured[at : at + len(expected)]
        bits = mask[piece.offset : piece.offset + piece.size].ljust(len(expected), b"\xff")
        if any((a ^ b) & bit for a, b, bit in zip(expected, got, bits, strict=True)):
            found.append(f"{passed.type}: {piece} should hold {expected.hex()}, the compiler has {got.hex()} there")
    return found


def _copy_differences(passed: ValueLocation, value: bytes, captured: bytes, model: DataModel) -> list[str]:
    """Whether the piece holds the address of a copy on the caller's stack, aligned, with the value in it."""
    (piece,) = passed.pieces
    at = frame_offset(piece.place)
    address = int.from_bytes(captured[at : at + 8], "little")
    start = frame_offset(Stack(address - int.from_bytes(captured[STACK_POINTER], "little")))
    copy = captured[start : start + len(value)]
    if start < frame_offset(Stack(0)) or len(copy) < len(value):
        return [f"{passed.type}: no address of a copy in {piece.place}, the compiler has {address:#x} there"]
    if address % min(16, alignof(passed.type, model)):  # gcc 12 aligns no further than it must
        return [f"{passed.type}: the copy at {address:#x} is not aligned"]
    if not same(passed.type, value, copy, model):
        return [f"{passed.type}: the copy should be {value.hex()}, the compiler has {copy.hex()}"]
    return []


def uncovered(placement: Placement, model: DataModel) -> list[str]:
    """Values not covered once by their pieces, pieces outside their value or the stack, places used twice."""
    found, used = [], set()
    for passed in (placement.result, *placement.arguments):
        parts = {(piece.offset, piece.size) for piece in passed.pieces}  # of two places with one part, one counts
        inside = [n for offset, size in parts for n in range(offset, offset + size)]
        if not passed.by_reference and (
            not {n for n, bits in enumerate(significant(passed.type, model)) if bits} <= set(inside)
            or len(inside) != len(set(inside))
            or any(n >= passed.size for n in inside)
        ):
            found.append(f"{passed} does not cover its {passed.size} bytes once")
    hidden = placement.result.pieces if placement.result.by_reference else ()
    for piece in itertools.chain(hidden, *(passed.pieces for passed in placement.arguments)):
        place_ = piece.place
        if isinstance(place_, Stack):
            cells = [("stack", n) for n in range(place_.offset, place_.offset + piece.size)]
            if place_.offset < placement.shadow_space or place_.offset + piece.size > placement.stack_size:
                found.append(f"{piece} lies outside the {placement.stack_size} bytes of stack")
        else:
            cells = [(place_.bank, frame_offset(place_))]
        if used.intersection(cells):
            found.append(f"{piece} is used twice")
        used.update(cells)
    return found
