"""What is known around each CPU's code, against GNU as and against the CPUs, as qemu has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.errors import UnsupportedTargetError
from farcall.lower.aarch64.cpu_facts import SYNCHRONISE as AARCH64
from farcall.lower.arm.cpu_facts import SYNCHRONISE as ARM
from farcall.lower.cpu_facts import hardware
from farcall.lower.loongarch64.cpu_facts import SYNCHRONISE as LOONGARCH64
from farcall.lower.mips.facts import NARROW_SYNCHRONISE as MIPS
from farcall.lower.mips.facts import WIDE_SYNCHRONISE as MIPS64
from farcall.lower.ppc64le.cpu_facts import SYNCHRONISE as PPC64LE
from farcall.lower.riscv64.cpu_facts import SYNCHRONISE as RISCV64
from farcall.lower.s390x.cpu_facts import SYNCHRONISE as S390X
from tests.unwind.toolchain import TOOLCHAINS

RETURNS = {
    "x86_64": ("endbr64", "mov ${}, %eax", "ret"),
    "i386": ("endbr32", "mov ${}, %eax", "ret"),
    "aarch64": ("mov w0, #{}", "ret"),
    "riscv64": (".option norvc", "li a0, {}", "ret"),
    "loongarch64": ("li.w $a0, {}", "jirl $zero, $ra, 0"),
    "s390x": ("lgfi %r2, {}", "br %r14"),
    "ppc64le": ("li 3, {}", "blr"),
    "arm": (".arm", "mov r0, #{}", "bx lr"),
    "mipsel": (".set noreorder", "li $2, {}", "jr $31", "nop"),
    "mips64el": (".set noreorder", "li $2, {}", "jr $31", "nop"),
    "mips": (".set noreorder", "li $2, {}", "jr $31", "nop"),
    "mips64": (".set noreorder", "li $2, {}", "jr $31", "nop"),
}
TRAPS = {
    "x86_64": "int3", "i386": "int3", "aarch64": "brk #0", "riscv64": ".option norvc\nebreak", "s390x": ".insn e, 1\n.insn e, 1",
    "loongarch64": "break 0", "ppc64le": "trap", "arm": "udf #0", "mipsel": "break", "mips64el": "break",
    "mips": "break", "mips64": "break",
}  # fmt: skip
#: main() gives back what both samples returned, run where they were copied to, and rewritten.
PROGRAM = """
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
static const unsigned char synchronise[] = {synchronise}, first[] = {first}, second[] = {second};
int main(void) {{
    unsigned char *room = (unsigned char *)mmap(0, 65536, PROT_READ | PROT_WRITE | PROT_EXEC,
                                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(room, synchronise, sizeof synchronise);
    void (*tell)(void *, void *) = (void (*)(void *, void *))room;
    int found[2];
    unsigned char *code = room + 4096 - 4; /* over a line's end */
    memcpy(code, first, sizeof first);
    tell(code, code + sizeof first);
    found[0] = ((int (*)(void))code)();
    memcpy(code, second, sizeof second);
    tell(code, code + sizeof second);
    found[1] = ((int (*)(void))code)();
    printf("%d %d\\n", found[0], found[1]);
    return 0;
}}
"""


@pytest.mark.parametrize(
    ("cpu", "rows"),
    [
        ("aarch64", AARCH64), ("riscv64", RISCV64), ("s390x", S390X), ("ppc64le", PPC64LE), ("arm", ARM),
        ("loongarch64", LOONGARCH64), ("mipsel", MIPS), ("mips", MIPS), ("mips64el", MIPS64), ("mips64", MIPS64),
    ],
)  # fmt: skip
def test_synchronising_is_what_its_text_says(cpu: str, rows: tuple[tuple[int, str], ...], tmp_path: Path) -> None:
    first = ".option norvc" if cpu == "riscv64" else ".set noreorder" if cpu.startswith("mips") else ""
    text = "\n".join([first, *(text for _, text in rows), ""])
    assert is_of(hardware(cpu).synchronise, TOOLCHAINS[cpu].code(text, tmp_path / "rows.o"))


def is_of(ours: bytes, theirs: bytes) -> bool:
    """Whether as has made the same; it may fill its section up to 16 bytes, with zeros."""
    return len(theirs) < len(ours) + 16 and theirs == ours.ljust(len(theirs), b"\0")


@pytest.mark.parametrize("cpu", TOOLCHAINS)
def test_traps_and_samples_are_what_as_makes(cpu: str, tmp_path: Path) -> None:
    tools, facts = TOOLCHAINS[cpu], hardware(cpu)
    assert is_of(facts.trap, tools.code(TRAPS[cpu] + "\n", tmp_path / "trap.o"))
    for number, sample in enumerate(facts.samples, 1):
        text = "".join(f"{row.format(number)}\n" for row in RETURNS[cpu])
        assert is_of(sample, tools.code(text, tmp_path / "sample.o"))


@pytest.mark.parametrize("cpu", [cpu for cpu in TOOLCHAINS if hardware(cpu).synchronise])
def test_synchronising_returns_and_what_is_written_runs(cpu: str, tmp_path: Path) -> None:
    """The emulator has no caches; that the loops end, and that the kernel knows the request, it tells."""
    tools, facts = TOOLCHAINS[cpu], hardware(cpu)
    listed = {
        name: "{" + ", ".join(map(str, data)) + "}"
        for name, data in (
            ("synchronise", facts.synchronise),
            ("first", facts.samples[0]),
            ("second", facts.samples[1]),
        )
    }
    source, made = tmp_path / "program.c", tmp_path / "program"
    source.write_text(PROGRAM.format(**listed))
    tools.tool("g++", "-O1", "-x", "c", "-o", made, source)
    assert tools.run(made) == "1 2\n"


def test_samples_are_of_one_size_and_a_trap_fills_granules() -> None:
    for cpu in TOOLCHAINS:
        facts = hardware(cpu)
        assert len({len(sample) for sample in facts.samples}) == 1
        assert 64 % len(facts.trap) == 0
        assert facts.word in (4, 8)


def test_a_cpu_that_is_not_there_has_a_name() -> None:
    with pytest.raises(UnsupportedTargetError, match="z80"):
        hardware("z80")
