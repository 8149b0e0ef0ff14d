"""Flexible array members, `[]` and GNU C's `[0]`: their items travel with copies, pickles and buffers; of structs that C
made, which alone knows how many there are, they are read as C reads them."""

from __future__ import annotations

import copy
import gc
import io
import pickle
import struct
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall.errors import FreedMemoryError
from tests.conftest import Load

TYPES = """
struct row { int count; double items[]; };
struct old { int count; short items[0]; };
struct fixed { int count; const double items[]; };
struct names { int count; const char *items[]; };
struct padded { double d; char c; char items[]; };
struct holder { struct row *row; };
struct wide { int count; double items[] __attribute__((aligned(64))); };
struct marked { int first; char mark[0]; int last; };
"""
SOURCE = f"""
#include <stdlib.h>
{TYPES}
struct row *make(int n) {{
    struct row *row = malloc(sizeof *row + n * sizeof(double));
    row->count = n;
    for (int i = 0; i < n; i++) row->items[i] = i + 1;
    return row;
}}
double sum(const struct row *row) {{
    double sum = 0;
    for (int i = 0; i < row->count; i++) sum += row->items[i];
    return sum;
}}
"""
DECLARED = f"{TYPES} struct row *make(int n); double sum(const struct row *row);"
COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
}


@pytest.fixture(scope="module")
def lib(load_c: Load) -> Any:
    return load_c(SOURCE, DECLARED)


@pytest.mark.parametrize("name", COPIES)
def test_items_travel_with_copies(lib: Any, name: str) -> None:
    made = lib.new("struct row", {"count": 3, "items": [1, 2, 3]})
    twin = COPIES[name](made)
    assert twin == made
    assert (list(twin.items), lib.sum(twin), farcall.sizeof(twin)) == ([1, 2, 3], 6.0, farcall.sizeof(made))
    twin.items[0] = 10
    assert (made.items[0], lib.sum(twin)) == (1, 15.0)
    again = COPIES[name](twin)
    del made, twin
    gc.collect()
    assert list(again.items) == [10, 2, 3]
    seen = farcall.addressof(again).contents
    del again
    assert list(COPIES[name](seen).items) == [10, 2, 3]


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize(("type", "count"), [("old", 3), ("padded", 2), ("padded", 7), ("padded", 30), ("wide", 2)])
def test_as_many_as_were_made(lib: Any, name: str, type: str, count: int) -> None:
    made = farcall.new(getattr(lib.types, type), length=count)
    made.items[count - 1] = 5 if type != "padded" else b"5"
    with pytest.raises(IndexError):
        made.items[count]
    twin = COPIES[name](made)
    assert list(twin.items) == list(made.items)
    assert len(bytes(made)) == len(bytes(twin)) == memoryview(twin).nbytes == farcall.sizeof(made)
    assert farcall.sizeof(made) >= farcall.sizeof(type_ := getattr(lib.types, type))
    assert len(type_().items) == 0


def test_buffers_have_the_items(lib: Any) -> None:
    made = lib.new("struct row", (2, [1.5, 2.5]))
    assert bytes(made) == struct.pack("@i4x2d" if farcall.alignof("double") == 8 else "@i2d", 2, 1.5, 2.5)
    seen = memoryview(made)
    assert (seen.nbytes, seen.itemsize, seen.ndim, seen.readonly) == (len(bytes(made)), len(bytes(made)), 0, False)
    assert seen.format.endswith("(2)<d:items:}")
    assert io.BytesIO(struct.pack("@i", 7)).readinto(made) == 4
    assert (made.count, list(made.items)) == (7, [1.5, 2.5])
    shorter = lib.new("struct row", (1, [9]))
    assert memoryview(shorter).format.endswith("(1)<d:items:}")
    assert memoryview(lib.types.row()).nbytes == farcall.sizeof(lib.types.row)
    const = lib.types["const struct row *"](made).contents
    assert memoryview(const).readonly
    assert (memoryview(const).nbytes, memoryview(const.items).readonly) == (len(bytes(made)), True)


def test_numpy_sees_the_items(lib: Any) -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    made = lib.new("struct row", (3, [1, 2, 3]))
    seen = np.asarray(made)
    assert seen["items"].tolist() == [1, 2, 3]
    seen["items"][0] = 5
    assert made.items[0] == 5


def test_items_that_c_made(lib: Any) -> None:
    made = lib.make(4)
    for seen in (made, made.contents, made[0], lib.types.holder(made).row):
        assert (seen.items[0], seen.items[3], seen.items[0:4], seen.items[1:3]) == (1, 4, [1, 2, 3, 4], [2, 3])
        with pytest.raises(ValueError, match="needs an end"):
            seen.items[1:]
        with pytest.raises(TypeError):
            list(seen.items)
    made.items[0] = 10
    made.items[1:3] = [20, 30]
    assert lib.sum(made) == 64
    with pytest.raises(TypeError, match="only C knows"):
        made.items = [1, 2]
    reader = lib.types["const struct row *"](made)
    for seen in (reader, reader.contents):
        with pytest.raises(TypeError, match="points to const"):
            seen.items[0] = 5
    assert bytes(made.contents) == bytes(made.contents)[: farcall.sizeof(lib.types.row)]
    assert list(copy.copy(made.contents).items) == []  # C alone knows where they end


def test_const_items_are_given_once(lib: Any) -> None:
    made = lib.new("struct fixed", (2, [1, 2]))
    assert list(copy.copy(made).items) == [1, 2]
    with pytest.raises(TypeError, match="const"):
        made.items[0] = 5
    assert memoryview(made.items).readonly


def test_what_items_point_to_is_kept(lib: Any) -> None:
    made = lib.new("struct names", (2, ["one" * 20, "two" * 20]))
    twin = copy.copy(made)
    del made
    gc.collect()
    assert list(twin.items) == ["one" * 20, "two" * 20]
    for act in (copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="items is a pointer"):
            act(twin)


def test_in_an_arena_with_a_destructor_and_over_a_buffer(lib: Any) -> None:
    seen: list[Any] = []
    made = farcall.new(lib.types.row, (2, [1, 2]), destructor=lambda value: seen.append(list(value.items)))
    assert (list(copy.copy(made).items), memoryview(made).nbytes) == ([1, 2], farcall.sizeof(made))
    farcall.free(made)
    assert seen == [[1, 2]]
    with farcall.arena() as arena:
        made = arena.new(lib.types.row, (2, [3, 4]))
        twin = copy.copy(made)
    assert list(twin.items) == [3, 4]
    for act in (bytes, farcall.sizeof, memoryview, copy.copy):
        with pytest.raises(FreedMemoryError):
            act(made)
    memory = bytearray(farcall.sizeof(lib.types.row) + 24)
    over = farcall.view(lib.types.row, memory)
    assert len(over.items) == 3
    over.items = [1, 2, 3]
    assert memory.endswith(struct.pack("@3d", 1, 2, 3))


def test_an_empty_array_that_is_not_the_last(lib: Any) -> None:
    made = lib.types.marked(1, (), 2)
    assert (len(made.mark), farcall.addressof(made.mark) == int(farcall.addressof(made)) + 4) in ((0, True), (0, False))
    assert (made.first, made.last, farcall.sizeof(made)) == (1, 2, 8)
    assert copy.copy(made) == made


def test_a_class_of_python() -> None:
    own = farcall.cdef("struct own_row { int count; int items[]; };")

    class Row(own.types.own_row):  # type: ignore[misc,name-defined]
        pass

    made = farcall.view(Row, own.new("struct own_row", (2, [1, 2])))
    assert list(made.items) == [1, 2]
    twin = copy.copy(made)
    assert (type(twin), list(twin.items)) == (Row, [1, 2])


@pytest.mark.parametrize("name", ["row", "old", "fixed", "names"])
def test_written_as_a_whole_what_is_before_the_items_is(lib: Any, name: str) -> None:
    """As C's assignment does; with the items of neither."""
    cls = lib.types[f"struct {name}"]
    items = ["one"] if name == "names" else [1]
    made = lib.new(cls, {"count": 1, "items": items})
    target = farcall.addressof(made)
    for value, count in (
        (cls(5), 5),
        ((6,), 6),
        ({"count": 7}, 7),
        (lib.new(cls, {"count": 8, "items": items * 3}), 8),
    ):
        if name == "fixed":
            with pytest.raises(TypeError, match="const members"):
                target[0] = value
            continue
        target[0] = value
        assert (made.count, list(made.items)) == (count, items)
    pair = farcall.array(cls, 2)([(1,), cls(2)])  # GNU C has such arrays
    assert [one.count for one in pair] == [1, 2]
