"""A C function that gives the bytes at an address, as `ctypes.string_at` calls one."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, LoadArgument, Move, Return, Routine
from .interpreter import Surroundings
from .link import c_string

__all__ = ["text_at"]


def text_at(env: Surroundings) -> Routine:
    """`PyObject *(const char *place, int size)`: with -1 those before the first NUL."""
    w = Builder("text_at", env.placement("text_at"))
    w.add(
        LoadArgument(0, "s0", "the place"),
        LoadArgument(1, "s1", "how many"),
        env.invoke("audit_bytes", c_string("string_at"), c_string("address_and_int"), "s0", "s1", result="t0"),
        Branch("ne", "t0", 0, "failed", 4),
        Branch("eq", "s1", -1, "measure"),
        env.invoke("PyBytes_FromStringAndSize", "s0", "s1", tail=True),
    )

    def measure() -> None:
        w.add(
            env.invoke("strlen", "s0", result="t0"),
            Move("s1", "t0"),
            env.invoke("PyBytes_FromStringAndSize", "s0", "s1", tail=True),
        )

    w.aside("measure", measure)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()
