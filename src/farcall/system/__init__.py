"""The operating system, behind names that every system can have.

    pages = running().code_pages(65536)
    low, high = running().thread_stack()

`interface` tells what a system has to provide; each system is a module, or a package, of its own. Nothing outside this room
asks which system it is, but for the seed, which comes before it.
Tables that describe targets by system (`convention`, `ctype`) are data, and hold on every host.

What a file of libraries says is the format's: `elf` is that of Linux, and of the BSDs, `pe` that of Windows.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib import import_module

from ..errors import UnsupportedTargetError

__all__ = ["SYSTEMS", "later", "running"]

#: The systems there are, as `sys.platform` calls them, and the module of each here.
SYSTEMS = {"linux": "linux", "win32": "windows"}

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from . import linux, windows
    from .interface import System

    # By the type checker: each has all the names, and takes what it is to take.
    CHECKED: tuple[System, ...] = (linux, windows)


@lru_cache(maxsize=1)
def running() -> System:
    """The system that this Python runs on. Raises UnsupportedTargetError, naming it, where farcall does not know it."""
    if sys.platform not in SYSTEMS:
        raise UnsupportedTargetError(
            f"farcall cannot run on the system {sys.platform!r} yet, only on: {', '.join(SYSTEMS.values())}. "
            "It places and lists calls for every target here as well: see `farcall inspect --target`"
        )
    found: System = import_module(f".{SYSTEMS[sys.platform]}", __package__)
    return found


def later(package: dict[str, Any], homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """The `__getattr__` of a system's package, whose globals are `package`: the names of each of its modules in `homes` are
    imported when they are first asked for."""
    places = {name: home for home, names in homes.items() for name in names}

    def found(wanted: str) -> Any:
        if wanted not in places:
            raise AttributeError(f"module {package['__name__']!r} has no attribute {wanted!r}")
        module = import_module(f".{places[wanted]}", package["__name__"])
        thing = package[wanted] = getattr(module, wanted)
        return thing

    return found
