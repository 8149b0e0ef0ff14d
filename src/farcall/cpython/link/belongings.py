"""What an object has in memory, code above all, and what goes with it.

It does not go in a finalizer of the object's own. All finalizers of cyclic garbage run before any of it is taken to pieces,
and one of them may call a function whose own has run by then. So it goes with something that the object holds in a way which
the collector of garbage does not see, so that it takes it for nobody's garbage: it goes when the object has let go of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from ... import seed
from .linker import linker

__all__ = ["Belongings"]

_NAME = b"farcall\0"


class Belongings:
    """What is done when something goes. `token` is what it has to hold. Nothing that is kept here may lead back to it. At the
    end of Python everything stays."""

    __slots__ = ("_acts",)

    def __init__(self) -> None:
        self._acts: list[Callable[[], object]] = []

    def token(self) -> object:
        """What holds this unseen, as the only one."""
        return seed.make_capsule(seed.address_of(_NAME), _NAME, linker().entry("capsule_dealloc"), self)

    def add(self, act: Callable[[], object]) -> None:
        """Have something be done then."""
        self._acts.append(act)

    def __del__(self, _ending: Callable[[], bool] = sys.is_finalizing) -> None:
        if not _ending():  # what is there may be called still, and the memory will be gone
            for act in self._acts:
                act()
