"""Errors that say what to do instead."""

from __future__ import annotations

import ctypes
import io
from typing import Any

import pytest

import farcall


@pytest.fixture(scope="module")
def libc() -> farcall.Library:
    library = farcall.Library("libc.so.6")
    library.cdef("char *strcpy(char *, const char *); int fputs(const char *s, FILE *f); struct point { int x; };")
    return library


def test_what_is_exported_and_not_declared_is_to_be_declared(libc: farcall.Library) -> None:
    with pytest.raises(farcall.SymbolError, match="the library has a symbol strcat: declare it with cdef"):
        _ = libc.strcat
    with pytest.raises(farcall.SymbolError, match="similar names: strcpy"):
        _ = libc.strcpyx
    with pytest.raises(
        farcall.SymbolError, match="function 'nothing_like_it' is not declared; the library has no such symbol"
    ):
        libc.function("nothing_like_it")


def test_a_tag_that_nobody_declared_has_similar_names(libc: farcall.Library) -> None:
    with pytest.raises(farcall.IncompleteTypeError, match=r"struct pont is incomplete.*similar names: point"):
        libc.types["struct pont"]
    libc.cdef("struct opaque;")
    with pytest.raises(
        farcall.IncompleteTypeError, match=r"struct opaque is incomplete: its members are not declared\Z"
    ):
        libc.types["struct opaque"]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ([1], r'; pass new\("int \[\]", list\), or a buffer'),
        ((1,), r'; pass new\("int \[\]", tuple\), or a buffer'),
        (1.5, r'; pass new\("int", value\), or a buffer'),
        (ctypes.byref(ctypes.c_int()), ": pass the ctypes object itself"),
        (object(), r"\Z"),
    ],
)
def test_what_to_pass_for_a_pointer(value: object, hint: str) -> None:
    frexp: Any = farcall.Library("libm.so.6").function("double frexp(double x, int *exponent)")
    with pytest.raises(TypeError, match=rf"frexp\(\) parameter 'exponent' must be int \*, not .*{hint}"):
        frexp(8.0, value)


def test_a_python_file_is_no_file_of_c(libc: farcall.Library) -> None:
    with pytest.raises(TypeError, match=r"not BytesIO: a Python file is no C object; C's fdopen\(\)"):
        libc.fputs("x", io.BytesIO())


def test_out_is_a_list() -> None:
    frexp: Any = farcall.Library("libm.so.6").function
    with pytest.raises(TypeError, match=r"out is a list of parameters, such as out=\['exponent'\], not a str"):
        frexp("double frexp(double x, int *exponent)", out="exponent")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("#include <zlib.h>", r'cdef\(include="..."\) reads a header'),
        ("#ifdef X\n#endif", "run the text through a preprocessor"),
        ("class X { int a; };", 'C\\+\\+ is not understood, only what it declares extern "C"'),
        ("zlib.h", r"cdef\(include='zlib.h'\) reads a header"),
        ("int f(int a)\nint g(int b);", "line 2, column 1: syntax error before 'int'; is a ';' missing before it"),
    ],
)
def test_what_a_text_may_not_have(text: str, hint: str) -> None:
    with pytest.raises(farcall.DeclarationError, match=hint):
        farcall.cdef(text)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("int", "int_"),
        ("c_int", "int_"),
        ("c_double", "double"),
        ("CDLL", "Library"),
        ("byref", "addressof"),
        ("INT64", "int64"),
    ],
)
def test_names_that_other_packages_have(name: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=rf"has no attribute '{name}'; did you mean farcall.{meant}\?"):
        getattr(farcall, name)


@pytest.mark.parametrize("name", ["nothing", "_int", "__wrapped__", "c_nothing"])
def test_other_names_are_just_not_there(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"has no attribute '{name}'\Z"):
        getattr(farcall, name)


def test_a_view_needs_a_buffer() -> None:
    with pytest.raises(TypeError, match=r"view\(\) needs an object with a buffer, not .*str.*; encode it"):
        farcall.view("int", "text")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"view\(\) needs an object with a buffer, not"):
        farcall.view("int", object())
