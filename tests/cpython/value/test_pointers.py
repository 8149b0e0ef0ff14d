"""Pointers as Python objects, and what pointers in memory keep alive."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
from typing import Any

import pytest

import farcall
from farcall.errors import IncompleteTypeError, NullPointerError, UnsupportedTypeError

DECLARED = """
struct point { int x; double y; };
struct nested { struct point at; struct point *next; const char *name; int items[3]; _Bool flag; char letter; };
union number { int whole; float real; unsigned char raw[8]; };
struct anonymous { int kind; union { long whole; double real; }; struct { short low, high; }; };
typedef struct { signed char a; unsigned char b; short c; unsigned short d; int e; unsigned f; long g;
    unsigned long h; float i; double j; _Bool k; char l; wchar_t m; } scalars;
struct node { int value; struct node *next; struct node *other; };
struct lines { const char *first; const char *second; };
struct outer { struct lines lines; const char *third; };
struct opaque;
enum color { RED, GREEN = 5 };
"""


@pytest.fixture(scope="module")
def types() -> Any:
    library = farcall.Library(None)
    library.cdef(DECLARED)
    return library.types


def test_pointers() -> None:
    items = farcall.array(farcall.int_, 3)([10, 20, 30])
    pointer = farcall.type_of("int *")(items)
    assert int(pointer) == int(farcall.addressof(items))
    assert [pointer[0], pointer[1], (pointer + 2)[0], (pointer + 2)[-1]] == [10, 20, 30, 20]
    assert (pointer + 2) - pointer == 2
    assert (pointer + 2) - 1 == pointer + 1
    assert pointer == farcall.type_of("int *")(items)
    assert hash(pointer) == hash(farcall.type_of("int *")(items))
    assert pointer != pointer + 1
    pointer[1] = 99
    assert items[1] == 99
    lowest = 3 if sys.byteorder == "big" else 0
    assert (
        pointer.cast(farcall.type_of("unsigned char *"))[lowest] == pointer.cast("unsigned char *const")[lowest] == 10
    )
    assert f"{int(pointer):#x}" in repr(pointer)
    assert pointer
    for act in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="cannot be pickled or copied"):
            act(pointer)


def test_null_pointers(types: Any) -> None:
    null = farcall.type_of("int *")()
    assert not null
    assert null == None  # noqa: E711
    assert int(null) == 0
    assert repr(null) == "<int * NULL>"
    with pytest.raises(NullPointerError):
        null[0]
    with pytest.raises(NullPointerError):
        null[0] = 1
    text = farcall.type_of("const char *")()
    for read in (text.string, text.bytes):
        with pytest.raises(NullPointerError):
            read()
    with pytest.raises(NullPointerError):
        types.nested().next[0]
    assert types.nested().name is None


def test_what_a_pointer_cannot_do(types: Any) -> None:
    pointer = farcall.type_of("int *")(farcall.int_(1))
    for index in ("0", 0.0, None):
        with pytest.raises(TypeError):
            pointer[index]
    for far in (1 << 62, -(1 << 62), 1 << 100):
        with pytest.raises(OverflowError, match="outside the address space"):
            pointer[far]
        with pytest.raises(OverflowError, match="outside the address space"):
            pointer + far
        with pytest.raises(OverflowError, match="outside the address space"):
            pointer[far : far + 1]
    with pytest.raises(TypeError):
        pointer + "1"
    with pytest.raises(TypeError, match="const"):
        farcall.type_of("const int *")(farcall.int_(1))[0] = 2
    with pytest.raises(TypeError, match="writable"):
        farcall.type_of("char *")(b"abc")
    with pytest.raises(TypeError, match="pointer type"):
        pointer.cast(farcall.int_)
    with pytest.raises(TypeError, match=r"cast\(\) argument 1: 5 is not a C type"):
        pointer.cast(5)
    with pytest.raises(farcall.DeclarationError, match="unknown type name 'nonsense'"):
        pointer.cast("nonsense *")
    for opaque in (farcall.type_of("void *")(1), types["int (*)(int)"](farcall.type_of("void *")(1))):
        with pytest.raises(UnsupportedTypeError):
            opaque[0]
        with pytest.raises(UnsupportedTypeError):
            opaque + 1
    with pytest.raises(IncompleteTypeError):
        types["struct opaque *"](farcall.type_of("void *")(1))[0]
    with pytest.raises(ValueError, match="whole number"):
        pointer - (pointer.cast(farcall.type_of("char *")) + 1).cast(farcall.type_of("int *"))


def test_strings() -> None:
    text = farcall.type_of("const char *")("h\xe9\udcff")
    assert text.string() == "h\xe9\udcff"
    assert text.bytes() == b"h\xc3\xa9\xff"
    assert farcall.type_of("char *")(bytearray(b"ab\0cd")).string() == "ab"


def test_a_pointer_keeps_its_target() -> None:
    pointer = farcall.addressof(farcall.array(farcall.long, 100)(range(100)))
    gc.collect()
    churn = [bytes(816) for _ in range(200)]
    assert list(pointer[0]) == list(range(100))
    assert churn
    borrowed = bytearray(b"\1\0\0\0")
    pointer = farcall.type_of("int *")(borrowed)
    with pytest.raises(BufferError):
        borrowed.append(1)
    del pointer
    borrowed.append(1)


# What pointers in structs keep alive


def test_texts_stay_alive(types: Any) -> None:
    made = types.lines(first="first " + "a" * 50, second=b"second " + b"b" * 50)
    gc.collect()
    churn = ["x" * 57 for _ in range(1000)]
    assert made.first == "first " + "a" * 50
    assert made.second == "second " + "b" * 50
    twin = copy.copy(made)
    outer = types.outer(lines=made, third="third " + "c" * 50)
    made.first = made.second = None
    del made
    outer.lines.first = "replaced " + "d" * 50
    gc.collect()
    churn += ["y" * 58 for _ in range(1000)]
    assert twin.first == "first " + "a" * 50
    assert outer.lines.first == "replaced " + "d" * 50
    assert outer.lines.second == "second " + "b" * 50
    assert outer.third == "third " + "c" * 50


def test_targets_stay_alive(types: Any) -> None:
    made = types.nested(next=types.point(41, 1.0))
    pointer = made.next
    gc.collect()
    assert made.next[0].x == 41
    made.next = types.point(42, 2.0)
    gc.collect()
    trash = [types.point(-1, -1.0) for _ in range(1000)]
    assert pointer[0].x == 41
    assert made.next[0].x == 42
    del made, trash
    gc.collect()
    assert pointer[0].x == 41


def test_items_stored_through_a_pointer_stay_alive() -> None:
    table = farcall.array(farcall.type_of("const char *"), 3)(["zero" * 20, None, "two" * 20])
    pointer = farcall.addressof(table)[0]
    pointer[1] = "one" * 20
    del pointer
    first = farcall.type_of("const char **")(table)
    (first + 2)[0] = "new" * 20
    del first
    gc.collect()
    churn = [bytes(81) for _ in range(1000)]
    assert list(table) == ["zero" * 20, "one" * 20, "new" * 20]
    assert churn


def test_a_struct_that_points_to_itself_is_freed(types: Any) -> None:
    node = types.node(1)
    node.next = node
    assert node.next[0].next[0].value == 1
    blocks = []
    for _ in range(2):  # the first round makes classes and code
        for _ in range(2000):
            node = types.node(1)
            node.next = node
            node.other = farcall.addressof(node)
        gc.collect()
        blocks.append(sys.getallocatedblocks())
    assert blocks[1] - blocks[0] < 200


def test_function_pointers_are_called() -> None:
    """Wherever the pointer comes from: made, a member, an item, a result."""
    lib = farcall.Library("c")
    lib.cdef("struct table { int (*one)(int); int (*open)(); void *data; }; int abs(int);")
    made = farcall.type_of("int (*)(int)")(lambda number: number * 2)
    assert made(21) == 42
    table = lib.types.table(one=lib.abs)
    assert table.one(-5) == 5
    assert farcall.array(farcall.type_of("int (*)(int)"), 2)([lib.abs, made])[0](-6) == 6
    table.open = farcall.cast("int (*)()", made)
    assert table.open(4) == 8
    assert callable(table.one)
    assert not callable(table.data)
    passed = lib.types.table(one=table.one)  # a pointer still, not a Python callable
    assert int(passed.one) == int(table.one)


def test_function_pointers_that_cannot_be_called() -> None:
    pointer = farcall.type_of("int (*)(int)")
    with pytest.raises(NullPointerError, match=r"<int \(\*\)\(int\) NULL> cannot be called"):
        pointer()(1)
    made = pointer(lambda number: number)
    for args, names in ((("x",), {}), ((), {}), ((1, 2), {}), ((), {"number": 1})):
        with pytest.raises(TypeError):
            made(*args, **names)
    with farcall.Closure(lambda number: number, "int (*)(int)") as closure:
        kept = pointer(closure)
    with pytest.raises(farcall.ClosureError):
        kept(1)
