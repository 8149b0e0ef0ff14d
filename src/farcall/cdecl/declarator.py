"""Declarators: read from the inside out, and the types that they make of a declaration's own (C11 6.7.6)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from ..ctype import Array, CType, Function, Parameter, Qualified, Record, Void, sizeof, unqualified
from ..errors import DeclarationError, IncompleteTypeError, UnsupportedTypeError
from ..record import NamedTuple
from .attribute import Attribute
from .attribute_effects import with_convention, with_machine_mode, with_vector_size
from .expression import Expressions
from .keywords import KEYWORDS
from .literal import string
from .transaction import Transaction

__all__ = ["Declarators", "Declared", "Specifiers"]

#: Stars, dimensions and parameter lists in one declarator beyond which it is an attack, not a type.
MOST_DERIVED = 60


class Specifiers:
    """What stands before the declarators: a type, and what else is said of all of them.

    `place` is the token that errors point to; `kind` "struct", "union", "enum", with " body" behind it where there is
    one, or ""; `typedef_align` the alignment that a typedef brings and `aligned` that of `_Alignas`, in bytes (0: none).
    """

    __slots__ = ("aligned", "attributes", "kind", "place", "qualifiers", "storage", "type", "typedef_align")

    def __init__(self, place: int) -> None:
        self.place = place
        self.type: CType = Void()
        self.kind = ""
        self.qualifiers: list[str] = []
        self.storage: set[str] = set()
        self.attributes: list[Attribute] = []
        self.typedef_align = 0
        self.aligned = 0


class Declared(NamedTuple):
    """What a declarator declares. `name` is "" without one; `place` is the token that errors point to; `plain` says
    that there is nothing but a name; `label` is the name in the library, "" where it is the same; `array` is what a
    parameter is written as that C passes as a pointer to its first item."""

    name: str
    place: int
    type: CType
    attributes: list[Attribute]
    typedef_align: int
    plain: bool
    label: str
    array: Array | None = None


class Star(NamedTuple):
    """A pointer."""

    qualifiers: Sequence[str]


class Dimension(NamedTuple):
    """An array; `at` is the token of its length. A parameter's outermost one makes a pointer, with qualifiers."""

    length: int | None
    at: int
    qualifiers: Sequence[str]
    adjusted: bool


class Takes(NamedTuple):
    """A function."""

    parameters: tuple[Parameter, ...]
    variadic: bool
    prototyped: bool


class Grouped(NamedTuple):
    """Attributes right behind an opening parenthesis: of the type that what is in it modifies."""

    attributes: list[Attribute]


Step = Star | Dimension | Takes | Grouped


class Declarators(Expressions):
    """Declarators of a text, parameters and types' names."""

    #: The stars, dimensions and parameter lists of the declarator that is read.
    derived = 0
    #: The label of the declarator that is read.
    label = ""

    def __init__(self, text: str, transaction: Transaction) -> None:
        super().__init__(text, transaction)
        self.open_records: set[int] = set()  # those whose members are being read

    @abstractmethod
    def specifiers(self) -> Specifiers:
        """Read the specifiers of a declaration."""

    def type_name(self) -> tuple[CType, int]:
        found = self.specifiers()
        if found.storage:
            self.fail(found.place, "a type was expected, not a declaration")
        declared = self.declarator(found)
        if declared.name:
            self.fail(declared.place, f"syntax error before {declared.name!r}")
        return declared.type, declared.typedef_align

    def declarator(self, found: Specifiers, *, parameter: bool = False) -> Declared:
        """Read a declarator behind these specifiers; what it declares."""
        outer, self.derived, self.label = self.derived, 0, ""
        attributes = [*found.attributes]
        place, steps = self._steps(attributes, parameter)
        self.derived = outer
        name, at = (self.words[place], place) if place >= 0 else ("", found.place)
        type = found.type
        for attribute in attributes:
            if attribute.name == "vector_size":
                type = with_vector_size(self, type, attribute)
            elif attribute.name == "mode":
                type = with_machine_mode(self, type, attribute)
            elif attribute.name == "scalar_storage_order":
                message = "scalar_storage_order stands with the members of a struct or union"
                raise UnsupportedTypeError(str(self.fault_at(attribute.offset, message)))
        if found.qualifiers:
            type = self.qualified(type, found.qualifiers)
        align, array = found.typedef_align, None
        for step in steps:
            if isinstance(step, Dimension) and step.adjusted:
                array = Array(type, step.length)
            type = self._applied(step, type, at)
            if isinstance(step, (Star, Takes)):
                align = 0
        if parameter:
            array = type if isinstance(type, Array) else array
            type = self._adjusted(type)
        if attributes:
            type = with_convention(self, type, attributes)
        return Declared(name, at, type, attributes, align, not steps, self.label, array)

    def _steps(self, attributes: list[Attribute], parameter: bool) -> tuple[int, list[Step]]:
        """Read a declarator: the token of its name, -1 without one, and the steps to its type, in their order."""
        stars: list[Step] = []
        attributes += self.attributes()
        while self.words[self.index] == "*":
            self._derive()
            self.index += 1
            stars.append(Star(self._qualifiers(attributes)))
        place = -1
        inner: list[Step] = []
        grouped: list[Step] = []
        if self.words[self.index] == "(" and self._groups():
            self.open("(")
            behind = self.attributes()
            grouped = [Grouped(behind)] if behind else []
            place, inner = self._steps(attributes, parameter)
            self.close(")")
        elif self.named(self.index):
            place = self.index
            self.index += 1
        return place, stars + self._suffixes(attributes, parameter and not inner)[::-1] + grouped + inner

    def _qualifiers(self, attributes: list[Attribute]) -> list[str]:
        """The qualifiers behind a star."""
        found: list[str] = []
        while True:
            kind, word = KEYWORDS.get(self.words[self.index], ("", ""))
            if kind == "qualifier":
                found.append(word)
            elif kind == "attribute" or self.words[self.index] == "[":
                here = self.index
                attributes += self.attributes()
                if self.index == here:
                    return found
                continue
            elif kind == "unsupported":
                self.refuse(self.index, word)
            elif kind != "dropped":
                return found
            self.index += 1

    def _groups(self) -> bool:
        """Whether the parenthesis here is around a declarator, not before parameters (C11 6.7.6.3 p11)."""
        behind = self.behind_attributes(self.index + 1)
        if self.tokens[behind].kind != "name":
            return self.words[behind] in ("*", "(", "[")
        return self.words[behind] not in KEYWORDS and self.transaction.typedef(self.words[behind]) is None

    def _suffixes(self, attributes: list[Attribute], adjusts: bool) -> list[Step]:
        """Read what stands behind a name; a first dimension, if it `adjusts`, makes a pointer."""
        found: list[Step] = []
        while True:
            text = self.words[self.index]
            if text == "(":
                found.append(self._parameters())
            elif text == "[" and self.words[self.index + 1] != "[":
                found.append(self._dimension(adjusts and not found))
            elif text == "[":
                attributes += self.attributes()
            else:
                kind, _ = KEYWORDS.get(text, ("", ""))
                if kind == "attribute":
                    attributes += self.attributes()
                elif kind == "asm":
                    self.label = self.assembler()
                else:
                    return found

    def assembler(self) -> str:
        """Read an assembler label, or statement: its text."""
        self.index += 1
        if self.words[self.index] != "(":
            self.fail(self.index, f"expected '(' behind {self.words[self.index - 1]}")
        start = self.index + 1
        self.skip_brackets()
        inside = self.tokens[start : self.index - 1]
        return self.checked(start, lambda: string([token.text for token in inside if token.kind == "string"]))

    def _derive(self) -> None:
        self.derived += 1
        if self.derived > MOST_DERIVED:
            self.fail(self.index, f"more than {MOST_DERIVED} stars and dimensions in one declaration")

    def _dimension(self, adjusted: bool) -> Dimension:
        """`[length]`. A parameter's says nothing, and may name other parameters."""
        self._derive()
        self.open("[")
        qualifiers: list[str] = []
        length: int | None = None
        if adjusted:
            while (kind := KEYWORDS.get(self.words[self.index], ("", ""))[0]) == "qualifier" or kind == "storage":
                qualifiers += [KEYWORDS[self.words[self.index]][1]] * (kind == "qualifier")
                self.index += 1
            if self.words[self.index] == "*" and self.words[self.index + 1] == "]":
                self.index += 1
            elif self.words[self.index] != "]":
                length = self._written_length()
        start = self.index
        if self.words[start] == "*" and self.words[start + 1] == "]":
            self.fail(start, "an array of variable length")
        if self.words[start] != "]" and not adjusted:
            length = self.constant()
        at = self.first(start)
        self.close("]")
        return Dimension(length, at, qualifiers, adjusted)

    def _written_length(self) -> int | None:
        """Read the length that a parameter's array is written with, if it is one: it may also name other parameters."""
        before = self.index, self.derived, self.label
        try:
            length = self.constant()
        except (DeclarationError, IncompleteTypeError, UnsupportedTypeError):
            self.index, self.derived, self.label = before
            self.unvalued()
            return None
        return length if 0 <= length < 1 << (8 * self.model.pointer - 1) else None

    def _parameters(self) -> Takes:
        self._derive()
        label = self.label
        self.open("(")
        parameters: list[Parameter] = []
        variadic, prototyped = False, self.words[self.index] != ")"
        if self.words[self.index] == "...":
            self.fail(self.index, "a variadic function needs a parameter before '...'")
        while prototyped:
            if self.passed("..."):
                variadic = True
                break
            found = self.specifiers()
            if found.storage & {"typedef", "extern", "static"}:
                self.fail(found.place, "this is not the declaration of a parameter")
            declared = self.declarator(found, parameter=True)
            self.before(",", ")")
            name, type = declared.name, declared.type
            if isinstance(unqualified(type), Void):
                if not parameters and not name and isinstance(type, Void) and self.words[self.index] == ")":
                    break
                self.fail(declared.place, f"parameter {name or len(parameters) + 1} cannot be void")
            if name and any(other.name == name for other in parameters):
                self.fail(declared.place, f"two parameters are named {name!r}")
            # C11 6.7.6.3 p15: a parameter's own qualifiers are no part of the function's type.
            parameters.append(self.transaction.parameter(name, unqualified(type), declared.array))
            if not self.passed(","):
                break
        self.close(")", "a parameter list")
        self.label = label
        return Takes(tuple(parameters), variadic, prototyped)

    # Types

    def qualified(self, type: CType, qualifiers: Sequence[str]) -> CType:
        if not qualifiers or isinstance(type, Function):
            return type
        if isinstance(type, Array):  # qualifiers of an array are its elements' (C11 6.7.3 p9)
            return Array(self.qualified(type.element, qualifiers), type.length)
        if isinstance(type, Qualified):
            return self.transaction.qualified(type.type, type.qualifiers | frozenset(qualifiers))
        return self.transaction.qualified(type, frozenset(qualifiers))

    def _applied(self, step: Step, type: CType, place: int) -> CType:
        if isinstance(step, Star):
            return self.qualified(self.transaction.pointer(type), step.qualifiers)
        if isinstance(step, Dimension):
            return self._array(step, type, place)
        if isinstance(step, Grouped):
            return with_convention(self, type, step.attributes)
        result = unqualified(type)  # C17 6.7.6.3 p5: a result has no qualifiers
        if isinstance(result, (Array, Function)):
            what = "an array" if isinstance(result, Array) else "a function"
            self.fail(place, f"a function cannot return {what}; a pointer was meant")
        return self.transaction.function_type(result, step.parameters, step.variadic, step.prototyped)

    def _array(self, step: Dimension, element: CType, place: int) -> CType:
        self._check_element(element, place)
        if step.adjusted:
            return self.qualified(self.transaction.pointer(element), step.qualifiers)
        if step.length is not None:
            if step.length < 0:
                self.fail(step.at, f"an array of {step.length} elements")
            try:
                size = step.length * sizeof(element, self.model)
            except (IncompleteTypeError, UnsupportedTypeError) as error:
                self.fail(place, str(error))
            if size >= 1 << (8 * self.model.pointer - 1):
                self.fail(step.at, f"an array of {size} bytes is too large")
        return Array(element, step.length)

    def _check_element(self, element: CType, place: int) -> None:
        inner = unqualified(element)
        if isinstance(inner, (Void, Function)):
            self.fail(place, f"an array of {'void' if isinstance(inner, Void) else 'functions'}")
        if isinstance(inner, Record) and inner.fields is None:
            if id(inner) in self.open_records:
                self.fail(place, f"{inner} contains itself; a pointer was meant")
            self.fail(place, f"an array of the incomplete type {inner}")
        if isinstance(inner, Array) and inner.length is None:
            self.fail(place, "an array of arrays without length")

    def _adjusted(self, type: CType) -> CType:
        """A parameter's type: arrays and functions become pointers (C11 6.7.6.3 p7 and p8)."""
        if isinstance(type, Record) and type.fields and self.transaction.is_transparent(type):
            return type.fields[0].type  # GCC manual, "Common Type Attributes": it is passed as its first member
        if isinstance(type, Array):
            return self.transaction.pointer(type.element)
        return self.transaction.pointer(type) if isinstance(type, Function) else type
