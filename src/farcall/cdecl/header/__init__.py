"""Real headers by name: preprocessed by the system's compiler, indexed by name, parsed as they are used.

`preprocessor` runs the compiler, `line_markers` takes the directives out of its output, `split_declarations` cuts that into
declarations, `declarator` tells what each one declares, `index` is the record of all of it, `cache` keeps it on disk,
and a `header` brings what is asked for into a scope; `call` reads macros that are calls.
"""

from __future__ import annotations

from functools import partial

from .header import Header
from .preprocessor import Include

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from ..scope import Scope

__all__ = ["Header", "Include", "include"]


def include(wanted: Include, scope: Scope, *, inline: bool = False) -> Header:
    """Add headers to a scope: preprocessed now, and parsed as they are used; with `inline` what only a compiler makes of them
    can be asked for too. Raises DeclarationError where there is no
    preprocessor or no such header, and for errors in it."""
    from .cache import kept
    from .index import Index, indexed
    from .line_markers import Preprocessed, check_model
    from .preprocessor import expanded, expansions, holds, preprocessed

    source = preprocessed(wanted)
    check_model(source, scope.model)

    def make() -> Index:
        preprocessed = Preprocessed(source, [name for name, _ in wanted.defines])
        return indexed(preprocessed, expansions(wanted, list(preprocessed.macros)))

    found = Header(wanted, kept(source, scope.model, make), scope, partial(holds, wanted), partial(expanded, wanted))
    if inline:
        from hashlib import sha256

        found.compiled_as = sha256(source.encode("utf-8", "surrogateescape")).hexdigest()
    scope.headers.append(found)
    scope.kept.clear()
    return found
