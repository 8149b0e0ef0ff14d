"""How a library is opened: the flags of the system's linker."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

import farcall


def test_names_can_be_given_to_others(compile_c: Any) -> None:
    path = compile_c("int farcall_test_global(void) { return 5; }", "global_names")
    program = (
        "import farcall, os, sys\n"
        "process = farcall.Library(None)\n"
        f"farcall.Library({str(path)!r}, mode=eval(sys.argv[1]))\n"
        "try: print(process.function('int farcall_test_global(void)')())\n"
        "except farcall.SymbolError: print('unknown')\n"
    )

    def run(mode: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, mode], capture_output=True, text=True, check=False, env=os.environ
        )
        return done.stdout.strip() or done.stderr

    assert [run("None"), run("os.RTLD_GLOBAL"), run("os.RTLD_GLOBAL | os.RTLD_LAZY")] == ["unknown", "5", "5"]


def test_noload_opens_only_what_is_there(compile_c: Any) -> None:
    path = compile_c("int n;", "not_loaded_before")
    with pytest.raises(farcall.LibraryError, match="not loaded, and RTLD_NOLOAD loads nothing"):
        farcall.Library(path, mode=os.RTLD_NOLOAD)
    farcall.Library(path)
    assert farcall.Library(path, mode=os.RTLD_NOLOAD).path == str(path)


@pytest.mark.parametrize("mode", ["now", 1.0, True])
def test_what_is_no_mode(mode: Any) -> None:
    with pytest.raises(TypeError, match="mode must be an int"):
        farcall.Library("libc.so.6", mode=mode)


@pytest.mark.parametrize("mode", [-1, 1 << 31, 1 << 80])
def test_what_no_linker_knows(mode: int) -> None:
    with pytest.raises(ValueError, match="mode must be flags"):
        farcall.Library("libc.so.6", mode=mode)


def test_function_types_are_those_of_pointers() -> None:
    lib: Any = farcall.cdef("typedef int binary(int, int); typedef binary *binary_pointer;")
    assert lib.types.binary is lib.types.binary_pointer
    assert lib.types["int (int, int)"] is lib.types.binary
    assert farcall.type_of("int (int, int)") is lib.types.binary
    closure = farcall.Closure(lambda a, b: a * b, lib.types.binary)
    assert closure(6, 7) == 42
    assert lib.types.binary(closure)(2, 3) == 6
