"""NumPy's scalars where C wants numbers, truth and addresses: nothing is dropped of them, and none is taken for the memory
that it lies in."""

from __future__ import annotations

import warnings
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import farcall
from tests.conftest import Load

np = pytest.importorskip("numpy", reason="needs numpy")

TYPES = "struct all { double d; float f; long double l; _Bool b; _Bool bit : 1; void *p; const void *c; double _Complex z; };"
SOURCE = f"""
#include <stdint.h>
{TYPES}
double d(double x) {{ return x; }} float f(float x) {{ return x; }} long double l(long double x) {{ return x; }}
_Bool b(_Bool x) {{ return x; }} uintptr_t readable(const void *p) {{ return (uintptr_t)p; }}
uintptr_t writable(void *p) {{ return (uintptr_t)p; }} double _Complex z(double _Complex x) {{ return x; }}
double call(double (*g)(void)) {{ return g(); }} int truth(_Bool (*g)(void)) {{ return g(); }}
"""
DECLARED = f"""{TYPES}
double d(double x); float f(float x); long double l(long double x); _Bool b(_Bool x); uintptr_t readable(const void *p);
uintptr_t writable(void *p); double _Complex z(double _Complex x); double call(double (*g)(void)); int truth(_Bool (*g)(void));
int printf(const char *format, ...);
"""
COMPLEX = (1 + 2j, np.complex64(1 + 2j), np.complex128(1 + 2j), np.clongdouble(1 + 2j), np.complex128(1))


@pytest.fixture(scope="module", params=["fast", "api"])
def lib(load_c: Load, request: pytest.FixtureRequest) -> Any:
    return load_c(SOURCE, DECLARED, tier=request.param)


@pytest.mark.parametrize("value", COMPLEX, ids=lambda value: type(value).__name__)
def test_complex_numbers_are_no_real_ones(lib: Any, value: Any) -> None:
    made = lib.types.all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # NumPy's, about what is dropped
        for name in "dfl":
            with pytest.raises(TypeError, match=rf"{name}\(\) parameter 'x'"):
                getattr(lib, name)(value)
            with pytest.raises(TypeError, match=f"struct all: field '{name}'"):
                setattr(made, name, value)
        for act in (
            lambda: farcall.array(farcall.double, 1)([value]),
            lambda: farcall.double(value),
            lambda: farcall.longdouble(value),
            lambda: farcall.addressof(farcall.float_()).__setitem__(0, value),
            lambda: lib.call(lambda: value),
            lambda: [lib.types.all(d=value) for _ in range(4)],
        ):
            with pytest.raises(TypeError):
                act()
    assert (made.d, made.f, lib.z(value)) == (0.0, 0.0, complex(value))
    made.z = value
    assert made.z == complex(value)


def test_real_numbers_of_all_kinds(lib: Any) -> None:
    for value in (
        np.float16(1.5),
        np.float32(1.5),
        np.float64(1.5),
        np.longdouble(1.5),
        Decimal("1.5"),
        Fraction(3, 2),
    ):
        assert lib.d(value) == lib.f(value) == 1.5
    for whole in (np.int8(-3), np.uint64(3), True, farcall.int_(3), np.bool_(True)):
        assert lib.d(whole) == float(whole)
    for text in ("1.5", b"1.5", bytearray(b"1.5"), np.str_("1.5"), np.bytes_(b"1.5"), memoryview(b"1")):
        with pytest.raises(TypeError, match="must be a number for double"):
            lib.d(text)


def test_truth(lib: Any) -> None:
    made = lib.types.all()
    for value in (np.bool_(True), True, 1, np.int64(1), np.uint8(1)):
        made.b = made.bit = False
        made.b, made.bit = value, value
        assert lib.b(value) is made.b is made.bit is True
        assert list(farcall.array(farcall.bool_, 1)([value])) == [True]
        assert lib.truth(lambda value=value: value) == 1
        assert [lib.types.all(b=value).b for _ in range(4)] == [True] * 4
    assert lib.b(np.bool_(False)) is False
    for wrong in (2, -1, np.int64(2), 1 << 80):
        with pytest.raises(OverflowError, match=r"b\(\) parameter 'x'"):
            lib.b(wrong)
        with pytest.raises(OverflowError, match="field 'bit'"):
            made.bit = wrong
    for wrong in (1.0, np.float64(1), "1", None, np.array([True, False])):
        with pytest.raises(TypeError, match=r"b\(\) parameter 'x'"):
            lib.b(wrong)
        with pytest.raises(TypeError, match="field 'bit'"):
            made.bit = wrong


def test_integers_as_addresses(lib: Any) -> None:
    made = lib.types.all()
    for value in (0x1000, np.uintp(0x1000), np.intp(0x1000)):
        made.p = made.c = value
        assert lib.readable(value) == lib.writable(value) == int(made.p) == int(made.c) == 0x1000
        assert int(farcall.cast("void *", value)) == 0x1000
        assert int(farcall.array(farcall.type_of("void *"), 1)([value])[0]) == 0x1000
    for narrow in (np.int8(5), np.int16(5), np.uint32(5) if farcall.sizeof("void *") == 8 else np.uint64(5)):
        for act in (lib.readable, lib.writable, lambda value: setattr(made, "c", value)):
            with pytest.raises(TypeError, match="is no address; pass an int, or an array for its memory"):
                act(narrow)
    with pytest.raises(OverflowError, match="-1 is not an address"):
        lib.readable(np.intp(-1))
    with pytest.raises(TypeError):
        farcall.type_of("const int *")(np.uintp(0x1000))


def test_arrays_are_memory(lib: Any) -> None:
    for array in (
        np.zeros(3),
        np.zeros((2, 2)),
        np.zeros(()),
        np.zeros((), dtype=np.uintp),
        np.zeros(1, dtype=np.intp),
    ):
        assert lib.readable(array) == lib.writable(array) == array.ctypes.data
        array.flags.writeable = False
        with pytest.raises(TypeError):
            lib.writable(array)
    record = np.zeros((), dtype=[("x", "i4")])
    assert lib.readable(record) == record.ctypes.data
