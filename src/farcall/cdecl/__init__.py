"""C declarations as text, turned into types.

`Scope` holds the names that are known and takes in blocks of declarations; `parse_function`, `parse_type` and
`parse_variable` read a single one against a scope. The way inside: `token` cuts the text, `outline` lifts
out what pycparser cannot read (attributes, pragmas, defines), `syntax` runs pycparser, `builder` makes
types of its nodes with `record`, `enumeration`, `constant` and `effect`, `declaration` and `prototype` put
them into a `draft`, and the `scope` takes over all of it or nothing. pycparser is imported when the first
text is parsed. `header` brings real headers by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .scope import Address, Constant, Declared, Scope

if TYPE_CHECKING:
    from ..ctype import CType, Function

__all__ = ["Address", "Constant", "Declared", "Scope", "parse_function", "parse_type", "parse_variable"]


def parse_function(text: str, scope: Scope) -> tuple[str, Function]:
    """The name and type of the one function in `text`: a prototype (`double cos(double x)`), a pointer to a
    function (`int (*compare)(const void *, const void *)`), or either without a name (`double (double)`),
    which is then "". The text adds no names to the scope but new tags. A trailing semicolon is optional.

    Raises DeclarationError where the text is wrong, UnsupportedTypeError for a type that is not modelled.
    """
    from .prototype import parse_function

    return parse_function(text, scope)


def parse_type(text: str, scope: Scope) -> CType:
    """The type that `text` names: `int`, `struct point *`, `int (*)(int)`, `char[16]`. New tags are added
    to the scope. Raises DeclarationError, UnsupportedTypeError."""
    from .prototype import parse_type

    return parse_type(text, scope)


def parse_variable(text: str, scope: Scope) -> tuple[str, CType]:
    """The name and type of the one variable in `text`: `int optind`, `extern char **environ`.
    Raises DeclarationError, UnsupportedTypeError."""
    from .prototype import parse_variable

    return parse_variable(text, scope)
