"""CPythons newer than most machines have, from Debian's packages for x86-64: for `make test-all` where PATH has none.

    python3 .ci/pythons.py [VERSION...]

Unpacks each into a directory of the cache, FARCALL_TEST_PYTHONS or ~/.cache/farcall-tests/pythons, once, and prints
where its program is. That is a program as any other, though the C library it needs is newer than the machine's: it
names the dynamic linker and the libraries unpacked beside it. It makes virtual environments with pip.
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

__all__ = ["VERSIONS", "PackageError", "make_python"]

#: Each version, and the release of Debian that has it.
VERSIONS = {"3.14": "sid", "3.15": "sid"}
#: With all that they depend on; and the headers, which the compiler's C library serves.
PACKAGES = ("python{version}-venv", "patchelf")
HEADERS = ("libpython{version}-dev",)
WHEELS = "/usr/share/python-wheels"
MULTIARCH = "x86_64-linux-gnu"


def _cache() -> Path:
    """Where the Pythons are kept, outside of any checkout."""
    chosen = os.environ.get("FARCALL_TEST_PYTHONS")
    return Path(chosen) if chosen else Path.home() / ".cache" / "farcall-tests" / "pythons"


def make_python(version: str) -> Path:
    """The program of a version, unpacked on the first call. Raises PackageError if it is not to be had here."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise PackageError("these Pythons are for x86-64 Linux")
    for needed in ("apt-get", "dpkg-deb"):
        if not shutil.which(needed):
            raise PackageError(f"Debian's packages need {needed}")
    suite, stamp = VERSIONS[version], _stamp(version)
    said = hashlib.sha256(repr((suite, PACKAGES, HEADERS, Path(__file__).read_bytes())).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != said:
        root = _cache() / version
        print(f"unpacking CPython {version} into {root}", file=sys.stderr, flush=True)
        whole, alone = ([one.format(version=version) for one in names] for names in (PACKAGES, HEADERS))
        stamp.unlink(missing_ok=True)
        make_root(root, suite, whole, alone)
        _bind(root, version)
        stamp.write_text(said)
    return _program(version)


def _bind(root: Path, version: str) -> None:
    """Have the program use its own dynamic linker and C library. The path of libraries is the old kind, which serves
    extension modules too."""
    linker, libraries = root / "lib64" / "ld-linux-x86-64.so.2", root / "usr" / "lib" / MULTIARCH
    patchelf = [linker, "--library-path", libraries, root / "usr" / "bin" / "patchelf"]
    for change in (["--force-rpath", "--set-rpath", libraries], ["--set-interpreter", linker]):  # never both at once:
        subprocess.run([*patchelf, *change, _program(version)], check=True)  # patchelf 0.18 lets segments overlap
    library = root / "usr" / "lib" / f"python{version}"
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
