"""Images that a process leaves for the next: what is called through them is as it is without, and what is wrong is ignored."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from farcall.cache import place
from farcall.cpython.facts import interpreter
from tests.conftest import Compile

pytestmark = pytest.mark.skipif(
    not interpreter.interpreter("fast").fast, reason="images are kept for Pythons whose objects are known"
)
#: Whether nothing of farcall but the entrance was loaded.
EARLY = "'farcall.cpython' not in sys.modules"
LIBM = f"import sys, farcall; m = farcall.Library('libm.so.6'); f = m.function('double ldexp(double x, int e)'); early = {EARLY}; "
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

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a program with a cache of the test's own, and gives what it prints."""
    return runner(tmp_path / "images")


def runner(images: Path) -> Run:
    def run(code: str, *arguments: object, options: tuple[str, ...] = (), **environment: str) -> str:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(
            [sys.executable, *options, "-c", code, *map(str, arguments)],
            capture_output=True, text=True, env={**kept, "FARCALL_CACHE": str(images), **environment},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout.strip()

    return run


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an image of `ldexp`."""
    images = tmp_path_factory.mktemp("warm") / "images"
    assert runner(images)(LIBM + "print(early)") == "False"
    return images


@pytest.fixture
def left(warm: Path, tmp_path: Path, run: Run) -> Path:
    """The file of that image, copied to where `run` looks for it."""
    shutil.copytree(warm, tmp_path / "images")
    (file,) = (tmp_path / "images").glob("*/*.so")
    return file


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


def damaged(file: Path, how: str) -> None:
    data = file.read_bytes()
    if how == "empty":
        file.write_bytes(b"")
    elif how == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif how == "bit":
        file.write_bytes(data[:1000] + bytes([data[1000] ^ 1]) + data[1001:])
    elif how == "no ELF":
        file.write_bytes(place.sealed(b"something else entirely"))
    elif how == "other library's":
        file.rename(file.with_name(f"{place.name_of('libc.so.6')}-1.so"))
        shutil.copy(file.with_name(f"{place.name_of('libc.so.6')}-1.so"), file)
        file.write_bytes(place.sealed(data[:64]))
    elif how == "writable by others":
        file.chmod(0o666)
    elif how == "directory open to others":
        file.parent.chmod(0o755)
    elif how == "a link":
        file.rename(file.with_name("elsewhere"))
        file.symlink_to("elsewhere")
    elif how == "a directory":
        file.unlink()
        file.mkdir()
    elif how == "a pipe":
        file.unlink()
        os.mkfifo(file)
    else:
        file.parent.parent.chmod(0o777)


HOW = (
    "empty", "cut", "bit", "no ELF", "other library's", "writable by others", "directory open to others", "a link",
    "a directory", "a pipe", "anybody can put another in its place",
)  # fmt: skip


@pytest.mark.parametrize("how", HOW)
def test_what_is_damaged_or_not_only_the_users_is_ignored(left: Path, run: Run, how: str) -> None:
    damaged(left, how)
    assert run(LIBM + "print(early, f(0.75, 4))") == "False 12.0"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_somebody_else_owns_is_ignored(left: Path, run: Run, what: str) -> None:
    os.chown(left if what == "file" else left.parent, 65534, 65534)
    assert run(LIBM + "print(early, f(0.75, 4))") == "False 12.0"


def test_a_library_that_has_changed(compile_c: Compile, tmp_path: Path, run: Run) -> None:
    library = tmp_path / "libchanging.so"
    code = f"import sys, farcall; f = farcall.Library(sys.argv[1]).function('int f(void)'); print(f(), {EARLY})"
    shutil.copy(compile_c("int f(void) { return 1; }", "first"), library)
    assert [run(code, library), run(code, library)] == ["1 False", "1 True"]
    library.unlink()
    shutil.copy(compile_c("int g(void) { return 3; } int f(void) { return 2; }", "second"), library)
    assert [run(code, library) for _ in range(3)] == ["2 False", "2 True", "2 True"]
    library.unlink()
    missing = f"""
import sys, farcall
try: farcall.Library(sys.argv[1])
except farcall.LibraryError as error: print({EARLY}, 'no library' in str(error))
"""
    assert run(missing, library) == "False True"


def test_other_sources_or_surroundings_have_other_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = place.directory()
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "file.py").write_text("x = 1\n")
    before = place._sources(str(tmp_path))
    (tmp_path / "room" / "file.py").write_text("x = 22\n")
    assert place._sources(str(tmp_path)) != before
    for change in (
        lambda: monkeypatch.setattr(place, "_sources", lambda _: before),
        lambda: monkeypatch.setattr(sys, "version", "another"),
        lambda: monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path)),
        lambda: monkeypatch.setattr(place, "SEARCHED", str(tmp_path)),
    ):
        change()
        assert place.directory() != here
        here = place.directory()
    monkeypatch.setattr(place, "PROGRAM", str(tmp_path / "none" / "x"))


def test_many_processes_at_once(tmp_path: Path, run: Run) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "FARCALL_CACHE": str(tmp_path / "images")}
    processes = [
        subprocess.Popen([sys.executable, "-c", LIBM + "print(f(0.75, 4))"], env=environment, stdout=subprocess.PIPE)
        for _ in range(16)
    ]
    assert [process.communicate()[0] for process in processes] == [b"12.0\n"] * 16
    assert [process.returncode for process in processes] == [0] * 16
    (file,) = (tmp_path / "images").glob("*/*.so")
    assert place.intact(str(file))
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []
    assert run(LIBM + "print(early, f(0.75, 4))") == "True 12.0"


@pytest.mark.parametrize("where", ["/dev/null/images", "/proc/images"])
def test_where_nothing_can_be_written(run: Run, where: str) -> None:
    assert run(LIBM + "print(early, f(0.75, 4))", FARCALL_CACHE=where) == "False 12.0"


@pytest.mark.parametrize("home", ["/proc/nowhere", "nowhere", "/dev/null"])
def test_without_a_home(home: str) -> None:
    surroundings = {"HOME": home, "XDG_CACHE_HOME": "", "FARCALL_CACHE": ""}
    for _ in range(2):
        assert runner(Path())(LIBM + "print(early, f(0.75, 4))", **surroundings) == "False 12.0"


def test_it_is_off_where_that_is_asked_for(left: Path, run: Run, tmp_path: Path) -> None:
    for options, environment in (
        ((), {"FARCALL_CACHE": "off"}),
        (("-E",), {}),
        ((), {"FARCALL_VERIFY": "1"}),
        ((), {"FARCALL_TIER": "api"}),
    ):
        assert run(LIBM + "print(early, f(0.75, 4))", options=options, **environment) == "False 12.0"
    elsewhere = tmp_path / "elsewhere"
    run(LIBM, FARCALL_CACHE=str(elsewhere), PYTHONDONTWRITEBYTECODE="1")
    assert not elsewhere.exists()
    told = run(
        "import farcall\ntry: farcall.Library('libm.so.6')\nexcept ValueError as error: print(error)",
        FARCALL_CACHE="here",
    )
    assert told == "FARCALL_CACHE is 'here'; it can be a directory's full path, or 'off'"


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


def test_directories_are_the_users_alone_whatever_the_umask(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir(mode=0o700)
    before = os.umask(0o002)
    try:
        told = [
            runner(Path())(LIBM + "print(early, f(0.75, 4))", HOME=str(tmp_path), FARCALL_CACHE="", XDG_CACHE_HOME="")
            for _ in range(2)
        ]
    finally:
        os.umask(before)
    assert told == ["False 12.0", "True 12.0"]
    assert (tmp_path / ".cache" / "farcall").stat().st_mode & 0o777 == 0o700


def test_images_are_read_by_their_real_paths(left: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "images")
    code = LIBM + "from farcall.cache import early as module; print(early, module._place[0])"
    assert run(code, FARCALL_CACHE=str(tmp_path / "link")) == f"True {os.path.realpath(left.parent)}"
