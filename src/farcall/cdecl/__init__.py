"""C declarations as text, turned into types.

A `Scope` holds the names that are known. `parse_declarations` takes in blocks of declarations; `parse_function`, `parse_type`,
`parse_variable` and `parse_value` read a single one. The way inside: `token` cuts the text, one recursive descent goes over it
(`cursor`, `expression`, `declarator`, `record`, `enumeration`, `specifier`, `declaration`, each a layer on the one
before) and makes types as it reads, in a `transaction`, of which the scope takes over all or nothing (`prototype`).
`header` brings real headers by name.
"""

from .prototype import parse_declarations, parse_function, parse_type, parse_value, parse_variable
from .scope import Address, Constant, Declared, Scope

__all__ = [
    "Address",
    "Constant",
    "Declared",
    "Scope",
    "parse_declarations",
    "parse_function",
    "parse_type",
    "parse_value",
    "parse_variable",
]
