"""GetLastError around calls and callbacks, on Windows; elsewhere what is said of it, and that no code is for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

import farcall
from farcall.convention import target
from farcall.cpython.facts.host import host_target
from tests.routines import stub

on_windows = pytest.mark.skipif(sys.platform != "win32", reason="Windows has a last error")
elsewhere = pytest.mark.skipif(sys.platform == "win32", reason="where there is no last error")

SOURCE = """
#include <errno.h>
#include <windows.h>
int fail(int number) { SetLastError(number); errno = number + 1; return number; }
int found(void) { return GetLastError(); }
int around(int (*middle)(int), int number) { SetLastError(number); errno = 3; return middle(1) * 1000 + GetLastError(); }
"""
DECLARED = "int fail(int number); int found(void); int around(int (*middle)(int), int number);"


@elsewhere
def test_what_is_said_where_there_is_none() -> None:
    for ask in (
        lambda: farcall.Library(None, last_error=True),
        lambda: farcall.Library(None).function("int abs(int)", last_error=True),
        lambda: farcall.function(farcall.Library(None).function("int abs(int)"), "int (int)", last_error=True),
        farcall.last_error,
        lambda: farcall.last_error(5),
    ):
        with pytest.raises(farcall.UnsupportedTargetError, match=f"last_error: on {host_target().system} .*errno=True"):
            ask()


@pytest.mark.parametrize(("name", "asked"), [("x86_64-windows-msvc", True), ("x86_64-linux", False)])
def test_code_for_it_is_only_where_there_is_one(name: str, asked: bool) -> None:
    from farcall.ctype import names

    text = str(stub(names.int_, names.int_, gil=True, errno=True, target=target(name)))
    assert ("GetLastError" in text, "SetLastError" in text) == (asked, asked)
    assert "LastError" not in str(stub(names.int_, names.int_, gil=True, target=target(name)))


@pytest.fixture
def failing(load_c: Callable[..., farcall.Library]) -> farcall.Library:
    return load_c(SOURCE, DECLARED, last_error=True)


@on_windows
@pytest.mark.parametrize("gil", ["hold", "release"])
def test_a_call_leaves_it(failing: farcall.Library, gil: str) -> None:
    fail = failing.function("fail", gil=gil)
    for number in (5, 0, 0x7FFFFFFF, 2):
        assert fail(number) == number
        assert farcall.last_error() == number
    assert failing.found() == 0  # what it holds afterwards is that call's
    assert farcall.last_error() == 0


@on_windows
def test_a_function_by_itself_or_by_its_address(load_c: Callable[..., farcall.Library]) -> None:
    plain = load_c(SOURCE, DECLARED)
    plain.function("fail", last_error=True)(7)
    plain.fail(9)
    assert farcall.last_error() == 7
    farcall.function(plain.fail, "int (int)", last_error=True)(8)
    assert farcall.last_error() == 8


@on_windows
def test_callbacks_see_it_and_set_it(failing: farcall.Library) -> None:
    seen: list[int] = []

    def middle(number: int) -> int:
        seen.append(farcall.last_error())
        failing.fail(77)
        return number

    def setting(number: int) -> int:
        seen.append(farcall.last_error())
        farcall.last_error(88)
        return number

    farcall.last_error(4)
    assert failing.around(lambda number: number, 66) == 1066
    assert failing.around(middle, 66) == 1077
    assert failing.around(setting, 55) == 1088
    assert seen == [66, 55]


@on_windows
def test_each_thread_has_its_own(failing: farcall.Library) -> None:
    failing.fail(6)
    complaints: list[str] = []

    def other() -> None:
        try:
            farcall.last_error()
        except RuntimeError as error:
            complaints.append(str(error))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert "last_error=True" in complaints[0]
    assert farcall.last_error() == 6


@on_windows
def test_wrong_values(failing: farcall.Library) -> None:
    for value in (-1, 1 << 32):
        with pytest.raises(OverflowError, match="last_error"):
            farcall.last_error(value)
    with pytest.raises(TypeError, match="last_error"):
        farcall.last_error("5")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="last_error"):
        farcall.last_error(1, 2)  # type: ignore[call-overload]


@on_windows
@pytest.mark.parametrize("gil", ["hold", "release"])
def test_errno_is_that_of_the_c_library_which_the_library_uses(failing: farcall.Library, gil: str) -> None:
    """MinGW's C library is not Python's: each has an errno of its own."""
    fail = failing.function("fail", gil=gil, errno=True)
    for number in (33, 4, 0):
        fail(number)
        assert (farcall.errno(), farcall.last_error()) == (number + 1, number)
    for library, path in (("ucrtbase", "_wopen"), ("msvcrt", "_wopen")):
        opened = farcall.Library(library).function(f"int {path}(const wchar_t *, int)", errno=True, gil=gil)
        assert opened(r"C:\no such file", 0) == -1
        assert farcall.errno() == 2  # ENOENT
