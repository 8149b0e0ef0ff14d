"""libffi's source package, from the Debian that this machine is: fetched with apt, kept under build/."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

__all__ = ["PackageError", "cached_source"]

CACHE = Path(__file__).resolve().parents[2] / "build" / "libffi"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
APT = Path("/etc/apt")


class PackageError(Exception):
    """The source package is not to be had, and why."""


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
    """apt with a configuration of its own: the system's lists and sources are neither needed nor changed."""
    directory.chmod(0o755)  # apt downloads as a user of its own
    for part in ("sources", "lists/partial", "cache/archives/partial"):
        (directory / part).mkdir(parents=True)
    (directory / "status").touch()
    (directory / "sources" / "libffi.sources").write_text(
        f"Types: deb-src\nURIs: {_mirror()}\nSuites: {_suite()}\nComponents: main\nSigned-By: {KEYRING}\n"
    )
    options = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": directory / "sources",
        "Dir::State::lists": directory / "lists",
        "Dir::State::status": directory / "status",
        "Dir::Cache": directory / "cache",
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-qq", *(word for key, value in options.items() for word in ("-o", f"{key}={value}"))]
    _run([*apt, "update"], directory)
    _run([*apt, "source", "--download-only", "libffi"], directory)


def _unpack(directory: Path) -> None:
    """With Debian's patches where dpkg-source is there to put them on; a bare tar has the same test programs."""
    descriptions = list(directory.glob("*.dsc"))
    if len(descriptions) != 1:
        raise PackageError(f"apt-get source left {len(descriptions)} package descriptions")
    (archive,) = directory.glob("*.orig.tar.*")
    if shutil.which("dpkg-source"):
        _run(["dpkg-source", "--no-check", "-x", str(descriptions[0]), "unpacked"], directory)
        unpacked = directory / "unpacked"
    else:
        with tarfile.open(archive) as opened:
            opened.extractall(directory / "tar")
        (unpacked,) = (directory / "tar").iterdir()
    version = re.sub(r"^libffi_|\.orig\.tar\..*$", "", archive.name)
    shutil.move(unpacked, CACHE / f"libffi-{version}")


def _run(command: list[str], directory: Path) -> None:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"{' '.join(command[:1] + command[-2:])}: {(done.stderr or done.stdout).strip()[-600:]}")


def _mirror() -> str:
    """Where this machine gets its packages from."""
    texts = [path.read_text(errors="replace") for path in sorted((APT / "sources.list.d").glob("*.sources"))]
    for text in texts:
        if "debian" in text and (found := re.search(r"^URIs:\s*(\S+/debian)/?\s*$", text, re.M)):
            return found[1]
    lists = [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*.list"))]
    for path in lists:
        if path.exists() and (
            found := re.search(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+/debian)/?\s", path.read_text(errors="replace"), re.M)
        ):
            return found[1]
    return "http://deb.debian.org/debian"


def _suite() -> str:
    text = Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=(\S+)", text, re.M)
    return found[1] if found and re.search(r"^ID=debian$", text, re.M) else "stable"
