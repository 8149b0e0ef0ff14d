"""What ordinary C passes for a pointer: values, other pointers, int, None, closures and functions.

The row to hold is that of a pointer object of the declared type: values and other pointers may take 1.2 times as long;
closures and functions, whose code lies two steps further, 1.5 times. None may be slower than a peer.
"""

from __future__ import annotations

from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import BEST, Goal, Row

__all__ = ["GROUP"]

POINTER, ANY, CODE = "const T *: pointer object", "void *: pointer object", "function: pointer object"


def row(name: str, line: str, result: int, beside: str, most: float = 1.2, **other: str | None) -> Row:
    """A line that is the same for all peers but `other`; it may take `most` times as long as the row `beside`."""
    lines: dict[str, str | None] = dict.fromkeys(("farcall", "ctypes", "cffi", "hand"), line)
    lines |= other
    best = (BEST,) if lines["ctypes"] or lines["cffi"] else ()
    goals = best if name == beside else (*best, Goal(most, beside))
    return Row(name, goals=goals, result=result, **lines)


ROWS = (
    row(POINTER, "seconds(stamp_pointer)", 7, POINTER),
    row("const T *: own struct", "seconds(stamp)", 7, POINTER),
    row("const T *: struct of another Library", "seconds(like)", 7, POINTER, ctypes=None, cffi=None, hand=None),
    row("const int *: own array", "first(array)", 7, POINTER),
    row("const int *: own scalar", "first(number)", 7, POINTER),
    row("const int *: void * object", "first(anything)", 7, POINTER, ctypes="first(number)"),
    Row(
        "const int *: two classes in turn", *["first(array), first(number)"] * 4, (BEST, Goal(1.2, "hand")),
        result=(7, 7), items=2,
    ),
    row(ANY, "is_null(anything)", 0, ANY),
    row("void *: T * object", "is_null(stamp_pointer)", 0, ANY),
    row("void *: own struct", "is_null(stamp)", 0, ANY, ctypes="is_null(byref(stamp))"),
    row("void *: int", "is_null(place)", 0, ANY, cffi="is_null(cast(kind, place))"),
    row("void *: None", "is_null(none)", 1, ANY),
    row(CODE, "has_code(code)", 1, CODE),
    row("function: Closure", "has_code(closure)", 1, CODE, 1.5),
    row("function: bound function", "has_code(twice)", 1, CODE, 1.5, ctypes=None),
)  # fmt: skip


def by_farcall(built: Built) -> Names:
    import farcall

    lib: Any = farcall.Library(str(built.library), gil="hold")
    lib.cdef(built.declarations)
    stamp, number = lib.types.stamp(7, 0), farcall.int_(7)
    another: Any = farcall.Library(str(built.library))
    another.cdef(built.declarations)
    anything = farcall.cast("void *", farcall.addressof(number))
    closure = farcall.Closure(lambda x: x, "int (*)(int)")
    return {
        "seconds": lib.seconds, "first": lib.first, "is_null": lib.is_null, "has_code": lib.has_code,
        "stamp": stamp, "like": another.types.stamp(7, 0),
        "stamp_pointer": farcall.addressof(stamp), "array": farcall.array(farcall.int_, 4)([7] * 4),
        "number": number, "anything": anything, "place": int(anything), "none": None,
        "code": farcall.cast("int (*)(int)", closure.address), "closure": closure, "twice": lib.twice,
    }  # fmt: skip


def by_hand(built: Built) -> Names:
    peer: Any = built.extension()
    memory = dict.fromkeys(("stamp", "stamp_pointer", "array", "number", "anything"), peer.memory)
    code = dict.fromkeys(("code", "closure", "twice"), peer.code)
    functions = {name: getattr(peer, name) for name in ("seconds", "first", "is_null", "has_code")}
    return {**functions, **memory, **code, "place": id(peer), "none": None}


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    class Stamp(c.Structure):
        _fields_ = (("seconds", c.c_int64), ("nanoseconds", c.c_int64))

    dll, prototype = c.PyDLL(str(built.library)), c.CFUNCTYPE(c.c_int, c.c_int)
    dll.seconds.restype, dll.seconds.argtypes = c.c_int64, [c.POINTER(Stamp)]
    dll.first.argtypes = [c.POINTER(c.c_int)]
    dll.is_null.argtypes, dll.has_code.argtypes = [c.c_void_p], [prototype]
    stamp, number, closure = Stamp(7, 0), c.c_int(7), prototype(lambda x: x)
    return {
        "seconds": dll.seconds, "first": dll.first, "is_null": dll.is_null, "has_code": dll.has_code,
        "stamp": stamp, "stamp_pointer": c.pointer(stamp), "array": (c.c_int * 4)(7), "number": number,
        "anything": c.c_void_p(c.addressof(number)), "place": c.addressof(number), "none": None, "byref": c.byref,
        "code": prototype(c.cast(dll.twice, c.c_void_p).value), "closure": closure,
    }  # fmt: skip


def by_cffi(built: Built) -> Names:
    module = built.cffi()
    ffi, lib = module.ffi, module.lib
    stamp, number = ffi.new("stamp *", {"seconds": 7}), ffi.new("int *", 7)
    anything, closure = ffi.cast("void *", number), ffi.callback("int (*)(int)", lambda x: x)
    return {
        "seconds": lib.seconds, "first": lib.first, "is_null": lib.is_null, "has_code": lib.has_code,
        "stamp": stamp, "stamp_pointer": stamp, "array": ffi.new("int[4]", [7] * 4), "number": number,
        "anything": anything, "place": int(ffi.cast("uintptr_t", anything)), "none": ffi.NULL, "cast": ffi.cast,
        "kind": ffi.typeof("void *"), "code": ffi.addressof(lib, "twice"), "closure": closure, "twice": lib.twice,
    }  # fmt: skip


GROUP = Group("pointers", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi, "hand": by_hand})
