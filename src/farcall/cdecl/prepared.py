"""C text prepared for pycparser, one token a line, and the tables of what is not in it."""

from __future__ import annotations

from typing import NoReturn

from ..errors import DeclarationError
from .attribute import Attribute
from .context import RecordNotes
from .directive import Define, Packing
from .token import Token, fault

__all__ = ["MARKER", "Prepared"]

#: How the names begin that are put into the text for pycparser; refused in the user's.
MARKER = "__farcall_"


class Prepared:
    """The prepared text of the tokens `stream` of `text`, with the tables; the outline fills them."""

    def __init__(self, text: str, stream: list[Token]) -> None:
        self.text = text
        self.stream = stream
        self.end = self.stream[-1].offset + len(self.stream[-1].text) if self.stream else 0
        self.words: list[str] = []  # the prepared text, a token each
        self.origins: list[int] = []  # for each word, the index of the token it stands for
        self.markers: list[tuple[bool, list[Attribute]]] = []  # (belongs to the type right there, attributes)
        self.segments: dict[int, list[Attribute]] = {}
        self.segment_of: list[int] = []  # for each token, its declaration
        self.records: dict[int, RecordNotes] = {}  # by the index of its keyword, tag and braces
        self.type_names: set[str] = set()  # names used as types
        self.declared: set[str] = set()  # typedefs of this text
        self.tags: dict[str, str] = {}  # tags of this text, with their keywords
        self.named = False  # whether a name is declared at all, outside of structs and parameters
        self.defines: list[Define] = []
        self.asserts: list[int] = []  # the token index of each static assertion
        self.packing = Packing()
        self.packing_stack: list[tuple[str, int]] = []

    def fail(self, index: int, message: str) -> NoReturn:
        """Raise the DeclarationError that points at token `index`, or at the end of the text."""
        raise self.fault(index, message)

    def fault(self, index: int, message: str) -> DeclarationError:
        at = self.stream[index].offset if 0 <= index < len(self.stream) else self.end
        return fault(self.text, at, message)

    def mark(self, structural: bool, found: list[Attribute], index: int, at: int) -> None:
        self.words.insert(at, f"[{MARKER}{len(self.markers)}]")
        self.origins.insert(at, index)
        self.markers.append((structural, found))

    def at(self, index: int) -> str:
        return self.stream[index].text if index < len(self.stream) else ""

    def emit(self, word: str, index: int) -> None:
        self.words.append(word)
        self.origins.append(index)
