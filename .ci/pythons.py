"""CPythons that most machines have not: the newest ones, debug builds and those without a GIL, for x86-64 Linux.

    python3 .ci/pythons.py [VERSION...]

The newest are for `make test-all` where PATH has none; the others are made for whoever names them ("3.11d", "3.13t").
Each is put into a directory of the cache, FARCALL_TEST_PYTHONS or ~/.cache/farcall-tests/pythons, once, and printed is
where its program is. One of Debian's packages is a program as any other, though the C library it needs is newer than
the machine's: it names the dynamic linker and the libraries unpacked beside it. One without a GIL is built from Debian's
source, in three to five minutes. All make virtual environments with pip.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from debian_root import PackageError, make_root
from python_source import build

__all__ = ["VERSIONS", "PackageError", "make_python"]

#: Each version that every run of all has, and the release of Debian that has it.
VERSIONS = {"3.14": "sid", "3.15": "sid"}
#: Those that are made when they are asked for: debug builds, and those without a GIL.
DEBUG = {"3.11d": "bookworm", "3.13d": "trixie", "3.14d": "sid", "3.15d": "sid"}
WITHOUT_GIL = {"3.13t": "trixie", "3.14t": "sid", "3.15t": "sid"}
#: With all that they depend on; and the headers, which the compiler's C library serves.
PACKAGES = ("python{version}-venv", "patchelf")
DEBUG_PACKAGES = ("python{version}-dbg", "libpython{version}-stdlib", *PACKAGES)
HEADERS = ("libpython{version}-dev",)
WHEELS = "/usr/share/python-wheels"
MULTIARCH = "x86_64-linux-gnu"


def _cache() -> Path:
    """Where the Pythons are kept, outside of any checkout."""
    chosen = os.environ.get("FARCALL_TEST_PYTHONS")
    return Path(chosen) if chosen else Path.home() / ".cache" / "farcall-tests" / "pythons"


def make_python(version: str) -> Path:
    """The program of a version, made on the first call. Raises PackageError if it is not to be had here."""
    suite = {**VERSIONS, **DEBUG, **WITHOUT_GIL}.get(version)
    if suite is None:
        raise PackageError(f"there are {', '.join((*VERSIONS, *DEBUG, *WITHOUT_GIL))}")
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise PackageError("these Pythons are for x86-64 Linux")
    for needed in ("apt-get", "dpkg-deb"):
        if not shutil.which(needed):
            raise PackageError(f"Debian's packages need {needed}")
    root, stamp, said = _cache() / version, _stamp(version), _made_by(version, suite)
    if not stamp.exists() or stamp.read_text() != said:
        print(f"making CPython {version} in {root}", file=sys.stderr, flush=True)
        stamp.unlink(missing_ok=True)
        if version in WITHOUT_GIL:
            build(root, suite, version.rstrip("t"))
        else:
            _unpack(root, suite, version)
        stamp.write_text(said)
    return _program(version)


def _made_by(version: str, suite: str) -> str:
    """What tells that a Python was made as it would be made now."""
    how = "python_source.py" if version in WITHOUT_GIL else Path(__file__).name
    text = Path(__file__).with_name(how).read_bytes()
    return hashlib.sha256(repr((suite, PACKAGES, HEADERS, text)).encode()).hexdigest()


def _unpack(root: Path, suite: str, version: str) -> None:
    packages = DEBUG_PACKAGES if version in DEBUG else PACKAGES
    whole, alone = ([one.format(version=version.rstrip("d")) for one in names] for names in (packages, HEADERS))
    make_root(root, suite, whole, alone)
    _bind(root, version)


def _bind(root: Path, version: str) -> None:
    """Have the program use its own dynamic linker and C library. The path of libraries is the old kind, which serves
    extension modules too."""
    linker, libraries = root / "lib64" / "ld-linux-x86-64.so.2", root / "usr" / "lib" / MULTIARCH
    patchelf = [linker, "--library-path", libraries, root / "usr" / "bin" / "patchelf"]
    for change in (["--force-rpath", "--set-rpath", libraries], ["--set-interpreter", linker]):  # never both at once:
        subprocess.run([*patchelf, *change, _program(version)], check=True)  # patchelf 0.18 lets segments overlap
    library = root / "usr" / "lib" / f"python{version.rstrip('d')}"
    for data in {path.resolve() for path in library.glob("_sysconfigdata*.py")}:  # ensurepip finds pip by this
        data.write_text(data.read_text().replace(WHEELS, f"{root}{WHEELS}"))


def _program(version: str) -> Path:
    return _cache() / version / "usr" / "bin" / f"python{version}"


def _stamp(version: str) -> Path:
    return _cache() / version / "stamp"


def main() -> int:
    failed = False
    for version in sys.argv[1:] or VERSIONS:
        try:
            print(make_python(version))
        except PackageError as error:
            print(f"CPython {version}: {error}", file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
