"""`farcall.draw`: a picture of where bytes are passed, or lie, of whatever has a signature or a C type."""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType

from ..cdecl import Scope, parse_function, parse_type
from ..convention import Placement, Signature, Target, call_signature, place
from ..convention import target as target_named
from ..cpython.callable.annotation import ctype_of, function_of
from ..cpython.facts.host import host_target
from ..ctype import CType, Function, Pointer, declare, unqualified
from ..errors import DeclarationError

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ..drawing import Picture
    from ..drawing.shape import Drawing

__all__ = ["draw"]


def draw(thing: Any, target: str | Iterable[str] | None = None, *, tail: str = "") -> Picture:
    """A picture of a function's registers and stack, byte by byte, or of a type's bytes in memory.

    `thing` is a bound function, a closure, a Python function with annotations, or C text of a prototype; a farcall class, a
    value, or C text of a type; or a `Placement`. `target` is the name of a platform as `farcall inspect` has them, or
    several, which are compared (default: this machine's). `tail` are types, in C, of the arguments behind `...`.

    The `Picture` prints as Unicode text and shows itself in a notebook as SVG; it has `text()`, `svg()` and `data()`.

        print(farcall.draw("double f(int n, struct { float x, y; } p)"))
        farcall.draw("struct { char c; double d; }")

    What is bound or made already has the sizes of its typedefs (`size_t`) from this machine; text is read again for each
    target. Raises DeclarationError for wrong text, TypeError for what has neither signature nor type, ValueError for a
    `tail` where there is no `...`, UnsupportedTargetError for an unknown target or a convention that it does not have,
    UnsupportedTypeError and IncompleteTypeError for types that cannot be passed, or that have no size.
    """
    from ..drawing import Picture  # loads a good part of the standard library

    if not isinstance(tail, str):
        raise TypeError(f"draw() parameter 'tail' must be C text, not {type(tail).__name__}")
    return Picture(_drawing(thing, one, tail) for one in _targets(target))


def _targets(target: str | Iterable[str] | None) -> list[Target]:
    if target is None:
        return [host_target()]
    names = [target] if isinstance(target, str) or not isinstance(target, Iterable) else [*target]
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"draw() parameter 'target' must be a target's name, or several, not {type(name).__name__}")
    if not names:
        raise ValueError("draw() parameter 'target' names no target")
    return [target_named(name) for name in names]


def _drawing(thing: Any, target: Target, tail: str) -> Drawing:
    from ..drawing import laid_out, placed

    scope = Scope(target.model)
    if isinstance(thing, Placement):
        thing = thing if thing.target == target.name else thing.signature
    if isinstance(thing, (Placement, Signature)):
        _no_tail(tail)
        return placed(thing if isinstance(thing, Placement) else place(thing, target))
    name, type = _text(thing, scope) if isinstance(thing, str) else _thing(thing)
    function = unqualified(type)
    if isinstance(function, Pointer):
        function = function.target
    if not isinstance(function, Function):
        _no_tail(tail)
        return laid_out(type, target)
    more = [parameter.type for parameter in parse_function(f"void tail({tail})", scope)[1].parameters] if tail else []
    if more and not function.takes_any:
        raise ValueError(f"draw() parameter 'tail': {declare(function, name)} has no variadic part")
    placement = place(call_signature(function, more, target.model), target)
    return placed(placement, [parameter.name for parameter in function.parameters], declare(function, name))


def _no_tail(tail: str) -> None:
    if tail:
        raise ValueError("draw() parameter 'tail' is for a function that has a variadic part")


def _text(text: str, scope: Scope) -> tuple[str, CType]:
    """A type, which has no name, or else a prototype, whose errors are told."""
    try:
        return "", parse_type(text, scope)
    except DeclarationError:
        return parse_function(text, scope)


def _thing(thing: Any) -> tuple[str, CType]:
    """The name and type of a function, or the type of anything else."""
    for owner in (thing, getattr(thing, "__self__", None)):
        function = getattr(owner, "__farcall_function__", None)
        if isinstance(function, Function):
            name = getattr(owner, "name", "")
            return name if isinstance(name, str) else "", function
    if isinstance(thing, FunctionType):
        return thing.__name__, function_of(thing)
    return "", ctype_of(thing, "draw()")
