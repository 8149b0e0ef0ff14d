"""What stands above, by name: for the few places where generated code, or the environment, asks for something whose module
imports this one. The name is data until it is used; then the module is imported, and only then."""

from __future__ import annotations

from importlib import import_module
from operator import attrgetter
from typing import Any

__all__ = ["late"]

#: The package that modules are named in.
ROOT = __name__.partition(".")[0]


def late(place: str) -> Any:
    """The thing at "module:attribute", the module below the package."""
    module, _, attribute = place.partition(":")
    return attrgetter(attribute)(import_module(f"{ROOT}.{module}"))
