"""Programs of ctypes' and of cffi's moved to farcall by one changed import, timed before and after: `python demo/moved`."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory

#: Of each package, the program and its import before and after.
PROGRAMS = {
    "ctypes": ("program.py", "import ctypes\n", "import farcall.ctypes as ctypes\n"),
    "cffi": ("program_cffi.py", "from cffi import FFI\n", "from farcall.cffi import FFI\n"),
}
ROUNDS = 3


def timed(program: Path) -> tuple[float, str]:
    """The least CPU time of some runs of a program, whole processes, in seconds; and what it prints."""
    best, printed = float("inf"), ""
    for _ in range(ROUNDS):
        start = getrusage(RUSAGE_CHILDREN)
        printed = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True).stdout
        end = getrusage(RUSAGE_CHILDREN)
        best = min(best, end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    return best, printed


def moved(package: str, file: str, before: str, after: str) -> None:
    """Print the times of a program with either import."""
    source = Path(__file__).with_name(file).read_text(encoding="utf-8")
    if source.count(before) != 1:
        sys.exit(f"{file} does not import {package} once")
    with TemporaryDirectory(prefix="farcall-demo-") as name:
        times = []
        for line, text in ((before, source), (after, source.replace(before, after))):
            program = Path(name) / "program.py"
            program.write_text(text, encoding="utf-8")
            seconds, printed = timed(program)
            times.append((seconds, printed))
            print(f"{line.strip():34} {seconds:6.2f} s   {printed.strip()}")
    (first, one), (second, other) = times
    if one != other:
        sys.exit("they do not print the same")
    print(f"the same program takes {first / second:.1f} times as long with {package}")


def main() -> None:
    for package, program in PROGRAMS.items():
        if find_spec(package) is None:
            print(f"{package} is not here")
        else:
            moved(package, *program)


if __name__ == "__main__":
    main()
