"""Texts parsed against a scope: blocks of declarations, one prototype, one type, one variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..ctype import CType, Function, Pointer, Void, unqualified
from .builder import Builder
from .declaration import declare as declare_all
from .declaration import usable
from .draft import Draft
from .outline import Outline
from .scope import Declared, Scope
from .syntax import Node
from .token import fault

__all__ = ["declare", "parse_function", "parse_type", "parse_variable"]

Found = TypeVar("Found")

#: How many parsed prototypes and types a scope keeps.
MOST_KEPT = 1024


def declare(text: str, scope: Scope, *, looked_up: bool = False) -> Declared:
    """See `Scope.declare`. With `looked_up` the headers' types in the text are known already."""

    def build(builder: Builder) -> Declared:
        declare_all(builder, builder.parsed(builder.outline))
        draft = builder.draft
        return Declared(draft.typedefs, draft.tags, draft.constants, draft.functions, draft.variables)

    found = _attempt(text, scope, build, names=True, looked_up=looked_up)
    if found.typedefs:
        scope.kept.clear()  # a name may mean another type now
    return found


def parse_function(text: str, scope: Scope) -> tuple[str, Function]:
    """The name and type of the one function in `text`: a prototype (`double cos(double x)`), a pointer to a
    function (`int (*compare)(const void *, const void *)`), or either without a name (`double (double)`),
    which is then "". The text adds no names to the scope but new tags.

    Raises DeclarationError, UnsupportedTypeError.
    """

    def build(builder: Builder) -> tuple[str, Function]:
        node, name, declared = _single(builder, abstract=not builder.outline.named)
        function = declared
        while isinstance(unqualified(function), Pointer) and function is not None:
            pointer = unqualified(function)
            assert isinstance(pointer, Pointer)
            function = pointer.target
            if not isinstance(function, Function):
                break
        if not isinstance(function, Function):
            builder.fail(node, f"this is no function but {declared}")
        usable(builder, node, function)
        return name, function

    return _kept("function", text, scope, build)


def parse_type(text: str, scope: Scope) -> CType:
    """The type that `text` names: `int`, `struct point *`, `int (*)(int)`, `char[16]`. New tags are added
    to the scope. Raises DeclarationError, UnsupportedTypeError."""

    def build(builder: Builder) -> CType:
        if builder.outline.named:
            builder.outline.fail(0, "a type was expected, without a name")
        return _single(builder, abstract=True)[2]

    return _kept("type", text, scope, build)


def parse_variable(text: str, scope: Scope) -> tuple[str, CType]:
    """The name and type of the one variable in `text`: `int optind`, `extern char **environ`.
    Raises DeclarationError, UnsupportedTypeError."""

    def build(builder: Builder) -> tuple[str, CType]:
        if not builder.outline.named:
            builder.outline.fail(0, "a variable was expected, with its name")
        node, name, declared = _single(builder, abstract=False)
        if isinstance(declared, (Function, Void)):
            builder.fail(node, f"{name!r} is no variable but {declared}")
        return name, declared

    return _kept("variable", text, scope, build)


def _single(builder: Builder, *, abstract: bool) -> tuple[Node, str, CType]:
    """The one declaration, or abstract declarator, of a text."""
    outline = builder.outline
    if not outline.words:
        outline.fail(0, "nothing is declared here")
    if abstract:
        nodes = builder.parsed(outline, "int __farcall_type = sizeof(", ");")
        node = getattr(nodes[0].init, "expr", None)
        if type(node).__name__ != "Typename":
            outline.fail(0, "this is not a type")
        name = ""
    else:
        nodes = builder.parsed(outline, "", ";")
        node = nodes[0]
        if len(nodes) != 1 or type(node).__name__ != "Decl":
            builder.fail(nodes[-1], "one declaration was expected here")
        if node.init is not None:
            builder.fail(node, f"{node.name!r} has a value, which is not read here")
        name = node.name
    declared, _ = builder.declarator(node)
    for index in outline.asserts:
        outline.fail(index, "a static assertion does not belong here")
    return node, name, declared


def _kept(kind: str, text: str, scope: Scope, build: Callable[[Builder], Found]) -> Found:
    known = scope.kept.get((kind, text))
    if known is not None:
        return known  # type: ignore[return-value]
    found = _attempt(text, scope, build, names=False)
    if len(scope.kept) >= MOST_KEPT:
        scope.kept.clear()
    scope.kept[kind, text] = found
    return found


def _attempt(
    text: str, scope: Scope, build: Callable[[Builder], Found], *, names: bool, looked_up: bool = False
) -> Found:
    """Build from the text, and take the draft over into the scope if that works out."""
    if not isinstance(text, str):
        raise TypeError(f"C declarations are str, not {type(text).__name__}")
    if scope.headers and not looked_up:
        scope.find_in(text)
    with scope.lock:
        return _added(text, scope, build, names)


def _added(text: str, scope: Scope, build: Callable[[Builder], Found], names: bool) -> Found:
    draft = Draft(scope)
    try:
        outline = Outline(text, scope.typedefs, _suggest(scope))
        if not names:
            _without_end(outline)
        found = build(Builder(draft, outline))
    except RecursionError:
        draft.rollback()
        raise fault(text, 0, "this declaration is nested too deeply") from None
    except BaseException:
        draft.rollback()
        raise
    draft.commit(names=names)
    return found


def _without_end(outline: Outline) -> None:
    """A single declaration may end in a semicolon."""
    if outline.words[-1:] == [";"]:
        outline.words.pop()
        outline.origins.pop()


def _suggest(scope: Scope) -> Callable[[str], str]:
    def suggest(name: str) -> str:
        from difflib import get_close_matches

        for kind, tag in scope.tags:
            if tag == name:
                return f"; did you mean '{kind} {name}'?"
        near = get_close_matches(name, [*scope.typedefs, "int", "double", "float", "unsigned", "char"], 1)
        return f"; did you mean {near[0]!r}?" if near else ""

    return suggest
