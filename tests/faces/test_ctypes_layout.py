"""From Python 3.14 on the interpreter's own Python code lays out members: they lie, and are, as those of the real ctypes."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import pytest

pytest.importorskip("ctypes", reason="needs the interpreter's ctypes package")
pytestmark = pytest.mark.skipif(sys.version_info < (3, 14), reason="before ctypes._layout")

NUMBERS = (
    "c_byte", "c_ubyte", "c_short", "c_ushort", "c_int", "c_uint", "c_long", "c_longlong", "c_ulonglong", "c_float", "c_double",
)  # fmt: skip
OTHERS = ("c_bool", "c_char", "c_void_p", "c_char_p", "c_double_complex", "c_float_complex", "c_longdouble")
#: Those that may have bits: not `c_bool`, whose members are whole bytes to ctypes when they are set.
INTEGERS = NUMBERS[:-2]

#: A record as it can be made of both packages: kind, fields (name, type, bits), further attributes, the one it derives from.
Plan = tuple[str, list[tuple[str, Any, int | None]], dict[str, Any], Any]

PROGRAM = r"""
import ctypes as real, random, warnings
import farcall.ctypes as face
warnings.simplefilter("ignore", DeprecationWarning)

def make(package, plan):
    if isinstance(plan, str):
        return getattr(package, plan)
    if len(plan) == 2:
        return make(package, plan[0]) * plan[1]
    kind, fields, extra, base = plan
    made = [(name, make(package, of), *([] if bits is None else [bits])) for name, of, bits in fields]
    return type("Record", (make(package, base) if base else getattr(package, kind),), {**extra, "_fields_": made})

def members(cls):
    return [field for one in cls.__mro__ for name, field in vars(one).items() if name[0] == "f" and name[1:].isdigit()]

def described(package, cls):
    found = [package.sizeof(cls), package.alignment(cls), memoryview(cls()).format]
    for one in members(cls):
        found += [repr(one), one.name, one.offset, one.size, one.byte_offset, one.byte_size, one.bit_size, one.bit_offset]
        found += [one.is_bitfield, one.is_anonymous, one.type.__name__]
    return found

def written(cls, random):
    found, record = [], cls()
    for one in members(cls):
        code = getattr(one.type, "_type_", None)
        if not isinstance(code, str) or code in ("P", "z"):
            continue
        number = random.randrange(-2**70, 2**70)
        value = b"x" if code == "c" else 1.5 if code in ("f", "d", "g") else 2 + 3j if code[-1] in "fdFD" else number
        setattr(record, one.name, value)
        found += [getattr(record, one.name), bytes(record)]
    return found

def outcome(package, plan, seed):
    try:
        cls = make(package, plan)
        return described(package, cls), written(cls, random.Random(seed))
    except Exception as error:
        return type(error).__name__, str(error)

for seed, plan in enumerate(PLANS):
    one, other = outcome(real, plan, seed), outcome(face, plan, seed)
    assert repr(one) == repr(other), (plan, one, other)
"""


def planned(chance: random.Random, depth: int = 0) -> Plan:
    kind = chance.choice(["Structure", "Structure", "Union", "BigEndianStructure", "BigEndianUnion"])
    swapped = kind.startswith("Big")
    fields: list[tuple[str, Any, int | None]] = []
    for number in range(chance.randrange(6)):
        which, name = chance.random(), f"f{depth}{number}"
        if which < 0.4:
            fields.append((name, chance.choice(INTEGERS), chance.randrange(1, 9)))
        elif swapped or which < 0.8:
            fields.append((name, chance.choice(NUMBERS if swapped else NUMBERS + OTHERS), None))
        elif which < 0.9:
            fields.append((name, (chance.choice(NUMBERS + OTHERS), chance.randrange(4)), None))
        elif depth < 2:
            fields.append((name, planned(chance, depth + 1), None))
    extra: dict[str, Any] = {}
    if chance.random() < 0.2:
        extra["_align_"] = chance.choice([0, 1, 2, 8, 16, -1])
    if chance.random() < 0.2:
        extra["_pack_"] = chance.choice([0, 1, 2, 4, -1, "x"])
    if chance.random() < 0.3:
        extra["_layout_"] = chance.choice(["ms", "gcc-sysv", "other"])
    base = planned(chance, depth + 2) if depth == 0 and not swapped and chance.random() < 0.2 else None
    return kind, fields, extra, base if base is not None and base[0] == kind else None


def run(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_members_lie_as_in_the_real_one() -> None:
    chance = random.Random(14)
    run(f"PLANS = {[planned(chance) for _ in range(300)]!r}\n{PROGRAM}")


WRONG = r"""
import ctypes as real
import farcall.ctypes as face

def outcome(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__, str(error).replace("farcall.", "")

def late(package):
    class Record(package.Structure): pass
    Record()
    Record._fields_ = []

def itself(package):
    class Record(package.Structure): pass
    Record._fields_ = [("x", Record)]

for given in (5, [5], [("a",)], [(1, "I")], [("a", 5)], [("a", int)], [("a", "I", 40)], [("a", "I", 0)], [("a", "c_float", 3)],
              [("a", "I", 3, 4)], [(b"a", "I")], ["ab"], None, [("a", "I", "x")], [["a", "I"]]):
    for kind in ("Structure", "Union"):
        seen = []
        for package in (real, face):
            def named(one):
                return getattr(package, {"I": "c_int"}.get(one, one), one) if isinstance(one, str) else one
            fields = given if not isinstance(given, list) else [
                type(pair)(map(named, pair)) if isinstance(pair, (tuple, list)) else pair for pair in given
            ]
            seen.append(outcome(lambda: package.sizeof(type("R", (getattr(package, kind),), {"_fields_": fields}))))
        assert seen[0] == seen[1], (given, seen)
for wrong in (late, itself):
    assert outcome(lambda: wrong(real)) == outcome(lambda: wrong(face))
fields = dict(name="n", byte_size=4, byte_offset=0, index=0, _internal_use=True)
for other in ({"byte_size": -1}, {"type": int}, {"bit_size": 0, "bit_offset": 0}, {"bit_size": 300, "bit_offset": 0},
              {"bit_size": 3, "bit_offset": -1}, {"bit_size": 30, "bit_offset": 4}, {"bit_offset": 3}, {"name": 4}, {"name": b"x"},
              {"bit_size": "x", "bit_offset": 0}, {"bit_size": 3}, {}):
    one, two = [outcome(lambda: repr(package.CField(**{**fields, "type": package.c_int, **other}))) for package in (real, face)]
    assert one == two, (other, one, two)
for wrong in ({"byte_offset": -1}, {"byte_size": 8}):
    assert outcome(lambda: face.CField(**{**fields, "type": face.c_int, **wrong}))[0] == "ValueError"
for wrong in ({}, {**fields, "type": face.c_int, "_internal_use": False}):
    assert outcome(lambda: face.CField(**wrong))[0] == "TypeError"

# what is kept for members of a derived record lies beside what its base's keep
class Base(face.Structure):
    _fields_ = [("a", face.c_char_p)]
class Derived(Base):
    _fields_ = [("b", face.c_char_p)]
made = Derived(b"one", b"two")
assert made._objects == {"0": b"one", "1": b"two"} and isinstance(Derived.b, face.CField)

# classes of pointers are found by Python code
class Node(face.Structure): pass
assert outcome(lambda: Node.__pointer_type__)[0] == "AttributeError"
Node._fields_ = [("next", face.POINTER(Node)), ("n", face.c_int)]
assert face.POINTER(Node) is Node.__pointer_type__ and face.POINTER(Node).__module__ == "farcall.ctypes"
second = Node(None, 2)
assert Node(face.pointer(second), 1).next.contents.n == 2
assert outcome(lambda: face.Structure.__pointer_type__)[0] == "TypeError"

# views of memory
text = face.create_string_buffer(b"hey")
view = face.memoryview_at(text, 3)
view[0] = ord("H")
assert (bytes(view), view.format, view.readonly, text.value) == (b"Hey", "B", False, b"Hey")
assert face.memoryview_at(text, 3, True).readonly and len(face.memoryview_at(None, 0)) == 0
assert outcome(lambda: face.memoryview_at(text, -1)) == outcome(lambda: real.memoryview_at(b"x", -1))

# complex numbers
for name in ("c_double_complex", "c_float_complex", "c_longdouble_complex"):
    one, two = getattr(real, name), getattr(face, name)
    assert (real.sizeof(one), real.alignment(one), one._type_) == (face.sizeof(two), face.alignment(two), two._type_)
    for value in (1, 2.5, 1j, True, 1e300, float("-inf") * 1j, "1", b"1", None, [1]):
        assert repr(outcome(lambda: one(value))) == repr(outcome(lambda: two(value))), (name, value)
    assert bytes(one(1 + 2j))[:8] == bytes(two(1 + 2j))[:8] and memoryview(one()).format == memoryview(two()).format
libm = face.CDLL("libm.so.6")
for name, kind in (("csqrt", face.c_double_complex), ("csqrtf", face.c_float_complex), ("csqrtl", face.c_longdouble_complex)):
    function = libm[name]
    function.argtypes, function.restype = [kind], kind
    for _ in range(2):
        assert function(-4) == 2j and function(3 + 4j) == 2 + 1j and type(function(kind(1))) is complex
    assert face.CFUNCTYPE(kind, kind)(lambda z: z * 1j)(2 + 1j) == -1 + 2j

from farcall.ctypes.util import dllist
from ctypes.util import dllist as libraries
assert set(libraries()) <= set(dllist())
"""


def test_what_is_wrong_is_told_in_the_same_words() -> None:
    run(WRONG)
