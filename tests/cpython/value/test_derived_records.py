"""Classes of a program's own for structs and unions: what C gives of the type are instances of them.

A class stands for its type in the whole process for as long as it lives: these tests have types that no other test has.
"""

from __future__ import annotations

import copy
import gc
import itertools
import pickle
import re
import sys
import weakref
from typing import Any

import pytest

import farcall
from tests.conftest import classes_go

numbers = itertools.count()

DECLARED = """
typedef struct { int quot, rem; } ratio; ratio div(int, int);
typedef struct { ratio one, two[2]; const ratio fixed; } ratios; typedef int (*weigh)(ratio r, const ratio *same);
ratio *calloc(size_t n, size_t size); void *memset(ratio *r, int c, size_t n); void free(void *);
typedef union { int whole; char c[4]; } either; typedef struct { either first; } eithers;
typedef struct { _Alignas(64) int at; } distant; typedef struct { distant first; int more; } distants;
typedef struct { int n; int items[]; } row;
"""


@pytest.fixture(params=["fast", "api"])
def lib(request: Any) -> Any:
    made = farcall.Library("libc.so.6", tier=request.param)
    # types of its own for each test: what was bound before gives what it gave
    made.cdef(re.sub(r"(struct|union) \{", lambda found: f"{found[1]} derived_{next(numbers)} {{", DECLARED))
    return made


def ratio_class(lib: Any) -> Any:
    class Ratio(lib.types.ratio):
        """A quotient with its rest."""

        def __init__(self, text: str = "0 0") -> None:
            super().__init__(*map(int, text.split()))

        def sum(self) -> int:
            return int(self.quot + self.rem)

    return Ratio


def test_results_are_instances(lib: Any) -> None:
    cls = ratio_class(lib)
    made = lib.div(17, 5)
    assert (type(made), made.sum(), repr(made), made == lib.types.ratio(3, 2)) == (cls, 5, "Ratio(quot=3, rem=2)", True)
    made.note = "a program's own"
    assert made.note == "a program's own"
    assert not hasattr(lib.div(17, 5), "note")
    assert (cls("1 2").sum(), type(lib.types.ratio(1, 2))) == (3, lib.types.ratio)
    assert type(lib.new("ratio", (1, 2))) is type(lib.new("ratio")) is cls
    assert type(farcall.new(cls, {"rem": 2})) is cls


def test_fields_items_views_and_what_pointers_point_to_are(lib: Any) -> None:
    cls = ratio_class(lib)
    all_ = lib.new("ratios", {"one": (1, 2), "two": [cls("3 4"), {"rem": 5}], "fixed": lib.types.ratio(6, 7)})
    at = farcall.addressof(all_)
    for _ in range(3):
        for found, sum in (
            (all_.one, 3), (all_.two[0], 7), (list(all_.two)[1], 5), (at.one, 3), (at[0].one, 3), (at.contents.one, 3),
            (farcall.addressof(all_.one)[0], 3), (farcall.addressof(all_.one).contents, 3), (all_.two[0:2][1], 5),
            (lib.new("ratios", all_).one, 3), (farcall.view(cls, farcall.addressof(all_.one)), 3),
        ):  # fmt: skip
            assert (type(found), found.sum()) == (cls, sum)
    all_.one.quot = 10
    all_.two[1] = lib.types.ratio(20, 0)
    all_.two = [(1, 1), cls("20 0")]
    assert (all_.one.sum(), all_.two[1].sum()) == (12, 20)
    pointer = lib.calloc(1, 8)
    assert pointer[0].sum() == 0
    lib.memset(pointer, 1, 1)
    assert pointer.contents.sum() == 1 or sys.byteorder == "big"
    lib.free(pointer)


def test_const_values_are(lib: Any) -> None:
    cls = ratio_class(lib)
    fixed = lib.new("ratios", {"fixed": (6, 7)}).fixed
    assert (fixed.sum(), isinstance(fixed, cls), type(fixed).__name__, memoryview(fixed).readonly) == (
        13,
        True,
        "Ratio",
        True,
    )
    with pytest.raises(TypeError, match="const"):
        fixed.quot = 1
    with pytest.raises(TypeError, match="const"):
        lib.memset(fixed, 0, 1)
    mine = copy.copy(fixed)
    mine.quot = 1
    assert (type(mine), mine.sum()) == (cls, 8)


def test_callbacks_get_new_ones_and_give_them(lib: Any) -> None:
    cls, seen = ratio_class(lib), []

    def weigh(ratio: Any, same: Any) -> int:
        seen.append((type(ratio), isinstance(same[0], cls), hasattr(ratio, "note")))
        ratio.note = "must not be there in the next call"
        return int(ratio.sum() + same[0].sum())

    call = farcall.function(lib.new("weigh", weigh), tier=lib._tier)
    assert [call(cls("1 2"), lib.types.ratio(3, 4)) for _ in range(4)] == [10] * 4
    assert [call((1, 2), cls("3 4")) for _ in range(4)] == [10] * 4
    assert seen == [(cls, True, False)] * 8
    back = farcall.Closure(lambda a, b: cls(f"{a} {b}"), lib.types["ratio (*)(int, int)"])
    assert farcall.function(back, tier=lib._tier)(5, 6).sum() == 11


def test_instances_go_as_all_objects_do(lib: Any) -> None:
    cls = ratio_class(lib)
    all_ = lib.new("ratios")
    assert all_.one.sum() == lib.div(0, 1).sum() == 0
    before = sys.getrefcount(cls)
    for _ in range(50):
        assert all_.one == lib.div(0, 1)
    assert sys.getrefcount(cls) == before
    round_about = lib.div(1, 2)
    round_about.itself = round_about
    gone = weakref.ref(round_about)
    del round_about
    gc.collect()
    assert gone() is None


@classes_go
def test_a_class_that_is_gone_gives_way(lib: Any) -> None:
    ratio_class(lib)
    gc.collect()
    made = lib.div(17, 5)
    assert type(made) is lib.types.ratio
    cls = ratio_class(lib)
    assert type(lib.function("ratio div(int, int)")(17, 5)) is cls


def test_unions_aligned_and_flexible_ones(lib: Any) -> None:
    class Either(lib.types.either):
        __slots__ = ()

        def text(self) -> bytes:
            return bytes(self.c)

    class Distant(lib.types.distant):
        pass

    class Row(lib.types.row):
        pass

    assert lib.new("eithers", {"first": Either(c=b"abcd")}).first.text() == b"abcd"
    assert type(lib.new("distants", {"first": (5,)}).first) is type(lib.new("distant", (5,))) is Distant
    assert int(farcall.addressof(lib.new("distant"))) % 64 == 0
    row = lib.new("row", (2, [1, 2]))
    assert (type(row), list(row.items), type(copy.copy(row)), list(copy.copy(row).items)) == (Row, [1, 2], Row, [1, 2])


class Known(farcall.cdef("typedef struct { int a, b; } known_pair;").types.known_pair):  # type: ignore[misc]
    """Which pickle finds by its name."""


def test_pickles_and_copies() -> None:
    made = farcall.view(Known, bytearray(bytes(Known(1, 2))))
    for one in (made, Known(1, 2), farcall.view(Known, bytearray(8))):
        again = pickle.loads(pickle.dumps(one))
        assert (type(again), again) == (Known, one)
        assert type(copy.copy(one)) is type(copy.deepcopy(one)) is Known
