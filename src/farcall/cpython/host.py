"""The machine this Python runs on, as a target."""

from __future__ import annotations

import sys
from functools import lru_cache

from ..convention import Placement, Target, target
from ..errors import UnsupportedTargetError, UnsupportedTypeError

__all__ = ["check_registers", "host_target"]

#: Names that `platform.machine()` has for one CPU.
MACHINES = {"AMD64": "x86_64", "x86_64": "x86_64", "amd64": "x86_64", "arm64": "aarch64"}


@lru_cache(maxsize=1)
def host_target() -> Target:
    """The target of the running interpreter. Raises UnsupportedTargetError, naming the machine, if there is none."""
    import platform

    machine = platform.machine()
    cpu = MACHINES.get(machine, machine)
    if sys.implementation.name != "cpython":
        raise UnsupportedTargetError(f"farcall makes CPython builtins; this is {sys.implementation.name}")
    if sys.maxsize < 1 << 32 and cpu == "x86_64":
        raise UnsupportedTargetError("a 32-bit Python on x86-64 is not supported yet")
    return target(f"{cpu}-{sys.platform}")


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
