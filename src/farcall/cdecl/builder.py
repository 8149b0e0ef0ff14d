"""pycparser's nodes as types: declarators from the inside out, names, attributes, and checks on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

from ..ctype import (
    Array,
    CType,
    Function,
    Pointer,
    Qualified,
    Record,
    Void,
    alignof,
    sizeof,
    unqualified,
)
from ..errors import DeclarationError, IncompleteTypeError, UnsupportedTypeError
from .attribute import Attribute
from .constant import evaluate
from .context import RecordNotes
from .directive import Define
from .draft import Draft
from .effect import alignment, checked_alignment, convened, moded, vectored
from .enumeration import enumeration
from .function import function, parameter
from .literal import number
from .macro import text_of, value_of
from .outline import Outline
from .prepared import MARKER
from .record import record
from .scope import Constant
from .specifier import basic
from .standard import EXTENDED
from .syntax import Node, SyntaxFault, tree
from .token import Token, fault

__all__ = ["Builder", "Extras"]

Value = TypeVar("Value")


class Extras:
    """What a declaration says beside its type: attributes, the alignment its typedef brings (0: none), and the array as
    which a parameter is written that C passes as a pointer."""

    __slots__ = ("array", "attributes", "typedef_align")

    def __init__(self, attributes: Sequence[Attribute]) -> None:
        self.attributes = list(attributes)
        self.typedef_align = 0
        self.array: Array | None = None


class Builder:
    """Types of one text. Every method raises DeclarationError where the text is wrong, pointing there."""

    def __init__(self, draft: Draft, outline: Outline) -> None:
        self.draft = draft
        self.model = draft.model
        self.outline = outline
        self.open: set[int] = set()  # the records whose members are being read
        self.macros: dict[str, Define] = {define.name: define for define in outline.defines}
        self._at = 0  # the last token seen: where nodes without a place are reported

    # Places and errors

    def fail(self, node: Node | None, message: str) -> NoReturn:
        self.outline.fail(self.index(node), message)

    def fault_at(self, attribute: Attribute, message: str) -> DeclarationError:
        return fault(self.outline.text, attribute.offset, message)

    def fail_at(self, attribute: Attribute, message: str) -> NoReturn:
        raise self.fault_at(attribute, message)

    def accept(self, node: Node, complaint: str) -> None:
        if complaint:
            self.fail(node, complaint)

    def index(self, node: Node | None) -> int:
        """The token that a node stands at. A node without a place (pycparser 2 has some) stands at its type."""
        while node is not None and not isinstance(node, str):
            line = getattr(getattr(node, "coord", None), "line", None)
            if isinstance(line, int) and 2 <= line < len(self.outline.origins) + 2:
                self._at = self.outline.origins[line - 2]
                break
            node = getattr(node, "type", None)
        return self._at

    def notes(self, node: Node) -> RecordNotes:
        """What was lifted out of the struct, union or enum specifier."""
        return self.outline.records.get(self.index(node)) or RecordNotes()

    def marker(self, dimension: Node | None) -> tuple[bool, list[Attribute]] | None:
        """The attributes for which the outline put this array dimension; None for the user's own."""
        name = getattr(dimension, "name", None)
        if type(dimension).__name__ != "ID" or not str(name).startswith(MARKER):
            return None
        return self.outline.markers[int(str(name)[len(MARKER) :])]

    # Constants

    def constant(self, node: Node) -> int:
        return evaluate(self, node).value

    def constant_named(self, node: Node) -> int | None:
        known = self.known(node.name)
        if known is not None and not isinstance(known, int):
            self.fail(node, f"{node.name!r} is not an integer constant")
        return known

    def known(self, name: str) -> Constant | None:
        """The constant of this name, if there is one."""
        known = self.draft.constant(name)
        if known is None and name in self.macros:
            return self.macro(name)
        if known is None and name in ("true", "false"):
            return int(name == "true")
        return known

    def macro(self, name: str) -> Constant:
        """The value of a `#define`, which from now on is a constant."""
        define = self.macros.pop(name)  # popped first: a macro is not known inside itself
        value: Constant | None = text_of(define.body)
        if value is None:
            value = self._plain(define.body)
        if value is None:
            otherwise = f"#define {name} is not a constant expression"
            value = self._evaluated(define.body, otherwise, lambda node: value_of(self, node))
        complaint = self.draft.add_constant(name, value)
        if complaint:
            self.outline.fail(define.line, complaint)
        return value

    def expression(self, body: Sequence[Token], otherwise: str = "") -> int:
        """The value of tokens that were lifted out of the text; a syntax error is reported as `otherwise`."""
        plain = self._plain(body)
        return self._evaluated(body, otherwise, self.constant) if plain is None else plain

    def _plain(self, body: Sequence[Token]) -> int | None:
        """The value of a lone integer literal, for which no parser is needed."""
        if len(body) != 1 or body[0].kind != "number":
            return None
        try:
            known = number(body[0].text, self.model)
        except ValueError:
            return None
        return None if known is None else known.value

    def _evaluated(self, body: Sequence[Token], otherwise: str, read: Callable[[Node], Value]) -> Value:
        outer = self.outline
        inner = Outline(
            outer.text, self.known_types(outer), outer.suggest,
            start=body[0].offset, end=body[-1].offset + len(body[-1].text), kind="expression",
        )  # fmt: skip
        nodes = self.parsed(inner, "int __farcall_value = (", ");", otherwise)
        self.outline = inner
        try:
            return read(nodes[0].init)
        finally:
            self.outline = outer

    # Text to nodes

    def known_types(self, outline: Outline) -> dict[str, CType]:
        return {**self.draft.scope.typedefs, **dict.fromkeys(outline.declared, Void()), **self.draft.typedefs}

    def parsed(self, outline: Outline, before: str = "", behind: str = "", otherwise: str = "") -> list[Node]:
        """The nodes of prepared text, between two pieces of C."""
        known = self.draft.scope.typedefs
        first = "".join(
            [
                f"typedef int {name};"
                for name in sorted(outline.type_names)
                if name in known or name in self.draft.typedefs or name in EXTENDED
            ]
        )
        prepared = "\n".join([first + before, *outline.words, behind])
        try:
            nodes = tree(prepared)
        except SyntaxFault as refusal:
            index = outline.origins[refusal.line - 2] if 2 <= refusal.line < len(outline.origins) + 2 else -1
            raise outline.fault(index, otherwise or refusal.message) from None
        return nodes[first.count(";") :]

    # Types

    def type_name(self, node: Node) -> CType:
        """The type that a Typename names."""
        return self.declarator(node)[0]

    def aligned_type_name(self, node: Node) -> tuple[CType, int]:
        """The same, with the alignment that its typedef brings (0: the type's own)."""
        type_, extras = self.declarator(node)
        return type_, extras.typedef_align

    def declarator(self, node: Node, *, adjusted: bool = False) -> tuple[CType, Extras]:
        """The type of a Decl, Typedef or Typename, as a parameter's if `adjusted`, and what else it says."""
        segment = self._segment(node)
        extras = Extras(self.outline.segments.get(segment, ()) if segment is not None else ())
        found = parameter(self, node.type, extras) if adjusted else self.derived(node.type, extras)
        return convened(self, found, extras.attributes), extras

    def _segment(self, node: Node) -> int | None:
        index = self.index(node)
        return self.outline.segment_of[index] if index < len(self.outline.segment_of) else None

    def derived(self, node: Node, extras: Extras) -> CType:
        kind = type(node).__name__
        if kind == "TypeDecl":
            base = self.base(node.type, node, extras)
            for attribute in extras.attributes:
                if attribute.name == "vector_size":
                    base = vectored(self, base, attribute)
                elif attribute.name == "mode":
                    base = moded(self, base, attribute)
            return self.qualified(base, node.quals or ())
        if kind == "PtrDecl":
            target = self.derived(node.type, extras)
            extras.typedef_align = 0
            return self.qualified(Pointer(target), node.quals or ())
        if kind == "ArrayDecl":
            return self._array(node, extras)
        if kind == "FuncDecl":
            return function(self, node, extras)
        return self.base(node, node, extras)

    def qualified(self, type: CType, qualifiers: Sequence[str]) -> CType:
        if not qualifiers:
            return type
        if isinstance(type, Array):  # qualifiers of an array are its elements' (C11 6.7.3 p9)
            return Array(self.qualified(type.element, qualifiers), type.length)
        if isinstance(type, Function):
            return type
        if isinstance(type, Qualified):
            return Qualified(type.type, type.qualifiers | frozenset(qualifiers))
        return Qualified(type, frozenset(qualifiers))

    def _array(self, node: Node, extras: Extras) -> CType:
        marked = self.marker(node.dim)
        if marked is not None:
            structural, attributes = marked
            if structural:
                return convened(self, self.derived(node.type, extras), attributes)
            extras.attributes += attributes
            return self.derived(node.type, extras)
        element = self.derived(node.type, extras)
        self.element(node, element)
        length = None
        if node.dim is not None:
            if getattr(node.dim, "name", "") == "*":
                self.fail(node, "an array of variable length")
            length = self.constant(node.dim)
            if length < 0:
                self.fail(node.dim, f"an array of {length} elements")
            try:
                size = length * sizeof(element, self.model)
            except (IncompleteTypeError, UnsupportedTypeError) as error:
                self.fail(node, str(error))
            if size >= 1 << (8 * self.model.pointer - 1):
                self.fail(node.dim, f"an array of {size} bytes is too large")
        return Array(element, length)

    def element(self, node: Node, element: CType) -> None:
        inner = unqualified(element)
        if isinstance(inner, (Void, Function)):
            self.fail(node, f"an array of {'void' if isinstance(inner, Void) else 'functions'}")
        if isinstance(inner, Record) and inner.fields is None:
            if id(inner) in self.open:
                self.fail(node, f"{inner} contains itself; a pointer was meant")
            self.fail(node, f"an array of the incomplete type {inner}")
        if isinstance(inner, Array) and inner.length is None:
            self.fail(node, "an array of arrays without length")

    def base(self, node: Node, owner: Node, extras: Extras | None = None) -> CType:
        """The type of specifiers: basic, a typedef's, a struct, union or enum."""
        kind = type(node).__name__
        if kind in ("Struct", "Union"):
            return record(self, node)
        if kind == "Enum":
            return enumeration(self, node)
        if kind == "Typename":
            return self.type_name(node)
        if kind != "IdentifierType":
            self.fail(owner, "this is not a type that is understood here")
        names: list[str] = node.names
        if len(names) == 1:
            known = self.draft.typedef(names[0])
            if known is not None:
                if extras is not None:
                    extras.typedef_align = self.draft.alignment(names[0])
                return known
        found = basic(names)
        if found is None and "_Complex" in names:
            raise UnsupportedTypeError(str(self.outline.fault(self.index(node), f"{' '.join(names)} is not supported")))
        if found is None:
            self.fail(node, f"{' '.join(names)!r} is not a type")
        return found

    # Alignment

    def alignment_of(self, node: Node, extras: Extras) -> int:
        """The largest of a declaration's `aligned` attributes and `_Alignas` specifiers, 0 without any."""
        found = [alignment(self, a) for a in extras.attributes if a.name == "aligned"]
        for specifier in getattr(node, "align", None) or ():
            operand = specifier.alignment
            if type(operand).__name__ == "Typename":
                type_, typedef_align = self.aligned_type_name(operand)
                value = typedef_align or alignof(type_, self.model)
            else:
                value = self.constant(operand)
            if value and not checked_alignment(value):  # _Alignas(0) has no effect (C11 6.7.5 p6)
                self.fail(specifier, f"an alignment of {value} bytes: it must be a power of two")
            found.append(value)
        return max(found, default=0)
