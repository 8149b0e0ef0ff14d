"""Members in the other byte order, functions by pointers in structs, and what headers alone have: inline functions, macros."""

from __future__ import annotations

import sys
from typing import Any

from bench.everyday.group import PEER, Built, Group, Names
from bench.everyday.row import BEST, Goal, Row

__all__ = ["GROUP"]

OTHER = "big" if sys.byteorder == "little" else "little"
SWAPPED = f"""
typedef struct __attribute__((scalar_storage_order("{OTHER}-endian"))) {{
    int32_t size; double value; unsigned kind : 12, other : 20; int32_t counts[4];
}} packet;
typedef struct {{ int32_t size; double value; }} plain;
"""
OURS, FUNCTION = "read an int field in the machine's order", "the same function, bound"


def swapped(name: str, line: str, result: object, **other: Any) -> Row:
    """A line of a packet, which has to be quicker than ctypes' and not much slower than with the machine's order."""
    return Row(name, line, line, None, goals=(BEST, Goal(1.3, OURS)), result=result, **other)


ROWS = (
    Row(OURS, "plain.size", "plain.size", None, result=7),
    swapped("read an int field in the other order", "packet.size", 7),
    swapped("read a double field in the other order", "packet.value", 1.5),
    swapped("read a bit-field in the other order", "packet.kind", 5),
    swapped("write an int field in the other order", "packet.size = seven", 7, then="packet.size"),
    Row("read an item in the other order", "packet.counts[2]", "packet.counts[2]", None, result=3),
    Row("construct a packet", "new(seven, value)", "new(seven, value)", None, result=7, then="it.size"),
    Row("call a struct's function", "functions.twice(seven)", "functions.twice(seven)", "functions.twice(seven)", (), result=14),
    Row(FUNCTION, "twice(seven)", "twice(seven)", "twice(seven)", result=14),
    Row("call an inline function", "thrice(seven)", None, None, goals=(Goal(1.2, FUNCTION),), result=21),
    Row("call a macro with two arguments", "larger(seven, three)", None, None, goals=(), result=7),
)  # fmt: skip

COMMON: Names = {"seven": 7, "three": 3, "value": 1.5}
PACKET: Any = (7, 1.5, 5, 6, [1, 2, 3, 4])


def by_farcall(built: Built) -> Names:
    import farcall

    lib: Any = farcall.Library(str(built.library), gil="hold")
    lib.cdef(built.declarations + SWAPPED)
    lib.cdef(include=str(PEER / "wire_inline.h"), inline=True)
    functions, new = lib.functions, lib.types.packet
    return COMMON | {
        "plain": lib.types.plain(7, 1.5), "packet": new(*PACKET), "new": new, "functions": functions,
        "twice": farcall.function(functions.twice, gil="hold"), "thrice": lib.thrice, "larger": lib.LARGER,
    }  # fmt: skip


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    kind = c.PYFUNCTYPE(c.c_int, c.c_int)

    class Packet(c.BigEndianStructure if OTHER == "big" else c.LittleEndianStructure):
        _fields_ = (
            ("size", c.c_int32), ("value", c.c_double), ("kind", c.c_uint, 12), ("other", c.c_uint, 20), ("counts", c.c_int32 * 4),
        )  # fmt: skip

    class Plain(c.Structure):
        _fields_ = (("size", c.c_int32), ("value", c.c_double))

    class Table(c.Structure):
        _fields_ = (("twice", kind),)

    functions = Table.in_dll(c.PyDLL(str(built.library)), "functions")
    packet = Packet(*PACKET[:-1])
    packet.counts[:] = PACKET[-1]
    return COMMON | {
        "plain": Plain(7, 1.5), "packet": packet, "new": Packet, "functions": functions, "twice": functions.twice,
    }  # fmt: skip


def by_cffi(built: Built) -> Names:
    functions = built.cffi().lib.functions
    return COMMON | {"functions": functions, "twice": functions.twice}


GROUP = Group("wire", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi})
