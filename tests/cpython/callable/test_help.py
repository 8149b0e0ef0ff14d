"""What a foreign function says of itself: help, signature, docstring, names, refusals."""

from __future__ import annotations

import copy
import inspect
import pickle
import pydoc
import struct
from typing import Any

import pytest

import farcall
from farcall.cpython.facts.host import host_target
from tests.conftest import Load

SOURCE = """
int none(void) { return 5; }
int one(int value) { return value; }
double many(int class, double b, const char *_Bool_, void *d, int e) { return class + b + e; }
int tail(int n, ...) { return n; }
"""
#: prototype: the parameters as Python shows them
SIGNATURES = {
    "int none(void)": "()",
    "int one(int value)": "(value)",
    "int one(int)": "(arg1, /)",
    "double many(int a, double b, const char *c, void *d, int e)": "(a, b, c, d, e)",
    "double many(int class, double is, const char *, void *None, int self)": "(class_, is_, arg3, /, None_, self)",
    "double many(int a, double, const char *arg2, void *a_, int)": "(a, arg2, arg2_, a_, arg5, /)",
    "int tail(int n, ...)": "(n, *args)",
    "int tail(int args, ...)": "(args_, *args)",
}


@pytest.fixture(scope="module")
def library(load_c: Load) -> farcall.Library:
    return load_c(SOURCE, "int one(int value);")


@pytest.mark.parametrize("prototype", SIGNATURES)
def test_signatures(library: farcall.Library, prototype: str) -> None:
    assert str(inspect.signature(library.function(prototype))) == SIGNATURES[prototype]


def test_documentation(library: farcall.Library) -> None:
    one = library.function("int one(int value)", gil="hold", errno=True)
    assert one.__doc__ is not None
    assert one.__doc__.startswith("int one(int value);")
    for words in (library.name, "GIL held during the call", "errno kept for farcall.errno()"):
        assert words in one.__doc__
    other = library.function("int one(int value)")
    assert "GIL released during the call" in (other.__doc__ or "")
    assert "errno" not in (other.__doc__ or "")
    text = pydoc.plain(pydoc.render_doc(one))
    assert "one(value)" in text
    assert "int one(int value);" in text
    assert f"{library.address('one'):#x}" in (farcall.function(library.address("one"), "int one(int)").__doc__ or "")


def test_names(library: farcall.Library) -> None:
    one: Any = library.one
    assert type(one) is type(len)
    assert (one.__name__, one.__module__) == ("one", "farcall")
    assert "one" in repr(one)
    assert one.__self__.prototype == "int one(int value)"
    assert repr(one.__self__) == f"<foreign int one(int value) at {library.address('one'):#x}, gil='release'>"
    assert one.__self__.address == library.address("one")
    assert one.__self__.library is library
    assert host_target().name in str(one.__self__.placement)
    assert "ret" in one.__self__.listing


def test_what_takes_any_arguments_is_listed_as_what_finds_the_stub_of_a_tail() -> None:
    process = farcall.cdef("int abs(); int printf(const char *format, ...);")
    assert process.abs.__self__.listing == process.printf.__self__.listing
    assert "dispatch" in process.abs.__self__.listing


def test_every_byte_of_the_code_is_listed(library: farcall.Library) -> None:
    listing = library.one.__self__.listing.splitlines()
    assert any("the C function" in line for line in listing)
    assert any(line.endswith(":") for line in listing)


def test_unicode_and_strange_names() -> None:
    process = farcall.Library(None)
    process.cdef("int Py_IsInitialized(void);")
    assert "Py_IsInitialized" in repr(process.Py_IsInitialized)


def test_functions_are_compared_and_hashed(library: farcall.Library) -> None:
    one = library.one
    assert one == library.one
    assert {one: 1}[library.one] == 1
    assert one != library.function("int one(int value)")


def test_functions_by_address_are_not_pickled(library: farcall.Library) -> None:
    one = farcall.function(library.address("one"), "int one(int)")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match=r"one cannot be pickled or copied"):
            pickle.dumps(one, protocol)
    assert copy.copy(one) is one  # as copy does with any function
    for act in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="cannot be pickled or copied"):
            act(one.__self__)


def test_a_description_can_be_asked_for(library: farcall.Library) -> None:
    from farcall.cpython.callable.function import describe

    assert describe(library.one) is library.one.__self__
    for odd in (len, print, 5, None, [].append):
        with pytest.raises(TypeError, match="not a foreign function"):
            describe(odd)


def test_the_errno_function_has_help() -> None:
    assert "errno" in pydoc.plain(pydoc.render_doc(farcall.errno))
    assert callable(farcall.errno)


def test_classes_have_help(library: farcall.Library) -> None:
    library.cdef("struct shown { int x; const char *s; };")
    text = pydoc.plain(pydoc.render_doc(library.types.shown))
    assert "The C type struct shown." in text
    assert "int at offset 0." in text
    assert f"const char * at offset {struct.calcsize('iP') - struct.calcsize('P')}." in text
