"""Running the command line inside the test's process, and outside."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NamedTuple

import pytest

from farcall.cli import main

__all__ = ["Ended", "outside", "within"]


class Ended(NamedTuple):
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


def within(capture: pytest.CaptureFixture[str], *words: str) -> Ended:
    """`farcall WORDS` in this process."""
    capture.readouterr()
    status = main(words)
    return Ended(status, *capture.readouterr())


def outside(*words: str, **environment: str) -> Ended:
    """`python -m farcall WORDS` in a process of its own."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-m", "farcall", *words],
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
