"""What stands for the shared object of a library that is closed."""

from __future__ import annotations

from ..errors import LibraryClosedError
from ..library import SharedObject
from ..system import running

__all__ = ["Closed"]


class Closed:
    """A closed library's shared object, which may stay mapped: it has a name, and no addresses."""

    closed = True

    def __init__(self, shared: SharedObject) -> None:
        self.name, self.path = shared.name, shared.path

    @property
    def c_library(self) -> str:
        return running().c_library(self.path) if self.path else ""

    def address(self, symbol: str, kind: str | None = None) -> int:
        raise LibraryClosedError(f"{self.name} is closed")
