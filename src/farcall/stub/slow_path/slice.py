"""Slices of arrays and vectors, and of what a pointer points to: items read as a list, and written from a list, a tuple or
a buffer of the same items. What Python has to look at it gets from the start. In the tier with known layouts.

What a class's items are like is in two words: the cells of their writer, and the routine that reads one (`number_at`).
Python fills them in when it has read or written a slice.
"""

from __future__ import annotations

from ...ir.builder import Builder
from ...ir.instruction import (
    AddressOf,
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
from ...record import NamedTuple
from ..buffer import buffer_layout
from ..data_pointer import unless_freed
from ..interpreter import Surroundings
from ..link import api, python
from ..listing import fill_list
from ..same_items import borrow
from ..writer import CODE, LIST_ITEMS

__all__ = ["READER", "get_slice", "set_slice"]

#: Which of a class's two words is the routine that reads an item; the other is `link.WRITER`'s.
READER = 1
#: The last item of a pointer's slice that is looked at here, by the width of a pointer: the address of none of these goes
#: round the end of memory unseen.
MOST = {4: 1 << 24, 8: 1 << 31}


class _Cut(NamedTuple):
    """Locals that say what is cut out: as `PySlice_Unpack` gives it, and how many items."""

    start: Memory
    stop: Memory
    step: Memory
    items: Memory


def _given(key: Memory, length: Memory, stride: Memory, pointer: int) -> tuple[Instruction, ...]:
    """The first five arguments: self in s0, the slice in s1 and kept, the words in t0, the others kept."""
    return (
        LoadArgument(0, "s0", "self"),
        LoadArgument(1, "s1", "the slice"),
        Store(key, "s1", pointer),
        LoadArgument(2, "t0", "the words"),
        LoadArgument(3, length),
        LoadArgument(4, stride),
    )


def get_slice(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *get_slice(self, key, words, length, stride)`: a list of items. `detail`: "" of an array, "through" of a
    pointer, which has no length."""
    pointer, through = env.target.model.pointer, detail == "through"
    key, length, stride, code = (Memory(w.local()) for _ in range(4))
    cut = _Cut(*(Memory(w.local()) for _ in range(4)))
    w.add(
        *_given(key, length, stride, pointer),
        Load("t0", Memory("t0", READER * pointer), pointer),
        Branch("eq", "t0", 0, "ask", note="not known yet"),
        Store(code, "t0", pointer),
    )
    _measure(w, env, cut, length, through)
    w.add(env.invoke("PyList_New", cut.items, result="s2"), Branch("eq", "s2", 0, "failed"))
    _place(w, env, cut, stride, "dropped", through)
    w.add(
        Load("t1", cut.step, pointer),
        Load("s1", stride, pointer),
        Compute("mul", "t1", "s1"),
        Store(stride, "t1", pointer, "from one to the next"),
        Move("s1", "t0"),
        Move("s0", "s2"),
    )
    fill_list(w, env, code, stride, cut.items)

    def ask() -> None:
        w.add(env.invoke("call_python_2", python("get_item"), "s0", key, 0, tail=True))

    w.aside("dropped", lambda: w.add(env.invoke("Py_DecRef", "s2"), Jump("ask")))
    w.aside("ask", ask)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def _measure(w: Builder, env: Surroundings, cut: _Cut, length: Memory, through: bool) -> None:
    """What the slice in s1 cuts out of so many items; of a pointer as many as the slice says, none of them before it. Of ends
    that are ints or None, so that no Python code runs."""
    facts, pointer, most = env.interpreter, env.target.model.pointer, MOST[env.target.model.pointer]
    for which in range(3):
        known = w.label("end")
        w.add(
            Load("t0", Memory("s1", facts.header + which * pointer), pointer),
            Branch("eq", "t0", api("_Py_NoneStruct"), known),
            Load("t0", Memory("t0", facts.type), pointer),
            Branch("ne", "t0", api("PyLong_Type"), "ask"),
            Label(known),
        )
    at = [AddressOf(word) for word in (cut.start, cut.stop, cut.step)]
    w.add(env.invoke("PySlice_Unpack", "s1", *at, result="t0"), Branch("lt", "t0", 0, "failed", 4))
    if through:
        w.add(
            Load("t0", cut.start, pointer),
            Branch("lt", "t0", 0, "ask"),
            Load("t0", cut.stop, pointer),
            Branch("above", "t0", most, "ask", note="or without an end"),
            Store(length, "t0", pointer),
            Load("t0", cut.step, pointer),
            Branch("above", "t0", most, "ask", note="or backwards"),
        )
    w.add(env.invoke("PySlice_AdjustIndices", length, *at[:2], cut.step, result=cut.items))


def _place(w: Builder, env: Surroundings, cut: _Cut, stride: Memory, slow: str, through: bool) -> None:
    """The address of the first item of the value in s0 into t0. s1 and t1 are lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    unless_freed(w, env, "s0", slow)
    w.add(Load("t0", Memory("s0", facts.value_data), pointer), Load("s1", stride, pointer))
    if through:
        w.add(
            Load("t0", Memory("t0"), pointer),
            Branch("eq", "t0", 0, slow, note="NULL"),
            Load("t1", cut.stop, pointer),
            Compute("mul", "t1", "s1"),
            Compute("add", "t1", "t0"),
            Branch("below", "t1", "t0", slow, note="outside the address space"),
        )
    w.add(Load("t1", cut.start, pointer), Compute("mul", "t1", "s1"), Compute("add", "t0", "t1"))


def set_slice(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int set_slice(self, key, words, length, stride, value)`: items one behind the other, of what has as many. `detail`:
    "array" or "through", which is a pointer, and the kind of the items (`same_items`)."""
    facts, pointer = env.interpreter, env.target.model.pointer
    where, _, kind = detail.partition(",")
    key, length, stride, code, cells, total, end = (Memory(w.local()) for _ in range(7))
    cut = _Cut(*(Memory(w.local()) for _ in range(4)))
    w.add(
        *_given(key, length, stride, pointer),
        LoadArgument(5, "s2", "the value"),
        Load("t0", Memory("t0"), pointer, note="the cells of the items' writer"),
        Branch("eq", "t0", 0, "ask", note="not known yet"),
        Store(cells, "t0", pointer),
        Load("t0", Memory("t0", CODE * pointer), pointer),
        Store(code, "t0", pointer),
    )
    _measure(w, env, cut, length, where == "through")
    w.add(
        Load("t0", cut.step, pointer),
        Branch("ne", "t0", 1, "ask"),
        Load("t0", Memory("s2", facts.type), pointer),
        Branch("eq", "t0", api("PyList_Type"), "sequence"),
        Branch("eq", "t0", api("PyTuple_Type"), "sequence"),
    )
    _of_buffer(w, env, cut, stride, total, kind, where == "through")
    w.aside("sequence", lambda: _of_sequence(w, env, cut, stride, (code, cells, end), where == "through"))
    w.aside("ask", lambda: w.add(env.support("set_subscript", "s0", key, "s2", tail=True, note="Python writes it")))
    w.aside("failed", lambda: w.add(Return(-1)))
    return w.finish()


def _of_sequence(
    w: Builder, env: Surroundings, cut: _Cut, stride: Memory, own: tuple[Memory, Memory, Memory], through: bool
) -> None:
    """The items of the list or tuple in s2, which is just one by its class in t0. No Python code runs from here on."""
    facts, pointer = env.interpreter, env.target.model.pointer
    code, cells, end = own
    items = facts.bytes_size + LIST_ITEMS * pointer
    value, keeper = Memory(w.local()), Memory(w.local())
    w.add(
        Load("t1", Memory("s2", facts.bytes_size), pointer, note="ob_size"),
        Branch("ne", cut.items, "t1", "ask", note="another number of items"),
        Store(value, "s2", pointer),
        Store(keeper, "s0", pointer),
        Branch("eq", "t0", api("PyList_Type"), "list"),
        Compute("add", "s2", facts.tuple_items),
        Label("found"),
        Compute("shl", "t1", pointer.bit_length() - 1),
        Compute("add", "t1", "s2"),
        Store(end, "t1", pointer),
    )
    w.aside("list", lambda: w.add(Load("s2", Memory("s2", items), pointer, note="ob_item"), Jump("found")))
    _place(w, env, cut, stride, "refused", through)
    w.add(
        Move("s1", "t0"),
        Load("s0", cells, pointer),
        Jump("counted"),
        Label("next"),
        Invoke(code, env.placement("writer"), ("s0", "s1", Memory("s2"), keeper), "t0", note="the writer of the items"),
        Branch("ne", "t0", 0, "refused", 4),
        Load("t0", stride, pointer),
        Compute("add", "s1", "t0"),
        Compute("add", "s2", pointer),
        Label("counted"),
        Branch("ne", end, "s2", "next"),
        Return(0),
    )
    w.aside("refused", lambda: w.add(Load("s0", keeper, pointer), Load("s2", value, pointer), Jump("ask")))


def _of_buffer(
    w: Builder, env: Surroundings, cut: _Cut, stride: Memory, total: Memory, kind: str, through: bool
) -> None:
    """The bytes of a buffer of the same items."""
    pointer = env.target.model.pointer
    fields = buffer_layout(pointer)
    if not kind:
        w.add(Jump("ask"))
        return
    view = w.local(fields.size)
    w.add(
        Load("t0", cut.items, pointer),
        Load("t1", stride, pointer),
        Compute("mul", "t0", "t1"),
        Store(total, "t0", pointer),
    )
    borrow(w, env, "s2", view, kind, stride, total, "ask")
    _place(w, env, cut, stride, "given_back", through)
    w.add(
        env.invoke("memmove", "t0", Memory(view, fields.buf), total),
        env.invoke("PyBuffer_Release", AddressOf(Memory(view))),
        Return(0),
    )
    w.aside("given_back", lambda: w.add(env.invoke("PyBuffer_Release", AddressOf(Memory(view))), Jump("ask")))
