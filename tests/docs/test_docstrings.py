"""The docstrings of farcall's own names: each has an example, which is run where it shows what comes out, and says what it
raises."""

from __future__ import annotations

import inspect
import pydoc
import re

import pytest

import farcall
from farcall import errors
from tests.docs.public import failures

#: C's named types, and what stands for Rust's, are alike: their classes say what they are.
ALIKE = {
    *farcall.__all__[farcall.__all__.index("void") :],
    *("f32", "f64", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize"),
}
NAMES = [name for name in farcall.__all__ if name not in ALIKE and name not in errors.__all__]
#: What takes no value that could be wrong.
NOTHING_WRONG = {
    "Array",
    "ClosureOnce",
    "CType",
    "FnPtr",
    "Signature",
    "arena",
    "arg",
    "debug_map",
    "keep_threads",
    "va_list",
}


def document(name: str) -> str:
    return inspect.getdoc(getattr(farcall, name)) or ""


@pytest.mark.parametrize("name", NAMES)
def test_it_has_an_example(name: str) -> None:
    assert re.search(r"\n\n(?:    |>>> )\S", document(name)), f"{name} has no example"


@pytest.mark.parametrize("name", [name for name in NAMES if ">>>" in document(name)])
def test_its_example_is_so(name: str) -> None:
    assert failures(document(name), name) == ""


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOTHING_WRONG])
def test_it_says_what_it_raises(name: str) -> None:
    assert re.search(r"[Rr]aises|\w+Error", document(name)), name


def test_help_of_the_package_fits_two_screens() -> None:
    for said in (
        pydoc.render_doc(farcall, renderer=pydoc.plaintext),
        pydoc.render_doc("farcall", renderer=pydoc.plaintext),
    ):
        assert said.count("\n") < 80
        assert (farcall.__doc__ or "").splitlines()[-1] in said
    assert pydoc.HTMLDoc().docmodule(farcall)
    assert set(farcall.__all__) <= set(dir(farcall))
    assert "Library" in {name for name, _ in inspect.getmembers(farcall, inspect.isclass)}


def test_the_package_s_own_names_everything_on_a_screen() -> None:
    told = farcall.__doc__ or ""
    assert [name for name in NAMES if not re.search(rf"\b{name}\b", told)] == []
    assert told.count("\n") < 24
