"""Preprocessed text cut into its top-level declarations, without reading them: brackets are all it knows of C.

A thousand functions of a header are cut apart in the time that parsing one of them takes; so only what is
asked for needs to be parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import DeclarationError
from ...record import NamedTuple
from ..directive import Directives
from ..token import Token

__all__ = ["DeclarationText", "split_declarations"]

STRUCTURE = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[{}()\[\];=]|^[ \t]*\#[^\n]*""", re.MULTILINE)
BRACES = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[{}]""")
#: The word before a parenthesis, to tell a function's from an attribute's.
WORD = re.compile(r"(\w*)\s*\Z")
NO_CALLS = frozenset(
    [
        "__attribute__", "__attribute", "__declspec", "asm", "__asm", "__asm__", "_Alignas", "alignas", "__alignas",
        "typeof", "__typeof", "__typeof__", "_Atomic",
    ]
)  # fmt: skip


class DeclarationText(NamedTuple):
    """One declaration: `text` with its semicolon, the offset it starts at, and whether it had a body, which is
    left out."""

    text: str
    offset: int
    body: bool


def split_declarations(text: str) -> Iterator[DeclarationText]:
    """The declarations in a text, each with the packing that holds for it. Raises DeclarationError where brackets
    do not match."""
    start = depth = opened = at = 0
    called = False  # parentheses of parameters stand before this place
    directives = Directives(text)
    before, pushed = _settings(directives)
    while (found := STRUCTURE.search(text, at)) is not None:
        mark, at = found.group(), found.end()
        if mark in "([":
            opened = found.start() if not depth else opened
            depth += 1
        elif mark in ")]":
            depth -= 1
            if not depth and mark == ")" and _word_before(text, opened) not in NO_CALLS:
                called = True
        elif mark == "{":
            if not depth and called:
                yield DeclarationText(f"{before}{text[start : found.start()].strip()};", _first(text, start), True)
                start = at = _behind_body(text, found.start())
                called = False
                continue
            depth += 1
        elif mark == "}":
            depth -= 1
        elif mark == ";" and not depth:
            declaration = text[start : found.end()].strip()
            if declaration != ";":
                yield DeclarationText(
                    (pushed if "#" in declaration else "") + before + declaration, _first(text, start), False
                )
            start, called = found.end(), False
        elif mark == "=" and not depth:
            called = False
        elif mark.lstrip().startswith("#"):
            line = mark.lstrip()
            directives.obey(Token("directive", line, found.end() - len(line)))
            if not text[start : found.start()].strip():
                start = found.end()
                before, pushed = _settings(directives)
            continue
        if depth < 0:
            raise DeclarationError(f"unmatched {mark!r}", text=_line(text, found.start()))
        if found.end() == start:
            before, pushed = _settings(directives)
    if text[start:].strip():
        raise DeclarationError("the headers end inside a declaration", text=_line(text, _first(text, start)))


def _behind_body(text: str, start: int) -> int:
    depth = 0
    for found in BRACES.finditer(text, start):
        depth += (found.group() == "{") - (found.group() == "}")
        if not depth:
            return found.end()
    raise DeclarationError("the headers end inside a function", text=_line(text, start))


def _word_before(text: str, offset: int) -> str:
    found = WORD.search(text, max(0, offset - 40), offset)
    return found[1] if found else ""


def _first(text: str, start: int) -> int:
    """Where, behind white space, something stands."""
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _settings(directives: Directives) -> tuple[str, str]:
    """The pragmas that bring about at the head of a text what holds now; and those for what was pushed, which a
    declaration with pragmas of its own may pop."""
    pushed = "".join(
        f"#pragma pack({cap or ''})\n#pragma pack(push{', ' if label else ''}{label})\n"
        for label, cap in directives.stack
    )
    cap = f"#pragma pack({directives.packing.cap})\n" if directives.packing.cap or pushed else ""
    order = directives.packing.order
    others = "#pragma ms_struct on\n" if directives.packing.microsoft else ""
    return cap + others + (f"#pragma scalar_storage_order {order}\n" if order else ""), pushed


def _line(text: str, offset: int) -> str:
    return text[text.rfind("\n", 0, offset) + 1 : offset + 80].split("\n")[0]
