"""gcc for Alpha as the oracle."""

from __future__ import annotations

from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool
from .register_format import mapped

__all__ = ["GCC", "MACHINE"]

GCC = "alpha-linux-gnu-gcc"
NUMBERS = {"v0": 0, "f0": 0, "f1": 1} | {f"a{n}": n for n in range(6)} | {f"f{16 + n}": n for n in range(6)}


def _arguments(move: str, float_move: str) -> str:
    rows = [f"{float_move} $f{16 + n}, {80 + 16 * n}($1)" for n in range(6)]
    return "; ".join([*rows, *(f"{move} ${16 + n}, {8 * n}($1)" for n in range(6))])


THUNKS = f"""
    .text
    .globl _start, transfer, capture, invoke
    .set noat
    .ent _start
_start:
    br $27, 1f
1:  ldgp $29, 0($27)
    lda $30, -{STACK_BYTES + 64}($30)
    jsr $26, main
    mov $0, $16; lda $0, 405; callsys
    .end _start
transfer:
    lda $0, -60($19); callsys; beq $19, 1f; subq $31, $0, $0
1:  ret
capture:
    br $27, 1f
1:  ldgp $29, 0($27)
    lda $1, call_frame
    {_arguments("stq", "stt")}
    stq $30, {POINTER_AT}($1)
    lda $2, {STACK_AT}($1); mov $30, $3; lda $4, {STACK_BYTES // 8}
2:  ldq $5, 0($3); stq $5, 0($2); addq $2, 8, $2; addq $3, 8, $3; subq $4, 1, $4; bne $4, 2b
    lda $1, result_frame
    mov $16, $0
    lda $2, {VALUE_AT}($1); ldq $4, {SIZE_AT}($1); beq $4, 4f
3:  ldbu $5, 0($2); stb $5, 0($16); addq $2, 1, $2; addq $16, 1, $16; subq $4, 1, $4; bne $4, 3b
    ret
4:  ldt $f0, 32($1); ldt $f1, 48($1); ldq $0, 0($1)
    ret
invoke:
    br $27, 1f
1:  ldgp $29, 0($27)
    lda $30, -32($30); stq $26, 0($30); stq $15, 8($30); mov $30, $15; mov $16, $27
    lda $30, -{STACK_BYTES}($30)
    lda $1, call_frame
    lda $2, {STACK_AT}($1); mov $30, $3; lda $4, {STACK_BYTES // 8}
5:  ldq $5, 0($2); stq $5, 0($3); addq $2, 8, $2; addq $3, 8, $3; subq $4, 1, $4; bne $4, 5b
    {_arguments("ldq", "ldt")}
    jsr $26, ($27), 0
    ldgp $29, 0($26)
    lda $1, result_frame
    stt $f0, 32($1); stt $f1, 48($1); stq $0, 0($1)
    mov $15, $30; ldq $26, 0($30); ldq $15, 8($30); lda $30, 32($30)
    ret
    .section .note.GNU-stack, "", %progbits
"""
#: An ev56 has `ldbu` and `stb`.
BYTES = "-mcpu=ev56"


def _compile(directory: Path) -> None:
    command = [tool(GCC), *FLAGS, "-D__float128=_Float128", "-c"]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)


#: Near the copies, which code reaches from the same pointer as other data.
NEAR = "-Wl,-Ttext-segment=0x10100000"
MACHINE = Machine((GCC, BYTES, NEAR), "qemu-alpha", THUNKS, _compile, format=mapped, numbers=NUMBERS)
