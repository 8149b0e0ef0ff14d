"""va_list: made here and read by C, made by C and read here, for every kind of argument."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import farcall

SOURCE = r"""
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct small { int a; short b; };
struct pair { double x, y; };
struct mixed { double x; int n; };
struct three { float x, y, z; };
struct big { long a, b, c; char d[20]; };
struct one { float x; };
struct wide { long a; __attribute__((aligned(16))) long b; };

long long sum(const char *kinds, va_list ap) {
    long long total = 0;
    for (; *kinds; kinds++)
        switch (*kinds) {
        case 'i': total = total * 3 + va_arg(ap, int); break;
        case 'l': total = total * 3 + va_arg(ap, long); break;
        case 'q': total = total * 3 + va_arg(ap, long long); break;
        case 'd': total = total * 3 + (long long)(va_arg(ap, double) * 4); break;
        case 'L': total = total * 3 + (long long)(va_arg(ap, long double) * 4); break;
        case 's': total = total * 3 + (long long)strlen(va_arg(ap, const char *)); break;
        case 'S': { struct small v = va_arg(ap, struct small); total = total * 3 + v.a - v.b; break; }
        case 'P': { struct pair v = va_arg(ap, struct pair); total = total * 3 + (long long)(v.x - v.y); break; }
        case 'M': { struct mixed v = va_arg(ap, struct mixed); total = total * 3 + (long long)v.x - v.n; break; }
        case 'T': { struct three v = va_arg(ap, struct three);
                    total = total * 3 + (long long)(v.x + 2 * v.y + 4 * v.z); break; }
        case 'B': { struct big v = va_arg(ap, struct big); total = total * 3 + v.a - v.c + v.d[19]; break; }
        case 'O': { struct one v = va_arg(ap, struct one); total = total * 3 + (long long)v.x; break; }
        case 'W': { struct wide v = va_arg(ap, struct wide); total = total * 3 + v.a - v.b; break; }
        }
    return total;
}

typedef void taker(const char *kinds, va_list ap);

void give(taker *take, const char *kinds, ...) {
    va_list ap;
    va_start(ap, kinds);
    take(kinds, ap);
    va_end(ap);
}

/* Registers of both kinds run out before the end. */
void give_all(taker *take) {
    struct small s = { 70000, -5 };
    struct pair p = { 1.5, -2.5 };
    struct mixed m = { 9.25, 12 };
    struct three t = { 0.5f, 1.5f, 2.5f };
    struct big b = { 1, 2, 3, "nineteen letters on" };
    struct one o = { 6.5f };
    struct wide w = { 11, 12 };
    give(take, "iSdPMTBOWLsqiSdPMTBOWLsqiiiiiilddddddPTLi", 1, s, 2.5, p, m, t, b, o, w, 3.25L, "one", -4LL,
         5, s, 6.5, p, m, t, b, o, w, 7.25L, "two", 8LL << 40,
         1, 2, 3, 4, 5, 6, -7L, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, p, t, 8.25L, 99);
}

void resumed(taker *take, const char *kinds, ...) {
    va_list ap;
    va_start(ap, kinds);
    (void)va_arg(ap, int);
    (void)va_arg(ap, double);
    take(kinds, ap);
    va_end(ap);
}
"""

DECLARED = """
struct small { int a; short b; };
struct pair { double x, y; };
struct mixed { double x; int n; };
struct three { float x, y, z; };
struct big { long a, b, c; char d[20]; };
struct one { float x; };
struct wide { long a; __attribute__((aligned(16))) long b; };
long long sum(const char *kinds, va_list ap);
typedef void taker(const char *kinds, va_list ap);
void give(taker *take, const char *kinds, ...);
void give_all(taker *take);
void resumed(taker *take, const char *kinds, ...);
"""

TYPES = {
    "i": "int", "l": "long", "q": "long long", "d": "double", "L": "long double", "s": "const char *", "S": "small",
    "P": "pair", "M": "mixed", "T": "three", "B": "big", "O": "one", "W": "wide",
}  # fmt: skip


@pytest.fixture(scope="module")
def lib(compile_c: Callable[..., Path]) -> farcall.Library:
    library = farcall.Library(compile_c(SOURCE, "va_list"))
    library.cdef(DECLARED)
    return library


def type_of(lib: farcall.Library, kind: str) -> Any:
    name = TYPES[kind]
    return getattr(lib.types, name) if kind.isupper() and kind != "L" else name


def value(lib: farcall.Library, kind: str, number: int) -> tuple[Any, int]:
    """A value, and what C makes of it."""
    types = lib.types
    big = types.big(number, 0, 3)
    big.d[19] = bytes([number % 100])
    made: dict[str, tuple[Any, int]] = {
        "i": (-number, -number),
        "l": (farcall.long(number + 70000), number + 70000),
        "q": (farcall.longlong(number << 33), number << 33),
        "d": (number + 0.75, 4 * number + 3),
        "L": (farcall.longdouble(number + 0.25), 4 * number + 1),
        "s": ("x" * number, number),
        "S": (types.small(number, -7), number + 7),
        "P": (types.pair(number, 0.5), int(number - 0.5)),
        "M": (types.mixed(number, 2), number - 2),
        "T": (types.three(number, 1, 2), number + 10),
        "B": (big, number - 3 + number % 100),
        "O": (types.one(number), number),
        "W": (types.wide(number, 5), number - 5),
    }
    return made[kind]


@pytest.mark.parametrize("kinds", [*TYPES, "", "iSdPMTBOWLsq", "W" * 5, "iWiW", "dLdL", "i" * 30, "d" * 30, "OiOB"])
def test_c_reads_what_is_made_here(lib: farcall.Library, kinds: str) -> None:
    given = [value(lib, kind, number) for number, kind in enumerate(kinds, 2)]
    total = 0
    for _, meant in given:
        total = total * 3 + meant
    made = farcall.va_list(*(one for one, _ in given))
    wanted = (total + 2**63) % 2**64 - 2**63
    assert lib.sum(kinds, made) == wanted
    assert lib.sum(kinds, made) == wanted  # it is not used up


@pytest.mark.parametrize("kinds", [*TYPES, "iSdPMTBOWLsq", "W" * 3, "iWiW", "dLdL", "i" * 30, "OiOB"])
def test_what_is_made_here_can_be_read_here(lib: farcall.Library, kinds: str) -> None:
    given = [value(lib, kind, number)[0] for number, kind in enumerate(kinds, 2)]
    made = farcall.va_list(*given)
    for again in (copy.copy(made), made):
        for kind, one in zip(kinds, given, strict=True):
            assert again.next(type_of(lib, kind)) == getattr(one, "value", one)
        with pytest.raises(IndexError, match="all arguments were read"):
            again.next("long double")


def test_what_c_gives_is_read_here(lib: farcall.Library) -> None:
    got: list[tuple[str, Any]] = []

    def take(kinds: str, ap: Any) -> None:
        args = farcall.va_list.of(ap)
        got.extend((kind, args.next(type_of(lib, kind))) for kind in kinds)

    lib.give_all(take)
    types = lib.types
    big = types.big(1, 2, 3, b"nineteen letters on")
    structs = [
        ("P", types.pair(1.5, -2.5)), ("M", types.mixed(9.25, 12)), ("T", types.three(0.5, 1.5, 2.5)), ("B", big),
        ("O", types.one(6.5)), ("W", types.wide(11, 12)),
    ]  # fmt: skip
    small = ("S", types.small(70000, -5))
    assert got == [
        ("i", 1), small, ("d", 2.5), *structs, ("L", 3.25), ("s", "one"), ("q", -4),
        ("i", 5), small, ("d", 6.5), *structs, ("L", 7.25), ("s", "two"), ("q", 8 << 40),
        *(("i", n) for n in range(1, 7)), ("l", -7), *(("d", n + 0.5) for n in range(6)),
        structs[0], structs[2], ("L", 8.25), ("i", 99),
    ]  # fmt: skip


@pytest.mark.parametrize("kinds", [*TYPES, "iiiiiiiiiS", "ddddddddddT", "iiiiiiiP", "iiiiiW", "dddddddPd", "OOOOOOOOO"])
def test_there_and_back(lib: farcall.Library, kinds: str) -> None:
    """A variadic call of here, through C, to a callback of here."""
    given = [value(lib, kind, number)[0] for number, kind in enumerate(kinds, 2)]
    got: list[Any] = []

    def take(kinds: str, ap: Any) -> None:
        args = farcall.va_list.of(ap)
        got.extend(args.next(type_of(lib, kind)) for kind in kinds)
        assert farcall.va_list.of(ap).next(type_of(lib, kinds[0])) == got[0]  # a copy of its own

    lib.give(lib.types["taker *"](farcall.Closure(take, lib.types["taker *"])), kinds, *given)
    assert got == [getattr(one, "value", one) for one in given]


def test_one_that_c_has_begun_to_read(lib: farcall.Library) -> None:
    got: list[Any] = []

    def take(kinds: str, ap: Any) -> None:
        args = farcall.va_list.of(ap)
        got.extend(args.next(type_of(lib, kind)) for kind in kinds)

    closure = lib.types["taker *"](farcall.Closure(take, lib.types["taker *"]))
    lib.resumed(closure, "ids", 1, 2.5, 3, 4.5, "five")
    assert got == [3, 4.5, "five"]


def test_one_is_passed_on(lib: farcall.Library) -> None:
    libc = farcall.Library(None)
    libc.cdef("int vsnprintf(char *, size_t, const char *, va_list);")
    room = farcall.new("char[64]")

    def take(kinds: str, ap: Any) -> None:
        libc.vsnprintf(room, 64, "%d %g %s", ap)

    lib.give(lib.types["taker *"](farcall.Closure(take, lib.types["taker *"])), "", 7, 0.5, "text")
    assert farcall.string(room) == "7 0.5 text"
    assert libc.vsnprintf(room, 64, "%s=%lld", farcall.va_list("n", farcall.int64(-(2**60)))) == 22
    assert farcall.string(room) == f"n={-(2**60)}"


def test_what_it_holds_lives_as_long(lib: farcall.Library) -> None:
    made = farcall.va_list(*(f"text {n}".encode() * 50 for n in range(20)))
    assert lib.sum("s" * 3, made) == (300 * 3 + 300) * 3 + 300
    assert all(made.next("const char *") == f"text {n}" * 50 for n in range(20))


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ((2**40,), OverflowError, r"va_list\(\) argument 1: .* out of range for int"),
        ((1, object()), TypeError, r"va_list\(\) argument 2: cannot infer a C type for object"),
        ((1, "a\0b"), ValueError, r"va_list\(\) argument 2: .*NUL"),
    ],
)
def test_values_without_a_type(values: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        farcall.va_list(*values)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("float", "float is passed behind '...' as double: ask for that"),
        ("short", "short is passed behind '...' as int: ask for that"),
        ("int[3]", "no argument is of type int"),
        ("void", "no argument is of type void"),
        ("int(int)", "no argument is of type int"),
        (5, "5"),
    ],
)
def test_types_that_do_not_travel(asked: Any, message: str) -> None:
    made = farcall.va_list(5)
    with pytest.raises((TypeError, farcall.DeclarationError), match=message.replace("(", r"\(").replace(".", r"\.")):
        made.next(asked)
    assert made.next("int") == 5  # nothing was read


def test_an_enumeration_is_read_as_what_it_is() -> None:
    library = farcall.Library(None)
    library.cdef("enum mode { OFF, ON };")
    assert farcall.va_list(1).next(library.types.mode) == 1


@pytest.mark.parametrize("given", [5, None, "text", object()])
def test_of_takes_what_c_gave(given: Any) -> None:
    with pytest.raises(TypeError, match=r"va_list.of\(\) takes a va_list that C gave"):
        farcall.va_list.of(given)
    with pytest.raises(TypeError, match=r"va_list.of\(\) takes a va_list that C gave"):
        farcall.va_list.of(farcall.addressof(farcall.int_(5)))


def test_null_is_no_va_list() -> None:
    library = farcall.Library(None)
    with pytest.raises(farcall.NullPointerError):
        farcall.va_list.of(library.types["struct __va_list_tag *"](None))


def test_what_is_no_va_list_is_refused(lib: farcall.Library) -> None:
    for wrong in (5, "text", farcall.int_(5)):
        with pytest.raises(TypeError, match=r"sum\(\) parameter 'ap'"):
            lib.sum("i", wrong)
    with pytest.raises(TypeError, match=r"must be struct pair \*"):
        lib.types["struct pair *"](farcall.va_list(5))


def test_it_has_no_class_and_cannot_be_pickled() -> None:
    with pytest.raises(farcall.IncompleteTypeError, match=r"farcall\.va_list makes and reads"):
        farcall.Library(None).types["va_list"]
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(farcall.va_list(5))
    assert repr(farcall.va_list(5)).startswith("<va_list at 0x")
