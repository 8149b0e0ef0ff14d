"""What a library or a function does with results: checks, defaults, text as bytes."""

from __future__ import annotations

import inspect
import os
import pydoc
from typing import Any

import pytest

import farcall

DECLARED = """
int close(int fd); int dup(int fd);
int abs(int n); const char *strerror(int number); char *strdup(const char *s); void free(void *p);
char *getenv(const char *name); void qsort(void *, size_t, size_t, int (*)(const int *, const int *));
const char *strchr(const char *s, int c); long strtol(const char *text, char **end, int base);
"""


def open_libc(tier: str = "", **options: Any) -> Any:
    libc = farcall.Library("libc.so.6", tier=tier, **options)
    libc.cdef(DECLARED)
    return libc


def raise_errno(result: Any, function: Any, arguments: tuple[Any, ...]) -> Any:
    if result == -1:
        number = farcall.errno()
        raise OSError(number, os.strerror(number), f"{function.__name__}{arguments}")
    return result


@pytest.fixture(params=["fast", "api"])
def tier(request: Any) -> str:
    return str(request.param)


def test_a_check_raises(tier: str) -> None:
    close = open_libc(tier).function("close", errno=True, check=raise_errno)
    with pytest.raises(OSError, match=r"close\(-1,\)") as caught:
        close(-1)
    assert caught.value.errno == 9


def test_a_check_converts() -> None:
    seen = []

    def check(result: Any, function: Any, arguments: tuple[Any, ...]) -> Any:
        seen.append((result, function.__name__, arguments))
        return [result]

    absolute = open_libc().function("abs", check=check)
    assert absolute(-3) == [3]
    assert absolute(n=-4) == [4]
    assert seen == [(3, "abs", (-3,)), (4, "abs", (-4,))]


def test_a_library_s_check_is_for_all_its_functions_but_those_that_say_otherwise() -> None:
    libc = open_libc(errno=True, check=raise_errno)
    with pytest.raises(OSError, match="Bad file descriptor"):
        libc.dup(-1)
    assert libc.function("close", check=False)(-1) == -1
    assert libc.function("close", check=lambda r, f, a: "other")(-1) == "other"
    with pytest.raises(OSError, match="Bad file descriptor"):
        libc.function("int close(int)")(-1)


def test_a_decorated_function_is_checked() -> None:
    libc = open_libc(check=lambda result, function, arguments: result + 1)

    @libc.function
    def abs(n: farcall.int_) -> farcall.int_: ...  # type: ignore[valid-type, empty-body]

    assert abs(-3) == 4

    @libc.function(check=False)
    def labs(n: farcall.long) -> farcall.long: ...  # type: ignore[valid-type, empty-body]

    assert labs(-3) == 3


def test_a_checked_function_is_itself_to_c() -> None:
    libc = open_libc(check=lambda result, function, arguments: result)
    libc.cdef("struct ops { int (*f)(int); };")
    ops = libc.types.ops(libc.abs)
    assert farcall.function(ops.f)(-3) == 3
    assert int(ops.f) == libc.address("abs")
    assert libc.abs.__self__.prototype == "int abs(int n)"
    assert libc.abs.__doc__.startswith("int abs(int n);")


@pytest.mark.parametrize("tier", ["fast", "api"])
def test_c_calls_a_checked_function_itself_however_often(load_c: Any, tier: str) -> None:
    lib: Any = load_c(
        "int negated(int n) { return -n; } int apply(int (*f)(int), int n) { return f(n); }",
        "int negated(int n); int apply(int (*f)(int), int n);",
        tier=tier,
    )
    seen = []
    negated = lib.function("negated", check=lambda result, function, arguments: seen.append(result))
    assert [lib.apply(negated, n) for n in range(4)] == [0, -1, -2, -3]
    assert seen == []
    lib.close()
    with pytest.raises(farcall.LibraryClosedError):
        farcall.cast("int (*)(int)", negated)


def test_what_goes_for_a_function_is_shown_as_one() -> None:
    libc = open_libc()
    strtol = libc.function("strtol", defaults={"end": None, "base": 10})
    assert str(inspect.signature(strtol)) == "(text, end=None, base=10)"
    assert str(inspect.signature(libc.function("strtol", defaults={"text": "1"}))) == "(text, end, base)"
    assert "strtol(text, end=None, base=10)" in pydoc.plain(pydoc.render_doc(strtol))

    class Holder:
        convert = strtol

    assert Holder().convert("7") == 7


def test_a_check_that_is_false_by_its_length_is_one() -> None:
    class Empty:
        def __len__(self) -> int:
            return 0

        def __call__(self, result: Any, function: Any, arguments: Any) -> Any:
            return "checked"

    assert open_libc().function("abs", check=Empty())(1) == "checked"
    assert open_libc(check=Empty()).abs(1) == "checked"


def test_a_closed_library_and_another_declaration() -> None:
    libc = open_libc(check=lambda result, function, arguments: result)
    absolute = libc.abs
    libc.cdef("int abs(int number);")
    assert libc.abs is not absolute
    assert libc.abs(number=-1) == 1
    libc.close()
    with pytest.raises(farcall.LibraryClosedError):
        absolute(1)


def test_defaults() -> None:
    strtol = open_libc().function("strtol", defaults={"end": None, "base": 10})
    assert strtol("12") == 12
    assert strtol("12", base=16) == 18
    assert strtol("12", None, 8) == 10
    assert strtol(text="7") == 7
    with pytest.raises(TypeError, match=r"strtol\(\) lacks 'text'"):
        strtol(base=10)
    with pytest.raises(TypeError, match=r"strtol\(\) takes 3 arguments \(4 given\)"):
        strtol("12", None, 8, 9)


def test_defaults_with_a_check() -> None:
    by_address = farcall.function(
        open_libc().address("abs"), "int abs(int n)", defaults={"n": -9}, check=lambda r, f, a: (r, a)
    )
    assert by_address() == (9, (-9,))


def test_wrong_options() -> None:
    libc = open_libc()
    with pytest.raises(TypeError, match=r"abs\(\) has no parameter 'm'; by name there are: n"):
        libc.function("abs", defaults={"m": 1})
    with pytest.raises(TypeError, match=r"abs\(\): check must be callable, not 5"):
        libc.function("abs", check=5)
    with pytest.raises(TypeError, match=r"abs\(\): check must be callable, not 0"):
        libc.function("abs", check=0)
    for wrong in (5, ["n"], "n"):
        with pytest.raises(TypeError, match=r"abs\(\): defaults must be a mapping by parameter, not"):
            libc.function("abs", defaults=wrong)
    with pytest.raises(TypeError, match="check must be callable, not 5"):
        farcall.Library(None, check=5)  # type: ignore[arg-type]
    for make in (lambda: farcall.Library(None, text="latin-1"), lambda: libc.function("abs", text="latin-1")):
        with pytest.raises(ValueError, match="text must be 'str' or 'bytes', not 'latin-1'"):
            make()


def test_text_as_bytes(tier: str) -> None:
    libc = open_libc(tier, text="bytes")
    assert libc.strerror(2) == b"No such file or directory"
    assert libc.strchr(b"some \xff bytes", 0x20) == b" \xff bytes"
    assert libc.strchr("none", 0x20) is None
    assert libc.strerror.__self__.text == "bytes"
    assert libc.function("strerror", text="str")(2) == "No such file or directory"
    assert open_libc(tier).function("strerror", text="bytes", gil="hold")(2) == b"No such file or directory"


def test_text_as_bytes_with_what_c_writes_and_a_variadic_tail(load_c: Any, tier: str) -> None:
    source = """
    const char *name(int n, int *length) { *length = 4; return n ? "name" : 0; }
    const char *last(int n, ...) { return n ? "last" : 0; }
    """
    lib: Any = load_c(
        source, "const char *name(int n, int *length); const char *last(int n, ...);", tier=tier, text="bytes"
    )
    assert lib.function("name", out=["length"])(1) == (b"name", 4)
    assert lib.function("name", out=["length"])(0) == (None, 4)
    assert lib.last(1, 2, 3) == b"last"
