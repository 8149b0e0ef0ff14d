"""Thread-local variables: each access is to the calling thread's."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

import farcall
from farcall.library import SharedObject
from tests.conftest import Compile, Load

SOURCE = r"""
typedef struct { int a; double b; } pair;
_Thread_local int number = 5;
_Thread_local pair both = {1, 2.5};
_Thread_local int row[3] = {1, 2, 3};
_Thread_local const char *text = "none";
_Thread_local int *pointer;
int everywhere = 1;
int get(void) { return number; }
void set(int to) { number = to; }
pair get_pair(void) { return both; }
int get_row(int i) { return row[i]; }
const char *get_text(void) { return text; }
"""
DECLARED = """
typedef struct { int a; double b; } pair;
extern _Thread_local int number; extern __thread pair both; extern __thread int row[3]; extern __thread const char *text;
extern __thread int *pointer; extern int everywhere;
int get(void); void set(int to); pair get_pair(void); int get_row(int i); const char *get_text(void);
"""
T = TypeVar("T")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="libraries of Windows export no thread-local variables")


@pytest.fixture
def library(load_c: Load) -> farcall.Library:
    return load_c(SOURCE, DECLARED)


def elsewhere(run: Callable[[], T]) -> T:
    """What `run` gives in a new thread, which has ended then."""
    got: list[Any] = []
    thread = threading.Thread(target=lambda: got.append(run()))
    thread.start()
    thread.join()
    assert got, "it raised"
    return got[0]


def test_numbers(library: farcall.Library) -> None:
    assert elsewhere(lambda: library.number) == 5  # first seen in a thread that ends
    library.set(6)
    assert library.number == 6

    def other() -> tuple[int, int, int]:
        before = library.number
        library.number = 50
        return before, library.number, library.get()

    assert elsewhere(other) == (5, 50, 50)
    assert library.get() == library.number == 6
    library.number = 7
    assert library.get() == 7
    assert elsewhere(library.get) == 5


def test_structs_arrays_text(library: farcall.Library) -> None:
    library.both = (3, 4.5)
    library.both.a += 1
    library.row[1] = 20
    library.text = "main"

    def other() -> list[Any]:
        seen = [library.both.a, list(library.row), library.text]
        library.both, library.row, library.text = (7, 8.0), [4, 5, 6], "other"
        return [*seen, library.get_pair().b, library.get_row(2), library.get_text()]

    assert elsewhere(other) == [1, [1, 2, 3], "none", 8.0, 6, "other"]
    assert (library.get_pair().a, library.get_row(1), library.get_text()) == (4, 20, "main")


def test_pointers_are_kept_for_each_thread(library: farcall.Library) -> None:
    library.pointer = farcall.addressof(farcall.int_(11))

    def other() -> tuple[bool, int]:
        fresh = bool(library.pointer)
        library.pointer = farcall.addressof(farcall.int_(22))
        return fresh, library.pointer[0]

    assert elsewhere(other) == (False, 22)
    assert library.pointer[0] == 11
    library.pointer = None


def test_views_and_addresses_are_the_calling_thread_s(library: farcall.Library) -> None:
    def here() -> tuple[int, int, int]:
        library.variable("int number").value = 30
        return int(farcall.addressof(library.variable("int number"))), library.address("number"), library.get()

    mine = here()
    other = elsewhere(here)
    assert mine[0] == mine[1]
    assert other[0] == other[1] != mine[0]
    assert mine[2] == other[2] == 30
    assert elsewhere(lambda: library.variable("int number").value) == 5
    assert elsewhere(lambda: library.address("everywhere")) == library.address("everywhere")


def test_each_way_in(library: farcall.Library, compile_c: Compile) -> None:
    with SharedObject(compile_c(SOURCE)) as shared:
        for kind in (None, "variable"):
            assert elsewhere(lambda kind=kind: shared.address("number", kind)) != shared.address("number", kind)
    with pytest.raises(farcall.SymbolError, match="thread-local data of 4 bytes, not a function"):
        library.function("int number(void)")


def test_of_a_library_it_needs(tmp_path: Path, compile_c: Compile) -> None:
    """Whose file is not looked into."""
    inner = compile_c(SOURCE, "inner")
    outer = tmp_path / "libouter.so"
    link = [inner, f"-Wl,-rpath,{inner.parent}", "-Wl,--no-as-needed"]
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", outer, "-Wl,--no-as-needed", *link], check=True)
    library = farcall.Library(outer)
    library.cdef(DECLARED)
    library.number = 8
    assert elsewhere(lambda: library.number) == 5
    assert library.number == 8
    assert elsewhere(lambda: library.address("everywhere")) == library.address("everywhere")
    with pytest.raises(farcall.SymbolError, match="thread-local data, not a function"):
        library.function("int number(void)")
