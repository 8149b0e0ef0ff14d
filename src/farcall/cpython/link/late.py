"""What stands above, by name: for the few places where generated code, or the environment, asks for something whose module
imports this one. The name is data until it is used; then the module is imported, and only then."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from operator import attrgetter

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["late", "later", "load_all"]

#: The package that modules are named in.
ROOT = __name__.partition(".")[0]


@cache
def late(place: str) -> Any:
    """The thing at "module:attribute", the module below the package; kept, for when nothing can be imported any more."""
    module, _, attribute = place.partition(":")
    return attrgetter(attribute)(import_module(f"{ROOT}.{module}"))


class _Later:
    """A module below the package that is loaded when something of it is first used. All of it is kept from then on, for when
    modules have lost their names already."""

    __slots__ = ("__dict__", "_place")

    def __init__(self, place: str) -> None:
        self._place = place  # not among what the module has

    def __getattr__(self, name: str) -> Any:
        self.load()
        return self.__dict__[name]

    def load(self) -> None:
        """Load the module."""
        self.__dict__.update(vars(import_module(f"{ROOT}.{self._place}")))


@cache
def later(name: str) -> Any:
    """The module "a.b" below the package, or what stands for it until it is needed: one for each module."""
    made = _Later(name)
    _later.append(made)
    return made


_later: list[_Later] = []


def load_all() -> None:
    """Load all that is named so."""
    for one in _later:
        one.load()
