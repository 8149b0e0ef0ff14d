"""Built modules against gcc: random signatures, every byte both ways, as `tests/test_oracle_calls.py` has it for functions
that are bound at run time.

Those of plain functions are played with nothing of farcall there (`replay`), on this machine and, built here, on the Pythons
for other CPUs that `make test-cpu` has unpacked. Signatures of every kind are called in this process: what a module leaves to
farcall is compared as well. FARCALL_ORACLE_COUNT and FARCALL_ORACLE_SEED ask for more, or for others.
"""

from __future__ import annotations

import os
import pickle
import random
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from farcall.build import build_module, suffix
from farcall.convention import Signature, target
from farcall.ctype import (
    CType,
    Enum,
    Float,
    Integer,
    Pointer,
    Qualified,
    Void,
    declare,
    is_signed,
    sizeof,
    unqualified,
)
from farcall.ctype import names as c
from tests import oracle
from tests.build import replay
from tests.build.test_build import VERSION, can_be_built, loaded
from tests.oracle.here import HOSTS
from tests.oracle.signature import FLOATS, INTEGERS
from tests.test_oracle_calls import EVERY, TEXT, TEXTS, callees, function_type, report, retyped

ROOT = Path(__file__).parents[2]
COUNT = 40
CHUNK = 400  # signatures in a module
MOST_PARAMETERS = 24
CONST = frozenset({"const"})
#: What plain pointers lead to.
TARGETS = (c.void, c.char, c.uchar, c.short, c.int_, c.ulonglong, c.float_, c.double)
POLICIES = ("release", "hold")


pytestmark = [
    oracle.needs_here,
    pytest.mark.skipif(not can_be_built(), reason="modules are built for Pythons whose objects are known"),
]


def plain_cases(seed: int | str, count: int, on: oracle.Here, first: int = 0) -> list[oracle.Case]:
    """Cases of numbers, enums, and pointers to text, numbers or void."""
    return [
        oracle.Case(f"f{n}", plain_signature(random.Random(f"plain {seed} {n}"), n), on.model)
        for n in range(first, first + count)
    ]


def plain_signature(rng: random.Random, number: int) -> Signature:
    count = rng.choice((1, rng.randint(0, 4), rng.randint(0, 10), rng.randint(0, MOST_PARAMETERS)))
    result = rng.choice((c.void, TEXT, rng.choice(FLOATS), *[rng.choice(INTEGERS) for _ in range(6)]))
    return Signature(result, tuple(plain_type(rng, f"{number}_{i}") for i in range(count)))


def plain_type(rng: random.Random, tag: str) -> CType:
    kind = rng.choice(("integer", "integer", "integer", "float", "float", "pointer", "text", "enum"))
    if kind == "integer":
        return rng.choice(INTEGERS)
    if kind == "float":
        return rng.choice(FLOATS)
    if kind == "text":
        return TEXT
    if kind == "enum":
        return Enum(f"e{tag}", c.int_, ((f"e{tag}_a", -5), (f"e{tag}_b", 70000)))
    led_to: CType = rng.choice(TARGETS)
    return Pointer(Qualified(led_to, CONST) if rng.random() < 0.4 else led_to)


def row(rng: random.Random, case: oracle.Case, on: oracle.Here) -> replay.Row:
    """A call of a case with random values."""
    values = oracle.random_values(rng, case, nan=on.nan)
    sent = []
    for type, at, value in zip(case.signature.parameters, case.offsets, values.arguments, strict=True):
        one, known = (
            memory(rng, type, value, on) if isinstance(unqualified(type), Pointer) else (number(type, value, on), True)
        )
        sent.append((at, value if known and one is not None else bytes(len(value)) if known else None, one))
    result = case.signature.result
    if isinstance(result, Void):
        return case.name, tuple(sent), b"", "void", None
    if isinstance(result, Pointer):
        return case.name, tuple(sent), b"", "text", rng.choice((None, *TEXTS))
    if isinstance(result, Float):
        return case.name, tuple(sent), values.result, str(result), None
    return case.name, tuple(sent), values.result, "", number(result, values.result, on)


def memory(rng: random.Random, type: CType, value: bytes, on: oracle.Here) -> tuple[Any, bool]:
    """What is passed for a pointer, and whether its bytes are known: an address or none, or an object with memory."""
    pointer = unqualified(type)
    assert isinstance(pointer, Pointer)
    led_to, const = unqualified(pointer.target), pointer.target != unqualified(pointer.target)
    if rng.random() < 0.2:
        return None, True
    if isinstance(led_to, Void) and rng.random() < 0.4:
        return int.from_bytes(value, on.model.byteorder.name), True
    size = 1 if isinstance(led_to, Void) else sizeof(led_to, on.model)
    data = rng.randbytes(size * rng.randint(1, 5))
    if type == TEXT and rng.random() < 0.5:
        return rng.choice(("", "plain", "\N{GREEK SMALL LETTER PHI}")), False
    return (data if const and rng.random() < 0.5 else bytearray(data)), False


def number(type: CType, value: bytes, on: oracle.Here) -> Any:
    """The Python number, or byte, of a C scalar."""
    type = unqualified(type)
    order = on.model.byteorder
    if isinstance(type, Enum):
        type = type.underlying
    if isinstance(type, Float):
        return struct.unpack(order.format + ("f" if type.format == "binary32" else "d"), value)[0]
    assert isinstance(type, Integer)
    if type.rank == "bool":
        return bool(value[0])
    return value if type == c.char else int.from_bytes(value, order.name, signed=is_signed(type, on.model))


def declarations(cases: list[oracle.Case]) -> str:
    prototypes = [f"{declare(function_type(case, 'p'), case.name)};" for case in cases]
    return "\n".join([*oracle.definitions(cases), *prototypes])


def test_random_plain_signatures(tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    differing: list[str] = []
    for first in range(0, count, CHUNK):
        cases = plain_cases(seed, min(CHUNK, count - first), oracle.HERE, first)
        path = oracle.build(oracle.callee_source(cases), tmp_path, oracle.HERE.flags, f"plain{first}")
        for gil in POLICIES:
            name = f"plain{first}_{gil}"
            built = build_module(name, declarations(cases), str(path), oracle.HERE.target.name, VERSION, gil=gil)
            assert set(built.plain) == {case.name for case in cases}
            file = tmp_path / f"{name}{suffix(oracle.HERE.target.name, VERSION)}"
            file.write_bytes(built.data)
            rng = random.Random(f"{seed} {name}")
            differing += replay.play(loaded(file, name), str(path), [row(rng, case, oracle.HERE) for case in cases])
    assert not differing, f"{len(differing)} differ from gcc\n" + "\n".join(differing[:10])


@pytest.mark.parametrize("extra", [frozenset(), EVERY], ids=["base", "every type"])
def test_random_signatures(tmp_path: Path, extra: frozenset[str]) -> None:
    """Of every kind: records by value and variadic tails too, which the module has farcall call."""
    seed, count = oracle.requested(COUNT)
    differing, compared = [], 0
    for first in range(0, count, CHUNK):
        cases = oracle.cases_here(f"built {seed}", min(CHUNK, count - first), extra, first)
        machine = callees(cases, tmp_path, f"every{first}")
        name, gil = f"every{first}", POLICIES[first // CHUNK % 2]
        path = str(machine.library.path)
        built = build_module(name, declarations(cases), path, oracle.HERE.target.name, VERSION, gil=gil)
        file = tmp_path / f"module{first}.so"
        file.write_bytes(built.data)
        module = loaded(file, name)
        rng = random.Random(f"{seed} {name}")
        for case in cases:
            function = getattr(module, case.name)
            if case.name in built.plain:
                differing += replay.play(module, path, [row(rng, case, oracle.HERE)])
            else:
                found = list(machine.differences(retyped(case, function), function, rng))
                differing += [report(seed, case, ("built", gil), found)] if found else []
            compared += 1
    assert compared > 0.6 * count  # some are of a kind that gcc is no oracle for
    assert not differing, f"{len(differing)} differ from gcc\n\n" + "\n\n".join(differing[:10])


@pytest.mark.parametrize("cpu", ["i386", "aarch64", "arm", "riscv64", "ppc64le", "s390x"])
def test_random_plain_signatures_on_another_cpu(cpu: str, tmp_path: Path) -> None:
    """Modules built here, on that CPU's Python."""
    home = ROOT / ".cpus" / cpu / "bin"
    if not (home / "python3").exists():
        pytest.skip(f"no Python of {cpu} is unpacked: make test-cpu CPU={cpu} does")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def output(*command: str | Path) -> str:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]
        return done.stdout

    on = HOSTS[f"{cpu}-linux"](target(f"{cpu}-linux"))
    major, minor = output(home / "python3", "-c", "import sys; print(*sys.version_info[:2])").split()
    version = int(major), int(minor)
    seed, count = oracle.requested(COUNT)
    for first in range(0, count, CHUNK):
        cases = plain_cases(f"{cpu} {seed}", min(CHUNK, count - first), on, first)
        library, name, gil = tmp_path / f"lib{first}.so", f"plain{first}", POLICIES[first // CHUNK % 2]
        library.with_suffix(".c").write_text(oracle.callee_source(cases))
        output(home / "gcc", *oracle.FLAGS, *on.flags, "-o", library, library.with_suffix(".c"))
        built = build_module(name, declarations(cases), str(library), on.target.name, version, gil=gil)
        assert set(built.plain) == {case.name for case in cases}
        (tmp_path / f"{name}{suffix(on.target.name, version)}").write_bytes(built.data)
        rng = random.Random(f"{seed} {name}")
        rows = [row(rng, case, on) for case in cases]
        (tmp_path / f"{name}.calls").write_bytes(pickle.dumps((str(library), rows), protocol=4))
        told = output(home / "python3", str(Path(replay.__file__)), str(tmp_path), name).splitlines()
        assert told == [f"{len(cases)} played"], "\n".join(told[:10])
