"""Fronts that copy what C data point to: from one to another, and many numbers as a list; as `data_fronts` has them."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Jump, Label, Load, LoadAddress, Memory, Routine, Store
from .box import return_none
from .data_known import SIZE, begin, by_layout, cell, finish, known
from .integer import small_int
from .interpreter import Surroundings
from .link import api
from .listing import fill_list

__all__ = ["CODE", "data_move", "data_unpack"]

#: A cell of a class whose items are made by `number_at`: the address of that; 0: they are bytes.
CODE = 0
#: How many bytes or items are looked at here at most: a product of these is a number of bytes.
MOST = 1 << 24


@by_layout
def data_move(env: Surroundings) -> Routine:
    """`move(known, to, source, count)`: so many bytes to a datum of a class that is known, from another, or from bytes."""
    w, given = begin("data_move", env)
    facts, pointer = env.interpreter, env.target.model.pointer
    count, to, source = (Memory(w.local()) for _ in range(3))
    w.add(Branch("ne", "t0", 4, "ask"), Load("s2", Memory("s0", 3 * pointer), pointer))
    small_int(w, env, "s2", "ask")
    w.add(Branch("above", "t0", MOST, "ask"), Store(count, "t0", pointer))
    _address(w, env, 1, to)
    w.add(
        Load("s2", Memory("s0", 2 * pointer), pointer),
        Branch("eq", Memory("s2", facts.type), api("PyBytes_Type"), "bytes"),
    )
    _address(w, env, 2, source)
    w.add(Label("copy"), env.invoke("memmove", to, source, count))
    return_none(w, env)

    def text() -> None:
        w.add(
            Load("t0", count, pointer),
            Branch("below", Memory("s2", facts.bytes_size), "t0", "ask", note="there are fewer"),
            LoadAddress("t0", Memory("s2", facts.bytes_data)),
            Store(source, "t0", pointer),
            Jump("copy"),
        )

    w.aside("bytes", text)
    return finish(w, env, given)


@by_layout
def data_unpack(env: Surroundings) -> Routine:
    """`unpack(known, pointer, count)`: so many numbers as a list, or characters as bytes, of a class that is known."""
    w, given = begin("data_unpack", env)
    pointer = env.target.model.pointer
    count, place, code, stride = (Memory(w.local()) for _ in range(4))
    w.add(Branch("ne", "t0", 3, "ask"), Load("s2", Memory("s0", 2 * pointer), pointer))
    small_int(w, env, "s2", "ask")
    w.add(Branch("above", "t0", MOST, "ask"), Store(count, "t0", pointer))
    _address(w, env, 1, place)
    w.add(
        Load("t0", cell(env, CODE), pointer),
        Branch("eq", "t0", 0, "characters"),
        Store(code, "t0", pointer),
        Load("t0", cell(env, SIZE), pointer),
        Store(stride, "t0", pointer),
        Load("s1", place, pointer),
        env.invoke("PyList_New", count, result="s0"),
        Branch("eq", "s0", 0, "failed"),
    )
    fill_list(w, env, code, stride, count)
    w.aside("characters", lambda: w.add(env.invoke("PyBytes_FromStringAndSize", place, count, tail=True)))
    return finish(w, env, given)


def _address(w: Builder, env: Surroundings, number: int, into: Memory) -> None:
    """The address that an argument holds, which is of a class that is known, by cells at s1; to `ask` for others, and NULL. s2 is
    lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(Load("s2", Memory("s0", number * pointer), pointer))
    known(w, env, Memory("s0"), Memory("s2", facts.type))
    w.add(
        Load("t0", Memory("s2", facts.value_data), pointer),
        Load("t0", Memory("t0"), pointer),
        Branch("eq", "t0", 0, "ask"),
        Store(into, "t0", pointer),
    )
