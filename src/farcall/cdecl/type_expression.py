"""Where expressions and types meet: sizeof, offsetof, typeof, _Generic, the members of structs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from ..ctype import CType, Record, alignof, compatible, names, sizeof, unqualified
from ..errors import IncompleteTypeError, UnsupportedTypeError
from .cursor import Cursor
from .keywords import KEYWORDS, UNSUPPORTED
from .member import member
from .operand import Operand, decayed, integer_type

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import TypeVar

    Found = TypeVar("Found")

__all__ = ["TypeExpressions"]

#: Words that begin a type, beside a typedef's name.
TYPE_STARTS = frozenset(w for w, (kind, _) in KEYWORDS.items() if kind in ("type", "qualifier", "tagged", "typeof"))


class TypeExpressions(Cursor, ABC):
    """What a text says of types in the midst of expressions."""

    #: Whether what is read counts: not in the other branch of `?:` and under sizeof.
    live = True

    @abstractmethod
    def type_name(self) -> tuple[CType, int]:
        """Read a type's name; the type, with the alignment that its typedef brings (0: the type's own)."""

    @abstractmethod
    def conditional(self) -> Operand:
        """Read an expression, without commas and assignments."""

    @abstractmethod
    def unary(self) -> Operand:
        """Read an operand with the operators before and behind it."""

    @abstractmethod
    def postfix(self, operand: Operand) -> Operand:
        """Read the members and subscripts behind an operand."""

    def starts_type(self, index: int) -> bool:
        text = self.words[index]
        if text in TYPE_STARTS or text in UNSUPPORTED:
            return True
        return self.tokens[index].kind == "name" and self.transaction.typedef(text) is not None

    def when(self, live: bool, read: Callable[[], Found]) -> Found:
        outer, self.live = self.live, self.live and live
        try:
            return read()
        finally:
            self.live = outer

    def measure(self, start: int, word: str) -> int:
        """sizeof and _Alignof, of a type or an expression."""
        if self.words[self.index] == "(" and self.starts_type(self.index + 1):
            self.open("(")
            type, align = self.type_name()
            self.close(")")
            if self.words[self.index] == "{":
                self.skip_brackets()
        else:
            type, align = self.when(False, self.unary).type, 0
        try:
            return (align or alignof(type, self.model)) if word == "_Alignof" else sizeof(type, self.model)
        except (IncompleteTypeError, UnsupportedTypeError) as error:
            self.fail(start, f"{word} of {type}: {error}")

    def typeof(self) -> CType:
        """Read what stands behind the keyword `typeof`."""
        self.open("(")
        type = self.type_name()[0] if self.starts_type(self.index) else self.when(False, self.conditional).type
        self.close(")")
        return type

    def generic(self) -> Operand:
        """`_Generic(value, type: value, default: value)`: only the one that is chosen must be understood."""
        start = self.index - 1
        self.open("(")
        given = decayed(self.when(False, self.conditional)).type
        place = 0
        fallback = 0
        while self.passed(","):
            if self.passed("default"):
                type = None
            else:
                type, _ = self.type_name()
            self.expect(":")
            if type is None:
                fallback = self.index
            elif not place and self._same(given, type):
                place = self.index
            self.skip_to(",", ")")
        end = self.index
        if not place and not fallback:
            self.fail(start, f"_Generic has nothing for {given}")
        self.index = place or fallback
        found = self.conditional()
        self.index = end
        self.close(")")
        return found

    def _same(self, one: CType, other: CType) -> bool:
        """Whether the types are compatible: not, as `compatible` has it, `long` and `long long` that are equally wide."""
        plain = [integer_type(type, self.model) for type in (one, other)]
        return plain[0] == plain[1] if all(plain) else compatible(one, other, self.model)

    def offset(self) -> Operand:
        """offsetof(type, member), with the members of members and items behind it."""
        start = self.index - 1
        self.open("(")
        if not self.starts_type(self.index):
            self.fail(start, "offsetof takes a type and a member")
        type, _ = self.type_name()
        self.expect(",")
        offset, found = self.member_of(type)
        place = self.postfix(Operand(found, None, offset)).place
        if place is None:
            self.fail(start, "this is not a member")
        self.close(")")
        return Operand(names.size_t, place)

    def member_of(self, outer: CType) -> tuple[int, CType]:
        """Read a member's name; its offset and type."""
        at = self.index
        if self.tokens[at].kind != "name":
            self.fail(at, "this is not a member")
        self.index += 1
        record = unqualified(outer)
        if not isinstance(record, Record) or record.fields is None:
            self.fail(at, f"{outer} has no members")
        found = member(record, self.words[at], self.model)
        return found or self.fail(at, f"{outer} has no member {self.words[at]!r}")
