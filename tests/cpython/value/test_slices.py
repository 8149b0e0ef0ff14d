"""Slices of arrays and of what pointers point to, and arrays made of all kinds of things, again and again: Python answers the
first time, generated code from then on, and both give what Python's own lists do."""

from __future__ import annotations

import array as arrays
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall.errors import FreedMemoryError, NullPointerError
from tests.cpython.value.test_writing import ITEMS

TIMES = range(3)
ENDS = (None, -9, -4, -2, 0, 1, 3, 4, 9)
KINDS = [*ITEMS, ("double _Complex", [1j, 2.5 - 1j, 0j, -1 + 0j])]
if farcall.sizeof("void *") == 8:  # C has none elsewhere
    KINDS.append(("__int128", [-(1 << 127), (1 << 127) - 1, 0, 5]))
WORDS = [name for name, _ in KINDS]


class Number:
    """An index that does something first."""

    def __init__(self, number: int, act: Callable[[], object]) -> None:
        self.number, self.act = number, act

    def __index__(self) -> int:
        self.act()
        return self.number


def own(name: str, count: int = 4) -> Any:
    return farcall.Library(None).types[f"{name}[{count}]"]


@pytest.mark.parametrize(("name", "items"), KINDS, ids=WORDS)
def test_items_are_read_as_from_a_list(name: str, items: list[Any]) -> None:
    values = own(name)(items)
    pointer = farcall.addressof(values).cast(farcall.type_of(f"{name} *"))
    for _ in TIMES:
        for start in ENDS:
            for stop in ENDS:
                for step in (None, 1, 2, 3, -1, -2):
                    cut = slice(start, stop, step)
                    assert values[cut] == items[cut]
                    inside = 0 <= (start or 0) <= 4 and stop is not None and 0 <= stop <= 4
                    if inside and (step is None or step > 0):
                        assert pointer[cut] == items[cut]
        assert (pointer + 4)[-3:0] == items[1:4]
        assert (pointer + 3)[0:-4:-1] == items[::-1]


@pytest.mark.parametrize(("name", "items"), KINDS, ids=WORDS)
def test_items_are_written_as_into_a_list(name: str, items: list[Any]) -> None:
    values, model = own(name)(), own(name)()[:]
    pointer = farcall.addressof(values).cast(farcall.type_of(f"{name} *"))
    for _ in TIMES:
        for start in range(-4, 5):
            for stop in range(-4, 5):
                count = len(model[start:stop])
                for given in (items[:count], tuple(items[4 - count :])):
                    values[start:stop] = given
                    if start <= stop or count:
                        model[start:stop] = given
                    assert values[:] == model
                    if 0 <= start <= stop:
                        pointer[start:stop] = items[:count]
                        model[start:stop] = items[:count]
                        assert values[:] == model
                with pytest.raises(ValueError, match=f"values for a slice of {count} items"):
                    values[start:stop] = [*items, *items][: count + 1]
        values[::2] = items[:2]
        model[::2] = items[:2]
        assert values[:] == model


def test_what_does_not_fit_is_refused_after_what_does() -> None:
    values = own("int8_t")([1, 2, 3, 4])
    for _ in TIMES:
        values[1:3] = [7, 8]
        assert values[:] == [1, 7, 8, 4]
        with pytest.raises(OverflowError, match="item 2: 300 is out of range"):
            values[1:3] = [7, 300]
        with pytest.raises(TypeError, match="item 1 must be an int"):
            values[1:3] = ["7", 8]
        with pytest.raises(TypeError):
            values["1":3]  # type: ignore[misc]
        with pytest.raises(ValueError, match="slice step cannot be zero"):
            values[::0]
        with pytest.raises(TypeError, match="cannot be deleted"):
            del values[1:3]
        assert values[:3] == [1, 7, 8]


def test_a_slice_of_a_pointer_needs_an_end_and_a_target() -> None:
    values = own("int")([1, 2, 3, 4])
    pointer, null = farcall.addressof(values).cast(farcall.type_of("int *")), farcall.type_of("int *")()
    last = farcall.cast("int *", (1 << 8 * farcall.sizeof("void *")) - 16)
    for _ in TIMES:
        assert pointer[0:4] == [1, 2, 3, 4]
        assert null[0:0] == []
        for cut in (slice(0, None), slice(None, None)):
            with pytest.raises(ValueError, match="needs an end"):
                pointer[cut]
        with pytest.raises(NullPointerError):
            null[0:1]
        with pytest.raises(NullPointerError):
            null[0:1] = [1]
        with pytest.raises(OverflowError, match="outside the address space"):
            last[0:5]
        with pytest.raises(OverflowError, match="outside the address space"):
            last[0:5] = [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "act", [lambda it, cut: it[cut], lambda it, cut: it.__setitem__(cut, [5, 6])], ids=["get", "set"]
)
def test_memory_that_an_index_frees_is_not_touched(act: Callable[[Any, slice], object]) -> None:
    for _ in TIMES:
        arena = farcall.arena()
        values = arena.new("int[4]", [1, 2, 3, 4])
        act(values, slice(Number(0, lambda: None), 2))
        act(values, slice(0, 2))
        with pytest.raises(FreedMemoryError):
            act(values, slice(Number(0, arena.close), 2))
        with pytest.raises(FreedMemoryError):
            act(values, slice(0, 2))


def test_an_index_may_change_the_list_that_is_written() -> None:
    values = own("int")()
    given = [1, 2]
    for _ in TIMES:
        values[0:2] = [1, 2]
    with pytest.raises(ValueError, match="3 values for a slice of 2"):
        values[slice(Number(0, lambda: given.append(3)), 2)] = given


def test_what_an_index_raises_comes_out() -> None:
    def fail() -> None:
        raise KeyError("mine")

    values = own("int")()
    for _ in TIMES:
        with pytest.raises(KeyError, match="mine"):
            values[slice(Number(0, fail), 2)]
        with pytest.raises(KeyError, match="mine"):
            farcall.addressof(values).cast(farcall.type_of("int *"))[slice(Number(0, fail), 2)]
        assert values[0:2] == [0, 0]


@pytest.mark.parametrize(("name", "items"), ITEMS, ids=[name for name, _ in ITEMS])
def test_an_array_is_made_of_anything_that_has_its_items(name: str, items: list[Any]) -> None:
    kind = own(name)
    nothing = kind()[:]
    for _ in TIMES:
        assert kind()[:] == nothing
        for given in (items, tuple(items), kind(items), memoryview(kind(items)), iter(items)):
            assert kind(given)[:] == items
        for count in range(4):
            assert kind(items[:count])[:] == [*items[:count], *nothing[count:]]
        with pytest.raises(ValueError, match=r"has 4 items, 5"):
            kind([*items, items[0]])
        with pytest.raises(TypeError):
            kind([object()])
        with pytest.raises(TypeError):
            kind(items, items)
        with pytest.raises(TypeError):
            kind(items=items)
        with pytest.raises(TypeError):
            kind(object())


def test_a_buffer_of_other_items_is_read_one_by_one() -> None:
    kind = own("int")
    pairs = own("int", 2)([258, 1])
    for _ in TIMES:
        assert kind(arrays.array("i", [1, 2, 3, 4]))[:] == [1, 2, 3, 4]
        assert kind(arrays.array("I", [1, 2, 3, 4]))[:] == [1, 2, 3, 4]
        assert kind(arrays.array("h", [1, -2]))[:] == [1, -2, 0, 0]
        assert kind(memoryview(arrays.array("i", range(8)))[::2])[:] == [0, 2, 4, 6]
        assert kind(bytearray(b"\1\2"))[:] == [1, 2, 0, 0]
        with pytest.raises(TypeError, match="must be an int"):
            kind(arrays.array("f", [1, 2, 3, 4]))
        with pytest.raises(OverflowError, match="out of range"):
            kind(arrays.array("I", [1, 2, 3, 0xFFFFFFFF]))
        values = kind([1, 2, 3, 4])
        values[1:3] = arrays.array("i", [7, 8])
        assert values[:] == [1, 7, 8, 4]
        values[1:3] = arrays.array("H", [9, 9])
        assert values[:] == [1, 9, 9, 4]
        values[2:4] = pairs
        assert values[:] == [1, 9, 258, 1]
        with pytest.raises(OverflowError, match="item 2"):
            values[1:3] = arrays.array("I", [9, 0xFFFFFFFF])


def test_an_array_s_own_part_may_be_written_into_it() -> None:
    values = own("int")([1, 2, 3, 4])
    for _ in TIMES:
        values[:] = [1, 2, 3, 4]
        values[1:4] = memoryview(values)[0:3]
        assert values[:] == [1, 1, 2, 3]


def test_classes_that_python_derives_are_called_by_python() -> None:
    kind = own("int")

    class Counted(kind):  # type: ignore[misc, valid-type]
        made = 0

        def __init__(self, items: Any, more: int = 0) -> None:
            kind.__init__(self, items)
            Counted.made += 1 + more

    for turn in TIMES:
        assert kind([1])[:] == [1, 0, 0, 0]
        assert Counted([1, 2], more=1)[:] == [1, 2, 0, 0]
        assert Counted.made == 2 * (turn + 1)


def test_enums_and_pointers_are_items_too() -> None:
    lib = farcall.Library(None)
    lib.cdef("enum shade { LIGHT, DARK }; struct held { int x; };")
    shades, held = lib.types["enum shade[4]"], lib.types.held(7)
    for _ in TIMES:
        values = shades([0, 1, 1])
        values[2:4] = [0, 1]
        assert values[:] == [0, 1, 0, 1]
        many = lib.types["struct held *[2]"]([held, None])
        assert many[0].x == 7
        many[0:2] = [None, held]
        assert not many[0]
        assert [bool(one) for one in many[:]] == [False, True]


def test_numpy_s_arrays_are_copied() -> None:
    numpy = pytest.importorskip("numpy")
    for code, name in (
        ("i4", "int32_t"),
        ("u1", "uint8_t"),
        ("f8", "double"),
        ("c16", "double _Complex"),
        ("f4", "float"),
    ):
        kind, given = own(name), numpy.array([1, 2, 3, 4], code)
        for _ in TIMES:
            assert kind(given)[:] == given.tolist()
            assert kind(given[::-1])[:] == given[::-1].tolist()
            assert kind(given[:2])[:] == [*given[:2].tolist(), 0, 0]
            values = kind()
            values[:] = given
            assert values[:] == given.tolist()
            values[:] = given[::-1]
            assert values[:] == given[::-1].tolist()
            swapped = given.astype(given.dtype.newbyteorder())
            assert kind(swapped)[:] == given.tolist()
            values[:] = swapped
            assert values[:] == given.tolist()
            with pytest.raises(ValueError, match=r"values for a slice of 4|ndarray"):
                values[:] = given[:3]


def test_items_with_parts_are_written_whole_or_not_at_all() -> None:
    rows = own("int", 2)
    for _ in TIMES:
        values = farcall.array(rows, 2)([[1, 2], [3, 4]])
        pointer = farcall.addressof(values[0])
        values[:] = [[9], [8]]
        assert [list(one) for one in values] == [[9, 0], [8, 0]], "of a shorter item the rest is zero"
        pointer[0:2] = [[1, 2], (3,)]
        assert [list(one) for one in values] == [[1, 2], [3, 0]]
        with pytest.raises(TypeError, match="item 1"):
            values[:] = [[7, 7], [6, "x"]]
        assert [list(one) for one in values] == [[7, 7], [3, 0]], "nothing of what is refused"


@pytest.mark.skipif(farcall.sizeof("void *") < 8, reason="C has no __int128")
def test_a_negative_number_is_not_written_into_an_unsigned_int128() -> None:
    values = own("unsigned __int128", 3)([1, 2, 3])
    for _ in TIMES:
        with pytest.raises(OverflowError, match="item 1"):
            values[:] = [1, -2, 3]
        assert values[:] == [1, 2, 3]


def test_a_step_may_be_any_int() -> None:
    code = (
        "import sys, farcall\n"
        "values = farcall.array(farcall.int_, 4)(range(4))\n"
        "pointer = farcall.cast('int *', values)\n"
        "for step in (-sys.maxsize - 1, sys.maxsize, 1 << 80, -(1 << 80)):\n"
        "    assert values[::step] == [*range(4)][::step]\n"
        "    assert pointer[1:4:step] == [0, 1, 2, 3][1:4:step]\n"
    )
    for tier in ("fast", "api"):  # in a new process Python is asked first
        env = {**os.environ, "FARCALL_TIER": tier}
        subprocess.run([sys.executable, "-c", code], env=env, check=True)
    with pytest.raises(ValueError, match="slice step cannot be zero"):
        farcall.cast("int *", own("int")())[0:3:0]


def test_floating_numbers_of_another_format_are_no_bytes_to_copy() -> None:
    numpy = pytest.importorskip("numpy")
    for name, kind in (("__bf16", "f2"), ("__float128", "longdouble")):
        try:
            values = own(name, 3)()
        except farcall.UnsupportedTypeError:  # C has none here
            continue
        given = numpy.array([1, 2, 3.5], kind)
        pointer = farcall.addressof(values).cast(farcall.type_of(f"{name} *"))
        for _ in TIMES:
            values[:] = given
            assert [float(one) for one in values] == [1, 2, 3.5]
            pointer[0:3] = given[::-1].copy()
            assert [float(one) for one in values] == [3.5, 2, 1]
            assert [float(one) for one in type(values)(given)] == [1, 2, 3.5]
            if given.itemsize == farcall.sizeof(name):
                with pytest.raises(TypeError, match="format"):
                    farcall.cdef(f"int abs({name} *numbers);").abs(given)
