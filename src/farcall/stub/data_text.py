"""Members of C data that are text or addresses: C strings and `void *` that lie there, and arrays of characters. What is unusual is
Python's, and so is what has to be kept by another than the instance itself."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
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
from .box import NONE, return_none
from .carrier import IntKind
from .data_object import BASE, OBJECTS, SIZE, ask_python, of_data, place_of_member, slot
from .integer import small_int
from .interpreter import Surroundings
from .link import api
from .reference import hold
from .unbox import Slot, inline

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

    #: Of characters: up to the first NUL; all there are; and up to the first NUL, when written as well.
    Extent = Literal["value", "raw", "member"]

__all__ = ["CELLS", "KEY", "LENGTH", "address_get", "address_set", "characters_get", "characters_set"]

#: What a member has behind its header: its offset, and of an address the key by which text is kept for it (a str; 0: what is kept
#: is this alone), of characters how many bytes they are (0: as many as the instance has).
OFFSET, KEY = range(2)
LENGTH = KEY
CELLS = 2


def address_get(text: bool, env: Surroundings) -> Routine:
    """`tp_descr_get` of a pointer: with `text` the bytes of the C string, else the address; None of NULL."""
    w, pointer = Builder("address_get", env.placement("tp_new")), env.target.model.pointer
    instance = _of_member(w, env)
    w.add(
        *place_of_member(env, instance),
        Load("t0", Memory("t0"), pointer, note="the pointer"),
        Branch("eq", "t0", 0, "null"),
    )
    if text:
        w.add(env.support("text:bytes", "t0", tail=True))
    else:
        w.add(env.invoke("PyLong_FromVoidPtr", "t0", tail=True))
    w.aside("null", lambda: return_none(w, env))
    return w.finish()


def address_set(text: bool, env: Surroundings) -> Routine:
    """`tp_descr_set` of the same: None, an int of no sign, or with `text` bytes, which are kept."""
    w, facts, pointer = Builder("address_set", env.placement("setter")), env.interpreter, env.target.model.pointer
    instance, local = _to_be_set(w), Memory(w.local(8))
    of_data(w, env, instance)
    if not facts.fast:
        w.add(Label("odd"))
        ask_python(w, env, instance, "s1")
        w.aside("deleted", lambda: ask_python(w, env, instance, ""))
        return w.finish()
    w.add(Branch("eq", "s1", NONE, "none"))
    if text:
        w.add(Branch("eq", Memory("s1", facts.type), api("PyBytes_Type"), "text", note="exactly bytes"))
    inline(w, env, IntKind(pointer, False), Slot(0, "s1", None, local, None, "odd"), "odd")
    w.add(
        Label("store"), *place_of_member(env, instance), Load("t1", local, pointer), Store(Memory("t0"), "t1", pointer)
    )
    w.add(Return(0))

    def keep() -> None:
        w.add(
            Load("t1", instance, pointer),
            Branch("ne", slot(env, "t1", BASE), NONE, "odd", note="another keeps it"),
            Load("s2", slot(env, "t1", OBJECTS), pointer),
            Branch("eq", Memory("s0", facts.value_payload + KEY * pointer), 0, "alone"),
            Branch("eq", "s2", NONE, "first"),
            Branch("ne", Memory("s2", facts.type), api("PyDict_Type"), "odd"),
            Label("table"),
            env.invoke("PyDict_SetItem", "s2", Memory("s0", facts.value_payload + KEY * pointer), "s1", result="t0"),
            Branch("ne", "t0", 0, "failed", 4),
            Label("kept"),
            LoadAddress("t0", Memory("s1", facts.bytes_data)),
            Store(local, "t0", pointer),
            Jump("store"),
        )

    def first() -> None:
        w.add(
            env.invoke("PyDict_New", result="s2"),
            Branch("eq", "s2", 0, "failed"),
            Load("t1", instance, pointer),
            Store(slot(env, "t1", OBJECTS), "s2", pointer),
            *([] if facts.none_immortal else [env.invoke("Py_DecRef", NONE)]),
            Jump("table"),
        )

    def alone() -> None:
        hold(w, env, "s1", "t0")
        w.add(
            Load("t1", instance, pointer),
            Store(slot(env, "t1", OBJECTS), "s1", pointer),
            env.invoke("Py_DecRef", "s2"),
            Jump("kept"),
        )

    w.aside("none", lambda: w.add(Store(local, 0, pointer), Jump("store")))
    w.aside("text", keep)
    w.aside("first", first)
    w.aside("alone", alone)
    w.aside("odd", lambda: ask_python(w, env, instance, "s1"))
    w.aside("deleted", lambda: ask_python(w, env, instance, ""))
    w.aside("failed", lambda: w.add(Return(-1)))
    return w.finish()


def characters_get(extent: Extent, env: Surroundings) -> Routine:
    """`tp_descr_get` of an array of chars, as bytes."""
    w, pointer = Builder("characters_get", env.placement("tp_new")), env.target.model.pointer
    instance, size = _of_member(w, env), Memory(w.local())
    _measure(w, env, instance, size)
    w.add(*place_of_member(env, instance), Move("s1", "t0"))
    if extent != "raw":
        w.add(
            env.invoke("memchr", "s1", 0, size, result="t0"),
            Branch("eq", "t0", 0, "whole"),
            Compute("sub", "t0", "s1"),
            Store(size, "t0", pointer),
            Label("whole"),
        )
    w.add(Load("t0", size, pointer), env.invoke("PyBytes_FromStringAndSize", "s1", "t0", tail=True))
    return w.finish()


def characters_set(extent: Extent, env: Surroundings) -> Routine:
    """`tp_descr_set` of the same: bytes that have room. A NUL ends them if there is room for it, too; not of "raw"."""
    w, facts, pointer = Builder("characters_set", env.placement("setter")), env.interpreter, env.target.model.pointer
    instance, size, count = _to_be_set(w), Memory(w.local()), Memory(w.local())
    of_data(w, env, instance)
    if facts.fast or facts.unchanging:
        w.add(
            Branch("ne", Memory("s1", facts.type), api("PyBytes_Type"), "odd", note="exactly bytes"),
            Load("t0", Memory("s1", facts.bytes_size), pointer),
            Store(count, "t0", pointer),
        )
        if extent == "member":
            w.add(
                LoadAddress("s2", Memory("s1", facts.bytes_data)),
                env.invoke("memchr", "s2", 0, count, result="t0"),
                Branch("eq", "t0", 0, "whole"),
                Compute("sub", "t0", "s2"),
                Store(count, "t0", pointer),
                Label("whole"),
            )
        _measure(w, env, instance, size)
        w.add(
            Load("t0", size, pointer),
            Branch("gt", count, "t0", "odd", note="too long"),
            *place_of_member(env, instance),
            Move("s2", "t0"),
            LoadAddress("t1", Memory("s1", facts.bytes_data)),
            env.invoke("memmove", "s2", "t1", count),
        )
        if extent != "raw":
            w.add(
                Load("t0", count, pointer),
                Branch("eq", size, "t0", "full"),
                Compute("add", "t0", "s2"),
                Store(Memory("t0"), 0, 1, "the end"),
                Label("full"),
            )
        w.add(Return(0))
        w.aside("odd", lambda: ask_python(w, env, instance, "s1"))
    else:
        w.add(Label("odd"))
        ask_python(w, env, instance, "s1")
    w.aside("deleted", lambda: ask_python(w, env, instance, ""))
    return w.finish()


def _of_member(w: Builder, env: Surroundings) -> Memory:
    """The beginning of `tp_descr_get`: the member in s0, and the place of the instance, which is C data."""
    instance = Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the member"),
        LoadArgument(1, instance, "the instance"),
        Branch("eq", instance, 0, "itself"),
    )
    of_data(w, env, instance)
    w.aside("itself", lambda: w.add(env.invoke("Py_IncRef", "s0"), Return("s0")))
    w.aside("odd", lambda: ask_python(w, env, instance, None))
    return instance


def _to_be_set(w: Builder) -> Memory:
    """The beginning of `tp_descr_set`: the member in s0, the value in s1, and the place of the instance."""
    instance = Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the member"),
        LoadArgument(1, instance, "the instance"),
        LoadArgument(2, "s1", "the value"),
        Branch("eq", "s1", 0, "deleted"),
    )
    return instance


def _measure(w: Builder, env: Surroundings, instance: Memory, size: Memory) -> None:
    """How many bytes the characters are, into a local. s2 is lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    all_there_are, measured = w.label("all"), w.label("measured")
    w.add(
        Load("t0", Memory("s0", facts.value_payload + LENGTH * pointer), pointer),
        Branch("eq", "t0", 0, all_there_are),
        Label(measured),
        Store(size, "t0", pointer),
    )

    def ask() -> None:
        w.add(Load("t1", instance, pointer), Load("t0", slot(env, "t1", SIZE), pointer))
        if facts.fast:
            long = w.label("long")
            w.add(Move("s2", "t0"))
            small_int(w, env, "s2", long)
            w.add(Jump(measured))
            w.add(Label(long), Move("t0", "s2"))
        w.add(
            env.invoke("PyLong_AsSsize_t", "t0", result="t0"),
            Jump(measured),
        )

    w.aside(all_there_are, ask)
