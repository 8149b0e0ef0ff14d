"""Top-level declarations into a draft: typedefs, functions, variables, constants, tags."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..ctype import CType, Enum, Function, Integer, Record, Vector, Void, is_const, unqualified
from .attribute import matching
from .constant import converted
from .effect import alignment
from .token import Token

if TYPE_CHECKING:
    from .builder import Builder
    from .syntax import Node

__all__ = ["declare", "usable"]

#: Typedefs of typedefs of pointers ...: more levels than any real type has, fewer than Python's recursion.
DEEPEST_TYPE = 200


def declare(builder: Builder, nodes: list[Node]) -> None:
    """Put the declarations into the builder's draft. Raises DeclarationError."""
    functions: list[tuple[Node, Function]] = []
    for node in nodes:
        kind = type(node).__name__
        if kind == "Typedef":
            _typedef(builder, node)
        elif kind == "Decl" and type(node.type).__name__ in ("Struct", "Union", "Enum"):
            declared = builder.base(node.type, node)
            if node.type.name is None and isinstance(declared, Record):
                builder.fail(node, f"this {declared.kind} has neither a tag nor a name")
        elif kind == "Decl":
            function = _declaration(builder, node)
            if function is not None:
                functions.append((node, function))
        else:
            builder.fail(node, "this is not a declaration")
    for name in list(builder.macros):
        if name in builder.macros:
            builder.macro(name)
    for index in builder.outline.asserts:
        _assert(builder, index)
    for node, function in functions:
        usable(builder, node, function)


def usable(builder: Builder, node: Node, function: Function) -> None:
    """Refuse a prototype that passes a struct by value whose members were never declared."""
    for what, passed in [("the result", function.result), *((str(p), p.type) for p in function.parameters)]:
        record = unqualified(passed)
        if isinstance(record, Record) and record.fields is None:
            builder.fail(node, f"{what} is {record} by value, whose members are not declared")


def _typedef(builder: Builder, node: Node) -> None:
    declared, extras = builder.declarator(node)
    name = node.name
    align = max((alignment(builder, a) for a in extras.attributes if a.name == "aligned"), default=0)
    if isinstance(declared, Record) and any(a.name == "transparent_union" for a in extras.attributes):
        builder.draft.transparent.add(declared)
    plain = type(node.type).__name__ == "TypeDecl"
    if plain and isinstance(declared, Record) and declared.tag is None and declared.name is None:
        declared.name = name
    elif (isinstance(declared, Vector) and declared.name is None) or (
        plain and isinstance(declared, Enum) and declared.tag is None and declared.name is None
    ):
        declared = replace(declared, name=name)
    if _depth(declared) > DEEPEST_TYPE:
        builder.fail(node, f"{name!r} is a type of more than {DEEPEST_TYPE} levels")
    builder.accept(node, builder.draft.add_typedef(name, declared, align or extras.typedef_align))


def _depth(type: CType) -> int:
    depth = 0
    waiting: list[tuple[CType, int]] = [(type, 1)]
    while waiting and depth <= DEEPEST_TYPE:
        one, level = waiting.pop()
        depth = max(depth, level)
        if isinstance(one, Function):
            waiting += [(parameter.type, level + 1) for parameter in one.parameters]
            waiting.append((one.result, level + 1))
            continue
        for part in ("target", "element", "type"):
            inner = getattr(one, part, None)
            if isinstance(inner, CType):
                waiting.append((inner, level + 1))
    return depth


def _declaration(builder: Builder, node: Node) -> Function | None:
    """A function, which is returned, or a variable or constant."""
    declared, extras = builder.declarator(node)
    builder.alignment_of(node, extras)
    name = node.name
    if isinstance(declared, Function):
        if node.init is not None:
            builder.fail(node, f"function {name!r} has an initialiser")
        builder.accept(node, builder.draft.add_function(name, declared))
        return declared
    if isinstance(unqualified(declared), Void):
        builder.fail(node, f"variable {name!r} cannot be void")
    if node.init is None:
        builder.accept(node, builder.draft.add_variable(name, declared))
        return None
    if "static" not in node.storage or not is_const(declared) or not isinstance(unqualified(declared), (Integer, Enum)):
        builder.fail(node, f"{name!r} has a value: only 'static const' integers may, as constants")
    builder.accept(node, builder.draft.add_constant(name, converted(builder, node.init, declared)))
    return None


def _assert(builder: Builder, index: int) -> None:
    """A static assertion (C11 6.7.10), checked when all of the text is known."""
    stream = builder.outline.stream
    end = matching(builder.outline.text, stream, index + 1)
    body: list[Token] = list(stream[index + 2 : end])
    message = ""
    strings = len(body)
    while strings and body[strings - 1].kind == "string":
        strings -= 1
    if strings < len(body) and strings and body[strings - 1].text == ",":
        message = " ".join(token.text for token in body[strings:])
        body = body[: strings - 1]
    if not body:
        builder.outline.fail(index, "a static assertion without a condition")
    if not builder.expression(body):
        builder.outline.fail(index, f"static assertion failed{': ' + message if message else ''}")
