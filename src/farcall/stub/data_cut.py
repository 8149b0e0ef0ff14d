"""Slices of C data: `array[1:3]` and `pointer[1:3]`, as data of their own over a part of the memory."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Label,
    Load,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
    TailJump,
)
from .data_items import ask_item
from .instance import hold_address
from .integer import small_int
from .interpreter import Surroundings
from .link import ITEM_CLASS, LENGTH, api, class_of
from .reference import hold

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .data_items import Reach

__all__ = ["data_cut"]


def data_cut(size: int, reach: Reach, env: Surroundings) -> Routine:
    """`mp_subscript` of data with items of `size` bytes: a slice, from one number to a larger, is of `class:item`, with how many
    items there are as an int, `class:at` bytes from its beginning. Items are for the code at `class:inner`, other slices for
    `FUNCTION`. Where data end is as `data_items` has it."""
    w, facts, pointer = Builder("data_cut", env.placement("mp_subscript")), env.interpreter, env.target.model.pointer
    start, stop, place = (Memory(w.local()) for _ in range(3))
    row = w.local(2 * pointer)
    w.add(
        LoadArgument(1, "s1", "the index"),
        Branch("eq", Memory("s1", facts.type), api("PySlice_Type"), "slice"),
        Move("t0", class_of("inner")),
        TailJump("t0"),
        Label("slice"),
        LoadArgument(0, "s0", "the object"),
        Load("t0", Memory("s1", facts.header + 2 * pointer), pointer, note="its step"),
        Branch("ne", "t0", api("_Py_NoneStruct"), "odd"),
    )
    for number, into in enumerate((start, stop)):
        w.add(Load("s2", Memory("s1", facts.header + number * pointer), pointer, note="its start, its stop"))
        small_int(w, env, "s2", "odd")
        w.add(Branch("lt", "t0", 0, "odd"), Store(into, "t0", pointer))
    w.add(Load("t1", start, pointer), Branch("lt", "t0", "t1", "odd"))
    if reach == "counted":
        w.add(
            Move("t1", LENGTH),
            Compute("add", "t1", "s0"),
            Load("s2", Memory("t1"), pointer, note="how many there are"),
            Branch("eq", "s2", 0, "odd"),
        )
        small_int(w, env, "s2", "odd")
        w.add(Load("t1", stop, pointer), Branch("lt", "t0", "t1", "odd"))
    elif reach == "bounded":
        w.add(Move("t1", LENGTH), Branch("above", "t0", "t1", "odd"))
    w.add(
        Load("t0", start, pointer),
        Compute("mul", "t0", size),
        Load("t1", Memory("s0", facts.value_data), pointer),
        Load("t1", Memory("t1"), pointer),
        Branch("eq", "t1", 0, "odd", note="NULL"),
        Compute("add", "t0", "t1"),
        Store(place, "t0", pointer),
        Load("t0", stop, pointer),
        Load("t1", start, pointer),
        Compute("sub", "t0", "t1"),
        env.invoke("PyLong_FromSsize_t", "t0", result="s2"),
        Branch("eq", "s2", 0, "failed"),
        env.invoke("PyType_GenericAlloc", ITEM_CLASS, 0, result="s1"),
        Branch("eq", "s1", 0, "unmade"),
        Load("t0", place, pointer),
    )
    hold_address(w, env, "s1")
    w.add(
        Move("t0", class_of("at")),
        Compute("add", "t0", "s1"),
        Store(Memory("t0"), "s2", pointer),
        Load("t0", Memory("s0", facts.value_owner), pointer, note="it keeps what that one keeps, or that one"),
        Branch("eq", "t0", 0, "whole"),
        Move("s0", "t0"),
        Label("whole"),
        Store(Memory("s1", facts.value_owner), "s0", pointer),
    )
    hold(w, env, "s0", "t0")
    w.add(Return("s1"))

    w.aside("odd", lambda: ask_item(w, env, row))
    w.aside("unmade", lambda: w.add(env.invoke("Py_DecRef", "s2"), Label("failed"), Return(0)))
    return w.finish()
