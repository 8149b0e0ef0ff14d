"""Stubs of methods without arguments: a value's bytes, and those of an array up to the first NUL."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, Jump, Label, Load, LoadArgument, Memory, Move, Routine, Store
from .class_facts import SIZE, fact, facts_of
from .data_pointer import unless_freed
from .fresh import give_bytes
from .interpreter import Surroundings
from .link import python

__all__ = ["text_bytes", "value_bytes"]


def value_bytes(env: Surroundings) -> Routine:
    """`__bytes__` of values: all bytes that the type has. Of a value that has more Python knows how many."""
    w, pointer = Builder("value_bytes", env.placement("METH_NOARGS")), env.target.model.pointer
    if not env.interpreter.fast:
        return _asked(w, env, "value_bytes")
    _located(w, env)
    w.add(Move("s2", "t0"), Load("t0", fact(env, "s1", SIZE), pointer))
    give_bytes(w, env)
    return _finish(w, env, "value_bytes")


def text_bytes(env: Surroundings) -> Routine:
    """`bytes()` of arrays: up to the first NUL, or the end."""
    w, pointer = Builder("text_bytes", env.placement("METH_NOARGS")), env.target.model.pointer
    if not env.interpreter.fast:
        return _asked(w, env, "text_bytes")
    size = Memory(w.local())
    _located(w, env)
    w.add(
        Load("t1", fact(env, "s1", SIZE), pointer),
        Store(size, "t1", pointer),
        Move("s2", "t0"),
        env.invoke("memchr", "s2", 0, size, result="t0"),
        Branch("eq", "t0", 0, "whole"),
        Compute("sub", "t0", "s2"),
        Label("measured"),
    )
    give_bytes(w, env)
    w.aside("whole", lambda: w.add(Load("t0", size, pointer), Jump("measured")))
    return _finish(w, env, "text_bytes")


def _located(w: Builder, env: Surroundings) -> None:
    """Where the bytes of the value lie into t0, and the end of its class's facts into s1."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(LoadArgument(0, "s0", "the value"))
    w.add(Load("t0", Memory("s0", facts.type), pointer))
    facts_of(w, env, "t0", "s1", "ask")
    w.add(Load("t0", fact(env, "s1", SIZE), pointer), Branch("le", "t0", 0, "ask", note="Python knows"))
    unless_freed(w, env, "s0", "ask")
    w.add(Load("t0", Memory("s0", facts.value_data), pointer))


def _asked(w: Builder, env: Surroundings, function: str) -> Routine:
    w.add(LoadArgument(0, "s0", "the value"), Jump("ask"))
    return _finish(w, env, function)


def _finish(w: Builder, env: Surroundings, function: str) -> Routine:
    w.aside("ask", lambda: w.add(env.invoke("call_python_1", python(function), "s0", 0, tail=True)))
    return w.finish()
