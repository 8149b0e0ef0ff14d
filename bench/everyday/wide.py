"""Numbers that are wider than C's own, of Python's numbers: complex, long double, __int128; as arguments, results, items."""

from __future__ import annotations

from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import BEST, Goal, Row

__all__ = ["GROUP"]

ITEMS = 1000
BY_HAND = (BEST, Goal(1.2, "hand"))
ROWS = (
    Row("double _Complex(double _Complex)", "turned(z)", None, "turned(z)", "turned(z)", BY_HAND, result=-1 - 2j),
    Row("double _Complex of a float", "turned(x)", None, "turned(x)", "turned(x)", BY_HAND, result=-1.5),
    Row("float _Complex(float _Complex)", "turned_f(z)", None, "turned_f(z)", "turned_f(z)", BY_HAND, result=-1 - 2j),
    Row("int(long double) of a float", "is_large(x)", "is_large(x)", "is_large(x)", "is_large(x)", result=0),
    Row("int(__int128) of a small int", "is_wide(seven)", None, None, "is_wide(seven)", (), result=0),
    Row("int(__int128) of 100 bits", "is_wide(widest)", None, None, "is_wide(widest)", (), result=1),
    Row("__int128(__int128), small", "shifted(seven)", None, None, "shifted(seven)", (), result=8),
    Row("__int128(__int128), of 100 bits", "shifted(widest)", None, None, "shifted(widest)", (), result=2**100 + 1),
    Row("read a complex item", "numbers[3]", None, "numbers[3]", result=3 - 3j),
    Row("write a complex item", "numbers[4] = z", None, "numbers[4] = z", then="numbers[4]", result=1 + 2j),
    Row(
        "complex array from a list, an item", "many(numbers_)", None, "new(many, numbers_)", then="it[5]", result=5 - 5j,
        items=ITEMS,
    ),
    Row("complex array as a list, an item", "numbers[:]", None, "list(numbers)", then="it[5]", result=5 - 5j, items=ITEMS),
    Row(
        "complex array from an ndarray, 16 kB", "many(ndarray)", None, None, "copy_of(ndarray)", (Goal(1.2, "hand"),),
        then="len(it) > 0", result=True,
    ),
)  # fmt: skip

COMMON: Names = {
    "z": 1 + 2j, "x": 1.5, "seven": 7, "widest": 2**100, "numbers_": [complex(i, -i) for i in range(ITEMS)],
}  # fmt: skip
FUNCTIONS = ("turned", "turned_f", "is_large")
#: What cffi cannot declare.
WIDEST = "int is_wide(__int128 x); __int128 shifted(__int128 x);"


def by_farcall(built: Built) -> Names:
    import numpy

    import farcall

    lib: Any = farcall.Library(str(built.library), gil="hold")
    lib.cdef(built.declarations + WIDEST)
    many = farcall.array(farcall.complex_double, ITEMS)
    return COMMON | {name: getattr(lib, name) for name in (*FUNCTIONS, "is_wide", "shifted")} | {
        "many": many, "numbers": many(COMMON["numbers_"]), "ndarray": numpy.array(COMMON["numbers_"]),
    }  # fmt: skip


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    is_large = c.PyDLL(str(built.library)).is_large
    is_large.argtypes = [c.c_longdouble]
    return COMMON | {"is_large": is_large}


def by_cffi(built: Built) -> Names:
    module = built.cffi()
    ffi, many = module.ffi, module.ffi.typeof(f"double _Complex[{ITEMS}]")
    return COMMON | {name: getattr(module.lib, name) for name in FUNCTIONS} | {
        "many": many, "new": ffi.new, "numbers": ffi.new(many, COMMON["numbers_"]),
    }  # fmt: skip


def by_hand(built: Built) -> Names:
    import numpy

    peer = built.extension()
    return COMMON | {name: getattr(peer, name) for name in (*FUNCTIONS, "is_wide", "shifted")} | {
        "ndarray": numpy.array(COMMON["numbers_"]), "copy_of": bytearray,
    }  # fmt: skip


GROUP = Group("wide", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi, "hand": by_hand})
