"""For PyInstaller, which finds this by the entry point `pyinstaller40`: where the hook is that tells what farcall imports.

farcall loads most of its modules when they are first used, some by names that only its tables have.
"""

from __future__ import annotations

import os

__all__ = ["hook_directories", "modules"]

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAME = __name__.partition(".")[0]


def hook_directories() -> list[str]:
    """Where PyInstaller looks for hooks."""
    return [os.path.dirname(os.path.abspath(__file__))]


def modules() -> list[str]:
    """All modules of farcall's, by name."""
    found = []
    for place, _, files in os.walk(PACKAGE):
        parts = [NAME, *os.path.relpath(place, PACKAGE).replace(os.curdir, "").split(os.sep)]
        for file in files:
            module, extension = os.path.splitext(file)
            if extension == ".py" and module.isidentifier():
                found.append(".".join(part for part in (*parts, "" if module == "__init__" else module) if part))
    return sorted(found)
