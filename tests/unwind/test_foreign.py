"""C++ exceptions through the frames of other CPUs: assembled by hand here, run natively or by qemu."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from farcall.lower import Code, Unwind
from farcall.lower.cpu_facts import hardware
from farcall.lower.frames import GRANULE, SHAPE, region_frame, shapes, table_size

from .toolchain import TOOLCHAINS, nm

SOURCE = Path(__file__).with_name("foreign.cpp")
#: Where things are mapped, and how much executable memory there is.
REGION, TABLE, SHAPES, SIZE = 0x5000_0000, 0x5100_0000, 0x5200_0000, 1 << 16

#: Each routine calls its first argument with its second one, after it has overwritten the registers that it saved.
#: Labels of numbers are where the records hold.
PUSHED = """
plain_0: push ebx
plain_1: push esi
plain_2: push edi
plain_3: sub esp, 12
plain_4: mov ebx, -1
    mov esi, -1
    mov edi, -1
    mov eax, [esp + 32]
    mov [esp], eax
    call [esp + 28]
    add esp, 12
plain_5: pop edi
plain_6: pop esi
plain_7: pop ebx
plain_8: ret
    .balign 64
aligned_0: push edi
aligned_1: push ebp
aligned_2: mov ebp, esp
aligned_3: mov edi, -1
    and esp, -64
    sub esp, 320
    mov eax, [ebp + 16]
    mov [esp], eax
    call [ebp + 12]
    mov esp, ebp
aligned_4: pop ebp
aligned_5: pop edi
aligned_6: ret
    .balign 64
"""
THREE, BOTH = ("ebx", "esi", "edi"), ("edi", "ebp")
#: Depth, saved registers and base, by routine and label.
RECORDS = {
    "plain": (
        (4, (), "esp"),
        (8, THREE[:1], "esp"),
        (12, THREE[:2], "esp"),
        (16, THREE, "esp"),
        (28, THREE, "esp"),
        (16, THREE, "esp"),
        (12, THREE[:2], "esp"),
        (8, THREE[:1], "esp"),
        (4, (), "esp"),
    ),
    "aligned": (
        (4, (), "esp"),
        (8, BOTH[:1], "esp"),
        (12, BOTH, "esp"),
        (12, BOTH, "ebp"),
        (12, BOTH, "esp"),
        (8, BOTH[:1], "esp"),
        (4, (), "esp"),
    ),
}

AARCH64 = """
{name}_0:
    stp x29, x30, [sp, #-48]!
    mov x29, sp
    stp x19, x20, [sp, #16]
    str x21, [sp, #32]
    {room}
    mov x19, #-1
    mov x20, #-1
    mov x21, #-1
    mov x2, x0
    mov w0, w1
    blr x2
    mov sp, x29
    ldr x21, [sp, #32]
    ldp x19, x20, [sp, #16]
    ldp x29, x30, [sp], #48
    ret
    .balign 64
"""
RISCV64 = """
{name}_0:
    addi sp, sp, -48
    sd ra, 40(sp)
    sd s0, 32(sp)
    sd s1, 24(sp)
    sd s2, 16(sp)
    sd s3, 8(sp)
    addi s0, sp, 48
    {room}
    li s1, -1
    li s2, -1
    li s3, -1
    mv t0, a0
    mv a0, a1
    jalr t0
    addi sp, s0, -48
    ld s3, 8(sp)
    ld s2, 16(sp)
    ld s1, 24(sp)
    ld s0, 32(sp)
    ld ra, 40(sp)
    addi sp, sp, 48
    ret
    .balign 64
"""
LOONGARCH64 = """
{name}_0:
    addi.d $sp, $sp, -48
    st.d $ra, $sp, 40
    st.d $fp, $sp, 32
    st.d $s0, $sp, 24
    st.d $s1, $sp, 16
    st.d $s2, $sp, 8
    addi.d $fp, $sp, 48
    {room}
    li.w $s0, -1
    li.w $s1, -1
    li.w $s2, -1
    move $t0, $a0
    move $a0, $a1
    jirl $ra, $t0, 0
    addi.d $sp, $fp, -48
    ld.d $s2, $sp, 8
    ld.d $s1, $sp, 16
    ld.d $s0, $sp, 24
    ld.d $fp, $sp, 32
    ld.d $ra, $sp, 40
    addi.d $sp, $sp, 48
    jirl $zero, $ra, 0
    .balign 64
"""
S390X = """
{name}_0:
    stmg %r6, %r15, 48(%r15)
    lgr %r11, %r15
    lay %r15, -{room}(%r15)
    lghi %r6, -1
    lghi %r7, -1
    lghi %r8, -1
    lghi %r9, -1
    lghi %r10, -1
    lghi %r12, -1
    lghi %r13, -1
    lgr %r1, %r2
    lgr %r2, %r3
    basr %r14, %r1
    lmg %r6, %r15, 48(%r11)
    br %r14
    .balign 64
"""
PPC64LE = """
{name}_0:
    mflr 0
    std 0, 16(1)
    std 31, -8(1)
    std 30, -16(1)
    std 29, -24(1)
    std 28, -32(1)
    std 27, -40(1)
    std 26, -48(1)
    std 25, -56(1)
    std 24, -64(1)
    mr 31, 1
    {room}
    li 30, -1
    li 29, -1
    li 28, -1
    li 27, -1
    li 26, -1
    li 25, -1
    li 24, -1
    mr 12, 3
    mr 3, 4
    mtctr 12
    bctrl
    mr 1, 31
    ld 0, 16(1)
    mtlr 0
    ld 24, -64(1)
    ld 25, -56(1)
    ld 26, -48(1)
    ld 27, -40(1)
    ld 28, -32(1)
    ld 29, -24(1)
    ld 30, -16(1)
    ld 31, -8(1)
    blr
    .balign 64
"""
MIPS = """
    .set noreorder
{name}_0: {add} $sp, $sp, -{frame}
    {rows}
    {add} $fp, $sp, {frame}
    {add} $sp, $sp, {room}
    {overwritten}
    move $t9, $a0
    move $a0, $a1
    jalr $t9
    nop
    {add} $sp, $fp, -{frame}
    {restored}
    jr $ra
    {add} $sp, $sp, {frame}
    .set reorder
    .balign 64
"""
KEPT = ("$ra", "$fp", "$s4", "$s3", "$s2", "$s1", "$s0")


def mips(name: str, word: int, room: int) -> str:
    """The routine where registers have so many bytes."""
    load, store, add = ("lw", "sw", "addiu") if word == 4 else ("ld", "sd", "daddiu")
    places = [(register, (8 - position) * word) for position, register in enumerate(KEPT, 1)]
    return MIPS.format(
        name=name, add=add, frame=8 * word, room=-room,
        rows="\n".join(f"{store} {register}, {at}($sp)" for register, at in places),
        overwritten="\n".join(f"li {register}, -1" for register in KEPT[2:]),
        restored="\n".join(f"{load} {register}, {at}($sp)" for register, at in places),
    )  # fmt: skip


TEXTS = {
    "i386": ".intel_syntax noprefix\n" + PUSHED,
    "aarch64": AARCH64.format(name="plain", room="")
    + AARCH64.format(name="large", room="sub sp, sp, #16, lsl #12\n sub sp, sp, #80"),
    "riscv64": RISCV64.format(name="plain", room="")
    + RISCV64.format(name="large", room="li t0, -65616\n add sp, sp, t0"),
    "loongarch64": LOONGARCH64.format(name="plain", room="")
    + LOONGARCH64.format(name="large", room="li.w $t0, -65616\n add.d $sp, $sp, $t0"),
    "ppc64le": PPC64LE.format(name="plain", room="addi 1, 1, -96")
    + PPC64LE.format(name="large", room="addis 1, 1, -1\n addi 1, 1, -96"),
    "mipsel": mips("plain", 4, 32) + mips("large", 4, 32000),
    "mips64el": mips("plain", 8, 32) + mips("large", 8, 32000),
    "mips": mips("plain", 4, 32) + mips("large", 4, 32000),
    "mips64": mips("plain", 8, 32) + mips("large", 8, 32000),
    "s390x": S390X.format(name="plain", room="160") + S390X.format(name="large", room="65760"),
}


class Region(NamedTuple):
    """Routines in a region: its bytes, its frames, the table and shapes for pushed frames, and the entries."""

    code: bytes
    frames: bytes
    table: bytes
    shapes: bytes
    entries: tuple[int, ...]


def region(cpu: str, directory: Path) -> Region:
    """The routines, described as a region's atlas does it. Some granules stay free before and between them."""
    tools, word = TOOLCHAINS[cpu], hardware(cpu).word
    blob = tools.code(TEXTS[cpu], directory / "routines.o")
    labels = {name: at for name, at in nm(tools, directory / "routines.o").items() if name[-1].isdecimal()}
    names = [name[:-2] for name, _ in sorted(labels.items(), key=lambda item: item[1]) if name.endswith("_0")]
    starts = [labels[f"{name}_0"] for name in names]
    code, table, found = bytearray(SIZE), bytearray(table_size(cpu, SIZE)), b""
    entries = []
    for number, (name, start, end) in enumerate(zip(names, starts, [*starts[1:], len(blob)], strict=True)):
        unwind = tuple(
            Unwind(labels[f"{name}_{i}"] - start, *row) for i, row in enumerate(RECORDS[name] if cpu == "i386" else ())
        )
        piece = Code(cpu, blob[start:end], end - start, (), unwind)
        place = GRANULE * (5 + 40 * number)
        code[place : place + len(piece.data)] = piece.data
        entry = (SHAPES + len(found) - SHAPE * (REGION + place)) % (1 << 8 * word)
        if table:
            first, count = place // GRANULE, len(piece.data) // GRANULE
            table[first * word : (first + count) * word] = entry.to_bytes(word, "little") * count
        found += shapes(piece)
        entries.append(REGION + place)
    return Region(bytes(code), region_frame(cpu, REGION, SIZE, TABLE), bytes(table), found, tuple(entries))


def program(cpu: str, directory: Path, told: bool) -> list[str]:
    """The command that throws through all the routines."""
    tools, made = TOOLCHAINS[cpu], region(cpu, directory)
    files = {"frames": made.frames, "code": made.code, "table": made.table, "shapes": made.shapes}
    for name, data in files.items():
        (directory / name).write_bytes(data)
    mapped = [f"{REGION}:{directory / 'code'}"]
    if made.table:
        mapped += [f"{TABLE}:{directory / 'table'}", f"{SHAPES}:{directory / 'shapes'}"]
    binary = tools.compiled(SOURCE, directory / "foreign")
    return [str(binary), str(directory / "frames") if told else "-", *mapped, "--", *map(str, made.entries)]


@pytest.mark.parametrize("cpu", TEXTS)
def test_exceptions_and_walks_pass_through(cpu: str, tmp_path: Path) -> None:
    """Caught, with the thrower's number; callee-saved registers as they were; from the walker to main two frames."""
    binary, *arguments = program(cpu, tmp_path, told=True)
    assert TOOLCHAINS[cpu].run(Path(binary), *arguments).splitlines() == ["11 1 1 2"] * 2


@pytest.mark.parametrize("cpu", TEXTS)
def test_it_is_the_region_told_of_that_makes_them_pass(cpu: str, tmp_path: Path) -> None:
    tools = TOOLCHAINS[cpu]
    binary, *arguments = program(cpu, tmp_path, told=False)
    tools.run(Path(binary), "-", *arguments[1 : arguments.index("--") + 1])  # it runs here, with nothing to do
    command = [*tools.emulator, binary, *arguments]
    assert shutil.which(command[0])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "terminate called" in done.stderr
    assert done.stdout == "11"
