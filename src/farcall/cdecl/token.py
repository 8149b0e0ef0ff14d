"""C text as tokens that know where they stand, and errors that point there."""

from __future__ import annotations

import re

from ..errors import DeclarationError
from ..record import NamedTuple

__all__ = ["Token", "fault", "tokens"]

TOKEN = re.compile(
    r"""
    (?P<space> (?: [ \t\r\n\f\v] | \\\r?\n | //(?:\\\r?\n|[^\n])* | /\*.*?\*/ )+ )
  | (?P<character> (?:u8|[LuU])?'(?:\\.|[^'\\\n])+' )
  | (?P<string> (?:u8|[LuU])?"(?:\\.|[^"\\\n])*" )
  | (?P<name> [A-Za-z_$][A-Za-z0-9_$]* )
  | (?P<number> \.?[0-9](?:[eEpP][+-]|[A-Za-z0-9_.'])* )
  | (?P<mark> \.\.\. | <<= | >>= | -> | \+\+ | -- | << | >> | <= | >= | == | != | && | \|\|
            | /(?!\*) | [-+*%&|^~!<>=?:;,.(){}\[\]] )
  | (?P<directive> \#(?: \\\r?\n | /\*.*?\*/ | [^\n] )* )
    """,
    re.VERBOSE | re.DOTALL,
)


#: Characters of a source line that an error shows; more only up to the place it points to.
LONGEST_SHOWN = 160


class Token(NamedTuple):
    """A piece of C: `kind` is "name", "number", "character", "string", "mark", "directive" (a whole `#` line), or "end".

    `offset` counts characters from the start of the text it came from.
    """

    kind: str
    text: str
    offset: int


def fault(text: str, offset: int, message: str) -> DeclarationError:
    """The error that shows the line of `text` in which `offset` lies."""
    offset = min(offset, len(text))
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    if end - start > LONGEST_SHOWN:
        end = max(min(end, offset + LONGEST_SHOWN // 2), start + LONGEST_SHOWN)
    shown = text[start:end].rstrip("\r")
    return DeclarationError(message, line=text.count("\n", 0, offset) + 1, column=offset - start + 1, text=shown)


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of text[start:end], without comments and white space (C11 5.1.1.2, phases 2 and 3).

    Raises DeclarationError for a character that C does not know and for a comment or literal without an end.
    """
    found = []
    position, end = start, len(text) if end is None else end
    match = TOKEN.match
    while position < end:
        if text[position] == " ":
            position += 1
            continue
        piece = match(text, position, end)
        if piece is None:
            raise fault(text, position, _complaint(text, position))
        kind = piece.lastgroup or ""
        if kind != "space":
            if kind == "directive" and text[text.rfind("\n", 0, position) + 1 : position].strip():
                raise fault(text, position, "unexpected '#'")
            found.append(Token(kind, piece.group(), position))
        position = piece.end()
    return found


def _complaint(text: str, position: int) -> str:
    if text.startswith("/*", position):
        return "this comment has no end"
    if text[position] in "'\"":
        return "this literal has no end on its line, or is empty"
    return f"unexpected character {text[position]!r}"
