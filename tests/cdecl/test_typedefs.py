"""The typedefs that every scope starts with, beside those of C's headers."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys

import pytest

from farcall.cdecl.standard import FIXED, standard
from farcall.convention import target
from farcall.ctype import DataModel, Integer, is_signed, sizeof
from tests.oracle import HERE, needs_here
from tests.oracle.emulated import tool

HEADERS = (
    "stdint.h", "stddef.h", "sys/types.h", "sys/stat.h", "sys/socket.h", "sys/time.h", "netinet/in.h", "wchar.h", "wctype.h",
    "time.h", "uchar.h",
)  # fmt: skip
NAMES = [name for name in FIXED if name not in ("bool", "char8_t") and not name.startswith(("__", "Py_"))]

#: What clang reads in the headers of a system otherwise than farcall would have it for Linux on the same CPU: size in
#: bytes, and sign. The headers are those in Zig 0.17.1 (PyPI's ziglang: `python -m ziglang cc -target x86_64-macos`), for
#: Windows MinGW's; x32's are glibc's, read by gcc.
OTHERWISE = {
    "x86_64-macos": "mode_t 2u, sa_family_t 1u, dev_t 4s, clock_t 8u, suseconds_t 4s, blksize_t 4s, int_fast16_t 2s, "
    "uint_fast16_t 2u, int_fast32_t 4s, uint_fast32_t 4u, wint_t 4s",
    "x86_64-freebsd": "int_fast8_t 4s, uint_fast8_t 4u, id_t 8s, key_t 8s, mode_t 2u, sa_family_t 1u, clock_t 4s, "
    "blksize_t 4s, int_fast16_t 4s, uint_fast16_t 4u, int_fast32_t 4s, uint_fast32_t 4u, wint_t 4s",
    "i386-freebsd": "int_fast8_t 4s, uint_fast8_t 4u, id_t 8s, mode_t 2u, sa_family_t 1u, clock_t 4u, off_t 8s, "
    "blkcnt_t 8s, ino_t 8u, wint_t 4s",
    "x86_64-openbsd": "int_fast8_t 4s, uint_fast8_t 4u, key_t 8s, sa_family_t 1u, dev_t 4s, blksize_t 4s, "
    "int_fast16_t 4s, uint_fast16_t 4u, int_fast32_t 4s, uint_fast32_t 4u, wint_t 4s",
    "i386-openbsd": "int_fast8_t 4s, uint_fast8_t 4u, sa_family_t 1u, dev_t 4s, time_t 8s, clock_t 8s, off_t 8s, "
    "blkcnt_t 8s, ino_t 8u, wint_t 4s",
    "x86_64-windows-gnu": "pid_t 8s, mode_t 2u, dev_t 4u, time_t 8s, ino_t 2u, wint_t 2u, int_fast16_t 2s, uint_fast16_t 2u",
    "i386-windows-gnu": "mode_t 2u, dev_t 4u, time_t 8s, ino_t 2u, wint_t 2u, int_fast16_t 2s, uint_fast16_t 2u",
    "x86_64-linux-x32": "time_t 8s, clock_t 8s, suseconds_t 8s, off_t 8s, blksize_t 8s, blkcnt_t 8s, ino_t 8u",
}
OTHERWISE["aarch64-macos"] = OTHERWISE["x86_64-macos"]
OTHERWISE["aarch64-windows"] = OTHERWISE["x86_64-windows-gnu"].partition(", int_fast16_t")[0]


def shape(type: object, model: DataModel) -> str:
    assert isinstance(type, Integer)
    return f"{sizeof(type, model)}{'s' if is_signed(type, model) else 'u'}"


def assert_headers_agree(compiler: str, model: DataModel) -> None:
    """Every typedef has the size and sign that the compiler reads in its headers."""
    typedefs, _ = standard(model)
    lines = ["#define _GNU_SOURCE", *(f"#include <{header}>" for header in HEADERS)]
    for name in NAMES:
        size, negative = sizeof(typedefs[name], model), int(is_signed(typedefs[name], model))
        lines.append(f'_Static_assert(sizeof({name}) == {size} && (({name})-1 < 0) == {negative}, "{name}");')
    command = [compiler, "-fsyntax-only", "-w", "-x", "c", "-"]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@needs_here
def test_here_they_are_those_of_the_headers() -> None:
    if not shutil.which("gcc"):
        pytest.skip("needs gcc")
    assert_headers_agree("gcc", HERE.model)


def test_python_s_own_are_the_interpreter_s() -> None:
    typedefs, _ = standard(HERE.model)
    assert shape(typedefs["Py_ssize_t"], HERE.model) == f"{struct.calcsize('n')}s"
    assert shape(typedefs["Py_hash_t"], HERE.model) == f"{sys.hash_info.width // 8}s"


@pytest.mark.parametrize(
    ("cpu", "system"),
    [
        ("aarch64", "gnu"),
        ("arm", "gnueabihf"),
        ("riscv64", "gnu"),
        ("loongarch64", "gnu"),
        ("s390x", "gnu"),
        ("powerpc64le", "gnu"),
        ("mipsel", "gnu"),
        ("mips64", "gnuabi64"),
    ],
)
def test_on_other_cpus_they_are_those_of_the_headers(cpu: str, system: str) -> None:
    assert_headers_agree(tool(f"{cpu}-linux-{system}-gcc"), target(f"{cpu.replace('powerpc', 'ppc')}-linux").model)


@pytest.mark.parametrize("name", OTHERWISE)
def test_other_systems(name: str) -> None:
    model = target(name).model
    typedefs, _ = standard(model)
    found = [(one, shape(typedefs[one], model)) for one in NAMES]
    otherwise = {f"{one} {there}" for one, there in found if there != shape(FIXED[one], model)}
    expected = set(OTHERWISE[name].split(", "))  # some of it by the model alone: `long` has that size
    assert expected <= {f"{one} {there}" for one, there in found}
    assert otherwise <= expected
