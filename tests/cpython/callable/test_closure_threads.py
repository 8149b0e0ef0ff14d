"""Closures called from every kind of thread, and while the interpreter goes away."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import farcall

Compile = Callable[..., Path]
Load = Callable[..., farcall.Library]

SOURCE = r"""
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
typedef long (*callback)(long, long);
typedef struct { double x, y, z; } vector;
struct work { callback f; long id, times, sum; };
static void *body(void *p) {
    struct work *w = p;
    for (long i = 0; i < w->times; i++) w->sum += w->f(w->id, i);
    return 0;
}
long on_threads(callback f, long threads, long times) {
    pthread_t all[64]; struct work work[64]; long sum = 0;
    for (long i = 0; i < threads; i++) {
        work[i] = (struct work){f, i, times, 0};
        if (pthread_create(&all[i], 0, body, &work[i])) abort();
    }
    for (long i = 0; i < threads; i++) { pthread_join(all[i], 0); sum += work[i].sum; }
    return sum;
}
long here(callback f, long times) {
    struct work work = {f, 0, times, 0}; body(&work); return work.sum;
}
/* A thread that goes on for ever; at_end() stops it and tells what it saw. */
static callback f0; static vector (*v0)(int); static pthread_t endless; static atomic_int stop, started;
static atomic_long calls, stated, odd, vectors;
static void *for_ever(void *p) {
    while (!stop) {
        long got = f0(1, 2);
        calls++; started = 1;
        if (got == -77) stated++; else if (got != 3) odd++;
        if (v0) { vector v = v0(1); if (v.x == 1.5 && v.y == 2.5 && v.z == 3.5) vectors++; else if (v.x != 9) odd++; }
    }
    return 0;
}
static void at_end(void) {
    usleep(20000);
    stop = 1;
    int lost = pthread_join(endless, 0);
    long after = f0(1, 2);
    printf("%s: %ld odd, after %ld, %s\n", stated ? "stated" : "never stated", odd, after,
           lost ? "lost" : v0 && !vectors ? "no vectors" : "joined");
    fflush(stdout);
}
void start(callback f, vector (*v)(int)) {
    f0 = f; v0 = v; atexit(at_end);
    if (pthread_create(&endless, 0, for_ever, 0)) abort();
    while (!started) usleep(100);
}
void at_exit_only(callback f) { f0 = f; stop = 1; atexit(at_end); pthread_create(&endless, 0, for_ever, 0); }
"""
DECLARED = """
typedef long (*callback)(long, long);
typedef struct { double x, y, z; } vector;
long on_threads(callback f, long threads, long times);
long here(callback f, long times);
void start(callback f, vector (*v)(int));
void at_exit_only(callback f);
"""


@pytest.fixture
def c(load_c: Load) -> farcall.Library:
    return load_c(SOURCE, DECLARED)


def test_threads_of_c(c: farcall.Library) -> None:
    """Threads that Python has never seen, many at once."""
    seen: dict[int, list[tuple[int, int]]] = {}

    def callback(number: int, turn: int) -> int:
        seen.setdefault(threading.get_ident(), []).append((number, turn))
        return number * 1000 + turn

    assert c.on_threads(callback, 16, 200) == sum(n * 1000 + t for n in range(16) for t in range(200))
    assert len(seen) == 16
    assert threading.get_ident() not in seen
    for calls in seen.values():
        assert calls == [(calls[0][0], turn) for turn in range(200)]
    assert sorted(calls[0][0] for calls in seen.values()) == list(range(16))


def test_threads_of_python(load_c: Load) -> None:
    """Holding the GIL while in C, and not; several closures at once."""
    for gil in ("hold", "release"):
        library = load_c(SOURCE, DECLARED, gil=gil)
        sums: list[int] = []

        def run(mine: int) -> None:
            sums.append(library.here(lambda _, turn: turn + mine, 500))  # noqa: B023

        threads = [threading.Thread(target=run, args=(i,)) for i in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(sums) == [sum(range(500)) + 500 * i for i in range(12)]


def test_calling_on_from_a_thread_of_c(c: farcall.Library) -> None:
    """Python on a thread of C calls C, which calls Python: held, released, and with threads of its own."""
    held = farcall.Library(c.path, gil="hold")
    held.cdef(DECLARED)

    def inner(number: int, turn: int) -> int:
        return number + turn

    def callback(number: int, turn: int) -> int:
        total = c.here(inner, 10) + held.here(inner, 10)
        return total + (c.on_threads(inner, 2, 3) if turn == 0 else 0)

    once = 2 * sum(range(10))
    assert c.on_threads(callback, 4, 5) == 4 * (5 * once + 9)


def test_the_gil_is_given_back(c: farcall.Library) -> None:
    """What C calls without the GIL leaves it free, and a thread of C leaves no thread state behind."""
    before = sys._current_frames().keys()
    c.on_threads(lambda a, b: 0, 8, 50)
    assert sys._current_frames().keys() == before
    assert c.here(lambda a, b: 1, 1000) == 1000


# The end of the interpreter


def run(library: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    head = f"import farcall, sys\nlib = farcall.Library({str(library)!r})\nlib.cdef({DECLARED!r})\n"
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", head + textwrap.dedent(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


NUMBER = """
f = farcall.Closure(lambda a, b: a + b, "long (long, long)", on_error=-77)
"""
START = {
    "number": NUMBER + "lib.start(f, None)\n",
    "struct": NUMBER
    + """
V = lib.types.vector
v = farcall.Closure(lambda n: V(9), lib.types["vector (*)(int)"], on_error=(1.5, 2.5, 3.5))
lib.start(f, v)
""",
}
ENDS = {
    "at once": "",
    "busy": "sum(range(10**6))",
    "sys.exit": "sys.exit(0)",
    "atexit": "import atexit; atexit.register(lambda: sum(range(10**6)))",
    "garbage": """
f(1, 2)
class G:
    def __del__(self):
        f.closed or f(1, 2)
g = G()
g.me = g
""",
    "threads": """
import threading
for _ in range(3):
    threading.Thread(target=lambda: [f(1, 2) for _ in range(10**5)], daemon=True).start()
""",
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("start", START)
def test_a_thread_of_c_outlives_python(compile_c: Compile, end: str, start: str) -> None:
    """It calls before, during and after the interpreter's end: it gets results, then the error value, is never
    killed, and nothing crashes."""
    for _ in range(2):
        done = run(compile_c(SOURCE), START[start] + ENDS[end])
        assert done.returncode == 0, done.stderr
        assert done.stdout == "stated: 0 odd, after -77, joined\n", done.stderr
        assert not done.stderr


def test_c_calls_when_python_is_gone(compile_c: Compile) -> None:
    """An exit handler of C, on the main thread."""
    for script in (
        "f = farcall.Closure(lambda a, b: a + b, 'long (long, long)', on_error=-77); lib.at_exit_only(f)",
        "f = farcall.Closure(lambda a, b: a + b, 'long (long, long)', on_error=-77); lib.at_exit_only(f)\n"
        "import builtins; builtins.kept = f",
    ):
        done = run(compile_c(SOURCE), script)
        assert done.returncode == 0, done.stderr
        assert "after -77, joined" in done.stdout
        assert not done.stderr


def test_exit_handlers_of_python_may_still_call(compile_c: Compile) -> None:
    """Also those that run after farcall's own."""
    done = run(
        compile_c(SOURCE),
        """
        import atexit
        atexit._run_exitfuncs()                     # farcall's among them: the gate is shut
        print(lib.here(lambda a, b: b, 5), farcall.Closure(abs, "int (int)")(-3))
        held = farcall.Library(lib.path, gil="hold")
        held.cdef("long here(long (*f)(long, long), long times);")
        print(held.here(lambda a, b: b, 5))
        print(lib.on_threads(farcall.Closure(lambda a, b: 1, "long (long, long)", on_error=-7), 2, 3))
        """,
    )
    assert done.stdout == "10 3\n10\n-42\n", done.stderr
    assert done.returncode == 0
    assert not done.stderr


def test_a_finalizer_may_call_late(compile_c: Compile) -> None:
    """Objects die while the interpreter is taken down: their calls go on, their callbacks give the error value."""
    done = run(
        compile_c(SOURCE),
        """
        import operator, os
        class Late:
            def __init__(self):
                f = farcall.Closure(operator.add, "long (long, long)", on_error=-77)
                self.f, self.here = lib.types.callback(f), lib.here
            def __del__(self, write=os.write):
                write(1, b"late %d\\n" % self.here(self.f, 2))
        late = Late()
        cycle = Late()
        cycle.me = cycle
        """,
        FARCALL_TIER="fast",  # the other asks Python for each pointer, which imports no more by then
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "late -154\n" * 2, done.stderr
    assert not done.stderr


def test_exit_waits_for_a_callback(compile_c: Compile) -> None:
    """A callback that runs when the program ends is finished, if it does not take long."""
    done = run(
        compile_c(SOURCE),
        """
        import threading, time
        inside = threading.Event()
        def slow(a, b):
            inside.set()
            time.sleep(0.1)
            print("finished")
            return 0
        f = farcall.Closure(slow, "long (long, long)")
        threading.Thread(target=lib.on_threads, args=(f, 1, 1), daemon=True).start()
        inside.wait()
        """,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "finished\n"
