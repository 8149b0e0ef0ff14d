"""Structs and arrays from what Python has, as fields, items, slices and by construction: tuples, dicts, lists, bytes, text,
pointers, ndarrays; and what was made read back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import BEST, Goal, Row
from bench.linked_list import walk, walk_contents

__all__ = ["GROUP"]

ITEMS, NODES, LARGE = 1000, 1000, 1 << 20
COPIED = (Goal(1.2, "hand"),)  # beside memcpy
ROWS = (
    Row("s.inner = (1, 2)", *["r.nested.to = pair"] * 3, then="r.nested.to.y", result=2.0),
    Row("s.inner = {...}", "r.nested.to = members", None, "r.nested.to = members", then="r.nested.to.x", result=3.0),
    Row("s.inner = struct", "r.nested.to = p", "r.nested.to = p", "r.nested.to = p[0]", then="r.nested.to.y", result=6.0),
    Row(
        "line((1, 2), (1, 2), 3)", "line(pair, pair, 3)", "line(pair, pair, 3)", "new(line, (pair, pair, 3))", then="it.to.y",
        result=2.0,
    ),
    Row("a[i] = struct", "points[3] = p", "points[3] = p", "points[3] = p[0]", then="points[3].x", result=5.0),
    Row("a[i] = (1, 2)", "points[4] = pair", "points[4] = pair", "points[4] = pair", then="points[4].y", result=2.0),
    Row("int[4] field = list", "r.numbers = four", "r.numbers = four_", "r.numbers = four", then="r.numbers[3]", result=4),
    Row("struct[3] field = tuples", *["r.points = pairs"] * 3, then="r.points[2].y", result=2.0),
    Row("char[16] field = bytes", *["r.text = text"] * 3, then="text_of(r.text)", result=b"some text"),
    Row("const char * field = bytes", "r.name = text", "r.name = text", None, then="text_of(r.name)", result=b"some text"),
    Row(
        "const char * field = str", "r.name = word", None, "r.name = (held := new(chars, text))", then="text_of(r.name)",
        result=b"some text",
    ),
    Row("read a const char * field", "named.name", "named.name", "string(named.name)", then="plain_text(it)", result="some text"),
    Row("void * field = int", "r.data = 5", "r.data = 5", "r.data = cast(void_p, 5)", then="int_of(r.data)", result=5),
    Row("T * field = pointer", "r.next = pointer", "r.next = pointer", "r.next = pointer", then="value_of(r.next)", result=7),
    Row("T * field = struct", "r.next = n", "r.next = pointer_to(n)", "r.next = pointer", then="value_of(r.next)", result=7),
    Row("T * field = None", "r.next = none", "r.next = none", "r.next = none", then="bool(r.next)", result=False),
    Row("function field = closure", "r.call = closure", "r.call = closure", "r.call = closure", then="r.call(4)", result=5),
    Row("function field = function", "r.call = plain", "r.call = function(plain)", None, then="r.call(4)", result=6),
    Row(
        "int array from a list, an item", "ints(numbers)", "ints(*numbers)", "new(ints, numbers)", then="it[3]", result=3,
        items=ITEMS,
    ),
    Row(
        "struct array from tuples, an item", "many(tuples)", "many(*tuples)", "new(many, tuples)", then="it[3].y", result=2.0,
        items=ITEMS,
    ),
    Row("a[:], an item", "array[:]", "array[:]", "list(array)", then="it[-1]", result=ITEMS - 1, items=ITEMS),
    Row(
        "p[0:n], an item", "first[0:count]", "first[0:count]", "list(first[0:count])", then="it[-1]", result=ITEMS - 1,
        items=ITEMS,
    ),
    Row("int[4] from a list", "ints4(four)", "ints4(*four)", "new(ints4, four)", then="it[3]", result=4),
    Row("a[1:4]", "array[1:4]", "array[1:4]", "list(array[1:4])", result=[1, 2, 3]),
    Row("a[1:4] = list", "array[1:4] = three", "array[1:4] = three", "array[1:4] = three", then="array[2]", result=2),
    Row("p[1:4]", "first[1:4]", "first[1:4]", "list(first[1:4])", result=[1, 2, 3]),
    Row(
        "a[:] = list, an item", "array[:] = numbers", "array[:] = numbers", "array[0:count] = numbers", then="array[5]",
        result=5, items=ITEMS,
    ),
    Row(
        "1 MB array from an ndarray", "bytes_(ndarray)", None, None, "copy_of(ndarray)", COPIED, result=7, then="it[9]",
    ),
    Row(
        "1 MB of a[:] = ndarray", "large[:] = ndarray", "memmove(large, where, size)", "memmove(large, ndarray, size)",
        "large[:] = ndarray", COPIED, result=7, then="large[9]",
    ),
    Row("copy of 1 MB", "copy(large)", "copy(large)", None, "copy_of(large)", (Goal(1.5, "hand"),), then="len(it)", result=LARGE),
    Row(
        "pickle of 1 MB", "dumps(large, 5)", None, None, "dumps(data, 5)", (Goal(1.5, "hand"),), then="len(it) > 1e6",
        result=True,
    ),
    Row(
        "walk a list made by Python, a node", "walk(head)", "walk(head)", "walk(head)", then="it", result=sum(range(NODES)),
        items=NODES, goals=(BEST, Goal(60, "ns")),
    ),
)  # fmt: skip

TEXT = "some text"
COMMON: Names = {
    "pair": (1.0, 2.0), "members": {"x": 3.0, "y": 4.0}, "four": [1, 2, 3, 4], "four_": (1, 2, 3, 4), "pairs": ((1.0, 2.0),) * 3,
    "three": [1, 2, 3], "plain": lambda x: x + 2,
    "count": ITEMS,
    "text": TEXT.encode(), "numbers": list(range(ITEMS)), "tuples": [(1.0, 2.0)] * ITEMS, "size": LARGE,
}  # fmt: skip


def ndarray() -> Any:
    import numpy

    return numpy.full(LARGE, 7, "u1")


def by_farcall(built: Built) -> Names:
    import copy
    import pickle

    import farcall

    lib: Any = farcall.Library(None)
    lib.cdef(built.declarations)
    types: Any = lib.types
    head = last = types.node(0)
    for value in range(1, NODES):
        made = types.node(value)
        last.next, last = made, made
    n, ints, bytes_ = types.node(7), farcall.array(farcall.int32, ITEMS), farcall.array(farcall.uint8, LARGE)
    array = ints(range(ITEMS))
    return COMMON | {
        "r": types.record(), "named": types.record(name=TEXT), "plain_text": str,
        "p": types.point(5, 6), "line": types.line, "points": farcall.array(types.point, 8)(),
        "word": TEXT, "n": n, "pointer": farcall.addressof(n), "none": None, "ints": ints, "array": array,
        "closure": farcall.Closure(lambda x: x + 1, "int (*)(int)"), "many": farcall.array(types.point, ITEMS),
        "ints4": farcall.array(farcall.int32, 4), "first": farcall.cast("int32_t *", array), "bytes_": bytes_,
        "large": bytes_(), "ndarray": ndarray(),
        "walk": walk, "copy": copy.copy, "dumps": pickle.dumps, "head": farcall.addressof(head), "int_of": int,
        "value_of": lambda it: it.value, "text_of": lambda it: it.encode() if isinstance(it, str) else it.bytes(),
    }  # fmt: skip


def by_ctypes(built: Built) -> Names:
    import copy
    import ctypes as c

    class Point(c.Structure):
        _fields_ = (("x", c.c_double), ("y", c.c_double))

    class Line(c.Structure):
        _fields_ = (("from_", Point), ("to", Point), ("kind", c.c_int32))

    class Node(c.Structure):
        pass

    Node._fields_ = (("value", c.c_int32), ("next", c.POINTER(Node)))
    function = c.CFUNCTYPE(c.c_int, c.c_int)

    class Record(c.Structure):
        _fields_ = (
            ("nested", Line), ("points", Point * 3), ("numbers", c.c_int32 * 4), ("text", c.c_char * 16),
            ("name", c.c_char_p), ("data", c.c_void_p), ("next", c.POINTER(Node)), ("call", function),
        )  # fmt: skip

    head = last = Node(0)
    for value in range(1, NODES):
        made = Node(value)
        last.next, last = c.pointer(made), made
    n, ints, large = Node(7), c.c_int32 * ITEMS, (c.c_uint8 * LARGE)()
    array = ints(*range(ITEMS))
    return COMMON | {
        "r": Record(), "named": Record(name=TEXT.encode()), "plain_text": bytes.decode,
        "p": Point(5, 6), "line": Line, "points": (Point * 8)(), "n": n, "pointer": c.pointer(n),
        "pointer_to": c.pointer, "none": None, "ints": ints, "array": array, "closure": function(lambda x: x + 1),
        "many": Point * ITEMS, "ints4": c.c_int32 * 4, "function": function, "first": c.cast(array, c.POINTER(c.c_int32)),
        "large": large, "memmove": c.memmove,
        "walk": walk_contents, "head": c.pointer(head),
        "copy": copy.copy, "int_of": int, "value_of": lambda it: it.contents.value, "text_of": lambda it: it,
    } | _lasting()  # fmt: skip


def _lasting() -> Names:
    """An ndarray, and where it is."""
    made = ndarray()
    return {"ndarray": made, "where": made.ctypes.data}


def by_cffi(built: Built) -> Names:
    ffi: Any = built.cffi().ffi
    nodes = [ffi.new("node *", [value]) for value in range(NODES)]
    for here, following in pairwise(nodes):
        here.next = following
    held, named = ffi.new("char[]", TEXT.encode()), ffi.new("record *")
    named.name = held
    n, array = ffi.new("node *", [7]), ffi.new(f"int32_t[{ITEMS}]", list(range(ITEMS)))
    return COMMON | {
        "r": ffi.new("record *"), "named": named, "held_text": held, "string": ffi.string, "plain_text": bytes.decode,
        "p": ffi.new("point *", (5, 6)), "line": ffi.typeof("line *"), "new": ffi.new,
        "points": ffi.new("point[8]"), "chars": ffi.typeof("char[]"), "cast": ffi.cast, "void_p": ffi.typeof("void *"),
        "pointer": n, "none": ffi.NULL, "ints": ffi.typeof(f"int32_t[{ITEMS}]"), "many": ffi.typeof(f"point[{ITEMS}]"),
        "closure": ffi.callback("int (*)(int)", lambda x: x + 1), "array": array,
        "ints4": ffi.typeof("int32_t[4]"), "first": ffi.cast("int32_t *", array), "large": ffi.new(f"uint8_t[{LARGE}]"),
        "memmove": ffi.memmove,
        "ndarray": ndarray(), "walk": walk, "head": nodes[0], "nodes": nodes, "int_of": lambda it: int(ffi.cast("intptr_t", it)),
        "value_of": lambda it: it.value, "text_of": ffi.string,
    }  # fmt: skip


def by_hand(built: Built) -> Names:
    import pickle

    made = ndarray()
    return {
        "ndarray": memoryview(made), "large": memoryview(bytearray(made)), "data": bytes(made), "copy_of": bytearray,
        "dumps": pickle.dumps,
    }  # fmt: skip


GROUP = Group("construction", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi, "hand": by_hand})
