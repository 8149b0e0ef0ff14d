"""Every parameter type against every kind of Python value, on both tiers: accepted, then C received just that, or
an exception that names the function and the parameter, and C was not called. Never a crash."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import pytest

import farcall
from tests.conftest import Compile, Load
from tests.cpython.model import KINDS, LONG, WORD, Kind, Raises, limits, outcome
from tests.cpython.odd import ODD, arrays
from tests.cpython.shown import TIERS, Shown, complaint, source

INTEGERS = [kind for kind in KINDS.values() if kind.rule in ("whole", "char")]
EVERYTHING = ODD | arrays()
DOUBLE = KINDS["double"]
#: Each kind alone, which is another shape of builtin, and between others.
ALONE = [(f"alone_{kind.name}", [kind]) for kind in KINDS.values()]
AMONG = [(f"among_{kind.name}", [DOUBLE, kind, KINDS["int"]]) for kind in KINDS.values()]


@pytest.fixture(scope="module")
def shown(compile_c: Compile) -> Shown:
    return Shown(compile_c(source(ALONE + AMONG)), ALONE + AMONG)


def complaints(shown: Shown, kind: Kind, value: Any, expected: bytes | Raises) -> list[str]:
    found = []
    for tier in TIERS:
        for name, before, after in ((f"alone_{kind.name}", [], []), (f"among_{kind.name}", [0.5], [7])):
            got = shown.call(name, tier, *before, value, *after)
            one = got if isinstance(got, BaseException) else got[len(before)]
            names = (f"{name}()", f"value{len(before)}")
            text = complaint(kind, value, expected, one, shown.text.raw, names)
            if text:
                found.append(f"{name}, {tier} tier: {text}")
    return found


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_value_at_every_type(shown: Shown, kind: Kind) -> None:
    found = []
    for label, make in EVERYTHING.items():
        value = make()
        if kind.target == "function" and callable(value):
            continue  # it becomes a callback
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy's about arrays as numbers, Python's about odd __index__
            expected = outcome(kind, value)
            found += [f"{label}: {text}" for text in complaints(shown, kind, value, expected)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", INTEGERS, ids=lambda kind: kind.name)
def test_the_edges_of_every_integer_type(shown: Shown, kind: Kind) -> None:
    low, high = limits(kind)
    for number in (low, low + 1, 0, 1, high - 1, high):
        expected = number.to_bytes(kind.size, sys.byteorder, signed=kind.signed)
        assert complaints(shown, kind, number, expected) == []
    for number in (low - 1, high + 1, 10 * low - 20, 10 * high, 1 << 64, -(1 << 64), 1 << 400):
        assert complaints(shown, kind, number, Raises(OverflowError)) == []


def test_the_limits_are_told(shown: Shown) -> None:
    for tier in TIERS:
        call = shown.functions["alone_short", tier]
        message = r"^alone_short\(\) parameter 'value0': 32768 is out of range for short \(-32768 to 32767\)$"
        with pytest.raises(OverflowError, match=message):
            call(32768)
        with pytest.raises(OverflowError, match="more than 256 bits"):
            call(1 << 100_000)
        with pytest.raises(TypeError, match=r"^alone_short\(\) parameter 'value0' must be an int for short, not str$"):
            call("5")


# farcall's own values: at which pointer types each may stand. Everything else is a TypeError.

ANYTHING = {"void_p", "const_void_p"}
POINTERS = {kind.name for kind in KINDS.values() if kind.rule == "pointer"}
INT_POINTERS = {"int_p", "const_int_p", *ANYTHING} | ({"long_p"} if LONG == 4 else set())
CHAR_POINTERS = {"char_p", "string", *ANYTHING}
CONST_POINTERS = {kind.name for kind in KINDS.values() if kind.const}

OWN: dict[str, tuple[Any, set[str]]] = {
    "array of int": (lambda t: farcall.array(farcall.int_, 3)([1, 2, 3]), INT_POINTERS),
    "array of array of int": (lambda t: farcall.array(farcall.array(farcall.int_, 2), 2)(), ANYTHING),
    "array of char": (lambda t: farcall.array(farcall.char, 3)(), CHAR_POINTERS),
    "array of uchar": (
        lambda t: farcall.array(farcall.uchar, 3)(), {"uchar_p", "const_uchar_p", *ANYTHING}
    ),
    "array of double": (
        lambda t: farcall.array(farcall.double, 3)(), {"double_p", "const_double_p", *ANYTHING}
    ),
    "array of point": (lambda t: farcall.array(t.point, 2)(), {"point_p", *ANYTHING}),
    "array of const char *": (
        lambda t: farcall.array(farcall.type_of("const char *"), 2)(["a", "b"]), {"strings", *ANYTHING}
    ),
    # stricter than C at the first level only: that is what execv(char *const *) and its like need
    "array of char *": (lambda t: farcall.array(farcall.type_of("char *"), 2)(), {"strings", *ANYTHING}),
    "point": (lambda t: t.point(1, 2), {"point_p", "point", *ANYTHING}),
    "point of a subclass": (lambda t: type("P", (t.point,), {})(1, 2), {"point_p", "point", *ANYTHING}),
    "number": (lambda t: t.number(real=1), {"number", *ANYTHING}),
    "other": (lambda t: t.other(1, 2), ANYTHING),
    "pointer to int": (lambda t: farcall.type_of("int *")(farcall.int_(5)), INT_POINTERS),
    "pointer to const int": (
        lambda t: farcall.type_of("const int *")(farcall.int_(5)), {"const_int_p", "const_void_p"}
    ),
    "pointer to volatile int": (lambda t: farcall.type_of("volatile int *")(farcall.int_(5)), INT_POINTERS),
    "pointer to void": (lambda t: farcall.type_of("void *")(bytearray(b"ab\0")), POINTERS),
    "pointer to const void": (lambda t: farcall.type_of("const void *")(b"abc\0"), CONST_POINTERS),
    "pointer to opaque": (lambda t: t["struct opaque *"](), {"opaque_p", *ANYTHING}),
    "pointer to point": (lambda t: farcall.addressof(t.point()), {"point_p", *ANYTHING}),
    "pointer to pointer": (lambda t: farcall.type_of("int **")(), ANYTHING),
    "pointer to function": (lambda t: t["int (*)(int)"](), {"function", *ANYTHING}),
    "pointer to another function": (lambda t: t["void (*)(void)"](), ANYTHING),
    "NULL": (lambda t: farcall.type_of("double *")(), {"double_p", "const_double_p", *ANYTHING}),
}  # fmt: skip
#: Numbers in memory stand for their value, and for a pointer to them.
SCALARS: dict[str, tuple[Any, set[str]]] = {
    "int": (lambda: farcall.int_(5), INT_POINTERS),
    "negative int": (lambda: farcall.int_(-5), INT_POINTERS),
    "large long": (lambda: farcall.longlong(1 << 40), ({"long_p"} if LONG == 8 else set()) | ANYTHING),
    "double": (lambda: farcall.double(2.5), {"double_p", "const_double_p", *ANYTHING}),
    "char": (lambda: farcall.char(b"x"), CHAR_POINTERS),
    "bool": (lambda: farcall.bool_(True), ANYTHING),
}


@pytest.mark.parametrize("label", OWN)
def test_values_of_farcall(shown: Shown, label: str) -> None:
    make, accepted = OWN[label]
    found = []
    for tier in TIERS:
        for kind in KINDS.values():
            value = make(shown.libraries[tier].types)
            for name, before, after in ((f"alone_{kind.name}", [], []), (f"among_{kind.name}", [0.5], [7])):
                got = shown.call(name, tier, *before, value, *after)
                if kind.name not in accepted:
                    names = (f"{name}()", f"value{len(before)}")
                    text = complaint(kind, value, Raises(TypeError), _one(got, before), b"", names)
                else:
                    expected = place_of(value) if kind.rule == "pointer" else bytes(value)
                    text = complaint(kind, value, expected, _one(got, before), b"", ())
                if text:
                    found.append(f"{name}, {tier} tier: {text}")
    assert not found, "\n".join(found)


def _one(got: Any, before: list[Any]) -> Any:
    return got if isinstance(got, BaseException) else got[len(before)]


def place_of(value: Any) -> bytes:
    """A pointer's own bytes; for others, where NumPy or ctypes would find their bytes."""
    if isinstance(value, farcall.Pointer):
        return bytes(memoryview(value))
    from tests.cpython.model import address_of

    return address_of(memoryview(value)).to_bytes(WORD, sys.byteorder)


@pytest.mark.parametrize("label", SCALARS)
def test_scalars_of_farcall(shown: Shown, label: str) -> None:
    make, accepted = SCALARS[label]
    found = []
    for kind in KINDS.values():
        value = make()
        if kind.rule == "pointer":
            expected = place_of(value) if kind.name in accepted else Raises(TypeError)
        elif kind.rule == "record":
            expected = Raises(TypeError)
        elif label == "char":
            expected = outcome(kind, ord("x"))
        else:
            expected = outcome(kind, value)
        found += complaints(shown, kind, value, expected)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("tier", TIERS)
def test_an_exception_of_the_value_is_the_cause(shown: Shown, tier: str) -> None:
    from tests.cpython.odd import Index

    calls = 0

    class Counting(Index):
        def __index__(self) -> Any:
            nonlocal calls
            calls += 1
            return super().__index__()

    with pytest.raises(ValueError, match=r"^alone_int\(\) parameter 'value0': broken$") as caught:
        shown.functions["alone_int", tier](Counting(ValueError("broken")))
    assert isinstance(caught.value.__cause__, ValueError)
    assert caught.value.__cause__.__traceback__ is not None
    assert calls == 1
    for error in (KeyboardInterrupt("now"), SystemExit(3), MemoryError("none"), KeyError("key")):
        for name, before, after in (("alone_long", (), ()), ("among_uchar", (1,), (2,))):
            with pytest.raises(type(error)) as same:
                shown.functions[name, tier](*before, Counting(error), *after)
            assert same.value is error


# The number of arguments


@pytest.mark.parametrize("tier", TIERS)
def test_wrong_count(shown: Shown, load_c: Load, tier: str) -> None:
    three = shown.functions["among_int", tier]
    for given in ((), (1.0,), (1.0, 2), (1.0, 2, 3, 4), (None,) * 9):
        with pytest.raises(TypeError, match=rf"among_int\(\) takes 3 arguments \({len(given)} given\): int among_int"):
            three(*given)
    one = shown.functions["alone_int", tier]
    for given in ((), (1, 2)):
        with pytest.raises(TypeError, match=r"alone_int\(\) takes exactly one argument"):
            one(*given)
    none = load_c("int none(void) { return 5; }", tier=tier).function("int none(void)")
    assert none() == 5
    with pytest.raises(TypeError, match=r"none\(\) takes 0 arguments \(1 given\)"):
        none(1)
    for call in (three, one, none):
        with pytest.raises(TypeError, match=r"keyword|no parameter|lacks"):
            call(value9=1)


@pytest.mark.parametrize("tier", TIERS)
def test_wrong_variadic_arguments(tier: str) -> None:
    libc = farcall.Library("libc.so.6", tier=tier)
    snprintf = libc.function("int snprintf(char *s, size_t n, const char *format, ...)")
    buffer = bytearray(32)
    for given in ((), (buffer,), (buffer, 32)):
        with pytest.raises(TypeError, match=rf"snprintf\(\) takes at least 3 arguments \({len(given)} given\)"):
            snprintf(*given)
    with pytest.raises(OverflowError, match=r"snprintf\(\) variadic argument 4: 1099511627776 is out of range for int"):
        snprintf(buffer, 32, b"%d", 1 << 40)
    with pytest.raises(OverflowError, match=r"snprintf\(\) variadic argument 5"):
        snprintf(buffer, 32, b"%d %d", 1, -(1 << 31) - 1)
    for odd in (object(), [], {}, 1j, len):
        with pytest.raises(TypeError, match=r"snprintf\(\) variadic argument 4: cannot infer a C type for .*"):
            snprintf(buffer, 32, b"%d", odd)
    with pytest.raises(TypeError, match=r"snprintf\(\) parameter 's' must be writable"):
        snprintf(bytes(32), 32, b"%d", 1)
    with pytest.raises(ValueError, match=r"snprintf\(\) variadic argument 4.*NUL"):
        snprintf(buffer, 32, b"%s", "a\0b")
    with pytest.raises(ValueError, match=r"snprintf\(\) variadic argument 4"):
        snprintf(buffer, 32, b"%s", "\ud800")
    assert buffer == bytes(32)
    assert snprintf(buffer, 32, "%d %s %.1f", True, "\xe9", 2.5) == len("1 \xe9 2.5".encode())
    assert buffer.startswith("1 \xe9 2.5\0".encode())
