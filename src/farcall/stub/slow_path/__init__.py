"""Support routines: the out-of-line half of unboxing, through the C API alone.

Each is a C function of its own, made once a process: `int (object, where, self, index[, view])`, which gives 0 and the
value (1 if memory or code was taken back meanwhile, see `revoked`), or -1 with an exception that names function and
parameter. The naming is done in Python, by the function that "python:refuse" stands for: it looks at the object again
and raises what fits.
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir.builder import Builder
from ...ir.instruction import Routine
from ..closure_cells import recycle_closure
from ..closure_object import make_closure
from ..errno import errno_cell, errno_location
from ..interpreter import Surroundings
from ..keep import keep_grow, keep_put, keep_slot
from ..keeping import adopt, lasts, remember
from ..kept_thread import free_threads, keep_thread
from .memory import construct, get_item, get_member, make, set_item, set_member, set_subscript
from .number import character, outside, real, text, whole
from .plain import plain
from .pointer import block, pointer
from .python_calls import closed_closure, convert, count, failed, raise_pending, recheck, refuse, unwrap
from .wide import number

__all__ = ["support"]


def support(name: str, env: Surroundings) -> Routine:
    """The support routine called `name`, "kind" or "kind:detail". Raises KeyError for an unknown kind."""
    kind, _, detail = name.partition(":")
    return _KINDS[kind](Builder(name, env.placement("support:" + kind)), env, detail)


_KINDS: dict[str, Callable[[Builder, Surroundings, str], Routine]] = {
    "adopt": adopt,
    "block": block,
    "character": character,
    "convert": convert,
    "count": count,
    "errno_cell": errno_cell,
    "errno_location": errno_location,
    "failed": failed,
    "keep_grow": keep_grow,
    "keep_put": keep_put,
    "keep_slot": keep_slot,
    "lasts": lasts,
    "keep_thread": keep_thread,
    "make": make,
    "make_closure": make_closure,
    "number": number,
    "outside": outside,
    "plain": plain,
    "pointer": pointer,
    "real": real,
    "recheck": recheck,
    "recycle_closure": recycle_closure,
    "refuse": refuse,
    "remember": remember,
    "text": text,
    "closed_closure": closed_closure,
    "raise_pending": raise_pending,
    "construct": construct,
    "free_threads": free_threads,
    "get_item": get_item,
    "get_member": get_member,
    "set_item": set_item,
    "set_member": set_member,
    "set_subscript": set_subscript,
    "unwrap": unwrap,
    "whole": whole,
}
