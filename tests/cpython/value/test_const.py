"""What C calls const cannot be written from Python: by attribute, item, slice, buffer, view or pointer, of every kind of
value, wherever it lies. Much of it is in memory that is read-only, where a write would be a crash."""

from __future__ import annotations

import copy
import io
import pickle
import struct
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall.cpython.callable.function import bind
from farcall.ctype import Function, Parameter, Qualified, names
from tests.conftest import Load

TYPES = """
struct part { double v; };
struct s { int a; const int b; char name[4]; const char fixed[4]; struct part in; const int bits : 3; };
struct outer { struct s inner; int z; };
union u { int i; float f; };
typedef float lanes __attribute__((vector_size(16)));
"""
SOURCE = f"""
{TYPES}
const int number = 9; const double real = 1.5; const _Bool truth = 1; const char letter = 'x'; const long double precise = 2;
const char *const names[3] = {{"one", "two", "three"}}; const double array[2] = {{1, 2}};
const int grid[2][2] = {{{{1, 2}}, {{3, 4}}}}; const char text[5] = "text"; char *const pointer = 0;
const struct s record = {{5}}; const struct s records[2] = {{{{1}}, {{2}}}}; const union u either = {{7}};
const lanes vector = {{1, 2, 3, 4}}; const double _Complex z = 1; const struct s *to_const = &record;
struct outer mixed;
"""
DECLARED = (
    TYPES
    + """
extern const int number; extern const double real; extern const _Bool truth; extern const char letter;
extern const long double precise; extern const char *const names[3]; extern const double array[2];
extern const int grid[2][2]; extern const char text[5]; extern char *const pointer; extern const struct s record;
extern const struct s records[2]; extern const union u either; extern const lanes vector; extern const double _Complex z;
extern const struct s *to_const; extern struct outer mixed;
"""
)
VARIABLES = (
    "number", "real", "truth", "letter", "precise", "names", "array", "grid", "text", "pointer", "record", "records", "either",
    "vector", "z",
)  # fmt: skip


@pytest.fixture(scope="module")
def lib(load_c: Load) -> Any:
    return load_c(SOURCE, DECLARED)


@pytest.mark.parametrize("name", VARIABLES)
def test_a_const_variable_is_not_set(lib: Any, name: str) -> None:
    with pytest.raises(TypeError, match=f"variable '{name}' is const: it cannot be set"):
        setattr(lib, name, getattr(lib, name))


@pytest.mark.parametrize("name", VARIABLES)
def test_its_memory_is_a_read_only_buffer(lib: Any, name: str) -> None:
    seen = lib.variable(name)
    before = bytes(seen)
    assert memoryview(seen).readonly
    with pytest.raises(TypeError):
        io.BytesIO(bytes(100)).readinto(seen)  # which asks for plain bytes, to write them
    with pytest.raises((TypeError, BufferError, ValueError)):
        struct.pack_into("B", seen, 0, 1)
    assert bytes(seen) == before
    void, same = farcall.type_of("void *"), farcall.pointer(lib.types[str(type(seen).__ctype__).replace("const ", "")])
    for cls in (void, same):
        if name != "pointer":  # which stands for what it points to
            with pytest.raises(TypeError, match="const"):
                cls(seen)
        with pytest.raises(TypeError, match="const"):
            cls(farcall.addressof(seen))
    assert int(farcall.type_of("const void *")(farcall.addressof(seen))) == int(farcall.addressof(seen))


WRITES: dict[str, Callable[[Any], object]] = {
    "scalar": lambda lib: setattr(lib.variable("number"), "value", 1),
    "char": lambda lib: setattr(lib.variable("letter"), "value", b"y"),
    "bool": lambda lib: setattr(lib.variable("truth"), "value", False),
    "contents": lambda lib: setattr(farcall.addressof(lib.variable("real")).contents, "value", 1.0),
    "item": lambda lib: lib.array.__setitem__(0, 2.5),
    "slice": lambda lib: lib.array.__setitem__(slice(0, 2), [1, 2]),
    "text item": lambda lib: lib.names.__setitem__(0, "x"),
    "char item": lambda lib: lib.text.__setitem__(0, b"x"),
    "row": lambda lib: lib.grid.__setitem__(0, [7, 8]),
    "row's item": lambda lib: lib.grid[0].__setitem__(0, 7),
    "lane": lambda lib: lib.vector.__setitem__(0, 5.0),
    "field": lambda lib: setattr(lib.record, "a", 1),
    "bits": lambda lib: setattr(lib.record, "bits", 1),
    "field's item": lambda lib: lib.record.name.__setitem__(0, b"x"),
    "field's field": lambda lib: setattr(getattr(lib.record, "in"), "v", 1),
    "field as a whole": lambda lib: setattr(lib.record, "in", (1,)),
    "item's field": lambda lib: setattr(lib.records[1], "a", 1),
    "item as a whole": lambda lib: lib.records.__setitem__(0, (1,)),
    "union": lambda lib: setattr(lib.either, "i", 1),
    "through a pointer": lambda lib: setattr(lib.to_const, "a", 1),
    "pointer's contents": lambda lib: setattr(lib.to_const.contents, "a", 1),
    "pointer's item": lambda lib: lib.to_const.__setitem__(0, (1,)),
    "through an array": lambda lib: farcall.addressof(lib.array)[0].__setitem__(0, 1),
}


@pytest.mark.parametrize("name", WRITES)
def test_what_is_in_it_is_not_written(lib: Any, name: str) -> None:
    for _ in range(3):
        with pytest.raises(TypeError, match="const"):
            WRITES[name](lib)
    assert (lib.number, lib.record.a, lib.array[0], lib.vector[0]) == (9, 5, 1.0, 1.0)


def test_buffers_of_parts(lib: Any) -> None:
    made = lib.types.s(1, 2, b"ab", b"cd")
    assert memoryview(made.fixed).readonly
    assert not memoryview(made.name).readonly
    assert memoryview(lib.record.name).readonly
    assert memoryview(lib.records[0]).readonly
    assert memoryview(lib.grid[1]).readonly
    assert memoryview(getattr(lib.to_const, "in")).readonly
    assert not memoryview(made).readonly


def test_numpy_sees_const_memory_read_only(lib: Any) -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    for seen in (lib.array, lib.grid, lib.records):
        assert not np.asarray(seen).flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(lib.array)[0] = 2.5
    assert not np.frombuffer(lib.record, "u1").flags.writeable


def test_views_keep_const(lib: Any) -> None:
    for source in (lib.record, lib.to_const, farcall.addressof(lib.record)):
        with pytest.raises(TypeError, match=r"is const: it cannot be seen as struct s, but as const struct s"):
            farcall.view(lib.types.s, source)
        assert farcall.view(lib.types["const struct s"], source).a == 5
    with pytest.raises(TypeError, match="is read-only: it cannot be seen as int"):
        farcall.view("int[1]", b"\1\0\0\0")
    seen = farcall.view("const int[1]", struct.pack("@i", 1))
    assert list(seen) == [1]
    assert memoryview(seen).readonly
    assert farcall.cast("double *", lib.array)[1] == 2.0  # a cast is the caller's word, as in C


def test_what_has_const_members_is_not_assigned(lib: Any) -> None:
    made, other = lib.types.s(1, 2), lib.types.s(3, 4)
    outers = [lib.types.outer(made, 5) for _ in range(4)]  # also by generated code, where there is some
    assert all(outer.inner.b == 2 and outer.z == 5 for outer in outers)
    array = farcall.array(lib.types.s, 2)([made, other])
    for write in (
        lambda: setattr(outers[0], "inner", other),
        lambda: setattr(farcall.addressof(outers[0]), "inner", other),
        lambda: array.__setitem__(0, other),
        lambda: array.__setitem__(slice(0, 1), [other]),
        lambda: farcall.addressof(made).__setitem__(0, other),
        lambda: setattr(lib, "mixed", outers[0]),
    ):
        with pytest.raises(TypeError, match="has const members: it cannot be set as a whole"):
            write()
    array[0].a = 7
    assert (array[0].a, array[0].b) == (7, 2)


def test_const_bits_are_given_to_the_constructor(lib: Any) -> None:
    for _ in range(4):
        made = lib.types.s(bits=3)
        assert made.bits == 3
    with pytest.raises(TypeError, match="'bits' is const"):
        made.bits = 1


def test_const_values_are_made_and_copied(lib: Any) -> None:
    made = lib.types["const int"](5)
    assert (made.value, made == 5) == (5, True)
    with pytest.raises(TypeError, match="this const int is const"):
        made.value = 6
    with pytest.raises(TypeError, match="cannot be deleted"):
        del made.value
    with pytest.raises(OverflowError, match="out of range for int"):
        lib.types["const int"](1 << 40)
    assert list(lib.types["const lanes"](1, 2)) == [1, 2, 0, 0]
    for act in (copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))):
        twin = act(lib.record)  # a copy is one's own
        twin.a = 6
        numbers = act(lib.array)
        numbers[0] = 3
        lanes = act(lib.vector)
        lanes[0] = 3
        assert (twin.a, numbers[0], lanes[0], lib.record.a, lib.array[0]) == (6, 3, 3, 5, 1)


def test_types_made_of_const_classes(lib: Any) -> None:
    const = lib.types["const int"]
    assert str(farcall.pointer(const).__ctype__) == "const int *"
    assert str(farcall.array(const, 2).__ctype__) == "const int [2]"
    assert str(farcall.pointer(type(lib.record)).__ctype__) == "const struct s *"


def test_pointers_that_are_const(lib: Any) -> None:
    place = farcall.new("int *")
    seen = farcall.type_of("int *const *")(farcall.addressof(place))
    assert memoryview(seen.contents).readonly
    assert str(farcall.addressof(seen.contents).__ctype__) == "int *const *"
    with pytest.raises(TypeError, match="points to const"):
        seen[0] = None
    seen[0]  # which is a copy, and const no more
    assert not memoryview(seen[0]).readonly


@pytest.mark.parametrize("tier", ["fast", "api"])
def test_const_arguments_and_results(load_c: Load, tier: str) -> None:
    lib = load_c(
        "struct p { int x, y; }; const struct p make(int x) { return (struct p){x, 1}; }"
        " int call(int (*f)(const struct p *, struct p), int x) { struct p p = {x, 2}; return f(&p, p); }",
        "struct p { int x, y; }; const struct p make(int x);"
        " int call(int (*f)(const struct p *, const struct p), int x);",
        tier=tier,
    )
    made = lib.make(3)
    made.x = 4  # a result is a value of its own
    assert (made.x, made.y) == (4, 1)

    def callback(pointer: Any, value: Any) -> int:
        with pytest.raises(TypeError, match="const"):
            pointer.x = 5
        assert memoryview(pointer.contents).readonly
        return int(pointer.x + value.y)

    assert lib.call(callback, 7) == 9


@pytest.mark.parametrize("tier", ["fast", "api"])
@pytest.mark.parametrize("name", ["struct pair", "four", "double _Complex", "int", "const char *"])
def test_a_parameter_s_own_const_does_not_matter(tier: str, name: str) -> None:
    """C11 6.7.6.3 p15: an argument is a copy, whatever the parameter's own qualifiers."""
    types = farcall.Library(None)
    types.cdef("struct pair { int a, b; }; typedef int four __attribute__((vector_size(16)));")
    made = {"struct pair": (1, 2), "four": (1, 2, 3, 4)}
    value = types.types[name](*made[name]) if name in made else {"int": 3, "const char *": "text"}.get(name, 1j)
    given: list[Any] = []
    callback = farcall.Closure(given.append, f"void (*)({name})") if name not in made else farcall.Closure(
        given.append, types.types[f"void (*)({name})"]
    )  # fmt: skip
    taken = callback.function.parameters[0].type
    constant = Function(names.void, (Parameter("x", Qualified(taken, frozenset({"const"}))),))
    bind("take", constant, callback.address, tier=tier)(value)
    assert given == [value]
