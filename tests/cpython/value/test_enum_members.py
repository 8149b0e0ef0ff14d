"""What is read of an enumeration is a member, once a class of them was asked for: fields, items, bit-fields, scalars, variables."""

from __future__ import annotations

import copy
import enum
import itertools
from typing import Any

import pytest

import farcall
from tests.conftest import Load

numbers = itertools.count()
DECLARED = """
enum {0} {{ {0}_RED, {0}_GREEN = 5, {0}_BLUE = -1 }}; enum {1} {{ {1}_A = 1, {1}_B = 2, {1}_C = 0x80000000 }};
struct shelf {{
    enum {0} one; enum {1} flags; enum {0} four[4]; enum {0} part : 4; enum {1} bits : 3; const enum {0} fixed; char c;
}};
union odd {{ enum {0} one; int number; }};
"""


class Shop:
    """A library with enumerations that no other test has, and structs of them."""

    def __init__(self, tier: str) -> None:
        self.color, self.flags = f"color_{next(numbers)}", f"flags_{next(numbers)}"
        self.lib: Any = farcall.Library("libc.so.6", tier=tier)
        self.lib.cdef(DECLARED.format(self.color, self.flags))

    def classes(self) -> tuple[Any, Any]:
        return self.lib.enum(self.color), self.lib.enum(self.flags, flag=True)


@pytest.fixture(params=["fast", "api"])
def shop(request: Any) -> Any:
    return Shop(request.param)


def shelf(shop: Any) -> Any:
    return shop.lib.new(
        "struct shelf", {"one": 5, "flags": 3, "four": [0, 5, -1, 7], "part": 5, "bits": 3, "fixed": -1}
    )


def test_fields_of_structs_and_through_pointers(shop: Any) -> None:
    made = shelf(shop)
    through = farcall.addressof(made)
    assert {type(value) for value in (made.one, through.one, made.part, made.four[0], made.fixed)} == {int}
    color, flags = shop.classes()
    green, blue = color(5), color(-1)
    for _ in range(3):
        for found in (made, through, through[0], copy.copy(made)):
            assert found.one is found.part is green
            assert found.fixed is blue
            assert found.flags is found.bits is flags(3)
            assert isinstance(found.flags, enum.IntFlag)
        made.one = color(0)
        assert made.one is color(0)
        made.one = 7
        assert (made.one, type(made.one)) == (7, int)
        made.one = made.part = green
        made.bits = flags(1) | flags(2)
    assert repr(made).startswith(f"shelf(one=<{shop.color}.{shop.color}_GREEN: 5>")
    with pytest.raises(OverflowError):
        made.part = 8
    assert next(iter(made)) is made._asdict()["one"] is green
    made.flags = 4
    assert type(made.flags) in (int, flags)  # as the Python says of numbers that are not flags
    made.flags = 0x80000000
    assert made.flags is flags(0x80000000)


def test_items_and_slices(shop: Any) -> None:
    made = shelf(shop)
    assert made.four[0:2] == [0, 5]
    before = [made.four[1], *made.four[1:2], *made.four]
    assert {type(value) for value in before} == {int}
    color, _ = shop.classes()
    pointer = farcall.cast(farcall.pointer(color), made.four)
    for _ in range(3):
        for found in (list(made.four), made.four[:], made.four[0:4:1], pointer[0:4], [pointer[n] for n in range(4)]):
            assert found == [0, 5, -1, 7]
            assert [type(value) for value in found] == [color, color, color, int]
        assert made.four[::-1][2] is made.four[-3] is color(5)
    made.four[0:2] = [color(5), 0]
    made.four[3] = color(-1)
    assert made.four == [color(5), color(0), color(-1), color(-1)]
    assert farcall.array(color, 2)([0, 5])[1] is color(5)


def test_scalars_and_unions(shop: Any) -> None:
    color, _ = shop.classes()
    for text in (f"enum {shop.color}", f"const enum {shop.color}"):
        scalar = shop.lib.new(text, 5)
        assert scalar.value is color(5)
        assert (int(scalar), scalar == 5, bool(scalar)) == (5, True, True)
    scalar = shop.lib.new(f"enum {shop.color}")
    scalar.value = color(-1)
    assert scalar.value is farcall.addressof(scalar)[0] is farcall.addressof(scalar).contents.value is color(-1)
    odd = shop.lib.new("union odd", {"number": 5})
    assert odd.one is color(5)


def test_variables(load_c: Load) -> None:
    lib = load_c(
        "enum hue { DARK, LIGHT = 3 } hue = LIGHT, both[2] = { LIGHT };",
        "enum hue { DARK, LIGHT = 3 }; enum hue hue, both[2];",
    )
    assert (lib.hue, type(lib.hue)) == (3, int)
    hue = lib.enum("hue")
    for _ in range(3):
        assert lib.hue is lib.both[0] is hue.LIGHT
        lib.hue = hue.DARK
        assert lib.hue is hue.DARK
        lib.hue = 3


def test_the_newest_class_is_meant_and_of_a_like_declaration_too(shop: Any) -> None:
    first, _ = shop.classes()
    again = Shop(shop.lib._tier)
    again.color, again.flags = shop.color, shop.flags
    again.lib = farcall.Library("libc.so.6", tier=shop.lib._tier)
    again.lib.cdef(DECLARED.format(shop.color, shop.flags))
    made = shelf(again)
    assert made.one is first(5)
    second, _ = again.classes()
    assert made.one is shelf(shop).one is second(5)


def test_what_a_class_of_flags_raises_is_raised(shop: Any) -> None:
    _, flags = shop.classes()
    made = shelf(shop)

    class Broken(enum.IntFlag):
        A = 1

        @classmethod
        def _missing_(cls, value: object) -> Any:
            raise ZeroDivisionError

    from farcall.cpython.value.enum_members import Members, remember_members

    remember_members(flags.__ctype__, Members(Broken, True))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            _ = made.flags


def test_callbacks_get_members(load_c: Load) -> None:
    """Closures that are there already, too: the enumeration is looked at when C calls."""
    lib = load_c(
        "enum closure_tint { PALE, DARK = 7 };"
        "int tell(int (*f)(enum closure_tint, const char *, enum closure_tint), int n)"
        '{ return f((enum closure_tint) n, "x", PALE); }',
        "enum closure_tint { PALE, DARK = 7 };"
        "int tell(int (*f)(enum closure_tint, const char *, enum closure_tint), int n);",
    )
    seen: list[Any] = []

    def callback(first: Any, text: str, second: Any) -> int:
        seen.append((first, text, second))
        return first + 1  # type: ignore[no-any-return]

    closure = farcall.Closure(callback, lib.types["int (*)(enum closure_tint, const char *, enum closure_tint)"])
    assert lib.tell(closure, 7) == 8
    assert [type(value) for value in seen.pop()] == [int, str, int]
    Tint = lib.enum("closure_tint")
    for given in (closure, callback):
        for number in (7, 7, 3):
            assert lib.tell(given, number) == number + 1
            first, text, second = seen.pop()
            assert (first, text, second is Tint.PALE) == (number, "x", True)
            assert (first is Tint.DARK) == (number == 7)
    plain = farcall.Closure(lambda n: seen.append(n) or 0, "int (*)(unsigned)")
    assert plain(7) == 0
    assert type(seen.pop()) is int
