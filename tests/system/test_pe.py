"""The reader of Windows' libraries: files that MinGW's gcc makes, and damaged ones."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from farcall.convention.cpu_names import cpu_of_pe
from farcall.system.pe import PeFile
from farcall.system.windows.libraries import c_library

COMPILERS = {"x86_64-w64-mingw32-gcc": 0x8664, "i686-w64-mingw32-gcc": 0x14C}
SOURCE = (
    "int twice(int x) { return 2 * x; }\nint counter = 5;\nconst double limit = 1.5;\nint unnamed(void) { return 7; }\n"
)
DEFINITION = (
    "EXPORTS\ntwice @3\ncounter @4 DATA\nlimit @5 DATA\nunnamed @9 NONAME\nsine = msvcrt.sin @12\nalias = twice @13\n"
)


@pytest.fixture(params=COMPILERS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, int]:
    """A library, and the machine that it is for."""
    compiler = request.param
    if shutil.which(compiler) is None:
        # 32 bits differ only in where tables are; the second is not worth installing for that
        pytest.skip(f"needs {compiler}" if compiler.startswith("x86_64") else f"there is no {compiler} here")
    (tmp_path / "c.c").write_text(SOURCE)
    (tmp_path / "c.def").write_text(DEFINITION)
    subprocess.run([compiler, "-shared", "-O1", "-o", "c.dll", "c.c", "c.def"], cwd=tmp_path, check=True)
    return tmp_path / "c.dll", COMPILERS[compiler]


def test_exports_with_kinds_ordinals_and_forwarders(made: tuple[Path, int]) -> None:
    file = PeFile.read(made[0])
    assert file.machine == made[1]
    found = {symbol.name: symbol for symbol in file.symbols()}
    assert {name: symbol.ordinal for name, symbol in found.items()} == {
        "twice": 3, "counter": 4, "limit": 5, "#9": 9, "sine": 12, "alias": 13,
    }  # fmt: skip
    assert {name for name, symbol in found.items() if symbol.is_function} == {"twice", "#9", "alias"}
    assert {name for name, symbol in found.items() if symbol.is_variable} == {"counter", "limit"}
    assert found["sine"].forward == "msvcrt.sin"
    assert found["alias"].value == found["twice"].value
    assert file.lookup("counter") == found["counter"]
    assert file.lookup("#9") == found["#9"]
    assert file.lookup("unnamed") is None


def test_the_libraries_that_it_needs(made: tuple[Path, int], tmp_path: Path) -> None:
    file = PeFile.read(made[0])
    assert "msvcrt.dll" in file.imports()  # MinGW's C library
    assert c_library(str(made[0])) == "msvcrt.dll"
    assert c_library(str(tmp_path / "MSVCR120.dll")) == "msvcr120.dll"  # by its name alone
    assert [c_library(str(tmp_path / name)) for name in ("ucrtbase.dll", "nothing.dll")] == ["", ""]
    data, complaints = made[0].read_bytes(), []
    for size in range(512, 8192, 512):
        try:
            PeFile(data[:size], "some").imports()
        except ValueError as error:
            complaints.append(str(error))
    assert any(complaints)
    assert all(text.startswith("some: a damaged PE file") for text in complaints)


def complaint(data: bytes) -> str:
    """What is said of a file of these bytes; "" if it can be read."""
    try:
        PeFile(data, "some").symbols()
    except ValueError as error:
        return str(error)
    return ""


def test_a_cut_or_damaged_file_is_refused_or_read_never_anything_else(made: tuple[Path, int]) -> None:
    data = made[0].read_bytes()
    found = [complaint(data[:size]) for size in (*range(0, 1024, 7), *range(1024, len(data), 997))]
    start = int.from_bytes(data[0x3C:0x40], "little")
    for at in range(start, start + 600, 3):
        found.append(complaint(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]))
    assert any(found)
    assert [text for text in found if text and not text.startswith("some: ")] == []


@pytest.mark.parametrize("data", [b"", b"MZ", b"\x7fELF" + bytes(100), b"MZ" + bytes(100)])
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="some"):
        PeFile(data, "some")


def test_the_cpu_of_a_module() -> None:
    assert [cpu_of_pe(b"PE\0\0" + number.to_bytes(2, "little")) for number in (0x14C, 0x8664, 0xAA64, 0x1C4)] == [
        "i386", "x86_64", "aarch64", "machine 0x1c4",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="not a PE header"):
        cpu_of_pe(b"MZ\0\0\0\0")
