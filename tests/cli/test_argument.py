"""Words of the command line by the C type that is declared."""

from __future__ import annotations

import math
from typing import Any

import pytest

from farcall.cdecl import Scope, parse_declarations, parse_type
from farcall.cli.argument import guessed, value
from farcall.cpython.value import Scalar


def read(word: str, declared: str) -> Any:
    scope = Scope()
    parse_declarations("enum colour { RED, GREEN = 5 }; struct pair { int a; double b; };", scope)
    return value(word, parse_type(declared, scope), "f() parameter 'x'")


@pytest.mark.parametrize(
    ("word", "declared", "wanted"),
    [
        ("42", "int", 42),
        ("-1", "long", -1),
        ("0xff", "unsigned char", 255),
        ("0o17", "short", 15),
        ("-0b101", "int", -5),
        ("'a'", "int", 97),
        ("5", "char", b"5"),
        ("x", "char", b"x"),
        ("65", "char", 65),
        ("7", "signed char", 7),
        ("GREEN", "enum colour", 5),
        ("1", "enum colour", 1),
        ("true", "_Bool", True),
        ("FALSE", "_Bool", False),
        ("0", "_Bool", False),
        ("2.5", "double", 2.5),
        ("2", "float", 2.0),
        ("-inf", "double", -math.inf),
        ("0x1p-3", "double", 0.125),
        ("hello", "const char *", "hello"),
        ("NULL", "const char *", None),
        ("", "const char *", ""),
        ("naïve", "const wchar_t *", "naïve"),
        ("naïve", "const unsigned char *", "naïve".encode()),
        ("hello", "const void *", b"hello"),
        ("NULL", "char *", None),
        ("NULL", "int (*)(void)", None),
        ("0x1000", "void *", 0x1000),
        ("{1, 2.5}", "struct pair", (1, 2.5)),
        ("{}", "struct pair", ()),
        ("{{1, 2}, {3, 4}}", "struct { struct pair p[2]; }[1]", None),
        ("{{{1, 2}, {3, 4}}}", "struct { struct pair p[2]; }", (((1, 2.0), (3, 4.0)),)),
        ("7", "const int", 7),
    ],
)
def test_a_word_is_read_by_its_type(word: str, declared: str, wanted: object) -> None:
    if wanted is None and word != "NULL":
        with pytest.raises(ValueError, match="2 values for the 1"):
            read(word, declared)
        return
    found = read(word, declared)
    assert found == wanted
    assert type(found) is type(wanted)


def test_a_nan_is_read() -> None:
    assert math.isnan(read("nan", "double"))


@pytest.mark.parametrize(
    ("word", "declared", "error", "text"),
    [
        ("x", "int", ValueError, "must be an integer for int, not 'x'"),
        ("2.5", "int", ValueError, "must be an integer"),
        ("010", "int", ValueError, "0o10 is octal"),
        ("", "int", ValueError, "must be an integer"),
        ("BLUE", "enum colour", ValueError, "an integer or one of RED, GREEN"),
        ("maybe", "_Bool", ValueError, "true or false"),
        ("xy", "char", ValueError, "an integer for char"),
        ("ten", "double", ValueError, "a number for double"),
        ("0x1p999999", "double", ValueError, "a number for double"),
        ("hello", "char *", TypeError, "memory that C may write"),
        ("hello", "void *", ValueError, "NULL or an address"),
        ("f", "int (*)(void)", TypeError, "can only be NULL"),
        ("1", "const double *", TypeError, "no way to write"),
        ("1, 2", "struct pair", ValueError, "{...} with the members"),
        ("{1, x}", "struct pair", ValueError, "parameter 'x' member 2 must be a number"),
        ("{1, 2, 3}", "struct pair", ValueError, "3 values for the 2"),
        ("1", "double _Complex", TypeError, "cannot be given"),
    ],
)
def test_a_wrong_word_is_refused_by_name(word: str, declared: str, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        read(word, declared)
    assert str(caught.value).startswith("f() parameter 'x'")
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("42", 42), ("0x10", 16), ("-7", -7), ("2.5", 2.5), ("1e3", 1000.0), ("hello", "hello"), ("NULL", None),
        ("str:5", "5"), ("str:", ""), ("http://x", "http://x"), ("void:1", "void:1"),
    ],
)  # fmt: skip
def test_a_variadic_word_is_what_it_looks_like(word: str, wanted: object) -> None:
    found = guessed(word, "argument 1")
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(
    ("word", "wanted", "declared"),
    [
        ("int64:5", 5, "int64_t"),
        ("double:2", 2.0, "double"),
        ("int:7", 7, "int"),
        ("size_t:0x10", 16, "size_t"),
    ],
)
def test_a_variadic_word_may_name_its_type(word: str, wanted: object, declared: str) -> None:
    found = guessed(word, "argument 1")
    assert isinstance(found, Scalar)
    assert (found.value, str(type(found).__ctype__)) == (wanted, declared)


def test_a_wrong_variadic_word_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"argument 1 must be an integer for int64_t, not 'x'"):
        guessed("int64:x", "argument 1")
