"""Numbers, buffers and results by pointer, as programs pass them: not the exact type, but what is at hand."""

from __future__ import annotations

import enum
from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import BEST, Goal, Row, within

__all__ = ["GROUP"]

HAND = (BEST, Goal(1.1, "hand"))


def row(name: str, line: str, result: object, goals: tuple[Goal, ...] = HAND, **other: str | None) -> Row:
    """A line that is the same for all peers but `other`."""
    lines: dict[str, str | None] = dict.fromkeys(("farcall", "ctypes", "cffi", "hand"), line)
    return Row(name, goals=goals, result=result, **(lines | other))


OUT = (BEST, within(150))
ROWS = (
    row("_Bool: True", "truth(yes)", 1),
    row("_Bool: int", "truth(one)", 1),
    row("int: small int", "same(seven)", 7),
    row("int: True", "same(yes)", 1),
    row("int: IntEnum", "same(member)", 1),
    row("int: int subclass", "same(own)", 7),
    row("int: two digits", "same(billions)", 2**30 + 5),
    row("int64_t: two digits", "wide(large)", 2**40),
    row("int64_t: three digits", "wide(largest)", 2**62),
    row("enum: IntEnum", "shade(member)", 1),
    row("const void *: bytes", "byte(text)", 97, cffi="byte(from_buffer(text))"),
    row(
        "const void *: ndarray", "byte(items)", 97,
        ctypes="byte(items.ctypes.data)", cffi="byte(from_buffer(items))",
    ),
    row(
        "out=, one", "halve(seven)", (3, 1), OUT,
        ctypes="halve(seven, byref(rest)), rest.value", cffi="halve(seven, rest), rest[0]",
    ),
    row(
        "out=, two", "halves(seven)", (3, 1), OUT,
        ctypes="(halves(seven, byref(high), byref(rest)), (high.value, rest.value))[1]",
        cffi="(halves(seven, high, rest), (high[0], rest[0]))[1]",
    ),
)  # fmt: skip


class Colour(enum.IntEnum):
    GREEN = 1


class Own(int):
    pass


FUNCTIONS = ("truth", "same", "wide", "shade", "byte", "halve", "halves")


def objects() -> Names:
    """What all peers are given."""
    import numpy

    return {
        "yes": True, "one": 1, "seven": 7, "member": Colour.GREEN, "own": Own(7), "billions": 2**30 + 5,
        "large": 2**40, "largest": 2**62, "text": b"abc", "items": numpy.array([97, 98], "u1"),
    }  # fmt: skip


def by_farcall(built: Built) -> Names:
    import farcall

    lib: Any = farcall.Library(str(built.library), gil="hold")
    lib.cdef(built.declarations)
    functions = {name: getattr(lib, name) for name in FUNCTIONS[:5]}
    out = {
        "halve": lib.function("int halve(int x, int *rest)", out=("rest",)),
        "halves": lib.function("void halves(int x, int *high, int *low)", out=("high", "low")),
    }
    return objects() | functions | out


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    dll, integer = c.PyDLL(str(built.library)), c.POINTER(c.c_int)
    taken = (c.c_bool, c.c_int, c.c_int64, c.c_int, c.c_void_p)
    functions = {name: dll[name] for name in FUNCTIONS}
    for name, parameter in zip(FUNCTIONS, taken, strict=False):
        functions[name].argtypes = [parameter]
    functions["wide"].restype = c.c_int64
    functions["halve"].argtypes, functions["halves"].argtypes = [c.c_int, integer], [c.c_int, integer, integer]
    return objects() | functions | {"byref": c.byref, "rest": c.c_int(), "high": c.c_int()}


def by_cffi(built: Built) -> Names:
    module = built.cffi()
    functions = {name: getattr(module.lib, name) for name in FUNCTIONS}
    own = {"from_buffer": module.ffi.from_buffer, "rest": module.ffi.new("int *"), "high": module.ffi.new("int *")}
    return objects() | functions | own


def by_hand(built: Built) -> Names:
    peer = built.extension()
    return objects() | {name: getattr(peer, name) for name in FUNCTIONS}


GROUP = Group("arguments", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi, "hand": by_hand})
