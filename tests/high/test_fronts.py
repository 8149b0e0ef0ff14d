"""The helpers that have code of their own from their second call on: they say the same before and after, of everything."""

from __future__ import annotations

import gc
import inspect
import pickle
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall.errors import FreedMemoryError, IncompleteTypeError, NullPointerError, UnsupportedTypeError
from tests.conftest import classes_go

TYPES = """
struct pair { int a; double b; }; struct own_pair { int a; double b; }; struct tail { int n; int items[]; }; struct incomplete;
typedef struct { _Alignas(64) char wide[64]; } wide; typedef const int fixed;
"""


@pytest.fixture(scope="module")
def lib() -> Any:
    library = farcall.Library(None)
    library.cdef(TYPES)
    return library


def thrice(call: Callable[[], Any]) -> list[Any]:
    """What a call gives or raises, the first time and when there is code for it."""
    found = []
    for _ in range(3):
        try:
            found.append(call())
        except Exception as error:
            found.append((type(error), str(error)))
    return found


def test_sizeof(lib: Any) -> None:
    class Derived(lib.types.own_pair):  # type: ignore[misc]
        pass

    tail = lib.new("struct tail", {"n": 1, "items": [1, 2, 3]})
    for thing, size in (
        (farcall.int_, 4), (farcall.int_(5), 4), ("int[4]", 16), ("const int", 4), (lib.types.pair, 16),
        (lib.types.pair(1, 2.0), 16), (Derived, 16), (Derived(), 16), (tail, 16), (lib.types.tail, 4),
        (farcall.complex_double, 16), (lib.types.wide, 64), (lib.types.wide(), 64), (farcall.int_.__ctype__, 4),
    ):  # fmt: skip
        assert thrice(lambda: farcall.sizeof(thing)) == [size] * 3  # noqa: B023
    assert {kind for kind, _ in thrice(lambda: farcall.sizeof(5.0))} == {TypeError}
    assert {kind for kind, _ in thrice(lambda: farcall.sizeof("struct nobody"))} == {IncompleteTypeError}
    assert {kind for kind, _ in thrice(lambda: farcall.sizeof("void"))} == {UnsupportedTypeError}


def test_texts_that_come_and_go() -> None:
    for length in range(1, 600):
        assert farcall.sizeof(f"int[{length}]") == 4 * length  # another str, often where one was
    kept = [f"short[{length}]" for length in range(1, 300)]
    for _ in range(3):
        assert [farcall.sizeof(text) for text in kept] == [2 * length for length in range(1, 300)]
        assert [len(farcall.new(text)) for text in kept[:50]] == list(range(1, 51))


def test_a_text_of_a_class_derived_from_str() -> None:
    class Text(str):
        pass

    assert thrice(lambda: farcall.sizeof(Text("long long"))) == [8] * 3


def test_addressof(lib: Any) -> None:
    value = lib.types.pair(1, 2.0)
    pointers = thrice(lambda: farcall.addressof(value))  # noqa: F821
    assert [pointer.a for pointer in pointers] == [1] * 3
    assert {type(pointer) for pointer in pointers} == {lib.types["struct pair *"]}
    assert len(set(map(int, pointers))) == 1
    del value
    gc.collect()
    assert pointers[2].b == 2.0  # it keeps the value

    part = lib.new("struct pair[2]", [(1, 2.0), (3, 4.0)])
    inside = thrice(lambda: farcall.addressof(part[1]))  # noqa: F821
    del part
    gc.collect()
    assert [pointer.a for pointer in inside] == [3] * 3
    fixed = thrice(lambda: farcall.addressof(farcall.view("const int", farcall.addressof(farcall.int_(7)))))
    assert {str(type(pointer).__ctype__) for pointer in fixed} == {"const int *"}
    assert {kind for kind, _ in thrice(lambda: farcall.addressof(5))} == {TypeError}  # type: ignore[arg-type]

    class Derived(lib.types.own_pair):  # type: ignore[misc]
        pass

    assert {type(pointer) for pointer in thrice(lambda: farcall.addressof(Derived(1, 2.0)))} == {
        lib.types["struct own_pair *"]
    }


def test_addresses_of_what_was_freed(lib: Any) -> None:
    with farcall.arena() as arena:
        value = arena.new("int", 5)
        pointer = farcall.addressof(value)
        assert [p[0] for p in thrice(lambda: farcall.addressof(value))] == [5] * 3
    for call in (
        lambda: farcall.addressof(value), lambda: farcall.cast("char *", value), lambda: farcall.cast("char *", pointer),
        lambda: farcall.view("int", pointer), lambda: farcall.string(farcall.cast("char *", pointer)),
        lambda: pointer + 1, lambda: pointer - pointer, lambda: pointer == pointer, lambda: pointer - 1, lambda: int(pointer),
        lambda: hash(pointer),
    ):  # fmt: skip
        assert {kind for kind, _ in thrice(call)} == {FreedMemoryError}


def test_a_pointer_to_what_is_completed_later() -> None:
    library: Any = farcall.Library(None)
    library.cdef("struct later; struct holder { struct later *p; };")
    value = library.types.holder()
    assert thrice(lambda: library.cast("struct later *", farcall.addressof(value)))[2] is not None
    library.cdef("struct later { int x; };")
    late = library.new("struct later", (7,))
    for _ in range(3):
        assert library.cast("struct later *", late).x == 7


def test_cast(lib: Any) -> None:
    array = farcall.array(farcall.int_, 4)([1, 2, 3, 4])
    whole = farcall.cast("void *", array)
    assert [p[3] for p in thrice(lambda: farcall.cast("int *", array))] == [4] * 3
    assert [p[1] for p in thrice(lambda: farcall.cast(farcall.type_of("int *"), whole))] == [2] * 3
    assert [p.a for p in thrice(lambda: lib.cast("struct pair *", whole))] == [1] * 3
    assert [int(p) for p in thrice(lambda: farcall.cast("int *", None))] == [0] * 3
    assert [int(p) for p in thrice(lambda: farcall.cast("int *", 1 << 20))] == [1 << 20] * 3
    assert thrice(lambda: farcall.cast("int", 2.9).value) == [2] * 3
    assert {kind for kind, _ in thrice(lambda: farcall.cast("int[2]", whole))} == {TypeError}
    assert {kind for kind, _ in thrice(lambda: farcall.cast("int *", 1.5))} == {TypeError}
    pointer = farcall.cast("const int *", farcall.array(farcall.int_, 2)([5, 6]))
    gc.collect()
    assert thrice(lambda: farcall.cast("int *", pointer)[1]) == [6] * 3


def test_view(lib: Any) -> None:
    array = farcall.array(farcall.char, 16)(b"hello")
    pointer = farcall.cast("char *", array)
    assert [bytes(v)[:5] for v in thrice(lambda: farcall.view("char[16]", pointer))] == [b"hello"] * 3  # noqa: F821
    seen = farcall.view("char[16]", pointer)
    seen[0] = b"j"
    assert array[0] == b"j"
    del array, pointer
    gc.collect()
    assert bytes(seen)[:5] == b"jello"
    assert {kind for kind, _ in thrice(lambda: farcall.view("int", farcall.cast("int *", None)))} == {NullPointerError}
    fixed = farcall.cast("const char *", seen)
    assert {kind for kind, _ in thrice(lambda: farcall.view("char[4]", fixed))} == {TypeError}
    assert [bytes(v) for v in thrice(lambda: farcall.view("const char[4]", fixed))] == [b"jell"] * 3
    assert {kind for kind, _ in thrice(lambda: farcall.view("void", fixed))} == {UnsupportedTypeError}


def test_bytes_of_values(lib: Any) -> None:
    tail = lib.new("struct tail", {"n": 1, "items": [1, 2, 3]})
    array = farcall.array(farcall.char, 8)(b"ab\0cd")
    full, empty = farcall.array(farcall.char, 2)(b"ab"), farcall.array(farcall.char, 0)()

    class Derived(type(array)):  # type: ignore[misc]
        pass

    for value, whole in (
        (tail, struct.pack("@iiii", 1, 1, 2, 3)), (array, b"ab\0cd\0\0\0"), (full, b"ab"), (empty, b""),
        (farcall.int_(5), struct.pack("@i", 5)), (farcall.cast("void *", 8), struct.pack("@P", 8)),
        (farcall.complex_double(1 + 2j), struct.pack("@dd", 1, 2)), (lib.types.pair(1, 2.0), struct.pack("@id", 1, 2.0)),
        (Derived(b"xyz"), b"xyz\0\0\0\0\0"), (farcall.view("const int", farcall.addressof(farcall.int_(7))), struct.pack("@i", 7)),
        (lib.types.wide(), bytes(64)),
    ):  # fmt: skip
        assert thrice(lambda: bytes(value)) == [whole] * 3  # noqa: B023
        assert value.__bytes__() == whole
    assert [value.bytes() for value in (array, full, empty, Derived(b"xyz"))] == [b"ab", b"ab", b"", b"xyz"]
    assert (
        farcall.array(farcall.int_, 2)([1, 2]).bytes() == struct.pack("@i", 1)[: 1 if sys.byteorder == "little" else 0]
    )
    with farcall.arena() as arena:
        gone = arena.new("char[4]", b"abcd")
        assert (bytes(gone), gone.bytes()) == (b"abcd", b"abcd")
    for call in (lambda: bytes(gone), lambda: gone.bytes()):
        assert {kind for kind, _ in thrice(call)} == {FreedMemoryError}


def test_string() -> None:
    for data, text in ((b"text", "text"), (b"\xc3\xa9", "é"), (b"\xff", "\udcff"), (b"", "")):
        array = farcall.array(farcall.char, 8)(data)
        pointer = farcall.cast("char *", array)
        assert thrice(lambda: farcall.string(pointer)) == [text] * 3  # noqa: B023
        assert thrice(lambda: farcall.string(array)) == [text] * 3  # noqa: B023
        assert thrice(lambda: farcall.string(pointer, 2)) == [farcall.string(array, 2)] * 3  # noqa: B023
    wide = farcall.new("wchar_t[]", "wide")
    assert thrice(lambda: farcall.string(farcall.cast("wchar_t *", wide))) == ["wide"] * 3
    assert {kind for kind, _ in thrice(lambda: farcall.string(farcall.cast("char *", None)))} == {NullPointerError}
    assert {kind for kind, _ in thrice(lambda: farcall.string(farcall.cast("int *", None)))} == {TypeError}
    assert {kind for kind, _ in thrice(lambda: farcall.string("text"))} == {TypeError}


def test_new(lib: Any) -> None:
    assert [value.value for value in thrice(lambda: farcall.new("int"))] == [0] * 3
    assert [value.value for value in thrice(lambda: farcall.new("int", 5))] == [5] * 3
    assert [value.value for value in thrice(lambda: farcall.new(farcall.double, 1.5))] == [1.5] * 3
    assert [value.value for value in thrice(lambda: farcall.new("_Bool", True))] == [True] * 3
    assert [value.a for value in thrice(lambda: lib.new("struct pair", (3, 4.0)))] == [3] * 3
    assert [int(value) for value in thrice(lambda: farcall.new("int *"))] == [0] * 3
    assert [bytes(value) for value in thrice(lambda: farcall.new("char[3]"))] == [b"\0\0\0"] * 3
    assert [len(value) for value in thrice(lambda: farcall.new("int[]", length=3))] == [3] * 3
    assert [value.value for value in thrice(lambda: farcall.new("const int", 5))] == [5] * 3
    assert [value.value for value in thrice(lambda: farcall.new("double _Complex"))] == [0] * 3
    assert {int(farcall.addressof(value)) % 64 for value in thrice(lambda: farcall.new(lib.types.wide))} == {0}
    for wrong, error in (("x", TypeError), (1 << 40, OverflowError), (1.5, TypeError)):
        first, *rest = thrice(lambda: farcall.new("int", wrong))  # noqa: B023
        assert first[0] is error
        assert rest == [first] * 2
    ended: list[int] = []
    made = farcall.new("int", 5, destructor=lambda value: ended.append(1))
    del made
    assert ended == [1]

    class Derived(lib.types.own_pair):  # type: ignore[misc]
        pass

    assert {type(value) for value in thrice(lambda: farcall.new(Derived))} == {Derived}


SCALARS = (
    "bool_",
    "char",
    "schar",
    "uchar",
    "short",
    "ushort",
    "int_",
    "uint",
    "long",
    "ulong",
    "longlong",
    "float_",
    "double",
)


@pytest.mark.parametrize("name", SCALARS)
def test_scalars(name: str) -> None:
    cls = getattr(farcall, name)
    for given in (0, 1, True, -1, 127, 255, 1 << 31, 1 << 40, -(1 << 40), 1 << 70, 1.5, 1e300, b"x", b"xy", "x", None):
        first, *rest = thrice(lambda: cls(given).value)  # noqa: B023
        assert rest == [first] * 2, given
    assert thrice(lambda: cls().value) == [cls().value] * 3
    assert {kind for kind, _ in thrice(lambda: cls(1, 2))} == {TypeError}
    assert {kind for kind, _ in thrice(lambda: cls(value=1))} == {TypeError}
    before = sys.getrefcount(cls)
    made = [
        cls(1 if name != "char" else b"a") if "float" not in name and name != "double" else cls(1.0) for _ in range(100)
    ]
    assert sys.getrefcount(cls) >= before  # each holds its class
    del made
    assert sys.getrefcount(cls) == before


def test_no_reference_is_lost_or_gained(lib: Any) -> None:
    value = lib.types.pair(1, 2.0)
    pointer = farcall.addressof(value)
    calls = [
        lambda: farcall.addressof(value), lambda: farcall.cast("void *", value), lambda: farcall.cast("void *", pointer),
        lambda: farcall.view(lib.types.pair, pointer), lambda: pointer + 1, lambda: pointer - 1, lambda: pointer == pointer,
        lambda: pointer - pointer, lambda: hash(pointer), lambda: memoryview(value), lambda: farcall.sizeof(value),
        lambda: farcall.new(lib.types.pair), lambda: farcall.new("int", 5), lambda: farcall.string(b"wrong"),
    ]  # fmt: skip
    things = (value, pointer, type(value), type(pointer), farcall.int_)
    for call in calls:
        thrice(call)
        gc.collect()
        before = [sys.getrefcount(thing) for thing in things]
        for _ in range(20):
            thrice(call)
        gc.collect()
        assert [sys.getrefcount(thing) for thing in things] == before


@classes_go
def test_classes_are_freed_when_nobody_uses_them() -> None:
    array = farcall.array(farcall.int_, 987)
    gone = weakref.ref(array), weakref.ref(type(thrice(lambda: farcall.addressof(array()))[2]))  # noqa: F821
    del array
    gc.collect()
    for number in range(200):  # of the last array types some stay for a while
        farcall.array(farcall.int_, 2000 + number)
    gc.collect()
    assert [reference() for reference in gone] == [None, None]


def test_what_they_are_to_python() -> None:
    for name in ("sizeof", "addressof", "cast", "view", "string", "new"):
        function = getattr(farcall, name)
        assert function.__doc__
        assert inspect.signature(function).parameters
        assert (function.__name__, function.__module__) == (name, "farcall")
        assert pickle.loads(pickle.dumps(function)) is function
        for wrong in ((), (1, 2, 3, 4, 5)):
            assert {kind for kind, _ in thrice(lambda: function(*wrong))} == {TypeError}  # noqa: B023
    assert str(inspect.signature(farcall.cast)) == "(type, value, /)"


def test_threads() -> None:
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            texts = [f"unsigned char[{number * 40 + i + 1}]" for i in range(40)]
            for _ in range(20):
                for i, text in enumerate(texts):
                    value = farcall.new(text)
                    assert farcall.sizeof(text) == farcall.sizeof(value) == number * 40 + i + 1
                    pointer = farcall.addressof(value)
                    assert farcall.cast("char *", pointer) == farcall.cast("char *", value)
        except BaseException as error:
            failures.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=run, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert not failures


def test_a_front_stays_itself() -> None:
    """CPython hashes builtins by where their code begins: that they get code of their own does not change it."""
    script = """
import farcall
fronts = [farcall.sizeof, farcall.addressof, farcall.string, farcall.cast, farcall.memmove]
known = dict.fromkeys(fronts, True)
value = farcall.int_(5)
text = farcall.new("char[4]", "abc")
for _ in range(5):
    farcall.sizeof(value), farcall.addressof(value), farcall.string(text), farcall.cast("int", 3)
    farcall.memmove(text, b"x", 1)
assert all(known.get(one) for one in fronts)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
