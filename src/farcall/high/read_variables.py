"""Variables that generated code reads: a library whose numbers are read has a class of its own, with an attribute for each."""

from __future__ import annotations

from collections.abc import Iterable

from ..cpython.link.late import later
from ..cpython.link.native import Kept
from ..ctype import CType

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ..cpython import value as values
    from ..cpython.value import CyclicKeep
    from .library import Library
else:
    values = later("cpython.value")

__all__ = ["detach", "keep_of", "read"]

#: Where such a class has the names of its variables, and what their descriptors need.
NAMES, KEPT = "__variables__", "__native__"


def keep_of(library: Library) -> CyclicKeep:
    """What pointers stored in a library's variables need, made when it is first asked for."""
    found: CyclicKeep | None = library.__dict__.get("_held")
    if found is None:
        found = library.__dict__.setdefault("_held", values.CyclicKeep(library))
    assert found is not None
    return found


def read(library: Library, name: str) -> Any:
    """What a variable has; a number is read by generated code from the next time on."""
    scope, shared = library._scope, library._shared
    with scope.lock:
        ctype, place, pointer = library._variable(name, scope.variables[name])
        if pointer:
            value = values.pointer_at(ctype, place, keep_of(library))
        else:
            value = values.read_at(ctype, place, keep_of(library))
        if isinstance(value, values.Value):
            library.lend()
        elif shared.stays(scope.symbols.get(name, name)):
            _attach(library, name, ctype, place)
            if library.closed:  # meanwhile
                detach(library)
    return value


def _attach(library: Library, name: str, ctype: CType, place: int) -> None:
    """Have a variable, if it is a number, read at this address from now on. The scope's lock is held."""
    cls = _own_class(library)
    facts = vars(cls)
    made = values.number_attribute(cls, name, ctype, place, facts[KEPT])
    if made is not None:
        facts[NAMES].add(name)
        setattr(cls, name, made)


def detach(library: Library, names: Iterable[str] | None = None) -> None:
    """Have these variables, or all, be looked up again."""
    cls = type(library)
    known: set[str] = vars(cls).get(NAMES, set())
    for name in list(known if names is None else known.intersection(names)):
        known.discard(name)
        delattr(cls, name)


def _own_class(library: Library) -> Any:
    cls = type(library)
    if NAMES in vars(cls):
        return cls
    facts = {word: getattr(cls, word) for word in ("__module__", "__qualname__", "__doc__")}
    make: Any = type(cls)
    own = make(cls.__name__, (cls,), {**facts, NAMES: set(), KEPT: Kept()})
    object.__setattr__(library, "__class__", own)
    return own
