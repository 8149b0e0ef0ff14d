"""The private memory of one closure, as its body reads it: cells as wide as a pointer, then the error value, then what the
parameters and the result need, so that the body is the same for all signatures of a shape.

    generation | callable | self | vectorcall | name | address | type | error value...
    ... | class of each parameter that Python sees as an instance, and of the result if it is an instance or a pointer
    ... | an object for each of these: a spare instance, the last result

A closure's thunk and cells stay a pair, and serve one closure after the other (see `closure_cells`). `callable` is 0 in a
closed one; while nobody has the cells, `self` holds the address of the next ones on the list. Of a closure with a C
handler the cells from `callable` on are the handler, the cif and the user data.
"""

from __future__ import annotations

from functools import cache

from ..record import NamedTuple

__all__ = ["Classes", "State", "Words", "classes", "state", "words"]


class State(NamedTuple):
    """Where each cell begins, in bytes. `generation` counts the closures that the cells have served. `vectorcall` is where
    in the callable its vectorcall function is kept (PEP 590), 0 where that is not known for good. `address` is the
    thunk's, `type` the closure type (`Words`)."""

    generation: int
    callable: int
    self: int
    vectorcall: int
    name: int
    address: int
    type: int
    error_value: int


@cache
def state(pointer: int) -> State:
    """The cells where pointers have so many bytes."""
    return State(*(pointer * cell for cell in range(len(State._fields))))


class Classes(NamedTuple):
    """Where the cells with classes and objects are, in bytes; `instances` are the parameters that have them, counted from
    0, and -1 for the result, last."""

    begin: int
    instances: tuple[int, ...]
    pointer: int

    def of(self, index: int) -> int:
        """The cell with the class of a parameter or the result."""
        return self.begin + self.pointer * self.instances.index(index)

    def spare(self, index: int) -> int:
        """The cell with its object: of a parameter a spare instance (see `free_list`), of the result what was last given."""
        return self.of(index) + self.pointer * len(self.instances)

    @property
    def objects(self) -> int:
        """Where the objects begin."""
        return self.begin + self.pointer * len(self.instances)

    @property
    def end(self) -> int:
        return self.objects + self.pointer * len(self.instances)


def classes(pointer: int, instances: tuple[int, ...], error_value: int) -> Classes:
    """The cells behind an error value of so many bytes."""
    return Classes(state(pointer).error_value + -(-error_value // pointer) * pointer, instances, pointer)


class Words(NamedTuple):
    """What generated code reads of a closure type, at offsets in bytes: where the list of `unused` cells begins, how
    many bytes of the cells, from the error value on, are copied from `template`, and where in the cells which `number` of
    objects lies; then the class of closures, and the routine by which calls `make` one (0 in the tier without layouts)."""

    unused: int
    size: int
    objects: int
    number: int
    cls: int
    make: int
    template: int


@cache
def words(pointer: int) -> Words:
    """The same where pointers have so many bytes."""
    return Words(*(pointer * word for word in range(len(Words._fields))))
