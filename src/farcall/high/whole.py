"""All that libraries need, in one place: it is loaded when something is asked of one that no image of an earlier process answers
(`cache`)."""

from __future__ import annotations

import os

from .. import seed
from ..cache import note
from ..cache.declared import unnamed
from ..cdecl import Address, parse_declarations
from ..cpython.callable.function import check_options
from ..cpython.callable.functions import Functions
from ..cpython.callable.reach import shut
from ..cpython.facts.declared import host_scope
from ..cpython.facts.host import keeps_errors
from ..cpython.facts.interpreter import TIERS
from ..cpython.link.late import late, later
from ..cpython.link.revocation import revoke
from ..cpython.link.stack import inside_call
from ..cpython.link.table import want_at_the_end
from ..library import SharedObject
from .bound import (
    AROUND,
    PLACES_OF,
    bind_annotated,
    bind_function,
    declared_function,
    forget,
    keeps,
    with_arrays,
    with_check,
    with_enumeration,
)
from .closed import Closed
from .kept import leave, leave_declared, leave_value
from .missing import names_of
from .namespace import CAST, VALUED, Known, Types, caster, valuer
from .read_variables import detach, read
from .variable import assign, located, seen

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ..cache.early import EarlyLibrary
    from ..cpython import value as values
    from ..cpython.callable import adopted
    from .around import Check
    from .library import Library
else:
    values, adopted = later("cpython.value"), later("cpython.callable.adopted")

__all__ = [
    "CALLED", "ENUMERATED", "NEW", "PARTS", "Address", "Closed", "adopt", "assign", "bind_annotated", "bind_function",
    "declared_function", "detach", "forget", "inside_call", "keeps", "keeps_errors", "late", "leave", "leave_declared",
    "leave_value", "located", "names_of", "parse_declarations", "read", "revoke", "seen", "shut", "state", "values",
    "with_arrays", "with_check", "with_enumeration",
]  # fmt: skip

#: What stands in modules that many programs do not need; it may be asked for when Python ends, too, and is imported until
#: then.
CALLED = "high.macro:called"
NEW, ENUMERATED, PARTS = "high.memory:new", "high.enumerated:enumerated", "high.reopened:library_parts"
want_at_the_end(
    NEW, CAST, CALLED, VALUED, PLACES_OF, AROUND, "high.function:function", "cpython.facts.declared:function_in"
)


def state(
    library: Library, name: str | os.PathLike[str] | None, gil: str, errno: bool = False, tier: str = "",
    mode: int | None = None, text: str = "str", check: Check | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What a library has for itself, newly opened. Raises LibraryError, and ValueError or TypeError for a wrong option."""
    check_options(gil, text)
    if tier not in ("", *TIERS):
        raise ValueError(f"tier must be one of {', '.join(TIERS)}, not {tier!r}")
    if check is not None and not callable(check):
        raise TypeError(f"check must be callable, not {check!r}")
    shared, scope = SharedObject(name, mode), host_scope()
    known = Known(scope)
    return {
        "_shared": shared,
        "_scope": scope,
        "_gil": gil,
        "_errno": errno,
        "_tier": tier,
        "_text": text,
        "_check": check,
        "_mode": mode,
        "_where": name if name is None else os.fspath(name),
        "_acts": [],  # what is declared, for another process
        "_functions": Functions(True),
        "_lent": False,
        "_enums": {},  # Python's classes of enumerations, by type
        "_known": known,
        "cast": caster(known),
        "constant": valuer(scope),
        "types": Types(scope),
    }


def adopt(library: Any, early: EarlyLibrary) -> None:
    """Have the functions that were bound when only an image was there be a library's as any others, after what was declared."""
    while early.acts:
        text, headers = early.acts[0]
        early.results.append(library.cdef(text, **headers))
        del early.acts[0]
    library.__dict__.update(early.attributes)  # which declaring anew lets go of
    for function in early.alive():
        name, type = declared_function(library, unnamed(function.slot.text))
        description = adopted.adopt_function(function, type, library._functions)
        note(early.name, library._shared.path, function.slot.text, description.gil, name, type, b"")
    for image in early.images:
        adopted.fill(image)
    early.end()
    shared = library.__dict__["_shared"]
    if not shared.closed and shared.handle == early.handle:  # opened twice, and closed once by who closes it
        seed.close_library(early.handle)
