"""cffi's interface over farcall: what its documentation says, with the process' own C library."""

from __future__ import annotations

import gc
import io
import sys
import weakref
from typing import Any

import pytest

pytest.importorskip("cffi", reason="needs cffi's Python files")

from farcall.cffi import FFI

TEXT = """
    typedef struct { int quot, rem; } div_t;
    div_t div(int, int);
    int abs(int);
    size_t strlen(const char *);
    void *memchr(const void *, int, size_t);
    int snprintf(char *, size_t, const char *, ...);
    void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
    int toupper(int);
    extern int optind;
    struct node { int value; unsigned flags : 3; struct node *next; char name[8]; double point[2]; wchar_t wide; _Bool on; };
    union number { float f; unsigned bits; };
    enum colour { RED, GREEN = 5 };
    #define LIMIT 42
    struct opaque;
    struct tail { int n; short items[]; };
"""


@pytest.fixture(scope="module")
def ffi() -> Any:
    made = FFI()
    made.cdef(TEXT)
    return made


@pytest.fixture(scope="module")
def lib(ffi: Any) -> Any:
    return ffi.dlopen(None)


def test_functions_take_what_cffi_s_take(ffi: Any, lib: Any) -> None:
    assert lib.abs(-5) == 5
    assert lib.abs(ffi.cast("int", -5)) == 5
    assert lib.strlen(b"text") == 4
    assert lib.strlen(ffi.new("char[]", b"abc")) == 3
    result = lib.div(17, 5)
    assert (result.quot, result.rem) == (3, 2)
    text = ffi.new("char[]", b"hello")
    assert lib.memchr(text, ord("l"), 5) - ffi.cast("void *", text) == 2
    assert lib.memchr(text, ord("z"), 5) == ffi.NULL


def test_functions_refuse_what_cffi_s_refuse(ffi: Any, lib: Any) -> None:
    for wrong in ("5", 5.0, None):
        with pytest.raises(TypeError):
            lib.abs(wrong)
    with pytest.raises(OverflowError):
        lib.abs(1 << 40)
    with pytest.raises(TypeError, match="implicit cast"):
        lib.strlen(ffi.new("int *"))
    with pytest.raises(TypeError):
        lib.abs()
    with pytest.raises(AttributeError):
        lib.no_such_function  # noqa: B018


def test_variadic_functions_take_cdata_behind_the_dots(ffi: Any, lib: Any) -> None:
    room = ffi.new("char[]", 64)
    text = ffi.new("char[]", b"text")
    lib.snprintf(room, 64, b"%d %.2f %s", ffi.cast("short", -3), ffi.cast("float", 1.5), text)
    assert ffi.string(room) == b"-3 1.50 text"
    lib.snprintf(room, 64, b"%lld", ffi.cast("long long", 1 << 40))
    assert ffi.string(room) == b"%d" % (1 << 40)
    with pytest.raises(TypeError, match="needs to be a cdata"):
        lib.snprintf(room, 64, b"%d", 5)


def test_callbacks_run_and_say_what_they_raise(
    ffi: Any, lib: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)

    @ffi.callback("int(const void *, const void *)")
    def compare(a: Any, b: Any) -> int:
        return int(ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0])

    numbers = ffi.new("int[]", [5, 1, 4])
    lib.qsort(numbers, 3, ffi.sizeof("int"), compare)
    assert list(numbers) == [1, 4, 5]
    assert "calling <function" in repr(compare)

    def fail(n: int) -> int:
        raise KeyError(n)

    assert ffi.callback("int(int)", fail, error=-1)(7) == -1
    assert "KeyError: 7" in capsys.readouterr().err
    seen: list[Any] = []
    assert ffi.callback("int(int)", fail, onerror=lambda *error: seen.append(error[0]) or 9)(7) == 9
    assert seen == [KeyError]
    assert ffi.callback("short(int)", lambda n: n, error=3)(1 << 20) == 3
    assert "OverflowError" in capsys.readouterr().err


def test_structs_are_read_and_written_in_place(ffi: Any) -> None:
    node = ffi.new("struct node *", {"value": 3, "name": b"abc", "point": [1.0]})
    assert (node.value, ffi.string(node.name), list(node.point)) == (3, b"abc", [1.0, 0.0])
    node.next, node.flags, node.wide, node.on = node, 5, "é", True
    assert node.next == node
    assert node.next.next.value == 3
    assert (node.flags, node.wide, node.on) == (5, "é", True)
    node.point[1] = 2
    assert node[0].point[1] == 2.0
    copy = ffi.new("struct node *", node[0])
    copy.value += 1
    assert (node.value, copy.value) == (3, 4)
    with pytest.raises(OverflowError):
        node.flags = 8
    with pytest.raises(TypeError):
        node.next = ffi.new("int *")
    with pytest.raises(AttributeError):
        node.nothing = 1
    with pytest.raises(ValueError, match="too many"):
        ffi.new("struct node *", list(range(20)))
    with pytest.raises(KeyError):
        ffi.new("struct node *", {"nothing": 1})
    assert ffi.new("union number *", {"f": 1.0}).bits == 0x3F800000


def test_an_array_of_structs_has_no_members(ffi: Any) -> None:
    nodes = ffi.new("struct node[2]", [{"value": 1}, {"value": 2}])
    assert [node.value for node in nodes] == [1, 2]
    nodes[1].value = 5
    assert (nodes + 1).value == nodes[1].value == 5
    with pytest.raises(AttributeError):
        nodes.value  # noqa: B018


def test_a_large_number_is_an_infinite_float(ffi: Any) -> None:
    number = ffi.new("union number *")
    number.f = 1e200
    assert number.f == float("inf")
    assert ffi.new("float *", -1e200)[0] == float("-inf")
    floats = ffi.new("float[1]")
    floats[0] = 1e200
    assert floats[0] == float("inf")
    assert ffi.cast("float", 1e200) == float("inf")


def test_a_struct_has_an_array_at_its_end(ffi: Any) -> None:
    tail = ffi.new("struct tail *", [2, [7, 8, 9]])
    assert list(tail.items) == [7, 8, 9]
    assert ffi.sizeof(tail[0]) == 4 + 3 * 2


def test_pointers_and_arrays_are_bounded_as_cffi_s(ffi: Any) -> None:
    array = ffi.new("int[5]", [1, 2, 3])
    assert (len(array), list(array), array[2]) == (5, [1, 2, 3, 0, 0], 3)
    assert list(array[1:3]) == [2, 3]
    array[1:3] = [20, 30]
    assert array[1] == 20
    assert (array + 2)[0] == 30
    assert (array + 2) - array == 2
    for index in (5, -1):
        with pytest.raises(IndexError):
            array[index]
    with pytest.raises(IndexError):
        ffi.new("int *")[1]
    with pytest.raises(RuntimeError):
        ffi.cast("int *", 0)[0]
    with pytest.raises(IndexError):
        ffi.new("char[2]", b"abc")
    with pytest.raises(TypeError):
        ffi.new("struct opaque *")


def test_casts_are_c_s(ffi: Any) -> None:
    assert int(ffi.cast("unsigned char", 300)) == 44
    assert int(ffi.cast("int8_t", 200)) == -56
    assert ffi.cast("int", 3.9) == 3
    assert ffi.cast("char", 65) == b"A"
    assert float(ffi.cast("float", 0.1)) != 0.1
    assert repr(ffi.cast("enum colour", 5)) == "<cdata 'enum colour' 5: GREEN>"
    assert int(ffi.cast("uintptr_t", ffi.cast("void *", 1234))) == 1234
    assert float(ffi.cast("long double", 2.5)) == 2.5
    with pytest.raises(TypeError):
        ffi.cast("struct node", 5)


def test_text_and_bytes_come_out(ffi: Any) -> None:
    array = ffi.new("char[]", b"ab\0c")
    assert ffi.string(array) == b"ab"
    assert ffi.string(ffi.cast("char *", array), 1) == b"a"
    assert ffi.string(ffi.new("wchar_t[]", "é€")) == "é€"
    assert ffi.unpack(array, 4) == b"ab\0c"
    assert ffi.unpack(ffi.new("short[]", [1, -2]), 2) == [1, -2]
    buffer = ffi.buffer(array)
    assert (len(buffer), buffer[:], buffer[1]) == (5, b"ab\0c\0", b"b")
    buffer[0] = b"x"
    memoryview(buffer)[1] = ord("y")
    assert ffi.string(array) == b"xy"
    assert io.BytesIO(b"1234").readinto(buffer) == 4
    assert bytes(buffer) == b"1234\0"
    assert ffi.buffer(array, 2)[:] == b"12"


def test_memory_of_others_is_seen_and_copied(ffi: Any) -> None:
    memory = bytearray(b"abcd")
    seen = ffi.from_buffer(memory)
    seen[0] = b"X"
    assert memory == b"Xbcd"
    assert repr(seen) == "<cdata 'char[]' buffer len 4 from 'bytearray' object>"
    with pytest.raises(BufferError):
        memory.append(1)
    ffi.release(seen)
    memory.append(1)
    with pytest.raises(BufferError):
        ffi.from_buffer("char[]", b"constant", require_writable=True)
    target = ffi.new("char[3]")
    ffi.memmove(target, b"123", 3)
    assert ffi.buffer(target)[:] == b"123"
    ffi.memmove(memory, target, 2)
    assert memory[:2] == b"12"


def test_what_is_gone_is_destroyed_once(ffi: Any) -> None:
    gone: list[Any] = []
    pointer = ffi.gc(ffi.cast("void *", 5), gone.append)
    assert pointer == ffi.cast("void *", 5)
    del pointer
    assert len(gone) == 1
    with ffi.gc(ffi.cast("void *", 6), gone.append):
        assert len(gone) == 1
    assert len(gone) == 2
    kept = ffi.gc(ffi.cast("void *", 7), gone.append)
    ffi.gc(kept, None)
    del kept
    assert len(gone) == 2


def test_handles_stand_for_objects(ffi: Any) -> None:
    class Owner:
        handle: Any

    owner = Owner()
    owner.handle = ffi.new_handle(owner)
    assert ffi.from_handle(ffi.cast("char *", owner.handle)) is owner
    stale = ffi.cast("void *", int(ffi.cast("uintptr_t", owner.handle)))
    seen = weakref.ref(owner)
    del owner
    gc.collect()
    assert seen() is None  # the handle and what it stands for are a circle
    with pytest.raises(SystemError):
        ffi.from_handle(stale)
    with pytest.raises(RuntimeError):
        ffi.from_handle(ffi.NULL)


def test_allocators_are_asked(ffi: Any) -> None:
    asked: list[Any] = []

    def alloc(size: int) -> Any:
        asked.append(size)
        return ffi.new("char[]", b"X" * size)

    make = ffi.new_allocator(alloc, asked.append)
    array = make("int[3]")
    assert list(array) == [0, 0, 0]
    assert asked == [12]
    del array
    assert len(asked) == 2
    raw = ffi.new_allocator(alloc, should_clear_after_alloc=False)("char[2]")
    assert bytes(ffi.buffer(raw)) == b"XX"


def test_types_tell_what_they_are(ffi: Any, lib: Any) -> None:
    node = ffi.typeof("struct node")
    assert (node.kind, node.cname) == ("struct", "struct node")
    assert [name for name, _ in node.fields] == ["value", "flags", "next", "name", "point", "wide", "on"]
    assert ffi.typeof("int[5]").length == 5
    assert ffi.typeof("int *").item is ffi.typeof("int")
    function = ffi.typeof("int(*)(char, ...)")
    assert (function.args, function.result, function.ellipsis) == ((ffi.typeof("char"),), ffi.typeof("int"), True)
    assert ffi.typeof("enum colour").relements == {"RED": 0, "GREEN": 5}
    assert ffi.typeof(lib.abs) is ffi.typeof("int(*)(int)")
    assert ffi.getctype("int[5]", "*p") == "int(*p)[5]"
    assert ffi.offsetof("struct node", "name") == node.fields[3][1].offset
    assert ffi.sizeof("struct node") % ffi.alignof("struct node") == 0
    with pytest.raises(AttributeError):
        ffi.typeof("int").item  # noqa: B018


def test_variables_constants_and_addresses(ffi: Any, lib: Any) -> None:
    before = lib.optind
    lib.optind = before + 1
    assert ffi.addressof(lib, "optind")[0] == before + 1
    lib.optind = before
    assert (lib.LIMIT, lib.GREEN) == (42, 5)
    node = ffi.new("struct node *")
    ffi.addressof(node[0], "point", 1)[0] = 4.0
    assert node.point[1] == 4.0


def test_errno_reaches_the_next_call(ffi: Any, lib: Any) -> None:
    ffi.errno = 33
    lib.abs(1)
    assert ffi.errno == 33  # not 0, which a call begins with that is not given it

    @ffi.callback("int(const void *, const void *)")
    def order(one: Any, other: Any) -> int:
        seen.append(ffi.errno)
        ffi.errno = 34
        return 0

    seen: list[int] = []
    lib.qsort(ffi.new("int[2]"), 2, 4, order)
    assert (seen[0], ffi.errno) == (33, 34)


def test_functions_are_cdata_that_can_be_passed(ffi: Any, lib: Any) -> None:
    assert isinstance(lib.abs, ffi.CData)
    pointer = ffi.cast("int(*)(int)", lib.abs)
    assert pointer(-4) == 4
    assert pointer == lib.abs
    with pytest.raises(TypeError, match=r"expects 1 arguments, got 2"):
        pointer(1, 2)
    with pytest.raises(RuntimeError):
        ffi.cast("int(*)(int)", 0)(1)


def test_cdata_are_compared_by_address_and_kept_weakly(ffi: Any) -> None:
    array = ffi.new("int[2]")
    assert ffi.cast("int *", array) == array
    assert array < array + 1
    assert hash(ffi.cast("void *", array)) == hash(array)
    assert ffi.NULL != None  # noqa: E711
    kept = weakref.WeakKeyDictionary({array: "value"})
    assert kept[array] == "value"


def test_a_library_can_be_closed(ffi: Any) -> None:
    other = FFI()
    other.cdef("double cos(double);")
    lib = other.dlopen("libm.so.6" if sys.platform == "linux" else None)
    assert lib.cos(0.0) == 1.0
    other.dlclose(lib)
    with pytest.raises((ValueError, AttributeError)):
        lib.cos  # noqa: B018
    with pytest.raises(OSError, match="no_such_library"):
        other.dlopen("./no_such_library.so")


def test_one_ffi_includes_another(ffi: Any) -> None:
    other = FFI()
    other.include(ffi)
    other.cdef("struct outer { struct node inner; };")
    outer = other.new("struct outer *")
    outer.inner.value = 5
    assert outer.inner.value == 5
    assert other.typeof("struct node") is ffi.typeof("struct node")
