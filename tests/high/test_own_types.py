"""Classes of one's own that are C types: dataclasses as structs, classes that stand for a number, ctypes' structures."""

from __future__ import annotations

import ctypes
import dataclasses
import functools
from decimal import Decimal
from typing import Any, ClassVar

import pytest

import farcall
from farcall import Signature, arg, f64, i32, low, u8
from tests.machine import ALIGN8

libm = farcall.Library("libm.so.6")


@farcall.struct
@dataclasses.dataclass
class Point:
    """A point."""

    x: f64
    y: f64 = 2.0
    made: ClassVar[int] = 0

    def __post_init__(self) -> None:
        type(self).made += 1

    @property
    def norm(self) -> float:
        return (self.x**2 + self.y**2) ** 0.5


@farcall.struct
class Line:
    a: Point
    b: Point
    width: u8


@farcall.struct
@dataclasses.dataclass(frozen=True, order=True)
class Version:
    major: u8
    minor: u8


def test_a_dataclass_as_a_struct(load_c: Any) -> None:
    library = load_c("""
        struct point { double x, y; };
        struct line { struct point a, b; unsigned char width; };
        struct line turned(struct line l) { struct point p = l.a; l.a = l.b; l.b = p; l.width++; return l; }
        double sum(const struct line *l) { return l->a.x + l->a.y + l->b.x + l->b.y + l->width; }
    """)
    line = Line(Point(1), (3, 4), 7)

    @library.function
    def turned(line: Line) -> Line: ...

    given = turned(line)
    assert isinstance(given, Line)
    assert isinstance(given.a, Point)
    assert (given.a, given.b, given.width) == (Point(3.0, 4.0), Point(1.0, 2.0), 8)
    assert line.width == 7
    assert given.a.norm == 5.0
    given.a.x = 10
    assert library.function("double sum(const void *)")(given) == 10 + 4 + 1 + 2 + 8
    back = farcall.Closure(lambda p: Point(p.y, p.x), [Point], Point)
    assert back(Point(1, 5)) == Point(5, 1)
    assert back((1, 5)) == Point(5, 1)
    assert farcall.function(back.code_ptr, [Point], Point)(Point(6)) == Point(2, 6)
    assert farcall.call(back, Point(7, 8), returns=Point) == Point(8, 7)
    assert (farcall.sizeof(Line), farcall.offsetof(Line, "width")) == (32 + ALIGN8, 32)
    assert farcall.array(Point, 2)([(1, 2), Point(3)])[1] == Point(3, 2)
    assert farcall.addressof(line)[0].b.y == 4


def test_a_struct_is_still_a_dataclass() -> None:
    before = Point.made
    point = Point(3, y=4)

    assert Point.made == before + 1
    assert repr(point) == "Point(x=3.0, y=4.0)"
    assert dataclasses.asdict(point) == {"x": 3.0, "y": 4.0}
    assert dataclasses.replace(point, x=1) == Point(1, 4)
    assert [field.name for field in dataclasses.fields(Point)] == ["x", "y"]
    assert (Point.__doc__, Point.__qualname__, Point.__module__) == ("A point.", "Point", __name__)
    match point:
        case Point(x, y):
            assert (x, y) == (3.0, 4.0)
    with pytest.raises(TypeError, match=r"^Point\(\) missing 1 required positional argument: 'x'"):
        Point()
    for name in ("self", "z"):
        with pytest.raises(TypeError, match=rf"^Point\(\) got an unexpected keyword argument '{name}'"):
            Point(1, **{name: 2})
    with pytest.raises(TypeError, match="must be a number"):
        Point("three")
    with pytest.raises(OverflowError):
        Version(256, 0)


def test_a_frozen_struct() -> None:
    version = Version(3, 10)

    assert version < Version(3, 11)
    assert hash(version) == hash(Version(3, 10))
    with pytest.raises(dataclasses.FrozenInstanceError):
        version.major = 4  # type: ignore[misc]
    assert farcall.Closure(lambda v: (v.minor, v.major), [Version], Version)(version) == Version(10, 3)


def test_super_in_a_struct() -> None:
    """It is that of the class that comes out, wherever in the class it stands."""

    def counted(function: Any) -> Any:
        @functools.wraps(function)
        def counting(*arguments: Any) -> Any:
            calls.append(function.__name__)
            return function(*arguments)

        return counting

    calls: list[str] = []

    @farcall.struct
    @dataclasses.dataclass(eq=False)
    class Upwards:
        n: i32

        @counted
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, value)

        @property
        def mine(self) -> Any:
            return __class__  # type: ignore[name-defined]

        @classmethod
        def make(cls, n: int) -> Any:
            return super().__new__(cls), __class__(n)  # type: ignore[name-defined]

    one, two = Upwards.make(7)
    assert (one.n, two.n, two.mine) == (0, 7, Upwards)
    assert calls == ["__setattr__"]
    assert isinstance(one, farcall.Struct)


def test_what_cannot_be_a_struct() -> None:
    class Base:
        x: i32

    class Derived(Base):
        y: i32

    class Nothing:
        pass

    class Vague:
        n: int

    class Unknown:
        n: "Missing"  # type: ignore[name-defined]  # noqa: F821, UP037

    for wrong, message in [
        (Derived, "without base classes"), (3, "without base classes"), (Nothing, "at least one field"),
        (Vague, "Vague: field 'n': int does not say how wide"), (Unknown, "cannot be resolved"),
    ]:  # fmt: skip
        with pytest.raises(TypeError, match=message):
            farcall.struct(wrong)  # type: ignore[type-var]


@farcall.register_ctype
class Celsius:
    """A temperature, which C has as a double."""

    ffi_type = f64

    def __init__(self, degrees: float) -> None:
        self.degrees = degrees

    def pack(self) -> float:
        return self.degrees

    @classmethod
    def unpack(cls, value: float) -> Celsius:
        return cls(value)


farcall.register_ctype(Decimal, "double", float, Decimal)


def test_a_class_that_stands_for_a_c_type() -> None:
    def warmer(t: Celsius, by: i32) -> Celsius:
        return Celsius(t.degrees + by)

    closure = farcall.Closure(warmer)
    assert isinstance(Celsius(1), farcall.CType)
    assert closure(20, 5) == 25.0  # the C function is one of doubles
    by_list = farcall.function(closure.code_ptr, [Celsius, i32], Celsius)
    results = [
        by_list(Celsius(20), 5),
        farcall.call(closure, arg(Celsius, Celsius(20)), i32(5), returns=Celsius),
        farcall.call(closure, Celsius(20), i32(5), returns=Celsius),
        Signature.of(warmer).call(closure, [Celsius(20), 5]),
    ]
    assert [(type(result), result.degrees) for result in results] == [(Celsius, 25.0)] * 4
    room = f64()
    Signature.of(warmer).call_into(closure, [Celsius(1), 1], room)
    assert room == 2.0
    assert int(low.CodePtr.from_fun(by_list)) == closure.address

    @libm.function
    def fabs(x: Decimal) -> Decimal: ...

    assert fabs(Decimal("-1.25")) == Decimal("1.25")
    with_cif = farcall.Closure.with_cif(Signature([Decimal], Decimal), lambda d: d.quantize(Decimal("0.1")))
    assert with_cif(0.26) == 0.3


def test_wrong_values_of_such_a_class() -> None:
    closure = farcall.Closure(lambda t: 5, [Celsius], Celsius)
    function = farcall.function(closure, [Celsius], Celsius)
    with pytest.raises(TypeError, match=r"function\(\) argument 1 must be Celsius, not int"):
        function(20)
    with pytest.raises(TypeError, match="takes exactly one argument"):
        function()
    with pytest.raises(TypeError, match=r"callback <lambda>\(\): result must be Celsius, not int"):
        closure(20)


def test_what_cannot_be_registered() -> None:
    class Half:
        ffi_type = f64

    wrong: list[tuple[tuple[Any, ...], str]] = [
        ((Half,), "Half lacks pack, unpack"), ((float, f64, float, float), "what it stands for is fixed"),
        ((int, f64, float, int), "what it stands for is fixed"), ((3, f64, float, float), "a class is registered"),
        ((Half, int, float, float), "how wide"),
        ((Half, "void", float, float), "is void"), ((Celsius,), "what it stands for is fixed"),
    ]  # fmt: skip
    for args, message in wrong:
        with pytest.raises(TypeError, match=message):
            farcall.register_ctype(*args)


def test_structures_and_numbers_of_ctypes() -> None:
    class Pair(ctypes.Structure):
        _fields_ = (("n", ctypes.c_int), ("x", ctypes.c_double))

    def swapped(p: Pair, by: ctypes.c_int) -> Pair:
        assert isinstance(p, Pair)
        return Pair(int(p.x) + by, p.n)

    closure = farcall.Closure(swapped, [Pair, ctypes.c_int], Pair)
    given = farcall.function(closure, [Pair, ctypes.c_int], Pair)(Pair(1, 2.0), ctypes.c_int(10))

    assert (type(given), given.n, given.x) == (Pair, 12, 1.0)
