"""Preprocessor lines inside declarations: `#pragma pack` and `#define` of constants; others are refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .token import Token, fault, tokens

if TYPE_CHECKING:
    from .prepared import Prepared

__all__ = ["Define", "Packing", "directive"]

LINE = re.compile(r"#\s*(?P<word>[0-9]+|[A-Za-z_]*)", re.ASCII)


class Define(NamedTuple):
    """`#define name body`; `line` is the index of its token."""

    name: str
    body: list[Token]
    line: int


class Packing(NamedTuple):
    """What pragmas say of the records that end behind them: `#pragma pack`, in bytes, and `ms_struct`."""

    cap: int = 0
    microsoft: bool = False


def directive(outline: Prepared, index: int, token: Token) -> None:
    """Obey the line at token `index`. Raises DeclarationError for a line that cannot be obeyed."""
    head = LINE.match(token.text)
    assert head is not None
    word = head["word"]
    if word.isdigit() or word == "line" or (not word and token.text.strip("# \t\r\\\n") == ""):
        return  # a line marker of a preprocessor, or the null directive
    text = outline.text
    end = token.offset + len(token.text)
    body = tokens(text, token.offset + head.end(), end) if word in ("define", "pragma") else []
    if word == "pragma":
        _pragma(outline, token, body)
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
        outline.defines.append(Define(name.text, rest, index))
    else:
        raise fault(text, token.offset, f"#{word} is not understood here: run the text through a preprocessor first")


def _pragma(outline: Prepared, line: Token, body: list[Token]) -> None:
    """`#pragma pack` as GCC and Microsoft's compiler read it (GCC manual, "Structure-Layout Pragmas")."""
    words = [token.text for token in body]
    if words[:1] == ["ms_struct"] and words[1:] in (["on"], ["off"], ["reset"]):
        outline.packing = outline.packing._replace(microsoft=words[1] == "on")
        return
    if words[:1] == ["scalar_storage_order"]:
        raise fault(outline.text, line.offset, "#pragma scalar_storage_order is not supported")
    if words[:1] != ["pack"]:
        return  # by C's own rule a pragma that is not known is ignored; none of the others changes layouts
    arguments = [word for word in words[2:-1] if word != ","]
    if words[1:2] != ["("] or words[-1] != ")":
        raise fault(outline.text, line.offset, "#pragma pack needs parentheses")
    stack = outline.packing_stack
    label = ""
    action = arguments.pop(0) if arguments[:1] in (["push"], ["pop"]) else "set"
    if action != "set" and arguments and not arguments[0].isdigit():
        label = arguments.pop(0)
    if len(arguments) > 1 or any(word not in ("0", "1", "2", "4", "8", "16") for word in arguments):
        raise fault(outline.text, line.offset, "#pragma pack takes 1, 2, 4, 8 or 16")
    if action == "push":
        stack.append((label, outline.packing.cap))
    elif action == "pop":
        names = [name for name, _ in stack]
        if not stack or (label and label not in names):
            raise fault(outline.text, line.offset, "#pragma pack(pop) without its push")
        position = len(names) - 1 - names[::-1].index(label) if label else len(names) - 1
        outline.packing = outline.packing._replace(cap=stack[position][1])
        del stack[position:]
    if arguments or action == "set":
        outline.packing = outline.packing._replace(cap=int(arguments[0]) if arguments else 0)
