"""Reading numbers, characters and text of any object that will do."""

from __future__ import annotations

from ...ir.builder import Builder
from ...ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Convert,
    Copy,
    Jump,
    Label,
    Load,
    LoadArgument,
    Memory,
    Return,
    Routine,
    Store,
)
from ..interpreter import Surroundings
from ..link import api, python
from ..unbox import F32_INFINITY, F32_MAGNITUDE
from .conversion import Asked

__all__ = ["character", "outside", "real", "whole"]

F64_INFINITY_TOP = 0x7FF00000


def whole(w: Builder, env: Surroundings, detail: str) -> Routine:
    """An integer by `__index__`, in range."""
    asked = Asked(w, env)
    if detail == "b1":
        return _truth(asked)
    signed, size = detail[0] == "s", int(detail[1:])
    wide = w.local(8)
    width = asked.integer(wide, size, signed)
    if size < width:
        bits = size * 8
        asked.in_range(wide, -(1 << (bits - 1)) if signed else 0, (1 << (bits - signed)) - 1)
    w.add(Copy(Memory("s1"), Memory(wide, env.target.byteorder.low(width, size)), size))
    asked.taken()
    return w.finish()


def _truth(asked: Asked) -> Routine:
    """A bool as Python takes it for one: also NumPy's, which is no index."""
    w, env = asked.w, asked.env
    w.add(
        env.invoke("call_python_1", python("truth"), "s0", 0, result="s2"),
        Branch("eq", "s2", 0, "refused"),
        Branch("eq", "s2", api("_Py_TrueStruct"), "true"),
        Store(Memory("s1"), 0, 1),
        Label("stored"),
        env.invoke("Py_DecRef", "s2"),
    )
    asked.taken()
    w.aside("true", lambda: w.add(Store(Memory("s1"), 1, 1), Jump("stored")))
    return w.finish()


def outside(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int outside(intptr_t value, intptr_t low, intptr_t high)`: whether value is not in [low, high]."""
    w.add(
        LoadArgument(0, "t0"),
        LoadArgument(1, "t1"),
        Branch("lt", "t0", "t1", "out"),
        LoadArgument(2, "t1"),
        Branch("gt", "t0", "t1", "out"),
        Return(0),
    )
    w.aside("out", lambda: w.add(Return(1)))
    return w.finish()


def character(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`bytes` of length one, or an integer in range."""
    asked = Asked(w, env)
    text, size = Memory(w.local()), Memory(w.local())
    asked.is_instance(api("PyBytes_Type"), "bytes")
    wide = w.local(8)
    width = asked.integer(wide, 1, True)
    asked.in_range(wide, *((-128, 127) if detail[0] == "s" else (0, 255)))
    w.add(Load("t0", Memory(wide, env.target.byteorder.low(width, 1)), 1), Label("store"))
    w.add(Store(Memory("s1"), "t0", 1))
    asked.taken()

    def take_bytes() -> None:
        w.add(
            env.invoke("PyBytes_AsStringAndSize", "s0", AddressOf(text), AddressOf(size), result="t0"),
            Branch("ne", "t0", 0, "refused", 4),
            Branch("ne", size, 1, "refused"),
            Load("t0", text, asked.pointer),
            Load("t0", Memory("t0"), 1),
            Jump("store"),
        )

    w.aside("bytes", take_bytes)
    return w.finish()


def real(w: Builder, env: Surroundings, detail: str) -> Routine:
    """A floating number by `__float__` or `__index__`, which of other than floats and ints Python is asked for: a complex
    one is refused. So is a finite double that no float holds."""
    asked = Asked(w, env)
    value = w.local(8)
    asked.is_instance(api("PyFloat_Type"), "real")
    asked.is_instance(api("PyLong_Type"), "real")
    w.add(
        env.invoke("call_python_1", python("real"), "s0", 0, result="s2"),
        Branch("eq", "s2", 0, "refused"),
        env.invoke("PyFloat_AsDouble", "s2", result=Memory(value)),
        env.invoke("Py_DecRef", "s2"),
        Jump("read"),
        Label("real"),
        env.invoke("PyFloat_AsDouble", "s0", result=Memory(value)),
        Label("read"),
        env.invoke("PyErr_Occurred", result="t0"),
        Branch("ne", "t0", 0, "refused"),
    )
    if detail == "8":
        w.add(Copy(Memory("s1"), Memory(value), 8))
        asked.taken()
        return w.finish()
    w.add(
        Convert("f64:f32", Memory("s1"), Memory(value)),
        Load("t0", Memory("s1"), 4),
        Compute("and", "t0", F32_MAGNITUDE),
        Branch("eq", "t0", F32_INFINITY, "infinite", 4),
        Label("fits"),
    )
    asked.taken()

    def infinite() -> None:  # it may have been infinite before
        w.add(
            Load("t0", Memory(value, env.target.byteorder.high(8, 4)), 4),
            Compute("and", "t0", F32_MAGNITUDE),
            Branch("eq", "t0", F64_INFINITY_TOP, "fits", 4),
            Jump("refused"),
        )

    w.aside("infinite", infinite)
    return w.finish()
