"""Free Pascal as the oracle for the conventions that C's compilers do not have: functions and callers of random signatures,
in the shape of `source`'s, with the same buffers.

Scalars go as arguments, records come as results: Pascal passes a record's address where libffi, which has these conventions
for C, passes its bytes. Of a size that a register has, it returns one there.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from farcall.convention import Signature
from farcall.ctype import Array, CType, DataModel, Field, Pointer, Record
from farcall.ctype import names as c

from .signature import Case
from .source import BUFFER_SIZE

__all__ = ["CONVENTIONS", "callee_source", "caller_source", "library", "random_cases"]

COMPILER = "ppc386"
#: Its numbers are moved as C's compilers are told to move them, so that no floating number is taken for one.
FLAGS = ("-Cn", "-O2", "-CpPENTIUM4", "-CfSSE2", "-vew")
CONVENTIONS = ("pascal", "register")
TYPES: dict[CType, str] = {
    c.schar: "ShortInt", c.uchar: "Byte", c.short: "SmallInt", c.ushort: "Word", c.int_: "LongInt", c.uint: "LongWord",
    c.longlong: "Int64", c.ulonglong: "QWord", c.float_: "Single", c.double: "Double", c.longdouble: "Extended",
    Pointer(c.void): "Pointer",
}  # fmt: skip
WORDS = (3, 4, 7, 16)
RECORDS = {
    Record("struct", f"words{count}", (Field("words", Array(c.uint, count)),)): f"Words{count}" for count in WORDS
}
NAMES: dict[CType, str] = {**TYPES, **RECORDS}
HEAD = f"""unit {{name}};
{{{{$mode objfpc}}}}
interface
implementation
type
{"".join(f"  Words{count} = record words: array[0..{count - 1}] of LongWord; end;{chr(10)}" for count in WORDS)}
{"".join(f"  At{name} = ^{name};{chr(10)}" for name in NAMES.values())}
var
  {{buffer}}: array[0..{BUFFER_SIZE - 1}] of Byte; public name '{{buffer}}';
  result_buffer: array[0..{BUFFER_SIZE - 1}] of Byte; public name 'result_buffer';
"""


def random_cases(seed: int | str, count: int, convention: str, model: DataModel) -> list[Case]:
    """Signatures of up to twelve parameters."""
    cases = []
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        parameters = tuple(rng.choice(list(TYPES)) for _ in range(rng.randint(0, 12)))
        result = rng.choice([c.void, *TYPES, *RECORDS])
        cases.append(Case(f"f{number}", Signature(result, parameters, None, convention), model))
    return cases


def callee_source(name: str, cases: Sequence[Case]) -> str:
    """A unit with a function for each case: it copies what it got into `args_seen` and returns what is in
    `result_buffer`."""
    lines = [HEAD.format(name=name, buffer="args_seen")]
    for case in cases:
        lines += [f"{_head(case, case.name)} [public, alias: '{case.name}'];", "begin"]
        lines += [
            f"  At{NAMES[type]}(@args_seen[{at}])^ := a{i};"
            for i, (type, at) in enumerate(zip(case.signature.parameters, case.offsets, strict=True))
        ]
        if case.signature.result != c.void:
            lines.append(f"  {case.name} := At{NAMES[case.signature.result]}(@result_buffer[0])^;")
        lines.append("end;")
    return "\n".join([*lines, "end."])


def caller_source(name: str, cases: Sequence[Case]) -> str:
    """A unit with a procedure `call_<name>(function)` of C's convention for each case: it calls with what is in `args_in`
    and copies the result into `result_buffer`."""
    lines = [HEAD.format(name=name, buffer="args_in")]
    for case in cases:
        sent = ", ".join(
            f"At{NAMES[type]}(@args_in[{at}])^"
            for type, at in zip(case.signature.parameters, case.offsets, strict=True)
        )
        call = f"T{case.name}(called)({sent})"
        if case.signature.result != c.void:
            call = f"At{NAMES[case.signature.result]}(@result_buffer[0])^ := {call}"
        lines += [
            f"type T{case.name} = {_head(case)}",
            f"procedure call_{case.name}(called: Pointer); cdecl; [public, alias: 'call_{case.name}'];",
            f"begin\n  {call};\nend;",
        ]
    return "\n".join([*lines, "end."])


def _head(case: Case, name: str = "") -> str:
    signature = case.signature
    parameters = "; ".join(f"a{i}: {NAMES[type]}" for i, type in enumerate(signature.parameters))
    if signature.result == c.void:
        return f"procedure {name}({parameters}); {signature.convention};"
    return f"function {name}({parameters}): {NAMES[signature.result]}; {signature.convention};"


def library(source: str, directory: Path, name: str) -> Path:
    """The shared library of a unit called `name`; the units of its own that Pascal's compiler links are not needed.
    Skips where it is not here."""
    if not shutil.which(COMPILER):
        pytest.skip(f"needs {COMPILER}")
    (directory / f"{name}.pas").write_text(source)
    made = directory / f"lib{name}.so"
    for command in (
        [COMPILER, *FLAGS, f"{name}.pas"],
        ["gcc", "-shared", "-Wl,-z,notext", "-o", made, f"{name}.o"],
    ):
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"{command[0]} cannot make {name}:\n{(done.stdout + done.stderr)[-3000:]}")
    return made
