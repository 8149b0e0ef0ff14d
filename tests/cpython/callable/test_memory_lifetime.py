"""What lives how long: code memory, references, functions without their library, forks."""

from __future__ import annotations

import gc
import os
import sys
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.cpython.callable.first_call import make_code
from farcall.cpython.callable.function import describe
from farcall.cpython.link.executable import executable_memory
from farcall.memory import default_memory
from farcall.memory.code import LARGEST_REGION
from tests.conftest import Compile, Load

TIERS = ("fast", "api")
SOURCE = """
#include <stdlib.h>
#include <string.h>
struct point { int x; double y; };
union number { int whole; float real; };
void nothing(void) {}
int twice(int x) { return 2 * x; }
double half(double x) { return x / 2; }
_Bool not(_Bool x) { return !x; }
char same(char x) { return x; }
unsigned long long large(unsigned long long x) { return x; }
const char *text(const char *x) { return x; }
int *pass(int *x) { return x; }
void *any(void *x) { return x; }
struct point swap(struct point p) { struct point q = {p.y, p.x}; return q; }
union number number(union number x) { return x; }
int sum(int n, ...) { return n; }
int mixed(int a, double b, const char *c, void *d, struct point e) { return a + b + e.x + !c + !d; }
"""
DECLARED = """
struct point { int x; double y; };
union number { int whole; float real; };
void nothing(void); int twice(int x); double half(double x); _Bool not(_Bool x); char same(char x);
unsigned long long large(unsigned long long x); const char *text(const char *x); int *pass(int *x);
void *any(void *x); struct point swap(struct point p); union number number(union number x);
int sum(int n, ...); int mixed(int a, double b, const char *c, void *d, struct point e);
"""
CALLS = 100_000


@pytest.fixture(autouse=True)
def quick_collections() -> Iterator[None]:
    """What other tests left behind is not looked through at each collection here."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module", params=[("fast", "hold"), ("api", "release")], ids="-".join)
def library(request: pytest.FixtureRequest, load_c: Load) -> farcall.Library:
    tier, gil = request.param
    return load_c(SOURCE, DECLARED, tier=tier, gil=gil)


@pytest.mark.parametrize("tier", TIERS)
def test_binding_and_dropping_keeps_code_memory_flat(tier: str) -> None:
    libm = farcall.Library("libm.so.6", tier=tier)
    kinds = ["double cos(double)", "double hypot(double, double)", "float cosf(float)", "long lrint(double)"]
    for text in kinds:
        libm.function(text)(*[1.0] * (1 + text.count(",")))  # called: now the code of each shape is made
    gc.collect()
    before = default_memory().statistics()
    for i in range(20_000 if tier == "fast" else 2000):
        make_code(describe(libm.function(kinds[i % 4])))
    gc.collect()
    after = default_memory().statistics()
    assert (after.slots, after.in_use) == (before.slots, before.in_use)
    # Where no place is used twice, a region goes when it is full and nothing in it is left: there is one beside the old.
    assert after.reserved - before.reserved <= (0 if executable_memory().reuse else LARGEST_REGION)
    many = [libm.function(kinds[0]) for _ in range(1000)]
    assert default_memory().statistics().slots == before.slots  # nobody has called them
    assert {function(0.0) for function in many} == {1.0}
    assert default_memory().statistics().slots == before.slots + 1000
    del many
    gc.collect()
    assert default_memory().statistics().slots == before.slots


def test_binding_and_dropping_keeps_python_memory_flat() -> None:
    libm = farcall.Library("libm.so.6")
    for _ in range(100):
        libm.function("double cos(double x)")
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(20_000):
            assert libm.function("double cos(double x)")(0.0) == 1.0
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 160_000  # less than half of the smallest object for each


def calls(library: farcall.Library) -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    point, number = library.types.point(1, 2.5), library.types.number(real=1.5)
    ints = farcall.array(farcall.int_, 3)([1, 2, 3])
    buffer = bytearray(16)
    return {
        "nothing": (library.nothing, ()),
        "int": (library.twice, (1000,)),
        "large int": (library.twice, (-(1 << 30),)),
        "int by __index__": (library.twice, (farcall.int_(5),)),
        "double": (library.half, (1234.5,)),
        "double of int": (library.half, (7,)),
        "bool": (getattr(library, "not"), (True,)),
        "char": (library.same, (b"x",)),
        "unsigned": (library.large, ((1 << 64) - 1,)),
        "str": (library.text, ("hello" * 10,)),
        "other str": (library.text, ("h\xe9llo" * 10,)),
        "surrogates": (library.text, ("a\udcff" * 10,)),
        "bytes": (library.text, (b"hello" * 10,)),
        "None as text": (library.text, (None,)),
        "bytearray": (library.any, (buffer,)),
        "int as pointer": (library.any, (0x123456,)),
        "memoryview": (getattr(library, "pass"), (memoryview(buffer).cast("i"),)),
        "array": (getattr(library, "pass"), (ints,)),
        "pointer": (getattr(library, "pass"), (farcall.type_of("int *")(ints),)),
        "None as pointer": (library.any, (None,)),
        "struct": (library.swap, (point,)),
        "struct of a tuple": (library.swap, ((1, 2.5),)),
        "struct of a dict": (library.swap, ({"x": 1},)),
        "union": (library.number, (number,)),
        "variadic": (library.sum, (3, 1.5, "text", b"bytes", None, buffer, point, farcall.int64(7))),
        "mixed": (library.mixed, (5, 2.5, "text", buffer, point)),
    }


def refused(library: farcall.Library) -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    class Broken:
        def __index__(self) -> int:
            raise ValueError("broken")

    buffer, point = bytearray(16), library.types.point()
    return {
        "count": (library.mixed, (1, 2)),
        "type": (library.twice, ("x" * 50,)),
        "range": (library.twice, (1 << 90,)),
        "__index__": (library.twice, (Broken(),)),
        "real": (library.half, ([],)),
        "text": (library.text, ("a\0b" * 10,)),
        "surrogate": (library.text, ("\ud800" * 10,)),
        "pointer": (getattr(library, "pass"), (bytes(100),)),
        "struct": (library.swap, (library.types.number(),)),
        "struct's field": (library.swap, ((1, "x"),)),
        "the last": (library.mixed, (5, 2.5, "h\xe9" * 20, buffer, [1, 2, 3])),
        "after the buffer": (library.mixed, (5, 2.5, "text", object(), point)),
        "variadic": (library.sum, (3, buffer, object())),
        "variadic range": (library.sum, (3, buffer, 1 << 40)),
    }


def drift(call: Callable[[], Any], arguments: tuple[Any, ...], times: int) -> tuple[dict[str, int], int]:
    """How reference counts and the number of blocks change over many calls."""
    for _ in range(300):
        call()
    gc.collect()
    watched = {"None": None, "True": True, "False": False, **{f"argument {i}": a for i, a in enumerate(arguments)}}
    watched |= {f"type of {i}": type(a) for i, a in enumerate(arguments)}
    counts = {name: sys.getrefcount(thing) for name, thing in watched.items()}
    blocks = sys.getallocatedblocks()
    for _ in range(times):
        call()
    gc.collect()
    grown = sys.getallocatedblocks() - blocks
    return {name: sys.getrefcount(thing) - counts[name] for name, thing in watched.items()}, grown


def test_references_are_stable(library: farcall.Library) -> None:
    wrong = {}
    table = calls(library)
    for name, (function, arguments) in table.items():
        changes, blocks = drift(lambda f=function, a=arguments: f(*a), arguments, CALLS // 50)
        if any(abs(change) > 50 for change in changes.values()) or blocks > 200:
            wrong[name] = ({k: v for k, v in changes.items() if v}, blocks)
    assert not wrong


def test_references_are_stable_over_many_calls(library: farcall.Library) -> None:
    for name in ("nothing", "int", "double", "str", "struct", "bytearray"):
        function, arguments = calls(library)[name]
        changes, blocks = drift(lambda f=function, a=arguments: f(*a), arguments, CALLS)
        assert max(map(abs, changes.values())) < 50, (name, changes)
        assert blocks < 200, name


def test_references_are_stable_when_calls_are_refused(library: farcall.Library) -> None:
    wrong = {}
    for name, (function, arguments) in refused(library).items():

        def call(f: Callable[..., Any] = function, a: tuple[Any, ...] = arguments) -> None:
            try:
                f(*a)
            except (TypeError, ValueError, OverflowError):
                return
            raise AssertionError("accepted")

        changes, blocks = drift(call, arguments, CALLS // 100)
        if any(abs(change) > 20 for change in changes.values()) or blocks > 100:
            wrong[name] = ({k: v for k, v in changes.items() if v}, blocks)
    assert not wrong


def test_fields_and_views_keep_references_stable(library: farcall.Library) -> None:
    library.cdef("struct all { int i; double d; char c; _Bool b; const char *s; int *p; struct point at; int v[3]; };")
    made = library.types.all()
    ints = farcall.array(farcall.int_, 3)()

    def use() -> None:
        made.i, made.d, made.c, made.b, made.s, made.p = 100_000, 2.5, b"x", True, "text", ints
        made.at, made.v = (1, 2.0), [1, 2, 3]
        assert (made.i, made.d, made.c, made.b, made.s) == (100_000, 2.5, b"x", True, "text")
        assert made.p[0] == 0
        assert made.at.x + made.v[2] == 4
        memoryview(made).release()
        assert bytes(made)
        assert repr(made)

    changes, blocks = drift(use, (made, ints), 2000)
    assert max(map(abs, changes.values())) < 20, changes
    assert blocks < 200


def test_variadic_stubs_are_bounded() -> None:
    snprintf = farcall.Library("libc.so.6").function("int snprintf(char *s, size_t n, const char *f, ...)")
    buffer = bytearray(64)
    snprintf(buffer, 64, "%%", 1, 2.5, "x", None)  # what all stubs share is made now
    gc.collect()
    before = default_memory().statistics().slots
    for tail in range(1, 9):
        for kinds in range(40):
            arguments = [(1, 2.5, "x", None)[(kinds >> (2 * i)) % 4] for i in range(tail)]
            assert snprintf(buffer, 64, "%%", *arguments) == 1
    gc.collect()
    assert default_memory().statistics().slots - before <= 64
    del snprintf
    gc.collect()
    assert default_memory().statistics().slots < before


# Lifetimes


def test_functions_outlive_their_library_object(compile_c: Compile) -> None:
    library = farcall.Library(compile_c(SOURCE))
    library.cdef(DECLARED)
    twice, total, swap = library.twice, library.sum, library.swap
    reference = weakref.ref(library)
    del library
    gc.collect()
    assert reference() is twice.__self__.library
    assert (twice(4), total(5, 1.5), swap((1, 2.0)).x) == (8, 5, 2)
    del twice, total, swap
    gc.collect()
    assert reference() is None


def test_a_function_may_go_while_it_runs(compile_c: Compile) -> None:
    holder: dict[str, Any] = {"f": farcall.Library(compile_c(SOURCE)).function("int twice(int x)")}

    class Dropping:
        def __index__(self) -> int:
            del holder["f"]
            gc.collect()
            return 21

    assert holder["f"](Dropping()) == 42
    assert not holder


def test_results_outlive_everything(compile_c: Compile) -> None:
    library = farcall.Library(compile_c(SOURCE))
    library.cdef(DECLARED)
    point, items = library.swap((1, 2.5)), getattr(library, "pass")(None)
    del library
    gc.collect()
    assert (point.x, point.y, bool(items)) == (2, 1.0, False)


def test_arguments_that_change_under_the_call(compile_c: Compile) -> None:
    """An argument's `__index__` may do anything to the others, which the call has read already."""
    library = farcall.Library(compile_c(SOURCE))
    library.cdef("struct point { int x; double y; };")
    mixed = library.function("int mixed(int a, double b, const char *c, void *d, struct point e)")
    buffer = bytearray(100)
    wide = library.function("int mixed(int a, double b, char *c, int d, struct point e)")

    class Resizing:
        def __index__(self) -> int:
            with pytest.raises(BufferError):
                buffer.extend(bytes(1 << 20))
            return 3

    assert wide(1, 2.0, buffer, Resizing(), (4, 0.0)) == 7
    assert mixed(1, 2.0, "x", None, (4, 0.0)) == 8


# Forks


def run_child(child: Callable[[], None]) -> int:
    """The exit status of a forked child that runs a function."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            child()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_calls_and_binds(library: farcall.Library) -> None:
    assert library.twice(4) == 8
    total = library.sum
    assert total(3) == 3

    def child() -> None:
        for _ in range(3):
            assert library.twice(4) == 8
            assert library.swap((1, 2.0)).x == 2
            with pytest.raises(TypeError):
                library.twice("x")
            assert library.function("long twice(int x)")(5) & 0xFFFFFFFF == 10
            assert total(3, 1.5, "a", 2.5) == 3
            assert farcall.Library("libm.so.6").function("double cos(double)")(0) == 1.0
            gc.collect()
        grandchild = run_child(lambda: None if library.function("int twice(int x)")(3) == 6 else os._exit(2))
        assert grandchild == 0

    assert run_child(child) == 0
    assert library.twice(5) == 10
    assert library.function("int twice(int x)")(6) == 12


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_dropping_in_the_child_leaves_the_parent_whole(library: farcall.Library) -> None:
    functions = [library.function("int twice(int x)") for _ in range(50)]

    def child() -> None:
        functions.clear()
        gc.collect()
        assert [library.function("double half(double)")(3) for _ in range(100)] == [1.5] * 100

    assert run_child(child) == 0
    assert [f(i) for i, f in enumerate(functions)] == [2 * i for i in range(50)]


def test_nothing_is_writable_and_executable(library: farcall.Library) -> None:
    # ctypes, which other tests use, has libffi's pages; they are there before.
    before = writable_and_executable()
    assert library.twice(1) == 2
    assert library.function("int twice(int x)", gil="hold")(2) == 4
    assert writable_and_executable() <= before


def writable_and_executable() -> set[str]:
    lines = Path("/proc/self/maps").read_text().splitlines()
    return {line for line in lines if {"w", "x"} <= set(line.split()[1]) or ("wx" in line and "memfd:" in line)}
