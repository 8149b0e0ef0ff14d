"""Variables whose declaration does not say how large they are; and macros for the address of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import farcall
from tests.cdecl.header.test_include import preprocessor
from tests.conftest import Load

__all__ = ["preprocessor"]  # a fixture that every test here uses

SOURCE = """
struct op { int code; };
struct op opaque = { 42 };
int code_of(const struct op *op) { return op->code; }
const char version[] = "1.25";
int primes[5] = { 2, 3, 5, 7, 11 };
const char *const names[] = { "one", "two", "three" };
struct pair { short a; int b; } pairs[3] = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
int table[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
const char text[] = "renamed";
int doubled(int n) { return 2 * n; }
"""
DECLARED = """
struct op;
extern struct op opaque;
int code_of(const struct op *op);
extern const char version[];
extern int primes[];
extern const char *const names[];
struct pair { short a; int b; };
extern struct pair pairs[];
extern int table[][3];
int doubled(int n);
"""
MACROS = """
extern const char label[] __asm__("text");
typedef struct op *op_handle;
typedef int (*callback)(int);
#define WORLD ((op_handle) ((void *) &(opaque)))
#define THIRD (&pairs[2])
#define THIRD_B (&pairs[2].b)
#define PRIMES ((int *)primes)
#define DOUBLED ((callback)doubled)
#define MISSING (&nowhere)
extern int nowhere;
"""


@pytest.fixture(params=["text", "header"])
def lib(request: pytest.FixtureRequest, load_c: Load, tmp_path: Path) -> Any:
    library = load_c(SOURCE)
    if request.param == "text":
        library.cdef(DECLARED)
    else:
        (tmp_path / "open.h").write_text(DECLARED)
        library.cdef(include=tmp_path / "open.h")
    return library


def test_arrays_have_the_length_that_the_library_says(lib: Any) -> None:
    assert (len(lib.version), bytes(lib.version)) == (5, b"1.25\0")
    assert farcall.string(lib.version) == "1.25"
    assert list(lib.primes) == [2, 3, 5, 7, 11]
    assert list(lib.names) == ["one", "two", "three"]
    assert [(pair.a, pair.b) for pair in lib.pairs] == [(1, 2), (3, 4), (5, 6)]
    assert [list(row) for row in lib.table] == [[1, 2, 3], [4, 5, 6]]
    assert farcall.sizeof(lib.variable("int primes[]")) == 20


def test_they_are_views(lib: Any) -> None:
    lib.primes[1] = 30
    assert lib.variable("int primes[5]")[1] == 30
    lib.primes = [1, 2, 3, 4, 5]
    assert list(lib.primes) == [1, 2, 3, 4, 5]
    lib.primes = [2, 3, 5, 7, 11]
    with pytest.raises(IndexError):
        _ = lib.primes[5]


def test_a_variable_of_an_incomplete_struct_is_its_address(lib: Any) -> None:
    assert isinstance(lib.opaque, farcall.Pointer)
    assert int(lib.opaque) == lib.address("opaque")
    assert lib.code_of(lib.opaque) == 42
    assert lib.variable("struct op opaque") == lib.opaque
    with pytest.raises(TypeError, match=r"variable 'opaque' cannot be set: struct op has no known size"):
        lib.opaque = 5


def test_once_the_struct_is_known_it_is_a_struct(lib: Any) -> None:
    assert isinstance(lib.opaque, farcall.Pointer)
    lib.cdef("struct op { int code; };")
    assert lib.opaque.code == 42


def test_an_array_of_what_nobody_knows_is_a_pointer(load_c: Load) -> None:
    library = load_c("int odd[3];")
    library.cdef("extern struct { long a, b; } odd[];")
    assert int(library.odd) == library.address("odd")  # of 12 bytes, no whole number of items
    assert isinstance(library.odd, farcall.Pointer)
    with pytest.raises(TypeError, match="cannot be set"):
        library.odd = []


def test_a_later_declaration_tells_the_length(load_c: Load) -> None:
    library = load_c("int cells[8];")
    library.cdef("extern int cells[];\nextern int cells[4];")
    assert len(library.cells) == 4


def test_python_ones() -> None:
    library: Any = farcall.Library(None)
    library.cdef("extern const char Py_Version_missing[]; extern char **environ; extern struct _object _Py_NoneStruct;")
    assert int(library._Py_NoneStruct) == id(None)
    with pytest.raises(farcall.SymbolError, match="no symbol 'Py_Version_missing'"):
        _ = library.Py_Version_missing


def test_macros_for_addresses(load_c: Load, tmp_path: Path) -> None:
    (tmp_path / "open.h").write_text(DECLARED + MACROS)
    library: Any = load_c(SOURCE)
    header = library.cdef(include=tmp_path / "open.h")
    assert library.code_of(library.WORLD) == 42
    assert str(library.WORLD.__ctype__) == "struct op *"
    assert (library.THIRD.a, library.THIRD[0].b, library.THIRD_B[0]) == (5, 6, 6)
    library.THIRD_B[0] = 7
    assert library.pairs[2].b == 7
    library.THIRD_B[0] = 6
    assert library.PRIMES[4] == 11
    assert farcall.string(library.label) == "renamed"
    assert farcall.function(library.DOUBLED)(4) == 8
    with pytest.raises(farcall.SymbolError, match="no symbol 'nowhere'"):
        _ = library.MISSING
    assert {"WORLD", "THIRD"} <= set(dir(library))
    assert header.addresses["THIRD"].symbol == "pairs"
    with pytest.raises(farcall.SymbolError, match="'WORLD' is not a declared variable"):
        library.WORLD = None
    third = library.THIRD
    library.close()
    assert third.a == 5  # what was given out stays mapped
    with pytest.raises(farcall.LibraryClosedError):
        _ = library.WORLD
