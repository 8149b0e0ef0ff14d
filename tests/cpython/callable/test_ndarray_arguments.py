"""NumPy's arrays as arguments of `void *` and `const void *`, again and again: what is read inline is what the buffer protocol
would show, and what that refuses is refused."""

from __future__ import annotations

import subprocess
import sys
import warnings
from typing import Any

import pytest

import farcall
from farcall.cpython.facts.host import WORD
from farcall.cpython.value.ndarray import agrees
from tests.conftest import Load

numpy: Any = pytest.importorskip("numpy")
TIMES = range(3)


@pytest.fixture(scope="module")
def libc() -> Any:
    library = farcall.Library(None, gil="hold")
    library.cdef("int memcmp(const void *a, const void *b, size_t n); void *memset(void *p, int byte, size_t n);")
    return library


def test_arrays_lie_where_generated_code_reads_them() -> None:
    assert agrees(numpy.ndarray)


def test_another_class_is_not_taken_for_numpy_s() -> None:
    class Pretender:
        def __init__(self, *given: object) -> None: ...

    assert not agrees(Pretender)
    assert not agrees(bytearray)


def test_the_memory_of_arrays_of_all_kinds(libc: Any) -> None:
    kinds = ("u1", "i4", "f8", "c16", "S3", "?", [("x", "i4"), ("y", "f8")])
    for kind in kinds:
        for shape in ((4,), (2, 2), (0,), (1, 4, 1)):
            array = numpy.zeros(shape, kind)
            for _ in TIMES:
                libc.memset(array, 0, array.nbytes)
                assert libc.memcmp(array, bytes(array.nbytes), array.nbytes) == 0
    letters = numpy.frombuffer(b"letters", "u1")
    for _ in TIMES:
        assert libc.memcmp(letters, b"letters", 7) == 0
        assert libc.memcmp(letters[3:], b"ters", 4) == 0


def test_what_is_not_plain_is_refused_after_what_is(libc: Any) -> None:
    array = numpy.arange(8, dtype="u1")
    fixed = array.copy()
    fixed.flags.writeable = False
    for _ in TIMES:
        assert libc.memcmp(array, fixed, 8) == 0
        for other in (array[::2], array.reshape(2, 4).T, array[::-1]):
            with pytest.raises(ValueError, match="not C-contiguous"):
                libc.memcmp(array, other, 4)
            with pytest.raises(ValueError, match="not C-contiguous"):
                libc.memset(other, 0, 4)
        with pytest.raises(TypeError, match="must be writable"):
            libc.memset(fixed, 0, 8)
        assert array.tolist() == fixed.tolist() == list(range(8))


def test_an_array_of_no_dimensions_is_the_memory_of_its_number(libc: Any) -> None:
    for _ in TIMES:
        assert libc.memcmp(numpy.zeros(3, "u1"), bytes(3), 3) == 0
        assert libc.memcmp(numpy.array(97, "u1"), b"a", 1) == 0


def test_numpy_warns_of_writes_as_ever(libc: Any) -> None:
    array = numpy.arange(8, dtype="u1")
    seen = []
    for _ in range(2):  # the second array is one of the first's class, which is known by then
        one, _other = numpy.broadcast_arrays(array, numpy.zeros((1, 8), "u1"))
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            memoryview(one)
        if found:
            one, _other = numpy.broadcast_arrays(array, numpy.zeros((1, 8), "u1"))
            with warnings.catch_warnings(record=True) as found:
                warnings.simplefilter("always")
                try:
                    libc.memset(one, 1, 8)
                except (TypeError, ValueError):
                    continue
            seen.append(len(found))
        libc.memset(array, 1, 8)
    assert all(seen)


def test_classes_derived_from_it_show_buffers(libc: Any) -> None:
    class Derived(numpy.ndarray):  # type: ignore[misc]
        pass

    array = numpy.arange(8, dtype="u1")
    for _ in TIMES:
        assert libc.memcmp(array.view(Derived), array, 8) == 0
        libc.memset(array.view(Derived), 3, 8)
        assert array.tolist() == [3] * 8
        array[:] = range(8)


def test_numpy_may_be_imported_after_the_function_is_bound() -> None:
    code = """
import farcall
from farcall.cpython.value import ndarray
libc = farcall.Library(None, gil="hold")
memcmp = libc.function("int memcmp(const void *a, const void *b, size_t n)")
assert memcmp(bytearray(b"abc"), b"abc", 3) == 0 and not ndarray._noted
import numpy
for _ in range(3):
    assert memcmp(numpy.frombuffer(b"abc", "u1"), b"abc", 3) == 0
assert ndarray._noted == [numpy.ndarray]
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


#: What items of C take of arrays whose items have their size: numbers of the same kind, and whatever is no number.
KIND = {"f4": "floating", "f8": "floating", "c8": "complex", "c16": "complex", "i4": "whole", "i8": "whole"}
ITEMS = {
    "int": ("i4",), "long long": ("i8",), "float": ("f4",), "double": ("f8",), "float _Complex": ("c8",),
    "double _Complex": ("c16",), "struct pair8": ("i8", "c8"), "struct pair16": ("c16",), "int *": ("i8",), "int [2]": ("i4",),
    "double [2]": ("f8", "c16"),
}  # fmt: skip


@pytest.mark.skipif(WORD != 8, reason="pointers are as long as i8")
@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("const", ["const ", ""])
def test_items_are_numbers_of_the_same_kind(load_c: Load, item: str, const: str) -> None:
    base, _, rest = item.partition(" [")
    parameter = f"{base} (*p)[{rest}" if rest else f"{base} {'*const ' if item == 'int *' and const else ''}*p"
    parameter = const * (item != "int *") + parameter.replace("int * *", "int **")
    structs = "struct pair8 { float x, y; }; struct pair16 { double x, y; };"
    declared = f"unsigned char first({parameter});"
    library: Any = load_c(f"{structs} {declared[:-1]} {{ return *(const unsigned char *)p; }}", structs + declared)
    for kind in KIND:
        array = numpy.full(4, 7, kind)
        for _ in TIMES:
            if kind in ITEMS[item]:
                assert library.first(array) == array.tobytes()[0]
            else:
                with pytest.raises(TypeError, match=r"first\(\) parameter 'p' must be "):
                    library.first(array)
