"""Libraries and symbols by the dynamic linker, as `_ctypes` has them: handles and addresses are ints."""

from __future__ import annotations

import os
import sys
from typing import Any

from ... import seed

__all__ = ["RTLD_GLOBAL", "RTLD_LOCAL", "close_library", "find_symbol", "open_library"]

RTLD_LOCAL, RTLD_GLOBAL = getattr(os, "RTLD_LOCAL", 0), getattr(os, "RTLD_GLOBAL", 0)
RTLD_NOW = getattr(os, "RTLD_NOW", 0)


def open_library(name: Any, flag: int = RTLD_NOW) -> int:
    """dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library. OSError where that fails."""
    path = None if name is None else os.fsdecode(name)
    sys.audit("ctypes.dlopen", name)
    return seed.open_library(path, flag | RTLD_NOW)


def close_library(handle: int) -> None:
    """dlclose a library. OSError where that fails."""
    seed.close_library(handle)


def find_symbol(handle: int, name: str, library: Any = None) -> int:
    """find symbol in shared library. OSError where there is none."""
    if library is None:
        sys.audit("ctypes.dlsym/handle", handle, name)
    else:
        sys.audit("ctypes.dlsym", library, name)
    found = seed.library_symbol(handle, name)
    if not found:
        raise OSError(f"{seed.library_path(handle) or sys.executable}: undefined symbol: {name}")
    return found
