"""A program of ctypes' moved to farcall by one changed import, timed before and after: `python demo/moved`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory

BEFORE, AFTER = "import ctypes\n", "import farcall.ctypes as ctypes\n"
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


def main() -> None:
    source = Path(__file__).with_name("program.py").read_text(encoding="utf-8")
    if source.count(BEFORE) != 1:
        sys.exit("the program does not import ctypes once")
    with TemporaryDirectory(prefix="farcall-demo-") as name:
        times = []
        for line, text in ((BEFORE, source), (AFTER, source.replace(BEFORE, AFTER))):
            program = Path(name) / "program.py"
            program.write_text(text, encoding="utf-8")
            seconds, printed = timed(program)
            times.append((seconds, printed))
            print(f"{line.strip():34} {seconds:6.2f} s   {printed.strip()}")
    (before, one), (after, other) = times
    if one != other:
        sys.exit("they do not print the same")
    print(f"the same program takes {before / after:.1f} times as long with ctypes")


if __name__ == "__main__":
    main()
