"""new, cast, view, string, arenas and destructors; memory that is gone."""

from __future__ import annotations

import ctypes
import gc
import pickle
import struct
import sys
from typing import Any

import pytest

import farcall
from farcall.cpython.facts.host import host_target
from farcall.errors import FreedMemoryError, IncompleteTypeError, NullPointerError, UnsupportedTypeError

DECLARED = """
typedef struct { double x, y; } point;
struct node { int value; struct node *next; const char *name; };
typedef union { float f; int i; } number;
struct table { char name[8]; short grid[2][3]; number any; double _Complex z; unsigned low : 3; struct node *first; };
enum color { RED, GREEN = 5 };
enum color abs(enum color);
void *malloc(size_t); void free(void *); size_t strlen(const char *);
double strtod(const char *text, char **end);
div_t div(int, int);
void *memcpy(void *, const void *, size_t);
"""


@pytest.fixture(scope="module")
def lib() -> Any:
    library = farcall.Library("libc.so.6")
    library.cdef("typedef struct { int quot, rem; } div_t;" + DECLARED)
    return library


# new


NEW = {
    "int": (5, struct.pack("@i", 5)),
    "double[3]": ([1, 2], struct.pack("@3d", 1, 2, 0)),
    "int[]": ([1, 2], struct.pack("@2i", 1, 2)),
    "short[]": (3, bytes(6)),
    "char[]": ("hé", "hé".encode() + b"\0"),
    "char[4]": (b"ab", b"ab\0\0"),
    "wchar_t[]": ("né\U0001f600", "né\U0001f600\0".encode(f"utf-32-{sys.byteorder[0]}e")),
    "char[2][3]": ([b"ab", b"cde"], b"ab\0cde"),
    "unsigned char[]": (b"\1\2", b"\1\2"),
    "void *": (None, struct.pack("@P", 0)),
    "_Bool[2]": ([True, 0], b"\1\0"),
    "float _Complex": (1 + 2j, struct.pack("@2f", 1, 2)),
}
if "128" not in host_target().model.lacks:
    NEW["__int128"] = (-1, b"\xff" * 16)


@pytest.mark.parametrize("text", NEW)
def test_new(text: str) -> None:
    init, data = NEW[text]
    assert bytes(farcall.new(text, init)) == data
    with farcall.arena() as arena:
        assert bytes(arena.new(text, init)) == data


WRONG_NEW = [
    ("int", "x", TypeError), ("int", 1 << 40, OverflowError), ("int[2]", [1, 2, 3], ValueError), ("int[2]", "ab", TypeError),
    ("char[2]", "abc", ValueError), ("char[2]", b"abc", ValueError), ("int[]", None, TypeError), ("int[]", -1, ValueError),
    ("void", None, UnsupportedTypeError), ("struct nowhere", None, IncompleteTypeError), ("int(int)", None, UnsupportedTypeError),
    ("int *", 5, TypeError), ("wchar_t[1]", b"a", TypeError), ("_Bool", 2, OverflowError), (5, None, TypeError),
    ("__int128", 1 << 127, UnsupportedTypeError if "128" in host_target().model.lacks else OverflowError),
]  # fmt: skip


@pytest.mark.parametrize(("type", "init", "error"), WRONG_NEW)
def test_wrong_new(type: Any, init: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        farcall.new(type, init)


def test_wrong_options() -> None:
    for options in ({"length": 2}, {"length": -1}, {"destructor": 5}):
        with pytest.raises((TypeError, ValueError)):
            farcall.new("int", **options)


# Destructors and arenas


def test_a_destructor_runs_once(lib: Any) -> None:
    seen: list[Any] = []
    made = farcall.new(lib.types.point, (1, 2), destructor=lambda value: seen.append((value.x, value.y)))
    pointer, view = farcall.addressof(made), farcall.cast("double *", made)
    farcall.free(made)
    assert seen == [(1, 2)]
    for act in (
        lambda: made.x, lambda: setattr(made, "x", 1), lambda: bytes(made), lambda: memoryview(made), lambda: pointer.x,
        lambda: pointer[0], lambda: setattr(pointer, "x", 1), lambda: view[1], lambda: view.__setitem__(0, 1.0),
        lambda: farcall.free(made), lambda: farcall.addressof(made), lambda: lib.free(pointer), lambda: lib.free(made),
        lambda: repr(made), lambda: made == made, lambda: lib.memcpy(bytearray(16), made, 16),
        lambda: lib.types.point(1, made), lambda: pickle.dumps(made),
    ):  # fmt: skip
        with pytest.raises((FreedMemoryError, TypeError)) as caught:
            act()
        assert "freed" in str(caught.value) or "must be a number" in str(caught.value)
    made = pointer = view = None
    gc.collect()
    assert len(seen) == 1


def test_a_destructor_runs_when_the_last_view_goes(lib: Any) -> None:
    seen: list[float] = []
    made = farcall.new(lib.types.point, (1, 2), destructor=lambda value: seen.append(value.y))
    pointer = farcall.addressof(made)
    del made
    gc.collect()
    assert not seen
    assert pointer.y == 2
    del pointer
    gc.collect()
    assert seen == [2]


def test_a_destructor_of_a_pointer(lib: Any) -> None:
    block = farcall.new("void *", lib.malloc(16), destructor=lib.free)
    lib.memcpy(block, b"0123456789abcdef", 16)
    assert farcall.cast("char *", block)[15] == b"f"
    farcall.free(block)
    with pytest.raises(FreedMemoryError):
        lib.memcpy(block, b"x", 1)


def test_a_destructor_that_raises() -> None:
    def fails(value: Any) -> None:
        raise KeyError(value.value)

    made = farcall.new("int", 7, destructor=fails)
    with pytest.raises(KeyError, match="7"):
        farcall.free(made)
    with pytest.raises(FreedMemoryError):
        farcall.free(made)
    for owned in (farcall.new("int"), farcall.int_(5)):
        with pytest.raises(TypeError, match="destructor"):
            farcall.free(owned)


def test_an_arena(lib: Any) -> None:
    with farcall.arena() as arena:
        first = arena.new(lib.types.node, {"value": 1, "name": "kept by the " + "arena"})
        last = arena.new(lib.types.node, (2, first))
        numbers = arena.new("int[100]", range(100))
        text = arena.string("wörd")
        pointer, item = last.next, arena.new(farcall.array(lib.types.point, 2))[1]
        seen = memoryview(numbers)
        gc.collect()
        assert (pointer.value, pointer.name, last.next.next == None) == (1, "kept by the arena", True)  # noqa: E711
        assert (lib.strlen(text), text.string(), sum(numbers), item.x) == (5, "wörd", 4950, 0)
        last.next = None
        assert pointer.value == 1  # what was overwritten is kept to the end
    assert arena.closed
    for act in (
        lambda: pointer.value, lambda: pointer[0], lambda: first.value, lambda: numbers[0], lambda: numbers[:],
        lambda: list(numbers), lambda: numbers.__setitem__(0, 1), lambda: item.x, lambda: setattr(item, "x", 1),
        lambda: lib.strlen(text), lambda: text.string(), lambda: text.bytes(), lambda: arena.new("int"),
        lambda: farcall.cast("long *", numbers), lambda: farcall.view("int", numbers), lambda: (pointer + 1)[0],
        lambda: farcall.addressof(item), lambda: farcall.free(first), lambda: last.next,
    ):  # fmt: skip
        with pytest.raises((FreedMemoryError, TypeError)):
            act()
    assert seen.tolist() == list(range(100))  # lent memory outlives the arena
    arena.close()


def test_an_arena_gives_its_memory_back() -> None:
    with farcall.arena() as arena:
        kept = [arena.new("char[1000000]") for _ in range(10)]
        assert len(kept[0]) == 1000000
    assert not arena._memory
    numbers = farcall.arena().new("int[100]", range(100))  # of an arena that is gone without having been closed
    gc.collect()
    noise = [bytearray(b"\xff" * size) for size in range(400, 420) for _ in range(100)]
    assert list(numbers) == list(range(100))
    del noise
    with pytest.raises(TypeError):
        pickle.dumps(arena)


# Results through pointers


def test_out_parameters(lib: Any) -> None:
    libm = farcall.Library("libm.so.6")
    number = farcall.new("int")
    assert (libm.function("double frexp(double x, int *exponent)")(10.0, number), number.value) == (0.625, 4)
    frexp = libm.function("double frexp(double x, int *exponent)", out=("exponent",))
    assert frexp(10.0) == (0.625, 4)
    assert libm.function("void sincos(double, double *, double *)", out=(1, 2))(0.0) == (0.0, 1.0)
    value, rest = lib.function("double strtod(const char *text, char **end)", out=("end",))(b"1.5 left")
    assert (value, rest.string()) == (1.5, " left")
    assert (
        lib.function("void *memcpy(double *to, const void *from, size_t size)", out=("to",))(struct.pack("@d", 2), 8)[1]
        == 2
    )
    for wrong in (("nothing",), (5,), ("x",), ("exponent", 1)):
        with pytest.raises(TypeError):
            libm.function("double frexp(double x, int *exponent)", out=wrong)
    for arguments in ((), (1, 2), ("x",)):
        with pytest.raises(TypeError):
            frexp(*arguments)


# view, cast, string


def test_views() -> None:
    raw = bytearray(12)
    seen = farcall.view("int[3]", raw)
    seen[1] = 7
    assert raw == struct.pack("@3i", 0, 7, 0)
    assert list(farcall.view("short[6]", seen))[3 if sys.byteorder == "big" else 2] == 7
    assert farcall.view("int", farcall.addressof(seen)).value == 0
    assert farcall.view("int", int(farcall.addressof(seen)) + 4).value == 7
    with pytest.raises(BufferError):
        raw.append(1)  # it is lent
    for source, error in (
        (bytes(12), TypeError), (bytearray(8), ValueError), (memoryview(bytearray(24))[::2], ValueError), (0, NullPointerError),
        (None, TypeError), ("x" * 12, TypeError), (farcall.type_of("int *")(), NullPointerError), (farcall.int_(1), ValueError),
        (-1, OverflowError),
    ):  # fmt: skip
        with pytest.raises(error):
            farcall.view("int[3]", source)


CASTS = [
    ("uint8_t", -1, 255), ("int8_t", 200, -56), ("int", 3.99, 3), ("int", -3.99, -3), ("unsigned", -1, 0xFFFFFFFF),
    ("long long", 1 << 63, -(1 << 63)), ("double", 3, 3.0), ("float", 1e40, float("inf")),
    ("float", 0.1, ctypes.c_float(0.1).value),
    ("_Bool", 5, True), ("_Bool", 0.5, True), ("char", 65, b"A"), ("int", b"A", 65), ("short", True, 1),
]  # fmt: skip


@pytest.mark.parametrize(("type", "value", "expected"), CASTS)
def test_casts(type: str, value: Any, expected: object) -> None:
    assert farcall.cast(type, value).value == expected


def test_pointer_casts() -> None:
    numbers = farcall.new("int[2]", [1, 2])
    pointer = farcall.cast("unsigned char *", numbers)
    lowest = 3 if sys.byteorder == "big" else 0  # of an int's bytes
    assert pointer[4 + lowest] == 2
    assert farcall.cast("uintptr_t", pointer) == farcall.cast("uintptr_t", numbers) == int(pointer)
    assert farcall.cast("int *", farcall.cast("long", pointer))[1] == 2
    assert farcall.cast("void *", None) == None  # noqa: E711
    assert int(farcall.cast("void *", -1)) == (1 << 8 * farcall.sizeof("void *")) - 1
    del numbers
    gc.collect()
    assert pointer[lowest] == 1
    for type, value in (
        ("int", "x"),
        ("int", None),
        ("int[2]", 5),
        ("double", "1"),
        ("int *", 1.5),
        ("void *", "text"),
    ):
        with pytest.raises(TypeError):
            farcall.cast(type, value)


def test_strings() -> None:
    text = farcall.new("char[]", "wörd")
    assert farcall.string(text) == text.string() == farcall.string(farcall.cast("char *", text)) == "wörd"
    assert farcall.string(farcall.cast("char *", text), 1) == "w"
    wide = (
        farcall.new("char16_t[]", "a\U0001f600")
        if "char16_t" in dir(farcall)
        else farcall.new("wchar_t[]", "a\U0001f600")
    )
    assert wide.string() == "a\U0001f600"
    assert farcall.string(farcall.cast("wchar_t *", farcall.new("wchar_t[]", "né"))) == "né"
    assert farcall.new("char[3]", b"abc").string() == "abc"
    for wrong in (5, "text", farcall.new("int[2]"), farcall.type_of("int *")(farcall.int_(1))):
        with pytest.raises(TypeError):
            farcall.string(wrong)
    with pytest.raises(NullPointerError):
        farcall.string(farcall.type_of("char *")())


def test_slices_and_comparison_of_pointers() -> None:
    numbers = farcall.new("int[5]", range(5))
    pointer = farcall.cast("int *", numbers)
    assert pointer[1:4] == [1, 2, 3]
    pointer[1:3] = (8, 9)
    assert list(numbers) == [0, 8, 9, 3, 4]
    assert (pointer + 3)[-1:1] == [9, 3]
    assert pointer < pointer + 1 <= pointer + 1
    assert (2 + pointer) - pointer == 2
    for act in (
        lambda: pointer < farcall.cast("short *", pointer), lambda: pointer < 5, lambda: pointer - farcall.cast("short *", pointer),
        lambda: pointer[1.5:2], lambda: pointer["a"],
    ):  # fmt: skip
        with pytest.raises(TypeError):
            act()
    with pytest.raises(ValueError, match="needs an end"):
        pointer[1:]
    with pytest.raises(ValueError, match="values for a slice"):
        pointer[0:2] = [1]
    characters = farcall.cast("char *", farcall.new("char[4]"))
    characters[0:3] = b"abc"
    assert characters.string() == "abc"


# Enumerations


def test_enumerations(lib: Any) -> None:
    color = lib.enum("color")
    assert [(member.name, member.value) for member in color] == [("RED", 0), ("GREEN", 5)]
    assert lib.abs(color.GREEN) is color.GREEN
    assert lib.abs(3) == 3
    assert list(farcall.array(color, 2)([color.GREEN, 1])) == [5, 1]
    flags = lib.enum("color", flag=True)
    assert flags.GREEN | 2 == 7
    with pytest.raises(TypeError, match="not an enumeration"):
        lib.enum("point")
    lib.enum("color")
