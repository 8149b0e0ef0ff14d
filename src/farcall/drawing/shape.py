"""What is drawn: boxes of bytes, cut into cells, and the values that the cells belong to. Frozen records, which every
renderer reads and none adds to.

A box lies as memory does: byte 0 is the lowest address. A register lies as it would if it were stored.
"""

from __future__ import annotations

from typing import Literal

from ..record import dataclass

__all__ = ["FILLERS", "Box", "Cell", "Drawing", "Group", "Kind", "Value"]

#: What a cell is. "value": bytes of a field; "padding": bytes of a value that no field has; "extension": what a narrow
#: integer is widened by; "pointer": the address of a value that is elsewhere; "count": how many vector registers are
#: used; "reserved": stack that belongs to the callee; "unused": nothing that a callee may look at.
Kind = Literal["value", "padding", "extension", "pointer", "count", "reserved", "unused"]
#: Kinds that belong to no value.
FILLERS = frozenset({"reserved", "unused"})
#: Where a box is: "registers" and "stack" as a call passes them; "memory": what a pointer points to; "result": what
#: comes back; "layout": a type in memory; "bits": its bytes with bit-fields, bit by bit.
Group = Literal["registers", "stack", "memory", "result", "layout", "bits"]


@dataclass(frozen=True, slots=True)
class Cell:
    """The units [start, start + size) of a box: bytes, but bits in a box of the group "bits".

    `value` is the index of the value in the drawing, -1 for none. `offset` is where in the value the cell's bytes begin;
    it is -1 where the cell holds none of its bytes (an address, an extension). `fields` are the fields that the bytes
    belong to, several where a union's overlap. `again` marks bytes that another cell of the drawing holds too, since the
    convention has them in two places. `note` is a sentence about what the label cannot say.
    """

    start: int
    size: int
    kind: Kind
    value: int = -1
    offset: int = -1
    fields: tuple[str, ...] = ()
    label: str = ""
    note: str = ""
    again: bool = False

    @property
    def stop(self) -> int:
        return self.start + self.size


@dataclass(frozen=True, slots=True)
class Box:
    """A register, the argument area, or a value in memory: `size` units, of which `row` are drawn on a line. Its cells are
    in order and cover it."""

    name: str
    group: Group
    size: int
    row: int
    cells: tuple[Cell, ...]
    bank: str = ""

    @property
    def unit(self) -> str:
        """What the box's sizes count."""
        return "bit" if self.group == "bits" else "byte"


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter, the result, or a member: `index` is also the number of its colour. The result is 0 and parameters count
    from 1, members from 0. `left` are the ranges of bytes that are passed nowhere, being padding. `way` says how it is passed in
    terms that all targets have, for comparison."""

    index: int
    name: str
    type: str
    size: int
    rule: str
    by_reference: bool = False
    left: tuple[tuple[int, int], ...] = ()
    way: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Its name, or the number in place of one."""
        return self.name or f"#{self.index}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One signature on one target, or one type in its memory. `facts` are sentences about the whole. A value's
    index is its place in `values`."""

    title: str
    target: str
    convention: str
    values: tuple[Value, ...]
    boxes: tuple[Box, ...]
    facts: tuple[str, ...] = ()

    def value(self, cell: Cell) -> Value | None:
        """The value that a cell belongs to."""
        return self.values[cell.value] if cell.value >= 0 else None
