"""Lowering: a routine as machine code of one CPU. What all CPUs share is the `engine`; each has a package here
with its `MACHINES` (see there) and those for code with its addresses `APART`, `thunk`, `trampoline`, and the files
`cpu_facts`, `listing` and `unwinding`. How frames are described to unwinders is `frames`; `image` makes files."""

from __future__ import annotations

import os

from ..convention import Placement, Target
from ..errors import UnsupportedTargetError
from ..ir.instruction import Routine
from . import engine
from .code import Code, Line, Listed, Moved, Relocation, Unwind
from .cpu_facts import hardware, part

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "CPUS",
    "Code",
    "Line",
    "Listed",
    "Moved",
    "Relocation",
    "Unwind",
    "listed",
    "listing",
    "lower",
    "thunk",
    "trampoline",
]

#: The CPUs that have an encoder and a lowering, by their package's name in this room.
CPUS = (
    "x86_64", "i386", "aarch64", "riscv64", "loongarch64", "s390x", "ppc64le", "arm", "mipsel", "mips64el", "mips", "mips64",
    "riscv32", "aarch64_be",
)  # fmt: skip
#: Whether each routine is verified before it is lowered: with FARCALL_VERIFY=1 in the environment.
VERIFY = os.environ.get("FARCALL_VERIFY", "") not in ("", "0")


def _package(target: Target) -> Any:
    """The package of a target's CPU. Raises UnsupportedTargetError, naming those there are, where there is none, and
    for pointers of another width than its registers'."""
    cpu, pointer = target.cpu, target.model.pointer
    if cpu not in CPUS:
        raise UnsupportedTargetError(f"no machine code for {target} yet; there is for: {', '.join(CPUS)}")
    if hardware(cpu).word != pointer:
        raise UnsupportedTargetError(
            f"no machine code for {target}: its pointers have {pointer} bytes, registers have {hardware(cpu).word}"
        )
    return part(cpu)


def _assembler(listed: bool) -> type[engine.Assembler]:
    return engine.Recorder if listed else engine.Assembler


def lower(routine: Routine, target: Target, *, listed: bool = False, apart: bool = False) -> Code:
    """The machine code of `routine` on `target`: always the same bytes; with its lines, for `listing`, if `listed`; with its
    addresses `apart`, for an image, which has no lines.
    Raises UnsupportedTargetError where there is no encoder, and with VERIFY VerifierError for a routine that breaks a rule
    of its language."""
    if VERIFY:
        from ..ir.verifier import verify

        verify(routine, target.model)
    package = _package(target)
    if apart:
        return engine.lower(routine, target, package.APART, engine.Apart)
    return engine.lower(routine, target, package.MACHINES, _assembler(listed))


def thunk(target: Target, placement: Placement, *, listed: bool = False) -> Code:
    """The bytes that make a closure of a body that is called as `placement` says: the cell "state" is at
    the start of the pool, and its address is in t1 when the body starts. Lines and errors are as those of `lower`."""
    code: Code = _package(target).thunk(target, placement, _assembler(listed))
    return code


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The trampoline at the start of libffi's `ffi_closure`, of the size libffi gives it, to run at `address`: it puts
    the address of what lies behind it into t1 and jumps to `body`, which is called as `placement` says. Raises
    UnsupportedTargetError as `lower` does."""
    code: bytes = _package(target).trampoline(target, placement, body, address)
    return code


def listing(code: Code) -> str:
    """The code as text: offset, bytes, instruction, and why it is there. Raises as `listed` does."""
    rows = []
    for line in listed(code):
        label = f"{line.label}:\n" if line.label else ""
        why = f"  ; {line.note}" if line.note else ""
        rows.append(f"{label}{line.offset:6x}  {line.data:24}  {line.text:48}{why}".rstrip())
    return "\n".join(rows)


def listed(code: Code) -> tuple[Listed, ...]:
    """The lines of a listing: instructions, then the pool. Raises ValueError for code without its lines,
    UnsupportedTargetError for a CPU whose instructions have no text here.
    """
    if not code.lines:
        raise ValueError("this code was made without its lines: lower(..., listed=True) keeps them")
    words = part(code.cpu, "listing")
    rows = [
        Listed(
            line.offset,
            code.data[line.offset : end].hex(),
            words.text(line),
            words.reason(line),
            line.label,
            line.moved,
        )
        for line, end in zip(code.lines, _ends(code), strict=True)
    ]
    cells = (r for r in code.relocations if r.offset >= code.pool)  # others lie in the instruction that names them
    rows += [Listed(r.offset, ".." * hardware(code.cpu).word, f"address of {r.name}") for r in cells]
    return tuple(rows)


def _ends(code: Code) -> list[int]:
    """Where each line ends: where the next starts, and for the last, before the pool and its filler."""
    last = code.lines[-1]
    return [*(line.offset for line in code.lines[1:]), last.offset + len(last.encoder(*last.operands))]
