"""Going through the items of C data. An iterator lies over the next item and keeps the array; the words behind its header say where
the items end, and the class of those that are objects themselves.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, Load, LoadArgument, Memory, Move, Return, Routine, Store
from .box_from_memory import give_number
from .carrier import Carrier
from .instance import allocate
from .integer import small_int
from .interpreter import Surroundings
from .link import FUNCTION, ITEM_CLASS, LENGTH, class_of
from .part import give_part
from .reference import hold

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .data_items import Reach
    from .part import Kind

__all__ = ["WORDS", "data_iterate", "data_next", "part_next"]

#: An iterator's words: where the items end, and the class of parts.
END, CLASS = range(2)
WORDS = 2


def data_iterate(size: int, reach: Reach, env: Surroundings) -> Routine:
    """`tp_iter` of an array of items of `size` bytes: an iterator of `class:iterator`, for parts of `class:item`. How many there
    are is as `data_items` has it: "bounded" or "counted"."""
    w, facts, pointer = Builder("data_iterate", env.placement("nb_unary")), env.interpreter, env.target.model.pointer
    end = Memory(w.local())
    w.add(LoadArgument(0, "s0", "the array"))
    if reach == "counted":
        w.add(Move("t1", LENGTH), Compute("add", "t1", "s0"), Load("t0", Memory("t1"), pointer, note="how many"))
        w.add(Branch("eq", "t0", 0, "odd"))
        small_int(w, env, "t0", "odd")
    else:
        w.add(Move("t0", LENGTH))
    w.add(
        Compute("mul", "t0", size),
        Load("s1", Memory("s0", facts.value_data), pointer),
        Load("s1", Memory("s1"), pointer, note="the first"),
        Branch("eq", "s1", 0, "odd"),
        Compute("add", "t0", "s1"),
        Store(end, "t0", pointer),
    )
    allocate(w, env, class_of("iterator"), "s2", "failed")
    w.add(
        Store(Memory("s2", facts.value_data), "s1", pointer),
        Store(Memory("s2", facts.value_owner), "s0", pointer),
        Load("t0", end, pointer),
        Store(_word(env, "s2", END), "t0", pointer),
        Move("t0", ITEM_CLASS),
        Store(_word(env, "s2", CLASS), "t0", pointer),
    )
    hold(w, env, "s0", "t0")
    w.add(Return("s2"))
    w.aside("odd", lambda: w.add(env.invoke("call_python_1", FUNCTION, "s0", 0, tail=True)))
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def data_next(carrier: Carrier, env: Surroundings) -> Routine:
    """`tp_iternext`, of numbers."""
    w = Builder("data_next", env.placement("nb_unary"))
    w.add(LoadArgument(0, "s0", "the iterator"))
    _step(w, env, carrier.size)
    give_number(w, env, carrier)
    w.aside("end", lambda: w.add(Return(0)))
    return w.finish()


def part_next(kind: Kind, size: int, env: Surroundings) -> Routine:
    """`tp_iternext`, of parts of `size` bytes."""
    w, pointer = Builder("part_next", env.placement("nb_unary")), env.target.model.pointer
    cls = Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the iterator"),
        Load("t0", _word(env, "s0", CLASS), pointer),
        Store(cls, "t0", pointer),
    )
    _step(w, env, size)
    w.add(Load("s0", Memory("s0", env.interpreter.value_owner), pointer, note="the array"))
    give_part(w, env, kind, cls)
    w.aside("end", lambda: w.add(Return(0)))
    return w.finish()


def _step(w: Builder, env: Surroundings, size: int) -> None:
    """The address of the next item into t0, with the iterator in s0 at the one behind it; to `end` if there is none."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Load("t0", Memory("s0", facts.value_data), pointer),
        Branch("eq", _word(env, "s0", END), "t0", "end"),
        Move("t1", "t0"),
        Compute("add", "t1", size),
        Store(Memory("s0", facts.value_data), "t1", pointer),
    )


def _word(env: Surroundings, iterator: str, number: int) -> Memory:
    return Memory(iterator, env.interpreter.value_payload + number * env.target.model.pointer)
