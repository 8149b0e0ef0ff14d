"""Wrong values for fields, wrong constructor arguments, wrong types for types: exceptions that name the place."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from farcall.cpython.facts.host import host_target
from farcall.errors import (
    DeclarationError,
    IncompleteTypeError,
    UnsupportedTypeError,
)

CHAR_MAX = 127 if host_target().model.char_signed else 255


@pytest.fixture(scope="module")
def types() -> Any:
    library = farcall.Library(None)
    library.cdef("""
        struct inner { short a; unsigned char b; };
        struct all {
            _Bool flag; char letter; signed char small; int whole; unsigned long wide; float real; double wider;
            const char *text; int *numbers; void *any; int (*function)(int);
            struct inner inner; int items[3]; enum { ZERO, ONE } word; union { int i; float f; };
        };
    """)
    return library.types


WRONG_FIELDS = {
    "flag": [2, -1, 1.0, "x", None, b"\1"],
    "letter": [b"", b"ab", "a", CHAR_MAX + 1, CHAR_MAX - 256, None, 1.5, bytearray(b"a")],
    "small": [128, -129, b"a", "a", None, 0.0],
    "whole": [1 << 31, -(1 << 31) - 1, 1.0, "1", None, [], object()],
    "wide": [-1, 1 << 64, 1.0, "1", None],
    "real": [1e39, "1", None, 1j, 10**400],
    "wider": ["1", None, 1j, 10**400],
    "text": [5, 1.5, "a\0b", "\ud800", [], object()],
    "numbers": [5, "x", b"1234", 1.5, [1, 2], bytearray(8)[::2].__class__, memoryview(bytes(8)).cast("i")],
    "any": [-1, 1 << 64, "x", 1.5, b"read-only", True, object()],
    "inner": [5, "ab", [1, 2, 3], {"z": 1}, [1 << 15], [0, -1], object(), None],
    "items": [5, "abc", [1, 2, 3, 4], [1 << 31], ["x"], None, {"a": 1}],
    "word": [-1, 1 << 32, "ONE", None, 1.0],
    "i": [1 << 31, "1", None],
    "f": [1e39, "1", None],
}


@pytest.mark.parametrize("name", WRONG_FIELDS)
def test_wrong_field_values(types: Any, name: str) -> None:
    value = types.all()
    before = bytes(value)
    for odd in WRONG_FIELDS[name]:
        for assign in (
            lambda odd=odd: setattr(value, name, odd),
            lambda odd=odd: types.all(**{name: odd}),
        ):
            with pytest.raises((TypeError, ValueError, OverflowError)) as caught:
                assign()
            assert "struct all" in str(caught.value), odd
            assert repr(name) in str(caught.value), odd
    assert bytes(value) == before


def test_wrong_constructor_arguments(types: Any) -> None:
    with pytest.raises(TypeError, match="struct inner has 2 fields, 3 values were given"):
        types.inner(1, 2, 3)
    with pytest.raises(TypeError, match="struct inner has no field 'c'; there are: a, b"):
        types.inner(c=1)
    with pytest.raises(TypeError, match="'a' was given by position and by keyword"):
        types.inner(1, a=1)
    with pytest.raises(AttributeError, match="zz"):
        types.inner().zz = 1
    with pytest.raises(AttributeError, match="zz"):
        _ = types.inner().zz
    value = types.all()
    for name in ("whole", "text", "items", "inner", "i"):
        with pytest.raises(TypeError, match="cannot be deleted"):
            delattr(value, name)
        descriptor = vars(types.all)[name]
        for stranger in (types.inner(), 5, None, object()):
            with pytest.raises(TypeError):
                descriptor.__set__(stranger, None)
            if stranger is not None:
                with pytest.raises(TypeError):
                    descriptor.__get__(stranger)
    for method in ("__repr__", "__bytes__", "__copy__"):
        for stranger in (5, "x", None):
            with pytest.raises((TypeError, AttributeError)):
                getattr(types.inner, method)(stranger)


def test_wrong_types_for_types() -> None:
    for odd in (5, "int", [], object()):
        with pytest.raises((TypeError, DeclarationError)):
            farcall.pointer(odd)
    with pytest.raises(TypeError, match="does not say how wide"):
        farcall.array(int, 3)
    with pytest.raises(ValueError, match="-1"):
        farcall.array(farcall.int_, -1)
    for odd in (1.5, "3", None):
        with pytest.raises(TypeError):
            farcall.array(farcall.int_, odd)
    with pytest.raises(TypeError):
        farcall.addressof(5)
    with pytest.raises(AttributeError, match="zz"):
        farcall.offsetof(farcall.int_, "zz")
    with pytest.raises(DeclarationError):
        farcall.type_of("no such type")
    with pytest.raises(IncompleteTypeError):
        farcall.sizeof("struct never_declared")
    with pytest.raises(UnsupportedTypeError):
        farcall.type_of("void")
