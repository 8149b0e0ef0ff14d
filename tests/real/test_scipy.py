"""SciPy's integration of foreign functions and of closures, in C from end to end for the first."""

from __future__ import annotations

import math
from typing import Any

import pytest

import farcall

scipy = pytest.importorskip("scipy", reason="no SciPy for this Python")


def quad(function: Any, *limits: float, **more: Any) -> float:
    from scipy import integrate

    return integrate.quad(scipy.LowLevelCallable(farcall.capsule(function), **more), *limits)[0]


def test_a_foreign_function() -> None:
    libm = farcall.Library("m")
    assert quad(libm.function("double sin(double)"), 0, math.pi) == pytest.approx(2)
    assert quad(libm.function("double exp(double x)"), 0, 1) == pytest.approx(math.e - 1)


def test_a_closure() -> None:
    calls = 0

    def square(x: float) -> float:
        nonlocal calls
        calls += 1
        return x * x

    with farcall.Closure(square, "double (double)") as closure:
        assert quad(closure, 0, 3) == pytest.approx(9)
    assert calls == 21


def test_a_closure_with_user_data() -> None:
    def power(x: float, data: Any) -> float:
        return x ** data.cast(farcall.pointer(farcall.double))[0]

    exponent = farcall.double(3.0)
    import ctypes

    place = ctypes.c_void_p(int(farcall.addressof(exponent)))
    with farcall.Closure(power, "double (double, void *)") as closure:
        assert quad(closure, 0, 2, user_data=place) == pytest.approx(4)


def test_a_closure_of_several_variables() -> None:
    from scipy import integrate

    def product(count: int, x: Any) -> float:
        assert count == 2
        return x[0] * x[1]

    with farcall.Closure(product, "double (int, double *)") as closure:
        low_level = scipy.LowLevelCallable(farcall.capsule(closure))
        assert integrate.nquad(low_level, [(0, 1), (0, 2)])[0] == pytest.approx(1)


def test_an_exception_in_a_closure(monkeypatch: pytest.MonkeyPatch) -> None:
    """SciPy was not entered through farcall: the hook tells of it, and SciPy gets the error value."""
    import sys

    seen: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: seen.append(args.exc_value))

    def bad(x: float) -> float:
        raise ValueError(x)

    with farcall.Closure(bad, "double (double)", on_error=1.0) as closure:
        assert quad(closure, 0, 3) == pytest.approx(3)
    assert len(seen) == 21
