"""Functions as objects that lead to a foreign function's code: no Python lies between where the arguments are the usual ones.

CPython calls an object through the address at its class's `__vectorcalloffset__`. Each instance has a word there. It is zero as
long as Python answers; `lead` has it point to code of the instance's own (`stub.function_object`), which looks at the arguments.
"""

from __future__ import annotations

import sys
from types import FunctionType, MethodType
from typing import Any

from ... import seed
from ...cpython.callable.first_call import make_code
from ...cpython.callable.function import describe
from ...cpython.facts.host import WORD
from ...cpython.link.linker import linker
from ...cpython.link.native import bound
from ...cpython.link.typeobject import settable
from ...memory import Slot
from ...stub.data_object import CALLED
from ...stub.function_object import Guard
from ...stub.inline_cache import WAYS, WORDS
from ...stub.interpreter import TP_FLAGS, TP_VECTORCALL_OFFSET

__all__ = ["lead", "lead_nowhere", "leads", "mark_callable", "tell"]

# Include/object.h
HAVE_VECTORCALL = 1 << 11


def leads() -> bool:
    """Whether objects can lead to code here: where the layouts of Python's objects are known."""
    return linker().facts.fast and settable()


def mark_callable(cls: type) -> None:
    """Have instances of a class that Python has derived be called through their word, where that is set."""
    if not cls.__flags__ & HAVE_VECTORCALL and settable():
        at = id(cls) + linker().facts.header + TP_FLAGS * WORD
        seed.write(at, (cls.__flags__ | HAVE_VECTORCALL).to_bytes(WORD, sys.byteorder))


def lead(
    instance: Any,
    function: Any,
    guards: tuple[Guard, ...],
    otherwise: MethodType,
    finish: Any,
    checked: bool,
    classes: dict[str, int],
) -> Slot:
    """Have an instance call a foreign function where the arguments pass `guards`, and `otherwise`, a method, where not. `finish`
    makes the result of the function's, None if that is it; `checked`: of the arguments as well. `classes` are links of the guards'.
    All that is given here, and the code, is the caller's to keep for as long as the instance leads there, and then to free."""
    self = describe(function)
    if self.waiting is not None:
        make_code(self)
    own = {"target": self.slot.address, "self": id(self), "function": id(otherwise), **classes}
    if finish is not None:
        own["finish"] = id(finish)
    if self.cells is not None:
        own |= {f"cache:{number}": self.cells.address + number * WORDS * WORD for number in range(len(guards))}
    post = "" if finish is None else "checked" if checked else "result"
    kind = "converting" if any(guard.converted or guard.boxed for guard in guards) else "guarded"
    code = bound(kind, guards, _called_through(MethodType), post, own=own)
    _point(instance, code.address)
    return code


def lead_nowhere(instance: Any) -> None:
    """Have Python answer all calls of an instance."""
    _point(instance, 0)


def tell(function: Any, number: int, word: int, cls: type, ways: int = WAYS) -> None:
    """Have code find a class that fits a parameter, in the first of the words of its kind, of which there are `ways`; who calls
    keeps the class for as long as the function is there."""
    cells = describe(function).cells
    if cells is None:
        return
    at = (number * WORDS + word) * WORD
    first = cells.word(at)
    if first != id(cls):
        for way in range(1, ways):
            cells.put_word(at + way * WORD, first)
        cells.put_word(at, id(cls))


def _point(instance: Any, place: int) -> None:
    seed.write(id(instance) + linker().facts.value_payload + CALLED * WORD, place.to_bytes(WORD, sys.byteorder))


def _called_through(cls: type = FunctionType) -> int:
    """Where instances of a class have the address that they are called through."""
    at = id(cls) + linker().facts.header + TP_VECTORCALL_OFFSET * WORD
    return int.from_bytes(seed.read(at, WORD), sys.byteorder)
