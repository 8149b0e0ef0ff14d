"""Calls under load: many threads share functions and closures, make and drop their own, open and close libraries. Every answer
is looked at.

Short by default. FARCALL_STRESS_THREADS (32 for a long run), FARCALL_STRESS_CALLS (10,000,000) and FARCALL_STRESS_CALLBACKS
(1,000,000) make it long; -s shows the figures.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import farcall
from tests.conftest import Compile, Load

THREADS = int(os.environ.get("FARCALL_STRESS_THREADS", "8"))
CALLS = int(os.environ.get("FARCALL_STRESS_CALLS", "100000"))
CALLBACKS = int(os.environ.get("FARCALL_STRESS_CALLBACKS", "10000"))
TURNS = 100  # callbacks for each call of C
BURST = 200  # calls of each shared function at a time

SOURCE = r"""
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
typedef struct { int quot, rem; } pair;
typedef long (*callback)(long, long);
typedef const char *(*namer)(int);
int add(int a, int b) { return a + b; }
double half(double x) { return x / 2; }
long length(const char *s) { long n = 0; while (*s++) n++; return n; }
pair divided(int a, int b) { return (pair){ a / b, a % b }; }
const char *same(const char *s) { return s; }
int fails(int e) { errno = e; return -1; }
int number(void) { return 42; }
long turns(callback f, long id, long times) { long sum = 0; while (times--) sum += f(id, times); return sum; }
long named(namer f, int times) { long n = 0; while (times--) n += f(times) != 0; return n; }
struct work { callback f; long id, times, sum; };
static void *body(void *p) { struct work *w = p; w->sum = turns(w->f, w->id, w->times); return 0; }
long on_a_thread(callback f, long id, long times) {
    pthread_t t; struct work w = {f, id, times, 0};
    if (pthread_create(&t, 0, body, &w) || pthread_join(t, 0)) abort();
    return w.sum;
}
"""
DECLARED = """
typedef struct { int quot, rem; } pair; typedef long (*callback)(long, long); typedef const char *(*namer)(int);
int add(int a, int b); double half(double x); long length(const char *s); pair divided(int a, int b);
const char *same(const char *s); int number(void); long turns(callback f, long id, long times);
long named(namer f, int times); long on_a_thread(callback f, long id, long times);
"""


class Shared(NamedTuple):
    """What all threads use: the library with the GIL let go of and held, its file, closures, and what was wrong."""

    released: Any
    held: Any
    path: Path
    sums: farcall.Closure
    names: farcall.Closure
    wrong: list[object]


class Worker:
    """One thread's part, and how much of it is done."""

    def __init__(self, number: int, shared: Shared) -> None:
        self.number, self.shared, self.rng = number, shared, random.Random(number)
        self.calls = self.callbacks = self.closures = self.libraries = 0

    def run(self) -> None:
        while self.calls < CALLS // THREADS or self.callbacks < CALLBACKS // THREADS:
            try:
                if self.calls < CALLS // THREADS:
                    self.call(self.rng.choice((self.shared.released, self.shared.held)))
                if self.callbacks < CALLBACKS // THREADS:
                    self.be_called_back()
                if self.rng.random() < 0.05:
                    self.bind()
            except BaseException as error:
                self.shared.wrong.append(error)
                return

    def expect(self, got: object, expected: object) -> None:
        if got != expected:
            self.shared.wrong.append((self.number, got, expected))

    def call(self, c: Any) -> None:
        """Each of the shared functions, many times."""
        mine = self.number
        add, half, length, divided, same, number = c.add, c.half, c.length, c.divided, c.same, c.number
        self.expect([add(n, mine) for n in range(BURST)], [n + mine for n in range(BURST)])
        self.expect([half(n + 0.5) for n in range(BURST)], [n / 2 + 0.25 for n in range(BURST)])
        self.expect([length(b"x" * mine) for _ in range(BURST)], [mine] * BURST)
        pairs = [divided(n, 7) for n in range(BURST)]
        self.expect([(pair.quot, pair.rem) for pair in pairs], [divmod(n, 7) for n in range(BURST)])
        self.expect([same(str(n)) for n in range(BURST)], [str(n) for n in range(BURST)])
        self.expect([number() for _ in range(BURST)], [42] * BURST)
        self.calls += 6 * BURST

    def be_called_back(self) -> None:
        """By shared closures, and by one of this thread's own, on this thread and on one of C's; the own one is closed or
        dropped."""
        c, held, mine = self.shared.released, self.shared.held, self.number
        expected = mine * TURNS + TURNS * (TURNS - 1) // 2
        counted: list[int] = []

        def callback(number: int, turn: int) -> int:
            counted.append(turn)
            return number + turn

        call = self.rng.choice((c.turns, c.turns, c.turns, held.turns, c.on_a_thread))
        self.expect(call(self.shared.sums, mine, TURNS), expected)
        self.expect(c.named(self.shared.names, TURNS), TURNS)
        own = farcall.Closure(callback, "long (*)(long, long)")
        self.expect(call(own, mine, TURNS), expected)
        if self.rng.random() < 0.5:
            own.close()
        self.expect(c.turns(lambda number, turn: number * turn, mine, 2), mine)
        self.expect(counted, list(reversed(range(TURNS))))
        self.callbacks += 3 * TURNS + 2
        self.closures += 2

    def bind(self) -> None:
        """A library of this thread's own: opened, a function of it bound and called, and closed."""
        library = farcall.Library(self.shared.path)
        fails: Any = library.function("int fails(int e)", errno=True)
        self.expect((fails(self.number + 1), farcall.errno()), (-1, self.number + 1))
        library.close()
        with pytest.raises(farcall.LibraryClosedError):
            fails(1)
        self.libraries += 1


def test_threads_that_share_functions_and_closures(load_c: Load, compile_c: Compile) -> None:
    shared = Shared(
        load_c(SOURCE, DECLARED),
        load_c(SOURCE, DECLARED, gil="hold"),
        compile_c(SOURCE),
        farcall.Closure(lambda number, turn: number + turn, "long (*)(long, long)"),
        farcall.Closure(lambda n: b"number %d" % n, "const char *(*)(int)"),
        [],
    )
    workers = [Worker(number, shared) for number in range(THREADS)]
    late: list[object] = []
    before, sys.unraisablehook = sys.unraisablehook, late.append
    since, spent = time.perf_counter(), time.process_time()
    try:
        threads = [threading.Thread(target=worker.run) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.unraisablehook = before
    calls, callbacks, closures, libraries = (
        sum(getattr(worker, what) for worker in workers) for what in ("calls", "callbacks", "closures", "libraries")
    )
    print(
        f"\n{THREADS} threads: {calls:,} calls, {callbacks:,} callbacks, {closures:,} closures, {libraries:,} libraries in "
        f"{time.perf_counter() - since:.1f} s, {time.process_time() - spent:.1f} s of CPU; {len(shared.wrong)} wrong"
    )
    assert shared.wrong == []
    assert late == []
    assert calls >= CALLS * 0.99
    assert callbacks >= CALLBACKS * 0.99
