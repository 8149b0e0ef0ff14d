"""Many numbers in memory as a list: what slices of arrays and pointers are made of."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Instruction,
    Invoke,
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
from .box_from_memory import give_number
from .carrier import Carrier
from .interpreter import Surroundings
from .writer import LIST_ITEMS

__all__ = ["fill_list", "listed", "number_at"]


def number_at(carrier: Carrier, env: Surroundings) -> Routine:
    """`PyObject *(place)`: the number that is there."""
    w = Builder("number_at", env.placement("support:number"))
    w.add(LoadArgument(0, "t0", "the place"))
    give_number(w, env, carrier)
    return w.finish()


def listed(env: Surroundings) -> Routine:
    """The builtin `listed(code, place, stride, count)`: a list of what `number_at` gives at a place and each a stride behind
    it. Nothing is checked."""
    w, pointer = Builder("listed", env.placement("METH_FASTCALL")), env.target.model.pointer
    code, place, stride, count = numbers = [Memory(w.local()) for _ in range(4)]
    w.add(LoadArgument(1, "s0", "the arguments: code, place, stride, count"))
    for index, number in enumerate(numbers):
        w.add(
            Load("t0", Memory("s0", index * pointer), pointer),
            env.invoke("PyLong_AsVoidPtr", "t0", result="t0"),
            Store(number, "t0", pointer),
        )
    w.add(
        env.invoke("PyList_New", count, result="s0"),
        Branch("eq", "s0", 0, "failed"),
        Load("s1", place, pointer),
    )
    fill_list(w, env, code, stride, count)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def fill_list(w: Builder, env: Surroundings, code: Memory, stride: Memory, count: Memory) -> None:
    """End with the new list in s0, of `count` items that are still to be made: of each what `code`, which is `number_at`, gives
    at the address in s1 and a stride behind it. `count` is lost."""
    pointer = env.target.model.pointer
    w.add(
        *_end(env, count),
        Move("s2", 0),
        Jump("counted"),
        Label("next"),
        Invoke(code, env.placement("support:number"), ("s1",), "t0", note="number_at"),
        Branch("eq", "t0", 0, "lost"),
        *_put(env),
        Load("t0", stride, pointer),
        Compute("add", "s1", "t0"),
        Compute("add", "s2", pointer if env.interpreter.fast else 1),
        Label("counted"),
        Branch("ne", count, "s2", "next"),
        Return("s0"),
    )
    w.aside("lost", lambda: w.add(env.invoke("Py_DecRef", "s0"), Return(0)))


def _end(env: Surroundings, count: Memory) -> list[Instruction]:
    """Where items are stored directly, they are counted by the bytes that they take in the list."""
    pointer = env.target.model.pointer
    if not env.interpreter.fast:
        return []
    return [
        Load("t0", count, pointer),
        Compute("shl", "t0", pointer.bit_length() - 1),
        Store(count, "t0", pointer),
    ]


def _put(env: Surroundings) -> list[Instruction]:
    """The object in t0 into the new list in s0, where no item is yet, at s2."""
    facts, pointer = env.interpreter, env.target.model.pointer
    if not facts.fast:
        return [env.invoke("PyList_SetItem", "s0", "s2", "t0")]
    return [
        Load("t1", Memory("s0", facts.bytes_size + LIST_ITEMS * pointer), pointer, note="ob_item"),
        Compute("add", "t1", "s2"),
        Store(Memory("t1"), "t0", pointer),
    ]
