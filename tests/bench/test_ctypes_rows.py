"""Each row of the bench of farcall.ctypes gives what it says, with both packages; and the demo's program is the same with both.

Nothing is timed here that fails.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ctypes", reason="needs the interpreter's ctypes package")

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "demo" / "moved" / "program.py"


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_row_gives_what_it_says() -> None:
    run("-c", "from bench.ctypes_face import ROWS, measured; assert len(measured(ROWS, 1, 0)) == len(ROWS)")


def test_the_moved_program_prints_the_same(tmp_path: Path) -> None:
    source = PROGRAM.read_text(encoding="utf-8").replace("300_000", "300")
    printed = []
    for line in ("import ctypes\n", "import farcall.ctypes as ctypes\n"):
        program = tmp_path / "program.py"
        program.write_text(source.replace("import ctypes\n", line), encoding="utf-8")
        printed.append(run(str(program)))
    assert printed[0] == printed[1] != ""
