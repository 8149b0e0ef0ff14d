"""Text: str for pointers to const characters of any width, bytes that are whole characters, strings of a length, and text
that is stored where nobody could keep it."""

from __future__ import annotations

import copy
import gc
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall.cpython.value import class_of
from farcall.ctype import Field, Record
from tests.conftest import Load

TYPES = """
struct texts { const wchar_t *wide; const char16_t *utf16; const char32_t *utf32; wchar_t *out; const char *narrow; };
struct cfg { const char *name; const wchar_t *wide; const char *names[2]; void (*hook)(void); struct cfg *next; char *raw; };
"""
SOURCE = """
#include <stddef.h>
#include <wchar.h>
struct cfg { const char *name; const wchar_t *wide; const char *names[2]; void (*hook)(void); struct cfg *next; char *raw; };
static struct cfg c;
struct cfg *get_cfg(void) { return &c; }
struct cfg global, *pointer = &c;
void each(void (*f)(struct cfg *)) { f(&c); }
size_t length(const wchar_t *s) { return wcslen(s); }
size_t length16(const unsigned short *s) { size_t n = 0; while (s[n]) n++; return n; }
size_t length32(const unsigned *s) { size_t n = 0; while (s[n]) n++; return n; }
size_t of_result(const wchar_t *(*f)(void)) { const wchar_t *s = f(); return s ? wcslen(s) : 0; }
"""
DECLARED = (
    TYPES
    + """
struct cfg *get_cfg(void); extern struct cfg global; extern struct cfg *pointer; void each(void (*f)(struct cfg *));
size_t length(const wchar_t *s); size_t length16(const char16_t *s); size_t length32(const char32_t *s);
size_t of_result(const wchar_t *(*f)(void));
"""
)
WIDE = ("length", "length16", "length32")


@pytest.fixture(scope="module", params=["fast", "api"])
def lib(load_c: Load, request: pytest.FixtureRequest) -> Any:
    return load_c(SOURCE, DECLARED, tier=request.param)


@pytest.mark.parametrize("size", [*range(34), 100, 600, 5000])
def test_a_str_and_bytes_of_any_length_are_as_pythons_own(lib: Any, size: int) -> None:
    plain = bytes(33 + i % 90 for i in range(size))
    for data in (plain, plain + "né\U0001f600".encode(), plain[:1] + b"\xff" + plain[1:], b"\x80" + plain):
        value = lib.types.texts(narrow=data)
        found, wanted = value.narrow, data.decode("utf-8", "surrogateescape")
        assert found == wanted
        assert hash(found) == hash(wanted)
        assert found.isascii() == wanted.isascii()
        assert (found + "!")[:-1] == wanted
        assert {wanted: 1}[found] == 1
        assert found.upper() == wanted.upper()
        array = lib.types[f"char[{len(data) + 1}]"](data)
        assert array.bytes() == data
        assert hash(array.bytes()) == hash(data)
        assert array.bytes() + b"!" == data + b"!"
        assert bytes(array) == data + b"\0"


def test_an_array_of_characters_has_its_methods_for_itself(lib: Any) -> None:
    kind = lib.types["char[8]"]
    assert kind.bytes.__objclass__ is kind
    assert kind.bytes(kind(b"ab")) == b"ab"

    class Name(kind):  # type: ignore[misc]
        pass

    assert Name(b"abc").bytes() == b"abc"
    assert lib.types["int[2]"]((0x41, 0)).bytes()[:1] in (b"A", b"")
    assert lib.types.texts.__bytes__.__objclass__ is lib.types.texts


def test_a_member_may_be_called_as_a_method_is(lib: Any) -> None:
    odd = class_of(
        Record("struct", "odd", (Field("__bytes__", farcall.int_.__ctype__), Field("x", farcall.int_.__ctype__)))
    )
    assert odd(3, 4).__bytes__ == 3


@pytest.mark.parametrize("name", WIDE)
def test_a_str_for_wide_characters(lib: Any, name: str) -> None:
    function = getattr(lib, name)
    assert [function(text) for text in ("", "abc", "né", "x" * 1000)] == [0, 3, 2, 1000]
    assert function("a\U0001f600") == (3 if name == "length16" else 2)
    assert function("\ud800") == 1
    with pytest.raises(ValueError, match=rf"{name}\(\) parameter 's': the str has a NUL character inside"):
        function("a\0b")


@pytest.mark.parametrize("name", WIDE)
def test_bytes_are_whole_characters(lib: Any, name: str) -> None:
    function, size = getattr(lib, name), 2 if name == "length16" else 4
    for wrong in (b"abc", bytearray(5), b"abcde"):
        with pytest.raises(ValueError, match=f"items of {size} bytes; .* has {len(wrong)}, not a whole number"):
            function(wrong)
    assert function(b"\1".ljust(size, b"\0") + bytes(size)) == 1


def test_bytes_are_whole_items() -> None:
    libc = farcall.Library("libc.so.6")
    libc.cdef("struct t3 { int a[3]; }; int memcmp(const struct t3 *a, const struct t3 *b, size_t size);")
    assert libc.memcmp(bytes(24), bytearray(12), 12) == 0
    for wrong in (b"\0", bytes(13), bytearray(23)):
        with pytest.raises(ValueError, match="items of 12 bytes"):
            libc.memcmp(bytes(12), wrong, 1)
    for type in ("const int *", "int *", "const double *"):
        with pytest.raises(ValueError, match="not a whole number"):
            farcall.type_of(type)(bytearray(7))


def test_wide_text_in_memory(lib: Any) -> None:
    made = lib.types.texts(wide="né", utf16="a\U0001f600", utf32="xyz")
    array = farcall.array(lib.types["const wchar_t *"], 2)(["one" * 20, "two" * 20])
    array[1] = "three" * 20
    pointer = lib.types["const wchar_t *"]("point" * 20)
    gc.collect()
    churn = [farcall.new("wchar_t[]", "#" * 60) for _ in range(100)]
    assert (made.wide.string(), made.utf16.string(), made.utf32.string()) == ("né", "a\U0001f600", "xyz")
    assert ([item.string() for item in array], pointer.string()) == (["one" * 20, "three" * 20], "point" * 20)
    for name, value in (("wide", b"abc"), ("utf16", b"abc"), ("utf32", b"abc")):
        with pytest.raises(ValueError, match=f"struct texts: field '{name}'.* not a whole number"):
            setattr(made, name, value)
    with pytest.raises(TypeError, match=r'not str; pass farcall.new\("wchar_t\[\]", text\)'):
        made.out = "text"
    with pytest.raises(TypeError, match="not str; pass bytes"):
        farcall.type_of("const int *")("text")
    assert churn


def test_a_callback_gives_wide_text(lib: Any) -> None:
    assert lib.of_result(lambda: "wide é") == 6
    with pytest.raises(ValueError, match="not a whole number"):
        lib.of_result(lambda: b"abc")


# Strings of a length


def test_strings_of_a_length() -> None:
    array = farcall.new("char[4]", "abcd")
    assert farcall.string(array, 4) == "abcd"
    assert farcall.string(farcall.new("char[4]", "a"), 4) == "a\0\0\0"
    assert farcall.string(farcall.new("wchar_t[3]", "né"), 2) == "né"
    for made, length in ((array, 5), (array, 4096), (array, 10**9), (farcall.new("wchar_t[3]"), 4), (array, 1 << 70)):
        with pytest.raises(ValueError, match=f"has no {length} characters"):
            farcall.string(made, length)
    for value in (array, farcall.cast("char *", array)):
        with pytest.raises(ValueError, match="length cannot be -1"):
            farcall.string(value, -1)
        with pytest.raises(TypeError):
            farcall.string(value, "2")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="holds no characters"):
        farcall.string(farcall.new("int[3]"), 2)


# What is stored in memory of C's


STORED: dict[str, Callable[[Any], object]] = {
    "a field": lambda p: setattr(p, "name", "text"),
    "bytes": lambda p: setattr(p, "name", b"text"),
    "wide": lambda p: setattr(p, "wide", "text"),
    "an item": lambda p: p.names.__setitem__(0, "text"),
    "a slice": lambda p: p.names.__setitem__(slice(0, 1), ["text"]),
    "an array": lambda p: setattr(p, "names", ["text"]),
    "the target": lambda p: p.__setitem__(0, {"name": "text"}),
    "its contents": lambda p: setattr(p.contents, "name", "text"),
    "its first item": lambda p: setattr(p[0], "name", "text"),
    "behind a pointer": lambda p: farcall.cast("const char **", p).__setitem__(0, "text"),
    "at an address": lambda p: setattr(farcall.view(type(p.contents), int(p)), "name", "text"),
    "a callable": lambda p: setattr(p, "hook", lambda: None),
    "a builtin": lambda p: setattr(p, "hook", [].clear),
    "a struct of text": lambda p: p.__setitem__(0, _like(p)(name="text")),
    "a struct of wide text": lambda p: p.__setitem__(0, _like(p)(wide="text")),
    "a struct of an array": lambda p: p.__setitem__(0, _like(p)(names=["text"])),
    "a struct of a callable": lambda p: p.__setitem__(0, _like(p)(hook=lambda: None)),
    "a struct of a builtin": lambda p: p.__setitem__(0, _like(p)(hook=[].clear)),
    "a copy of one": lambda p: p.__setitem__(0, copy.copy(_like(p)(name="text"))),
    "a slice of structs": lambda p: p.__setitem__(slice(0, 1), [_like(p)(name="text")]),
    "an array of text": lambda p: setattr(p, "names", farcall.new("const char *[2]", ["text"])),
    "a struct's item": lambda p: farcall.view(farcall.array(_like(p), 1), int(p)).__setitem__(0, _like(p)(name="text")),
    "a struct's items": lambda p: farcall.view(farcall.array(_like(p), 1), p).__setitem__(
        slice(None), [_like(p)(name="text")]
    ),
    "a member of another": lambda p: setattr(
        farcall.cast(farcall.pointer(_outer(p)), p), "cfg", _outer(p)(_like(p)(name="text")).cfg
    ),
    "a struct of one": lambda p: farcall.cast(farcall.pointer(_outer(p)), p).__setitem__(0, ({"name": "text"},)),
    "a freed one's": lambda p: p.__setitem__(0, farcall.new(_like(p), {"name": "text"}, destructor=lambda value: None)),
    "by a pointer in an arena": lambda p: setattr(farcall.arena().new(type(p), p), "name", "text"),
}


def _like(pointer: Any) -> Any:
    """The class of what a pointer points to."""
    return type(pointer.contents)


def _outer(pointer: Any) -> Any:
    """A struct that begins with what a pointer points to, and is no longer."""
    return class_of(Record("struct", "outer", [Field("cfg", pointer.__ctype__.target)]))


@pytest.mark.parametrize("name", STORED)
def test_nothing_that_would_dangle_is_stored_in_c_s_memory(lib: Any, name: str) -> None:
    pointer = lib.get_cfg()
    with pytest.raises(
        TypeError, match=r"memory is C's, and .* gone at once: (store a farcall.new|make a farcall.Closure)"
    ):
        STORED[name](pointer)
    assert bytes(pointer.contents) == bytes(farcall.sizeof(pointer.contents))

    def callback(pointer: Any) -> None:
        with pytest.raises(TypeError, match="memory is C's"):
            STORED[name](pointer)

    lib.each(callback)


def test_what_is_callable_is_stored_in_c_s_memory_as_what_it_is_there(lib: Any) -> None:
    class Text(bytearray):
        def __call__(self) -> None: ...

    pointer, raw = lib.get_cfg(), Text(b"raw\0")
    pointer.raw = raw
    assert lib.get_cfg().raw.string() == "raw"
    cffi = pytest.importorskip("cffi", reason="cffi is not installed")
    ffi = cffi.FFI()
    hook = ffi.callback("void (*)(void)", lambda: None)
    pointer.hook = hook
    assert int(lib.get_cfg().hook) == int(ffi.cast("uintptr_t", hook))


def test_what_its_owner_keeps_is_stored_in_c_s_memory(lib: Any) -> None:
    text, wide, next_ = farcall.new("char[]", "text"), farcall.new("wchar_t[]", "wide"), lib.types.cfg(name="next")
    hook = farcall.Closure(lambda: None, "void (*)(void)")
    raw = bytearray(b"raw\0")
    pointer = lib.get_cfg()
    pointer.name, pointer.wide, pointer.names[1], pointer.next, pointer.hook = text, wide, text, next_, hook
    pointer.raw = raw
    del pointer
    gc.collect()
    seen = lib.get_cfg()
    assert (seen.name, seen.wide.string(), seen.names[1], seen.next.name) == ("text", "wide", "text", "next")
    seen[0] = lib.types.cfg(text, wide, [None, text], hook, next_, raw)
    assert (seen.name, seen.next.name) == ("text", "next")
    changed = lib.types.cfg("text")
    changed.name = None  # what the struct held it does not hold any more
    seen[0] = changed
    assert lib.get_cfg().name is None


def test_what_an_arena_kept_is_kept_by_copies_of_it(lib: Any) -> None:
    word = "text" * 20
    with farcall.arena() as arena:
        value = arena.new(lib.types.cfg, {"name": "another", "names": [None, word], "hook": lambda: None})
        value.name = word
        items = farcall.array(lib.types.cfg, 2)([value, (word,)])
        copies = [copy.copy(value), items[0], lib.types.cfg(next=farcall.addressof(items[0])).next]
    del value, items
    gc.collect()
    noise = [bytearray(len(word) + 1) for _ in range(1000)]
    for one in copies:
        assert (one.name, one.names[1], one.hook()) == (word, word, None)
    del noise


def test_where_farcall_keeps_it_text_is_stored(lib: Any) -> None:
    made = lib.types.cfg()
    places = [
        made, farcall.addressof(made), farcall.addressof(made)[0], lib.variable("global"),
        farcall.array(lib.types.cfg, 2)()[1], farcall.view(lib.types.cfg, bytearray(farcall.sizeof(made))),
        farcall.new(lib.types.cfg, destructor=lambda value: None),
    ]  # fmt: skip
    with farcall.arena() as arena:
        places.append(arena.new(lib.types.cfg))
        for place in places:
            place.name, place.names[1], place.hook = "text" * 20, "other" * 20, lambda: None
            gc.collect()
            assert (place.name, place.names[1]) == ("text" * 20, "other" * 20)
    lib.variable("global").name = None


def test_a_pointer_of_c_s_in_memory_of_farcall_s(lib: Any) -> None:
    """The memory that keeps is not the memory that is written to."""
    place = farcall.new(lib.types["struct cfg *"], lib.get_cfg())
    holder = lib.types.cfg(next=lib.get_cfg())
    for pointer in (farcall.addressof(place)[0], holder.next):
        with pytest.raises(TypeError, match="memory is C's"):
            pointer.name = "text"
