"""Headers made for the test: what is taken from them, what is left, and what is said of it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from farcall.cdecl import Address, Scope, parse_declarations, parse_function, parse_type
from farcall.cdecl.header import Header, Include, include
from farcall.cdecl.header.declarator import names
from farcall.ctype import ILP32_I386, LP64, Function, Pointer, Record, sizeof
from farcall.errors import DeclarationError, UnsupportedTypeError
from tests.ctype.measure import HERE


@pytest.fixture(autouse=True)
def preprocessor() -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")


def included(directory: Path, text: str, **options: Any) -> tuple[Header, Scope]:
    """A header of this text in a new scope."""
    file = directory / "made.h"
    file.write_text(text)
    scope = Scope(HERE)
    return include(Include.checked(file, **options), scope), scope


def test_nothing_is_parsed_before_it_is_asked_for(tmp_path: Path) -> None:
    _, scope = included(
        tmp_path,
        "struct inner { int a; };\ntypedef struct outer { struct inner *in; } outer;\n"
        "int use(outer *o);\nint other(_Decimal64 x);\nenum { ONE = 1 };\n",
    )
    assert not scope.functions
    assert ("struct", "outer") not in scope.tags
    scope.find("use")
    assert list(scope.functions) == ["use"]
    outer = scope.tags["struct", "outer"]
    inner = scope.tags["struct", "inner"]
    assert isinstance(outer, Record)
    assert isinstance(inner, Record)
    assert outer.fields is not None
    assert inner.fields is not None  # behind a pointer, and it may be read through it
    assert "ONE" not in scope.constants
    scope.find("ONE")
    assert scope.constants["ONE"] == 1


def test_a_text_may_use_what_a_header_declares(tmp_path: Path) -> None:
    _, scope = included(tmp_path, "typedef struct { double x, y; } point;\n#define COUNT (2 * 3)\nenum { TWO = 2 };\n")
    name, function = parse_function("double norm(point p)", scope)
    assert (name, sizeof(function.parameters[0].type, scope.model)) == ("norm", 16)
    assert sizeof(parse_type("point[COUNT * TWO]", scope), scope.model) == 192
    assert list(parse_declarations("struct line { point from, to[COUNT]; };", scope).tags) == [("struct", "line")]


def test_struct_by_value_before_its_definition(tmp_path: Path) -> None:
    _, scope = included(tmp_path, "struct late;\nint take(struct late x);\nstruct late { int n; };\n")
    scope.find("take")
    assert str(scope.functions["take"]) == "int (struct late x)"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("#define X 42", 42),
        ("#define X -0x10L", -16),
        ("#define Y 3\n#define X (Y * Y + 1)", 10),
        ("#define TWICE(x) (2 * (x))\n#define X TWICE(21)", 42),
        ("#define JOIN(a, b) a ## b\n#define X JOIN(1, 2)", 12),
        ("enum { BASE = 7 };\n#define X (BASE << 2)", 28),
        ("typedef unsigned char byte;\n#define X ((byte)-1)", 255),
        ("#define X sizeof(struct s)\nstruct s { char c[24]; };", 24),
        ("#define X 'a'", 97),
        ("#define X 2.5", 2.5),
        ("#define X (1.0 / 3)", 1 / 3),
        ("#define X (1.0f / 3)", 0.3333333432674408),
        ("#define X (-1e3)", -1000.0),
        ("#define X (float)0.1", 0.10000000149011612),
        ("#define X (int)(2.5 * 2)", 5),
        ("#define X 0x1.8p1", 3.0),
        ("#define X (2.0 > 1)", 1),
        ("#define X (1 ? 2.5 : 0)", 2.5),
        ('#define X "text"', "text"),
        ('#define A "a"\n#define X A "b" "\\x41" "0\\n"', "abA0\n"),
        ('#define X ("\\303\\251")', "é"),
        ('#define X "\\377"', "\udcff"),
        ('#define X L"w\\u00e9"', "wé"),
        ("#define X 1\n#undef X\n#define X 2", 2),
        ("#define first 1\nint first_(void);\n#define X first", 1),
        ("int check(int, int); void begin(void);\n#define X (check(1, 2), begin(), 0x2u)", 2),
        ("void begin(void); extern int id;\n#define X (begin(), id)", None),
        ("#define X NAN", None),
        ("#define X", None),
        ("#define X __LINE__", None),
        ("#define X __FILE__", None),
        ("#define X(a) 1", None),
        ("#define X do { } while (0)", None),
        ("#define X unknown_thing", None),
        ("#define X 1e999", None),
        ("#define X (1 / 0)", None),
        ("#define X ((struct s *)0)->member", None),
        ("#define X 1\n#undef X", None),
        ("#define X (X)", None),
        ("static const int X = 5;", 5),
    ],
)
def test_macro(tmp_path: Path, text: str, value: object) -> None:
    header, scope = included(tmp_path, text + "\n")
    scope.find("X")
    assert scope.constants.get("X") == value
    assert type(scope.constants.get("X")) is type(value)
    assert header.constants.get("X") == value


def test_macro_that_is_an_address(tmp_path: Path) -> None:
    _, scope = included(
        tmp_path, "typedef void (*gone)(void *);\n#define STATIC ((gone)0)\n#define TRANSIENT ((gone)-1)\n"
    )
    scope.find("TRANSIENT")
    found = scope.constants["TRANSIENT"]
    assert isinstance(found, Address)
    assert (found.type, found.value) == (scope.typedefs["gone"], 2 ** (8 * HERE.pointer) - 1)
    assert isinstance(found.type, Pointer)


def test_macro_that_is_another_name(tmp_path: Path) -> None:
    header, scope = included(
        tmp_path, "int long_name(int);\nextern int number;\n#define short_name long_name\n#define n number\n"
    )
    scope.find("short_name")
    scope.find("n")
    assert scope.functions["short_name"] is scope.functions["long_name"]
    assert scope.symbols == {"short_name": "long_name", "n": "number"}
    assert set(header.functions) == {"long_name", "short_name"}
    assert set(header.variables) == {"number", "n"}


def test_assembler_labels_name_the_symbol(tmp_path: Path) -> None:
    _, scope = included(
        tmp_path, 'int scan(const char *, ...) __asm__ ("" "isoc_" "scan") __attribute__((nonnull(1)));\n'
    )
    scope.find("scan")
    assert scope.symbols == {"scan": "isoc_scan"}


def test_functions_with_bodies(tmp_path: Path) -> None:
    header, scope = included(
        tmp_path,
        "static inline int hidden(int x) { struct { int y; } s = { x }; return s.y; }\n"
        "static int older(void) { return '}'; }\n"
        'static __attribute__((unused)) const char *text(void) { return "}{"; }\n'
        "extern inline int shared(int x) { return x; }\n"
        "static int forward(void);\n"
        "int after(void);\n",
    )
    assert set(header.functions) == {"shared", "after"}
    assert "it is an inline function" in header.why_not("hidden")
    assert ":1, which no library has" in header.why_not("hidden")
    assert all(header.why_not(name) for name in ("older", "text"))
    assert header.refused == {}
    assert not scope.variables


def test_packing_holds_for_what_is_between(tmp_path: Path) -> None:
    _, scope = included(
        tmp_path,
        "struct a { char c; int n; };\n#pragma pack(push, 1)\nstruct b { char c; int n; };\n"
        "struct c { char c;\n#pragma pack(pop)\nint n; };\nstruct d { char c; int n; };\n"
        "#pragma pack(2)\nstruct e { char c; int n; };\n#pragma pack()\nstruct f { char c; int n; };\n",
    )
    sizes = {}
    for tag in "fedcba":
        scope.find(tag)
        sizes[tag] = sizeof(scope.tags["struct", tag], scope.model)
    assert sizes == {"a": 8, "b": 5, "c": 8, "d": 8, "e": 6, "f": 8}


@pytest.mark.parametrize("program", ["gcc", "clang", "clang-19", "cpp"])
def test_any_compiler_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    if shutil.which(program) is None:
        other = "clang" if program == "clang-19" else "clang-19"
        if program.startswith("clang") and shutil.which(other) is not None:
            return  # one of the two is enough
        pytest.skip(f"needs {program}")
    monkeypatch.setenv("CC", f"{program} -m32" if HERE == ILP32_I386 else program)
    (tmp_path / "made.h").write_text("#include <stdlib.h>\n#define X (Y + 1)\n#define Y 2\ndiv_t half(size_t n);\n")
    scope = Scope(HERE)
    header = include(Include.checked("made.h", tmp_path, {"GIVEN": 3}), scope)
    assert header.constants == {"GIVEN": 3, "X": 3, "Y": 2}
    assert list(header.functions) == ["half"]
    scope.find("RAND_MAX")
    assert scope.constants["RAND_MAX"] == 2**31 - 1


def test_include_dirs_and_defines(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "one.h").write_text("#if LEVEL > 1\nint high(NAME x);\n#else\nint low(void);\n#endif\n")
    (tmp_path / "two.h").write_text("#ifdef EMPTY\nint two(void);\n#endif\n")
    scope = Scope(HERE)
    header = include(
        Include.checked(
            ["one.h", "two.h"], [tmp_path / "sub", str(tmp_path)], {"LEVEL": 2, "NAME": "long", "EMPTY": None}
        ),
        scope,
    )
    assert {name: str(type) for name, type in header.functions.items()} == {"high": "int (long x)", "two": "int (void)"}
    assert [Path(file).name for file in header.files] == ["one.h", "two.h"]


def test_what_c_itself_brings_can_be_used_and_is_not_the_headers_own(tmp_path: Path) -> None:
    header, scope = included(tmp_path, "#include <stdio.h>\nvoid show(FILE *file);\n")
    assert header.names() == {"show"}
    assert header.types() == set()
    assert set(header.functions) == {"show"}
    scope.find("fopen")
    scope.find("EOF")
    assert isinstance(scope.functions["fopen"], Function)
    assert scope.constants["EOF"] == -1


def test_two_headers_that_share_a_third(tmp_path: Path) -> None:
    (tmp_path / "base.h").write_text("typedef struct { int n; } base;\nenum { N = 3 };\n")
    scope = Scope(HERE)
    for name in "ab":
        (tmp_path / f"{name}.h").write_text(f'#include "base.h"\nint {name}(base *);\n')
        include(Include.checked(tmp_path / f"{name}.h"), scope)
    scope.find("a")
    scope.find("b")
    assert scope.functions["a"].parameters[0].type == scope.functions["b"].parameters[0].type


def test_what_is_not_understood_is_said_when_it_is_asked_for(tmp_path: Path) -> None:
    header, scope = included(tmp_path, "int fine(void);\ntypedef _Decimal64 money;\n\nint pay(money m);\n")
    scope.find("fine")
    with pytest.raises(DeclarationError) as caught:
        scope.find("pay")
    assert f"{tmp_path}/made.h:4: 'pay' is not understood: unknown type name 'money'" in str(caught.value)
    assert f"'money' ({tmp_path}/made.h:2): line 1, column 9: _Decimal64 is not supported" in str(caught.value)
    with pytest.raises(UnsupportedTypeError, match=r"made\.h:2: 'money' is not understood"):
        scope.find("money")
    assert set(header.refused) == {"money", "pay"}
    assert set(header.functions) == {"fine"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("int f(void;\n", "unmatched ';'|the headers end|unmatched"),
        ("struct s { int a;\n", "the headers end inside a declaration"),
        ("static int f(void) { return 1;\n", "the headers end inside a function"),
        ("}\n", "unmatched '}'"),
        ("#error no such machine\n", "the preprocessor says: .*no such machine"),
        ("#include <no/such.h>\n", r"there is no header 'no/such\.h', which .*made\.h includes"),
    ],
)
def test_a_header_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        included(tmp_path, text)


def test_no_such_header(tmp_path: Path) -> None:
    with pytest.raises(
        DeclarationError, match=r"there is no header 'no_such\.h'; looked in /nowhere and the compiler's"
    ):
        include(Include.checked("no_such.h", "/nowhere"), Scope(HERE))


def test_no_preprocessor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(
        DeclarationError, match=r"none of cc, gcc, clang, cpp is on PATH; install one .*apt-get install"
    ):
        include(Include.checked("stdio.h"), Scope(HERE))
    monkeypatch.setenv("CC", "special-cc -m32")
    with pytest.raises(DeclarationError, match="the environment variable CC names 'special-cc', which is not on PATH"):
        include(Include.checked("stdio.h"), Scope(HERE))


def test_a_preprocessor_for_another_machine() -> None:
    other = ILP32_I386 if HERE.long == 8 else LP64
    said = "is for another machine: its (long|pointer) has {} bytes, not {}"
    with pytest.raises(DeclarationError, match=said.format(HERE.long, other.long)):
        include(Include.checked("stddef.h"), Scope(other))


@pytest.mark.parametrize(
    ("headers", "options", "error"),
    [
        ("a\nb.h", {}, ValueError),
        ([], {}, ValueError),
        ("a>.h", {}, ValueError),
        ("", {}, ValueError),
        (3, {}, TypeError),
        ([3], {}, TypeError),
        ("a.h", {"defines": {"A B": 1}}, ValueError),
        ("a.h", {"defines": {"A": "1\n#error"}}, TypeError),
        ("a.h", {"defines": {"A": 1.5}}, TypeError),
        ("a.h", {"directories": 3}, TypeError),
    ],
)
def test_wrong_arguments(headers: Any, options: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Include.checked(headers, **options)


@pytest.mark.parametrize(
    ("text", "types", "values"),
    [
        ("typedef int (*compare)(const void *, const void *), plain, many[3];", ["compare", "plain", "many"], []),
        ("typedef void (*(*nested)(int))(void);", ["nested"], []),
        ("typedef int (callback)(int x), *other;", ["callback", "other"], []),
        ("typedef struct tag { struct inner { int x; } a; } name, *pointer;", ["tag", "inner", "name", "pointer"], []),
        ("typedef enum mode { A, B = (1, 2), C } mode;", ["mode", "A", "B", "C", "mode"], []),
        ("struct ahead;", ["ahead"], []),
        ("void (*signal(int sig, void (*handler)(int)))(int);", [], ["signal"]),
        ("extern int (parenthesised)(int), second, *third(void);", [], ["parenthesised", "second", "third"]),
        ("unsigned long long int const volatile x[3] = { 1, 2 }, y;", [], ["x", "y"]),
        ("const char *__restrict * const *names;", [], ["names"]),
        ("struct s *__attribute__((unused)) f(struct t *t) __attribute__((nonnull (1), pure));", [], ["f"]),
        ("__typeof__(sizeof(int)) size;", [], ["size"]),
        ("_Atomic(int) counter;", [], ["counter"]),
        ("__extension__ typedef long long wide __attribute__((mode(DI)));", ["wide"], []),
        ("union { int a; float b; } both;", [], ["both"]),
        ("enum small : unsigned char { LOW };", ["small", "LOW"], []),
    ],
)
def test_names_are_told_from_words(text: str, types: list[str], values: list[str]) -> None:
    found = names(text)
    assert (sorted([*found.types, *found.enumerators]), found.values) == (sorted(types), values)


def test_threads_find_the_same(tmp_path: Path) -> None:
    text = "".join(f"struct s{n} {{ struct s{n - 1} *p; int v; }};\nint f{n}(struct s{n} *);\n" for n in range(1, 60))
    _, scope = included(tmp_path, "struct s0 { int v; };\n" + text)
    faults: list[Exception] = []

    def look() -> None:
        try:
            for number in range(1, 60):
                scope.find(f"f{number}")
                assert isinstance(scope.functions[f"f{number}"], Function)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
