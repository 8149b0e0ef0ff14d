"""The type stub of a built module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..cdecl import Scope, parse_declarations
from ..convention import target as target_of
from ..high.out import places_of
from .stubtext import Stub

__all__ = ["stub_of"]


def stub_of(name: str, text: str, target: str, out: Mapping[str, Sequence[str]]) -> str:
    """What editors and type checkers read beside a module that `build_module` made of the same: types are those that the target
    has. Raises what `build_module` does."""
    declared = parse_declarations(text, Scope(target_of(target).model))
    stub = Stub(f"{name}: made by `farcall build`.")
    for constant, value in sorted(declared.constants.items()):
        stub.constant(constant, value)
    for variable, ctype in sorted(declared.variables.items()):
        stub.variable(variable, ctype)
    for word, function in sorted(declared.functions.items()):
        places = places_of(word, function, list(out[word])) if word in out else ()
        stub.function(word, function, places)
    types = {tag: ctype for (_, tag), ctype in declared.tags.items()} | declared.typedefs
    if types and "types" not in declared.functions:
        stub.types("types", types)
    return stub.written()
