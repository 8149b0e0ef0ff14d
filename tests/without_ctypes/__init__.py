"""A plugin for pytest that runs the tests as on a Python that was built without `_ctypes`: see `sitecustomize`.

    make test-without-ctypes

At the end it fails the run if farcall called by ctypes all the same.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from . import sitecustomize  # noqa: F401  (which hides it)

HERE = str(Path(__file__).parent)

if HERE not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (HERE, os.environ.get("PYTHONPATH", ""))))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if "farcall.seed.through_ctypes" in sys.modules:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("\nfarcall called by ctypes, though it is hidden")
