"""The demonstration on Windows: it runs, and shows what it is to show. `make demo` runs that of Linux."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[1] / "demo" / "windows.py"
#: What it prints among else.
TEXTS = (
    f"argument 3  UINT: [0, 4) in {'r9' if sys.maxsize > 1 << 32 else 'stack+12'}",
    "datetime.timedelta(minutes=1)\nTrue",
    "(True, True)",
    "<void * NULL>\n>>> farcall.last_error()\n2",
    "[{'answer': '42', 'word': 'naïve'}]",
    "[1, 1, 3, 4, 5]",
    "similar names: MessageBoxW",
    "similar names: kernel32.dll",
)


@pytest.mark.skipif(sys.platform != "win32", reason="about Windows' own libraries")
def test_it_runs() -> None:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [text for text in TEXTS if text not in done.stdout] == []
