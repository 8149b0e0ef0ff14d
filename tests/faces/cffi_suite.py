"""cffi's own tests of its backend, with the real one or with farcall's in its place: `python -m tests.faces.cffi_suite farcall`.

Prints, as JSON, how many passed and were skipped, and which failed. The tests are those of the sdist of the cffi that is
installed, which is downloaded from PyPI, or unpacked at FARCALL_CFFI_SOURCE.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest

REAL, FACE = "real", "farcall"
#: The tests that speak to the backend, and those of out-of-line modules of ABI mode. Others make modules of API mode, or are about
#: cffi's Python code alone.
FILES = (
    "testing/cffi0/test_ffi_backend.py", "src/c/test_c.py", "testing/cffi1/test_dlopen.py", "testing/cffi1/test_re_python.py",
)  # fmt: skip
#: Where the source is kept.
CACHE = Path.home() / ".cache" / "farcall-tests"


def source() -> Path:
    """cffi's source, of the version that is installed. Raises LookupError where it cannot be had."""
    given = os.environ.get("FARCALL_CFFI_SOURCE")
    if given:
        return Path(given)
    try:
        name = f"cffi-{importlib.metadata.version('cffi')}"
    except importlib.metadata.PackageNotFoundError:
        raise LookupError("cffi is not installed") from None
    place = CACHE / name
    if not (place / FILES[0]).exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--dest",
            str(CACHE),
        ]
        done = subprocess.run([*pip, name.replace("-", "==")], capture_output=True, text=True, check=False)
        if done.returncode:
            raise LookupError(f"pip has no source of {name}: {done.stderr.strip()}")
        with tarfile.open(CACHE / f"{name}.tar.gz") as archive:
            archive.extractall(CACHE, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # type: ignore[arg-type]
    return place


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


def main() -> None:
    """Run the tests with what the command line names."""
    which, *options = sys.argv[1:]
    try:
        place = source()
    except LookupError as error:
        print(json.dumps({"missing": str(error)}))
        return
    if which == FACE:
        import farcall.cffi

        farcall.cffi.install()
    sys.path.insert(0, str(place))
    counts = Counts()
    files = [str(place / file) for file in FILES]
    settings = [
        "-q",
        "--tb=short",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(place),
        "--import-mode=importlib",
    ]
    os.chdir(tempfile.mkdtemp())  # where no other project's settings are found by what makes modules
    pytest.main([*settings, *options, *files], plugins=[counts])
    print()
    print(json.dumps({"passed": counts.passed, "skipped": counts.skipped, "failed": sorted(set(counts.failed))}))


if __name__ == "__main__":
    main()
