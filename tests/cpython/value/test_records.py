"""Records in memory: constructors in generated code, bit-fields, const and flexible members, walks through pointers."""

from __future__ import annotations

import copy
import ctypes
import gc
import pickle
import random
import struct
import subprocess
import sys
import weakref
from typing import Any

import pytest

import farcall
from farcall.cpython.link.typeobject import settable
from farcall.errors import NullPointerError
from farcall.memory import default_memory
from tests.conftest import Load

DECLARED = """
typedef struct { double x, y; } point;
typedef struct { point from, to; int kind; const char *label; } line;
struct node { int value; struct node *next; };
struct flags { unsigned ready : 1; int level : 7; _Bool seen : 1; unsigned long long wide : 50; signed char tail; };
struct constant { const int version; int other; const char name[4]; };
struct bundle { int kind; struct { short low, high; }; union { long long whole; double real; }; };
typedef struct { int count; double items[]; } row;
struct wide { int id; double lanes[4] __attribute__((aligned(64))); };
struct odd { int class; int from; };
struct hiding { int cast; int contents; struct hiding *string; };
"""
LIST = """
#include <stdlib.h>
struct node { int value; struct node *next; };
struct node *build(int count) {
    struct node *first = 0;
    while (count--) { struct node *made = malloc(sizeof *made); made->value = count; made->next = first; first = made; }
    return first;
}
void drop(struct node *first) { while (first) { struct node *next = first->next; free(first); first = next; } }
"""


@pytest.fixture(scope="module")
def types() -> Any:
    library = farcall.Library(None)
    library.cdef(DECLARED)
    return library.types


# Construction. A type is first called through Python, then through code of its own: all is done more than twice.


def test_construction_by_position_and_keyword(types: Any) -> None:
    for _ in range(4):
        assert bytes(types.point(1, 2.5)) == struct.pack("@dd", 1, 2.5)
        assert bytes(types.point(y=2.5)) == struct.pack("@dd", 0, 2.5)
        assert bytes(types.point(1, y=2)) == bytes(types.point(y=2, x=1)) == struct.pack("@dd", 1, 2)
        assert bytes(types.point(x=1)) == struct.pack("@dd", 1, 0)
        assert bytes(types.point()) == bytes(16)
        made = types.line((1, 2), types.point(3, 4), kind=-1, label="text")
        assert (made.to.y, made.kind, made.label, getattr(made, "from").x) == (4, -1, "text", 1)


def test_wrong_constructions(types: Any) -> None:
    for _ in range(4):
        for wrong, says in (
            (lambda: types.point(1, 2, 3), "has 2 fields, 3 values were given"),
            (lambda: types.point(z=1), "no field 'z'; there are: x, y"),
            (lambda: types.point(1, x=2), "field 'x' was given by position and by keyword"),
            (lambda: types.point("1"), "field 'x' must be a number for double, not str"),
            (lambda: types.point(1, None), "field 'y' must be a number for double, not NoneType"),
            (lambda: types.point(y=1j), "field 'y' must be a number for double, not complex"),
            (lambda: types.line(to=5), "field 'to' must be point, not int"),
            (lambda: types.line(to=types.line()), "field 'to' must be point, not line"),
            (lambda: types.line(label=5), "field 'label' must be const char"),
        ):
            with pytest.raises(TypeError, match=says):
                wrong()
        with pytest.raises(OverflowError, match="field 'kind': 2147483648 is out of range for int"):
            types.line(kind=1 << 31)


def test_a_failed_construction_gives_everything_back(types: Any) -> None:
    class Thing:
        def __float__(self) -> float:
            return 1.0

    thing = Thing()
    gone = weakref.ref(thing)
    counts = []
    for _ in range(50):
        with pytest.raises(TypeError):
            types.line((thing, 1), "wrong")
        with pytest.raises(TypeError):
            types.point(thing, "wrong")
        counts.append(sys.getrefcount(types.line))
    assert counts[-1] == counts[5]
    del thing
    assert gone() is None


def test_names_that_are_not_interned(types: Any) -> None:
    for _ in range(4):
        assert types.point(**{"".join(["x", ""]): 1, "".join(chr(c) for c in (121,)): 2}) == types.point(1, 2)


def test_the_constructor_is_generated_code(types: Any) -> None:
    if not settable():
        pytest.skip("types are called through Python here")
    for _ in range(4):
        types.point(1, 2)
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
import farcall
cls = farcall.Library(None)
cls.cdef("typedef struct {{ double x, y; }} point;")
point = cls.types.point
for _ in range(4):
    point(1.0, y=2.0)
seen = []
sys.setprofile(lambda frame, event, arg: seen.append(frame.f_code.co_name) if event == "call" else None)
point(1.0, 2.0); point(x=1.0, y=2.0); point(1.0).x
sys.setprofile(None)
print(seen)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_classes_are_sealed_and_can_be_derived_from(types: Any) -> None:
    if settable():
        with pytest.raises(TypeError, match=r"immutable|cannot set"):
            types.point.norm = 1

    own = farcall.cdef("struct seal { double x, y; }; struct seals { struct seal to; };").types

    class Own(own.seal):
        def norm(self) -> float:
            return float((self.x**2 + self.y**2) ** 0.5)

    for _ in range(4):
        made = Own(3, y=4)
        assert made.norm() == 5
        assert isinstance(made, own.seal)
        made.note = "any"  # a class of Python's own has a __dict__
    assert own.seals(to=made).to.y == 4


def test_keywords_of_python_as_fields(types: Any) -> None:
    for _ in range(4):
        made = types.odd(**{"class": 1, "from": 2})
        assert (getattr(made, "class"), getattr(made, "from")) == (1, 2)


def test_classes_take_their_code_with_them() -> None:
    def make(number: int) -> None:
        library = farcall.Library(None)
        library.cdef(
            f"struct gone {{ int a; double b; struct gone *next; int c[3]; struct {{ long d; }} e; unsigned f : {number % 31 + 1}; }};"  # noqa: E501
        )
        cls: Any = library.types.gone
        for _ in range(4):
            made = cls(1, 2.0, None, [1, 2, 3], (4,), f=1)
        made.next = farcall.addressof(made)
        assert (made.next.b, made.c[1], made.e.d, made.next[0].f) == (2.0, 2, 4, 1)
        made.next = None

    for number in range(40):  # all widths of the bit-field, whose routines stay
        make(number)
    gc.collect()
    before = default_memory().statistics()
    for number in range(200):
        make(number)
    gc.collect()
    after = default_memory().statistics()
    assert (after.slots, after.in_use) == (before.slots, before.in_use)


# Bit-fields, anonymous and const members


def test_bit_fields(types: Any) -> None:
    for _ in range(4):
        made = types.flags(1, -64, True, wide=(1 << 50) - 1, tail=-1)
        assert (made.ready, made.level, made.seen, made.wide, made.tail) == (1, -64, True, (1 << 50) - 1, -1)
        made.level = 63
        made.seen = False
        assert (made.ready, made.level, made.seen, made.wide, made.tail) == (1, 63, False, (1 << 50) - 1, -1)


WRONG_BITS = [
    ("ready", 2, OverflowError, r"field 'ready': 2 is out of range for unsigned int : 1 \(0 to 1\)"),
    ("ready", -1, OverflowError, "-1 is out of range"),
    ("level", 64, OverflowError, r"\(-64 to 63\)"),
    ("level", 1 << 300, OverflowError, "more than 256 bits is out of range"),
    ("seen", 2, OverflowError, r"\(0 to 1\)"),
    ("wide", 1 << 50, OverflowError, "out of range"),
    ("wide", 1 << 64, OverflowError, "out of range"),
    ("ready", "1", TypeError, "must be an int"),
    ("ready", 1.0, TypeError, "must be an int"),
    ("ready", None, TypeError, "must be an int"),
]


@pytest.mark.parametrize(("name", "value", "error", "says"), WRONG_BITS)
def test_wrong_bits(types: Any, name: str, value: object, error: type[Exception], says: str) -> None:
    made = types.flags(1, 5, True, 77, 3)
    before = bytes(made)
    for act in (lambda: setattr(made, name, value), lambda: types.flags(**{name: value})):
        with pytest.raises(error, match=says):
            act()
    assert bytes(made) == before
    with pytest.raises(TypeError, match="bit-field"):
        farcall.offsetof(types.flags, name)


def test_anonymous_members(types: Any) -> None:
    for _ in range(4):
        made = types.bundle(1, 2, 3, real=1.5)
        assert (made.kind, made.low, made.high, made.whole) == (1, 2, 3, 0x3FF8000000000000)
    assert farcall.offsetof(types.bundle, "high") == 6


def test_const_members(types: Any) -> None:
    for _ in range(4):
        made = types.constant(5, 6, b"abc")
        assert (made.version, made.other, made.name.bytes()) == (5, 6, b"abc")
    for name, value in (("version", 6), ("name", b"x")):
        with pytest.raises(TypeError, match=f"field '{name}' is const"):
            setattr(made, name, value)
    with pytest.raises(TypeError, match="const"):
        made.name[0] = b"x"
    made.other = 7
    assert (made.version, made.other) == (5, 7)


def test_const_through_pointers(types: Any) -> None:
    made = types.line((1, 2), (3, 4), 5)
    seen = farcall.pointer(farcall.Library(None) and types["const line *"].__ctype__.target)(made)
    for act in (
        lambda: setattr(seen, "kind", 1),
        lambda: setattr(seen[0], "kind", 1),
        lambda: setattr(seen.to, "x", 1),
        lambda: setattr(seen[0].to, "x", 1),
        lambda: setattr(seen.contents.to, "x", 1),
        lambda: seen.__setitem__(0, made),
    ):
        with pytest.raises(TypeError, match="const"):
            act()
    with pytest.raises(TypeError, match="not the address of const line"):
        types["line *"](seen[0])
    assert seen.to == types.point(3, 4)
    assert made.kind == 5
    made.kind = 6
    assert seen.kind == 6
    assert memoryview(seen[0]).readonly


# Flexible array members, wide alignment


def test_flexible_array_members(types: Any) -> None:
    made = farcall.new(types.row, (2, [1.5, 2.5]))
    assert (made.count, list(made.items), farcall.sizeof(types.row)) == (2, [1.5, 2.5], struct.calcsize("i0d"))
    made.items[1] = 9
    assert farcall.addressof(made).items[1] == 9
    assert len(farcall.new(types.row, length=3).items) == 3
    assert list(farcall.new(types.row, {"items": [1]}).items) == [1]
    assert len(types.row(5).items) == 0
    with pytest.raises(IndexError):
        made.items[2]
    with pytest.raises(ValueError, match="room for 1 items, 2 were given"):
        farcall.new(types.row, (1, [1, 2]), length=1)
    with pytest.raises(TypeError, match="has a length of its own"):
        farcall.new(types.point, length=1)
    view = farcall.addressof(made).items
    del made
    gc.collect()
    assert list(view) == [1.5, 9]


def test_types_aligned_beyond_malloc(types: Any) -> None:
    kept = [types.wide(1, [1, 2, 3, 4]) for _ in range(20)]
    for made in kept:
        assert int(farcall.addressof(made)) % 64 == 0
        assert list(made.lanes) == [1, 2, 3, 4]
        assert len(bytes(made)) == farcall.sizeof(types.wide) == 128
    twin = copy.copy(kept[0])
    assert int(farcall.addressof(twin)) % 64 == 0
    assert twin == kept[0]
    assert pickle.loads(pickle.dumps(twin)) == twin


ALIGNED = """
typedef struct { double d[8] __attribute__((aligned(64))); } big;
"""
MAKERS = """
big make(double x) { big b; for (int i = 0; i < 8; i++) b.d[i] = x + i; return b; }
double third(const big *b) { return (unsigned long)b & 63 ? -1 : b->d[3]; }
double back(big (*f)(big), double x) { return f(make(x)).d[7]; }
"""


@pytest.mark.parametrize("tier", ["fast", "api"])
def test_aligned_results(load_c: Load, tier: str) -> None:
    declared = "big make(double); double third(const big *); double back(big (*f)(big), double);"
    lib: Any = load_c(ALIGNED + MAKERS, ALIGNED + declared, tier=tier)
    for start in range(20):
        made = lib.make(start)
        assert list(made.d) == [start + i for i in range(8)]
        assert lib.third(made) == start + 3
        assert lib.back(lambda value: value, start) == start + 7


LARGE = """
struct large {{ unsigned char bytes[{size}]; }};
struct large more(char a, struct large v, int by) {{ for (int i = 0; i < {size}; i++) v.bytes[i] += by; return v; }}
struct large through(struct large (*f)(struct large, int), struct large v) {{ return f(v, 7); }}
"""
LARGE_DECLARED = """
struct large {{ unsigned char bytes[{size}]; }};
struct large more(char a, struct large v, int by);
struct large through(struct large (*f)(struct large, int), struct large v);
"""


@pytest.mark.parametrize("size", [511, 512, 513, 544, 575, 70_001])
@pytest.mark.parametrize("tier", ["fast", "api"])
def test_large_records_by_value(load_c: Load, tier: str, size: int) -> None:
    lib: Any = load_c(LARGE.format(size=size), LARGE_DECLARED.format(size=size), tier=tier)
    data = random.Random(size).randbytes(size)
    value = lib.types.large()
    memoryview(value).cast("B")[:] = data
    assert bytes(lib.more(b"a", value, 3)) == bytes((byte + 3) & 255 for byte in data)
    assert bytes(lib.through(lambda v, by: lib.more(b"a", v, by), value)) == bytes((byte + 7) & 255 for byte in data)
    assert bytes(value) == data


# Pointers to records


def test_a_list_of_c(load_c: Load) -> None:
    lib: Any = load_c(
        LIST, "struct node { int value; struct node *next; }; struct node *build(int); void drop(struct node *);"
    )
    head = lib.build(10_000)
    total, node = 0, head
    while node:
        total += node.value
        node = node.next
    assert total == sum(range(10_000))
    items, node = 0, head
    while node:
        record = node[0]
        items += record.value
        node = record.next
    assert items == total
    head.next.value = -5
    assert head.next[0].value == head[0].next.contents.value == -5
    with pytest.raises(NullPointerError):
        node.value  # noqa: B018
    with pytest.raises(NullPointerError):
        node.value = 1
    lib.drop(head)


def test_a_long_list_of_python_is_walked_and_dropped(types: Any) -> None:
    head = None
    for value in range(10_000):
        head = types.node(value, head and farcall.addressof(head))
    node, total = farcall.addressof(head), 0
    while node:
        total += node.value
        node = node.next
    assert total == sum(range(10_000))


def test_what_is_read_keeps_its_memory(types: Any) -> None:
    made = types.line((1, 2), (3, 4))
    pointer = farcall.addressof(made)
    inner = pointer.to
    del made, pointer
    gc.collect()
    assert (inner.x, inner.y) == (3, 4)
    first = types.node(1, farcall.addressof(types.node(2, farcall.addressof(types.node(3)))))
    last = first.next.next
    first.next = None
    gc.collect()
    assert last.value == 3
    assert not first.next


def test_members_hide_methods(types: Any) -> None:
    made = types.hiding(1, 2)
    pointer = farcall.addressof(made)
    assert (pointer.cast, pointer.contents, bool(pointer.string)) == (1, 2, False)
    assert farcall.cast(farcall.pointer(farcall.int_), pointer)[1] == 2
    pointer.string = pointer
    assert pointer.string.string.cast == 1
    made.string = None


def test_pointer_arithmetic_in_loops_keeps_no_chain() -> None:
    numbers, alone = farcall.new("int[3]", [1, 2, 3]), object()
    pointer = farcall.cast("int *", numbers)
    for _ in range(200_000):
        pointer = pointer + 1 - 1
    assert pointer[2] == 3
    del pointer
    assert sys.getrefcount(numbers) == sys.getrefcount(alone)


def test_values_made_in_many_ways_agree_with_ctypes(types: Any) -> None:
    class Point(ctypes.Structure):
        _fields_ = (("x", ctypes.c_double), ("y", ctypes.c_double))

    theirs = Point(1.25, -2)
    for made in (types.point(1.25, -2), farcall.new(types.point, theirs), farcall.view(types.point, bytearray(theirs))):
        assert bytes(made) == bytes(theirs)
        assert made == types.point(1.25, -2)
