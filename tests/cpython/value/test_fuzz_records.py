"""Random Python values for the members of a struct and the items of arrays: by position, by keyword, by assignment.

What then lies in memory is compared with the model of C's conversions, at the places ctypes has the members; or the
exception is. FARCALL_FUZZ_COUNT sets how many values are tried.
"""

from __future__ import annotations

import ctypes
import os
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import farcall
from tests.cpython.callable.test_fuzz import ANY, likely
from tests.cpython.model import DEFINITIONS, KINDS, Kind, Point, Raises, outcome

COUNT = int(os.environ.get("FARCALL_FUZZ_COUNT", "12000")) // 2
#: Members in an order that makes padding.
NAMES = (
    "bool", "double", "char", "float", "schar", "int", "uchar", "ulong", "short", "uint", "ushort", "long", "color",
    "int64", "point", "wchar",
)  # fmt: skip
MEMBERS = tuple(KINDS[name] for name in NAMES)
VALUES = {kind.name: st.one_of(*[likely(kind)] * 3, ANY) for kind in MEMBERS}
TYPES = {
    "bool": ctypes.c_bool, "double": ctypes.c_double, "char": ctypes.c_char, "float": ctypes.c_float,
    "schar": ctypes.c_byte, "int": ctypes.c_int, "uchar": ctypes.c_ubyte, "ulong": ctypes.c_ulong,
    "short": ctypes.c_short, "uint": ctypes.c_uint, "ushort": ctypes.c_ushort, "long": ctypes.c_long,
    "color": ctypes.c_uint, "int64": ctypes.c_int64, "wchar": ctypes.c_wchar,
}  # fmt: skip


class Theirs(ctypes.Structure):
    _fields_ = tuple((f"m_{name}", TYPES.get(name, Point)) for name in NAMES)


@pytest.fixture(scope="module")
def library() -> farcall.Library:
    opened = farcall.Library(None)
    opened.cdef(DEFINITIONS)
    opened.cdef("struct fuzzed { " + " ".join(f"{kind.c} m_{kind.name};" for kind in MEMBERS) + " };")
    return opened


@st.composite
def constructions(draw: Callable[..., Any]) -> tuple[dict[str, Any], int]:
    """Values for some members, most of which fit; and how many of them go by position."""
    count = draw(st.integers(0, len(MEMBERS)))
    positional = draw(st.integers(0, count))
    chosen = list(MEMBERS[:positional])
    rest = list(MEMBERS[positional:])
    chosen += draw(st.permutations(rest))[: count - positional]
    odd = draw(st.integers(0, 2 * len(MEMBERS)))
    values = {k.name: draw(VALUES[k.name] if index == odd else likely(k)) for index, k in enumerate(chosen)}
    return values, positional


def placed(kind: Kind, part: bytes, into: bytearray) -> None:
    at = getattr(Theirs, f"m_{kind.name}").offset
    into[at : at + len(part)] = part


def expected_of(values: dict[str, Any]) -> bytes | tuple[Kind, Raises]:
    """The struct's bytes, or the member that is refused first."""
    made = bytearray(ctypes.sizeof(Theirs))
    for name, value in values.items():
        part = outcome(KINDS[name], value)
        if isinstance(part, Raises):
            return KINDS[name], part
        placed(KINDS[name], part, made)
    return bytes(made)


def built(make: Callable[[], Any]) -> bytes | BaseException:
    try:
        return bytes(make())
    except Exception as error:
        return error


def check(expected: bytes | tuple[Kind, Raises], got: bytes | BaseException, what: object) -> bool:
    """Compare; whether it was accepted."""
    if isinstance(expected, bytes):
        assert got == expected, f"{what}: {got!r}, not {expected.hex()}"
        return True
    kind, raises = expected
    assert isinstance(got, BaseException), f"{what}: {kind.name} was accepted"
    assert type(got) is raises.error, f"{what}: {got!r}, not {raises.error}"
    assert not raises.named or f"field 'm_{kind.name}'" in str(got), f"{what}: {got}"
    return False


def assigned(cls: Any, values: dict[str, Any]) -> Any:
    made = cls()
    for name, value in values.items():
        setattr(made, f"m_{name}", value)
    return made


def test_random_constructions(library: farcall.Library) -> None:
    cls = library.types.fuzzed
    assert farcall.sizeof(cls) == ctypes.sizeof(Theirs)
    done = [0, 0]

    @settings(
        max_examples=max(1, COUNT // 8),
        deadline=None,
        database=None,
        derandomize=COUNT <= 20000,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(constructions())
    def run(case: tuple[dict[str, Any], int]) -> None:
        values, positional = case
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = expected_of(values)
            row = list(values.values())
            named = {f"m_{name}": value for name, value in list(values.items())[positional:]}
            done[check(expected, built(lambda: cls(*row[:positional], **named)), values)] += 1
            check(expected, built(lambda: assigned(cls, values)), values)

    run()
    print(f"{sum(done)} constructions: {done[1]} accepted, {done[0]} refused")
    assert min(done) > COUNT // 100


ITEMS = [kind for kind in MEMBERS if kind.name != "point"]


@pytest.mark.parametrize("kind", ITEMS, ids=lambda kind: kind.name)
def test_random_items(kind: Kind, library: farcall.Library) -> None:
    """Through an array, through a pointer to its items, and by constructing the array."""
    cls = farcall.array(library.types[kind.c], 3)
    pointers = farcall.pointer(library.types[kind.c])

    @settings(
        max_examples=max(1, COUNT // 200),
        deadline=None,
        database=None,
        derandomize=COUNT <= 20000,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(VALUES[kind.name], st.integers(-3, 2))
    def run(value: Any, index: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            part = outcome(kind, value)
            place = index % 3
            expected = (
                part if isinstance(part, Raises) else bytes(place * kind.size) + part + bytes((2 - place) * kind.size)
            )

            def by_index() -> Any:
                made = cls()
                made[index] = value
                return made

            def by_pointer() -> Any:
                made = cls()
                pointers(made)[place] = value
                return made

            for make in (by_index, by_pointer, lambda: cls([0] * place + [value])):
                got = built(make)
                if isinstance(expected, bytes):
                    assert got == expected, f"{value!r}: {got!r}"
                else:
                    assert type(got) is expected.error, f"{value!r}: {got!r}, not {expected.error}"
                    assert not expected.named or "item" in str(got), f"{value!r}: {got}"

    run()
