"""Variadic functions find the stub of a tail that was passed lately in generated code, and hold it while it runs."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall.cpython.callable.variadic import STUBS
from tests.conftest import Load, classes_go

SOURCE = """
#include <stdarg.h>
long total(int count, ...) {
    va_list list; long sum = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++) sum += va_arg(list, int);
    va_end(list);
    return sum;
}
double mixed(const char *kinds, ...) {
    va_list list; double sum = 0;
    va_start(list, kinds);
    for (; *kinds; kinds++)
        switch (*kinds) {
            case 'i': sum += va_arg(list, int); break;
            case 'd': sum += va_arg(list, double); break;
            case 's': sum += va_arg(list, const char *)[0]; break;
            case 'l': sum += va_arg(list, long); break;
            case 'n': sum += va_arg(list, void *) == 0; break;
            case 'f': sum += va_arg(list, int (*)(void))(); break;
        }
    va_end(list);
    return sum;
}
int seven() { return 7; }
"""
DECLARED = "long total(int count, ...); double mixed(const char *kinds, ...); int seven();"


@pytest.fixture(params=["fast", "api"])
def c(load_c: Load, request: pytest.FixtureRequest) -> Any:
    return load_c(SOURCE, DECLARED, tier=request.param, gil="hold")


def test_tails_in_turn(c: Any) -> None:
    """More than are at hand, of several lengths: each finds its own."""
    tails: tuple[tuple[str, tuple[Any, ...], float], ...] = (
        ("", (), 0), ("i", (1,), 1), ("d", (2.5,), 2.5), ("s", (b"A",), 65), ("s", ("B",), 66), ("id", (1, 2.5), 3.5),
        ("di", (2.5, 1), 3.5), ("l", (farcall.long(1 << 40),), 1 << 40), ("iii", (1, 2, 3), 6),
    )  # fmt: skip
    for _ in range(3):
        for kinds, tail, expected in tails:
            for _ in range(3):
                assert c.mixed(kinds, *tail) == expected
    assert len(c.mixed.__self__.stubs) == len(tails)


def test_callables_need_a_type(c: Any) -> None:
    class Odd:
        def __call__(self) -> int:
            return 1

    for given in (lambda: 7, len, Odd(), Odd().__call__, int):
        for _ in range(3):
            with pytest.raises(TypeError, match=r'mixed\(\) variadic argument 2: .* farcall.Closure\(f, "int '):
                c.mixed("f", given)
        with farcall.Closure(lambda given=given: int(given is not None), "int (*)(void)") as closure:
            assert c.mixed("ff", closure, c.seven) == 8


#: Values of classes that stubs do not look at again, and what C gets of each.
OF_KNOWN_CLASSES = (
    *[("i", number, number) for number in (0, 1, -1, 5, 1 << 29, (1 << 30) - 1, 1 << 30, 0x7FFFFFFF, -(1 << 30), -(1 << 31))],
    ("i", True, 1), ("i", False, 0), ("d", -0.5, -0.5), ("d", 1e300, 1e300), ("s", b"A\0B", 65), ("s", b"", 0),
    ("s", "A" * 1000, 65), ("s", "", 0), ("s", "\x7f", 0x7F), ("s", "Aé", 65), ("s", "A\U0001f600", 65), ("n", None, 1),
)  # fmt: skip


@pytest.mark.parametrize("before", [(), ("i", 3), ("sd", "text", 0.0)])
def test_values_of_every_class_that_is_known(c: Any, before: tuple[Any, ...]) -> None:
    kinds, *others = before or ("",)
    first = c.mixed(kinds, *others)
    for _ in range(3):
        for kind, value, expected in OF_KNOWN_CLASSES:
            assert c.mixed(kinds + kind, *others, value) == first + expected
            assert c.mixed(kind + kinds, value, *others) == first + expected


@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        (1 << 31, OverflowError, "argument 2"),
        (-(1 << 31) - 1, OverflowError, "argument 2"),
        (1 << 80, OverflowError, "argument 2"),
        ("A\0B", ValueError, "argument 2"),
    ],
)
def test_values_that_do_not_fit_in_a_tail_that_was_passed(
    c: Any, value: Any, error: type[Exception], says: str
) -> None:
    usual: Any = type(value)()
    kind = "i" if isinstance(value, int) else "s"
    for _ in range(3):
        assert c.mixed(kind, usual) == 0
        with pytest.raises(error, match=says):
            c.mixed(kind, value)
        with pytest.raises(error, match=says.replace("2", "3")):
            c.mixed("d" + kind, 1.0, value)


def test_classes_derived_from_those_that_are_known(c: Any) -> None:
    """They have stubs of their own, which look at each object."""
    of = {cls: type(cls.__name__.title(), (cls,), {}) for cls in (int, float, bytes, str)}
    for _ in range(3):
        for kind, plain in (("i", 7), ("d", 2.5), ("s", b"A"), ("s", "A")):
            derived: Any = of[type(plain)](plain)
            assert c.mixed(kind, plain) == c.mixed(kind, derived)


def test_one_argument_in_all(c: Any) -> None:
    for _ in range(3):
        assert c.total(0) == 0
        assert c.seven() == c.seven(1) == c.seven(2.5) == 7
        assert c.seven(1, 2) == 7


def test_wrong_after_right(c: Any) -> None:
    for _ in range(3):
        assert c.total(2, 3, 4) == 7
        with pytest.raises(OverflowError, match=r"total\(\) variadic argument 2"):
            c.total(2, 1 << 40, 4)
        with pytest.raises(TypeError, match=r"cannot infer a C type for object"):
            c.total(1, object())
        with pytest.raises(TypeError, match=r"total\(\) takes at least 1 argument"):
            c.total()
        with pytest.raises(TypeError, match=r"total\(\) argument 1|total\(\) parameter 'count'"):
            c.total("1", 3, 4)
        with pytest.raises(TypeError, match=r"keyword|no parameter"):
            c.total(1, x=2)


def numbers(count: int) -> list[Any]:
    """Instances of so many classes, each an int."""
    return [type(f"Number{n}", (int,), {})(n) for n in range(count)]


@classes_go
def test_classes_come_and_go(c: Any) -> None:
    """The tail of a class that is gone is let go of in time; an equal address may be another class by then."""
    gone = []
    for turn in range(4):
        for number in numbers(STUBS):
            assert c.total(1, number) == c.total(2, number, 1) - 1 == int(number)
            gone.append(weakref.ref(type(number)))
        assert len(c.total.__self__.stubs) <= STUBS, turn
    del number
    gc.collect()
    assert sum(ref() is not None for ref in gone) <= STUBS


def test_a_stub_goes_while_it_runs(c: Any) -> None:
    """Python code of an argument, or a callback, has the function forget it."""
    others = numbers(2 * STUBS)

    class Late(int):
        def __index__(self) -> int:
            raise AssertionError("an int is its digits")

    def forget() -> int:
        for number in others:
            c.total(1, number)
            c.mixed("i", number)
        gc.collect()
        return 5

    class Indexed:
        def __index__(self) -> int:
            return forget()

    callback = farcall.Closure(forget, "int (void)")
    for _ in range(3):
        assert c.total(2, Indexed(), 4) == 9
        assert c.mixed("fi", callback, 4) == c.mixed("fi", callback.code_ptr, 4) == 9
        assert c.mixed("fi", c.seven, 4) == 11
        assert c.total(1, Late(3)) == 3


def test_threads(c: Any) -> None:
    wrong: list[object] = []

    def use(mine: int) -> None:
        for turn, number in enumerate(numbers(60)):
            if c.total(mine + 1, *[number] * (mine + 1)) != turn * (mine + 1) or c.mixed("d", 0.5) != 0.5:
                wrong.append((mine, turn))

    threads = [threading.Thread(target=use, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("close", [lambda lib: lib.close(), lambda lib: lib.__exit__(None, None, None)])
def test_the_library_is_closed(c: Any, close: Callable[[Any], object]) -> None:
    total = c.total
    for _ in range(3):
        assert total(1, 2) == 2
    close(c)
    for _ in range(2):
        with pytest.raises(farcall.LibraryClosedError):
            total(1, 2)
