"""GNU's tools for each CPU that frames are described for: what makes, reads and runs its programs here."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

__all__ = ["BARE", "KERNEL_HEADERS", "TOOLCHAINS", "Toolchain", "nm", "own_process"]

#: Those in <asm/> are the same for 32 bits, but found only where gcc-multilib is installed.
KERNEL_HEADERS = ("-idirafter", "/usr/include/x86_64-linux-gnu")
NATIVE = platform.machine() in ("x86_64", "AMD64")


class Toolchain(NamedTuple):
    """How tools are called: what stands before their names, the flags of `as` and of `g++`, and the emulator."""

    prefix: str
    assembler: tuple[str, ...] = ()
    compiler: tuple[str, ...] = ()
    emulator: tuple[str, ...] = ()

    def tool(self, name: str, *arguments: object) -> str:
        """The output of one of the tools. Skips where it is missing."""
        flags = self.assembler if name == "as" else self.compiler if name == "g++" else ()
        return output(self.prefix + name, *flags, *arguments)

    def check(self) -> None:
        """Skip where there is nothing to run its programs."""
        if not (NATIVE or self.emulator):
            pytest.skip("programs of x86-64 are not run on this machine")

    def run(self, program: Path, *arguments: object) -> str:
        """The output of a program."""
        return output(*self.emulator, program, *arguments)

    def assembled(self, text: str, made: Path) -> Path:
        """The object that `as` makes of a source."""
        source = made.with_suffix(".s")
        source.write_text(text)
        self.tool("as", "-o", made, source)
        return made

    def code(self, text: str, made: Path) -> bytes:
        """The bytes of a source's code."""
        binary = made.with_suffix(".bin")
        self.tool("objcopy", "-O", "binary", "-j", ".text", self.assembled(text, made), binary)
        return binary.read_bytes()

    def compiled(self, source: Path, made: Path, *flags: str) -> Path:
        """A program of a C++ source. Skips where this compiler has no C++ library for the CPU."""
        self.check_library(made)
        self.tool("g++", "-O2", "-std=c++17", "-Wall", "-Wextra", "-Werror", *flags, "-o", made, source, "-ldl")
        return made

    def check_library(self, made: Path) -> None:
        """Skip where this compiler has no C++ library for the CPU, which it links programs of C with too."""
        self.check()
        empty = made.with_suffix(".empty.cpp")
        empty.write_text("#include <string>\nint main() { return std::string().size(); }\n")
        try:
            self.tool("g++", "-o", made, empty)
        except AssertionError:
            pytest.skip(f"needs the C++ library for {self.prefix or 'this machine'} {' '.join(self.compiler)}")


TOOLCHAINS = {
    "x86_64": Toolchain("" if NATIVE else "x86_64-linux-gnu-", ("--64",), ("-m64",)),
    "i386": Toolchain("" if NATIVE else "x86_64-linux-gnu-", ("--32",), ("-m32", *KERNEL_HEADERS)),
    "aarch64": Toolchain("aarch64-linux-gnu-", emulator=("qemu-aarch64", "-L", "/usr/aarch64-linux-gnu")),
    "riscv64": Toolchain("riscv64-linux-gnu-", emulator=("qemu-riscv64", "-L", "/usr/riscv64-linux-gnu")),
    "loongarch64": Toolchain(
        "loongarch64-linux-gnu-", emulator=("qemu-loongarch64", "-L", "/usr/loongarch64-linux-gnu")
    ),
    "ppc64le": Toolchain(
        "powerpc64le-linux-gnu-",
        ("-mpower8", "-mregnames"),
        emulator=("qemu-ppc64le", "-L", "/usr/powerpc64le-linux-gnu"),
    ),
    "arm": Toolchain(
        "arm-linux-gnueabihf-", ("-march=armv7-a",), emulator=("qemu-arm", "-L", "/usr/arm-linux-gnueabihf")
    ),
    "mipsel": Toolchain("mipsel-linux-gnu-", emulator=("qemu-mipsel", "-L", "/usr/mipsel-linux-gnu")),
    "mips64el": Toolchain("mips64el-linux-gnuabi64-", emulator=("qemu-mips64el", "-L", "/usr/mips64el-linux-gnuabi64")),
    "mips": Toolchain("mips-linux-gnu-", emulator=("qemu-mips", "-L", "/usr/mips-linux-gnu")),
    "mips64": Toolchain("mips64-linux-gnuabi64-", emulator=("qemu-mips64", "-L", "/usr/mips64-linux-gnuabi64")),
    "s390x": Toolchain("s390x-linux-gnu-", ("-march=z13",), emulator=("qemu-s390x", "-L", "/usr/s390x-linux-gnu")),
}
#: Those of CPUs whose C library is not here.
BARE = {
    "riscv32": Toolchain("riscv64-linux-gnu-", ("-march=rv32gc", "-mabi=ilp32d")),
    "aarch64_be": Toolchain("aarch64-linux-gnu-", ("-EB",)),
}


def own_process() -> None:
    """Skip where Python runs in another program, which gdb and perf would see in its place."""
    with open(sys.executable, "rb") as file:
        if file.read(4) != b"\x7fELF":
            pytest.skip(f"{sys.executable} is not the program that runs here")


def output(program: object, *arguments: object) -> str:
    name = os.fspath(program) if isinstance(program, Path) else str(program)
    if not shutil.which(name):
        pytest.skip(f"needs {name}")
    done = subprocess.run([name, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name} {' '.join(map(str, arguments))}: {done.returncode}\n{done.stderr}"
    return done.stdout


def nm(tools: Toolchain, made: Path) -> dict[str, int]:
    """The symbols of an object."""
    rows = (line.split() for line in tools.tool("nm", made).splitlines())
    return {name: int(address, 16) for address, _, name in rows}
