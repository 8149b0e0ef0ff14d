"""Which names a declaration declares, told from its words alone, before anything of it is parsed."""

from __future__ import annotations

import re

from ...record import NamedTuple
from ..keywords import ALIASES, CONVENTIONS, DROPPED, QUALIFIERS, SPECIFIERS, STORAGE, TAGGED

__all__ = ["Names", "names"]

WORDS = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_$][\w$]*|[0-9][\w.]*|[^\s\w]""")
PRAGMA = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
NAME = re.compile(r"[A-Za-z_$]")

#: Words with parentheses behind them that declare nothing.
CALLS = frozenset(["__attribute__", "__attribute", "__declspec", "_Alignas", "alignas", "__alignas"])
LABELS = frozenset(["asm", "__asm", "__asm__"])
TYPEOF = frozenset(["typeof", "__typeof", "__typeof__", "typeof_unqual"])
BESIDE = QUALIFIERS | STORAGE | DROPPED | CONVENTIONS.keys()
CLOSERS = {"(": ")", "{": "}", "[": "]"}


class Names(NamedTuple):
    """What one declaration declares: `types` (typedefs and tags), `enumerators`, `values` (functions and variables),
    the `symbol` that its assembler label gives it, "" without one; and whether it is `static`."""

    types: list[str]
    enumerators: list[str]
    values: list[str]
    symbol: str
    static: bool


def names(text: str) -> Names:
    """The names in one top-level declaration. Of text that is none, whatever comes out."""
    reader = _Reader(WORDS.findall(PRAGMA.sub("", text)))
    reader.read()
    return Names(reader.types, reader.enumerators, reader.values, reader.symbol, reader.static)


class _Reader:
    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.types: list[str] = []
        self.enumerators: list[str] = []
        self.values: list[str] = []
        self.symbol = ""
        self.static = False
        self.typedef = False

    def read(self) -> None:
        index = self._specifiers()
        depth = 0
        wanted = True
        words = self.words
        while index < len(words):
            word = words[index]
            if word in CALLS:
                index = self._behind(index + 1)
                continue
            if word in LABELS:
                end = self._behind(index + 1)
                strings = [text for text in words[index:end] if text[0] == '"']
                self.symbol = "".join(text[1:-1] for text in strings)
                index = end
                continue
            if word in CLOSERS and (word == "{" or not wanted):
                index = self._behind(index)
                continue
            if word == "(":
                depth += 1
            elif word == "[":
                index = self._behind(index)
                continue
            elif word == ")":
                depth -= 1
            elif word == "," and not depth:
                wanted = True
            elif wanted and NAME.match(word) and ALIASES.get(word, word) not in BESIDE:
                (self.types if self.typedef else self.values).append(word)
                wanted = False
                index += 1
                while depth and index < len(words):  # the rest of the parentheses around the name
                    depth += (words[index] == "(") - (words[index] == ")")
                    index += 1
                continue
            index += 1

    def _specifiers(self) -> int:
        """Read up to the first declarator; its index."""
        words, typed, index = self.words, False, 0
        while index < len(words):
            word = ALIASES.get(words[index], words[index])
            if word in CALLS or (word == "_Atomic" and self._at(index + 1) == "("):
                index = self._behind(index + 1)
                typed = typed or word == "_Atomic"
                continue
            if word in TAGGED:
                typed = True
                index = self._tagged(index + 1, word)
                continue
            if word in TYPEOF:
                typed = True
                index = self._behind(index + 1)
                continue
            if word in BESIDE:
                self.typedef = self.typedef or word == "typedef"
                self.static = self.static or word == "static"
            elif word.split(" ")[0] in SPECIFIERS or (NAME.match(word) and not typed):
                typed = True
            else:
                break
            index += 1
        return index

    def _tagged(self, index: int, keyword: str) -> int:
        while self._at(index) in CALLS:
            index = self._behind(index + 1)
        tag = self._at(index)
        if NAME.match(tag):
            index += 1
            if self._at(index) in ("{", ";", ":"):
                self.types.append(tag)
        if self._at(index) == ":" and keyword == "enum":  # C23: its underlying type
            while self._at(index) not in ("{", ";", ""):
                index += 1
        if self._at(index) != "{":
            return index
        end = self._behind(index)
        if keyword == "enum":
            self._enumerators(index, end)
        else:
            inner = index + 1
            while inner < end:
                word = self.words[inner]
                inner = self._tagged(inner + 1, word) if word in TAGGED else inner + 1
        return end

    def _enumerators(self, start: int, end: int) -> None:
        depth, fresh = 0, True
        for word in self.words[start + 1 : end - 1]:
            if word in CLOSERS:
                depth += 1
            elif word in ")]}":
                depth -= 1
            elif word == "," and not depth:
                fresh = True
                continue
            if fresh and NAME.match(word):
                self.enumerators.append(word)
            fresh = False

    def _behind(self, index: int) -> int:
        """The index behind the bracket that closes the one at `index`."""
        depth = 0
        while index < len(self.words):
            word = self.words[index]
            depth += word in CLOSERS
            depth -= word in CLOSERS.values()
            index += 1
            if depth <= 0:
                break
        return index

    def _at(self, index: int) -> str:
        return self.words[index] if index < len(self.words) else ""
