"""What is passed for pointers and structs beside the declared class: right after wrong, wrong after right, whatever was
passed before."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import farcall
from farcall.cpython.callable import inline_cache
from farcall.cpython.callable.function import describe
from farcall.cpython.facts.interpreter import interpreter
from farcall.errors import ClosureError, FreedMemoryError, LibraryClosedError
from tests.conftest import Load, classes_go

SOURCE = """
#include <stddef.h>
#include <stdint.h>
struct cached_pair { int a; double b; };
int first(const int *p) { return p ? *p : -1; }
int bump(int *p) { return ++*p; }
size_t place(const void *p) { return (size_t)p; }
size_t room(void *p) { return (size_t)p; }
size_t both(const void *p, const void *q) { return (size_t)p ^ (size_t)q; }
int letter(const char *p) { return p ? *p : -1; }
double sum(struct cached_pair p) { return p.a + p.b; }
int apply(int (*f)(int), int x) { return f ? f(x) : -1; }
int apply_any(void (*f)(void)) { return f ? ((int (*)(int))f)(20) : -1; }
int twice(int x) { return 2 * x; }
double half(double x) { return x / 2; }
struct left { int a; }; struct right { int a; };
int of_left(const struct left *p) { return p->a; }
int of_right(const struct right *p) { return -p->a; }
"""
DECLARED = """
struct cached_pair { int a; double b; };
int first(const int *p); int bump(int *p); size_t place(const void *p); size_t room(void *p); int letter(const char *p);
size_t both(const void *p, const void *q); double sum(struct cached_pair p); int apply(int (*f)(int), int x);
int apply_any(void (*f)(void)); int twice(int x); double half(double x);
struct left { int a; }; struct right { int a; };
int of_left(const struct left *p); int of_right(const struct right *p);
"""


@pytest.fixture(scope="module")
def library(load_c: Load) -> Any:
    return load_c(SOURCE, DECLARED)


@pytest.fixture
def lib(library: Any) -> Iterator[Any]:
    """Functions that have seen nothing yet."""
    with farcall.Library(library.path) as fresh:
        fresh.cdef(DECLARED)
        yield fresh


def converted(call: Callable[[], object]) -> tuple[int, int]:
    """How often Python was asked to convert an argument in a call, and how often it had to look at more than the class."""
    names: list[str] = []

    def note(frame: Any, event: str, argument: object) -> None:
        if event == "call":
            names.append(frame.f_code.co_name)

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return names.count("convert"), names.count("accept")


FAST = interpreter().fast
#: Without a GIL, too, pointers are read inline.
INLINE = FAST or interpreter().unchanging


def test_what_fits_is_read_inline_from_the_second_time_on(lib: Any) -> None:
    array, number = farcall.array(farcall.int_, 3)([7, 8, 9]), farcall.int_(5)
    pointer = farcall.addressof(number)
    closure = farcall.Closure(lambda x: x + 1, "int (*)(int)")
    calls: list[tuple[Callable[..., object], tuple[object, ...], object]] = [
        (lib.first, (number,), 5),
        (lib.first, (array,), 7),
        (lib.first, (farcall.cast("void *", pointer),), 5),
        (lib.place, (number,), int(pointer)),
        (lib.room, (pointer,), int(pointer)),
        (lib.both, (number, pointer), 0),
        (lib.letter, (farcall.array(farcall.char, 2)(b"AB"),), 65),
        (lib.apply, (closure, 4), 5),
        (lib.apply, (closure.code_ptr, 4), 5),
        (lib.apply, (lib.twice, 4), 8),
        (lib.apply_any, (lib.twice,), 40),
    ]
    for function, arguments, result in calls:
        assert function(*arguments) == result
        assert converted(lambda: function(*arguments)) == ((0, 0) if INLINE else (converted_by(arguments), 0))  # noqa: B023
        assert function(*arguments) == result


def test_two_classes_in_turn_are_both_read_inline(lib: Any) -> None:
    number, array = farcall.int_(5), farcall.array(farcall.int_, 3)([7, 8, 9])
    other, third = farcall.cast("const int *", farcall.addressof(number)), farcall.array(farcall.int_, 1)([3])
    pairs = [(lib.first, number, array), (lib.room, farcall.addressof(number), farcall.addressof(array))]
    for function, one, two in pairs:
        results = function(one), function(two)
        for _ in range(3):
            seen = converted(lambda: (function(one), function(two), function(two), function(one)))  # noqa: B023
            assert seen == ((0, 0) if INLINE else (4, 0))
            assert (function(one), function(two)) == results
    for _ in range(3):  # a third takes the place of the one that was passed longest ago
        assert [lib.first(value) for value in (number, array, third, other)] == [5, 7, 3, 5]
    with pytest.raises(TypeError, match="parameter 'p' must be const int"):
        lib.first(farcall.double(1.5))
    assert [lib.first(value) for value in (third, number)] == [3, 5]


def test_two_classes_in_turn_that_come_and_go(lib: Any) -> None:
    for length in range(1, 2 * inline_cache.MOST):
        one, two = (farcall.array(farcall.int_, length + more)([length + more] * (length + more)) for more in (0, 1000))
        for _ in range(2):
            assert [lib.first(one), lib.first(two)] == [length, length + 1000]
        with pytest.raises(TypeError):
            lib.first(farcall.array(farcall.double, length)())


def test_bytes_for_memory_that_is_read(lib: Any) -> None:
    text = bytes([3, 0, 0, 0]) + b"tail"
    assert lib.place(text) == lib.place(text)
    assert lib.both(text, text) == 0
    assert lib.first(text) == int.from_bytes(text[:4], sys.byteorder)
    if INLINE:
        assert converted(lambda: lib.place(text)) == (0, 0)

    class Derived(bytes):
        pass

    assert lib.both(Derived(text), None) != 0
    with pytest.raises(TypeError):
        lib.room(text)


@pytest.mark.parametrize("tier", ["fast", "api"])
@pytest.mark.parametrize("items", ["u1", "f8", "c16", "M8[s]", "O", "i4,f8", "S3", "?"])
def test_arrays_of_any_items_are_memory(library: Any, items: str, tier: Any) -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    with farcall.Library(library.path, tier=tier) as fresh:
        fresh.cdef(DECLARED)
        array = np.zeros((2, 4), items)
        for function in (fresh.place, fresh.room, fresh.place):
            assert function(array) == array.ctypes.data
            with pytest.raises(ValueError, match=r"not C-contiguous|in a buffer"):
                function(array[:, 1])
        array.flags.writeable = False
        assert fresh.place(array) == array.ctypes.data
        with pytest.raises((TypeError, ValueError), match=r"is read-only|in a buffer"):
            fresh.room(array)


def test_functions_of_one_shape_have_caches_of_their_own(lib: Any) -> None:
    left, right = lib.types.left(1), lib.types.right(2)
    for _ in range(3):
        assert (lib.of_left(left), lib.of_right(right)) == (1, -2)
        for function, wrong in ((lib.of_left, right), (lib.of_right, left)):
            with pytest.raises(TypeError, match="parameter 'p' must be const struct"):
                function(wrong)


def converted_by(arguments: tuple[object, ...]) -> int:
    return sum(not isinstance(one, int) for one in arguments)


@pytest.mark.skipif(not INLINE, reason="the C API reads None and int out of line, in C and in Python")
def test_none_and_int_are_read_inline_at_once(lib: Any) -> None:
    for function, given, result in (
        (lib.first, None, -1), (lib.letter, None, -1), (lib.place, None, 0), (lib.room, 0, 0), (lib.room, 1, 1),
        (lib.place, 1 << 29, 1 << 29), (lib.place, 0x7FFF_1234_5678 & sys.maxsize, 0x7FFF_1234_5678 & sys.maxsize),
        (lib.room, sys.maxsize, sys.maxsize),
    ):  # fmt: skip
        assert converted(lambda: function(given)) == (0, 0)  # noqa: B023
        assert function(given) == result


@pytest.mark.parametrize("given", [0, 1, (1 << 30) - 1, 1 << 30, (1 << 31) + 5, sys.maxsize, 2 * sys.maxsize + 1])
def test_every_width_of_an_address(lib: Any, given: int) -> None:
    assert lib.place(given) == lib.room(given) == given
    assert lib.both(given, 0) == given


def test_wrong_values_after_right_ones(lib: Any) -> None:
    number, other = farcall.int_(5), farcall.double(1.0)
    constant = farcall.cast("const int *", farcall.addressof(number))
    for _ in range(3):
        assert lib.bump(number) > 5
        assert lib.bump(farcall.addressof(number)) > 5
        for wrong in (other, farcall.addressof(other), constant, 5, True, "text", 1.5, lib.twice, object()):
            with pytest.raises(TypeError, match=r"bump\(\) parameter 'p'"):
                lib.bump(wrong)
        for wrong, error in ((True, TypeError), (-1, OverflowError), (2 * sys.maxsize + 2, OverflowError)):
            with pytest.raises(error, match=r"room\(\) parameter 'p'"):
                lib.room(wrong)
        with pytest.raises(TypeError, match=r"room\(\) parameter 'p'"):
            lib.room(constant)
        assert lib.place(constant) == lib.room(number)


def test_freed_memory_of_a_class_that_was_seen(lib: Any) -> None:
    for _ in range(3):
        with farcall.arena() as arena:
            number = arena.new("int", 3)
            pointer = farcall.addressof(number)
            held = farcall.cast("void *", pointer)
            assert lib.bump(number) == 4
            assert lib.bump(pointer) == 5
            assert lib.bump(held) == lib.first(held) == 6
        for gone in (number, pointer, held):
            for function in (lib.bump, lib.first, lib.place):
                with pytest.raises(FreedMemoryError):
                    function(gone)


def test_closures_by_the_type_of_each(lib: Any) -> None:
    right, again = (farcall.Closure(lambda x, n=n: x + n, "int (*)(int)") for n in (1, 2))
    wrong = farcall.Closure(lambda x: x, "double (*)(double)")
    for _ in range(3):
        assert lib.apply(right, 4) == 5
        assert lib.apply(again, 4) == 6
        assert lib.apply(lib.twice, 4) == 8
        assert lib.apply(None, 4) == -1
        for refused in (wrong, wrong.code_ptr, lib.half, len, farcall.cast("double (*)(double)", wrong.address)):
            with pytest.raises((TypeError, ValueError)):
                lib.apply(refused, 4)
        assert lib.apply_any(right) == 21


def test_a_comparator_is_accepted_but_a_pointer_to_it_refused(load_c: Load) -> None:
    """A function of `const int *` may stand for one of `const void *`; a pointer object of that type has to be cast."""
    library = load_c(
        "int run(int (*f)(const void *)) { int x = 7; return f(&x); }", "int run(int (*f)(const void *));", gil="hold"
    )
    closure = farcall.Closure(lambda p: p[0] + 1, "int (*)(const int *)")
    pointer = farcall.cast("int (*)(const int *)", closure.address)
    for _ in range(3):
        assert library.run(closure) == 8
        with pytest.raises(TypeError, match="cast it"):
            library.run(pointer)


def test_closed_closures(lib: Any) -> None:
    for _ in range(3):
        closure = farcall.Closure(lambda x: x + 1, "int (*)(int)")
        code = closure.code_ptr
        assert lib.apply(closure, 1) == lib.apply(code, 1) == 2
        closure.close()
        for gone in (closure, code):
            with pytest.raises(ClosureError):
                lib.apply(gone, 1)


def test_functions_of_closed_libraries(lib: Any, library: Any) -> None:
    other = farcall.Library(library.path)
    other.cdef(DECLARED)
    function = other.twice
    assert lib.apply(function, 4) == lib.apply(function, 4) == 8
    other.close()
    with pytest.raises(LibraryClosedError):
        lib.apply(function, 4)
    assert lib.apply(lib.twice, 4) == 8


def test_subclasses_and_structs(lib: Any) -> None:
    class Mine(lib.types.cached_pair):  # type: ignore[misc,name-defined]
        pass

    class Code(farcall.Closure):
        extra = 1

    for _ in range(3):
        assert lib.sum(lib.types.cached_pair(1, 2.0)) == lib.sum(Mine(1, 2.0)) == lib.sum((1, 2.0)) == 3.0
        assert lib.apply(Code(lambda x: x - 1, "int (*)(int)"), 1) == 0
        with pytest.raises(TypeError, match=r"sum\(\) parameter 'p'"):
            lib.sum(farcall.int_(1))
    mine = Mine(1, 2.0)
    assert converted(lambda: lib.sum(mine)) == ((0, 0) if INLINE else (1, 0))


def test_a_struct_of_another_library(lib: Any, library: Any) -> None:
    assert lib.sum(library.types.cached_pair(1, 2.0)) == 3.0


def test_closures_changed_meanwhile(lib: Any) -> None:
    """Closing while a later argument is converted is noticed."""
    closure = farcall.Closure(lambda x: x + 1, "int (*)(int)")
    lib.apply(closure, 1)

    class Closes:
        def __index__(self) -> int:
            closure.close()
            return 1

    with pytest.raises(ClosureError):
        lib.apply(closure, Closes())


def test_classes_that_come_and_go(lib: Any) -> None:
    for length in range(1, 3 * inline_cache.MOST):
        array = farcall.array(farcall.int_, length)([length] * length)
        assert lib.first(array) == length
        assert lib.place(array) == int(farcall.addressof(array))
    seen = describe(lib.first).seen
    assert seen is not None
    assert len(seen) <= inline_cache.MOST


@classes_go
def test_a_class_lives_no_longer_than_the_function(library: Any) -> None:
    fresh = farcall.Library(library.path)
    fresh.cdef(DECLARED)

    class Mine(fresh.types.cached_pair):  # type: ignore[misc,name-defined]
        pass

    gone = weakref.ref(Mine)
    assert fresh.sum(Mine(1, 2.0)) == 3.0
    del Mine
    gc.collect()
    assert gone() is not None
    fresh.close()
    del fresh
    gc.collect()
    assert gone() is None


def test_threads_with_different_classes(lib: Any) -> None:
    """One function, each thread with values of its own classes."""
    interval, failures = sys.getswitchinterval(), []
    sys.setswitchinterval(1e-6)

    def run(number: int) -> None:
        try:
            wrong = farcall.double(0.5)
            for turn in range(400):
                array = farcall.array(farcall.int_, number + turn % 20 + 1)([number] * (number + turn % 20 + 1))
                pointer = farcall.cast("int *", farcall.addressof(array))
                assert lib.first(array) == lib.first(pointer) == number
                closure = farcall.Closure(lambda x: x + number, "int (*)(int)")
                assert lib.apply(closure, turn) == turn + number
                with pytest.raises(TypeError):
                    lib.first(wrong)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(100 * number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert not failures
