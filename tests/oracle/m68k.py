"""gcc for m68k as the oracle."""

from __future__ import annotations

from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool
from .register_format import extended

__all__ = ["GCC", "MACHINE"]

GCC = "m68k-linux-gnu-gcc"
#: Of arguments only the hidden pointer's is looked at.
NUMBERS = {"a1": 0, "d0": 0, "d1": 1, "a0": 2, "fp0": 0}

THUNKS = f"""
    .text
    .globl _start, transfer, capture, invoke
_start:
    lea -{STACK_BYTES + 64}(%sp), %sp; jsr main; move.l %d0, %d1; move.l #247, %d0; trap #0
transfer:
    movem.l %d2-%d3, -(%sp)
    movem.l 12(%sp), %d1-%d3; move.l 24(%sp), %d0; sub.l #60, %d0; trap #0
    movem.l (%sp)+, %d2-%d3; rts
capture:
    move.l %a1, call_frame
    lea 4(%sp), %a0; move.l %a0, call_frame+{POINTER_AT}
    lea call_frame+{STACK_AT}, %a1; move.l #{STACK_BYTES // 4 - 1}, %d0
1:  move.l (%a0)+, (%a1)+; dbra %d0, 1b
    move.l result_frame+{SIZE_AT}, %d0; jeq 3f
    move.l call_frame, %a0; lea result_frame+{VALUE_AT}, %a1
2:  move.b (%a1)+, (%a0)+; subq.l #1, %d0; jne 2b
    move.l call_frame, %a0
    rts
3:  fmovem.x result_frame+32, %fp0-%fp0
    move.l result_frame, %d0; move.l result_frame+4, %d1; move.l result_frame+8, %a0
    rts
invoke:
    link %fp, #-4; move.l %a2, -4(%fp); move.l 8(%fp), %a2
    lea -{STACK_BYTES}(%sp), %sp
    lea call_frame+{STACK_AT}, %a0; move.l %sp, %a1; move.l #{STACK_BYTES // 4 - 1}, %d0
4:  move.l (%a0)+, (%a1)+; dbra %d0, 4b
    move.l call_frame, %a1
    jsr (%a2)
    move.l %d0, result_frame; move.l %d1, result_frame+4; move.l %a0, result_frame+8
    fmovem.x %fp0-%fp0, result_frame+32
    move.l -4(%fp), %a2; unlk %fp
    rts
    .section .note.GNU-stack, "", %progbits
"""


def _compile(directory: Path) -> None:
    command = [tool(GCC), *FLAGS, "-c"]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)


MACHINE = Machine((GCC,), "qemu-m68k", THUNKS, _compile, format=extended, numbers=NUMBERS, word=4, copies=2)
