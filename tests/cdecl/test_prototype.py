"""One prototype, type or variable at a time: what the text says is what comes out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from farcall.cdecl import Scope, parse_declarations, parse_function, parse_type, parse_variable
from farcall.ctype import (
    Array,
    Complex,
    CType,
    Enum,
    Function,
    Parameter,
    Pointer,
    Qualified,
    Record,
    Vector,
    names,
)
from farcall.errors import DeclarationError

CONST_CHAR = Qualified(names.char, frozenset(["const"]))
CONST_VOID = Qualified(names.void, frozenset(["const"]))


def function(result: CType, *parameters: CType, variadic: bool = False) -> Function:
    return Function(result, tuple(Parameter("", p) for p in parameters), variadic)


def anonymous(found: Function) -> Function:
    """The function without its parameters' names."""
    return Function(
        found.result, tuple(Parameter("", p.type) for p in found.parameters), found.variadic, found.convention
    )


COMPARE = function(names.int_, Pointer(CONST_VOID), Pointer(CONST_VOID))
HANDLER = function(names.void, names.int_)
PROTOTYPES = [
    ("double cos(double x)", "cos", function(names.double, names.double)),
    ("double cos(double x);", "cos", function(names.double, names.double)),
    ("extern int abs(int);", "abs", function(names.int_, names.int_)),
    ("void f(void)", "f", function(names.void)),
    ("void f()", "f", function(names.void)),
    ("size_t strlen(const char *s)", "strlen", function(names.size_t, Pointer(CONST_CHAR))),
    ("int printf(const char *restrict f, ...)", "printf", function(names.int_, Pointer(CONST_CHAR), variadic=True)),
    ("double (*)(double)", "", function(names.double, names.double)),
    ("double (double)", "", function(names.double, names.double)),
    ("int (size_t)", "", function(names.int_, names.size_t)),
    ("int (*cmp)(const void*, const void*)", "cmp", COMPARE),
    ("int (*const cmp)(const void*, const void*)", "cmp", COMPARE),
    ("int (f)(size_t)", "f", function(names.int_, names.size_t)),
    ("void (*signal(int, void (*)(int)))(int)", "signal", function(Pointer(HANDLER), names.int_, Pointer(HANDLER))),
    ("int f(int a[3], char b[], int g(void))", "f",
     function(names.int_, Pointer(names.int_), Pointer(names.char), Pointer(function(names.int_)))),
    ("void f(int n, double a[n][4])", "f", function(names.void, names.int_, Pointer(Array(names.double, 4)))),
    ("void f(int a[static 3], int b[const], int c[*])", "f",
     function(names.void, Pointer(names.int_), Pointer(names.int_), Pointer(names.int_))),
    ("const int f(const int x, char *const p)", "f", function(names.int_, names.int_, Pointer(names.char))),
    ("unsigned long int long f(signed, short int unsigned)", "f",
     function(names.ulonglong, names.int_, names.ushort)),
    ("long double f(_Bool, __int128, unsigned __int128, _Float16, __bf16, __float128, __fp16)", "f",
     function(names.longdouble, names.bool_, names.int128, names.uint128, names.float16, names.bfloat16,
              names.float128, names.fp16)),
    ("_Complex float f(double _Complex, _Complex long double, _Complex)", "f",
     function(names.complex_float, names.complex_double, names.complex_longdouble, names.complex_double)),
    ("_Float16 _Complex f(_Complex _Float16)", "f",
     function(Complex(names.float16), Complex(names.float16))),
    ("int8_t f(uint8_t, int16_t, uint16_t, int32_t, uint32_t, int64_t, uint64_t)", "f",
     function(names.int8, names.uint8, names.int16, names.uint16, names.int32, names.uint32, names.int64,
              names.uint64)),
    ("wchar_t f(bool, ptrdiff_t, ssize_t, intptr_t, uintptr_t)", "f",
     function(names.wchar, names.bool_, names.ptrdiff_t, names.ssize_t, names.intptr, names.uintptr)),
    ("__m128 f(__m256d, __m512i)", "f",
     function(Vector(names.float_, 4, "__m128"), Vector(names.double, 4, "__m256d"),
              Vector(names.longlong, 8, "__m512i"))),
    ("_Atomic(int) f(_Atomic int *)", "f",
     function(names.int_, Pointer(Qualified(names.int_, frozenset(["_Atomic"]))))),
    ("static inline __const char *__restrict__ f(__signed__ char)", "f", function(Pointer(CONST_CHAR), names.schar)),
    ("__extension__ int f(/* one */ int a, // two\n int b)", "f", function(names.int_, names.int_, names.int_)),
    ("int f(int bool, long size_t)", "f", function(names.int_, names.int_, names.long)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "type"), PROTOTYPES, ids=[p[0] for p in PROTOTYPES])
def test_a_prototype_is_read(text: str, name: str, type: Function) -> None:
    found_name, found = parse_function(text, Scope())
    assert (found_name, anonymous(found)) == (name, type)


def test_parameters_keep_their_names() -> None:
    _, found = parse_function("void f(int first, double, char *third[2])", Scope())
    assert [p.name for p in found.parameters] == ["first", "", "third"]


def test_a_struct_may_be_defined_in_the_prototype() -> None:
    name, found = parse_function("double f(int, struct { float x, y; }, ...)", Scope())
    record = found.parameters[1].type
    assert isinstance(record, Record)
    assert name == "f"
    assert found.variadic
    assert str(record) == "struct { float x; float y; }"


def test_a_va_list_parameter_is_a_pointer() -> None:
    _, found = parse_function("int vprintf(const char *format, va_list ap)", Scope())
    assert isinstance(found.parameters[1].type, Pointer)


def test_a_tag_keeps_its_identity_between_texts() -> None:
    scope = Scope()
    _, make = parse_function("struct opaque *make(void)", scope)
    _, use = parse_function("void use(struct opaque *)", scope)
    assert make.result == use.parameters[0].type
    parse_declarations("struct opaque { int x; };", scope)
    _, by_value = parse_function("struct opaque get(void)", scope)
    assert isinstance(make.result, Pointer)
    assert make.result.target is by_value.result


def test_the_same_struct_may_be_defined_in_two_prototypes() -> None:
    scope = Scope()
    _, one = parse_function("struct p { int x; struct p *next; } f(void)", scope)
    _, two = parse_function("void g(struct p { int x; struct p *next; } a)", scope)
    assert one.result is two.parameters[0].type


def test_prototypes_add_no_names() -> None:
    scope = Scope()
    parse_function("int f(enum colour { RED, GREEN } c)", scope)
    parse_variable("int v", scope)
    assert (scope.functions, scope.variables) == ({}, {})
    assert scope.constants == {"RED": 0, "GREEN": 1}
    assert isinstance(scope.tags["enum", "colour"], Enum)


TYPES = [
    ("int", names.int_),
    ("unsigned", names.uint),
    ("char[16]", Array(names.char, 16)),
    ("int (*)(int)", Pointer(function(names.int_, names.int_))),
    ("int (*[3])(void)", Array(Pointer(function(names.int_)), 3)),
    ("int (*(*)[2])[3]", Pointer(Array(Pointer(Array(names.int_, 3)), 2))),
    ("const char *const *", Pointer(Qualified(Pointer(CONST_CHAR), frozenset(["const"])))),
    ("const int[2]", Array(Qualified(names.int_, frozenset(["const"])), 2)),
    ("void (int, ...)", function(names.void, names.int_, variadic=True)),
    ("size_t", names.size_t),
    ("float __attribute__((vector_size(16)))", Vector(names.float_, 4)),
    ("void *;", Pointer(names.void)),
]


@pytest.mark.parametrize(("text", "type"), TYPES, ids=[t[0] for t in TYPES])
def test_a_type_is_read(text: str, type: CType) -> None:
    assert parse_type(text, Scope()) == type


VARIABLES = [
    ("int optind", "optind", names.int_),
    ("extern char **environ;", "environ", Pointer(Pointer(names.char))),
    ("int a[]", "a", Array(names.int_, None)),
    ("int (*hook)(void)", "hook", Pointer(function(names.int_))),
    ("const volatile int v", "v", Qualified(names.int_, frozenset(["const", "volatile"]))),
    ("extern __thread int tls", "tls", names.int_),
]


@pytest.mark.parametrize(("text", "name", "type"), VARIABLES, ids=[v[0] for v in VARIABLES])
def test_a_variable_is_read(text: str, name: str, type: CType) -> None:
    assert parse_variable(text, Scope()) == (name, type)


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (parse_function, "", "nothing is declared"),
        (parse_function, "int x", "was expected, not int"),
        (parse_function, "int **p", r"was expected, not int \*\*"),
        (parse_function, "int f(void), g(void)", "one declaration was expected"),
        (parse_function, "typedef int f(void)", "one declaration was expected"),
        (parse_function, "int f(void); int g(void);", "one declaration was expected"),
        (parse_function, "int f(void) { return 1; }", "a function's body"),
        (parse_function, "int f(void) = 3", "has a value"),
        (parse_function, "struct s { int x; }", "a function, or a pointer to one"),
        (parse_type, "int x", "a type was expected"),
        (parse_type, "4", "this is not a type"),
        (parse_type, "int, int", "syntax error"),
        (parse_type, "int) + sizeof(int", r"unmatched '\)'"),
        (parse_type, "", "nothing is declared"),
        (parse_variable, "int", "a variable was expected"),
        (parse_variable, "void v", "is no variable"),
        (parse_variable, "int f(void)", "is no variable"),
        (parse_variable, "int a, b", "one declaration was expected"),
    ],
)
def test_what_is_not_the_thing_asked_for(parse: object, text: str, message: str) -> None:
    assert callable(parse)
    with pytest.raises(DeclarationError, match=message):
        parse(text, Scope())


@pytest.mark.parametrize(
    ("parameters", "declared"),
    [
        ("int a[2]", ["int [2]"]),
        ("int a[static 2 + 3]", ["int [5]"]),
        ("int a[const 2], char b[sizeof(int)]", ["int [2]", "char [4]"]),
        ("int a[]", ["int []"]),
        ("int a[*], int b[static const 4]", ["int []", "int [4]"]),
        ("int n, int a[n], int b[n * 2][3], int c[unknown]", [None, "int []", "int [][3]", "int []"]),
        ("int m[2][3]", ["int [2][3]"]),
        ("triple t, const triple u", ["int [3]", "const int [3]"]),
        ("int *p, int (*q)[3], int *r[2], int f(int inner[7])", [None, None, "int *[2]", None]),
        ("int [4], int [static SIZE]", ["int [4]", "int [6]"]),
        ("int a[-1], int b[0]", ["int []", "int [0]"]),
    ],
)
def test_arrays_as_parameters_are_written(parameters: str, declared: list[str | None]) -> None:
    """They are pointers, whatever their length; what is written is kept beside the type, and no part of it."""
    scope = Scope()
    parse_declarations("typedef int triple[3]; enum { SIZE = 6 };", scope)
    _, function = parse_function(f"void f({parameters})", scope)
    assert [p.declared and str(p.declared) for p in function.parameters] == declared
    pointers = tuple(Parameter(p.name, p.type) for p in function.parameters)
    assert function == Function(function.result, pointers)
    assert hash(function) == hash(Function(function.result, pointers))


def test_only_text_is_parsed() -> None:
    with pytest.raises(TypeError, match="not bytes"):
        parse_function(b"int f(void)", Scope())  # type: ignore[arg-type]


def test_the_same_text_is_parsed_once_until_its_words_mean_something_else() -> None:
    scope = Scope()
    one = parse_function("size_t f(struct { int x; })", scope)
    assert parse_function("size_t f(struct { int x; })", scope) is one
    parse_declarations("typedef short size_t;", scope)
    assert parse_function("size_t f(struct { int x; })", scope)[1].result == names.short


def test_what_only_errors_need_is_not_imported() -> None:
    program = (
        "import sys; from farcall.cdecl import Scope, parse_type;"
        "parse_type('int (*)(size_t)', Scope()); assert 'difflib' not in sys.modules"
    )
    environment = {"PYTHONPATH": ":".join(p for p in sys.path if p)}
    done = subprocess.run([sys.executable, "-S", "-c", program], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
