"""What generated code has to know of a class of values, and Python has written down: the class's facts.

They are words that lie before the class's table of descriptors, to which `tp_getset` points: no lookup is needed, and they
go when the class goes. Only classes that farcall makes have them: those whose `tp_dealloc` is farcall's own. Classes that
Python derives from them are left to Python.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, Load, Memory
from .interpreter import TP_DEALLOC, TP_GETSET, Surroundings
from .link import slot_entry

__all__ = [
    "BOUND", "CELLS", "CONST", "EXPORTED", "FLAGS", "MAKER", "MEMORY", "POINTER", "POINTS_TO", "SIZE", "STRIDE", "TEXT", "WORDS",
    "ZERO", "fact", "facts_of", "unless",
]  # fmt: skip

#: The facts, in words before the table: the size of the values (-1: not the class's alone); the class of pointers to them;
#: of a pointer class the size of what it points to; flags; the address of a Py_buffer; the address of a routine that makes
#: an instance of one Python object; the cells of an array's writer; of pointers to functions two words: the address that was
#: called last, and the builtin for it. 0 is what is not known.
SIZE, POINTS_TO, STRIDE, FLAGS, EXPORTED, MAKER, CELLS, BOUND = range(1, 9)
WORDS = 8
#: The flags: a pointer class; one to what is const; one to characters of a byte; values in memory, for whose address a
#: cast asks; values that can be made of zeros, by the class's own `tp_new`.
POINTER, CONST, TEXT, MEMORY, ZERO = 1, 2, 4, 8, 16


def facts_of(w: Builder, env: Surroundings, cls: str, to: str, slow: str) -> None:
    """The address behind the facts of the class in register `cls` into `to`; to `slow` if it has none. t1 is lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Load("t1", Memory(cls, facts.header + TP_DEALLOC * pointer), pointer, note="tp_dealloc"),
        Branch("ne", "t1", slot_entry("dealloc"), slow, note="a class of farcall's making"),
        Load(to, Memory(cls, facts.header + TP_GETSET * pointer), pointer, note="tp_getset"),
    )


def fact(env: Surroundings, at: str, which: int) -> Memory:
    """Where a fact lies, behind whose words is the address in register `at`."""
    return Memory(at, -which * env.target.model.pointer)


def unless(w: Builder, env: Surroundings, at: str, flag: int, slow: str, *, set: bool = True) -> None:
    """To `slow` unless a flag of the class is set, or (`set` False) is not. t1 is lost."""
    w.add(
        Load("t1", fact(env, at, FLAGS), env.target.model.pointer),
        Compute("and", "t1", flag),
        Branch("eq" if set else "ne", "t1", 0, slow),
    )
