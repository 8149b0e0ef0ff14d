"""Frame tables against GNU: `as` makes them of .cfi directives, readelf reads both."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from farcall.ctype import Vector, names
from farcall.lower import Unwind
from farcall.lower.dwarf import advance_loc, const, fde, sleb128, uleb128
from farcall.lower.frames import eh_frame
from tests.lower.routines import GOLDEN, lowered, stub

#: DWARF 5, tables 7.7 and 7.8.
UNSIGNED = {2: "02", 127: "7f", 128: "8001", 129: "8101", 12857: "b964"}
SIGNED = {2: "02", -2: "7e", 127: "ff00", -127: "817f", 128: "8001", -128: "807f", 129: "8101", -129: "ff7e"}

LONG = (
    Unwind(0, 8, ()),
    Unwind(63, 16, ("rbx",)),
    Unwind(127, 24, ("rbx", "r14")),
    Unwind(127, 24, ("rbx", "r15")),
    Unwind(400, 300, ("rbx", "r15")),
    Unwind(70_000, 24, ("rbx", "r15", "rbp"), "rbp"),
    Unwind(70_001, 24, ("rbx", "r15", "rbp")),
    Unwind(70_002, 8, ()),
)
VECTOR = Vector(names.double, 4)


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
    ours = rows(wrapped(eh_frame("x86_64", unwind, 0, size), tmp_path))
    assert len(ours) > 1
    assert ours == rows(assembled(unwind, size, tmp_path))


def test_numbers_are_as_in_the_standard() -> None:
    assert {value: uleb128(value).hex() for value in UNSIGNED} == UNSIGNED
    assert {value: sleb128(value).hex() for value in SIGNED} == SIGNED
    with pytest.raises(ValueError, match="-1"):
        uleb128(-1)


def test_steps_take_as_few_bytes_as_they_can() -> None:
    assert [len(advance_loc(delta)) for delta in (0, 1, 63, 64, 255, 256, 65535, 65536)] == [0, 1, 1, 2, 2, 3, 3, 5]
    assert [len(const(value)) for value in (0, 31, 32, 255, 256, -1)] == [1, 1, 2, 2, 9, 9]


def test_entries_are_padded_to_eight_bytes() -> None:
    for length in range(9):
        assert len(fde(0, 0, 0, bytes(length))) % 8 == 0


def assembled(unwind: tuple[Unwind, ...], size: int, directory: Path) -> Path:
    """The object that `as` makes of the records as .cfi directives, each row said in full."""
    lines, at, seen = [".cfi_sections .eh_frame", ".cfi_startproc"], 0, set[str]()
    for record in unwind:
        lines.append(f".skip {record.offset - at}, 0x90")
        lines.append(f".cfi_def_cfa {record.base}, {record.depth}")
        lines += [f".cfi_restore {register}" for register in sorted(seen - set(record.saved))]
        lines += [f".cfi_offset {register}, {-16 - 8 * i}" for i, register in enumerate(record.saved)]
        seen, at = set(record.saved), record.offset
    lines += [f".skip {size - at}, 0x90", ".cfi_endproc", ""]
    source, made = directory / "theirs.s", directory / "theirs.o"
    source.write_text("\n".join(lines))
    run("as", "--64", "-o", made, source)
    return made


def wrapped(section: bytes, directory: Path) -> Path:
    """An object with this `.eh_frame`."""
    empty, data, made = directory / "empty.s", directory / "ours.bin", directory / "ours.o"
    empty.write_text("")
    data.write_bytes(section)
    run("as", "--64", "-o", made, empty)
    run("objcopy", "--add-section", f".eh_frame={data}", "--set-section-flags", ".eh_frame=alloc,readonly", made)
    return made


def rows(file: Path) -> list[str]:
    """The rows of the only FDE, as readelf works them out, without those that repeat the one before."""
    text = run("readelf", "--debug-dump=frames-interp", file)
    (table,) = re.findall(r" FDE .*\n((?:.+\n)+)", text)
    head, *lines = [line.split() for line in table.splitlines()]
    assert head[:2] == ["LOC", "CFA"]
    found: list[str] = []
    for location, *rules in lines:
        row = " ".join(f"{name}={rule}" for name, rule in zip(head[1:], rules, strict=True) if rule != "u")
        if not found or found[-1].partition(" ")[2] != row:
            found.append(f"{location} {row}")
    return found


def run(program: str, *arguments: object) -> str:
    if not shutil.which(program):
        pytest.skip(f"needs {program} (GNU binutils)")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
