"""Enumerations: the values of the constants, and the integer type that GCC gives the enum."""

from __future__ import annotations

from ..ctype import DataModel, Enum, Integer, names, sizeof
from ..errors import DeclarationError, FarcallError, UnsupportedTypeError
from ..record import replace
from .cursor import CLOSERS
from .declarator import Declarators, Specifiers
from .keywords import ATTRIBUTES
from .operand import integer_type

__all__ = ["Enumerations"]

#: Candidates for the underlying type, in order (GCC manual, "Structures, unions, enumerations, and bit-fields
#: implementation"; with `packed` or -fshort-enums the smallest one that holds the values).
USUAL = (names.uint, names.int_, names.ulong, names.long, names.ulonglong, names.longlong)
PACKED = (names.uchar, names.schar, names.ushort, names.short, *USUAL)


class Enumerations(Declarators):
    """The enumerations of a text. Constants that cannot be valued go to `lost`, with the reason, if that is a
    dictionary; else they are errors."""

    lost: dict[str, FarcallError] | None = None

    def enumeration(self, found: Specifiers) -> None:
        """Read an enum behind its keyword; its constants are declared on the way."""
        keyword = self.index - 1
        attributes = self.attributes()
        place, tag = self.index, None
        if self.named(place):
            tag = self.words[place]
            self.index += 1
        found.place, found.kind = keyword, "enum"
        fixed = self._fixed()
        if self.words[self.index] != "{" and fixed is None:
            found.type = self._known(keyword, tag)
            return
        other = self.transaction.other_kind("enum", tag) if tag else ""
        if other:
            self.fail(place, f"{tag!r} is already the tag of a {other}")
        found.kind = "enum body"
        constants = self._constants(fixed) if self.words[self.index] == "{" else ()
        attributes += self.attributes()
        packed = any(a.name == "packed" for a in attributes)
        values = [value for _, value in constants] or [0]
        underlying = fixed or _underlying(values, PACKED if packed else USUAL, self.model)
        if underlying is None:
            self.fail(place, "no integer type holds all values of this enum")
        enum = Enum(tag, underlying, constants)
        known = self.transaction.tag("enum", tag) if tag else None
        if fixed and not constants and isinstance(known, Enum) and known.underlying == underlying:
            enum = known  # named again, with its type
        self.accept(place, self.transaction.add_enum(enum))
        found.type = enum if tag or "typedef" not in found.storage else replace(enum, name=self._typedef_name())

    def _known(self, keyword: int, tag: str | None) -> Enum:
        if tag is None:
            self.fail(self.index, "an enum needs a tag or constants")
        known = self.transaction.tag("enum", tag)
        if not isinstance(known, Enum):
            other = self.transaction.other_kind("enum", tag)
            self.fail(keyword, f"{other} {tag} is not an enum" if other else f"enum {tag} is not declared")
        return known

    def _fixed(self) -> Integer | None:
        """C23's `: type` (6.7.3.3); in a struct the colon may be that of a bit-field."""
        if self.words[self.index] != ":" or not self.starts_type(self.index + 1):
            return None
        self.index += 1
        start = self.index
        type = self.specifiers().type
        underlying = integer_type(type, self.model)
        if underlying is None:
            self.fail(start, f"an enum of {type}")
        return underlying

    def _constants(self, fixed: Integer | None) -> tuple[tuple[str, int], ...]:
        self.open("{")
        constants: dict[str, int] = {}
        next_value: int | None = 0  # None behind one that is lost
        depth = len(self.opened)
        while self.named(self.index):
            place, name = self.index, self.words[self.index]
            self.index += 1
            if name in constants:
                self.fail(place, f"{name!r} is declared twice")
            self.attributes()
            try:
                if self.passed("="):
                    next_value = self.constant()
                elif next_value is None:
                    self.fail(place, f"the value of {name!r} follows one that is not understood")
                self._check(place, name, next_value, fixed)
                # Known at once: the next value may use it.
                self.accept(place, self.transaction.add_constant(name, next_value))
                constants[name] = next_value
                next_value += 1
            except (DeclarationError, UnsupportedTypeError) as error:
                if self.lost is None:
                    raise
                self.lost[name] = error
                next_value, self.index = None, place + 1
                del self.opened[depth:]
                self.skip_to(",", "}")
            if not self.passed(","):
                break
        if not constants and not self.lost:
            self.unexpected()
        self.close("}", "an enum")
        return tuple(constants.items())

    def _check(self, place: int, name: str, value: int, fixed: Integer | None) -> None:
        if not -(1 << 63) <= value < 1 << 64:
            self.fail(place, f"{name} = {value} is too large for any integer type")
        if fixed is not None and _underlying([value], (fixed,), self.model) is None:
            self.fail(place, f"{name} = {value} does not fit {fixed}")

    def _typedef_name(self) -> str | None:
        """The first name that the typedef whose declarators come next gives to the enum itself."""
        index, before, depth = self.index, ",", 0
        while (text := self.words[index]) and (text != ";" or depth):
            behind = self.words[index + 1]
            if not depth and before == "," and self.tokens[index].kind == "name" and behind in (",", ";", *ATTRIBUTES):
                return text
            depth += (text in CLOSERS) - (text in CLOSERS.values())
            index, before = index + 1, text
        return None


def _underlying(values: list[int], candidates: tuple[Integer, ...], model: DataModel) -> Integer | None:
    low, high = min(values), max(values)
    alone = len(candidates) == 1
    for type in candidates:
        bits = 1 if type.rank == "bool" else 8 * sizeof(type, model)
        signed = type.signed if type.signed is not None else model.char_signed
        if signed and (low < 0 or alone) and -(1 << (bits - 1)) <= low and high < 1 << (bits - 1):
            return type
        if not signed and low >= 0 and high < 1 << bits:
            return type
    return None
