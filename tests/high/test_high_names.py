"""The high door under the names of libffi's bindings: Closure, Signature, FnPtr, call, and types of one's own."""

from __future__ import annotations

import copy
import ctypes
import dataclasses
import functools
import gc
import os
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, ClassVar

import pytest

import farcall
from farcall import FnPtr, Signature, arg, f32, f64, high, i8, i32, isize, low, u8, u64, usize
from farcall.errors import ClosureError, NullPointerError
from farcall.middle import Cif, Type
from tests.machine import ALIGN8, WORD
from tests.oracle import HERE

#: A convention by its name: another than the target's own where gcc has one.
OTHER = HERE.conventions[-1] or HERE.target.convention

libc = farcall.Library("libc.so.6")
libm = farcall.Library("libm.so.6")
process = farcall.Library(None)


# Closures by lists of types


def test_a_list_of_types_says_what_a_closure_is() -> None:
    closure = farcall.Closure(lambda a, b: a * b, [i8, f32], f64)

    assert repr(closure.function) == repr(farcall.type_of("double (*)(int8_t, float)").__ctype__.target)
    assert closure(-2, 0.5) == -1.0
    assert farcall.Closure(lambda: None, [])() is None
    assert farcall.Closure(lambda n: None, (u8,))(1) is None
    assert farcall.Closure(abs, farcall.type_of("int (*)(int)"))(-3) == 3


@pytest.mark.parametrize("kind", [farcall.Closure, farcall.ClosureOnce, farcall.ClosureMut])
def test_wrong_closures(kind: Any) -> None:
    wrong: list[tuple[tuple[Any, ...], str]] = [
        ((5, "int (*)(int)"), "runs a callable, not int"),
        ((5,), "runs a callable, not int"),
        ((None, [u64], u64), "runs a callable, not NoneType"),
        ((abs, [int], u64), "parameter 1: int does not say how wide"),
        ((abs, [u64, int], u64), "parameter 2: int does not say how wide"),
        ((abs, [u64], int), "the result: int does not say how wide"),
        ((abs, [u64, None], u64), "parameter 2 is void"),
        ((abs, "int (*)(int)", u64), "goes with a list of parameter types"),
        ((abs, None, u64), "goes with a list of parameter types"),
        ((abs, [object()], u64), "parameter 1: .* is not a C type"),
        ((lambda x: x,), "parameter 'x' has no annotation"),
        ((abs, u64), "is not the type of a C function"),
    ]
    for args, message in wrong:
        with pytest.raises(TypeError, match=message):
            kind(*args)


#: What ctypes has for size_t; to it, int where that is as wide as long.
SIZE = "int" if ctypes.c_size_t is ctypes.c_uint else "long"


def test_annotations_of_every_kind() -> None:
    numpy = pytest.importorskip("numpy", reason="needs numpy")

    class Point(ctypes.Structure):
        _fields_ = (("x", ctypes.c_short), ("y", ctypes.POINTER(ctypes.c_int)), ("next", ctypes.c_char * 4))

    for annotation, text in [
        (u64, "uint64_t"), (float, "double"), (bool, "_Bool"), (str, "const char *"), (farcall.long, "long"),
        (Type.u16, "uint16_t"), (Annotated[int, u8], "uint8_t"), (Annotated[int, "doc", Type.i8], "int8_t"),
        (Annotated[float, "doc"], "double"),
        (numpy.float32, "float"), (numpy.int64, "int64_t"), (numpy.uint8, "uint8_t"), (numpy.bool_, "_Bool"),
        (numpy.longdouble, "long double"), (numpy.complex128, "double _Complex"), (numpy.float16, "_Float16"),
        (ctypes.c_int, "int"), (ctypes.c_size_t, f"unsigned {SIZE}"), (ctypes.c_double, "double"),
        (ctypes.c_char_p, "const char *"), (ctypes.c_void_p, "void *"), (ctypes.POINTER(ctypes.c_float), "float *"),
        (ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_double), "int (*)(double)"), (Point, "struct Point"),
    ]:  # fmt: skip
        assert str(Signature([annotation]).args[0]) == text
    assert Signature([Point]).args[0].size == ctypes.sizeof(Point)
    assert Signature([Point]).args[0].struct_offsets() == (0, WORD, 2 * WORD)
    for wrong in (numpy.floating, numpy.str_, numpy.datetime64, ctypes.py_object, Annotated[int, "doc"], list[int], []):
        with pytest.raises(TypeError):
            Signature([wrong])


def test_structures_of_ctypes_that_c_lays_out_otherwise() -> None:
    class Packed(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("a", ctypes.c_char), ("b", ctypes.c_int))

    class Big(ctypes.BigEndianStructure):
        _fields_ = (("a", ctypes.c_int),)

    assert Type.of(Packed).struct_offsets() == (0, 1)
    assert Type.of(Big).struct_offsets() == (0,)
    with pytest.raises(TypeError, match="byte order"):
        Type.of(ctypes.c_int.__ctype_be__)


def test_a_structure_of_ctypes_that_points_to_itself() -> None:
    class Node(ctypes.Structure):
        pass

    Node._fields_ = [("next", ctypes.POINTER(Node)), ("value", ctypes.c_int)]
    closure = farcall.Closure(lambda node: node.value + 1, [Node], farcall.int_)

    assert str(Type.of(ctypes.POINTER(Node))) == "struct Node *"
    assert closure((None, 6)) == 7


# FnPtr


def test_a_fnptr_keeps_its_closure() -> None:
    class Callback:
        def __call__(self, n: int) -> int:
            return n + 1

    callback = Callback()
    alive = weakref.ref(callback)
    fun = farcall.Closure(callback, [u64], u64).code_ptr
    del callback
    gc.collect()

    assert alive() is not None
    assert fun(1) == fun.call(1) == 2
    pointer = farcall.type_of("uint64_t (*)(uint64_t)")(fun)
    del fun
    gc.collect()
    assert farcall.function(pointer)(2) == 3
    del pointer
    gc.collect()
    assert alive() is None


def test_a_fnptr_raises_once_its_closure_is_closed() -> None:
    closure = farcall.Closure(abs, [farcall.int_], farcall.int_)
    fun = closure.code_ptr
    assert int(fun) == closure.address
    assert ctypes.cast(fun, ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int))(-3) == 3
    closure.close()
    uses: list[Callable[[], object]] = [
        lambda: fun(1), lambda: fun.call(1), lambda: int(fun), lambda: fun._as_parameter_, lambda: closure.code_ptr,
        lambda: farcall.type_of("int (*)(int)")(fun), lambda: farcall.call(fun, i32(1), returns=i32),
        lambda: low.CodePtr.from_fun(fun),
    ]  # fmt: skip
    for use in uses:
        with pytest.raises(ClosureError, match="closed"):
            use()
    assert "closed" in repr(fun)


def test_a_fnptr_is_a_value() -> None:
    closure, other = farcall.Closure(abs, [i32], i32), farcall.Closure(abs, [i32], i32)

    assert closure.code_ptr == closure.code_ptr
    assert closure.code_ptr != other.code_ptr
    assert len({closure.code_ptr, closure.code_ptr, other.code_ptr}) == 2
    for act in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="means nothing elsewhere"):
            act(closure.code_ptr)
    with pytest.raises(TypeError, match="of a closure, not of int"):
        FnPtr(3)  # type: ignore[arg-type]


def test_a_closure_that_leaks() -> None:
    code = int(farcall.Closure(lambda n: n + 1, [u64], u64).leak())
    gc.collect()
    assert farcall.function(code, [u64], u64)(4) == 5


# Signatures


def test_a_signature_is_a_cif() -> None:
    def add(a: u64, b: f32) -> isize:
        return a + int(b)

    assert Signature.of(add) == Signature([u64, f32], isize) == Cif([Type.u64, Type.f32], Type.isize)
    assert isinstance(Signature.of(add), Cif)
    assert Signature([]) == Cif([])
    assert Signature.of(add, abi=OTHER).abi == OTHER
    assert Signature([i32, f64], i32, fixed_args=1).fixed_args == 1
    assert Signature([farcall.int_], farcall.int_).call(libc.address("abs"), [-4]) == 4

    def many(a: i32, *rest: Any) -> i32: ...

    def vague(x: int) -> None: ...

    with pytest.raises(TypeError, match="is variadic"):
        Signature.of(many)
    with pytest.raises(TypeError, match=r"parameter 'x'.*how wide"):
        Signature.of(vague)


def test_closures_of_a_cif() -> None:
    cif = Signature([u64, u64], u64)
    closure = farcall.Closure.with_cif(cif, lambda a, b: a - b)

    assert closure(7, 5) == 2
    assert isinstance(closure, farcall.Closure)
    assert farcall.Closure.with_cif(Cif([Type.u64], Type.u64), lambda a: a + 1)(1) == 2
    once = farcall.ClosureOnce.with_cif(cif, lambda a, b: a - b)
    assert (once(7, 5), once.used) == (2, True)
    with pytest.raises(ClosureError, match="variadic"):
        farcall.Closure.with_cif(Signature([i32, i32], fixed_args=1), print)


def test_closures_of_parts() -> None:
    def callback(cif: Cif, result: Any, args: tuple[Any, ...], userdata: Any) -> None:
        result.value = userdata * args[0]

    closure = farcall.Closure.from_parts(Signature([u64], u64), callback, 3)
    assert closure.code_ptr(14) == 42
    once = farcall.ClosureOnce.from_parts(Signature([u64], u64), callback, 2)
    assert once(21) == 42
    with pytest.raises(ClosureError, match="ran already"):
        once(21)


# Calls


def test_a_call_needs_no_declaration() -> None:
    room = bytearray(16)
    snprintf = libc.address("snprintf")

    assert farcall.call(libc.address("abs"), i32(-7), returns=i32) == 7
    assert farcall.call(libc.address("strlen"), "farcall", returns=usize) == 7
    assert farcall.call(libm.address("cos"), 0.0, returns=float) == 1.0
    args = [arg(farcall.pointer(None), room), usize(16), "%.2f:%d", 1.5, i32(-3)]
    assert farcall.call(snprintf, *args, returns=i32, fixed_args=3) == 7
    assert room[:8] == b"1.50:-3\0"
    bound = farcall.function(snprintf, [farcall.pointer(None), usize, str, f64], i32, fixed_args=3)
    assert (bound(room, 16, "%.3f", 0.25), room[:6]) == (5, b"0.250\0")


def test_values_of_others_say_their_type() -> None:
    numpy = pytest.importorskip("numpy", reason="needs numpy")
    hypotf, record = libm.address("hypotf"), farcall.type_of("struct { int a; double b; }")

    assert farcall.call(hypotf, numpy.float32(3), ctypes.c_float(4), returns=numpy.float32) == 5.0
    assert farcall.call(libc.address("abs"), ctypes.c_int(-2), returns=ctypes.c_int) == 2
    same = farcall.Closure(lambda p: p, [record], record)
    assert farcall.call(same, record(1, 2.0), returns=record) == record(1, 2.0)
    numbers = farcall.array(farcall.int_, 3)([4, 5, 6])
    second = farcall.Closure(lambda p: p[1], [farcall.pointer(farcall.int_)], farcall.int_)
    assert farcall.call(second, numbers, returns=farcall.int_) == 5


def test_wrong_calls() -> None:
    place = libc.address("abs")
    wrong: list[tuple[Callable[[], object], type[Exception], str]] = [
        (lambda: farcall.call(place, 3), TypeError, r"use arg\(i32, 3\) or i32\(3\)"),
        (lambda: farcall.call(place, object()), TypeError, r"is not a C type.s value: use arg"),
        (lambda: farcall.call(place, arg(i32, 2**40)), OverflowError, "out of range"),
        (lambda: farcall.call(place, arg(i32, 1), fixed_args=2), ValueError, "2 fixed arguments of 1"),
        (lambda: farcall.call(0, i32(1)), NullPointerError, "NULL"),
        (lambda: farcall.call(abs, i32(1)), TypeError, "is not a C function"),
        (lambda: farcall.function(place, "int (int)", i32), TypeError, "go with a list"),
        (lambda: farcall.function(place, [i32], i32, fixed_args=2), ValueError, "2 fixed arguments of 1"),
        (lambda: farcall.function(place, [int], i32), TypeError, "parameter 1: int"),
    ]
    for use, kind, message in wrong:
        with pytest.raises(kind, match=message):
            use()


def test_markers_are_types_annotations_and_values() -> None:
    for name, c in [
        ("u8", "uint8_t"), ("i8", "int8_t"), ("u16", "uint16_t"), ("i16", "int16_t"), ("u32", "uint32_t"),
        ("i32", "int32_t"), ("u64", "uint64_t"), ("i64", "int64_t"), ("usize", "size_t"), ("isize", "ssize_t"),
        ("f32", "float"), ("f64", "double"),
    ]:  # fmt: skip
        marker = getattr(high, name)
        assert marker is getattr(farcall, name) is farcall.type_of(c)
        assert marker(3).value == 3
    with pytest.raises(OverflowError):
        u8(256)
    with pytest.raises(AttributeError, match="no attribute 'u7'"):
        high.u7  # noqa: B018


# Types of one's own


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


# The process


EVENTS = """
import sys
seen = []
sys.addaudithook(lambda name, args: seen.append((name, args)) if name.startswith("farcall.") else None)
import farcall
library = farcall.Library("libm.so.6")
place = library.address("cos")
library.function("double cos(double)")
farcall.function(place, [farcall.f64], farcall.f64)
print([event for event in seen if event[1][0] in ("libm.so.6", "cos", "function")] == [
    ("farcall.open", ("libm.so.6",)), ("farcall.bind", ("cos", place)), ("farcall.bind", ("function", place))])
"""
REFUSED = """
import sys
def hook(name, args):
    if name == "farcall.open":
        raise PermissionError(f"no {args[0]}")
import farcall
farcall.Library
sys.addaudithook(hook)
for name in ("libm.so.6", None):
    try:
        farcall.Library(name)
    except PermissionError as error:
        print(error)
"""


def run(code: str) -> str:
    """What a new interpreter prints."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_audit_events() -> None:
    assert run(EVENTS) == "True\n"


def test_an_audit_hook_can_refuse() -> None:
    assert run(REFUSED) == "no libm.so.6\nno None\n"


def test_the_front_door_loads_the_lower_doors_when_asked_for() -> None:
    doors = "{'farcall.raw', 'farcall.low', 'farcall.middle'}"
    code = f"""
import sys, farcall
farcall.Closure, farcall.Library, farcall.FnPtr
print(sorted({doors} & set(sys.modules)))
farcall.Signature
print('farcall.middle' in sys.modules)
"""
    assert run(code) == "[]\nTrue\n"
