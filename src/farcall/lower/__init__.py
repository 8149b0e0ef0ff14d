"""Lowering: a routine's steps as machine code of one CPU. `lower` dispatches; each CPU has a package here."""

from __future__ import annotations

from ..convention import Target
from ..errors import UnsupportedTargetError
from ..recipe.step import Routine
from .code import Code, Line, Relocation, Unwind

__all__ = ["Code", "Line", "Relocation", "Unwind", "listing", "lower", "thunk", "trampoline"]

#: The CPUs that have an encoder and a lowering, by their package's name in this room.
CPUS = ("x86_64",)


def lower(routine: Routine, target: Target) -> Code:
    """The machine code of `routine` on `target`. Raises UnsupportedTargetError where there is no encoder."""
    if target.cpu == "x86_64":
        from .x86_64 import lower as lower_routine

        return lower_routine(routine, target)
    raise UnsupportedTargetError(f"no machine code for {target.name} yet; there is for: {', '.join(CPUS)}")


def thunk(target: Target) -> Code:
    """The bytes that make a closure of a body: two cells, "state" and "generation", at the start of the pool,
    whose address the body finds in t1. Raises UnsupportedTargetError for a CPU without an encoder."""
    if target.cpu == "x86_64":
        from .x86_64.thunk import thunk as make

        return make()
    raise UnsupportedTargetError(f"no machine code for {target.name} yet; there is for: {', '.join(CPUS)}")


def trampoline(target: Target, body: int) -> bytes:
    """The trampoline at the start of libffi's `ffi_closure`, of the size libffi gives it: it puts the address of
    what lies behind it into t1 and jumps to `body`. Raises UnsupportedTargetError as `thunk` does."""
    if target.cpu == "x86_64":
        from .x86_64.thunk import trampoline as make

        return make(body)
    raise UnsupportedTargetError(f"no machine code for {target.name} yet; there is for: {', '.join(CPUS)}")


def listing(code: Code) -> str:
    """The code as text: offset, bytes, instruction, and why it is there.

    Raises UnsupportedTargetError for a CPU whose instructions have no text here.
    """
    if code.cpu == "x86_64":
        from .x86_64.listing import reason, text
    else:
        raise UnsupportedTargetError(f"no listing for {code.cpu} yet; there is for: {', '.join(CPUS)}")
    rows = []
    for line, end in zip(code.lines, _ends(code), strict=True):
        data = code.data[line.offset : end]
        label = f"{line.label}:\n" if line.label else ""
        why = f"  ; {reason(line)}" if reason(line) else ""
        rows.append(f"{label}{line.offset:6x}  {data.hex():24}  {text(line):48}{why}".rstrip())
    rows += [f"{r.offset:6x}  {'..' * 8:24}  address of {r.name}" for r in code.relocations]
    return "\n".join(rows)


def _ends(code: Code) -> list[int]:
    """Where each line ends: where the next starts, and for the last, before the pool and its filler."""
    last = code.lines[-1]
    return [*(line.offset for line in code.lines[1:]), last.offset + len(last.encoder(*last.operands))]
