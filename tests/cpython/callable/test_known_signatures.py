"""Binding with a signature that is known already: what is kept of it, and when it is not any more."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import farcall
from farcall.cpython.value import class_of
from farcall.ctype import declare
from tests.conftest import classes_go

DECLARATIONS = (
    "int abs(int)",
    "int abs(int number)",
    "double atof(const char *text)",
    "const char *strchr(const char *, int)",
    "void *memchr(const void *s, int c, size_t n)",
    "void qsort(void *base, size_t n, size_t width, int (*compare)(const void *, const void *))",
    "int (*signal(int number, int (*handler)(int)))(int)",
    "int printf(const char *format, ...)",
    "int abs()",
    "int abs(void)",
    "struct tm *gmtime(const long *when)",
    "int abs(int lambda, int lambda_)",
    "int abs(int items[3], char *const names[])",
    "long double fabsl(long double)",
)


@pytest.mark.parametrize("text", DECLARATIONS)
def test_the_docstring_has_the_declaration(text: str) -> None:
    libc = farcall.Library(None)
    libc.cdef("struct tm { int tm_sec; };")
    bound = libc.function(text)
    description: Any = bound.__self__
    assert f"\n\n{declare(description.function, bound.__name__)};\n\n" in f"\n\n{bound.__doc__}"
    again: Any = libc.function(text)
    assert again.__doc__ == bound.__doc__
    assert again.__text_signature__ == bound.__text_signature__  # type: ignore[attr-defined]


def test_two_libraries_may_mean_different_things_by_one_name() -> None:
    one, other = farcall.Library(None), farcall.Library(None)
    one.cdef("typedef struct { int quot; int rem; } pair; pair div(int, int); typedef int number; int abs(number);")
    other.cdef(
        "typedef struct { long quot; long rem; } pair; pair ldiv(long, long); typedef unsigned number; int abs(number);"
    )
    assert (one.div(7, 2).quot, other.ldiv(1 << 40, 2).quot) == (3, 1 << 39)
    assert one.types.pair is not other.types.pair
    assert one.abs(-3) == 3
    with pytest.raises(OverflowError):
        other.abs(-3)
    assert one.function("int abs(number)")(-4) == 4
    with pytest.raises(OverflowError):
        other.function("int abs(number)")(-4)


def test_a_declaration_that_changes_a_name_is_heeded() -> None:
    libc = farcall.Library(None)
    assert libc.function("int abs(int32_t)")(-3) == 3
    libc.cdef("typedef unsigned char int32_t;")
    with pytest.raises(OverflowError):
        libc.function("int abs(int32_t)")(-3)


def test_a_struct_that_is_completed_later_has_members_from_then_on() -> None:
    libc = farcall.Library(None)
    libc.cdef("struct tm; struct tm *gmtime(const long *when);")
    text = "struct tm *gmtime(const long *when)"
    opaque = libc.function(text)(farcall.long(0))
    libc.cdef("struct tm { int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year; };")
    whole = libc.function(text)(farcall.long(0))
    assert type(whole) is not type(opaque)
    assert (libc.gmtime(farcall.long(0))[0].tm_year, whole[0].tm_mday) == (70, 1)


def test_a_class_of_ones_own_is_what_later_functions_take() -> None:
    libc = farcall.Library(None)

    @farcall.struct
    class Quotient:
        quot: farcall.int_
        rem: farcall.int_

        def value(self) -> int:
            return int(self.quot)

    function: Any = farcall.function(libc.address("div"), [farcall.int_, farcall.int_], Quotient)
    assert function(7, 2).value() == 3
    assert type(function(7, 2)) is Quotient


@classes_go
def test_classes_are_not_kept_by_what_is_known_of_types() -> None:
    libc = farcall.Library(None)
    libc.cdef("struct short_lived { int a[17]; }; void *memchr(struct short_lived *, int, size_t);")
    bound: Any = libc.memchr
    made = weakref.ref(bound.__self__.classes[0])
    assert "short_lived" in str(made())
    del bound, libc.__dict__["memchr"]
    gc.collect()
    assert made() is None
    bound = libc.memchr
    assert bound.__self__.classes[0] is class_of(libc._scope.functions["memchr"].parameters[0].type)


def test_a_closed_library_binds_nothing() -> None:
    libc = farcall.Library("libc.so.6")
    assert libc.function("int abs(int)")(-3) == 3
    libc.close()
    with pytest.raises(farcall.LibraryClosedError):
        libc.function("int abs(int)")


def test_threads_bind_the_same_signatures() -> None:
    libc = farcall.Library(None)
    libc.cdef("int abs(int); long labs(long); double fabs(double); char *strchr(const char *, int);")

    def bind(_: int) -> list[object]:
        found = []
        for name in ("abs", "labs", "fabs"):
            libc.__dict__.pop(name, None)
            found.append(getattr(libc, name)(-2))
        return [*found, libc.function("double fabs(double x)")(-0.5)]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(bind, range(80))) == [[2, 2, 2.0, 0.5]] * 80
