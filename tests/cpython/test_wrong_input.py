"""Every parameter type against every kind of Python value, on both tiers: accepted, then C received just that, or
an exception that names the function and the parameter, and C was not called. Never a crash."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.errors import (
    DeclarationError,
    IncompleteTypeError,
    LibraryClosedError,
    NullPointerError,
    SymbolError,
    UnsupportedTypeError,
)
from tests.conftest import Compile, Load
from tests.cpython.model import KINDS, Kind, Raises, limits, outcome
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
        expected = number.to_bytes(kind.size, "little", signed=kind.signed)
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
INT_POINTERS = {"int_p", "const_int_p", *ANYTHING}
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
    "large long": (lambda: farcall.long(1 << 40), {"long_p", *ANYTHING}),
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

    return address_of(memoryview(value)).to_bytes(8, "little")


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
        with pytest.raises(TypeError, match="keyword"):
            call(value0=1)


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
        with pytest.raises(TypeError, match=r"snprintf\(\) variadic argument 4: .* says no C type"):
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


# What cannot be bound


def test_null_function() -> None:
    for null in (0, farcall.type_of("int (*)(int)")(), farcall.type_of("void *")()):
        with pytest.raises(NullPointerError, match="NULL"):
            farcall.function(null, "int broken(int)")
    with pytest.raises(NullPointerError, match="broken"):
        farcall.function(0, "int broken(int)")
    with pytest.raises(TypeError, match="declaration"):
        farcall.function(farcall.type_of("int *")())
    for odd in (None, "libc", 1.5, object(), -1, 1 << 64):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            farcall.function(odd, "int broken(int)")


def test_undeclared_and_missing_functions() -> None:
    libc = farcall.Library("libc.so.6")
    libc.cdef("int atoi(const char *text); extern int optind;")
    with pytest.raises(SymbolError, match="'atio' is not declared; near: atoi"):
        libc.atio("5")
    with pytest.raises(SymbolError, match="'strlen' is not declared"):
        libc.function("strlen")
    with pytest.raises(SymbolError, match="strlenn"):
        libc.function("int strlenn(const char *)")
    with pytest.raises(SymbolError, match=r"'environ' of .* is data"):
        libc.function("int environ(void)")
    with pytest.raises(SymbolError, match="is a function, not a variable"):
        libc.variable("int atoi")
    with pytest.raises(SymbolError, match="atoi"):
        libc.atoi = 5
    with pytest.raises(SymbolError, match="only variables can be set"):
        libc.nothing = 5


MALFORMED = {
    "int f(int": (1, "int f(int"),
    "int f(int x))": (1, "int f(int x))"),
    "int f(\n  int x,\n  strange y)": (3, "  strange y)"),
    "int f(struct { int x; ) )": (1, "int f(struct { int x; ) )"),
    "42": (1, "42"),
    "int f(void, int)": (1, "int f(void, int)"),
    "int f(int x, int x)": (1, "int f(int x, int x)"),
    "void v": (1, "void v"),
    "": (0, ""),
    "int f(void x)": (1, "int f(void x)"),
    "int f(int)[3]": (1, "int f(int)[3]"),
    "int f(...) \x00": (1, ""),
}


@pytest.mark.parametrize("text", MALFORMED, ids=repr)
def test_malformed_c(text: str) -> None:
    line, shown = MALFORMED[text]
    with pytest.raises(DeclarationError) as caught:
        farcall.Library(None).function(text)
    if line:
        assert caught.value.line == line
        assert f"line {line}" in str(caught.value)
    assert shown in str(caught.value)


def test_malformed_cdef_changes_nothing() -> None:
    libc = farcall.Library("libc.so.6")
    libc.cdef("int atoi(const char *);")
    with pytest.raises(DeclarationError) as caught:
        libc.cdef("typedef int first;\nint abs(first);\nint broken(;\n")
    assert caught.value.line == 3
    assert "int broken(;" in str(caught.value)
    with pytest.raises(SymbolError):
        libc.abs(5)
    assert not hasattr(libc.types, "first")
    assert libc.atoi("12") == 12


def test_types_that_cannot_be_passed() -> None:
    process = farcall.Library(None)
    process.cdef("struct opaque; union incomplete; typedef int callback(int);")
    for declaration, word in {
        "int abs(struct opaque value)": "opaque",
        "struct opaque abs(int)": "opaque",
        "int abs(union incomplete value)": "incomplete",
    }.items():
        with pytest.raises((IncompleteTypeError, DeclarationError), match=word):
            process.function(declaration)
    for declaration, word in {
        "int abs(struct later)": "later",
        "callback abs(int)": "callback|function",
        "int abs(int)[2]": "array",
    }.items():
        with pytest.raises((DeclarationError, TypeError), match=word):
            process.function(declaration)
    with pytest.raises(DeclarationError, match="recursive"):
        process.cdef("struct recursive { int x; struct recursive inner; };")
    process.cdef("struct recursive { int x; struct recursive *next; };")
    assert farcall.sizeof(process.types.recursive) == 16
    with pytest.raises(IncompleteTypeError, match="opaque"):
        process.types.opaque()


@pytest.mark.parametrize("words", [{"gil": "keep"}, {"gil": None}, {"gil": 1}])
def test_policies(words: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="gil must be 'release' or 'hold'"):
        farcall.Library(None, **words)
    if words["gil"] is not None:
        with pytest.raises(ValueError, match="gil must be 'release' or 'hold'"):
            farcall.Library(None).function("int abs(int)", **words)
    with pytest.raises(ValueError, match="tier must be one of"):
        farcall.Library(None, tier="warp").function("int abs(int)")


@pytest.mark.parametrize("tier", TIERS)
def test_functions_of_a_closed_library(compile_c: Compile, tier: str, tmp_path: Path) -> None:
    library = farcall.Library(
        compile_c("int twice(int x) { return 2 * x; } int sum(int n, ...) { return n; } int five = 5;"), tier=tier
    )
    twice, total = library.function("int twice(int x)"), library.function("int sum(int n, ...)")
    assert (twice(4), total(3, 1.5)) == (8, 3)
    library.close()
    for call in (lambda: twice(4), lambda: twice("x"), lambda: total(3), lambda: total(3, 1.5)):
        with pytest.raises(LibraryClosedError, match="is closed"):
            call()
    with pytest.raises(LibraryClosedError):
        library.function("int twice(int x)")


# Fields and constructors


@pytest.fixture(scope="module")
def types() -> Any:
    library = farcall.Library(None)
    library.cdef("""
        struct inner { short a; unsigned char b; };
        struct all {
            _Bool flag; char letter; signed char small; int whole; unsigned long wide; float real; double wider;
            const char *text; int *numbers; void *any; int (*function)(int);
            struct inner inner; int items[3]; enum { ZERO, ONE } word; union { int i; float f; };
        };
    """)
    return library.types


WRONG_FIELDS = {
    "flag": [2, -1, 1.0, "x", None, b"\1"],
    "letter": [b"", b"ab", "a", 128, -129, None, 1.5, bytearray(b"a")],
    "small": [128, -129, b"a", "a", None, 0.0],
    "whole": [1 << 31, -(1 << 31) - 1, 1.0, "1", None, [], object()],
    "wide": [-1, 1 << 64, 1.0, "1", None],
    "real": [1e39, "1", None, 1j, 10**400],
    "wider": ["1", None, 1j, 10**400],
    "text": [5, 1.5, "a\0b", "\ud800", [], object()],
    "numbers": [5, "x", b"1234", 1.5, [1, 2], bytearray(8)[::2].__class__, memoryview(bytes(8)).cast("i")],
    "any": [-1, 1 << 64, "x", 1.5, b"read-only", True, object()],
    "inner": [5, "ab", [1, 2, 3], {"z": 1}, [1 << 15], [0, -1], object(), None],
    "items": [5, "abc", [1, 2, 3, 4], [1 << 31], ["x"], None, {"a": 1}],
    "word": [-1, 1 << 32, "ONE", None, 1.0],
    "i": [1 << 31, "1", None],
    "f": [1e39, "1", None],
}


@pytest.mark.parametrize("name", WRONG_FIELDS)
def test_wrong_field_values(types: Any, name: str) -> None:
    value = types.all()
    before = bytes(value)
    for odd in WRONG_FIELDS[name]:
        for assign in (
            lambda odd=odd: setattr(value, name, odd),
            lambda odd=odd: types.all(**{name: odd}),
        ):
            with pytest.raises((TypeError, ValueError, OverflowError)) as caught:
                assign()
            assert "struct all" in str(caught.value), odd
            assert repr(name) in str(caught.value), odd
    assert bytes(value) == before


def test_wrong_constructor_arguments(types: Any) -> None:
    with pytest.raises(TypeError, match="struct inner has 2 fields, 3 values were given"):
        types.inner(1, 2, 3)
    with pytest.raises(TypeError, match="struct inner has no field 'c'; there are: a, b"):
        types.inner(c=1)
    with pytest.raises(TypeError, match="'a' was given by position and by keyword"):
        types.inner(1, a=1)
    with pytest.raises(AttributeError, match="zz"):
        types.inner().zz = 1
    with pytest.raises(AttributeError, match="zz"):
        _ = types.inner().zz
    value = types.all()
    for name in ("whole", "text", "items", "inner", "i"):
        with pytest.raises(TypeError, match="cannot be deleted"):
            delattr(value, name)
        descriptor = vars(types.all)[name]
        for stranger in (types.inner(), 5, None, object()):
            with pytest.raises(TypeError):
                descriptor.__set__(stranger, None)
            if stranger is not None:
                with pytest.raises(TypeError):
                    descriptor.__get__(stranger)
    for method in ("__repr__", "__bytes__", "__copy__"):
        for stranger in (5, "x", None):
            with pytest.raises((TypeError, AttributeError)):
                getattr(types.inner, method)(stranger)


def test_wrong_types_for_types() -> None:
    for odd in (5, "int", [], object()):
        with pytest.raises((TypeError, DeclarationError)):
            farcall.pointer(odd)
    with pytest.raises(TypeError, match="does not say how wide"):
        farcall.array(int, 3)
    with pytest.raises(ValueError, match="-1"):
        farcall.array(farcall.int_, -1)
    for odd in (1.5, "3", None):
        with pytest.raises(TypeError):
            farcall.array(farcall.int_, odd)
    with pytest.raises(TypeError):
        farcall.addressof(5)
    with pytest.raises(AttributeError, match="zz"):
        farcall.offsetof(farcall.int_, "zz")
    with pytest.raises(DeclarationError):
        farcall.type_of("no such type")
    with pytest.raises(IncompleteTypeError):
        farcall.sizeof("struct never_declared")
    with pytest.raises(UnsupportedTypeError):
        farcall.type_of("void (int)")()
