"""Frame tables against GNU: `as` makes them of .cfi directives, readelf reads both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from farcall.ctype import BIG, LITTLE, Vector, names
from farcall.lower import Unwind
from farcall.lower.dwarf import advance_loc, const, fde, sleb128, uleb128
from farcall.lower.elf import symbol_file
from farcall.lower.frames import eh_frame, region_frame
from tests.routines import GOLDEN, lowered, stub

from .toolchain import TOOLCHAINS

#: DWARF 5, tables 7.7 and 7.8.
UNSIGNED = {2: "02", 127: "7f", 128: "8001", 129: "8101", 12857: "b964"}
SIGNED = {2: "02", -2: "7e", 127: "ff00", -127: "817f", 128: "8001", -128: "807f", 129: "8101", -129: "ff7e"}

LONG = (
    Unwind(0, 8, (), "rsp"),
    Unwind(63, 16, ("rbx",), "rsp"),
    Unwind(127, 24, ("rbx", "r14"), "rsp"),
    Unwind(127, 24, ("rbx", "r15"), "rsp"),
    Unwind(400, 300, ("rbx", "r15"), "rsp"),
    Unwind(70_000, 24, ("rbx", "r15", "rbp"), "rbp"),
    Unwind(70_001, 24, ("rbx", "r15", "rbp"), "rsp"),
    Unwind(70_002, 8, (), "rsp"),
)
VECTOR = Vector(names.double, 4)
I386 = (
    Unwind(0, 4, (), "esp"),
    Unwind(1, 8, ("ebx",), "esp"),
    Unwind(2, 12, ("ebx", "edi"), "esp"),
    Unwind(200, 1000, ("ebx", "edi"), "esp"),
    Unwind(300, 16, ("ebx", "edi", "ebp"), "ebp"),
    Unwind(301, 4, (), "esp"),
)
#: Rows before and behind the one frame of these CPUs, whose places are those that their packages' docstrings draw.
PLACES = {
    "arm": {"lr": 4, "r11": 12, "r10": 16, "r9": 20, "r8": 24, "r7": 28, "r6": 32, "r5": 36, "r4": 40},
    "aarch64": {"x29": 48, "x30": 40, "x19": 32, "x20": 24, "x21": 16},
    "riscv64": {"x1": 8, "x8": 16, "x9": 24, "x18": 32, "x19": 40},
    "loongarch64": {"r1": 8, "r22": 16, "r23": 24, "r24": 32, "r25": 40},
    "ppc64le": {
        "lr": -16,
        "r31": 8,
        "r30": 16,
        "r29": 24,
        "r28": 32,
        "r27": 40,
        "r26": 48,
        "r25": 56,
        "r24": 64,
    },
    "mipsel": {"$31": 4, "$30": 8, "$20": 12, "$19": 16, "$18": 20, "$17": 24, "$16": 28},
    "mips64el": {"$31": 8, "$30": 16, "$20": 24, "$19": 32, "$18": 40, "$17": 48, "$16": 56},
    "mips": {"$31": 4, "$30": 8, "$20": 12, "$19": 16, "$18": 20, "$17": 24, "$16": 28},
    "mips64": {"$31": 8, "$30": 16, "$20": 24, "$19": 32, "$18": 40, "$17": 48, "$16": 56},
    "s390x": {
        "r6": 112,
        "r7": 104,
        "r8": 96,
        "r9": 88,
        "r10": 80,
        "r11": 72,
        "r12": 64,
        "r13": 56,
        "r14": 48,
        "r15": 40,
    },
}
AARCH64 = (
    Unwind(0, 0, (), "sp"),
    Unwind(4, 48, (), "sp"),
    Unwind(16, 48, tuple(PLACES["aarch64"]), "x29"),
    Unwind(2000, 48, ("x19", "x20", "x21"), "sp"),
    Unwind(2004, 0, (), "sp"),
)
RISCV64 = (
    Unwind(0, 0, (), "x2"),
    Unwind(4, 4096, ("x1", "x8"), "x2"),
    Unwind(16, 0, tuple(PLACES["riscv64"]), "x8"),
    Unwind(2004, 0, (), "x2"),
)
LOONGARCH64 = (
    Unwind(0, 0, (), "r3"),
    Unwind(4, 4096, ("r1", "r22"), "r3"),
    Unwind(16, 0, tuple(PLACES["loongarch64"]), "r22"),
    Unwind(2004, 0, (), "r3"),
)
S390X = (
    Unwind(0, 160, (), "r15"),
    Unwind(6, 160, tuple(PLACES["s390x"]), "r15"),
    Unwind(10, 160, tuple(PLACES["s390x"]), "r11"),
    Unwind(2004, 160, (), "r15"),
)
PPC64LE = (
    Unwind(0, 0, (), "r1"),
    Unwind(40, 0, tuple(PLACES["ppc64le"]), "r1"),
    Unwind(44, 0, tuple(PLACES["ppc64le"]), "r31"),
    Unwind(2004, 0, (), "r1"),
)
ARM = (
    Unwind(0, 0, (), "sp"),
    Unwind(4, 40, tuple(PLACES["arm"]), "sp"),
    Unwind(8, 0, tuple(PLACES["arm"]), "r11"),
    Unwind(2004, 0, (), "sp"),
)
MIPS = {
    cpu: (Unwind(0, 0, (), "$29"), Unwind(40, 0, tuple(PLACES[cpu]), "$30"), Unwind(2004, 0, (), "$29"))
    for cpu in ("mipsel", "mips64el", "mips", "mips64")
}
#: What no records at all mean.
UNIFORM = {
    "aarch64": (Unwind(0, 48, tuple(PLACES["aarch64"]), "x29"),),
    "arm": (Unwind(0, 0, tuple(PLACES["arm"]), "r11"),),
    "riscv64": (Unwind(0, 0, tuple(PLACES["riscv64"]), "x8"),),
    "loongarch64": (Unwind(0, 0, tuple(PLACES["loongarch64"]), "r22"),),
    "ppc64le": (Unwind(0, 0, tuple(PLACES["ppc64le"]), "r31"),),
    "mipsel": (Unwind(0, 0, tuple(PLACES["mipsel"]), "$30"),),
    "mips64el": (Unwind(0, 0, tuple(PLACES["mips64el"]), "$30"),),
    "mips": (Unwind(0, 0, tuple(PLACES["mips"]), "$30"),),
    "mips64": (Unwind(0, 0, tuple(PLACES["mips64"]), "$30"),),
    "s390x": (Unwind(0, 160, tuple(PLACES["s390x"]), "r11"),),
}


def records() -> Iterator[tuple[str, tuple[Unwind, ...], int]]:
    for name, routine in GOLDEN.items():
        code = lowered(routine())
        yield name, code.unwind, len(code.data)
    code = lowered(stub(names.void, *[VECTOR] * 9))
    assert any(record.base == "rbp" for record in code.unwind)
    yield "nine_vectors", code.unwind, len(code.data)
    yield "long", LONG, 70_100


@pytest.mark.parametrize(
    ("name", "unwind", "size"), list(records()), ids=lambda given: given if type(given) is str else ""
)
def test_rows_are_those_that_as_makes(name: str, unwind: tuple[Unwind, ...], size: int, tmp_path: Path) -> None:
    ours = rows("x86_64", wrapped("x86_64", eh_frame("x86_64", unwind, 0, size), tmp_path))
    assert len(ours) > 1
    assert ours == rows("x86_64", assembled("x86_64", unwind, size, tmp_path))


@pytest.mark.parametrize(
    ("cpu", "unwind"),
    [
        ("i386", I386),
        ("aarch64", AARCH64),
        ("riscv64", RISCV64),
        ("loongarch64", LOONGARCH64),
        ("s390x", S390X),
        ("ppc64le", PPC64LE),
        ("arm", ARM),
        *MIPS.items(),
    ],
)
def test_rows_of_other_cpus_too(cpu: str, unwind: tuple[Unwind, ...], tmp_path: Path) -> None:
    ours = rows(cpu, wrapped(cpu, eh_frame(cpu, unwind, 0, 2008), tmp_path))
    assert len(ours) == len(unwind)
    assert ours == rows(cpu, assembled(cpu, unwind, 2008, tmp_path))


@pytest.mark.parametrize("cpu", UNIFORM)
def test_no_records_mean_the_frame_that_all_routines_have(cpu: str, tmp_path: Path) -> None:
    ours = rows(cpu, wrapped(cpu, eh_frame(cpu, (), 0, 2008), tmp_path))
    assert len(ours) == 1
    assert ours == rows(cpu, assembled(cpu, UNIFORM[cpu], 2008, tmp_path))
    assert ours == rows(cpu, wrapped(cpu, region_frame(cpu, 0, 2008, 0), tmp_path))


@pytest.mark.parametrize("cpu", TOOLCHAINS)
def test_a_symbol_file_is_what_readelf_understands(cpu: str, tmp_path: Path) -> None:
    unwind = {"x86_64": LONG, "i386": I386}.get(cpu, ())
    made, start = tmp_path / "symbols.o", 0x12345680
    made.write_bytes(symbol_file(cpu, "farcall:call:sin", start, 70_100, eh_frame(cpu, unwind, start, 70_100)))
    tools = TOOLCHAINS[cpu]
    theirs = tools.assembled("", tmp_path / "empty.o")
    told = tools.tool("readelf", "--file-header", "--wide", made), tools.tool("readelf", "--file-header", theirs)
    for row in ("Class", "Data", "Version", "OS/ABI", "Type", "Machine", "Size of this header"):
        assert re.findall(f"^ *{row}: .*", told[0], re.MULTILINE) == re.findall(f"^ *{row}: .*", told[1], re.MULTILINE)
    symbols = tools.tool("readelf", "--symbols", "--wide", made)
    assert re.search(r"1: 0+ +70100 FUNC +GLOBAL DEFAULT +1 farcall:call:sin$", symbols, re.MULTILINE)
    assert re.search(rf"\.text +NOBITS +0*{start:x} ", tools.tool("readelf", "--sections", "--wide", made))
    found = rows(cpu, made)
    assert int(found[0].split()[0], 16) == start
    assert [row.partition(" ")[2] for row in found] == [
        row.partition(" ")[2] for row in rows(cpu, assembled(cpu, unwind or UNIFORM[cpu], 70_100, tmp_path))
    ]


def test_numbers_are_as_in_the_standard() -> None:
    assert {value: uleb128(value).hex() for value in UNSIGNED} == UNSIGNED
    assert {value: sleb128(value).hex() for value in SIGNED} == SIGNED
    with pytest.raises(ValueError, match="-1"):
        uleb128(-1)


def test_steps_take_as_few_bytes_as_they_can() -> None:
    assert [len(advance_loc(delta, LITTLE)) for delta in (0, 1, 63, 64, 255, 256, 65535, 65536)] == [
        0,
        1,
        1,
        2,
        2,
        3,
        3,
        5,
    ]
    assert [len(const(value, 8, LITTLE)) for value in (0, 31, 32, 255, 256, -1)] == [1, 1, 2, 2, 9, 9]
    assert [const(value, 4, LITTLE).hex() for value in (256, -1, 1 << 32)] == ["0c00010000", "0cffffffff", "0c00000000"]
    assert [const(value, 4, BIG).hex() for value in (256, -2)] == ["0c00000100", "0cfffffffe"]
    assert advance_loc(0x1234, BIG).hex() == "031234"
    assert fde(0x10, 0x1000, 0x20, b"", 4, BIG).hex() == "0000000c" + "00000014" + "00001000" + "00000020"


def test_entries_are_padded_to_eight_bytes() -> None:
    for length in range(9):
        assert len(fde(0, 0, 0, bytes(length), 8, LITTLE)) % 8 == 0


def assembled(cpu: str, unwind: tuple[Unwind, ...], size: int, directory: Path) -> Path:
    """The object that `as` makes of the records as .cfi directives, each row said in full."""
    places, word = PLACES.get(cpu, {}), 4 if cpu == "i386" else 8
    lines, at, seen = [".cfi_sections .eh_frame", ".cfi_startproc"], 0, set[str]()
    for record in unwind:
        lines.append(f".skip {record.offset - at}, 0")
        lines.append(f".cfi_def_cfa {record.base}, {record.depth}")
        lines += [f".cfi_restore {register}" for register in sorted(seen - set(record.saved))]
        for position, register in enumerate(record.saved):
            lines.append(f".cfi_offset {register}, {-places.get(register, 2 * word + word * position)}")
        seen, at = set(record.saved), record.offset
    lines += [f".skip {size - at}, 0", ".cfi_endproc", ""]
    return TOOLCHAINS[cpu].assembled("\n".join(lines), directory / "theirs.o")


def wrapped(cpu: str, section: bytes, directory: Path) -> Path:
    """An object with this `.eh_frame`."""
    data = directory / "ours.bin"
    data.write_bytes(section)
    made = TOOLCHAINS[cpu].assembled("", directory / "ours.o")
    flags = ("--set-section-flags", ".eh_frame=alloc,readonly")
    TOOLCHAINS[cpu].tool("objcopy", "--add-section", f".eh_frame={data}", *flags, made)
    return made


def rows(cpu: str, file: Path) -> list[str]:
    """The rows of the only FDE, as readelf works them out, without those that repeat the one before."""
    text = TOOLCHAINS[cpu].tool("readelf", "--debug-dump=frames-interp", file)
    (common,) = re.findall(r" CIE .*\n((?:.+\n)+)", text)
    (table,) = re.findall(r" FDE .*\n((?:.+\n)*)", text)
    head, *lines = [line.split() for line in (table or common).splitlines()]  # `as` puts what always holds there
    assert head[:2] == ["LOC", "CFA"]
    found: list[str] = []
    for location, *rules in lines:
        row = " ".join(f"{name}={rule}" for name, rule in zip(head[1:], rules, strict=True) if rule != "u")
        if not found or found[-1].partition(" ")[2] != row:
            found.append(f"{location} {row}")
    return found
