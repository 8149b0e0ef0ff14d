"""CPython for Windows, of 64 bits or of 32, as python.org compiles it, with what the tests need, in a directory of the cache.

Its library and its extension modules come in the wheels of a package that programs are frozen with; the program is four lines
of C, the standard library that of any host's Python of the same version. `gcc.exe` beside it runs the host's MinGW, `clang.exe`
its clang.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import root32
from c_library import make_c_library

__all__ = ["KINDS", "VERSIONS", "Kind", "make_python"]

HERE = Path(__file__).resolve().parent
#: The versions that there are wheels of.
VERSIONS = ("3.11", "3.12", "3.13")
CLANG = "clang-19"


class Kind(NamedTuple):
    """Pythons of one width: what has to be there for them, MinGW's programs, and what wheels call the platform."""

    programs: tuple[str, ...]
    mingw: str
    platform: str

    @property
    def needed(self) -> tuple[str, ...]:
        """All programs that have to be there."""
        return (*self.programs, f"{self.mingw}-gcc", f"{self.mingw}-dlltool")

    @property
    def compilers(self) -> dict[str, str]:
        """By the name that tests call them by."""
        return {"gcc": f"{self.mingw}-gcc", "g++": f"{self.mingw}-g++", "clang": f"{CLANG} --target={self.mingw}"}


#: By their bits. Debian's packages: wine, wine64, gcc- and g++-mingw-w64-x86-64-win32,
#: gcc-mingw-w64-i686-win32, clang-19.
KINDS = {
    64: Kind(("wine", "wineserver", CLANG, "x86_64-w64-mingw32-g++"), "x86_64-w64-mingw32", "win_amd64"),
    32: Kind((*root32.PROGRAMS, CLANG), "i686-w64-mingw32", "win32"),
}
WHEEL, INSIDE = "panda3d", "deploy_libs/"
#: The last hypothesis that is Python alone: what later ones have wants libraries that the wheel above has not.
TEST_PACKAGES = ("pytest", "hypothesis<6.155", "colorama")
LAUNCHER = """#include <wchar.h>
__declspec(dllimport) int Py_Main(int, wchar_t **);
int wmain(int argc, wchar_t **argv) { return Py_Main(argc, argv); }
"""
#: Extension modules that are left out: `platform` asks this one of Windows' own database, in which wine lacks what it then calls.
LEFT_OUT = ("_wmi.pyd",)
#: Parts of the standard library that are the host's own.
FOREIGN = ("lib-dynload", "test", "site-packages", "dist-packages", "__pycache__", "config-*", "idlelib", "ensurepip")


def make_python(version: str, bits: int) -> Path:
    """The directory that has python.exe, made on the first call and after a change of what it is made from."""
    chosen = os.environ.get("FARCALL_TEST_WINDOWS")
    home = Path(chosen) if chosen else Path.home() / ".cache" / "farcall-tests" / "windows"
    home /= version if bits == 64 else f"{version}-{bits}"
    kind, stamp = KINDS[bits], home / "stamp"
    sources = (
        "interpreter.py",
        "unix_program.c",
        "c_library.py",
        "c_library.c",
        *(["root32.py"] if bits == 32 else []),
    )
    made_of = [(HERE / source).read_bytes() for source in sources]
    said = hashlib.sha256(repr(made_of).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != said:
        print(f"making CPython {version} for Windows of {bits} bits in {home}", flush=True)
        shutil.rmtree(home, ignore_errors=True)
        (home / "DLLs").mkdir(parents=True)
        if bits == 32:
            root32.make_wine(home, (f"{kind.mingw}-gcc", CLANG))
        _library(version, kind, home)
        _standard_library(version, home)
        _programs(version, kind, home)
        make_c_library(kind.mingw, home, home / "root" if bits == 32 else Path("/"))
        packages = home / "Lib" / "site-packages"
        _pip("install", "--target", packages, *_platform(version, kind), "--only-binary=:all:", *TEST_PACKAGES)
        stamp.write_text(said)
    return home


def _platform(version: str, kind: Kind) -> list[str]:
    return ["--platform", kind.platform, "--python-version", version, "--implementation", "cp"]


def _pip(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "-q", "-q", "--disable-pip-version-check", *words], check=True)


def _library(version: str, kind: Kind, home: Path) -> None:
    wheels = home / "wheel"
    _pip("download", "--no-deps", "--only-binary=:all:", *_platform(version, kind), "-d", wheels, WHEEL)
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            name = member.removeprefix(INSIDE)
            if member.startswith(INSIDE) and name and name not in LEFT_OUT:
                (home / ("DLLs" if name.endswith(".pyd") else ".") / name).write_bytes(archive.read(member))
    shutil.rmtree(wheels)


def _standard_library(version: str, home: Path) -> None:
    """Of this Python, or another on the machine."""
    on_path = shutil.which(f"python{version}")
    programs = [sys.executable] if sys.version.startswith(f"{version}.") else [on_path] if on_path else []
    programs += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}")), reverse=True)
    ask = "import sysconfig; print(sysconfig.get_path('stdlib'))"
    for program in programs:  # pyenv's on PATH may be one that says only that it is not chosen
        asked = subprocess.run([program, "-c", ask], capture_output=True, text=True, check=False)
        if not asked.returncode:
            break
    else:
        raise SystemExit(f"needs a Python {version} of this machine's, for its standard library")
    where = asked.stdout.strip()
    shutil.copytree(where, home / "Lib", ignore=shutil.ignore_patterns(*FOREIGN))


def _programs(version: str, kind: Kind, home: Path) -> None:
    gcc = f"{kind.mingw}-gcc"
    library = f"python{version.replace('.', '')}.dll"
    source, definition, archive = home / "launcher.c", home / "python.def", home / "libpython.a"
    source.write_text(LAUNCHER)
    definition.write_text(f"LIBRARY {library}\nEXPORTS\nPy_Main\n")
    subprocess.run([f"{kind.mingw}-dlltool", "-d", definition, "-l", archive], check=True)
    subprocess.run([gcc, "-O1", "-municode", source, archive, "-o", home / "python.exe"], check=True)
    for file in (source, definition, archive):
        file.unlink()
    for name, command in kind.compilers.items():
        program = f'-DPROGRAM="{command}"'
        source = HERE / "unix_program.c"
        subprocess.run([gcc, "-O1", "-municode", program, source, "-o", home / f"{name}.exe"], check=True)
