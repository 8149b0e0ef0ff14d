"""ffi.h of a source folder that was not configured: its template, filled in as configure does on x86-64 Linux."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

__all__ = ["configured"]

TARGET, PORT = "X86_64", "x86"
FIXED = {"TARGET": TARGET, "HAVE_LONG_DOUBLE": "1", "FFI_EXEC_TRAMPOLINE_TABLE": "0"}


def configured(source: Path, directory: Path) -> Path:
    """The folder, made in `directory`, with ffi.h and ffitarget.h of a libffi source. Raises OSError without one."""
    made = directory / source.name
    made.mkdir(parents=True, exist_ok=True)
    version = re.search(r"AC_INIT\(\[libffi\],\s*\[([\d.]+)", (source / "configure.ac").read_text(encoding="utf-8"))
    name = version[1] if version else "0"
    major, minor, micro = (*(int(part) for part in name.split(".")), 0, 0)[:3]
    number = str(major * 10000 + minor * 100 + micro)
    values = FIXED | {"VERSION": name, "FFI_VERSION_STRING": name, "FFI_VERSION_NUMBER": number}
    text = (source / "include" / "ffi.h.in").read_text(encoding="utf-8")
    _write(made / "ffi.h", re.sub(r"@(\w+)@", lambda found: values[found[1]], text))
    if not (made / "ffitarget.h").exists():
        shutil.copy(source / "src" / PORT / "ffitarget.h", made)
    return made


def _write(path: Path, text: str) -> None:
    """Write a file unless it is like that already, so that its time says when it changed."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
