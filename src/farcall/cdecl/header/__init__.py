"""Real headers by name: preprocessed by the system's compiler, indexed by name, parsed as they are used.

`preprocessor` runs the compiler, `cleared` takes the directives out of its output, `piece` cuts that into
declarations, `declarator` tells what each one declares, `index` is the record of all of it, `cache` keeps it on disk,
and a `header` brings what is asked for into a scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .header import Header
from .preprocessor import Include

if TYPE_CHECKING:
    from ..scope import Scope

__all__ = ["Header", "Include", "read"]


def read(include: Include, scope: Scope) -> Header:
    """The headers, for a scope. Raises DeclarationError where there is no preprocessor or no such header, and for
    errors in it."""
    from .cache import kept
    from .cleared import Cleared, check_model
    from .index import Index, indexed
    from .preprocessor import expansions, preprocessed

    source = preprocessed(include)
    check_model(source, scope.model)

    def make() -> Index:
        cleared = Cleared(source, [name for name, _ in include.defines])
        return indexed(cleared, expansions(include, list(cleared.macros)))

    return Header(str(include), kept(source, scope.model, make), scope)
