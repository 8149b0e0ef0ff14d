"""The examples of libffi's Rust bindings at the middle door: M1 to M7."""

from __future__ import annotations

import gc
import weakref
from typing import Any

from farcall import Library, double
from farcall.middle import Builder, Cif, Closure, Type, arg
from tests.machine import ALIGN8, up


def callback(cif: Cif, result: Any, args: tuple[Any, ...], userdata: Any) -> None:
    """What C calls: the userdata does the work."""
    result.value = userdata(*args)


def test_m1_a_pointer_argument_points_at_the_value(load_c: Any) -> None:
    library = load_c("double add(double x, const double *y) { return x + *y; }")
    cif = Cif([Type.f64, Type.pointer_to(Type.f64)], Type.f64)
    n = double(6.0)

    assert cif.call(library.address("add"), [arg(5.0), arg(n)]) == 11.0
    n.value = 7.0
    assert cif.call(library.address("add"), [5.0, n]) == 12.0


def test_m2_a_closure_of_a_cif_callback_and_userdata() -> None:
    cif = Cif([Type.u64, Type.u64], Type.u64)
    with Closure(cif, callback, lambda x, y: x + y) as closure:
        fun = closure.code_ptr

        assert cif.call(fun, [5, 6]) == 11
        assert cif.call(fun, [5, 7]) == 12
        assert closure(5, 6) == 11


def test_m3_a_closure_built_step_by_step() -> None:
    builder = Builder().arg(Type.u64).arg(Type.u64).res(Type.u64)
    closure = builder.into_closure(callback, lambda x, y: x + y)

    assert (closure(5, 6), closure(5, 7)) == (11, 12)
    assert builder.into_cif().call(closure, [5, 6]) == 11


def test_m4_a_structure_by_value(load_c: Any) -> None:
    library = load_c("""
        struct pair { unsigned short a; unsigned long long b; };
        struct pair next(struct pair p) { p.a++; p.b += 2; return p; }
    """)
    pair = Type.structure([Type.u16, Type.u64])
    cif = Cif([pair], pair)
    result = cif.call(library.address("next"), [pair.new(65534, 2**40)])

    assert (pair.size, pair.alignment, pair.elements) == (up(10), ALIGN8, (Type.u16, Type.u64))
    assert (result.f0, result.f1) == (65535, 2**40 + 2)


def test_m5_the_offsets_of_a_structure() -> None:
    offsets = Type.structure([Type.u8, Type.u64]).struct_offsets()

    assert offsets[0] == 0
    assert offsets[1] == ALIGN8


def test_m6_a_function_of_a_library_opened_at_run_time() -> None:
    isdigit = Library("libc.so.6").address("isdigit")
    cif = Cif([Type.i32], Type.i32)

    assert cif.call(isdigit, [ord("1")]) != 0  # glibc: 2048
    assert cif.call(isdigit, [ord("a")]) == 0


def test_m7_a_type_is_made_and_let_go() -> None:
    pair = Type.structure([("x", Type.u16), ("y", Type.u16)])
    value = pair.new(1, y=2)
    alive = weakref.ref(type(value))

    assert (value.x, value.y, bytes(value)) == (1, 2, b"\x01\0\x02\0")
    assert Type.structure([("x", Type.u16), ("y", Type.u16)]) == pair
    del value
    gc.collect()
    assert alive() is None or pair.new(3, 4).y == 4
