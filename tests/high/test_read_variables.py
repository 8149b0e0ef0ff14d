"""Numbers among a library's variables are read by generated code, for as long as they are where they were found."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from typing import Any

import pytest

import farcall
from farcall.errors import LibraryClosedError, SymbolError
from farcall.high.read_variables import detach
from tests.conftest import Load, classes_go

SOURCE = """
#include <stdint.h>
int8_t tiny = -3; unsigned short port = 65535; int counter = 7; long long wide = -(1LL << 62); uint64_t all = ~0ull;
float third = 0.25f; double half = 0.5; char letter = 'x'; _Bool yes = 1; enum color { RED, BLUE = 5 } color = BLUE;
const int fixed = 11; volatile int seen = 12; char *text = "hello"; int items[3] = {1, 2, 3}; __thread int own = 1;
struct pair { int x, y; } pair = {1, 2}; int other = 70;
void count(void) { counter++; }
"""
DECLARED = """
extern int8_t tiny; extern unsigned short port; extern int counter; extern long long wide; extern uint64_t all;
extern float third; extern double half; extern char letter; extern _Bool yes;
enum color { RED, BLUE = 5 }; extern enum color color; extern const int fixed; extern volatile int seen;
extern char *text; extern int items[3]; extern __thread int own; struct pair { int x, y; }; extern struct pair pair;
void count(void);
"""
NUMBERS = {
    "tiny": -3, "port": 65535, "counter": 7, "wide": -(1 << 62), "all": (1 << 64) - 1, "third": 0.25, "half": 0.5,
    "letter": b"x", "yes": True, "color": 5, "fixed": 11, "seen": 12,
}  # fmt: skip


@pytest.fixture
def lib(load_c: Load) -> Any:
    lib: Any = load_c(SOURCE, DECLARED)
    lib.counter = 7  # the file may be open already
    return lib


def attached(lib: Any) -> set[str]:
    """The variables that generated code reads."""
    found: set[str] = vars(type(lib)).get("__variables__", set())
    return set(found)


def test_each_kind_reads_as_it_did(lib: Any) -> None:
    for name, value in NUMBERS.items():
        first = getattr(lib, name)
        again = getattr(lib, name)
        assert (first, type(first)) == (again, type(again)) == (value, type(value))
    assert attached(lib) == set(NUMBERS)


def test_what_is_no_number_is_looked_up_each_time(lib: Any) -> None:
    for _ in range(3):
        assert (lib.text.string(), list(lib.items), lib.pair.y, lib.own) == ("hello", [1, 2, 3], 2, 1)
    assert attached(lib) == set()


def test_c_and_python_see_each_other(lib: Any) -> None:
    assert lib.counter == 7
    lib.count()
    assert lib.counter == 8
    lib.counter = 20
    lib.count()
    assert lib.counter == lib.variable("counter").value == 21
    lib.variable("counter").value = 3
    assert lib.counter == 3


def test_what_cannot_be_set_still_cannot(lib: Any) -> None:
    assert lib.fixed == 11
    with pytest.raises(TypeError, match="const"):
        lib.fixed = 1
    assert lib.counter == 7
    with pytest.raises(OverflowError):
        lib.counter = 1 << 40
    with pytest.raises(AttributeError):
        del lib.counter
    assert lib.counter == 7


def test_a_closed_library_reads_nothing(lib: Any) -> None:
    assert (lib.counter, lib.half) == (7, 0.5)
    lib.close()
    assert attached(lib) == set()
    for name in ("counter", "half", "tiny"):
        with pytest.raises(LibraryClosedError):
            getattr(lib, name)


def test_a_new_declaration_is_heeded(lib: Any) -> None:
    assert lib.counter == lib.counter == 7
    lib.cdef('extern int counter __asm__("other");')
    assert lib.counter == 70
    assert lib.counter == 70


def test_libraries_have_variables_of_their_own(load_c: Load) -> None:
    one: Any = load_c("int counter = 1;", "extern int counter;")
    other: Any = load_c("double counter = 2.5;", "extern double counter;")
    for _ in range(3):
        assert (one.counter, other.counter) == (1, 2.5)
    assert type(one) is not type(other)
    assert isinstance(one, farcall.Library)
    assert type(one).__name__ == "Library"
    assert type(one).__module__ == farcall.Library.__module__
    assert not vars(farcall.Library).get("__variables__")
    with pytest.raises((TypeError, SymbolError)):
        type(one).counter.__get__(other)
    assert "counter" in dir(one)


def test_a_class_of_ones_own_keeps_its_attributes(load_c: Load, tmp_path: Any) -> None:
    lib: Any = load_c("int counter = 1; int limit = 2;", "extern int counter; extern int limit;")

    class Mine(farcall.Library):
        limit = "mine"

        @property
        def twice(self) -> Any:
            return 2 * self.counter

    mine: Any = Mine(lib.path)
    mine.cdef("extern int counter; extern int limit;")
    for _ in range(3):
        assert (mine.twice, mine.limit, mine.counter) == (2, "mine", 1)
    assert isinstance(mine, Mine)


@classes_go
def test_a_library_goes_with_its_class(load_c: Load) -> None:
    lib: Any = farcall.Library(load_c("int counter = 1;", "extern int counter;").path)
    lib.cdef("extern int counter;")
    assert lib.counter == lib.counter == 1
    gone = weakref.ref(lib), weakref.ref(type(lib))
    del lib
    gc.collect()
    assert [reference() for reference in gone] == [None, None]


def test_threads_read_and_close(lib: Any) -> None:
    seen: list[object] = []

    def read() -> None:
        while True:
            try:
                seen.append(lib.counter)
            except LibraryClosedError:
                return

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(100):
        with lib._scope.lock:
            detach(lib, ["counter"])
    lib.close()
    for thread in threads:
        thread.join()
    assert set(seen) == {7}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_reads_its_own(lib: Any) -> None:
    assert lib.counter == 7
    child = os.fork()
    if not child:
        lib.counter = 9
        os._exit(lib.counter)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert lib.counter == 7
