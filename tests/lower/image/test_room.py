"""Rooms: code that comes to lie in a library's place is unwound as that library's tables say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from farcall.convention import Signature, place
from farcall.ctype import Function, Pointer
from farcall.ctype import names as c
from farcall.ir.instruction import Invoke, LoadArgument, Return, Routine
from farcall.lower import lower
from farcall.lower.cpu_facts import hardware
from farcall.lower.image import room
from tests.lower.image.samples import TARGETS
from tests.unwind.toolchain import TOOLCHAINS

SOURCE = Path(__file__).with_name("room.cpp")
WANTING = [cpu for cpu in TARGETS if hardware(cpu).dynamic.unwound]


def through(cpu: str) -> bytes:
    """`long through(long (*f)(long), long x)`: f(x)."""
    unary = Signature(c.long, (c.long,))
    own = place(Signature(c.long, (Pointer(Function(c.long, (c.long,))), c.long)), TARGETS[cpu])
    steps = (
        LoadArgument(0, "t0"),
        LoadArgument(1, "s1"),
        Invoke("t0", place(unary, TARGETS[cpu]), ("s1",), "s2"),
        Return("s2"),
    )
    return lower(Routine("through", own, steps), TARGETS[cpu]).data


def test_most_cpus_want_none() -> None:
    assert not any(room(cpu, 4096) for cpu in TARGETS if cpu not in WANTING)
    assert WANTING


@pytest.mark.parametrize("cpu", WANTING)
def test_exceptions_pass_through_what_lies_there(cpu: str, tmp_path: Path) -> None:
    tools, program = TOOLCHAINS[cpu], tmp_path / "room"
    tools.compiled(SOURCE, program)
    library, code = tmp_path / "room.so", tmp_path / "code"
    library.write_bytes(room(cpu, 8192))
    code.write_bytes(through(cpu))
    assert tools.run(program, library, code) == "60\n"
    done = subprocess.run([*tools.emulator, program, "-", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "terminate called" in done.stderr
