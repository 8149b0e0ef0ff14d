"""`farcall.cffi` beside cffi: the same lines, with libraries opened by `dlopen` (cffi's ABI mode) in both."""

from __future__ import annotations

from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import BEST, Goal, Row

__all__ = ["GROUP"]

DECLARED = """
    typedef struct { int quot, rem; } div_t;
    int abs(int); size_t strlen(const char *); void *memchr(const void *, int, size_t); div_t div(int, int);
    struct node {
        int value; double weight; struct node *next; int items[8]; int (*call)(int); unsigned bits : 3; float part;
    };
"""
#: With the GIL released a call is to take a third of cffi's time, which has no other way.
CALL = (Goal(1 / 3, "best"),)


def row(
    name: str, line: str, result: object = None, then: str = "it", goals: tuple[Goal, ...] = (BEST,), items: int = 1
) -> Row:
    """A line that is the same for both."""
    return Row(f"cffi's {name}", line, None, line, goals=goals, result=result, then=then, items=items)


ROWS = (
    row("abs(-5)", "magnitude(-5)", 5, goals=CALL),
    row("lib.abs(-5)", "lib.abs(-5)", 5, goals=CALL),
    row("strlen(char[])", "strlen(text)", 5, goals=CALL),
    row("strlen(bytes)", "strlen(b'hello')", 5, goals=CALL),
    row("memchr(p, c, n)", "memchr(text, 101, 5)", 1, "it - as_void(text)", goals=CALL),
    row("div(17, 5).rem", "div(17, 5).rem", 2, goals=CALL),
    row("p.x", "node.value", 7),
    row("p.x = n", "node.value = 7", 7, "node.value"),
    row("p.next", "node.next", 7, "it.value"),
    row("p.next = q", "node.next = node", 7, "node.next.value"),
    row("p.next = NULL", "other.next = null", True, "other.next == null"),
    row("p.items[1]", "node.items[1]", 3),
    row("p[0]", "node[0]", 7, "it.value"),
    row("int *: p[0]", "number[0]", 5),
    row("int *: p[0] = n", "number[0] = 5", 5, "number[0]"),
    row("int[]: a[i]", "numbers[5]", 6),
    row("int[]: a[i] = n", "numbers[5] = 6", 6, "numbers[5]"),
    row("struct[]: a[i].x", "nodes[3].value", 9),
    row("len(a)", "len(numbers)", 100),
    row("list(a)", "list(numbers)", 100, "len(it)", items=100),
    row("list(struct[])", "list(nodes)", 4, "len(it)", items=4),
    row("p.call(n)", "node.call(-5)", 5),
    row("p.bits", "node.bits", 3),
    row("p.bits = n", "node.bits = 3", 3, "node.bits"),
    row("p.part = x", "node.part = 0.5", 0.5, "node.part"),
    row("float[]: a[i] = x", "parts[5] = 0.5", 0.5, "parts[5]"),
    row("char[]: a[i] = c", "text[1] = b'e'", b"e", "text[1]"),
    row("a[i:j]", "numbers[0:10]", 10, "len(it)"),
    row("p == NULL", "node == null", False),
    row("bool(p)", "bool(node)", True),
    row("p + 1", "pointer + 1", 1, "it - pointer"),
    row('new("int *")', "new('int *')", 0, "it[0]"),
    row("new(type)", "new(kind)", 0, "it.value"),
    row('new("int[]", n)', "new('int[]', 100)", 100, "len(it)"),
    row('new("char[]", bytes)', "new('char[]', b'hi')", 3, "len(it)"),
    row('new("T *", dict)', "new('struct node *', {'value': 7, 'weight': 0.5})", 7, "it.value"),
    row('new("T *", tuple)', "new('struct node *', (7, 0.5))", 7, "it.value"),
    row('new("int[]", list)', "new('int[]', items)", 3, "len(it)"),
    row('cast("int", n)', "cast('int', 5)", 5, "int(it)"),
    row('cast("void *", p)', "cast('void *', text)", True, "it == text"),
    row("string(a)", "string(text)", b"hello"),
    row("buffer(a)[:]", "buffer(text)[:]", b"hello\0"),
    row("unpack(p, n)", "unpack(pointer, 10)", 10, "len(it)"),
    row("memmove(p, b, n)", "memmove(room, b'abc', 3)", b"abc", "string(room)"),
    row('typeof("T")', "typeof('int')", "int", "it.cname"),
    row("sizeof(p)", "sizeof(node)", 8),
    row("hash(p)", "hash(node)", True, "it == hash(node)"),
    row("new_handle(x)", "new_handle(items)", True, "from_handle(it) is items"),
    row("from_handle(p)", "from_handle(handle)", True, "it is items"),
    row("from_buffer(b)", "from_buffer(b'abc')", 3, "len(it)"),
    row("gc(p, f)", "gc(pointer, release)", True, "it == pointer"),
    row("from_buffer(bytearray)", "from_buffer(array)", 3, "len(it)"),
    row("callback(type, f)", "callback('int(int)', same)", 5, "it(5)"),
    row("a callback's call", "called(5)", 5),
)


def _names(ffi: Any) -> Names:
    ffi.cdef(DECLARED)
    lib = ffi.dlopen(None)
    node, nodes = ffi.new("struct node *", {"value": 7, "items": [2, 3]}), ffi.new("struct node[4]")
    node.next, nodes[3].value, node.bits = node, 9, 3
    node.call = ffi.cast("int (*)(int)", lib.abs)
    items = [1, 2, 3]
    numbers = ffi.new("int[]", list(range(1, 101)))
    return {
        "lib": lib, "magnitude": lib.abs, "strlen": lib.strlen, "memchr": lib.memchr, "div": lib.div, "node": node,
        "other": ffi.new("struct node *"),
        "nodes": nodes, "numbers": numbers, "number": ffi.new("int *", 5), "text": ffi.new("char[]", b"hello"),
        "pointer": ffi.cast("int *", numbers), "null": ffi.NULL, "kind": ffi.typeof("struct node *"), "new": ffi.new,
        "cast": ffi.cast, "string": ffi.string, "buffer": ffi.buffer, "from_buffer": ffi.from_buffer, "gc": ffi.gc,
        "release": lambda it: None, "called": ffi.callback("int(int)", lambda n: n),
        "parts": ffi.new("float[10]"), "items": items, "handle": ffi.new_handle(items), "array": bytearray(b"abc"),
        "room": ffi.new("char[16]"), "same": lambda n: n, "unpack": ffi.unpack, "memmove": ffi.memmove, "typeof": ffi.typeof,
        "sizeof": ffi.sizeof, "new_handle": ffi.new_handle, "from_handle": ffi.from_handle, "callback": ffi.callback,
        "as_void": lambda it: ffi.cast("void *", it),
    }  # fmt: skip


def by_farcall(built: Built) -> Names:
    from farcall.cffi import FFI

    return _names(FFI())


def by_cffi(built: Built) -> Names:
    from cffi import FFI

    return _names(FFI())


GROUP = Group("cffi_face", ROWS, {"farcall": by_farcall, "cffi": by_cffi})
