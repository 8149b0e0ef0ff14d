"""Compilers for LoongArch with registers of 64 bits as oracles: gcc and clang, for lp64d, lp64f and lp64s."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool

__all__ = ["ABIS", "CLANG", "GCC"]

CROSS_GCC = "loongarch64-linux-gnu-gcc"
CROSS_CLANG = "clang-19"
ABIS = ("lp64d", "lp64f", "lp64s")
SOURCES = ("callers.c", "callees.c")
#: __float128 is no word of either's here; their long double is that format.
FLOAT128 = {"gcc": "-D__float128=_Float128", "clang": "-D__float128=long double"}

#: call_frame and the registers, stored ("st") or loaded ("ld").
REGISTERS = "\n".join(
    [f"    f{{0}}.d $fa{n}, $t0, {80 + 16 * n}" for n in range(8)]
    + [f"    {{0}}.d $a{n}, $t0, {8 * n}" for n in range(8)]
)
THUNKS = f"""
    .text
    .globl _start, transfer, capture, invoke
_start:
    li.w $t3, {STACK_BYTES}; sub.d $sp, $sp, $t3; bl main; li.w $a7, 94; syscall 0
transfer:
    move $a7, $a3; syscall 0; ret
capture:
    la.local $t0, call_frame
{REGISTERS.format("st")}
    st.d $sp, $t0, {POINTER_AT}
    addi.d $t1, $t0, {STACK_AT}; move $t2, $sp; li.w $t3, {STACK_BYTES}
1:  ld.d $t4, $t2, 0; st.d $t4, $t1, 0; addi.d $t2, $t2, 8; addi.d $t1, $t1, 8; addi.d $t3, $t3, -8; bnez $t3, 1b
    la.local $t0, result_frame
    ld.d $t3, $t0, {SIZE_AT}; addi.d $t1, $t0, {VALUE_AT}
2:  beqz $t3, 3f; ld.bu $t4, $t1, 0; st.b $t4, $a0, 0; addi.d $t1, $t1, 1; addi.d $a0, $a0, 1; addi.d $t3, $t3, -1; b 2b
3:  fld.d $fa0, $t0, 32; fld.d $fa1, $t0, 48; ld.d $a0, $t0, 0; ld.d $a1, $t0, 8
    ret
invoke:
    addi.d $sp, $sp, -32; st.d $ra, $sp, 24; st.d $s0, $sp, 16; st.d $s1, $sp, 8
    move $s0, $sp; move $s1, $a0; li.w $t3, {STACK_BYTES}; sub.d $sp, $sp, $t3
    la.local $t0, call_frame
    addi.d $t1, $t0, {STACK_AT}; move $t2, $sp
4:  ld.d $t4, $t1, 0; st.d $t4, $t2, 0; addi.d $t2, $t2, 8; addi.d $t1, $t1, 8; addi.d $t3, $t3, -8; bnez $t3, 4b
{REGISTERS.format("ld")}
    jirl $ra, $s1, 0
    la.local $t0, result_frame
    fst.d $fa0, $t0, 32; fst.d $fa1, $t0, 48; st.d $a0, $t0, 0; st.d $a1, $t0, 8
    move $sp, $s0; ld.d $s1, $sp, 8; ld.d $s0, $sp, 16; ld.d $ra, $sp, 24; addi.d $sp, $sp, 32
    ret
    .section .note.GNU-stack, "", %progbits
"""


def _compile(directory: Path, command: tuple[str, ...], abi: str) -> None:
    for job in [
        started([tool(command[0]), *command[1:], f"-mabi={abi}", *FLAGS, "-c", name], directory) for name in SOURCES
    ]:
        ended(job)


def _machine(abi: str, *command: str) -> Machine:
    near = "-Wl,-Ttext-segment=0x20000000"  # within the 2 GiB that code reaches: see COPIES_AT
    return Machine(
        (CROSS_GCC, f"-mabi={abi}", near), "qemu-loongarch64", THUNKS, partial(_compile, command=command, abi=abi)
    )


#: By ABI.
GCC = {abi: _machine(abi, CROSS_GCC, FLOAT128["gcc"]) for abi in ABIS}
CLANG = {
    abi: _machine(abi, CROSS_CLANG, "--target=loongarch64-linux-gnu", "-nostdlibinc", FLOAT128["clang"]) for abi in ABIS
}
