"""The machine as Windows tells of it: its CPU, what that has, and the running program's file."""

from __future__ import annotations

import sys
from functools import lru_cache

from ... import seed
from ...convention.cpu_names import WINDOWS_FEATURES, cpu_of_pe
from ...seed.windows import HEADER
from ..record import Description
from .functions import BOOL, function

__all__ = ["cpu", "cpu_features", "description", "program"]

#: What of a module's header is read.
ENOUGH = 6


def program() -> str:
    """The running program's file."""
    return sys.executable


@lru_cache(maxsize=1)
def cpu() -> str:
    """The CPU that the interpreter was compiled for: its library's own header says so, also where Windows emulates it."""
    library: int = getattr(sys, "dllhandle", 0)
    at = int.from_bytes(seed.read(library + HEADER, 4), sys.byteorder)
    return cpu_of_pe(seed.read(library + at, ENOUGH))


@lru_cache(maxsize=1)
def cpu_features() -> frozenset[str]:
    """What Windows says that the CPU has, as far as it is asked."""
    present = function("IsProcessorFeaturePresent", 1)
    return frozenset(name for name, number in WINDOWS_FEATURES.items() if present(number) & BOOL)


def description() -> Description:
    """Windows' release and version, the machine, and the C runtime."""
    import platform

    return Description(f"{platform.system()} {platform.release()} {platform.version()}", platform.machine(), "ucrt")
