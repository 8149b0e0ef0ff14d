"""pycparser at work: prepared text in, its abstract syntax tree out, and every failure as one exception.

pycparser is imported here and nowhere else, when the first declaration is parsed. Versions 2.21 (PLY) and 3
(recursive descent) give the same trees for what is used here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ..lock import Lock

__all__ = ["Node", "SyntaxFault", "tree"]

#: A node of pycparser's tree. Its classes differ between versions; they are told apart by name.
Node = Any

#: Trees are kept for texts up to this length, in characters.
KEPT_LENGTH = 4096

MESSAGE = re.compile(r"^[^:]*:(\d+)(?::\d+)?: (.*)$", re.DOTALL)

_lock = Lock()  # pycparser's parsers hold state while they parse
_parser: tuple[Any, type[Exception]] | None = None


class SyntaxFault(Exception):
    """pycparser's refusal: the line of the prepared text (0: its end), and what it found there."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(line, message)
        self.line = line
        self.message = message


def tree(text: str) -> list[Node]:
    """The external declarations of prepared text, which must not be changed. Raises SyntaxFault."""
    return _kept_tree(text) if len(text) <= KEPT_LENGTH else _tree(text)


def _load() -> tuple[Any, type[Exception]]:
    global _parser
    if _parser is None:
        from pycparser.c_parser import CParser, ParseError

        _parser = CParser(), ParseError
    return _parser


def _tree(text: str) -> list[Node]:
    with _lock:
        parser, refusal = _load()
        try:
            found: list[Node] = parser.parse(text).ext
        except refusal as error:
            match = MESSAGE.match(str(error))
            if "end of input" in str(error):
                raise SyntaxFault(0, "unexpected end of the text") from None
            if match is None:  # some of version 3's come without a place
                raise SyntaxFault(_reached(parser, text), "syntax error") from None
            raise SyntaxFault(int(match[1]), _worded(match[2])) from None
        except RecursionError:
            raise SyntaxFault(0, "nested too deeply") from None
        except Exception:  # pycparser asserts and indexes its way through what it does not expect
            raise SyntaxFault(_reached(parser, text), "syntax error") from None
    return found


def _worded(message: str) -> str:
    """pycparser's `before: x` as a sentence; the rest as it is, with a small first letter."""
    if message.startswith("before: "):
        return f"syntax error before {message[8:]!r}"
    return message[:1].lower() + message[1:]


_kept_tree = lru_cache(maxsize=256)(_tree)


def _reached(parser: Any, text: str) -> int:
    """The line that the lexer reached, 0 where it got to the end."""
    lexer = parser.clex
    inner = getattr(lexer, "lexer", None)
    line = getattr(lexer, "_lineno", None) or getattr(inner, "lineno", None) or 0
    return line if isinstance(line, int) and line <= text.count("\n") else 0
