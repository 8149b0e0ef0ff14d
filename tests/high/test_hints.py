"""Errors that say what to do instead."""

from __future__ import annotations

import ctypes
import io
from typing import Any

import pytest

import farcall


@pytest.fixture(scope="module")
def libc() -> farcall.Library:
    library = farcall.Library("libc.so.6")
    library.cdef("char *strcpy(char *, const char *); int fputs(const char *s, FILE *f); struct point { int x; };")
    return library


def test_what_is_exported_and_not_declared_is_to_be_declared(libc: farcall.Library) -> None:
    with pytest.raises(farcall.SymbolError, match="the library has a symbol strcat: declare it with cdef"):
        _ = libc.strcat
    with pytest.raises(farcall.SymbolError, match="similar names: strcpy"):
        _ = libc.strcpyx
    with pytest.raises(
        farcall.SymbolError, match="function 'nothing_like_it' is not declared; the library has no such symbol"
    ):
        libc.function("nothing_like_it")


def test_a_tag_that_nobody_declared_has_similar_names(libc: farcall.Library) -> None:
    with pytest.raises(farcall.IncompleteTypeError, match=r"struct pont is incomplete.*similar names: point"):
        libc.types["struct pont"]
    libc.cdef("struct opaque;")
    with pytest.raises(
        farcall.IncompleteTypeError, match=r"struct opaque is incomplete: its members are not declared\Z"
    ):
        libc.types["struct opaque"]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ([1], r'; pass new\("int \[\]", list\), or a buffer'),
        ((1,), r'; pass new\("int \[\]", tuple\), or a buffer'),
        (1.5, r'; pass new\("int", value\), or a buffer'),
        (ctypes.byref(ctypes.c_int()), ": pass the ctypes object itself"),
        (object(), r"\Z"),
    ],
)
def test_what_to_pass_for_a_pointer(value: object, hint: str) -> None:
    frexp: Any = farcall.Library("libm.so.6").function("double frexp(double x, int *exponent)")
    with pytest.raises(TypeError, match=rf"frexp\(\) parameter 'exponent' must be int \*, not .*{hint}"):
        frexp(8.0, value)


def test_a_python_file_is_no_file_of_c(libc: farcall.Library) -> None:
    with pytest.raises(TypeError, match=r"not BytesIO: a Python file is no C object; C's fdopen\(\)"):
        libc.fputs("x", io.BytesIO())


def test_out_is_a_list() -> None:
    frexp: Any = farcall.Library("libm.so.6").function
    with pytest.raises(TypeError, match=r"out is a list of parameters, such as out=\['exponent'\], not a str"):
        frexp("double frexp(double x, int *exponent)", out="exponent")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("#include <zlib.h>", r'cdef\(include="..."\) reads a header'),
        (
            "#ifdef X\n#endif",
            r'cdef\(include="./file.h"\) reads a file through the preprocessor, or leave such lines out',
        ),
        ("<zlib.h>", r"a type is missing before '<'; cdef\(include='zlib.h'\) reads a header"),
        ("./own.h", r"cdef\(include='./own.h'\) reads a header"),
        ("int f(int &x);", r"syntax error before '&'; references are C\+\+'s"),
        (
            "struct s { int a; }\nint g(int b);",
            "line 2, column 1: syntax error before 'int'; is a ';' missing before it",
        ),
        ("class X { int a; };", 'C\\+\\+ is not understood, only what it declares extern "C"'),
        ("zlib.h", r"cdef\(include='zlib.h'\) reads a header"),
        ("int f(int a)\nint g(int b);", "line 2, column 1: syntax error before 'int'; is a ';' missing before it"),
    ],
)
def test_what_a_text_may_not_have(text: str, hint: str) -> None:
    with pytest.raises(farcall.DeclarationError, match=hint):
        farcall.cdef(text)


def test_what_has_no_address() -> None:
    with pytest.raises(TypeError, match=r"only farcall values have an address, not int; farcall.new\(\) makes values"):
        farcall.addressof(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"not builtin_function_or_method; a function or a closure is passed as it is"):
        farcall.addressof(len)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=": that is a class, not a value of it"):
        farcall.addressof(farcall.int_)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["text", 1.5, [1], object()])
def test_what_is_cast_to_a_pointer(value: object) -> None:
    with pytest.raises(
        TypeError, match=r"cast\(\) to int \* takes a pointer, an address, a farcall value or a buffer, not"
    ):
        farcall.cast("int *", value)


def test_what_is_no_prototype_names_no_function(libc: farcall.Library) -> None:
    with pytest.raises(farcall.SymbolError, match=r"'int' names no function; a prototype has a name: int f\(int x\)"):
        libc.function("int")


def test_a_struct_that_a_library_declares_is_asked_of_that(libc: farcall.Library) -> None:
    for ask in (farcall.sizeof, farcall.alignof, farcall.new, farcall.type_of):
        with pytest.raises(
            farcall.IncompleteTypeError, match=r'lib.types\["struct point"\], lib.new\("struct point"\)'
        ):
            ask("struct point")
    assert farcall.sizeof(libc.types["struct point"]) == 4
    with pytest.raises(farcall.IncompleteTypeError, match=r"struct pont is incomplete.*similar names: point"):
        libc.new("struct pont")


def test_close_is_the_library_s_own() -> None:
    library = farcall.Library("libc.so.6")
    with pytest.raises(TypeError, match=r'close\(\) closes the library and takes no arguments; .* function\("close"\)'):
        library.close(3)
    assert not library.closed


def test_a_library_s_name_has_a_type() -> None:
    with pytest.raises(TypeError, match=r"a library is named by a str, an os.PathLike of str or None, not int"):
        farcall.Library(3)  # type: ignore[arg-type]
    with pytest.raises(farcall.LibraryError, match=r"it may not be installed; else give the path of its file\Z"):
        farcall.Library("no-such-library-anywhere")


def test_the_callable_is_first() -> None:
    with pytest.raises(TypeError, match=r"a closure runs a callable, not str: the callable is first, then its type"):
        farcall.Closure("int (*)(int)", abs)  # type: ignore[arg-type]


def test_a_callback_that_takes_other_arguments_is_named_with_its_type() -> None:
    seen = r"callback .*<lambda>\(\), which C calls as int \(\*\)\(int, int\): .*takes 1 positional argument but 2 were given"
    closure: Any = farcall.Closure(lambda one: one, "int (*)(int, int)")
    with pytest.raises(TypeError, match=seen):
        closure(1, 2)

    def fails(one: int, two: int) -> int:
        raise TypeError("of its own")

    own: Any = farcall.Closure(fails, "int (*)(int, int)")
    with pytest.raises(TypeError, match=r"\Aof its own\Z"):
        own(1, 2)


def test_what_is_closed_is_named() -> None:
    closure: Any = farcall.Closure(lambda one: one, "int (*)(int)")
    closure.close()
    with pytest.raises(farcall.ClosureError, match=r"closure int .*<lambda>\(int\) is closed: .* make another"):
        closure(1)


@pytest.mark.parametrize(
    ("calculate", "what"),
    [
        (lambda n: n + 1, r"unsupported operand types for \+: 'farcall\.int' and 'int'"),
        (lambda n: 2.0 * n, r"unsupported operand types for \*: 'float' and 'farcall\.int'"),
        (lambda n: n - n, r"unsupported operand types for -: 'farcall\.int' and 'farcall\.int'"),
        (
            lambda n: n ** farcall.double(1),
            r"unsupported operand types for \*\* or pow\(\): 'farcall\.int' and 'farcall",
        ),
        (lambda n: pow(2, n, 5), r"unsupported operand type"),
        (lambda n: -n, r"bad operand type for -: 'farcall\.int'"),
        (abs, r"bad operand type for abs\(\): 'farcall\.int'"),
    ],
)
def test_memory_is_not_calculated_with(calculate: Any, what: str) -> None:
    with pytest.raises(TypeError, match=what):
        calculate(farcall.int_(3))


def test_what_to_calculate_with() -> None:
    with pytest.raises(TypeError, match=r"a farcall value is C's memory: calculate with its \.value"):
        _ = farcall.int_(3) + 1  # type: ignore[operator]
    with pytest.raises(TypeError, match=r"calculate with float\(\) of it, or, as exactly as it is, with its \.exact"):
        _ = farcall.longdouble(3) + 1  # type: ignore[operator]
    with pytest.raises(TypeError, match=r"calculate with complex\(\) of it"):
        _ = 1 - farcall.complex_longdouble(3)  # type: ignore[operator]
    assert [0] * farcall.int_(3) == [0, 0, 0]
    assert "%d" % farcall.int_(3) == "3"  # noqa: UP031
    pointer = farcall.addressof(farcall.int_(5))
    assert int(pointer + farcall.int_(1)) == int(pointer) + 4
    with pytest.raises(TypeError, match=r"unsupported operand type\(s\)"):
        _ = farcall.int_(3) + "text"  # type: ignore[operator]


def test_a_view_needs_a_buffer() -> None:
    with pytest.raises(TypeError, match=r"view\(\) needs an object with a buffer, not .*str.*; encode it"):
        farcall.view("int", "text")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"view\(\) needs an object with a buffer, not"):
        farcall.view("int", object())
