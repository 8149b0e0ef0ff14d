"""Preprocessor lines inside declarations: `#pragma pack` and `#define` of constants; others are refused."""

from __future__ import annotations

import re
from bisect import bisect_right

from ..ctype import BIG, LITTLE, ByteOrder
from ..record import NamedTuple
from .token import Token, fault, tokens

__all__ = ["Define", "Directives", "Packing"]

#: What helps with conditions, and with all that only a preprocessor understands.
PREPROCESS = 'cdef(include="./file.h") reads a file through the preprocessor, or leave such lines out'
#: What `#pragma scalar_storage_order` takes (GCC manual, "Structure-Layout Pragmas").
ORDERS = {str(BIG): BIG, str(LITTLE): LITTLE, "default": None}
LINE = r"#\s*(?P<word>[0-9]+|[A-Za-z_]*)"


class Define(NamedTuple):
    """`#define name body`; `line` is its token."""

    name: str
    body: list[Token]
    line: Token


class Packing(NamedTuple):
    """What pragmas say of the records that end behind them: `#pragma pack`, in bytes, and `ms_struct`; and of
    those that begin there: the byte order of `scalar_storage_order`."""

    cap: int = 0
    microsoft: bool = False
    order: ByteOrder | None = None


class Directives:
    """What the lines of a text say that begin with `#`: macros in `defines`, and the packing at each place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.defines: list[Define] = []
        self.packing = Packing()
        self.stack: list[tuple[str, int]] = []
        self._changes: list[tuple[int, Packing]] = [(0, self.packing)]

    def packing_at(self, offset: int) -> Packing:
        """What the pragmas before this place bring about."""
        changes = self._changes
        return changes[bisect_right(changes, offset, key=lambda change: change[0]) - 1][1]

    def obey(self, token: Token) -> None:
        """Take in a line. Raises DeclarationError for one that cannot be obeyed."""
        head = re.match(LINE, token.text, re.ASCII)
        assert head is not None
        word = head["word"]
        if word.isdigit() or word == "line" or (not word and token.text.strip("# \t\r\\\n") == ""):
            return  # a line marker of a preprocessor, or the null directive
        text = self.text
        end = token.offset + len(token.text)
        body = tokens(text, token.offset + head.end(), end) if word in ("define", "pragma") else []
        if word == "pragma":
            self._pragma(token, body)
        elif word == "define":
            if not body or body[0].kind != "name":
                raise fault(text, token.offset, "#define needs a name")
            name, rest = body[0], body[1:]
            if not rest or (rest[0].text == "(" and rest[0].offset == name.offset + len(name.text)):
                raise fault(
                    text,
                    token.offset,
                    f"#define {name.text} is not a constant: only those are understood",
                )
            self.defines.append(Define(name.text, rest, token))
        else:
            instead = 'cdef(include="...") reads a header by its name' if word == "include" else PREPROCESS
            raise fault(text, token.offset, f"#{word} is not understood here: {instead}")

    def _pragma(self, line: Token, body: list[Token]) -> None:
        """`#pragma pack` as GCC and Microsoft's compiler read it (GCC manual, "Structure-Layout Pragmas")."""
        words = [token.text for token in body]
        if words[:1] == ["ms_struct"] and words[1:] in (["on"], ["off"], ["reset"]):
            self._packed(line, self.packing._replace(microsoft=words[1] == "on"))
        elif words[:1] == ["scalar_storage_order"]:
            self._packed(line, self.packing._replace(order=self._order("".join(words[1:]), line)))
        elif words[:1] == ["pack"]:  # by C's own rule others are ignored: none of them changes layouts
            self._pack(line, words)

    def _order(self, name: str, line: Token) -> ByteOrder | None:
        if name not in ORDERS:
            raise fault(self.text, line.offset, f"#pragma scalar_storage_order takes {', '.join(ORDERS)}")
        return ORDERS[name]

    def _pack(self, line: Token, words: list[str]) -> None:
        arguments = [word for word in words[2:-1] if word != ","]
        if words[1:2] != ["("] or words[-1] != ")":
            raise fault(self.text, line.offset, "#pragma pack needs parentheses")
        label = ""
        action = arguments.pop(0) if arguments[:1] in (["push"], ["pop"]) else "set"
        if action != "set" and arguments and not arguments[0].isdigit():
            label = arguments.pop(0)
        if len(arguments) > 1 or any(word not in ("0", "1", "2", "4", "8", "16") for word in arguments):
            raise fault(self.text, line.offset, "#pragma pack takes 1, 2, 4, 8 or 16")
        cap = self.packing.cap
        if action == "push":
            self.stack.append((label, cap))
        elif action == "pop":
            names = [name for name, _ in self.stack]
            if not names or (label and label not in names):
                raise fault(self.text, line.offset, "#pragma pack(pop) without its push")
            position = len(names) - 1 - names[::-1].index(label) if label else len(names) - 1
            cap = self.stack[position][1]
            del self.stack[position:]
        if arguments or action == "set":
            cap = int(arguments[0]) if arguments else 0
        self._packed(line, self.packing._replace(cap=cap))

    def _packed(self, line: Token, packing: Packing) -> None:
        self.packing = packing
        self._changes.append((line.offset, packing))
