"""Closures under load: many threads, many closures, and the memory of it all.

Short by default. FARCALL_STRESS_CALLBACKS (10,000,000 for a long run) and FARCALL_STRESS_CLOSURES (1,000,000) make it
long; -s shows the figures.
"""

from __future__ import annotations

import gc
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import farcall
from farcall.cpython.link import data_cells
from farcall.cpython.link.executable import executable_memory
from farcall.memory import default_memory

Load = Callable[..., farcall.Library]

THREADS = 32
CALLBACKS = int(os.environ.get("FARCALL_STRESS_CALLBACKS", "400000"))
CLOSURES = int(os.environ.get("FARCALL_STRESS_CLOSURES", "20000"))
TURNS = 100  # callbacks for each call of C

SOURCE = r"""
#include <pthread.h>
#include <stdlib.h>
typedef long (*callback)(long, long);
long turns(callback f, long id, long times) { long sum = 0; while (times--) sum += f(id, times); return sum; }
struct work { callback f; long id, times, sum; };
static void *body(void *p) { struct work *w = p; w->sum = turns(w->f, w->id, w->times); return 0; }
long on_a_thread(callback f, long id, long times) {
    pthread_t t; struct work w = {f, id, times, 0};
    if (pthread_create(&t, 0, body, &w) || pthread_join(t, 0)) abort();
    return w.sum;
}
"""
DECLARED = """
typedef long (*callback)(long, long);
long turns(callback f, long id, long times);
long on_a_thread(callback f, long id, long times);
"""


def resident() -> int:
    """Bytes of private memory in use."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")


def cells_mapped() -> int:
    """Bytes of cells in regions, whether used or waiting to be used again."""
    return sum(len(view) for view in data_cells.regions())


def test_many_threads(load_c: Load) -> None:
    """32 threads, half of them of C, with the GIL held and released: every closure is made, used and closed while
    the others run, by its own thread, by another, from inside, or dropped."""
    c, held = load_c(SOURCE, DECLARED), load_c(SOURCE, DECLARED, gil="hold")
    share = CALLBACKS // THREADS
    wrong: list[object] = []
    done = [0] * THREADS
    bin_: list[farcall.Closure] = []

    def run(mine: int) -> None:
        rng = random.Random(mine)
        expected = mine * TURNS + TURNS * (TURNS - 1) // 2
        while done[mine] < share:
            calls = 0

            def callback(number: int, turn: int) -> int:
                nonlocal calls
                calls += 1
                if turn == 3 and close_inside:  # noqa: B023
                    closure.close()  # noqa: B023
                return number + turn

            closure = farcall.Closure(callback, "long (long, long)")
            close_inside = rng.random() < 0.05
            call = (c.turns, held.turns, c.on_a_thread)[rng.randrange(3) if mine % 2 else 0]
            try:
                got = call(closure, mine, TURNS)
                if not close_inside and (got != expected or calls != TURNS):
                    wrong.append((got, expected, calls))
            except farcall.ClosureError:
                if not close_inside:
                    wrong.append("closed by nobody")
            if close_inside and call is not c.on_a_thread and calls != TURNS - 3:
                wrong.append((calls, "calls before it was closed"))
            done[mine] += calls
            how = rng.random()
            if how < 0.4:
                closure.close()
            elif how < 0.6:
                bin_.append(closure)  # another thread's to close
            while len(bin_) > 50:
                try:
                    bin_.pop().close()
                except IndexError:
                    break

    hooks: list[object] = []
    before_hook, sys.unraisablehook = sys.unraisablehook, lambda args: hooks.append(args.exc_value)
    start = time.perf_counter()
    try:
        threads = [threading.Thread(target=run, args=(i,)) for i in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.unraisablehook = before_hook
    bin_.clear()
    print(f"\n{sum(done):,} callbacks on {THREADS} threads in {time.perf_counter() - start:.1f} s, {len(hooks)} late")
    assert not wrong
    assert sum(done) >= CALLBACKS * 0.99
    assert all(isinstance(error, farcall.ClosureError) for error in hooks)


def test_memory_stays_flat() -> None:
    """Closures made and dropped: the process, the code memory and the cells do not grow."""
    kinds = ("int (int)", "double (double, double)", "void (void *)")
    types = [farcall.type_of(kind.replace("(", "(*)(", 1)) for kind in kinds]

    def make(count: int) -> None:
        for number in range(count):
            closure = farcall.Closure(lambda *args: number, types[number % 3])  # noqa: B023
            if number % 2:
                closure.close()

    make(5000)
    gc.collect()
    before, code, cells = resident(), default_memory().statistics(), cells_mapped()
    start = time.perf_counter()
    make(CLOSURES)
    spent = time.perf_counter() - start
    gc.collect()
    after = default_memory().statistics()
    grown = resident() - before
    print(f"\n{CLOSURES:,} closures in {spent:.1f} s ({spent / CLOSURES * 1e6:.1f} us each)")
    print(f"resident {before:,} -> {before + grown:,} bytes; {code} -> {after}; cells {cells:,} -> {cells_mapped():,}")
    assert after.in_use <= code.in_use
    assert after.regions <= code.regions + (not executable_memory().reuse)  # the quarantine may lie in two
    assert cells_mapped() == cells
    assert grown < 1 << 20


def test_closures_for_calls_stay_flat(load_c: Load) -> None:
    """A callable passed where a function pointer is declared, again and again; with exceptions, too."""
    c = load_c(SOURCE, DECLARED)

    def bad(number: int, turn: int) -> int:
        raise KeyError(number)

    def use(count: int) -> None:
        for number in range(count):
            c.turns(lambda a, b: a, number, 1)
            if number % 10 == 0:
                with suppress(KeyError):
                    c.turns(bad, number, 2)

    use(2000)
    gc.collect()
    before, code, blocks = resident(), default_memory().statistics(), sys.getallocatedblocks()
    use(CLOSURES // 4)
    gc.collect()
    after = default_memory().statistics()
    reuse = executable_memory().reuse
    assert after.in_use <= code.in_use
    assert after.regions <= code.regions + (not reuse)
    assert sys.getallocatedblocks() - blocks < CLOSURES // 100
    # An emulator keeps, in this process, what it has translated of code that is gone.
    assert resident() - before < 1 << 20 or not reuse


def test_no_page_is_writable_and_executable() -> None:
    """While closures are made, used and closed."""
    others = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            with farcall.Closure(abs, "int (int)") as closure:
                closure(-1)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(50):
            maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
            both = [line for line in maps.splitlines() if re.match(r"\S+ .wx", line) and "[vsyscall]" not in line]
            ours = [line for line in both if line not in others]
            assert not ours
            assert re.search(r"r-xs .*memfd:farcall", maps)
            assert re.search(r"rw-s .*memfd:farcall", maps)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


SCRIPT = """
import farcall
libc = farcall.Library(None)
libc.cdef("void qsort(void *base, size_t n, size_t size, int (*compare)(const int *, const int *));")
values = farcall.array(farcall.int_, 5)([5, 3, 9, -1, 0])
for _ in range(20):
    libc.qsort(values, 5, 4, lambda a, b: a[0] - b[0])
assert list(values) == [-1, 0, 3, 5, 9]
def bad(a, b): raise KeyError
try:
    libc.qsort(values, 5, 4, bad)
except KeyError:
    pass
text = farcall.Closure(lambda s, x: s * int(x), "const char *(const char *, double)")
assert text("ab", 3.0) == "ababab"
closures = [farcall.Closure(lambda x, i=i: x + i, "long (long)") for i in range(300)]
assert [c(1) for c in closures] == list(range(1, 301))
del closures
libc.cdef("int pthread_create(unsigned long *t, void *a, void *(*f)(void *), void *x);"
          "int pthread_join(unsigned long t, void **r);")
thread, body = farcall.ulong(0), farcall.Closure(lambda p: p, "void *(void *)")
assert libc.pthread_create(thread, None, body, 77) == 0 == libc.pthread_join(thread.value, None)
print("fine")
"""


@pytest.mark.skipif("FARCALL_VALGRIND" not in os.environ, reason="takes a minute: set FARCALL_VALGRIND=1")
def test_valgrind() -> None:
    """Memcheck, with Python's own memory on malloc: no error in generated code, none in what it calls.

    Not counted: reading words of the stack that nobody wrote, where Python's `bytes.find` looks in a copy of it for
    the call that an exception belongs to; and the digit of CPython's zero, which it never writes.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        pytest.skip("needs valgrind")
    options = ("--smc-check=all", "--num-callers=30")  # all: code in a memfd counts as a file's to valgrind
    done = subprocess.run(
        [valgrind, *options, sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONMALLOC": "malloc", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.stdout == "fine\n", done.stderr[-3000:]
    reports = re.split(r"==\d+== \n", done.stderr)
    assert any("ERROR SUMMARY" in report for report in reports)
    accesses = [r for r in reports if re.match(r"==\d+== (Invalid|Jump|Mismatched|Syscall)", r) and FRAME.search(r)]
    inside = [r for r in reports if re.match(r"==\d+== (Use|Conditional)", r) and TOP.search(r)]
    assert not accesses, "\n".join(accesses[:5])
    assert not inside, "\n".join(inside[:5])


FRAME = re.compile(r"memfd:farcall")
TOP = re.compile(r"\A==\d+== .*\n==\d+==    at .*memfd:farcall")
