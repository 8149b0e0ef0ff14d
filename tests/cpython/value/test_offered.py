"""What other packages' objects offer as pointers, lists of text, and complex numbers as pairs."""

from __future__ import annotations

import ctypes
import struct
import sys
import weakref
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import farcall
from farcall import seed
from tests.conftest import Load

SOURCE = """
#include <string.h>
#include <stdio.h>
struct ArrowArray { long length; }; struct ArrowSchema { int flags; };
struct pair { int a, b; };
int join(char *const *words, char *out) { int n = 0; *out = 0; while (words[n]) strcat(strcat(out, words[n++]), "|"); return n; }
int joined(const char *const *words, char *out) { return join((char *const *)words, out); }
int upper(char *const *words) { words[0][0] = 'X'; return words[0][0]; }
long number(void *p) { return p ? *(int *)p : -1; }
int first(const int *p) { return *p; }
void put(int *p) { *p = 7; }
double real(const double *p) { return *p; }
long arrow(struct ArrowArray *a) { return a->length; }
int schema(struct ArrowSchema *s) { return s->flags; }
int sum(struct pair *p) { return p->a + p->b; }
double pairs(double (*p)[2], int n) { double s = 0; while (n--) s += p[n][0] * p[n][1]; return s; }
int apply(int (*f)(const int *, const int *), int a, int b) { return f(&a, &b); }
"""
DECLARED = """
int join(char *const *words, char *out); int joined(const char *const *words, char *out); int upper(char *const *words);
long number(void *p); int first(const int *p); void put(int *p); double real(const double *p);
struct ArrowArray { long length; }; struct ArrowSchema { int flags; }; struct pair { int a, b; };
long arrow(struct ArrowArray *a); int schema(struct ArrowSchema *s); int sum(struct pair *p);
double pairs(double (*p)[2], int n); int apply(int (*f)(const int *, const int *), int a, int b);
struct program { char *const *words; };
"""


@pytest.fixture(scope="module", params=["fast", "api"])
def lib(request: Any, load_c: Load) -> Any:
    return load_c(SOURCE, DECLARED, tier=request.param)


def capsule(name: str, value: Any) -> Any:
    data = name.encode() + b"\0"
    return seed.make_capsule(int(farcall.addressof(value)), data, 0, (value, data))


# Lists of text


@pytest.mark.parametrize("function", ["join", "joined"])
@pytest.mark.parametrize(
    "words", [["a", "bc"], ("a", "bc"), [b"a", "bc"], [bytearray(b"a"), b"bc"], ["a", farcall.new("char[]", "bc")]]
)
def test_a_list_of_text_ends_in_null(lib: Any, function: str, words: Any) -> None:
    out = bytearray(20)
    assert getattr(lib, function)(words, out) == 2
    assert out.startswith(b"a|bc|\0")


def test_no_words_and_other_alphabets(lib: Any) -> None:
    out = bytearray(20)
    assert lib.join([], out) == 0
    assert lib.join(["é", "\udcff"], out) == 2
    assert out.startswith("é|".encode() + b"\xff|\0")


def test_c_writes_copies(lib: Any) -> None:
    word = b"abc"
    assert lib.upper([word]) == ord("X")
    assert word == b"abc"
    assert lib.upper([""]) == ord("X")
    assert bytes(1) == b"\0"


def test_a_struct_keeps_its_list(lib: Any) -> None:
    program = lib.types.program(words=["".join(["a", "b"]), "c"])
    out = bytearray(20)
    assert lib.join(program.words, out) == 2
    assert out.startswith(b"ab|c|")


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (["a\0b"], ValueError, "parameter 'words' item 0: the text has a NUL inside"),
        (["a", 5], TypeError, r"parameter 'words' item 1 must be (const )?char \*, not int"),
        (["a", "\ud800"], ValueError, "parameter 'words' item 1"),
    ],
)
@pytest.mark.parametrize("function", ["join", "joined"])
def test_wrong_words(lib: Any, function: str, words: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        getattr(lib, function)(words, bytearray(9))


def test_other_lists_are_refused_still(lib: Any) -> None:
    with pytest.raises(TypeError, match="not list"):
        lib.first([1, 2])


# Capsules and Arrow


def test_a_capsule_is_void(lib: Any) -> None:
    assert lib.number(capsule("anything", farcall.int_(5))) == 5
    assert lib.sum(farcall.cast(lib.types["struct pair *"], capsule("pair", lib.types.pair(1, 2)))) == 3


def test_a_capsule_is_what_its_name_says(lib: Any) -> None:
    assert lib.arrow(capsule("arrow_array", lib.types.ArrowArray(9))) == 9
    with pytest.raises(TypeError, match=r"must be struct ArrowArray \*, not a PyCapsule named 'arrow_schema'; cast it"):
        lib.arrow(capsule("arrow_schema", lib.types.ArrowSchema(9)))
    with pytest.raises(TypeError, match="not a PyCapsule named 'pair'"):
        lib.sum(capsule("pair", lib.types.pair(1, 2)))


def test_arrow_s_protocol(lib: Any) -> None:
    class Table:
        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return capsule("arrow_schema", lib.types.ArrowSchema(3)), capsule("arrow_array", lib.types.ArrowArray(4))

    assert (lib.arrow(Table()), lib.schema(Table())) == (4, 3)
    with pytest.raises(TypeError, match=r"must be struct pair \*, not Table"):
        lib.sum(Table())


# What says what it is passed as


def test_as_parameter(lib: Any) -> None:
    class Lent:
        def __init__(self, thing: object) -> None:
            self._as_parameter_ = thing

    number = farcall.int_(8)
    assert lib.number(Lent(number)) == 8
    assert lib.first(Lent(Lent(number))) == 8
    assert lib.number(Lent(int(farcall.addressof(number)))) == 8
    with pytest.raises(TypeError, match=r"parameter 'p' must be const int \*, not the address of double; cast it"):
        lib.first(Lent(farcall.double(1)))
    endless = Lent(None)
    endless._as_parameter_ = Lent(endless)
    with pytest.raises(RecursionError):
        lib.first(endless)


# Arrays that describe themselves


class Described:
    def __init__(
        self, data: Any, code: str, shape: tuple[int, ...], strides: Any = None, readonly: bool = False
    ) -> None:
        self.data = data
        place = ctypes.addressof(data)
        self.__array_interface__ = {
            "version": 3, "data": (place, readonly), "typestr": code, "shape": shape, "strides": strides
        }  # fmt: skip


ORDER, OTHER = ("<", ">") if struct.pack("=H", 1) == b"\1\0" else (">", "<")


def test_array_interface(lib: Any) -> None:
    data = (ctypes.c_int * 4)(5, 6, 7, 8)
    assert lib.first(Described(data, f"{ORDER}i4", (4,))) == 5
    assert lib.first(Described(data, f"{ORDER}i4", (2, 2), (8, 4))) == 5
    assert lib.number(Described(data, f"{ORDER}f2", (4,))) == 5
    lib.put(Described(data, f"{ORDER}i4", (4,)))
    assert data[0] == 7
    assert lib.real(Described((ctypes.c_double * 1)(2.5), f"{ORDER}f8", (1,))) == 2.5


@pytest.mark.parametrize(
    ("code", "shape", "strides", "readonly", "error", "message"),
    [
        (f"{ORDER}f4", (4,), None, False, TypeError, "the items of Described have the type"),
        (f"{ORDER}i8", (2,), None, False, TypeError, "the items of Described have the type"),
        (f"{OTHER}i4", (4,), None, False, TypeError, "the items of Described have the type"),
        (f"{ORDER}i4", (2,), (8,), False, ValueError, "not C-contiguous"),
        (f"{ORDER}i4", (4,), None, True, TypeError, "must be writable"),
    ],
)
def test_array_interface_refused(
    lib: Any, code: str, shape: Any, strides: Any, readonly: bool, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        lib.put(Described((ctypes.c_int * 4)(), code, shape, strides, readonly))


# cffi


def test_cffi_s_pointers(lib: Any) -> None:
    ffi = pytest.importorskip("cffi", reason="cffi is not installed").FFI()
    ffi.cdef("struct pair { int a, b; }; struct other { int a, b; };")
    numbers = ffi.new("int[2]", [4, 5])
    assert (lib.first(numbers), lib.first(numbers + 1), lib.number(numbers)) == (4, 5, 4)
    assert lib.number(ffi.NULL) == -1
    pair = ffi.new("struct pair *", [1, 2])
    assert (lib.sum(pair), lib.sum(pair[0])) == (3, 3)
    called = ffi.callback("int(const int *, const int *)", lambda a, b: a[0] - b[0])
    assert lib.apply(called, 7, 2) == 5
    for wrong in (
        ffi.new("double *"),
        ffi.new("short[4]"),
        pair,
        ffi.new("struct other *"),
        ffi.cast("int", 5),
        called,
    ):
        with pytest.raises(TypeError, match=r"parameter 'p' must be const int \*, not cffi's"):
            lib.first(wrong)
    with pytest.raises(TypeError, match="not cffi's struct other"):
        lib.sum(ffi.new("struct other *"))


# ctypes


def test_a_ctypes_callback_where_c_says_const(lib: Any) -> None:
    pointer = ctypes.POINTER(ctypes.c_int)
    called = ctypes.CFUNCTYPE(ctypes.c_int, pointer, pointer)(lambda a, b: a[0] * b[0])
    assert lib.apply(called, 6, 7) == 42
    with pytest.raises(TypeError, match="parameter 'f' must be"):
        lib.apply(ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda a: a), 6, 7)


def test_functions_for_ctypes(lib: Any) -> None:
    first = farcall.to_ctypes(lib.first)
    assert first(ctypes.byref(ctypes.c_int(5))) == 5
    closure = farcall.to_ctypes(farcall.Closure(lambda n: n + 1, "int (*)(int)"))
    assert closure(4) == 5
    process = farcall.cdef("int printf(const char *format, ...);")
    with pytest.raises(farcall.UnsupportedTypeError, match="ctypes has no type for"):
        farcall.to_ctypes(process.printf)


# Items


def test_iterators_fill_arrays(lib: Any) -> None:
    assert list(farcall.new("int[3]", (n for n in range(3)))) == [0, 1, 2]
    assert list(farcall.new("int[]", map(int, "123"))) == [1, 2, 3]
    with farcall.arena() as arena:
        assert list(arena.new("int[]", iter([4, 5]))) == [4, 5]
    with pytest.raises(ValueError, match="more were given"):
        farcall.new("int[3]", (n for n in range(10**9)))
    holder: Any = farcall.cdef("struct three { int n[3]; };").types.three(n=(n * n for n in range(3)))
    assert list(holder.n) == [0, 1, 4]


def test_complex_numbers_are_pairs(lib: Any) -> None:
    assert list(farcall.new("double[2]", 1 + 2j)) == [1, 2]
    assert lib.pairs(farcall.new("double[2][2]", [1 + 2j, 3 + 4j]), 2) == 14
    with pytest.raises(TypeError):
        farcall.new("double[3]", 1j)
    with pytest.raises(TypeError):
        farcall.new("int[2]", 1j)


def test_numpy_s_complex_numbers_are_pairs(lib: Any) -> None:
    numpy = pytest.importorskip("numpy", reason="needs numpy")
    assert lib.pairs(numpy.array([1 + 2j, 3 + 4j]), 2) == 14
    with pytest.raises(TypeError, match="items of"):
        lib.pairs(numpy.array([1 + 2j], numpy.complex64), 1)


class Lent:
    """It would lend its memory to NumPy."""

    def __dlpack__(self, **asked: object) -> object:
        raise BufferError("none")


@pytest.mark.parametrize(
    "module", [None, ModuleType("numpy"), SimpleNamespace(ndarray=5, generic="", from_dlpack=None)]
)
def test_what_is_called_numpy_may_be_another_module(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    functions = farcall.cdef("void *memset(void *to, int value, size_t size); double frexp(double x, int *power);")
    monkeypatch.setitem(sys.modules, "numpy", module)  # such as NumPy's own, while it is being imported
    for value in (1.5, object(), {}, Lent()):
        for _ in range(2):
            with pytest.raises(TypeError, match="'to' must be"):
                functions.memset(value, 0, 0)
            with pytest.raises(TypeError, match="'power' must be"):
                functions.frexp(1.0, value)
    assert farcall.struct(type("annotated", (), {"__annotations__": {"x": ctypes.c_int}}))(1).x == 1


# What protocols say wrongly


class Told:
    """What says where its memory is, as NumPy's arrays do."""

    def __init__(self, **facts: Any) -> None:
        self.number = (ctypes.c_int * 4)(7, 8)
        told = {"data": (ctypes.addressof(self.number), False), "typestr": f"{ORDER}i4", "shape": (2,)}
        self.__array_interface__ = told | facts


@pytest.mark.parametrize(
    ("facts", "error", "words"),
    [
        ({"data": (-1, False)}, OverflowError, "8 bytes at -0x1, where no memory is"),
        ({"data": (0, False)}, OverflowError, "8 bytes at 0x0"),
        ({"data": (1 << 8 * struct.calcsize("P"), False)}, OverflowError, "where no memory is"),
        ({"data": (None, False)}, TypeError, "is not what NumPy's protocol says"),
        ({"data": (16,)}, TypeError, "is not what NumPy's protocol says"),
        ({"shape": (-2,)}, ValueError, r"has the shape \(-2,\)"),
        ({"shape": (1 << 40, 1 << 40)}, OverflowError, "where no memory is"),
        ({"shape": 5}, TypeError, "is not what NumPy's protocol says"),
        ({"typestr": None}, TypeError, "is not what NumPy's protocol says"),
        ({"strides": (-4,)}, ValueError, "not C-contiguous"),
        ({"strides": (4, 4)}, ValueError, "the strides"),
        ({"mask": True}, TypeError, "has a mask"),
    ],
)
def test_a_described_array_is_not_believed(lib: Any, facts: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=rf"first\(\) parameter 'p'.*{words}"):
        lib.first(Told(**facts))


def test_the_step_of_one_item_does_not_matter(lib: Any) -> None:
    assert lib.first(Told(shape=(1,), strides=(64,))) == 7
    assert lib.first(Told(shape=(2, 0), strides=(-8, 4))) == 7


def test_complex_items_are_no_integers(load_c: Load) -> None:
    lib: Any = load_c("long long whole(const long long *p) { return *p; }", "long long whole(const long long *p);")
    with pytest.raises(TypeError, match=r"have the type .c8"):
        lib.whole(Told(typestr=f"{ORDER}c8", shape=(1,)))


@pytest.mark.parametrize("given", [None, (), (1, 2), "ab", 5])
def test_arrow_s_protocol_with_no_capsules(lib: Any, given: Any) -> None:
    class Table:
        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return given

    with pytest.raises(TypeError, match=r"arrow\(\) parameter 'a': Table.__arrow_c_array__\(\) must return"):
        lib.arrow(Table())


# What only the pointer keeps


def test_what_is_made_for_a_pointer_is_not_stored_in_memory_of_c_s(load_c: Load) -> None:
    lib: Any = load_c(
        "struct ArrowArray { long length; }; struct held { const char *name; struct ArrowArray *array; } there;"
        " struct held *get(void) { return &there; }",
        "struct ArrowArray { long length; }; struct held { const char *name; struct ArrowArray *array; };"
        " struct held *get(void);",
    )

    class Lent:
        def __init__(self, thing: object) -> None:
            self._as_parameter_ = thing

    class Table:
        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return None, capsule("arrow_array", lib.types.ArrowArray(4))

    there = lib.get()

    class Called(Lent):
        def __call__(self) -> None: ...

    for given in (Lent("text"), Lent(Lent(b"text"))):
        with pytest.raises(TypeError, match="this memory is C's, and what Lent offers would be gone at once"):
            there.name = given
    with pytest.raises(TypeError, match="what Called offers would be gone at once"):
        there.name = Called("text")
    with pytest.raises(TypeError, match="what Table offers would be gone at once"):
        there.array = Table()
    assert (there.name, bool(there.array)) == (None, False)
    own = lib.types.held(Lent("text"), Table())
    assert (own.name, own.array.length) == ("text", 4)
    with pytest.raises(TypeError, match=r"what (Lent|Table) offers would be gone at once"):
        farcall.pointer(lib.types.held)(there)[0] = own
    place = farcall.new("char[]", "kept")
    there.name = Lent(place)
    assert there.name == "kept"


def test_a_field_keeps_cffi_s_struct(lib: Any) -> None:
    cffi = pytest.importorskip("cffi", reason="cffi is not installed")
    ffi = cffi.FFI()
    ffi.cdef("struct pair { int a, b; };")
    pair = ffi.new("struct pair *", (1, 2))[0]
    alive, pointer = weakref.ref(pair), farcall.pointer(lib.types.pair)(pair)
    del pair
    assert alive() is not None
    assert lib.sum(pointer) == 3
