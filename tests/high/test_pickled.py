"""Libraries and their functions in pickles: another process opens, declares and binds them again."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from typing import Any

import pytest

import farcall


def work(given: Any) -> Any:
    """In another process."""
    function, library, value = given
    return function(value), library.abs(-5), library.types.point(1, 2).y, library.toupper(1).name, function.__self__.gil


def open_libc() -> Any:
    libc = farcall.Library("libc.so.6", gil="hold", text="bytes")
    libc.cdef("int abs(int n); typedef struct { int x, y; } point; const char *strerror(int n);")
    libc.cdef("enum color { RED, GREEN }; enum color toupper(enum color); double frexp(double x, int *exponent);")
    libc.enum("color")
    return libc


def test_a_function_and_its_library_in_another_process() -> None:
    libc = open_libc()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(work, [(libc.abs, libc, -7)]) == [(7, 5, 2, "GREEN", "hold")]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_there_and_back(protocol: int) -> None:
    libc = open_libc()
    again = pickle.loads(pickle.dumps(libc, protocol))
    assert again.strerror(2) == b"No such file or directory"
    assert pickle.loads(pickle.dumps(libc, protocol)) is again
    abs_again = pickle.loads(pickle.dumps(libc.abs, protocol))
    assert abs_again(-3) == 3
    assert abs_again.__self__.library is again
    split = pickle.loads(pickle.dumps(libc.function("frexp", out=["exponent"]), protocol))
    assert split(10.0) == (0.625, 4)


def test_headers_are_included_again(tmp_path: Any) -> None:
    (tmp_path / "own.h").write_text("int abs(int n);\n#define TWO 2\n")
    libc: Any = farcall.Library("libc.so.6")
    libc.cdef(include="own.h", include_dirs=tmp_path)
    assert pickle.loads(pickle.dumps(libc)).TWO == 2


def test_a_library_of_a_path_has_it_in_full(compile_c: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    path = compile_c("int five(void) { return 5; }", "pickled")
    monkeypatch.chdir(path.parent)
    data = pickle.dumps(farcall.Library(f"./{path.name}").function("int five(void)"))
    monkeypatch.chdir(tmp_path)
    assert pickle.loads(data)() == 5


def test_a_check_goes_with_its_library() -> None:
    libc: Any = farcall.Library("libc.so.6", check=checked)
    libc.cdef("int abs(int n);")
    assert pickle.loads(pickle.dumps(libc)).abs(-3) == [3]


def checked(result: Any, function: Any, arguments: Any) -> Any:
    return [result]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_check_and_defaults_go_with_their_function(protocol: int) -> None:
    absolute = open_libc().function("abs", check=checked, defaults={"n": -4})
    again = pickle.loads(pickle.dumps(absolute, protocol))
    assert (again(), again(-3)) == ([4], [3])
    libc: Any = farcall.Library("libc.so.6", check=checked)
    libc.cdef("int abs(int n);")
    assert pickle.loads(pickle.dumps(libc.abs, protocol))(-3) == [3]
    assert copy.deepcopy(absolute) is absolute
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(libc.function("abs", check=lambda r, f, a: r), protocol)


class Own(farcall.Library):
    """A library with a name of its own."""

    def __init__(self) -> None:
        super().__init__("libc.so.6", gil="hold")
        self.cdef("int abs(int n);")

    def distance(self, n: int) -> Any:
        return self.abs(n)


def test_a_library_of_a_class_of_its_own() -> None:
    again = pickle.loads(pickle.dumps(Own()))
    assert (type(again), again.distance(-3), pickle.loads(pickle.dumps(Own().abs))(-1)) == (Own, 3, 1)


class Times:
    """A check that shows the same whatever it does."""

    def __init__(self, factor: int) -> None:
        self.factor = factor

    def __call__(self, result: Any, function: Any, arguments: Any) -> Any:
        return result * self.factor

    def __repr__(self) -> str:
        return "Times"


def test_libraries_with_checks_that_look_alike_are_two() -> None:
    def opened(factor: int) -> Any:
        libc: Any = farcall.Library("libc.so.6", check=Times(factor))
        libc.cdef("int abs(int n);")
        return libc

    twice, thrice = [pickle.loads(pickle.dumps(opened(factor))) for factor in (2, 3)]
    assert (twice.abs(-1), thrice.abs(-1)) == (2, 3)


def test_a_copy_is_the_same() -> None:
    libc = open_libc()
    assert copy.copy(libc) is libc
    assert copy.deepcopy([libc, libc.abs]) == [libc, libc.abs]


def test_what_cannot_be_found_again() -> None:
    libc = open_libc()
    with pytest.raises(TypeError, match="abs cannot be pickled or copied: it is of no library"):
        pickle.dumps(farcall.function(libc.address("abs"), "int abs(int)"))
    libc.close()
    with pytest.raises(TypeError, match=r"\(closed\)> cannot be pickled"):
        pickle.dumps(libc)
