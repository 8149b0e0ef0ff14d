"""Specifiers: storage, qualifiers, attributes, and the type that a set of C's own words is (C11 6.7.2 p2, and GNU's
additions)."""

from __future__ import annotations

import re

from ..ctype import Complex, CType, alignof, names, unqualified
from .attribute_effects import checked_alignment
from .declarator import Specifiers
from .enumeration import Enumerations
from .keywords import KEYWORDS
from .record import Records

__all__ = ["SpecifierReader"]

#: Floating types beside C's own.
EXTENDED = (names.float16, names.bfloat16, names.float128, names.fp16)

SIGNED = {
    "char": names.schar,
    "short": names.short,
    "": names.int_,
    "long": names.long,
    "long long": names.longlong,
}
UNSIGNED = {
    "char": names.uchar, "short": names.ushort, "": names.uint, "long": names.ulong,
    "long long": names.ulonglong,
}  # fmt: skip


def _key(text: str) -> tuple[str, ...]:
    return tuple(sorted(text.split()))


def _table() -> dict[tuple[str, ...], CType]:
    table: dict[tuple[str, ...], CType] = {
        _key("void"): names.void,
        _key("_Bool"): names.bool_,
        _key("char"): names.char,
        _key("__int128"): names.int128,
        _key("signed __int128"): names.int128,
        _key("unsigned __int128"): names.uint128,
        _key("_Complex"): names.complex_double,  # GNU: a lone _Complex is of doubles
    }
    for part in (names.float_, names.double, names.longdouble, *EXTENDED):
        table[_key(part.name)] = part
        table[_key(f"{part.name} _Complex")] = Complex(part)
    for width in SIGNED:
        for int_ in ("", "int") if width != "char" else ("",):
            if width or int_:
                table.setdefault(_key(f"{width} {int_}"), SIGNED[width])
            table[_key(f"signed {width} {int_}")] = SIGNED[width]
            table[_key(f"unsigned {width} {int_}")] = UNSIGNED[width]
    return table


BASIC = _table()
#: Words that begin a declaration of C++.
CPP = frozenset({"class", "template", "namespace", "public", "virtual", "using"})
#: A text that is the name of a header.
HEADER = r"[<\"]?(?P<name>[\w./+-]+\.hh?)[>\"]?\Z"
#: The types that one word names, as most do; other spellings of `long long` and `long double` are one word too.
LONE = {" ".join(key): type for key, type in BASIC.items() if len(key) == 1} | {
    "long long": names.longlong,
    "long double": names.longdouble,
}


class SpecifierReader(Records, Enumerations):
    """The specifiers of a text's declarations. `suggest` gives the end of a message about an unknown type."""

    def suggest(self, name: str) -> str:
        """What an unknown type may have been meant to be, as the end of a message."""
        if name in CPP:
            return ': C++ is not understood, only what it declares extern "C"'
        if instead := self._as_header():
            return instead
        from difflib import get_close_matches  # slow to import, and only errors need it

        scope = self.transaction.scope
        for kind, tag in (*self.transaction.tags, *scope.tags):
            if tag == name:
                return f"; did you mean '{kind} {name}'?"
        known = [*self.transaction.typedefs, *scope.typedefs, "int", "double", "float", "unsigned", "char"]
        near = get_close_matches(name, known, 1)
        return f"; did you mean {near[0]!r}?" if near else ""

    def specifiers(self) -> Specifiers:
        found = Specifiers(self.index)
        words: list[str] = []
        place = -1  # of the type
        while True:
            text = self.words[self.index]
            kind, word = KEYWORDS.get(text, ("", ""))
            if kind == "type":
                if place >= 0 and not words:
                    if self.begins_a_line():
                        self.unexpected()
                    self.fail(place, f"'{self.words[place]} {text}' is not a type")
                place = self.index if place < 0 else place
                words.append(word)
            elif kind == "qualifier" and not (word == "_Atomic" and self.words[self.index + 1] == "("):
                found.qualifiers.append(word)
            elif kind == "storage":
                found.storage.add(word)
            elif kind == "dropped":
                if "inline" in word:
                    found.storage.add("inline")
            elif kind == "constexpr":  # C23 6.7.2
                found.storage.add("static")
                found.qualifiers.append("const")
            elif kind == "asm":
                self.assembler()
                continue
            elif kind == "align":
                self._aligned(found)
                continue
            elif kind == "unsupported":
                self.refuse(self.index, text)
            elif kind == "attribute" or (text == "[" and self.words[self.index + 1] == "["):
                found.attributes += self.attributes()
                continue
            elif kind:
                if place >= 0:
                    self.unexpected()
                place = self.index
                self._special(found, kind, word)
                continue
            elif place < 0 and self.tokens[self.index].kind == "name":
                place = self.index
                self._typedef(found, text)
            else:
                break
            self.index += 1
        if words:
            found.type = self._basic(place, words, found)
        elif place < 0:
            self._missing()
        if not found.kind:
            found.place = place
        return found

    def _special(self, found: Specifiers, kind: str, word: str) -> None:
        """A struct, union or enum, `typeof`, or `_Atomic(type)`."""
        self.index += 1
        if word == "enum":
            self.enumeration(found)
        elif kind == "tagged":
            self.record(found, word)
        elif kind == "typeof":
            type = self.typeof()
            found.type = unqualified(type) if "unqual" in word else type
        else:
            self.open("(")
            found.type = self.type_name()[0]
            self.close(")")
            found.qualifiers.append(word)

    def _typedef(self, found: Specifiers, text: str) -> None:
        known = self.transaction.typedef(text)
        if known is None:
            self.fail(self.index, f"unknown type name {text!r}{self.suggest(text)}")
        found.type = known
        found.typedef_align = self.transaction.alignment(text)

    def _basic(self, place: int, words: list[str], found: Specifiers) -> CType:
        type = LONE.get(words[0]) if len(words) == 1 else BASIC.get(tuple(sorted(" ".join(words).split())))
        if type is None or found.kind:
            if "_Complex" in words:
                self.refuse(place, " ".join(words))
            self.fail(place, f"{' '.join(words)!r} is not a type")
        return type

    def _missing(self) -> None:
        """Complain that no type stands here."""
        if self.at_end:
            self.unexpected()
        if self.tokens[self.index].kind == "string" and self.words[self.index - 1] == "extern":
            self.fail(self.index, 'extern "C" is C++: declare its contents only')
        self.fail(self.index, f"a type is missing before {self.words[self.index]!r}{self._as_header()}")

    def _as_header(self) -> str:
        """The end of a message where the text is the name of a header; "" where it is not."""
        header = re.match(HEADER, self.text.strip())
        return f"; cdef(include={header['name']!r}) reads a header" if header else ""

    def _aligned(self, found: Specifiers) -> None:
        start = self.index
        self.index += 1
        self.open("(")
        if self.starts_type(self.index):
            type, typedef_align = self.type_name()
            value = self.checked(start, lambda: typedef_align or alignof(type, self.model))
        else:
            value = self.constant()
        self.close(")")
        if value and not checked_alignment(value):  # _Alignas(0) has no effect (C11 6.7.5 p6)
            self.fail(start, f"an alignment of {value} bytes: it must be a power of two")
        found.aligned = max(found.aligned, value)
