"""Compiling the oracle's C and reaching into what comes out."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

__all__ = ["FLAGS", "buffer", "build", "requested"]

#: -O1: gcc's own calling sequences, not those of a function inlined into another.
FLAGS = ("-O1", "-std=gnu11", "-w", "-fPIC", "-shared", "-fno-strict-aliasing", "-Wno-psabi")


#: What gcc has no word for, and its flag that clang does not take for Windows.
CLANG_ONLY, NOT_CLANG_S = "__attribute__((vectorcall))", "-fPIC"


def build(source: str, directory: Path, flags: Sequence[str] = (), name: str = "oracle") -> Path:
    """The path of the shared library that gcc makes of `source`, in `directory`, as `name`.so; clang where only that can.

    Skips the test where there is no such compiler; under CI that is a failure, as a compile error is everywhere.
    """
    word = "clang" if CLANG_ONLY in source else "gcc"
    compiler = shutil.which(word)
    if compiler is None:
        if os.environ.get("CI"):
            pytest.fail(f"{word} is missing")
        pytest.skip(f"needs {word}")
    text, library = directory / f"{name}.c", directory / f"{name}.so"
    text.write_text(source)
    given = [flag for flag in (*FLAGS, *flags) if word == "gcc" or flag != NOT_CLANG_S]
    done = subprocess.run(
        [compiler, *given, "-o", str(library), str(text)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{word} cannot compile {text}:\n{done.stderr[:4000]}")
    return library


def buffer(library: ctypes.CDLL, name: str, size: int) -> memoryview:
    """A writable view of the `size` bytes of the global `name`; valid while the library is loaded."""
    return memoryview((ctypes.c_ubyte * size).in_dll(library, name)).cast("B")


def requested(count: int) -> tuple[int, int]:
    """(seed, how many signatures): FARCALL_ORACLE_SEED and FARCALL_ORACLE_COUNT, else 1 and `count`."""
    return int(os.environ.get("FARCALL_ORACLE_SEED", "1")), int(os.environ.get("FARCALL_ORACLE_COUNT", count))
