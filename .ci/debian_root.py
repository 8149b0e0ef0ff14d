"""A directory with programs and libraries unpacked from Debian's packages; nothing is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from tests.libffi.apt import Apt, PackageError, mirror

__all__ = ["PackageError", "make_root"]


def make_root(root: Path, suite: str, whole: Iterable[str], alone: Iterable[str] = (), architecture: str = "") -> None:
    """Unpack packages of a release of Debian into `root`, made anew: `whole` with all that they depend on, `alone`
    without; for the machine's own or another architecture. Raises PackageError if one is not to be had."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="farcall-root-") as name:
        apt = Apt(Path(name), f"Types: deb\nURIs: {mirror()}\nSuites: {suite}\n", architecture)
        apt.run("update")
        apt.run("install", "--download-only", "--yes", "--no-install-recommends", *whole)
        if alone := tuple(alone):
            apt.run("download", *alone)
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
