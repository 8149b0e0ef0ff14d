"""Inline functions and macros with parameters, compiled on request."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.errors import DeclarationError, LibraryClosedError, LibraryError, SymbolError
from farcall.high import compiled
from tests.conftest import Load

HEADER = """
struct spot { int x, y; };
static inline int twice(int n) { return 2 * n; }
static __inline__ __attribute__((always_inline)) struct spot moved(struct spot p, int by) { p.x += by; return p; }
static inline const char *label(int n) { return n ? "yes" : "no"; }
static inline void halved(double given, double *half) { *half = given / 2; }
static inline int applied(int (*f)(int), int n) { return f(n); }
extern int counted(int n);
static inline int counted_twice(int n) { return counted(n) + counted(n); }
#define SQUARE(x) ((x) * (x))
#define TURNED(p) ((struct spot){ (p).y, (p).x })
#define ABSOLUTE(x) ({ __typeof__(x) _x = (x); _x < 0 ? -_x : _x; })
#define SET(p, v) do { (p)->x = (v); } while (0)
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define FIRST(p) (&(p)->x)
#define SUM(...) (0 __VA_ARGS__)
#define BROKEN(x) ((x) + no_such_name)
#define NOW (twice(20) + 2)
"""
Made = Callable[..., Any]


@pytest.fixture(autouse=True)
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def made(tmp_path: Path, load_c: Load) -> Made:
    """A library that has `counted`, with the header above and more text."""

    def library(more: str = "", *, tier: str = "", inline: bool = True) -> Any:
        (tmp_path / "made.h").write_text(HEADER + more)
        lib = load_c("int counted(int n) { return n + 1; }", tier=tier)
        lib.cdef(include=tmp_path / "made.h", inline=inline)
        return lib

    return library


@pytest.mark.parametrize("tier", ["", "api"])
def test_inline_functions_are_functions(made: Made, tier: str) -> None:
    lib = made(tier=tier)
    assert lib.twice(21) == lib.twice(n=21) == 42
    assert tuple(lib.moved((1, 2), 5)) == (6, 2)
    assert lib.label(0) == "no"
    assert lib.function("halved", out=["half"])(3.0) == 1.5
    assert lib.function("int twice(int n)", gil="hold")(4) == 8
    assert lib.applied(lambda n: n * 3, 5) == 15
    assert lib.counted_twice(1) == 4  # the library's own function is called
    assert lib.applied(lib.twice, 3) == 6
    with pytest.raises(TypeError, match=r"twice\(\) parameter 'n' must be an int"):
        lib.twice("x")
    assert "twice" in dir(lib)


def test_macros_are_compiled_for_their_arguments(made: Made) -> None:
    lib = made()
    assert (lib.SQUARE(5), lib.SQUARE(1.5), lib.SQUARE(1 << 31)) == (25, 2.25, 1 << 62)
    assert lib.SQUARE(farcall.uint8(16)) == 256
    assert lib.LARGER(1, 2.5) == 2.5
    for _ in range(2):  # by a closer look, and as known
        assert [lib.LARGER(n, n - 1) for n in (-(1 << 31), (1 << 31) - 1, 1 << 31, -(1 << 62), 1 << 63, True)] == [
            -(1 << 31), (1 << 31) - 1, 1 << 31, -(1 << 62), 1 << 63, 1,
        ]  # fmt: skip
    assert (lib.ABSOLUTE(-3), lib.ABSOLUTE(-2.5)) == (3, 2.5)
    spot = lib.types.spot(1, 2)
    assert tuple(lib.TURNED(spot)) == (2, 1)
    assert lib.SET(farcall.addressof(spot), 9) is None
    assert spot.x == 9
    lib.FIRST(farcall.addressof(spot))[0] = 7
    assert spot.x == 7
    assert lib.NOW() == 42
    assert lib.SUM() == 0
    for wrong in ((), (1, 2)):
        with pytest.raises(TypeError, match=rf"SQUARE\(\) takes 1 argument \({len(wrong)} given\): SQUARE\(x\)"):
            lib.SQUARE(*wrong)
    with pytest.raises(TypeError, match=r"SQUARE\(\) argument 0: cannot infer a C type for object"):
        lib.SQUARE(object())


def test_what_the_compiler_does_not_take_is_said_in_its_words(made: Made) -> None:
    lib = made()
    with pytest.raises(DeclarationError, match=r"made\.h: the compiler says: .*no_such_name"):
        lib.BROKEN(1)
    assert lib.SQUARE(3) == 9
    lib = made("static inline int broken(int n) { return n + missing_here; }\n")
    with pytest.raises(DeclarationError, match=r"the compiler says: .*missing_here"):
        lib.broken(1)


def test_one_that_fails_alone_spoils_no_other(made: Made) -> None:
    lib = made("static inline int odd(int n) { extern int nobody_has_this(int); return nobody_has_this(n); }\n")
    assert lib.twice(2) == 4
    with pytest.raises(LibraryError, match="nobody_has_this"):
        lib.odd(1)


def test_nothing_changes_without_being_asked(made: Made, tmp_path: Path) -> None:
    lib = made(inline=False)
    with pytest.raises(SymbolError, match=r"inline function.*inline=True"):
        lib.twice(1)
    with pytest.raises(SymbolError, match=r"macro with parameters.*inline=True"):
        lib.SQUARE(1)
    assert "twice" not in dir(lib)
    assert not (tmp_path / "cache" / "farcall" / "inline").exists()
    with pytest.raises(TypeError, match="inline are for include="):
        lib.cdef(None, inline=True)


def test_without_a_compiler_the_rest_is_there(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    lib = made("enum { KNOWN = 5 };\n")
    monkeypatch.setenv("CC", shutil.which("cpp") or "cpp")
    if shutil.which("cpp") is None:
        pytest.skip("needs cpp")
    for use in (lambda: lib.twice(1), lambda: lib.SQUARE(2)):
        with pytest.raises(DeclarationError, match=r"need a C compiler, and .*cpp is a preprocessor alone"):
            use()
    assert (lib.counted(1), lib.KNOWN) == (2, 5)
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(DeclarationError, match="no-such-compiler"):
        lib.SQUARE(2)


def test_libraries_are_kept_and_broken_directories_are_not_used(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_open", {})
    place = tmp_path / "cache" / "farcall" / "inline"
    assert made().twice(1) == 2
    files = {file: file.stat().st_mtime_ns for file in place.glob("*.so")}
    assert len(files) == 1
    monkeypatch.setattr(compiled, "_open", {})
    assert made().twice(1) == 2
    assert {file: file.stat().st_mtime_ns for file in place.glob("*.so")} == files
    monkeypatch.setattr(compiled, "_open", {})
    os.chmod(place, 0o777)
    made("\n#define OTHER 1\n").twice(1)
    assert {*place.glob("*.so")} == {*files}


def test_they_go_with_their_library(made: Made) -> None:
    lib = made()
    twice, square = lib.twice, lib.SQUARE
    assert (twice(1), square(2)) == (2, 4)
    assert pickle.loads(pickle.dumps(twice))(4) == 8
    lib.close()
    with pytest.raises(LibraryClosedError):
        twice(1)
    with pytest.raises(LibraryClosedError):
        square(2)
