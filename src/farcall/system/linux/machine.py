"""The machine as Linux tells of it: its CPU, what that has, and the running program's file."""

from __future__ import annotations

import os
import struct
import sys
from functools import lru_cache

from ...convention.cpu_names import cpu_called, cpu_of_elf, cpu_on
from ..record import Description

__all__ = ["cpu", "cpu_features", "description", "program"]

#: What the kernel has loaded as the main program, for this process.
PROGRAM = "/proc/self/exe"
CPUINFO = "/proc/cpuinfo"


def program() -> str:
    """The running program's file, whatever it was called when it was started."""
    return PROGRAM


def cpu() -> str:
    """The CPU that the interpreter was compiled for: a kernel may run those of another width, or an emulator any, so
    the program's own header is asked before the kernel is."""
    try:
        with open(PROGRAM, "rb") as file:
            return cpu_on(cpu_of_elf(file.read(52)), os.uname().machine)
    except (OSError, ValueError):
        import platform

        name = getattr(sys.implementation, "_multiarch", "").partition("-")[0]
        return cpu_called(name or platform.machine(), struct.calcsize("P"))


@lru_cache(maxsize=1)
def cpu_features() -> frozenset[str]:
    """The kernel's list of the first CPU's flags; empty where it has none."""
    try:
        with open(CPUINFO, encoding="ascii", errors="replace") as lines:
            for line in lines:
                name, _, words = line.partition(":")
                if name.strip() in ("flags", "Features"):
                    return frozenset(words.split())
    except OSError:
        pass
    return frozenset()


def description() -> Description:
    """The kernel's release, the machine, and glibc's version where it is glibc."""
    import platform

    libc = " ".join(platform.libc_ver()).strip() or "not glibc"
    return Description(f"{platform.system()} {platform.release()}", platform.machine(), libc)
