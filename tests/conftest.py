"""What all tests share: C compiled on the spot, and skips that are failures where nothing may be missing.

Under CI (`CI=true`, as `.ci/run` sets it) a test skipped for want of a tool, which is one whose reason starts
with "needs ", fails instead; unless it names, among its words, one of FARCALL_TESTS_WITHOUT ("numpy,gdb"), which says
what is not to be had where the tests run.
"""

from __future__ import annotations

import ctypes
import gc
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.cpython.facts.without_gil import has_gil
from tests.oracle import HERE

#: Unwind tables are what gcc makes for C by itself on most CPUs.
FLAGS = ("-funwind-tables", "-O1", "-std=gnu11", "-Wall", "-Werror", "-fPIC", "-shared")
MISSING = "needs "
WORDS = re.compile(r"[\w.+-]+")
CI = os.environ.get("CI", "") == "true"
#: Of tests that ask for what a Python without a GIL has not: one thread at a time; up to 3.13 the end of a class, a module or a
#: function on the module's level once there was a second thread.
with_gil = pytest.mark.skipif(not has_gil(), reason="several threads run here at a time, as there is no GIL")
classes_go = pytest.mark.skipif(
    not has_gil() and sys.version_info < (3, 14), reason="this Python frees no class once there was a second thread"
)
#: Of tests of what is pure, over all targets: they say the same on every Python.
not_for_debug_builds = pytest.mark.skipif(
    hasattr(sys, "gettotalrefcount"), reason="says the same on every Python, and takes minutes on a debug build"
)
WITHOUT = frozenset(os.environ.get("FARCALL_TESTS_WITHOUT", "").split(",")) - {""}

if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
    # A shell starts background jobs with SIGINT ignored, and they hand that on; the tests are about Python's own.
    signal.signal(signal.SIGINT, signal.default_int_handler)

if sys.platform == "win32":  # most tests call C's libraries what they are called on Linux
    from farcall.system.windows import search

    search.C_LIBRARIES |= dict.fromkeys(("libc.so.6", "libm.so.6"), "ucrtbase.dll")
    _dlopen = ctypes._dlopen  # type: ignore[attr-defined,unused-ignore]
    ctypes._dlopen = lambda name, mode: _dlopen(search.C_LIBRARIES.get(name, name), mode)  # type: ignore[attr-defined,unused-ignore]

# Tests that count what is in use read names in loops: nobody's thousandth read is to load the rest of farcall.
farcall._left.clear()

Compile = Callable[..., Path]
Load = Callable[..., "farcall.Library"]  # its name: the tests of C types need no machine code


@pytest.fixture(autouse=True, scope="session")
def own_headers(tmp_path_factory: pytest.TempPathFactory) -> Generator[None, None, None]:
    """Headers are read by the compiler that is found first, and kept in a directory of the tests' own; no images of code are
    kept, but by the tests of these."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("FARCALL_CACHE", "off")
        patch.delenv("CC", raising=False)
        yield


@pytest.fixture(autouse=True, scope="module")
def what_came_before_is_no_garbage() -> None:
    """Tests that collect garbage look at what they made, not through all that the modules before theirs keep: routines of
    every CPU, which take longer than the tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def x87_left_empty() -> Generator[None, None, None]:
    """On i386 floating results travel on the x87's stack: whoever leaves one there spoils later ones, far away."""
    before = x87_in_use()
    yield
    assert before or not x87_in_use(), "something is left on the x87's stack"


def x87_in_use() -> bool:
    """Whether a register of the x87 is, by its tags; always False where calls do not use it."""
    if HERE.target.cpu != "i386":
        return False
    environment = ctypes.create_string_buffer(64)  # as fnstenv stores it: words of 32 bits, the third has the tags
    ctypes.CDLL("libm.so.6").fegetenv(environment)
    return int.from_bytes(environment.raw[8:10], "little") != 0xFFFF


@pytest.fixture(scope="session")
def compile_c(tmp_path_factory: pytest.TempPathFactory) -> Compile:
    """`compile_c(source, name="c")`: the path of a shared library that gcc makes of C source, once a session."""
    made: dict[tuple[str, str], Path] = {}

    def compiled(source: str, name: str = "c") -> Path:
        gcc = shutil.which("gcc")
        if gcc is None:
            pytest.skip("needs gcc")
        key = (name, source)
        if key not in made:
            directory = tmp_path_factory.mktemp(f"{name}_{sha256(source.encode()).hexdigest()[:8]}")
            text, library = directory / f"{name}.c", directory / f"lib{name}.so"
            text.write_text(source)
            done = subprocess.run(
                [gcc, *FLAGS, "-o", library, text, "-lm"], capture_output=True, text=True, check=False
            )
            if done.returncode:
                pytest.fail(f"gcc cannot compile {text}:\n{done.stderr[:4000]}")
            made[key] = library
        return made[key]

    return compiled


@pytest.fixture(scope="session")
def load_c(compile_c: Compile) -> Load:
    """`load_c(source, declarations="", **options)`: a new Library of compiled C source, with its declarations."""

    def load(source: str, declarations: str = "", **options: Any) -> farcall.Library:
        library = farcall.Library(compile_c(source), **options)
        if declarations:
            library.cdef(declarations)
        return library

    return load


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, None]:
    _refuse_skip((yield).get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, None]:
    _refuse_skip((yield).get_result())


def _refuse_skip(report: Any) -> None:
    """Under CI, make a failure of a skip for want of a tool."""
    if not (CI and report.skipped and isinstance(report.longrepr, tuple)):
        return
    path, line, text = report.longrepr
    reason = text.removeprefix("Skipped: ")
    if reason.startswith(MISSING) and not WITHOUT & set(WORDS.findall(reason)):
        report.outcome = "failed"
        report.longrepr = f"{path}:{line}: skipped under CI, where nothing may be missing: {reason}"
