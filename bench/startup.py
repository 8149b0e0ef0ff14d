"""What the start of a program costs: whole processes, in CPU time, over the bare interpreter.

`python -m bench.startup` prints the rows. Programs are run in turn, so that what else the machine does meets all alike, and the
smallest time of each counts: the rest is others' work.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import farcall
from bench import build
from farcall.build import build_module, suffix, version_of
from farcall.cpython.facts.host import host_target
from farcall.library import SharedObject

__all__ = ["PROGRAMS", "Program", "Startup", "cpu_times", "startup"]


class Startup(NamedTuple):
    """Milliseconds, medians: the bare interpreter, the same with the import, and the difference."""

    bare: float
    imported: float
    difference: float


class Program(NamedTuple):
    """A program, and the most milliseconds that it is to cost; 0 for those of others. `warm`: with the images that it has
    left the first time, which is not measured."""

    name: str
    text: str
    goal: float = 0
    warm: bool = False


TEN = (
    "double cos(double)", "double pow(double, double)", "float sinf(float)", "int ilogb(double)", "double ldexp(double, int)",
    "long lrint(double)", "double fma(double, double, double)", "double frexp(double, int *)", "float ldexpf(float, int)",
    "double nan(const char *)",
)  # fmt: skip
#: Declarations of one symbol, all different, of another library than the rows above, whose images are to stay small.
MANY = "m = farcall.Library('libc.so.6'); [m.function('int abs(int x%d)' % n) for n in range(1000)]"
SDL = "farcall.Library('libSDL2-2.0.so.0').cdef(include='SDL.h', include_dirs='/usr/include/SDL2')"
GTK = "farcall.Library('libgtk-3.so.0').cdef(include='gtk/gtk.h', pkg_config='gtk+-3.0')"
#: How many functions the largest built module has, which are some of the C library's.
MOST = 300
#: What a program does, and what it may cost. The built module is made before, by `modules`.
ONE = "import farcall; farcall.Library('libm.so.6').function('double cos(double)')(0.0)"
SEVERAL = f"import farcall; m = farcall.Library('libm.so.6'); [m.function(text) for text in {TEN!r}]"
PROGRAMS = (
    Program("import farcall", "import farcall", 8),
    Program("farcall: one function, one call", ONE, 90),
    Program("farcall: ten functions", SEVERAL, 110),
    Program("the same again: one function", ONE, 10, warm=True),
    Program("the same again: ten functions", SEVERAL, 12, warm=True),
    Program("the same again: 1,000 functions", f"import farcall; {MANY}", 50, warm=True),
    Program("the same again: cdef(include='SDL.h')", f"import farcall; {SDL}", 40, warm=True),
    Program("the same again: GTK's headers", f"import farcall; {GTK}", 100, warm=True),
    Program("a built module: one call", "import one; one.cos(0.0)", 1.5),
    Program("a built module of ten functions", "import ten; ten.cos(0.0)", 1.5),
    Program(f"a built module of {MOST} functions", "import most", 1.5),
    Program(
        "ctypes: one call",
        "from ctypes import *; f = CDLL('libm.so.6').cos; f.restype = c_double; f.argtypes = [c_double]; f(0.0)",
    ),
    Program(
        "cffi, ABI mode: one call",
        "import cffi; f = cffi.FFI(); f.cdef('double cos(double);'); f.dlopen('libm.so.6').cos(0.0)",
    ),
    Program("cffi, API mode: one call", "from start_cffi import lib; lib.cos(0.0)"),
    Program("a C extension: one call", "import start_extension; start_extension.cos(0.0)"),
)


def start(program: str, environment: dict[str, str]) -> float:
    begin = perf_counter()
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    return (perf_counter() - begin) * 1e3


def startup(rounds: int) -> Startup:
    """Both programs in turn, `rounds` times each, after one unmeasured time that writes the .pyc files."""
    environment = surroundings()
    start("import farcall", environment)
    bare, imported = [], []
    for _ in range(rounds):
        bare.append(start("pass", environment))
        imported.append(start("import farcall", environment))
    return Startup(median(bare), median(imported), median(imported) - median(bare))


def surroundings(*places: Path) -> dict[str, str]:
    """The environment in which programs import farcall, and what lies at other places."""
    assert farcall.__file__ is not None
    found = os.pathsep.join(map(str, (Path(farcall.__file__).parent.parent, *places)))
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": found}


def modules(directory: Path) -> None:
    """Write the built modules."""
    here, version = host_target().name, version_of(None, "")
    for name, texts in (("one", TEN[:1]), ("ten", TEN)):
        built = build_module(name, "".join(f"{text};\n" for text in texts), "libm.so.6", here, version)
        (directory / f"{name}{suffix(here, version)}").write_bytes(built.data)
    names = sorted({one.name for one in SharedObject("libc.so.6").symbols() if one.name.isidentifier()})
    text = "".join(f"int {name}(int a, double b);\n" for name in names[-MOST:])
    built = build_module("most", text, "libc.so.6", here, version)
    (directory / f"most{suffix(here, version)}").write_bytes(built.data)


def peers(directory: Path) -> None:
    """Write the modules that a compiler makes: an extension by hand, and cffi's; none of what is missing here."""
    if build.missing():
        return
    include = f"-I{sysconfig.get_path('include')}"
    build.shared_object(build.PEER / "start.c", directory / "start_extension.so", include, "-lm")
    try:
        import cffi
    except ImportError:
        return
    maker = cffi.FFI()
    maker.cdef("double cos(double);")
    maker.set_source("start_cffi", "#include <math.h>", libraries=["m"])
    maker.compile(tmpdir=str(directory))


def cpu_time(program: str, environment: dict[str, str]) -> float:
    """Milliseconds of CPU that a process takes, its start and end included. ChildProcessError for one that fails."""
    child = os.fork()
    if not child:
        os.execve(sys.executable, [sys.executable, "-c", program], environment)
    _, status, used = os.wait4(child, 0)
    if status:
        raise ChildProcessError(f"status {status}: {program}")
    return (used.ru_utime + used.ru_stime) * 1e3


def cpu_times(rounds: int) -> dict[str, float]:
    """Milliseconds of CPU of each program over those of the bare interpreter, which is "bare": the smallest of as many
    rounds. Programs that cannot run here are left out."""
    times: dict[str, float] = {}
    with TemporaryDirectory() as place:
        modules(Path(place))
        peers(Path(place))
        cold = {**surroundings(Path(place)), "FARCALL_CACHE": "off"}
        warm = {**cold, "FARCALL_CACHE": str(Path(place, "images")), "XDG_CACHE_HOME": place}
        wanted = {"bare": ("pass", cold)}
        wanted |= {program.name: (program.text, warm if program.warm else cold) for program in PROGRAMS}
        for number in range(rounds + 1):
            for name, (text, environment) in [*wanted.items()]:
                try:
                    taken = cpu_time(text, environment)
                except ChildProcessError:
                    wanted.pop(name)
                    continue
                if number:  # the first time writes the .pyc files, and leaves images
                    times[name] = min(taken, times.get(name, taken))
    bare = times["bare"]
    return {name: taken if name == "bare" else taken - bare for name, taken in times.items()}


def main() -> None:
    times = cpu_times(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
    print(f"milliseconds of CPU over the bare interpreter's {times['bare']:.1f}")
    for program in PROGRAMS:
        if program.name in times:
            goal = f"goal {program.goal:g}" if program.goal else ""
            print(f"  {program.name:38}{times[program.name]:8.1f}  {goal}".rstrip())


if __name__ == "__main__":
    main()
