"""What of libffi and its test programs differs by the CPU that gcc compiles for."""

from __future__ import annotations

import subprocess
from functools import cache
from typing import NamedTuple

__all__ = ["DEFAULT", "MACHINES", "Machine", "machine"]

DEFAULT = "default"


class Machine(NamedTuple):
    """`macro`: what gcc defines for the CPU; `triplet`: what GNU's configure calls it with its system; `target`, `port`:
    what libffi's configure calls it, and the folder of its source; `static_trampolines`: whether libffi's closures
    there are called elsewhere than where they are written; `long_double`: whether it has the type, other than as a name of
    double; `abis`: the compiler's options for each calling convention
    that programs are compiled for (testsuite/lib/libffi.exp, run-many-tests); `options`: those for all."""

    macro: str
    triplet: str
    target: str
    port: str
    static_trampolines: bool
    abis: dict[str, tuple[str, ...]]
    long_double: bool = True
    options: tuple[str, ...] = ()


def _abi(number: str, attribute: str) -> tuple[str, ...]:
    return (f"-DABI_NUM={number}", f"-DABI_ATTR={attribute}")


#: gcc's own double, as it is Microsoft's long double.
AS_MICROSOFT = ("-mlong-double-64",)
MACHINES = (
    # libffi's default there is what gcc has, which differs in long double only.
    Machine("_WIN64", "x86_64-w64-mingw32", "X86_WIN64", "x86", False,
            {DEFAULT: (), "win64": _abi("FFI_WIN64", "__MSABI__")}, long_double=False, options=AS_MICROSOFT),
    Machine("__x86_64__", "x86_64-pc-linux-gnu", "X86_64", "x86", True,
            {DEFAULT: (), "ms": _abi("FFI_GNUW64", "__MSABI__")}),
    Machine("__i386__", "i686-pc-linux-gnu", "X86", "x86", True,
            {DEFAULT: (), "stdcall": _abi("FFI_STDCALL", "__STDCALL__"),
             "thiscall": _abi("FFI_THISCALL", "__THISCALL__"), "fastcall": _abi("FFI_FASTCALL", "__FASTCALL__")}),
    Machine("__aarch64__", "aarch64-unknown-linux-gnu", "AARCH64", "aarch64", True, {DEFAULT: ()}),
    Machine("__arm__", "arm-unknown-linux-gnueabihf", "ARM", "arm", True, {DEFAULT: ()}, long_double=False),
    Machine("__riscv", "riscv64-unknown-linux-gnu", "RISCV", "riscv", False, {DEFAULT: ()}),
    Machine("__loongarch__", "loongarch64-unknown-linux-gnu", "LOONGARCH64", "loongarch64", False, {DEFAULT: ()}),
    Machine("__powerpc64__", "powerpc64le-unknown-linux-gnu", "POWERPC", "powerpc", False, {DEFAULT: ()}),
    Machine("__mips64", "mips64el-unknown-linux-gnuabi64", "MIPS", "mips", False, {DEFAULT: ()}),
    Machine("__mips__", "mipsel-unknown-linux-gnu", "MIPS", "mips", False, {DEFAULT: ()}, long_double=False),
    Machine("__s390x__", "s390x-ibm-linux-gnu", "S390", "s390", False, {DEFAULT: ()}),
)  # fmt: skip


@cache
def machine() -> Machine:
    """The one that `gcc` compiles for. Raises OSError without gcc, LookupError if it is none of these."""
    done = subprocess.run(["gcc", "-dM", "-E", "-x", "c", "/dev/null"], capture_output=True, text=True, check=True)
    defined = {line.split()[1] for line in done.stdout.splitlines()}
    found = next((one for one in MACHINES if one.macro in defined), None)
    if found is None:
        raise LookupError(f"gcc compiles for none of {', '.join(one.triplet for one in MACHINES)}")
    return found
