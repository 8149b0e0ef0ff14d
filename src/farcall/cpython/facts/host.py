"""The machine this Python runs on, as a target."""

from __future__ import annotations

import struct
import sys
from functools import lru_cache

from ...convention import Placement, Target, target
from ...convention.cpu_names import cpu_called, cpu_of_elf
from ...errors import UnsupportedTargetError, UnsupportedTypeError

__all__ = ["WORD", "check_registers", "host_target"]

#: The bytes of a pointer, of Py_ssize_t, and of the cells that generated code shares with Python.
WORD = struct.calcsize("P")
#: What the system has loaded as the main program, for this process.
PROGRAM = "/proc/self/exe"


@lru_cache(maxsize=1)
def host_target() -> Target:
    """The target of the running interpreter. Raises UnsupportedTargetError, naming the machine, if there is none."""
    if sys.implementation.name != "cpython":
        raise UnsupportedTargetError(f"farcall makes CPython builtins; this is {sys.implementation.name}")
    return target(f"{_cpu()}-{sys.platform}")


def _cpu() -> str:
    """The CPU that the interpreter was compiled for: a kernel may run those of another width, or an emulator any, so
    the program's own header is asked before the kernel is."""
    try:
        with open(PROGRAM, "rb") as program:
            return cpu_of_elf(program.read(20))
    except (OSError, ValueError):
        import platform

        name = getattr(sys.implementation, "_multiarch", "").partition("-")[0]
        return cpu_called(name or platform.machine(), WORD)


#: Wide vector registers by the first letters of their names, and the CPU feature that has them (the names that
#: Linux uses in /proc/cpuinfo).
WIDE_REGISTERS = {"ymm": "avx", "zmm": "avx512f"}


def check_registers(placement: Placement) -> None:
    """Raise UnsupportedTypeError if a placement uses vector registers that this CPU does not have."""
    for passed in (placement.result, *placement.arguments):
        for piece in passed.pieces:
            feature = WIDE_REGISTERS.get(getattr(piece.place, "name", "")[:3])
            if feature is not None and feature not in cpu_features():
                raise UnsupportedTypeError(f"{passed.type} needs {piece.place}: this CPU has no {feature}")


@lru_cache(maxsize=1)
def cpu_features() -> frozenset[str]:
    """The features of the CPU that the system lets programs use; empty where the system does not tell."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
            for line in lines:
                name, _, words = line.partition(":")
                if name.strip() in ("flags", "Features"):
                    return frozenset(words.split())
    except OSError:
        pass
    return frozenset()
