"""libffi's source package, from the Debian that this machine is: fetched with apt, kept under build/."""

from __future__ import annotations

import re
import shutil
import tarfile
import tempfile
from pathlib import Path

from tests.libffi.apt import Apt, PackageError, mirror, run

__all__ = ["PackageError", "cached_source"]

CACHE = Path(__file__).resolve().parents[2] / "build" / "libffi"


def cached_source() -> Path:
    """The folder of libffi's source; fetched and unpacked when it is not there yet. Raises PackageError."""
    found = _unpacked()
    if found is None:
        if not shutil.which("apt-get"):
            raise PackageError("needs apt-get, or --source DIR with libffi's source")
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="farcall-libffi-") as name:
            _fetch(Path(name))
            _unpack(Path(name))
        found = _unpacked()
        if found is None:
            raise PackageError("the source package has no testsuite/")
    return found


def _unpacked() -> Path | None:
    found = sorted(CACHE.glob("libffi-*/testsuite"))
    return found[-1].parent if found else None


def _fetch(directory: Path) -> None:
    apt = Apt(directory, f"Types: deb-src\nURIs: {mirror()}\nSuites: {_suite()}\n")
    apt.run("update")
    apt.run("source", "--download-only", "libffi")


def _unpack(directory: Path) -> None:
    """With Debian's patches where dpkg-source is there to put them on; a bare tar has the same test programs."""
    descriptions = list(directory.glob("*.dsc"))
    if len(descriptions) != 1:
        raise PackageError(f"apt-get source left {len(descriptions)} package descriptions")
    (archive,) = directory.glob("*.orig.tar.*")
    if shutil.which("dpkg-source"):
        run(["dpkg-source", "--no-check", "-x", str(descriptions[0]), "unpacked"], directory)
        unpacked = directory / "unpacked"
    else:
        with tarfile.open(archive) as opened:
            opened.extractall(directory / "tar")
        (unpacked,) = (directory / "tar").iterdir()
    version = re.sub(r"^libffi_|\.orig\.tar\..*$", "", archive.name)
    shutil.move(unpacked, CACHE / f"libffi-{version}")


def _suite() -> str:
    text = Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=(\S+)", text, re.M)
    return found[1] if found and re.search(r"^ID=debian$", text, re.M) else "stable"
