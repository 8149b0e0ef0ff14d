"""Reading numbers of Python's own kinds, without running Python code: what `stub.writer` needs.

Each is `int (object, where)`: 0 with the value in its place; 1, with nothing raised, for whatever Python has to look at.
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir.builder import Builder
from ...ir.instruction import (
    Branch,
    Compute,
    Convert,
    Copy,
    Jump,
    Label,
    Load,
    LoadArgument,
    Local,
    Memory,
    Return,
    Routine,
)
from ..interpreter import Surroundings
from ..link import api
from ..unbox import F32_INFINITY, F32_MAGNITUDE
from .number import F64_INFINITY_TOP
from .wide import complex_number, long_double, wide_integer

__all__ = ["plain"]


def plain(w: Builder, env: Surroundings, detail: str) -> Routine:
    """A number as the slow path of the same name and detail reads it."""
    kind, _, what = detail.partition(":")
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, "s1", "where the value goes"))
    _KINDS[kind](w, env, what)
    w.aside("error", lambda: w.add(env.invoke("PyErr_Clear"), Return(1)))
    w.aside("refused", lambda: w.add(Return(1)))
    return w.finish()


def _whole(w: Builder, env: Surroundings, what: str) -> None:
    """An int, or an instance of a subclass, whose number is read whatever its methods say."""
    if what == "b1":
        local, width = _integer(w, env, 1, True)
        _in_range(w, env, local, 0, 1)
        size = 1
    else:
        signed, size = what[0] == "s", int(what[1:])
        local, width = _integer(w, env, size, signed)
        if size < width:
            bits = 8 * size
            _in_range(w, env, local, -(1 << (bits - 1)) if signed else 0, (1 << (bits - signed)) - 1)
    w.add(Copy(Memory("s1"), Memory(local, env.target.byteorder.low(width, size)), size), Return(0))


def _character(w: Builder, env: Surroundings, what: str) -> None:
    """An int; one byte is read inline."""
    local, width = _integer(w, env, 1, True)
    _in_range(w, env, local, *((-128, 127) if what[0] == "s" else (0, 255)))
    w.add(Copy(Memory("s1"), Memory(local, env.target.byteorder.low(width, 1)), 1), Return(0))


def _integer(w: Builder, env: Surroundings, size: int, signed: bool) -> tuple[Local, int]:
    """The value of the int in s0 in a local, and how many bytes it has there."""
    pointer, local = env.target.model.pointer, w.local(8)
    if size > pointer:
        convert = "PyLong_AsLongLong" if signed else "PyLong_AsUnsignedLongLong"
    else:
        convert = "PyLong_AsSsize_t" if signed or size < pointer else "PyLong_AsSize_t"
    w.add(
        Load("t0", Memory("s0", env.interpreter.type), pointer),
        env.invoke("PyType_IsSubtype", "t0", api("PyLong_Type"), result="t0"),
        Branch("eq", "t0", 0, "refused", 4),
        env.invoke(convert, "s0", result=Memory(local)),
        env.invoke("PyErr_Occurred", result="t0"),
        Branch("ne", "t0", 0, "error", note="out of range"),
    )
    return local, max(size, pointer)


def _in_range(w: Builder, env: Surroundings, local: Local, low: int, high: int) -> None:
    w.add(
        env.support("outside", Memory(local), low, high, result="t0"),
        Branch("ne", "t0", 0, "refused", 4),
    )


def _real(w: Builder, env: Surroundings, what: str) -> None:
    """A float, or an instance of a subclass; an int or bool, whose `__float__` is Python's own."""
    value = w.local(8)
    w.add(
        Load("t0", Memory("s0", env.interpreter.type), env.target.model.pointer),
        Branch("eq", "t0", api("PyLong_Type"), "number"),
        Branch("eq", "t0", api("PyBool_Type"), "number"),
        env.invoke("PyType_IsSubtype", "t0", api("PyFloat_Type"), result="t0"),
        Branch("eq", "t0", 0, "refused", 4),
        Label("number"),
        env.invoke("PyFloat_AsDouble", "s0", result=Memory(value)),
        env.invoke("PyErr_Occurred", result="t0"),
        Branch("ne", "t0", 0, "error", note="an int that no float holds"),
    )
    if what == "8":
        w.add(Copy(Memory("s1"), Memory(value), 8), Return(0))
        return
    w.add(
        Convert("f64:f32", Memory("s1"), Memory(value)),
        Load("t0", Memory("s1"), 4),
        Compute("and", "t0", F32_MAGNITUDE),
        Branch("eq", "t0", F32_INFINITY, "infinite", 4),
        Label("fits"),
        Return(0),
    )

    def infinite() -> None:
        w.add(
            Load("t0", Memory(value, env.target.byteorder.high(8, 4)), 4),
            Compute("and", "t0", F32_MAGNITUDE),
            Branch("eq", "t0", F64_INFINITY_TOP, "fits", 4, "it was before"),
            Jump("refused"),
        )

    w.aside("infinite", infinite)


_KINDS: dict[str, Callable[[Builder, Surroundings, str], None]] = {
    "complex": complex_number,
    "int": wide_integer,
    "long": long_double,
    "whole": _whole,
    "character": _character,
    "real": _real,
}
