"""A package's own tests with pytest, over the real backend or farcall's: `python -m tests.faces.own_tests cairocffi farcall`.

Prints, as JSON, how many passed and were skipped, and which failed. The tests are those of the package's source from PyPI.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.faces.sdist import source

__all__ = ["FACE", "PACKAGES", "REAL", "run"]

REAL, FACE = "real", "farcall"


class Package(NamedTuple):
    """Where a package's tests are in its source, and what they import beside it."""

    files: tuple[str, ...]
    needs: tuple[str, ...] = ()


#: The tests that speak to the backend. Others make modules of API mode, or are about cffi's Python code alone.
CFFI = (
    "testing/cffi0/test_ffi_backend.py", "src/c/test_c.py", "testing/cffi1/test_dlopen.py", "testing/cffi1/test_re_python.py",
)  # fmt: skip
#: Those that lay text out, by Pango. The ones that compare pictures need Ghostscript; most others are about Python code alone.
WEASYPRINT = "tests/test_text.py", "tests/test_fonts.py", "tests/layout/test_inline.py", "tests/test_stacking.py"
PACKAGES = {
    "cffi": Package(CFFI),
    "cairocffi": Package(("cairocffi",), ("pikepdf", "numpy")),
    "xcffib": Package(("test",)),  # most start Xvfb, three of these xeyes
    "weasyprint": Package(WEASYPRINT, ("PIL",)),
}


class Counts:
    """What pytest tells of tests."""

    def __init__(self) -> None:
        self.passed, self.skipped = 0, 0
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid.rpartition("/")[2])
        elif report.skipped:
            self.skipped += 1
        elif report.when == "call":
            self.passed += 1


def run(place: Path, package: Package, options: list[str]) -> dict[str, Any]:
    """Run tests in this process, where no other project's settings are found by what makes modules."""
    counts = Counts()
    files = [str(place / file) for file in package.files]
    settings = [
        "-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", os.devnull, "--rootdir", str(place),
        "--import-mode=importlib",
    ]  # fmt: skip
    os.chdir(tempfile.mkdtemp())
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]  # a package's tests may be called so
    pytest.main([*settings, *options, *files], plugins=[counts])
    return {"passed": counts.passed, "skipped": counts.skipped, "failed": sorted(set(counts.failed))}


def main() -> None:
    """Run the tests that the command line names."""
    name, which, *options = sys.argv[1:]
    package = PACKAGES[name]
    try:
        place = source(name, package.files[0])
    except LookupError as error:
        print(json.dumps({"missing": str(error)}))
        return
    if which == FACE:
        import farcall.cffi

        farcall.cffi.install()
    sys.path.insert(0, str(place))
    found = run(place, package, options)
    print()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
