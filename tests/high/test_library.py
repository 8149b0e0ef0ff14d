"""The high door: libraries opened, functions bound by text, name and annotations, variables, types, closing."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.errors import DeclarationError, LibraryClosedError, LibraryError, SymbolError
from tests.conftest import Compile
from tests.machine import up

SOURCE = """
#include <string.h>
struct point { int x; double y; };
struct config { int level; const char *name; struct point origin; };
int counter = 3;
const char *greeting = "hello";
char line[16] = "line";
int table[4] = {1, 2, 3, 4};
struct config config = {1, "initial", {5, 6.5}};
struct point *origin = &config.origin;
double (*operation)(double) = 0;
const int fixed = 9;
int twice(int x) { return 2 * x; }
int count(void) { return ++counter; }
const char *title(void) { return config.name; }
size_t length(const char *text) { return strlen(text); }
double norm(struct point p) { return p.x + p.y; }
struct point swap(struct point p) { struct point q = {p.y, p.x}; return q; }
int call(int (*f)(int), int x) { return f(x); }
"""
DECLARED = """
struct point { int x; double y; };
struct config { int level; const char *name; struct point origin; };
extern int counter;
extern const char *greeting;
extern char line[16];
extern int table[4];
extern struct config config;
extern struct point *origin;
extern const int fixed;
enum { SMALL = 1, LARGE = SMALL << 4 };
int twice(int x);
int count(void);
const char *title(void);
double norm(struct point p);
struct point swap(struct point p);
int call(int (*f)(int), int x);
"""


@pytest.fixture
def library(compile_c: Compile, tmp_path: Path) -> farcall.Library:
    """A library of its own: a copy of the file is another library, with other variables."""
    copy = tmp_path / "libsample.so"
    copy.write_bytes(compile_c(SOURCE, "sample").read_bytes())
    opened = farcall.Library(copy)
    opened.cdef(DECLARED)
    return opened


# Opening


def test_opened_by_path_file_name_short_name_and_none(compile_c: Compile) -> None:
    path = compile_c(SOURCE, "sample")
    for name in (path, str(path)):
        opened = farcall.Library(name)
        assert opened.path == str(path)
        assert opened.function("int twice(int)")(4) == 8
    for name in ("libm.so.6", "m"):
        opened = farcall.Library(name)
        assert opened.name == name
        assert "libm" in os.path.basename(opened.path)
        assert opened.function("double cos(double)")(0) == 1.0
    process = farcall.Library(None)
    assert process.path == ""
    assert process.function("int Py_IsInitialized(void)")() == 1


def test_missing_libraries_tell_what_was_tried_and_what_is_near(tmp_path: Path, compile_c: Compile) -> None:
    with pytest.raises(LibraryError, match=r"libm\.so\.66: (?s:.*)similar names: .*libm\.so\.6"):
        farcall.Library("libm.so.66")
    with pytest.raises(LibraryError, match=r"(?s)tried:.*libno_such_one\.so"):
        farcall.Library("no_such_one")
    with pytest.raises(LibraryError, match=r"/libgone\.so"):
        farcall.Library(tmp_path / "libgone.so")
    text = tmp_path / "libtext.so"
    text.write_text("no library")
    with pytest.raises(LibraryError, match="libtext"):
        farcall.Library(text)
    for odd in (b"libc.so.6", 5, 1.5, object(), ""):
        with pytest.raises((TypeError, ValueError)):
            farcall.Library(odd)  # type: ignore[arg-type]


def test_what_a_library_is(library: farcall.Library) -> None:
    assert "libsample.so" in repr(library)
    assert {"twice", "counter", "SMALL", "types", "cdef"} <= set(dir(library))


# Functions


def test_functions(library: farcall.Library) -> None:
    assert library.twice is library.twice
    assert library.twice(21) == 42
    assert library.function("twice")(4) == 8
    assert library.function("int twice(int x)")(4) == 8
    assert library.function("size_t length(const char *text)")("text") == 4
    assert library.norm(library.types.point(1, 2.5)) == 3.5
    assert library.norm((1, 2.5)) == 3.5
    assert library.swap({"x": 1, "y": 2.0}) == library.types.point(2, 1.0)
    assert library.call(library.twice, 5) == 10


def test_a_function_by_its_address(library: farcall.Library) -> None:
    address = library.address("twice")
    assert farcall.function(address, "int twice(int x)")(4) == 8
    pointer = library.types["int (*)(int)"](library.twice)
    assert int(pointer) == address
    assert farcall.function(pointer)(5) == 10
    assert farcall.function(pointer, "int renamed(int x)").__name__ == "renamed"
    assert library.call(pointer, 6) == 12


def test_redeclaring(library: farcall.Library) -> None:
    before = library.twice
    library.cdef("int twice(int again);")  # the same, as C allows
    assert library.twice(2) == 4
    assert before(2) == 4
    library.cdef("typedef struct point point; typedef struct point point;")
    for text in (
        "long long twice(int x);",
        "int twice(int x, int y);",
        "struct point { int x; };",
        "extern long long counter;",
        "typedef int point;",
        "enum { SMALL = 2 };",
    ):
        with pytest.raises(DeclarationError, match=r"line 1"):
            library.cdef(text)
    assert library.twice(3) == 6
    # one function may be bound as another type without declaring it
    assert library.function("long twice(unsigned char x)")(200) == 400


def test_annotations(library: farcall.Library) -> None:
    @library.function
    def twice(x: farcall.int_) -> farcall.int_: ...

    @library.function(gil="hold", errno=True)
    def length(text: str) -> farcall.size_t: ...

    @library.function()
    def title() -> str: ...

    def norm(p: Any) -> float: ...

    norm.__annotations__["p"] = library.types.point
    norm = library.function(norm)

    assert twice(4) == 8
    assert length("four") == 4
    assert norm((1, 1.5)) == 2.5
    assert title() == "initial"
    assert (length.__self__.gil, length.__self__.errno) == ("hold", True)
    assert type(twice) is type(len)
    assert "int twice(int x)" in twice.__doc__


def test_annotations_as_strings(library: farcall.Library) -> None:
    # this module postpones annotations: all of them are strings already; these are spelled out
    def twice(x: "farcall.int_") -> "farcall.int_": ...  # noqa: UP037

    assert library.function(twice)(4) == 8
    names: dict[str, Any] = {"farcall": farcall}
    exec("def count() -> 'farcall.long': ...", names)
    assert library.function(names["count"])() == 4

    def norm(p: "unknown.point") -> float: ...  # type: ignore[name-defined]  # noqa: F821, UP037

    with pytest.raises(TypeError, match=r"norm\(\): an annotation cannot be resolved"):
        library.function(norm)


def test_variadic_annotations() -> None:
    @farcall.Library("libc.so.6").function
    def snprintf(s: farcall.type_of("char *"), n: farcall.size_t, format: str, *args) -> farcall.int_: ...  # type: ignore[valid-type, no-untyped-def]

    buffer = bytearray(16)
    assert snprintf(buffer, 16, "%d-%s", 5, "x") == 3
    assert buffer[:3] == b"5-x"


def test_annotations_that_say_too_little(library: farcall.Library) -> None:
    def bare(x): ...  # type: ignore[no-untyped-def]
    def no_result(x: farcall.int_): ...  # type: ignore[no-untyped-def]
    def of_int(x: int) -> None: ...
    def keyword(*, x: farcall.int_) -> None: ...
    def strange(x: farcall.int_ | None) -> None: ...

    for function, message in {
        bare: r"bare\(\) parameter 'x' has no annotation",
        no_result: r"no_result\(\) has no annotation for its result",
        of_int: r"of_int\(\) parameter 'x': int does not say how wide",
        keyword: r"keyword\(\) parameter 'x': C functions have no keyword arguments",
        strange: r"strange\(\) parameter 'x': .* is not a C type",
    }.items():
        with pytest.raises(TypeError, match=message):
            library.function(function)
    for odd in (5, None.__class__, object(), b"int f(int)"):
        with pytest.raises((TypeError, ValueError, SymbolError)):
            library.function(odd)


def test_policies_of_library_and_function(compile_c: Compile) -> None:
    path = compile_c(SOURCE, "sample")
    library = farcall.Library(path, gil="hold", errno=True)
    library.cdef("int twice(int x);")
    held, released = library.twice.__self__, library.function("twice", gil="release", errno=False).__self__
    assert (held.gil, held.errno, released.gil, released.errno) == ("hold", True, "release", False)
    assert farcall.Library(path).function("int twice(int)").__self__.gil == "release"


# Variables


def test_variables(library: farcall.Library) -> None:
    assert library.counter == 3
    library.counter = 40
    assert library.count() == 41
    assert library.counter == 41
    view = library.variable("int counter")
    view.value += 1
    assert library.counter == 42
    assert library.fixed == 9
    library.table = [9, 8, 7]
    library.table[3] = 6
    assert list(library.table) == [9, 8, 7, 6]
    library.config.origin.x = -1
    assert library.origin[0].x == -1
    assert library.variable("struct config config").origin == library.types.point(-1, 6.5)
    library.config = {"level": 7}
    assert (library.config.level, library.config.name) == (7, None)
    library.origin = None
    assert not library.origin


def test_texts_in_variables_stay_alive(library: farcall.Library) -> None:
    assert (library.greeting, library.title()) == ("hello", "initial")
    library.greeting = "h\xe9llo " * 20
    library.config.name = "other " * 20
    gc.collect()
    churn = ["z" * 120 for _ in range(1000)]
    assert library.greeting == "h\xe9llo " * 20
    assert library.title() == "other " * 20
    assert churn
    library.line = [b"n", b"e", b"w", b"\0"]
    assert bytes(library.line)[:4] == b"new\0"


def test_wrong_values_for_variables(library: farcall.Library) -> None:
    for name, odd in {"counter": "3", "greeting": 5, "config": 5, "table": [1, 2, 3, 4, 5], "origin": 0}.items():
        with pytest.raises((TypeError, ValueError), match=name):
            setattr(library, name, odd)
    with pytest.raises(OverflowError, match="counter"):
        library.counter = 1 << 31
    with pytest.raises(SymbolError, match="'counte' is not declared; similar names: counter"):
        _ = library.counte
    with pytest.raises(SymbolError):
        library.variable("int twice")
    with pytest.raises(SymbolError, match="no symbol 'nothing'"):
        library.variable("int nothing")
    library.cdef("extern int nothing;")
    with pytest.raises(SymbolError, match="nothing"):
        _ = library.nothing
    assert not hasattr(library, "nothing")
    assert library.counter == 3


def test_constants(library: farcall.Library) -> None:
    assert (library.SMALL, library.LARGE) == (1, 16)
    with pytest.raises(SymbolError):
        library.SMALL = 2


# Types


def test_types(library: farcall.Library) -> None:
    library.cdef("typedef struct point position; typedef int number; union either { int a; float b; };")
    types = library.types
    assert types.point is types["struct point"]
    assert types.position(1, 2.0) == types.point(1, 2.0)
    assert types.number(5) == 5
    assert types.either(b=1.0).a == 0x3F800000
    assert farcall.sizeof(types["struct point[3]"]) == 3 * up(12)
    assert types["struct point *"](types.point(7, 0.0))[0].x == 7
    assert {"point", "position", "number", "either", "config"} <= set(dir(types))
    assert "point" in repr(types)
    with pytest.raises(SymbolError, match="no type 'poin' is declared"):
        _ = types.poin
    with pytest.raises(DeclarationError):
        types["no such type"]


def test_two_libraries_with_one_struct(library: farcall.Library, compile_c: Compile) -> None:
    other = farcall.Library(compile_c(SOURCE, "sample"))
    other.cdef("struct point { int x; double y; }; double norm(struct point p); struct point swap(struct point p);")
    foreign = library.types.point(1, 2.5)
    assert type(foreign) is other.types.point
    assert other.norm(foreign) == 3.5  # one type to C: the same tag and members
    assert isinstance(other.swap(foreign), other.types.point)
    third = farcall.Library(compile_c(SOURCE, "sample"))
    third.cdef("struct point { double x; double y; }; double norm(struct point p);")
    with pytest.raises(TypeError, match=r"norm\(\) parameter 'p' must be struct point"):
        third.norm(foreign)


# Closing


def test_closing(library: farcall.Library) -> None:
    twice, held = library.twice, library.function("double norm(struct point p)", gil="hold")
    pointer = library.types["int (*)(int)"](twice)
    library.close()
    library.close()
    assert library.closed
    assert "closed" in repr(library)
    for use in (
        lambda: twice(1),
        lambda: held((1, 2.0)),
        lambda: library.twice(1),
        lambda: library.counter,
        lambda: setattr(library, "counter", 1),
        lambda: library.function("int twice(int x)"),
        lambda: library.variable("int counter"),
        lambda: library.address("twice"),
        lambda: library.types["int (*)(int)"](twice),
    ):
        with pytest.raises(LibraryClosedError, match="closed"):
            use()
    assert library.types.point(1, 2.0).x == 1
    assert pointer


def test_closing_keeps_what_is_still_seen(library: farcall.Library) -> None:
    config, table = library.config, library.variable("int table[4]")
    library.close()
    gc.collect()
    assert (config.level, config.name, list(table)) == (1, "initial", [1, 2, 3, 4])
    with pytest.raises(LibraryClosedError):
        _ = library.counter


def test_closed_by_with(compile_c: Compile) -> None:
    with farcall.Library(compile_c(SOURCE, "sample")) as library:
        twice = library.function("int twice(int x)")
        assert twice(2) == 4
    with pytest.raises(LibraryClosedError, match=r"twice\(\): .* is closed"):
        twice(2)
    assert library.closed


def test_importing_is_light() -> None:
    code = "import sys, farcall; print(*sorted(set(sys.modules) & {'ctypes', 'difflib', 'inspect'}))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_a_tier_that_there_is_not_is_refused_when_the_library_is_opened() -> None:
    with pytest.raises(ValueError, match="tier must be one of fast, api, not 'x'"):
        farcall.Library("m", tier="x")


def test_what_has_the_type_of_a_function_is_bound_by_it() -> None:
    closure = farcall.Closure(abs, "int (*)(int)")
    held = farcall.function(closure, gil="hold")
    assert (held(-3), held.__self__.gil) == (3, "hold")
    cosine = farcall.Library("libm.so.6").function("double cos(double)")
    assert farcall.function(cosine, errno=True)(0.0) == 1.0
    for other in (len, 5, None):
        with pytest.raises(TypeError, match="does not say what function it points to: give a declaration"):
            farcall.function(other)
    closure.close()
    with pytest.raises(farcall.ClosureError, match="closed"):
        farcall.function(closure)
