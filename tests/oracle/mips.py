"""gcc for MIPS as the oracle, of either byte order: by o32, n64 and n32, and as these are without floating-point registers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool

__all__ = ["MACHINES", "SOFT", "SYSTEM"]

#: No code that finds its data by a register of the caller's.
PLAIN = ("-mno-abicalls", "-G0")
#: Not where the copies are to lie, which is where programs of n32 begin.
CLEAR = "-Wl,-Ttext-segment=0x20000000"
#: By ABI: the bytes of a word, instructions for it and for an address, Linux's number for `exit`, what is added to the
#: emulation's numbers, and the general and floating-point registers of arguments.
ABIS = {
    "o32": (4, "lw", "sw", "addiu", "subu", "la", 4001, 3940, range(4, 8), (12, 14)),
    "n64": (8, "ld", "sd", "daddiu", "dsubu", "dla", 5058, 4937, range(4, 12), range(12, 20)),
    "n32": (8, "ld", "sd", "addiu", "subu", "la", 6058, 5937, range(4, 12), range(12, 20)),
}
#: Where registers lie in the frames: gcc goes on with o32's results in registers of arguments.
RESULTS = {"v0": 0, "v1": 1, "f0": 0, "f2": 1}
NUMBERS = {
    4: {**RESULTS, **{f"a{n}": 2 + n for n in range(4)}, "f12": 0, "f14": 1},
    8: {**RESULTS, "f1": 2, **{f"a{n}": n for n in range(8)}, **{f"f{12 + n}": n for n in range(8)}},
}


#: What gcc calls them.
GNU = {"o32": "32", "n64": "64", "n32": "n32"}


def _thunks(abi: str) -> str:
    word, load, store, add, subtract, address, leave, numbers, general, floating = ABIS[abi]
    first = 2 * word if word == 4 else 0  # of a0 in the frame

    def registers(move: str, float_move: str) -> str:
        rows = [f"{float_move} $f{n}, {80 + 16 * i}($24)" for i, n in enumerate(floating)]
        return "; ".join([*rows, *(f"{move} ${n}, {first + word * i}($24)" for i, n in enumerate(general))])

    def results(move: str, float_move: str) -> str:
        rows = [f"{float_move} $f{n}, {at}($24)" for n, at in (((0, 32), (2, 48), (1, 64))[: 1 + word // 4])]
        return "; ".join([*rows, *(f"{move} ${n}, {word * i}($24)" for i, n in enumerate(range(2, 2 + 16 // word)))])

    return f"""
    .text
    .set reorder
    .globl __start, transfer, capture, invoke
__start:
    li $3, {STACK_BYTES + 64}; {subtract} $sp, $sp, $3; jal main; move $4, $2; li $2, {leave}; syscall
transfer:
    addiu $2, $7, {numbers}; syscall; beqz $7, 1f; {subtract} $2, $0, $2
1:  jr $31
capture:
    {address} $24, call_frame
    {registers(store, "sdc1")}
    {store} $sp, {POINTER_AT}($24)
    {add} $25, $24, {STACK_AT}; move $2, $sp; li $3, {STACK_BYTES}; move $14, $4
2:  {load} $12, 0($2); {store} $12, 0($25); {add} $2, $2, {word}; {add} $25, $25, {word}
    addiu $3, $3, -{word}; bnez $3, 2b
    {address} $24, result_frame
    {load} $15, {SIZE_AT}($24); {add} $25, $24, {VALUE_AT}; move $3, $15; move $12, $14
3:  beqz $3, 4f; lbu $13, 0($25); sb $13, 0($12); {add} $25, $25, 1; {add} $12, $12, 1; addiu $3, $3, -1; b 3b
4:  {results(load, "ldc1")}
    beqz $15, 5f; move $2, $14
5:  jr $31
invoke:
    {add} $sp, $sp, -64; {store} $31, 48($sp); {store} $16, 40($sp); move $16, $sp; move $25, $4
    li $3, {STACK_BYTES}; {subtract} $sp, $sp, $3
    {address} $24, call_frame
    {add} $12, $24, {STACK_AT}; move $2, $sp
6:  {load} $13, 0($12); {store} $13, 0($2); {add} $2, $2, {word}; {add} $12, $12, {word}
    addiu $3, $3, -{word}; bnez $3, 6b
    {registers(load, "ldc1")}
    jalr $25
    {address} $24, result_frame
    {results(store, "sdc1")}
    move $sp, $16; {load} $16, 40($sp); {load} $31, 48($sp); {add} $sp, $sp, 64; jr $31
    .section .note.GNU-stack, "", %progbits
"""


def _compile(directory: Path, compiler: str, switches: tuple[str, ...]) -> None:
    command = [tool(compiler), *PLAIN, *switches, *FLAGS, "-D__float128=_Float128", "-c"]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)


def _machine(name: str, qemu: str, abi: str, *switches: str) -> Machine:
    compiler, word, chosen = f"{name}-gcc", ABIS[abi][0], f"-mabi={GNU[abi]}"
    return Machine(
        (compiler, *PLAIN, chosen, CLEAR), qemu, _thunks(abi), partial(_compile, compiler=compiler, switches=(chosen, *switches)),
        numbers=NUMBERS[word], word=word, vector=8,
    )  # fmt: skip


#: The compiler of each target, its emulator, and the ABI.
BY_TARGET = {
    "mipsel-linux": ("mipsel-linux-gnu", "qemu-mipsel", "o32"),
    "mips-linux": ("mips-linux-gnu", "qemu-mips", "o32"),
    "mips64el-linux": ("mips64el-linux-gnuabi64", "qemu-mips64el", "n64"),
    "mips64-linux": ("mips64-linux-gnuabi64", "qemu-mips64", "n64"),
    "mips64el-linux-n32": ("mips64el-linux-gnuabi64", "qemu-mipsn32el", "n32"),
    "mips64-linux-n32": ("mips64-linux-gnuabi64", "qemu-mipsn32", "n32"),
}
#: By target, with floating-point registers and without.
MACHINES = {name: _machine(*row) for name, row in BY_TARGET.items()}
SOFT = {name: _machine(*row, "-msoft-float") for name, row in BY_TARGET.items()}
#: Calling by t9, as all code of Linux's does, and finding data without it.
CALLING = ("-mabicalls", "-mno-shared")
SYSTEM = {name: _machine(*row, *CALLING, *(("-msym32",) if row[2] == "n64" else ())) for name, row in BY_TARGET.items()}
