"""gcc for 32-bit Arm as the oracle, its code in Thumb state: by the VFP variant, and by the base standard.

What is not the compiler's is in Arm state, so that every call goes from the one to the other.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool

__all__ = ["MACHINES"]

GCC = "arm-linux-gnueabihf-gcc"
NEON = ("-mfpu=neon", "-mfp16-format=ieee")
#: The ABI before EABI, whose code is in Arm state. Its floating-point numbers go through no register of their own.
OABI_GCC = "arm-linux-gnueabi-gcc"
OABI = ("-mabi=apcs-gnu", "-marm", "-march=armv5te")
#: The same registers, by their names of 32, 64 and 128 bits.
NUMBERS = {f"{bank}{n}": n * words for bank, words in (("r", 1), ("s", 1), ("d", 2), ("q", 4)) for n in range(16)}

THUNKS = f"""
    .syntax unified
    .arch armv7-a
    .fpu neon
    .text
    .arm
    .globl _start, transfer, capture, invoke
    .type _start, %function
    .type transfer, %function
    .type capture, %function
    .type invoke, %function
_start:
    sub sp, sp, #{STACK_BYTES}; bl main; mov r7, #248; svc 0
transfer:
    push {{r7, lr}}; sub r7, r3, #60; svc 0; pop {{r7, pc}}
capture:
    ldr ip, =call_frame
    stm ip, {{r0-r3}}
    str sp, [ip, #{POINTER_AT}]
    add r1, ip, #80; vstm r1, {{d0-d7}}
    add r1, ip, #{STACK_AT}; mov r2, sp; ldr r3, ={STACK_BYTES}
1:  ldr ip, [r2], #4; str ip, [r1], #4; subs r3, r3, #4; bne 1b
    ldr ip, =result_frame
    ldr r3, [ip, #{SIZE_AT}]; add r1, ip, #{VALUE_AT}
2:  cmp r3, #0; ldrbne r2, [r1], #1; strbne r2, [r0], #1; subne r3, r3, #1; bne 2b
    add r1, ip, #32; vldm r1, {{d0-d7}}
    ldm ip, {{r0-r3}}
    bx lr
invoke:
    push {{r4, fp, ip, lr}}; mov fp, sp; mov r4, r0
    sub sp, sp, #{STACK_BYTES}
    ldr ip, =call_frame
    add r1, ip, #{STACK_AT}; mov r2, sp; ldr r3, ={STACK_BYTES}
3:  ldr r0, [r1], #4; str r0, [r2], #4; subs r3, r3, #4; bne 3b
    add r1, ip, #80; vldm r1, {{d0-d7}}
    ldm ip, {{r0-r3}}
    blx r4
    ldr ip, =result_frame
    stm ip, {{r0-r3}}
    add r1, ip, #32; vstm r1, {{d0-d7}}
    mov sp, fp; pop {{r4, fp, ip, pc}}
    .ltorg
    .section .note.GNU-stack, "", %progbits
"""


def _compile(directory: Path, flags: tuple[str, ...], gcc: str = GCC) -> None:
    command = [tool(gcc), *FLAGS, "-Wno-psabi", *flags, "-c"]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)


#: By target. The linker is told nothing of the two variants being linked: what they share takes integers alone.
MACHINES = {
    on: Machine(
        (GCC, "-Wl,--no-warn-mismatch"), "qemu-arm", THUNKS, partial(_compile, flags=(*NEON, f"-mfloat-abi={abi}")),
        numbers=NUMBERS, word=4, step=4,
    )
    for on, abi in (("arm-linux", "hard"), ("arm-linux-eabi", "softfp"))
} | {
    "arm-linux-oabi": Machine(
        (OABI_GCC, *OABI, "-Wl,--no-warn-mismatch"), "qemu-arm", THUNKS, partial(_compile, flags=OABI, gcc=OABI_GCC),
        numbers=NUMBERS, word=4, step=4, copies=4,
    )
}  # fmt: skip
