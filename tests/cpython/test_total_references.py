"""Builds of Python that keep the sum of all reference counts (debug builds): generated code leaves it right."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

import farcall
from farcall.cpython.facts import interpreter
from tests.conftest import Load

TIMES = 300
#: What caches and the interpreter's own bookkeeping may come to; a drift is one for each time at least.
NOISE = 60

SOURCE = """
#include <errno.h>
#include <stdint.h>
typedef struct { int x; double y; } pair;
typedef struct node { struct node *next; char name[8]; pair p; } node;
int number = 4;
int whole(int n) { return n + 1; }
uint64_t wide(uint64_t n) { return ~n; }
double real(double d) { return d / 2; }
_Bool truth(_Bool b) { return !b; }
void nothing(void) {}
const char *text(const char *s) { return s; }
pair swap(pair p) { return (pair){(int)p.y, p.x}; }
node *same(node *n) { return n; }
void out(int *n) { *n = 3; }
int twice(int (*f)(int), int n) { return f(f(n)); }
pair turned(pair (*f)(pair), pair p) { return f(p); }
int failing(void) { errno = 2; return -1; }
"""
DECLARED = """
typedef struct { int x; double y; } pair;
typedef struct node { struct node *next; char name[8]; pair p; } node;
extern int number;
int whole(int n); uint64_t wide(uint64_t n); double real(double d); _Bool truth(_Bool b); void nothing(void);
const char *text(const char *s); pair swap(pair p); node *same(node *n); void out(int *n);
int twice(int (*f)(int), int n); pair turned(pair (*f)(pair), pair p); int failing(void);
"""


def operations(lib: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    Pair, Node = lib.types.pair, lib.types.node
    pair, node, ints = Pair(1, 2.5), Node(), farcall.array(farcall.int_, 4)([1, 2, 3, 4])
    node.next = None
    closure = farcall.Closure(lambda n: n + 1, "int (*)(int)")
    writes = lib.function("out", out=["n"])

    def refused() -> None:
        with suppress(TypeError, OverflowError):
            lib.whole("three")
        with suppress(OverflowError):
            lib.whole(1 << 80)

    # Made once: C may keep what it was given longer than the call, and farcall drops such closures by and by.
    def fails(n: int) -> int:
        raise KeyError(n)

    def doubled(n: int) -> int:
        return n * 2

    def more(p: Any) -> Any:
        return p.x + 1, p.y

    def raised() -> None:
        with suppress(KeyError):
            lib.twice(fails, 1)

    def written() -> None:
        pair.x, pair.y, node.name, node.p = 70000, -1.5, b"abc", pair
        node.next, ints[1], lib.number = node, 100000, 1 << 20

    yield "whole", lambda: (lib.whole(5), lib.whole(1 << 29), lib.whole(-(1 << 30)))
    yield "wide", lambda: (lib.wide(0), lib.wide((1 << 64) - 1))
    yield "real", lambda: (lib.real(2.5), lib.real(3))
    yield "truth", lambda: (lib.truth(True), lib.truth(False))
    yield "nothing", lambda: lib.nothing()
    yield "text", lambda: (lib.text(b"abc"), lib.text("abc"), lib.text("\xe9"), lib.text(None))
    yield "a struct", lambda: (lib.swap(pair), lib.swap((1, 2.0)))
    yield "a pointer", lambda: (lib.same(node), lib.same(None))
    yield "out", lambda: writes()
    yield "a closure", lambda: (closure(4), lib.twice(closure, 1), lib.twice(doubled, 3))
    yield "a closure with a struct", lambda: lib.turned(more, pair)
    yield "fields read", lambda: (pair.x, pair.y, node.name, node.p, node.next, node.p.y)
    yield "written", written
    yield "items", lambda: (ints[0], ints[-1], ints[1:3], list(ints), len(ints), lib.number)
    yield "constructed", lambda: (Pair(), Pair(1), Pair(x=1, y=2), farcall.new(Pair), farcall.new("int[3]", [1, 2, 3]))
    yield "cast", lambda: farcall.cast("int *", ints)[2]
    yield "buffer", lambda: bytes(memoryview(ints))
    yield "refused", refused
    yield "raised", raised
    yield "shown", lambda: (repr(pair), pair == Pair(1, 2), hash(closure))


@pytest.mark.skipif(not interpreter.counts_references(), reason="this build of Python keeps no sum of references")
def test_the_sum_of_references_does_not_drift(load_c: Load) -> None:
    lib = load_c(SOURCE, DECLARED)
    drifts = {}
    for name, operation in operations(lib):
        for _ in range(TIMES):  # what is used often is made faster by and by
            operation()
        gc.collect()
        before = sys.gettotalrefcount()  # type: ignore[attr-defined]
        for _ in range(TIMES):
            operation()
        gc.collect()
        drift = sys.gettotalrefcount() - before  # type: ignore[attr-defined]
        if abs(drift) > NOISE:
            drifts[name] = drift
    assert not drifts


def test_the_operations_run(load_c: Load) -> None:
    lib = load_c(SOURCE, DECLARED)
    for _name, operation in operations(lib):
        operation()


def test_such_builds_get_the_tier_that_calls_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "gettotalrefcount", lambda: 0, raising=False)
    assert not interpreter.interpreter.__wrapped__("fast").fast
