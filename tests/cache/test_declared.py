"""What programs declare, in images for the next start: by `cdef`, as text and as headers, and what is used of it by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cache.starts import EARLY, Run, needs_images
from tests.conftest import Compile

pytestmark = needs_images
OPEN = "import sys, farcall; m = farcall.Library('libm.so.6')\n"
TEXT = "double cos(double x); double ldexp(double x, int e); enum { LIMIT = 9 }; static const double half = 0.5; typedef int whole;"
CDEF = OPEN + f"d = m.cdef({TEXT!r})\n"


def twice(run: Run, code: str, *arguments: object, **environment: str) -> list[str]:
    """What the first and the next process print."""
    return [run(code, *arguments, **environment) for _ in range(2)]


def test_attributes_and_constants_are_there_without_the_rest(run: Run) -> None:
    code = (
        CDEF + f"print(m.cos(0.0), m.ldexp(0.75, 4), m.LIMIT, m.half, m.cos is m.cos, m.function('cos')(0.0), {EARLY})"
    )
    assert twice(run, code) == ["1.0 12.0 9 0.5 True 1.0 False", "1.0 12.0 9 0.5 True 1.0 True"]


def test_what_is_not_there_is_added(run: Run) -> None:
    code = CDEF + "m.cos(0.0)\n"
    assert twice(run, code + f"print({EARLY})") == ["False", "True"]
    more = code + f"print(m.ldexp(0.75, 4), m.LIMIT, {EARLY})"
    assert twice(run, more) == ["12.0 9 False", "12.0 9 True"]


def test_functions_stay_what_they_are_when_the_rest_is_loaded(run: Run) -> None:
    code = (
        CDEF
        + f"""
f, early = m.cos, {EARLY}
print(f.__self__.prototype, f.__self__.library is m, m.cos is f, f(0.0), m.types.whole, early)
print(sorted(n for n in dir(m) if n in ("cos", "ldexp", "LIMIT")))
m.cdef("float cosf(float);")
print(m.cos is f, m.cosf(0.0), m.LIMIT)
m.close()
try: f(0.0)
except farcall.LibraryClosedError as error: print(error)
"""
    )
    cold, warm = twice(run, code)
    assert warm == cold.replace("False", "True")
    assert "LIMIT" in warm


@pytest.mark.parametrize(
    "asked",
    ["d.functions.keys(), d[2], len(d)", "d", "d == m.cdef('int abs(int);')", "isinstance(d, tuple), list(d)[2]"],
)
def test_what_cdef_returns_is_read_when_it_is_asked_for(run: Run, asked: str) -> None:
    cold, warm = twice(run, CDEF + f"print({asked}, m.cos(0.0))")
    assert warm == cold


@pytest.mark.parametrize(
    "act",
    ["m.nowhere", "m.cosh", "m.cdef('int f(')", "m.cdef(5)", "m.cdef()", "m.cdef('int f(void);', include_dirs='/tmp')",
     "m.cdef(include='no_such.h')", "m.cdef('float cos(float);'); m.cos(0.5, 1)", "m.function('cosh')", "m.types.nothing"],
)  # fmt: skip
def test_refusals_are_the_same(run: Run, act: str) -> None:
    code = CDEF + f"m.cos(0.0)\ntry: {act}\nexcept Exception as error: print(type(error).__name__, str(error))"
    first, again = twice(run, code)
    assert first == again == run(code, FARCALL_CACHE="off") != ""


def test_what_is_declared_anew_is_another_function(run: Run) -> None:
    code = CDEF + "f = m.cos; m.cdef('double cos(double angle);'); print(f is m.cos, m.cos.__text_signature__)"
    assert twice(run, code) == ["False (angle)"] * 2


def test_other_declarations_are_others(run: Run) -> None:
    code = """
import sys, farcall
m = farcall.Library("libc.so.6")
m.cdef(f"typedef {sys.argv[1]} number; number labs(number x);")
print(m.labs(-3), m.function("number labs(number)")(-5))
"""
    assert twice(run, code, "long") == ["3 5"] * 2
    refused = code + "try: m.labs(1 << 20)\nexcept OverflowError as error: print('short' in str(error))"
    assert twice(run, refused, "short") == ["3 5\nTrue"] * 2
    assert run(code + f"print(m.labs(-(1 << 20)), {EARLY})", "long") == "3 5\n1048576 True"


def test_a_thousand_functions(compile_c: Compile, run: Run) -> None:
    library = compile_c("".join(f"int f{n}(int x) {{ return x + {n}; }}\n" for n in range(1000)), "thousand")
    code = f"""
import sys, farcall
m = farcall.Library(sys.argv[1])
m.cdef("".join("int f%d(int x);" % n for n in range(1000)))
print(sum(getattr(m, "f%d" % n)(1) for n in range(1000)), {EARLY})
"""
    assert twice(run, code, library) == ["500500 False", "500500 True"]


HEADER = OPEN + (
    "d = m.cdef(include='some.h', include_dirs=sys.argv[1:])\n"
    f"print(m.NUMBER, m.cos(0.0), m.function('cos')(0.0), {EARLY})"
)  # fmt: skip


def written(directory: Path, number: int, name: str = "some.h") -> Path:
    directory.mkdir(exist_ok=True)
    (directory / name).write_text(f"#define NUMBER {number}\ndouble cos(double x);\nstruct point {{ int x, y; }};\n")
    return directory


def test_headers_are_not_read_again_while_they_stay(tmp_path: Path, run: Run) -> None:
    place = written(tmp_path / "here", 5)
    assert twice(run, HEADER, place) == ["5 1.0 1.0 False", "5 1.0 1.0 True"]
    written(place, 66)
    assert twice(run, HEADER, place) == ["66 1.0 1.0 False", "66 1.0 1.0 True"]
    asked = HEADER + "\nprint('NUMBER' in d.constants, m.types.point(1, 2).y, repr(d)[:15])"
    assert twice(run, asked, place) == ["66 1.0 1.0 True\nTrue 2 <header some.h:"] * 2


def test_a_header_that_another_one_includes(tmp_path: Path, run: Run) -> None:
    place = written(tmp_path / "here", 5, "inner.h")
    (place / "some.h").write_text('#include "inner.h"\n')
    assert twice(run, HEADER, place) == ["5 1.0 1.0 False", "5 1.0 1.0 True"]
    written(place, 6, "inner.h")
    assert twice(run, HEADER, place) == ["6 1.0 1.0 False", "6 1.0 1.0 True"]


def test_another_header_that_comes_first(tmp_path: Path, run: Run) -> None:
    first, second = tmp_path / "first", written(tmp_path / "second", 5)
    first.mkdir()
    assert twice(run, HEADER, first, second) == ["5 1.0 1.0 False", "5 1.0 1.0 True"]
    written(first, 7)
    assert twice(run, HEADER, first, second) == ["7 1.0 1.0 False", "7 1.0 1.0 True"]


def test_another_environment_of_the_compiler(tmp_path: Path, run: Run) -> None:
    code = HEADER.replace("sys.argv[1:]", "()")
    one, two = str(written(tmp_path / "one", 1)), str(written(tmp_path / "two", 2))
    assert twice(run, code, CPATH=one) == ["1 1.0 1.0 False", "1 1.0 1.0 True"]
    assert twice(run, code, CPATH=two) == ["2 1.0 1.0 False", "2 1.0 1.0 True"]


def test_packages_of_pkg_config(tmp_path: Path, run: Run) -> None:
    one, two = written(tmp_path / "one", 1), written(tmp_path / "two", 2)
    package = tmp_path / "packages" / "some.pc"
    package.parent.mkdir()
    code = HEADER.replace("include_dirs=sys.argv[1:]", "pkg_config='some'")
    for place, number in ((one, 1), (two, 2)):
        package.write_text(f"Name: some\nDescription: some\nVersion: 1\nCflags: -I{place}\n")
        found = twice(run, code, PKG_CONFIG_PATH=str(package.parent))
        assert found == [f"{number} 1.0 1.0 False", f"{number} 1.0 1.0 True"]


def test_a_library_that_only_its_functions_keep(run: Run) -> None:
    code = CDEF + f"f = m.cos; early = {EARLY}; del m; print(f(0.0), early, f.__self__.library.LIMIT)"
    assert twice(run, code) == ["1.0 False 9", "1.0 True 9"]
