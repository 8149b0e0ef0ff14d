"""All groups, in the table's order."""

from __future__ import annotations

from bench.everyday import arguments, binding, cffi_face, closures, construction, helpers, pointers, wide, wire
from bench.everyday.group import Group

__all__ = ["GROUPS"]

GROUPS: tuple[Group, ...] = (
    pointers.GROUP,
    arguments.GROUP,
    wide.GROUP,
    helpers.GROUP,
    closures.GROUP,
    construction.GROUP,
    binding.GROUP,
    wire.GROUP,
    cffi_face.GROUP,
)
