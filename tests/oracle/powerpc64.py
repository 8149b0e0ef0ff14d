"""gcc for powerpc64, by its conventions for both byte orders, as the oracle."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool
from .register_format import as_double

__all__ = ["BIG", "LITTLE"]

#: Where programs of this CPU begin is where the emulation's values lie.
PLACE = "-Wl,-Ttext-segment=0x20000000"
FLOATING = tuple(f"f{n}" for n in range(1, 14))
VECTOR = tuple(f"v{n}" for n in range(2, 14))
NUMBERS = {f"r{n}": n - 3 for n in range(3, 11)} | {name: n for n, name in enumerate((*FLOATING, *VECTOR))}


def _registers(names: tuple[str, ...], start: int, *, load: bool) -> str:
    """Store (or load) floating-point and vector registers at 16 bytes each behind r11."""
    rows = []
    for name in names:
        at, number = start + 16 * NUMBERS[name], name[1:]
        if name[0] == "f":
            rows.append(f"{'lfd' if load else 'stfd'} {number}, {at}(11)")
        else:
            rows.append(f"li 0, {at}; {'lvx' if load else 'stvx'} {number}, 11, 0")
    return "; ".join(rows)


def _general(*, load: bool) -> str:
    return "; ".join(f"{'ld' if load else 'std'} {n}, {8 * NUMBERS[f'r{n}']}(11)" for n in range(3, 11))


arguments = partial(_registers, (*FLOATING, *VECTOR), 80)
results = partial(_registers, (*FLOATING[:8], *VECTOR[:8]), 32)
#: A function's symbol is where its code starts; at the start, r12.
START_V2 = """
    .abiversion 2
    .text
_start:
0:  addis 2, 12, .TOC.-0b@ha; addi 2, 2, .TOC.-0b@l
    .localentry _start, .-_start
"""
GO_V2 = "mr 12, 3"
#: It is the address of a descriptor.
START_V1 = """
    .section .opd, "aw"
    .irp name, _start, transfer, capture, invoke
\\name: .quad .L.\\name, .TOC.@tocbase, 0
    .type \\name, @function
    .endr
    .text
.L._start:
"""
GO_V1 = "ld 12, 0(3)"


def _thunks(start: str, go: str, code: str) -> str:
    """`go` makes ready to call the function whose address is in r3; `code` starts the labels of code."""
    return f"""
    .globl _start, transfer, capture, invoke
    {start}
    li 0, 0; stdu 0, -{STACK_BYTES + 112}(1); bl main; nop; li 0, 234; sc
{code}transfer:
    addi 0, 6, -60; sc; blr
{code}capture:
    lis 11, call_frame@ha; addi 11, 11, call_frame@l
    {_general(load=False)}
    std 1, {POINTER_AT}(11)
    {arguments(load=False)}
    addi 9, 11, {STACK_AT}; mr 10, 1; li 0, {STACK_BYTES // 8}; mtctr 0
1:  ld 0, 0(10); std 0, 0(9); addi 9, 9, 8; addi 10, 10, 8; bdnz 1b
    lis 11, result_frame@ha; addi 11, 11, result_frame@l
    addi 9, 11, {VALUE_AT}; ld 0, {SIZE_AT}(11); cmpdi 0, 0; beq 3f; mtctr 0
2:  lbz 0, 0(9); stb 0, 0(3); addi 9, 9, 1; addi 3, 3, 1; bdnz 2b
3:  {results(load=True)}
    ld 3, 0(11); ld 4, 8(11); blr
{code}invoke:
    mflr 0; std 0, 16(1); std 31, -8(1); mr 31, 1; {go}
    addi 1, 1, -{STACK_BYTES + 64}
    lis 11, call_frame@ha; addi 11, 11, call_frame@l
    addi 9, 11, {STACK_AT}; mr 10, 1; li 0, {STACK_BYTES // 8}; mtctr 0
4:  ld 0, 0(9); std 0, 0(10); addi 9, 9, 8; addi 10, 10, 8; bdnz 4b
    {arguments(load=True)}
    {_general(load=True)}
    mtctr 12; bctrl
    lis 11, result_frame@ha; addi 11, 11, result_frame@l
    {results(load=False)}
    std 3, 0(11); std 4, 8(11)
    mr 1, 31; ld 0, 16(1); mtlr 0; ld 31, -8(1); blr
    .section .note.GNU-stack, "", %progbits
"""


def _machine(name: str, qemu: str, thunks: str, *switches: str) -> Machine:
    gcc = f"{name}-linux-gnu-gcc"

    def compile(directory: Path) -> None:
        command = [tool(gcc), *FLAGS, *switches, "-Wno-psabi", "-c"]
        for job in [started([*command, file], directory) for file in ("callers.c", "callees.c")]:
            ended(job)

    return Machine((gcc, PLACE, *switches), qemu, thunks, compile, format=as_double, numbers=NUMBERS)


LITTLE = _machine("powerpc64le", "qemu-ppc64le", _thunks(START_V2, GO_V2, ""))
#: With vector registers, which its compiler does without where it is told of no processor.
BIG = _machine("powerpc64", "qemu-ppc64", _thunks(START_V1, GO_V1, ".L."), "-mcpu=power8")
