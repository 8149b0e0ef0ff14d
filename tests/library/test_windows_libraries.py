"""Libraries of Windows, as its loader opens them and as their files say: with MinGW's gcc and ctypes as witnesses."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.errors import LibraryError, SymbolError
from farcall.library import SharedObject

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="about the loader of Windows")

SOURCE = """
int answer(void) { return 42; }
int seven(void) { return 7; }
int number = 5;
"""
DEFINITION = """EXPORTS
answer
number DATA
seven @7 NONAME
identify = kernel32.GetCurrentProcessId
"""
OUTER = "int answer(void);\nint outer(void) { return answer() + 1; }\n"
SEARCH_SYSTEM32, ALTERED_SEARCH_PATH = 0x800, 8


def dll(name: str) -> Any:
    """One of the system's, by ctypes."""
    return ctypes.WinDLL(name)  # type: ignore[attr-defined,unused-ignore]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with spaces and letters of several alphabets in its name, that has a library `farcallinner.dll` and one that needs it."""
    if shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    made = tmp_path_factory.mktemp("made")
    for name, text in (("inner.c", SOURCE), ("inner.def", DEFINITION), ("outer.c", OUTER)):
        (made / name).write_text(text)
    gcc = ["gcc", "-shared", "-O1"]
    subprocess.run([*gcc, "-o", "farcallinner.dll", "inner.c", "inner.def"], cwd=made, check=True)
    subprocess.run([*gcc, "-o", "farcallouter.dll", "outer.c", "farcallinner.dll"], cwd=made, check=True)
    there = tmp_path_factory.mktemp("there") / "Bücher und Ελληνικά 書"
    there.mkdir()
    for name in ("farcallinner.dll", "farcallouter.dll"):
        shutil.copy(made / name, there / name)
    return there


@contextmanager
def searched(folder: Path) -> Generator[None, None, None]:
    """With the folder among those of Python's programs."""
    with os.add_dll_directory(str(folder)):  # type: ignore[attr-defined,unused-ignore]
        yield


def test_the_system_s_by_any_name() -> None:
    handle = dll("kernel32")._handle
    for name in ("kernel32", "Kernel32", "KERNEL32.DLL", r"C:\windows\system32\kernel32.dll"):
        with SharedObject(name) as library:
            assert library.handle == handle
            assert os.path.basename(library.path).lower() == "kernel32.dll"
            assert os.path.isabs(library.path)
    with SharedObject("msvcrt") as library:
        assert library.address("sin", "function") == address_of(ctypes.CDLL("msvcrt").sin)


def address_of(function: Any) -> int | None:
    return ctypes.cast(function, ctypes.c_void_p).value


def test_what_comes_with_python(folder: Path) -> None:
    assert "sqlite3.dll" in [name.lower() for name in os.listdir(os.path.dirname(sys.executable))]
    for name in ("sqlite3", "sqlite3.dll"):
        with SharedObject(name) as library:
            assert library.address("sqlite3_libversion", "function")


def test_a_folder_of_add_dll_directory_is_searched_and_path_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder) + os.pathsep + os.environ["PATH"])
    for name in ("farcallinner", "farcallinner.dll"):
        with pytest.raises(LibraryError, match=r"tried:\n +\[WinError 126\] .*farcallinner\.dll"):
            SharedObject(name)
        with searched(folder), SharedObject(name) as library:
            assert os.path.samefile(library.path, folder / "farcallinner.dll")


def test_the_mode_says_where_is_searched(folder: Path) -> None:
    with searched(folder):
        with pytest.raises(LibraryError, match="WinError 126"):
            SharedObject("farcallinner", SEARCH_SYSTEM32)
        with pytest.raises(farcall.LibraryError, match="WinError 126"):
            farcall.Library("farcallinner", mode=SEARCH_SYSTEM32)
    with SharedObject("kernel32", SEARCH_SYSTEM32) as library:
        assert library.address("Sleep")


@pytest.mark.parametrize("flags", [None, ALTERED_SEARCH_PATH])
def test_what_a_library_needs_is_found_beside_it(folder: Path, flags: int | None) -> None:
    with SharedObject(folder / "farcallouter.dll", flags) as library:
        assert ctypes.CFUNCTYPE(ctypes.c_int)(library.address("outer"))() == 43


def test_a_path_may_be_any(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    whole = str(folder / "farcallinner.dll")
    for path in (whole, whole.replace("\\", "/"), f".\\{folder.name}\\farcallinner.dll", f"{folder.name}/farcallinner"):
        with SharedObject(path) as library:
            assert os.path.samefile(library.path, whole)
    assert farcall.Library(folder / "farcallinner.dll").function("int answer(void)")() == 42


def test_ordinals(folder: Path) -> None:
    with SharedObject(folder / "farcallinner.dll") as library:
        assert farcall.cast("int (*)(void)", library.address("#7", "function"))() == 7
        for missing in ("#8", "#0", "#65536", "#x", "seven"):
            with pytest.raises(SymbolError, match=re.escape(f"no symbol {missing!r}")):
                library.address(missing)
        with pytest.raises(SymbolError, match=r"'#7' of .* is a function, not a variable"):
            library.address("#7", "variable")


def test_what_another_library_has(folder: Path) -> None:
    """An export that says so is that library's, by another name there, and is what that one is."""
    with SharedObject(folder / "farcallinner.dll") as library:
        assert library.address("identify", "function") == address_of(dll("kernel32").GetCurrentProcessId)
        with pytest.raises(SymbolError, match=r"'identify' of .* is a function, not a variable"):
            library.address("identify", "variable")
        with pytest.raises(SymbolError, match="similar names: identify"):
            library.address("idenfity")
    assert farcall.Library(folder / "farcallinner.dll").function("unsigned identify(void)")() == os.getpid()


def test_what_it_exports(folder: Path) -> None:
    with SharedObject(folder / "farcallinner.dll") as library:
        assert [symbol.name for symbol in library.symbols()] == ["#7", "answer", "identify", "number"]
        assert library.size("number") == 0  # which no file says
        assert ctypes.c_int.from_address(library.address("number", "variable")).value == 5


def test_the_process_is_all_modules(folder: Path) -> None:
    with SharedObject(None) as process:
        assert process.address("GetTickCount", "function") == address_of(dll("kernel32").GetTickCount)
        assert process.address("strtod", "function") == address_of(ctypes.CDLL("ucrtbase").strtod)
        assert {"GetTickCount", "strtod", "PyLong_Type"} <= {symbol.name for symbol in process.symbols()}
        with pytest.raises(SymbolError, match="no symbol 'farcall_only_here'"):
            process.address("farcall_only_here")
        with SharedObject(folder / "farcallouter.dll") as library:
            assert process.address("outer") == library.address("outer")
            assert "outer" in {symbol.name for symbol in process.symbols()}
    process = SharedObject(None)
    process.close()
    assert SharedObject(None).address("GetTickCount")


def test_near_misses() -> None:
    library = SharedObject("user32")
    with pytest.raises(SymbolError, match=r"similar names: .*MessageBoxW"):
        library.address("MessageBox")
    with pytest.raises(LibraryError, match=r"tried:\n.*kernel23\.dll.*\n(.*\n)*similar names: kernel32\.dll"):
        SharedObject("kernel23")
    with pytest.raises(LibraryError, match=r"tried:\n.*C:\\no\\such\.dll"):
        SharedObject(r"C:\no\such.dll")


def test_a_library_goes_when_nobody_has_it(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(folder / "farcallinner.dll", tmp_path / "farcallgoing.dll"))
    one, two = SharedObject(copy), SharedObject(copy)
    assert one.handle == two.handle
    one.close()
    with pytest.raises(PermissionError):
        copy.unlink()
    two.close()
    copy.unlink()
    with pytest.raises(LibraryError):
        SharedObject(copy)
