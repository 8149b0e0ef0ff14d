"""The C text of a question, read for one target."""

from __future__ import annotations

from collections.abc import Iterator

from ..cdecl import Scope, parse_declarations, parse_function, parse_type
from ..convention import Target
from ..ctype import Array, CType, Function, Pointer, Record, unqualified
from ..errors import DeclarationError
from ..record import NamedTuple
from .extent import check_extent, check_function_extent
from .question import Question

__all__ = ["Subject", "subject"]

#: No more layouts than these are drawn of one text.
MOST_TYPES = 24


class Subject(NamedTuple):
    """What a text declares: the function that is shown, with the types of its variadic arguments, the names of all functions,
    and the types whose layout is shown."""

    name: str
    function: Function | None
    tail: tuple[CType, ...]
    functions: tuple[str, ...]
    types: tuple[CType, ...]


def subject(question: Question, target: Target) -> Subject:
    """What the question is about. Raises DeclarationError for wrong text or an empty one, ValueError for a function that
    the text does not declare or a tail that does not belong there, UnsupportedTypeError for what is too large to draw.
    """
    scope = Scope(target.model)
    name, function, functions, found = _read(question, scope)
    if function is None and not found:
        raise DeclarationError("nothing is declared here: a prototype or a type is needed, such as double f(int n);")
    tail: tuple[CType, ...] = ()
    if function is not None:
        check_function_extent(function)
        if question.tail:
            if not function.takes_any:
                raise ValueError(f"{name or 'the function'} has no variadic part: no types belong behind it")
            behind = parse_function(f"void tail({question.tail})", scope)[1]
            check_function_extent(behind)
            tail = tuple(parameter.type for parameter in behind.parameters)
        found += list(_records(function))
    types = [type for type in dict.fromkeys(found) if _has_layout(type)][:MOST_TYPES]
    for type in types:
        check_extent(type)
    return Subject(name, function, tail, functions, tuple(types))


def _read(question: Question, scope: Scope) -> tuple[str, Function | None, tuple[str, ...], list[CType]]:
    """The name and type of the function that is shown, the names of all, and the types that the text declares."""
    text = question.text
    ended = text.rstrip()
    if not ended.endswith((";", "}")) or ended.endswith("}"):  # a single declaration needs no semicolon
        ended += ";"
    try:
        declared = parse_declarations(ended, scope)
    except DeclarationError as error:
        return _single(text, scope, error)
    named = {**declared.typedefs, **declared.variables}
    known = {**{name: found for name, type in named.items() if (found := _called(type))}, **declared.functions}
    functions = tuple(known)
    types = [*declared.tags.values(), *declared.typedefs.values(), *declared.variables.values()]
    if not functions:
        return _single(text, scope, None) if not types and text.strip() else ("", None, (), types)
    if question.function and question.function not in functions:
        raise ValueError(f"no function {question.function!r} is declared here; there are: {', '.join(functions[:8])}")
    name = question.function or functions[-1]
    return name, known[name], functions, types


def _single(
    text: str, scope: Scope, error: DeclarationError | None
) -> tuple[str, Function | None, tuple[str, ...], list[CType]]:
    """A type or a prototype without a name, which no declaration is. If it is neither, the first error says most."""
    text = text.strip().rstrip(";")
    try:
        type = parse_type(text, scope)
    except DeclarationError:
        pass
    else:
        called = _called(type)
        return "", called, (), [] if called else [type]
    try:
        name, function = parse_function(text, scope)
    except DeclarationError as own:
        raise (error or own) from None
    return name, function, (name,) if name else (), []


def _called(type: CType) -> Function | None:
    """The function that a type is, or points to: a callback's, mostly."""
    plain = unqualified(type)
    if isinstance(plain, Pointer):
        plain = unqualified(plain.target)
    return plain if isinstance(plain, Function) else None


def _records(function: Function) -> Iterator[CType]:
    """The structs and unions that a function takes, returns, or points to."""
    for type in (function.result, *(parameter.type for parameter in function.parameters)):
        plain = unqualified(type)
        while isinstance(plain, (Pointer, Array)):
            plain = unqualified(plain.target if isinstance(plain, Pointer) else plain.element)
        if isinstance(plain, Record):
            yield plain


def _has_layout(type: CType) -> bool:
    plain = unqualified(type)
    return isinstance(plain, Record) and plain.fields is not None
