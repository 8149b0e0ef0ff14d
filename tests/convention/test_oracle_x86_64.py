"""Placements on x86-64's systems against clang's code for them, byte by byte, for random signatures.

Arguments and results go both ways through the compiler's code, which runs here; see `tests.oracle.x86_64`. gcc for
Linux, with both conventions, is in `test_oracle_placement`.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from farcall.convention import Placement, Register, place, target
from farcall.ctype import CType, Integer, Vector, alignof, leaves, sizeof, unqualified
from tests import oracle
from tests.oracle import capture, x86_64
from tests.oracle.compare import extended, piece_differences, uncovered
from tests.oracle.quirk import CLANG, CLANG_LINUX, CLANG_WIDE, X86_64, lets_unions_go

CHUNK = 250  # signatures in one program
COUNT = 60
PAGE_OF_STACK = 1 << 16
EVERY = oracle.EXTRA - {"wide vector"}
#: What gcc decides on Cygwin and MinGW, where clang does it another way; "gcc cygwin" has them all.
NOT_GCC_S = {"float16", "float128", "vector", "empty"}
#: clang has no __float128 on some systems; with `ms_abi` it has one in a vector register, returns the x87's long double
#: in st0 and a struct without members in memory, which neither Microsoft's compiler nor gcc does. Microsoft's has no
#: such struct, and none of GNU's attributes, which clang therefore may combine with bit-fields as it likes.
KINDS = {
    "clang linux": [EVERY],
    "clang linux-x32": [EVERY],
    "clang freebsd": [EVERY],
    "clang freebsd ms_abi": [EVERY - {"float128", "long double", "empty"}],
    "clang openbsd": [EVERY],
    "clang macos": [EVERY - {"float128"}],
    "clang cygwin": [EVERY - NOT_GCC_S],
    "clang windows-msvc": [EVERY - {"float128", "empty", "bit-field", "packed"}, frozenset({"bit-field"})],
    "clang windows-msvc vectorcall": [EVERY - {"float128", "empty", "bit-field", "packed"}, frozenset({"bit-field"})],
    "clang windows-gnu": [EVERY - NOT_GCC_S - {"bit-field"}, frozenset({"bit-field"})],
    "gcc cygwin": [EVERY],
}
QUIRKS = {
    "clang linux": CLANG_LINUX,
    "clang linux-x32": CLANG_LINUX,
    "gcc cygwin": X86_64,
}


def given(case: oracle.Case, placement: Placement, values: oracle.Values, rng: random.Random) -> x86_64.Given:
    """The program's input: everything that no value fills is random."""
    arguments, copies = bytearray(), bytearray()
    frame, out = bytearray(rng.randbytes(oracle.CALL_FRAME)), bytearray(rng.randbytes(oracle.RESULT_FRAME))
    for at, passed, value in zip(case.offsets, placement.arguments, values.arguments, strict=True):
        arguments[at:] = bytes(at - len(arguments)) + value
        if passed.by_reference:
            copies += bytes(-len(copies) % max(16, alignof(passed.type, case.model)))
            address = x86_64.COPIES_AT + len(copies)
            copies += value
            value = address.to_bytes(8, "little")
        for piece in passed.pieces:
            put(frame, oracle.frame_offset(piece.place), extended(piece, value))
    assert len(copies) <= oracle.COPIES
    result = placement.result
    x87 = 0
    if result.by_reference:
        put(frame, oracle.frame_offset(result.pieces[0].place), x86_64.MEMORY_AT.to_bytes(8, "little"))
        put(out, capture.MEMORY_AT, values.result)
    else:
        for piece in result.pieces:
            put(out, oracle.result_offset(piece.place), extended(piece, values.result))
            x87 += isinstance(piece.place, Register) and piece.place.bank == "x87"
    put(out, capture.X87_COUNT_AT, x87.to_bytes(8, "little"))
    put(out, capture.MEMORY_SIZE_AT, (result.size if result.by_reference else 0).to_bytes(8, "little"))
    if placement.vector_count_in is not None:
        frame[oracle.frame_offset(placement.vector_count_in)] = placement.vector_count
    return x86_64.Given(bytes(arguments), bytes(out), bytes(frame), bytes(copies), values.result)


def put(buffer: bytearray, at: int, data: bytes) -> None:
    buffer[at : at + len(data)] = data


def differences(case: oracle.Case, placement: Placement, values: oracle.Values, saw: x86_64.Seen) -> list[str]:
    found, model = [], case.model
    for i, (passed, value) in enumerate(zip(placement.arguments, values.arguments, strict=True)):
        found += [f"argument {i}: {text}" for text in piece_differences(passed, value, saw.call_frame, model)]
        seen = saw.args_seen[case.offsets[i] : case.offsets[i] + len(value)]
        if not oracle.same(passed.type, value, seen, model):
            found.append(f"argument {i} as the compiler's callee saw it: {seen.hex()}, not {value.hex()}")
    stack_pointer = int.from_bytes(saw.call_frame[capture.STACK_POINTER], "little")
    if stack_pointer % placement.stack_align:
        found.append(f"the stack pointer {stack_pointer:#x} is not aligned to {placement.stack_align}")
    if placement.vector_count_in is not None:
        count = saw.call_frame[oracle.frame_offset(placement.vector_count_in)]
        if count != placement.vector_count:
            found.append(f"al is {count}, not {placement.vector_count}")
    result = placement.result
    if not oracle.same(result.type, values.result, saw.result_got[: result.size], model):
        found.append("the result that the compiler's caller got")
    got = bytearray(values.result)
    if result.by_reference:
        got[:] = saw.result_memory[: result.size]
        assert placement.returned_address is not None
        at = oracle.result_offset(placement.returned_address)
        if int.from_bytes(saw.result_frame[at : at + 8], "little") != x86_64.MEMORY_AT:
            found.append("the hidden pointer did not come back")
    else:
        for piece in result.pieces:
            at = oracle.result_offset(piece.place)
            data = extended(piece, values.result)
            if saw.result_frame[at + piece.size : at + len(data)] != data[piece.size :]:
                found.append(f"{piece} came back otherwise widened")
            got[piece.offset : piece.offset + piece.size] = saw.result_frame[at : at + piece.size]
    if not oracle.same(result.type, values.result, bytes(got), model):
        found.append("the result that the compiler's callee gave")
    return found


def answerable(case: oracle.Case, placement: Placement, name: str) -> bool:
    """Whether the compiler has an answer that its system goes by.

    clang 19 leaves the last general register empty behind a `__int128` that went to the stack, and returns a vector
    of one double in xmm0. On Linux gcc does neither, and the document says neither. Behind the dots clang does not
    agree with itself about that register: its va_arg looks into it. Nor does it about vectors of 8 bytes on Windows:
    they are sent by reference, and taken by value. Nor about how many vector registers are left where a variadic
    function has named vectors of 32 or 64 bytes, which gcc alone sends in registers. Of vectorcall's registers it forgets those
    that vectors of less than 16 bytes are in, where it counts whether an aggregate finds enough.
    """
    signature = case.signature
    if "vectorcall" in name and any("HVA" in passed.rule for passed in placement.arguments):
        small = (passed.size < 16 and isinstance(unqualified(passed.type), Vector) for passed in placement.arguments)
        if any(small):
            return False
    if name == "clang windows-gnu" and any(map(lets_unions_go, (signature.result, *signature.parameters))):
        return False
    linux = "linux" in name
    wide = sum(_is_wide(type, case) for type in signature.parameters)
    if signature.fixed is not None and wide and (linux or placement.vector_count + wide > 8):
        return False
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    general = len(placement.result.pieces) if placement.result.by_reference else 0
    if linux and isinstance(unqualified(signature.result), Vector) and placement.result.size == 8 and general:
        return False
    for i, passed in enumerate(placement.arguments):
        if i >= fixed and passed.by_reference and isinstance(unqualified(passed.type), Vector) and passed.size == 8:
            return False
        int128 = isinstance(unqualified(passed.type), Integer) and passed.size == 16
        if int128 and general == 5 and (linux or i >= fixed):
            return False
        general += sum(getattr(piece.place, "bank", "") == "general" for piece in passed.pieces)
    return True


def _is_wide(type: CType, case: oracle.Case) -> bool:
    return any(sizeof(leaf.type, case.model) > 16 for leaf in leaves(type, case.model) if isinstance(leaf.type, Vector))


def as_clang_sends(placement: Placement) -> Placement:
    """clang on Windows widens no narrow integer but `_Bool`, also where gcc is the system's compiler and does."""
    arguments = tuple(
        replace(passed, pieces=tuple(replace(piece, extend="", extend_to=0) for piece in passed.pieces))
        for passed in placement.arguments
    )
    return replace(placement, arguments=arguments)


def check(name: str, directory: Path, extra: frozenset[str], *, wide: bool = False) -> None:
    seed, count = oracle.requested(COUNT)
    compiler, on = x86_64.COMPILERS[name], target(f"x86_64-{name.split()[1]}")
    quirks = CLANG_WIDE if wide else QUIRKS.get(name, CLANG)
    differing, compared = [], 0
    for first in range(0, count, CHUNK):
        number = min(CHUNK, count - first)
        cases = oracle.random_cases(seed, number, extra, first, compiler.attribute, on.model, quirks)
        if compiler.attribute:  # its va_arg is another than gcc's, which the source is written for
            cases = [case for case in cases if case.signature.fixed is None]
        cases = [case for case in cases if answerable(case, place(case.signature, on), name)]
        compared += len(cases)
        placements = [place(case.signature, on) for case in cases]
        if (compiler.microsoft or compiler.attribute) and compiler.command[0] == x86_64.CLANG:
            placements = [as_clang_sends(placement) for placement in placements]
        rng = random.Random(f"values {seed} {first}")
        values = [oracle.random_values(rng, case) for case in cases]
        inputs = [given(*one, rng) for one in zip(cases, placements, values, strict=True)]
        outputs = x86_64.observe(cases, inputs, directory / f"at{first}", compiler, wide=wide)
        for case, placement, value, saw in zip(cases, placements, values, outputs, strict=True):
            found = uncovered(placement, on.model) or differences(case, placement, value, saw)
            if found:
                differing.append("\n".join([*oracle.definitions([case]), str(case), *found, str(placement)]))
    assert not differing, f"seed {seed}: {len(differing)} of {compared} differ\n\n" + "\n\n".join(differing[:10])
    assert compared > 0.5 * count
    print(f"{name}: {compared} of {count} signatures compared")


@pytest.mark.parametrize("name", KINDS)
def test_scalars_structs_and_unions(name: str, tmp_path: Path) -> None:
    check(name, tmp_path, frozenset())


@pytest.mark.parametrize(("name", "kinds"), [(name, kinds) for name, sets in KINDS.items() for kinds in sets])
def test_every_type(name: str, kinds: frozenset[str], tmp_path: Path) -> None:
    """The same with long double, complex, 16-byte and 2-byte numbers, vectors, bit-fields, attributes."""
    check(name, tmp_path, kinds)


@pytest.mark.parametrize(
    "name", ["clang linux", "clang freebsd", "clang macos", "clang windows-msvc", "clang windows-msvc vectorcall"]
)
def test_vectors_of_32_and_64_bytes(name: str, tmp_path: Path) -> None:
    if "avx512bw" not in Path("/proc/cpuinfo").read_text().split():
        pytest.skip("this processor has no AVX-512BW")
    check(name, tmp_path, frozenset({"vector", "wide vector", "long double"}), wide=True)
