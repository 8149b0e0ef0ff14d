"""Objects of C data, and where their memory is: how they are made, and how their numbers are read and written.

Behind the value's header they have room for what is small, as their own memory, a word by which some are called, and then four
objects, in the order of their slots' names: what they are a part of, which part, their size, and what they keep. What is unusual is
left to Python (`FUNCTION`).
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Copy,
    Instruction,
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
from .box_from_memory import give_number
from .carrier import Carrier
from .instance import at_address
from .interpreter import TP_NEW, Surroundings
from .link import FUNCTION, api, class_of, interned
from .reference import hold
from .unbox import Slot, inline

__all__ = [
    "BASE", "CALLED", "INDEX", "INSIDE", "OBJECTS", "SIZE", "SIZE_OF", "SPARE", "ask_python", "data_init", "data_new",
    "data_part", "member_get", "member_set", "nothing", "of_data", "place_of_member", "slot", "with_memory",
]  # fmt: skip

#: How many pointers there is room for in an object, which are aligned to as many; what is larger lies in a bytes object.
INSIDE = 2
#: The payload behind that: the word by which an object is called, and the slots `_b_base_`, `_b_index_`, `_b_size_`, `_objects`.
CALLED, BASE, INDEX, SIZE, OBJECTS = range(INSIDE, INSIDE + 5)
#: What a class tells of itself: the size of its instances, None as long as Python has to look at it.
SIZE_OF = "__size__"
#: The attributes of a class by which an instance begins with arguments: names of its parts, and a method for what is unusual.
PARTS, BEGIN = "__parts__", "_begin_"
#: What a block has beyond its size: CPython shares the shortest bytes objects.
SPARE = 16


def data_new(env: Surroundings) -> Routine:
    """`tp_new`: an instance with memory of its own, zeroed."""
    w, pointer = Builder("data_new", env.placement("tp_new")), env.target.model.pointer
    cls, size = Memory(w.local()), Memory(w.local())
    w.add(
        LoadArgument(0, cls, "the class"),
        env.invoke("PyObject_GetAttr", cls, interned(SIZE_OF), result="s2"),
        Branch("eq", "s2", 0, "untold"),
        Branch("eq", "s2", api("_Py_NoneStruct"), "asked"),
        env.invoke("PyLong_AsSsize_t", "s2", result="t0"),
    )
    with_memory(w, env, cls, size)
    w.add(Store(slot(env, "s1", SIZE), "s2", pointer))
    nothing(w, env, "s1", BASE, OBJECTS)
    w.add(Return("s1"))
    w.aside("failed", lambda: w.add(env.invoke("Py_DecRef", "s2"), Return(0)))
    w.aside("untold", lambda: _ask(w, env, cls, "PyErr_Clear"))
    w.aside("asked", lambda: _ask(w, env, cls, ""))
    return w.finish()


def with_memory(w: Builder, env: Surroundings, cls: Memory, size: Memory, known: int | None = None) -> None:
    """An instance in s1 with zeroed memory of its own, as many bytes as t0 says, or as are known. `size` is room for a word; s0 is
    lost. To `failed` if there is no memory."""
    facts, pointer = env.interpreter, env.target.model.pointer
    room = INSIDE * pointer
    made, apart, unmade = w.label("made"), w.label("apart"), w.label("unmade")
    data = Memory("s1", facts.value_data)
    inside = (
        env.invoke("PyType_GenericAlloc", cls, 0, result="s1", note="zeroed"),
        Branch("eq", "s1", 0, "failed"),
        LoadAddress("t0", Memory("s1", facts.value_payload)),
        Store(data, "t0", pointer),
    )

    def in_bytes() -> None:
        w.add(
            Compute("add", "t0", SPARE),
            Store(size, "t0", pointer),
            env.invoke("PyBytes_FromStringAndSize", 0, size, result="s0", note="its memory"),
            Branch("eq", "s0", 0, "failed"),
            LoadAddress("t0", Memory("s0", facts.bytes_data)),
            env.invoke("memset", "t0", 0, size),
            env.invoke("PyType_GenericAlloc", cls, 0, result="s1"),
            Branch("eq", "s1", 0, unmade),
            LoadAddress("t0", Memory("s0", facts.bytes_data)),
            Store(data, "t0", pointer),
            Store(Memory("s1", facts.value_owner), "s0", pointer),
        )
        w.aside(unmade, lambda: w.add(env.invoke("Py_DecRef", "s0"), Jump("failed")))

    if known is not None and known > room:
        w.add(Move("t0", known))
        in_bytes()
        return
    if known is None:
        w.add(Branch("above", "t0", room, apart))
    w.add(*inside, Label(made))
    if known is None:

        def larger() -> None:
            in_bytes()
            w.add(Jump(made))

        w.aside(apart, larger)


def _ask(w: Builder, env: Surroundings, cls: Memory, clear: str) -> None:
    row = Memory(w.local())
    if clear:
        w.add(env.invoke(clear))
    else:
        w.add(env.invoke("Py_DecRef", "s2"))
    w.add(
        Load("t0", cls, env.target.model.pointer),
        Store(row, "t0", env.target.model.pointer),
        env.invoke("vectorcall", FUNCTION, AddressOf(row), 1, 0, result="t0"),
        Return("t0"),
    )


def data_init(env: Surroundings) -> Routine:
    """`tp_init`: nothing is to be done without arguments. With some, and none by name, each is set as the attribute that the class
    has for it in `__parts__`; as an item where that is None. Where they are more, or some by name, `_begin_` does it."""
    w, pointer = Builder("data_init", env.placement("setter")), env.target.model.pointer
    instance, names, count, part, status = (Memory(w.local()) for _ in range(5))
    w.add(
        LoadArgument(0, instance, "the instance"),
        LoadArgument(1, "s1", "the arguments"),
        LoadArgument(2, names, "those by name"),
        Branch("ne", names, 0, "odd"),
        env.invoke("PyTuple_Size", "s1", result="t0"),
        Branch("ne", "t0", 0, "given"),
        Return(0),
    )

    def given() -> None:
        w.add(
            Store(count, "t0", pointer),
            env.invoke("PyObject_GetAttr", instance, interned(PARTS), result="s0"),
            Branch("eq", "s0", 0, "failed"),
            Move("s2", 0),
            Branch("eq", "s0", NONE, "item"),
            env.invoke("PyTuple_Size", "s0", result="t0"),
            Branch("gt", count, "t0", "many"),
            Label("attribute"),
            env.invoke("PyTuple_GetItem", "s0", "s2", result="t0"),
            Store(part, "t0", pointer, "its name"),
            env.invoke("PyTuple_GetItem", "s1", "s2", result="t0"),
            env.invoke("PyObject_SetAttr", instance, part, "t0", result="t0"),
            Branch("ne", "t0", 0, "broken", 4),
            Compute("add", "s2", 1),
            Branch("gt", count, "s2", "attribute"),
            Label("done"),
            env.invoke("Py_DecRef", "s0"),
            Return(0),
        )

    def item() -> None:
        w.add(
            env.invoke("PyLong_FromSsize_t", "s2", result="t0"),
            Branch("eq", "t0", 0, "broken"),
            Store(part, "t0", pointer, "its number"),
            env.invoke("PyTuple_GetItem", "s1", "s2", result="t0"),
            env.invoke("PyObject_SetItem", instance, part, "t0", result="t0"),
            Store(status, "t0", 4),
            env.invoke("Py_DecRef", part),
            Branch("ne", status, 0, "broken", 4),
            Compute("add", "s2", 1),
            Branch("gt", count, "s2", "item"),
            Jump("done"),
        )

    def odd() -> None:
        w.add(
            env.invoke("PyObject_GetAttr", instance, interned(BEGIN), result="s0"),
            Branch("eq", "s0", 0, "failed"),
            env.invoke("PyObject_Call", "s0", "s1", names, result="s2"),
            env.invoke("Py_DecRef", "s0"),
            Branch("eq", "s2", 0, "failed"),
            env.invoke("Py_DecRef", "s2"),
            Return(0),
        )

    w.aside("given", given)
    w.aside("item", item)
    w.aside("many", lambda: w.add(env.invoke("Py_DecRef", "s0"), Jump("odd")))
    w.aside("odd", odd)
    w.aside("broken", lambda: w.add(env.invoke("Py_DecRef", "s0"), Label("failed"), Return(-1)))
    return w.finish()


def data_part(env: Surroundings) -> Routine:
    """METH_FASTCALL `(class, address, base, index, size)`: an instance over memory that belongs to another, of which it is a
    part. Nothing is checked."""
    w, facts, pointer = Builder("data_part", env.placement("METH_FASTCALL")), env.interpreter, env.target.model.pointer
    at_address(w, env)
    w.add(Store(Memory("s1", facts.value_data), "t0", pointer))
    for number, of in ((2, BASE), (3, INDEX), (4, SIZE)):
        w.add(Load("t0", Memory("s0", number * pointer), pointer), Store(slot(env, "s1", of), "t0", pointer))
        hold(w, env, "t0", "t1")
    nothing(w, env, "s1", OBJECTS)
    w.add(Return("s1"))
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def slot(env: Surroundings, instance: str, number: int) -> Memory:
    """A slot of the instance in a register."""
    return Memory(instance, env.interpreter.value_payload + number * env.target.model.pointer)


def nothing(w: Builder, env: Surroundings, instance: str, *slots: int) -> None:
    """Put None into slots of the instance in a register."""
    for number in slots:
        w.add(Move("t0", NONE), Store(slot(env, instance, number), "t0", env.target.model.pointer))
        if not env.interpreter.none_immortal:
            hold(w, env, "t0", "t1")


def member_get(carrier: Carrier, env: Surroundings) -> Routine:
    """`tp_descr_get` of a member that is a number: `PyObject *(member, instance, class)`; its payload is the offset."""
    w = Builder("member_get", env.placement("tp_new"))
    instance = Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the member"),
        LoadArgument(1, instance, "the instance"),
        Branch("eq", instance, 0, "itself"),
    )
    of_data(w, env, instance)
    w.add(
        *place_of_member(env, instance),
    )
    give_number(w, env, carrier)
    w.aside("itself", lambda: w.add(env.invoke("Py_IncRef", "s0"), Return("s0")))
    w.aside("odd", lambda: ask_python(w, env, instance, None))
    return w.finish()


def member_set(carrier: Carrier, env: Surroundings) -> Routine:
    """`tp_descr_set`: `int (member, instance, value)`. Values that the number does not hold as they are, are Python's."""
    w, facts = Builder("member_set", env.placement("setter")), env.interpreter
    instance, local = Memory(w.local()), Memory(w.local(8))
    w.add(
        LoadArgument(0, "s0", "the member"),
        LoadArgument(1, instance, "the instance"),
        LoadArgument(2, "s1", "the value"),
        Branch("eq", "s1", 0, "deleted"),
    )
    of_data(w, env, instance)
    if facts.fast:
        inline(w, env, carrier, Slot(0, "s1", None, local, None, "odd"), "odd")
        w.add(
            *place_of_member(env, instance),
            Copy(Memory("t0"), local, carrier.size, "the number"),
            Return(0),
        )
        w.aside("odd", lambda: ask_python(w, env, instance, "s1"))
    else:
        w.add(Label("odd"))
        ask_python(w, env, instance, "s1")
    w.aside("deleted", lambda: ask_python(w, env, instance, ""))
    return w.finish()


def place_of_member(env: Surroundings, instance: Memory) -> list[Instruction]:
    """The address of the member in s0 of an instance into t0: its first word is the offset. t1 is lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    return [
        Load("t1", instance, pointer),
        Load("t0", Memory("t1", facts.value_data), pointer),
        Load("t1", Memory("s0", facts.value_payload), pointer, note="the offset"),
        Compute("add", "t0", "t1"),
    ]


def of_data(w: Builder, env: Surroundings, instance: Memory, odd: str = "odd") -> None:
    """Go to the label `odd` unless the instance is C data, of `class:data`. No other class has the
    same maker of instances, `class:maker`."""
    facts, pointer, fine, other = env.interpreter, env.target.model.pointer, w.label("of_data"), w.label("other")
    w.add(Load("t0", instance, pointer), Load("t0", Memory("t0", facts.type), pointer))
    ask = (
        env.invoke("PyType_IsSubtype", "t0", class_of("data"), result="t0"),
        Branch("eq", "t0", 0, odd, 4),
    )
    if facts.fast:
        maker = Memory("t0", facts.header + TP_NEW * pointer)
        w.add(Branch("ne", maker, class_of("maker"), other, note="made as C data alone is"), Label(fine))
        w.aside(other, lambda: w.add(*ask, Jump(fine)))
    else:
        w.add(*ask)


def ask_python(w: Builder, env: Surroundings, instance: Memory, value: str | None) -> None:
    """End with what Python does: reads (None), writes the value in a register, or refuses to delete ("")."""
    pointer = env.target.model.pointer
    row = w.local(3 * pointer)
    w.add(Store(Memory(row), "s0", pointer), Load("t0", instance, pointer), Store(Memory(row, pointer), "t0", pointer))
    if value:
        w.add(Store(Memory(row, 2 * pointer), value, pointer))
    count = 3 if value else 2
    if value is None:
        w.add(env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), count, 0, result="t0"), Return("t0"))
        return
    done = w.label("done")
    w.add(
        env.invoke("vectorcall", class_of("writer"), AddressOf(Memory(row)), count, 0, result="s2"),
        Branch("ne", "s2", 0, done),
        Return(-1),
        Label(done),
        env.invoke("Py_DecRef", "s2"),
        Return(0),
    )
