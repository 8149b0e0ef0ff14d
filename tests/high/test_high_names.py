"""The high door under the names of libffi's bindings: Closure, Signature, FnPtr and call."""

from __future__ import annotations

import copy
import ctypes
import gc
import pickle
import weakref
from collections.abc import Callable
from typing import Annotated, Any

import pytest

import farcall
from farcall import FnPtr, Signature, arg, f32, f64, high, i8, i32, isize, low, u8, u64, usize
from farcall.errors import ClosureError, NullPointerError
from farcall.middle import Cif, Type
from tests.machine import WORD
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
