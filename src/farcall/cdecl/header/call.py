"""What macros do that are calls: `(lua_pcallk(L, (n), (r), (f), 0, ((void *)0)))`, read as a tree.

Such a macro hands its parameters on as they are, in parentheses, or cast to a type; what else there is, is constant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ...errors import DeclarationError, UnsupportedTypeError
from ...record import NamedTuple

if TYPE_CHECKING:
    from ..scope import Scope
    from .header import Header

__all__ = [
    "Call",
    "Cast",
    "Constant",
    "Given",
    "Sequenced",
    "Tree",
    "Variable",
    "call_of",
    "macro_call",
    "parameters_of",
]

LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'(?:\\.|[^'\\])*'")
WORD = re.compile(r"[A-Za-z_$][\w$]*")
HEAD = re.compile(r"[A-Za-z_$][\w$]*\s*\((?P<parameters>[\w$\s,]*)\)")


class Given(NamedTuple):
    """A parameter of the macro, by its number."""

    number: int


class Variable(NamedTuple):
    """A variable of the library."""

    name: str


class Constant(NamedTuple):
    """An expression without parameters."""

    text: str


class Cast(NamedTuple):
    """A value cast to a type."""

    type: str
    value: Tree


class Call(NamedTuple):
    """A call of a function."""

    name: str
    arguments: tuple[Tree, ...]


class Sequenced(NamedTuple):
    """Calls for their effect, and the value behind them."""

    parts: tuple[Tree, ...]


Tree = Given | Variable | Constant | Cast | Call | Sequenced


class _NotThis(Exception):
    """The text does something else as well."""


class _Reader(NamedTuple):
    """What words mean: the macro's parameters, functions and variables of the headers', and whether a text is a type."""

    parameters: Sequence[str]
    is_function: Callable[[str], bool]
    is_variable: Callable[[str], bool]
    is_type: Callable[[str], bool]

    def read(self, text: str) -> Tree:
        """The tree of an expression. Raises _NotThis."""
        text = text.strip()
        bare = _blanked(text)
        if bare.startswith("("):
            end = _closing(bare, 0)
            inside, rest = text[1:end].strip(), text[end + 1 :].strip()
            if not rest:
                parts = _split(inside)
                found = tuple([self.read(part) for part in parts])
                return found[0] if len(found) == 1 else Sequenced(found)
            if self.is_type(inside) and not rest.startswith(("+", "-", "*", "&")) and self._whole(rest):
                return Cast(inside, self.read(rest))
        if text in self.parameters:
            return Given(self.parameters.index(text))
        word = WORD.match(text)
        if word is not None and self.is_function(word[0]) and self._whole(text) and word.end() < len(text):
            inside = text[bare.index("(") + 1 : -1]
            return Call(word[0], tuple([self.read(part) for part in _split(inside)]))
        if self.is_variable(text):
            return Variable(text)
        if any(one in self.parameters or self.is_function(one) for one in WORD.findall(bare)):
            raise _NotThis
        return Constant(text)

    def _whole(self, text: str) -> bool:
        """Whether a text is one thing, which no operator goes through: a word, a word and what is in parentheses behind it,
        or that alone."""
        bare = _blanked(text)
        word = WORD.match(bare)
        rest = bare[word.end() :].lstrip() if word else bare
        if not rest:
            return True
        start = bare.index(rest)
        if not rest.startswith("("):
            return False
        end = _closing(bare, start)
        behind = bare[end + 1 :].strip()
        return not behind or (
            word is None and self.is_type(text[start + 1 : end]) and self._whole(text[end + 1 :].strip())
        )


def macro_call(header: Header, scope: Scope, name: str) -> tuple[tuple[str, ...], Tree] | None:
    """The parameters of a macro of the headers that is a call, and what it does; None for another name. Raises
    DeclarationError where the preprocessor is gone."""
    index = header.index
    parameters: tuple[str, ...] = ()
    if name in index.calls:
        told = parameters_of(index.calls[name])
        if told is None:
            return None
        parameters = told
        text = header.expanded(f"{name}({', '.join(parameters)})")
    elif name in index.macros:
        text = index.macros[name].text
    else:
        return None
    header.find_in(text)

    def among(known: Mapping[str, object]) -> Callable[[str], bool]:
        def has(word: str) -> bool:
            if word in index.values:
                with suppress(DeclarationError, UnsupportedTypeError):
                    header.find(word)
            return word in known

        return has

    tree = call_of(text, parameters, among(scope.functions), among(scope.variables), header.is_type)
    return None if tree is None else (parameters, tree)


def parameters_of(definition: str) -> tuple[str, ...] | None:
    """The parameters in a macro's definition, `name(a, b) ...`; None where it takes any number, or too many to tell."""
    head = HEAD.match(definition)
    if head is None:
        return None
    return tuple([word.strip() for word in head["parameters"].split(",") if word.strip()])


def call_of(
    text: str, parameters: Sequence[str], is_function: Callable[[str], bool], is_variable: Callable[[str], bool],
    is_type: Callable[[str], bool],
) -> Tree | None:  # fmt: skip
    """The tree of a macro's text that is a call; None for any other."""
    try:
        found = _Reader(parameters, is_function, is_variable, is_type).read(text)
    except (_NotThis, ValueError, RecursionError):
        return None
    return found if _calls(found) else None


def _calls(tree: Tree) -> bool:
    if isinstance(tree, Sequenced):
        return any(map(_calls, tree.parts))
    return _calls(tree.value) if isinstance(tree, Cast) else isinstance(tree, Call)


def _blanked(text: str) -> str:
    """The text with its literals blanked out."""
    return LITERAL.sub(lambda found: "0" * len(found[0]), text)


def _closing(bare: str, start: int) -> int:
    """Where the parenthesis is closed that is opened at `start`. Raises ValueError where it is not."""
    depth = 0
    for at in range(start, len(bare)):
        depth += (bare[at] in "([{") - (bare[at] in ")]}")
        if not depth:
            return at
    raise ValueError(bare)


def _split(text: str) -> list[str]:
    """The parts of a text between the commas that are in no parentheses; none of an empty one."""
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(_blanked(text)):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            parts.append(text[begin:at])
            begin = at + 1
    return [*parts, text[begin:]] if text.strip() else []
