"""The caller's side of passing by reference: where the copies lie whose addresses a call hands out."""

from __future__ import annotations

from ..convention.placement import Placement
from ..ctype import DataModel
from ..record import NamedTuple

__all__ = ["Copies", "copies_of"]


class Copies(NamedTuple):
    """For a call: where each argument's copy lies, in bytes above rsp (None where it needs none), the end of them,
    which is that of the arguments where there are no copies, and the alignment that they want."""

    offsets: tuple[int | None, ...]
    end: int
    align: int


def copies_of(placement: Placement, model: DataModel) -> Copies:
    """Room for the copies, above the arguments on the stack, and aligned as that is at least: "the caller-allocated temporary
    memory must be 16-byte aligned" (x64 calling convention, Parameter passing)."""
    for passed in placement.arguments:
        if passed.by_reference:
            break
    else:  # nearly always
        return Copies((None,) * len(placement.arguments), placement.stack_size, placement.stack_align)
    end, align = placement.stack_size, placement.stack_align
    offsets: list[int | None] = []
    for passed in placement.arguments:
        if not passed.by_reference:
            offsets.append(None)
            continue
        own = max(placement.stack_align, passed.align(model))
        align = max(align, own)
        start = -(-end // own) * own
        offsets.append(start)
        end = start + passed.size
    return Copies(tuple(offsets), end, align)
