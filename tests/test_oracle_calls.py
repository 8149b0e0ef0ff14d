"""Whole calls against gcc: random signatures, both tiers, both GIL policies, every byte both ways.

gcc compiles a function for each signature, which stores every argument as it received it and returns the value
it was told to. What it stored must be the bytes of the Python arguments, and the Python result must be the
value: its fields read one by one, floating numbers by their bits, pointers by their address. The same for functions
of another convention (`ms_abi`).
"""

from __future__ import annotations

import ctypes
import random
import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import BuiltinFunctionType
from typing import Any

import pytest

import farcall
from farcall import seed as seed_room
from farcall.cpython.callable.function import bind
from farcall.cpython.value import Value, address, class_of, pointer_at
from farcall.ctype import (
    Array,
    CType,
    Enum,
    Float,
    Function,
    Integer,
    Parameter,
    Pointer,
    Qualified,
    Record,
    Void,
    compatible,
    declare,
    is_signed,
    layout,
    sizeof,
    unqualified,
)
from farcall.ctype import names as c
from farcall.stub.carrier import InstanceKind, carrier
from tests import oracle

CHUNK = 400  # signatures in one source file
COUNT = 300
DECLARED = 60
MODEL = oracle.HERE.model
#: Of the functions that are called, None for the host's own.
CONVENTIONS = oracle.HERE.conventions
#: Each signature runs in both tiers, every second one with the policies the other way round.
RUNS = ((("fast", "hold"), ("api", "release")), (("fast", "release"), ("api", "hold")))
#: Results `const char *` are read by Python, so they have to point to text.
TEXTS = (b"", b"plain", "\N{GREEK SMALL LETTER PHI} in UTF-8".encode(), b"not \xff\xfe UTF-8")
TEXT = Pointer(Qualified(c.char, frozenset({"const"})))
FORMATS = {"binary32": "=f", "binary64": "=d"}

pytestmark = oracle.needs_here


class Machine:
    """A compiler's functions for some cases, and the buffers they store into and return from."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        self.library = farcall.Library(path)
        self.args_seen = oracle.buffer(library, "args_seen", oracle.BUFFER_SIZE)
        self.result_given = oracle.buffer(library, "result_buffer", oracle.BUFFER_SIZE)
        self.texts = [ctypes.create_string_buffer(text) for text in TEXTS]

    def address(self, case: oracle.Case) -> int:
        """Where the function is, whatever its compiler calls it."""
        return self.library.address(oracle.exported_name(case))

    def differences(self, case: oracle.Case, call: BuiltinFunctionType, rng: random.Random) -> Iterator[str]:
        """What C received, or Python got back, that is not what was sent."""
        signature = case.signature
        values = oracle.values_here(rng, case)
        given, text = values.result, None
        if is_text(signature.result):
            number = rng.randrange(len(TEXTS) + 1)
            given, text = bytes(oracle.HERE.word), None
            if number < len(TEXTS):
                given = ctypes.addressof(self.texts[number]).to_bytes(oracle.HERE.word, sys.byteorder)
                text = TEXTS[number].decode("utf-8", "surrogateescape")
        fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
        arguments = [
            argument(type, value, rng, tail=i >= fixed)
            for i, (type, value) in enumerate(zip(signature.parameters, values.arguments, strict=True))
        ]
        self.args_seen[:] = rng.randbytes(16) * (oracle.BUFFER_SIZE // 16)
        self.result_given[: len(given)] = given
        result = call(*arguments)
        for i, (type, at, value) in enumerate(zip(signature.parameters, case.offsets, values.arguments, strict=True)):
            seen = bytes(self.args_seen[at : at + len(value)])
            if not oracle.same(type, value, seen, MODEL):
                yield f"argument {i} ({type}): sent {value.hex()}, C has {seen.hex()}"
        if is_text(signature.result):
            if result != text:
                yield f"result {result!r}, not {text!r}"
        else:
            yield from unlike(signature.result, given, result, "result")


def callees(cases: list[oracle.Case], directory: Path, name: str) -> Machine:
    """gcc's."""
    return Machine(oracle.build(oracle.callee_source(cases), directory, oracle.HERE.flags, name))


def is_text(type: CType) -> bool:
    return unqualified(type) == TEXT


def argument(type: CType, value: bytes, rng: random.Random, *, tail: bool) -> Any:
    """A Python object that stands for the bytes of an argument."""
    type = unqualified(type)
    made = python_value(type, value, rng)
    if tail and isinstance(made, int) and isinstance(type, Pointer):
        return pointer_at(type, made)
    if tail and isinstance(type, (Integer, Float, Enum)) and not isinstance(made, Value) and not natural(type, rng):
        return class_of(type)(made)
    return made


def natural(type: CType, rng: random.Random) -> bool:
    """Whether to pass a plain int or float in the tail, whose C type is int or double."""
    return type in (c.int_, c.double) and rng.random() < 0.5


def python_value(type: CType, value: bytes, rng: random.Random) -> Any:
    """The Python object of a C value, a record by its fields or by its bytes, a pointer as an object or, where
    that may be, as an int."""
    type = unqualified(type)
    if is_whole(type):
        return whole(type, value)
    if isinstance(type, Record):
        cls = class_of(type)
        if not type.is_union and rng.random() < 0.5 and by_fields(type):
            members = layout(type, MODEL).members
            fields = [
                python_value(m.field.type, value[m.offset : m.offset + sizeof(m.field.type, MODEL)], rng)
                for m in members
            ]
            return cls(*fields)
        made = cls()
        memoryview(made).cast("B")[:] = value
        return made
    if isinstance(type, Array):
        size = sizeof(type.element, MODEL)
        return [python_value(type.element, value[i * size : (i + 1) * size], rng) for i in range(type.length or 0)]
    if isinstance(type, Pointer):
        place = int.from_bytes(value, sys.byteorder)
        if place == 0:
            return None
        if isinstance(unqualified(type.target), Void) and rng.random() < 0.5:
            return place
        return pointer_at(type, place)
    return scalar(type, value)


def is_whole(type: CType) -> bool:
    """Whether a type has instances of its own in Python, and is no record: long double, complex, vectors, ..."""
    return not isinstance(type, (Void, Array, Record)) and isinstance(carrier(type, MODEL), InstanceKind)


def whole(type: CType, value: bytes) -> Any:
    """An instance with just these bytes."""
    made = class_of(type)()
    seed_room.write(address(made), value)
    return made


def unlike_whole(type: CType, expected: bytes, got: Any, where: str) -> Iterator[str]:
    """The bytes of an instance, or of one made of the Python number that came; NaNs keep no payload in a number."""
    if not isinstance(got, Value):
        if got != got:
            return
        got = class_of(type)(got)
    data = seed_room.read(address(got), len(expected))
    if not oracle.same(type, expected, data, MODEL):
        yield f"{where} ({type}): gave {expected.hex()}, Python has {data.hex()}"


def scalar(type: CType, value: bytes) -> Any:
    """The Python number, or byte, of a C scalar."""
    if isinstance(type, Enum):
        type = type.underlying
    if isinstance(type, Float):
        return struct.unpack(FORMATS[type.format], value)[0]
    assert isinstance(type, Integer)
    if type.rank == "bool":
        return bool(value[0])
    if type == c.char:
        return value
    return int.from_bytes(value, sys.byteorder, signed=is_signed(type, MODEL))


def by_fields(record: Record) -> bool:
    """Whether all members have a name and no union is inside: then its fields say all there is."""
    for field in record.fields or ():
        inner = unqualified(field.type)
        while isinstance(inner, Array):
            inner = unqualified(inner.element)
        if field.bits is not None or is_whole(inner):
            return False
        if field.name is None or (isinstance(inner, Record) and (inner.is_union or not by_fields(inner))):
            return False
    return True


def without_bits(record: Record) -> bool:
    """Whether no member, at any depth, is a bit-field."""
    for field in record.fields or ():
        inner = unqualified(field.type)
        while isinstance(inner, Array):
            inner = unqualified(inner.element)
        if field.bits is not None or (isinstance(inner, Record) and not without_bits(inner)):
            return False
    return True


def unlike(type: CType, expected: bytes, got: Any, where: str) -> Iterator[str]:
    """How a Python value differs from the bytes of a C value."""
    type = unqualified(type)
    if isinstance(type, Void):
        if got is not None:
            yield f"{where} is {got!r}, not None"
    elif is_whole(type):
        yield from unlike_whole(type, expected, got, where)
    elif isinstance(type, Record):
        if got.__class__ is not class_of(type):
            yield f"{where} is a {got.__class__}"
        elif not oracle.same(type, expected, bytes(got), MODEL):
            yield f"{where} ({type}): gave {expected.hex()}, Python has {bytes(got).hex()}"
        if without_bits(type):
            yield from unlike_members(type, expected, got, where)
    elif isinstance(type, Array):
        size = sizeof(type.element, MODEL)
        for i in range(type.length or 0):
            if holds_text(type.element):
                continue
            part = expected[i * size : (i + 1) * size]
            yield from unlike(type.element, part, got[i], f"{where}[{i}]")
    elif isinstance(type, Pointer):
        if int(got) != int.from_bytes(expected, sys.byteorder) or not compatible(got.__ctype__, type, MODEL):
            yield f"{where} is {got!r}, not {expected[::-1].hex()}"
    else:
        value = scalar(type, expected)
        if got.__class__ is not value.__class__ or bits(got) != bits(value):
            yield f"{where} ({type}) is {got!r}, not {value!r}"


def unlike_members(record: Record, expected: bytes, got: Any, where: str) -> Iterator[str]:
    for member in layout(record, MODEL).members:
        field = member.field
        part = expected[member.offset : member.offset + sizeof(field.type, MODEL)]
        if field.name is None:
            inner = unqualified(field.type)
            assert isinstance(inner, Record)
            yield from unlike_members(inner, part, got, where)
        elif not holds_text(field.type):  # reading one would follow a random address
            yield from unlike(field.type, part, getattr(got, field.name), f"{where}.{field.name}")


def holds_text(type: CType) -> bool:
    type = unqualified(type)
    return holds_text(type.element) if isinstance(type, Array) else is_text(type)


def bits(value: Any) -> Any:
    return struct.pack("=d", value) if isinstance(value, float) else value


def function_type(case: oracle.Case, parameter: str = "") -> Function:
    """The C type of a case's function; `parameter` names its parameters."""
    signature = case.signature
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    named = (Parameter(f"{parameter}{i}" if parameter else "", p) for i, p in enumerate(signature.parameters))
    return Function(signature.result, tuple(named)[:fixed], signature.fixed is not None, signature.convention)


def report(seed: int, case: oracle.Case, run: tuple[str, str], found: list[str]) -> str:
    definitions = "\n".join(oracle.definitions([case]))
    return f"seed {seed}, {run[0]} tier, gil={run[1]!r}\n{definitions}\n{case}\n" + "\n".join(found)


#: What is drawn besides the base kinds.
EVERY = oracle.HERE.kinds


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("extra", [frozenset(), EVERY], ids=["base", "every type"])
def test_random_signatures(tmp_path: Path, convention: str | None, extra: frozenset[str]) -> None:
    seed, count = oracle.requested(COUNT)
    differing, done = [], 0
    for first in range(0, count, CHUNK):
        cases = oracle.cases_here(seed, min(CHUNK, count - first), extra, first, convention)
        machine = callees(cases, tmp_path, f"at{first}")
        for number, case in enumerate(cases, first):
            for run in RUNS[number % 2]:
                tier, gil = run
                address = machine.address(case)
                call = bind(case.name, function_type(case), address, gil=gil, tier=tier)
                found = list(machine.differences(case, call, random.Random(f"{seed} {case.name} {tier}")))
                if found:
                    differing.append(report(seed, case, run, found))
            done += 1
    assert done > oracle.HERE.share * count  # some are of a kind that gcc is no oracle for
    assert not differing, f"{len(differing)} differ from gcc\n\n" + "\n\n".join(differing[:10])


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_random_signatures_declared_in_c(tmp_path: Path, convention: str | None) -> None:
    """The same, with the types and functions read from C: declarations and layouts come in too."""
    seed, count = oracle.requested(DECLARED)
    cases = oracle.cases_here(f"declared {seed}", min(count, CHUNK), convention=convention)
    machine = callees(cases, tmp_path, "declared")
    machine.library.cdef("\n".join(oracle.definitions(cases)))
    differing = []
    for number, case in enumerate(cases):
        gil = RUNS[number % 2][0][1]
        declared = machine.library.function(declare(function_type(case, "p"), case.name), gil=gil)
        compared = retyped(case, declared)
        found = list(machine.differences(compared, declared, random.Random(f"{seed} {case.name}")))
        if found:
            differing.append(report(seed, case, ("default", gil), found))
    assert not differing, f"{len(differing)} differ from gcc\n\n" + "\n\n".join(differing[:10])


def retyped(case: oracle.Case, declared: BuiltinFunctionType) -> oracle.Case:
    """The case with the types that its declaration gave; a variadic tail has the case's own."""
    from farcall.cpython.callable.function import describe

    function = describe(declared).function
    parameters = [p.type for p in function.parameters] + list(case.signature.parameters[len(function.parameters) :])
    assert function.convention == case.signature.convention
    signature = replace(case.signature, result=function.result, parameters=tuple(parameters))
    return oracle.Case(case.name, signature, case.model)
