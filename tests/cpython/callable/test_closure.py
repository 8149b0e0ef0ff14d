"""Closures: what C gets from Python callables, whatever they are, and how they are used from Python."""

from __future__ import annotations

import copy
import ctypes
import functools
import math
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall import ClosureError

Load = Callable[..., farcall.Library]

SOURCE = r"""
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <stdlib.h>
typedef struct { double x, y, z; } vector;
typedef struct { int a; float b; } pair;
typedef struct { const char *name; int (*score)(int); } entry;
int apply(int (*f)(int), int x) { return f(x); }
int apply_twice(int (*f)(int), int x) { return f(f(x)); }
double apply_double(double (*f)(double, double), double x, double y) { return f(x, y); }
vector apply_vector(vector (*f)(vector, pair), vector v, pair p) { return f(v, p); }
pair apply_pair(pair (*f)(pair), pair p) { return f(p); }
void apply_void(void (*f)(void *), void *p) { f(p); }
size_t length_of(const char *(*f)(const char *), const char *s) { const char *t = f(s); return t ? strlen(t) : 77; }
int first_of(char *(*f)(char), char c) { char *t = f(c); return t ? t[0] : -1; }
_Bool apply_bool(_Bool (*f)(_Bool), _Bool x) { return f(x); }
char apply_char(char (*f)(char), char x) { return f(x); }
int score(const entry *e) { return e->score((int)strlen(e->name)); }
static int doubled(int x) { return 2 * x; }
int (*get_doubled(void))(int) { return doubled; }
int through(int (*(*get)(void))(int), int x) { int (*f)(int) = get(); return f(x); }
size_t named(entry (*f)(int), int x) { entry e = f(x); return strlen(e.name); }
long ten(long (*f)(long, double, long, double, long, double, long, long, long, long)) {
    return f(1, 2.0, 3, 4.0, 5, 6.0, 7, 8, 9, 10); }
int table[2]; int (*stored)(int); int call_stored(int x) { return stored(x); }
"""
DECLARED = """
typedef struct { double x, y, z; } vector;
typedef struct { int a; float b; } pair;
typedef struct { const char *name; int (*score)(int); } entry;
int apply(int (*f)(int), int x);
int apply_twice(int (*f)(int), int x);
double apply_double(double (*f)(double, double), double x, double y);
vector apply_vector(vector (*f)(vector, pair), vector v, pair p);
pair apply_pair(pair (*f)(pair), pair p);
void apply_void(void (*f)(void *), void *p);
size_t length_of(const char *(*f)(const char *), const char *s);
int first_of(char *(*f)(char), char c);
_Bool apply_bool(_Bool (*f)(_Bool), _Bool x);
char apply_char(char (*f)(char), char x);
int score(const entry *e);
int (*get_doubled(void))(int);
int through(int (*(*get)(void))(int), int x);
size_t named(entry (*f)(int), int x);
long ten(long (*f)(long, double, long, double, long, double, long, long, long, long));
extern int (*stored)(int);
int call_stored(int x);
"""


@pytest.fixture(params=("hold", "release"))
def c(request: pytest.FixtureRequest, load_c: Load) -> farcall.Library:
    """The C above; called with the GIL held, and released."""
    return load_c(SOURCE, DECLARED, gil=request.param)


# The examples of the crate that inspired the doors


def test_h1_a_closure_over_a_variable() -> None:
    x = 5
    with farcall.Closure(lambda y, z: x + y + z, "uint64_t (*)(uint64_t, uint64_t)") as fun:
        assert fun(6, 7) == 18


def test_h2_a_closure_that_changes_what_it_holds() -> None:
    total = 0

    def add(number: int) -> int:
        nonlocal total
        total += number
        return total

    with farcall.Closure(add, "uint64_t (*)(uint32_t)") as fun:
        assert [fun(5), fun(1), fun(2)] == [5, 6, 8]


def test_h3_a_closure_that_runs_once() -> None:
    values = [1, 2, 3, 4, 5]
    fun = farcall.ClosureOnce(lambda x, y, z: values[x] + values[y] + values[z], "int (*)(size_t, size_t, size_t)")
    assert not fun.used
    assert fun(2, 3, 4) == 12
    assert fun.used
    with pytest.raises(ClosureError, match="ran already: this closure runs once"):
        fun(2, 3, 4)


def test_h5_qsort() -> None:
    libc = farcall.Library(None)
    libc.cdef("void qsort(void *base, size_t count, size_t size, int (*compare)(void *, void *));")
    array = farcall.array(farcall.int_, 7)([3, 4, 8, 1, 2, 0, 9])

    def compare(a: Any, b: Any) -> int:
        x, y = a.cast(farcall.pointer(farcall.int_))[0], b.cast(farcall.pointer(farcall.int_))[0]
        return (x > y) - (x < y)

    libc.qsort(array, 7, 4, compare)
    assert list(array) == [0, 1, 2, 3, 4, 8, 9]


# Every kind of callable, every kind of value


class Callable_:
    def __call__(self, x: int) -> int:
        return x + 100

    def method(self, x: int) -> int:
        return x + 200

    @classmethod
    def of_class(cls, x: int) -> int:
        return x + 300


@pytest.mark.parametrize(
    ("callable", "expected"),
    [
        (lambda x: x + 1, 8),
        (Callable_(), 107),
        (Callable_().method, 207),
        (Callable_.of_class, 307),
        (abs, 7),
        (functools.partial(pow, 2), 128),
        (int, 7),
        ([0] * 7 + [5], None),
    ],
    ids=["lambda", "instance", "bound method", "class method", "builtin", "partial", "class", "a list"],
)
def test_any_callable(c: farcall.Library, callable: Any, expected: int | None) -> None:
    if expected is None:
        with pytest.raises(TypeError, match="'f' must be"):
            c.apply(callable, 7)
        with pytest.raises(TypeError, match="a closure runs a callable, not list"):
            farcall.Closure(callable, "int (int)")
    else:
        assert c.apply(callable, 7) == expected
        with farcall.Closure(callable, "int (int)") as closure:
            assert c.apply(closure, 7) == closure(7) == expected


def test_values_of_every_kind(c: farcall.Library) -> None:
    assert c.apply_twice(lambda x: x * x, -7) == 2401
    assert c.apply_double(lambda x, y: x**y, 2.0, -1.0) == 0.5
    assert c.apply_bool(lambda x: not x, True) is False
    assert c.apply_char(lambda x: x.upper(), b"q") == b"Q"
    assert c.ten(lambda *args: sum(int(a) * 2**i for i, a in enumerate(args))) == sum((i + 1) * 2**i for i in range(10))
    seen: list[Any] = []
    c.apply_void(seen.append, 1234)
    assert [int(p) for p in seen] == [1234]
    c.apply_void(seen.append, None)
    assert not seen[1]


def test_structs_by_value(c: farcall.Library) -> None:
    """In registers, in memory, and by a hidden pointer."""
    vector, pair = c.types.vector, c.types.pair
    got = c.apply_vector(lambda v, p: vector(v.x + p.a, v.y + p.b, v.z), vector(1, 2, 3), pair(4, 0.5))
    assert (got.x, got.y, got.z) == (5.0, 2.5, 3.0)
    got = c.apply_pair(lambda p: (p.a + 1, p.b * 2), pair(4, 0.5))  # made of a sequence
    assert (got.a, got.b) == (5, 1.0)
    got = c.apply_pair(lambda p: {"a": -1}, pair(4, 0.5))
    assert (got.a, got.b) == (-1, 0.0)
    held = []
    c.apply_pair(lambda p: held.append(p) or p, pair(7, 1.5))  # a copy: it outlives the call
    assert (held[0].a, held[0].b) == (7, 1.5)


def test_arguments_that_are_kept(c: farcall.Library) -> None:
    """An argument that the callback dropped serves the next call; one that somebody holds does not."""
    pair = c.types.pair
    held: list[Any] = []
    with farcall.Closure(lambda p: held.append(p) if int(p) % 3 else None, "void (void *)") as closure:
        for number in range(20):
            c.apply_void(closure, number)
    assert [int(p) for p in held] == [number for number in range(20) if number % 3]
    views: list[memoryview] = []
    structs: list[Any] = []

    def keep(p: Any) -> Any:
        if p.a % 2:
            views.append(memoryview(p))
        else:
            structs.append(p)
        return c.apply_pair(keep, pair(p.a - 1, 0)) if p.a else p

    c.apply_pair(keep, pair(9, 0))
    assert [view.cast("B").cast("i")[0] for view in views] == [9, 7, 5, 3, 1]
    assert [p.a for p in structs] == [8, 6, 4, 2, 0]


def test_texts(c: farcall.Library) -> None:
    assert c.length_of(lambda s: s + "!", "four") == 5
    assert c.length_of(lambda s: s, "\N{GREEK SMALL LETTER PHI}") == 2
    assert c.length_of(lambda s: None, "four") == 77
    assert c.length_of(lambda s: b"bytes" if s is None else "no", None) == 5
    assert c.first_of(lambda ch: bytearray(ch + b"\0"), b"x") == ord("x")


def test_what_a_pointer_result_points_to_lives_on(c: farcall.Library) -> None:
    """Until the closure's next result: C may use it when the callback has returned."""
    with farcall.Closure(lambda s: "".join([s] * 1000), "const char *(const char *)") as closure:
        first = closure.address
        assert c.length_of(closure, "abc") == 3000
        call = farcall.function(first, "const void *(const char *)")
        place = int(call("xyz"))
        for _ in range(100):
            assert len(str(place).rjust(13) * 250) > 3000  # other objects of that size come and go
        assert ctypes.string_at(place) == b"xyz" * 1000


def test_a_function_pointer_result_lives_on(c: farcall.Library) -> None:
    """A callable given where C wants a function pointer: its closure is kept, too."""
    assert c.through(lambda: lambda x: x * 3, 5) == 15
    assert c.through(lambda: c.get_doubled(), 5) == 10


def test_what_a_struct_result_points_to_lives_on(c: farcall.Library) -> None:
    entry = c.types.entry
    assert c.named(lambda x: entry(name="".join(["name"] * x), score=None), 500) == 2000
    assert c.named(lambda x: {"name": "".join(["name"] * x)}, 500) == 2000


def test_closures_in_structs_and_variables(c: farcall.Library) -> None:
    """A function pointer stored in memory keeps its closure."""
    entry = c.types.entry(name="seven..", score=lambda x: x * 11)
    assert c.score(farcall.addressof(entry)) == 77
    c.stored = lambda x: x - 1
    assert c.call_stored(5) == 4
    pointer = c.stored
    assert farcall.function(pointer)(8) == 7


def test_foreign_functions_are_passed_as_they_are(c: farcall.Library) -> None:
    """No Python in between: a function of C, or a pointer that C gave."""
    absolute = farcall.Library(None).function("int abs(int)")
    assert c.apply(absolute, -3) == 3
    assert c.apply(c.get_doubled(), 21) == 42


# From Python


def test_annotations(c: farcall.Library) -> None:
    @farcall.closure
    def less(x: farcall.int_) -> farcall.int_:  # type: ignore[valid-type]
        return x - 1  # type: ignore[operator]

    assert c.apply(less, 7) == less(7) == 6

    @farcall.closure(on_error=-9)
    def fails(x: farcall.int_) -> farcall.int_:  # type: ignore[valid-type]
        raise LookupError

    with pytest.raises(LookupError):
        fails(1)


def test_repr() -> None:
    closure = farcall.Closure(max, "int (*)(int x, double)")
    assert repr(closure) == f"<farcall.Closure max: int (*)(int x, double) at {closure.address:#x}>"
    closure.close()
    assert repr(closure) == "<farcall.Closure max: int (*)(int x, double) closed>"
    assert "ClosureOnce" in repr(farcall.ClosureOnce(max, "int (int, int)"))


@pytest.mark.parametrize("act", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_no_pickling(act: Callable[[Any], Any]) -> None:
    with (
        farcall.Closure(max, "int (int, int)") as closure,
        pytest.raises(TypeError, match="cannot be pickled or copied: its address means nothing elsewhere"),
    ):
        act(closure)


def test_ctypes_takes_a_closure() -> None:
    """As a parameter of any pointer type, through `_as_parameter_`."""
    libc = ctypes.CDLL(None)
    values = (ctypes.c_int * 5)(5, 3, 9, -1, 0)
    with farcall.Closure(lambda a, b: a[0] - b[0], "int (const int *, const int *)") as compare:
        libc.qsort.argtypes = None
        libc.qsort(values, ctypes.c_size_t(5), ctypes.c_size_t(4), compare)
    assert list(values) == [-1, 0, 3, 5, 9]


def test_ctypes_takes_a_foreign_function() -> None:
    """Its description, `__self__`, is what ctypes can be given."""
    prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
    absolute = farcall.Library(None).function("int abs(int)")
    assert ctypes.cast(absolute.__self__._as_parameter_, prototype)(-5) == 5


def test_capsules() -> None:
    """Named with the C signature, pointing to the function, keeping it alive."""
    api = ctypes.pythonapi
    api.PyCapsule_GetName.restype = ctypes.c_char_p
    api.PyCapsule_GetPointer.restype = ctypes.c_void_p
    cosine = farcall.Library("m").function("double cos(double x)")
    square = farcall.Closure(lambda x: x * x, "double (double)")
    for function, address in ((cosine, cosine.__self__.address), (square, square.address)):
        capsule = ctypes.py_object(farcall.capsule(function))
        name = api.PyCapsule_GetName(capsule)
        assert name == b"double (double)"
        assert api.PyCapsule_GetPointer(capsule, name) == address
    capsule = square.capsule
    address = square.address
    del square, function
    assert farcall.function(address, "double (double)")(3.0) == 9.0
    del capsule
    with pytest.raises(ClosureError, match="called after it was closed"):
        farcall.function(address, "double (double)")(3.0)
    with pytest.raises(TypeError, match="is not a foreign function"):
        farcall.capsule(max)


def test_scipy_takes_capsules() -> None:
    scipy = pytest.importorskip("scipy", reason="no SciPy for this Python")
    from scipy import integrate

    square = farcall.Closure(lambda x: x * x, "double (double)")
    for function, expected in ((farcall.Library("m").function("double cos(double)"), 0.8414709848), (square, 1 / 3)):
        low_level = scipy.LowLevelCallable(farcall.capsule(function))
        assert low_level.signature == "double (double)"
        assert integrate.quad(low_level, 0, 1)[0] == pytest.approx(expected)


def test_wrong_declarations() -> None:
    with pytest.raises(ClosureError, match="cannot be variadic"):
        farcall.Closure(print, "int (const char *, ...)")
    with pytest.raises(farcall.DeclarationError):
        farcall.Closure(print, "int (")
    with pytest.raises(TypeError, match="is not the type of a C function"):
        farcall.Closure(print, farcall.int_)
    with pytest.raises(TypeError, match="has no annotation"):
        farcall.Closure(lambda x: x)
    with pytest.raises(TypeError, match=r"on_error: void .* has no result"):
        farcall.Closure(print, "void (int)", on_error=1)
    with pytest.raises(OverflowError):
        farcall.Closure(print, "short (int)", on_error=70000)
    with pytest.raises(TypeError):
        farcall.Closure(print, "int (int)", on_error="text")


def test_a_closure_takes_what_declares_a_pointer(c: farcall.Library) -> None:
    """A declaration as text, a pointer class, a ctype."""
    cls = c.types["int (*)(int)"]
    for declaration in ("int (int)", "int (*)(int)", "int f(int x)", cls, cls.__ctype__, cls.__ctype__.target):
        assert farcall.Closure(lambda x: x + 1, declaration)(1) == 2


def test_path(tmp_path: Path) -> None:
    """A callback may raise and catch, open files and import: it is ordinary Python."""

    def work(number: int) -> int:
        import json

        target = tmp_path / f"{number}.json"
        target.write_text(json.dumps({"n": number}))
        return json.loads(target.read_text())["n"] * 2

    assert farcall.Closure(work, "int (int)")(21) == 42


def test_error_values_that_are_alike_stay_apart() -> None:
    """They are remembered with the type; what is equal to Python may be another value to C."""
    raised: list[object] = []
    hook, sys.unraisablehook = sys.unraisablehook, raised.append
    try:
        kept = []
        for value in (0.0, -0.0, 1, True, 1.0, -0.0, 0.0, math.inf):
            closure = farcall.Closure(lambda: 1 // 0, "double (void)", on_error=value)
            kept.append(closure)
            found = ctypes.CFUNCTYPE(ctypes.c_double)(closure.address)()
            assert (found, math.copysign(1, found)) == (value, math.copysign(1, value))
    finally:
        sys.unraisablehook = hook
    assert len(raised) == 8


def test_classes_that_look_like_those_of_function_pointers() -> None:
    """Generated code looks for what farcall's classes keep: another class may have an attribute of that name."""

    class Odd:
        __native__ = object()

    for _ in range(3):
        for declaration in (Odd, int, type, farcall.int_, object, Odd()):
            with pytest.raises(TypeError):
                farcall.Closure(abs, declaration)
        assert farcall.Closure(abs, "int (int)")(-3) == 3
