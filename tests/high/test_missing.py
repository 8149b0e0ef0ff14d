"""Names that are not there: what is said, and that nothing is looked for before it is shown."""

from __future__ import annotations

import copy
import difflib
import pickle
from pathlib import Path
from typing import Any

import pytest

import farcall
from tests.cdecl.header.test_include import preprocessor

__all__ = ["preprocessor"]  # a fixture that every test here uses


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names for which near ones were looked for."""
    found: list[str] = []
    close = difflib.get_close_matches

    def counted(word: str, *rest: Any) -> list[str]:
        found.append(word)
        return close(word, *rest)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    return found


def library() -> Any:
    made = farcall.Library(None)
    made.cdef("int abs(int); enum { LIMIT = 3 }; typedef int number; struct pair { int a; }; extern char **environ;")
    return made


def test_nothing_is_looked_for_until_it_is_shown(looked: list[str]) -> None:
    lib = library()
    assert not hasattr(lib, "abz")
    assert getattr(lib, "LIMID", None) is None
    assert not hasattr(lib.types, "numbre")
    for ask in (
        lambda: lib.abz,
        lambda: lib.types.numbre,
        lambda: lib.function("abz"),
        lambda: lib.function("int absx(int)"),
        lambda: lib.address("prinft"),
    ):
        with pytest.raises(farcall.SymbolError) as caught:
            ask()
        assert not looked
        assert "similar" not in caught.value.args[0]
        first = str(caught.value)
        assert looked or "there are" in first
        count = len(looked)
        assert str(caught.value) == first
        assert len(looked) == count  # once
        looked.clear()


def test_what_is_said() -> None:
    lib = library()
    for ask, message in (
        (lambda: lib.abz, "the running process: 'abz' is not declared; similar names: abs"),
        (lambda: lib.qqqqqq, "the running process: 'qqqqqq' is not declared; the library has no such symbol"),
        (lambda: lib.function("abz"), "the running process: function 'abz' is not declared; similar names: abs"),
        (lambda: lib.number, "'number' is not declared: it is a type: types.number of the library is its class"),
        (lambda: lib.pair, "'pair' is not declared: it is a type: types.pair of the library is its class"),
        (lambda: lib.types.abs, "no type 'abs' is declared: it is a value, an attribute of the library itself"),
        (lambda: lib.types.LIMIT, "no type 'LIMIT' is declared: it is a value"),
        (lambda: lib.types.nosuch, "no type 'nosuch' is declared; there are: number, pair"),
        (lambda: lib.address("prinft"), "has no symbol 'prinft'; similar names: "),
    ):
        with pytest.raises(farcall.SymbolError) as caught:
            ask()
        assert message in str(caught.value)


def test_thousands_of_types_are_not_listed() -> None:
    lib = farcall.Library(None)
    lib.cdef("".join(f"typedef int type_{n};" for n in range(2000)))
    with pytest.raises(farcall.SymbolError) as caught:
        _ = lib.types.typo_1999
    assert "similar names: type_1999" in str(caught.value)
    assert "dir() lists the 2000 that there are" in str(caught.value)
    assert len(str(caught.value)) < 200
    assert len(repr(lib.types)) < 500
    assert "(2000 in all)" in repr(lib.types)


def test_errors_travel() -> None:
    lib = library()
    with pytest.raises(farcall.SymbolError) as caught:
        _ = lib.abz
    for other in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):
        assert type(other) is farcall.SymbolError
        assert str(other) == "the running process: 'abz' is not declared; similar names: abs"
    assert isinstance(caught.value, AttributeError)
    assert caught.value.name == "abz"
    assert str(farcall.SymbolError("text")) == "text"
    assert str(farcall.SymbolError()) == ""
    assert farcall.SymbolError("text").args == ("text",)


def test_a_library_that_was_closed_since() -> None:
    lib = farcall.Library("libm.so.6")
    with pytest.raises(farcall.SymbolError) as caught:
        lib.function("double coss(double)")
    lib.close()
    assert str(caught.value) == "libm.so.6 has no symbol 'coss'"


def test_a_header_says_why(tmp_path: Path) -> None:
    (tmp_path / "why.h").write_text(
        "#define PAIR_INIT { 1 }\n#define call(L, n) callk(L, (n), 0)\nstruct pair { int a; };\n#define Bool int\n"
    )
    lib: Any = farcall.cdef(include="why.h", include_dirs=tmp_path)
    for name, message in (
        ("PAIR_INIT", "'PAIR_INIT' is not declared: it is a macro of why.h for { 1 }, an initializer: give what is in"),
        ("call", "it is a macro with parameters of why.h, call(L,"),
        ("pair", "it is a type: types.pair of the library is its class"),
        ("Bool", "it is a macro of why.h for int, a type: types.Bool of the library is its class"),
    ):
        with pytest.raises(farcall.SymbolError) as caught:
            getattr(lib, name)
        assert message in str(caught.value)
    assert lib.types.Bool is farcall.int_
