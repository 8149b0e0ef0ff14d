"""The CPUs that the tests run on: which Debian has a CPython for each, what runs it, what compiles for it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CPUS", "HEADERS", "MOVING", "PACKAGES", "SHORT", "SHORT_COUNT", "TEST_PACKAGES", "WITHOUT", "Cpu"]


class Cpu(NamedTuple):
    """`debian`, `suite`, `python`: the packages' architecture, release and Python. `multiarch`: Debian's name of its
    library directories. `tools`: what its compilers' names begin with; `flags`: of those that need one for it.
    `loader`: its dynamic linker. `native`: an x86-64 processor runs its code without an emulator. `more`: packages
    that only it has, taken alone."""

    name: str
    debian: str
    suite: str
    python: str
    emulator: str
    multiarch: str
    tools: str
    flags: dict[str, tuple[str, ...]]
    loader: str
    native: bool
    more: tuple[str, ...] = ()


#: x86-64's own gcc and binutils make code for i386 as well.
#: The kernel's headers, <asm/...>, are the same for both.
M32 = dict.fromkeys(("gcc", "g++", "cpp"), ("-m32", "-idirafter", "/usr/include/x86_64-linux-gnu"))
M32 |= {"as": ("--32",), "ld": ("-m", "elf_i386")}

#: Free Pascal, the one compiler of i386's Pascal conventions; it needs no more than these two.
PASCAL = ("fp-compiler-3.2.2", "fp-units-rtl-3.2.2")

CPUS = {
    cpu.name: cpu
    for cpu in (
        Cpu("aarch64", "arm64", "bookworm", "3.11", "qemu-aarch64", "aarch64-linux-gnu", "aarch64-linux-gnu-", {},
            "lib/ld-linux-aarch64.so.1", False),
        Cpu("arm", "armhf", "bookworm", "3.11", "qemu-arm", "arm-linux-gnueabihf", "arm-linux-gnueabihf-", {},
            "lib/ld-linux-armhf.so.3", False),
        Cpu("i386", "i386", "bookworm", "3.11", "qemu-i386", "i386-linux-gnu", "x86_64-linux-gnu-", M32,
            "lib/ld-linux.so.2", True, PASCAL),
        Cpu("riscv64", "riscv64", "trixie", "3.13", "qemu-riscv64", "riscv64-linux-gnu", "riscv64-linux-gnu-", {},
            "lib/ld-linux-riscv64-lp64d.so.1", False),
        Cpu("loongarch64", "loong64", "sid", "3.14", "qemu-loongarch64", "loongarch64-linux-gnu", "loongarch64-linux-gnu-", {},
            "lib64/ld-linux-loongarch-lp64d.so.1", False),
        Cpu("s390x", "s390x", "bookworm", "3.11", "qemu-s390x", "s390x-linux-gnu", "s390x-linux-gnu-", {},
            "lib/ld64.so.1", False),
        Cpu("ppc64le", "ppc64el", "bookworm", "3.11", "qemu-ppc64le", "powerpc64le-linux-gnu", "powerpc64le-linux-gnu-", {},
            "lib/powerpc64le-linux-gnu/ld64.so.2", False),
        Cpu("mipsel", "mipsel", "bookworm", "3.11", "qemu-mipsel", "mipsel-linux-gnu", "mipsel-linux-gnu-", {},
            "lib/mipsel-linux-gnu/ld.so.1", False),
        Cpu("mips64el", "mips64el", "bookworm", "3.11", "qemu-mips64el", "mips64el-linux-gnuabi64", "mips64el-linux-gnuabi64-",
            {}, "lib/mips64el-linux-gnuabi64/ld.so.1", False),
    )
}  # fmt: skip

#: Releases whose packages change from day to day: what only they have is asked for by its name, and is not among all.
MOVING = ("sid",)

#: CPython, NumPy, and the libraries that tests call; what these need comes with them.
PACKAGES = (
    "python{python}-minimal", "libpython{python}-stdlib", "libstdc++6", "python3-numpy", "zlib1g", "libffi8",
    "libsqlite3-0", "libcurl4",
)  # fmt: skip
#: Headers, each package alone: the C library's are the compiler's own.
HEADERS = (
    "libpython{python}-dev", "zlib1g-dev", "libffi-dev", "libsqlite3-dev", "libcurl4-openssl-dev", "libpng-dev",
    "libssl-dev", "libsdl2-dev",
)  # fmt: skip

#: In pure Python, so that this machine's pip installs them for any other.
TEST_PACKAGES = ("pytest>=7", "pytest-xdist>=3", "hypothesis>=6")

#: Where time is short: what runs code made for the CPU, and the facts about its Python. The rest is the same on any.
SHORT = (
    "tests/seed", "tests/raw", "tests/cpython/callable/test_closure.py", "tests/cpython/link/test_executable.py",
    "tests/cpython/callable/test_policy.py", "tests/cpython/value/test_values.py", "tests/test_oracle_calls.py",
    "tests/test_oracle_closures.py", "tests/test_oracle_pascal.py", "tests/test_oracle_systems.py",
)  # fmt: skip
#: And how many random signatures of each sort (see tests/oracle).
SHORT_COUNT = 20

#: What the tests may lack there, though nothing else (see tests/conftest.py): what is large and not for one CPU, and
#: programs that look into a process, which see the emulator.
WITHOUT = (
    "scipy", "mypy", "gdb", "perf", "valgrind", "libglib2.0-dev", "libgtk-3-dev", "libhdf5-dev", "libopenmpi-dev",
    "libonig-dev", "libssl3", "libsdl2-2.0-0", "x86_64-w64-mingw32-gcc",
)  # fmt: skip
