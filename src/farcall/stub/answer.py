"""What the closures of C data run: a builtin that makes what a Python callable takes of C's values, calls it, and gives on what it
gives where C takes just that. All else is Python's.

`self` is a tuple: the callable, what is called with the exception that it raises, what is called with a result that is not
given on, the size of a pointer, and then for each parameter the class of its pointers, or what makes its values. The code is
the same for all of a shape.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from .box import NONE
from .carrier import Carrier, FloatKind, IntKind, VoidKind
from .data_object import BASE, OBJECTS, SIZE, nothing, slot, with_memory
from .integer import small_int
from .interpreter import Surroundings
from .link import api
from .reference import hold, release

__all__ = ["ADDRESS", "MADE", "POINTER", "RAW", "TEXT", "answer"]

#: How a parameter is given: as it comes; None for NULL; as the bytes of a C string; as a pointer that is C data; or as what the
#: parameter's own callable makes of it.
RAW, ADDRESS, TEXT, POINTER, MADE = "raw", "address", "text", "pointer", "made"
#: The items of `self`; those for the parameters follow.
CALLABLE, FAILED, FINISH, WORD, PARAMETERS = range(5)


def answer(takes: tuple[str, ...], gives: Carrier | None, env: Surroundings) -> Routine:
    """METH_FASTCALL; a closure's code is what calls it, with as many arguments as there are parameters. `gives`: the numbers, exact
    ones of Python's, that are given on; with VoidKind it is None, with None nothing."""
    w, pointer = Builder("answer", env.placement("METH_FASTCALL")), env.target.model.pointer
    given, itself = Memory(w.local()), Memory(w.local())
    vector = w.local((len(takes) + 1) * pointer)
    new = [number for number, how in enumerate(takes) if how not in (RAW, ADDRESS)]
    w.add(LoadArgument(0, itself, "the tuple"), LoadArgument(1, given, "the arguments"))
    w.add(*(Store(Memory(vector, (number + 1) * pointer), 0, pointer, "not made yet") for number in new))
    for number, how in enumerate(takes):
        _take(w, env, how, number, itself, given)
        w.add(Store(Memory(vector, (number + 1) * pointer), "t0", pointer, f"argument {number}"))
    _item(w, env, itself, CALLABLE, "t0")
    nargsf = len(takes) - (1 << (8 * pointer - 1))  # PEP 590: the callee may use the cell before the arguments
    w.add(
        env.invoke("vectorcall", "t0", AddressOf(Memory(vector, pointer)), nargsf, 0, result="s2", note="the callable")
    )
    for number in new:
        w.add(Load("t0", Memory(vector, (number + 1) * pointer), pointer))
        release(w, env, "t0")
    w.add(Branch("eq", "s2", 0, "raised"))
    _give(w, env, gives)
    w.add(Label("finish"))
    row = Memory(w.local())
    w.add(Store(row, "s2", pointer))
    _item(w, env, itself, FINISH, "t0")
    w.add(
        env.invoke("vectorcall", "t0", AddressOf(row), 1, 0, result="s1", note="Python looks at the result"),
        env.invoke("Py_DecRef", "s2"),
        Return("s1"),
    )
    w.aside("raised", lambda: _tell(w, env, itself))
    if new:
        w.aside("failed", lambda: _drop(w, env, [Memory(vector, (number + 1) * pointer) for number in new]))
    return w.finish()


def _take(w: Builder, env: Surroundings, how: str, number: int, itself: Memory, given: Memory) -> None:
    """What the callable gets for a parameter into t0; to `failed` if that cannot be made."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(Load("s1", given, pointer))
    if how == RAW:
        w.add(Load("t0", Memory("s1", number * pointer), pointer))
        return
    if how == MADE:
        _item(w, env, itself, PARAMETERS + number, "t0")
        w.add(
            LoadAddress("t1", Memory("s1", number * pointer)),
            env.invoke("vectorcall", "t0", "t1", 1, 0, result="t0"),
            Branch("eq", "t0", 0, "failed"),
        )
        return
    w.add(Load("s1", Memory("s1", number * pointer), pointer), env.invoke("PyLong_AsVoidPtr", "s1", result="t0"))
    if how == ADDRESS:
        null, found = w.label("null"), w.label("found")
        w.add(Branch("eq", "t0", 0, null), Move("t0", "s1"), Label(found))
        w.aside(null, lambda: w.add(Move("t0", NONE), Jump(found)))
        return
    if how == TEXT:
        w.add(env.support("text:bytes", "t0", result="t0"), Branch("eq", "t0", 0, "failed"))
        return
    address, cls, size = Memory(w.local()), Memory(w.local()), Memory(w.local())
    w.add(Store(address, "t0", pointer))
    _item(w, env, itself, PARAMETERS + number, "t0")
    w.add(Store(cls, "t0", pointer))
    with_memory(w, env, cls, size, pointer)
    w.add(
        Load("t0", Memory("s1", facts.value_data), pointer),
        Load("t1", address, pointer),
        Store(Memory("t0"), "t1", pointer, "what it points to"),
    )
    _item(w, env, itself, WORD, "t0")
    w.add(Store(slot(env, "s1", SIZE), "t0", pointer))
    hold(w, env, "t0", "t1")
    nothing(w, env, "s1", BASE, OBJECTS)
    w.add(Move("t0", "s1"))


def _give(w: Builder, env: Surroundings, gives: Carrier | None) -> None:
    """End with the result in s2 if it is one that C takes as it is."""
    facts = env.interpreter
    if isinstance(gives, VoidKind):
        w.add(Branch("ne", "s2", NONE, "finish"), Return("s2"))
    elif isinstance(gives, FloatKind) and facts.fast:
        w.add(Branch("ne", Memory("s2", facts.type), api("PyFloat_Type"), "finish"), Return("s2"))
    elif isinstance(gives, IntKind) and facts.fast:
        small_int(w, env, "s2", "finish")
        bits = 8 * gives.size
        if not gives.signed:
            w.add(Branch("lt", "t0", 0, "finish"))
        if bits - gives.signed < facts.digit_bits:
            w.add(Branch("gt", "t0", (1 << (bits - gives.signed)) - 1, "finish"))
            w.add(*([Branch("lt", "t0", -(1 << (bits - 1)), "finish")] if gives.signed else []))
        w.add(Return("s2"))


def _tell(w: Builder, env: Surroundings, itself: Memory) -> None:
    """End with what Python gives for the exception that is set."""
    kind, value, trace = Memory(w.local()), Memory(w.local()), Memory(w.local())
    w.add(
        env.invoke("PyErr_Fetch", AddressOf(kind), AddressOf(value), AddressOf(trace)),
        env.invoke("PyErr_NormalizeException", AddressOf(kind), AddressOf(value), AddressOf(trace)),
        Branch("eq", trace, 0, "untraced"),
        env.invoke("PyException_SetTraceback", value, trace),
        Label("untraced"),
    )
    _item(w, env, itself, FAILED, "t0")
    w.add(
        env.invoke("vectorcall", "t0", AddressOf(value), 1, 0, result="s0"),
        *(env.invoke("Py_DecRef", thing, note="NULL is allowed") for thing in (kind, value, trace)),
        Return("s0"),
    )


def _drop(w: Builder, env: Surroundings, made: list[Memory]) -> None:
    """Let go of the arguments that there are when one has failed."""
    w.add(*(env.invoke("Py_DecRef", one, note="NULL is allowed") for one in made), Return(0))


def _item(w: Builder, env: Surroundings, itself: Memory, number: int, to: str) -> None:
    """An item of the tuple, which holds it, into a register."""
    facts, pointer = env.interpreter, env.target.model.pointer
    if facts.fast:
        w.add(Load(to, itself, pointer), Load(to, Memory(to, facts.tuple_items + number * pointer), pointer))
    else:
        w.add(env.invoke("PyTuple_GetItem", itself, number, result=to))
