"""The headers that the tests read: how each is named, and which package has it."""

from __future__ import annotations

import subprocess
import sysconfig
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from farcall.cdecl import Scope
from farcall.cdecl.header import Header, Include, include
from tests.ctype import measure

__all__ = ["HEADERS", "Case", "need", "read"]


class Case(NamedTuple):
    """A header, the Debian package it is in, the least number of functions, types and constants that any version of
    it declares, and some of what everyone uses."""

    header: str
    package: str
    least: tuple[int, int, int]
    names: tuple[str, ...]
    directories: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The same header for gcc."""
        found = [Path(place, self.header) for place in self.directories if Path(place, self.header).exists()]
        return f'#include "{found[0]}"\n' if found else f"#include <{self.header}>\n"


HEADERS = [
    Case("stdio.h", "libc6-dev", (80, 10, 10), ("printf", "EOF", "BUFSIZ", "FILE", "stdout", "P_tmpdir")),
    Case("stdlib.h", "libc6-dev", (90, 3, 4), ("qsort", "RAND_MAX", "div_t", "atoi")),
    Case("math.h", "libc6-dev", (200, 2, 20), ("cos", "M_PI", "HUGE_VAL", "FP_NAN", "double_t", "signgam")),
    Case("time.h", "libc6-dev", (20, 5, 10), ("strftime", "CLOCKS_PER_SEC", "tm", "timespec", "TIME_UTC")),
    Case("zlib.h", "zlib1g-dev", (60, 10, 30), ("deflate", "z_stream", "ZLIB_VERSION", "ZLIB_VERNUM", "Bytef")),
    Case("sqlite3.h", "libsqlite3-dev", (200, 20, 300), ("sqlite3_open", "SQLITE_ROW", "SQLITE_VERSION", "sqlite3_vfs")),
    Case("curl/curl.h", "libcurl4-openssl-dev", (60, 50, 600), ("curl_easy_init", "CURLOPT_URL", "curl_version_info")),
    Case("png.h", "libpng-dev", (200, 40, 150), ("png_create_write_struct", "png_color", "PNG_COLOR_TYPE_RGBA")),
    Case("SDL2/SDL.h", "libsdl2-dev", (600, 120, 1000), ("SDL_Init", "SDL_Event", "SDL_PIXELFORMAT_ARGB8888")),
    Case("openssl/evp.h", "libssl-dev", (1000, 200, 3000), ("EVP_MD_CTX_new", "EVP_MAX_MD_SIZE", "EVP_MD")),
    Case(
        "Python.h", "python3-dev", (900, 100, 300), ("PyObject_Repr", "PyObject", "PY_VERSION", "Py_MATH_PI"),
        (sysconfig.get_path("include"),),
    ),
]  # fmt: skip


@cache
def _there(source: str) -> bool:
    try:
        done = subprocess.run(
            ["gcc", "-fsyntax-only", "-w", "-x", "c", "-"], input=source.encode(), capture_output=True
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0


def need(case: Case) -> None:
    """Skip the test where gcc does not find the header."""
    if not _there(case.source):
        # Python.h is the running Python's own, which not every gcc takes; the others come with a package.
        wanted = "without" if case.header == "Python.h" else "needs"
        pytest.skip(f"{wanted} {case.header} that gcc takes ({case.package})")


@cache
def read(case: Case) -> tuple[Header, Scope]:
    """The header, all of it parsed, once for all tests, and its scope."""
    scope = Scope(measure.HERE)
    header = include(Include.checked(case.header, case.directories), scope)
    header.declared()
    return header, scope
