"""Arrays by DLPack: what NumPy makes of them, and a consumer written by the book."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest

import farcall
from farcall import seed
from farcall.cpython.value import dlpack

numpy = pytest.importorskip("numpy", reason="needs numpy")

TYPES = {
    "signed char": "i1", "unsigned char": "u1", "short": "i2", "unsigned short": "u2", "int": "i4", "unsigned": "u4",
    "long long": "i8", "unsigned long long": "u8", "float": "f4", "double": "f8", "_Float16": "f2", "_Bool": "?",
    "float _Complex": "c8", "double _Complex": "c16", "enum { ONE = 1 }": "u4",
}  # fmt: skip


@pytest.mark.parametrize("text", TYPES)
def test_numbers(text: str) -> None:
    if text == "_Float16" and numpy.lib.NumpyVersion(numpy.__version__) < "1.22.0":
        pytest.skip("NumPy without from_dlpack")
    kind = farcall.type_of(text)
    made = farcall.array(farcall.array(kind, 3), 2)()
    seen = numpy.from_dlpack(made)
    assert (seen.dtype, seen.shape, seen.ctypes.data) == (
        numpy.dtype(TYPES[text]),
        (2, 3),
        int(farcall.addressof(made)),
    )
    made[1][2] = 1
    assert seen[1, 2] == 1
    assert made.__dlpack_device__() == (1, 0)


def test_views_and_vectors_and_no_items() -> None:
    lib = farcall.cdef("struct image { int n; double pixels[2][3]; };")
    whole = lib.new("struct image", {"pixels": [[1, 2, 3], [4, 5, 6]]})
    assert numpy.from_dlpack(whole.pixels).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert numpy.from_dlpack(whole.pixels[1]).tolist() == [4, 5, 6]
    assert numpy.from_dlpack(farcall.addressof(whole).pixels).sum() == 21
    assert numpy.from_dlpack(farcall.type_of("__m128")([1, 2, 3, 4])).tolist() == [1, 2, 3, 4]
    assert numpy.from_dlpack(farcall.new("int[0]")).size == 0


def test_the_memory_lives_as_long_as_the_other_package_needs_it() -> None:
    made = farcall.new("int[1000]", range(1000))
    gone, before = weakref.ref(made), len(dlpack._lent)
    seen = numpy.from_dlpack(made)
    del made
    gc.collect()
    assert gone() is not None
    assert seen.sum() == sum(range(1000))
    del seen
    gc.collect()
    assert (gone(), len(dlpack._lent)) == (None, before)
    with farcall.arena() as arena:
        seen = numpy.from_dlpack(arena.new("int[3]", [1, 2, 3]))
    assert seen.tolist() == [1, 2, 3]
    with farcall.arena() as arena:
        freed = arena.new("int[3]")
    with pytest.raises((farcall.FreedMemoryError, BufferError)):
        freed.__dlpack__()


@pytest.mark.parametrize("version", [None, (1, 0), (1, 9), (0, 8)])
def test_a_capsule_that_nobody_takes(version: Any) -> None:
    made, before = farcall.new("int[3]"), len(dlpack._lent)
    gone = weakref.ref(made)
    capsule = made.__dlpack__(max_version=version)
    assert ("dltensor_versioned" if version and version >= (1, 0) else '"dltensor"') in repr(capsule)
    del made
    assert gone() is not None
    del capsule
    assert (gone(), len(dlpack._lent)) == (None, before)


@pytest.mark.parametrize("version", [None, (1, 0)])
def test_a_consumer_that_deletes_in_a_thread_of_its_own(version: Any) -> None:
    made = farcall.new("double[2][3]", [[1, 2, 3], [4, 5, 6]])
    gone = weakref.ref(made)
    capsule = made.__dlpack__(max_version=version)
    lib = farcall.cdef("""
        typedef struct { void *data; int type, id, ndim; unsigned char code, bits; unsigned short lanes; long long *shape, *strides;
                         unsigned long long offset; } tensor;
        struct plain { tensor t; void *ctx; void (*deleter)(void *); };
        struct versioned { unsigned major, minor; void *ctx; void (*deleter)(void *); unsigned long long flags; tensor t; };
    """)
    name = farcall.new("char[]", "dltensor_versioned" if version else "dltensor")
    used = farcall.new("char[]", "used")
    python = farcall.Library(None, gil="python")
    place = python.function("void *PyCapsule_GetPointer(PyObject *, const char *)")(capsule, name)
    python.function("int PyCapsule_SetName(PyObject *, const char *)")(capsule, used)
    held = lib.cast("struct versioned *" if version else "struct plain *", place)
    tensor = held.t
    assert (tensor.type, tensor.id, tensor.ndim, tensor.code, tensor.bits, tensor.lanes) == (1, 0, 2, 2, 64, 1)
    assert (tensor.shape[0:2], tensor.strides[0:2], tensor.offset) == ([2, 3], [3, 1], 0)
    assert int(tensor.data) == int(farcall.addressof(made))
    delete = farcall.function(held.deleter)
    del made, capsule
    assert gone() is not None
    thread = threading.Thread(target=delete, args=(place,))
    thread.start()
    thread.join()
    del held, tensor
    assert gone() is None


def test_what_cannot_be_said() -> None:
    for text in ("void *[2]", "long double[2]", "struct { int a; }[2]", "__int128[2]"):
        with pytest.raises(BufferError, match="DLPack has no word for"):
            farcall.new(text).__dlpack__()
    made = farcall.new("int[3]", [1, 2, 3])
    with pytest.raises(BufferError, match="no stream"):
        made.__dlpack__(stream=1)
    with pytest.raises(BufferError, match="on the device"):
        made.__dlpack__(dl_device=(2, 0))
    fixed = farcall.view("const int[3]", made)
    with pytest.raises(BufferError, match="is const"):
        fixed.__dlpack__()
    assert made.__dlpack__(dl_device=(1, 0), copy=False) is not None
    if numpy.lib.NumpyVersion(numpy.__version__) >= "2.1.0":
        assert not numpy.from_dlpack(fixed).flags.writeable
        mine = numpy.from_dlpack(made, copy=True)
        mine[0] = 5
        assert made[0] == 1
    assert seed.address_of(memoryview(made)) == int(farcall.addressof(made))
