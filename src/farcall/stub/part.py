"""Parts of C data that are objects themselves, as members and items: the pointer that lies there, for which nothing is kept, or
what does lie there, a `view` of it or its `address` as a pointer, which keeps what the whole is kept by, or the whole; a view
that is `owned` only if something else keeps the whole.

A member's facts are cells, which its descriptor's closure points to. Items are of one class, `class:item`. What is not of that
class, or one derived from it, or of that of pointers to anything, is stored by Python's functions. A pointer to `anything` itself
takes all that are compared by the code that is given in place of that class.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Operand,
    Return,
    Routine,
    Store,
    Symbol,
)
from .data_items import place_item
from .data_pointer import locate
from .instance import allocate
from .integer import small_int
from .interpreter import TP_BASE, TP_RICHCOMPARE, Surroundings
from .link import FUNCTION, ITEM_CLASS, LENGTH, class_of
from .reference import hold

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

    from .data_items import Reach

    Kind = Literal["pointer", "anything", "address", "view", "owned"]

__all__ = [
    "CELLS", "TRIED", "give_part", "part_getter", "part_move", "part_setter", "part_store", "part_subscript", "tried_setter",
]  # fmt: skip

#: A member's cells: its offset, the class of its objects (0 as long as there is none), the functions that read and write it, and
#: the class of pointers to anything, or what compares all pointers.
OFFSET, CLASS, READ, WRITE, ANYTHING = range(5)
CELLS = 5
#: Behind the cells of a member that has a setter of farcall's own (`field`): that one, and the function that writes otherwise.
TRIED = 5


def part_getter(kind: Kind, through: bool, env: Surroundings) -> Routine:
    """`PyObject *(self, closure)`; with `through`, of what the object points to."""
    w, pointer = Builder("part_getter", env.placement("getter")), env.target.model.pointer
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, "s1", "the cells"))
    locate(w, env, "s0", Move("t0", "s0"), through=through)
    w.add(Load("t1", _cell(env, OFFSET), pointer), Compute("add", "t0", "t1"))
    w.add(Branch("eq", _cell(env, CLASS), 0, "asked"))
    give_part(w, env, kind, _cell(env, CLASS))

    def asked() -> None:
        row = Memory(w.local())
        w.add(
            Store(row, "s0", pointer),
            env.invoke("vectorcall", _cell(env, READ), AddressOf(row), 1, 0, result="t0"),
            Return("t0"),
        )

    w.aside("asked", asked)
    return w.finish()


def part_setter(kind: Kind, through: bool, env: Surroundings) -> Routine:
    """`int (self, value, closure)`."""
    w, pointer = Builder("part_setter", env.placement("setter")), env.target.model.pointer
    value = Memory(w.local())
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, value, "the value"), LoadArgument(2, "s1", "the cells"))
    w.add(Branch("eq", value, 0, "odd", note="to be deleted"))
    if kind in ("pointer", "anything"):
        w.add(Load("s2", value, pointer), Load("t1", _cell(env, CLASS), pointer))
        _of_class(w, env, kind, Load("t1", _cell(env, ANYTHING), pointer))
        locate(w, env, "s0", Move("t0", "s0"), through=through, failure=-1)
        w.add(Load("t1", _cell(env, OFFSET), pointer), Compute("add", "t0", "t1"))
        _store(w, env)
    else:
        w.add(Jump("odd"))
    w.aside("odd", lambda: _write(w, env, _cell(env, WRITE), value, None))
    return w.finish()


def tried_setter(env: Surroundings) -> Routine:
    """`int (self, value, closure)`: what another setter does, or if that raises, Python's function."""
    w, pointer = Builder("tried_setter", env.placement("setter")), env.target.model.pointer
    value = Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the object"),
        LoadArgument(1, value, "the value"),
        LoadArgument(2, "s1", "the cells"),
        Branch("eq", value, 0, "odd", note="to be deleted"),
        Invoke(_cell(env, TRIED), env.placement("setter"), ("s0", value, "s1"), "t0", note="farcall's own"),
        Branch("ne", "t0", 0, "raised", 4),
        Return(0),
    )
    w.aside("raised", lambda: w.add(env.invoke("PyErr_Clear"), Jump("odd")))
    w.aside("odd", lambda: _write(w, env, Memory("s1", (TRIED + 1) * pointer), value, None))
    return w.finish()


def part_subscript(kind: Kind, size: int, reach: Reach, env: Surroundings) -> Routine:
    """`mp_subscript`, of items of `size` bytes."""
    w, pointer = Builder("part_subscript", env.placement("mp_subscript")), env.target.model.pointer
    row = w.local(2 * pointer)
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, "s1", "the index"))
    small_int(w, env, "s1", "odd")
    place_item(w, env, size, reach)
    give_part(w, env, kind, ITEM_CLASS)

    def odd() -> None:
        w.add(
            Store(Memory(row), "s0", pointer),
            Store(Memory(row, pointer), "s1", pointer),
            env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), 2, 0, result="t0"),
            Return("t0"),
        )

    w.aside("odd", odd)
    return w.finish()


def part_store(kind: Kind, size: int, reach: Reach, env: Surroundings) -> Routine:
    """`mp_ass_subscript`, of pointers, or those to anything."""
    w, pointer = Builder("part_store", env.placement("mp_ass_subscript")), env.target.model.pointer
    value = Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the object"),
        LoadArgument(1, "s1", "the index"),
        LoadArgument(2, value, "the value"),
        Branch("eq", value, 0, "odd", note="to be deleted"),
        Load("s2", value, pointer),
        Move("t1", ITEM_CLASS),
    )
    _of_class(w, env, kind, Move("t1", class_of("anything")))
    small_int(w, env, "s1", "odd")
    place_item(w, env, size, reach)
    w.add(Load("s2", value, pointer))
    _store(w, env)
    w.aside("odd", lambda: _write(w, env, class_of("writer"), value, "s1"))
    return w.finish()


def part_move(operation: str, env: Surroundings) -> Routine:
    """`nb_add` or `nb_subtract` of a pointer of `class:left` and an int, by items of `LENGTH` bytes; the sum is of the class of
    items. Other operands are Python's (`FUNCTION`)."""
    w, pointer = Builder("part_move", env.placement("nb_binary")), env.target.model.pointer
    facts, row = env.interpreter, w.local(2 * pointer)
    w.add(
        LoadArgument(0, "s0", "the pointer"),
        LoadArgument(1, "s1", "how many items"),
        Load("t0", Memory("s0", facts.type), pointer),
        Branch("ne", "t0", class_of("left"), "odd"),
    )
    small_int(w, env, "s1", "odd")
    w.add(
        Move("t1", LENGTH),
        Compute("mul", "t0", "t1"),
        *([Compute("neg", "t0", 0)] if operation == "sub" else []),
        Load("t1", Memory("s0", facts.value_data), pointer),
        Load("t1", Memory("t1"), pointer),
        Compute("add", "t0", "t1"),
    )
    give_part(w, env, "address", ITEM_CLASS)

    def odd() -> None:
        w.add(
            Store(Memory(row), "s0", pointer),
            Store(Memory(row, pointer), "s1", pointer),
            env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), 2, 0, result="t0"),
            Return("t0"),
        )

    w.aside("odd", odd)
    return w.finish()


def _cell(env: Surroundings, number: int) -> Memory:
    return Memory("s1", number * env.target.model.pointer)


def give_part(w: Builder, env: Surroundings, kind: Kind, cls: Memory | Symbol) -> None:
    """End with the part at the address in t0 of the object in s0, as an instance of a class."""
    facts, pointer = env.interpreter, env.target.model.pointer
    place = Memory(w.local())
    if kind == "pointer":
        w.add(Load("t0", Memory("t0"), pointer, note="the pointer there"))
    w.add(Store(place, "t0", pointer))
    if kind != "pointer":
        w.add(
            Load("t1", Memory("s0", facts.value_owner), pointer),
            Branch("eq", "t1", 0, "odd" if kind == "owned" else "whole", note="the object itself is what keeps it"),
            Move("s0", "t1"),
            Label("whole"),
        )
    allocate(w, env, cls, "s2", "nothing", derived=True)
    w.add(Load("t0", place, pointer))
    if kind not in ("view", "owned"):
        w.add(
            Store(Memory("s2", facts.value_payload), "t0", pointer),
            LoadAddress("t0", Memory("s2", facts.value_payload)),
        )
    w.add(Store(Memory("s2", facts.value_data), "t0", pointer))
    w.add(Store(Memory("s2", facts.value_owner), 0 if kind == "pointer" else "s0", pointer))
    if kind != "pointer":
        hold(w, env, "s0", "t1")
    w.add(Return("s2"))
    w.aside("nothing", lambda: w.add(Return(0)))


def _of_class(w: Builder, env: Surroundings, kind: Kind, anything: Load | Move) -> None:
    """Go to `odd` unless the object in s2 is of the class in t1, of one derived from it at once, or of the one that `anything`
    puts there; for pointers to anything, unless it is compared by the code that this puts there. t0 is lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(Load("t0", Memory("s2", facts.type), pointer))
    if kind == "anything":
        w.add(Load("t0", Memory("t0", facts.header + TP_RICHCOMPARE * pointer), pointer))
    else:
        w.add(
            Branch("eq", "t0", "t1", "fits"),
            Branch("eq", Memory("t0", facts.header + TP_BASE * pointer), "t1", "fits"),
        )
    w.add(anything, Branch("ne", "t0", "t1", "odd"), Label("fits"))


def _store(w: Builder, env: Surroundings) -> None:
    """End with the address that the pointer object in s2 holds stored at the one in t0."""
    pointer = env.target.model.pointer
    w.add(
        Load("t1", Memory("s2", env.interpreter.value_data), pointer),
        Load("t1", Memory("t1"), pointer),
        Store(Memory("t0"), "t1", pointer),
        Return(0),
    )


def _write(w: Builder, env: Surroundings, function: Operand, value: Memory, index: str | None) -> None:
    """End with what Python's function does: writes, or without a value refuses to delete."""
    pointer = env.target.model.pointer
    row, count = w.local(3 * pointer), 2 if index is None else 3
    w.add(Store(Memory(row), "s0", pointer))
    if index is not None:
        w.add(Store(Memory(row, pointer), index, pointer))
    w.add(
        Load("t0", value, pointer),
        Store(Memory(row, (count - 1) * pointer), "t0", pointer),
        Branch("eq", "t0", 0, "deleted"),
        env.invoke("vectorcall", function, AddressOf(Memory(row)), count, 0, result="s2"),
        Label("done"),
        Branch("eq", "s2", 0, "failed"),
        env.invoke("Py_DecRef", "s2"),
        Return(0),
        Label("deleted"),
        env.invoke("vectorcall", function, AddressOf(Memory(row)), count - 1, 0, result="s2"),
        Branch("ne", "s2", 0, "done"),
        Label("failed"),
        Return(-1),
    )
