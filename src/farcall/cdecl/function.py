"""Function types: results, parameters, and what C makes of arrays and functions among these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ctype import Array, CType, Function, Parameter, Pointer, Record, Void, sizeof, unqualified
from ..errors import DeclarationError, IncompleteTypeError, UnsupportedTypeError

if TYPE_CHECKING:
    from .builder import Builder, Extras
    from .syntax import Node

__all__ = ["function", "parameter"]


def function(builder: Builder, node: Node, extras: Extras) -> CType:
    result = unqualified(builder.derived(node.type, extras))  # C17 6.7.6.3 p5: a result has no qualifiers
    extras.typedef_align = 0
    if isinstance(result, (Array, Function)):
        what = "an array" if isinstance(result, Array) else "a function"
        builder.fail(node, f"a function cannot return {what}; a pointer was meant")
    parameters: list[Parameter] = []
    variadic = False
    given = node.args.params if node.args is not None else []
    for item in given:
        if type(item).__name__ == "EllipsisParam":
            variadic = True
            continue
        if type(item).__name__ == "ID":
            builder.fail(item, f"unknown type name {item.name!r}{builder.outline.suggest(item.name)}")
        found, said = builder.declarator(item, adjusted=True)
        name = item.name or ""
        if isinstance(unqualified(found), Void):
            if len(given) == 1 and not name and isinstance(found, Void):
                break
            builder.fail(item, f"parameter {name or len(parameters) + 1} cannot be void")
        if name and any(other.name == name for other in parameters):
            builder.fail(item, f"two parameters are named {name!r}")
        # C11 6.7.6.3 p15: a parameter's own qualifiers are no part of the function's type.
        parameters.append(Parameter(name, unqualified(found), said.array))
    return Function(result, tuple(parameters), variadic)


def parameter(builder: Builder, node: Node, extras: Extras) -> CType:
    """A parameter's type: arrays and functions become pointers (C11 6.7.6.3 p7 and p8)."""
    if type(node).__name__ == "ArrayDecl":
        marked = builder.marker(node.dim)
        if marked is not None and not marked[0]:
            extras.attributes += marked[1]
            return parameter(builder, node.type, extras)
        if marked is None:  # its length says nothing, and may name other parameters
            element = builder.derived(node.type, extras)
            builder.element(node, element)
            extras.array = Array(element, _length(builder, node, element))
            return builder.qualified(Pointer(element), [q for q in node.dim_quals or () if q != "static"])
    found = builder.derived(node, extras)
    if isinstance(found, Record) and found in builder.draft.transparent and found.fields:
        return found.fields[0].type  # GCC manual, "Common Type Attributes": it is passed as its first member
    if isinstance(found, Array):
        extras.array = found
        return Pointer(found.element)
    return Pointer(found) if isinstance(found, Function) else found


def _length(builder: Builder, node: Node, element: CType) -> int | None:
    """The length that a parameter's array is written with, if it is one: it may also name other parameters."""
    if node.dim is None:
        return None
    try:
        length = builder.constant(node.dim)
        return length if length >= 0 and length * sizeof(element, builder.model) >= 0 else None
    except (DeclarationError, IncompleteTypeError, UnsupportedTypeError):
        return None
