"""Structs and unions: their members, and what attributes and pragmas say of them."""

from __future__ import annotations

from collections.abc import Iterator

from ..ctype import (
    Array,
    ByteOrder,
    CType,
    Enum,
    Field,
    Function,
    Integer,
    Record,
    Void,
    alignof,
    in_order,
    layout,
    sizeof,
    unqualified,
)
from ..errors import IncompleteTypeError, UnsupportedTypeError
from ..record import replace
from .attribute import Attribute
from .attribute_effects import alignment, storage_order
from .declarator import Declarators, Declared, Specifiers

__all__ = ["Records"]


class Records(Declarators):
    """The structs and unions of a text."""

    def record(self, found: Specifiers, kind: str) -> None:
        """Read a struct or union behind its keyword; a new tag is declared, a body completes it."""
        attributes = self.attributes()
        place, tag = self.index, ""
        if self.named(place):
            tag = self.words[place]
            self.index += 1
        elif self.words[place] != "{":
            self.fail(place, f"a {kind} needs a tag or members")
        found.place, found.kind = place, kind
        found.type = record = self._tagged(place, kind, tag)
        if self.words[self.index] == "{":
            found.kind += " body"
            if id(record) in self.open_records:
                self.fail(place, f"{record} is defined inside itself")
            self.open_records.add(id(record))
            self._body(place, record, attributes)

    def _tagged(self, place: int, kind: str, tag: str) -> Record:
        if not tag:
            return Record(kind)
        known = self.transaction.tag(kind, tag)
        if isinstance(known, Record):
            return known
        other = self.transaction.other_kind(kind, tag)
        if other:
            self.fail(place, f"{tag!r} is already the tag of a {other}")
        fresh = Record(kind, tag)
        self.transaction.add_tag(kind, tag, fresh)
        return fresh

    def _body(self, place: int, record: Record, attributes: list[Attribute]) -> None:
        self.open("{")
        fields: list[Field] = []
        taken: set[str] = set()
        last = place
        while self.words[self.index] not in ("}", ""):
            for last, field in self._members():
                if fields and _flexible(fields[-1].type):
                    self.fail(last, f"the array without length {fields[-1].name!r} must be the last member")
                for name in _names(field):
                    if name in taken:
                        self.fail(last, f"two members are named {name!r}")
                    taken.add(name)
                fields.append(field)
        end = self.index
        self.close("}", "a struct or union")
        self.open_records.discard(id(record))
        attributes += self.attributes()
        if any(a.name == "packed" for a in attributes):
            fields = [replace(field, packed=True) for field in fields]
        if any(a.name == "transparent_union" for a in attributes):
            self.transaction.transparent.add(record)
        if fields and _flexible(fields[-1].type) and (record.kind == "union" or len(fields) == 1):
            self.fail(last, "an array without length needs a struct with other members before it")
        align = max([alignment(self, a) for a in attributes if a.name == "aligned"], default=0)
        packing = self.directives.packing_at(self.tokens[end].offset)  # what holds at the end holds for the record
        microsoft = self._microsoft(attributes, packing.microsoft)
        order = self._order(place, attributes)
        if order is not None:
            try:
                fields = [in_order(field, order, self.model) for field in fields]
            except UnsupportedTypeError as error:
                raise UnsupportedTypeError(str(self.fault_at(self.tokens[place].offset, str(error)))) from None
        self.accept(place, self.transaction.complete(record, fields, packing.cap, align, microsoft, order))
        try:
            size = layout(record, self.model).size
        except (IncompleteTypeError, UnsupportedTypeError) as error:
            self.fail(place, str(error))
        if size >= 1 << (8 * self.model.pointer - 1):
            self.fail(place, f"{record} is too large")

    def _microsoft(self, attributes: list[Attribute], pragma: bool) -> bool:
        named = [a.name for a in attributes if a.name in ("ms_struct", "gcc_struct")]
        if named[-1:] == ["gcc_struct"] and self.model.bit_fields in ("microsoft", "ms_struct"):
            raise UnsupportedTypeError(f"gcc_struct layout is not supported under {self.model}")
        return named[-1] == "ms_struct" if named else pragma

    def _order(self, place: int, attributes: list[Attribute]) -> ByteOrder | None:
        """The byte order of a record that has one of its own: by its attribute, or by what holds where it begins."""
        found = [storage_order(self, a) for a in attributes if a.name == "scalar_storage_order"]
        order = found[-1] if found else self.directives.packing_at(self.tokens[place].offset).order
        return None if order == self.model.byteorder else order

    def _members(self) -> Iterator[tuple[int, Field]]:
        """Read one declaration in a body: its members, each with the token that errors point to."""
        if self.passed(";") or self.assertion():
            return
        found = self.specifiers()
        if found.storage:
            self.fail(found.place, "this is not the declaration of a member")
        if self.passed(";"):
            declared = found.type
            if isinstance(declared, Record) and (declared.tag is None or self._is_member_by_tag(declared)):
                yield found.place, Field(None, declared, align=self._own_alignment(found.attributes, found.aligned))
            elif found.kind not in ("struct", "union", "struct body", "union body", "enum body"):
                self.fail(found.place, "this declaration declares no member")
            return
        while True:
            yield self._field(found)
            if not self.passed(","):
                break
        if self.at_end:
            self.close("}", "a struct or union")
        self.expect(";")

    def _is_member_by_tag(self, record: Record) -> bool:
        """Whether `struct pair;` in a body is a member without a name, as Microsoft has it, and gcc where it has
        Microsoft's ABI (GCC manual, "Unnamed Fields", -fms-extensions)."""
        return record.fields is not None and self.model.bit_fields in ("microsoft", "ms_struct")

    def _field(self, found: Specifiers) -> tuple[int, Field]:
        declared = self.declarator(found)
        name, place, type, attributes, typedef_align, *_ = declared
        width = None
        if self.passed(":"):
            width = self._width(declared)
            attributes += self.attributes()
        elif not name:
            self.unexpected()
        self.before(",", ";", "}")
        # A typedef with a smaller alignment lowers that of its members, as `packed` with `aligned` does.
        packed = 0 < typedef_align < self._natural(type) or any(a.name == "packed" for a in attributes)
        align = max(self._own_alignment(attributes, found.aligned), typedef_align)
        if width is not None:
            return place, Field(name or None, type, width, align, packed)
        if isinstance(type, (Void, Function)):
            what = "void" if isinstance(type, Void) else "a function; a pointer to one was meant"
            self.fail(place, f"member {name!r} cannot be {what}")
        inner = unqualified(type)
        if isinstance(inner, Record) and inner.fields is None:
            if id(inner) in self.open_records:
                self.fail(place, f"{inner} contains itself in member {name!r}; a pointer was meant")
            self.fail(place, f"member {name!r} has the incomplete type {inner}")
        return place, Field(name, type, None, align, packed)

    def _own_alignment(self, attributes: list[Attribute], aligned: int) -> int:
        return max(aligned, *(alignment(self, a) for a in attributes if a.name == "aligned"), 0)

    def _natural(self, type: CType) -> int:
        try:
            return alignof(type, self.model)
        except (IncompleteTypeError, UnsupportedTypeError):
            return 1

    def _width(self, declared: Declared) -> int:
        """The width of a bit-field, checked (C11 6.7.2.1 p4 and p5)."""
        inner = unqualified(declared.type)
        name = repr(declared.name) if declared.name else "without a name"
        if not isinstance(inner, (Integer, Enum)):
            self.fail(declared.place, f"bit-field {name} cannot have the type {declared.type}")
        width = self.constant()
        most = 1 if isinstance(inner, Integer) and inner.rank == "bool" else 8 * sizeof(inner, self.model)
        if not 0 <= width <= most:
            self.fail(declared.place, f"bit-field {name} of {width} bits does not fit {declared.type} of {most} bits")
        if width == 0 and declared.name:
            self.fail(declared.place, f"bit-field {name} has no bits; only one without a name may")
        return width


def _flexible(type: CType) -> bool:
    return isinstance(type, Array) and type.length is None


def _names(field: Field) -> Iterator[str]:
    """The names a member brings into its struct: those inside of it if it has none itself."""
    inner = unqualified(field.type)
    if field.name is not None:
        yield field.name
    elif field.bits is None and isinstance(inner, Record):
        for member in inner.fields or ():
            yield from _names(member)
