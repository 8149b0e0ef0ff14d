"""Compilers for RISC-V with registers of 64 bits as oracles: gcc and clang, for lp64d, lp64f and lp64.

All three ABIs are those of one processor, rv64gc; no C library of lp64f's or lp64's is needed.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool

__all__ = ["ABIS", "CLANG", "GCC"]

CROSS_GCC = "riscv64-linux-gnu-gcc"
OBJCOPY = "riscv64-linux-gnu-objcopy"
CROSS_CLANG = "clang-19"
ABIS = ("lp64d", "lp64f", "lp64")
SOURCES = ("callers.c", "callees.c")
#: __float128 is no word of either's here; their long double is that format.
FLOAT128 = {"gcc": "-D__float128=_Float128", "clang": "-D__float128=long double"}

#: call_frame and the registers, stored ("s") or loaded ("l").
REGISTERS = "\n".join(
    [f"    f{{0}}d fa{n}, {80 + 16 * n}(t0)" for n in range(8)] + [f"    {{0}}d a{n}, {8 * n}(t0)" for n in range(8)]
)
THUNKS = f"""
    .text
    .option norelax
    .globl _start, transfer, capture, invoke
_start:
    lla gp, __global_pointer$
    li t3, {STACK_BYTES}; sub sp, sp, t3; call main; li a7, 94; ecall
transfer:
    mv a7, a3; ecall; ret
capture:
    lla t0, call_frame
{REGISTERS.format("s")}
    sd sp, {POINTER_AT}(t0)
    addi t1, t0, {STACK_AT}; mv t2, sp; li t3, {STACK_BYTES}
1:  ld t4, 0(t2); sd t4, 0(t1); addi t2, t2, 8; addi t1, t1, 8; addi t3, t3, -8; bnez t3, 1b
    lla t0, result_frame
    ld t3, {SIZE_AT}(t0); addi t1, t0, {VALUE_AT}
2:  beqz t3, 3f; lbu t4, 0(t1); sb t4, 0(a0); addi t1, t1, 1; addi a0, a0, 1; addi t3, t3, -1; j 2b
3:  fld fa0, 32(t0); fld fa1, 48(t0); ld a0, 0(t0); ld a1, 8(t0)
    ret
invoke:
    addi sp, sp, -32; sd ra, 24(sp); sd s0, 16(sp); sd s1, 8(sp)
    mv s0, sp; mv s1, a0; li t3, {STACK_BYTES}; sub sp, sp, t3
    lla t0, call_frame
    addi t1, t0, {STACK_AT}; mv t2, sp
4:  ld t4, 0(t1); sd t4, 0(t2); addi t2, t2, 8; addi t1, t1, 8; addi t3, t3, -8; bnez t3, 4b
{REGISTERS.format("l")}
    jalr s1
    lla t0, result_frame
    fsd fa0, 32(t0); fsd fa1, 48(t0); sd a0, 0(t0); sd a1, 8(t0)
    mv sp, s0; ld s1, 8(sp); ld s0, 16(sp); ld ra, 24(sp); addi sp, sp, 32
    ret
    .section .note.GNU-stack, "", %progbits
"""


def _compile_gcc(directory: Path, abi: str) -> None:
    command = [tool(CROSS_GCC), f"-mabi={abi}", *FLAGS, "-Wno-psabi", FLOAT128["gcc"], "-c"]
    for job in [started([*command, name], directory) for name in SOURCES]:
        ended(job)


def _compile_clang(directory: Path, abi: str) -> None:
    target = ("--target=riscv64-linux-gnu", "-march=rv64gc", f"-mabi={abi}", "-mno-relax", "-nostdlibinc")
    command = [tool(CROSS_CLANG), *target, *FLAGS, FLOAT128["clang"], "-c"]
    for job in [started([*command, name], directory) for name in SOURCES]:
        ended(job)
    for name in ("callers.o", "callees.o"):  # GNU ld may be older than the words in clang's attributes
        ended(started([tool(OBJCOPY), "--remove-section=.riscv.attributes", name], directory))


def _machine(abi: str, compile: partial[None]) -> Machine:
    return Machine((CROSS_GCC, f"-mabi={abi}"), "qemu-riscv64", THUNKS, compile, boxed=True)


#: By ABI.
GCC = {abi: _machine(abi, partial(_compile_gcc, abi=abi)) for abi in ABIS}
CLANG = {abi: _machine(abi, partial(_compile_clang, abi=abi)) for abi in ABIS}
