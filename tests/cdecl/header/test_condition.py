"""Names that headers have only with a macro that is not defined: the place and the macro are told."""

from __future__ import annotations

from pathlib import Path

import pytest

import farcall
from farcall.cdecl.header.condition import Conditional, conditional
from tests.cdecl.header.test_include import preprocessor

__all__ = ["preprocessor"]  # a fixture that every test here uses

HEADER = """
#ifndef GUARD_H
#define GUARD_H
/* #ifdef COMMENTED
   int commented(void);
*/
#ifdef WITH_EXTRA
int extra(int);
# if defined(DEEPER) && \\
    defined(HERE)
#define deeper 5
# endif
struct wide { int a; };
#elif defined WITH_OTHER || defined(KNOWN)
int other(int);
#else
int rest(int);
#endif
#if __GLIBC_USE (LIB_EXT2)
int printed(void);
#endif
# ifdef __USE_GNU
#  ifdef __cplusplus
extern "C" int both(int);
#  else
int both(int);
#  endif
# endif
#ifdef __cplusplus
int never(int);
#endif
#if defined KNOWN
int there(int);
#endif
#if __has_attribute(cold)
int cold(int);
# if !defined(NOT_WANTED) && __has_include(<no/such.h>)
int included(int);
# endif
#elif !__has_builtin(__builtin_trap) && __has_builtin (__builtin_none) /* not here */
int built(int);
#endif
#if defined(__has_nothing) && __has_nothing(some(thing)) && defined LATER
int later(int);
#endif
#ifdef __has_nothing
int nothing(int);
#endif
#endif
"""
#: What a compiler says yes to.
YES = {"__has_attribute(cold)"}


@pytest.mark.parametrize(
    ("name", "macro", "asked"),
    [
        ("extra", "WITH_EXTRA", ""),
        ("deeper", "WITH_EXTRA", ""),
        ("other", "WITH_OTHER", ""),
        ("printed", "_GNU_SOURCE", ""),
        ("both", "_GNU_SOURCE", ""),
        ("later", "LATER", ""),
        ("included", "", "__has_include(<no/such.h>)"),
        ("built", "", "__has_builtin (__builtin_none)"),
        ("nothing", "", "__has_nothing"),
    ],
)
def test_the_macro_or_what_only_another_compiler_has(tmp_path: Path, name: str, macro: str, asked: str) -> None:
    found = found_in(tmp_path, name)
    assert found is not None
    assert (found.file, found.macro, found.asked) == (str(tmp_path / "made.h"), macro, asked)
    assert name in HEADER.splitlines()[found.line - 1]


@pytest.mark.parametrize("name", ["rest", "never", "there", "commented", "nosuch", "cold"])
def test_what_no_macro_gives(tmp_path: Path, name: str) -> None:
    assert found_in(tmp_path, name) is None


def found_in(directory: Path, name: str) -> Conditional | None:
    file = directory / "made.h"
    file.write_text(HEADER)
    return conditional(name, [str(directory / "gone.h"), str(file)], {"KNOWN"}.__contains__, YES.__contains__)


QUESTIONS = """
#if __has_attribute(cold) && __has_include(<stdio.h>)
int abs(int);
# if __has_include(<no/such/header.h>)
int labs(int);
# endif
#endif
#if defined(__has_attribute) && __has_attribute(no_such_attribute)
int atoi(const char *);
#endif
"""


def test_what_the_compiler_is_asked_is_told(tmp_path: Path) -> None:
    (tmp_path / "made.h").write_text(QUESTIONS)
    lib = farcall.Library("c")
    lib.cdef(include="made.h", include_dirs=tmp_path)
    assert lib.abs(-3) == 3
    wanted = r"made\.h:5 has it only where __has_include\(<no/such/header.h>\) holds: install that header, or name its"
    with pytest.raises(farcall.SymbolError, match=wanted):
        _ = lib.labs
    wanted = r"made\.h:9 .* the compiler has __has_attribute\(no_such_attribute\), and the preprocessor says no: .* CC"
    with pytest.raises(farcall.SymbolError, match=wanted):
        _ = lib.atoi


def test_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "made.h").write_text("#ifdef MORE\nint abs(int);\ntypedef int number;\n#endif\nint labs(int);\n")
    lib = farcall.Library("c")
    lib.cdef(include="made.h", include_dirs=tmp_path)
    place = f"{tmp_path}/made.h:2 has it only with MORE"
    for ask in (lambda: lib.abs, lambda: lib.function("abs")):
        with pytest.raises(farcall.SymbolError) as caught:
            ask()
        assert f'{place}: cdef(include=..., defines={{"MORE": 1}})' in str(caught.value)
    with pytest.raises(farcall.SymbolError, match=r"made\.h:3 has it only with MORE"):
        _ = lib.types.number
    lib.cdef(include="made.h", include_dirs=tmp_path, defines={"MORE": 1})
    assert lib.abs(-3) == 3


@pytest.mark.parametrize("name", ["asprintf", "CPU_SET", "memmem"])
def test_extensions_of_the_c_library(name: str) -> None:
    lib = farcall.Library("c")
    lib.cdef(include=["stdio.h", "sched.h", "string.h"])
    with pytest.raises(farcall.SymbolError) as caught:
        getattr(lib, name)
    assert 'defines={"_GNU_SOURCE": 1}' in str(caught.value)
