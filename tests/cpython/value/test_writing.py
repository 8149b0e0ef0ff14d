"""Structs and arrays that Python objects stand for, written whole: as fields, items, slices and by construction, by
generated code and by Python; and what is refused leaves all as it was."""

from __future__ import annotations

import copy
import enum
import os
import pickle
import subprocess
import sys
from collections import OrderedDict, namedtuple
from pathlib import Path
from typing import Any

import pytest

import farcall

DECLARATIONS = """
struct pt { double x, y; };
union either { int32_t number; float real; };
struct deep { struct pt at[2]; union either one; };
struct all {
    signed char s; unsigned char u; _Bool t; char c; int16_t h; uint32_t w; int64_t q; uint64_t uq; float f; double d;
    struct pt p; int32_t numbers[4]; struct pt points[3]; char text[8]; uint8_t raw[4]; union either one; struct deep deep;
    unsigned bits : 3; int16_t grid[2][3];
};
"""

Pair = namedtuple("Pair", "x y")
Color = enum.IntEnum("Color", "RED GREEN")


class Number:
    def __index__(self) -> int:
        return 7

    def __float__(self) -> float:
        return 2.5


#: A field, a value for it, and what is there then.
WRITTEN: list[tuple[str, Any, Any]] = [
    ("p", (1, 2.5), (1.0, 2.5)),
    ("p", [1], (1.0, 0.0)),
    ("p", (), (0.0, 0.0)),
    ("p", {"y": 3}, (0.0, 3.0)),
    ("p", {"".join(["y"]): 3}, (0.0, 3.0)),
    ("p", OrderedDict(y=3), (0.0, 3.0)),
    ("p", Pair(4, 5), (4.0, 5.0)),
    ("p", (Number(), True), (2.5, 1.0)),
    ("p", (1 << 60, -(1 << 70)), (float(1 << 60), -float(1 << 70))),
    ("numbers", [1, 2, 3, 4], [1, 2, 3, 4]),
    ("numbers", (-(1 << 31), (1 << 31) - 1), [-(1 << 31), (1 << 31) - 1, 0, 0]),
    ("numbers", [True, Color.GREEN, Number()], [1, 2, 7, 0]),
    ("numbers", range(3), [0, 1, 2, 0]),
    ("points", [(1, 2), {"x": 3}, [4]], [(1.0, 2.0), (3.0, 0.0), (4.0, 0.0)]),
    ("points", ((1, 2),), [(1.0, 2.0), (0.0, 0.0), (0.0, 0.0)]),
    ("text", b"1234567", b"1234567\0"),
    ("text", b"12345678", b"12345678"),
    ("text", "abc", b"abc\0\0\0\0\0"),
    ("text", "\xe9", b"\xc3\xa9\0\0\0\0\0\0"),
    ("text", bytearray(b"x"), b"x\0\0\0\0\0\0\0"),
    ("text", [b"a", 98], b"ab\0\0\0\0\0\0"),
    ("raw", b"\xff\0", [255, 0, 0, 0]),
    ("raw", [255, 0], [255, 0, 0, 0]),
    ("one", (7,), 7),
    ("one", {"real": 1.0}, 0x3F800000),
    ("deep", ([(1, 2)], {"number": 5}), ([(1.0, 2.0), (0.0, 0.0)], 5)),
    ("deep", {"at": ((1, 2), (3, 4))}, ([(1.0, 2.0), (3.0, 4.0)], 0)),
    ("grid", [[1, 2, 3], (4,)], [[1, 2, 3], [4, 0, 0]]),
]
REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("p", (1, 2, 3), TypeError, "struct all: field 'p': struct pt has 2 fields, 3 values were given"),
    ("p", (1, "x"), TypeError, "struct all: field 'p': struct pt: field 'y' must be a number for double, not str"),
    ("p", {"z": 1}, TypeError, "struct all: field 'p': struct pt has no field 'z'"),
    ("p", {1: 1}, TypeError, "struct all: field 'p'"),
    ("p", 5, TypeError, "struct all: field 'p' must be struct pt, not int"),
    ("p", (1 << 2000, 0), OverflowError, "struct all: field 'p': struct pt: field 'x'"),
    ("numbers", [1, 2, 3, 4, 5], ValueError, "field 'numbers': int32_t [4] has 4 items, 5 were given"),
    ("numbers", [0, 1 << 31], OverflowError, "field 'numbers': int32_t [4]: item 1: 2147483648 is out of range"),
    ("numbers", [0, 1.5], TypeError, "field 'numbers': int32_t [4]: item 1 must be an int for int32_t, not float"),
    ("points", [(1, 2), (3, "q")], TypeError, "struct pt [3]: item 1: struct pt: field 'y' must be a number"),
    ("text", b"123456789", ValueError, "char [8] has 8 items, 9 were given"),
    ("text", "123456789", ValueError, "char [8] has 8 items, the text takes 9"),
    ("raw", "abc", TypeError, "field 'raw'"),
    ("one", (1, 2), TypeError, "union either holds one member at a time, 2 were given"),
    ("one", {"number": 1, "real": 2.0}, TypeError, "union either holds one member at a time, 2 were given"),
    ("deep", ([(1, 2), (3, 4), (5, 6)],), ValueError, "struct pt [2] has 2 items, 3 were given"),
]


def seen(value: Any) -> Any:
    """A value as plain Python objects."""
    kind: Any = type(value)
    if isinstance(value, farcall.Array):
        return bytes(value) if str(kind.__ctype__).startswith("char ") else [seen(item) for item in value]
    name = getattr(kind, "__name__", "")
    if name == "either":
        return value.number
    return tuple(seen(getattr(value, member)) for member in kind.__members__) if name in ("pt", "deep") else value


@pytest.fixture(scope="module")
def lib() -> Any:
    made: Any = farcall.Library("libc.so.6")
    made.cdef(DECLARATIONS)
    return made


@pytest.mark.parametrize(("field", "value", "there"), WRITTEN)
def test_a_field_is_written_whole(lib: Any, field: str, value: Any, there: Any) -> None:
    made = lib.types.all(raw=[1, 2, 3, 4], numbers=[9] * 4, p=(9, 9))
    pointer = farcall.addressof(made)
    for target in (made, made, pointer, pointer):  # Python writes the first of each, and tells generated code how
        setattr(made, field, type(getattr(made, field))())
        setattr(target, field, value)
        assert seen(getattr(made, field)) == there
    built = lib.types.all(**{field: value})
    assert seen(getattr(built, field)) == there
    assert bytes(lib.types.all(**{field: value})) == bytes(built)


@pytest.mark.parametrize(("field", "value", "there"), WRITTEN)
def test_items_slices_and_arrays_are_written_whole(lib: Any, field: str, value: Any, there: Any) -> None:
    kind = type(getattr(lib.types.all(), field))
    array = farcall.array(kind, 3)
    made = array([value, kind(), value])
    assert [seen(item) for item in made] == [there, seen(kind()), there]
    pointer = farcall.addressof(made[0])
    for _ in range(2):
        made[1] = value
        made[-1] = kind()
        assert [seen(item) for item in made] == [there, there, seen(kind())]
        made[1:] = [kind(), value]
        assert [seen(item) for item in made] == [there, seen(kind()), there]
        if not issubclass(kind, farcall.Array):  # the address of an array is its first item's
            pointer[1] = value
            assert seen(made[1]) == there
            made[1] = kind()
    made[0] = made[2]
    made[2] = made[1]
    assert [seen(item) for item in made] == [there, seen(kind()), seen(kind())]


@pytest.mark.parametrize(("field", "value", "error", "text"), REFUSED)
def test_what_is_refused_leaves_all_as_it_was(
    lib: Any, field: str, value: Any, error: type[Exception], text: str
) -> None:
    made = lib.types.all(raw=[1, 2, 3, 4], numbers=[9] * 4, p=(9, 9), one=(3,), text=b"before")
    before, good = bytes(made), next(there for name, there, _ in WRITTEN if name == field)
    for target in (made, farcall.addressof(made)):
        for _ in range(2):
            with pytest.raises(error) as raised:
                setattr(target, field, value)
            assert text in str(raised.value)
            assert bytes(made) == before
        setattr(lib.types.all(), field, good)  # generated code knows how, from here on
    kind = type(getattr(made, field))
    array = farcall.array(kind, 2)()
    for _ in range(2):
        with pytest.raises(error):
            array[1] = value
        assert bytes(array) == bytes(len(bytes(array)))
        array[0] = kind()


def test_no_key_of_a_dict_is_asked_for(lib: Any) -> None:
    class Key(str):
        asked = False

        def __eq__(self, other: object) -> bool:
            Key.asked = True
            made.clear()
            return True

        __hash__ = str.__hash__

    target = lib.types.all()
    target.p = (1, 2)
    target.p = (1, 2)
    made: Any = {Key("x"): 5.0}
    with pytest.raises((TypeError, RuntimeError)):
        target.p = {**made, "z": 1.0}
    assert (target.p.x, target.p.y) == (1.0, 2.0)


def test_memory_that_was_freed_is_not_written(lib: Any) -> None:
    with farcall.arena() as arena:
        made = arena.new(lib.types.all)
        made.p = (1, 2)
        made.p = (3, 4)
        points = arena.new(farcall.array(lib.types.pt, 3))
        points[0] = (1, 2)
        points[1] = (1, 2)
        pointer = farcall.addressof(made)
    for write in (
        lambda: setattr(made, "p", (5, 6)),
        lambda: setattr(pointer, "p", (5, 6)),
        lambda: points.__setitem__(0, (5, 6)),
        lambda: setattr(lib.types.all(), "p", made.p),
    ):
        with pytest.raises(farcall.FreedMemoryError):
            write()


#: The name of an item's type, and items of it.
ITEMS: list[tuple[str, list[Any]]] = [
    ("int8_t", [-128, 127, 0, 5]),
    ("uint8_t", [255, 0, 1, 5]),
    ("int16_t", [-32768, 32767, 0, 5]),
    ("uint32_t", [(1 << 32) - 1, 0, 1, 5]),
    ("int64_t", [-(1 << 63), (1 << 63) - 1, 0, 5]),
    ("uint64_t", [(1 << 64) - 1, 0, 1, 5]),
    ("float", [1.5, -0.5, float("inf"), 0.0]),
    ("double", [1.5, -0.5, 1e300, 0.0]),
    ("_Bool", [True, False, True, True]),
    ("char", [b"a", b"\0", b"\xff", b"b"]),
]


@pytest.mark.parametrize(("name", "items"), ITEMS, ids=[name for name, _ in ITEMS])
def test_slices_are_lists_of_items(lib: Any, name: str, items: list[Any]) -> None:
    array = lib.types[f"{name}[4]"](items)
    pointer = farcall.addressof(array).cast(lib.types[f"{name} *"])
    for cut in (slice(0, 4), slice(1, 3), slice(0, 4, 2), slice(3, 0, -1), slice(2, 2), slice(0, 1)):
        expected = items[cut]
        assert array[cut] == expected
        assert [type(item) for item in array[cut]] == [type(item) for item in expected]
        assert pointer[cut] == expected
    assert array[:] == items
    assert array[-2:] == items[-2:]
    assert array[::-1] == items[::-1]
    pointer[1:3] = items[2:4]
    array[0:1] = (items[3],)
    assert array[:] == [items[3], items[2], items[3], items[3]]
    array[::2] = items[:2]
    assert array[:] == [items[0], items[2], items[1], items[3]]


@pytest.mark.parametrize(("name", "items"), ITEMS, ids=[name for name, _ in ITEMS])
def test_buffers_are_copied_if_their_items_are_the_same(lib: Any, name: str, items: list[Any]) -> None:
    kind = lib.types[f"{name}[4]"]
    source = memoryview(kind(items))
    assert kind(source)[:] == items
    assert kind(source[1:3])[:] == [*items[1:3], *kind()[:2]]
    array = kind()
    array[1:3] = source[1:3]
    assert array[1:3] == items[1:3]
    array[:] = source[::-1]
    assert array[:] == items[::-1]
    farcall.addressof(array).cast(lib.types[f"{name} *"])[0:4] = source
    assert array[:] == items
    with pytest.raises(ValueError, match=r"has 4 items, 5|has 4 items, more"):
        kind(memoryview(lib.types[f"{name}[5]"](items)))
    with pytest.raises(ValueError, match="values for a slice of 2 items"):
        array[0:2] = source


def test_other_items_of_a_buffer_are_converted_one_by_one(lib: Any) -> None:
    numpy = pytest.importorskip("numpy")
    kind = lib.types["int32_t[4]"]
    for code in ("i1", "u2", "i4", ">i4", "i8", "u8", "f8"):
        given = numpy.array([1, 2, 3, 4], code)
        if code == "f8":
            with pytest.raises(TypeError, match="item 0 must be an int for int32_t"):
                kind(given)
            continue
        assert kind(given)[:] == [1, 2, 3, 4]
        array = kind()
        array[:] = given[::-1]
        assert array[:] == [4, 3, 2, 1]
    with pytest.raises(OverflowError, match=r"item 3: .*2147483648.* is out of range"):
        kind(numpy.array([1, 2, 3, 1 << 31]))
    complex_ = lib.types["double _Complex[2]"]
    assert complex_(numpy.array([1 + 2j, 3]))[:] == [1 + 2j, 3]
    assert lib.types["_Bool[2]"](memoryview(b"\1\0").cast("?"))[:] == [True, False]


def test_a_copy_has_the_bytes_and_its_own_memory(lib: Any) -> None:
    array = lib.types["uint8_t[100000]"](bytes(range(250)) * 400)
    for copied in (copy.copy(array), copy.deepcopy(array), pickle.loads(pickle.dumps(array))):
        assert bytes(copied) == bytes(array)
        assert type(copied) is type(array)
        copied[0] = 9
        assert array[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("more", [{}, {"FARCALL_VERIFY": "1"}], ids=["as it is", "verified"])
def test_python_writes_the_same(more: dict[str, str]) -> None:
    environment = {**os.environ, **more, "FARCALL_TIER": "fast" if more else "api"}
    chosen = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(
        chosen, env=environment, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
