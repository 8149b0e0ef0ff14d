"""Callable objects that a program can derive classes of, as fast as a foreign function's own builtin.

CPython calls an object through the address at its class's `__vectorcalloffset__`. Each instance has a word there, which leads to
a thunk of the function that it stands for, and so to that function's code: no Python code lies between.
"""

from __future__ import annotations

import struct
import sys
from functools import lru_cache
from typing import Any

from ... import seed
from ...cpython.callable.first_call import make_code
from ...cpython.callable.function import describe
from ...cpython.facts.host import WORD
from ...cpython.link.linker import linker
from ...cpython.link.native import (
    PY_TP_DEALLOC,
    PY_TP_NEW,
    PY_TPFLAGS_BASETYPE,
    PY_TPFLAGS_DEFAULT,
    Kept,
    bound,
    called_through,
    entry,
)  # fmt: skip
from ...cpython.link.typeobject import settable
from ...memory import Slot
from ...stub.interpreter import TP_FLAGS

__all__ = ["function_class", "lead", "mark_callable"]

# Include/typeslots.h, Include/structmember.h, Include/object.h
PY_TP_CALL, PY_TP_MEMBERS = 50, 72
PY_T_PYSSIZET, PY_READONLY = 19, 1
HAVE_VECTORCALL = 1 << 11
#: PyMemberDef and PyType_Slot, as C lays them out here.
MEMBER, SLOT = "PiniP", "iP"

_kept = Kept()


@lru_cache(maxsize=1)
def function_class() -> Any:
    """The base class. An instance is called through its first word, which `lead` sets; one that leads nowhere raises
    TypeError."""
    facts = linker().facts
    row = struct.pack(MEMBER, _kept.text("__vectorcalloffset__"), PY_T_PYSSIZET, facts.value_payload, PY_READONLY, 0)
    members = _kept.add(row + bytes(struct.calcsize(MEMBER)))
    slots = [
        (PY_TP_DEALLOC, entry("dealloc")), (PY_TP_NEW, entry("new")), (PY_TP_MEMBERS, members),
        (PY_TP_CALL, seed.symbol("PyVectorcall_Call")),
    ]  # fmt: skip
    table = b"".join(struct.pack(SLOT, *one) for one in slots) + bytes(struct.calcsize(SLOT))
    flags = PY_TPFLAGS_DEFAULT | PY_TPFLAGS_BASETYPE | HAVE_VECTORCALL
    spec = struct.pack("PiiIP", _kept.text("farcall._CFuncPtr"), facts.value_payload + WORD, 0, flags, _kept.add(table))
    return seed.make_type(_kept.add(spec), (object,))


def mark_callable(cls: type) -> None:
    """Have instances of a class that Python has derived be called as those of its base are: before 3.12 it does not inherit
    that."""
    if not cls.__flags__ & HAVE_VECTORCALL and settable():
        at = id(cls) + linker().facts.header + TP_FLAGS * WORD
        seed.write(at, (cls.__flags__ | HAVE_VECTORCALL).to_bytes(WORD, sys.byteorder))


def lead(instance: Any, function: Any) -> Slot:
    """Have an instance call a foreign function. The thunk is the caller's to keep, with the function, for as long as the
    instance leads there, and to free."""
    self = describe(function)
    if self.waiting is not None:
        make_code(self)
    kind = "led_one" if len(self.given) == 1 and not self.function.takes_any else "led_several"
    own = {"target": self.slot.address, "self": id(self), "function": id(function)}
    thunk = bound(kind, called_through(), own=own)
    seed.write(id(instance) + linker().facts.value_payload, thunk.address.to_bytes(WORD, sys.byteorder))
    return thunk
