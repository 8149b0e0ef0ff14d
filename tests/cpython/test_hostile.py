"""Objects that lie about their length, bytes, number or class are measured by the interpreter, not believed."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

import farcall

LONG = 100_000


class Short(bytes):
    def __len__(self) -> int:
        return 0


class Other(bytearray):
    def __bytes__(self) -> bytes:
        return b"x" * LONG

    def __len__(self) -> int:
        return 1


class Wide(int):
    def __index__(self) -> Any:
        return self

    def to_bytes(self, *_: Any, **__: Any) -> bytes:  # type: ignore[override]
        return b"x" * LONG

    def __lt__(self, other: object) -> bool:
        return True

    __le__ = __gt__ = __ge__ = __lt__

    def __mul__(self, other: object) -> Any:
        return 0

    __rmul__ = __mul__


class Liar:
    def __init__(self, cls: Any) -> None:
        self.cls = cls

    @property
    def __class__(self) -> Any:
        return self.cls

    @__class__.setter
    def __class__(self, value: Any) -> None:  # pragma: no cover
        pass


@pytest.fixture(scope="module")
def types() -> Any:
    library = farcall.cdef(
        "typedef struct { char c[4]; int guard; } s; struct point { int x, y; };"
        "typedef float vec __attribute__((vector_size(16)));"
    )
    return library.types


def test_bytes_are_measured(types: Any) -> None:
    cls = types["char[4]"]
    for make in (cls, lambda value: farcall.new("char[4]", value), lambda value: types.s(c=value)):
        with pytest.raises(ValueError, match=f"4 items, {LONG} were given"):
            make(Short(b"x" * LONG))
    assert bytes(cls(Other(b"ab"))) == b"ab\0\0"
    made = types.s(guard=7)
    made.c = Other(b"abcd")
    assert (bytes(made.c), made.guard) == (b"abcd", 7)
    with pytest.raises(ValueError, match="4 items, 8 were given"):
        made.c = Other(b"abcdefgh")
    assert len(farcall.new("char[]", Short(b"abc"))) == 4
    made.c[0:2] = Other(b"zz")
    with pytest.raises(ValueError, match="3 values for a slice of 2 items"):
        made.c[0:2] = Other(b"zzz")
    assert (bytes(made.c), made.guard) == (b"zzcd", 7)


def test_wide_integers_are_measured() -> None:
    cls = farcall.int128
    assert cls(Wide(5)).value == 5
    assert farcall.array(cls, 2)([Wide(-3), 3]) == [-3, 3]
    library = farcall.cdef("struct wide { __int128 a, b; }; __int128 labs(__int128);")
    made = library.types.wide(b=9)
    made.a = Wide(7)
    assert (made.a, made.b) == (7, 9)

    class Not:
        def __index__(self) -> Any:
            return object()

    with pytest.raises(TypeError, match=r"non-int|must return an int"):
        cls(Not())


def test_indices_are_measured(types: Any) -> None:
    made = types["int[4]"]([1, 2, 3, 4])
    for index in (Wide(4), Wide(-5), Wide(1 << 40)):
        with pytest.raises(IndexError):
            made[index]
        with pytest.raises(IndexError):
            made[index] = 1
    assert made[Wide(2)] == 3
    with pytest.raises(IndexError):
        types.vec()[Wide(4)]


def test_numbers_are_measured() -> None:
    class Part(Fraction):
        @property
        def numerator(self) -> Any:
            return Wide(3)

        def __abs__(self) -> Any:
            return Wide(1 << 500)

    class Float(float):
        def as_integer_ratio(self) -> Any:
            return Wide(1), Wide(3)

    assert farcall.longdouble(Float(2.5)) == 2.5
    assert farcall.longdouble(Part(1, 2)) == Fraction(3, 2)


@pytest.mark.parametrize("kind", ["int[4]", "vec"])
def test_iterables_without_an_end(types: Any, kind: str) -> None:
    read = []

    def numbers() -> Iterator[int]:
        for number in itertools.count():
            read.append(number)
            yield number

    cls = types[kind]
    for endless in (numbers(), itertools.count(), itertools.repeat(1), range(10**12)):
        with pytest.raises(ValueError, match=r"has 4 (items|lanes), more were given"):
            cls(endless)
    assert read == [0, 1, 2, 3, 4]
    assert list(cls(iter([1, 2, 3]))) == [1, 2, 3, 0]


def test_slices_from_iterables_without_an_end(types: Any) -> None:
    made = types["int[4]"]()
    pointer = farcall.addressof(made).cast(types["int *"])
    for target in (made, pointer):
        with pytest.raises(ValueError, match="more values for a slice of 2 items"):
            target[0:2] = itertools.count()
        target[0:2] = iter((7, 8))
    assert list(made) == [7, 8, 0, 0]


def test_rows_and_mappings_without_an_end(types: Any) -> None:
    class List(list[Any]):
        def __iter__(self) -> Iterator[Any]:
            return itertools.repeat(1)

    class Dict(dict[str, Any]):
        def keys(self) -> Any:
            return (f"k{n}" for n in itertools.count())

        def __getitem__(self, key: str) -> int:
            return 1

    for given, error in ((List(), "2 fields, 3 values"), (Dict(), "no field 'k0'")):
        with pytest.raises(TypeError, match=error):
            farcall.new(types.point, given)
        with pytest.raises(TypeError, match=error):
            types["struct point[1]"]([given])


def test_a_ctypes_pointer_is_no_iterable(types: Any) -> None:
    pointer = ctypes.pointer(ctypes.c_int(3))
    with pytest.raises(TypeError, match="does not say how many items"):
        types["int[3]"](pointer)
    with pytest.raises(TypeError, match="does not say how many items"):
        types["int[3]"]()[:] = pointer


class Base(ctypes.Structure):
    _fields_ = (("a", ctypes.c_int),)


class Derived(Base):
    _fields_ = (("pad", ctypes.c_char * LONG),)


class Named(Base):
    pass


def test_ctypes_instances_are_measured() -> None:
    library = farcall.Library("libc.so.6")

    @library.function
    def abs(x: Base) -> farcall.int_: ...  # type: ignore[valid-type, empty-body]

    call: Any = abs
    assert call(Base(-3)) == call(Named(-3)) == 3
    resized = Base(-3)
    ctypes.resize(resized, LONG)
    for given in (Derived(-3), resized):
        with pytest.raises(TypeError, match="must be Base of 4 bytes"):
            call(given)


def test_what_a_ctypes_array_says_of_its_length(types: Any) -> None:
    class Pair(ctypes.c_int * 2):  # type: ignore[misc]
        pass

    Pair._length_ = 4
    library = farcall.cdef("struct four { int a[4]; };")
    with pytest.raises((TypeError, ValueError)):
        library.types.four().a = Pair(1, 2)


LIES: list[Callable[[Any], Any]] = [
    lambda types: types.point,
    lambda types: types["struct point *"],
    lambda types: types["int[4]"],
    lambda types: farcall.int_,
    lambda types: farcall.int128,
    lambda types: farcall.Closure,
    lambda types: str,
    lambda types: bytes,
    lambda types: int,
    lambda types: ctypes.Structure,
]


@pytest.mark.parametrize("tier", ["", "api"])
@pytest.mark.parametrize("lie", LIES)
def test_what_an_object_says_of_its_class(types: Any, lie: Callable[[Any], Any], tier: str) -> None:
    library = farcall.Library(None, tier=tier)
    library.cdef(
        "typedef struct { int quot, rem; } div_t; div_t div(int, int); size_t strlen(const char *); double fabs(double);"
    )
    given = Liar(lie(types))
    for place in (
        lambda: library.div(given, given),
        lambda: library.strlen(given),
        lambda: library.fabs(given),
        lambda: types.point(given, given),
        lambda: types["struct point *"](given),
        lambda: types["struct point[2]"]([given]),
        lambda: types["int[4]"](given),
        lambda: farcall.new(types.point, given),
        lambda: farcall.addressof(given),
    ):
        with pytest.raises(TypeError):
            place()


def test_a_subclass_that_says_it_is_another_struct(types: Any) -> None:
    library = farcall.cdef("struct large { char c[4096]; }; struct small { char c; };")

    class Small(library.types.small):  # type: ignore[misc, name-defined]
        @property
        def __class__(self) -> Any:
            return library.types.large

        @__class__.setter
        def __class__(self, value: Any) -> None:  # pragma: no cover
            pass

    with pytest.raises(TypeError, match="must be struct large, not struct small"):
        library.types["struct large[1]"]([Small()])


def test_a_list_that_changes_while_it_is_read(types: Any) -> None:
    items: list[Any] = []

    class Clearing:
        def __index__(self) -> int:
            items.clear()
            return 5

    items += [Clearing(), 1, 2]
    assert list(types["int[4]"](items)) == [5, 1, 2, 0]
    items += [Clearing(), 1, 2]
    made = types["int[3]"]()
    made[:] = items
    assert list(made) == [5, 1, 2]
