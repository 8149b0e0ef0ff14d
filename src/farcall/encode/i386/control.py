"""Jumps, calls, conditions, fillers. Relative targets are written as on x86-64; here they wrap at 4 GiB."""

from __future__ import annotations

from farcall.encode import x86_64 as wide
from farcall.encode.i386.narrowed import WIDE, Narrowed
from farcall.encode.x86_64 import call32, int3, jcc8, jcc32, jmp8, jmp32, nop, pause, ret, ud2

__all__ = [
    "call32",
    "call_m",
    "call_r",
    "cmov_rm",
    "cmov_rr",
    "endbr32",
    "int3",
    "jcc8",
    "jcc32",
    "jmp8",
    "jmp32",
    "jmp_m",
    "jmp_r",
    "nop",
    "pause",
    "ret",
    "setcc_m",
    "setcc_r",
    "ud2",
]

jmp_r = Narrowed(wide.jmp_r)
jmp_m = Narrowed(wide.jmp_m)
call_r = Narrowed(wide.call_r)
call_m = Narrowed(wide.call_m)
setcc_r = Narrowed(wide.setcc_r, (8,))
setcc_m = Narrowed(wide.setcc_m, (8,))
cmov_rr = Narrowed(wide.cmov_rr, WIDE)
cmov_rm = Narrowed(wide.cmov_rm, WIDE)


def endbr32() -> bytes:
    """The landing pad that indirect calls and jumps need under CET; a nop elsewhere."""
    return b"\xf3\x0f\x1e\xfb"
