"""Broken C only ever raises what is promised, and leaves the scope as it was."""

from __future__ import annotations

import os
from contextlib import suppress

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from farcall.cdecl import Scope, parse_declarations, parse_function, parse_type, parse_variable
from farcall.errors import DeclarationError, IncompleteTypeError, UnsupportedTypeError

EXAMPLES = int(os.environ.get("FARCALL_FUZZ_COUNT", "600"))
SLOW = [HealthCheck.too_slow]  # an emulator takes its time
SEEDS = [
    "double f(int, struct { float x, y; }, ...);",
    "typedef struct node { struct node *next; int a : 3, : 0, b : 4; } *link; link g(link), *h[3];",
    "enum colour { RED, GREEN = 1 << 3, BLUE = sizeof(int) } c; union u { int i; enum colour e[2]; };",
    "int (__attribute__((ms_abi)) *f(void (*)(int)))(int) __attribute__((nonnull(1)));",
    "struct __attribute__((packed, aligned(16))) s { char c; _Alignas(8) int i; } __attribute__((ms_struct));",
    "#pragma pack(push, 2)\n#define N (3 + 4)\nint a[N];\n_Static_assert(N == 7, \"n\");\n#pragma pack(pop)\n",
    "typedef float v4 __attribute__((vector_size(4 * sizeof(float)))); v4 add(v4, __m128);",
    "extern const char *const restrict names[]; static const int X = (int)'a' ? 0x1fUL : -2;",
    "void f(int n, double a[static n], va_list, size_t (*)(const void *, FILE *)); // comment\n/* more */",
    "typedef struct { int a; } X, *XP; enum e : unsigned char { A = 1, B } f(); typeof(f) g; __typeof__(sizeof(X)) n;",
    "#define O offsetof(struct s, b[1].c)\n#define G _Generic(1L, int: 2, long: 3.5f, default: 4)\nstruct s { int a; X b[2]; };",
    "static const double D = 1.5 / 2 + 1e400L; static const char N[] = \"t\" \"u\"; static void *const P = (void *)~0ul;",
    "struct s { int a[3]; long b; }; int v[sizeof(((struct s *)0)->a)], w[(long)&((struct s *)8)->b]; int h() __asm__(\"k\");",
    "unsigned __int128 f(_Complex double, _Float16 _Complex, _Atomic(int) *, long double, _Bool);",
]  # fmt: skip
SPLICES = [
    "(", ")", "[", "]", "{", "}", ";", ",", "*", ":", "=", "...", "#", "\n", " ", "'", '"', "/*", "*/", "//",
    "\\", "::", "__attribute__((", "))", "struct", "union s", "enum", "typedef", "int", "void", "unsigned", "x",
    "sizeof(", "0", "-1", "1/0", "99999999999999999999", "_Alignas(", "_Atomic", "_Complex", "_Static_assert(",
    "__asm__(", "const", "static", "[[", "]]", "__declspec(", "__stdcall", "#define A A", "#pragma pack(",
    "\x00", "é", "_BitInt(3)", "typeof(", "?", "offsetof(", "size_t", "va_list", "aligned", "vector_size(16)",
    "packed", "mode(", "...)", "[]", "[*]", "L'", "<<", "_Generic(", "->", "&", "(X *)", "default:", ": int", "1.5", "2.0i",
    "1e400L", "__extension__", "__builtin_nan(", "static const", "&&", "||", "~", "%", "{0}", "constexpr", "1wb", "\"t\"",
]  # fmt: skip
Edit = tuple[int, int, str]
EDITS: st.SearchStrategy[list[Edit]] = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 12), st.sampled_from([*SPLICES, ""])), min_size=1, max_size=5
)


def edited(text: str, edits: list[Edit]) -> str:
    for at, length, splice in edits:
        at %= len(text) + 1
        text = text[:at] + splice + text[at + length :]
    return text


def survives(text: str) -> None:
    for parse in (parse_function, parse_type, parse_variable):
        with suppress(DeclarationError, UnsupportedTypeError, IncompleteTypeError):
            parse(text, Scope())  # type: ignore[operator]
    scope = Scope()
    before = [len(scope.typedefs), len(scope.tags)]
    failure = None
    try:
        parse_declarations(text, scope)
    except (DeclarationError, UnsupportedTypeError, IncompleteTypeError) as error:
        failure = error
    if failure is not None:
        after = [len(scope.typedefs), len(scope.tags)]
        assert (after, scope.functions, scope.constants, scope.variables) == (before, {}, {}, {})
    if isinstance(failure, DeclarationError):
        assert failure.line >= 1
        assert failure.text in text


@settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=SLOW)
@given(st.sampled_from(SEEDS), EDITS)
def test_edited_declarations(text: str, edits: list[Edit]) -> None:
    survives(edited(text, edits))


@settings(deadline=None, max_examples=EXAMPLES // 2, suppress_health_check=SLOW)
@given(st.lists(st.sampled_from(SPLICES), max_size=25).map(" ".join))
@example("struct")
@example("_Complex")
@example("int x[__attribute__((aligned(")
def test_words_in_any_order(text: str) -> None:
    survives(text)


@settings(deadline=None, max_examples=EXAMPLES // 4, suppress_health_check=SLOW)
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    survives(text)
