"""CPython without a GIL, which Debian has no packages of: built from the source that it has."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from debian_root import PackageError

from tests.libffi.apt import Apt, mirror, run

__all__ = ["NEEDED", "build"]

#: What compiles it.
NEEDED = ("gcc", "make", "apt-get")
#: Those of its modules that are left out, without a word, where a header of the system's is missing.
MODULES = ("zlib", "ctypes", "ssl")
#: Little is gained by compiling an interpreter that runs tests any longer.
FLAGS = ("--disable-gil", "--disable-test-modules", "CFLAGS=-O1")


def build(root: Path, suite: str, version: str) -> None:
    """Build `version`, such as "3.13", of a release of Debian, and install it under `root`, made anew. Takes minutes.
    Raises PackageError if it is not to be had."""
    for needed in NEEDED:
        if not shutil.which(needed):
            raise PackageError(f"to build it needs {needed}")
    with tempfile.TemporaryDirectory(prefix="farcall-python-") as name:
        directory, source = Path(name), Path(name) / "source"
        apt = Apt(directory, f"Types: deb-src\nURIs: {mirror()}\nSuites: {suite}\n")
        apt.run("update")
        apt.run("source", "--download-only", f"python{version}")
        (archive,) = directory.glob("*.orig.tar.*z")
        with tarfile.open(archive) as opened:
            opened.extractall(source)
        (unpacked,) = source.iterdir()
        shutil.rmtree(root, ignore_errors=True)
        run(["./configure", f"--prefix={root / 'usr'}", *FLAGS], unpacked)
        run(["make", f"-j{os.cpu_count() or 1}"], unpacked)
        run(["make", "install"], unpacked)
    _check(root / "usr" / "bin" / f"python{version}t")


def _check(program: Path) -> None:
    """Raises PackageError where the build left out what the tests need, for want of a header."""
    done = subprocess.run([program, "-c", f"import {', '.join(MODULES)}"], capture_output=True, text=True)
    if done.returncode:
        raise PackageError(f"{program} lacks what tests need: {done.stderr.strip().splitlines()[-1]}")
