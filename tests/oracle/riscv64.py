"""Compilers for RISC-V as oracles: gcc and clang, for lp64d, lp64f and lp64, and for ilp32d, ilp32f and ilp32.

The ABIs of a width are all those of one processor, rv64gc or rv32gc; no C library of theirs is needed.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool

__all__ = ["ABIS", "CLANG", "GCC"]

CROSS_GCC = "riscv64-linux-gnu-gcc"
OBJCOPY = "riscv64-linux-gnu-objcopy"
CROSS_CLANG = "clang-19"
ABIS = ("lp64d", "lp64f", "lp64", "ilp32d", "ilp32f", "ilp32")
SOURCES = ("callers.c", "callees.c")
#: __float128 is no word of either's here; their long double is that format.
FLOAT128 = {"gcc": "-D__float128=_Float128", "clang": "-D__float128=long double"}

#: By the bytes of a word, how it is loaded and stored.
WORDS = {4: ("lw", "sw"), 8: ("ld", "sd")}


def _thunks(word: int) -> str:
    load, store = WORDS[word]

    def registers(move: str, float_move: str) -> str:
        rows = [f"{float_move} fa{n}, {80 + 16 * n}(t0)" for n in range(8)]
        return "; ".join([*rows, *(f"{move} a{n}, {word * n}(t0)" for n in range(8))])

    def results(move: str, float_move: str) -> str:
        return f"{float_move} fa0, 32(t0); {float_move} fa1, 48(t0); {move} a0, 0(t0); {move} a1, {word}(t0)"

    def copy(label: int) -> str:
        return (
            f"{label}:  {load} t4, 0(t2); {store} t4, 0(t1); addi t2, t2, {word}; addi t1, t1, {word}; "
            f"addi t3, t3, -{word}; bnez t3, {label}b"
        )

    return f"""
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
    {registers(store, "fsd")}
    {store} sp, {POINTER_AT}(t0)
    addi t1, t0, {STACK_AT}; mv t2, sp; li t3, {STACK_BYTES}
{copy(1)}
    lla t0, result_frame
    {load} t3, {SIZE_AT}(t0); addi t1, t0, {VALUE_AT}
2:  beqz t3, 3f; lbu t4, 0(t1); sb t4, 0(a0); addi t1, t1, 1; addi a0, a0, 1; addi t3, t3, -1; j 2b
3:  {results(load, "fld")}
    ret
invoke:
    addi sp, sp, -32; {store} ra, 24(sp); {store} s0, 16(sp); {store} s1, 8(sp)
    mv s0, sp; mv s1, a0; li t3, {STACK_BYTES}; sub sp, sp, t3
    lla t0, call_frame
    addi t2, t0, {STACK_AT}; mv t1, sp
{copy(4)}
    {registers(load, "fld")}
    jalr s1
    lla t0, result_frame
    {results(store, "fsd")}
    mv sp, s0; {load} s1, 8(sp); {load} s0, 16(sp); {load} ra, 24(sp); addi sp, sp, 32
    ret
    .section .note.GNU-stack, "", %progbits
"""


def _flags(abi: str) -> tuple[str, ...]:
    return f"-march={'rv32gc' if abi.startswith('ilp32') else 'rv64gc'}", f"-mabi={abi}"


def _compile_gcc(directory: Path, abi: str) -> None:
    command = [tool(CROSS_GCC), *_flags(abi), *FLAGS, "-Wno-psabi", FLOAT128["gcc"], "-c"]
    for job in [started([*command, name], directory) for name in SOURCES]:
        ended(job)


def _compile_clang(directory: Path, abi: str) -> None:
    name = f"riscv{32 if abi.startswith('ilp32') else 64}-linux-gnu"
    target = (f"--target={name}", *_flags(abi), "-mno-relax", "-nostdlibinc")
    command = [tool(CROSS_CLANG), *target, *FLAGS, FLOAT128["clang"], "-c"]
    for job in [started([*command, name], directory) for name in SOURCES]:
        ended(job)
    for name in ("callers.o", "callees.o"):  # GNU ld may be older than the words in clang's attributes
        ended(started([tool(OBJCOPY), "--remove-section=.riscv.attributes", name], directory))


def _machine(abi: str, compile: partial[None]) -> Machine:
    word = 4 if abi.startswith("ilp32") else 8
    return Machine((CROSS_GCC, *_flags(abi)), f"qemu-riscv{8 * word}", _thunks(word), compile, boxed=True, word=word)


#: By ABI.
GCC = {abi: _machine(abi, partial(_compile_gcc, abi=abi)) for abi in ABIS}
CLANG = {abi: _machine(abi, partial(_compile_clang, abi=abi)) for abi in ABIS}
