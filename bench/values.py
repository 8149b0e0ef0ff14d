"""Values in memory beside their peers: fields, construction, items, loops, structs in calls, a linked list.

    python -m bench.values [--quick]

The peer to beat is an extension type written by hand (peer/values.c): PyGetSetDef, sequence slots, a vectorcall
constructor. ctypes and cffi (its API mode, which is compiled) stand beside it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bench import build
from bench.caller import Call
from bench.clock import Time, side_by_side
from bench.linked_list import walk, walk_contents, walk_to_none

__all__ = ["measure_values", "value_table"]

ITEMS, NODES = 1000, 10_000
KEYS = ("farcall", "ext", "ctypes", "cffi")


class Row(NamedTuple):
    """`goal` is how many times faster than the better of ctypes and cffi farcall has to be; `turns` items are in one
    expression, so that long loops are shown by the item."""

    name: str
    expression: str
    result: object
    goal: float = 1.0
    items: int = 1


ROWS = (
    Row("read a double field", "p.x", 1.5),
    Row("read an int field", "l.kind", 7),
    Row("write a double field", "p.x = one", None),
    Row("write an int field", "l.kind = seven", None),
    Row("read a nested struct's field", "l.to.x", 0.0),
    Row("construct, by position", "point(one, two)", None, 2.5),
    Row("construct, by keyword", "point(x=one, y=two)", None, 2.5),
    Row("read an item", "a[3]", 3),
    Row("write an item", "a[3] = three", None),
    Row("sum an array by a loop, an item", "total(a)", sum(range(ITEMS)), 1.0, ITEMS),
    Row("struct in and out of a call", "swap(p)", None, 2.5),
    Row("walk a linked list, a node", "walk(head)", sum(range(NODES)), 1.0, NODES),
)


def total(array: Any) -> int:
    found = 0
    for item in array:
        found += item
    return found


class Peer(NamedTuple):
    names: dict[str, Any]
    spelled: dict[str, str]

    def call(self, row: Row) -> Call:
        expression = self.spelled.get(row.name, row.expression)
        known = self.names | {"one": 1.5, "two": 2.5, "three": 3, "seven": 7, "total": total}
        return Call(expression, {name: value for name, value in known.items() if name in expression})


def declarations() -> str:
    return build.without_includes(build.PEER / "memory.h")


def by_farcall(library: Path, head: int) -> Peer:
    import farcall

    lib: Any = farcall.Library(str(library), gil="hold")
    lib.cdef(declarations())
    point, line = lib.types.point, lib.types.line
    array = farcall.array(farcall.int32, ITEMS)(range(ITEMS))
    return Peer(
        {
            "p": point(1.5, 2.5),
            "l": line(kind=7),
            "a": array,
            "point": point,
            "swap": lib.swap,
            "head": lib.cast("node *", head),
            "walk": walk,
        },
        {},
    )


def by_hand(directory: Path, head: int) -> Peer:
    peer: Any = build.extension_module("peer_values", build.PEER / "values.c", directory, "memory")
    line = peer.line()
    line.kind = 7
    return Peer(
        {
            "p": peer.point(1.5, 2.5), "l": line, "a": peer.array(), "point": peer.point, "swap": peer.swap,
            "head": peer.node_at(head), "walk": walk_to_none,
        },
        {},
    )  # fmt: skip


def by_ctypes(library: Path, head: int) -> Peer:
    import ctypes as c

    class Point(c.Structure):
        _fields_ = (("x", c.c_double), ("y", c.c_double))

    class Line(c.Structure):
        _fields_ = (("from_", Point), ("to", Point), ("kind", c.c_int32))

    class Node(c.Structure):
        pass

    Node._fields_ = (("value", c.c_int32), ("next", c.POINTER(Node)))
    dll = c.PyDLL(str(library))
    dll.swap.restype, dll.swap.argtypes = Point, [Point]
    return Peer(
        {
            "p": Point(1.5, 2.5), "l": Line(kind=7), "a": (c.c_int32 * ITEMS)(*range(ITEMS)), "point": Point,
            "swap": dll.swap, "head": c.cast(head, c.POINTER(Node)), "walk": walk_contents,
        },
        {},
    )  # fmt: skip


def by_cffi(directory: Path, head: int) -> Peer:
    module = build.cffi_module("_peer_memory", build.PEER / "memory.h", directory, "memory")
    ffi, lib = module.ffi, module.lib
    return Peer(
        {
            "p": ffi.new("point *", (1.5, 2.5)), "l": ffi.new("line *", {"kind": 7}),
            "a": ffi.new(f"int32_t[{ITEMS}]", list(range(ITEMS))), "new": ffi.new, "swap": lib.swap, "v": ffi.new("point *")[0],
            "kind": ffi.typeof("point *"), "head": ffi.cast("node *", head), "walk": walk,
        },
        {
            "construct, by position": "new(kind, (one, two))",
            "construct, by keyword": "new(kind, {'x': one, 'y': two})",
            "struct in and out of a call": "swap(v)",
        },
    )  # fmt: skip


def check(key: str, peer: Peer, row: Row) -> None:
    """Leaves if the peer does not give what the row says."""
    call = peer.call(row)
    if " = " in call.expression:
        exec(call.expression, dict(call.names))
        return
    result = call()
    if row.result is not None and result != row.result:
        sys.exit(f"{key}: {row.name} gives {result!r}, not {row.result!r}")


def first_node(library: Path) -> int:
    """The address of a list that all peers walk: each its own would lie elsewhere in the caches."""
    import ctypes

    make = ctypes.CDLL(str(library)).make_list
    make.restype = ctypes.c_void_p
    found: int = make(NODES)
    return found


def measure_values(directory: Path, quick: bool) -> dict[str, dict[str, Time]]:
    """Nanoseconds of each row by peer; of long loops, an item."""
    library = build.shared_object(build.PEER / "memory.c", directory / "libmemory.so")
    head = first_node(library)
    makers: dict[str, Callable[[], Peer]] = {
        "farcall": lambda: by_farcall(library, head),
        "ext": lambda: by_hand(directory, head),
        "ctypes": lambda: by_ctypes(library, head),
        "cffi": lambda: by_cffi(directory, head),
    }
    peers = {key: make() for key, make in makers.items()}
    for row in ROWS:
        for key, peer in peers.items():
            check(key, peer, row)
    calls = {row.name: {key: peer.call(row) for key, peer in peers.items()} for row in ROWS}
    rounds, milliseconds = (9, 1.0) if quick else (31, 4.0)
    times = side_by_side(calls, rounds, milliseconds)
    items = {row.name: row.items for row in ROWS}
    return {
        name: {key: Time(t.best / items[name], t.median / items[name]) for key, t in by.items()}
        for name, by in times.items()
    }


def value_table(times: dict[str, dict[str, Time]]) -> str:
    """The numbers as text, with what was asked of each row."""
    lines = [f"{'values in memory, ns':<34}" + "".join(f"{key:>9}" for key in KEYS) + f"{'f/ext':>8}{'peers/f':>9}"]
    for row in ROWS:
        by = times[row.name]
        over = by["farcall"].best / by["ext"].best
        ahead = min(by["ctypes"].best, by["cffi"].best) / by["farcall"].best
        met = over <= 1.1 and ahead >= row.goal
        cells = "".join(f"{by[key].best:>9.1f}" for key in KEYS)
        verdict = "" if met else f"   MISSED (at most 1.1, at least {row.goal:g})"
        lines.append(f"{row.name:<34}{cells}{over:>8.2f}{ahead:>9.1f}{verdict}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.values", description="values in memory beside their peers")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    chosen = parser.parse_args()
    if lack := build.missing():
        sys.exit(lack)
    with tempfile.TemporaryDirectory(prefix="farcall-bench-") as name:
        print(value_table(measure_values(Path(name), chosen.quick)))


if __name__ == "__main__":
    main()
