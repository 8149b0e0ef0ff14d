"""farcall's ctypes under its own name, and installed as `ctypes`: each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ctypes", reason="needs the interpreter's ctypes package")

NAMED = """
import sys
import farcall.ctypes as ctypes
assert "ctypes" not in sys.modules and "_ctypes" not in sys.modules
assert ctypes.CDLL(None).abs(-7) == 7
div = ctypes.CDLL(None).div
class div_t(ctypes.Structure):
    _fields_ = [("quot", ctypes.c_int), ("rem", ctypes.c_int)]
div.restype = div_t
assert (div(17, 5).quot, div(17, 5).rem) == (3, 2)
compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 5)(5, 1, 7, 33, 99)
ctypes.CDLL(None).qsort(numbers, 5, ctypes.sizeof(ctypes.c_int), compare(lambda a, b: a[0] - b[0]))
assert list(numbers) == [1, 5, 7, 33, 99]
buffer = ctypes.create_string_buffer(32)
assert ctypes.CDLL(None).snprintf(buffer, 32, b"%d %.2f %s", 42, ctypes.c_double(2.5), b"end") == 11
assert buffer.value == b"42 2.50 end"
from farcall.ctypes.util import find_library
from farcall.ctypes import wintypes
assert issubclass(wintypes.DWORD, ctypes.c_ulong)
assert ctypes.cast(buffer, ctypes.c_void_p).value == ctypes.addressof(buffer)
assert ctypes.string_at(buffer, 2) == b"42" and ctypes.pythonapi.PyLong_FromLong.restype is ctypes.c_int
import pickle
assert pickle.loads(pickle.dumps(ctypes.c_int(9))).value == 9
function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: n + 1)
assert function(3) == 4 and function.argtypes == (ctypes.c_int,)
"""
PROGRAM = """
import ctypes, _ctypes, sys, ctypes.util
assert ctypes.__name__ == "farcall.ctypes" and sys.argv[1:] == ["one", "two"]
assert ctypes.CDLL(None).abs(-7) == 7 and ctypes.util.find_library
assert _ctypes.Structure is ctypes.Structure
print("ran")
"""


NUMPY = """
import farcall.ctypes; farcall.ctypes.install()
import ctypes, numpy
numbers, array = numpy.arange(4, dtype=numpy.int32), (ctypes.c_int * 4)(1, 2, 3, 4)
assert numbers.ctypes.data_as(ctypes.POINTER(ctypes.c_int))[3] == 3
assert numpy.frombuffer(array, dtype=numpy.int32).sum() == numpy.ctypeslib.as_array(array).sum() == 10
assert numpy.ctypeslib.as_ctypes(numbers)[:] == [0, 1, 2, 3]
import zlib
assert zlib.crc32(array) == zlib.crc32(bytes(array))
class pair(ctypes.Structure):
    _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_double)]
assert numpy.dtype(pair).itemsize == ctypes.sizeof(pair) >= 12 and numpy.dtype(ctypes.c_short) == numpy.int16
copy = ctypes.CDLL(None).memcpy
copy.argtypes, copy.restype = [numpy.ctypeslib.ndpointer(numpy.int32), ctypes.c_void_p, ctypes.c_size_t], None
for _ in range(3):
    copy(numbers, array, 16)
assert numbers.tolist() == [1, 2, 3, 4]
"""


def run(*arguments: str, text: str = "") -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, input=text)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_under_its_own_name() -> None:
    run("-c", NAMED)


def test_numpy_knows_it() -> None:
    pytest.importorskip("numpy", reason="needs NumPy")
    run("-c", NUMPY)


def test_a_whole_program(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    assert run("-m", "farcall.ctypes", str(program), "one", "two") == "ran\n"


def test_a_module_as_a_program() -> None:
    assert "usage" in run("-m", "farcall.ctypes", "-m", "json.tool", "--help")


def test_what_it_needs_is_not_loaded_with_farcall() -> None:
    assert run("-c", "import farcall, sys; print([n for n in sys.modules if 'faces' in n])") == "[]\n"


def test_no_program() -> None:
    done = subprocess.run([sys.executable, "-m", "farcall.ctypes"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "usage")
