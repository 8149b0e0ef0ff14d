"""Stubs of items: of arrays and vectors, and of what a pointer points to (`through`).

These fill slots of one class each: the length and the class of the items are the binding's own symbols. Whatever is not
a small int in range (slices, other objects with `__index__`, a deletion) is left to Python.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Copy,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from ..record import NamedTuple
from .box_from_memory import give_member, give_number, give_pointer, give_view, load_number
from .carrier import Carrier
from .data_pointer import locate, unless_keeping
from .integer import small_int
from .interpreter import Surroundings
from .link import ITEM_CLASS, LENGTH, WRITER, api, c_string, object_in, python
from .reverse import reverse
from .same_items import items_kind
from .unbox import Slot, unbox
from .whole import store_directly, store_made

__all__ = ["Items", "ass_item", "ass_subscript", "item", "length", "not_null", "subscript"]

LENGTH, CLASS = LENGTH, ITEM_CLASS
#: Where an assignment keeps the object and the index: its first locals.
_SELF, _INDEX = Memory(Local(1, 8)), Memory(Local(2, 8))


class Items(NamedTuple):
    """What the items are: "number", "member", "text", "object" or "wide" (with their carrier), "swapped" (numbers in the other
    byte order, with the carrier of the machine's), "pointer", "view", or "ask", which Python reads; what Python reads it also
    writes. Their size; whether they are behind a pointer."""

    kind: str
    size: int
    carrier: Carrier | None
    through: bool = False


def length(env: Surroundings) -> Routine:
    """`sq_length`."""
    w = Builder("length", env.placement("sq_length"))
    w.add(Return(LENGTH))
    return w.finish()


def item(items: Items, env: Surroundings) -> Routine:
    """`sq_item`: `PyObject *(self, index)`, for iteration: IndexError past the end."""
    w = Builder("item", env.placement("sq_item"))
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, "s1", "the index"))
    w.aside("ask", lambda: _ask(w, env))

    def ended() -> None:
        w.add(
            env.invoke("PyErr_SetString", object_in("PyExc_IndexError"), c_string("outside")),
            Return(0),
        )

    w.aside("outside", ended)
    w.add(Branch("above_eq", "s1", LENGTH, "outside"))
    _give(w, env, items)
    return w.finish()


def _ask(w: Builder, env: Surroundings) -> None:
    w.add(env.support("get_item", "s0", "s1", tail=True, note="Python reads it"))


def subscript(items: Items, env: Surroundings) -> Routine:
    """`mp_subscript`: `PyObject *(self, key)`."""
    w = Builder("subscript", env.placement("mp_subscript"))

    def ask() -> None:
        w.add(
            LoadArgument(0, "s0"),
            LoadArgument(1, "s1"),
            env.invoke("call_python_2", python("get_item"), "s0", "s1", 0, tail=True),
        )

    w.aside("ask", ask)
    w.aside("other", lambda: _sliced(w, env, items))
    if not env.interpreter.fast:
        w.add(Jump("ask"))
        return w.finish()
    w.add(LoadArgument(1, "t0", "the key"))
    small_int(w, env, "t0", "other")
    w.add(Move("s1", "t0"))
    if not items.through:
        _in_range(w, "ask")
    w.add(LoadArgument(0, "s0", "the object"))
    _give(w, env, items)
    return w.finish()


def _sliced(w: Builder, env: Surroundings, items: Items) -> None:
    """A slice of numbers; another key is left to Python."""
    if items.kind not in ("number", "wide"):
        w.add(Jump("ask"))
        return
    w.add(
        LoadArgument(1, "s1", "the key"),
        Load("t0", Memory("s1", env.interpreter.type), env.target.model.pointer),
        Branch("ne", "t0", api("PySlice_Type"), "ask"),
        LoadArgument(0, "s0"),
        env.support(
            "get_slice:through" if items.through else "get_slice", "s0", "s1", WRITER, LENGTH, items.size, tail=True
        ),
    )


def _in_range(w: Builder, slow: str) -> None:
    """A negative index in s1 counts from the end; one outside goes to `slow`, which raises."""
    w.add(Branch("lt", "s1", 0, "from_end"), Label("counted"), Branch("above_eq", "s1", LENGTH, slow))
    w.aside("from_end", lambda: w.add(Move("t1", LENGTH), Compute("add", "s1", "t1"), Jump("counted")))


def _give(w: Builder, env: Surroundings, items: Items) -> None:
    """The item at index s1 of the value in s0, as an object; `ask` is where Python is asked instead."""
    if items.kind == "ask":
        w.add(env.support("get_item", "s0", "s1", tail=True, note="Python reads it"))
        return
    locate(w, env, "s0", Move("t0", "s0"), through=items.through)
    _to_item(w, items)
    if items.kind in ("number", "text", "object", "wide"):
        assert items.carrier is not None
        give_number(w, env, items.carrier)
    elif items.kind == "swapped":
        assert items.carrier is not None
        value = Memory(w.local(8))
        reverse(w, value, Memory("t0"), items.carrier.size, "the other way round")
        w.add(LoadAddress("t0", value))
        give_number(w, env, items.carrier)
    elif items.kind == "member":
        assert items.carrier is not None
        load_number(w, env, items.carrier, "s0")
        w.add(Move("t0", CLASS, "the word of the enumeration's members"))
        give_member(w, env, "s0")
    elif items.kind == "pointer":
        give_pointer(w, env, CLASS, "ask", through=items.through)
    else:
        give_view(w, env, CLASS, "ask", through=items.through)


def _to_item(w: Builder, items: Items) -> None:
    """From the address of the first item, in t0, to that of item s1."""
    shift = items.size.bit_length() - 1
    w.add(Move("t1", "s1"))
    if items.size and not items.size & (items.size - 1):
        if shift:
            w.add(Compute("shl", "t1", shift))
    else:
        w.add(Compute("mul", "t1", items.size))
    w.add(Compute("add", "t0", "t1"))


def ass_item(items: Items, env: Surroundings) -> Routine:
    """`sq_ass_item`: `int (self, index, value)`."""
    w = Builder("ass_item", env.placement("sq_ass_item"))
    w.add(LoadArgument(0, _SELF), LoadArgument(1, "s1", "the index"), LoadArgument(2, "s0", "the value"))
    assert (Memory(w.local()), Memory(w.local())) == (_SELF, _INDEX)
    w.aside("ask", lambda: w.add(env.support("set_item", _SELF, "s1", "s0", tail=True)))
    w.add(Branch("eq", "s0", 0, "ask"), Branch("above_eq", "s1", LENGTH, "ask"))
    _store(w, env, items)
    return w.finish()


def ass_subscript(items: Items, env: Surroundings) -> Routine:
    """`mp_ass_subscript`: `int (self, key, value)`; value NULL is a deletion."""
    w = Builder("ass_subscript", env.placement("mp_ass_subscript"))
    key = Memory(Local(2, 8))
    w.add(LoadArgument(0, _SELF), LoadArgument(1, key), LoadArgument(2, "s0", "the value"))
    assert (Memory(w.local()), Memory(w.local())) == (_SELF, _INDEX)
    w.aside("ask_key", lambda: w.add(env.support("set_subscript", _SELF, key, "s0", tail=True)))
    if not env.interpreter.fast:
        w.add(Jump("ask_key"))
        return w.finish()
    w.aside("ask", lambda: w.add(env.support("set_item", _SELF, "s1", "s0", tail=True)))
    w.aside("other", lambda: _slice_set(w, env, items, key))
    w.add(Branch("eq", "s0", 0, "ask_key"), Load("t0", key, env.target.model.pointer))
    small_int(w, env, "t0", "other")
    w.add(Move("s1", "t0"))
    if not items.through:
        _in_range(w, "ask_key")
    _store(w, env, items)
    return w.finish()


def _slice_set(w: Builder, env: Surroundings, items: Items, key: Memory) -> None:
    """The items in s0 into a slice of numbers; another key is left to Python."""
    if items.kind not in ("number", "member", "wide"):
        w.add(Jump("ask_key"))
        return
    pointer = env.target.model.pointer
    name = f"set_slice:{'through' if items.through else 'array'},{items_kind(items.carrier)}"
    w.add(
        Load("s1", key, pointer),
        Load("t0", Memory("s1", env.interpreter.type), pointer),
        Branch("ne", "t0", api("PySlice_Type"), "ask_key"),
        env.support(name, _SELF, "s1", WRITER, LENGTH, items.size, "s0", tail=True),
    )


def _store(w: Builder, env: Surroundings, items: Items) -> None:
    """The object in s0 into the item at index s1 of the value in _SELF; `ask` is where Python does it instead."""
    pointer = env.target.model.pointer
    if items.kind in ("view", "pointer", "text", "object", "wide"):
        _store_whole(w, env, items)
        return
    if items.kind not in ("number", "member", "swapped"):
        w.add(Jump("ask"))
        return
    assert items.carrier is not None
    local = w.local(8)
    unbox(w, env, items.carrier, Slot(0, "s0", None, local, None, "failed", _SELF, "s1"))
    again = Load("t0", _SELF, pointer)
    w.add(again)
    locate(w, env, "t0", again, through=items.through, failure=-1)
    _to_item(w, items)
    if items.kind == "swapped":
        reverse(w, Memory("t0"), Memory(local), items.carrier.size, "the item, the other way round")
    else:
        w.add(Copy(Memory("t0"), Memory(local), items.carrier.size, "the item"))
    w.add(Return(0))
    w.aside("failed", lambda: w.add(Return(-1)))


def _store_whole(w: Builder, env: Surroundings, items: Items) -> None:
    """The same, of a struct, an array, a vector or a pointer; nothing here runs Python code before it has stored."""
    facts, pointer = env.interpreter, env.target.model.pointer
    place, cells = Memory(w.local()), Memory(w.local())
    again = Load("t0", _SELF, pointer)
    w.add(again)
    locate(w, env, "t0", again, through=items.through, failure=-1)
    _to_item(w, items)
    w.add(
        Store(place, "t0", pointer),
        Move("t0", WRITER),
        Load("t0", Memory("t0"), pointer, note="the cells of the items' writer"),
        Branch("eq", "t0", 0, "ask"),
        Store(cells, "t0", pointer),
    )
    if items.kind != "view":
        w.add(Load("t0", place, pointer))
        store_directly(w, env, cells, _SELF, "ask")
        w.add(Return(0))
        return
    w.add(
        Load("t0", Memory("s0", facts.type), pointer),
        Branch("ne", "t0", CLASS, "made", note="an instance of the items' class"),
    )
    unless_keeping(w, env, "s0", "ask")
    w.add(
        Load("t1", Memory("s0", facts.value_data), pointer),
        env.invoke("memmove", place, "t1", items.size),
        Return(0),
    )

    def made() -> None:
        store_made(w, env, cells, _SELF, place, items.size, "ask")
        w.add(Return(0))

    w.aside("made", made)


def not_null(env: Surroundings) -> Routine:
    """`nb_bool` of a pointer: `int (self)`."""
    w = Builder("not_null", env.placement("nb_bool"))
    w.add(LoadArgument(0, "t0", "the pointer"))
    w.add(
        Load("t0", Memory("t0", env.interpreter.value_data), env.target.model.pointer),
        Branch("eq", Memory("t0"), 0, "null"),
        Return(1),
    )
    w.aside("null", lambda: w.add(Return(0)))
    return w.finish()
