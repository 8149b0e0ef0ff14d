"""Subinterpreters, those that share the GIL and those that have their own: each uses farcall as if it were alone, and what C calls
enters the interpreter that made it. Every test is a process: CPython aborts it for a thread that is in the wrong one.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.conftest import Compile

OLD = sys.version_info < (3, 13)
MODULE = "_xxsubinterpreters" if OLD else "_interpreters"
pytest.importorskip(MODULE, reason="this Python makes no subinterpreters")
from_312 = pytest.mark.skipif(sys.version_info < (3, 12), reason="farcall is refused there")
KINDS = [pytest.param(kind, marks=from_312) for kind in ("legacy", "isolated")]
ROOT = Path(__file__).parents[2]

SOURCE = """
#include <errno.h>
#include <pthread.h>
typedef int (*callback)(int);
int call(callback f, int n) { return f(n); }
int twice(callback f, callback g, int n) { return f(g(n)); }
int fails(int e) { errno = e; return -1; }
struct work { callback f; int n, times, result; };
static void *run(void *p) { struct work *w = p; for (int i = 0; i < w->times; i++) w->result = w->f(w->n); return 0; }
int threaded(callback f, int n, int times) {
    struct work w = { f, n, times, 0 };
    pthread_t t;
    pthread_create(&t, 0, run, &w);
    pthread_join(t, 0);
    return w.result;
}
static callback kept;
void keep(callback f) { kept = f; }
callback what_is_kept(void) { return kept; }
static pthread_t busy;
static volatile int stop, last, count;
static void *loop(void *p) { while (!stop) { last = kept(7); count++; } return 0; }
void start(void) { stop = count = 0; pthread_create(&busy, 0, loop, 0); }
void until(int n) { n += count; while (count < n); }
int finish(void) { stop = 1; pthread_join(busy, 0); return last; }
"""
#: What an interpreter does with farcall, all of it.
INSIDE = """
import sys
sys.path[:] = {path!r}
import farcall, threading
from farcall import seed
sys.setswitchinterval(0.0005)
def library(**options):
    made = farcall.Library({library!r}, **options)
    made.cdef('''typedef int (*callback)(int); int call(callback f, int n); int twice(callback f, callback g, int n);
        int fails(int e); int threaded(callback f, int n, int times); void keep(callback f); callback what_is_kept(void);
        void start(void); void until(int n); int finish(void);''')
    return made
lib, held = library(errno=True), library(gil="hold", errno=True)
def here(n):
    assert seed.word_function(seed.symbol("PyInterpreterState_Get"), 0)() == seed.INTERPRETER
    farcall.errno(5)
    return n + number
def wrong(n):
    raise KeyError(n)
number = {number}
closure = farcall.Closure(here, "int (*)(int)")
bad = farcall.Closure(wrong, "int (*)(int)", on_error=-5)
def work():
    for either in lib, held:
        assert either.call(closure, 4) == 4 + number
        assert either.twice(closure, closure, 4) == 4 + 2 * number
        assert either.fails(number) == -1 and farcall.errno() == number
        try:
            either.call(bad, 3)
        except KeyError as error:
            assert error.args == (3,)
        else:
            raise AssertionError("it was lost")
    assert lib.threaded(closure, 1, 3) == 1 + number
    assert lib.threaded(lambda n: n * number, 2, 3) == 2 * number
"""
OUTSIDE = """
import {module} as interpreters
def make():
    return interpreters.create({kind})
def run(made, code):
    failed = interpreters.{run}(made, code)
    assert failed is None, failed.formatted if hasattr(failed, "formatted") else failed
"""


def carry_out(compile_c: Compile, kind: str, code: str) -> tuple[list[str], list[str]]:
    """The lines that a program prints, and its errors'. In it `make()` makes an interpreter of a kind, `run(made, inside(n))` has
    it do all that INSIDE says, and `run(made, text)` more."""
    how = {"legacy": "isolated=False", "isolated": "isolated=True"} if OLD else {kind: repr(kind)}
    inside = INSIDE.format(path=[str(ROOT / "src"), *sys.path], library=str(compile_c(SOURCE)), number="NUMBER")
    outside = OUTSIDE.format(module=MODULE, kind=how[kind], run="run_string" if OLD else "exec")
    program = f"INSIDE = {inside!r}\ndef inside(n): return INSIDE.replace('NUMBER', str(n))\n" + outside
    program += "exec(inside(1000))\n" + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False)
    assert not done.returncode, done.stderr
    return done.stdout.splitlines(), done.stderr.splitlines()


@pytest.mark.parametrize("kind", KINDS)
def test_an_interpreter_does_all_that_the_main_one_does(compile_c: Compile, kind: str) -> None:
    """On threads of its own and of C's; its closures are called from the main one, and the other way round, nested."""
    said, errors = carry_out(
        compile_c,
        kind,
        """
        one, other = make(), make()
        for made, number in (one, 20), (other, 30):
            run(made, inside(number) + "work(); t = threading.Thread(target=work); t.start(); t.join(); lib.keep(closure)")
        work()
        theirs = farcall.cast("int (*)(int)", lib.what_is_kept())
        there = lambda n: (theirs(n), held.call(theirs, n), lib.threaded(theirs, n, 2))
        assert there(1) == (31, 31, 31)
        assert there(1) == (31, 31, 31)
        both = farcall.Closure(lambda n: sum(there(n)), "int (*)(int)")
        assert held.call(both, 0) == lib.call(both, 0) == lib.threaded(both, 0, 1) == 90
        run(one, f"ours = farcall.cast('int (*)(int)', {both.address}); assert ours(1) == 93, ours(1)")
        run(one, "assert held.twice(closure, ours, 1) == 113 and lib.twice(ours, closure, 1) == 153")
        run(one, "assert lib.threaded(ours, 1, 2) == 93; work()")
        run(other, "lib.keep(bad)")
        print(held.call(lib.what_is_kept(), 8))  # no call of the interpreter that raises is under way there
        run(other, "lib.keep(closure)")
        interpreters.destroy(other)
        print(lib.call(lib.what_is_kept(), 1), lib.threaded(lib.what_is_kept(), 1, 1))
        run(one, "work()")
        interpreters.destroy(one)
        work()
        """,
    )
    assert said == ["-5", "0 0"]
    told = [line for line in errors if "interpreter is gone" in line]
    assert told == ["farcall: C called a closure whose interpreter is gone; it got the error value"]
    assert [line for line in errors if "KeyError" in line] == ["KeyError: 8"]


@pytest.mark.parametrize("kind", KINDS)
def test_several_work_at_once(compile_c: Compile, kind: str) -> None:
    carry_out(
        compile_c,
        kind,
        """
        made = [make() for _ in range(3)]
        def busy(number, one):
            try:
                run(one, inside(number) + "for _ in range(10): work()")
                ended.append(number)
            finally:
                interpreters.destroy(one)
        ended = []
        threads = [threading.Thread(target=busy, args=pair) for pair in enumerate(made, 1)]
        for thread in threads:
            thread.start()
        for _ in range(10):
            work()
        for thread in threads:
            thread.join()
        assert sorted(ended) == [1, 2, 3]
        """,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_an_interpreter_ends_while_c_calls_it(compile_c: Compile, kind: str) -> None:
    """The calls that come in wait no more, and those that are in are waited for."""
    said, _ = carry_out(
        compile_c,
        kind,
        """
        for _ in range(3):
            made = make()
            run(made, inside(9) + "lib.keep(closure); lib.start(); lib.until(20)")
            interpreters.destroy(made)
            lib.until(20)
            print(lib.finish())
        """,
    )
    assert said == ["0", "0", "0"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="farcall runs there")
def test_older_pythons_are_told_why_not() -> None:
    program = f"""
    import {MODULE} as interpreters
    made = interpreters.create()
    code = "import sys; sys.path[:] = {[str(ROOT / "src"), *sys.path]!r}\\ntry: import farcall\\nexcept ImportError as e: print(e)"
    interpreters.run_string(made, code)
    interpreters.destroy(made)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    assert done.stdout == (
        "farcall can be used in subinterpreters from CPython 3.12 on; older ones do not tell in which one a thread is\n"
    )


@pytest.mark.skipif(sys.version_info < (3, 14), reason="concurrent.interpreters is new in 3.14")
def test_a_pool_of_interpreters() -> None:
    program = """
    import sys
    sys.path[:0] = [{root!r}]
    from concurrent.futures import InterpreterPoolExecutor
    code = "import sys; sys.path[:] = {path!r}; import farcall; sys.c_abs = farcall.Library('libc.so.6').function('int abs(int)')"
    with InterpreterPoolExecutor(2, initializer=exec, initargs=(code,)) as pool:
        print(sum(pool.map(eval, [f"__import__('sys').c_abs(-{{n}})" for n in range(20)])))
    """.format(root=str(ROOT), path=[str(ROOT / "src"), *sys.path])
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.stdout, done.stderr) == ("190\n", "")
