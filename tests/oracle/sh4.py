"""gcc for SH-4 as the oracle."""

from __future__ import annotations

from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool

__all__ = ["GCC", "MACHINE"]

GCC = "sh4-linux-gnu-gcc"
#: Otherwise gcc 12 loses the test at the end of a loop.
RIGHT = "-fno-tree-ch"
#: A double is in a pair of registers, the second of which has its low-order half: in the frames they lie in the order of memory.
NUMBERS = (
    {f"r{n}": n for n in range(8)}
    | {f"fr{n}": n % 4 ^ 1 if n < 4 else n - 4 ^ 1 for n in range(12)}
    | {f"dr{n}": n if n < 4 else n - 4 for n in range(0, 12, 2)}
)


def _floats(first: int, count: int, move: str) -> str:
    return "; ".join(move.format(f"fr{first + (n ^ 1)}") for n in range(count))


THUNKS = f"""
    .text
    .align 2
    .globl _start, transfer, capture, invoke
_start:
    mov.l .Lroom, r1; sub r1, r15; mov.l .Lmain, r0; jsr @r0; nop
    mov r0, r4; mov.l .Lexit, r3; trapa #0x11; nop
transfer:
    mov r7, r3; add #-60, r3; trapa #0x13; rts; nop
capture:
    mov.l .Lcall, r1
    mov.l r2, @(8,r1); mov.l r4, @(16,r1); mov.l r5, @(20,r1); mov.l r6, @(24,r1); mov.l r7, @(28,r1)
    mov r1, r0; add #{POINTER_AT}, r0; mov.l r15, @r0; add #8, r0
    {_floats(4, 8, "fmov.s {}, @r0; add #4, r0")}
    mov.l .Lstack, r3; add r1, r3; mov r15, r2; mov.l .Lwords, r6
1:  mov.l @r2+, r7; mov.l r7, @r3; add #4, r3; dt r6; bf 1b
    mov.l .Lresult, r1
    mov.l @({SIZE_AT},r1), r6; tst r6, r6; bt 3f
    mov.l .Lcall, r3; mov.l @(8,r3), r0
    mov.l .Lvalue, r2; add r1, r2; mov r0, r3
2:  mov.b @r2+, r7; mov.b r7, @r3; add #1, r3; dt r6; bf 2b
    rts; nop
3:  mov r1, r7; add #32, r7
    {_floats(0, 4, "fmov.s @r7+, {}")}
    mov.l @(0,r1), r0; mov.l @(8,r1), r2; mov.l @(12,r1), r3; mov.l @(4,r1), r1
    rts; nop
invoke:
    mov.l r14, @-r15; sts.l pr, @-r15; mov r15, r14
    mov.l .Lroom, r1; sub r1, r15
    mov.l .Lcall, r1; mov.l .Lstack, r2; add r1, r2; mov r15, r3; mov.l .Lwords, r6
4:  mov.l @r2+, r7; mov.l r7, @r3; add #4, r3; dt r6; bf 4b
    mov r4, r3; mov r1, r0; add #{POINTER_AT + 8}, r0
    {_floats(4, 8, "fmov.s @r0+, {}")}
    mov.l @(8,r1), r2; mov.l @(16,r1), r4; mov.l @(20,r1), r5; mov.l @(24,r1), r6; mov.l @(28,r1), r7
    jsr @r3; nop
    mov.l .Lresult, r7
    mov.l r0, @(0,r7); mov.l r1, @(4,r7); mov.l r2, @(8,r7); mov.l r3, @(12,r7)
    add #32, r7
    {_floats(0, 4, "fmov.s {}, @r7; add #4, r7")}
    mov r14, r15; lds.l @r15+, pr; rts; mov.l @r15+, r14
    .align 2
.Lroom: .long {STACK_BYTES}
.Lmain: .long main
.Lexit: .long 252
.Lcall: .long call_frame
.Lresult: .long result_frame
.Lstack: .long {STACK_AT}
.Lwords: .long {STACK_BYTES // 4}
.Lvalue: .long {VALUE_AT}
    .section .note.GNU-stack, "", %progbits
"""


def _compile(directory: Path) -> None:
    command = [tool(GCC), *FLAGS, RIGHT, "-c"]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)


MACHINE = Machine((GCC, RIGHT), "qemu-sh4", THUNKS, _compile, numbers=NUMBERS, word=4, step=4, copies=4)
