"""What gdb shows of generated code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .toolchain import own_process

SOURCE = Path(__file__).resolve().parents[2] / "src"
#: Stops in C, below a call, below a closure, below a call.
STOPPING = """
import array, sys
import farcall
if sys.argv[1] == "late":
    libc = farcall.Library("libc.so.6")
    stop = libc.function("int raise(int signal)")
    farcall.debug_map()
else:
    libc = farcall.Library("libc.so.6")
    stop = libc.function("int raise(int signal)")
for _ in range(100):
    libc.function("int abs(int)")(1)
def compare(a, b):
    stop(5)
    return 0
sort = libc.function("void qsort(void *, size_t, size_t, int (*)(const void *, const void *))")
sort(array.array("i", [2, 1]), 2, 4, compare)
farcall.debug_map(False)
stop(5)
"""


def gdb(when: str, *commands: str, **environment: str) -> str:
    if not shutil.which("gdb"):
        pytest.skip("needs gdb")
    own_process()
    before = ["set debuginfod enabled off", "set confirm off", "run"]
    arguments = [f"--eval-command={command}" for command in (*before, *commands, "kill")]
    done = subprocess.run(
        ["gdb", "-nx", "-batch", *arguments, "--args", sys.executable, "-c", STOPPING, when],
        env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if "ptrace: Operation not permitted" in done.stderr:
        pytest.skip("this system does not let gdb trace")
    assert "SIGTRAP" in done.stdout, done.stdout + done.stderr
    return done.stdout


def frames(text: str) -> list[str]:
    """The functions of a backtrace, the innermost first."""
    return re.findall(r"^#\d+ +(?:0x[0-9a-f]+ in )?(farcall:.+|\S+) \(", text, re.MULTILINE)


def own_c_library() -> None:
    """Skip where Python has another system's C library, newer than this system's gdb, which stops its walk there."""
    maps = Path("/proc/self/maps").read_text()
    if not re.search(r" (?:/usr)?/lib\S*/libc[.-]", maps):
        pytest.skip("gdb is this system's, the C library another's")


@pytest.mark.parametrize(("when", "environment"), [("late", {}), ("start", {"FARCALL_GDB": "1"})])
def test_a_backtrace_names_calls_and_closures_and_goes_on(when: str, environment: dict[str, str]) -> None:
    own_c_library()
    found = frames(gdb(when, "bt", **environment))
    ours = [index for index, name in enumerate(found) if name.startswith("farcall:")]
    kinds = [re.sub(r"^farcall:([a-z ]+):.*", r"\1", found[index]) for index in ours]
    assert kinds == ["call", "closure body", "call"]
    assert found[ours[0]] == "farcall:call:raise"
    assert found[ours[2]] == "farcall:call:qsort"
    assert "raise" in found[ours[0] - 1] or "pthread_kill" in found[ours[0] - 1]
    assert any("PyEval" in name for name in found[ours[0] : ours[1]])
    assert any("PyEval" in name for name in found[ours[2] :])
    assert found[-1] in ("_start", "main")


def test_it_is_the_map_that_tells() -> None:
    assert not any(name.startswith("farcall:") for name in frames(gdb("start", "bt")))


def test_what_was_told_is_taken_back() -> None:
    text = gdb("late", "info symbol $pc", "continue", "echo after\\n", "bt")
    assert not any(name.startswith("farcall:") for name in frames(text.partition("after")[2]))
