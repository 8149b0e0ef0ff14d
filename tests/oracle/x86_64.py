"""Compilers for x86-64's systems as oracles, their code run right here: what a call on each puts where.

clang makes assembler text of callers and callees for a system. All that Mach-O and COFF have of their own in it is
spelling, which is changed to that of ELF; the conventions stay. It is linked below 4 GiB into a program of this
machine's, and run on a stack that lies there too, so that x32's pointers of 4 bytes reach everything. Cygwin's own
compiler is gcc, so gcc's text with Microsoft's convention is an oracle for it as well.

For each signature the program reads the buffers of `INPUT`, has the compiler's caller call `capture` as if that were
the function, then has `invoke` call the compiler's function (see `capture`), and writes the buffers of `OUTPUT`.
farcall's placements say what the input holds and what must come out.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.toolchain import x86

from .capture import CALL_FRAME, COPIES, RESULT_FRAME, RESULT_MEMORY, thunks
from .signature import Case
from .source import BUFFER_SIZE, callee_source, caller_source

__all__ = ["COMPILERS", "COPIES_AT", "MEMORY_AT", "Compiler", "Given", "Seen", "observe"]

#: Where the linker puts the room for values by reference, and behind it that for a result in memory.
COPIES_AT = 0x1000_0000
MEMORY_AT = COPIES_AT + COPIES

INPUT = {
    "args_in": BUFFER_SIZE, "result_out": RESULT_FRAME, "frame_in": CALL_FRAME, "copies": COPIES,
    "result_given": BUFFER_SIZE,
}  # fmt: skip
OUTPUT = {
    "call_frame_out": CALL_FRAME, "result_got": BUFFER_SIZE, "args_seen": BUFFER_SIZE, "result_frame": RESULT_FRAME,
    "result_memory": RESULT_MEMORY,
}  # fmt: skip

CLANG, GCC = "clang-19", x86("gcc")
FLAGS = ("-O1", "-std=gnu11", "-w", "-fno-strict-aliasing", "-fno-pic", "-S", "-fno-asynchronous-unwind-tables",
         "-fno-stack-protector")  # fmt: skip
CLANG_FLAGS = (*FLAGS, "-ffreestanding", "-nostdlibinc", "-mno-stack-arg-probe", "-fno-vectorize",
               "-fno-slp-vectorize", "-isystem", "include")  # fmt: skip
WIDE = ("-mavx512f", "-mavx512bw")

#: Headers for systems that are not here, by name.
STUBS = {
    "string.h": "#define memcpy __builtin_memcpy\n",
    "sys/types.h": "typedef __PTRDIFF_TYPE__ ssize_t;\n",
    "wchar.h": "#include <stddef.h>\n",
}


class Compiler(NamedTuple):
    """A compiler for one target: the command, how its text is spelt ("elf", "mach-o", "coff"), whether its convention
    is Microsoft's, and the attribute of another that the functions have."""

    command: tuple[str, ...]
    spelling: str = "elf"
    microsoft: bool = False
    attribute: str | None = None


def _clang(triple: str, spelling: str = "elf", *, microsoft: bool = False) -> Compiler:
    return Compiler((CLANG, f"--target={triple}", *CLANG_FLAGS), spelling, microsoft)


COMPILERS = {
    "clang linux": _clang("x86_64-linux-gnu"),
    "clang linux-x32": _clang("x86_64-linux-gnux32"),
    "clang freebsd": _clang("x86_64-unknown-freebsd"),
    "clang freebsd ms_abi": _clang("x86_64-unknown-freebsd")._replace(attribute="ms_abi"),
    "clang openbsd": _clang("x86_64-unknown-openbsd"),
    "clang macos": _clang("x86_64-apple-macos", "mach-o"),
    "clang cygwin": _clang("x86_64-pc-cygwin", "coff", microsoft=True),
    "clang windows-msvc": _clang("x86_64-pc-windows-msvc", "coff", microsoft=True),
    "clang windows-msvc vectorcall": _clang("x86_64-pc-windows-msvc", "coff", microsoft=True)._replace(
        attribute="vectorcall"
    ),
    "clang windows-gnu": _clang("x86_64-pc-windows-gnu", "coff", microsoft=True),
    # What gcc needs to be Cygwin's; the headers of this machine would have another wchar_t.
    "gcc cygwin": Compiler((GCC, *FLAGS, "-Wno-psabi", "-mabi=ms", "-fshort-wchar", "-ffreestanding", "-nostdinc",
                            "-isystem", "include"), microsoft=True),
}  # fmt: skip

MAIN = """
#include <stdio.h>
#include <string.h>
{thunks}
{buffers}
unsigned char stack[1 << 20] __attribute__((aligned(64)));
void on_stack(void);
{declarations}
static void ({convention} *const callers[])(void ({convention} *)(void)) = {{ {callers} }};
static void (*const callees[])(void) = {{ {callees} }};
static int status;
__attribute__((ms_abi)) void *ms_memcpy(void *to, const void *from, size_t size) {{ return memcpy(to, from, size); }}
__attribute__((ms_abi)) void *ms_memset(void *to, int byte, size_t size) {{ return memset(to, byte, size); }}
void all(void)
{{
    for (int i = 0; i < {count}; i++) {{
        {read}
        memcpy(result_frame, result_out, sizeof result_out);
        callers[i]((void ({convention} *)(void))capture);
        memcpy(call_frame_out, call_frame, sizeof call_frame);
        memcpy(call_frame, frame_in, sizeof frame_in);
        memset(result_frame + 24, 0, sizeof result_frame - 24);
        invoke(callees[i]);
        {write}
        fflush(stdout);
    }}
}}
__asm__(".globl on_stack; on_stack: pushq %rbp; movq %rsp, %rbp; leaq stack + (1 << 20)(%rip), %rsp;"
        "call all; movq %rbp, %rsp; popq %rbp; ret");
int main(void)
{{
    on_stack();
    return status;
}}
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


def observe(
    cases: Sequence[Case], given: Sequence[Given], directory: Path, compiler: Compiler, *, wide: bool
) -> list[Seen]:
    """What the program saw for each case; `wide` is with the vector registers of AVX-512."""
    if platform.machine() != "x86_64":
        pytest.skip("this machine does not run x86-64 code")
    directory.mkdir(exist_ok=True)
    program = _program(cases, directory, compiler, wide)
    data = b"".join(part.ljust(size, b"\0") for one in given for part, size in zip(one, INPUT.values(), strict=True))
    assert len(data) == len(cases) * sum(INPUT.values())
    done = subprocess.run([str(program)], input=data, capture_output=True, check=False)
    whole = sum(OUTPUT.values())
    if done.returncode:
        pytest.fail(f"it ended with {done.returncode} in {cases[len(done.stdout) // whole]}\n{done.stderr!r}")
    assert len(done.stdout) == len(cases) * whole
    seen, at = [], 0
    for _ in cases:
        parts = []
        for size in OUTPUT.values():
            parts.append(done.stdout[at : at + size])
            at += size
        seen.append(Seen(*parts))
    return seen


def _program(cases: Sequence[Case], directory: Path, compiler: Compiler, wide: bool) -> Path:
    gcc = _tool(GCC)
    texts = {
        "callers.c": f"#define result_buffer result_got\n{caller_source(cases)}",
        "callees.c": f"#define result_buffer result_given\n{callee_source(cases)}",
        "main.c": _main(cases, compiler, wide),
        **{f"include/{name}": text for name, text in STUBS.items()},
    }
    for name, text in texts.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if compiler.command[0] == GCC:  # its own freestanding headers, not the system's
        for name in ("stdarg.h", "stddef.h", "stdint-gcc.h"):
            shutil.copy(_headers(gcc) / name, directory / "include" / name.replace("-gcc", ""))
    command = [_tool(compiler.command[0]), *compiler.command[1:], *(WIDE if wide else ())]
    _run([*command, "callers.c", "callees.c"], directory)
    for name in ("callers.s", "callees.s"):
        path = directory / name
        path.write_text(elf(path.read_text(), compiler))
    _run(
        [gcc, "-O1", "-w", "-fno-pic", "-no-pie", "-static", f"-Wl,--section-start=.copies={COPIES_AT:#x}",
         "-Wl,-z,noexecstack", "-o", "program", "main.c", "callers.s", "callees.s"],
        directory,
    )  # fmt: skip
    return directory / "program"


def _main(cases: Sequence[Case], compiler: Compiler, wide: bool) -> str:
    inside = {"args_in", "result_got", "args_seen", "result_given"}  # in the callers' and callees' files
    fixed = {"copies", "result_memory"}
    text = thunks(wide=wide, hidden="rcx" if compiler.microsoft or compiler.attribute else "rdi")
    room = re.sub(r"^unsigned char (result_memory|copies)\b.*$", "", text, flags=re.M)
    buffers = [
        f"extern unsigned char {name}[];" if name in inside
        else f"unsigned char {name}[{size}] __attribute__((aligned(64)));"
        for name, size in {**INPUT, **OUTPUT}.items() if name not in {*fixed, "result_frame"}
    ]  # fmt: skip
    size = COPIES + RESULT_MEMORY
    buffers.append(f'unsigned char fixed[{size}] __attribute__((aligned(4096), section(".copies"))) = {{1}};')
    buffers.append(f"#define copies fixed\n#define result_memory (fixed + {COPIES})")
    convention = "__attribute__((ms_abi))" if compiler.microsoft else ""
    return MAIN.format(
        thunks=room,
        buffers="\n".join(buffers),
        convention=convention,
        declarations="".join(
            f"void {convention} call_{case.name}(void ({convention} *)(void)); void {case.name}(void);\n"
            for case in cases
        ),
        callers=", ".join(f"call_{case.name}" for case in cases),
        callees=", ".join(case.name for case in cases),
        count=len(cases),
        read="\n        ".join(
            f"if (fread({name}, {size}, 1, stdin) != 1) {{ status = 2; return; }}" for name, size in INPUT.items()
        ),
        write="\n        ".join(f"fwrite({name}, {size}, 1, stdout);" for name, size in OUTPUT.items()),
    )


def elf(text: str, compiler: Compiler) -> str:
    """Assembler text in ELF's spelling, with calls to the C library's functions in its own convention."""
    gone = "file|ident|addrsig|addrsig_sym"
    if compiler.spelling == "mach-o":
        text = re.sub(r"(?<![\w.])_(?=[a-z])", "", text)
        text = re.sub(r"^\s*\.(zerofill \w+,\w+,|comm\s+)(\w+),\s*(\d+).*$", r".comm \2, \3, 64", text, flags=re.M)
        gone += "|section|build_version|macosx_version_min|subsections_via_symbols"
    elif compiler.spelling == "coff":
        text = re.sub(r'"?\b(\w+)@@\d+"?', r"\1", text)  # vectorcall's names
        text = re.sub(r"^\s*\.globl\s+\S*@.*$", "", text, flags=re.M)  # constants: each file its own
        text = re.sub(r"\b__(real|[xyz]mm)@", r"__\1_", text)
        gone += r"|def|scl|type|endef|seh_\w+|section|set"
    if compiler.microsoft:
        text = re.sub(r"\b(memcpy|memset)\b", r"ms_\1", text)
    return re.sub(rf"^\s*\.({gone})\b.*$", "", text, flags=re.M)


def _headers(gcc: str) -> Path:
    found = subprocess.run([gcc, "-print-file-name=include"], capture_output=True, text=True, check=True)
    return Path(found.stdout.strip())


def _run(command: list[str], directory: Path) -> None:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{command!r} failed:\n{done.stderr[:4000]}")


def _tool(name: str) -> str:
    """The tool's path. Without it the test is skipped; under CI it fails."""
    found = shutil.which(name)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"needs {name}")
    return found
