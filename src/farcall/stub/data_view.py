"""Parts of C data that are C data themselves, as members, items, and what a pointer leads to: an instance over their memory, which
keeps what it is a part of. What is unusual is Python's, and so is the first of each: it tells whether the class is complete."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Jump,
    Label,
    Load,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
    Symbol,
)
from .box import NONE
from .data_items import no_item, place_item
from .data_object import BASE, INDEX, OBJECTS, SIZE, ask_python, nothing, of_data, place_of_member, slot
from .integer import small_int
from .interpreter import Surroundings
from .link import FUNCTION, ITEM_CLASS, LENGTH, api, class_of, interned
from .reference import hold

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .data_items import Reach

__all__ = [
    "CELLS",
    "CLASS",
    "KEEPS",
    "NUMBER",
    "OWNER",
    "WHOLE",
    "point_set",
    "refer_to",
    "repeated",
    "view_get",
    "view_item",
    "view_set",
    "view_subscript",
]

#: What a member has behind its header: its offset, the class of what it is (0 until Python has read one), as ints the size of
#: that and which part it is, whether something may be kept for parts of it, and of what leads to it the class that has the member.
OFFSET, CLASS, WHOLE, NUMBER, KEEPS, OWNER = range(6)
CELLS = 6


def view_get(through: bool, env: Surroundings) -> Routine:
    """`tp_descr_get`; with `through` of what the instance points to."""
    w, facts, pointer = Builder("view_get", env.placement("tp_new")), env.interpreter, env.target.model.pointer
    instance = Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the member"),
        LoadArgument(1, instance, "the instance"),
        Branch("eq", instance, 0, "itself"),
    )
    cells = [Memory("s0", facts.value_payload + number * pointer) for number in range(CELLS)]
    if through and facts.fast:
        w.add(
            Load("t0", instance, pointer),
            Load("t0", Memory("t0", facts.type), pointer),
            Branch("ne", cells[OWNER], "t0", "derived"),
            Label("fine"),
        )

        def derived() -> None:
            of_data(w, env, instance)
            w.add(Jump("fine"))

        w.aside("derived", derived)
    else:
        of_data(w, env, instance)
    w.add(*place_of_member(env, instance))
    if through:
        w.add(Load("t0", Memory("t0"), pointer, note="the pointer"), Branch("eq", "t0", 0, "odd"))
    place = Memory(w.local())
    w.add(Store(place, "t0", pointer), Branch("eq", cells[CLASS], 0, "odd", note="Python has read none"))
    _view(w, env, cells[CLASS], place, ((instance, BASE), (cells[NUMBER], INDEX), (cells[WHOLE], SIZE)))
    w.aside("itself", lambda: w.add(env.invoke("Py_IncRef", "s0"), Return("s0")))
    w.aside("odd", lambda: ask_python(w, env, instance, None))
    return w.finish()


def view_set(env: Surroundings) -> Routine:
    """`tp_descr_set`: Python's."""
    w = Builder("view_set", env.placement("setter"))
    instance = Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the member"),
        LoadArgument(1, instance, "the instance"),
        LoadArgument(2, "s1", "the value"),
        Branch("eq", "s1", 0, "deleted"),
    )
    ask_python(w, env, instance, "s1")
    w.aside("deleted", lambda: ask_python(w, env, instance, ""))
    return w.finish()


def point_set(env: Surroundings) -> Routine:
    """`tp_descr_set` of what a pointer leads to: it keeps that, and what that keeps. Of parts of others it is Python's to keep."""
    w, facts, pointer = Builder("point_set", env.placement("setter")), env.interpreter, env.target.model.pointer
    instance, kept = Memory(w.local()), Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the member"),
        LoadArgument(1, instance, "the pointer"),
        LoadArgument(2, "s1", "what it is to lead to"),
        Branch("eq", "s1", 0, "deleted"),
    )
    if facts.fast:
        cls = Memory("s0", facts.value_payload + CLASS * pointer)
        of_data(w, env, instance)
        w.add(
            Branch("eq", cls, 0, "odd"),
            Load("t0", Memory("s1", facts.type), pointer),
            env.invoke("PyType_IsSubtype", "t0", cls, result="t0"),
            Branch("eq", "t0", 0, "odd", 4),
            Branch("ne", slot(env, "s1", BASE), NONE, "odd", note="another keeps what it keeps"),
            Load("t1", instance, pointer),
            Branch("ne", slot(env, "t1", BASE), NONE, "odd"),
            Load("s2", slot(env, "t1", OBJECTS), pointer),
            Branch("eq", "s2", NONE, "keep"),
            Branch("ne", Memory("s2", facts.type), api("PyDict_Type"), "odd"),
            Label("keep"),
            Load("t0", slot(env, "s1", OBJECTS), pointer),
            Store(kept, "t0", pointer),
            Branch("ne", "t0", NONE, "known"),
            Branch("eq", Memory("s0", facts.value_payload + KEEPS * pointer), 0, "known"),
        )
        _table(w, env, "s1", "t0")
        w.add(
            Store(kept, "t0", pointer), Label("known"), Branch("ne", "s2", NONE, "told"), Load("s2", instance, pointer)
        )
        _table(w, env, "s2", "s2")
        w.add(
            Label("told"),
            env.invoke("PyDict_SetItem", "s2", interned("1"), "s1", result="t0"),
            Branch("ne", "t0", 0, "failed", 4),
            Load("t0", kept, pointer),
            Branch("eq", "t0", NONE, "point"),
            env.invoke("PyDict_SetItem", "s2", interned("0"), "t0", result="t0"),
            Branch("ne", "t0", 0, "failed", 4),
            Label("point"),
            Load("t1", instance, pointer),
            Load("t1", Memory("t1", facts.value_data), pointer),
            Load("t0", Memory("s1", facts.value_data), pointer),
            Store(Memory("t1"), "t0", pointer),
            Return(0),
        )
        w.aside("odd", lambda: ask_python(w, env, instance, "s1"))
    else:
        ask_python(w, env, instance, "s1")
    w.aside("failed", lambda: w.add(Return(-1)))
    w.aside("deleted", lambda: ask_python(w, env, instance, ""))
    return w.finish()


def _table(w: Builder, env: Surroundings, instance: str, into: str) -> None:
    """A new dict for what the instance in a register keeps, which has kept nothing so far."""
    made = Memory(w.local())
    w.add(
        env.invoke("PyDict_New", result="t0"),
        Branch("eq", "t0", 0, "failed"),
        Store(slot(env, instance, OBJECTS), "t0", env.target.model.pointer),
        *([] if into == "t0" else [Move(into, "t0")]),
    )
    if not env.interpreter.none_immortal:
        w.add(Store(made, "t0", env.target.model.pointer), env.invoke("Py_DecRef", NONE))
        w.add(Load(into, made, env.target.model.pointer))


def refer_to(env: Surroundings) -> Routine:
    """METH_O `pointer(thing)`: what a class of the dict `class:pointers` makes of a thing, which has it by the thing's class. For
    other things it is `FUNCTION`'s."""
    w, facts, pointer = Builder("refer_to", env.placement("METH_O")), env.interpreter, env.target.model.pointer
    row = Memory(w.local())
    w.add(
        LoadArgument(1, "s0", "the thing"),
        Store(row, "s0", pointer),
        Load("t0", Memory("s0", facts.type), pointer),
        env.invoke("PyDict_GetItemWithError", class_of("pointers"), "t0", result="t0"),
        Branch("eq", "t0", 0, "odd"),
        env.invoke("vectorcall", "t0", AddressOf(row), 1, 0, result="t0"),
        Return("t0"),
    )
    w.aside(
        "odd",
        lambda: w.add(
            env.invoke("PyErr_Clear"),
            env.invoke("vectorcall", FUNCTION, AddressOf(row), 1, 0, result="t0"),
            Return("t0"),
        ),
    )
    return w.finish()


def repeated(env: Surroundings) -> Routine:
    """METH_O `class * length`: the class of arrays, from the dict by lengths that `class:arrays` has for a class. Others
    are `FUNCTION`'s."""
    w, facts, pointer = Builder("repeated", env.placement("METH_O")), env.interpreter, env.target.model.pointer
    row = w.local(2 * pointer)
    w.add(LoadArgument(0, "s0", "the class"), LoadArgument(1, "s1", "the length"))
    if facts.fast:
        w.add(
            Branch("ne", Memory("s1", facts.type), api("PyLong_Type"), "odd", note="exactly int"),
            env.invoke("PyDict_GetItemWithError", class_of("arrays"), "s0", result="t0"),
            Branch("eq", "t0", 0, "odd"),
            env.invoke("PyDict_GetItemWithError", "t0", "s1", result="s2"),
            Branch("eq", "s2", 0, "odd"),
        )
        hold(w, env, "s2", "t0")
        w.add(Return("s2"))
    else:
        w.add(Jump("odd"))
    w.aside(
        "odd",
        lambda: w.add(
            env.invoke("PyErr_Clear"),
            Store(Memory(row), "s0", pointer),
            Store(Memory(row, pointer), "s1", pointer),
            env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), 2, 0, result="t0"),
            Return("t0"),
        ),
    )
    return w.finish()


def view_subscript(size: int, reach: Reach, env: Surroundings) -> Routine:
    """`mp_subscript`, of items of `size` bytes, which `class:size` says as an int."""
    w, pointer = Builder("view_subscript", env.placement("mp_subscript")), env.target.model.pointer
    kept, place, row = Memory(w.local()), Memory(w.local()), w.local(2 * pointer)
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, "s1", "the index"))
    small_int(w, env, "s1", "odd")
    w.add(Branch("lt", "t0", 0, "odd", note="the part's number is another"))
    place_item(w, env, size, reach)
    w.add(Store(place, "t0", pointer), Store(kept, "s0", pointer))
    index = Memory(w.local())
    w.add(Store(index, "s1", pointer))
    _view(w, env, ITEM_CLASS, place, ((kept, BASE), (index, INDEX), (class_of("size"), SIZE)))

    def odd() -> None:
        w.add(
            Store(Memory(row), "s0", pointer),
            Store(Memory(row, pointer), "s1", pointer),
            env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), 2, 0, result="t0"),
            Return("t0"),
        )

    w.aside("odd", odd)
    return w.finish()


def view_item(size: int, env: Surroundings) -> Routine:
    """`sq_item` of an array: by it Python goes through one."""
    w, pointer = Builder("view_item", env.placement("sq_item")), env.target.model.pointer
    index, kept, place, row = Memory(w.local()), Memory(w.local()), Memory(w.local()), w.local(2 * pointer)
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, index, "the index"), Load("t0", index, pointer))
    w.add(Branch("lt", "t0", 0, "odd"), Move("t1", LENGTH), Branch("above_eq", "t0", "t1", "outside"))
    w.aside("outside", lambda: no_item(w, env))
    place_item(w, env, size, "inside")
    w.add(Store(place, "t0", pointer), Store(kept, "s0", pointer))
    _view(w, env, ITEM_CLASS, place, ((kept, BASE), (class_of("size"), SIZE)), index)

    def odd() -> None:
        w.add(
            env.invoke("PyLong_FromSsize_t", index, result="s1"),
            Branch("eq", "s1", 0, "failed"),
            Store(Memory(row), "s0", pointer),
            Store(Memory(row, pointer), "s1", pointer),
            env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), 2, 0, result="s0"),
            env.invoke("Py_DecRef", "s1"),
            Return("s0"),
        )

    w.aside("odd", odd)
    return w.finish()


def _view(
    w: Builder, env: Surroundings, cls: Memory | Symbol, place: Memory, parts: tuple[tuple[Memory | Symbol, int], ...],
    index: Memory | None = None,
) -> None:  # fmt: skip
    """End with an instance of a class over the memory at the address in `place`, and these objects in its slots; with the number
    in `index` as an int. s1 is lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        env.invoke("PyType_GenericAlloc", cls, 0, result="s1"),
        Branch("eq", "s1", 0, "failed"),
        Load("t0", place, pointer),
        Store(Memory("s1", facts.value_data), "t0", pointer),
    )
    for source, of in parts:
        w.add(
            Load("t0", source, pointer) if isinstance(source, Memory) else Move("t0", source),
            Store(slot(env, "s1", of), "t0", pointer),
        )
        hold(w, env, "t0", "t1")
    nothing(w, env, "s1", OBJECTS)
    if index is not None:
        w.add(
            env.invoke("PyLong_FromSsize_t", index, result="t0"),
            Store(slot(env, "s1", INDEX), "t0", pointer),
            Branch("eq", "t0", 0, "unmade"),
        )
        w.aside("unmade", lambda: w.add(env.invoke("Py_DecRef", "s1"), Jump("failed")))
    w.add(Return("s1"))
    w.aside("failed", lambda: w.add(Return(0)))
