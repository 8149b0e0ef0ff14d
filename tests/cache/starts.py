"""Programs that are started one after another, and the images that one leaves for the next."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from farcall.cpython.facts import interpreter

needs_images = pytest.mark.skipif(
    not interpreter.interpreter("fast").fast, reason="images are kept for Pythons whose objects are known"
)
#: Whether nothing of farcall but the entrance was loaded.
EARLY = "'farcall.cpython' not in sys.modules"
LIBM = f"import sys, farcall; m = farcall.Library('libm.so.6'); f = m.function('double ldexp(double x, int e)'); early = {EARLY}; "

Run = Callable[..., str]


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
