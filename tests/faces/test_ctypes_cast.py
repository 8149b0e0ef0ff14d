"""`cast`, functions with `py_object` parameters, small data and arrays' classes are in farcall.ctypes what they are in ctypes, the
first time, which is Python's, and later, when generated code does it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("ctypes", reason="needs the interpreter's ctypes package")

PROGRAM = r"""
import ctypes as real
import gc, weakref
import farcall.ctypes as face

def outcome(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__, str(error)

def casts(c):
    found = []
    Pair = type("Pair", (c.Structure,), {"_fields_": [("a", c.c_int), ("b", c.c_int)]})
    Outer = type("Outer", (c.Structure,), {"_fields_": [("x", c.c_int), ("inside", Pair)]})
    Begun = type("Begun", (c.POINTER(c.c_int),), {"_type_": c.c_int, "__init__": lambda self: found.append("begun")})
    whole, numbers, number = Outer(1, (2, 3)), (c.c_int * 3)(7, 8, 9), c.c_int(5)
    text, compare = c.create_string_buffer(b"abcd"), c.CFUNCTYPE(c.c_int, c.c_int)(lambda value: value + 1)
    for _ in range(3):
        as_ints = c.cast(numbers, c.POINTER(c.c_int))
        found += [as_ints[2], as_ints._objects is numbers._objects, list(numbers._objects.values()) == [numbers]]
        found += [c.cast(text, c.c_char_p).value, c.cast(c.pointer(number), c.c_void_p).value == c.addressof(number)]
        found += [c.cast(c.addressof(whole) + 4, c.POINTER(Pair)).contents.b, c.cast(compare, type(compare))(4)]
        found += [c.cast(c.byref(number), c.POINTER(c.c_int))[0], bool(c.cast(None, c.POINTER(c.c_int)))]
        found += [c.cast(b"bytes", c.c_char_p).value, c.cast(c.c_char_p(b"more"), c.POINTER(c.c_char))[:4]]
        found += [c.cast(c.pointer(whole.inside), c.POINTER(c.c_int))[1], type(c.cast(numbers, Begun)).__name__]
        part = c.cast(c.pointer(whole), c.POINTER(Outer)).contents.inside
        found += [c.cast(c.byref(part), c.POINTER(c.c_int))[0], type(c.cast(c.pointer(part), c.c_void_p)._objects)]
        for wrong in (c.c_int, Pair, int, 5, None, as_ints, compare, c.c_void_p()):
            found.append(outcome(lambda: c.cast(numbers, wrong))[0])
        for wrong in (1.5, [], object, Pair(1, 2), number):
            found.append(outcome(lambda: c.cast(wrong, c.c_void_p))[0])
    kept = c.cast((c.c_int * 5)(*range(5)), c.POINTER(c.c_int))
    gc.collect()
    return found + [kept[4], kept[0]]

def objects(c):
    Own = type("Own", (c.py_object,), {})
    found, thing = [], object()
    same = c.PyDLL(None)["PyObject_Type"]
    same.argtypes, same.restype = [c.py_object], c.py_object
    own = c.PyDLL(None)["PyObject_Type"]
    own.argtypes, own.restype = [Own], c.py_object
    equal = c.PyDLL(None)["PyObject_RichCompareBool"]
    equal.argtypes, equal.restype = [c.py_object, c.py_object, c.c_int], c.c_int
    for _ in range(3):
        for value in (5, None, "text", [], thing, c.c_int(4), c.byref(c.c_int()), c.py_object(thing), Own(thing), int):
            found += [same(value).__name__, own(value).__name__]
        found += [equal(1, 1.0, 2), equal([1], [2], 2), equal(c.py_object("a"), "a", 2), outcome(lambda: equal(1, "a", 0))]
        found.append(outcome(lambda: same(c.py_object()))[0])
    before = [weakref.ref(type("Thing", (), {})())() for _ in range(2)]
    return found + before

def small(c):
    found = []
    for fields in ([], [("a", c.c_byte)], [("a", c.c_double)], [("a", c.c_void_p), ("b", c.c_long)], [("a", c.c_longdouble)],
                   [("a", c.c_char * 17)]):
        cls = type("it", (c.Structure,), {"_fields_": fields})
        derived = type("derived", (cls,), {"__slots__": ("more",)})
        for made in (cls(), cls(), derived(), derived(), cls.from_buffer_copy(bytes(range(c.sizeof(cls))))):
            found += [c.addressof(made) % c.alignment(cls), bytes(made), c.sizeof(made), made._b_needsfree_, made._objects]
        view = memoryview(made)
        del made
        found.append(view.tobytes())
    number = c.c_short(3)
    pointer = c.pointer(number)
    c.resize(number, 64)
    number.value = 9
    found += [c.sizeof(number), number.value, pointer.contents._b_needsfree_]
    return found

def arrays(c):
    found = []
    for _ in range(3):
        for length in (3, 0, True, 2**20):
            found += [(c.c_short * length).__name__, c.c_short * length is length * c.c_short]
            found.append(len((c.c_short * length)()))
        found += [outcome(lambda: c.c_short * wrong) for wrong in (-1, -3)]
        found += [outcome(lambda: c.c_short * wrong)[0] for wrong in (1.5, "a", None, 3.0, 2**70)]
        nested, records = ((c.c_int * 2) * 3)((1, 2), (3, 4)), (c.py_object * 1)(5)
        found += [len(nested), [list(one) for one in nested], list(records), list((c.c_int * 0)())]
        found.append(list(c.create_string_buffer(b"ab")))
        found += [outcome(lambda: nested[3]), outcome(lambda: (c.c_int * 2)()[2]), outcome(lambda: next(iter((c.c_int * 0)())))]
        counted = type("counted", (c.c_int * 4,), {"__len__": lambda self: 2})
        found += [len(counted()), len(type("plain", (c.c_int * 4,), {})())]
    return found

for part in (casts, objects, small, arrays):
    for number, (one, other) in enumerate(zip(part(real), part(face), strict=True)):
        assert one == other, (part.__name__, number, one, other)
"""


def test_both_packages_give_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_known_layouts_python_answers() -> None:
    environment = {**os.environ, "FARCALL_TIER": "api"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
