"""The index of headers: each declaration's text by the names it declares, and what macros stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ...record import NamedTuple
from .declarator import names
from .line_markers import Preprocessed
from .split_declarations import split_declarations

__all__ = ["Entry", "Index", "Macro", "indexed"]

SKIPPED = re.compile(r"(?:__extension__\s+)?(?:_Static_assert|static_assert|__asm__|__asm|asm)\b")
#: Of a function with a body, what says that it is compiled into its callers alone.
INLINED = re.compile(r"\bstatic\b|__gnu_inline__|__always_inline__|\bgnu_inline\b")

#: How much of a macro with parameters is kept, in characters: it is for messages alone.
LONGEST = 120


class Entry(NamedTuple):
    """A declaration: its text, its file's number and line, and whether that is one of the headers' own."""

    text: str
    file: int
    line: int
    own: bool


class Macro(NamedTuple):
    """What a macro without parameters stands for, all macros in it expanded, and whether it is one of the headers'
    own."""

    text: str
    own: bool


class Index(NamedTuple):
    """What headers declare. `types` (typedefs, tags, `enumerators`) and `values` (functions, variables) lead to
    their entries, `symbols` to another name in the library, `inline` functions, which no library has, to file, line
    and prototype, and `calls`, macros with parameters, to their definition."""

    files: Sequence[str]
    entries: Sequence[Entry]
    types: Mapping[str, Sequence[int]]
    enumerators: Sequence[str]
    values: Mapping[str, Sequence[int]]
    macros: Mapping[str, Macro]
    symbols: Mapping[str, str]
    inline: Mapping[str, tuple[int, int, str]]
    calls: Mapping[str, str]


def indexed(preprocessed: Preprocessed, expanded: Mapping[str, str]) -> Index:
    """The index of headers whose macros stand for what `expanded` says. Raises DeclarationError where brackets do
    not match."""
    entries: list[Entry] = []
    types: dict[str, list[int]] = {}
    values: dict[str, list[int]] = {}
    enumerators: list[str] = []
    symbols: dict[str, str] = {}
    inline: dict[str, tuple[int, int, str]] = {}
    for piece in split_declarations(preprocessed.text):
        if SKIPPED.match(piece.text):
            continue
        file, line, own = preprocessed.place(piece.offset)
        inlined = piece.body and INLINED.search(piece.text)
        if inlined and not own:
            continue
        found = names(piece.text)
        if inlined:
            inline.update(dict.fromkeys(found.values, (file, line, piece.text)))
            continue
        number = len(entries)
        entries.append(Entry(piece.text, file, line, own))
        enumerators += found.enumerators
        for name in (*found.types, *found.enumerators):
            types.setdefault(name, []).append(number)
        if found.static and "=" not in piece.text:
            continue  # a function that is defined elsewhere in the header
        for name in found.values:
            values.setdefault(name, []).append(number)
            if found.symbol and found.symbol != name:
                symbols[name] = found.symbol
    macros = {name: Macro(text, preprocessed.macros[name]) for name, text in expanded.items() if text and text != name}
    calls = {
        name: text if len(text) <= LONGEST else text[: LONGEST - 3] + "..." for name, text in preprocessed.calls.items()
    }
    return Index(preprocessed.files, entries, types, enumerators, values, macros, symbols, inline, calls)
