"""Stubs of writers: each stores a Python value as a C value of one kind at an address, and never runs Python code.

A writer is `int (cells, place, value, keeper)`: 0 if it has stored the value; 1 if Python has to, which then begins anew:
nothing is raised, and what was stored meanwhile is of no account. Since no Python code runs, the containers that are
read do not change meanwhile, and memory stays where it is. So one mechanism serves fields, items, slices and construction,
and values inside of values: a struct of a tuple, a list of tuples.

Which writer a C type has, and what that one has to know, lies in the type's cells, which Python makes when they are
first needed (`cpython.value.writing`). `keeper` is the value that keeps what pointers stored here need.
"""

from __future__ import annotations

from collections.abc import Callable

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
    Return,
    Routine,
    Store,
)
from .carrier import Carrier
from .data_pointer import unless_keeping
from .interpreter import Surroundings
from .link import api
from .reverse import reverse
from .unbox import Slot, unbox

__all__ = [
    "CLASS", "CLOSURE", "CODE", "COUNT", "ITEM", "LIST_ITEMS", "MOST", "ROWS", "ROW_CELLS", "ROW_CODE", "ROW_NAME", "ROW_OFFSET",
    "ROW_WORDS", "SIZE", "WORDS", "fill", "write_array", "write_characters", "write_nothing", "write_number", "write_record",
    "write_swapped", "write_wide",
]  # fmt: skip

#: A type's cells, as wide as a pointer: its writer; the size of a value; the class whose instances are copied whole (0:
#: none); how many items or members there are, and how many of them a value is made of at most (one, of a union); where
#: the rows of the members are, or the cells of the items. The last is a function pointer's: the closure type by which
#: functions of Python's are stored there, 0 of all others.
CODE, SIZE, CLASS, COUNT, MOST, ROWS = range(6)
ITEM, CLOSURE, WORDS = ROWS, 7, 8
#: A member's row: its offset, its writer, the cells of its type, its interned name.
ROW_OFFSET, ROW_CODE, ROW_CELLS, ROW_NAME = range(4)
ROW_WORDS = 4

#: PyListObject.ob_item (Include/cpython/listobject.h), in pointers from the end of ob_base, which has ob_size first.
LIST_ITEMS = 1


def write_nothing(env: Surroundings) -> Routine:
    """The writer of types whose values Python writes."""
    w = Builder("write_nothing", env.placement("writer"))
    w.add(Return(1))
    return w.finish()


def write_number(carrier: Carrier, env: Surroundings) -> Routine:
    """The writer of an integer, a bool, a char or a floating number: of Python's own numbers."""
    w = Builder("write_number", env.placement("writer"))
    w.add(LoadArgument(1, "s1", "the place"), LoadArgument(2, "s0", "the value"))
    unbox(w, env, carrier, Slot(0, "s0", None, Memory("s1"), None, "refused", plain=True))
    w.add(Return(0))
    w.aside("refused", lambda: w.add(Return(1)))
    return w.finish()


def write_swapped(carrier: Carrier, env: Surroundings) -> Routine:
    """The same, of a number in the other byte order."""
    w = Builder("write_swapped", env.placement("writer"))
    local = w.local(8)
    w.add(LoadArgument(1, "s1", "the place"), LoadArgument(2, "s0", "the value"))
    unbox(w, env, carrier, Slot(0, "s0", None, local, None, "refused", plain=True))
    reverse(w, Memory("s1"), Memory(local), carrier.size, "the other way round")
    w.add(Return(0))
    w.aside("refused", lambda: w.add(Return(1)))
    return w.finish()


def write_wide(number: str, env: Surroundings) -> Routine:
    """The writer of a complex number, an `__int128` or a long double: an instance, or a number of Python's."""
    w = Builder("write_wide", env.placement("writer"))
    if not env.interpreter.fast:
        w.add(Return(1))
        return w.finish()
    keeper = Memory(w.local())
    _taken(w, env, keeper)
    w.add(
        env.support("plain:" + number, "s2", "s1", result="t0"),
        Branch("ne", "t0", 0, "refused", 4),
        Return(0),
    )
    return w.finish()


def write_record(env: Surroundings) -> Routine:
    """The writer of a struct or union: an instance, the members in a tuple or list, or by name in a dict. The members that
    are not given are left as they are: zero, in memory that is new."""
    w, facts, pointer = Builder("write_record", env.placement("writer")), env.interpreter, env.target.model.pointer
    if not facts.fast:
        w.add(Return(1))
        return w.finish()
    keeper, end = Memory(w.local()), Memory(w.local())
    _taken(w, env, keeper)
    w.add(Branch("eq", "t0", api("PyDict_Type"), "dict"))
    _items(w, env, end)
    w.add(
        Load("s0", Memory("s0", ROWS * pointer), pointer, note="the rows of the members"),
        Jump("counted"),
        Label("next"),
        Load("t0", Memory("s0", ROW_OFFSET * pointer), pointer),
        Compute("add", "t0", "s1"),
        _invoke(env, Memory("s0", ROW_CODE * pointer), Memory("s0", ROW_CELLS * pointer), "t0", Memory("s2"), keeper),
        Branch("ne", "t0", 0, "refused", 4),
        Compute("add", "s0", ROW_WORDS * pointer),
        Compute("add", "s2", pointer),
        Label("counted"),
        Branch("ne", end, "s2", "next"),
        Return(0),
    )
    w.aside("dict", lambda: _by_name(w, env, keeper, end))
    return w.finish()


def _taken(w: Builder, env: Surroundings, keeper: Memory) -> None:
    """The start of a writer of what has parts: the cells in s0, the place in s1, the value in s2, its class in t0. Instances
    are copied; one that keeps something for its pointers Python copies."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        LoadArgument(0, "s0", "the cells"),
        LoadArgument(1, "s1", "the place"),
        LoadArgument(2, "s2", "the value"),
        LoadArgument(3, keeper),
        Load("t0", Memory("s2", facts.type), pointer),
        Branch("eq", Memory("s0", CLASS * pointer), "t0", "instance"),
    )
    w.aside("refused", lambda: w.add(Return(1)))

    def instance() -> None:
        unless_keeping(w, env, "s2", "refused")
        w.add(
            Load("t0", Memory("s2", facts.value_data), pointer),
            env.invoke("memmove", "s1", "t0", Memory("s0", SIZE * pointer)),
            Return(0),
        )

    w.aside("instance", instance)


def _items(w: Builder, env: Surroundings, end: Memory) -> None:
    """From the tuple or list in s2, which is exactly one by its class in t0, to the address of its first item there, and
    the address behind the last in `end`. More than the count in the cells are refused."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Load("t1", Memory("s2", facts.bytes_size), pointer, note="ob_size"),
        Branch("eq", "t0", api("PyList_Type"), "list"),
        Branch("ne", "t0", api("PyTuple_Type"), "refused"),
        Compute("add", "s2", facts.tuple_items),
        Label("found"),
        Load("t0", Memory("s0", MOST * pointer), pointer),
        Branch("above", "t1", "t0", "refused", note="more than there may be"),
        Compute("shl", "t1", pointer.bit_length() - 1),
        Compute("add", "t1", "s2"),
        Store(end, "t1", pointer),
    )
    items = facts.bytes_size + LIST_ITEMS * pointer
    w.aside("list", lambda: w.add(Load("s2", Memory("s2", items), pointer, note="ob_item"), Jump("found")))


def _invoke(env: Surroundings, code: Memory, cells: Memory | str, place: str, value: Memory, keeper: Memory) -> Invoke:
    return Invoke(code, env.placement("writer"), (cells, place, value, keeper), "t0", note="the writer of its type")


def _by_name(w: Builder, env: Surroundings, keeper: Memory, row: Memory) -> None:
    """The members that a dict gives. Its keys are compared by their addresses alone: names are interned, and the order in
    which the dict is read is its own, so that no key's `__eq__` runs."""
    pointer = env.target.model.pointer
    position, key, value, end = (Memory(w.local()) for _ in range(4))
    w.add(
        env.invoke("PyDict_Size", "s2", result="t0"),
        Load("t1", Memory("s0", MOST * pointer), pointer),
        Branch("above", "t0", "t1", "refused", note="more than there may be"),
        Load("t1", Memory("s0", COUNT * pointer), pointer),
        Compute("mul", "t1", ROW_WORDS * pointer),
        Load("s0", Memory("s0", ROWS * pointer), pointer, note="the rows of the members"),
        Compute("add", "t1", "s0"),
        Store(end, "t1", pointer),
        Store(row, "s0", pointer),
        Store(position, 0, pointer),
        Label("next_name"),
        env.invoke("PyDict_Next", "s2", AddressOf(position), AddressOf(key), AddressOf(value), result="t0"),
        Branch("eq", "t0", 0, "all", 4),
        Load("s0", row, pointer),
        Load("t0", key, pointer),
        Label("look"),
        Branch("eq", end, "s0", "refused", note="unknown, or not interned"),
        Branch("eq", Memory("s0", ROW_NAME * pointer), "t0", "named"),
        Compute("add", "s0", ROW_WORDS * pointer),
        Jump("look"),
        Label("named"),
        Load("t0", Memory("s0", ROW_OFFSET * pointer), pointer),
        Compute("add", "t0", "s1"),
        _invoke(env, Memory("s0", ROW_CODE * pointer), Memory("s0", ROW_CELLS * pointer), "t0", value, keeper),
        Branch("ne", "t0", 0, "refused", 4),
        Jump("next_name"),
        Label("all"),
        Return(0),
    )


def write_array(env: Surroundings) -> Routine:
    """The writer of an array or vector: an instance, or the first items in a tuple or list."""
    w = Builder("write_array", env.placement("writer"))
    if not env.interpreter.fast:
        w.add(Return(1))
        return w.finish()
    keeper, end = Memory(w.local()), Memory(w.local())
    _taken(w, env, keeper)
    _each(w, env, keeper, end)
    return w.finish()


def _each(w: Builder, env: Surroundings, keeper: Memory, end: Memory) -> None:
    """The items of the tuple or list in s2, one by one to s1 and behind."""
    pointer, code = env.target.model.pointer, Memory(w.local())
    _items(w, env, end)
    w.add(
        Load("s0", Memory("s0", ITEM * pointer), pointer, note="the cells of the items"),
        Load("t0", Memory("s0", CODE * pointer), pointer),
        Store(code, "t0", pointer),
        Jump("counted"),
        Label("next"),
        Invoke(code, env.placement("writer"), ("s0", "s1", Memory("s2"), keeper), "t0", note="the writer of the items"),
        Branch("ne", "t0", 0, "refused", 4),
        Load("t0", Memory("s0", SIZE * pointer), pointer),
        Compute("add", "s1", "t0"),
        Compute("add", "s2", pointer),
        Label("counted"),
        Branch("ne", end, "s2", "next"),
        Return(0),
    )


def write_characters(text: bool, env: Surroundings) -> Routine:
    """The same, of an array whose items are bytes: of `bytes` as well, and with `text` of an ASCII str."""
    w, facts, pointer = Builder("write_characters", env.placement("writer")), env.interpreter, env.target.model.pointer
    if not facts.fast:
        w.add(Return(1))
        return w.finish()
    keeper, end = Memory(w.local()), Memory(w.local())
    _taken(w, env, keeper)
    w.add(Branch("eq", "t0", api("PyBytes_Type"), "bytes"))
    if text:
        w.add(Branch("eq", "t0", api("PyUnicode_Type"), "text"))
    _each(w, env, keeper, end)
    given = Memory(w.local())

    def copy(size: int, data: int) -> Callable[[], None]:
        def write() -> None:
            w.add(
                Load("t1", Memory("s2", size), pointer, note="how many"),
                Load("t0", Memory("s0", COUNT * pointer), pointer),
                Branch("above", "t1", "t0", "refused", note="more than there are"),
                Store(given, "t1", pointer),
                LoadAddress("t0", Memory("s2", data)),
                env.invoke("memmove", "s1", "t0", "t1"),
                Load("t1", given, pointer),
                Load("t0", Memory("s0", COUNT * pointer), pointer),
                Compute("sub", "t0", "t1"),
                Compute("add", "s1", "t1"),
                env.invoke("memset", "s1", 0, "t0", note="and zeros behind them"),
                Return(0),
            )

        return write

    w.aside("bytes", copy(facts.bytes_size, facts.bytes_data))

    def ascii() -> None:
        w.add(
            Load("t1", Memory("s2", facts.text_state), 4),
            Compute("and", "t1", facts.text_ascii),
            Branch("ne", "t1", facts.text_ascii, "refused", note="ASCII is its own UTF-8"),
        )
        copy(facts.text_length, facts.text_data)()

    w.aside("text", ascii)
    return w.finish()


def fill(env: Surroundings) -> Routine:
    """The builtin `fill(cells, place, value, keeper)`: True if a type's writer has stored a value, False if Python has to.
    `cells` and `place` are addresses. Nothing is checked."""
    w, pointer = Builder("fill", env.placement("METH_FASTCALL")), env.target.model.pointer
    code = Memory(w.local())
    w.add(
        LoadArgument(1, "s0", "the arguments: cells, place, value, keeper"),
        Load("t0", Memory("s0"), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="s1"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="s2"),
        Load("t0", Memory("s1", CODE * pointer), pointer),
        Store(code, "t0", pointer),
        _invoke(env, code, "s1", "s2", Memory("s0", 2 * pointer), Memory("s0", 3 * pointer)),
        Branch("eq", "t0", 0, "stored", 4),
        env.invoke("PyBool_FromLong", 0, tail=True),
    )
    w.aside("stored", lambda: w.add(env.invoke("PyBool_FromLong", 1, tail=True)))
    return w.finish()
