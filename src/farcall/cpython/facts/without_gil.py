"""What is special about a Python without a GIL, by version: objects count the references of the thread that made them apart
from those of all others, which are counted by atomic instructions (PEP 703; Include/object.h of 3.13 and later)."""

from __future__ import annotations

import sys
from functools import lru_cache

from ... import seed
from .host import WORD

__all__ = ["has_gil", "share"]

#: ob_ref_local: behind ob_tid, two bytes of padding or flags, ob_mutex and ob_gc_bits.
LOCAL, LOCAL_SIZE = WORD + 4, 4
#: What ob_ref_local is of an object whose references are not counted.
IMMORTAL = b"\xff" * LOCAL_SIZE
#: 3.14 and later: has no references counted that the interpreter's own stacks keep. The garbage collector frees the object.
DEFER = "PyUnstable_Object_EnableDeferredRefcount"


@lru_cache(maxsize=1)
def has_gil() -> bool:
    """Whether one thread at a time runs Python: not in a build that can do without a GIL, also while it has one."""
    if object.__basicsize__ == 2 * WORD:  # ob_refcnt and ob_type, in builds with a GIL
        return True
    if (letters := getattr(sys, "abiflags", None)) is not None:  # a debug build's header may be larger, too
        return "t" not in letters
    from sysconfig import get_config_var  # loads much; Windows has no such letters

    return not get_config_var("Py_GIL_DISABLED")


def share(address: int) -> None:
    """Have the threads that use the object at an address not wait for each other to count references to it. Up to 3.13 it lasts
    as long as the process then, as CPython's own functions, classes and modules do there once there is a second thread."""
    if has_gil():
        return
    defer = seed.symbol(DEFER)
    if defer:
        seed.word_function(defer, 1)(address)
    elif _known():
        seed.write(address + LOCAL, IMMORTAL)  # one store: its own thread counts there meanwhile, and may undo it


@lru_cache(maxsize=1)
def _known() -> bool:
    """Whether live objects look so."""
    fresh = object()
    return (
        seed.read(id(None) + LOCAL, LOCAL_SIZE) == IMMORTAL
        and 0 < int.from_bytes(seed.read(id(fresh) + LOCAL, LOCAL_SIZE), sys.byteorder) < 10
    )
