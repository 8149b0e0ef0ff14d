"""What stands around calls: making, casting, measuring and comparing values, and handing their memory on."""

from __future__ import annotations

from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.row import Row

__all__ = ["GROUP"]

ROWS = (
    Row('new("int")', 'new("int")', "c_int()", 'new("int *")', then="type(it) is not None", result=True),
    Row('new("int", 5)', 'new("int", 5)', "c_int(5)", 'new("int *", 5)', then="read(it)", result=5),
    Row("int_(5)", "int_(5)", "c_int(5)", "new(kind, 5)", then="read(it)", result=5),
    Row('cast("T *", p), text', 'cast_own("pair *", p)', "cast(p, pair_p)", 'cast("pair *", p)', then="it[0].x", result=1),
    Row("cast(T, p), type", "cast(pair_p, p)", "cast(p, pair_p)", "cast(pair_p, p)", then="it[0].x", result=1),
    Row("sizeof(T)", "sizeof(pair)", "sizeof(pair)", "sizeof(pair)", result=8),
    Row("farcall.sizeof(T), an attribute", "farcall.sizeof(pair)", "ctypes.sizeof(pair)", "ffi.sizeof(pair)", result=8),
    Row("sizeof(value)", "sizeof(s)", "sizeof(s)", "sizeof(s)", result=8),
    Row('sizeof("int[4]")', 'sizeof("int[4]")', None, 'sizeof("int[4]")', result=16),
    Row("addressof(s)", "addressof(s)", "pointer(s)", "addressof(s)", then="it[0].x", result=1),
    Row(
        'view("char[16]", p)', 'view("char[16]", text)', "chars.from_address(place)", 'cast("char(*)[16]", text)[0]',
        then="as_text(it)", result="hello",
    ),
    Row("string(p)", "string(text)", "text.value", "string(text)", result="hello", then="as_text(it)"),
    Row("p + 1", "ints + 1", None, "ints + 1", then="it[0]", result=1),
    Row("p - q", "last - ints", None, "last - ints", result=3),
    Row("p == q", "ints == same", None, "ints == same", result=True),
    Row("p < q", "ints < last", None, "ints < last", result=True),
    Row("bytes(s)", "bytes(s)", "bytes(s)", "bytes(buffer(p))", then="len(it)", result=8),
    Row("bytes in a char array", "chars16.bytes()", "chars16.value", "string(chars16)", result=b"hello"),
    Row("memoryview(a)", "memoryview(array)", "memoryview(array)", "memoryview(buffer(array))", then="it.nbytes", result=16),
    Row("np.asarray(a)", "asarray(array)", "asarray(array)", "frombuffer(buffer(array), i4)", then="it[1]", result=1),
)  # fmt: skip


def by_farcall(built: Built) -> Names:
    import numpy

    import farcall

    for _ in range(3000):
        farcall.sizeof  # noqa: B018  (programs that read names in their loops soon find all of them in the module)
    lib: Any = farcall.Library(str(built.library), gil="hold")
    lib.cdef(built.declarations)
    array = farcall.array(farcall.int_, 4)(range(4))
    ints = farcall.cast("int *", array)
    return {
        "farcall": farcall,
        "new": farcall.new, "cast": farcall.cast, "cast_own": lib.cast, "sizeof": farcall.sizeof, "view": farcall.view,
        "addressof": farcall.addressof, "string": farcall.string, "int_": farcall.int_, "pair": lib.types.pair,
        "pair_p": lib.types["pair *"], "p": lib.first(), "s": lib.types.pair(1, 2), "text": lib.text(), "array": array,
        "ints": ints, "last": ints + 3, "same": farcall.cast("int *", array), "asarray": numpy.asarray,
        "chars16": lib.types["char[16]"](b"hello"),
        "read": lambda it: it.value, "as_text": lambda it: it if isinstance(it, str) else farcall.string(it),
    }  # fmt: skip


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    import numpy

    class Pair(c.Structure):
        _fields_ = (("x", c.c_int), ("y", c.c_int))

    dll = c.PyDLL(str(built.library))
    dll.first.restype = c.c_void_p
    dll.text.restype = c.c_void_p
    return {
        "ctypes": c, "c_int": c.c_int, "cast": c.cast, "sizeof": c.sizeof, "addressof": c.addressof, "pointer": c.pointer,
        "pair": Pair, "pair_p": c.POINTER(Pair), "p": c.c_void_p(dll.first()), "s": Pair(1, 2), "chars": c.c_char * 16,
        "place": dll.text(), "text": c.cast(dll.text(), c.c_char_p), "array": (c.c_int * 4)(*range(4)),
        "asarray": numpy.asarray, "chars16": c.create_string_buffer(b"hello", 16), "read": lambda it: it.value,
        "as_text": lambda it: (it if isinstance(it, bytes) else it.value).decode(),
    }  # fmt: skip


def by_cffi(built: Built) -> Names:
    import numpy

    module = built.cffi()
    ffi, lib = module.ffi, module.lib
    array = ffi.new("int[4]", [0, 1, 2, 3])
    ints = ffi.cast("int *", array)
    return {
        "ffi": ffi, "new": ffi.new, "cast": ffi.cast, "sizeof": ffi.sizeof, "addressof": ffi.addressof, "string": ffi.string,
        "kind": ffi.typeof("int *"), "pair": ffi.typeof("pair"), "pair_p": ffi.typeof("pair *"), "p": lib.first(),
        "s": ffi.new("pair *", (1, 2))[0], "text": lib.text(), "number": ffi.typeof("uintptr_t"), "array": array,
        "ints": ints, "last": ints + 3, "same": ffi.cast("int *", array), "buffer": ffi.buffer,
        "frombuffer": numpy.frombuffer, "i4": numpy.dtype("i4"), "chars16": ffi.new("char[16]", b"hello"), "read": lambda it: it[0],
        "as_text": lambda it: (it if isinstance(it, bytes) else ffi.string(it)).decode(),
    }  # fmt: skip


GROUP = Group("helpers", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi})
