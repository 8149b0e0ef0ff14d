"""For which target and Python modules are built: those that the environment names, or this machine's."""

from __future__ import annotations

import os

from ..cpython.facts.host import host_target
from .version import PythonVersion, version_of

__all__ = ["PYTHON", "TARGET", "asked"]

TARGET, PYTHON = "FARCALL_BUILD_TARGET", "FARCALL_BUILD_PYTHON"


def asked() -> tuple[str, PythonVersion]:
    """The target's name and the version of Python. Raises ValueError for what is no version."""
    return os.environ.get(TARGET) or host_target().name, version_of(os.environ.get(PYTHON) or None, PYTHON)
