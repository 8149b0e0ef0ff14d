"""Wine of 32 bits in a root of its own, with its packages for i386, of which nothing is installed.

Programs run in it by `enter`, in a mount namespace that has the caller's directories at their own paths, so paths are the same on
either side. What runs the host's compilers from in there is a script of the same name.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from debian_root import make_root

__all__ = ["INSIDE", "PROGRAMS", "entered", "make_wine", "started"]

#: What has to be there beside root's rights: to unpack, and to enter.
PROGRAMS = ("apt-get", "dpkg-deb", "unshare", "chroot", "mount")
SUITE, ARCHITECTURE, PACKAGES = "bookworm", "i386", ("wine32", "wine", "bash", "coreutils")
#: Modules that wine's own want, which a package's script would have linked.
RUN_TIMES = ("/usr/i686-w64-mingw32/lib/*.dll", "/usr/lib/gcc/i686-w64-mingw32/*-win32/libgcc_s_dw2-1.dll")
MODULES = Path("usr/lib/i386-linux-gnu/wine/i386-windows")
#: By the name that they are called by.
WRAPPED = {"wine": "/usr/lib/wine/wine", "wineserver": "/usr/lib/wine/wineserver32"}
ENTER = """#!/bin/bash
# enter ROOT DIRECTORY... -- PROGRAM WORD...: in the root, with these directories, in the one that this was called in
set -e
root=$1 there=$PWD; shift
mount --bind /proc "$root/proc"; mount --bind /dev "$root/dev"; mount --rbind / "$root/host"
while [ "$1" != -- ]; do mkdir -p "$root$1"; mount --bind "$1" "$root$1"; shift; done; shift
exec chroot "$root" /bin/bash -c 'cd "$0"; exec "$@"' "$there" "$@"
"""
#: The environment of what runs in the root.
INSIDE = {
    "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/root",
    "WINEARCH": "win32",
    "WINELOADER": WRAPPED["wine"],
    "WINESERVER": WRAPPED["wineserver"],
}


def make_wine(home: Path, host_programs: Iterable[str]) -> None:
    """Make the root in `home`, with scripts for the host's programs of these names."""
    root = home / "root"
    make_root(root, SUITE, PACKAGES, architecture=ARCHITECTURE)
    for name in ("proc", "dev", "tmp", "root", "host", "usr/local/bin"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "bin/sh").symlink_to("bash")
    _copy_run_times(root / MODULES)
    for name, program in WRAPPED.items():
        _script(root / "usr/local/bin" / name, f'#!/bin/sh\nexec {program} "$@"\n')
    for name in host_programs:
        line = f'exec chroot /host /bin/sh -c \'cd "$0" && exec {name} "$@"\' "$PWD" "$@"'
        _script(root / "usr/local/bin" / name, f"#!/bin/sh\n{line}\n")
    _script(home / "enter", ENTER)


def started(prefix: Path) -> None:
    """What the programs of a new prefix need."""
    _copy_run_times(prefix / "drive_c/windows/system32")


def entered(home: Path, directories: Iterable[Path]) -> list[str]:
    """The words in front of a program's, by which it runs in the root of `home` with these directories."""
    return ["unshare", "-m", str(home / "enter"), str(home / "root"), *map(str, directories), "--"]


def _copy_run_times(to: Path) -> None:
    for pattern in RUN_TIMES:
        for file in Path("/").glob(pattern[1:]):
            shutil.copy(file, to)


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
