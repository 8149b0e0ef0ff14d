"""Functions of ctypes' interface that lead to generated code give what those that Python answers give, whatever the arguments."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("ctypes", reason="needs the interpreter's ctypes package")

PROGRAM = r"""
import farcall.ctypes as ctypes
from farcall.ctypes import *
from farcall.faces.ctypes.function_object import leads

libc = CDLL(None)

def told(name, restype, *argtypes):
    function = CDLL(None)[name]
    function.argtypes, function.restype = argtypes, restype
    return function

def outcome(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__, str(error)

class Half:
    _as_parameter_ = -21

# numbers: the first call is Python's, those behind it are of generated code where that takes them
for name, restype, argtypes, rows in (
    ("abs", c_int, [c_int], [-5, 5, 0, 2**31 - 1, -2**31 + 1, True, 2**32 + 7, -2**40 - 3, Half(), c_int(-9)]),
    ("abs", c_int, [c_int], [-5, 1.5, "x", None, 10**30]),
    ("labs", c_long, [c_long], [-5, -2**40, 2**63 - 1, 2**64 + 5, -2**62, False, Half(), "x"]),
    ("toupper", c_int, [c_int], [97, 65, 97 + 2**32]),
    ("ldexp", c_double, [c_double, c_int], []),
    ("strlen", c_size_t, [c_char_p], [b"abc", b"", c_char_p(b"four"), create_string_buffer(b"later"), "no", 5]),
):
    for value in rows:
        led, asked = told(name, restype, *argtypes), told(name, restype, *argtypes)
        first = outcome(lambda: led(rows[0])), outcome(lambda: led(rows[0]))
        assert first[0] == first[1]
        if leads():
            assert led._state_.led, name
        assert outcome(lambda: led(value)) == outcome(lambda: led(value)) == outcome(lambda: asked(value)), (name, value)

libm = CDLL("libm.so.6")
ldexp = libm.ldexp
ldexp.argtypes, ldexp.restype = [c_double, c_int], c_double
for _ in range(3):
    assert (ldexp(1.5, 3), ldexp(2, 3), ldexp(c_double(2), 4)) == (12.0, 16.0, 32.0)
    for wrong in (lambda: ldexp(1.5), lambda: ldexp("x", 3), lambda: ldexp(1.5, 2.5)):
        assert outcome(wrong)[0] in ("TypeError", "ArgumentError")
    assert ldexp(1.5, 3, 7, b"more") == 12.0

# pointers
frexp = libm.frexp
frexp.argtypes, frexp.restype = [c_double, POINTER(c_int)], c_double
place, numbers = c_int(), (c_int * 2)()
class Kind(c_int): pass
for _ in range(3):
    for given, read in (
        (byref(place), lambda: place.value), (pointer(place), lambda: place.value), (place, lambda: place.value),
        (numbers, lambda: numbers[0]),
    ):
        place.value = numbers[0] = 0
        assert frexp(12.0, given) == 0.75 and read() == 4
    for wrong in (byref(c_double()), pointer(c_double()), c_double(), (c_double * 2)(), 5, "x", b"x", byref(Kind()) and 2.5):
        assert outcome(lambda: frexp(12.0, wrong))[0] == "ArgumentError", wrong
    assert frexp(12.0, Kind()) == 0.75 and frexp(12.0, byref(Kind())) == 0.75
assert outcome(lambda: frexp(3.0, c_double.from_param(2.0)))[0] == "ArgumentError"

# any pointer, and what comes back
memchr = libc.memchr
memchr.argtypes, memchr.restype = [c_void_p, c_int, c_size_t], c_void_p
text = create_string_buffer(b"abcdef")
for _ in range(3):
    assert memchr(text, ord("c"), 6) == addressof(text) + 2 and memchr(text, ord("z"), 6) is None
    assert memchr(addressof(text), ord("a"), 6) == memchr(byref(text), ord("a"), 6) == addressof(text)
    assert memchr(cast(text, c_void_p), ord("a"), 6) == memchr(cast(text, POINTER(c_char)), ord("a"), 6) == addressof(text)
    assert memchr(b"abc", ord("b"), 3) and memchr(None, 1, 0) is None
    assert memchr(c_void_p.from_param(addressof(text)), ord("b"), 6) == addressof(text) + 1
    assert outcome(lambda: memchr(1.5, 1, 1))[0] == "ArgumentError"

# no argtypes: the first call says of which kinds they are, and others are Python's
strncmp = CDLL(None).strncmp
for _ in range(3):
    assert strncmp(b"abc", b"abd", 2) == 0 and strncmp(b"abc", b"abd", 3) < 0
    assert strncmp(text, create_string_buffer(b"abcd"), 4) == 0 and strncmp(c_char_p(b"x"), b"x", c_size_t(1)) == 0
    assert strncmp(byref(text), cast(text, POINTER(c_char)), 3) == 0
    for wrong in ((1.5, b"", 1), (b"", b"", "x" and 2.5)):
        assert outcome(lambda: strncmp(*wrong))[0] == "ArgumentError"
    assert CDLL(None).abs(-5) == 5 and (sizeof(c_long) < 8 or CDLL(None).abs(2**32 + 5) == 5)
printf = CDLL(None).snprintf
for _ in range(3):
    assert printf(text, 7, b"%d", 5) == 1 and text.value == b"5"
    if __import__("platform").machine() in ("x86_64", "i686"):  # elsewhere a double of a variadic tail is passed in another way
        assert printf(text, 7, b"%.1f", c_double(2.5)) == 3 and text.value == b"2.5"
    assert printf(text, 7, b"%d%s", -5, b"x") == 3 and text.value == b"-5x"
text.value = b"abcdef"

# what is said of a function later
function = libc.abs
function.argtypes = [c_int]
assert function(-3) == function(-3) == 3
function.restype = None
assert function(-3) is None and function(-3) is None
function.restype = c_char
assert function(-65) == function(-65) == b"A"
function.restype = lambda n: n * 2
assert function(-3) == function(-3) == 6
function.restype = c_int
function.errcheck = lambda result, function, arguments: (result, arguments)
assert function(-3) == function(-3) == (3, (-3,))
function.errcheck = lambda result, function, arguments: arguments
assert function(-3) == function(-3) == 3
function.errcheck = lambda result, function, arguments: 1 / 0
assert [outcome(lambda: function(-3))[0] for _ in range(3)] == ["ZeroDivisionError"] * 3
del function.errcheck
assert function(-3) == function(-3) == 3
function.argtypes = None
assert function(-3) == function(c_int(-4)) - 1 == 3
class Once(type(function)):
    def __call__(self, *args):
        return "mine"
assert Once(("abs", libc))(1) == "mine"

# structs by value, and results
class div_t(Structure):
    _fields_ = [("quot", c_int), ("rem", c_int)]
class Mine(div_t): pass
for cls in (div_t, Mine):
    div = CDLL(None).div
    div.argtypes, div.restype = [c_int, c_int], cls
    for _ in range(3):
        found = div(17, 5)
        assert type(found) is cls and (found.quot, found.rem) == (3, 2)
callback = CFUNCTYPE(c_int, div_t, c_int)(lambda pair, n: pair.quot * 100 + pair.rem * 10 + n)
for _ in range(3):
    assert callback(div_t(1, 2), 3) == 123 and callback(Mine(1, 2), 3) == 123
    assert outcome(lambda: callback(5, 3))[0] == "ArgumentError"

# without its library (before there is a thread: without a GIL CPython 3.13 frees none afterwards)
import gc, weakref
gone = weakref.ref(libm.pow)
del libm, ldexp, frexp
gc.collect()
assert gone() is None

# errno, with the GIL held, an exception that C leaves
errno = CDLL(None, use_errno=True)
errno.close.argtypes = [c_int]
for _ in range(3):
    set_errno(0)
    assert errno.close(-1) == -1 and get_errno() == 9
errno.labs.argtypes = [c_long]
for _ in range(3):
    set_errno(77)
    assert errno.labs(-4) == 4 and get_errno() == 77  # C found it, and left it
    assert errno.close(-1) == -1 and get_errno() == 9 and errno.labs(-4) == 4 and get_errno() == set_errno(9) == 9
import threading
found = []
set_errno(5)
other = threading.Thread(target=lambda: found.extend([errno.labs(-4), get_errno()]))
other.start()
other.join()
assert found == [4, 0] and get_errno() == 5
held = pythonapi.PyLong_FromString
held.argtypes, held.restype = [c_char_p, c_void_p, c_int], c_void_p
for _ in range(3):
    assert outcome(lambda: held(b"nonsense", None, 10))[0] == "ValueError"
"""


def test_both_ways_give_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_known_layouts_python_answers() -> None:
    environment = {**os.environ, "FARCALL_TIER": "api"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
