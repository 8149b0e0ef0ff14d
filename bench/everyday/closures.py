"""Python callables as C function pointers: kept, made for one call, made and dropped, called on a thread of C's; calls with
a variadic tail, and results that are members of an IntEnum."""

from __future__ import annotations

import gc
import operator
import os
from collections.abc import Callable
from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import BEST, Goal, Row, within
from bench.everyday.tails import microseconds

__all__ = ["GROUP"]

TURNS = 1000
KEPT = 20_000
ORDER = "lambda a, b: a[0] - b[0]"
SORTED = "list(items)"
FIXED = "sum_of_two(2, 1, 2)"

ROWS = (
    Row(
        "make and drop a closure, type given", "Closure(twice, kind)", "kind(twice)", "callback(kind, twice)",
        then="it(4)", result=8,
    ),
    Row(
        "make and drop a closure, text given", 'Closure(twice, "int (int)")', "prototype(c_int, c_int)(twice)",
        'callback("int (int)", twice)', then="it(4)", result=8,
    ),
    Row(
        "keep a closure", "bytes_each(lambda: Closure(twice, kind))", "bytes_each(lambda: kind(twice))",
        "bytes_each(lambda: callback(kind, twice))", unit="bytes", goals=(Goal(200, "bytes"),),
    ),
    Row(
        "a lambda for a function pointer", "apply(twice, 4)", "apply(kind(twice), 4)", "apply(callback(kind, twice), 4)",
        result=8,
    ),
    Row(
        "a builtin for a function pointer", "apply(neg, 4)", "apply(kind(neg), 4)", "apply(callback(kind, neg), 4)", result=-4,
    ),
    Row(
        "qsort of 10 with a lambda", f"sort(items, 10, 4, {ORDER})", f"sort(items, 10, 4, compare({ORDER}))",
        f"sort(items, 10, 4, callback(compare, {ORDER}))", then=SORTED, result=[*range(10)],
    ),
    Row("a Closure for a function pointer", "given(kept)", "given(kept)", "given(kept)", result=1, goals=(BEST, within(25))),
    Row("a C function for a function pointer", "given(other)", "given(other)", "given(other)", result=1, goals=(BEST, within(25))),
    Row("a function pointer object for one", "given(pointer)", None, "given(pointer)", result=1, goals=(BEST, within(25))),
    Row("None for a function pointer", "given(None)", "given(none)", "given(none)", result=0, goals=(BEST, within(25))),
    Row(
        "a callback on a thread of C's", f"on_a_thread(kept, {TURNS})", f"on_a_thread(kept, {TURNS})",
        f"on_a_thread(kept, {TURNS})", result=TURNS * (TURNS - 1), items=TURNS, slow=True, goals=(BEST, within(600)),
    ),
    Row("two ints behind the first", FIXED, FIXED, FIXED, result=3, goals=()),
    Row(
        "two ints as a variadic tail", "sum(2, 1, 2)", "sum(2, 1, 2)", "sum(2, cast(integer, 1), cast(integer, 2))", result=3,
        goals=(BEST, Goal(1.3, "two ints behind the first")),
    ),
    Row("a variadic tail of new types", "new_tails(sum)", None, None, unit="us", goals=(Goal(1000, "us"),)),
    Row("Color(1)", "Shade(1)", "Shade(1)", "Shade(1)", then="int(it)", result=1, goals=()),
    Row("an enum result as IntEnum", "shade_of(1)", "Shade(shade_of(1))", "Shade(shade_of(1))", then="it is Shade(1)",
        result=True, goals=(BEST, Goal(1.3, "Color(1)"))),
)  # fmt: skip


def twice(x: int) -> int:
    return 2 * x


def bytes_each(make: Callable[[], object]) -> float:
    """How many bytes the process is larger for each of many that are kept."""

    def resident() -> int:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    kept: list[object] = [None] * KEPT
    gc.collect()
    before = resident()
    for index in range(KEPT):
        kept[index] = make()
    return (resident() - before) / KEPT


def shades() -> Any:
    import enum

    return enum.IntEnum("Shade", {"LIGHT": 1, "DARK": 2})


NAMES: Names = {"twice": twice, "bytes_each": bytes_each, "neg": operator.neg, "new_tails": microseconds}
FUNCTIONS = ("apply", "given", "sort", "sum", "sum_of_two")


def by_farcall(built: Built) -> Names:
    import farcall

    lib: Any = farcall.Library(str(built.library), gil="hold")
    lib.cdef(built.declarations)
    shade = lib.enum("shade")
    waiting = lib.function("long on_a_thread(int (*f)(int), int times)", gil="release")
    kind = farcall.type_of("int (*)(int)")
    kept = farcall.Closure(twice, kind)
    return NAMES | {name: getattr(lib, name) for name in FUNCTIONS} | {
        "Closure": farcall.Closure, "kind": kind, "kept": kept, "other": lib.negated, "on_a_thread": waiting,
        "pointer": farcall.cast(kind, kept), "items": farcall.array(farcall.int_, 10)(range(9, -1, -1)), "Shade": shade,
        "shade_of": lib.shade_of,
    }  # fmt: skip


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    dll, kind = c.PyDLL(str(built.library)), c.PYFUNCTYPE(c.c_int, c.c_int)
    compare = c.PYFUNCTYPE(c.c_int, c.POINTER(c.c_int), c.POINTER(c.c_int))
    releasing, outside = c.CDLL(str(built.library)), c.CFUNCTYPE(c.c_int, c.c_int)
    dll.apply.argtypes, dll.given.argtypes = [kind, c.c_int], [kind]
    dll.sort.argtypes, dll.sort.restype = [c.POINTER(c.c_int), c.c_ulong, c.c_ulong, compare], None
    dll.sum_of_two.argtypes, dll.sum_of_two.restype, dll.sum.restype = [c.c_int] * 3, c.c_long, c.c_long
    releasing.on_a_thread.argtypes, releasing.on_a_thread.restype = [outside, c.c_int], c.c_long
    kept = outside(twice)
    return NAMES | {name: getattr(dll, name) for name in FUNCTIONS} | {
        "kind": kind, "compare": compare, "prototype": c.PYFUNCTYPE, "c_int": c.c_int, "none": c.cast(None, kind),
        "on_a_thread": releasing.on_a_thread, "kept": kept, "other": dll.negated, "given": _given(c, built),
        "items": (c.c_int * 10)(*range(9, -1, -1)), "Shade": shades(), "shade_of": dll.shade_of,
    }  # fmt: skip


def _given(c: Any, built: Built) -> Any:
    """`given`, which takes function pointers of whatever kind."""
    function = c.PyDLL(str(built.library))["given"]
    function.argtypes = None
    return function


def by_cffi(built: Built) -> Names:
    module = built.cffi()
    ffi, lib = module.ffi, module.lib
    kind, compare = ffi.typeof("int (*)(int)"), ffi.typeof("int (*)(const int *, const int *)")
    kept = ffi.callback(kind, twice)
    return NAMES | {name: getattr(lib, name) for name in FUNCTIONS} | {
        "callback": ffi.callback, "kind": kind, "compare": compare, "kept": kept, "pointer": ffi.cast(kind, kept),
        "none": ffi.NULL, "other": ffi.addressof(lib, "negated"), "on_a_thread": lib.on_a_thread, "cast": ffi.cast,
        "integer": ffi.typeof("int"), "items": ffi.new("int[10]", [*range(9, -1, -1)]), "Shade": shades(),
        "shade_of": lib.shade_of,
    }  # fmt: skip


GROUP = Group("closures", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi})
