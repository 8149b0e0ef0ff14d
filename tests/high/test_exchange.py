"""Arrays, buffers and types that are exchanged with others: formats, NumPy, ctypes, DLPack."""

from __future__ import annotations

import ctypes
import struct
import sys
from typing import Any

import pytest

import farcall
from farcall.errors import UnsupportedTypeError

DECLARED = """
typedef struct { double x, y; } point;
struct node { int value; struct node *next; const char *name; };
typedef union { float f; int i; } number;
struct table { char name[8]; short grid[2][3]; number any; double _Complex z; unsigned low : 3; struct node *first; };
size_t strlen(const char *);
void *memcpy(void *, const void *, size_t);
"""


@pytest.fixture(scope="module")
def lib() -> Any:
    library = farcall.Library("libc.so.6")
    library.cdef(DECLARED)
    return library


def test_formats(lib: Any) -> None:
    order = "<" if sys.byteorder == "little" else ">"
    assert memoryview(lib.types.point()).format == f"T{{{order}d:x:{order}d:y:}}"
    grid = farcall.new("short[2][3]", [[1, 2, 3], [4, 5, 6]])
    seen = memoryview(grid)
    assert (seen.shape, seen.strides, seen.format, seen.tolist()) == ((2, 3), (6, 2), "h", [[1, 2, 3], [4, 5, 6]])
    seen[1, 2] = 60
    assert grid[1][2] == 60
    assert memoryview(farcall.new("const int[2]", [1, 2])).tolist() == [1, 2]
    assert struct.unpack_from("@2d", lib.types.point(1, 2)) == (1, 2)
    references = sys.getrefcount(grid)
    del seen
    assert sys.getrefcount(grid) == references - 1


def test_numpy(lib: Any) -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    table = lib.types.table(b"name", [[1, 2, 3], [4, 5, 6]], {"i": 7}, 1 + 2j, 3)
    seen = np.asarray(table)
    assert seen["name"].tobytes() == b"name\0\0\0\0"
    assert seen["grid"].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert seen["z"] == 1 + 2j
    seen["grid"][1, 1] = 50
    assert table.grid[1][1] == 50
    for kind in (lib.types.point, lib.types.table, lib.types.number, lib.types.node):
        dtype = farcall.dtype(kind)
        assert dtype.itemsize == farcall.sizeof(kind)
        for name, (_, offset, *_) in dtype.fields.items():
            assert offset == farcall.offsetof(kind, name)
    assert farcall.dtype(lib.types.number).fields["i"][1] == 0
    for text in (
        "double",
        "long double",
        "_Float16",
        "float _Complex",
        "long double _Complex",
        "unsigned short",
        "_Bool",
    ):
        cls = farcall.type_of(text)
        assert farcall.dtype(cls).itemsize == farcall.sizeof(cls)
        assert np.asarray(farcall.array(cls, 2)([1, 0])).dtype == farcall.dtype(cls)
        assert np.asarray(farcall.array(cls, 2)([1, 0])).tolist() == [1, 0]


def test_dtypes_to_structs() -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    for spec in (
        [("a", "i1"), ("b", "f8"), ("c", "S4"), ("d", "f4", (2, 3))],
        {"names": ["a", "b"], "formats": ["i4", "u2"], "offsets": [1, 9], "itemsize": 20},
        [("inner", [("x", "?"), ("y", "c16")]), ("tail", "V3")],
    ):
        for align in (False, True):
            try:
                dtype = np.dtype(spec, align=align)
            except ValueError:
                continue
            cls = farcall.from_dtype(dtype)
            assert farcall.sizeof(cls) == dtype.itemsize
            for name in dtype.names:
                assert farcall.offsetof(cls, name) == dtype.fields[name][1]
    cls = farcall.from_dtype(np.dtype([("a", "i4"), ("b", "f8")]), "pair")
    rows = np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "i4"), ("b", "f8")])
    seen = farcall.view(farcall.array(cls, 2), rows)
    seen[1].b = 9
    assert (rows["b"][1], seen[0].a, repr(seen[0])) == (9, 1, "pair(a=1, b=2.5)")
    assert farcall.array(cls, 2)(rows)[0].b == 2.5
    overlapping = np.dtype({"names": ["a", "b"], "formats": ["i4", "i4"], "offsets": [0, 2]})
    for wrong in ("O", "M8[s]", overlapping, [("a", "O")]):
        with pytest.raises(UnsupportedTypeError):
            farcall.from_dtype(wrong)
    assert bytes(farcall.array(farcall.from_dtype(">i4"), 2)([1, 2])) == bytes([0, 0, 0, 1, 0, 0, 0, 2])
    assert bytes(farcall.from_dtype("<i4")(1)) == bytes([1, 0, 0, 0])


class Point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_double), ("y", ctypes.c_double))


class Node(ctypes.Structure):
    pass


Node._fields_ = [("value", ctypes.c_int), ("next", ctypes.POINTER(Node)), ("name", ctypes.c_char_p)]


class Bits(ctypes.Structure):
    _fields_ = (("a", ctypes.c_uint, 3), ("b", ctypes.c_uint, 5), ("c", ctypes.c_double))


def test_ctypes_instances(lib: Any) -> None:
    theirs = Point(3, 4)
    points = lib.types["point *"]
    assert points(theirs).y == points(ctypes.pointer(theirs)).y == 4
    points(theirs).y = 5
    assert theirs.y == 5
    number = ctypes.c_long(7)
    for given in (number, ctypes.pointer(number)):
        assert farcall.type_of("long *")(given)[0] == 7
        target = bytearray(ctypes.sizeof(number))
        lib.memcpy(target, given, len(target))
        assert target == bytes(number)
    assert lib.strlen(ctypes.c_char_p(b"text")) == lib.strlen(ctypes.create_string_buffer(b"text")) == 4
    assert farcall.new(farcall.array(farcall.int_, 2), (ctypes.c_int * 2)(1, 2)) == [1, 2]
    for given in (ctypes.c_int(1), ctypes.pointer(ctypes.c_int(1)), ctypes.c_double(1), Node()):
        with pytest.raises((TypeError, UnsupportedTypeError)):
            points(given)


def test_ctypes_types(lib: Any) -> None:
    cls = farcall.from_ctypes(Node)
    made = cls(1, cls(2), "name")
    assert (made.next.value, made.name) == (2, "name")
    assert farcall.from_ctypes(Node) is cls
    bits = farcall.from_ctypes(Bits)(1, 2, 3.0)
    assert bytes(bits) == bytes(Bits(1, 2, 3.0))
    assert (
        farcall.from_ctypes(ctypes.CFUNCTYPE(ctypes.c_short, ctypes.c_double)).__ctype__
        == farcall.type_of("short (*)(double)").__ctype__
    )
    for kind in (lib.types.point, lib.types.node, lib.types.number):
        theirs = farcall.to_ctypes(kind)
        assert (ctypes.sizeof(theirs), ctypes.alignment(theirs)) == (farcall.sizeof(kind), farcall.alignof(kind))
        assert bytes(theirs()) == bytes(kind())
    for name in ("int8", "uint64", "double", "bool_", "char", "wchar", "longdouble"):
        kind = getattr(farcall, name)
        assert farcall.from_ctypes(farcall.to_ctypes(kind)).__ctype__ is not None
        assert ctypes.sizeof(farcall.to_ctypes(kind)) == farcall.sizeof(kind)

    with pytest.raises(UnsupportedTypeError):
        farcall.from_ctypes(ctypes.py_object)
    for wrong in (5, int, "c_int"):
        with pytest.raises(TypeError):
            farcall.from_ctypes(wrong)
    for wrong in ("__int128", "__m128"):
        with pytest.raises(UnsupportedTypeError):
            farcall.to_ctypes(farcall.type_of(wrong))


def test_dlpack(lib: Any) -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    array = np.array([1.5, 2.5])

    class Tensor:
        """What shows itself by DLPack alone."""

        def __dlpack__(self, **options: Any) -> Any:
            return array.__dlpack__(**options)

        def __dlpack_device__(self) -> Any:
            return array.__dlpack_device__()

    assert farcall.type_of("const double *")(Tensor())[1] == 2.5
    target = bytearray(16)
    lib.memcpy(target, Tensor(), 16)
    assert target == array.tobytes()
    with pytest.raises(TypeError):
        farcall.type_of("const int *")(Tensor())
