"""The bootstrap does what C does: compared with ctypes, with files of the linker and with CPython itself."""

from __future__ import annotations

import ctypes
import math
import mmap
import os
import subprocess
import sys

import pytest

from farcall import seed
from farcall.errors import NullPointerError

LAZY_NOW = os.RTLD_NOW | os.RTLD_LOCAL


class _MethodDef(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("method", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


@pytest.mark.parametrize("make", [bytearray, memoryview, bytes], ids=lambda make: make.__name__)
def test_address_of_is_where_the_bytes_are(make):
    buffer = make(b"bootstrap")
    assert ctypes.string_at(seed.address_of(buffer), 9) == b"bootstrap"


def test_address_of_equals_ctypes_own_and_releases_the_buffer():
    array = (ctypes.c_char * 16)()
    assert seed.address_of(array) == ctypes.addressof(array)
    growing = bytearray(b"x")
    seed.address_of(growing)
    growing.extend(b"y" * 100)  # BufferError while exported


def test_address_of_a_read_only_mapping():
    mapping = mmap.mmap(-1, 4096, prot=mmap.PROT_READ)
    assert seed.address_of(mapping) % mmap.PAGESIZE == 0


@pytest.mark.parametrize(
    ("buffer", "error"), [(5, TypeError), ("text", TypeError), (memoryview(b"abcd")[::2], BufferError)]
)
def test_address_of_what_has_no_contiguous_bytes(buffer, error):
    with pytest.raises(error):
        seed.address_of(buffer)


def test_read_and_write():
    buffer = bytearray(8)
    address = seed.address_of(buffer)
    seed.write(address + 2, b"a\0b")
    assert buffer == b"\0\0a\0b\0\0\0"
    assert seed.read(address, 8) == bytes(buffer)
    assert seed.read(address, 0) == b""


def test_read_and_write_refuse_null_and_negative_sizes():
    with pytest.raises(NullPointerError):
        seed.read(0, 1)
    with pytest.raises(NullPointerError):
        seed.write(0, b"x")
    with pytest.raises(ValueError, match="negative"):
        seed.read(seed.address_of(b"x"), -1)


@pytest.mark.parametrize("name", ["PyLong_FromLong", "PyObject_GetBuffer", "malloc", "snprintf"])
def test_symbol_equals_what_ctypes_finds(name):
    assert seed.symbol(name) == ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value


def test_symbol_that_does_not_exist():
    assert seed.symbol("no_such_symbol_anywhere") == 0


@pytest.mark.parametrize("act", [seed.symbol, lambda name: seed.open_library(name, LAZY_NOW)])
def test_names_with_nul_are_refused(act):
    with pytest.raises(ValueError, match="NUL"):
        act("libm.so.6\0.so")


def test_library_from_opening_to_closing():
    handle = seed.open_library("libm.so.6", LAZY_NOW)
    path = seed.library_path(handle)
    with open("/proc/self/maps", encoding="ascii") as maps:
        assert os.path.realpath(path) in maps.read()
    address = seed.library_symbol(handle, "cos")
    assert ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(address)(1.0) == math.cos(1.0)
    assert seed.library_symbol(handle, "no_such_symbol") == 0
    origin = seed.symbol_origin(seed.library_symbol(handle, "signgam"))
    assert origin in [(path, "signgam"), (path, "__signgam")]  # its alias
    seed.close_library(handle)


def test_the_process_itself():
    handle = seed.open_library(None, LAZY_NOW)
    assert seed.library_path(handle) == ""
    assert seed.library_symbol(handle, "PyLong_FromLong") == seed.symbol("PyLong_FromLong")
    seed.close_library(handle)


def test_open_library_says_what_the_linker_says():
    with pytest.raises(OSError, match=r"/no/such/library\.so.*cannot open shared object file"):
        seed.open_library("/no/such/library.so", LAZY_NOW)


def test_origin_of_nothing():
    assert seed.symbol_origin(seed.address_of(bytearray(1))) == ("", "")


def test_object_at_gives_the_object_and_a_reference():
    thing = ["an object"]
    before = sys.getrefcount(thing)
    again = seed.object_at(id(thing))
    assert again is thing
    assert sys.getrefcount(thing) == before + 1
    with pytest.raises(NullPointerError):
        seed.object_at(0)


def test_hold_and_drop():
    thing = ["held"]
    before = sys.getrefcount(thing)
    seed.hold(thing)
    assert sys.getrefcount(thing) == before + 1
    seed.drop(thing)
    assert sys.getrefcount(thing) == before


def test_make_builtin_makes_an_exact_builtin():
    owner = ["owner"]
    METH_O = 8
    definition = _MethodDef(b"represent", seed.symbol("PyObject_Type"), METH_O, b"represent(x, /)\n--\n\nDoc.")
    builtin = seed.make_builtin(ctypes.addressof(definition), owner, "a.module")
    assert type(builtin) is type(len)
    assert builtin.__self__ is owner
    assert (builtin.__name__, builtin.__module__, builtin.__doc__) == ("represent", "a.module", "Doc.")
    assert builtin(5) is list  # a METH_O function gets its owner first: PyObject_Type(owner)
    with pytest.raises(NullPointerError):
        seed.make_builtin(0, owner, None)


def test_call_object():
    assert seed.call_object(seed.symbol("PyNumber_Add"), 2, 3) == 5
    assert seed.call_object(seed.symbol("PyDict_New")) == {}
    with pytest.raises(ZeroDivisionError):
        seed.call_object(seed.symbol("PyNumber_TrueDivide"), 1, 0)
    with pytest.raises(NullPointerError):
        seed.call_object(0)


def test_word_functions_take_words_and_give_them():
    labs = seed.word_function(seed.symbol("labs"), 1)
    assert [labs(7), labs(0), labs(sys.maxsize * 2 + 1)] == [7, 0, 1]
    with pytest.raises(NullPointerError):
        seed.word_function(0, 1)


def test_what_c_finds_wrong_is_raised():
    with pytest.raises(ZeroDivisionError):
        seed.word_function(seed.symbol("PyNumber_FloorDivide"), 2)(id(5), id(0))


def test_importing_brings_neither_ctypes_nor_slow_modules():
    code = "import farcall, farcall.cdecl, farcall.convention, farcall.lower;"
    code += "print('ctypes' in sys.modules, 'difflib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {os.path.abspath('src')!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "False"]
