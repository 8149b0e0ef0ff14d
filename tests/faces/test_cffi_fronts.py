"""`ffi.new`, `cast`, `string`, `buffer` and `gc` answer the same however often they were called: what Python answers first,
generated code does later, and what is unusual Python answers always."""

from __future__ import annotations

import gc
import sys
import weakref
from array import array
from typing import Any

import pytest

pytest.importorskip("cffi", reason="needs cffi's Python files")

from farcall.cffi import FFI, CDefError

#: So often that code is made in between.
TIMES = 6


@pytest.fixture(scope="module")
def ffi() -> Any:
    made = FFI()
    made.cdef(
        "struct fronted { int x; struct fronted *next; char name[4]; }; struct tail { int n; int items[]; };"
        "enum colour { RED, GREEN }; union both { int i; float f; };"
        "struct small { signed int one : 1, two : 2; unsigned char three : 3; float wide; };"
    )
    return made


def test_new_of_one_thing(ffi: Any) -> None:
    for number in range(TIMES):
        assert ffi.new("int *")[0] == 0
        assert ffi.new("int *", number)[0] == ffi.new("int *", init=number)[0] == number
        assert ffi.new("struct fronted *", {"x": number}).x == number
        one = ffi.new("struct fronted *", None)
        assert (one.x, one.next) == (0, ffi.NULL)
        assert ffi.new(ffi.typeof("struct fronted **"), one)[0] == one
        assert repr(ffi.new("short *")) == "<cdata 'short *' owning 2 bytes>"
        assert repr(one[0]) == "<cdata 'struct fronted' owning 24 bytes>"
        with pytest.raises(OverflowError):
            ffi.new("signed char *", 128)
        with pytest.raises(TypeError):
            ffi.new("int *", "text")


def test_new_of_arrays(ffi: Any) -> None:
    for number in range(TIMES):
        for count in (0, 1, number, 1000):
            some = ffi.new("int[]", count)
            assert (len(some), list(some), ffi.sizeof(some)) == (count, [0] * count, 4 * count)
        assert list(ffi.new("int[3]")) == [0, 0, 0]
        assert list(ffi.new("int[]", [1, 2])) == list(ffi.new("int[]", (1, 2))) == [1, 2]
        assert len(ffi.new("int[]", True)) == 1
        assert len(ffi.new("char[]", 5)) == 5
        assert bytes(ffi.buffer(ffi.new("char[]", b"a\0b"))) == b"a\0b\0"
        assert len(ffi.new("struct fronted[]", number)) == number
        assert ffi.new("double[]", [0.5])[0] == 0.5
        for odd, error in ((-1, ValueError), (1 << 70, OverflowError), (None, TypeError), ("x", TypeError)):
            with pytest.raises(error):
                ffi.new("int[]", odd)
        with pytest.raises(TypeError):
            ffi.new("int[]", b"bytes")
        with pytest.raises(IndexError):
            ffi.new("int[]", number)[number]


def test_new_of_structs(ffi: Any) -> None:
    changing: list[Any] = [1, ffi.NULL]

    class Shrinking:
        def __index__(self) -> int:
            changing.clear()
            return 5

    for _ in range(TIMES):
        first = ffi.new("struct fronted *", {"name": b"abc", "x": 7})
        for given in ([1, first, b"abcd"], (1, first, b"abcd"), {"x": 1, "next": first, "name": b"abcd"}):
            made = ffi.new("struct fronted *", given)
            assert (made.x, made.next.x, bytes(ffi.buffer(made.name))) == (1, 7, b"abcd")
            assert ffi.new("struct fronted *", made[0]).next == first
        for nothing in ([], (), {}):
            assert ffi.new("struct fronted *", nothing).x == 0
        assert ffi.new("union both *", [5]).i == ffi.new("union both *", {"i": 5}).i == 5
        assert ffi.new("union both *", {"f": 0.5}).f == 0.5
        for odd, error in (
            ({"y": 1}, KeyError), ({"_kept": 1}, KeyError), ({1: 1}, KeyError), ([1, 2], TypeError),
            ({"x": 1 << 31}, OverflowError), ((1, first, b"abc", 4), ValueError), (5, TypeError), ({"name": b"abcde"}, IndexError),
        ):  # fmt: skip
            with pytest.raises(error):
                ffi.new("struct fronted *", odd)
        with pytest.raises(ValueError, match="too many"):
            ffi.new("union both *", [1, 2])
        assert (
            ffi.new(ffi.typeof("struct fronted *"), (3,)).x == 3
        )  # known by the type as well, which leaves what the text knows
        assert [ffi.new("struct fronted *", (number, first)).x for number in range(TIMES)] == list(range(TIMES))
        changing[:] = Shrinking(), first
        assert ffi.new("struct fronted *", changing).x in (0, 5)


def test_memmove_and_unpack(ffi: Any) -> None:
    room, numbers, text = ffi.new("char[8]"), ffi.new("int[]", [1, -2, 3]), ffi.new("char *", b"c")
    for number in range(TIMES):
        assert ffi.memmove(room, b"abcdefgh", 8) is None
        ffi.memmove(room + 1, room, 4)
        assert ffi.unpack(room, 8) == bytes(ffi.buffer(room)) == b"aabcdfgh"
        ffi.memmove(dest=room, src=bytearray(b"xy"), n=2)
        assert ffi.unpack(room, 3) == b"xyb"
        into = bytearray(4)
        ffi.memmove(into, numbers + 1, 4)
        assert int.from_bytes(into, sys.byteorder, signed=True) == -2
        assert ffi.unpack(numbers, 3) == ffi.unpack(ffi.cast("int *", numbers), length=3) == [1, -2, 3]
        assert ffi.unpack(ffi.new("double[]", [0.5, number]), 2) == [0.5, number]
        assert (ffi.unpack(numbers, 0), ffi.unpack(text, 1)) == ([], b"c")
        assert [one.x for one in ffi.unpack(ffi.new("struct fronted[2]"), 2)] == [0, 0]
        with pytest.raises(ValueError, match="negative"):
            ffi.memmove(room, b"ab", -1)
        with pytest.raises(ValueError, match="negative"):
            ffi.unpack(numbers, -1)
        for odd in (5, "text", None, ffi.cast("int", 5)):
            with pytest.raises(TypeError):
                ffi.memmove(room, odd, 1)
            with pytest.raises(TypeError):
                ffi.unpack(odd, 1)
        with pytest.raises(RuntimeError):
            ffi.unpack(ffi.cast("int *", 0), 1)
        with pytest.raises(BufferError):
            ffi.memmove(b"const", room, 1)


def test_sizes_and_types_that_are_known(ffi: Any) -> None:
    one, some, tail = ffi.new("struct fronted *"), ffi.new("int[]", 3), ffi.new("struct tail *", [1, [2, 3]])
    for number in range(TIMES):
        assert ffi.sizeof("struct fronted") == ffi.sizeof(ffi.typeof("struct fronted")) == ffi.sizeof(one[0]) == 24
        assert (ffi.sizeof(one), ffi.sizeof(some), ffi.sizeof(tail[0])) == (8, 12, 12)
        assert ffi.sizeof(ffi.new("int[]", number)) == 4 * number
        assert ffi.sizeof(ffi.cast("short", 1)) == 2
        assert ffi.sizeof(ffi.cast("int", 1)) == 4
        assert ffi.typeof(one) is ffi.typeof("struct fronted *")
        assert ffi.typeof(some) is ffi.typeof("int[]")
        assert ffi.typeof(ffi.cast("short", 1)) is ffi.typeof("short") is not ffi.typeof(ffi.cast("int", 1))
        for odd in (5, None, [], len):
            with pytest.raises((TypeError, AttributeError)):
                ffi.typeof(odd)
            with pytest.raises(TypeError):
                ffi.sizeof(odd)


def test_new_of_what_cannot_be_made(ffi: Any) -> None:
    for _ in range(TIMES):
        for odd in ("int", "void *", "struct unknown *", "int(*)(int)"):
            with pytest.raises((TypeError, CDefError)):
                ffi.new(odd)
        with pytest.raises(TypeError):
            ffi.new()
        with pytest.raises(TypeError):
            ffi.new([])
        with pytest.raises(TypeError):
            ffi.new(None)
        with pytest.raises(TypeError):
            ffi.cast(None, 1)
        with pytest.raises(TypeError):
            ffi.new("int *", 1, 2)
        assert len(ffi.new("struct tail *", [1, [2, 3]]).items) == 2


def test_memory_is_zeroed_and_lives_as_long_as_what_is_made_of_it(ffi: Any) -> None:
    for number in range(TIMES):
        first = ffi.new("struct fronted[]", 3)
        part = first[1].name
        part[0] = b"%d" % number
        del first
        gc.collect()
        assert ffi.string(part) == b"%d" % number
        whole = ffi.cast("void *", ffi.new("long *", number))
        gc.collect()
        assert ffi.cast("long *", whole)[0] == number


def test_cast(ffi: Any) -> None:
    text = ffi.new("char[]", b"text")
    for number in range(TIMES):
        pointer = ffi.cast("void *", text)
        assert pointer == text
        assert ffi.cast("char *", pointer)[1] == b"e"
        assert ffi.cast("void *", number) == ffi.cast("char *", number)
        assert int(ffi.cast("uintptr_t", ffi.cast("void *", -1))) == 2 ** (8 * ffi.sizeof("void *")) - 1
        assert int(ffi.cast("uintptr_t", ffi.cast("void *", 1 << 31))) == 1 << 31
        assert int(ffi.cast("unsigned char", 256 + number)) == number
        assert ffi.string(ffi.cast("enum colour", 1)) == "GREEN"
        for odd in ("text", 1.5, [], None):
            with pytest.raises(TypeError):
                ffi.cast("void *", odd)


def test_string(ffi: Any) -> None:
    kept = ffi.new("char[]", b"hello")
    full = ffi.new("char[4]", b"full")
    for _ in range(TIMES):
        assert ffi.string(kept) == ffi.string(ffi.cast("char *", kept)) == ffi.string(cdata=kept) == b"hello"
        assert ffi.string(kept, 2) == ffi.string(kept, maxlen=2) == b"he"
        assert ffi.string(full) == b"full"
        assert ffi.string(ffi.new("unsigned char[2]", [65, 66])) == b"AB"
        assert ffi.string(ffi.new("wchar_t[]", "wide")) == "wide"
        assert ffi.string(kept[0:3]) == b"hel"
        for odd, error in (
            (ffi.NULL, TypeError),
            (ffi.cast("char *", 0), RuntimeError),
            (5, TypeError),
            (b"", TypeError),
        ):
            with pytest.raises(error):
                ffi.string(odd)


def test_buffer(ffi: Any) -> None:
    kept, number = ffi.new("char[]", b"hello"), ffi.new("int *", 5)
    for _ in range(TIMES):
        shown = ffi.buffer(kept)
        assert (shown[:], shown[1:3], shown[-3:], shown[::2], shown[4:1]) == (b"hello\0", b"el", b"lo\0", b"hlo", b"")
        assert (shown[1], shown[-1], len(shown), isinstance(shown, ffi.buffer)) == (b"e", b"\0", 6, True)
        assert len(ffi.buffer(number)) == len(ffi.buffer(cdata=number)) == 4
        assert ffi.buffer(number, 2)[:] == ffi.buffer(number)[:2]
        for odd in (6, -7):
            with pytest.raises(IndexError):
                shown[odd]
        for odd in ("x", None):
            with pytest.raises((TypeError, AttributeError)):
                shown[odd]
        for odd in (5, b"", ffi.cast("void *", 0), ffi.cast("int", 1)):
            with pytest.raises(TypeError):
                ffi.buffer(odd)
    shown = ffi.buffer(ffi.new("char[]", b"alone"))
    gc.collect()
    assert shown[:] == b"alone\0"


def test_pointers_to_anything_are_stored(ffi: Any) -> None:
    one, some, any_of = ffi.new("struct fronted *"), ffi.new("struct fronted *[2]"), ffi.new("void *[1]")
    for _ in range(TIMES):
        for given in (ffi.NULL, one, ffi.cast("void *", one)):
            one.next = some[1] = any_of[0] = given
            assert one.next == some[1] == any_of[0] == given
        any_of[0] = ffi.new("int[3]")
        for odd in (ffi.new("int *"), 5, b"text", one[0]):
            with pytest.raises(TypeError):
                one.next = odd
            with pytest.raises(TypeError):
                some[0] = odd
        for odd in (5, b"text", one[0], ffi.cast("long", 1)):
            with pytest.raises(TypeError):
                any_of[0] = odd


def test_from_buffer(ffi: Any) -> None:
    numbers = array("i", [1, 2, 3])
    for _ in range(TIMES):
        text = ffi.from_buffer(b"text")
        assert (len(text), text[1], ffi.string(text), ffi.buffer(text)[:]) == (4, b"e", b"text", b"text")
        assert repr(text) == "<cdata 'char[]' buffer len 4 from 'bytes' object>"
        assert repr(ffi.from_buffer(memoryview(b"x"))) == "<cdata 'char[]' buffer len 1 from 'memoryview' object>"
        shown = ffi.from_buffer("int[]", numbers, require_writable=True)
        shown[1] += 1
        assert list(shown) == numbers.tolist()
        assert ffi.from_buffer("int *", numbers)[0] == 1
        with ffi.from_buffer("int[2]", numbers) as first:
            assert (len(first), ffi.sizeof(first)) == (2, 8)
            with pytest.raises(BufferError):
                numbers.append(4)
        assert "RELEASED" in repr(first)
        del shown, first
        gc.collect()
        with pytest.raises(BufferError):
            ffi.from_buffer("char[]", b"const", require_writable=True)
        for odd, error in (("text", TypeError), (5, TypeError), (memoryview(b"abc")[::2], BufferError)):
            with pytest.raises(error):
                ffi.from_buffer(odd)
        with pytest.raises(ValueError, match="too small"):
            ffi.from_buffer("int[4]", numbers)
    numbers.append(5)
    kept = ffi.from_buffer(bytearray(b"kept"))
    part = kept + 1
    del kept
    gc.collect()
    assert part[0] == b"e"


def test_gc(ffi: Any) -> None:
    gone: list[Any] = []
    for number in range(TIMES):
        origin = ffi.new("int *", number)
        pointer = ffi.gc(ffi.cast("int *", origin), lambda it: gone.append(it[0]))
        assert pointer[0] == number
        assert gone == list(range(number))
        del pointer
        assert gone == list(range(number + 1))
    called_off = ffi.gc(ffi.cast("int *", 8), gone.append)
    assert ffi.gc(called_off, None) is None
    del called_off
    assert len(gone) == TIMES
    released = ffi.gc(ffi.cast("int *", 8), lambda it: gone.append("released"))
    ffi.release(released)
    ffi.release(released)
    assert gone[TIMES:] == ["released"]
    for odd in (5, ffi.cast("int", 5), None):
        with pytest.raises(TypeError):
            ffi.gc(odd, gone.append)


def test_gc_of_all_that_has_an_address(ffi: Any) -> None:
    gone: list[Any] = []
    numbers, fixed = ffi.new("int[]", [1, 2, 3]), ffi.new("int[3]")
    for origin in (numbers, fixed, ffi.new("struct fronted *"), ffi.new("struct fronted *")[0], numbers + 1, ffi.NULL):
        for time in range(TIMES):
            made = ffi.gc(origin, gone.append)
            assert made == origin or origin == ffi.NULL
            assert ffi.typeof(made) is ffi.typeof(origin)
            kept = ffi.cast("void *", made) if ffi.typeof(origin).kind != "struct" else ffi.addressof(made)
            del made
            assert len(gone) == time
            del kept
            assert [one == origin for one in gone] == [True] * (time + 1)
        gone.clear()
    owned = ffi.gc(numbers, gone.append)
    assert (len(owned), list(owned), owned[2]) == (3, [1, 2, 3], 3)
    with pytest.raises(IndexError):
        owned[3]
    again = ffi.gc(owned, gone.append)
    del owned
    assert not gone
    del again
    assert len(gone) == 1
    gone.pop()
    assert gone == [numbers]


def test_what_a_destructor_raises_is_shown(ffi: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: shown.append(told.exc_value.args))

    def fail(cdata: Any) -> None:
        raise ValueError(cdata[0])

    for number in range(TIMES):
        ffi.gc(ffi.new("int *", number), fail)
    assert shown == [(number,) for number in range(TIMES)]
    for _ in range(TIMES):  # which leaves the exception alone that is under way
        with pytest.raises(KeyError, match="first"):
            _raise_over(ffi.gc(ffi.new("int *", 1), fail))
    assert len(shown) == 2 * TIMES


def _raise_over(cdata: Any) -> None:
    raise {"first": 1}["second"] if cdata == 0 else KeyError("first")


def test_a_destructor_in_a_circle_is_called(ffi: Any) -> None:
    gone: list[Any] = []

    class Holder:
        def close(self, cdata: Any) -> None:
            gone.append(cdata[0])

    for number in range(TIMES):
        holder: Any = Holder()
        holder.cdata = ffi.gc(ffi.new("int *", number), holder.close)
        del holder
        gc.collect()
    assert gone == list(range(TIMES))


def test_what_data_refer_to_is_let_go(ffi: Any) -> None:
    class Length(int): ...

    for _ in range(TIMES):
        made = ffi.new("struct fronted *")
        reference = weakref.ref(made)
        part = made[0]
        assert part.next == ffi.NULL
        del part, made
        assert reference() is None
        assert len(ffi.new("char[]", Length(7))) == 7


def test_members_that_farcall_reads_as_cffi_does(ffi: Any) -> None:
    one = ffi.new("struct small *", {"one": 1, "two": -2, "three": 7, "wide": 0.5})
    for data in (one, one[0]) * TIMES:
        assert (data.one, data.two, data.three, data.wide) == (-1, -2, 7, 0.5)
        for name, value, held in (
            ("one", 1, -1),
            ("one", 0, 0),
            ("two", 1, 1),
            ("three", True, 1),
            ("wide", 3, 3.0),
            ("wide", 1e300, float("inf")),
        ):
            setattr(data, name, value)
            assert getattr(data, name) == held
        for name, odd, error in (
            ("one", 2, OverflowError), ("two", 2, OverflowError), ("three", 8, OverflowError), ("three", -1, OverflowError),
            ("three", 1.5, TypeError), ("wide", "1", TypeError), ("two", None, TypeError),
        ):  # fmt: skip
            with pytest.raises(error):
                setattr(data, name, odd)
        with pytest.raises((AttributeError, TypeError)):
            del data.two
        data.one, data.two, data.three, data.wide = -1, -2, 7, 0.5
    with pytest.raises(RuntimeError):
        assert ffi.cast("struct small *", 0).three


def test_a_derived_ffi_keeps_its_own_methods() -> None:
    class Counting(FFI):  # type: ignore[misc]
        made = 0

        def new(self, *args: Any) -> Any:
            self.made += 1
            return super().new(*args)

    ffi = Counting()
    assert [ffi.new("int *", number)[0] for number in range(TIMES)] == list(range(TIMES))
    assert ffi.made == TIMES
