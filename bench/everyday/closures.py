"""Python callables as C function pointers: kept, made for one call, made and dropped."""

from __future__ import annotations

from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import Row

__all__ = ["GROUP"]

ROWS = (
    Row(
        "a lambda for a function pointer", "apply(double_it, 4)", "apply(kind(double_it), 4)",
        "apply(callback(kind, double_it), 4)", result=8,
    ),
)  # fmt: skip


def double_it(x: int) -> int:
    return 2 * x


def by_farcall(built: Built) -> Names:
    import farcall

    lib: Any = farcall.Library(str(built.library), gil="hold")
    lib.cdef(built.declarations)
    return {"apply": lib.apply, "double_it": double_it}


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    dll, kind = c.PyDLL(str(built.library)), c.PYFUNCTYPE(c.c_int, c.c_int)
    dll.apply.argtypes = [kind, c.c_int]
    return {"apply": dll.apply, "kind": kind, "double_it": double_it}


def by_cffi(built: Built) -> Names:
    module = built.cffi()
    kind = module.ffi.typeof("int (*)(int)")
    return {"apply": module.lib.apply, "callback": module.ffi.callback, "kind": kind, "double_it": double_it}


GROUP = Group("closures", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi})
