"""Why a name that was asked for as a value is none, where headers tell, and what to do instead."""

from __future__ import annotations

from collections.abc import Callable

from .alias import PATH
from .index import Index

__all__ = ["why_not"]

#: How much of a macro's text is shown, in characters.
SHOWN = 60


def why_not(index: Index, header: str, name: str, is_type: Callable[[str], bool]) -> str:
    """Why a name is not declared; "" where the headers do not tell. `is_type` says whether a macro's text is one."""
    if name in index.inline:
        file, line, _ = index.inline[name]
        where = f"{index.files[file]}:{line}"
        return f"it is an inline function, {where}, which no library has: cdef(include=..., inline=True) compiles it"
    if name in index.calls:
        definition = _short(index.calls[name])
        return (
            f"it is a macro with parameters of {header}, {definition}: use what it stands for, or have it compiled by"
            " cdef(include=..., inline=True)"
        )
    if name in index.macros:
        return _of_macro(index, header, name, is_type)
    if name in index.types and name not in index.enumerators:
        return f"it is a type: types.{name} of the library is its class"
    return ""


def _of_macro(index: Index, header: str, name: str, is_type: Callable[[str], bool]) -> str:
    text = index.macros[name].text
    macro = f"it is a macro of {header} for {_short(text)}"
    if text.startswith("{"):
        return f"{macro}, an initializer: give what is in the braces to the class of the struct or array"
    if is_type(text):
        return f"{macro}, a type: types.{name} of the library is its class"
    if PATH.fullmatch(text) and ("." in text or "[" in text):
        return f"{macro}, a member: it is an attribute of the structs that have that"
    return f"{macro}, which is no constant"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
