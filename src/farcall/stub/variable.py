"""The getter of a library's variable: it is read as the value in memory that stands for it, by that value's own getter.

the cells of its closure:    the value | its getter | what that one's closure is
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Invoke, LoadArgument, Memory, Routine
from .interpreter import Surroundings

__all__ = ["variable_getter"]


def variable_getter(env: Surroundings) -> Routine:
    """`PyObject *(library, closure)`."""
    w, pointer = Builder("variable_getter", env.placement("getter")), env.target.model.pointer
    value, getter, closure = (Memory("t1", number * pointer) for number in range(3))
    w.add(
        LoadArgument(1, "t1", "the cells"),
        Invoke(getter, env.placement("getter"), (value, closure), tail=True, note="as of the value"),
    )
    return w.finish()
