"""Many threads do all at once what farcall has for them, with functions, closures and libraries that they share.

Short by default, and of use above all on a Python without a GIL. FARCALL_STRESS_ROUNDS (1000 for a long run) makes it long.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import farcall
from tests.conftest import Compile, Load

THREADS = 6
ROUNDS = int(os.environ.get("FARCALL_STRESS_ROUNDS", "20"))
SOURCE = """
#include <errno.h>
#include <pthread.h>
typedef struct node { struct node *next; int v; char name[8]; } node;
typedef struct { int quot, rem; } pair;
int call(int (*f)(int), int n) { return f(n); }
int fails(int e) { errno = e; return -1; }
long length(const char *s) { long n = 0; while (*s++) n++; return n; }
pair divided(int a, int b) { return (pair){ a / b, a % b }; }
int total(const node *n) { int sum = 0; for (; n; n = n->next) sum += n->v; return sum; }
struct work { int (*f)(int); int n; };
static void *run(void *p) { struct work *w = p; w->n = w->f(w->n); return 0; }
int threaded(int (*f)(int), int n) {
    struct work w = { f, n };
    pthread_t t;
    pthread_create(&t, 0, run, &w);
    pthread_join(t, 0);
    return w.n;
}
"""
DECLARED = """
typedef struct node { struct node *next; int v; char name[8]; } node; typedef struct { int quot, rem; } pair;
int call(int (*f)(int), int n); int fails(int e); long length(const char *s); pair divided(int a, int b);
int total(const node *n); int threaded(int (*f)(int), int n);
"""


def test_threads_do_everything_at_once(load_c: Load, compile_c: Compile) -> None:
    lib, path = load_c(SOURCE, DECLARED), compile_c(SOURCE)
    shared = farcall.Closure(lambda n: n + 1, "int (*)(int)")
    start, wrong = threading.Barrier(THREADS), []

    def calls(i: int) -> bool:
        found: Any = lib.divided(i * 7 + 3, 7)
        return bool(lib.length(b"abc" * i) == 3 * i and (found.quot, found.rem) == (i, 3))

    def callbacks(i: int) -> bool:
        with farcall.Closure(lambda n: n * i, "int (*)(int)") as own:
            first = lib.call(own, 3) == 3 * i and lib.call(shared, i) == i + 1
        return bool(first and lib.call(lambda n: n + i, 3) == 3 + i and lib.threaded(shared, i) == i + 1)

    def errors(i: int) -> bool:
        def refuse(n: int) -> int:
            raise KeyError(i)

        try:
            lib.call(refuse, 1)
        except KeyError as error:
            return error.args == (i,)
        return False

    def values(i: int) -> bool:
        node = lib.types.node(v=i, name=b"x", next=lib.types.node(v=i + 1))
        items = farcall.array(farcall.int_, 4)([1, 2, 3, i])
        pointer: Any = farcall.cast("int *", items)
        with farcall.arena() as arena:
            kept = arena.new("int[4]", [1, 2, 3, i])[3] == i
        return bool(lib.total(node) == 2 * i + 1 and list(items) == [1, 2, 3, i] and pointer[3] == i and kept)

    def binding(i: int) -> bool:
        other = farcall.Library(path)
        fails: Any = other.function("int fails(int e)", errno=True)
        good = fails(i + 1) == -1 and farcall.errno() == i + 1
        other.close()
        with suppress(farcall.LibraryClosedError):
            return fails(1) is None
        return bool(good)

    def work(i: int) -> None:
        start.wait()
        operations: tuple[Callable[[int], bool], ...] = (calls, callbacks, errors, values, binding)
        for _ in range(ROUNDS):
            for operation in operations:
                try:
                    if not operation(i):
                        wrong.append(operation.__name__)
                except BaseException as error:
                    wrong.append(f"{operation.__name__}: {error!r}")

    threads = [threading.Thread(target=work, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
