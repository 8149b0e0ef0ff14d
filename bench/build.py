"""Compiles what the bench calls and the peer it is measured against, with gcc, into one directory."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

__all__ = [
    "cffi_module",
    "declarations",
    "extension",
    "extension_module",
    "gcc_version",
    "missing",
    "shared_object",
    "target",
    "without_includes",
]

PEER = Path(__file__).parent / "peer"
GCC = ("gcc", "-O2", "-fPIC", "-shared", "-Wall")
HEADERS = Path(sysconfig.get_path("include"))
#: Debian's pyconfig.h includes one that lies beside these headers: for Pythons that are not in /usr.
BESIDE = f"-idirafter{HEADERS.parent}"


def missing(*, headers: bool = True) -> str | None:
    """What the bench needs and this machine lacks, as a sentence; `headers`: Python's, too."""
    if not shutil.which("gcc"):
        return "the bench needs gcc to build its peers (Debian, Ubuntu: apt-get install gcc libc6-dev)"
    header = HEADERS / "Python.h"
    if headers and not header.exists():
        return f"the bench needs {header} for its C extension (Debian, Ubuntu: apt-get install python3-dev)"
    return None


def gcc_version() -> str:
    done = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def shared_object(source: Path, output: Path, *options: str) -> Path:
    """`source` as a shared object at `output`."""
    subprocess.run([*GCC, str(source), "-o", str(output), *options], check=True)
    return output


def target(directory: Path) -> Path:
    """The library that all peers call."""
    return shared_object(PEER / "target.c", directory / "libtarget.so")


def without_includes(header: Path) -> str:
    """A header's C declarations."""
    lines = header.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def declarations() -> str:
    """The C declarations of the library that all peers call."""
    return without_includes(PEER / "target.h")


def extension_module(name: str, source: Path, directory: Path, library: str, *options: str) -> ModuleType:
    """The extension module `name` of `source`, linked to lib`library`.so in `directory`."""
    output = shared_object(
        source,
        directory / f"{name}.so",
        f"-I{HEADERS}",
        BESIDE,
        *options,
        f"-L{directory}",
        f"-l{library}",
        f"-Wl,-rpath,{directory}",
    )
    spec = importlib.util.spec_from_file_location(name, output)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def extension(directory: Path, *, release: bool) -> ModuleType:
    """The hand-written extension, linked to the target in `directory`; `release`: it releases the GIL."""
    name, options = ("peer_release", ["-DRELEASE_GIL"]) if release else ("peer_hold", [])
    return extension_module(name, PEER / "extension.c", directory, "target", *options)


def cffi_module(name: str, header: Path, directory: Path, library: str) -> ModuleType:
    """cffi's API mode: the module `name` over lib`library`.so in `directory`, with `ffi` and `lib`."""
    import cffi

    maker = cffi.FFI()
    maker.cdef(without_includes(header))
    maker.set_source(
        name,
        f'#include "{header.name}"',
        include_dirs=[str(header.parent)],
        libraries=[library],
        library_dirs=[str(directory)],
        runtime_library_dirs=[str(directory)],
        extra_compile_args=[BESIDE],
    )
    maker.compile(tmpdir=str(directory))
    sys.path.insert(0, str(directory))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(directory))
