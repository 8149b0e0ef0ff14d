"""Lowering: a routine's steps as machine code of one CPU. `lower` dispatches; each CPU has a package here."""

from __future__ import annotations

from ..convention import Target
from ..errors import UnsupportedTargetError
from ..recipe.step import Routine
from .code import Code, Line, Relocation, Unwind

__all__ = ["Code", "Line", "Relocation", "Unwind", "listing", "lower"]

#: The CPUs that have an encoder and a lowering, by their package's name in this room.
CPUS = ("x86_64",)


def lower(routine: Routine, target: Target) -> Code:
    """The machine code of `routine` on `target`. Raises UnsupportedTargetError for a CPU without an encoder."""
    if target.cpu == "x86_64":
        from .x86_64 import lower as lower_routine

        return lower_routine(routine, target)
    raise UnsupportedTargetError(f"no machine code for {target.name} yet; there is for: {', '.join(CPUS)}")


def listing(code: Code) -> str:
    """The code as text: offset, bytes, instruction, and why it is there."""
    if code.cpu == "x86_64":
        from .x86_64.listing import text
    rows = []
    for line, following in zip(code.lines, [*(x.offset for x in code.lines[1:]), code.pool], strict=True):
        data = code.data[line.offset : following]
        label = f"{line.label}:\n" if line.label else ""
        note = f"  ; {line.note}" if line.note else ""
        rows.append(f"{label}{line.offset:6x}  {data.hex():24} {text(line):44}{note}".rstrip())
    rows += [f"{r.offset:6x}  {'.' * 16:24} address of {r.name}" for r in code.relocations]
    return "\n".join(rows)
