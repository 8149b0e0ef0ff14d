"""Integer constant expressions, valued as gcc values them."""

from __future__ import annotations

from random import Random

import pytest

from farcall.cdecl import Scope, parse_declarations
from farcall.ctype import ILP32_I386, LP64, DataModel
from farcall.errors import DeclarationError, UnsupportedTypeError
from tests.ctype import measure

EXPRESSIONS = [
    "0", "017", "0x1F", "0XffUL", "0b101", "1u", "1LL", "4294967295", "0xffffffff", "2147483648", "~0", "~0u", "-1",
    "-1u", "-2147483647 - 1", "1 << 31", "1u << 31", "1L << 31", "-8 >> 1", "0xffffffffu >> 4", "-7 / 2", "-7 % 2",
    "7 / -2", "7u / -2", "!3", "!0", "+'a'", "'\\n'", "'\\x7f'", "'\\377'", "'\\0'", "'ab'", "L'b'", "u'c'", "'\\''",
    "1 ? 2 : 1 / 0", "0 && 1 / 0", "1 || 1 / 0", "3 && 2", "-1 < 1u", "-1 < 1",
    "sizeof(int)", "sizeof(long) * 8", "sizeof(char[7])", "sizeof(struct s)", "sizeof(struct s *)", "_Alignof(double)",
    "sizeof(int (*)(void))", "sizeof 'a'", "sizeof(1L)", "-sizeof(int) / 2", "sizeof(int) - 8 < 0",
    "(char)300", "(unsigned char)-1", "(short)0x18000", "(_Bool)7", "(int)3.9", "(unsigned)-1", "(_Bool)0.5",
    "(unsigned long long)-1", "(enum e)2", "(signed char)'\\x80'", "A", "B + 1", "B << A",
    "1 + 2 * 3 - 4 / 2 % 3 & 7 | 8 ^ 3", "(1 < 2) == (3 >= 3) != (4 <= 1)", "__builtin_offsetof(struct s, b)",
    "__builtin_offsetof(struct s, c[2])", "__builtin_offsetof(struct s, in.y)", "0x7fffffff + 1u",
    "1 ? -1 : 0u", "(0 ? 1 : 0ull) - 1 > 0", "sizeof(float __attribute__((vector_size(32))))",
    "__builtin_offsetof(struct s, in)", "__builtin_offsetof(struct s, c[1 + 1])", "sizeof(((struct s *)0)->c)",
    "sizeof(((struct s *)0)->in.y)",
    "sizeof(*(struct s *)0)", "sizeof(((struct s *)0)->c[0])", "(long)&((struct s *)0)->b", "(int)(long)&(((struct s *)0)->c[3])",
    "(char *)&((struct s *)8)->in - (char *)8", "(unsigned long)((int *)4 + 3)", "(struct s *)0 == (void *)0",
    "sizeof(\"text\")", "sizeof(\"a\" \"bc\") - 1", "sizeof(L\"ab\")", "sizeof(u\"ab\")", "sizeof(U\"a\")",
    "sizeof(u8\"\xc3\xa9\")",
    "__extension__ 5", "__extension__ (3 + 4)", "(__typeof__(1))5", "(__typeof__(sizeof(int)))-1 > 0", "(__typeof__((char)1))300",
    "sizeof(__typeof__(((struct s *)0)->c))", "sizeof(__typeof__(int[3]))", "sizeof(1.0f)", "sizeof(1.0 + 1)", "sizeof(1.5f * 'a')",
    "_Generic(1, int: 2, default: 3)", "_Generic(1L, int: 2, default: 3)", "_Generic((char)1, signed char: 1, char: 2)",
    "_Generic(1LL, long: 1, long long: 2)", "_Generic(1L + 1u, unsigned: 1, long: 2, unsigned long: 3)",
    "_Generic(\"a\", char *: 4, default: 5)", "_Generic(1.0f, double: 1, float: 2)",
    "_Generic((struct s *)0, void *: 1, struct s *: 2)",
    "_Generic(1LL + 1UL, unsigned long: 1, unsigned long long: 2, long long: 3)", "_Generic('a', default: nosuch(1), int: 7)",
    "(int)(1.5 + 1)", "(long)((double)1 / 3 * 300)", "1.5 < 2", "!1.5", "1.0 == 1", "(_Bool)0.25f", "(int)-2.9f", "1 ? 1.5 > 1 : 0",
    "(unsigned char)(1.0 ? 257 : 2.0)", "(unsigned)-1.5", "(short)1e9", "(signed char)-129.0",
    "5 ?: 1 / 0", "0 ?: 4", "sizeof((struct s){0})",
    "sizeof(const volatile struct s)", "9223372036854775807", "0xffffffffffffffff", "18446744073709551615u",
]  # fmt: skip
PRELUDE = "enum e { A = 3, B = -2 }; struct s { char a; double b; short c[5]; struct { int x, y; } in; };"
MODELS = [LP64, ILP32_I386]


def ours(expression: str, model: DataModel) -> int:
    scope = Scope(model)
    text = f"{PRELUDE}\nstatic const unsigned long long value = (unsigned long long)({expression});"
    return parse_declarations(text, scope).constants["value"]


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_expressions_have_gccs_values(model: DataModel) -> None:
    measure.need(model)
    expected = measure.numbers(PRELUDE, EXPRESSIONS, model)
    assert {e: ours(e, model) for e in EXPRESSIONS} == dict(zip(EXPRESSIONS, expected, strict=True))


LITERALS = [
    "0",
    "1",
    "2",
    "7",
    "31",
    "255",
    "65536",
    "2147483647",
    "0x80000000",
    "3u",
    "5l",
    "9ul",
    "11ll",
    "'q'",
    "A",
    "B",
]
CASTS = ["int", "unsigned", "char", "unsigned char", "short", "long", "unsigned long long", "_Bool"]


def expression(random: Random, depth: int) -> str:
    choice = random.random()
    if depth == 0 or choice < 0.1:
        return random.choice(LITERALS)
    inner = expression(random, depth - 1)
    if choice < 0.2:
        return f"{random.choice('+-~!')}({inner})"
    if choice < 0.3:
        return f"({random.choice(CASTS)})({inner})"
    if choice < 0.36:
        return f"sizeof(({inner}))"
    other = expression(random, depth - 1)
    if choice < 0.42:
        return f"({inner}) {random.choice(['<<', '>>'])} (({other}) & 15)"
    if choice < 0.48:
        return f"({inner}) {random.choice('/%')} (({other}) | 1)"
    if choice < 0.56:
        return f"({inner}) ? ({other}) : ({expression(random, depth - 1)})"
    operator = random.choice(["+", "-", "*", "&", "|", "^", "<", ">", "<=", ">=", "==", "!=", "&&", "||"])
    return f"({inner}) {operator} ({other})"


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_random_expressions_have_gccs_values(model: DataModel) -> None:
    measure.need(model)
    random = Random(20240607)
    expressions = [expression(random, random.randrange(1, 6)) for _ in range(400)]
    expected = measure.numbers(PRELUDE, expressions, model)
    wrong = [
        f"{e}: gcc {want:#x}, ours {got:#x}"
        for e, want in zip(expressions, expected, strict=True)
        if (got := ours(e, model)) != want
    ]
    assert not wrong, "\n".join(wrong[:5])


@pytest.mark.parametrize(
    "expression",
    ["x", "f(1)", "\"text\"", "1, 2", "&A", "*A", "A = 3", "A++", "sizeof(void)", "sizeof(struct t)",
     "(double)1 % 2", "1 << 64", "1 << -1", "__builtin_offsetof(struct s, z)", "1 +", "(", "int",
     "__builtin_offsetof(int, z)", "''", "'abcde'", "0x", "08", "1lul", "1e99"],
)  # fmt: skip
def test_what_is_no_integer_constant_is_refused(expression: str) -> None:
    with pytest.raises(DeclarationError):
        ours(expression, LP64)


def test_sums_may_be_long() -> None:
    assert ours("1" + "+1" * 5000, LP64) == 5001


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("offsetof(struct s, @z)", "struct s has no member 'z'"),
        ("@offsetof(1, a)", "offsetof takes a type and a member"),
        ("offsetof(struct s, in.@z)", "has no member 'z'"),
        ("sizeof(((struct s *)0)->@z)", "has no member 'z'"),
        ("sizeof(((struct t *)0)->@z)", "struct t has no members"),
        ("@_Generic(1.5, int: 1)", "_Generic has nothing for double"),
        ("@*1", "int is no pointer"),
        ("@1.5 % 2", "'%' of double"),
        ("~@1.5", "'~' of double"),
        ("@1.5 << 1", "'<<' of double"),
        ("(void *)@1.5", r"1\.5 is no address"),
        ("A@(1)", "only a function can be called|integer constant"),
        ("@1e99", "too large"),
        ("@3wb", "_BitInt is not supported"),
    ],
)
def test_what_is_wrong_is_pointed_at(text: str, message: str) -> None:
    before = f"{PRELUDE} struct t; static const long value = "
    at = text.index("@")
    with pytest.raises((DeclarationError, UnsupportedTypeError), match=message) as caught:
        parse_declarations(before + text.replace("@", "") + ";", Scope())
    if isinstance(caught.value, DeclarationError):
        assert caught.value.column == len(before) + at + 1
