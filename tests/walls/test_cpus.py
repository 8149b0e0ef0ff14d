"""Only the rooms that are about CPUs name one, or a register of one: comments and docstrings included."""

from __future__ import annotations

import re

from tests.walls.source import FILES, module_name, room_of, text_of

#: Where CPUs have names: conventions, with the table of targets, instructions, and code.
ABOUT_CPUS = ("convention", "encode", "lower")
#: What else may name one, and why.
NAMES_CPUS = {
    "farcall.cdecl.attribute": "C's spellings of attributes are what they are",
    "farcall.ctype.model": "a data model comes from an ABI's document, and cites it",
    "farcall.ctype.__init__": "hands on a data model by its name",
    "farcall.drawing.svg": "SVG's namespace is an address at w3.org",
    "farcall.cpython.facts.host": "the system's names of the CPU's features",
}
#: CPUs and what only one of them has, by the names that people, systems and compilers use.
CPUS = (
    r"x86|x32|x64|x86[-_]64|amd64|em64t|ia-?32|intel ?386|i[3-6]86|aarch(?:32|64)|arm|arm64\w*|armv\d\w*|risc-?v\w*|"
    r"rv(?:32|64)\w*|ppc\w*|powerpc\w*|s390x?|mips\w*|sparc\w*|loong\w+|neon|sve|mmx|sse\d*|avx\w*"
)
#: Registers and landing pads. A stub has registers of its own, s0 to s2, t0 and t1.
REGISTERS = (
    r"[re]?[abcd]x|[re][sd]i|[re][sb]p|[re]ip|r(?:8|9|1[0-5])[bwd]?|[xyz]mm\d*|st[0-7]|"
    r"[xwvq](?:\d|[12]\d|3[01])|f?a[0-7]|wzr|xzr|endbr(?:32|64)|bti"
)
CPU_NAME = re.compile(rf"(?<![a-z0-9])(?:{CPUS}|{REGISTERS})(?![a-z0-9])", re.IGNORECASE)

#: Lines that name a CPU or a register, and lines that do not.
NAMING = (
        'if target.cpu == "x86_64":', "# as AArch64 has it", "ILP32_I386 = 4", '"riscv64-linux"', "RISC-V's a0",
        "from ..encode.x86_64 import move", "ARM EABI", 'Register("rdi")', "in XMM0", "x86-64",
        "the AMD64 psABI", "arm_sve_vector_bits", "st0 and st1", "eax:edx", "in x8", "w0", "an endbr64",
)  # fmt: skip
NOT_NAMING = (
        'Move("t0", "s0")', "the alarm, an axis, also, harmless, index, Lexar", "long_double_format = 'x87'",
        'convention="ms_abi"', "sysv, aapcs, win64, stdcall", "System V", "parameter 0", "a 64-bit machine", "max, box",
        "hex0, ebb, chip, ripe, armed, mipmap",
)  # fmt: skip


def cpu_names(source: str) -> list[str]:
    """Every name of a CPU or of its registers in `source`, comments and docstrings included, with its line."""
    lines = enumerate(source.splitlines(), 1)
    return [f"line {number}: {found.group()}" for number, line in lines for found in CPU_NAME.finditer(line)]


def test_only_a_file_about_cpus_names_one() -> None:
    wrong = {}
    for path in FILES:
        module, found = module_name(path), cpu_names(text_of(path))
        if module in NAMES_CPUS:
            assert found, f"{module} names no CPU: it needs no exemption"
        elif found and room_of(module) not in ABOUT_CPUS:
            wrong[module] = found
    assert wrong == {}


def test_every_file_that_may_name_a_cpu_is_there() -> None:
    assert set(NAMES_CPUS) <= {module_name(path) for path in FILES}


def test_a_cpu_s_name_is_seen_and_other_words_are_none() -> None:
    assert [line for line in NAMING if not cpu_names(line)] == []
    assert [line for line in NOT_NAMING if cpu_names(line)] == []
