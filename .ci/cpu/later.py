"""Compilers and emulators that this release of Debian has none of, from a later one's packages: nothing is installed.

    python3 .ci/cpu/later.py        prints the directory of the programs, made on the first call

They want the later C library, so each is a script that starts the program by the later dynamic linker; gcc finds the
scripts for what it starts by -B. It links programs with libraries in /usr/TRIPLE, where Debian has them: a link is made
there if nothing is.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from debian_root import PackageError, make_root

__all__ = ["make_tools"]

HOME = Path(__file__).resolve().parents[2] / ".cpus" / "later"
SUITE = "trixie"
TRIPLE, EMULATOR = "loongarch64-linux-gnu", "qemu-loongarch64"
PACKAGES = (f"gcc-{TRIPLE}", f"g++-{TRIPLE}", "libc6-dev-loong64-cross", "qemu-user")
DRIVERS = ("gcc", "g++", "cpp")
BINUTILS = ("as", "ld", "ar", "nm", "objcopy", "objdump", "ranlib", "readelf", "strip")
#: What gcc starts, beside `as` and `ld`.
PARTS = ("cc1", "cc1plus", "collect2", "lto-wrapper")


def make_tools(home: Path = HOME) -> Path:
    """The directory of the programs, made on the first call and after a change of what it is made from."""
    stamp, root, programs, parts = home / "stamp", home / "root", home / "bin", home / "parts"
    said = hashlib.sha256(repr((SUITE, PACKAGES, DRIVERS, BINUTILS, PARTS)).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != said:
        make_root(root, SUITE, PACKAGES)
        for emulator in (root / "usr/bin").glob("qemu-*"):
            if emulator.name != EMULATOR:
                emulator.unlink()
        usual = root / "usr/bin"
        for name in BINUTILS:
            _script(programs / f"{TRIPLE}-{name}", root, usual / f"{TRIPLE}-{name}")
        for name in ("as", "ld"):
            _script(parts / name, root, usual / f"{TRIPLE}-{name}")
        for name in PARTS:
            (found,) = root.glob(f"usr/libexec/gcc-cross/{TRIPLE}/*/{name}")
            _script(parts / name, root, found)
        for name in DRIVERS:
            _script(programs / f"{TRIPLE}-{name}", root, usual / f"{TRIPLE}-{name}", f"-B{parts}/")
        (programs / EMULATOR).unlink(missing_ok=True)
        (programs / EMULATOR).symlink_to(usual / EMULATOR)  # linked statically
        stamp.write_text(said)
    if not os.path.lexists(f"/usr/{TRIPLE}"):
        Path(f"/usr/{TRIPLE}").symlink_to(root / "usr" / TRIPLE)
    return programs


def _script(path: Path, root: Path, program: Path, *first: str) -> None:
    """A script that starts a program of `root`, a file or a link to one that lies beside it, by the linker there."""
    path.parent.mkdir(exist_ok=True)
    (loader,) = root.glob("usr/lib64/ld-linux-x86-64.so.2")
    libraries = root / "usr/lib/x86_64-linux-gnu"
    command = [str(loader), "--library-path", str(libraries), str(program), *first]
    path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    path.chmod(0o755)


if __name__ == "__main__":
    try:
        print(make_tools())
    except (PackageError, OSError) as error:
        sys.exit(f"{TRIPLE}'s tools are not to be had: {error}")
