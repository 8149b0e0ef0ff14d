"""Numbers that are wider than C's own: complex ones, `__int128`, `long double`; read of Python's numbers without running
Python code (see `plain`), and made Python's numbers."""

from __future__ import annotations

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
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from ..integer import small_int
from ..interpreter import Surroundings
from ..link import api
from ..unbox import F32_INFINITY, F32_MAGNITUDE

__all__ = ["complex_number", "long_double", "number", "wide_integer"]

#: The fields of a double, and how far its exponent's bias is from that of the formats of 15 bits (IEEE 754-2019, table 3.5).
EXPONENT_AT, EXPONENT, FRACTION, BIAS = 52, 0x7FF, (1 << 52) - 1, 16383 - 1023
#: What long double looks like, of 10 and of 16 bytes.
FORMATS = ("x87", "binary128")


def complex_number(w: Builder, env: Surroundings, what: str) -> None:
    """A complex number of Python's, or a real one; of parts of 4 bytes, those that fit."""
    facts, size = env.interpreter, int(what)
    real, imaginary = Memory(w.local(8)), Memory(w.local(8))
    w.add(
        Load("t0", Memory("s0", facts.type), env.target.model.pointer),
        Branch("eq", "t0", api("PyComplex_Type"), "complex", note="exactly"),
        Branch("eq", "t0", api("PyFloat_Type"), "real"),
        Branch("eq", "t0", api("PyLong_Type"), "real"),
        Branch("ne", "t0", api("PyBool_Type"), "refused"),
        Label("real"),
        env.invoke("PyFloat_AsDouble", "s0", result=real),
        env.invoke("PyErr_Occurred", result="t0"),
        Branch("ne", "t0", 0, "error", note="an int that no float holds"),
        Store(Memory(imaginary.base, 0), 0, 4),
        Store(Memory(imaginary.base, 4), 0, 4),
        Jump("parts"),
        Label("complex"),
    )
    if facts.fast:  # PyComplexObject (Include/cpython/complexobject.h) has its two numbers where a float has one
        w.add(
            Copy(real, Memory("s0", facts.float_value), 8),
            Copy(imaginary, Memory("s0", facts.float_value + 8), 8),
        )
    else:
        w.add(
            env.invoke("PyComplex_RealAsDouble", "s0", result=real),
            env.invoke("PyComplex_ImagAsDouble", "s0", result=imaginary),
        )
    w.add(Label("parts"))
    if size == 8:
        w.add(Copy(Memory("s1"), real, 8), Copy(Memory("s1", 8), imaginary, 8), Return(0))
        return
    narrow = [Memory(w.local(4, 4)), Memory(w.local(4, 4))]
    for part, to in zip((real, imaginary), narrow, strict=True):
        fits = w.label("fits")
        w.add(
            Convert("f64:f32", to, part),
            Load("t0", to, 4),
            Compute("and", "t0", F32_MAGNITUDE),
            Branch("ne", "t0", F32_INFINITY, fits, 4),
            Load("t0", Memory(part.base, env.target.byteorder.high(8, 4)), 4),
            Compute("and", "t0", F32_MAGNITUDE),
            Branch("ne", "t0", EXPONENT << 20, "refused", 4, "it was finite before"),
            Label(fits),
        )
    w.add(Copy(Memory("s1"), narrow[0], 4), Copy(Memory("s1", 4), narrow[1], 4), Return(0))


def wide_integer(w: Builder, env: Surroundings, what: str) -> None:
    """An int of up to 128 bits, exactly one: what is shifted has to be Python's own."""
    signed, word = what == "s", w.local(8)
    low, high = Memory("s1", env.target.byteorder.low(16, 8)), Memory("s1", env.target.byteorder.high(16, 8))
    function = "PyLong_AsLongLong" if signed else "PyLong_AsUnsignedLongLong"
    upper = Memory(w.local(8))
    if env.interpreter.fast and env.target.model.pointer == 8:
        small_int(w, env, "s0", "other")
        w.add(
            *(() if signed else (Branch("lt", "t0", 0, "refused", note="negative: nothing is written"),)),
            Store(low, "t0", 8),
            Compute("sar", "t0", 63),
            Store(high, "t0", 8),
            Return(0),
            Label("other"),
        )
    w.add(
        Load("t0", Memory("s0", env.interpreter.type), env.target.model.pointer),
        Branch("ne", "t0", api("PyLong_Type"), "refused", note="exactly int"),
        env.invoke("PyLong_FromLong", 64, result="s2"),
        Branch("eq", "s2", 0, "error"),
        env.invoke("PyNumber_Rshift", "s0", "s2", result="t0"),
        Store(upper, "t0", env.target.model.pointer),
        env.invoke("Py_DecRef", "s2"),
        Load("s2", upper, env.target.model.pointer),
        Branch("eq", "s2", 0, "error"),
        env.invoke(function, "s2", result=upper),
        env.invoke("Py_DecRef", "s2"),
        env.invoke("PyErr_Occurred", result="t0"),
        Branch("ne", "t0", 0, "error", note="out of range"),
        env.invoke("PyLong_AsUnsignedLongLongMask", "s0", result=Memory(word)),
        Copy(low, Memory(word), 8),
        Copy(high, upper, 8),
        Return(0),
    )


def long_double(w: Builder, env: Surroundings, what: str) -> None:
    """A float, as a number of more bits, which holds it exactly; subnormal ones and NaN Python converts."""
    pointer, double = env.target.model.pointer, Memory(w.local(8))
    if pointer < 8 or what not in FORMATS:
        w.add(Return(1))
        return
    w.add(
        Load("t0", Memory("s0", env.interpreter.type), pointer),
        Branch("ne", "t0", api("PyFloat_Type"), "refused", note="exactly float"),
        env.invoke("PyFloat_AsDouble", "s0", result=double),
        Load("s2", double, 8),
        Move("t0", "s2"),
        Compute("shr", "t0", EXPONENT_AT),
        Compute("and", "t0", EXPONENT),
        Move("t1", FRACTION),
        Compute("and", "t1", "s2", "its fraction"),
        Branch("eq", "t0", EXPONENT, "endless"),
        Branch("eq", "t0", 0, "zero"),
        Compute("add", "t0", BIAS),
        Label("exponent"),
    )
    sign = ("s2", 63)
    if what == "x87":
        low, high = env.target.byteorder.low(10, 8), env.target.byteorder.high(10, 2)
        w.add(
            Compute("shl", "t1", 11),
            Move("s0", -(1 << 63), "the leading bit, which this format stores"),
            Compute("or", "t1", "s0"),
            Label("mantissa"),
            Store(Memory("s1", low), "t1", 8),
            Compute("shr", *sign),
            Compute("shl", "s2", 15),
            Compute("or", "t0", "s2"),
            Store(Memory("s1", high), "t0", 2),
            Store(Memory("s1", 10), 0, 2, "padding"),
            Store(Memory("s1", 12), 0, 4),
            Return(0),
        )
        w.aside("zero", lambda: w.add(Branch("eq", "t1", 0, "mantissa"), Return(1)))
    else:
        low, high = env.target.byteorder.low(16, 8), env.target.byteorder.high(16, 8)
        w.add(
            Label("mantissa"),
            Compute("shr", *sign),
            Compute("shl", "s2", 63),
            Compute("shl", "t0", 48),
            Compute("or", "s2", "t0"),
            Move("t0", "t1"),
            Compute("shr", "t0", 4),
            Compute("or", "s2", "t0"),
            Store(Memory("s1", high), "s2", 8),
            Compute("shl", "t1", 60),
            Store(Memory("s1", low), "t1", 8),
            Return(0),
        )
        w.aside("zero", lambda: w.add(Branch("eq", "t1", 0, "mantissa"), Return(1)))
    w.aside(
        "endless",
        lambda: w.add(Branch("ne", "t1", 0, "refused", note="not a number"), Move("t0", 0x7FFF), Jump("exponent")),
    )


def number(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *number(const void *place)`: the complex number or the int in memory."""
    kind, _, what = detail.partition(":")
    w.add(LoadArgument(0, "s0", "where it is"))
    if kind == "complex":
        parts = [Memory(w.local(8)), Memory(w.local(8))]
        for index, part in enumerate(parts):
            there = Memory("s0", index * int(what))
            w.add(Copy(part, there, 8) if what == "8" else Convert("f32:f64", part, there))
        w.add(env.invoke("PyComplex_FromDoubles", *parts, tail=True))
        return w.finish()
    order = env.target.byteorder
    words = [Memory(w.local(8)), Memory(w.local(8))]
    w.add(Copy(words[0], Memory("s0", order.low(16, 8)), 8), Copy(words[1], Memory("s0", order.high(16, 8)), 8))
    upper = "PyLong_FromLongLong" if what == "s" else "PyLong_FromUnsignedLongLong"
    if env.target.model.pointer == 8:
        w.add(Load("t0", words[1], 8), Move("t1", 0))
        if what == "s":
            w.add(Load("t1", words[0], 8), Compute("sar", "t1", 63))
        w.add(
            Branch("ne", "t0", "t1", "wider"),
            env.invoke(upper, words[0], tail=True, note="it has 64 bits"),
            Label("wider"),
        )
    w.add(
        env.invoke(upper, words[1], result="s0"),
        Branch("eq", "s0", 0, "failed"),
        env.invoke("PyLong_FromLong", 64, result="s1"),
        Branch("eq", "s1", 0, "dropped"),
        env.invoke("PyNumber_Lshift", "s0", "s1", result="s2"),
        env.invoke("Py_DecRef", "s1"),
        env.invoke("Py_DecRef", "s0"),
        Branch("eq", "s2", 0, "failed"),
        env.invoke("PyLong_FromUnsignedLongLong", words[0], result="s0"),
        Branch("eq", "s0", 0, "lost"),
        env.invoke("PyNumber_Or", "s2", "s0", result="s1"),
        env.invoke("Py_DecRef", "s0"),
        env.invoke("Py_DecRef", "s2"),
        Return("s1"),
    )
    w.aside("dropped", lambda: w.add(env.invoke("Py_DecRef", "s0"), Return(0)))
    w.aside("lost", lambda: w.add(env.invoke("Py_DecRef", "s2"), Return(0)))
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()
