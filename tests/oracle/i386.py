"""Compilers for 32-bit x86 as oracles, their code run right here: what a call by a convention puts where.

One program holds functions of random signatures and their callers. For each signature it reads a record from its
input, has the compiler's caller call `capture` as if that were the function, which stores all registers and the stack
and returns what the record says; then has `invoke` load registers and stack from the record and call the compiler's
function. What was stored it writes out. farcall's placements say what the record holds and what must come out.

gcc makes the program for Linux, and for MinGW, whose rules are switches to it. For the others clang makes assembler
text of callers and callees; all that those systems have of their own in it is spelling, which is changed to that of
ELF. The conventions stay.

    call_frame     0: eax edx ecx, 12: the stack pointer at the call, 16: mm0 to mm2, 40: whether `invoke` loads those,
                   44: by how much it moves the stack pointer off an alignment to 64, 64: four vector registers of 64
                   bytes, 320: the stack, upwards
    result_frame   0: eax edx, 8: the way of the result, 12: how many bytes `capture` writes through the hidden pointer,
                   16: where in call_frame that pointer is, 20: how many bytes the callee pops, 24: mm0, 32: st0,
                   64: a vector register, 128: those bytes

The way is the size in which st0 is stored (4, 8, 10), `IN_MMX`, `IN_MEMORY`, or 0.
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
from tests.toolchain import x86

from .signature import Case
from .source import callee_source, caller_source

__all__ = [
    "COPIES", "COPIES_AT", "FRAME", "IN_MEMORY", "IN_MMX", "LOADS_MMX_AT", "MEMORY_AT", "OFF_AT", "POINTER_AT",
    "RESULT", "SYSTEMS", "VALUE_AT", "WAY_AT", "Given", "Seen", "frame_offset", "observe", "result_offset",
]  # fmt: skip

GENERAL = ("eax", "edx", "ecx")
POINTER_AT, MMX_AT, LOADS_MMX_AT, OFF_AT, VECTORS_AT, STACK_AT = 12, 16, 40, 44, 64, 320
STACK_BYTES = 6144
FRAME = STACK_AT + STACK_BYTES
WAY_AT, SIZE_AT, HIDDEN_AT, POPS_AT, RESULT_MMX_AT, X87_AT, RESULT_VECTOR_AT, VALUE_AT = 8, 12, 16, 20, 24, 32, 64, 128
IN_MMX, IN_MEMORY = 2, 3
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

GCC = (x86("gcc"), "-m32")
CLANG = "clang-19"
FLAGS = ("-O1", "-std=gnu11", "-w", "-fno-strict-aliasing", "-fno-pic", "-fno-stack-protector", "-msse2")
GCC_FLAGS = (*FLAGS, "-Wno-psabi", "-mfpmath=sse")
CLANG_FLAGS = (
    *FLAGS, "-S", "-ffreestanding", "-nostdlibinc", "-fno-vectorize", "-fno-slp-vectorize", "-mno-stack-arg-probe",
    "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fno-addrsig",
)  # fmt: skip
WIDE = ("-mavx512f", "-mprefer-vector-width=128")

#: How each system's code is made: gcc's switches, or clang's target.
SYSTEMS: dict[str, tuple[str, ...] | str] = {
    "i386-linux": (),
    # gcc's config/i386/cygming.h: MS_ABI, no DEFAULT_PCC_STRUCT_RETURN, MASK_ALIGN_DOUBLE, MASK_MS_BITFIELD_LAYOUT.
    "i386-windows-gnu": (
        "-mabi=ms",
        "-freg-struct-return",
        "-malign-double",
        "-mms-bitfields",
        "-fshort-wchar",
        "-mincoming-stack-boundary=2",
    ),
    "i386-freebsd": "i386-unknown-freebsd",
    "i386-openbsd": "i386-unknown-openbsd",
    "i386-macos": "i386-apple-macos",
    "i386-windows-msvc": "i686-pc-windows-msvc",
}

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
    volatile char above[{above}]; /* what `capture` takes for the stack is within it */
    above[0] = 0;
    for (int i = 0; i < {count}; i++) {{
        {read}
        memcpy(result_frame, result_out, sizeof result_out);
        callers[i](capture);
        __asm__ volatile ("emms");
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
THUNKS = f"""
    .text
    .globl capture, invoke
capture:
    movl %eax, call_frame; movl %edx, call_frame + 4; movl %ecx, call_frame + 8
    leal 4(%esp), %eax; movl %eax, call_frame + {POINTER_AT}
    movq %mm0, call_frame + {MMX_AT}; movq %mm1, call_frame + {MMX_AT + 8}; movq %mm2, call_frame + {MMX_AT + 16}
    emms
    {{store}}
    pushl %esi; pushl %edi
    movl %eax, %esi; movl $call_frame + {STACK_AT}, %edi; movl ${STACK_BYTES}, %ecx; rep movsb
    cmpl ${IN_MEMORY}, result_frame + {WAY_AT}; jne 1f
    movl result_frame + {HIDDEN_AT}, %eax; movl call_frame(%eax), %edi; movl %edi, result_frame
    movl $result_frame + {VALUE_AT}, %esi; movl result_frame + {SIZE_AT}, %ecx; rep movsb
1:  popl %edi; popl %esi
    {{load_result}}
    movl result_frame + {WAY_AT}, %ecx
    cmpl ${IN_MMX}, %ecx; jne 2f; movq result_frame + {RESULT_MMX_AT}, %mm0
2:  cmpl $4, %ecx; jne 3f; flds result_frame + {X87_AT}
3:  cmpl $8, %ecx; jne 4f; fldl result_frame + {X87_AT}
4:  cmpl $10, %ecx; jne 5f; fldt result_frame + {X87_AT}
5:  movl result_frame, %eax; movl result_frame + 4, %edx
    popl %ecx; addl result_frame + {POPS_AT}, %esp; jmp *%ecx
invoke:
    pushl %ebp; movl %esp, %ebp; pushl %ebx; pushl %esi; pushl %edi
    movl 8(%ebp), %ebx
    subl ${STACK_BYTES}, %esp; andl $-64, %esp; subl call_frame + {OFF_AT}, %esp
    movl $call_frame + {STACK_AT}, %esi; movl %esp, %edi; movl ${STACK_BYTES}, %ecx; rep movsb
    {{load}}
    cmpl $0, call_frame + {LOADS_MMX_AT}; je 6f
    movq call_frame + {MMX_AT}, %mm0; movq call_frame + {MMX_AT + 8}, %mm1; movq call_frame + {MMX_AT + 16}, %mm2
6:  movl %esp, %esi
    movl call_frame, %eax; movl call_frame + 4, %edx; movl call_frame + 8, %ecx
    call *%ebx
    movl %eax, result_frame; movl %edx, result_frame + 4
    subl %esp, %esi; negl %esi; movl %esi, result_frame + {POPS_AT}
    {{store_result}}
    movl result_frame + {WAY_AT}, %ecx
    cmpl ${IN_MMX}, %ecx; jne 7f; movq %mm0, result_frame + {RESULT_MMX_AT}
7:  cmpl $4, %ecx; jne 8f; fstps result_frame + {X87_AT}
8:  cmpl $8, %ecx; jne 9f; fstpl result_frame + {X87_AT}
9:  cmpl $10, %ecx; jne 10f; fstpt result_frame + {X87_AT}
10: emms
    leal -12(%ebp), %esp; popl %edi; popl %esi; popl %ebx; popl %ebp
    ret
    .section .note.GNU-stack, "", @progbits
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
    if place.bank == "general":
        return 4 * GENERAL.index(place.name)
    number = int(place.name[-1])
    return MMX_AT + 8 * number if place.bank == "mmx" else VECTORS_AT + 64 * number


def result_offset(place: Register | Stack) -> int:
    """Where a result's register lies in `result_frame`."""
    assert isinstance(place, Register)
    if place.bank == "general":
        return 4 * GENERAL.index(place.name)
    return {"mmx": RESULT_MMX_AT, "x87": X87_AT, "vector": RESULT_VECTOR_AT}[place.bank]


def observe(
    cases: Sequence[Case], given: Sequence[Given], directory: Path, system: str, *, wide: bool = False
) -> list[Seen]:
    """What the program saw for each case, made for one of `SYSTEMS`; `wide`: with ymm and zmm registers (AVX-512)."""
    directory.mkdir(exist_ok=True)
    program = _program(cases, directory, system, wide)
    sizes = [size for _, size in INPUT]
    data = b"".join(part.ljust(size, b"\0") for one in given for part, size in zip(one, sizes, strict=True))
    assert len(data) == len(cases) * sum(sizes)
    done = subprocess.run([str(program)], input=data, capture_output=True, check=False)
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


def _program(cases: Sequence[Case], directory: Path, system: str, wide: bool) -> Path:
    gcc = (_tool(GCC[0]), *GCC[1:])
    move, bank = ("vmovdqu64", "zmm") if wide else ("movups", "xmm")
    vectors = [(f"call_frame + {VECTORS_AT + 64 * n}", f"%{bank}{n}") for n in range(4)]
    lines = {
        "store": "; ".join(f"{move} {register}, {memory}" for memory, register in vectors),
        "load": "; ".join(f"{move} {memory}, {register}" for memory, register in vectors),
        "store_result": f"{move} %{bank}0, result_frame + {RESULT_VECTOR_AT}",
        "load_result": f"{move} result_frame + {RESULT_VECTOR_AT}, %{bank}0",
    }
    texts = {
        "callers.c": f"#define result_buffer result_got\n{caller_source(cases)}",
        "callees.c": f"#define result_buffer result_given\n{callee_source(cases)}",
        "main.c": _main(cases),
        "thunks.S": THUNKS.format(**lines),
    }
    made_by = SYSTEMS[system]
    for name, text in texts.items():
        if system == "i386-windows-msvc":  # there, vector types are declared with an alignment
            text = re.sub(r"(vector_size\((\d+)\))", r"\1, aligned(\2)", text)
        (directory / name).write_text(text)
    both = ["callers.c", "callees.c"]
    extra = WIDE if wide else ()
    _ended(_started([*gcc, *GCC_FLAGS, "-c", "main.c", "thunks.S"], directory))
    if isinstance(made_by, tuple):
        for job in [_started([*gcc, *GCC_FLAGS, *extra, *made_by, "-c", name], directory) for name in both]:
            _ended(job)
    else:
        for header, text in STUBS.items():  # once, before anything reads them
            path = directory / "include" / header
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for job in [_started(_clang(made_by, extra, name), directory) for name in both]:
            _ended(job)
        for name in both:
            assembler = directory / name.replace(".c", ".s")
            assembler.write_text(elf(assembler.read_text(), system))
        _ended(_started([*gcc, "-c", "callers.s", "callees.s"], directory))
    objects = [f"{Path(name).stem}.o" for name in texts]
    section = f"-Wl,--section-start=.copies={COPIES_AT:#x}"
    _ended(_started([*gcc, "-no-pie", section, "-o", "program", *objects], directory))
    return directory / "program"


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
        above=STACK_BYTES,
    )


def _clang(triple: str, extra: Sequence[str], name: str) -> list[str]:
    return [_tool(CLANG), f"--target={triple}", *CLANG_FLAGS, *extra, "-isystem", "include", name]


def elf(text: str, system: str) -> str:
    """Assembler text for Mach-O or COFF in ELF's spelling."""
    if system == "i386-macos":
        text = re.sub(r"##.*$", "", text, flags=re.M)  # comments
        text = re.sub(r"(?<![\w.])_(?=[a-z])", "", text)
        text = re.sub(r"^\s*\.(zerofill \w+,\w+,|comm\s+)(\w+),\s*(\d+).*$", r".comm \2, \3, 64", text, flags=re.M)
        gone = r"section|build_version|macosx_version_min|subsections_via_symbols|literal\d+|cstring|const"
    elif system == "i386-windows-msvc":
        text = re.sub(r"^.*@feat.00.*$", "", text, flags=re.M)
        text = re.sub(r"(?<![\w.])[_@](f\d+)@\d+", r"\1", text)  # stdcall's and fastcall's names
        text = re.sub(r"(?<![\w.])_(?=[a-z])", "", text)
        gone = r"def|scl|type|endef|seh_\w+|addrsig\w*|section|set|file"
    else:
        return text
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
