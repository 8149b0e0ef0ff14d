"""gcc for s390x as the oracle, with vector registers and without: big-endian, with a stack frame that callees write into."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool

__all__ = ["MACHINES"]

GCC = "s390x-linux-gnu-gcc"
#: By convention, what chooses it.
SWITCHES = {"s390x": "-march=z13", "s390x-novx": "-march=z196"}
#: Where registers lie in the frames, in the order of the emulation's slots; results are in the first two of theirs.
GENERAL = ("r2", "r3", "r4", "r5", "r6")
FLOATING = ("f0", "v24", "f2", "f4", "f6", "v26", "v28", "v30", "v25", "v27", "v29", "v31")
NUMBERS = {name: n for names in (GENERAL, FLOATING) for n, name in enumerate(names)}


def _registers(names: tuple[str, ...], start: int, vectors: bool, *, load: bool) -> str:
    """Store (or load) floating-point and vector registers at 16 bytes each behind r1."""
    short, long = ("ld", "vl") if load else ("std", "vst")
    rows = ((f"{short if name[0] == 'f' else long} %{name}, {start + 16 * NUMBERS[name]}(%r1)") for name in names)
    return "; ".join(row for row in rows if vectors or row[0] != "v")


def _thunks(vectors: bool) -> str:
    arguments = partial(_registers, FLOATING, 80, vectors)
    results = partial(_registers, FLOATING[:2], 32, vectors)
    return f"""
    .text
    .globl _start, transfer, capture, invoke
_start:
    lay %r15, -{STACK_BYTES + 160}(%r15); brasl %r14, main; svc 1
transfer:
    lgr %r1, %r5; aghi %r1, -60; svc 0; br %r14
capture:
    larl %r1, call_frame
    stmg %r2, %r6, 0(%r1); stg %r15, {POINTER_AT}(%r1)
    {arguments(load=False)}
    la %r3, {STACK_AT}(%r1); lgr %r4, %r15; lghi %r5, {STACK_BYTES // 8}
1:  lg %r0, 0(%r4); stg %r0, 0(%r3); la %r3, 8(%r3); la %r4, 8(%r4); brctg %r5, 1b
    larl %r1, result_frame
    la %r4, {VALUE_AT}(%r1); lg %r5, {SIZE_AT}(%r1); ltgr %r5, %r5; jz 3f
2:  ic %r0, 0(%r4); stc %r0, 0(%r2); la %r4, 1(%r4); la %r2, 1(%r2); brctg %r5, 2b
3:  {results(load=True)}
    lg %r2, 0(%r1); br %r14
invoke:
    stmg %r6, %r15, 48(%r15); lgr %r11, %r15; lgr %r7, %r2; lay %r15, -{STACK_BYTES}(%r15)
    larl %r1, call_frame
    la %r3, {STACK_AT}(%r1); lgr %r4, %r15; lghi %r5, {STACK_BYTES // 8}
4:  lg %r0, 0(%r3); stg %r0, 0(%r4); la %r3, 8(%r3); la %r4, 8(%r4); brctg %r5, 4b
    {arguments(load=True)}
    lmg %r2, %r6, 0(%r1); basr %r14, %r7
    larl %r1, result_frame
    {results(load=False)}
    stg %r2, 0(%r1)
    lgr %r15, %r11; lmg %r6, %r15, 48(%r15); br %r14
    .section .note.GNU-stack, "", %progbits
"""


def _compile(directory: Path, switch: str) -> None:
    command = [tool(GCC), switch, *FLAGS, "-D__float128=_Float128", "-c"]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)


#: By convention.
MACHINES = {
    name: Machine(
        (GCC, switch), "qemu-s390x", _thunks(name == "s390x"), partial(_compile, switch=switch), numbers=NUMBERS
    )
    for name, switch in SWITCHES.items()
}
