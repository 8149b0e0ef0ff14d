"""The oracle of the listing: what objdump makes of the bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

from farcall.convention.cpu_names import gnu_name
from tests.encode.gnu_as import tool

__all__ = ["Instruction", "disassemble", "plain"]

ROW = re.compile(r"^ *([0-9a-f]+):\t(.*)$", re.MULTILINE)
TARGET = re.compile(r"# (0x[0-9a-f]+)")
#: By CPU, how objdump is asked for its instructions in the syntax of the listing, and what starts a comment.
DIALECTS = {
    "x86_64": (("-m", "i386:x86-64", "-M", "intel"), "#"),
    "i386": (("-m", "i386", "-M", "intel"), "#"),
    "aarch64": (("-m", "aarch64"), "//"),
    "riscv64": (("-m", "riscv:rv64", "-M", "no-aliases"), "#"),
    "loongarch64": (("-m", "loongarch64", "-M", "no-aliases"), "#"),
    "ppc64le": (("-m", "powerpc:common64", "-EL", "-M", "power8,raw"), "#"),
    "s390x": (("-m", "s390:64-bit"), "#"),
    "mipsel": (("-m", "mips:isa64r2", "-EL", "-M", "gpr-names=32"), "#"),
    "mips64el": (("-m", "mips:isa64r2", "-EL", "-M", "gpr-names=64"), "#"),
    "mips": (("-m", "mips:isa64r2", "-EB", "-M", "gpr-names=32"), "#"),
    "mips64": (("-m", "mips:isa64r2", "-EB", "-M", "gpr-names=64"), "#"),
    "arm": (("-m", "armv7", "-EL", "-M", "reg-names-std"), "@"),
}
X86 = ("x86_64", "i386")


class Instruction(NamedTuple):
    """One instruction by objdump: `target` is the address that a [rip+...] operand names, else None."""

    offset: int
    text: str
    target: int | None


def disassemble(code: bytes, cpu: str = "x86_64") -> list[Instruction]:
    """The instructions of code that starts at address 0, without comments."""
    options, comment = DIALECTS[cpu]
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "code"
        file.write_bytes(code)
        command = [program(cpu), "-D", "-w", "-z", "--no-show-raw-insn", "-b", "binary", *options, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = []
    for offset, text in ROW.findall(done.stdout):
        target = TARGET.search(text)
        shown = plain(text) if cpu in X86 else " ".join(text.partition(comment)[0].split())
        found.append(Instruction(int(offset, 16), shown, int(target[1], 16) if target else None))
    return found


def program(cpu: str) -> str:
    """objdump for a CPU."""
    if cpu in X86:
        return tool("objdump")
    name = f"{gnu_name(cpu)}-objdump"
    if not shutil.which(name):
        pytest.skip(f"needs {name}")
    return name


def plain(text: str) -> str:
    """An instruction of x86 without comments and spare spaces."""
    return re.sub(r" *, *", ",", " ".join(text.partition("#")[0].split()))
