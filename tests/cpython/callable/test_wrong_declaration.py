"""What cannot be bound: NULL, undeclared and malformed functions, types that cannot be passed, closed libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.errors import (
    DeclarationError,
    IncompleteTypeError,
    LibraryClosedError,
    NullPointerError,
    SymbolError,
    UnsupportedTypeError,
)
from tests.conftest import Compile
from tests.cpython.shown import TIERS


def test_null_function() -> None:
    for null in (0, farcall.type_of("int (*)(int)")(), farcall.type_of("void *")()):
        with pytest.raises(NullPointerError, match="NULL"):
            farcall.function(null, "int broken(int)")
    with pytest.raises(NullPointerError, match="broken"):
        farcall.function(0, "int broken(int)")
    with pytest.raises(TypeError, match="declaration"):
        farcall.function(farcall.type_of("int *")())
    for odd in (None, "libc", 1.5, object(), -1, 1 << 64):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            farcall.function(odd, "int broken(int)")


def test_undeclared_and_missing_functions() -> None:
    libc = farcall.Library("libc.so.6")
    libc.cdef("int atoi(const char *text); extern int optind;")
    with pytest.raises(SymbolError, match="'atio' is not declared; similar names: atoi"):
        libc.atio("5")
    with pytest.raises(SymbolError, match="'strlen' is not declared"):
        libc.function("strlen")
    with pytest.raises(SymbolError, match="strlenn"):
        libc.function("int strlenn(const char *)")
    with pytest.raises(SymbolError, match=r"'environ' of .* is data"):
        libc.function("int environ(void)")
    with pytest.raises(SymbolError, match="is a function, not a variable"):
        libc.variable("int atoi")
    with pytest.raises(SymbolError, match="atoi"):
        libc.atoi = 5
    with pytest.raises(SymbolError, match="only variables can be set"):
        libc.nothing = 5


MALFORMED = {
    "int f(int": (1, "int f(int"),
    "int f(int x))": (1, "int f(int x))"),
    "int f(\n  int x,\n  strange y)": (3, "  strange y)"),
    "int f(struct { int x; ) )": (1, "int f(struct { int x; ) )"),
    "42": (1, "42"),
    "int f(void, int)": (1, "int f(void, int)"),
    "int f(int x, int x)": (1, "int f(int x, int x)"),
    "void v": (1, "void v"),
    "": (0, ""),
    "int f(void x)": (1, "int f(void x)"),
    "int f(int)[3]": (1, "int f(int)[3]"),
    "int f(...) \x00": (1, ""),
}


@pytest.mark.parametrize("text", MALFORMED, ids=repr)
def test_malformed_c(text: str) -> None:
    line, shown = MALFORMED[text]
    with pytest.raises(DeclarationError) as caught:
        farcall.Library(None).function(text)
    if line:
        assert caught.value.line == line
        assert f"line {line}" in str(caught.value)
    assert shown in str(caught.value)


def test_malformed_cdef_changes_nothing() -> None:
    libc = farcall.Library("libc.so.6")
    libc.cdef("int atoi(const char *);")
    with pytest.raises(DeclarationError) as caught:
        libc.cdef("typedef int first;\nint abs(first);\nint broken(;\n")
    assert caught.value.line == 3
    assert "int broken(;" in str(caught.value)
    with pytest.raises(SymbolError):
        libc.abs(5)
    assert not hasattr(libc.types, "first")
    assert libc.atoi("12") == 12


def test_types_that_cannot_be_passed() -> None:
    process = farcall.Library(None)
    process.cdef("struct opaque; union incomplete; typedef int callback(int);")
    for declaration, word in {
        "int abs(struct opaque value)": "opaque",
        "struct opaque abs(int)": "opaque",
        "int abs(union incomplete value)": "incomplete",
    }.items():
        with pytest.raises((IncompleteTypeError, DeclarationError), match=word):
            process.function(declaration)
    for declaration, word in {
        "int abs(struct later)": "later",
        "callback abs(int)": "callback|function",
        "int abs(int)[2]": "array",
    }.items():
        with pytest.raises((DeclarationError, TypeError), match=word):
            process.function(declaration)
    with pytest.raises(DeclarationError, match="recursive"):
        process.cdef("struct recursive { int x; struct recursive inner; };")
    process.cdef("struct recursive { int x; struct recursive *next; };")
    assert farcall.sizeof(process.types.recursive) == 2 * farcall.sizeof("void *")
    with pytest.raises(IncompleteTypeError, match="opaque"):
        process.types.opaque()


def test_types_that_are_too_large() -> None:
    process = farcall.Library(None)
    process.cdef("struct big { char a[100000000]; }; int abs(struct big); struct huge { char a[2147483640]; };")
    with pytest.raises(UnsupportedTypeError, match="100000000 bytes of stack"):
        _ = process.abs
    most = 1 << (8 * farcall.sizeof("void *") - 1)
    with pytest.raises(UnsupportedTypeError, match="more than memory can have"):
        farcall.array(farcall.char, most)
    assert farcall.sizeof(process.types.huge) == 2147483640
    assert len(farcall.array(farcall.char, 1 << 20)()) == 1 << 20


@pytest.mark.parametrize("words", [{"gil": "keep"}, {"gil": None}, {"gil": 1}])
def test_policies(words: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="gil must be 'release', 'hold' or 'python'"):
        farcall.Library(None, **words)
    if words["gil"] is not None:
        with pytest.raises(ValueError, match="gil must be 'release', 'hold' or 'python'"):
            farcall.Library(None).function("int abs(int)", **words)
    with pytest.raises(ValueError, match="tier must be one of"):
        farcall.Library(None, tier="warp").function("int abs(int)")


@pytest.mark.parametrize("tier", TIERS)
def test_functions_of_a_closed_library(compile_c: Compile, tier: str, tmp_path: Path) -> None:
    library = farcall.Library(
        compile_c("int twice(int x) { return 2 * x; } int sum(int n, ...) { return n; } int five = 5;"), tier=tier
    )
    twice, total = library.function("int twice(int x)"), library.function("int sum(int n, ...)")
    assert (twice(4), total(3, 1.5)) == (8, 3)
    library.close()
    for call in (lambda: twice(4), lambda: twice("x"), lambda: total(3), lambda: total(3, 1.5)):
        with pytest.raises(LibraryClosedError, match="is closed"):
            call()
    with pytest.raises(LibraryClosedError):
        library.function("int twice(int x)")
