"""Compilers for AArch64 as oracles, their code run by qemu: what a call by their convention puts where.

One program holds functions of random signatures and their callers. For each signature it reads a record from its
input, has the compiler's caller call `capture` as if that were the function, which stores all registers and the stack
and returns what the record says; then has `invoke` load registers and stack from the record and call the compiler's
function. What was stored it writes out. farcall's placements say what the record holds and what must come out.

gcc makes the program for Linux. For macOS and Windows clang makes assembler text of callers and callees; all that
those systems have of their own in it is spelling, which is changed to that of ELF. The conventions stay.

    call_frame     0: x0 to x8, 72: the stack pointer at the call, 80: v0 to v7, 208: the stack, upwards
    result_frame   0: x0 x1, 16: how many bytes `capture` writes through x8, 32: v0 to v3, 96: those bytes
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from farcall.convention import Register, Stack

from .signature import Case
from .source import callee_source, caller_source

__all__ = [
    "COPIES", "COPIES_AT", "FRAME", "MEMORY_AT", "POINTER_AT", "RESULT", "SIZE_AT", "VALUE_AT",
    "Given", "Seen", "frame_offset", "observe", "result_offset",
]  # fmt: skip

POINTER_AT, VECTORS_AT, STACK_AT = 72, 80, 208
STACK_BYTES = 6144
FRAME = STACK_AT + STACK_BYTES
SIZE_AT, RESULT_VECTORS_AT, VALUE_AT = 16, 32, 96
ROOM = 256  # for a result
RESULT = VALUE_AT + ROOM
ARGUMENTS = 2048
COPIES = 4096
#: Where the linker puts the room for values by reference, and behind it that for a result in memory.
COPIES_AT = 0x1000_0000
MEMORY_AT = COPIES_AT + COPIES

#: The program's input and output, by signature: these buffers, one after the other.
INPUT = (
    ("args_in", ARGUMENTS),
    ("result_out", RESULT),
    ("frame_in", FRAME),
    ("copies", COPIES),
    ("result_given", ROOM),
)
OUTPUT = (("call_frame", FRAME), ("result_got", ROOM), ("args_seen", ARGUMENTS), ("result_frame", RESULT),
          ("result_memory", ROOM))  # fmt: skip

CROSS_GCC = "aarch64-linux-gnu-gcc"
CLANG = "clang-19"
QEMU = "qemu-aarch64"
FLAGS = ("-O1", "-std=gnu11", "-w", "-fno-strict-aliasing")
GCC_FLAGS = (*FLAGS, "-Wno-psabi", "-fno-pic", "-D__float128=_Float128")
CLANG_FLAGS = (
    *FLAGS, "-S", "-ffreestanding", "-nostdlibinc", "-fno-pic", "-fno-stack-protector", "-fno-vectorize",
    "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fno-slp-vectorize",
)  # fmt: skip
TRIPLES = {"macos": "arm64-apple-macos", "windows": "aarch64-pc-windows-msvc"}

#: Headers for systems that are not here, by name.
STUBS = {
    "string.h": "#define memcpy __builtin_memcpy\n",
    "sys/types.h": "typedef __PTRDIFF_TYPE__ ssize_t;\n",
    "wchar.h": "#include <stddef.h>\n",
}
MAIN = """
#include <stdio.h>
#include <string.h>
{buffers}
void capture(void), invoke(void (*function)(void));
{declarations}
static void (*const callers[])(void (*)(void)) = {{ {callers} }};
static void (*const callees[])(void) = {{ {callees} }};
int main(void)
{{
    for (int i = 0; i < {count}; i++) {{
        {read}
        memcpy(result_frame, result_out, sizeof result_out);
        callers[i](capture);
        fwrite(call_frame, sizeof call_frame, 1, stdout);
        fwrite(result_got, {room}, 1, stdout);
        fflush(stdout);
        memcpy(call_frame, frame_in, sizeof frame_in);
        invoke(callees[i]);
        fwrite(args_seen, {arguments}, 1, stdout);
        fwrite(result_frame, sizeof result_frame, 1, stdout);
        fwrite(result_memory, {room}, 1, stdout);
        fflush(stdout);
    }}
    return 0;
}}
"""
#: call_frame and the registers, stored ("st") or loaded ("ld").
REGISTERS = """
    {0}p x2, x3, [x16, 16]; {0}p x4, x5, [x16, 32]; {0}p x6, x7, [x16, 48]; {0}r x8, [x16, 64]
    {0}p q0, q1, [x16, 80]; {0}p q2, q3, [x16, 112]; {0}p q4, q5, [x16, 144]; {0}p q6, q7, [x16, 176]
    {0}p x0, x1, [x16]
"""
THUNKS = f"""
    .text
    .globl capture, invoke
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


class Given(NamedTuple):
    """The input for one signature: bytes of the buffers that `INPUT` names; shorter ones are filled up."""

    args_in: bytes
    result_out: bytes
    frame_in: bytes
    copies: bytes
    result_given: bytes


class Seen(NamedTuple):
    """The output for one signature, as `OUTPUT` names it."""

    call_frame: bytes
    result_got: bytes
    args_seen: bytes
    result_frame: bytes
    result_memory: bytes


def frame_offset(place: Register | Stack) -> int:
    """Where an argument's register or stack place lies in `call_frame`."""
    if isinstance(place, Stack):
        return STACK_AT + place.offset
    number = int(place.name[1:])
    return VECTORS_AT + 16 * number if place.bank == "vector" else 8 * number


def result_offset(place: Register | Stack) -> int:
    """Where a result's register lies in `result_frame`."""
    assert isinstance(place, Register)
    number = int(place.name[1:])
    return RESULT_VECTORS_AT + 16 * number if place.bank == "vector" else 8 * number


def observe(cases: Sequence[Case], given: Sequence[Given], directory: Path, system: str) -> list[Seen]:
    """What the program saw for each case, made by the compiler for `system`: "linux", "macos" or "windows"."""
    directory.mkdir(exist_ok=True)
    program = _program(cases, directory, system)
    sizes = [size for _, size in INPUT]
    data = b"".join(part.ljust(size, b"\0") for one in given for part, size in zip(one, sizes, strict=True))
    assert len(data) == len(cases) * sum(sizes)
    done = subprocess.run([_tool(QEMU), str(program)], input=data, capture_output=True, check=False)
    whole = sum(size for _, size in OUTPUT)
    if done.returncode:
        count, rest = divmod(len(done.stdout), whole)
        way = "into" if rest else "out of"
        pytest.fail(f"it ended with {done.returncode} in {cases[count]}, {way} the compiler's code\n{done.stderr!r}")
    assert len(done.stdout) == len(cases) * whole
    seen, at = [], 0
    for _ in cases:
        parts = []
        for _, size in OUTPUT:
            parts.append(done.stdout[at : at + size])
            at += size
        seen.append(Seen(*parts))
    return seen


def _program(cases: Sequence[Case], directory: Path, system: str) -> Path:
    gcc = _tool(CROSS_GCC)
    _tool(QEMU)
    program = directory / "program"
    texts = {
        "callers.c": f"#define result_buffer result_got\n{caller_source(cases)}",
        "callees.c": f"#define result_buffer result_given\n{callee_source(cases)}",
        "main.c": _main(cases),
        "thunks.S": THUNKS,
    }
    for name, text in texts.items():
        (directory / name).write_text(text)
    parts = [*texts]
    jobs = [_started([gcc, *GCC_FLAGS, "-c", "main.c", "thunks.S"], directory)]
    if system == "linux":
        jobs += [_started([gcc, *GCC_FLAGS, "-c", name], directory) for name in parts[:2]]
    else:
        jobs += [_started(_clang(system, name, directory), directory) for name in parts[:2]]
    for job in jobs:
        _ended(job)
    if system != "linux":
        for name in parts[:2]:
            assembler = directory / name.replace(".c", ".s")
            assembler.write_text(elf(assembler.read_text(), system))
        _ended(_started([gcc, "-c", "callers.s", "callees.s"], directory))
    objects = [f"{Path(name).stem}.o" for name in parts]
    _ended(_started([gcc, "-static", "-no-pie", f"-Wl,--section-start=.copies={COPIES_AT:#x}", "-o", "program",
                     *objects], directory))  # fmt: skip
    return program


def _main(cases: Sequence[Case]) -> str:
    here = {"args_in", "result_got", "args_seen", "result_given"}  # in the callers' and callees' files
    sizes = dict(INPUT) | dict(OUTPUT)
    fixed = {"copies", "result_memory"}
    buffers = [
        f"extern unsigned char {name}[];" if name in here
        else f"unsigned char {name}[{size}] __attribute__((aligned(64)));"
        for name, size in sizes.items() if name not in fixed
    ]  # fmt: skip
    room = COPIES + ROOM
    buffers.append(f'unsigned char fixed[{room}] __attribute__((aligned(4096), section(".copies"))) = {{1}};')
    buffers.append(f"#define copies fixed\n#define result_memory (fixed + {COPIES})")
    return MAIN.format(
        buffers="\n".join(buffers),
        declarations="".join(f"void call_{case.name}(void (*)(void)), {case.name}(void);\n" for case in cases),
        callers=", ".join(f"call_{case.name}" for case in cases),
        callees=", ".join(case.name for case in cases),
        count=len(cases),
        read="\n        ".join(f"if (fread({name}, {size}, 1, stdin) != 1) return 2;" for name, size in INPUT),
        room=ROOM,
        arguments=ARGUMENTS,
    )


def _clang(system: str, name: str, directory: Path) -> list[str]:
    for header, text in STUBS.items():
        path = directory / "include" / header
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [_tool(CLANG), f"--target={TRIPLES[system]}", *CLANG_FLAGS, "-isystem", "include", name]


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


def _started(command: list[str], directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(command, cwd=directory, stderr=subprocess.PIPE, text=True)


def _ended(job: subprocess.Popen[str]) -> None:
    _, errors = job.communicate()
    if job.returncode:
        pytest.fail(f"{job.args!r} failed:\n{errors[:4000]}")


def _tool(name: str) -> str:
    """The tool's path. Without it the test is skipped; under CI it fails."""
    found = shutil.which(name)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"needs {name}")
    return found
