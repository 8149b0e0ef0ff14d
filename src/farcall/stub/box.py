"""From C to Python: instructions that make an object of a value."""

from __future__ import annotations

from ..errors import UnsupportedTypeError
from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Convert,
    Jump,
    Label,
    Load,
    Memory,
    Move,
    Operand,
    Return,
    Store,
)
from .carrier import BoolKind, Carrier, CharKind, FloatKind, InstanceKind, IntKind, ObjectKind, PointerKind, VoidKind
from .interpreter import Surroundings
from .link import api
from .reference import hold

__all__ = ["box", "return_none", "unwrapped"]

NONE = api("_Py_NoneStruct")


def box(
    w: Builder,
    env: Surroundings,
    carrier: Carrier,
    value: Operand,
    *,
    result: str | None,
    raw_text: bool = False,
    owned: bool = False,
) -> None:
    """Make an object of `value` and put it in register `result`; with None, end the routine with it. `raw_text`: text is bytes.
    `owned`: of a `PyObject *` there is a reference already, which is handed over.

    `value` is what the carrier's kind asks for: a register holding a widened integer, memory holding one that is wider
    than a register, a complex one, a floating number or a char, RESULT for a double just returned.
    """
    tail = result is None
    if isinstance(carrier, IntKind):
        if carrier.size < env.target.model.pointer:
            function = "PyLong_FromSsize_t"
        elif carrier.signed:
            function = "PyLong_FromLongLong" if carrier.size > env.target.model.pointer else "PyLong_FromSsize_t"
        else:
            function = "PyLong_FromUnsignedLongLong" if carrier.size == 8 else "PyLong_FromSize_t"
        w.add(env.invoke(function, value, result=result, tail=tail, note="an int of the result"))
    elif isinstance(carrier, BoolKind):
        w.add(env.invoke("PyBool_FromLong", value, result=result, tail=tail, note="a bool of the result"))
    elif isinstance(carrier, FloatKind):
        if carrier.size == 4:
            wide = Memory(w.local(8))
            assert isinstance(value, Memory)
            w.add(Convert("f32:f64", wide, value, "Python's float is a double"))
            value = wide
        w.add(env.invoke("PyFloat_FromDouble", value, result=result, tail=tail, note="a float of the result"))
    elif isinstance(carrier, CharKind):
        assert isinstance(value, Memory)
        into = result or "t0"
        w.add(env.invoke("PyBytes_FromStringAndSize", AddressOf(value), 1, result=into))
        if tail:
            w.add(Return("t0"))
    elif isinstance(carrier, InstanceKind) and carrier.gives_way:
        assert isinstance(value, Memory)
        if carrier.number.startswith("complex"):
            parts = [value, Memory(value.base, value.offset + carrier.size // 2)]
            if carrier.size == 8:
                narrow, parts = parts, [Memory(w.local(8)) for _ in parts]
                w.add(*(Convert("f32:f64", wide, part) for wide, part in zip(parts, narrow, strict=True)))
            w.add(env.invoke("PyComplex_FromDoubles", *parts, result=result, tail=tail, note="a complex of the result"))
        else:
            into = result or "t0"
            w.add(env.support("number:" + carrier.number, AddressOf(value), result=into, note="a number of the result"))
            w.add(*([Return("t0")] if tail else []))
    elif isinstance(carrier, PointerKind) and carrier.text:
        made, of = ("bytes", "text:bytes") if raw_text else ("a str", "text")
        w.add(env.support(of, value, result=result, tail=tail, note=f"{made} of the C string"))
    elif isinstance(carrier, ObjectKind):
        assert isinstance(value, str)
        _object(w, env, value, result or "t0", owned)
        w.add(*([Return("t0")] if tail else []))
    elif isinstance(carrier, VoidKind) and tail:
        return_none(w, env)
    else:
        raise UnsupportedTypeError(f"{carrier} has no object of its own")


def _object(w: Builder, env: Surroundings, value: str, into: str, owned: bool) -> None:
    """A reference to the object at an address in `into`; NULL is None."""
    null, found, pointer, kept = w.label("null"), w.label("object"), env.target.model.pointer, Memory(w.local())
    w.add(*([] if value == into else [Move(into, value)]))
    w.add(Branch("eq", into, 0, null))

    def take() -> None:
        w.add(Store(kept, into, pointer))
        hold(w, env, into, "t1")
        w.add(Load(into, kept, pointer))

    def none() -> None:
        w.add(Move(into, NONE))
        if owned:
            take()
        w.add(Jump(found))

    w.aside(null, none)
    w.add(Label(found))
    if not owned:
        take()


def unwrapped(kind: InstanceKind) -> str:
    """The slow path that makes Python's number of an instance."""
    return f"unwrap:{kind.number}" if kind.gives_way else "unwrap"


def return_none(w: Builder, env: Surroundings) -> None:
    """End the routine with None."""
    interpreter = env.interpreter
    if interpreter.none_immortal:
        w.add(Return(NONE, "None is immortal: no reference to count"))
    elif interpreter.fast:
        w.add(
            Move("t0", NONE),
            Load("t1", Memory("t0", 0), env.target.model.pointer),
            Compute("add", "t1", 1),
            Store(Memory("t0", 0), "t1", env.target.model.pointer, "a reference to None"),
            Return("t0"),
        )
    else:
        w.add(env.invoke("Py_IncRef", NONE), Return(NONE))
