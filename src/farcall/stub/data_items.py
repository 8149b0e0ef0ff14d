"""Items of arrays and of pointers to numbers, in objects of C data: the slots by which Python reads and writes them. What is
unusual, other indices and values that the number does not hold as they are, is Python's: `FUNCTION` reads, and `class:writer`
writes.

Where items are is a `Reach`. "inside": in the object's own bytes, `LENGTH` of them, counted from the end too. "pointer": where the
object points to, however far. "bounded": the first `LENGTH` of these. "counted": as many of these as the int says that is in the
object `LENGTH` bytes from its beginning.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Copy,
    Jump,
    Label,
    Load,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from .box_from_memory import give_number
from .carrier import Carrier, CharKind
from .integer import small_int
from .interpreter import Surroundings
from .link import FUNCTION, LENGTH, api, c_string, class_of, object_in
from .listing import fill_list
from .unbox import Slot, inline

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

    Reach = Literal["inside", "pointer", "bounded", "counted"]

__all__ = ["ask_item", "data_item", "data_store", "data_subscript", "no_item", "place_item"]


def ask_item(w: Builder, env: Surroundings, row: Local) -> None:
    """End with what Python reads of the object in s0 for the index in s1; in the local is room for both."""
    pointer = env.target.model.pointer
    w.add(
        Store(Memory(row), "s0", pointer),
        Store(Memory(row, pointer), "s1", pointer),
        env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), 2, 0, result="t0"),
        Return("t0"),
    )


def data_subscript(carrier: Carrier, reach: Reach, env: Surroundings) -> Routine:
    """`mp_subscript`."""
    w, pointer = Builder("data_subscript", env.placement("mp_subscript")), env.target.model.pointer
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, "s1", "the index"))
    small_int(w, env, "s1", "odd")
    place_item(w, env, carrier.size, reach)
    give_number(w, env, carrier)
    row = w.local(2 * pointer)

    def odd() -> None:
        if reach == "inside":
            w.add(Branch("eq", Memory("s1", env.interpreter.type), api("PySlice_Type"), "slice"), Label("unusual"))
        ask_item(w, env, row)

    w.aside("odd", odd)
    w.aside("slice", lambda: _give_slice(w, env, carrier))
    return w.finish()


def _give_slice(w: Builder, env: Surroundings, carrier: Carrier) -> None:
    """End with the items that the slice in s1 cuts out of the array in s0: a list, which `class:reader` makes the numbers of; of
    characters their bytes, if none is left out."""
    facts, pointer = env.interpreter, env.target.model.pointer
    start, stop, step, count, code = (Memory(w.local()) for _ in range(5))
    w.add(
        env.invoke("PySlice_Unpack", "s1", AddressOf(start), AddressOf(stop), AddressOf(step), result="t0"),
        Branch("lt", "t0", 0, "failed", 4),
        env.invoke("PySlice_AdjustIndices", LENGTH, AddressOf(start), AddressOf(stop), step, result=count),
    )
    place = (
        Load("t0", start, pointer),
        Compute("mul", "t0", carrier.size),
        Load("t1", Memory("s0", facts.value_data), pointer),
        Compute("add", "t0", "t1"),
    )
    if isinstance(carrier, CharKind):
        w.add(Branch("ne", step, 1, "unusual"), *place, Load("t1", count, pointer))
        w.add(env.invoke("PyBytes_FromStringAndSize", "t0", "t1", tail=True))
    else:
        w.add(
            Move("t0", class_of("reader")),
            Store(code, "t0", pointer),
            *place,
            Move("s1", "t0"),
            Load("t0", step, pointer),
            Compute("mul", "t0", carrier.size),
            Store(step, "t0", pointer, "from one to the next"),
            env.invoke("PyList_New", count, result="s0"),
            Branch("eq", "s0", 0, "failed"),
        )
        fill_list(w, env, code, step, count)
    w.aside("failed", lambda: w.add(Return(0)))


def data_item(carrier: Carrier, env: Surroundings) -> Routine:
    """`sq_item` of an array: by it Python goes through one."""
    w, pointer = Builder("data_item", env.placement("sq_item")), env.target.model.pointer
    index, row = Memory(w.local()), w.local(2 * pointer)
    w.add(
        LoadArgument(0, "s0", "the object"),
        LoadArgument(1, index, "the index"),
        Load("t0", index, pointer),
        Branch("lt", "t0", 0, "odd"),
    )
    if env.interpreter.fast:
        w.add(Move("t1", LENGTH), Branch("above_eq", "t0", "t1", "outside", note="where Python's loops end"))
    place_item(w, env, carrier.size, "inside")
    give_number(w, env, carrier)
    w.aside("outside", lambda: no_item(w, env))

    def odd() -> None:
        w.add(
            env.invoke("PyLong_FromSsize_t", index, result="s1"),
            Branch("eq", "s1", 0, "failed"),
            Store(Memory(row), "s0", pointer),
            Store(Memory(row, pointer), "s1", pointer),
            env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), 2, 0, result="s0"),
            env.invoke("Py_DecRef", "s1"),
            Return("s0"),
            Label("failed"),
            Return(0),
        )

    w.aside("odd", odd)
    return w.finish()


def no_item(w: Builder, env: Surroundings) -> None:
    """End with the exception for an item that is none."""
    w.add(env.invoke("PyErr_SetString", object_in("PyExc_IndexError"), c_string("no_item")), Return(0))


def data_store(carrier: Carrier, reach: Reach, env: Surroundings) -> Routine:
    """`mp_ass_subscript`, with the same."""
    w, pointer = Builder("data_store", env.placement("mp_ass_subscript")), env.target.model.pointer
    value, local, row = Memory(w.local()), Memory(w.local(8)), w.local(3 * pointer)
    w.add(
        LoadArgument(0, "s0", "the object"),
        LoadArgument(1, "s1", "the index"),
        LoadArgument(2, value, "the value"),
        Branch("eq", value, 0, "odd", note="to be deleted"),
        Load("s2", value, pointer),
    )
    inline(w, env, carrier, Slot(0, "s2", None, local, None, "odd"), "odd")
    small_int(w, env, "s1", "odd")
    place_item(w, env, carrier.size, reach)
    w.add(Copy(Memory("t0"), local, carrier.size, "the item"), Return(0))

    def odd() -> None:
        w.add(
            Store(Memory(row), "s0", pointer),
            Store(Memory(row, pointer), "s1", pointer),
            Load("t0", value, pointer),
            Store(Memory(row, 2 * pointer), "t0", pointer),
            Branch("eq", "t0", 0, "deleted"),
            env.invoke("vectorcall", class_of("writer"), AddressOf(Memory(row)), 3, 0, result="s2"),
            Label("done"),
            Branch("eq", "s2", 0, "failed"),
            env.invoke("Py_DecRef", "s2"),
            Return(0),
            Label("deleted"),
            env.invoke("vectorcall", class_of("writer"), AddressOf(Memory(row)), 2, 0, result="s2"),
            Branch("ne", "s2", 0, "done"),
            Label("failed"),
            Return(-1),
        )

    w.aside("odd", odd)
    return w.finish()


def place_item(w: Builder, env: Surroundings, size: int, reach: Reach) -> None:
    """The address of the item of `size` bytes whose number is in t0 of the object in s0, into t0; to `odd` for none. s2 is
    lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    if reach == "inside":
        back, ranged = w.label("back"), w.label("ranged")
        w.add(Branch("lt", "t0", 0, back), Label(ranged), Move("t1", LENGTH), Compute("sub", "t1", 1))
        w.add(Branch("above", "t0", "t1", "odd", note="no such item"))
        w.aside(
            back,
            lambda: w.add(Move("t1", LENGTH), Compute("add", "t0", "t1"), Branch("ge", "t0", 0, ranged), Jump("odd")),
        )
    elif reach == "bounded":
        w.add(Move("t1", LENGTH), Branch("above_eq", "t0", "t1", "odd", note="no such item"))
    elif reach == "counted":
        w.add(
            Move("s2", "t0"),
            Move("t1", LENGTH),
            Compute("add", "t1", "s0"),
            Load("t0", Memory("t1"), pointer, note="how many there are"),
            Branch("eq", "t0", 0, "odd"),
        )
        small_int(w, env, "t0", "odd")
        w.add(Branch("above_eq", "s2", "t0", "odd", note="no such item"), Move("t0", "s2"))
    w.add(Compute("mul", "t0", size), Load("t1", Memory("s0", facts.value_data), pointer))
    if reach != "inside":
        w.add(Load("t1", Memory("t1"), pointer, note="the pointer"), Branch("eq", "t1", 0, "odd"))
    w.add(Compute("add", "t0", "t1"))
