"""Where in a declaration the outline is: one record for each open bracket."""

from __future__ import annotations

from .attribute import Attribute
from .directive import Packing

__all__ = ["EXPRESSION", "POINTER", "SPECIFIER", "SUFFIX", "Context", "RecordNotes"]

#: The stages of a declaration: its specifiers, a declarator's stars, what follows the declared name, and a
#: value (an initialiser or the width of a bit-field).
SPECIFIER, POINTER, SUFFIX, EXPRESSION = range(4)


class RecordNotes:
    """What is said about one struct, union or enum outside of C's grammar."""

    __slots__ = ("attributes", "packing")

    def __init__(self) -> None:
        self.attributes: list[Attribute] = []
        self.packing = Packing()


class Context:
    """An open bracket, or the text itself.

    `kind`: "top", "record" and "enum" (their bodies), "parameters", "group" (parentheses around a
    declarator), "expression", "verbatim" (braces in an initialiser).
    """

    __slots__ = (
        "before_value",
        "behind",
        "closer",
        "inline",
        "kind",
        "notes",
        "pending",
        "segment",
        "stage",
        "stars",
        "start",
        "typed",
        "typedef",
        "wrapped",
    )  # fmt: skip

    def __init__(self, kind: str, closer: str, segment: int, start: int, notes: RecordNotes | None = None) -> None:
        self.kind = kind
        self.closer = closer
        self.notes = notes  # of the record whose body this is
        self.pending: list[Attribute] = []  # wait for the declared name
        self.behind: list[Attribute] = []  # wait for the closing parenthesis
        self.begin(segment, start)

    def begin(self, segment: int, start: int) -> None:
        """A new declaration, numbered `segment`, whose prepared text begins at the word `start`."""
        self.segment = segment
        self.start = start
        self.inline = False
        self.typed = False  # a type was named
        self.typedef = False
        self.stage = SPECIFIER
        self.stars = 0
        self.before_value = 0  # where in the prepared text the `:` or `=` stands that begins the value
        self.wrapped = False  # the value was put in parentheses
