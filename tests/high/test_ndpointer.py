"""Arrays as parameters whose items, dimensions, shape and order are looked at."""

from __future__ import annotations

import array
from typing import Any

import pytest

import farcall
from tests.conftest import Load

numpy = pytest.importorskip("numpy", reason="needs numpy")

SOURCE = """
#include <stddef.h>
double at(const double *a, int i) { return a[i]; }
void set(double *a, int i, double x) { a[i] = x; }
int number(int *a, int i) { return a[i]; }
struct point { int x; double y; };
double field(struct point *a, int i) { return a[i].y; }
double fixed[6] = { 1, 2, 3, 4, 5, 6 };
double *table(void) { return fixed; }
double each(double (*f)(double *), double *a) { return f(a); }
int truth(_Bool *a, int i) { return a[i]; }
"""

OTHER_ORDER = numpy.dtype("f8").newbyteorder()
SQUARE = farcall.ndpointer("double", shape=(2, 3))


@pytest.fixture(params=["fast", "api"])
def lib(load_c: Load, request: Any) -> Any:
    return load_c(SOURCE, "struct point { int x; double y; };", tier=request.param)


def bound(lib: Any, name: str, *types: Any, result: Any = None) -> Any:
    return farcall.function(lib.address(name), list(types), result, tier=lib._tier)


def test_orders(lib: Any) -> None:
    values = numpy.arange(6.0).reshape(2, 3)
    for order, given, expected in (
        ("C", values, [0, 1, 2, 3, 4, 5]),
        ("F", numpy.asfortranarray(values), [0, 3, 1, 4, 2, 5]),
        ("A", values, [0, 1, 2, 3, 4, 5]),
        ("A", numpy.asfortranarray(values), [0, 3, 1, 4, 2, 5]),
        ("F", values.T, [0, 1, 2, 3, 4, 5]),
        ("F", numpy.arange(6.0), [0, 1, 2, 3, 4, 5]),
    ):
        at = bound(lib, "at", farcall.ndpointer("const double", order=order), farcall.int_, result=farcall.double)
        assert [at(given, i) for i in range(6)] == expected
    for order, given in (
        ("C", numpy.asfortranarray(values)),
        ("F", values),
        ("A", values[:, ::2]),
        ("C", values[:, 1:]),
    ):
        set_ = bound(lib, "set", farcall.ndpointer("double", order=order), farcall.int_, farcall.double)
        with pytest.raises(
            ValueError, match=r"function\(\) argument 1 must be ndpointer\(double, .*contiguous: pass a copy"
        ):
            set_(given, 0, 1.0)


def test_shapes_and_dimensions(lib: Any) -> None:
    def at(*args: Any, **names: Any) -> Any:
        return bound(lib, "at", farcall.ndpointer("const double", *args, **names), farcall.int_, result=farcall.double)

    values = numpy.arange(6.0).reshape(2, 3)
    for taken in (at(), at(2), at(ndim=2), at(shape=(2, 3)), at(shape=[None, 3]), at(2, (None, None))):
        assert taken(values, 4) == 4.0
    with pytest.raises(ValueError, match="the array has 2 dimensions"):
        at(ndim=1)(values, 0)
    with pytest.raises(ValueError, match="the array has 1 dimensions"):
        at(shape=(6, 1))(values.ravel(), 0)
    with pytest.raises(ValueError, match=r"shape=\(2, None, 3\)"):
        at(shape=(2, None, 3))(values, 0)
    with pytest.raises(ValueError, match=r"the array has the shape \(2, 3\)"):
        at(shape=(None, 2))(values, 0)
    assert at(ndim=0)(numpy.array(2.5), 0) == 2.5


def test_items(lib: Any) -> None:
    doubles = bound(lib, "set", farcall.ndpointer("double"), farcall.int_, farcall.double)
    values = numpy.zeros(3)
    doubles(values, 1, 2.5)
    assert values.tolist() == [0, 2.5, 0]
    ours, plain = farcall.new("double[3]"), array.array("d", [0.0] * 3)
    for given in (ours, plain, memoryview(plain)):
        doubles(given, 1, 2.5)
    assert ours[1] == plain[1] == 2.5
    for wrong in (
        *(numpy.zeros(3, kind) for kind in ("f4", "i8", OTHER_ORDER, "c8", "M8[s]")), array.array("q", [1]), [1.0], None, 5,
        "text", b"12345678", numpy.array([None]), farcall.int_(1),
    ):  # fmt: skip
        with pytest.raises(TypeError, match=r"function\(\) argument 1 must be ndpointer\(double"):
            doubles(wrong, 0, 1.0)
    values.flags.writeable = False
    with pytest.raises(TypeError, match="argument 1 must be writable for"):
        doubles(values, 0, 1.0)
    odd = numpy.frombuffer(bytearray(25), "u1")[1:].view("f8")
    with pytest.raises(ValueError, match=r"not aligned to [48] bytes"):
        doubles(odd, 0, 1.0)
    ints = bound(lib, "number", farcall.ndpointer(farcall.int_), farcall.int_, result=farcall.int_)
    assert ints(numpy.array([1, 2], "i4"), 1) == 2
    with pytest.raises(TypeError, match="are uint32"):
        ints(numpy.array([1, 2], "u4"), 1)
    truths = bound(lib, "truth", farcall.ndpointer(farcall.bool_), farcall.int_, result=farcall.int_)
    assert truths(numpy.array([False, True]), 1) == 1
    with pytest.raises(TypeError):
        truths(numpy.array([0, 2], "u1"), 1)


def test_structs(lib: Any) -> None:
    field = bound(lib, "field", farcall.ndpointer(lib.types.point, ndim=1), farcall.int_, result=farcall.double)
    points = numpy.zeros(2, farcall.dtype(lib.types.point))
    points[1]["y"] = 2.5
    assert field(points, 1) == field(lib.new("struct point[2]", [(0, 0), (1, 2.5)]), 1) == 2.5
    with pytest.raises(TypeError, match="items of ndarray are"):
        field(numpy.zeros(2, "i4,f4,f8"), 1)


def test_results_and_callbacks(lib: Any) -> None:
    table = bound(lib, "table", result=SQUARE)
    assert [list(row) for row in table()] == [[1, 2, 3], [4, 5, 6]]
    assert bound(lib, "table", result=farcall.ndpointer("double"))()[5] == 6.0
    seen = []

    def look(values: SQUARE) -> farcall.double:  # type: ignore[valid-type]
        seen.append(values[1][2])
        return 1.5

    each = farcall.function(lib.address("each"), "double (double (*)(double *), double *)", tier=lib._tier)
    assert each(farcall.closure(look), farcall.new("double[6]", range(6))) == 1.5
    assert seen == [5.0]


def test_types_that_make_no_sense() -> None:
    for given in (("void",), ("int (int)",), ("FILE",)):
        with pytest.raises((TypeError, farcall.IncompleteTypeError)):
            farcall.ndpointer(*given)
    for names in ({"order": "K"}, {"ndim": -1}, {"shape": (1, -2)}, {"ndim": 1, "shape": (1, 2)}):
        with pytest.raises(ValueError, match=r"ndpointer\(\)|a length|ndim"):
            farcall.ndpointer("double", **names)
    with pytest.raises(TypeError):
        farcall.ndpointer("double", ndim="two")  # type: ignore[arg-type]
    assert farcall.ndpointer("double", 2) is farcall.ndpointer(farcall.double, ndim=2)


def test_parameters_declared_in_c(lib: Any) -> None:
    at = lib.function("double at(const double *a, int i)", arrays={"a": {"ndim": 2, "order": "F"}})
    values = numpy.array([[1.0, 2.0], [3.0, 4.0]], order="F")
    assert (at(values, 1), at(a=values, i=2)) == (3.0, 2.0)
    for wrong, said in (
        (numpy.ones((2, 2)), "not Fortran-contiguous"),
        (numpy.ones(4), "1 dimensions"),
    ):
        with pytest.raises(ValueError, match=rf"at\(\) argument 1 must be ndpointer.*{said}"):
            at(wrong, 0)
    with pytest.raises(TypeError, match=r"at\(\) argument 1 .*float32"):
        at(numpy.ones((2, 2), "f4", order="F"), 0)
    set_item = lib.function(
        "void set(double *a, int i, double x)", arrays={0: farcall.ndpointer("double", shape=(3,))}, gil="hold"
    )
    room = numpy.zeros(3)
    set_item(room, 2, 1.5)
    assert room.tolist() == [0, 0, 1.5]
    room.flags.writeable = False
    with pytest.raises(TypeError, match="writable"):
        set_item(room, 2, 1.5)
    rows = lib.function("double at(const double (*a)[2], int i)", arrays={"a": {}})
    assert rows(numpy.arange(6.0).reshape(3, 2), 3) == 3.0
    with pytest.raises(ValueError, match="the array has the shape"):
        rows(numpy.arange(6.0).reshape(2, 3), 3)


@pytest.mark.parametrize(
    ("arrays", "error", "said"),
    [
        ({"b": {}}, TypeError, r"at\(\) has no parameter 'b'; there are: a, i"),
        ({"i": {}}, TypeError, r"at\(\): arrays\['i'\]: the parameter is int, no pointer"),
        ({"a": {"ndim": -1}}, ValueError, r"at\(\): arrays\['a'\]: "),
        ({"a": {"dims": 1}}, TypeError, r"at\(\): arrays\['a'\]: .*'dims'"),
        ({"a": {"order": "K"}}, ValueError, r"at\(\): arrays\['a'\]: .*order must be"),
        ({"a": 5}, TypeError, r"arrays\['a'\] must be a farcall.ndpointer, or a mapping of its options, not 5"),
        ({"a": {}, 0: {}}, TypeError, r"arrays\[0\]: this parameter is named twice"),
        (["a"], TypeError, r"at\(\): arrays must be a mapping by parameter, not list"),
    ],
)
def test_arrays_that_do_not_fit_what_is_declared(lib: Any, arrays: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        lib.function("double at(const double *a, int i)", arrays=arrays)


def test_items_of_another_type_than_declared(lib: Any) -> None:
    at = lib.function("double at(const double *a, int i)", arrays={"a": farcall.ndpointer("float")})
    with pytest.raises(TypeError, match=r"parameter 'a' must be const double \*, not float \*"):
        at(numpy.ones(2, "f4"), 0)
    with pytest.raises(TypeError, match="takes what is const"):
        lib.function("void set(double *a, int i, double x)", arrays={"a": farcall.ndpointer("const double")})
    with pytest.raises(TypeError, match="says nothing of the items"):
        lib.function("double at(const void *a, int i)", arrays={"a": {}})
    with pytest.raises(TypeError, match="this parameter is in out"):
        lib.function("void set(double *a, int i, double x)", out=["a"], arrays={"a": {}})
