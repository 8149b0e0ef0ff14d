"""Random C signatures called by gcc's code through generated closures: every byte both ways.

gcc compiles a caller for each signature, which reads its arguments from a buffer, calls a function pointer and
stores the result. What Python got must be those arguments, and what C stored must be the value that Python gave.
The same callers call C handlers (libffi's shape), compiled by gcc too. All of it for `ms_abi` as well.
"""

from __future__ import annotations

import ctypes
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import BuiltinFunctionType
from typing import Any

import pytest

import farcall
from farcall.convention import Signature
from farcall.cpython.callable import body as bodies
from farcall.cpython.callable import closure as closures
from farcall.cpython.callable.function import bind
from farcall.cpython.callable.handler import Handler
from farcall.cpython.link.linker import linker
from farcall.cpython.value import pointer_at
from farcall.ctype import (
    CType,
    Enum,
    Function,
    Integer,
    Parameter,
    Pointer,
    Void,
    declare,
    is_signed,
    names,
    sizeof,
    unqualified,
)
from tests import oracle
from tests.test_oracle_calls import CONVENTIONS, EVERY, TEXTS, is_text, python_value, unlike

CHUNK = 400  # signatures in one source file
COUNT = 300
HANDLED = 300
DECLARED = 60
TIERS = ("fast", "api")
POLICIES = ("hold", "release")
CALLER = Function(names.void, (Parameter("function", Pointer(names.void)),))
ASK = Function(names.int_, CALLER.parameters)
MODEL, WORD = oracle.HERE.model, oracle.HERE.word

pytestmark = oracle.needs_here


class Callers:
    """A compiler's callers for some cases, and the buffers they read from and store into."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        self.library = farcall.Library(path)
        self.args_in = oracle.buffer(library, "args_in", oracle.BUFFER_SIZE)
        self.result_got = oracle.buffer(library, "result_buffer", oracle.BUFFER_SIZE)
        self.texts = [ctypes.create_string_buffer(text) for text in TEXTS]

    def caller(self, case: oracle.Case, gil: str) -> BuiltinFunctionType:
        name = f"call_{case.name}"
        return bind(name, CALLER, self.library.address(name), gil=gil)

    def send(self, case: oracle.Case, values: list[bytes], rng: random.Random) -> None:
        """Put the arguments where the caller reads them, and noise around."""
        self.args_in[:] = rng.randbytes(16) * (oracle.BUFFER_SIZE // 16)
        self.result_got[:] = rng.randbytes(16) * (oracle.BUFFER_SIZE // 16)
        for at, value in zip(case.offsets, values, strict=True):
            self.args_in[at : at + len(value)] = value

    def text_value(self, rng: random.Random) -> tuple[bytes, str | None]:
        """A `const char *` and the str that Python makes of it."""
        number = rng.randrange(len(TEXTS) + 1)
        if number == len(TEXTS):
            return bytes(WORD), None
        place = ctypes.addressof(self.texts[number])
        return place.to_bytes(WORD, sys.byteorder), TEXTS[number].decode("utf-8", "surrogateescape")

    def differences(
        self, case: oracle.Case, make: Callable[[Callable[..., Any]], Any], gil: str, rng: random.Random
    ) -> Iterator[str]:
        """What Python received, or C got back, that is not what was sent."""
        signature = case.signature
        values = oracle.values_here(rng, case)
        sent: list[bytes] = []
        expected: list[Any] = []
        for type, value in zip(signature.parameters, values.arguments, strict=True):
            value, known = self.text_value(rng) if is_text(type) else (value, None)
            sent.append(value)
            expected.append(known)
        given, text = self.result(signature.result, values.result, rng)
        seen: list[str] = []
        calls = 0

        def callback(*arguments: Any) -> Any:
            nonlocal calls
            calls += 1
            if len(arguments) != len(sent):
                seen.append(f"{len(arguments)} arguments")
            for i, (type, got) in enumerate(zip(signature.parameters, arguments, strict=True)):
                if is_text(type):
                    if got != expected[i]:
                        seen.append(f"argument {i} is {got!r}, not {expected[i]!r}")
                else:
                    seen.extend(unlike(type, sent[i], got, f"argument {i}"))
            return given

        self.send(case, sent, rng)
        with make(callback) as closure:
            self.caller(case, gil)(closure)
            size = sizeof(signature.result, MODEL) if not isinstance(signature.result, Void) else 0
            result = bytes(self.result_got[:size])
            if text is not None:
                place = int.from_bytes(result, sys.byteorder)
                result_text = ctypes.string_at(place) if place else None
                if result_text != text:
                    seen.append(f"the result is {result_text!r}, not {text!r}")
            elif size and not oracle.same(signature.result, values.result, result, MODEL):
                seen.append(f"result: gave {values.result.hex()}, C has {result.hex()}")
        if calls != 1:
            seen.append(f"called {calls} times")
        yield from seen

    def result(self, type: CType, value: bytes, rng: random.Random) -> tuple[Any, bytes | None]:
        """What the callback returns; and, for one that is a text, the bytes that C finds."""
        if isinstance(type, Void):
            return None, None
        if is_text(type) and rng.random() < 0.7:
            text = rng.choice(TEXTS)
            return (text if rng.random() < 0.5 else text.decode("utf-8", "surrogateescape")), text
        if is_text(type):
            place = int.from_bytes(value, sys.byteorder)
            return pointer_at(unqualified(type), place), None  # type: ignore[arg-type]
        return python_value(type, value, rng), None


def callers_of(cases: list[oracle.Case], directory: Path, name: str, more: str = "") -> Callers:
    """gcc's."""
    return Callers(oracle.build(oracle.caller_source(cases) + more, directory, oracle.HERE.flags, name))


def fixed(case: oracle.Case) -> oracle.Case:
    """The case without a variadic part: a closure has none."""
    return replace(case, signature=replace(case.signature, fixed=None))


def function_of(signature: Signature) -> Function:
    parameters = tuple(Parameter("", type) for type in signature.parameters)
    return Function(signature.result, parameters, False, signature.convention)


def report(seed: object, case: oracle.Case, run: str, found: list[str]) -> str:
    definitions = "\n".join(oracle.definitions([case]))
    return f"seed {seed}, {run}\n{definitions}\n{case}\n" + "\n".join(found)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("extra", [frozenset(), EVERY], ids=["base", "every type"])
def test_random_signatures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, convention: str | None, extra: frozenset[str]
) -> None:
    """Both tiers, and C calling with the GIL held and without."""
    seed, count = oracle.requested(COUNT)
    differing, done = [], 0
    for tier in TIERS:
        for module in (bodies, closures):
            monkeypatch.setattr(module, "linker", lambda tier=tier: linker(tier))
        monkeypatch.setattr(bodies, "_closures", {})
        for first in range(0, count, CHUNK):
            made = oracle.cases_here(seed, min(CHUNK, count - first), extra, first, convention)
            cases = [fixed(case) for case in made]
            callers = callers_of(cases, tmp_path, f"{tier}{first}")
            for number, case in enumerate(cases, first):
                function = function_of(case.signature)
                gil = POLICIES[(number + TIERS.index(tier)) % 2]
                rng = random.Random(f"{seed} {case.name} {tier}")
                found = list(callers.differences(case, lambda f: farcall.Closure(f, function), gil, rng))  # noqa: B023
                if found:
                    differing.append(report(seed, case, f"{tier} tier, gil={gil!r}", found))
                done += 1
    assert done > oracle.HERE.share * len(TIERS) * count  # some are of a kind that gcc is no oracle for
    assert not differing, f"{len(differing)} differ from gcc\n\n" + "\n\n".join(differing[:10])


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_random_signatures_declared_in_c(tmp_path: Path, convention: str | None) -> None:
    """The same, with the types read from C."""
    seed, count = f"declared {oracle.requested(1)[0]}", oracle.requested(DECLARED)[1]
    cases = [fixed(case) for case in oracle.cases_here(seed, min(count, CHUNK), convention=convention)]
    callers = callers_of(cases, tmp_path, "declared")
    callers.library.cdef("\n".join(oracle.definitions(cases)))
    differing = []
    for number, case in enumerate(cases):
        function = function_of(case.signature)
        text = declare(Pointer(function), "callback")
        declared = callers.library.types[text.replace("callback", "")]
        target = unqualified(declared.__ctype__.target)
        assert target.convention == convention
        retyped = replace(case, signature=Signature(target.result, tuple(p.type for p in target.parameters), None))
        rng = random.Random(f"{seed} {case.name}")
        make = lambda f: farcall.Closure(f, declared)  # noqa: B023, E731
        found = list(callers.differences(retyped, make, POLICIES[number % 2], rng))
        if found:
            differing.append(report(seed, case, "declared", found))
    assert not differing, f"{len(differing)} differ from gcc\n\n" + "\n\n".join(differing[:10])


# C handlers


def handler_source(cases: list[oracle.Case]) -> str:
    """C with `void handle_<name>(cif, result, arguments, user_data)` for each case: it copies every argument to
    `args_seen` and gives the value in `result_given`, an integer narrower than a register as a whole register."""
    lines = [
        f"unsigned char args_seen[{oracle.BUFFER_SIZE}] __attribute__((aligned(64)));",
        f"unsigned char result_given[{oracle.BUFFER_SIZE}] __attribute__((aligned(64)));",
        "void *cif_seen, *data_seen;",
    ]
    for case in cases:
        lines.append(f"void handle_{case.name}(void *cif, void *result, void **arguments, void *user_data) {{")
        lines.append("    cif_seen = cif; data_seen = user_data;")
        for i, (type, at) in enumerate(zip(case.signature.parameters, case.offsets, strict=True)):
            size = sizeof(type, MODEL)
            lines.append(f"    memcpy(args_seen + {at}, arguments[{i}], {size});")
        result = case.signature.result
        if not isinstance(result, Void):
            lines.append(f"    memcpy(result, result_given, {max(handed(result), 0)});")
        lines.append("}")
    return "\n".join(lines) + "\n"


def handed(type: CType) -> int:
    """How many bytes a handler writes for a result of `type`."""
    size = sizeof(type, MODEL)
    return max(size, WORD) if isinstance(unqualified(type), (Integer, Enum)) else size


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_c_handlers(tmp_path: Path, convention: str | None) -> None:
    """Of every type: handlers take and give bytes."""
    seed, count = oracle.requested(HANDLED)
    differing, done = [], 0
    for first in range(0, count, CHUNK):
        made = oracle.cases_here(f"handler {seed}", min(CHUNK, count - first), EVERY, first, convention)
        cases = [fixed(case) for case in made]
        callers = callers_of(cases, tmp_path, f"handlers{first}", handler_source(cases))
        library = ctypes.CDLL(str(callers.library.path))
        args_seen = oracle.buffer(library, "args_seen", oracle.BUFFER_SIZE)
        result_given = oracle.buffer(library, "result_given", oracle.BUFFER_SIZE)
        passed = [ctypes.c_size_t.in_dll(library, name) for name in ("cif_seen", "data_seen")]
        for case in cases:
            rng = random.Random(f"{seed} {case.name}")
            values = oracle.values_here(rng, case)
            told = [rng.getrandbits(8 * WORD), rng.getrandbits(8 * WORD)]
            handler = Handler(case.signature, callers.library.address(f"handle_{case.name}"), *told)
            callers.send(case, list(values.arguments), rng)
            args_seen[:] = rng.randbytes(16) * (oracle.BUFFER_SIZE // 16)
            write_result(result_given, case.signature.result, values.result)
            callers.caller(case, "hold")(handler.address)
            found = []
            for i, (type, at, value) in enumerate(
                zip(case.signature.parameters, case.offsets, values.arguments, strict=True)
            ):
                seen = bytes(args_seen[at : at + len(value)])
                if not oracle.same(type, value, seen, MODEL):
                    found.append(f"argument {i} ({type}): sent {value.hex()}, the handler has {seen.hex()}")
            result = bytes(callers.result_got[: len(values.result)])
            if not oracle.same(case.signature.result, values.result, result, MODEL):
                found.append(f"result: gave {values.result.hex()}, C has {result.hex()}")
            if [p.value for p in passed] != told:
                found.append(f"cif and user data: {[p.value for p in passed]}, not {told}")
            handler.close()
            if found:
                differing.append(report(seed, case, "handler", found))
            done += 1
    assert done > oracle.HERE.share * count  # some are of a kind that gcc is no oracle for
    assert not differing, f"{len(differing)} differ from gcc\n\n" + "\n\n".join(differing[:10])


def write_result(to: memoryview, type: CType, value: bytes) -> None:
    """The value as the handler is to write it: integers widened to a register."""
    kind = unqualified(type)
    if isinstance(kind, Enum):
        kind = kind.underlying
    if isinstance(kind, Integer) and len(value) < WORD:
        number = int.from_bytes(value, sys.byteorder, signed=is_signed(kind, MODEL))
        value = (number & (1 << 8 * WORD) - 1).to_bytes(WORD, sys.byteorder)
    to[: len(value)] = value


# Registers


NARROW = (names.bool_, names.schar, names.uchar, names.short, names.ushort, names.int_, names.uint)


@pytest.mark.skipif(not oracle.HERE.extends, reason="callers extend narrow results here")
@pytest.mark.parametrize("type", NARROW, ids=str)
def test_narrow_results_fill_the_register(type: Integer, tmp_path: Path) -> None:
    """A result narrower than int is extended to 32 bits, as gcc and clang callees do and old callers rely on."""
    source = "int ask(int (*function)(void)) { return function(); }"
    ask = bind("ask", ASK, farcall.Library(oracle.build(source, tmp_path)).address("ask"), gil="hold")
    values = (0, 1) if type == names.bool_ else (0, 1, -1, -5) if is_signed(type, MODEL) else (0, 1, 255, 200)
    for value in values:
        with farcall.Closure(lambda value=value: value, Function(type, ())) as closure:
            assert ask(closure) == value


def test_floats_in_handlers(tmp_path: Path) -> None:
    """A float result is written as a float, not widened."""
    source = "void handle(void *c, float *r, float **a, void *u) { *r = *a[0] * 2; }"
    path = oracle.build(source, tmp_path)
    address = farcall.Library(path).address("handle")
    with Handler(Function(names.float_, (Parameter("", names.float_),)), address) as handler:
        assert farcall.function(handler.address, "float (float)")(1.25) == 2.5
