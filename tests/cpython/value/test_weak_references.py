"""Weak references to values of every kind, however they are made."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import farcall

DECLARED = """
typedef struct { int quot, rem; } quotient; quotient div(int, int); struct held { quotient q; quotient *p; int items[3]; char c; };
char *getenv(const char *name); typedef int (*taken)(quotient q, quotient *p); struct row { int n; int items[]; };
typedef struct { _Alignas(64) int at; } distant; union either { int i; char c[5]; }; struct nothing {};
"""


@pytest.fixture(params=["fast", "api"])
def lib(request: Any) -> Any:
    made = farcall.Library("libc.so.6", tier=request.param)
    made.cdef(DECLARED)
    return made


WAYS: dict[str, Callable[[Any], Any]] = {
    "a result": lambda lib: lib.div(17, 5),
    "a pointer that C gives": lambda lib: lib.getenv("PATH"),
    "a struct made by its class": lambda lib: lib.types.quotient(1, 2),
    "a struct of zeros": lambda lib: lib.new("quotient"),
    "a union": lambda lib: lib.types["union either"](c=b"ab"),
    "an array": lambda lib: lib.new("char[3]", b"ab"),
    "an array of structs": lambda lib: lib.new("quotient[2]", [(1, 2)]),
    "a field": lambda lib: lib.new("struct held").q,
    "a field that is an array": lambda lib: lib.new("struct held").items,
    "an item": lambda lib: lib.new("quotient[2]")[1],
    "a pointer in a field": lambda lib: lib.new("struct held").p,
    "the address of something": lambda lib: farcall.addressof(lib.new("struct held")),
    "a pointer moved": lambda lib: farcall.addressof(lib.new("struct held")) + 1,
    "what a pointer points to": lambda lib: farcall.addressof(lib.new("struct held")).contents,
    "a view": lambda lib: farcall.view(lib.types.quotient, bytearray(8)),
    "a scalar": lambda lib: farcall.int_(5),
    "a narrow scalar": lambda lib: farcall.char(b"x"),
    "a const one": lambda lib: farcall.view("const short", bytearray(8)),
    "a long double": lambda lib: farcall.longdouble(5),
    "a vector": lambda lib: farcall.type_of("__m128")([1, 2]),
    "one aligned further": lambda lib: lib.new("distant"),
    "with a flexible array member": lambda lib: lib.new("struct row", (2, [1, 2])),
    "one of no bytes": lambda lib: lib.new("struct nothing"),
    "one with a destructor": lambda lib: farcall.new("int", 5, destructor=lambda n: None),
}


@pytest.mark.parametrize("way", WAYS)
def test_values_of_every_kind(lib: Any, way: str) -> None:
    for _ in range(4):  # by Python at first, then by generated code
        value, called = WAYS[way](lib), []
        dead = WAYS[way](lib)
        before = bytes(value) if not isinstance(value, farcall.Pointer) else int(value)
        ref, again, gone = weakref.ref(value), weakref.ref(value), weakref.ref(dead, called.append)
        assert ref() is again() is value
        assert before == (bytes(value) if not isinstance(value, farcall.Pointer) else int(value))
        del dead
        assert (gone(), called) == (None, [gone])
        finalized: list[int] = []
        weakref.finalize(value, finalized.append, 1)
        del value
        assert (ref(), finalized) == (None, [1])


def test_a_value_may_be_a_weak_key(lib: Any) -> None:
    """Of those that have a hash: pointers and precise numbers."""
    names = weakref.WeakKeyDictionary()
    whole = lib.new("struct held")
    pointer = farcall.addressof(whole)
    names[pointer] = "a name"
    assert names[farcall.addressof(whole)] == "a name"
    del pointer
    assert not names
    values = weakref.WeakValueDictionary({"one": whole})
    del whole
    assert not values


def test_arguments_of_callbacks_are_not_handed_out_again(lib: Any) -> None:
    refs: list[Any] = []

    def taken(q: Any, p: Any) -> int:
        refs.extend((weakref.ref(q), weakref.ref(p)))
        return 0

    call = farcall.function(lib.new("taken", taken), tier=lib._tier)
    q = lib.new("quotient")
    for _ in range(4):
        call(q, farcall.addressof(q))
        assert [ref() for ref in refs] == [None] * len(refs)


def test_classes_of_python(lib: Any) -> None:
    cls = farcall.cdef("struct weakly { int a; };").types.weakly
    made = [
        type("Mine", (cls,), {})(1),
        type("Slim", (cls,), {"__slots__": ()})(1),
        type("More", (cls,), {"__slots__": ("x",)})(1),
    ]
    refs = [weakref.ref(one) for one in made]
    made[0].itself = made[0]
    assert [ref() for ref in refs] == made
    del made
    gc.collect()
    assert [ref() for ref in refs] == [None] * 3


def test_structs_of_dataclasses() -> None:
    @farcall.struct
    class Weak:
        a: farcall.int_
        b: farcall.double

    made = Weak(1, 2.0)
    ref = weakref.ref(made)
    assert ref() is made
    assert memoryview(made).nbytes == len(bytes(made)) == farcall.sizeof(Weak)
    del made
    assert ref() is None


def test_buffers_are_no_longer_than_the_values(lib: Any) -> None:
    """Though their last word is in the same block."""
    for text, size in (
        ("char", 1),
        ("short[3]", 6),
        ("struct held", farcall.sizeof(lib.types.held)),
        ("union either", 8),
    ):
        value = lib.new(text)
        assert memoryview(value).nbytes == len(bytes(value)) == size
        assert len(b"".join([value])) == size
