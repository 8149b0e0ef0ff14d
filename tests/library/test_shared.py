"""Opening libraries and finding symbols, with ctypes, gcc and the system as witnesses. What only Windows has is in
test_windows_libraries."""

from __future__ import annotations

import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from farcall.errors import LibraryClosedError, LibraryError, SymbolError
from farcall.library import SharedObject

GCC = shutil.which("gcc")
WINDOWS = sys.platform == "win32"
elf = pytest.mark.skipif(WINDOWS, reason="about ELF files and what loads them; test_windows_libraries has its like")
#: The file of the sample, and a name like it; what the loader says of no library.
SAMPLE, LIKE_IT = (
    ("farcallsample.dll", "farcallsampel.dll") if WINDOWS else ("libfarcallsample.so.3", "libfarcallsample.so.2")
)
NO_LIBRARY = r"\[WinError 193\]" if WINDOWS else r"file too short|invalid ELF header"
SOURCE = """
int answer(void) { return 42; }
int number = 7;
#ifndef _WIN32
__thread int mine = 8;
#endif
int plus_plus(void) __asm__("_Z7mangledi");
int plus_plus(void) { return 0; }
__asm__(".globl untyped\\nuntyped:\\n");
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A small library made by gcc."""
    if GCC is None:
        pytest.skip("gcc is missing")
    folder = tmp_path_factory.mktemp("sample")
    (folder / "sample.c").write_text(SOURCE)
    path = folder / SAMPLE
    subprocess.run([GCC, "-shared", "-fPIC", str(folder / "sample.c"), "-o", str(path)], check=True)
    return path


@elf
@pytest.mark.parametrize("name", ["libm.so.6", "m", "libm", "libm.so", "c", "libc.so", "z", "libz.so.1"])
def test_names_that_every_system_resolves(name):
    with SharedObject(name) as library:
        assert library.name == name
        assert os.path.isabs(library.path)
        assert os.path.samefile(library.path, ctypes_path(library.path))
        assert library.symbols()


def ctypes_path(path: str) -> str:
    """The mapped file of a library, as the kernel says."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        mapped = {line.split(None, 5)[5].strip() for line in maps if "/" in line}
    return next(one for one in mapped if one == os.path.realpath(path))


def test_addresses_equal_those_of_ctypes():
    with SharedObject("m") as library:
        libm = ctypes.CDLL(library.path)
        for name in ("cos", "pow", "sin", "hypot"):
            assert library.address(name, "function") == ctypes.cast(getattr(libm, name), ctypes.c_void_p).value
        if not WINDOWS:  # where it is no variable of C's
            assert library.address("signgam", "variable") == ctypes.addressof(ctypes.c_int.in_dll(libm, "signgam"))


@elf
@pytest.mark.parametrize("name", ["environ", "stdin", "stdout", "opterr"])
def test_variables_are_those_that_c_uses(tmp_path, name):
    """The main program may have taken them over, by a copy relocation."""
    if GCC is None:
        pytest.skip("gcc is missing")
    (tmp_path / "seen.c").write_text(f"extern void *{name};\nvoid *seen(void) {{ return &{name}; }}\n")
    path = tmp_path / "libseen.so"
    subprocess.run([GCC, "-shared", "-fPIC", str(tmp_path / "seen.c"), "-o", str(path)], check=True)
    theirs = ctypes.CDLL(str(path)).seen
    theirs.restype = ctypes.c_void_p
    assert SharedObject("libc.so.6").address(name, "variable") == theirs()


def test_a_path_in_every_form(sample, monkeypatch):
    monkeypatch.chdir(sample.parent)
    for name in (str(sample), sample, f"./{sample.name}", pathlib.Path(sample.name)):
        with SharedObject(name) as library:
            assert os.path.samefile(library.path, sample)
            assert os.path.isabs(library.path)
            assert ctypes.CFUNCTYPE(ctypes.c_int)(library.address("answer", "function"))() == 42


def test_a_bare_file_name_is_not_looked_for_in_the_current_directory(sample, monkeypatch):
    monkeypatch.chdir(sample.parent)
    for name in (sample.name, "farcallsample"):
        if name == sample.name or WINDOWS:  # elsewhere "farcallsample" is another file's short name
            with pytest.raises(LibraryError, match=rf"say './{sample.name}'"):
                SharedObject(name)


@elf
def test_a_library_path_set_later_is_seen(sample, monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", str(sample.parent))
    with SharedObject("farcallsample") as library:
        assert library.path == str(sample)


@elf
def test_linker_scripts_are_followed(sample):
    script = sample.parent / "libscript.so"
    script.write_text(f"/* GNU ld script */\nINPUT({sample} -lm)\n")
    with SharedObject(script) as library:
        assert library.path == str(sample)
    loop = sample.parent / "libloop.so"
    loop.write_text(f"INPUT({loop})")
    with pytest.raises(LibraryError, match=r"file too short|invalid ELF header"):
        SharedObject(loop)


def test_the_running_process():
    with SharedObject(None) as library:
        assert library.path == ""
        assert (
            library.address("PyLong_FromLong", "function")
            == ctypes.cast(ctypes.pythonapi.PyLong_FromLong, ctypes.c_void_p).value
        )
        assert library.address("PyLong_Type", "variable") == id(int)
        assert library.address("malloc", "function")
        names = {symbol.name for symbol in library.symbols()}
        assert {"Py_Initialize", "malloc"} <= names


@elf
def test_symbols_of_what_it_needs_are_found():
    with SharedObject("libm.so.6") as library, SharedObject("libc.so.6") as libc:
        assert library.address("printf", "function") == libc.address("printf")
        with pytest.raises(SymbolError, match="is a function, not a variable"):
            library.address("printf", "variable")


def test_declared_as_what_it_is_not(sample):
    with SharedObject(sample) as library:
        size = "" if WINDOWS else " of 4 bytes"
        with pytest.raises(SymbolError, match=rf"'number' of .* is data{size}, not a function"):
            library.address("number", "function")
        with pytest.raises(SymbolError, match=r"'answer' of .* is a function, not a variable"):
            library.address("answer", "variable")


@elf
def test_what_elf_files_say_besides(sample):
    with SharedObject(sample) as library:
        with pytest.raises(SymbolError, match=r"'mine' of .* is thread-local data of 4 bytes, not a function"):
            library.address("mine", "function")
        assert library.address("untyped", "function") == library.address("untyped", "variable")
        assert ctypes.c_int.from_address(library.address("mine", "variable")).value == 8


def test_declared_as_what_it_is_not_in_the_process():
    library = SharedObject(None)
    for symbol in ("PyLong_Type",) if WINDOWS else ("environ", "PyLong_Type"):
        with pytest.raises(SymbolError, match="is data"):
            library.address(symbol, "function")
    for symbol in ("memcpy", "malloc", "Py_Initialize"):
        with pytest.raises(SymbolError, match="is a function"):
            library.address(symbol, "variable")


@elf
def test_a_deleted_file_says_nothing_and_works(sample, tmp_path):
    copy = shutil.copy(sample, tmp_path / "libgone.so")
    with SharedObject(copy) as library:
        os.unlink(copy)
        assert library.address("number", "function")
        assert library.symbols() == []
        with pytest.raises(SymbolError, match=r"no symbol 'nothing'$"):
            library.address("nothing")


@pytest.mark.parametrize(
    ("library", "symbol", "near"),
    [
        ("m", "coss", r"similar names: .*cos"),
        (None, "mallco", "similar names: .*malloc"),
        (None, "PyLong_FromLnog", "PyLong_FromLong"),
    ],
)
def test_near_misses_of_symbols(library, symbol, near):
    with pytest.raises(SymbolError, match=near) as caught:
        SharedObject(library).address(symbol)
    assert isinstance(caught.value, AttributeError)
    assert f"has no symbol {symbol!r}" in str(caught.value)


def test_other_hints_for_symbols(sample):
    library = SharedObject(sample)
    with pytest.raises(SymbolError, match=r"C\+\+, exported as _Z7mangledi"):
        library.address("mangled")
    for symbol in ("answer@GLIBC_2.14", "answer@8"):
        with pytest.raises(SymbolError, match="what is behind '@' is not part of the name: ask for 'answer'"):
            library.address(symbol)
    with pytest.raises(SymbolError, match=r"no symbol 'nothing@8'$"):
        library.address("nothing@8")


@pytest.mark.parametrize("symbol", ["", "co\0s"])
def test_impossible_symbols(symbol):
    with pytest.raises(ValueError, match="neither empty nor contains a NUL"):
        SharedObject("m").address(symbol)


def test_a_symbol_is_text():
    with pytest.raises(TypeError, match="not bytes"):
        SharedObject("m").address(b"cos")


@pytest.mark.parametrize(
    ("name", "error", "text"),
    [
        ("", ValueError, "empty"),
        ("libm\0.so.6", ValueError, "NUL"),
        (b"libm.so.6", TypeError, "not bytes"),
        (5, TypeError, "int"),
        (".", LibraryError, "directory"),
        ("..", LibraryError, "directory"),
        ("/", LibraryError, "directory"),
        (os.path.abspath(os.curdir), LibraryError, "directory"),
        pytest.param("os.path", LibraryError, "libos.path.so", marks=elf),
        pytest.param("sqlite33", LibraryError, "tried:\n.*libsqlite33.so: cannot open.*", marks=elf),
        pytest.param("libm.so.777", LibraryError, "similar names: .*libm.so.6", marks=elf),
        pytest.param("/no/such/libm.so", LibraryError, "/no/such/libm.so: cannot open shared object file", marks=elf),
    ],
)
def test_impossible_libraries(name, error, text):
    with pytest.raises(error, match=text):
        SharedObject(name)


def test_a_file_that_is_no_library(tmp_path):
    path = tmp_path / "libtext.so"
    path.write_text("no library, no script")
    with pytest.raises(LibraryError, match=rf"tried:\n.*({NO_LIBRARY})"):
        SharedObject(path)


def test_near_misses_beside_a_path(sample):
    with pytest.raises(LibraryError, match=re.escape(f"similar names: {sample}")):
        SharedObject(sample.parent / LIKE_IT)


def is_loaded(path: pathlib.Path) -> bool:
    """Whether a library is in the process, by what the system says of it."""
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.GetModuleHandleW(str(path)))
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return str(path) in maps.read()


def test_closing(sample, tmp_path):
    sample = pathlib.Path(shutil.copy(sample, tmp_path / "libclosing.so"))
    library = SharedObject(sample)
    assert is_loaded(sample)
    assert repr(library) == f"<SharedObject {str(sample)!r}>"
    library.close()
    library.close()
    assert library.closed
    assert repr(library) == f"<SharedObject {str(sample)!r}, closed>"
    assert not is_loaded(sample)
    for use in (
        lambda: library.handle,
        lambda: library.address("answer"),
        library.symbols,
        library.__enter__,
    ):
        with pytest.raises(LibraryClosedError, match="is closed"):
            use()


def test_representations():
    assert repr(SharedObject(None)) == "<SharedObject the running process>"
    library = SharedObject("m")
    assert repr(library) == f"<SharedObject 'm' at {library.path!r}>"


def test_two_of_the_same_are_two():
    one, two = SharedObject("m"), SharedObject("m")
    assert one.handle == two.handle
    assert one != two
    one.close()
    assert two.address("cos")
