"""Top-level declarations into a transaction: typedefs, functions, variables, constants, tags."""

from __future__ import annotations

from ..ctype import (
    Array,
    Complex,
    CType,
    Enum,
    Float,
    Function,
    Integer,
    Pointer,
    Record,
    Vector,
    Void,
    is_const,
    unqualified,
)
from ..record import replace
from .attribute_effects import alignment
from .declarator import Declared, Specifiers
from .keywords import ASM
from .literal import WIDE
from .operand import cast
from .scope import Address, Constant
from .specifier import SpecifierReader

__all__ = ["Parser"]

#: Typedefs of typedefs of pointers ...: more levels than any real type has, fewer than Python's recursion.
DEEPEST_TYPE = 200


class Parser(SpecifierReader):
    """The declarations of a text."""

    def declarations(self) -> None:
        """Read the whole text, which may be any number of declarations."""
        functions: list[Declared] = []
        while not self.at_end:
            if self.passed(";") or self.assertion():
                continue
            if self.words[self.index] in ASM:
                self.assembler()
                continue
            functions += self._declaration()
        for name in list(self.macros):
            if name in self.macros:
                self.macro(name)
        for function in functions:
            self.check_usable(function)

    def single(self) -> tuple[Specifiers, Declared]:
        """Read the one declaration, or type, that the whole text is; a semicolon may end it."""
        if self.at_end or self.words[0] == ";":
            self.fail(0, "nothing is declared here")
        if self.words[0] in ("_Static_assert", "static_assert"):
            self.fail(0, "a static assertion does not belong here")
        if self.tokens[0].kind not in ("name", "mark") or self.words[0] in ("-", "+", "!", "~", "&"):
            self.fail(0, "this is not a type")
        found = self.specifiers()
        if "typedef" in found.storage:
            self.fail(found.place, "one declaration was expected here")
        declared = self.declarator(found)
        if declared.name and self.words[self.index] == "=":
            self.fail(declared.place, f"{declared.name!r} has a value, which is not read here")
        if self.words[self.index] == "{" and isinstance(declared.type, Function):
            self.fail(self.index, "a function's body cannot be compiled here: declare its prototype")
        if declared.name and self.words[self.index] == ",":
            self.fail(self.index, "one declaration was expected here")
        if self.passed(";") and not self.at_end:
            self.fail(self.index, "one declaration was expected here")
        if not self.at_end:
            self.unexpected()
        return found, declared

    def check_usable(self, declared: Declared) -> None:
        """Refuse a prototype that passes a struct by value whose members were never declared."""
        function = declared.type
        assert isinstance(function, Function)
        for index, passed in enumerate((function.result, *(parameter.type for parameter in function.parameters))):
            record = unqualified(passed)
            if isinstance(record, Record) and record.fields is None:
                what = str(function.parameters[index - 1]) if index else "the result"
                self.fail(declared.place, f"{what} is {record} by value, whose members are not declared")

    def _declaration(self) -> list[Declared]:
        """Read one declaration; the functions that it declares."""
        found = self.specifiers()
        if self.passed(";"):
            if not found.kind:
                self.fail(found.place, "nothing is declared here")
            if isinstance(found.type, Record) and found.type.tag is None:
                self.fail(found.place, f"this {found.type.kind} has neither a tag nor a name")
            return []
        functions: list[Declared] = []
        while True:
            declared = self.declarator(found)
            if not declared.name:
                self.unexpected()
            self.before(",", ";", "=", "{")
            if "typedef" in found.storage:
                self._typedef_of(found, declared)
            elif isinstance(declared.type, Function):
                if self.words[self.index] == "{" and not functions:
                    return self._with_body(found, declared)
                self._function(declared)
                functions.append(declared)
            else:
                self._object_of(found, declared)
            if not self.passed(","):
                break
        self.expect(";")
        return functions

    def _with_body(self, found: Specifiers, declared: Declared) -> list[Declared]:
        """Leave out a function's body, as headers have them; a static function with it, for no library has it."""
        if "inline" not in found.storage:
            self.fail(self.index, "a function's body cannot be compiled here: declare its prototype")
        self.skip_brackets()
        if "static" in found.storage:
            return []
        self._function(declared)
        return [declared]

    def _function(self, declared: Declared) -> None:
        if self.words[self.index] == "=":
            self.fail(declared.place, f"function {declared.name!r} has an initialiser")
        assert isinstance(declared.type, Function)
        self._align(declared)
        self.accept(declared.place, self.transaction.add_function(declared.name, declared.type))
        self.note_label(declared)

    def note_label(self, declared: Declared) -> None:
        """Have the scope know what a declared function or variable is called in the library, if not as in C."""
        if declared.label and declared.label != declared.name:
            self.transaction.symbols[declared.name] = declared.label

    def _align(self, declared: Declared) -> int:
        return max((alignment(self, a) for a in declared.attributes if a.name == "aligned"), default=0)

    def _typedef_of(self, found: Specifiers, declared: Declared) -> None:
        name, type = declared.name, declared.type
        align = self._align(declared) or declared.typedef_align
        if isinstance(type, Record) and any(a.name == "transparent_union" for a in declared.attributes):
            self.transaction.transparent.add(type)
        if declared.plain and isinstance(type, Record) and type.tag is None and type.name is None:
            type.name = name
        elif isinstance(type, Vector) and type.name is None:
            type = replace(type, name=name)
        if _depth(type) > DEEPEST_TYPE:
            self.fail(declared.place, f"{name!r} is a type of more than {DEEPEST_TYPE} levels")
        self.accept(declared.place, self.transaction.add_typedef(name, type, align))

    def _object_of(self, found: Specifiers, declared: Declared) -> None:
        """A variable, or a constant."""
        name, place, type = declared.name, declared.place, declared.type
        if isinstance(unqualified(type), Void):
            self.fail(place, f"variable {name!r} cannot be void")
        self._align(declared)
        if not self.passed("="):
            self.accept(place, self.transaction.add_variable(name, type))
            self.note_label(declared)
            return
        if "static" not in found.storage or not is_const(type) or not _constant(type):
            self.fail(place, f"{name!r} has a value: only 'static const' numbers and texts may, as constants")
        start = self.index
        braced = self.passed("{")  # a scalar's value, or a text, may stand in braces (C11 6.7.9 p11 and p14)
        value = self._initial(type)
        if braced:
            self.passed(",")
            self.expect("}")
        if value is None:
            self.fail(self.first(start), f"{name!r} has a value that is no constant")
        self.accept(place, self.transaction.add_constant(name, value))

    def _initial(self, type: CType) -> Constant | None:
        """Read the value of a constant of this type."""
        start = self.index
        operand = self.conditional()
        if isinstance(type, Array):
            return operand.value if isinstance(operand.value, str) and isinstance(operand.type, Array) else None
        found = self.checked(start, lambda: cast(type, operand, self.model))
        target = unqualified(type)
        if isinstance(target, Pointer) and isinstance(found.value, int):
            return Address(target, found.value)
        return found.value


def _constant(type: CType) -> bool:
    """Whether a value of this type can be a constant."""
    if isinstance(type, Array):
        element = unqualified(type.element)
        return isinstance(element, Integer) and (element.rank in ("char", "8", "wchar") or element in WIDE.values())
    return isinstance(unqualified(type), (Integer, Enum, Float, Complex, Pointer))


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
