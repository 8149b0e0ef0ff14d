"""The private memory of one closure, as its body reads it: cells as wide as a pointer, then the error value, then the
classes, so that the body is the same for all signatures of a shape.

    generation | callable | self | active | kept | vectorcall | error value...
    ... | class, spare of each parameter | class of the result

Of a closure with a C handler the cells from `callable` on are the handler, the cif and the user data.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

__all__ = ["Classes", "State", "classes", "state"]


class State(NamedTuple):
    """Where each cell begins, in bytes. `vectorcall` is where in the callable its vectorcall function is kept (PEP
    590), 0 where that is not known for good."""

    generation: int
    callable: int
    self: int
    active: int
    kept: int
    vectorcall: int
    error_value: int


@cache
def state(pointer: int) -> State:
    """The cells where pointers have so many bytes."""
    return State(*(pointer * cell for cell in range(len(State._fields))))


class Classes(NamedTuple):
    """Where the cells with the classes are, in bytes; those of parameters without one stay empty. The spare instances
    are `free_list`'s."""

    begin: int
    parameters: int
    pointer: int

    def of(self, parameter: int) -> int:
        """The cell with the class of a parameter, counted from 0; -1 for the result's."""
        return self.begin + 2 * self.pointer * (self.parameters if parameter < 0 else parameter)

    def spare(self, parameter: int) -> int:
        """The cell with a spare instance of it."""
        return self.of(parameter) + self.pointer

    @property
    def end(self) -> int:
        return self.of(-1) + self.pointer


def classes(pointer: int, parameters: int, error_value: int) -> Classes:
    """The cells behind an error value of so many bytes."""
    return Classes(state(pointer).error_value + -(-error_value // pointer) * pointer, parameters, pointer)
