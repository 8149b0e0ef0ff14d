"""The oracle of the encoder: GNU as, and the operands worth asking it about.

A row is an instruction in Intel syntax and the bytes we make of it; `agree` assembles all rows in one go.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from farcall.encode import x86_64 as asm

Row = tuple[str, bytes]

REGISTERS = range(16)
_OLD = ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di")
_OLD8 = ("al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil")
NAMES = {
    8: [*_OLD8, *(f"r{n}b" for n in range(8, 16))],
    16: [*_OLD, *(f"r{n}w" for n in range(8, 16))],
    32: [*(f"e{name}" for name in _OLD), *(f"r{n}d" for n in range(8, 16))],
    64: [*(f"r{name}" for name in _OLD), *(f"r{n}" for n in range(8, 16))],
}
UNITS = {
    8: "byte",
    16: "word",
    32: "dword",
    64: "qword",
    80: "tbyte",
    128: "xmmword",
    256: "ymmword",
    512: "zmmword",
}
CONDITIONS = ["o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"]
X86_MACHINES = ("x86_64", "i386", "i486", "i586", "i686")
WIDTHS = (8, 16, 32, 64)
WIDE = (16, 32, 64)
DISPLACEMENTS = (0, 1, -1, 127, 128, -128, -129, 2**31 - 1, -(2**31))
SIGNED32_EDGES = (0, 1, -1, 127, 128, -128, -129, 255, 256, 2**31 - 1, -(2**31))
IMMEDIATES = {
    8: (0, 1, -1, 127, 128, -128, 255),
    16: (0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, -32768, 65408, 65407, 65535),
    32: (*SIGNED32_EDGES, 2**31, 2**32 - 128, 2**32 - 129, 2**32 - 1),
    64: SIGNED32_EDGES,
}


def reg(number: int, bits: int = 64) -> str:
    return NAMES[bits][number]


def ptr(mem: asm.Mem | asm.Rip, bits: int) -> str:
    """The operand as the assembler reads it; `bits` 0 leaves out the size."""
    if isinstance(mem, asm.Rip):
        inner = f"rip{mem.disp:+d}"
    else:
        base, disp, index, scale = mem
        inner = reg(base) + (f"+{reg(index)}*{scale}" if index is not None else "") + f"{disp:+d}"
    return f"{UNITS[bits]} ptr [{inner}]" if bits else f"[{inner}]"


def memories() -> list[asm.Mem | asm.Rip]:
    """Every base, each length of displacement, some indices, [rip]; for forms that many share."""
    found: list[asm.Mem | asm.Rip] = [asm.Mem(b, d) for b in REGISTERS for d in (0, 127, -129)]
    found += [asm.Mem(b, d, i, 4) for b in (0, 4, 5, 13) for i in (0, 5, 12, 15) for d in (0, 8)]
    return [*found, asm.Rip(0), asm.Rip(-5), asm.Rip(2**31 - 1)]


def all_memories() -> Iterator[asm.Mem | asm.Rip]:
    """Every base with every edge of the displacement, every base with every index and scale, [rip]."""
    for b in REGISTERS:
        for d in DISPLACEMENTS:
            yield asm.Mem(b, d)
        for i in REGISTERS:
            if i != asm.RSP:
                for scale in (1, 2, 4, 8):
                    for d in (0, -128, 128):
                        yield asm.Mem(b, d, i, scale)
    for d in DISPLACEMENTS:
        yield asm.Rip(d)


def pairs() -> Iterator[tuple[int, int]]:
    """Every register with every register."""
    return ((a, b) for a in REGISTERS for b in REGISTERS)


def spread(mems: Iterable[asm.Mem | asm.Rip], step: int = 7) -> Iterator[tuple[int, asm.Mem | asm.Rip]]:
    """Each memory operand with one register; all sixteen come round."""
    return ((i * step % 16, mem) for i, mem in enumerate(mems))


def agree(rows: Iterable[Row], word: int = 64) -> None:
    """Fails with the first differences between our bytes and the assembler's; `word` is 64 or 32, of i386."""
    listed = list(rows)
    assert listed
    theirs = assemble([text for text, _ in listed], word)
    wrong = [
        f"{text}: ours {ours.hex(' ')}, as {his.hex(' ')}"
        for (text, ours), his in zip(listed, theirs, strict=True)
        if ours != his
    ]
    assert not wrong, f"{len(wrong)} of {len(listed)} differ:\n" + "\n".join(wrong[:20])


def assemble(lines: list[str], word: int = 64) -> list[bytes]:
    """The bytes of each line, by GNU as for x86."""
    assembler, copier = tool("as"), tool("objcopy")
    source = [".intel_syntax noprefix", ".text"]
    for line in lines:
        source += ["1: " + line, '2: .pushsection .sizes,"a"', ".byte 2b-1b", ".popsection"]
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        (here / "x.s").write_text("\n".join(source) + "\n")
        command = [assembler, f"--{word}", "-o", "x.o", "x.s"]
        done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[:2000]
        for section in ("text", "sizes"):
            subprocess.run([copier, "-O", "binary", "-j", f".{section}", "x.o", section], cwd=here, check=True)
        code, sizes = (here / "text").read_bytes(), (here / "sizes").read_bytes()
    found, at = [], 0
    for size in sizes:
        found.append(code[at : at + size])
        at += size
    return found


def tool(name: str) -> str:
    """A program of GNU binutils for x86: by its full name on any machine, by its short one on an x86 machine."""
    short = shutil.which(name) if os.uname().machine in X86_MACHINES else None
    found = shutil.which(f"x86_64-linux-gnu-{name}") or short
    if found is None:
        pytest.skip(f"needs x86_64-linux-gnu-{name} (GNU binutils)")
    return found
