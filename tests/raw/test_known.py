"""`ffi_prep_cif` from C finds what was prepared before without Python, and leaves all else to Python."""

from __future__ import annotations

import ctypes as c
import random
from collections.abc import Iterator

import pytest

from farcall import raw
from farcall.raw import known
from farcall.raw.types import TYPES
from farcall.stub.prepare import BUCKETS, MOST_PARAMETERS
from tests.raw.door import SIZEOF_CIF

ABI = raw.FFI_DEFAULT_ABI
#: What stands in for Python's part, and tells that it was asked.
ASKED = 77
PREPARE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int, c.c_uint, c.c_void_p, c.c_void_p)

Signature = tuple[int, tuple[int, ...]]


@pytest.fixture
def prepare() -> Iterator[object]:
    """`ffi_prep_cif` as C has it, with a function of C's for what is not known."""
    there = raw.exports()
    own = c.cast(known.known_signatures.address(), c.POINTER(c.c_size_t))[0]
    stand_in = PREPARE(lambda *_: ASKED)
    known.known_signatures.otherwise(c.cast(stand_in, c.c_void_p).value or 0)
    yield PREPARE(there["ffi_prep_cif"])
    known.known_signatures.otherwise(own)


def _cif(prepare: object, signature: Signature, abi: int = ABI) -> tuple[int, bytes]:
    result, types = signature
    array = (c.c_void_p * max(1, len(types)))(*types)
    cif = c.create_string_buffer(b"\xcc" * SIZEOF_CIF, SIZEOF_CIF)
    status = prepare(c.addressof(cif), abi, len(types), result, c.addressof(array))  # type: ignore[operator]
    found = bytearray(cif.raw)
    found[8 : 8 + c.sizeof(c.c_void_p)] = bytes(c.sizeof(c.c_void_p))  # the array's address
    return status, bytes(found)


def _some(count: int, seed: int) -> list[Signature]:
    draw = random.Random(seed)
    types = [address for name, address in TYPES.items() if name != "void"]
    made = {(draw.choice(types), tuple(draw.choices(types, k=draw.randrange(9)))) for _ in range(count)}
    return sorted(made)


def test_what_python_prepared_is_found_and_the_cif_is_the_same(prepare: object) -> None:
    signatures = _some(2 * BUCKETS, 1)  # some share a bucket
    expected = [_cif(raw.ffi_prep_cif, signature) for signature in signatures]
    assert {status for status, _ in expected} == {raw.FFI_OK}
    assert [_cif(prepare, signature) for signature in signatures] == expected


def test_what_was_not_prepared_goes_to_python(prepare: object) -> None:
    double = TYPES["double"]
    pointer = (double, (double, TYPES["pointer"], double, TYPES["sint8"], TYPES["pointer"]))
    assert _cif(raw.ffi_prep_cif, pointer)[0] == raw.FFI_OK
    assert _cif(prepare, pointer)[0] == raw.FFI_OK
    assert _cif(prepare, (double, pointer[1][:-1]))[0] == ASKED
    assert _cif(prepare, (double, (*pointer[1], double)))[0] == ASKED
    assert _cif(prepare, (TYPES["float"], pointer[1]))[0] == ASKED
    assert _cif(prepare, (double, pointer[1][::-1]))[0] == ASKED
    assert _cif(prepare, pointer, 99)[0] == ASKED


def test_null_and_too_many_go_to_python(prepare: object) -> None:
    double, wide = TYPES["double"], (TYPES["sint32"], (TYPES["sint32"],) * MOST_PARAMETERS)
    wider = (wide[0], (*wide[1], wide[0]))
    for signature, status in ((wide, raw.FFI_OK), (wider, ASKED)):
        assert _cif(raw.ffi_prep_cif, signature)[0] == raw.FFI_OK
        assert _cif(prepare, signature)[0] == status
    cif, array = c.create_string_buffer(SIZEOF_CIF), (c.c_void_p * 2)(double, double)
    assert raw.ffi_prep_cif(c.addressof(cif), ABI, 2, double, c.addressof(array)) == raw.FFI_OK
    there = c.addressof(cif), ABI, 2, double, c.addressof(array)
    assert prepare(*there) == raw.FFI_OK  # type: ignore[operator]
    for number, missing in ((0, 0), (2, 0xFFFFFFFF), (3, 0), (4, 0)):
        given = [missing if index == number else one for index, one in enumerate(there)]
        assert prepare(*given) == ASKED, given  # type: ignore[operator]


class Type(c.Structure):
    """`ffi_type`."""

    _fields_ = (("size", c.c_size_t), ("alignment", c.c_uint16), ("kind", c.c_uint16), ("elements", c.c_void_p))


def _struct(*elements: int) -> tuple[Type, c.Array[c.c_void_p]]:
    """A struct of these, and its elements, which it does not keep."""
    members = (c.c_void_p * (len(elements) + 1))(*elements, None)
    return Type(0, 0, raw.FFI_TYPE_STRUCT, c.addressof(members)), members


def test_structs_are_known_while_they_are_what_they_were(prepare: object) -> None:
    double, sint32 = TYPES["double"], TYPES["sint32"]
    inner, members = _struct(double, double)
    outer, parts = _struct(c.addressof(inner), sint32)
    for mine in (inner, outer):
        place = c.addressof(mine)
        for signature in ((place, ()), (double, (place,)), (place, (double, place))):
            assert _cif(prepare, signature)[0] == ASKED
            expected = _cif(raw.ffi_prep_cif, signature)
            assert expected[0] == raw.FFI_OK
            assert _cif(prepare, signature) == expected
    assert (inner.size, outer.size) in ((16, 24), (16, 20))  # a double may be aligned to 4 in a struct
    signatures = ((c.addressof(inner), ()), (double, (c.addressof(outer),)))

    def asked() -> list[bool]:
        return [_cif(prepare, signature)[0] == ASKED for signature in signatures]

    assert asked() == [False, False]
    members[1] = sint32
    assert asked() == [True, True]
    members[1] = double
    assert asked() == [False, False]
    inner.size = 0
    assert asked() == [True, True]
    inner.size = 16
    parts[1] = double
    assert asked() == [False, True]
    parts[1] = sint32
    others = (c.c_void_p * 3)(double, double, None)
    outer.elements, before = c.addressof(others), outer.elements
    assert asked() == [False, True]
    outer.elements = before
    outer.kind = raw.FFI_TYPE_SINT32
    assert asked() == [False, True]
    outer.kind = raw.FFI_TYPE_STRUCT
    assert asked() == [False, False]


def test_a_struct_that_has_changed_is_known_as_both(prepare: object) -> None:
    double, sint32 = TYPES["double"], TYPES["sint32"]
    mine, members = _struct(double, sint32)
    signature = (double, (c.addressof(mine),))
    found = []
    for element in (sint32, double, sint32, double):
        members[0], mine.size = element, 0
        expected = _cif(raw.ffi_prep_cif, signature)
        assert _cif(prepare, signature) == expected
        found.append(expected)
    assert found[0] == found[2]
    assert found[1] == found[3]
    assert found[0] != found[1]


def test_large_and_odd_types_go_to_python(prepare: object) -> None:
    double = TYPES["double"]
    large, _members = _struct(*[double] * 100)
    scalar = Type(8, 8, raw.FFI_TYPE_DOUBLE, 0)
    for mine, status in ((large, ASKED), (scalar, raw.FFI_OK)):
        signature = (double, (c.addressof(mine),))
        assert _cif(raw.ffi_prep_cif, signature)[0] == raw.FFI_OK
        assert _cif(prepare, signature)[0] == status
    scalar.size = 4
    assert _cif(prepare, (double, (c.addressof(scalar),)))[0] == ASKED


def test_a_full_table_leaves_the_rest_to_python(prepare: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST", 0)
    signature = (TYPES["float"], (TYPES["sint16"], TYPES["uint16"], TYPES["sint16"], TYPES["uint8"]))
    assert _cif(raw.ffi_prep_cif, signature)[0] == raw.FFI_OK
    assert _cif(prepare, signature)[0] == ASKED
