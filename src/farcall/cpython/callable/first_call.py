"""The first call of a function whose code waits for it: the code is made, and the function leads to it from then on.

All that can be wrong with a declaration was found at binding; what is late is writing the routine and lowering it. Until then
the builtin leads to code that all share (`stub.entrance`), which comes here and then goes where it is led to then. Whoever
fails here, for want of memory or because of an interrupt, has called nothing, and the next call begins anew.

As modules are torn down no code can be made any more, so at exit it is made for all that wait, unless nothing of the program's
runs after that (`link.finalization`).
"""

from __future__ import annotations

import os
from functools import lru_cache

from ... import seed
from ...errors import MemoryPolicyError
from ...lock import new_lock
from ...memory import Slot
from ...stub.entrance import METHOD_WORDS
from ...stub.link import api, slow_path
from ...stub.variadic import TAILS
from ..facts.host import WORD
from ..link.data_cells import Cells, allocate, free
from ..link.late import late
from ..link.linker import linker
from .classes import classes_of
from .functions import all_functions
from .plan import Plan, facts_of_types
from .reach import lead

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .function import Description

__all__ = ["AT_BINDING", "have_waiting", "leads", "make_all", "make_code", "placed"]

#: What functions with pointers or structs alone need.
CACHES, NOTE_NDARRAY = "cpython.callable.inline_cache:links", "cpython.value.ndarray:note"
_lock = new_lock()
#: Why code is made as functions are bound, if it is: with FARCALL_EAGER=1 in the environment, and when Python ends.
AT_BINDING = ["FARCALL_EAGER"] if os.environ.get("FARCALL_EAGER", "") not in ("", "0") else []


def placed(self: Description, plan: Plan) -> tuple[Slot, Cells | None]:
    """Code for a function in memory, and its cells."""
    code, cells = plan.code(), None
    own = {"target": _target(self.address, self.tier), "self": id(self)}
    if len(self.classes) < len(plan.classes):  # they could wait
        self.classes = classes_of(self.function, plan.classes, facts_of_types(self.function))
    for wanted, cls in zip(plan.classes, self.classes, strict=True):
        own[wanted.link] = id(cls)
    if code.caches:
        cells = late(CACHES)(len(self.function.parameters), code.caches, own)
        late(NOTE_NDARRAY)()
    if code.tails:
        cells = allocate(TAILS * WORD)
        own["tails"] = cells.address
    return linker(self.tier).bind(code.prepared, own, f"call:{self.name}"), cells


def make_code(self: Description) -> int:
    """Have the builtin lead to its code; where the word is that says where that is."""
    waiting = self.waiting
    if waiting is None:  # another thread has made it meanwhile
        return leads(self)
    slot, cells = placed(self, waiting)
    with _lock:
        is_first = self.waiting is not None
        if is_first:
            reach = self.reach
            self.slot, self.cells = reach.slot, reach.cells = slot, cells
            lead(reach.place, slot.address)
            self.waiting = None  # last: a signal's handler may call the function anywhere before
    if not is_first:
        slot.free()
        if cells is not None:
            free(cells)
    elif getattr(self.library, "closed", False):  # while the code was made, so that closing did not last
        self.disconnect()
    return leads(self)


def leads(self: Description) -> int:
    """Where the word is that says where the builtin's code is."""
    return seed.address_of(self._method) + METHOD_WORDS * WORD


def have_waiting() -> bool:
    """Whether a function waits for its code."""
    return any(self.waiting is not None for self in all_functions())


def make_all() -> None:
    """Make the code of all functions that wait, and from now on that of functions as they are bound."""
    AT_BINDING.append("the end")
    for self in all_functions():
        if self.waiting is None:
            continue
        try:
            make_code(self)
        except (MemoryError, MemoryPolicyError):  # whoever calls it is told
            continue


def _target(address: int, tier: str) -> int:
    """What is called for the function at `address`: itself, but where it tells where errno is, what knows of callbacks."""
    if address != _errno_location(tier):
        return address
    return linker(tier).address(slow_path("errno_location").name) or address


@lru_cache(maxsize=4)
def _errno_location(tier: str) -> int | None:
    """The C library's function that tells where errno is."""
    link = linker(tier)
    return link.address(api(link.target.errno).name)
