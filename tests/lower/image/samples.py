"""An image that has one of everything, for any target."""

from __future__ import annotations

from farcall.convention import Signature, place, target
from farcall.ctype import Function, Pointer
from farcall.ctype import names as c
from farcall.ir.instruction import (
    Compute,
    Instruction,
    Invoke,
    Load,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
    Symbol,
)
from farcall.lower import Code, Relocation, lower
from farcall.lower.image import Datum, Image, Import

__all__ = ["TARGETS", "everything"]

#: By their CPUs.
CPUS = (
    "x86_64", "i386", "aarch64", "riscv64", "loongarch64", "s390x", "ppc64le", "arm", "mipsel", "mips64el", "mips", "mips64",
)  # fmt: skip
TARGETS = {cpu: target(f"{cpu}-linux") for cpu in CPUS}


def everything(cpu: str) -> Image:
    """`long counts(long x)`: a counter, plus |x| by an imported function; `through(f, x)`: f(x), plus a number; data of each
    kind: read-only, pointers, and writable."""
    word = TARGETS[cpu].model.pointer
    unary = Signature(c.long, (c.long,))
    through = Signature(c.long, (Pointer(Function(c.long, (c.long,))), c.long))
    counts: tuple[Instruction, ...] = (
        LoadArgument(0, "s0"),
        Invoke(Symbol("labs"), place(unary, TARGETS[cpu]), ("s0",), "s0"),
        Move("t0", Symbol("counter")),
        Load("t1", Memory("t0"), word),
        Compute("add", "t1", 1),
        Store(Memory("t0"), "t1", word),
        Compute("add", "s0", "t1"),
        Return("s0"),
    )
    calls: tuple[Instruction, ...] = (
        LoadArgument(0, "t0"),
        LoadArgument(1, "s1"),
        Invoke("t0", place(unary, TARGETS[cpu]), ("s1",), "s2"),
        Move("t0", Symbol("number")),
        Compute("add", "s2", "t0"),
        Return("s2"),
    )
    cells = ("counts", "text", "number", "labs", "missing")
    return Image(
        cpu,
        {"counts": _lowered(cpu, "counts", unary, counts), "through": _lowered(cpu, "through", through, calls)},
        {
            "text": Datum(b"read only\0"),
            "table": Datum(bytes(5 * word), tuple(Relocation(word * n, name) for n, name in enumerate(cells))),
            "counter": Datum(bytes(word), writable=True),
        },
        {"labs": Import("labs"), "missing": Import("no_such_symbol", weak=True), "unused": Import("not_used_at_all")},
        {"number": 100},
        {name: name for name in ("counts", "through", "text", "table", "counter")},
        "everything.so",
    )


def _lowered(cpu: str, name: str, signature: Signature, steps: tuple[Instruction, ...]) -> Code:
    return lower(Routine(name, place(signature, TARGETS[cpu]), steps), TARGETS[cpu], apart=True)
