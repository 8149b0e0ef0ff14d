"""Integer constant expressions, valued as gcc values them."""

from __future__ import annotations

from random import Random

import pytest

from farcall.cdecl import Scope, parse_declarations
from farcall.ctype import ILP32_I386, LP64, DataModel
from farcall.errors import DeclarationError
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
