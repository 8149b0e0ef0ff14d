"""What is closed or freed while arguments are converted, by the Python code that a conversion runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import farcall
from tests.conftest import Compile

SOURCE = """
typedef struct { int a; double b; } pair;
typedef struct { long v[1] __attribute__((aligned(64))); } wide;
int one(int x) { return x; }
double two(double x) { return x; }
int variadic(int n, ...) { return n; }
int many(int a, int b, int c) { return a + b + c; }
int by_value(pair p, int x) { return p.a + x; }
wide aligned(int x) { wide w = {{x}}; return w; }
int filled(int *out, int x) { *out = x; return 0; }
int apply(int (*f)(int), int x) { return f(x); }
long first(int *p, int x) { return p[0] + x; }
int counter;
pair stored;
"""
DECLARATIONS = """
typedef struct { int a; double b; } pair;
typedef struct { long v[1] __attribute__((aligned(64))); } wide;
int one(int); double two(double); int variadic(int, ...); int many(int, int, int); int by_value(pair, int); wide aligned(int);
int filled(int *out, int x); int apply(int (*)(int), int); long first(int *, int); extern int counter; extern pair stored;
"""


class Act:
    """A number that does something when it is asked for."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act

    def __index__(self) -> int:
        self.act()
        return 5

    def __float__(self) -> float:
        self.act()
        return 5.0


@pytest.fixture(scope="module")
def path(compile_c: Compile) -> Path:
    return compile_c(SOURCE, "closed_meanwhile")


def mapped(path: Path) -> bool:
    return str(os.path.realpath(path)) in Path("/proc/self/maps").read_text()


def opened(path: Path, tier: str = "") -> Any:
    library = farcall.Library(path, tier=tier)
    library.cdef(DECLARATIONS)
    return library


CALLS: dict[str, Callable[[Any, Act], object]] = {
    "alone": lambda lib, act: lib.one(act),
    "float": lambda lib, act: lib.two(act),
    "first of many": lambda lib, act: lib.many(act, 1, 2),
    "last of many": lambda lib, act: lib.many(1, 2, act),
    "variadic": lambda lib, act: lib.variadic(1, 2, act),
    "variadic, fixed": lambda lib, act: lib.variadic(act, 2.5),
    "struct": lambda lib, act: lib.by_value((act, 1), 2),
    "behind a struct": lambda lib, act: lib.by_value(lib.types.pair(1, 2), act),
    "aligned result": lambda lib, act: lib.aligned(act),
    "out": lambda lib, act: lib.function("filled", out=["out"])(act),
    "with a callback": lambda lib, act: lib.apply(lambda x: x, act),
    "array": lambda lib, act: lib.first(farcall.array(farcall.int_, 2)([1, 2]), act),
    "variable": lambda lib, act: setattr(lib, "counter", act),
    "struct variable": lambda lib, act: setattr(lib, "stored", (act, 1)),
}


@pytest.mark.parametrize("tier", ["", "api"])
@pytest.mark.parametrize("name", CALLS)
def test_the_library_is_closed(path: Path, name: str, tier: str) -> None:
    lib = opened(path, tier)
    with pytest.raises(farcall.LibraryClosedError):
        CALLS[name](lib, Act(lib.close))
    assert lib.closed


@pytest.mark.parametrize("name", CALLS)
def test_another_library_is_closed(path: Path, name: str) -> None:
    lib = opened(path)
    CALLS[name](lib, Act(lambda: farcall.Library(None).close()))


def test_by_another_thread(path: Path) -> None:
    lib, inside, done = opened(path), threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        done.wait(60)

    def close() -> None:
        inside.wait(60)
        lib.close()
        done.set()

    other = threading.Thread(target=close)
    other.start()
    with pytest.raises(farcall.LibraryClosedError):
        lib.one(Act(wait))
    other.join()


def test_by_a_callback(path: Path) -> None:
    lib = opened(path)

    def close(x: int) -> int:
        lib.close()
        return x + 1

    assert lib.apply(close, 3) == 4
    assert lib.closed
    with pytest.raises(farcall.LibraryClosedError):
        lib.one(1)


def test_a_function_that_c_knows_stays(path: Path) -> None:
    lib, other = opened(path), opened(path)
    assert other.apply(lib.one, Act(lib.close)) == 5
    with pytest.raises(farcall.LibraryClosedError, match="is closed"):
        other.apply(lib.one, 5)
    other.close()


@pytest.mark.parametrize("tier", ["", "api"])
@pytest.mark.parametrize("passed", ["the array", "a pointer", "a struct"])
def test_an_argument_is_freed(path: Path, passed: str, tier: str) -> None:
    lib, arena = opened(path, tier), farcall.arena()
    made = arena.new("int[4]")
    act = Act(arena.close)
    call, given = {
        "the array": (lib.first, made),
        "a pointer": (lib.first, farcall.cast(lib.types["int *"], made)),
        "a struct": (lib.by_value, arena.new(lib.types.pair)),
    }[passed]
    with pytest.raises(farcall.FreedMemoryError, match="freed while the arguments were converted"):
        call(given, act)


def test_what_is_written_is_freed(path: Path) -> None:
    lib = opened(path)
    for write in (
        lambda arena, act: setattr(arena.new(lib.types.pair), "a", act),
        lambda arena, act: setattr(farcall.addressof(arena.new(lib.types.pair)), "a", act),
        lambda arena, act: arena.new("int[8]").__setitem__(1, act),
        lambda arena, act: arena.new("int[8]").__setitem__(slice(0, 2), (1, act)),
        lambda arena, act: arena.new("int[8]").__setitem__(act, 1),
        lambda arena, act: arena.new("int[8]").__getitem__(act),
        lambda arena, act: arena.new(farcall.array(lib.types.pair, 2)).__setitem__(1, (act, 2)),
        lambda arena, act: farcall.cast("int *", arena.new("int[4]")).__setitem__(1, act),
        lambda arena, act: arena.new("int[4]", [1, act]),
        lambda arena, act: arena.new(lib.types.pair, {"a": act, "b": 1}),
    ):
        arena = farcall.arena()
        with pytest.raises(farcall.FreedMemoryError):
            write(arena, Act(arena.close))


def test_the_file_goes_when_nobody_needs_it(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "libgoing.so"
    copy.write_bytes(path.read_bytes())
    lib = opened(copy)
    assert lib.one(1) == 1
    assert mapped(copy)
    lib.close()
    assert not mapped(copy)
