"""Variables whose declaration does not say all, and the classes that types have in the meantime."""

from __future__ import annotations

import copy
import gc
import pickle
from typing import Any

import pytest

import farcall
from farcall.errors import SymbolError
from tests.conftest import Load, classes_go

SOURCE = """
int numbers[] = {1, 2, 3, 4, 5}; const char *const names[] = {"a", "b", 0}; char text[] = "hello";
struct p { int x, y; } points[] = {{1, 2}, {3, 4}}; const short table[][2] = {{1, 2}, {3, 4}, {5, 6}};
int first_of(void) { return numbers[0]; }
"""
DECLARED = """
extern int numbers[]; extern const char *const names[]; extern char text[]; extern const short table[][2];
struct p { int x, y; }; extern struct p points[]; int first_of(void);
"""


@pytest.fixture
def lib(load_c: Load) -> Any:
    return load_c(SOURCE, DECLARED)


def test_an_array_without_a_length_has_its_symbol_s(lib: Any) -> None:
    assert list(lib.numbers) == [1, 2, 3, 4, 5]
    assert list(lib.names) == ["a", "b", None]
    assert lib.text.string() == "hello"
    assert [(p.x, p.y) for p in lib.points] == [(1, 2), (3, 4)]
    assert [list(row) for row in lib.table] == [[1, 2], [3, 4], [5, 6]]
    lib.numbers[0] = 10
    assert lib.first_of() == 10
    lib.numbers = [7, 8]
    assert (lib.first_of(), list(lib.variable("numbers"))[:2]) == (7, [7, 8])
    assert len(lib.variable("extern int numbers[]")) == 5
    with pytest.raises(IndexError):
        lib.numbers[5]
    with pytest.raises(TypeError, match="const"):
        lib.table[0][0] = 5
    lib.cdef("extern int numbers[2];")
    assert len(lib.numbers) == 2
    lib.numbers[0] = 1


def test_a_symbol_that_does_not_tell_its_size(lib: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have been made by an assembler; then only the first item is known, as in C."""
    monkeypatch.setattr(type(lib._shared), "size", lambda self, symbol: 0)
    assert (lib.numbers[0], lib.numbers[:2], lib.points[1].x) == (lib.first_of(), list(lib.numbers[0:2]), 3)
    assert lib.points.x == 1  # a pointer to the first
    with pytest.raises(TypeError, match=r"'numbers' cannot be set: int \[\] has no known size"):
        lib.numbers = [1]


def test_a_view_by_name(lib: Any) -> None:
    lib.cdef("extern const int numbers_; extern int first;")
    with pytest.raises(SymbolError):
        lib.variable("first")
    assert lib.variable("text").string() == "hello"


# Classes of types


@classes_go
@pytest.mark.parametrize("kind", ["array", "pointer", "types", "view"])
def test_classes_of_arrays_are_not_kept_for_good(lib: Any, kind: str) -> None:
    memory = bytearray(100_000)
    make = {
        "array": lambda n: farcall.array(farcall.uint8, n)(),
        "pointer": lambda n: farcall.pointer(farcall.array(farcall.uint8, n)),
        "types": lambda n: lib.types[f"int[{n}]"],
        "view": lambda n: farcall.view(farcall.array(farcall.uint8, n), memory),
    }[kind]

    def classes(first: int) -> int:
        for n in range(first, first + 300):
            make(n)
        gc.collect()
        return sum(isinstance(thing, type) for thing in gc.get_objects())

    classes(1000)  # as many as are kept
    before = classes(2000)
    assert classes(3000) - before < 30


def test_a_class_that_is_used_stays(lib: Any) -> None:
    cls = farcall.array(farcall.int_, 12345)
    for n in range(20000, 20200):
        farcall.array(farcall.int_, n)
    gc.collect()
    assert farcall.array(farcall.int_, 12345) is cls
    assert farcall.array(farcall.int_, 7) is farcall.array(farcall.int_, 7)


def test_types_are_not_copied(lib: Any) -> None:
    for act in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="a library's types cannot be pickled or copied: declare them again"):
            act(lib.types)
    assert not hasattr(farcall.cdef("typedef int T;").types, "__deepcopy__")


def test_members_called_as_python_s_own_words() -> None:
    types = farcall.cdef("struct s { int self, cls, args, fields; }; union u { int self; float other; };").types
    for _ in range(4):
        made = types.s(self=1, cls=2, args=3, fields=4)
        assert (made.self, made.cls, made.args, made.fields) == (1, 2, 3, 4)
        assert types.u(self=5).self == 5
    assert farcall.new(types.s, {"self": 6}).self == 6


def test_freeing_what_is_no_value() -> None:
    for wrong in (5, "x", None, b"", object(), farcall.int_, [1]):
        with pytest.raises(TypeError, match="only farcall values are freed"):
            farcall.free(wrong)
    for value in (farcall.int_(1), farcall.new("char[]", "x"), farcall.type_of("int *")()):
        with pytest.raises(TypeError, match="was not made with a destructor"):
            farcall.free(value)


def test_subclasses_of_structs_are_structs() -> None:
    lib = farcall.Library("libc.so.6")
    lib.cdef("struct pq { int x; double y; }; int memcmp(const struct pq *a, const struct pq *b, size_t n);")
    plain = lib.types.pq

    class Sub(plain):  # type: ignore[misc,valid-type]
        pass

    class Slotted(plain):  # type: ignore[misc,valid-type]
        __slots__ = ("extra", "more")

    by_value = lib.function("int abs(struct pq p)")
    for cls in (plain, Sub, Slotted):
        made = cls(1, 2.5)
        size = farcall.sizeof(plain)
        assert memoryview(made).nbytes == len(bytes(made)) == len(bytearray(made)) == farcall.sizeof(made) == size
        assert lib.memcmp(made, plain(1, 2.5), size) == 0
        assert by_value(made) == 1
        assert type(farcall.new(cls, (1, 2))) is type(farcall.view(cls, farcall.addressof(made))) is cls
        assert type(copy.copy(made)) is cls
