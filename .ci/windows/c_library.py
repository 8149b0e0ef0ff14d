"""Linux' names of the C library, libc.so.6 and libm.so.6, for tests that call it so, in other processes too.

Each is a library beside python.exe whose names lead to the Universal C Runtime's, so that it has the errno which Python has. What
that has with an underscore in front only, such as `_close`, is there by its POSIX name as well.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

__all__ = ["make_c_library"]

SOURCE = Path(__file__).with_name("c_library.c")
#: farcall puts an extension behind a name that has none of Windows'; ctypes does not.
NAMES = ("libc.so.6", "libm.so.6", "libc.so.6.dll", "libm.so.6.dll")
RUNTIME, OWN = "ucrtbase", ("printf", "snprintf")
#: By what MinGW's programs begin with: where wine's runtime is, and the function that the loader calls, which is stdcall.
KINDS = {
    "x86_64-w64-mingw32": ("wine/x86_64-windows", "entered"),
    "i686-w64-mingw32": ("wine/i386-windows", "_entered@12"),
}
EXPORT = re.compile(r"^\s*\[ *\d+\] ([A-Za-z_]\w*)$", re.MULTILINE)


def make_c_library(mingw: str, home: Path, root: Path = Path("/")) -> None:
    """Make them in `home`, by MinGW's programs that begin with `mingw`, for the wine below `root`."""
    definition, made, (place, entered) = home / "c_library.def", home / NAMES[0], KINDS[mingw]
    names = _exported(mingw, next(root.glob(f"usr/lib/*/{place}/{RUNTIME}.dll")))
    posix = {name[1:]: name for name in names if name[0] == "_" and name[1:2].isalpha() and name[1:] not in names}
    lines = [
        f' "{name}" = "{RUNTIME}.{there}"' for name, there in sorted(({name: name for name in names} | posix).items())
    ]
    definition.write_text("\n".join([f'LIBRARY "{made.name}"', "EXPORTS", *lines, *OWN, ""]))
    options = ["-O1", "-shared", "-nostdlib", "-fno-builtin", f"-Wl,-e,{entered}"]
    subprocess.run([f"{mingw}-gcc", *options, SOURCE, definition, f"-l{RUNTIME}", "-o", made], check=True)
    definition.unlink()
    for name in NAMES[1:]:
        shutil.copy(made, home / name)


def _exported(mingw: str, runtime: Path) -> set[str]:
    """The names that a library has functions and variables by."""
    read = subprocess.run([f"{mingw}-objdump", "-p", runtime], capture_output=True, text=True, check=True)
    return set(EXPORT.findall(read.stdout)) - set(OWN)
