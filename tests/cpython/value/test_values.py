"""C values as Python objects: scalars, structs, unions, arrays and pointers, and what they keep alive."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import struct
import sys
from typing import Any

import pytest

import farcall
from farcall.cpython.facts.host import host_target
from farcall.errors import IncompleteTypeError
from tests.conftest import Load, classes_go

MODEL = host_target().model
ULONG_MAX = (1 << 8 * MODEL.long) - 1
SIZE_MAX = (1 << 8 * MODEL.pointer) - 1
POINT = struct.calcsize("@id")

DECLARED = """
struct point { int x; double y; };
struct nested { struct point at; struct point *next; const char *name; int items[3]; _Bool flag; char letter; };
union number { int whole; float real; unsigned char raw[8]; };
struct anonymous { int kind; union { long long whole; double real; }; struct { short low, high; }; };
typedef struct { signed char a; unsigned char b; short c; unsigned short d; int e; unsigned f; long g;
    unsigned long h; float i; double j; _Bool k; char l; wchar_t m; } scalars;
struct node { int value; struct node *next; struct node *other; };
struct lines { const char *first; const char *second; };
struct outer { struct lines lines; const char *third; };
struct opaque;
enum color { RED, GREEN = 5 };
"""


@pytest.fixture(scope="module")
def types() -> Any:
    library = farcall.Library(None)
    library.cdef(DECLARED)
    return library.types


# Scalars

WCHAR = ("i", [-1, 0x1F40D]) if MODEL.wchar_signed else ("I", [(1 << 32) - 1, 0x1F40D])
SCALARS = {
    "schar": ("b", [-128, 127]), "uchar": ("B", [0, 255]), "short": ("h", [-32768, 32767]),
    "ushort": ("H", [0, 65535]), "int_": ("i", [-(1 << 31), (1 << 31) - 1]), "uint": ("I", [0, (1 << 32) - 1]),
    "long": ("l", [~(ULONG_MAX >> 1), ULONG_MAX >> 1]), "ulong": ("L", [0, ULONG_MAX]),
    "longlong": ("q", [-5]), "ulonglong": ("Q", [5]), "int8": ("b", [-1]), "uint8": ("B", [1]),
    "int16": ("h", [-1]), "uint16": ("H", [1]), "int32": ("i", [-1]), "uint32": ("I", [1]),
    "int64": ("q", [-1]), "uint64": ("Q", [1]), "size_t": ("N", [(SIZE_MAX >> 1) + 1]), "ssize_t": ("n", [-1]),
    "ptrdiff_t": ("n", [-1]), "intptr": ("n", [-1]), "uintptr": ("N", [1]), "wchar": WCHAR,
    "float_": ("f", [1.5, -0.0, math.inf]), "double": ("d", [1.1, -0.0, 5e-324, -math.inf]),
    "bool_": ("?", [True, False]), "char": ("c", [b"\0", b"\xff"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SCALARS)
def test_scalars(name: str) -> None:
    code, values = SCALARS[name]
    cls = getattr(farcall, name)
    assert farcall.sizeof(cls) == struct.calcsize(f"@{code}") == memoryview(cls()).nbytes
    for value in values:
        made = cls(value)
        assert made.value == value
        assert type(made.value) is type(value)
        assert bytes(memoryview(made)) == struct.pack(f"@{code}", value)
        assert made == value
        assert made == cls(value)
        assert repr(made).endswith(f"({value!r})")
        assert pickle.loads(pickle.dumps(made)) == made
        assert copy.copy(made).value == value
        assert copy.deepcopy(made).value == value
        assert cls(made).value == value
    made = cls()
    made.value = values[0]
    assert made.value == values[0]
    assert bool(made) is bool(values[0])
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)
    with pytest.raises(TypeError, match="cannot be deleted"):
        del made.value


def test_scalars_as_numbers() -> None:
    assert [10, 20, 30][farcall.int_(1)] == 20
    assert int(farcall.int64(-5)) == -5
    assert float(farcall.double(2.5)) == float(farcall.float_(2.5)) == 2.5
    assert int(farcall.char(b"\xff")) == (-1 if MODEL.char_signed else 255)
    with pytest.raises(TypeError):
        [1][farcall.double(0)]


# Structs and unions


def test_struct_construction(types: Any) -> None:
    empty = types.point()
    assert (empty.x, empty.y) == (0, 0.0)
    assert types.point(3, 4.5) == types.point(y=4.5, x=3) == types.point(3, y=4.5)
    assert types.point(3, 4.5) != types.point(3, 4.25)
    assert types.point(3, 4.5) != (3, 4.5)
    assert repr(types.point(3, 4.5)) == "point(x=3, y=4.5)"
    assert bytes(types.point(3, 4.5)) == struct.pack("@id", 3, 4.5)
    assert types.point.__doc__ == "The C type struct point."
    with pytest.raises(TypeError, match="unhashable"):
        hash(empty)


def test_scalar_fields(types: Any) -> None:
    values = (
        -128, 255, -32768, 65535, -(1 << 31), (1 << 32) - 1, ~(ULONG_MAX >> 1), ULONG_MAX, 1.5, 2.5, True, b"x", 7
    )  # fmt: skip
    made = types.scalars(*values)
    assert tuple(getattr(made, name) for name in "abcdefghijklm") == values
    assert [type(getattr(made, name)) for name in "abcdefghijklm"] == [type(value) for value in values]
    packed = struct.pack("@bBhHiIlLfd?ci", *values)
    assert bytes(made) == packed
    assert farcall.sizeof(types.scalars) == len(packed)


def test_nested_fields_are_views(types: Any) -> None:
    made = types.nested(at=(1, 2.0), items=[1, 2, 3])
    view = made.at
    view.x = 7
    made.items[1] = 9
    assert made.at.x == 7
    assert list(made.items) == [1, 9, 3]
    made.at = types.point(5, 6.0)
    assert view.x == 5
    made.at = {"x": 8}
    assert view == types.point(8, 0.0)
    del made
    gc.collect()
    assert view.x == 8


def test_anonymous_members(types: Any) -> None:
    made = types.anonymous(kind=1, real=2.5, low=-1, high=3)
    assert (made.kind, made.real, made.low, made.high) == (1, 2.5, -1, 3)
    assert made.whole == struct.unpack("@q", struct.pack("@d", 2.5))[0]
    assert farcall.offsetof(types.anonymous, "high") == struct.calcsize("iq2h") - 2
    with pytest.raises(AttributeError, match="zz"):
        farcall.offsetof(types.anonymous, "zz")


def test_unions(types: Any) -> None:
    made = types.number(real=1.0)
    assert made.whole == 0x3F800000
    assert bytes(made) == struct.pack("@f4x", 1.0)
    assert types.number(5).whole == 5
    assert types.number(raw=range(8)).raw[7] == 7
    assert types.number(real=1.0) == types.number(whole=0x3F800000)
    with pytest.raises(TypeError, match="one member at a time, 2 were given"):
        types.number(1, real=2)


def test_two_members_at_one_place_are_told_apart(types: Any) -> None:
    with pytest.raises(OverflowError, match=r"field 'real': .*1e\+39 is out of range for float"):
        types.number(real=1e39)
    with pytest.raises(OverflowError, match=r"field 'whole': .* is out of range for int"):
        types.number(whole=1 << 40)


def test_copies_of_structs(types: Any) -> None:
    made = types.point(1, 2.5)
    for twin in (copy.copy(made), copy.deepcopy(made)):
        assert twin == made
        twin.x = 9
        assert made.x == 1
    assert pickle.loads(pickle.dumps(made)) == made
    for act in (copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="is a pointer"):
            act(types.nested())


def test_one_class_for_two_declarations_of_one_struct() -> None:
    one, two = farcall.Library(None), farcall.Library(None)
    for library in (one, two):
        library.cdef("struct twin { int a; };")
    assert one.types.twin is two.types.twin
    assert one.types.twin is one.types.twin is one.types["struct twin"]


# Arrays


def test_arrays() -> None:
    cls = farcall.array(farcall.int_, 4)
    made = cls([1, 2, 3])
    assert len(made) == 4
    assert list(made) == made[:] == [1, 2, 3, 0]
    assert (made[-1], made[1:3], made[::-2]) == (0, [2, 3], [0, 2])
    made[-1] = 9
    made[0:2] = (7, 8)
    assert made == [7, 8, 3, 9] == cls([7, 8, 3, 9])
    assert made != [7, 8, 3]
    assert bytes(made) == struct.pack("@4i", 7, 8, 3, 9)
    assert repr(made) == "<int [4] [7, 8, 3, 9]>"
    assert 8 in made
    twin = copy.copy(made)
    twin[0] = 0
    assert made[0] == 7


def test_array_bounds() -> None:
    made = farcall.array(farcall.int_, 2)([1, 2])
    for index in (2, -3, 1 << 70, -(1 << 70)):
        with pytest.raises(IndexError):
            made[index]
        with pytest.raises(IndexError):
            made[index] = 0
    for index in ("0", 0.0, None):
        with pytest.raises(TypeError):
            made[index]
    with pytest.raises(ValueError, match="2 items, 3 were given"):
        farcall.array(farcall.int_, 2)([1, 2, 3])
    with pytest.raises(ValueError, match="1 values for a slice of 2"):
        made[:] = [1]
    with pytest.raises(OverflowError, match=r"int \[2\]: item 1"):
        made[1] = 1 << 31
    assert made == [1, 2]


def test_arrays_of_arrays_and_structs(types: Any) -> None:
    grid = farcall.array(farcall.array(farcall.short, 3), 2)([[1, 2, 3], [4, 5, 6]])
    grid[1][2] = 60
    assert [list(row) for row in grid] == [[1, 2, 3], [4, 5, 60]]
    assert bytes(grid) == struct.pack("@6h", 1, 2, 3, 4, 5, 60)
    points = farcall.array(types.point, 2)([(1, 2.0), {"y": 3.0}])
    points[0].x = 5
    assert [(p.x, p.y) for p in points] == [(5, 2.0), (0, 3.0)]
    assert farcall.array(farcall.int_, 0)() == []


# The buffer protocol


def test_buffers(types: Any) -> None:
    made = types.point(1, 2.0)
    view = memoryview(made)
    assert (view.nbytes, view.readonly, view.ndim) == (POINT, False, 0)
    order = "<" if sys.byteorder == "little" else ">"
    assert view.format == f"T{{{order}i:x:{'4x' if POINT == 16 else ''}{order}d:y:}}"
    view.cast("B")[:4] = struct.pack("@i", 77)
    assert made.x == 77
    references = sys.getrefcount(made)
    view.release()
    assert sys.getrefcount(made) == references - 1
    assert memoryview(farcall.array(farcall.double, 5)()).nbytes == 40
    assert memoryview(farcall.type_of("int *")()).nbytes == MODEL.pointer
    assert memoryview(types.nested().at).nbytes == POINT


def test_numpy_sees_the_memory() -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    items = farcall.array(farcall.double, 4)([1, 2, 3, 4])
    seen = np.frombuffer(items, dtype="f8")
    seen *= 2
    assert list(items) == [2, 4, 6, 8]
    del items
    gc.collect()
    assert seen.sum() == 20


# Classes written in Python


@pytest.fixture
def own() -> Any:
    """Types of their own: a class stands for its type in the whole process."""
    return farcall.cdef("struct own_point { int x; double y; };").types


def test_subclasses(own: Any) -> None:
    class Point(own.own_point):
        scale = 2

        def __init__(self, *args: Any, **fields: Any) -> None:
            super().__init__(*args, **fields)
            self.note = ["of the subclass"]

        def norm(self) -> float:
            return self.scale * math.hypot(self.x, self.y)

    class Slim(own.own_point):
        __slots__ = ()

    made = Point(3, y=4.0)
    assert made.norm() == 10
    assert repr(made) == "Point(x=3, y=4.0)"
    assert made == own.own_point(3, 4.0)
    assert bytes(made) == bytes(memoryview(made)) == bytes(Slim(3, 4.0)) == struct.pack("@id", 3, 4.0)
    assert memoryview(made).nbytes == memoryview(Slim()).nbytes == POINT
    assert made.note == ["of the subclass"]
    assert isinstance(made, farcall.Struct)


def test_subclasses_and_the_garbage_collector(own: Any) -> None:
    class Point(own.own_point):
        pass

    died = []

    class Flag:
        def __del__(self) -> None:
            died.append(1)

    for _ in range(100):
        made = Point(1, 2.0)
        made.itself, made.flag = made, Flag()
    del made
    gc.collect()
    assert len(died) == 100
    references = sys.getrefcount(Point)
    many = [Point(i, 0.0) for i in range(1000)]
    assert [p.x for p in many] == list(range(1000))
    del many
    gc.collect()
    assert sys.getrefcount(Point) == references


def test_subclasses_as_arguments_and_targets(types: Any, load_c: Load) -> None:
    library = load_c(
        "struct moved_point { int x; double y; };"
        "double sum(struct moved_point p) { return p.x + p.y; }"
        "void move(struct moved_point *p) { p->x += 10; }",
        "struct moved_point { int x; double y; }; double sum(struct moved_point p); void move(struct moved_point *p);",
    )

    class Point(library.types.moved_point):
        pass

    made = Point(1, 2.5)
    library.move(made)
    assert library.sum(made) == 13.5
    pointer = farcall.addressof(made)
    made.x = 5
    assert pointer[0].x == 5


@classes_go
def test_classes_die_with_their_library() -> None:
    import weakref

    library = farcall.Library(None)
    library.cdef("struct mortal { int a; struct mortal *next; const char *s; int items[2]; };")
    value = library.types.mortal(1, None, "text", [1, 2])
    value.next = value
    reference = weakref.ref(library.types.mortal)
    assert reference() is library.types.mortal
    del library, value
    gc.collect()
    assert reference() is None


def test_enums(types: Any) -> None:
    assert types.color(5).value == 5
    assert farcall.sizeof(types.color) == 4


def test_incomplete(types: Any) -> None:
    with pytest.raises(IncompleteTypeError, match="opaque"):
        types.opaque()
    assert not types["struct opaque *"]()


VECTOR = farcall.type_of("float __attribute__((vector_size(16)))")


@pytest.mark.parametrize("made", [farcall.int_, farcall.array(farcall.int_, 3), farcall.pointer(farcall.int_), VECTOR])
def test_keyword_arguments_are_refused_in_the_library_s_words(made: Any) -> None:
    with pytest.raises(TypeError, match=r"farcall\.\w+\(\) got some positional-only arguments .*'self'"):
        made(self=1)
