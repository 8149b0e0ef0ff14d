"""Support routines: the out-of-line half of unboxing, through the C API alone.

Each is a C function of its own, made once a process: `int (object, where, self, index[, view])`, which gives 0 and the
value (1 if memory or code was taken back meanwhile, see `revoked`), or -1 with an exception that names function and
parameter. The naming is done in Python, by the function that "python:refuse" stands for: it looks at the object again
and raises what fits.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from ...ir.builder import Builder
from ...ir.instruction import Routine
from ..interpreter import Surroundings

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["load", "support"]

#: The kinds, by the module that writes them.
_ROOMS = {
    "..closure_cells": "recycle_closure",
    "..closure_object": "make_closure",
    "..errno": "errno_cell errno_location",
    "..keep": "keep_grow keep_put keep_slot",
    "..keeping": "adopt lasts remember",
    "..stored_closure": "store_closure",
    "..kept_thread": "free_threads keep_thread",
    ".memory": "construct get_item get_member make set_item set_member set_subscript",
    ".number": "character outside real whole",
    ".plain": "plain",
    ".pointer": "block object pointer",
    ".python_calls": "closed_closure convert count failed raise_pending recheck refuse unwrap",
    ".slice": "get_slice set_slice",
    ".text": "text",
    ".wide": "number",
}
_HOMES = {kind: room for room, kinds in _ROOMS.items() for kind in kinds.split()}


def support(name: str, env: Surroundings) -> Routine:
    """The support routine called `name`, "kind" or "kind:detail". Raises KeyError for an unknown kind."""
    kind, _, detail = name.partition(":")
    routine: Routine = getattr(_room(_HOMES[kind]), kind)(Builder(name, env.placement("support:" + kind)), env, detail)
    return routine


def load() -> None:
    """Load all of them."""
    for room in _ROOMS:
        _room(room)


@cache
def _room(name: str) -> Any:
    """A module, which is kept: at the end of Python not even what is loaded can be imported."""
    return import_module(name, __name__)
