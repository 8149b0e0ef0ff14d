"""A directory with a CPU's CPython and libraries, unpacked from Debian's packages; nothing is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from table import HEADERS, PACKAGES, Cpu

from tests.libffi.apt import Apt, mirror

__all__ = ["make_root"]


def make_root(cpu: Cpu, root: Path) -> None:
    """Raises PackageError if a package is not to be had."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="farcall-cpu-") as name:
        apt = Apt(Path(name), f"Types: deb\nURIs: {mirror()}\nSuites: {cpu.suite}\n", cpu.debian)
        apt.run("update")
        whole, alone = ([one.format(python=cpu.python) for one in names] for names in (PACKAGES, HEADERS))
        apt.run("install", "--download-only", "--yes", "--no-install-recommends", *whole)
        apt.run("download", *alone, *cpu.more)
        for package in sorted(Path(name).rglob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    _join(root)


def _join(root: Path) -> None:
    """What the packages leave to the system around them: directories at the root, links that start at it, and one
    implementation among several of a library."""
    for name in ("lib", "lib64"):
        if not (root / name).exists() and (root / "usr" / name).is_dir():
            (root / name).symlink_to(f"usr/{name}")
    for link in (*root.glob("lib*/*"), *root.glob("usr/lib/*/*.so")):
        if link.is_symlink() and link.readlink().is_absolute():
            target = root / link.readlink().relative_to("/")
            link.unlink()
            link.symlink_to(target)
    for chosen in (*root.glob("usr/lib/*/blas/*.so.3"), *root.glob("usr/lib/*/lapack/*.so.3")):
        (chosen.parents[1] / chosen.name).symlink_to(chosen)
