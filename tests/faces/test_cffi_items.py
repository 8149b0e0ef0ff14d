"""Items and members of cffi's data, which generated code reads and writes: within their bounds, and what is unusual as well."""

from __future__ import annotations

import gc
import io
import os
import sys
import warnings
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("cffi", reason="needs cffi's Python files")

from farcall.cffi import FFI

TEXT = """
    struct hidden;
    struct cffi_part {
        int number; struct cffi_part *next; int items[8]; struct { int u, v; } inner; int (*call)(int); void *any;
        char name[8]; struct cffi_part **table; struct hidden *hidden; int grid[2][3];
    };
    struct cffi_tail { int n; short items[]; };
    int abs(int); int fputs(const char *, FILE *); int fgetc(FILE *);
"""


@pytest.fixture(scope="module")
def ffi() -> Any:
    made = FFI()
    made.cdef(TEXT)
    return made


@pytest.mark.parametrize(
    ("ctype", "good", "bad", "error"),
    [
        ("int", (-(2**31), 0, 7, 2**31 - 1), (2**31, -(2**31) - 1), OverflowError),
        ("signed char", (-128, 127), (128, -129, 10**30), OverflowError),
        ("unsigned short", (0, 65535), (-1, 65536), OverflowError),
        ("uint64_t", (0, 2**64 - 1), (-1, 2**64), OverflowError),
        ("int64_t", (-(2**63), 2**63 - 1), (2**63,), OverflowError),
        ("long", (5,), (1.5, b"a", None, "1"), TypeError),
        ("double", (1.5, -2.0), (b"a", None, "1"), TypeError),
        ("float", (0.5, float("inf")), (b"a", None), TypeError),
        ("char", (b"x", b"\0"), (65, b"ab", b"", "x"), TypeError),
        ("_Bool", (True, False), (2,), OverflowError),
    ],
)
def test_items_take_what_their_type_holds(
    ffi: Any, ctype: str, good: tuple[Any, ...], bad: tuple[Any, ...], error: type[Exception]
) -> None:
    owned, open_ended, fixed = ffi.new(f"{ctype} *"), ffi.new(f"{ctype}[]", 3), ffi.new(f"{ctype}[3]")
    pointer = ffi.cast(f"{ctype} *", open_ended)
    for data, index in ((owned, 0), (open_ended, 2), (fixed, 2), (pointer, 1)):
        for value in good:
            data[index] = value
            assert data[index] == value
            assert type(data[index]) is type(value)
        before = data[index]
        for value in bad:
            with pytest.raises(error):
                data[index] = value
            assert data[index] == before
        with pytest.raises(TypeError):
            del data[index]
        with pytest.raises(TypeError):
            data["0"]


@pytest.mark.parametrize("index", [3, -1, 10**30])
@pytest.mark.parametrize("ctype", ["int", "char", "struct cffi_part", "void *", "int[2]"])
def test_arrays_end(ffi: Any, ctype: str, index: int) -> None:
    array = ffi.new(ffi.getctype(ctype, "[3]"))
    sliced, whole = array[0:3], ffi.new(ffi.getctype(ctype, "(*)[3]"))[0]
    for data in (array, sliced, whole):
        for _ in range(3):  # the first by Python, perhaps
            assert len(data) == 3
            with pytest.raises(IndexError):
                data[index]
            with pytest.raises(IndexError):
                data[index] = data[0]


def test_what_is_new_has_one_item(ffi: Any) -> None:
    for ctype in ("int", "void *", "struct cffi_part"):
        one = ffi.new(f"{ctype} *")
        one[0]
        for index in (1, -1):
            with pytest.raises(IndexError, match="can only be indexed by 0"):
                one[index]
            with pytest.raises(IndexError):
                one[index] = 0


def test_null_has_no_items_and_no_members(ffi: Any) -> None:
    null = ffi.cast("struct cffi_part *", 0)
    acts: list[Callable[[], Any]] = [
        lambda: null[0], lambda: null.next, lambda: null.items, lambda: null.inner, lambda: null.number,
        lambda: setattr(null, "next", null), lambda: ffi.cast("int *", 0)[0], lambda: ffi.cast("void **", 0)[0],
        lambda: ffi.cast("int *", 0).__setitem__(0, 1), lambda: ffi.cast("void **", 0).__setitem__(0, ffi.NULL),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(RuntimeError):
            act()


@pytest.mark.parametrize("through", [True, False])
def test_members_that_are_objects(ffi: Any, through: bool) -> None:
    owner, other = ffi.new("struct cffi_part *"), ffi.new("struct cffi_part *")
    part, other.number = owner if through else owner[0], 5
    for _ in range(3):
        part.next = other
        assert part.next == other
        assert part.next.number == 5
        part.next = ffi.NULL
        assert part.next == ffi.NULL
        assert not part.next
        part.next = ffi.cast("struct cffi_part *", other)
        assert part.next.number == 5
        part.items = [1, 2, 3]
        part.items[3] = 4
        assert list(part.items)[:5] == [1, 2, 3, 4, 0]
        assert len(part.items) == 8
        part.inner = [7, 8]
        part.inner.u = 9
        assert (part.inner.u, part.inner.v) == (9, 8)
        part.grid[1][2] = 6
        assert part.grid[1][2] == 6
        assert part.grid[1][1] == 0
        part.name = b"abc"
        assert ffi.string(part.name) == b"abc"
        part.any = other
        assert ffi.cast("struct cffi_part *", part.any) == other
        part.hidden = ffi.cast("struct hidden *", 77)
        assert int(ffi.cast("intptr_t", part.hidden)) == 77
        called = ffi.callback("int(int)", lambda n: n + 1)
        part.call = called
        assert part.call(3) == 4
        for value in (5, ffi.new("int *"), "text", None):
            with pytest.raises(TypeError):
                part.next = value
            with pytest.raises(TypeError):
                part.inner = value
        with pytest.raises(AttributeError):
            del part.next


def test_pointers_in_arrays(ffi: Any) -> None:
    text, table = ffi.new("char[]", b"yo"), ffi.new("char *[]", [ffi.NULL] * 2)
    for _ in range(2):
        table[1] = text
        assert ffi.string(table[1]) == b"yo"
        table[0] = table[1]
        assert table[0] == text
        table[0] = ffi.NULL
        assert table[0] == ffi.NULL
        for value in (3, ffi.new("int *"), None):
            with pytest.raises(TypeError):
                table[0] = value


def test_a_part_keeps_the_whole(ffi: Any) -> None:
    item = ffi.new("struct cffi_part[4]")[2]
    items = ffi.new("struct cffi_part *").items
    row = ffi.new("int[3][4]")[1]
    whole = ffi.new("struct cffi_part *")[0]
    gc.collect()
    item.number, items[7], row[3], whole.number = 1, 2, 3, 4
    assert (item.number, items[7], row[3], whole.number) == (1, 2, 3, 4)
    assert repr(whole).startswith("<cdata 'struct cffi_part' owning ")


def test_a_pointer_made_of_another_owns_nothing(ffi: Any) -> None:
    tail = ffi.new("struct cffi_tail *", [1, [2, 3]])
    assert len(tail.items) == 2
    seen = ffi.cast("struct cffi_tail *", tail)
    with pytest.raises(TypeError):
        len(seen.items)
    with pytest.raises(ValueError, match=r"ffi\.release"):
        ffi.release(seen)
    assert (seen.items[1], ffi.sizeof(tail[0]), ffi.sizeof(seen[0])) == (3, 8, 4)


def test_comparison_is_of_addresses(ffi: Any) -> None:
    array = ffi.new("int[4]")
    pointer = ffi.cast("void *", array)
    assert array == pointer
    assert array == array[0:2]
    assert pointer != ffi.NULL
    assert not pointer < array
    assert ffi.cast("int *", array) + 1 > array
    assert array < ffi.cast("int *", array) + 1
    assert pointer not in (0, None, "text")
    with pytest.raises(TypeError):
        pointer < 5  # noqa: B015
    assert bool(pointer)
    assert not bool(ffi.NULL)
    assert bool(array)
    high = ffi.cast("int *", 2 ** (8 * ffi.sizeof("void *")) - 4)
    assert high > array  # addresses have no sign


def test_pointers_are_moved(ffi: Any) -> None:
    array = ffi.new("int[4]", [1, 2, 3, 4])
    pointer, whole = ffi.cast("int *", array), ffi.new("struct cffi_part *")
    top = ffi.cast("char *", 2 ** (8 * ffi.sizeof("void *")) - 1)
    for _ in range(3):
        assert [(array + 1)[0], (1 + array)[1], (pointer + 2)[-1], (array + 3 - 1)[0]] == [2, 3, 2, 3]
        assert (pointer + 3) - pointer == 3 == (array + 3) - array
        assert ffi.typeof(array + 1) is ffi.typeof("int *") is ffi.typeof(pointer - 1)
        assert (whole + 1) - whole == 1
        assert int(ffi.cast("intptr_t", ffi.cast("void *", 40) + 2)) == 42
        assert top + 1 == ffi.NULL
        assert top == ffi.NULL - 1
        assert pointer + 2**40 - 2**40 == pointer
        for other in (1.5, "1", None, ffi.cast("int", 1), pointer):
            with pytest.raises(TypeError):
                pointer + other
        for other in (1.5, "1", None, ffi.cast("int", 1), ffi.cast("short *", 4)):
            with pytest.raises(TypeError):
                pointer - other
        with pytest.raises(TypeError):
            1 - pointer
        with pytest.raises(TypeError, match="unknown size"):
            ffi.cast("struct hidden *", 8) + 1
    end = array + 4
    del array, pointer
    gc.collect()
    assert end[-1] == 4


def test_buffers_are_bytes_in_place(ffi: Any) -> None:
    text = ffi.new("char[]", b"hello")
    seen = ffi.buffer(text)
    memoryview(seen)[0] = ord("H")
    seen[1:3] = b"EL"
    assert (seen[:], len(seen), bytes(seen), seen[-1]) == (b"HELlo\0", 6, b"HELlo\0", b"\0")
    assert io.BytesIO(b"123456").readinto(seen) == 6
    place = weakref.ref(text)
    del text
    gc.collect()
    assert place() is not None
    assert seen[2:4] == b"34"
    with pytest.raises(IndexError):
        seen[6]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        ffi.buffer(ffi.new("int *"), 4)
        assert not told
        ffi.buffer(ffi.new("int *"), 5)
    assert "owns only 4 bytes" in str(told[0].message)


@pytest.mark.skipif(sys.platform == "win32", reason="C's library of the process is another than Python's files are of")
def test_python_s_files_are_c_s(ffi: Any, tmp_path: Path) -> None:
    lib, path = ffi.dlopen(None), tmp_path / "file"
    with path.open("wb") as file:
        file.write(b"[")
        assert lib.fputs(b"one", file) >= 0
        file.write(b"|")
        stream = ffi.cast("FILE *", file)
        assert lib.fputs(b"two]", stream) >= 0
        assert ffi.cast("FILE *", file) == stream
    assert path.read_bytes() == b"[one|two]"
    with path.open("rb") as file:
        assert lib.fgetc(file) == ord("[")
    with pytest.raises(ValueError, match="closed"):
        lib.fgetc(file)
    with pytest.raises(io.UnsupportedOperation):
        lib.fgetc(io.BytesIO(b"x"))
    with pytest.raises(TypeError):
        lib.fgetc("text")


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts file descriptors by /proc")
def test_a_file_s_stream_is_closed_with_it(ffi: Any, tmp_path: Path) -> None:
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    file = (tmp_path / "file").open("wb")
    ffi.cast("FILE *", file)
    file.close()
    del file
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_an_array_may_lie_where_its_place_is_told() -> None:
    from farcall.faces.cffi.core import core

    number = core.new_primitive_type("int")
    row = core.new_array_type(core.new_pointer_type(number), None)
    record = core.new_struct_type("struct cffi_placed")
    core.complete_struct_or_union(record, [("x", row, -1, 0), ("y", number, -1, 12)])
    made = core.newp(core.new_pointer_type(record), [[10, 20], 30])
    assert (made.x[0], made.x[1], made.x[2], made.y) == (10, 20, 0, 30)


def test_going_through_arrays(ffi: Any) -> None:
    text = ffi.new("char[]", b"abc")
    whole = ffi.new("struct cffi_part *", {"items": list(range(8)), "grid": [[1, 2, 3], [4, 5, 6]]})
    for _ in range(4):
        assert list(ffi.new("int[]", [1, -2, 3])) == [1, -2, 3]
        assert list(ffi.new("double[2]", [0.5, 1.5])) == [0.5, 1.5]
        assert list(ffi.new("uint64_t[]", [2**64 - 1])) == [2**64 - 1]
        assert list(ffi.new("_Bool[2]", [True, False])) == [True, False]
        assert list(text) == [b"a", b"b", b"c", b"\0"]
        assert list(ffi.new("int[]", 0)) == []
        assert (list(whole.items), [list(row) for row in whole.grid]) == (list(range(8)), [[1, 2, 3], [4, 5, 6]])
        assert list(whole.items[2:4]) == [2, 3]
    parts = ffi.new("struct cffi_part[3]", [{"number": n} for n in range(3)])
    pointers = ffi.new("struct cffi_part *[3]", [parts, parts + 1, parts + 2])
    for _ in range(4):
        assert [part.number for part in parts] == [pointer.number for pointer in pointers] == [0, 1, 2]
        last = list(parts)[2]
        assert ffi.addressof(last) == parts + 2


def test_an_iterator_follows_what_it_goes_through(ffi: Any) -> None:
    for _ in range(4):
        numbers = ffi.new("int[]", [1, 2, 3])
        seen, reference = iter(numbers), weakref.ref(numbers)
        assert next(seen) == 1
        numbers[1] = 5
        del numbers
        gc.collect()
        assert reference() is not None
        assert (iter(seen) is seen, list(seen), list(seen)) == (True, [5, 3], [])
        del seen
        assert reference() is None
        part = next(iter(ffi.new("struct cffi_part[1]", [{"number": 7}])))
        gc.collect()
        assert part.number == 7


def test_pointers_to_functions_are_called(ffi: Any) -> None:
    lib = ffi.dlopen(None)
    whole, other = ffi.new("struct cffi_part *"), ffi.callback("int(int)", lambda n: n + 1)
    whole.call = ffi.cast("int (*)(int)", lib.abs)
    for number in range(5):
        assert (whole.call(-number), other(number), whole.call(number)) == (number, number + 1, number)
        for odd in ((), (1, 2)):
            with pytest.raises(TypeError, match="expects 1 arguments"):
                whole.call(*odd)
        with pytest.raises(TypeError, match="keyword"):
            whole.call(n=1)
        with pytest.raises(TypeError):
            whole.call("1")
        with pytest.raises(RuntimeError, match="null pointer"):
            ffi.cast("int (*)(int)", 0)(1)
    made = [
        ffi.callback("int(int)", lambda n, add=number: n + add) for number in range(300)
    ]  # more than are remembered
    for _ in range(2):
        assert [one(1) for one in made] == list(range(1, 301))


def test_slices(ffi: Any) -> None:
    for _ in range(5):
        numbers, whole = (
            ffi.new("int[]", list(range(9))),
            ffi.new("struct cffi_part[3]", [{"number": n} for n in range(3)]),
        )
        fixed, pointer = ffi.new("struct cffi_part *", {"items": list(range(8))}).items, ffi.cast("int *", numbers)
        for data in (numbers, pointer, fixed, numbers[0:9], numbers[0:9][0:9]):
            part = data[2:5]
            assert (len(part), list(part), part[2], ffi.sizeof(part)) == (3, [2, 3, 4], 4, 12)
            assert ffi.typeof(part) is ffi.typeof("int[]")
            assert (repr(part), repr(data[1:1])) == (
                "<cdata 'int[]' sliced length 3>",
                "<cdata 'int[]' sliced length 0>",
            )
            assert part == data + 2
            part[0] = 7
            assert (data[2], list(part[0:2]), len(part[1:3])) == (7, [7, 3], 2)
            part[0] = 2
            for index in (-1, 3):
                with pytest.raises(IndexError):
                    part[index]
            for odd, error in (
                (slice(None, 2), IndexError), (slice(2, None), IndexError), (slice(1, 4, 1), IndexError), (slice(3, 2), IndexError),
                (slice("1", 2), TypeError),
            ):  # fmt: skip
                with pytest.raises(error):
                    data[odd]
            if data is not pointer:
                for odd in (slice(-1, 2), slice(1, 10)):
                    with pytest.raises(IndexError):
                        data[odd]
        assert pointer[1:3][-0] == 1
        assert list((pointer + 2)[-1:1]) == [1, 2]
        assert [part.number for part in whole[1:3]] == [1, 2]
        last, reference = whole[1:3][1:2], weakref.ref(whole)
        del whole
        gc.collect()
        assert last[0].number == 2
        assert reference() is None
        assert ffi.string(ffi.new("char[]", b"hello")[1:3]) == b"el"
        assert bytes(ffi.buffer(ffi.new("char[]", b"hello")[1:3])) == b"el"
