"""Placements for 32-bit x86 against compilers, byte by byte, for random signatures of each convention: gcc for Linux
and MinGW, clang for the others.

Arguments and results go both ways through the compiler's code; see `tests.oracle.i386`.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from farcall.convention import Piece, Placement, Register, Stack, Target, ValueLocation, place, target
from farcall.ctype import Array, CType, DataModel, Pointer, Record, Vector, alignof, sizeof, unqualified
from farcall.ctype import names as c
from tests import oracle
from tests.oracle import i386

CHUNK = 200  # signatures of each convention in one program
COUNT = 30
GNU = ("i386-linux", "i386-windows-gnu")
#: The first four are every compiler's, the others gcc's own.
CONVENTIONS = (
    "cdecl", "stdcall", "fastcall", "thiscall", "regparm(1)", "regparm(2)", "regparm(3)", "ms_abi", "sysv_abi"
)  # fmt: skip
NOT_HERE = frozenset({"int128", "wide vector"})
#: What each compiler has.
KINDS = {
    "i386-linux": oracle.EXTRA - NOT_HERE,
    "i386-windows-gnu": oracle.EXTRA - NOT_HERE,
    "i386-freebsd": oracle.EXTRA - NOT_HERE,
    "i386-openbsd": oracle.EXTRA - NOT_HERE - {"float128"},
    "i386-macos": oracle.EXTRA - NOT_HERE - {"float128"},
    "i386-windows-msvc": oracle.EXTRA - NOT_HERE - {"float128", "empty", "packed"},
}


def given(case: oracle.Case, placement: Placement, values: oracle.Values, rng: random.Random) -> i386.Given:
    """The program's input: everything that no value fills is random."""
    arguments = bytearray()
    for at, value in zip(case.offsets, values.arguments, strict=True):
        arguments[at:] = bytes(at - len(arguments)) + value
    result = placement.result
    out, frame = bytearray(rng.randbytes(i386.RESULT)), bytearray(rng.randbytes(i386.FRAME))
    hidden = i386.frame_offset(result.pieces[0].place) if result.by_reference else 0
    numbers = (way(result), result.size, hidden, placement.callee_pops)
    out[i386.WAY_AT : i386.WAY_AT + 16] = b"".join(number.to_bytes(4, "little") for number in numbers)
    if result.by_reference:
        out[i386.VALUE_AT : i386.VALUE_AT + result.size] = values.result
        store(frame, result.pieces[0], i386.MEMORY_AT.to_bytes(4, "little"))
    else:
        for piece in result.pieces:
            at = i386.result_offset(piece.place)
            out[at : at + piece.size] = values.result[piece.offset : piece.offset + piece.size]
    copies = bytearray()
    for passed, value in zip(placement.arguments, values.arguments, strict=True):
        if passed.by_reference:
            copies += bytes(-len(copies) % max(16, alignof(passed.type, case.model)))
            address = i386.COPIES_AT + len(copies)
            copies += value
            value = address.to_bytes(4, "little")
        for piece in passed.pieces:
            store(frame, piece, value)
    assert len(copies) <= i386.COPIES
    mmx = any(bank_of(piece) == "mmx" for passed in placement.arguments for piece in passed.pieces)
    frame[i386.LOADS_MMX_AT : i386.LOADS_MMX_AT + 4] = mmx.to_bytes(4, "little")
    off = placement.stack_align % 64  # the stack is aligned as the placement says and no further
    frame[i386.OFF_AT : i386.OFF_AT + 4] = off.to_bytes(4, "little")
    return i386.Given(bytes(arguments), bytes(out), bytes(frame), bytes(copies), values.result)


def way(result: ValueLocation) -> int:
    if result.by_reference:
        return i386.IN_MEMORY
    (bank, size), *_ = [(bank_of(piece), piece.size) for piece in result.pieces] or [("", 0)]
    return {"x87": size, "mmx": i386.IN_MMX}.get(bank, 0)


def bank_of(piece: Piece) -> str:
    return piece.place.bank if isinstance(piece.place, Register) else "stack"


def store(frame: bytearray, piece: Piece, value: bytes) -> None:
    data = extended(piece, value)
    at = i386.frame_offset(piece.place)
    frame[at : at + len(data)] = data


def extended(piece: Piece, value: bytes) -> bytes:
    """The bytes of a piece, widened as it says."""
    data = value[piece.offset : piece.offset + piece.size]
    if not piece.extend:
        return data
    signed = piece.extend == "sign"
    return int.from_bytes(data, "little", signed=signed).to_bytes(piece.extend_to, "little", signed=signed)


def number(frame: bytes, at: int) -> int:
    return int.from_bytes(frame[at : at + 4], "little")


def differences(case: oracle.Case, placement: Placement, values: oracle.Values, saw: i386.Seen) -> list[str]:
    found = []
    for i, (passed, value) in enumerate(zip(placement.arguments, values.arguments, strict=True)):
        found += [f"argument {i}: {text}" for text in sent(passed, value, saw.call_frame, case)]
        seen = saw.args_seen[case.offsets[i] : case.offsets[i] + len(value)]
        if not oracle.same(passed.type, value, seen, case.model):
            found.append(f"argument {i} as the compiler's callee saw it: {seen.hex()}, not {value.hex()}")
    stack_pointer = number(saw.call_frame, i386.POINTER_AT)
    if stack_pointer % placement.stack_align:
        found.append(f"the stack pointer {stack_pointer:#x} is not aligned to {placement.stack_align}")
    popped = number(saw.result_frame, i386.POPS_AT)
    if popped != placement.callee_pops:
        found.append(f"the compiler's callee pops {popped} bytes")
    result = placement.result
    if not oracle.same(result.type, values.result, saw.result_got[: result.size], case.model):
        found.append("the result that the compiler's caller got")
    got = bytearray(values.result)
    if result.by_reference:
        got[:] = saw.result_memory[: result.size]
        assert placement.returned_address is not None
        if number(saw.result_frame, i386.result_offset(placement.returned_address)) != i386.MEMORY_AT:
            found.append("the hidden pointer did not come back")
    for piece in () if result.by_reference else result.pieces:
        at = i386.result_offset(piece.place)
        got[piece.offset : piece.offset + piece.size] = saw.result_frame[at : at + piece.size]
    if not oracle.same(result.type, values.result, bytes(got), case.model):
        found.append(f"the result that the compiler's callee gave: {got.hex()}, not {values.result.hex()}")
    return found


def sent(passed: ValueLocation, value: bytes, frame: bytes, case: oracle.Case) -> list[str]:
    """The pieces that do not hold what the placement says when the compiler's caller calls."""
    if passed.by_reference:
        (piece,) = passed.pieces
        address = number(frame, i386.frame_offset(piece.place))
        start = i386.frame_offset(Stack(address - number(frame, i386.POINTER_AT)))
        copy = frame[start : start + len(value)]
        if start < i386.frame_offset(Stack(0)) or len(copy) < len(value):
            return [f"{passed}: {address:#x} is no address of a copy"]
        if address % alignof(passed.type, case.model):
            return [f"{passed}: the copy at {address:#x} is not aligned"]
        return [] if oracle.same(passed.type, value, copy, case.model) else [f"{passed}: the copy is {copy.hex()}"]
    found = []
    mask = oracle.significant(passed.type, case.model)
    for piece in passed.pieces:
        at = i386.frame_offset(piece.place)
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
    hidden = placement.result.pieces if placement.result.by_reference else ()
    for piece in (*hidden, *(piece for passed in placement.arguments for piece in passed.pieces)):
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
    """Whether the compiler has an answer: one that is its own at both ends of the call, for what C can say there."""
    signature, model = case.signature, case.model
    types = [unqualified(type) for type in signature.parameters]
    every = [*types, *(type for type in [unqualified(signature.result)] if type != c.void)]
    tail = types[len(types) if signature.fixed is None else signature.fixed :]
    placement = place(signature, on)
    if signature.convention == "ms_abi" and signature.fixed is not None:
        return False  # the source's va_list of `ms_abi` is that of 64 bits
    if on.name in GNU:
        banks = {bank_of(piece) for passed in placement.arguments for piece in passed.pieces}
        long = any(part == c.longdouble for type in every for _, part, _ in oracle.scalars(type, model=model))
        if "mmx" in banks and (long or any(bank_of(piece) == "x87" for piece in placement.result.pieces)):
            return False  # who got vectors in mm registers can handle no x87 number before it did `emms`
        return on.system == "windows" or not any(lowered(type, model) for type in every)
    if signature.convention == "thiscall" and signature.fixed is not None:
        return False  # an error to clang
    short = any(isinstance(type, Record) and sizeof(type, model) <= 4 for type in types)
    if short and signature.convention == "fastcall" and on.system != "windows" and signature.fixed is None:
        return False  # it uses ecx up, but the argument that comes next may be in ecx all the same
    if any(isinstance(type, Vector) or (type == c.longdouble and alignof(type, model) == 16) for type in tail):
        return False  # clang's va_arg looks for it at an alignment to 4
    if placement.callee_pops > 4 and placement.callee_pops % 16 and any(alignof(type, model) > 8 for type in types):
        return False  # clang's callers count on 16 bytes at a time where one of them is aligned so, its callees do not
    vectors = [type for type in types if isinstance(type, Vector)]
    if on.system == "windows" and any(vector.count == 1 or signature.fixed is not None for vector in vectors):
        return False  # no vector of Microsoft's; clang takes registers for it, in variadic functions at one end only
    if on.system == "windows" and uneven(signature.result, model):
        return False  # clang returns it in memory, Microsoft's document looks at the size of the whole only
    return not any(padded(type, model) for type in types)


def uneven(type: CType, model: DataModel) -> bool:
    """Whether a record or array in `type` has not the size of a register, or there is a vector in it."""
    type = unqualified(type)
    inner: list[CType] = []
    if isinstance(type, Array):
        inner = [type.element]
    elif isinstance(type, Record):
        inner = [field.type for field in type.fields or () if field.bits is None]
    odd = isinstance(type, (Array, Record)) and sizeof(type, model) not in (1, 2, 4, 8)
    return odd or any(isinstance(unqualified(one), Vector) or uneven(one, model) for one in inner)


def padded(type: CType, model: DataModel) -> bool:
    """Whether `type` is a union longer than its members, of which clang may forget the rest."""
    if not isinstance(type, Record) or not type.is_union:
        return False
    return max((sizeof(field.type, model) for field in type.fields or ()), default=0) < sizeof(type, model)


def lowered(type: CType, model: DataModel) -> bool:
    """Whether gcc aligns a member in `type`, or in what it points to, to 4 because the machine mode that it happens to
    choose for that is an integer's of 64 bits: a vector of 8 bytes, or a record with an alignment of its own."""
    type = unqualified(type)
    if isinstance(type, Pointer):
        return lowered(type.target, model)
    if not isinstance(type, Record):
        return False
    for field in type.fields or ():
        member = unqualified(field.type)
        while isinstance(member, Array):
            member = unqualified(member.element)
        if isinstance(member, (Record, Vector)) and sizeof(member, model) == alignof(member, model) == 8:
            return True
        if lowered(member, model):
            return True
    return False


def adjusted(case: oracle.Case, on: Target) -> oracle.Case:
    """clang's thiscall gives ecx to any first word that is not part of a record on the stack, be it half an integer; in
    C++, whose convention it is, the first argument is an address."""
    signature = case.signature
    if signature.convention != "thiscall" or on.name in GNU:
        return case
    fixed = None if signature.fixed is None else signature.fixed + 1
    parameters = (Pointer(c.void), *signature.parameters)
    return replace(case, signature=replace(signature, parameters=parameters, fixed=fixed))


def made(on: Target, convention: str, seed: int, first: int, count: int, extra: frozenset[str]) -> list[oracle.Case]:
    """Cases of one convention: the first half without `extra`. Their numbers, so their names, are those of no other."""
    start = 1_000_000 * CONVENTIONS.index(convention) + first
    cases = []
    for at, number, kinds in ((0, count // 2, frozenset()), (count // 2, count - count // 2, extra)):
        cases += oracle.random_cases(
            seed, number, kinds, start + at, convention, model=on.model, quirks=oracle.NO_QUIRKS
        )
    return [case for case in (adjusted(case, on) for case in cases) if answerable(case, on)]


def check(on: Target, conventions: tuple[str, ...], directory: Path, extra: frozenset[str], *, wide: bool) -> None:
    seed, count = oracle.requested(COUNT)
    differing, asked = [], dict.fromkeys(conventions, 0)
    for first in range(0, count, CHUNK):
        cases = []
        for convention in conventions:
            found = made(on, convention, seed, first, min(CHUNK, count - first), extra)
            asked[convention] += len(found)
            cases += found
        rng = random.Random(f"values {seed} {first}")
        placements = [place(case.signature, on) for case in cases]
        values = [oracle.random_values(rng, case) for case in cases]
        inputs = [given(*one, rng) for one in zip(cases, placements, values, strict=True)]
        outputs = i386.observe(cases, inputs, directory / f"at{first}", on.name, wide=wide)
        for case, placement, value, saw in zip(cases, placements, values, outputs, strict=True):
            wrong = uncovered(placement, case) + differences(case, placement, value, saw)
            if wrong:
                differing.append("\n".join([*oracle.definitions([case]), str(case), *wrong, str(placement)]))
    print(f"{on}: {asked}")
    assert not differing, f"seed {seed}: {len(differing)} of {asked} differ\n\n" + "\n\n".join(differing[:10])


@pytest.mark.parametrize("name", KINDS)
def test_random_signatures(name: str, tmp_path: Path) -> None:
    conventions = CONVENTIONS if name == "i386-linux" else CONVENTIONS[:4]
    check(target(name), conventions, tmp_path, KINDS[name], wide=False)


@pytest.mark.parametrize("name", KINDS)
def test_vectors_of_32_and_64_bytes(name: str, tmp_path: Path) -> None:
    if "avx512f" not in Path("/proc/cpuinfo").read_text().split():
        pytest.skip("this processor has no AVX-512")
    check(target(name), ("cdecl",), tmp_path, frozenset({"vector", "wide vector", "long double"}), wide=True)
