"""Constants that are no integers: floating and imaginary numbers, texts, addresses; by `#define` and `static const`."""

from __future__ import annotations

import math

import pytest

from farcall.cdecl import Address, Constant, Scope, parse_declarations
from farcall.ctype import LP64, Pointer, Qualified, names
from farcall.errors import DeclarationError

PRELUDE = "struct s { int a; long b; };"
CHAR_P = Pointer(Qualified(names.char, frozenset(["const"])))


def defined(text: str) -> Constant:
    return parse_declarations(f"{PRELUDE}\n#define VALUE {text}\n", Scope(LP64)).constants["VALUE"]


VALUES: list[tuple[str, Constant]] = [
    ("1.5", 1.5), ("1.5f", 1.5), ("0.1f", 0.10000000149011612), ("(float)0.1", 0.10000000149011612), ("0.1L", 0.1),
    ("0x1.8p1", 3.0), ("1.5f16", 1.5), ("1.25F32", 1.25), ("2.5f64x", 2.5), ("0.5bf16", 0.5), ("1e3q", 1000.0),
    ("1e400L", math.inf), ("-1e400L", -math.inf), ("1 / 2.0", 0.5), ("1.0 / 0", math.inf), ("-1.0 / 0.0", -math.inf),
    ("__builtin_huge_val()", math.inf), ("(-__builtin_inff())", -math.inf), ("__builtin_infl()", math.inf),
    ("__builtin_huge_valf128()", math.inf), ("1 ? 2 : 3.0", 2.0), ("0.1f + 0.2f", 0.30000001192092896), ("__extension__ 2.5", 2.5),
    ("1.0i", 1j), ("1.0iF", 1j), ("1.5fi", 1.5j), ("2j", 2j), ("1.0 + 2.0i", 1 + 2j), ("(1.0 + 1.0i) * 1.0i", -1 + 1j),
    ("(double _Complex)3", 3 + 0j), ("(double)(2.0 + 1.0i)", 2.0),
    ("-1.0i", -1j), ("1.0i == 1.0i", 1), ("(__extension__ 1.0iF)", 1j),
    ('"text"', "text"), ('("a" "b")', "ab"), ('((char *)"text")', "text"), ('((const unsigned char *)("x" "y"))', "xy"),
    ('(__extension__ "t")', "t"), ('L"wide"', "wide"), ('1 ? "yes" : "no"', "yes"), ("(sizeof(\"text\") - 1)", 4),
    ("((void *)-1)", Address(Pointer(names.void), 2**64 - 1)), ("((const char *)0)", Address(CHAR_P, 0)),
    ("(&((struct s *)0)->b)", Address(Pointer(names.long), 8)), ("((void *)((char *)16 + 4))", Address(Pointer(names.void), 20)),
    ("(0 ? (void *)1 : (int *)2)", Address(Pointer(names.int_), 2)), ("(1 ? 0 : (int *)2)", Address(Pointer(names.int_), 0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_a_macro_has_its_value(text: str, value: Constant) -> None:
    found = defined(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("name", ["nan", "nanf", "nanl", "nans", "nansf", "nanf128"])
def test_what_is_not_a_number(name: str) -> None:
    value = defined(f'__builtin_{name}("")')
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f(1)", "not an integer constant"),
        ("1e999", "too large for a double"),
        ("(1.0i) % 2", "'%' of"),
        ("1.0i < 2", "'<' of double _Complex"),
        ("1.0i / (0.0 + 0.0i)", "division by zero"),
        ("(struct s)1", "not a constant"),
        ("(void)1", "not a constant"),
        ("*(int *)8", "not a constant"),
        ("((struct s *)0)->a", "not a constant"),
        ('(long)"text"', "not a constant"),
        ('"text"[0]', "not a constant"),
        ('"text" + 1', "not a constant"),
        ("08f", "not a constant"),
    ],
)
def test_what_is_not_constant_is_refused(text: str, message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        defined(text)


STATIC: list[tuple[str, Constant]] = [
    ("static const double X = 6.28", 6.28), ("static const float X = 0.1", 0.10000000149011612), ("static const double X = 3", 3.0),
    ("const static long double X = 1e400L", math.inf), ("static const _Bool X = 5", 1), ("static const int X = 3.9", 3),
    ("static const double _Complex X = 2.0i", 2j), ("static const char X[] = \"text\"", "text"),
    ("static const char X[5] = { \"text\" }", "text"), ("static const char *const X = \"text\"", "text"),
    ("static char *const X = (char *)\"text\"", "text"), ("static const wchar_t X[] = L\"wide\"", "wide"),
    ("static void *const X = (void *)-1", Address(Pointer(names.void), 2**64 - 1)), ("static const int X = { 7, }", 7),
    ("static const unsigned char X = 300", 44), ("constexpr int X = 5", 5), ("static const struct s *const X = 0",
     Address(Pointer(Qualified(None, frozenset(["const"]))), 0)),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), STATIC, ids=[text for text, _ in STATIC])
def test_a_static_const_has_its_value(text: str, value: Constant) -> None:
    found = parse_declarations(f"{PRELUDE} {text};", Scope(LP64)).constants["X"]
    if isinstance(value, Address):
        assert isinstance(found, Address)
        assert found.value == value.value
    else:
        assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        "static double X = 1.5;",
        "const double X = 1.5;",
        'static const char *X = "text";',
        "static const int X[] = {1, 2};",
        "static const struct s X = {1, 2};",
        "static const char X[] = {'a', 0};",
        "static const char X[] = 5;",
        "extern const int X = 5;",
        'static const long X = "text";',
    ],
)
def test_other_values_are_refused(text: str) -> None:
    with pytest.raises(DeclarationError, match=r"has a value|not a known|constant|syntax error"):
        parse_declarations(f"{PRELUDE} {text}", Scope(LP64))


def test_constants_serve_later_expressions() -> None:
    scope = Scope(LP64)
    parse_declarations('#define HALF 0.5\nstatic const char NAME[] = "name";\n#define TOP ((void *)16)\n', scope)
    found = parse_declarations(
        "#define ONE (HALF * 2)\n#define LENGTH (sizeof(NAME) - 1)\n#define AGAIN NAME\n#define MORE ((long)TOP + 1)\n",
        scope,
    )
    assert found.constants == {"ONE": 1.0, "LENGTH": 4, "AGAIN": "name", "MORE": 17}


@pytest.mark.parametrize(
    "text", ['@"\\Uffffffff"', '@"\\ud800"', 'L@"\\Uffffffff"', 'sizeof(@"\\udfff")', '1 + @"\\U00110000"[0]']
)
def test_characters_that_there_are_not_are_refused(text: str) -> None:
    with pytest.raises(DeclarationError):
        defined(text.replace("@", ""))


def test_a_label_with_such_a_character_is_refused() -> None:
    with pytest.raises(DeclarationError):
        parse_declarations('int f(int) __asm__("\\Uffffffff");', Scope())
