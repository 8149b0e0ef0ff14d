"""gcc for powerpc of 32 bits as the oracle, with either rule for the result of a small struct."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool
from .register_format import as_double

__all__ = ["GCC", "MACHINES"]

GCC = "powerpc-linux-gnu-gcc"
NUMBERS = {f"r{n}": n - 3 for n in range(3, 11)} | {f"f{n}": n - 1 for n in range(1, 9)}


def _floating(names: range, start: int, *, load: bool) -> str:
    return "; ".join(f"{'lfd' if load else 'stfd'} {n}, {start + 16 * (n - 1)}(11)" for n in names)


def _general(names: range, *, load: bool) -> str:
    return "; ".join(f"{'lwz' if load else 'stw'} {n}, {4 * (n - 3)}(11)" for n in names)


arguments = partial(_floating, range(1, 9), 80)
results = partial(_floating, range(1, 5), 32)
#: Of results, the general registers before what the frame has next.
RETURNED = range(3, 7)
THUNKS = f"""
    .text
    .globl _start, transfer, capture, invoke
_start:
    rlwinm 1, 1, 0, 0, 27; li 0, 0; stwu 0, -{STACK_BYTES + 64}(1); bl main; li 0, 234; sc
transfer:
    addi 0, 6, -60; sc; bnslr; neg 3, 3; blr
capture:
    lis 11, call_frame@ha; addi 11, 11, call_frame@l
    {_general(range(3, 11), load=False)}
    stw 1, {POINTER_AT}(11)
    {arguments(load=False)}
    addi 9, 11, {STACK_AT}; mr 10, 1; li 0, {STACK_BYTES // 4}; mtctr 0
1:  lwz 0, 0(10); stw 0, 0(9); addi 9, 9, 4; addi 10, 10, 4; bdnz 1b
    lis 11, result_frame@ha; addi 11, 11, result_frame@l
    addi 9, 11, {VALUE_AT}; lwz 0, {SIZE_AT}(11); cmpwi 0, 0; beq 3f; mtctr 0
2:  lbz 0, 0(9); stb 0, 0(3); addi 9, 9, 1; addi 3, 3, 1; bdnz 2b
3:  {results(load=True)}
    {_general(RETURNED, load=True)}
    blr
invoke:
    mflr 0; stw 0, 4(1); stw 31, -4(1); mr 31, 1; mr 12, 3
    addi 1, 1, -{STACK_BYTES + 64}
    lis 11, call_frame@ha; addi 11, 11, call_frame@l
    addi 9, 11, {STACK_AT}; mr 10, 1; li 0, {STACK_BYTES // 4}; mtctr 0
4:  lwz 0, 0(9); stw 0, 0(10); addi 9, 9, 4; addi 10, 10, 4; bdnz 4b
    {arguments(load=True)}
    {_general(range(3, 11), load=True)}
    mtctr 12; creqv 6, 6, 6; bctrl
    lis 11, result_frame@ha; addi 11, 11, result_frame@l
    {results(load=False)}
    {_general(RETURNED, load=False)}
    mr 1, 31; lwz 0, 4(1); mtlr 0; lwz 31, -4(1); blr
    .section .note.GNU-stack, "", %progbits
"""


def _compile(directory: Path, switch: str) -> None:
    command = [tool(GCC), *FLAGS, switch, "-Wno-psabi", "-c"]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)


#: By target.
MACHINES = {
    name: Machine(
        (GCC, "-Wl,-Ttext-segment=0x20000000"),
        "qemu-ppc",
        THUNKS,
        partial(_compile, switch=switch),
        format=as_double,
        numbers=NUMBERS,
        word=4,
        copies=8,
    )
    for name, switch in (("ppc-linux", "-maix-struct-return"), ("ppc-linux-svr4", "-msvr4-struct-return"))
}
