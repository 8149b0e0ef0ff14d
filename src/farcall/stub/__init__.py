"""Stubs: the routines that farcall generates, each written once for all CPUs in the language of `ir`.

`carrier` says how a C type crosses between Python and C, `crossing` how all of a signature do, `unbox` and `box` are the
two directions, `call` is a builtin's body, `closure` a callback's, `slow_path` the out-of-line routines through the C API.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from types import ModuleType

from ..ir.instruction import Routine
from .call import SWAP, Policy, call, closed
from .carrier import Carrier, carrier
from .crossing import Crossing, crossing, kinds
from .interpreter import Interpreter, Surroundings, ThreadPlaces
from .slow_path import support

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .closure import closure, handler
    from .entrance import entrance, first_call
    from .variadic import forward

__all__ = [
    "SWAP",
    "Carrier",
    "Crossing",
    "Interpreter",
    "Policy",
    "Routine",
    "Surroundings",
    "ThreadPlaces",
    "call",
    "carrier",
    "closed",
    "closure",
    "crossing",
    "entrance",
    "first_call",
    "forward",
    "handler",
    "kinds",
    "support",
    "value_routine",
]

#: The routines of values, by the module that writes them.
_ROUTINES = {
    "value": (
        "absorb address blank capsule_dealloc dealloc errno here holder memory new own owner peek point poke "
        "target view"
    ),
    "getbuffer": "getbuffer getbuffer_described",
    "field": (
        "ask_getter ask_setter bits_getter bits_setter block_setter getter member_getter pointer_getter pointer_setter "
        "setter swapped_getter swapped_setter view_getter"
    ),
    "item": "ass_item ass_subscript item length not_null subscript",
    "construct": "constructor",
    "answer": "answer",
    "data_fronts": "data_cast data_make data_recall data_string",
    "data_shown": "data_bytes data_slice",
    "data_items": "data_item data_store data_subscript",
    "data_iteration": "data_iterate data_next part_next",
    "data_invoke": "data_invoke",
    "data_owning": "data_collect data_finalize data_over",
    "data_object": "data_init data_new data_part member_get member_set",
    "cast_data": "cast_data",
    "data_call": "data_call",
    "data_copy": "data_copy",
    "data_cut": "data_cut",
    "data_copying": "data_move data_unpack",
    "text_at": "text_at",
    "data_text": "address_get address_set characters_get characters_set",
    "data_view": "point_set refer_to repeated view_get view_item view_set view_subscript",
    "data_slots": "data_buffer data_compare data_count data_length",
    "part": "part_getter part_move part_setter part_store part_subscript tried_setter",
    "converting": "converting",
    "function_object": "guarded refer",
    "construct_array": "array_constructor",
    "writer": "fill write_array write_characters write_nothing write_number write_record write_swapped write_wide",
    "stored_pointer": "write_pointer",
    "keep": "entry_at held keep_dealloc put",
    "listing": "listed number_at",
    "closure_object": (
        "closure_clear closure_close closure_construct closure_dealloc closure_held closure_open closure_traverse"
    ),
    "closure_cells": "closure_add",
    "gil_state": "interpreter_gone",
    "kept_thread": "thread_ended thread_value_freed threads_pending",
    "front": "addressof ask_all ask_fast ask_named ask_one cast_to lead_all lead_fast lead_one new_of sizeof string view_as",
    "scalar": "scalar scalar_maker",
    "pointer_slots": "pointer_add pointer_call pointer_compare pointer_hash pointer_int pointer_subtract",
    "method": "text_bytes value_bytes",
    "variable": "variable_getter",
}
#: The module of each, by its name.
_HOMES = {name: room for room, names in _ROUTINES.items() for name in names.split()}
#: What else is loaded when it is first used, and where it is.
_LATER = {
    "closure": "closure",
    "entrance": "entrance",
    "first_call": "entrance",
    "forward": "variadic",
    "handler": "closure",
}


def value_routine(name: str) -> Callable[..., Routine]:
    """What writes the routine of a value's slot, field or item that is called `name`. Raises KeyError if none is."""
    if name not in _HOMES:
        raise KeyError(f"no routine of values is called {name!r}")
    found: Callable[..., Routine] = getattr(_room(_HOMES[name]), name)
    return found


def load() -> None:
    """Load all of it: for the end of Python, when nothing can be imported any more."""
    from .slow_path import load as load_slow_paths

    for room in _ROUTINES:
        _room(room)
    for name in _LATER:
        getattr(sys.modules[__name__], name)
    load_slow_paths()


@cache
def _room(name: str) -> Any:
    """A module, which is kept: at the end of Python not even what is loaded can be imported."""
    return import_module(f"{__name__}.{name}")


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(_room(_LATER[name]), name)
    return found


class _Package(ModuleType):
    """This package, in which `closure` and `entrance` are what the modules of these names have, whoever imports the module."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in _LATER):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
