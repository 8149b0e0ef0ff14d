"""The oracle of the listing: what objdump makes of the bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

__all__ = ["Instruction", "disassemble", "plain"]

ROW = re.compile(r"^ *([0-9a-f]+):\t(.*)$", re.MULTILINE)
TARGET = re.compile(r"# (0x[0-9a-f]+)")


class Instruction(NamedTuple):
    """One instruction by objdump: `target` is the address that a [rip+...] operand names, else None."""

    offset: int
    text: str
    target: int | None


def disassemble(code: bytes) -> list[Instruction]:
    """The instructions of x86-64 code that starts at address 0, in Intel syntax."""
    if not shutil.which("objdump"):
        pytest.skip("needs objdump (GNU binutils)")
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "code"
        file.write_bytes(code)
        command = ["objdump", "-D", "-w", "-z", "--no-show-raw-insn", "-b", "binary", "-m", "i386:x86-64"]
        done = subprocess.run([*command, "-M", "intel", str(file)], capture_output=True, text=True, check=True)
    found = []
    for offset, text in ROW.findall(done.stdout):
        target = TARGET.search(text)
        found.append(Instruction(int(offset, 16), plain(text), int(target[1], 16) if target else None))
    return found


def plain(text: str) -> str:
    """An instruction without comments and spare spaces."""
    return re.sub(r" *, *", ",", " ".join(text.partition("#")[0].split()))
