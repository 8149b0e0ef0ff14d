"""What it costs to bind a function, in time and in memory, measured in a process of its own.

python -m bench.binding DIRECTORY       prints a JSON object; DIRECTORY is for the library that is made
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter_ns
from typing import Any

from bench import build

__all__ = ["in_own_process"]

PARAMETERS = ("int", "double", "int64_t", "float", "const char *", "unsigned char")
NEW = [
    f"double new_{'_'.join(map(str, choice))}({', '.join(PARAMETERS[i] for i in choice)})"
    for choice in itertools.product(range(len(PARAMETERS)), repeat=3)
]
SAME = [f"int same_{number}(int, int)" for number in range(4000)]
NAME = re.compile(r"(\w+)\(")


def names(prototypes: list[str]) -> list[str]:
    return [match[1] for match in map(NAME.search, prototypes) if match]


def library(directory: Path) -> Path:
    """A library with every one of those functions."""
    source = directory / "many.c"
    lines = [f"{prototype} {{ return 0; }}" for prototype in NEW + SAME]
    source.write_text("\n".join(["#include <stdint.h>", *lines]), encoding="utf-8")
    return build.shared_object(source, directory / "libmany.so", "-O0", "-std=c2x")


def microseconds(bind: Callable[[str], object], what: list[str]) -> tuple[float, list[object]]:
    """The median time of binding one, and all that was bound."""
    taken, bound = [], []
    for item in what:
        begin = perf_counter_ns()
        function = bind(item)
        taken.append(perf_counter_ns() - begin)
        bound.append(function)
    return median(taken) / 1e3, bound


def resident() -> int:
    """Bytes of private memory in use; what two views of one code page show twice is left out."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")


def code_memory() -> int:
    """Bytes of code pages in use: memfds mapped here, shared between their views."""
    total, inside = 0, False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8", errors="replace").splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            inside = "/memfd:" in line
        elif inside and line.startswith("Pss:"):
            total += int(line.split()[1]) * 1024
    return total


def with_ctypes(path: Path) -> float:
    import ctypes

    dll = ctypes.CDLL(str(path))

    def bind(name: str) -> object:
        function = getattr(dll, name)
        function.argtypes, function.restype = (ctypes.c_int, ctypes.c_int), ctypes.c_int
        return function

    return microseconds(bind, names(SAME[:1000]))[0]


def with_cffi(path: Path) -> float:
    import cffi

    ffi = cffi.FFI()
    ffi.cdef(";\n".join([*SAME[:1000], ""]))
    lib = ffi.dlopen(str(path))
    return microseconds(lambda name: getattr(lib, name), names(SAME[:1000]))[0]


def with_farcall(path: Path) -> dict[str, float]:
    import farcall

    if not hasattr(farcall, "Library"):
        return {}
    lib: Any = farcall.Library(str(path))
    texts, timed, counted, traced = SAME[:100], SAME[100:1000], SAME[1000:3000], SAME[3000:]
    lib.cdef(";\n".join([*NEW, *timed, *counted, *traced, ""]))

    def bind(name: str) -> object:
        return getattr(lib, name)

    result = {}
    result["new signature, us"], bound = microseconds(bind, names(NEW))
    result["known signature, us"], more = microseconds(bind, names(timed))
    result["known signature as text, us"], most = microseconds(lib.function, texts)
    keep = [bound, more, most]

    gc.collect()
    before, code = resident(), code_memory()
    keep.append([bind(name) for name in names(counted)])
    gc.collect()
    result["resident bytes a function"] = (resident() - before) / len(counted)
    result["code bytes a function"] = (code_memory() - code) / len(counted)

    tracemalloc.start()
    keep.append([bind(name) for name in names(traced)])
    gc.collect()
    result["Python heap bytes a function"] = tracemalloc.get_traced_memory()[0] / len(traced)
    tracemalloc.stop()
    return result


def measure(directory: Path) -> dict[str, Any]:
    path = library(directory)
    return {
        "farcall": with_farcall(path),
        "ctypes": {"known signature, us": with_ctypes(path)},
        "cffi ABI": {"known signature, us": with_cffi(path)},
    }


def in_own_process(directory: Path) -> dict[str, dict[str, float]]:
    """The measurements by peer."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-m", "bench.binding", str(directory)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, dict[str, float]] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
