"""The machine this Python runs on, as a target."""

from __future__ import annotations

import sys
from functools import lru_cache

from ..convention import Target, target
from ..errors import UnsupportedTargetError

__all__ = ["host_target"]

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
