"""Callbacks of both faces beside the real ones': what the callable is given, what C gets, what is told of exceptions."""

from __future__ import annotations

import ctypes as real
import gc
import weakref
from typing import Any

import pytest

import farcall.ctypes as ours

#: Values that a callable returns, each for every kind of result.
RETURNED = (
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    -129,
    1 << 29,
    1 << 30,
    -(1 << 31),
    1 << 31,
    1 << 40,
    (1 << 64) - 1,
    True,
    2.5,
    None,
    "a",
)


def answers(c: Any, result: str, told: list[str]) -> list[Any]:
    """What a C function pointer gives for each of RETURNED, and what is told; where that is an exception, ctypes gives anything."""
    found = []
    for value in RETURNED:
        before, back = len(told), c.CFUNCTYPE(getattr(c, result))(lambda value=value: value)
        number = back()
        found.append(number if len(told) == before else told[-1])
    return found


@pytest.mark.parametrize(
    "result",
    [
        "c_byte",
        "c_ubyte",
        "c_short",
        "c_ushort",
        "c_int",
        "c_uint",
        "c_longlong",
        "c_ulonglong",
        "c_double",
        "c_void_p",
    ],
)
def test_results_are_what_ctypes_gives(result: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr("sys.unraisablehook", lambda it: told.append(it.exc_type.__name__))
    assert answers(ours, result, told) == answers(real, result, told)


def given(c: Any) -> list[Any]:
    """What a callable is given of each kind of parameter."""
    seen: list[Any] = []

    Pair: Any = type("Pair", (c.Structure,), {"_fields_": [("a", c.c_int), ("b", c.c_int)]})

    def look(number: Any, place: Any, text: Any, pointer: Any, pair: Any, null: Any) -> int:
        seen.extend(
            [number, place, text, pointer[0], bool(null), pair.a + pair.b, type(pointer).__name__, pointer._objects]
        )
        pointer[0] += 1
        return 5

    pointer = c.POINTER(c.c_int)
    back = c.CFUNCTYPE(c.c_int, c.c_ushort, c.c_void_p, c.c_char_p, pointer, Pair, pointer)(look)
    number = c.c_int(41)
    for place, text in ((None, None), (7, b"seven"), ((1 << 31) + 1, b"")):
        seen.append(back(65535, place, text, c.byref(number), Pair(1, 2), None))
    return [*seen, number.value]


def test_arguments_are_what_ctypes_gives() -> None:
    assert given(ours) == given(real)


def test_a_class_of_pointers_that_begins_in_its_own_way_is_called() -> None:
    for c in (real, ours):
        begun = []

        class Mine(c.POINTER(c.c_int)):  # type: ignore[misc]
            _type_ = c.c_int

            def __init__(self, *given: Any) -> None:
                begun.append(given)  # noqa: B023
                super().__init__(*given)

        back = c.CFUNCTYPE(c.c_int, Mine)(lambda it: it[0])
        back.restype = c.c_int
        made = c.CFUNCTYPE(c.c_int, c.POINTER(c.c_int))(c.cast(back, c.c_void_p).value)
        assert made(c.byref(c.c_int(9))) == 9
        assert begun in ([], [()])


def test_exceptions_are_told_with_the_traceback_of_the_callable(monkeypatch: pytest.MonkeyPatch) -> None:
    def bad(number: int) -> int:
        return 1 // number

    for c in (real, ours):
        told: list[Any] = []
        monkeypatch.setattr(
            "sys.unraisablehook",
            lambda it, told=told: told.append(
                (it.exc_type, it.exc_traceback.tb_frame.f_code.co_name, it.exc_traceback.tb_next)
            ),
        )
        back = c.CFUNCTYPE(c.c_int, c.c_int)(bad)
        assert back(0) == 0 or c is real  # which gives anything
        assert told == [(ZeroDivisionError, "bad", None)]


def test_what_a_callback_holds_goes_with_it() -> None:
    class Callable:
        def __call__(self, number: int) -> int:
            return number

    one = Callable()
    gone = weakref.ref(one)
    back = ours.CFUNCTYPE(ours.c_int, ours.c_int)(one)
    one.back = back  # type: ignore[attr-defined]
    assert back(3) == 3
    del one, back
    gc.collect()
    assert gone() is None
