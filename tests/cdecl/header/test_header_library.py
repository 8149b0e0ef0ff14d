"""Headers given to a library: what they declare is used like what a text declares."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import farcall
from tests.cdecl.header.headers import HEADERS, need
from tests.conftest import Load

SOURCE = """
    #include <stdlib.h>
    struct pair { int a; double b; };
    int counter = 7;
    double total(const struct pair *p) { return p->a + p->b; }
    int real_name(int n) { return n + 1; }
    void on_each(void (*visit)(int)) { visit(1); visit(2); }
    void (*kept(void))(int) { return (void (*)(int))-1; }
"""
HEADER = """
    #ifndef LIMIT
    #define LIMIT 10
    #endif
    #define VERSION "1.2"
    #define RATIO 0.5
    #define NOWHERE ((void (*)(int))-1)
    #define FAR_AWAY (sizeof(struct unknown))
    #define other_name real_name
    struct pair { int a; double b; };
    enum level { LOW, HIGH = 5 };
    extern int counter;
    double total(const struct pair *p);
    int real_name(int n);
    int renamed(int n) __asm__("real_name");
    void on_each(void (*visit)(int));
    void (*kept(void))(int);
    int missing(void);
    static inline int only_here(int n) { return n; }
"""


@pytest.fixture
def library(load_c: Load, tmp_path: Path) -> farcall.Library:
    (tmp_path / "made.h").write_text(HEADER)
    loaded = load_c(SOURCE)
    header = loaded.cdef(include="made.h", include_dirs=tmp_path, defines={"LIMIT": 20})
    assert repr(header) == "<header made.h: 7 functions and variables, 2 types, 6 macros>"
    return loaded


def test_names_are_attributes(library: farcall.Library) -> None:
    assert (library.LIMIT, library.VERSION, library.RATIO, library.HIGH) == (20, "1.2", 0.5, 5)
    assert library.total(library.types.pair(1, 2.5)) == 3.5
    assert library.counter == 7
    library.counter = 8
    assert library.counter == 8
    assert library.kept() == library.NOWHERE
    assert int(library.NOWHERE) == 2 ** (8 * farcall.sizeof("void *")) - 1
    assert (library.other_name(1), library.renamed(1), library.function("real_name")(1)) == (2, 2, 2)
    seen: list[int] = []
    library.on_each(seen.append)
    assert seen == [1, 2]
    assert library.function("double total(const struct pair *)")(library.types["struct pair"](1, 1)) == 2
    assert isinstance(library.types.pair(), farcall.Struct)


def test_names_are_listed(library: farcall.Library) -> None:
    listed = set(dir(library))
    assert {"LIMIT", "VERSION", "LOW", "HIGH", "counter", "total", "other_name", "renamed"} <= listed
    assert not {"printf", "only_here", "__INT_MAX__", "pair"} & listed
    assert set(dir(library.types)) == {"pair", "level"}


def test_what_is_not_there_is_explained(library: farcall.Library) -> None:
    with pytest.raises(farcall.SymbolError, match=r"'only_here' is not declared: it is an inline function, .*made\.h:"):
        _ = library.only_here
    with pytest.raises(farcall.SymbolError, match=r"'FAR_AWAY' is not declared: it is a macro of made\.h for \(sizeof"):
        _ = library.FAR_AWAY
    with pytest.raises(farcall.SymbolError, match="'totale' is not declared; similar names: total"):
        _ = library.totale
    with pytest.raises(farcall.SymbolError, match="has no symbol 'missing'"):
        _ = library.missing
    with pytest.raises(farcall.SymbolError, match="only variables can be set"):
        library.total = 3


def test_a_function_bound_before_is_bound_anew(load_c: Load, tmp_path: Path) -> None:
    (tmp_path / "made.h").write_text('int renamed(int n) __asm__("real_name");\n')
    library = load_c(SOURCE, "int real_name(int n); void types(void);")
    before = library.real_name
    library.cdef("int real_name(int n);")
    assert library.real_name is not before
    library.cdef(include=tmp_path / "made.h")
    assert library.renamed(3) == 4
    assert library.types  # a C function of that name hides nothing of the library's own


def test_wrong_use() -> None:
    library = farcall.Library(None)
    with pytest.raises(TypeError, match="a text or include=, not both"):
        library.cdef("int f(void);", include="stdio.h")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="include_dirs, defines, pkg_config and inline are for include="):
        library.cdef("int f(void);", defines={"A": 1})  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="names no header"):
        library.cdef(include=[])
    with pytest.raises(TypeError, match="C declarations are str"):
        library.cdef()  # type: ignore[call-overload]


def test_the_running_process() -> None:
    for case in HEADERS:
        if case.header in ("math.h", "stdio.h"):
            need(case)
    c = farcall.cdef(include=["math.h", "stdio.h"])
    assert c.cos(0.0) == 1.0
    assert (math.pi, math.inf, -1) == (c.M_PI, c.INFINITY, c.EOF)
    assert math.isnan(c.NAN)
    n = farcall.int_()
    assert c.sscanf(b"42 apples", "%d", farcall.addressof(n)) == 1
    assert n.value == 42
    assert farcall.cdef("int abs(int);").abs(-3) == 3
