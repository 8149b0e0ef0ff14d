"""Compilers for other CPUs as oracles, their code run by qemu: what a call by their convention puts where.

One program holds functions of random signatures and their callers. For each signature it reads a record from its
input, has the compiler's caller call `capture` as if that were the function, which stores all registers and the stack
and returns what the record says; then has `invoke` load registers and stack from the record and call the compiler's
function. What was stored it writes out. farcall's placements say what the record holds and what must come out.

A `Machine` is a CPU with a compiler for it. The program stands alone: no library of that CPU's is needed.

    call_frame     0: the general registers of arguments by number, a word each, 72: the stack pointer at the call, 80:
                   vector registers by number, 528: the stack, upwards
    result_frame   0: general registers, 16: how many bytes `capture` writes to the hidden pointer, a word, 32: vector
                   registers, 480: those bytes
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from farcall.convention import Register, Stack
from farcall.ctype import ByteOrder

from .signature import Case
from .source import callee_source, caller_source

__all__ = [
    "ARGUMENTS", "COPIES", "COPIES_AT", "FLAGS", "FRAME", "MEMORY_AT", "POINTER_AT", "RESULT", "ROOM", "SIZE_AT", "STACK_AT",
    "STACK_BYTES", "SUPPORT", "VALUE_AT", "Given", "Machine", "Seen", "built", "ended", "frame_offset", "observe", "ran",
    "result_offset", "started", "tool",
]  # fmt: skip

POINTER_AT, VECTORS_AT, STACK_AT = 72, 80, 528
STACK_BYTES = 6144
FRAME = STACK_AT + STACK_BYTES
SIZE_AT, RESULT_VECTORS_AT, VALUE_AT = 16, 32, 480
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

#: What every compiler is told: callers and callees as they are, not inlined into each other, and no library.
FLAGS = ("-O1", "-std=gnu11", "-w", "-fno-strict-aliasing", "-ffreestanding", "-fno-pic", "-fno-stack-protector",
         "-isystem", "include")  # fmt: skip

#: Headers for systems that are not here, by name.
STUBS = {
    "string.h": "#define memcpy __builtin_memcpy\n",
    "sys/types.h": "typedef __PTRDIFF_TYPE__ ssize_t;\n",
    "wchar.h": "#include <stddef.h>\n",
}
#: `transfer` is Linux's system call of that number: 63 reads, 64 writes. A compiler may call the mem* functions.
SUPPORT = """
#include <stddef.h>
long transfer(long descriptor, void *data, size_t size, long number);
void *memcpy(void *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++) ((char *)to)[i] = ((const char *)from)[i];
    return to;
}
void *memset(void *to, int byte, size_t size)
{
    for (size_t i = 0; i < size; i++) ((char *)to)[i] = byte;
    return to;
}
void *memmove(void *to, const void *from, size_t size)
{
    if (to < from) return memcpy(to, from, size);
    while (size--) ((char *)to)[size] = ((const char *)from)[size];
    return to;
}
static int moved(int number, void *data, size_t size)
{
    for (long done; size; data = (char *)data + done, size -= done)
        if ((done = transfer(number == 64, data, size, number)) <= 0) return 0;
    return 1;
}
#define READ(data, size) if (!moved(63, data, size)) return 2
#define WRITE(data, size) if (!moved(64, data, size)) return 3
"""
MAIN = """
{support}
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
        WRITE(call_frame, sizeof call_frame);
        WRITE(result_got, {room});
        memcpy(call_frame, frame_in, sizeof frame_in);
        invoke(callees[i]);
        WRITE(args_seen, {arguments});
        WRITE(result_frame, sizeof result_frame);
        WRITE(result_memory, {room});
    }}
    return 0;
}}
"""


class Machine(NamedTuple):
    """A CPU and who compiles for it.

    `gcc` is GNU's compiler with the flags that choose the ABI; it makes the frame of the program, and links it.
    `thunks` is assembler text with `_start`, `transfer`, `capture` and `invoke`. `compile` makes callers.o and
    callees.o of callers.c and callees.c in a directory. `boxed`: a float narrower than a floating-point register has
    ones above it. `format`: what such a register has of a number, if not its bytes. `vector`: the bytes of such a
    register, at whose low-order end a narrower value stands, and not at the beginning of its place. `numbers` are the
    places of registers in the frames, where they are not the numbers in their names. `word`: the bytes of a general
    register. `step`: those from the place of one vector register to the next number's. `copies`: what the compiler
    aligns copies to at most.
    """

    gcc: tuple[str, ...]
    qemu: str
    thunks: str
    compile: Callable[[Path], None]
    boxed: bool = False
    format: Callable[[bytes, ByteOrder], bytes] | None = None
    vector: int = 0
    numbers: Mapping[str, int] = MappingProxyType({})
    word: int = 8
    step: int = 16
    copies: int = 16


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


def frame_offset(place: Register | Stack, machine: Machine) -> int:
    """Where an argument's register or stack place lies in `call_frame`."""
    if isinstance(place, Stack):
        return STACK_AT + place.offset
    number = _number(place, machine)
    return VECTORS_AT + machine.step * number if place.bank == "vector" else machine.word * number


def result_offset(place: Register | Stack, machine: Machine) -> int:
    """Where a result's register lies in `result_frame`."""
    assert isinstance(place, Register)
    number = _number(place, machine)
    return RESULT_VECTORS_AT + machine.step * number if place.bank == "vector" else machine.word * number


def _number(register: Register, machine: Machine) -> int:
    """The machine's for it, else the digits that its name ends with."""
    return machine.numbers[register.name] if machine.numbers else int(re.sub(r"\D", "", register.name))


def observe(cases: Sequence[Case], given: Sequence[Given], directory: Path, machine: Machine) -> list[Seen]:
    """What the program saw for each case, made by the machine's compiler."""
    fixed = f"-Wl,--section-start=.copies={COPIES_AT:#x}"
    program = built(cases, _main(cases), machine.thunks, directory, machine, fixed)
    return [Seen(*parts) for parts in ran(program, cases, given, dict(INPUT), dict(OUTPUT), machine)]


def ran(
    program: Path,
    cases: Sequence[Case],
    given: Iterable[Iterable[bytes]],
    input: Mapping[str, int],
    output: Mapping[str, int],
    machine: Machine,
) -> list[list[bytes]]:
    """What the program writes for each case, part by part as `output` has their sizes, when it reads what is `given`, each
    part of the size that `input` has. The test fails where it does not come to its end."""
    data = b"".join(part.ljust(size, b"\0") for one in given for part, size in zip(one, input.values(), strict=True))
    assert len(data) == len(cases) * sum(input.values())
    done = subprocess.run([tool(machine.qemu), str(program)], input=data, capture_output=True, check=False)
    whole = sum(output.values())
    if done.returncode:
        count, rest = divmod(len(done.stdout), whole)
        way = "into" if rest else "out of"
        pytest.fail(f"it ended with {done.returncode} in {cases[count]}, {way} the compiler's code\n{done.stderr!r}")
    assert len(done.stdout) == len(cases) * whole
    out = BytesIO(done.stdout)
    return [[out.read(size) for size in output.values()] for _ in cases]


def built(cases: Sequence[Case], main: str, assembly: str, directory: Path, machine: Machine, *link: str) -> Path:
    """A program of the compiler's callers and callees of the cases, and of these two sources, linked with these flags more."""
    directory.mkdir(exist_ok=True)
    gcc = [tool(machine.gcc[0]), *machine.gcc[1:]]
    tool(machine.qemu)
    texts = {
        "callers.c": f"#define result_buffer result_got\n{caller_source(cases)}",
        "callees.c": f"#define result_buffer result_given\n{callee_source(cases)}",
        "main.c": main,
        "thunks.S": assembly,
        **{f"include/{name}": text for name, text in STUBS.items()},
    }
    for name, text in texts.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    job = started([*gcc, *FLAGS, "-fno-tree-loop-distribute-patterns", "-c", "main.c", "thunks.S"], directory)
    machine.compile(directory)
    ended(job)
    objects = ["callers.o", "callees.o", "main.o", "thunks.o"]
    ended(started([*gcc, "-static", "-no-pie", "-nostdlib", *link, "-o", "program", *objects], directory))
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
        support=SUPPORT,
        buffers="\n".join(buffers),
        declarations="".join(f"void call_{case.name}(void (*)(void)), {case.name}(void);\n" for case in cases),
        callers=", ".join(f"call_{case.name}" for case in cases),
        callees=", ".join(case.name for case in cases),
        count=len(cases),
        read="\n        ".join(f"READ({name}, {size});" for name, size in INPUT),
        room=ROOM,
        arguments=ARGUMENTS,
    )


def started(command: list[str], directory: Path) -> subprocess.Popen[str]:
    """A command that runs in `directory`."""
    return subprocess.Popen(command, cwd=directory, stderr=subprocess.PIPE, text=True)


def ended(job: subprocess.Popen[str]) -> None:
    """Wait for a command; it fails the test where it fails."""
    _, errors = job.communicate()
    if job.returncode:
        pytest.fail(f"{job.args!r} failed:\n{errors[:4000]}")


def tool(name: str) -> str:
    """The tool's path. Without it the test is skipped; under CI that is a failure, but for those that the check goes without."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}")
    return found
