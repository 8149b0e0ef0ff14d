"""Texts parsed against a scope: blocks of declarations, one prototype, one type, one variable."""

from __future__ import annotations

from collections.abc import Callable

from ..ctype import CType, Function, Pointer, Void, unqualified
from ..errors import FarcallError
from .declaration import Parser
from .scope import Constant, Declared, Scope
from .token import fault
from .transaction import Transaction

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import TypeVar

    Found = TypeVar("Found")

__all__ = ["parse_declarations", "parse_function", "parse_type", "parse_value", "parse_variable"]

#: How many parsed prototypes and types a scope keeps.
MOST_KEPT = 1024


def parse_declarations(
    text: str, scope: Scope, *, looked_up: bool = False, lost: dict[str, FarcallError] | None = None
) -> Declared:
    """Add a text of declarations to the scope: prototypes, typedefs, structs, unions, enums, variables, `static const`
    numbers and texts, `#define` of constants: numbers, strings, addresses. Gives what the text declared.

    With `looked_up` the headers' types in the text are known already. Constants of an enum that cannot be valued are
    left out and go to `lost`, with the reason; without it they are errors.

    Raises DeclarationError with line and column where the text is wrong or contradicts the scope,
    UnsupportedTypeError for a type or attribute that is not modelled; the scope is then unchanged.
    """

    def build(parser: Parser) -> Declared:
        parser.lost = lost
        parser.declarations()
        made = parser.transaction
        return Declared(made.typedefs, made.tags, made.constants, made.functions, made.variables)

    found = _attempt(text, scope, build, names=True, looked_up=looked_up)
    if found.typedefs:
        scope.kept.clear()  # a name may mean another type now
    return found


def parse_function(text: str, scope: Scope) -> tuple[str, Function]:
    """The name and type of the one function in `text`: a prototype (`double cos(double x)`), a pointer to a
    function (`int (*compare)(const void *, const void *)`), or either without a name (`double (double)`),
    which is then "". The text adds no names to the scope but new tags, and what its `__asm__` calls the function. A
    trailing semicolon is optional.

    Raises DeclarationError where the text is wrong, UnsupportedTypeError for a type that is not modelled.
    """

    def build(parser: Parser) -> tuple[str, Function]:
        _, declared = parser.single()
        function = declared.type
        while isinstance(pointer := unqualified(function), Pointer):
            function = pointer.target
            if not isinstance(function, Function):
                break
        if not isinstance(function, Function):
            parser.fail(declared.place, f"a function, or a pointer to one, was expected, not {declared.type}")
        parser.check_usable(declared._replace(type=function))
        parser.note_label(declared)
        return declared.name, function

    return _kept("function", text, scope, build)


def parse_type(text: str, scope: Scope, *, looked_up: bool = False) -> CType:
    """The type that `text` names: `int`, `struct point *`, `int (*)(int)`, `char[16]`. New tags are added
    to the scope. With `looked_up` the headers' types in the text are known already. Raises DeclarationError,
    UnsupportedTypeError."""

    def build(parser: Parser) -> CType:
        found, declared = parser.single()
        if declared.name or found.storage:
            parser.fail(0, "a type was expected, without a name")
        return declared.type

    return _kept("type", text, scope, build, looked_up=looked_up)


def parse_value(text: str, scope: Scope) -> Constant:
    """The value of the constant expression in `text`: a number, a text, or an address that a number is cast to. Raises
    DeclarationError, UnsupportedTypeError."""

    def build(parser: Parser) -> Constant:
        found = parser.value()
        if not parser.at_end:
            parser.unexpected()
        return found

    return _attempt(text, scope, build, names=False)


def parse_variable(text: str, scope: Scope) -> tuple[str, CType]:
    """The name and type of the one variable in `text`: `int optind`, `extern char **environ`. An `__asm__` label is noted.
    Raises DeclarationError, UnsupportedTypeError."""

    def build(parser: Parser) -> tuple[str, CType]:
        _, declared = parser.single()
        if not declared.name:
            parser.fail(0, "a variable was expected, with its name")
        if isinstance(declared.type, (Function, Void)):
            parser.fail(declared.place, f"{declared.name!r} is no variable but {declared.type}")
        parser.note_label(declared)
        return declared.name, declared.type

    return _kept("variable", text, scope, build)


def _kept(kind: str, text: str, scope: Scope, build: Callable[[Parser], Found], *, looked_up: bool = False) -> Found:
    known = scope.kept.get((kind, text))
    if known is not None:
        return known  # type: ignore[return-value]
    found = _attempt(text, scope, build, names=False, looked_up=looked_up)
    if len(scope.kept) >= MOST_KEPT:
        scope.kept.clear()
    scope.kept[kind, text] = found
    return found


def _attempt(
    text: str, scope: Scope, build: Callable[[Parser], Found], *, names: bool, looked_up: bool = False
) -> Found:
    """Build from the text, and take the transaction over into the scope if that works out."""
    if not isinstance(text, str):
        raise TypeError(f"C declarations are str, not {type(text).__name__}")
    if scope.headers and not looked_up:
        scope.find_in(text)
    with scope.lock:
        return _added(text, scope, build, names)


def _added(text: str, scope: Scope, build: Callable[[Parser], Found], names: bool) -> Found:
    transaction = Transaction(scope)
    try:
        found = build(Parser(text, transaction))
    except RecursionError:
        transaction.rollback()
        raise fault(text, 0, "this declaration is nested too deeply") from None
    except BaseException:
        transaction.rollback()
        raise
    transaction.commit(names=names)
    return found
