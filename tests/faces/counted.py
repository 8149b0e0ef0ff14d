"""Another library's own tests, run in a process of their own, with the real backend or with farcall's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

__all__ = ["counted"]

ROOT = Path(__file__).resolve().parent.parent.parent


def counted(program: str, *options: str) -> Any:
    """What a module of tests.faces prints of a run that the options describe; the test is left out where the tests are not here."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.faces.{program}", *options],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    if "missing" in found:
        pytest.skip(found["missing"])
    return found
