"""A call of C data that are pointers to functions, by the builtins that a dict has for addresses."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Jump, Label, Load, LoadArgument, Memory, Move, Return, Routine, Store
from .interpreter import Surroundings
from .link import FUNCTION, LENGTH, class_of
from .reference import hold, release

__all__ = ["data_invoke"]


def data_invoke(env: Surroundings) -> Routine:
    """`tp_call` with `LENGTH` arguments. `class:known` is the dict, by addresses as ints; `class:words` has the address that was
    called last, and its builtin's, which the dict holds. Other arguments, and addresses that the dict has not, are for
    `FUNCTION`."""
    w, facts, pointer = Builder("data_invoke", env.placement("tp_call")), env.interpreter, env.target.model.pointer
    given, names, place = Memory(w.local()), Memory(w.local()), Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the pointer"),
        LoadArgument(1, given, "a tuple"),
        LoadArgument(2, names, "a dict, or NULL"),
    )
    if facts.fast and facts.gil:
        w.add(
            Branch("ne", names, 0, "ask"),
            Load("t0", given, pointer),
            Move("t1", LENGTH),
            Branch("ne", Memory("t0", facts.bytes_size), "t1", "ask", note="not as many as there are parameters"),
            Load("t0", Memory("s0", facts.value_data), pointer),
            Load("t0", Memory("t0"), pointer, note="the address"),
            Move("s1", class_of("words")),
            Branch("ne", Memory("s1"), "t0", "other"),
            Branch("eq", "t0", 0, "ask", note="NULL"),
            Label("found"),
            Load("s2", Memory("s1", pointer), pointer, note="the builtin"),
        )
        hold(w, env, "s2", "t1")  # the dict may let go of it meanwhile
        w.add(env.invoke("PyObject_Call", "s2", given, 0, result="s0"))
        release(w, env, "s2")
        w.add(Return("s0"))
        w.aside("other", lambda: _look(w, env, place))
    else:
        w.add(Jump("ask"))
    w.aside("ask", lambda: w.add(env.invoke("call_python_3", FUNCTION, "s0", given, names, 0, tail=True)))
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def _look(w: Builder, env: Surroundings, place: Memory) -> None:
    """Write down what the dict has for the address in t0, which was not called last."""
    pointer = env.target.model.pointer
    w.add(
        Store(place, "t0", pointer),
        env.invoke("PyLong_FromVoidPtr", "t0", result="s2"),
        Branch("eq", "s2", 0, "failed"),
        env.invoke("PyDict_GetItemWithError", class_of("known"), "s2", result="t0"),
        Store(Memory("s1", pointer), "t0", pointer),
    )
    release(w, env, "s2")
    w.add(
        Branch("eq", Memory("s1", pointer), 0, "unknown"),
        Load("t0", place, pointer),
        Store(Memory("s1"), "t0", pointer),
        Jump("found"),
    )
    w.aside("unknown", lambda: w.add(Store(Memory("s1"), 0, pointer), env.invoke("PyErr_Clear"), Jump("ask")))
