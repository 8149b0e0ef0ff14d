"""Members, values and items that generated code reads and writes are what Python's own reading and writing have."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("ctypes", reason="needs the interpreter's ctypes package")

PROGRAM = r"""
import ctypes as real
import gc, pickle, struct, weakref
import farcall.ctypes as face

def outcome(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__

NAMES = "c_byte c_ubyte c_short c_ushort c_int c_uint c_long c_ulong c_longlong c_ulonglong c_float c_double c_bool c_char".split()
VALUES = [0, 1, -1, True, 127, 128, 255, 256, -129, 2**15, 2**31, 2**32 + 9, -2**40, 2**63, 2**64 + 1, 10**30, 1.5, 1e300, -2.25,
          b"a", b"", b"ab", "a", None, (), object]
for name in NAMES:
    seen = []
    for ctypes in (real, face):
        cls = getattr(ctypes, name)
        space = {"_fields_": [("before", ctypes.c_byte), ("it", cls), ("after", ctypes.c_byte)]}
        record = type("record", (ctypes.Structure,), space)()
        number, array = cls(), (cls * 3)()
        pointer = ctypes.pointer(number)
        found = []
        for value in VALUES:
            found += [
                outcome(lambda: setattr(record, "it", value)), record.it, bytes(record),
                outcome(lambda: setattr(number, "value", value)), number.value,
                outcome(lambda: array.__setitem__(1, value)), array[1], array[-2], list(array), array[:], array[::-1],
                outcome(lambda: pointer.__setitem__(0, value)), pointer[0], number.value,
            ]
        found += [outcome(lambda: array[3]), outcome(lambda: array[-4]), outcome(lambda: array["x"]), outcome(lambda: array[True])]
        found += [outcome(lambda: delattr(record, "it")), outcome(lambda: delattr(number, "value"))]
        found += [outcome(lambda: array.__delitem__(0))]
        found += [outcome(lambda: ctypes.POINTER(cls)()[0]), (record.before, record.after)]
        found += [type(record).it.offset, type(record).it.size]
        found += [outcome(lambda: type(record).it.__get__(5)), outcome(lambda: type(record).it.__set__(5, 1)), len(array)]
        found.append(repr(type(record).it))
        seen.append(found)
    for one, other in zip(*seen):
        assert repr(one) == repr(other), (name, one, other)

# instances
class Pair(face.Structure):
    _fields_ = [("a", face.c_int), ("b", face.c_int * 2), ("p", face.POINTER(face.c_int))]
class More(Pair):
    _fields_ = [("c", face.c_double)]
for cls in (Pair, More, face.c_int, face.c_int * 3, face.POINTER(face.c_int), face.c_longdouble):
    for _ in range(3):
        made = cls()
        assert not any(bytes(made)) and made._b_base_ is None and made._objects in (None, {}) and made._b_needsfree_ == 1
        assert face.sizeof(made) == face.sizeof(cls) == len(bytes(made))
class Begun(Pair):
    def __init__(self, n, **named):
        super().__init__(n, **named)
        super().__init__()
        self.seen = n
assert (Begun(5).a, Begun(5, b=(1, 2)).b[1], Begun(7).seen, Pair(**{}).a, Pair(*[], **{}).a) == (5, 2, 7, 0, 0)
for package in (real, face):
    pair = type("pair", (package.Structure,), {"_fields_": [("a", package.c_int), ("b", package.c_int)]})
    for cls, given, named in (
        (pair, (1, 2, 3), {}), (pair, ("x",), {}), (pair, (1,), {"a": 2}), (package.c_int, (1, 2), {}), (package.c_int, ("x",), {}),
        (package.c_int * 2, (1, 2, 3), {}), (package.c_int * 2, ("x",), {}), (package.POINTER(package.c_int), (5,), {}),
    ):
        assert outcome(lambda: cls(*given, **named)) in ("TypeError", "IndexError"), (cls, given)
        assert outcome(lambda: cls.__init__(5)) == "TypeError"
    pointer, target = package.POINTER(package.c_int)(package.c_int(4)), package.c_int(6)
    assert pointer[0] == 4 and package.pointer(target)._objects == {"1": target}
    pointer.contents = target
    assert pointer._objects == {"1": target} and package.pointer(pair(1, 2)).contents.b == 2
    text = package.create_string_buffer(b"hello")
    cast = package.cast(text, package.POINTER(package.c_char))
    assert cast[:5] == b"hello" and cast._objects is text._objects and id(text) in cast._objects
    assert package.pointer(cast).contents[1] == b"e"
    assert package.string_at(text) == b"hello" and package.string_at(cast, 2) == b"he" and package.string_at(b"abc", 0) == b""
    assert outcome(lambda: package.cast(text, package.c_int)) == outcome(lambda: package.cast(text, 5)) == "TypeError"
assert (More(1, c=2.5).c, More(1, (2, 3), None, 2.5).b[1], Pair(b=(1, 2)).b[0]) == (2.5, 3, 1)
pair = Pair()
assert pair.b._b_base_ is pair and pair.b is not pair.b
pair.b[1] = 77
part = pair.b
del pair
gc.collect()
assert part[1] == 77
for cls in (face.Structure, face.Union, face.Array, face._SimpleCData, face._Pointer):
    assert outcome(cls) == "TypeError", cls
class Late(face.Structure): pass
Late._fields_ = [("n", face.c_int)]
assert Late(5).n == 5
class Opaque(face._Pointer): pass
assert outcome(Opaque) == "TypeError"
class Own(face.c_int * 2):
    def __getitem__(self, index): return "mine"
assert Own()[0] == "mine" and list((face.c_int * 2)(1, 2)) == [1, 2]
class Wide(face.Structure):
    _fields_ = [("x", face.c_int)]
    __hash__ = object.__hash__
held = Wide(); held.me = held
gone = weakref.ref(held)
del held
gc.collect()
assert gone() is None
big = (face.c_char * 100000)(); big.value = b"x" * 99999
assert len(big.value) == 99999 and pickle.loads(pickle.dumps(Wide(5))).x == 5
memoryview(big).cast("B")[:3] = b"abc"
assert big[:4] == b"abcx"
"""


@pytest.mark.parametrize("tier", ["fast", "api"])
def test_both_ways_give_the_same(tier: str) -> None:
    environment = {**os.environ, "FARCALL_TIER": tier}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
