"""What is asked of headers' macros beyond constants: expressions valued, and macros that are calls as functions."""

from __future__ import annotations

import re
from typing import Any

from ..cdecl import Address, Scope, parse_value
from ..cdecl.header.call import Call, Cast, Constant, Given, Sequenced, Tree, Variable, macro_call
from ..cpython.link.late import late
from ..cpython.value import Value, pointer_at
from ..cpython.value.scalar import Scalar
from .missing import undeclared

__all__ = ["called", "function_of", "valued"]


#: What makes a function of a macro that a compiler has to read.
COMPILED = "high.inline:macro_function"
#: What a macro without parameters has in it that is a call.
CALL = re.compile(r"\w\s*\(")


def valued(scope: Scope, expression: str) -> Any:
    """The value of a constant expression; `Library.constant`."""
    if not isinstance(expression, str):
        raise TypeError(f"constant() takes a C expression, not {type(expression).__name__}")
    for header in scope.headers:
        expression = header.expanded(expression)
    found = parse_value(expression, scope)
    return pointer_at(found.type, found.value) if isinstance(found, Address) else found


def called(library: Any, name: str) -> Any:
    """The function that a macro is which is a call; of one without parameters too, since whoever looks whether there is such a
    name calls nothing. Raises SymbolError for another name, and says why it is not declared."""
    scope = library._scope
    for header in scope.headers:
        found = macro_call(header, scope, name)
        if found is not None:
            made = library.__dict__[name] = function_of(library, name, *found)
            return made
    for header in scope.headers:
        if header.compiled_as and (
            name in header.index.calls or CALL.search(getattr(header.index.macros.get(name), "text", ""))
        ):
            made = library.__dict__[name] = late(COMPILED)(library, header, name)
            return made
    raise undeclared(library._shared, name, scope)


def function_of(library: Any, name: str, parameters: tuple[str, ...], tree: Tree) -> Any:
    """The function that a macro is, which does what its tree says."""

    def macro(*args: Any) -> Any:
        if len(args) != len(parameters):
            noun = "argument" if len(parameters) == 1 else "arguments"
            raise TypeError(
                f"{name}() takes {len(parameters)} {noun} ({len(args)} given): {name}({', '.join(parameters)})"
            )
        return _value(library, tree, args)

    macro.__name__ = macro.__qualname__ = name
    macro.__doc__ = f"The macro {name}({', '.join(parameters)})."
    return macro


def _value(library: Any, tree: Tree, args: tuple[Any, ...]) -> Any:
    if isinstance(tree, Given):
        return args[tree.number]
    if isinstance(tree, Constant):
        return library.constant(tree.text)
    if isinstance(tree, Variable):
        return getattr(library, tree.name)
    if isinstance(tree, Call):
        return getattr(library, tree.name)(*[_value(library, argument, args) for argument in tree.arguments])
    if isinstance(tree, Sequenced):
        return [_value(library, part, args) for part in tree.parts][-1]
    return _cast(library, tree, args)


def _cast(library: Any, tree: Cast, args: tuple[Any, ...]) -> Any:
    """C's cast of what is C's; objects of Python's that stand for something go on as they are."""
    value = _value(library, tree.value, args)
    if not isinstance(value, (Value, int, float)):
        return None if tree.type == "void" else value
    made = library.cast(tree.type, value)
    return made.value if isinstance(made, Scalar) else made
