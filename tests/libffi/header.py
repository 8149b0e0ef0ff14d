"""ffi.h of a source folder that was not configured: its template, filled in as configure does on Linux."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.libffi.machine import Machine

__all__ = ["configured"]

FIXED = {"FFI_EXEC_TRAMPOLINE_TABLE": "0"}


def configured(source: Path, directory: Path, machine: Machine) -> Path:
    """The folder, made in `directory`, with ffi.h and ffitarget.h of a libffi source, for one CPU. Raises OSError
    without one."""
    made = directory / f"{source.name}-{machine.triplet}"
    made.mkdir(parents=True, exist_ok=True)
    version = re.search(r"AC_INIT\(\[libffi\],\s*\[([\d.]+)", (source / "configure.ac").read_text(encoding="utf-8"))
    name = version[1] if version else "0"
    major, minor, micro = (*(int(part) for part in name.split(".")), 0, 0)[:3]
    number = str(major * 10000 + minor * 100 + micro)
    values = FIXED | {
        "TARGET": machine.target,
        "HAVE_LONG_DOUBLE": str(int(machine.long_double)),
        "VERSION": name,
        "FFI_VERSION_STRING": name,
        "FFI_VERSION_NUMBER": number,
    }
    text = (source / "include" / "ffi.h.in").read_text(encoding="utf-8")
    _write(made / "ffi.h", re.sub(r"@(\w+)@", lambda found: values[found[1]], text))
    if not (made / "ffitarget.h").exists():
        shutil.copy(source / "src" / machine.port / "ffitarget.h", made)
    return made


def _write(path: Path, text: str) -> None:
    """Write a file unless it is like that already, so that its time says when it changed."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
