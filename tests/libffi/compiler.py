"""gcc: the stand-in library, and each program as a shared object whose `main` can be called."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.libffi.program import NEEDS, Variant

__all__ = ["Bench", "CompileError", "bench"]

STANDIN, ENDED = (Path(__file__).with_name(name) for name in ("standin.c", "ended.c"))
#: What libffi's configure finds out, as far as the programs ask.
CONFIGURED = """
#define HAVE_STDINT_H 1
#define HAVE_INTTYPES_H 1
#ifndef _WIN32
#define HAVE_MMAP 1
#define HAVE_MMAP_ANON 1
#endif
#define HAVE_LONG_DOUBLE 1
#define FFI_HIDDEN __attribute__((visibility("hidden")))
"""
#: What a program can ask about libffi's closures, and the options that say it of Debian's where it is so.
ASKS, STATIC_TRAMPOLINES = "FFI_EXEC_STATIC_TRAMP", ("-DFFI_EXEC_STATIC_TRAMP",)
SHARED = ("-fPIC", "-shared", "-w", "-pipe")
#: Where all programs run in one process: they lead back from exit and abort, and need no libraries of the compiler's.
LASTING = ("-Wl,--wrap=exit,--wrap=abort", "-static") if sys.platform == "win32" else ()
SUFFIX = ".dll" if sys.platform == "win32" else ".so"


class CompileError(Exception):
    """gcc's words."""


class Bench(NamedTuple):
    """Where programs are compiled: with these `includes`, against `standin`, into `directory`. `lacks` are the
    folders whose programs the header cannot serve, and what it lacks; `trampolines` options for programs that ask; `parts` what
    is linked into each."""

    directory: Path
    includes: tuple[str, ...]
    standin: Path
    lacks: dict[str, str]
    trampolines: tuple[str, ...]
    parts: tuple[str, ...] = ()

    def compile(self, variant: Variant) -> Path:
        """The shared object of a program. Raises CompileError."""
        source = variant.program.source
        compiler = "g++" if source.suffix == ".cc" else "gcc"
        asked = self.trampolines if ASKS in source.read_text(encoding="latin-1") else ()
        command = [compiler, *SHARED, *variant.options, *asked, *self.includes, str(source)]
        made = self.directory / f"{hashlib.sha256(' '.join(command).encode()).hexdigest()[:24]}{SUFFIX}"
        newest = max(path.stat().st_mtime for path in (source, self.standin))
        if not made.exists() or made.stat().st_mtime < newest:
            _run([*command, "-o", str(made), str(self.standin), *self.parts, *LASTING, "-lm", "-lpthread"])
        return made


def bench(directory: Path, includes: list[Path], *, static_trampolines: bool) -> Bench:
    """Make the stand-in and the header that programs include beside libffi's. Raises CompileError."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "fficonfig.h").write_text(CONFIGURED)
    standin = directory / f"libffi-standin{SUFFIX}"
    if not standin.exists() or standin.stat().st_mtime < STANDIN.stat().st_mtime:
        name = () if LASTING else ("-Wl,-soname", f"-Wl,{standin}")
        _run(["gcc", "-O2", *SHARED, *name, str(STANDIN), "-o", str(standin)])
    parts = ()
    if LASTING:
        parts = (str(directory / "ended.o"),)
        _run(["gcc", "-O2", "-c", str(ENDED), "-o", *parts])
    options = tuple(word for path in (directory, *includes) for word in ("-I", str(path)))
    lacks = {folder: f"the header has no {name}" for folder, name in NEEDS.items() if not _defines(name, options)}
    return Bench(directory, options, standin, lacks, STATIC_TRAMPOLINES if static_trampolines else (), parts)


def _defines(name: str, includes: tuple[str, ...]) -> bool:
    """Whether ffi.h defines a macro."""
    text = f"#include <ffi.h>\n#ifndef {name}\n#error\n#endif\n"
    command = ["gcc", *includes, "-E", "-x", "c", "-", "-o", "/dev/null"]
    return not subprocess.run(command, input=text, text=True, capture_output=True, check=False).returncode


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompileError(done.stderr.strip()[:2000])
