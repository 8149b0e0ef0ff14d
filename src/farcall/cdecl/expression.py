"""Expressions, valued as they are read: by precedence climbing, with C's types (C11 6.5, 6.6)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..ctype import Enum, Function, Integer, Pointer, Record, names, unqualified
from ..errors import IncompleteTypeError, UnsupportedTypeError
from .builtin import BUILTINS
from .keywords import ALIASES, KEYWORDS, UNSUPPORTED
from .literal import WIDE, character, number, real, string
from .operand import Operand, binary, cast, chosen, decayed, named, spelled, truth, unary
from .scope import Address, Constant
from .token import Token
from .type_expression import TypeExpressions

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import TypeVar

    Found = TypeVar("Found")

__all__ = ["Expressions"]

LEVELS = {
    "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "<<": 8, ">>": 8,
    "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
}  # fmt: skip


class Expressions(TypeExpressions):
    """Expressions of a text. A value that is not constant is None, and only its type is known."""

    #: Whether there may be names that are not known, as those of a function's other parameters.
    open_ended = False

    # What is asked for

    def constant(self) -> int:
        """Read an integer constant expression."""
        start = self.index
        return self.integer(start, self.conditional())

    def unvalued(self) -> None:
        """Read an expression that may name what is not known."""
        self.open_ended = True
        try:
            self.when(False, self.conditional)
        finally:
            self.open_ended = False

    def integer(self, start: int, operand: Operand) -> int:
        """The integer that the expression from token `start` on is."""
        if isinstance(operand.value, int) and isinstance(unqualified(operand.type), (Integer, Enum)):
            return operand.value
        return self.fail(self.first(start), f"{self.source(start)} is not an integer constant")

    def value(self) -> Constant:
        """Read a constant expression: a number, a text, or an address that a number is cast to."""
        start = self.index
        operand = self.conditional()
        value = operand.value
        type = unqualified(operand.type)
        if value is None or isinstance(type, Record):
            self.fail(self.first(start), f"{self.source(start)} is not a constant expression")
        return Address(type, value) if isinstance(type, Pointer) and isinstance(value, int) else value

    def assertion(self) -> bool:
        """Check the static assertion that stands here (C11 6.7.10); whether one does."""
        start = self.index
        if self.words[start] not in ("_Static_assert", "static_assert"):
            return False
        self.index += 1
        self.open("(")
        if self.words[self.index] == ")":
            self.fail(start, "a static assertion without a condition")
        holds = self.constant()
        message = ""
        if self.passed(","):
            first = self.index
            self._string()
            message = " ".join(self.words[first : self.index])
        self.close(")")
        self.passed(";")
        if not holds:
            self.fail(start, f"static assertion failed{': ' + message if message else ''}")
        return True

    def evaluate(self, body: list[Token] | tuple[Token, ...]) -> int:
        """The integer that tokens apart from the text are, as of an attribute's argument."""
        if len(body) == 1 and body[0].kind == "number" and body[0].text.isdigit() and body[0].text[0] != "0":
            return int(body[0].text)
        return self.apart(body, self.constant)

    def first(self, index: int) -> int:
        """Where an expression is pointed at: behind the signs and parentheses that it begins with."""
        while self.words[index] in ("(", "-", "+", "~", "!"):
            index += 1
        return index

    def source(self, start: int) -> str:
        """The expression from token `start` on, as errors show it."""
        end = self.tokens[max(start, self.index - 1)]
        text = " ".join(self.text[self.tokens[start].offset : end.offset + len(end.text)].split())
        return repr(text) if len(text) <= 40 else "this"

    # Operators

    def conditional(self) -> Operand:
        start = self.index
        condition = self.binary(1)
        if not self.passed("?"):
            return condition
        chooses = truth(condition)
        one = condition if self.words[self.index] == ":" else self.when(chooses, self.conditional)
        self.expect(":")
        other = self.when(not chooses, self.conditional)
        found = self.checked(start, lambda: chosen(chooses, one, other, self.model))
        return found if condition.value is not None else found._replace(value=None)

    def binary(self, least: int) -> Operand:
        start = self.index
        left = self.unary()
        while (level := LEVELS.get(self.words[self.index], 0)) >= least:
            op = self.words[self.index]
            self.index += 1
            if level > 2:
                left = self._binary(op, start, left, self.binary(level + 1))
                continue
            decided = left.value is not None and truth(left) == (op == "||")
            right = self.when(not decided, partial(self.binary, level + 1))
            known = left.value is not None and (decided or right.value is not None)
            left = Operand(names.int_, int(op == "||" if decided else truth(right)) if known else None)
        return left

    def _binary(self, op: str, start: int, left: Operand, right: Operand) -> Operand:
        return self.checked(start, lambda: binary(op, left, right, self.model, self.live))

    def checked(self, start: int, compute: Callable[[], Found]) -> Found:
        """What is computed of the expression from token `start` on; what is wrong with it is reported there."""
        try:
            return compute()
        except (ValueError, ArithmeticError) as error:
            self.fail(self.first(start), str(error))
        except (IncompleteTypeError, UnsupportedTypeError) as error:
            self.fail(self.first(start), str(error))

    def unary(self) -> Operand:
        start, text = self.index, self.words[self.index]
        if text == "(" and self.starts_type(start + 1):
            return self._cast()
        word = ALIASES.get(text, text)
        if word in ("sizeof", "_Alignof"):
            self.index += 1
            return Operand(names.size_t, self.measure(start, word))
        if text == "__extension__":
            self.index += 1
            return self.unary()
        if text not in ("+", "-", "~", "!", "*", "&"):
            return self.postfix(self.primary())
        self.index += 1
        operand = self.unary()
        if text == "&":
            if isinstance(unqualified(operand.type), Function):
                return decayed(operand)
            return Operand(Pointer(operand.type), operand.place)
        if text == "*":
            return self._object(start, operand)
        return self.checked(start, lambda: unary(text, operand, self.model))

    def _cast(self) -> Operand:
        self.open("(")
        type, _ = self.type_name()
        self.close(")")
        if self.words[self.index] == "{":  # a compound literal: an object without a name
            self.skip_brackets()
            return self.postfix(Operand(type, None))
        start = self.index
        operand = self.unary()
        return self.checked(start, lambda: cast(type, operand, self.model))

    def _object(self, start: int, pointer: Operand) -> Operand:
        """What a pointer points to."""
        pointer = decayed(pointer)
        if not isinstance(pointer.type, Pointer):
            self.fail(self.first(start), f"{pointer.type} is no pointer")
        return Operand(pointer.type.target, None, pointer.value if isinstance(pointer.value, int) else None)

    # Operands

    def primary(self) -> Operand:
        start, token = self.index, self.tokens[self.index]
        if token.kind == "number":
            self.index += 1
            return self._number(start, token.text)
        if token.text == "(":
            self.open("(")
            found = self.conditional()
            self.close(")")
            return found
        if token.kind == "name":
            return self._name(start, token.text)
        if token.kind == "string":
            return self._string()
        if token.kind != "character":
            self.unexpected()
        self.index += 1
        found_character = character(token.text, self.model)
        if found_character is None:
            self.fail(start, f"{token.text} is not an integer constant")
        return Operand(found_character[1], found_character[0])

    def _number(self, start: int, text: str) -> Operand:
        try:
            whole = number(text, self.model)
            if whole is not None:
                return Operand(whole[1], whole[0])
            fraction = real(text)
        except ValueError as error:
            self.fail(start, str(error))
        if fraction is None:
            if text.lower().endswith("wb"):
                self.refuse(start, "_BitInt")
            self.fail(start, f"{text} is not a constant")
        return Operand(fraction[1], fraction[0])

    def _string(self) -> Operand:
        start = self.index
        literals: list[str] = []
        while self.tokens[self.index].kind == "string":
            literals.append(self.words[self.index])
            self.index += 1
        prefix = next((literal[0] for literal in literals if literal[0] in "LU" or literal[:2] == 'u"'), "")
        item = WIDE.get(prefix, names.char)
        return self.checked(start, lambda: spelled(string(literals), item, self.model))

    def _name(self, start: int, text: str) -> Operand:
        if text in KEYWORDS and text not in UNSUPPORTED:
            self.unexpected()
        self.index += 1
        word = ALIASES.get(text, text)
        if word == "_Generic":
            return self.generic()
        if word == "offsetof":
            return self.offset()
        if text in BUILTINS and self.words[self.index] == "(":
            self.skip_brackets()
            return BUILTINS[text]
        if text in UNSUPPORTED:
            self.refuse(start, text)
        known = self.known(start, text)
        if known is None and self.open_ended:
            return Operand(names.int_, None)
        if known is None:
            if self.words[self.index] == "(":
                self.fail(start, "this is not an integer constant expression")
            self.fail(start, f"{text!r} is not a known constant")
        return known

    def known(self, index: int, name: str) -> Operand | None:
        """What a name stands for: a constant, a macro, a variable or function, of which the type is known."""
        value = self.transaction.constant(name)
        if value is None and name in self.macros:
            value = self.macro(name)
        if value is None and name in ("true", "false"):
            value = int(name == "true")
        if isinstance(value, int):
            return named(value, names.ulonglong, self.model)
        if isinstance(value, str):
            return spelled(value, names.char, self.model)
        if isinstance(value, Address):
            return Operand(value.type, value.value)
        if value is not None:
            return Operand(names.double if isinstance(value, float) else names.complex_double, value)
        type = self.transaction.variable(name) or self.transaction.function(name)
        return None if type is None else Operand(type, None)

    def macro(self, name: str) -> Constant:
        """The value of a `#define`, which from now on is a constant."""
        define = self.macros.pop(name)  # popped first: a macro is not known inside itself
        value = self.apart(define.body, self.value)
        complaint = self.transaction.add_constant(name, value)
        if complaint:
            raise self.fault_at(define.line.offset, complaint)
        return value

    def postfix(self, operand: Operand) -> Operand:
        """Read the members and subscripts behind an operand."""
        while (text := self.words[self.index]) in (".", "->", "[", "("):
            at = self.index
            if text == "(":
                operand = self._called(operand)
            elif text == "[":
                self.open("[")
                subscript = self.conditional()
                self.close("]")
                operand = self._object(at, self._binary("+", at, operand, subscript))
            else:
                self.index += 1
                record = operand if text == "." else self._object(at, operand)
                offset, type = self.member_of(record.type)
                operand = Operand(type, None, None if record.place is None else record.place + offset)
        return operand

    def _called(self, operand: Operand) -> Operand:
        """A call is not constant, but has a type."""
        pointer = decayed(operand).type
        function = pointer.target if isinstance(pointer, Pointer) else None
        if not isinstance(function, Function):
            if self.open_ended:
                self.skip_brackets()
                return operand
            self.fail(self.index, "only a function can be called")
        self.skip_brackets()
        return Operand(function.result, None)
