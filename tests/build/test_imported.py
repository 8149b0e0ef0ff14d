"""Built modules with what needs farcall: structs, results through pointers, errno, callbacks; their stubs and docstrings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.build import build_module, suffix
from farcall.cli import main
from tests.build.test_build import HERE, VERSION, can_be_built, loaded
from tests.conftest import Compile

SOURCE = """
#include <errno.h>
#include <stdarg.h>
struct pair { int a; double b; };
struct pair swap(struct pair p) { struct pair q = { (int)p.b, p.a }; return q; }
int split(double x, int *whole, double *rest) { *whole = (int)x; *rest = x - *whole; return x < 0; }
void unit(struct pair *p) { p->a = 1; p->b = 1; }
int fails(int with) { errno = with; return -1; }
int apply(int (*f)(int, void *), void *data) { return f(20, data) + 1; }
int total(int count, ...)
{ va_list l; va_start(l, count); int sum = 0; while (count--) sum += va_arg(l, int); va_end(l); return sum; }
int plain(int x) { return x + 1; }
int counter = 5;
struct pair *here(void) { static struct pair p = { 3, 4 }; return &p; }
"""
TEXT = """
struct pair { int a; double b; };
struct pair swap(struct pair p);
int split(double x, int *whole, double *rest);
void unit(struct pair *p);
int fails(int with);
int apply(int (*f)(int, void *), void *data);
int total(int count, ...);
int plain(int x);
extern int counter;
struct pair *here(void);
enum { LIMIT = 9 };
"""
OUT = {"split": ["whole", "rest"], "unit": ["p"]}
OTHERS = ("swap", "split", "unit", "fails", "apply", "total", "here", "counter", "types")
pytestmark = pytest.mark.skipif(not can_be_built(), reason="modules are built for Pythons whose objects are known")


@pytest.fixture(scope="module")
def module(compile_c: Compile, tmp_path_factory: pytest.TempPathFactory) -> Any:
    library = compile_c(SOURCE)
    built = build_module("imported", TEXT, str(library), HERE, VERSION, errno=["fails"], out=OUT)
    assert (built.plain, set(built.imported), built.constants) == (("plain",), set(OTHERS), ("LIMIT",))
    file = tmp_path_factory.mktemp("imported") / f"imported{suffix(HERE, VERSION)}"
    file.write_bytes(built.data)
    return loaded(file, "imported")


def test_what_is_not_plain_is_what_farcall_gives(module: Any) -> None:
    pair = module.types.pair
    assert module.swap(pair(2, 7.0)) == pair(7, 2.0)
    assert module.split(3.25) == (0, 3, 0.25)
    assert module.unit() == pair(1, 1.0)
    assert module.apply(lambda x, data: x * 2, None) == 41
    assert module.total(3, 1, 2, 3) == 6
    assert (module.here().a, module.counter, module.LIMIT, module.plain(1)) == (3, 5, 9, 2)
    assert module.split is module.split


def test_errno_is_kept_where_it_is_asked_for(module: Any) -> None:
    assert module.fails(17) == -1
    assert farcall.errno() == 17
    assert module.fails.__self__.errno
    assert not module.swap.__self__.errno


def test_the_module_says_which_functions_need_farcall(module: Any) -> None:
    assert "\n\nwithout farcall: plain\n\n" in module.__doc__
    named = module.__doc__.rpartition("farcall is imported when first used: ")[2]
    assert set(named.split(", ")) == set(OTHERS)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"errno": ["nobody"]}, ValueError, "declares no function 'nobody'"),
        ({"out": {"nobody": ["x"]}}, ValueError, "declares no function 'nobody'"),
        ({"out": {"split": ["x"]}}, TypeError, "nothing can be written through 'x', which is double"),
        ({"out": {"split": ["y"]}}, TypeError, "has no parameter 'y'; there are: x, whole, rest"),
    ],
)
def test_wrong_options_are_told_when_it_is_built(options: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        build_module("imported", TEXT, "x.so", HERE, VERSION, **options)


def test_the_command_writes_a_stub_that_type_checkers_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header, output = tmp_path / "some.h", tmp_path / f"some{suffix(HERE, VERSION)}"
    header.write_text(TEXT)
    arguments = ["build", str(header), "--library", "x.so", "-o", str(output), "--errno", "fails"]
    assert main([*arguments, "--out", "split=whole,rest", "--out", "unit=p"]) == 0
    assert f"with farcall: {', '.join(OTHERS)}" in capsys.readouterr().out
    stub = (tmp_path / "some.pyi").read_text()
    for line in (
        "def split(x: float, /) -> tuple[int, int, float]: ...", "def unit() -> pair: ...", "LIMIT: Final = 9", "counter: int",
    ):  # fmt: skip
        assert line in stub
    (tmp_path / "some.pyi").unlink()
    assert main([*arguments, "--no-stub"]) == 0
    assert not (tmp_path / "some.pyi").exists()
    assert main([*arguments, "--out", "split"]) == 1
    assert "--out takes FUNCTION=PARAMETER[,...], not 'split'" in capsys.readouterr().err


def test_without_farcall_the_rest_is_there(compile_c: Compile, tmp_path: Path) -> None:
    built = build_module("imported", TEXT, str(compile_c(SOURCE)), HERE, VERSION, out=OUT)
    (tmp_path / f"imported{suffix(HERE, VERSION)}").write_bytes(built.data)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.modules['farcall'] = None\n"
        "import imported; print(imported.plain(4), imported.LIMIT)\n"
        "try: imported.split(1.5)\nexcept ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["5 9", "imported.split needs farcall, which is not installed"]
