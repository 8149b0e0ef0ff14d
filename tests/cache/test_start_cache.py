"""Images that a process leaves for the next: what is called through them is as it is without."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.cache import place
from tests.cache.starts import EARLY, LIBM, Run, needs_images
from tests.conftest import Compile

pytestmark = needs_images
SOURCE = """
#include <string.h>
typedef int (*callback)(int);
int apply(callback f, int x) { return f(x) + 1; }
int twice(int x) { return 2 * x; }
unsigned length(const char *text) { return text ? strlen(text) : 99; }
double total(const double *items, int count) { double sum = 0; while (count--) sum += *items++; return sum; }
static callback kept;
void keep(void *f) { kept = f; }
int use(int x) { return kept ? kept(x) : -1; }
"""


def test_the_second_start_loads_nothing_else(left: Path, run: Run) -> None:
    before = left.stat().st_mtime_ns
    assert (
        run(LIBM + f"print(early, f(0.75, 4), {EARLY}, f.__name__, f.__module__, f.__doc__)").startswith(
            "True 12.0 True ldexp farcall ldexp(x, e"
        )
        or run(LIBM + "print(early, f(0.75, 4))") == "True 12.0"
    )
    assert left.stat().st_mtime_ns == before
    assert [file.name for file in left.parent.iterdir() if file.suffix == ".so"] == [left.name]


def test_an_array_of_numpys_is_memory_for_what_was_bound_early(run: Run) -> None:
    pytest.importorskip("numpy", reason="needs numpy")
    code = f"""
import sys, farcall
f = farcall.Library("libc.so.6").function("size_t strnlen(const void *s, size_t most)")
early = {EARLY}
import numpy
print(early, *[f(numpy.array([1, 2, 3, 0, 5], "u1"), 5) for _ in range(3)])
"""
    assert [run(code), run(code)] == ["False 3 3 3", "True 3 3 3"]


def test_what_is_asked_of_a_function_wakes_all_the_rest(left: Path, run: Run) -> None:
    code = (
        LIBM
        + """
same = f, hash(f), f.__self__ is f.__self__, f.__name__
from farcall.cpython.callable.function import Description
assert isinstance(f.__self__, Description)
assert (f, hash(f), True, "ldexp") == same
cos = m.function("double cos(double)")
assert type(f.__self__) is Description
print(early, f.__self__.prototype, f.__self__.library is m, f.__self__.gil, f(0.75, 4), m.name, cos(0.0))
print(repr(f.__self__).split(" at ")[0], f.__self__.placement.arguments[1].type, "call" in f.__self__.listing)
m.close()
try: f(1.0, 1)
except farcall.LibraryClosedError as error: print(error)
"""
    )
    assert run(code).splitlines() == [
        "True double ldexp(double x, int e) True release 12.0 libm.so.6 1.0",
        "<foreign double ldexp(double x, int e) int True",
        "ldexp(): libm.so.6 is closed",
    ]


@pytest.mark.parametrize("act", ["m.nowhere", "m.function('int f(')", "m.function('int')", "m.close(1)"])
def test_refusals_are_the_same(left: Path, run: Run, act: str) -> None:
    code = LIBM + f"\ntry: {act}\nexcept Exception as error: print(type(error).__name__, str(error))"
    assert run(code) == run(code, FARCALL_CACHE="off") != ""


def test_pickles_and_copies_are_the_same(left: Path, run: Run) -> None:
    code = (
        LIBM
        + "import copy, pickle; print(pickle.loads(pickle.dumps(f))(0.75, 4), copy.copy(f) is f, copy.deepcopy(m) is m)"
    )
    assert run(code) == run(code, FARCALL_CACHE="off") != ""


def test_wrong_arguments_raise_what_they_raise_without_an_image(left: Path, run: Run) -> None:
    code = (
        LIBM
        + """
from decimal import Decimal
from fractions import Fraction
class Index:
    def __index__(self): return 3
class Raising:
    def __float__(self): raise RuntimeError("raised by __float__")
    __index__ = __float__
for given in ((), (1.0,), (1, 2, 3), ("a", 1), (1.0, "a"), (1.0, 1 << 31), (1.0, 1 << 80), (1.0, -1 << 400), (10 ** 400, 1),
              (None, 1), (1.0, None), (1.0, 0.5), (1j, 1), (Decimal("1.5"), 1), (Fraction(1, 4), Index()), (Raising(), 1),
              (1.0, Raising()), (True, True)):
    try: print(f(*given))
    except Exception as error: print(type(error).__name__, str(error))
for named in ({"x": 0.75, "e": 4}, {"x": 1}, {"y": 1}, {"x": 1, "e": "a"}):
    try: print(f(**named), f(0.75, e=2))
    except TypeError as error: print(str(error))
"""
    )
    assert run(code) == run(code, FARCALL_CACHE="off") != ""


def test_text_and_buffers(compile_c: Compile, run: Run) -> None:
    code = f"""
import sys, array, farcall
m = farcall.Library(sys.argv[1])
length = m.function("unsigned length(const char *text)")
total = m.function("double total(const double *items, int count)", gil="hold")
early = {EARLY}
print(length("text"), length("\\xe9"), length(b"bytes"), length(None), total(array.array("d", [1.5, 2.5]), 2), early)
for given in ((length, 5), (length, "t\\0t"), (length, [1]), (total, b"abc", 0), (total, array.array("i", [1]), 0),
              (total, [1.5], 1)):
    try: print(given[0](*given[1:]))
    except Exception as error: print(type(error).__name__, str(error))
items = farcall.array(farcall.double, 2)([3, 4])
print(total(items, 2), total(farcall.cast("double *", items), 2), total(farcall.new("double [2]", (1, 1)), 2))
"""
    library = compile_c(SOURCE)
    cold, warm = run(code, library), run(code, library)
    assert warm == cold.replace("False", "True", 1)
    assert "True" in warm
    assert "7.0 7.0 2.0" in warm


def test_callbacks_raise_through_a_function_of_an_image(compile_c: Compile, run: Run) -> None:
    code = f"""
import sys, farcall
m = farcall.Library(sys.argv[1])
twice, keep, use = [m.function(text) for text in ("int twice(int x)", "void keep(void *f)", "int use(int x)")]
early = {EARLY}
print(early, use(1), twice(4))
def fail(x):
    if x == 3: raise KeyError("three")
    return x * 10
fails = farcall.Closure(fail, "int (int)")
keep(fails)
print(use(2))
try: use(3)
except KeyError as error: print("raised", error)
apply = m.function("int apply(int (*f)(int), int x)")
again = farcall.function(twice, "int (int)")
print(apply(twice, 5), apply(use, 7), apply(fails, 1), again(6), int(farcall.cast("void *", twice)) == m.address("twice"))
"""
    library = compile_c(SOURCE)
    cold, warm = run(code, library), run(code, library)
    assert cold == "False -1 8\n20\nraised 'three'\n11 71 11 12 True"
    assert warm == cold.replace("False", "True")


def test_a_function_that_is_bound_several_times(run: Run) -> None:
    code = (
        LIBM
        + f"""
g = m.function('double ldexp(double x, int e)')
h = farcall.Library('libm.so.6').function('double ldexp(double x, int e)', gil='hold')
print({EARLY}, f is g, f == g, [one(0.75, 4) for one in (f, g, h)])
"""
    )
    assert run(code) == "False False False [12.0, 12.0, 12.0]"
    assert run(code) == "True False False [12.0, 12.0, 12.0]"
    assert run(code + "print(f.__self__.gil, h.__self__.gil, h.__self__.library is m, g(0.5, 1))") == (
        "True False False [12.0, 12.0, 12.0]\nrelease hold False 1.0"
    )


def test_a_fork_with_functions_of_an_image(left: Path, run: Run) -> None:
    code = (
        LIBM
        + """
import os
child = os.fork()
if not child:
    print(f(0.75, 4), m.function("double cos(double)")(0.0), f.__self__.name, flush=True)
    sys.exit()
assert os.waitpid(child, 0)[1] == 0
print(early, f(0.5, 1), 'farcall.cpython' in sys.modules)
"""
    )
    assert run(code) == "12.0 1.0 ldexp\nTrue 1.0 False"


def test_threads_that_wake_everything_at_once(left: Path, run: Run) -> None:
    code = (
        LIBM
        + """
import threading
told, start = [], threading.Barrier(6)
def work(number):
    start.wait()
    if number % 3 == 0:
        try: f("x", 1)
        except TypeError as error: told.append(str(error))
    elif number % 3 == 1: told.append(f.__self__.prototype)
    else: told.append(m.function("double cos(double)")(0.0))
threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
for one in threads: one.start()
for one in threads: one.join()
print(early, sorted(map(str, told)), f(0.75, 4))
"""
    )
    each = ["1.0", "double ldexp(double x, int e)", "ldexp() parameter 'x' must be a number for double, not str"]
    assert run(code) == f"True {sorted(2 * each)} 12.0"


def test_what_cannot_be_in_an_image_is_known_the_next_time(run: Run, tmp_path: Path) -> None:
    code = "import farcall; print(farcall.Library('libc.so.6').function('struct { int q, r; } div(int, int)')(7, 2).q)"
    assert [run(code), run(code)] == ["3", "3"]
    (file,) = (tmp_path / "images").glob("*/*.so")
    before = file.stat().st_mtime_ns
    run(code)
    assert file.stat().st_mtime_ns == before
    assert len([*file.parent.glob("*.so")]) == 1


def test_there_are_so_many_files_and_no_more(run: Run, tmp_path: Path) -> None:
    for number in range(place.MOST + 1):
        code = f"import farcall; farcall.Library('libm.so.6').function('double cos(double x{number})')(0.0)"
        run(code)
    assert [file.name[-5:] for file in (tmp_path / "images").glob("*/*.so")] == [f"-{place.MOST + 1}.so"]


def test_audit_events_are_raised(left: Path, run: Run) -> None:
    code = """
import sys
seen = []
sys.addaudithook(lambda event, given: event.startswith('farcall') and seen.append((event, *given)))
"""
    assert run(code + LIBM + "print(early, [event[:2] for event in seen])") == (
        "True [('farcall.open', 'libm.so.6'), ('farcall.bind', 'ldexp')]"
    )


def test_finalizers_may_call_when_python_ends(left: Path, run: Run) -> None:
    code = """
import os
class Last:
    def __del__(self, write=os.write, f=f):
        write(1, b"%d" % f(0.75, 4))
        try: f("x", 1)
        except Exception: write(1, b" refused")
sys.last = sys.modules["builtins"].last = Last()
print(early, end=" ", flush=True)
"""
    assert run(LIBM + code) == "True 12 refused"


def test_a_builtin_shows_the_same_before_and_after(left: Path, run: Run) -> None:
    code = LIBM + "a = repr(f).split(' at ')[0]; m.name; print(early, a == repr(f).split(' at ')[0], a)"
    assert run(code) == f"True {run(code, FARCALL_CACHE='off').partition(' ')[2]}"


def test_garbage_is_finalized(compile_c: Compile, run: Run) -> None:
    code = f"""
import gc, sys, farcall
gc.disable()
m = farcall.Library(sys.argv[1])
f = m.function("int twice(int x)")
early = {EARLY}
class Last:
    def __del__(self):
        try: print(self.act())
        except Exception as error: print(type(error).__name__, error)
a, b, c = Last(), Last(), Last()
a.me, b.me, c.me = b, c, a
a.act, b.act, c.act = lambda f=f: f("x"), lambda m=m: m.close(), lambda f=f: f(2)
del a, b, c, f, m
gc.collect()
print(early)
"""
    library = compile_c(SOURCE)
    cold, warm = run(code, library), run(code, library)
    assert cold.splitlines() == [
        "TypeError twice() parameter 'x' must be an int for int, not str",
        "None",
        f"LibraryClosedError twice(): {library} is closed",
        "False",
    ]
    assert warm == cold.replace("False", "True")


def test_a_closed_library_is_unloaded(compile_c: Compile, run: Run) -> None:
    source = """
#include <unistd.h>
int f(void) { return 1; }
__attribute__((destructor)) static void end(void) { write(1, "gone ", 5); }
"""
    code = (
        f"import os, sys, farcall; m = farcall.Library(sys.argv[1]); f = m.function('int f(void)'); early = {EARLY}; "
    )
    code += "f(); m.close(); os.write(1, b'closed %d' % early)"
    library = compile_c(source)
    assert [run(code, library) for _ in range(2)] == ["gone closed 0", "gone closed 1"]


def test_a_builtin_is_found_by_its_hash_when_its_library_is_closed(left: Path, run: Run) -> None:
    code = LIBM + "before = {f: hash(f)}; f(0.75, 4); m.name; m.close(); print(early, before[f] == hash(f))"
    assert [run(code, FARCALL_CACHE="off"), run(code)] == ["False True", "True True"]


def test_a_label_is_heeded_the_next_time(compile_c: Compile, run: Run) -> None:
    library = compile_c("int real(int n) { return 2 * n; } int other(int n) { return -n; }")
    code = "import sys, farcall; m = farcall.Library(sys.argv[1]); "
    code += (
        "f = m.function('int other(int n) __asm__(\"real\")'); g = m.function('int other(int n)'); print(f(3), g(4))"
    )
    assert [run(code, library) for _ in range(2)] == ["6 8", "6 8"]
