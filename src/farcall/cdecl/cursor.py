"""The tokens of a text and the place that reading has come to; brackets, attributes and errors on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..errors import DeclarationError, UnsupportedTypeError
from .attribute import Attribute, attributes, matching
from .directive import Define, Directives
from .keywords import ATTRIBUTES, KEYWORDS
from .token import Token, fault, tokens
from .transaction import Transaction

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import NoReturn, TypeVar

    Found = TypeVar("Found")

__all__ = ["CLOSERS", "Cursor"]

#: Brackets in one another beyond which a text is an attack, not a type.
DEEPEST = 60

#: What stands where C has no such thing, and what it is there.
CPP = dict.fromkeys(("&", "&&"), "; references are C++'s: C declares a pointer")

CLOSERS = {"(": ")", "[": "]", "{": "}"}


class Cursor:
    """What is read, and how far. `words` has the texts of the `tokens`, the last of which is the end, an empty one.

    Every method raises DeclarationError where the text is wrong, pointing there.
    """

    def __init__(self, text: str, transaction: Transaction) -> None:
        self.text = text
        self.transaction = transaction
        self.model = transaction.model
        self.directives = Directives(text)
        found = tokens(text)
        if "#" in text:
            kept = []
            for token in found:
                if token.kind == "directive":
                    self.directives.obey(token)
                else:
                    kept.append(token)
            found = kept
        self.macros: dict[str, Define] = {define.name: define for define in self.directives.defines}
        self.opened: list[str] = []  # what closes the brackets that are open
        self.enter(found)

    def enter(self, found: Iterable[Token]) -> None:
        """Read these tokens of the text from now on."""
        self.tokens = [*found]
        last = self.tokens[-1] if self.tokens else Token("end", "", 0)
        self.tokens.append(Token("end", "", last.offset + len(last.text)))
        self.words = [token.text for token in self.tokens]
        self.index = 0

    # Errors

    def fault(self, index: int, message: str) -> DeclarationError:
        return self.fault_at(self.tokens[index].offset, message)

    def fault_at(self, offset: int, message: str) -> DeclarationError:
        return fault(self.text, offset, message)

    def fail(self, index: int, message: str) -> NoReturn:
        """Raise the DeclarationError that points at token `index`."""
        raise self.fault(index, message)

    def accept(self, index: int, complaint: str) -> None:
        if complaint:
            self.fail(index, complaint)

    def refuse(self, index: int, what: str) -> NoReturn:
        """Raise the UnsupportedTypeError for something that is not modelled."""
        raise UnsupportedTypeError(str(self.fault(index, f"{what} is not supported")))

    def unexpected(self) -> NoReturn:
        """Raise the error for a token that does not fit here."""
        text = self.words[self.index]
        if not text:
            self.fail(self.index, "unexpected end of the text")
        unmatched = text in CLOSERS.values() and self.opened[-1:] != [text]
        missing = "; is a ';' missing before it?" if self.begins_a_line() else CPP.get(text, "")
        self.fail(self.index, f"unmatched {text!r}" if unmatched else f"syntax error before {text!r}{missing}")

    # Tokens

    @property
    def at_end(self) -> bool:
        return self.index == len(self.tokens) - 1

    def named(self, index: int) -> bool:
        """Whether the token is a name that C has no other use for."""
        return self.tokens[index].kind == "name" and self.words[index] not in KEYWORDS

    def expect(self, text: str) -> None:
        if self.words[self.index] != text:
            self.unexpected()
        self.index += 1

    def begins_a_line(self) -> bool:
        """Whether the next token stands on another line than the one before, which ends no declaration."""
        if not 0 < self.index < len(self.tokens) - 1 or self.words[self.index - 1] in (";", ",", "{"):
            return False
        return "\n" in self.text[self.tokens[self.index - 1].offset : self.tokens[self.index].offset]

    def passed(self, text: str) -> bool:
        """Whether this is the next token, which then is read."""
        if self.words[self.index] != text:
            return False
        self.index += 1
        return True

    def before(self, *ends: str) -> None:
        """Check that one of these, or the end of the text, comes next."""
        if self.words[self.index] not in ends and not self.at_end:
            self.unexpected()

    def open(self, text: str) -> None:
        """Read an opening bracket."""
        if self.words[self.index] != text:
            self.fail(self.index, f"expected {text!r} behind {self.words[self.index - 1]}")
        self.opened.append(CLOSERS[text])
        if len(self.opened) > DEEPEST:
            self.fail(self.index, f"brackets are nested more than {DEEPEST} deep")
        self.index += 1

    def close(self, text: str, inside: str = "brackets") -> None:
        """Read the bracket that closes; `inside` is what it ends."""
        if self.words[self.index] != text:
            if self.at_end:
                self.fail(self.index, f"the text ends inside {inside}")
            self.unexpected()
        self.opened.pop()
        self.index += 1

    def skip_brackets(self) -> None:
        """Pass over a bracket and all that is in it."""
        self.index = matching(self.text, self.tokens, self.index) + 1

    def skip_to(self, *ends: str) -> None:
        """Pass over tokens up to one of these that stands outside of brackets, or to the end."""
        while self.words[self.index] not in ends and not self.at_end:
            if self.words[self.index] in CLOSERS:
                self.skip_brackets()
            elif self.words[self.index] in CLOSERS.values():
                self.unexpected()
            else:
                self.index += 1

    def attributes(self) -> list[Attribute]:
        """The attributes that stand here."""
        found: list[Attribute] = []
        while self.words[self.index] in ATTRIBUTES or (
            self.words[self.index] == "[" and self.words[self.index + 1] == "["
        ):
            read = attributes(self.text, self.tokens, self.index)
            assert read is not None
            found += read[0]
            self.index = read[1]
        return found

    def behind_attributes(self, index: int) -> int:
        """The index behind the attributes that stand at `index`."""
        here, self.index = self.index, index
        self.attributes()
        behind, self.index = self.index, here
        return behind

    def apart(self, body: Sequence[Token], read: Callable[[], Found]) -> Found:
        """What `read` makes of other tokens of the text, all of which it must read."""
        here = self.tokens, self.words, self.index, self.opened
        self.enter(body)
        self.opened = []
        try:
            found = read()
            if not self.at_end:
                self.unexpected()
        finally:
            self.tokens, self.words, self.index, self.opened = here
        return found
