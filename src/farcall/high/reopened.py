"""Libraries and functions in pickles: what another process opens, declares and binds again."""

from __future__ import annotations

import weakref
from types import SimpleNamespace

from ..cpython.callable.function import Description
from .library import Library

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["bind_again", "function_parts", "library_parts", "open_again"]

#: The options of a library, as `farcall.Library` calls them.
OPTIONS = ("gil", "errno", "tier", "mode", "text", "check")

#: What was opened from pickles, so that one process has each library once.
_opened: weakref.WeakValueDictionary[tuple[type, str], Library] = weakref.WeakValueDictionary()


def library_parts(library: Any) -> tuple[Any, ...]:
    """What pickle needs to open a library again: its file, its options, what was declared. Raises TypeError for one that is
    closed."""
    if library.closed:
        raise TypeError(f"{library!r} cannot be pickled")
    facts = library.__dict__
    options = {name: facts[f"_{name}"] for name in OPTIONS}
    where = facts["_where"]
    where = library.path if isinstance(where, str) and "/" in where else where
    cls = type(library)
    if (cls.__module__, cls.__qualname__) == (Library.__module__, Library.__qualname__):  # one that goes by this name
        cls = Library
    return open_again, (where, options, facts["_acts"], cls)


def open_again(
    where: str | None, options: dict[str, Any], acts: list[tuple[str, tuple[Any, ...], dict[str, Any]]], cls: type[Library]
) -> Any:  # fmt: skip
    """The library in this process, of its class, whose own `__init__` has other parameters, or none."""
    check = options["check"]  # which may look like another
    key = cls, repr((where, {**options, "check": None}, acts))
    found: Any = _opened.get(key)
    if found is None or found.closed or found.__dict__["_check"] is not check:
        found = cls.__new__(cls)
        Library.__init__(found, where, **options)
        for method, args, named in acts:
            getattr(Library, method)(found, *args, **named)
        _opened[key] = found
    return found


def function_parts(self: Description) -> tuple[Any, ...]:
    """What pickle needs to bind a function again. Raises TypeError for one that no library has by its name."""
    library: Any = self.library
    if not isinstance(library, Library) or self.variadic_from is not None:
        raise TypeError(f"{self.name} cannot be pickled or copied: it is of no library that can be opened again")
    options = {"gil": self.gil, "errno": self.errno, "text": self.text, "out": self.out}
    return bind_again, (library, self.name, self.prototype, options)


def bind_again(library: Library, name: str, prototype: str, options: dict[str, Any]) -> Any:
    """An object that has the function as an attribute, as builtins are pickled."""
    bound: Any = library.function(prototype, check=False, **options)
    return SimpleNamespace(**{name: bound})
