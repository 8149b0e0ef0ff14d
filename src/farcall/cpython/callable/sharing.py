"""Functions that several threads call, where Python has no GIL.

To call a builtin is to take a reference to it, and give it back. Threads that do so to one builtin write to one word in turn,
and two of them are slower than one. So the first call on another thread than the one that bound the function has its
references counted no more. A function that one thread alone calls goes when it is dropped, as everywhere.
"""

from __future__ import annotations

import sys
from functools import lru_cache

from ... import seed
from ...stub.entrance import OWNER_WORDS
from ..facts.host import WORD, host_target
from ..facts.without_gil import has_gil
from ..facts.without_gil import share as share_object

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .function import Description

__all__ = ["owner", "share"]

NOBODY = bytes(WORD)


def owner() -> bytes:
    """The word that says whose a function is that this thread binds: see `stub.entrance`. None where there is a GIL."""
    return b"" if has_gil() else _errno_place()().to_bytes(WORD, sys.byteorder)


def share(self: Description) -> None:
    """Have a function, and what is read with it, be one that threads share: also its library, of which it is an attribute."""
    seed.write(seed.address_of(self._method) + OWNER_WORDS * WORD, NOBODY)
    for address in (self.reach.builtin, id(self), *([] if self.library is None else [id(self.library)])):
        share_object(address)


@lru_cache(maxsize=1)
def _errno_place() -> Any:
    """The C library's function that tells where this thread's errno is."""
    return seed.word_function(seed.symbol(host_target().errno) or 0, 0)
