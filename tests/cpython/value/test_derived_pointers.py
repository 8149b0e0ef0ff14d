"""Classes of a program's own for pointers to structs: what C gives of the type are instances of them.

A class stands for its type in the whole process for as long as it lives: these tests have types that no other test has.
"""

from __future__ import annotations

import gc
import sys
import weakref
from typing import Any

import pytest

import farcall
from tests.conftest import classes_go

DECLARED = """
typedef struct gadget gadget; gadget *malloc(size_t size); void *memset(gadget *g, int c, size_t n); void free(gadget *g);
struct room { gadget *first; gadget *const fixed; gadget *both[2]; }; typedef int (*visit)(gadget *g, const gadget *same);
"""


@pytest.fixture(params=["fast", "api"])
def lib(request: Any) -> Any:
    made = farcall.Library("libc.so.6", tier=request.param)
    made.cdef(DECLARED)
    return made


def gadget_class(lib: Any) -> Any:
    class Gadget(lib.types["gadget *"]):
        """What C knows as a gadget."""

        @classmethod
        def make(cls, size: int) -> Any:
            return lib.malloc(size)

        def wipe(self) -> Gadget:
            return lib.memset(self, 0, 1) and self

        def free(self) -> None:
            lib.free(self)

    return Gadget


def test_results_are_instances(lib: Any) -> None:
    cls = gadget_class(lib)
    made = cls.make(8)
    assert type(made) is type(made.wipe()) is cls
    assert repr(made) == f"<Gadget {int(made):#x}>"
    made.note = "a program's own"
    assert made.note == "a program's own"
    assert (repr(cls()), bool(cls()), cls(made) == made, hash(cls(made)) == hash(made)) == (
        "<Gadget NULL>",
        False,
        True,
        True,
    )
    with pytest.raises(TypeError, match="parameter 'g'"):
        lib.free(lib.new("struct room"))
    made.free()


def test_fields_items_and_what_pointers_point_to_are(lib: Any) -> None:
    cls = gadget_class(lib)
    gadget = cls.make(8)
    room = lib.new("struct room", (gadget, gadget, [gadget, None]))
    pointer = farcall.addressof(room)
    for found in (room.first, room.fixed, room.both[0], list(room.both)[1], pointer.first, pointer[0].first):
        assert type(found) is cls
    assert (room.first, room.fixed, room.both[1]) == (gadget, gadget, None)
    room.first = None
    room.both[1] = gadget
    assert (bool(room.first), room.both[0:2]) == (False, [gadget, gadget])
    assert {type(one) for one in room.both[0:2]} == {cls}
    array = lib.new("gadget *[3]", [gadget] * 3)
    assert [type(one) for one in array] == [cls] * 3
    assert type(farcall.addressof(array)[0][1]) is cls
    assert (
        type(lib.cast("gadget *", int(gadget)))
        is type(lib.new("gadget *", gadget))
        is type(farcall.cast(cls, 8))
        is cls
    )
    gadget.free()


def test_callbacks_get_new_ones(lib: Any) -> None:
    cls, seen = gadget_class(lib), []

    def visit(gadget: Any, same: Any) -> int:
        seen.append((type(gadget), hasattr(gadget, "note")))
        gadget.note = "must not be there in the next call"
        return int(gadget == same)

    call = farcall.function(lib.new("visit", visit), tier=lib._tier)
    gadget = cls.make(8)
    assert [call(gadget, gadget) for _ in range(4)] == [1] * 4
    assert seen == [(cls, False)] * 4
    gadget.free()


def test_instances_go_as_all_objects_do(lib: Any) -> None:
    cls = gadget_class(lib)
    gadget = cls.make(8)
    room = lib.new("struct room", {"first": gadget})
    lib.memset(room.first, 0, 1)  # from now on code and descriptors know the class
    before = sys.getrefcount(cls)
    for _ in range(50):
        assert room.first
        lib.memset(gadget, 0, 1)
    assert sys.getrefcount(cls) == before
    round_about = room.first
    round_about.itself = round_about
    gone = weakref.ref(round_about)
    del round_about
    gc.collect()
    assert gone() is None
    gadget.free()


def test_a_class_that_is_derived_again_is_not_taken_and_one_that_is_written_anew_is(lib: Any) -> None:
    cls = gadget_class(lib)

    class Special(cls):
        pass

    made = lib.malloc(8)
    assert type(made) is cls
    assert type(Special(made)) is Special
    assert repr(lib.types["gadget *"]) == "<class 'farcall.struct gadget *'>"
    again = gadget_class(lib)
    assert type(lib.function("gadget *malloc(size_t)")(8)) is again
    again(made).free()


@classes_go
def test_a_class_that_is_gone_gives_way(lib: Any) -> None:
    gadget_class(lib)
    gc.collect()
    made = lib.malloc(8)
    assert repr(made) == f"<struct gadget * {int(made):#x}>"
    lib.free(made)


def test_pointers_to_complete_structs(lib: Any) -> None:
    lib.cdef("struct couple { int a, b; }; struct couple *calloc(size_t n, size_t size);")

    class Couple(lib.types["struct couple *"]):
        @property
        def sum(self) -> int:
            return int(self.a + self.b)

    made = lib.calloc(2, 8)
    made.a, made.b = 3, 4
    assert (made.sum, made[0], type(made + 1), (made + 1) - made, made < made + 1) == (7, made[0], Couple, 1, True)
    assert type(farcall.addressof(lib.types.couple(1, 2))) is type(farcall.addressof(lib.types.couple(1, 2))) is Couple
    lib.function("void free(void *)")(made)


def test_pointers_to_numbers_stay_what_they_are() -> None:
    class Numbers(farcall.pointer(farcall.int_)):  # type: ignore[misc]
        pass

    assert type(farcall.addressof(farcall.int_(5))) is farcall.pointer(farcall.int_)
    assert Numbers(farcall.addressof(farcall.int_(5)))[0] == 5


@classes_go
def test_a_class_is_derived_again_where_an_earlier_one_is_gone(lib: Any) -> None:
    lib.cdef("struct trio { int a, b, c; }; struct trio *calloc(size_t n, size_t size);")
    for name, text, sizes in (
        ("gadget *", "gadget *malloc(size_t)", (8,)),
        ("struct trio *", "struct trio *calloc(size_t, size_t)", (1, 12)),
    ):
        plain = lib.types[name]
        for number in range(3):
            cls = type(f"Derived{number}", (plain,), {})
            made = lib.function(text)(*sizes)
            assert type(made) is cls
            del made, cls
            gc.collect()
            assert type(lib.function(text)(*sizes)) is plain
