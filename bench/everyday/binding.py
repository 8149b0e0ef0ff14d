"""Names of a library: functions bound, variables read, what is not there."""

from __future__ import annotations

from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import Row

__all__ = ["GROUP"]

ROWS = (Row("read a variable", "lib.counter", "integer.in_dll(lib, 'counter').value", "lib.counter", result=7),)


def by_farcall(built: Built) -> Names:
    import farcall

    lib: Any = farcall.Library(str(built.library), gil="hold")
    lib.cdef(built.declarations)
    return {"lib": lib}


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    return {"lib": c.PyDLL(str(built.library)), "integer": c.c_int}


def by_cffi(built: Built) -> Names:
    return {"lib": built.cffi().lib}


GROUP = Group("binding", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi})
