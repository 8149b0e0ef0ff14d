"""`typeof`, one type for all declarators of a declaration, assembler labels, and what `()` says."""

from __future__ import annotations

import sys

import pytest

from farcall.cdecl import Scope, parse_declarations, parse_function, parse_type
from farcall.ctype import Array, CType, Function, Parameter, Pointer, Qualified, Record, declare, names
from farcall.errors import DeclarationError
from tests.shortage import failures

CONST_INT = Qualified(names.int_, frozenset(["const"]))


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("__typeof__(int)", names.int_),
        ("typeof(sizeof(int)) *", Pointer(names.size_t)),
        ("const typeof(int)", CONST_INT),
        ("typeof(v)", CONST_INT),
        ("typeof_unqual(v)", names.int_),
        ("__typeof(a)", Array(names.short, 3)),
        ("typeof(a[0])", names.short),
        ("typeof(&a[1])", Pointer(names.short)),
        ("typeof(s.p)", Pointer(names.double)),
        ("typeof(*s.p)", names.double),
        ("typeof(((struct s *)0)->c)", Array(names.char, 5)),
        ("typeof(f(1))", names.long),
        ("typeof(1 ? 1 : 2.0f)", names.float_),
        ("typeof(1L + 1)", names.long),
        ("typeof('a')", names.int_),
        ("typeof((char)1)", names.char),
        ("typeof(+(char)1)", names.int_),
        ("typeof(int (*)(void))", Pointer(Function(names.int_, ()))),
        ("typeof(typeof(short)[2])", Array(names.short, 2)),
        ("typeof(f)", Function(names.long, (Parameter("", names.int_),))),
    ],
)
def test_typeof(text: str, type: CType) -> None:
    scope = Scope()
    parse_declarations(
        "extern const int v; extern short a[3]; struct s { double *p; char c[5]; }; extern struct s s; long f(int);",
        scope,
    )
    assert parse_type(text, scope) == type


def test_typeof_declares() -> None:
    found = parse_declarations(
        "typedef __typeof__(sizeof(int)) size; __typeof__(int) f(size n); typeof(f) g; struct s { __typeof__(char *) p; };",
        Scope(),
    )
    assert found.typedefs == {"size": names.size_t}
    assert str(found.functions["f"]) == "int (size_t n)"
    assert found.functions["g"] == found.functions["f"]


@pytest.mark.parametrize(
    "text", ["typeof(@x) y;", "typeof@ int y;", "typeof(@) y;", "typeof(int @x) y;", "__auto_type@ x;"]
)
def test_wrong_typeof(text: str) -> None:
    with pytest.raises((DeclarationError, TypeError)):
        parse_declarations(text.replace("@", ""), Scope())


@pytest.mark.parametrize("kind", ["struct", "union"])
def test_all_declarators_of_a_declaration_have_one_type(kind: str) -> None:
    found = parse_declarations(
        f"typedef {kind} {{ int a; }} X, *XP, Y; typedef {kind} {{ int b; }} *P, Z, A[2];"
        f"extern {kind} {{ int c; }} v, *w; struct outer {{ {kind} {{ int d; }} m, *n; }};",
        Scope(),
    )
    types = found.typedefs
    assert types["X"] is types["Y"]
    assert types["XP"] == Pointer(types["X"])
    assert types["P"] == Pointer(types["Z"])
    assert types["A"] == Array(types["Z"], 2)
    assert (str(types["X"]), str(types["Z"])) == ("X", "Z")
    assert found.variables["w"] == Pointer(found.variables["v"])
    outer = found.tags["struct", "outer"]
    assert isinstance(outer, Record)
    assert outer.fields is not None
    assert outer.fields[1].type == Pointer(outer.fields[0].type)


def test_a_label_is_the_name_in_the_library() -> None:
    scope = Scope()
    parse_declarations('int f(int) __asm__("other" "name"); extern int v asm("w"), u; int g(void) __asm__("g");', scope)
    assert scope.symbols == {"f": "othername", "v": "w"}


def test_a_function_without_a_prototype() -> None:
    scope = Scope()
    found = parse_declarations("int f(); int g(void); typedef int (*cb)(); char *(*h(int))();", scope).functions
    assert (found["f"].prototyped, found["f"].takes_any) == (False, True)
    assert (found["g"].prototyped, found["g"].takes_any) == (True, False)
    assert [declare(found[name], name) for name in "fgh"] == ["int f()", "int g(void)", "char *(*h(int))()"]
    assert str(scope.typedefs["cb"]) == "int (*)()"
    assert parse_function("int f()", scope)[1] == found["f"]
    assert not parse_function("int ()", scope)[1].prototyped


@pytest.mark.parametrize("other", ["int f(int);", "int f(double, char *);", "int f(void);", "int f();"])
def test_a_prototype_may_come_before_or_behind(other: str) -> None:
    for text in (f"int f(); {other}", f"{other} int f();"):
        found = parse_declarations(text, Scope()).functions["f"]
        assert declare(found, "f") + ";" == other


@pytest.mark.parametrize(
    "other", ["int f(float);", "int f(char);", "int f(_Bool);", "int f(int, ...);", "long f(int);"]
)
def test_what_promotion_changes_contradicts(other: str) -> None:
    for text in (f"int f(); {other}", f"{other} int f();"):
        with pytest.raises(DeclarationError, match="already declared"):
            parse_declarations(text, Scope())


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("void f(int a[static n 2]);", 23),
        ("void f(int a[n +]);", 17),
        ("void f(int a[const int]);", 20),
        ("void f(int a[n][m]);", 17),
    ],
)
def test_a_parameter_s_length_is_read_as_an_expression(text: str, column: int) -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_declarations(text, Scope())
    assert caught.value.column == column


def test_a_parameter_s_length_may_name_what_is_not_known() -> None:
    found = parse_declarations(
        "void f(int n, int a[n * g(n) + sizeof(int)], int b[static const 3], int c[*]);", Scope()
    )
    assert str(found.functions["f"]) == "void (int n, int *a, int *const b, int *c)".replace("*const b", "*b")


def test_running_out_of_memory_is_no_syntax_error() -> None:
    text = "double cos(double x, struct { int a[3]; } *, enum { A })"
    parse_function(text, Scope())  # what is imported on the way is there
    seen = [type(error) for error in failures(lambda: parse_function(text, Scope()), "/cdecl/", 5)]
    assert len(seen) > 50
    assert set(seen) == {MemoryError}


def test_a_stack_that_is_nearly_full_is_said_to_be() -> None:
    def deep(left: int) -> None:
        if left:
            deep(left - 1)
        else:
            parse_function("int f(int (*)(int (*)(int (*)(int[sizeof(int)]))))", Scope())

    failures = set()
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit()):
        try:
            deep(depth)
        except DeclarationError as error:
            failures.add(error.message)
        except RecursionError:
            break
    assert failures == {"this declaration is nested too deeply"}
