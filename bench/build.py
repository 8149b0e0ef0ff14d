"""Compiles what the bench calls and the peer it is measured against, with gcc, into one directory."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sysconfig
from pathlib import Path
from types import ModuleType

__all__ = ["declarations", "extension", "gcc_version", "missing", "shared_object", "target"]

PEER = Path(__file__).parent / "peer"
GCC = ("gcc", "-O2", "-fPIC", "-shared", "-Wall")


def missing() -> str | None:
    """What the bench needs and this machine lacks, as a sentence."""
    if not shutil.which("gcc"):
        return "the bench needs gcc to build its peers (Debian, Ubuntu: apt-get install gcc libc6-dev)"
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.exists():
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


def declarations() -> str:
    """The C declarations of that library, without the includes."""
    lines = (PEER / "target.h").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def extension(directory: Path, *, release: bool) -> ModuleType:
    """The hand-written extension, linked to the target in `directory`; `release`: it releases the GIL."""
    name = "peer_release" if release else "peer_hold"
    output = shared_object(
        PEER / "extension.c",
        directory / f"{name}.so",
        f"-I{sysconfig.get_path('include')}",
        *(["-DRELEASE_GIL"] if release else []),
        f"-L{directory}",
        "-ltarget",
        f"-Wl,-rpath,{directory}",
    )
    spec = importlib.util.spec_from_file_location(name, output)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
