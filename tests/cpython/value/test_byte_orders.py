"""Records with a byte order of their own: what Python reads and writes, what gcc sees, what other packages are told."""

from __future__ import annotations

import copy
import ctypes
import pickle
import sys
from array import array
from dataclasses import dataclass, replace
from typing import Any

import pytest

import farcall
from farcall import f64, i16, i32, u8, u32
from farcall.cpython.facts.host import host_target
from farcall.ctype import BIG, LITTLE
from farcall.errors import DeclarationError, UnsupportedTypeError
from tests.conftest import Load
from tests.toolchain import gcc_knows

ORDERS = ("big-endian", "little-endian")
MEMBERS = """
    short s; int i; unsigned u; long long q; unsigned long long uq; float f; double d;
    unsigned char byte; char text[4]; int items[3]; short grid[2][2]; _Bool flag; enum tone tone;
    unsigned a : 3, b : 13, c : 16; int signed_bits : 5; enum tone tones : 4; unsigned long long wide : 40;
"""
VALUES: dict[str, Any] = {
    "s": -2, "i": -70000, "u": 0x01020304, "q": -(1 << 40), "uq": (1 << 64) - 2, "f": 1.5, "d": -2.25, "byte": 200,
    "text": b"ab", "items": [1, -2, 3], "grid": [[1, 2], [3, -4]], "flag": True, "tone": 7, "a": 5, "b": 8000, "c": 9,
    "signed_bits": -3, "tones": 7, "wide": (1 << 40) - 3,
}  # fmt: skip


def declared(order: str, tag: str) -> str:
    return f'struct __attribute__((scalar_storage_order("{order}"))) {tag} {{ {MEMBERS} }};'


def values_of(record: Any) -> dict[str, Any]:
    found = record._asdict()
    found["text"] = found["text"].bytes()
    found["items"], found["grid"] = list(found["items"]), [list(row) for row in found["grid"]]
    return found  # type: ignore[no-any-return]


@pytest.fixture(scope="module", params=ORDERS)
def ordered(request: pytest.FixtureRequest) -> Any:
    """A struct in each order: one of them is the machine's."""
    lib = farcall.cdef("enum tone { LOW, HIGH = 7 };" + declared(request.param, f"of_{request.param[:3]}"))
    return getattr(lib.types, f"of_{request.param[:3]}")


def test_members_are_written_and_read_as_numbers(ordered: Any) -> None:
    made = ordered(**VALUES)
    assert values_of(made) == VALUES
    again = ordered()
    for name, value in VALUES.items():
        setattr(again, name, value)
    assert again == made
    assert bytes(again) == bytes(made)
    assert values_of(farcall.pointer(ordered)(made)[0]) == VALUES
    through = farcall.pointer(ordered)(made)
    through.q, through.b = 5, 6
    assert (made.q, made.b) == (5, 6)


def test_bytes_are_in_the_order_asked_for(ordered: Any) -> None:
    order = "big" if "big" in ordered.__doc__ or ordered.__name__ == "of_big" else "little"
    made = ordered(**VALUES)
    data = bytes(made)
    for name, size in (("s", 2), ("i", 4), ("u", 4), ("q", 8), ("uq", 8)):
        at = farcall.offsetof(ordered, name)
        assert int.from_bytes(data[at : at + size], order, signed=name != "u" and name != "uq") == VALUES[name]
    at = farcall.offsetof(ordered, "items")
    assert [int.from_bytes(data[at + 4 * i : at + 4 * i + 4], order, signed=True) for i in range(3)] == [1, -2, 3]


@pytest.mark.parametrize(
    ("name", "value", "error", "said"),
    [
        ("s", 1 << 15, OverflowError, r"field 's'.*out of range for short \(-32768 to 32767\)"),
        ("u", -1, OverflowError, "field 'u'.*out of range for unsigned int"),
        ("q", "x", TypeError, "field 'q' must be an int for long long, not str"),
        ("f", 1e300, OverflowError, "field 'f'.*out of range for float"),
        ("d", None, TypeError, "field 'd' must be a number for double, not NoneType"),
        ("a", 8, OverflowError, r"field 'a': 8 is out of range for unsigned int : 3 \(0 to 7\)"),
        ("signed_bits", 16, OverflowError, r"field 'signed_bits'.*\(-16 to 15\)"),
        ("tone", 1.5, TypeError, "field 'tone' must be an int"),
    ],
)
def test_wrong_values_are_refused_as_those_of_other_members_are(
    ordered: Any, name: str, value: object, error: type[Exception], said: str
) -> None:
    made = ordered()
    for attempt in (lambda: setattr(made, name, value), lambda: ordered(**{name: value})):
        for _ in range(4):  # generated code and Python construct alike
            with pytest.raises(error, match=said):
                attempt()
    assert bytes(made) == bytes(len(bytes(made)))


def test_items_are_numbers_too(ordered: Any) -> None:
    items = ordered(**VALUES).items
    items[1] = 77
    items[-1] += 1
    assert list(items) == [1, 77, 4]
    items[0:2] = [8, 9]
    assert items[:] == [8, 9, 4]
    assert items[::2] == [8, 4]
    assert repr(items).endswith("[8, 9, 4]>")
    with pytest.raises(OverflowError, match="item 1"):
        items[1] = 1 << 31
    with pytest.raises(IndexError):
        items[3]
    with pytest.raises(TypeError, match="item 0"):
        items[0:2] = ["x", 1]


def test_const_members_are_read_and_given_at_construction() -> None:
    lib = farcall.cdef(
        'struct __attribute__((scalar_storage_order("big-endian"))) fixed_order { const int a; const unsigned b : 5; };'
    )
    for _ in range(4):
        made = lib.types.fixed_order(a=5, b=3)
    assert (made.a, made.b, bytes(made)[:4]) == (5, 3, b"\0\0\0\5")
    for name in "ab":
        with pytest.raises(TypeError, match="const"):
            setattr(made, name, 1)
    plain = farcall.cdef('struct __attribute__((scalar_storage_order("big-endian"))) seen_order { int a, b[2]; };')
    seen = plain.types["const struct seen_order *"](plain.types.seen_order(5, [6, 7]))
    assert (seen.a, seen[0].b[1]) == (5, 7)
    with pytest.raises(TypeError, match="const"):
        seen.a = 1


def test_copies_pickles_and_repr(ordered: Any) -> None:
    made = ordered(**VALUES)
    assert copy.copy(made) == copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == made
    assert f"i={VALUES['i']}" in repr(made)
    assert "<td>-70000</td>" in made._repr_html_()


def test_pointers_vectors_and_structs_keep_their_own_order() -> None:
    lib = farcall.cdef(
        """
        struct inner_order { int n; };
        struct __attribute__((scalar_storage_order("big-endian"))) kept_order {
            void *p; struct inner_order in; float v __attribute__((vector_size(8))); int n;
        };
        """
    )
    made = lib.types.kept_order(p=0x1234, **{"in": [0x01020304]}, v=[1.0, 2.0], n=0x01020304)
    data = bytes(made)
    assert int.from_bytes(data[: farcall.sizeof("void *")], sys.byteorder) == 0x1234
    at = farcall.offsetof(lib.types.kept_order, "in")
    assert int.from_bytes(data[at : at + 4], sys.byteorder) == 0x01020304
    at = farcall.offsetof(lib.types.kept_order, "n")
    assert data[at : at + 4] == b"\1\2\3\4"
    assert list(made.v) == [1.0, 2.0]


def test_the_pragma_holds_for_the_structs_that_begin_behind_it() -> None:
    lib = farcall.cdef(
        """
        #pragma scalar_storage_order big-endian
        struct wire_a { unsigned short port; } __attribute__((packed));
        struct __attribute__((scalar_storage_order("little-endian"))) wire_b { unsigned short port; };
        #pragma scalar_storage_order default
        struct wire_c { unsigned short port; };
        """
    )
    made = {name: bytes(getattr(lib.types, f"wire_{name}")(80)) for name in "abc"}
    assert made == {"a": b"\0\x50", "b": b"\x50\0", "c": (80).to_bytes(2, sys.byteorder)}
    for text in ("#pragma scalar_storage_order middle-endian\n", "#pragma scalar_storage_order\n"):
        with pytest.raises(DeclarationError, match="takes big-endian, little-endian, default"):
            farcall.cdef(text)
    with pytest.raises(DeclarationError, match="middle-endian"):
        farcall.cdef('struct __attribute__((scalar_storage_order("middle-endian"))) nowhere { int x; };')
    other = "wire_a" if sys.byteorder == "little" else "wire_b"
    attribute = "__attribute__((packed))" if sys.byteorder == "little" else ""
    with pytest.raises(DeclarationError, match="already defined differently"):
        lib.cdef(f"struct {other} {{ unsigned short port; }} {attribute};")


def test_pointers_to_such_numbers_are_not_pointers_to_the_machine_s(ordered: Any) -> None:
    made = ordered(**VALUES)
    if (ordered.__name__ == "of_big") == (sys.byteorder == "big"):
        assert farcall.type_of("int *")(made.items)[1] == -2
        return
    with pytest.raises(TypeError, match="endian int"):
        farcall.type_of("int *")(made.items)
    assert farcall.addressof(made.items)[0][1] == -2


def test_structs_are_made_of_classes() -> None:
    @farcall.struct(order="big")
    @dataclass
    class Header:
        kind: u8
        length: i16
        address: u32 = 7
        ratio: f64 = 0.5

    made = Header(1, 2)
    assert bytes(made)[2:8] == b"\0\2\0\0\0\7"
    assert replace(made, address=9).address == 9
    with pytest.raises(OverflowError, match="length"):
        Header(1, 1 << 15)

    @farcall.struct(order="little")
    class Small:
        n: i32

    assert bytes(Small(5)) == b"\5\0\0\0"
    with pytest.raises(ValueError, match="'order' is 'big' or 'little', not 'network'"):
        farcall.struct(order="network")


def test_numpy_sees_the_order(ordered: Any) -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    made = ordered(**VALUES)
    seen = np.asarray(made)
    for name in ("s", "i", "u", "q", "uq", "f", "d"):
        assert seen[name] == VALUES[name]
    assert seen["items"].tolist() == [1, -2, 3]
    wanted = ">" if ordered.__name__ == "of_big" else "<"
    assert seen.dtype["i"].newbyteorder("=") == np.dtype("i4")
    assert seen.dtype["i"] == np.dtype(f"{wanted}i4")
    assert farcall.dtype(ordered)["items"] == np.dtype((f"{wanted}i4", (3,)))
    made.items = np.array([4, 5, 6], f"{wanted}i4")
    assert list(made.items) == [4, 5, 6]
    for _ in range(4):  # generated code and Python construct alike
        for native in (np.array([7, 8, 9], "i4"), array("i", [7, 8, 9])):
            made.items = native
            assert list(made.items) == list(type(made.items)(native)) == [7, 8, 9]
            made.items[0:3] = native[::-1]
            assert list(made.items) == [9, 8, 7]
    back = farcall.from_dtype(np.dtype([("a", ">i4"), ("b", "<f8"), ("c", ">u2", (2,))]))
    one = back(1, 2.5, [3, 4])
    assert np.asarray(one)["a"] == 1
    assert bytes(one)[:4] == b"\0\0\0\1"
    assert (one.a, one.b, list(one.c)) == (1, 2.5, [3, 4])


def test_ctypes_structures_of_the_other_order() -> None:
    class Bits(ctypes.BigEndianStructure):
        _fields_ = (("x", ctypes.c_uint, 3), ("y", ctypes.c_uint, 29))

    class Theirs(ctypes.BigEndianStructure):
        _fields_ = (("a", ctypes.c_short), ("b", ctypes.c_int * 2), ("bits", Bits), ("d", ctypes.c_double))

    ours = farcall.from_ctypes(Theirs)
    made = ours(1, [2, 3], [5, 6], 1.5)
    theirs = Theirs.from_buffer_copy(bytes(made))
    assert (theirs.a, list(theirs.b), theirs.bits.x, theirs.bits.y, theirs.d) == (1, [2, 3], 5, 6, 1.5)
    back = farcall.to_ctypes(farcall.cdef(declared("big-endian", "for_ctypes").replace("enum tone tones : 4;", "")
        .replace("_Bool flag;", "").replace("enum tone tone;", "int tone;")).types.for_ctypes)  # fmt: skip
    assert issubclass(back, ctypes.BigEndianStructure)
    assert back(i=5, b=7).b == 7
    lone = farcall.cdef('struct __attribute__((scalar_storage_order("big-endian"))) led_order { int n; void *p; };')
    if sys.byteorder == "little":
        with pytest.raises(UnsupportedTypeError, match="pointers in big-endian structs"):
            farcall.to_ctypes(lone.types.led_order)


def test_such_numbers_alone_are_not_passed() -> None:
    other = ctypes.c_int.__ctype_be__ if sys.byteorder == "little" else ctypes.c_int.__ctype_le__
    kind = farcall.from_ctypes(other)
    assert kind(5).value == 5
    assert bytes(kind(5)) == (5).to_bytes(4, "big" if sys.byteorder == "little" else "little")
    plain = farcall.Closure(abs, [farcall.int_], farcall.int_)
    with pytest.raises(UnsupportedTypeError, match=r"argument 0: a .*endian int is a number in memory"):
        farcall.Closure(abs, [kind], farcall.int_)
    with pytest.raises(UnsupportedTypeError, match=r"the result: a .*endian int is a number in memory"):
        farcall.function(plain.address, [farcall.int_], kind)


SOURCE = """
enum tone { LOW, HIGH = 7 };
struct __attribute__((scalar_storage_order("ORDER"))) s { MEMBERS };
struct __attribute__((scalar_storage_order("ORDER"))) small { float x, y; };
struct __attribute__((scalar_storage_order("ORDER"))) lone { int n; };
struct s back(struct s s, int *sum) { *sum = s.i + s.items[1] + s.b + s.signed_bits; s.i += 1; s.wide -= 1; return s; }
struct small turned(struct small s) { struct small t; t.x = s.y; t.y = s.x * 2; return t; }
struct lone more(struct lone one) { one.n += 1; return one; }
int called(struct small (*f)(struct small, struct lone)) {
    struct small s; struct lone n; s.x = 3; s.y = 4; n.n = 5; s = f(s, n); return s.x * 10 + s.y;
}
"""


@pytest.mark.parametrize("order", ORDERS)
def test_c_is_given_and_gives_them_by_value(order: str, load_c: Load) -> None:
    if not gcc_knows("scalar_storage_order"):
        pytest.skip("needs gcc")
    source = SOURCE.replace("ORDER", order).replace("MEMBERS", MEMBERS)
    types = source[: source.index("struct s back")]
    lib = load_c(
        source,
        types + "struct s back(struct s s, int *sum); struct small turned(struct small s); struct lone more(struct lone);"
        "int called(struct small (*f)(struct small, struct lone));",
    )  # fmt: skip
    total = farcall.int_()
    for given in (lib.types.s(**VALUES), VALUES):
        found = lib.back(given, total)
        assert total.value == VALUES["i"] - 2 + VALUES["b"] - 3
        assert values_of(found) == {**VALUES, "i": VALUES["i"] + 1, "wide": VALUES["wide"] - 1}
    assert tuple(lib.turned((1.0, 2.0))) == (2.0, 2.0)
    assert lib.more([41]).n == 42
    assert lib.called(lambda s, one: (s.y + one.n, s.x)) == 93


def test_the_machine_s_own_order_changes_nothing() -> None:
    name = str(host_target().byteorder)
    lib = farcall.cdef(f'struct __attribute__((scalar_storage_order("{name}"))) same_order {{ int a; }};')
    record = lib.types.same_order.__ctype__
    assert record.order is None
    assert record.fields[0].type == farcall.int_.__ctype__
    assert host_target().byteorder in (BIG, LITTLE)
