"""Structs and unions: their members, and what attributes and pragmas say of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..ctype import (
    Array,
    CType,
    Enum,
    Field,
    Function,
    Integer,
    Record,
    Void,
    alignof,
    layout,
    sizeof,
    unqualified,
)
from ..errors import IncompleteTypeError, UnsupportedTypeError
from .context import RecordNotes
from .effect import alignment

if TYPE_CHECKING:
    from .builder import Builder
    from .syntax import Node

__all__ = ["record"]


def record(builder: Builder, node: Node) -> Record:
    """The type of a struct or union specifier; a new tag is declared, a body completes it."""
    kind = type(node).__name__.lower()
    found = _tagged(builder, node, kind)
    if node.decls is None:
        return found
    if id(found) in builder.open:
        builder.fail(node, f"{found} is defined inside itself")
    builder.open.add(id(found))
    notes = builder.notes(node)
    packed = any(a.name == "packed" for a in notes.attributes)
    fields: list[Field] = []
    taken: set[str] = set()
    for declaration in node.decls:
        field = _field(builder, declaration, packed, kind)
        if field is not None:
            if fields and _flexible(fields[-1].type):
                builder.fail(declaration, f"the array without length {fields[-1].name!r} must be the last member")
            for name in _names(field):
                if name in taken:
                    builder.fail(declaration, f"two members are named {name!r}")
                taken.add(name)
            fields.append(field)
    builder.open.discard(id(found))
    if any(a.name == "transparent_union" for a in notes.attributes):
        builder.draft.transparent.add(found)
    if fields and _flexible(fields[-1].type) and (kind == "union" or len(fields) == 1):
        builder.fail(node.decls[-1], "an array without length needs a struct with other members before it")
    align = max([alignment(builder, a) for a in notes.attributes if a.name == "aligned"], default=0)
    complaint = builder.draft.complete(found, fields, notes.packing.cap, align, _microsoft(builder, node, notes))
    builder.accept(node, complaint)
    try:
        size = layout(found, builder.model).size
    except (IncompleteTypeError, UnsupportedTypeError) as error:
        builder.fail(node, str(error))
    if size >= 1 << (8 * builder.model.pointer - 1):
        builder.fail(node, f"{found} is too large")
    return found


def _tagged(builder: Builder, node: Node, kind: str) -> Record:
    if node.name is None:
        return Record(kind)
    known = builder.draft.tag(kind, node.name)
    if isinstance(known, Record):
        return known
    other = builder.draft.other_kind(kind, node.name)
    if other:
        builder.fail(node, f"{node.name!r} is already the tag of a {other}")
    fresh = Record(kind, node.name)
    builder.draft.add_tag(kind, node.name, fresh)
    return fresh


def _microsoft(builder: Builder, node: Node, notes: RecordNotes) -> bool:
    named = [a.name for a in notes.attributes if a.name in ("ms_struct", "gcc_struct")]
    if named[-1:] == ["gcc_struct"] and builder.model.bit_fields in ("microsoft", "ms_struct"):
        raise UnsupportedTypeError(f"gcc_struct layout is not supported under {builder.model}")
    return named[-1] == "ms_struct" if named else notes.packing.microsoft


def _field(builder: Builder, node: Node, packed: bool, kind: str) -> Field | None:
    """A member; None for a declaration inside a struct that declares none (of a tag, of enum constants)."""
    if type(node).__name__ != "Decl":
        builder.fail(node, "this is not the declaration of a member")
    node_kind = type(node.type).__name__
    if node_kind not in ("TypeDecl", "PtrDecl", "ArrayDecl", "FuncDecl"):
        declared = builder.base(node.type, node)
        if isinstance(declared, Record) and declared.tag is None:
            return Field(None, declared, packed=packed)
        if node_kind == "IdentifierType" or (isinstance(declared, Enum) and node.type.values is None):
            builder.fail(node, "this declaration declares no member")
        return None
    declared, extras = builder.declarator(node)
    width = node.bitsize
    while type(width).__name__ == "ArrayRef" and (marked := builder.marker(width.subscript)) is not None:
        extras.attributes += marked[1]
        width = width.name
    own = builder.alignment_of(node, extras)
    # A typedef with a smaller alignment lowers that of its members, as `packed` with `aligned` does.
    lowered = 0 < extras.typedef_align < _natural(builder, declared)
    packed = packed or lowered or any(a.name == "packed" for a in extras.attributes)
    align = max(own, extras.typedef_align)
    if width is not None:
        return Field(node.name, declared, _width(builder, node, width, declared), align, packed)
    if isinstance(declared, (Void, Function)):
        builder.fail(node, f"member {node.name!r} cannot be {_article(declared)}")
    inner = unqualified(declared)
    if isinstance(inner, Record) and inner.fields is None:
        if id(inner) in builder.open:
            builder.fail(node, f"{inner} contains itself in member {node.name!r}; a pointer was meant")
        builder.fail(node, f"member {node.name!r} has the incomplete type {inner}")
    return Field(node.name, declared, None, align, packed)


def _natural(builder: Builder, type: CType) -> int:
    try:
        return alignof(type, builder.model)
    except (IncompleteTypeError, UnsupportedTypeError):
        return 1


def _article(type: CType) -> str:
    return "void" if isinstance(type, Void) else "a function; a pointer to one was meant"


def _flexible(type: CType) -> bool:
    return isinstance(type, Array) and type.length is None


def _width(builder: Builder, node: Node, expression: Node, type: CType) -> int:
    """The width of a bit-field, checked (C11 6.7.2.1 p4 and p5)."""
    inner = unqualified(type)
    name = repr(node.name) if node.name else "without a name"
    if not isinstance(inner, (Integer, Enum)):
        builder.fail(node, f"bit-field {name} cannot have the type {type}")
    width = builder.constant(expression)
    most = 1 if isinstance(inner, Integer) and inner.rank == "bool" else 8 * sizeof(inner, builder.model)
    if not 0 <= width <= most:
        builder.fail(node, f"bit-field {name} of {width} bits does not fit {type} of {most} bits")
    if width == 0 and node.name:
        builder.fail(node, f"bit-field {name} has no bits; only one without a name may")
    return width


def _names(field: Field) -> Iterator[str]:
    """The names a member brings into its struct: those inside of it if it has none itself."""
    inner = unqualified(field.type)
    if field.name is not None:
        yield field.name
    elif field.bits is None and isinstance(inner, Record):
        for member in inner.fields or ():
            yield from _names(member)
