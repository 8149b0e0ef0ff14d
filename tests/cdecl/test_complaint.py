"""Wrong C: every kind of error says what is wrong and points at it."""

from __future__ import annotations

import pytest

from farcall.cdecl import Scope, parse_declarations
from farcall.errors import DeclarationError

# In each text, the place of the error is behind the mark "@".
WRONG = [
    ("int f(int@ ", "the text ends inside a parameter list"),
    ("int f(int@];", r"unmatched ']'"),
    ("int x@); ", r"unmatched '\)'"),
    ("struct s { int x;@ ", "the text ends inside a struct or union"),
    ("int x@", "unexpected end"),
    ("@int int;", "not a type|invalid declaration"),
    ("int x @y;", "syntax error"),
    ("int a, @;", "syntax error|invalid declarator"),
    ("@foo_t f(int);", "unknown type name 'foo_t'"),
    ("int f(@siz_t n);", "unknown type name 'siz_t'; did you mean 'size_t'"),
    ("struct point { int x; };\n\n  @point f(void);", "unknown type name 'point'; did you mean 'struct point'"),
    ("int f(@a, b);", "unknown type name 'a'"),
    ("@f(int);", "unknown type name 'f'"),
    ("static @*f(int);", "a type is missing"),
    ("static @(f)(int);", "a type is missing"),
    ("struct s { int x; @n y; };", "unknown type name 'n'"),
    ("struct s { struct s @x; };", "struct s contains itself in member 'x'"),
    ("struct s { struct s @x[2]; };", "struct s contains itself"),
    ("struct s { struct t @x; };", "member 'x' has the incomplete type struct t"),
    ("struct s { int x; float @x; };", "two members are named 'x'"),
    ("struct s { int x; struct @{ int x; }; };", "two members are named 'x'"),
    ("struct s { void @x; };", "member 'x' cannot be void"),
    ("struct s { int @x(void); };", "member 'x' cannot be a function"),
    ("struct s { int x[]; int @y; };", "'x' must be the last member"),
    ("struct s { int @x[]; };", "needs a struct with other members"),
    ("struct s { int @x : 33; };", "bit-field 'x' of 33 bits does not fit int of 32 bits"),
    ("struct s { _Bool @x : 2; };", "does not fit _Bool of 1 bits"),
    ("struct s { int @x : 0; };", "has no bits"),
    ("struct s { int @x : -1; };", "does not fit"),
    ("struct s { float @x : 3; };", "cannot have the type float"),
    ("struct s { @int; };", "declares no member"),
    ("struct @{ int x; };", "neither a tag nor a name"),
    ("enum e { A, @A };", "'A' is declared twice"),
    ("@enum e x;", "enum e is not declared"),
    ("int x[-@1];", "an array of -1 elements"),
    ("int x[@n];", "'n' is not a known constant"),
    ("int x[@1.5];", "not an integer constant"),
    ("int x[@1 / 0];", "division by zero"),
    ("int x[@1 % (2 - 2)];", "division by zero"),
    ("int x[@1 << 32];", "a shift by 32"),
    ("int x[@99999999999999999999];", "too large"),
    ("int x[@1ULL << 62][1ULL << 10];", "too large"),
    ("void @x[3];", "an array of void"),
    ("int @x[3](void);", "an array of functions"),
    ("int @x[][];", "an array of arrays without length"),
    ("struct t @x[3];", "an array of the incomplete type struct t"),
    ("int @f(void)[3];", "cannot return an array"),
    ("int @f(void)(int);", "cannot return a function"),
    ("void f(int, @void);", "parameter 2 cannot be void"),
    ("void f(void @x);", "parameter x cannot be void"),
    ("void f(int x, int @x);", "two parameters are named 'x'"),
    ("void API @f(int x);", "syntax error before 'f'"),
    ("struct s { void API @x; };", "syntax error before 'x'"),
    ("void f(void API @x);", "syntax error before 'x'"),
    ("void f(static @int x);", "not the declaration of a parameter"),
    ("struct s { typedef @int x; };", "not the declaration of a member"),
    ("@int;", "nothing is declared here"),
    ("typedef int [3]@;", "syntax error before ';'"),
    ("@va_list int x;", "'va_list int' is not a type"),
    ("struct @unsigned { int x; };", "needs a tag or members"),
    ("int f(int x@; int y);", "syntax error before ';'"),
    ("void f(@...);", "needs a parameter before '...'"),
    ("struct t @f(void);", "the result is struct t by value, whose members are not declared"),
    ("void @f(struct t x);", "struct t x is struct t by value"),
    ("void @x;", "variable 'x' cannot be void"),
    ("int @x = 3;", "has a value"),
    ("static float @x = 3;", "has a value"),
    ("static const int @x[2] = {1, 2};", "has a value"),
    ("static const char *@x = \"x\";", "has a value"),
    ("static const float x = @f;", "'f' is not a known constant"),
    ("int f(void) @{ return 1; }", "a function's body"),
    ('extern @"C" { int x; }', r'extern "C" is C\+\+'),
    ("int x;\n@#include <stdio.h>\n", "#include is not understood here"),
    ("int x;\n  @#ifdef X\n", "#ifdef is not understood"),
    ("#define VERSION @f(1)\n", "not an integer constant"),
    ("#define VERSION -@\"1\"\n", r"'-' of char \*"),
    ("#define PI 3.5\nint x[@PI];", "'PI' is not an integer constant"),
    ("#define NAME \"x\"\nint x[@NAME];", "'NAME' is not an integer constant"),
    ("#define HUGE @1e999\n", "too large for a double"),
    ("@#define F(x) 3\n", "not a constant|only those"),
    ("@#define NOTHING\n", "not a constant"),
    ("#define A @B\n", "'B' is not a known constant"),
    ("#define A @A\n", "'A' is not a known constant"),
    ("@#pragma pack(3)\n", "takes 1, 2, 4, 8 or 16"),
    ("@#pragma pack(pop)\n", "without its push"),
    ("int x; @/* no end", "this comment has no end"),
    ("int x = @'a", "this literal has no end"),
    ("int @`;", "unexpected character '`'"),
    ("int @é;", "unexpected character 'é'"),
    ("@_Static_assert(sizeof(int) == 8, \"int is narrow\");", 'static assertion failed: "int is narrow"'),
    ("struct __attribute__((@aligned(3))) s { int x; };", "an alignment of 3 bytes"),
    ("struct s { @_Alignas(3) int x; };", "an alignment of 3 bytes"),
    ("int f(int) __attribute__((ms_abi, @sysv_abi));", "exclude each other"),
    ("float x __attribute__((@vector_size(3)));", "a vector of 3 bytes"),
    ("int x __attribute__(@packed);", "expected|packed"),
    ("int " + "*" * 60 + "@*x;", "more than 60 stars"),
    ("int x[" + "(" * 59 + "@(((1))))));", "nested more than 60 deep"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "message"), WRONG, ids=[w[0][:60] for w in WRONG])
def test_an_error_says_what_and_where(marked: str, message: str) -> None:
    at = marked.index("@")
    text = marked[:at] + marked[at + 1 :]
    with pytest.raises(DeclarationError, match=message) as caught:
        parse_declarations(text, Scope())
    error = caught.value
    line = text[:at].count("\n")
    assert (error.line, error.text) == (line + 1, text.split("\n")[line][: len(error.text)])
    assert error.column == at - (text.rfind("\n", 0, at) + 1) + 1


@pytest.mark.parametrize(
    "text",
    [
        "int x[" + "-" * 5000 + "1];",
        "int x[" + "!" * 20000 + "1];",
        "int x[" + "0?1:" * 3000 + "1];",
        "int x" + "[1]" * 5000 + ";",
        "int " + "(" * 5000 + "x" + ")" * 5000 + ";",
        "struct {" * 2000 + "int x;" + "} a;" * 2000,
        "int f(" * 2000 + "void" + ")" * 2000 + ";",
        "int f(int (*" * 500 + "x" + ")(void))" * 500 + ";",
        "typedef int *t0;" + "".join(f"typedef t{i} *t{i + 1};" for i in range(1000)),
        "".join(f"#define A{i} A{i + 1}\n" for i in range(3000)) + "int x[A0];",
    ],
    ids=lambda text: text[:24],
)
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(DeclarationError):
        parse_declarations(text, Scope())


def test_a_long_line_is_shown_in_part() -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_declarations("int @" + " " * 100_000 + "x;", Scope())
    assert len(str(caught.value)) < 400
