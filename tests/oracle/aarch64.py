"""Compilers for AArch64 as oracles: gcc for Linux of either byte order, clang for macOS and Windows.

For those clang makes assembler text of callers and callees; all that those systems have of their own in it is
spelling, which is changed to that of ELF. The conventions stay.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool

__all__ = ["MACHINES"]

CROSS_GCC = "aarch64-linux-gnu-gcc"
CLANG = "clang-19"
BIG = "-mbig-endian"
GCC_FLAGS = (*FLAGS, "-Wno-psabi", "-D__float128=_Float128")
CLANG_FLAGS = (
    *FLAGS, "-S", "-nostdlibinc", "-fno-vectorize", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables",
    "-fno-slp-vectorize",
)  # fmt: skip
TRIPLES = {"macos": "arm64-apple-macos", "windows": "aarch64-pc-windows-msvc"}

#: call_frame and the registers, stored ("st") or loaded ("ld").
REGISTERS = """
    {0}p x2, x3, [x16, 16]; {0}p x4, x5, [x16, 32]; {0}p x6, x7, [x16, 48]; {0}r x8, [x16, 64]
    {0}p q0, q1, [x16, 80]; {0}p q2, q3, [x16, 112]; {0}p q4, q5, [x16, 144]; {0}p q6, q7, [x16, 176]
    {0}p x0, x1, [x16]
"""
THUNKS = f"""
    .text
    .globl _start, transfer, capture, invoke
_start:
    mov x9, {STACK_BYTES}; sub sp, sp, x9; bl main; mov x8, 94; svc 0
transfer:
    mov x8, x3; svc 0; ret
capture:
    adrp x16, call_frame; add x16, x16, :lo12:call_frame
    {REGISTERS.format("st")}
    mov x17, sp; str x17, [x16, {POINTER_AT}]
    add x9, x16, {STACK_AT}; mov x10, {STACK_BYTES}
1:  ldr x11, [x17], 8; str x11, [x9], 8; subs x10, x10, 8; b.ne 1b
    adrp x16, result_frame; add x16, x16, :lo12:result_frame
    ldr x10, [x16, {SIZE_AT}]; add x9, x16, {VALUE_AT}
2:  cbz x10, 3f; ldrb w11, [x9], 1; strb w11, [x8], 1; sub x10, x10, 1; b 2b
3:  ldp q0, q1, [x16, 32]; ldp q2, q3, [x16, 64]; ldp x0, x1, [x16]; mov x8, 0
    ret
invoke:
    stp x29, x30, [sp, -32]!; mov x29, sp; str x19, [sp, 16]
    mov x19, x0; mov x10, {STACK_BYTES}; sub sp, sp, x10; mov x9, sp
    adrp x16, call_frame; add x16, x16, :lo12:call_frame; add x17, x16, {STACK_AT}
4:  ldr x11, [x17], 8; str x11, [x9], 8; subs x10, x10, 8; b.ne 4b
    {REGISTERS.format("ld")}
    blr x19
    adrp x16, result_frame; add x16, x16, :lo12:result_frame
    stp q0, q1, [x16, 32]; stp q2, q3, [x16, 64]; stp x0, x1, [x16]
    mov sp, x29; ldr x19, [sp, 16]; ldp x29, x30, [sp], 32
    ret
    .section .note.GNU-stack, "", %progbits
"""


def _compile_gcc(directory: Path, *switches: str) -> None:
    command = [tool(CROSS_GCC), *switches, *GCC_FLAGS, "-c"]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)


def _compile_clang(directory: Path, system: str) -> None:
    command = [tool(CLANG), f"--target={TRIPLES[system]}", *CLANG_FLAGS]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)
    for name in ("callers.s", "callees.s"):
        assembler = directory / name
        assembler.write_text(elf(assembler.read_text(), system))
    ended(started([tool(CROSS_GCC), "-c", "callers.s", "callees.s"], directory))


def elf(text: str, system: str) -> str:
    """Assembler text for Mach-O or COFF in ELF's spelling."""
    if system == "macos":
        text = re.sub(r";.*$", "", text, flags=re.M)  # comments
        text = re.sub(r"\b(_\w+)@PAGEOFF\b", r":lo12:\1", text).replace("@PAGE", "")
        text = re.sub(r"(?<![\w.])_(?=[a-z])", "", text)
        text = re.sub(r"^\s*\.(zerofill \w+,\w+,|comm\s+)(\w+),\s*(\d+).*$", r".comm \2, \3, 64", text, flags=re.M)
        gone = r"section|build_version|subsections_via_symbols|loh"
    else:
        gone = r"def|scl|type|endef|seh_\w+|addrsig\w*|section|set|file"
    return re.sub(rf"^\s*\.({gone})\b.*$", "", text, flags=re.M)


#: By the system, but "big" for Linux of the other byte order.
MACHINES = {"linux": Machine((CROSS_GCC,), "qemu-aarch64", THUNKS, _compile_gcc)} | {
    system: Machine((CROSS_GCC,), "qemu-aarch64", THUNKS, partial(_compile_clang, system=system)) for system in TRIPLES
} | {
    "big": Machine(
        (CROSS_GCC, BIG), "qemu-aarch64_be", THUNKS, lambda directory: _compile_gcc(directory, BIG), vector=16
    )
}  # fmt: skip
