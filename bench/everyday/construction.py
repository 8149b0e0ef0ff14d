"""Structs and arrays from what Python has: tuples, dicts, lists, bytes, ndarrays."""

from __future__ import annotations

from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import Row

__all__ = ["GROUP"]

ITEMS = 1000
ROWS = (
    Row(
        "int array from a list, an item", "ints(numbers)", "ints(*numbers)", "new(ints, numbers)", then="it[3]", result=3,
        items=ITEMS,
    ),
)  # fmt: skip


def by_farcall(built: Built) -> Names:
    import farcall

    return {"ints": farcall.array(farcall.int_, ITEMS), "numbers": list(range(ITEMS))}


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    return {"ints": c.c_int * ITEMS, "numbers": list(range(ITEMS))}


def by_cffi(built: Built) -> Names:
    ffi: Any = built.cffi().ffi
    return {"new": ffi.new, "ints": ffi.typeof(f"int[{ITEMS}]"), "numbers": list(range(ITEMS))}


GROUP = Group("construction", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi})
