"""The Python that a built module is for: its version, and whether it does without a GIL."""

from __future__ import annotations

import sys

from ..convention import target as target_of
from ..convention.cpu_names import gnu_name
from ..cpython.facts.without_gil import has_gil
from ..record import NamedTuple

__all__ = ["PythonVersion", "suffix", "version_of"]

#: What marks a build that is free-threaded, behind its version.
FREE_THREADED = "t"
#: The first version of which there are such builds.
FIRST_FREE_THREADED = (3, 13)


class PythonVersion(NamedTuple):
    """A version of Python, and whether the build is a free-threaded one."""

    major: int
    minor: int
    free_threaded: bool = False

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}{self.mark}"

    @property
    def mark(self) -> str:
        """What stands behind the version in the names of files and wheels: "t" or nothing."""
        return FREE_THREADED if self.free_threaded else ""


def suffix(target: str, version: tuple[int, int] | PythonVersion) -> str:
    """What the file's name ends in, for Python to find it: ".cpython-313-x-linux-gnu.so" on a CPU called x. Raises
    UnsupportedTargetError for an unknown target.

    >>> from farcall.build import suffix, version_of
    >>> suffix(TARGET, (3, 13)).startswith(".cpython-313-")
    True
    >>> suffix(TARGET, version_of("3.13t", "--python")).startswith(".cpython-313t-")
    True
    """
    python = PythonVersion(*version)
    return f".cpython-{python.major}{python.minor}{python.mark}-{gnu_name(target_of(target).cpu)}.so"


def version_of(text: str | None, where: str) -> PythonVersion:
    """The version of Python that a text like "3.13" means, or "3.13t" for a free-threaded build; without one, that of this
    Python. Raises ValueError for any other text, which says `where` it stands.

    >>> from farcall.build import version_of
    >>> version_of("3.13", "--python")
    PythonVersion(major=3, minor=13, free_threaded=False)
    """
    if text is None:
        return PythonVersion(*sys.version_info[:2], not has_gil())
    major, _, minor = text.removesuffix(FREE_THREADED).partition(".")
    if not (major.isdecimal() and minor.isdecimal()):
        raise ValueError(f"{where} takes a version like 3.13 or 3.13t, not {text!r}")
    found = PythonVersion(int(major), int(minor), text.endswith(FREE_THREADED))
    if found.free_threaded and found < FIRST_FREE_THREADED:
        raise ValueError(f"{where}: {text} is no Python; without a GIL there are builds from 3.13 on")
    return found
