"""Declarations not yet in their scope: all of a text is taken over at its end, or nothing of it."""

from __future__ import annotations

from ..ctype import (
    Array,
    ByteOrder,
    CType,
    Enum,
    Field,
    Function,
    Parameter,
    Pointer,
    Qualified,
    Record,
    compatible,
    same_members,
)
from ..ctype.compatible import forget

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .scope import Constant, Scope

__all__ = ["Transaction"]


class Transaction:
    """What a text declares so far, over what its scope holds. What adds to it gives a complaint, or ""."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.model = scope.model
        self.typedefs: dict[str, CType] = {}
        self.tags: dict[tuple[str, str], CType] = {}
        self.constants: dict[str, Constant] = {}
        self.functions: dict[str, Function] = {}
        self.variables: dict[str, CType] = {}
        self.alignments: dict[str, int] = {}
        self.symbols: dict[str, str] = {}
        self.transparent: set[Record] = set()
        self._completed: list[Record] = []

    # What is made of types

    def pointer(self, target: CType) -> Pointer:
        """The pointer to a type."""
        known = self.scope.derived
        found = known.get((id(target), "*"))
        if found is None:
            found = known[id(target), "*"] = Pointer(target)
        return found  # type: ignore[return-value]

    def qualified(self, type: CType, qualifiers: frozenset[str]) -> Qualified:
        """A type with qualifiers."""
        known = self.scope.derived
        found = known.get((id(type), qualifiers))
        if found is None:
            found = known[id(type), qualifiers] = Qualified(type, qualifiers)
        return found  # type: ignore[return-value]

    def parameter(self, name: str, type: CType, declared: Array | None) -> Parameter:
        """A parameter of a function."""
        if declared is not None:
            return Parameter(name, type, declared)
        known = self.scope.derived
        found = known.get((id(type), name))
        if found is None:
            found = known[id(type), name] = Parameter(name, type)
        return found  # type: ignore[return-value]

    def function_type(
        self, result: CType, parameters: tuple[Parameter, ...], variadic: bool, prototyped: bool
    ) -> Function:
        """The type of a function."""
        known = self.scope.derived
        key = (id(result), (variadic, prototyped, *map(id, parameters)))
        found = known.get(key)
        if found is None:
            found = known[key] = Function(result, parameters, variadic, prototyped=prototyped)
        return found  # type: ignore[return-value]

    # What is known

    def is_transparent(self, record: Record) -> bool:
        """Whether a parameter of this union is passed as its first member."""
        return record in self.transparent or record in self.scope.transparent

    def typedef(self, name: str) -> CType | None:
        return self.typedefs.get(name) or self.scope.typedefs.get(name)

    def alignment(self, name: str) -> int:
        """The alignment that a typedef was given, in bytes; 0 for the type's own."""
        if name in self.alignments or name in self.typedefs:
            return self.alignments.get(name, 0)
        return self.scope.alignments.get(name, 0)

    def tag(self, kind: str, tag: str) -> CType | None:
        return self.tags.get((kind, tag)) or self.scope.tags.get((kind, tag))

    def other_kind(self, kind: str, tag: str) -> str:
        """The kind that the tag already has, if it is another one; tags share one name space (C11 6.2.3)."""
        return next((k for k in ("struct", "union", "enum") if k != kind and self.tag(k, tag)), "")

    def constant(self, name: str) -> Constant | None:
        found = self.constants.get(name)
        return self.scope.constants.get(name) if found is None else found

    def variable(self, name: str) -> CType | None:
        return self.variables.get(name) or self.scope.variables.get(name)

    def function(self, name: str) -> Function | None:
        return self.functions.get(name) or self.scope.functions.get(name)

    def _taken(self, name: str, kind: str) -> str:
        """The complaint that the name is declared as something else; these share one name space."""
        kinds = {
            "typedef": self.typedef(name) is not None and not self._replaceable(name),
            "constant": self.constant(name) is not None,
            "function": self.function(name) is not None,
            "variable": self.variable(name) is not None,
        }
        taken = next((k for k, there in kinds.items() if there and k != kind), "")
        return f"{name!r} is already declared as a {taken}" if taken else ""

    def _replaceable(self, name: str) -> bool:
        return name in self.scope.predefined and name not in self.typedefs

    # What is added

    def add_typedef(self, name: str, type: CType, align: int = 0) -> str:
        old = self.typedef(name)
        if old is not None:
            same = compatible(old, type, self.model) and self.alignment(name) == align
            if same:
                return ""
            if not self._replaceable(name):
                return f"typedef {name!r} is already declared as {old}"
        taken = self._taken(name, "typedef")
        if not taken:
            self.typedefs[name] = type
            if align:
                self.alignments[name] = align
        return taken

    def add_tag(self, kind: str, tag: str, type: CType) -> None:
        self.tags[kind, tag] = type

    def add_constant(self, name: str, value: Constant) -> str:
        old = self.constant(name)
        if old is not None and old != value and not (old != old and value != value):  # a nan is like no other
            return f"constant {name!r} is already declared as {old}"
        taken = self._taken(name, "constant")
        if not taken:
            self.constants[name] = value
        return taken

    def add_function(self, name: str, type: Function) -> str:
        old = self.function(name)
        if old is not None and not compatible(old, type, self.model):
            return f"function {name!r} is already declared as {old}"
        if old is not None and old.prototyped and not type.prototyped:
            type = old  # C11 6.2.7 p3: the composite type has the parameters
        taken = self._taken(name, "function")
        if not taken:
            self.functions[name] = type
        return taken

    def add_variable(self, name: str, type: CType) -> str:
        old = self.variable(name)
        if old is not None and not compatible(old, type, self.model):
            return f"variable {name!r} is already declared as {old}"
        if isinstance(old, Array) and old.length is not None:
            type = old  # the composite type has the length (C11 6.2.7 p3)
        taken = self._taken(name, "variable")
        if not taken:
            self.variables[name] = type
        return taken

    def complete(
        self, record: Record, fields: list[Field], pack: int, align: int, microsoft: bool, order: ByteOrder | None
    ) -> str:
        """Give a record its members. A second time they must be the same (as in C23 6.7.3.4)."""
        if record.fields is not None:
            again = Record(record.kind, None, fields, pack=pack, align=align, microsoft=microsoft, order=order)
            return "" if same_members(record, again, self.model) else f"{record} is already defined differently"
        if record.tag is not None and self.scope.tags.get((record.kind, record.tag)) is record:
            self._completed.append(record)
        record.complete(fields, pack=pack, align=align, microsoft=microsoft, order=order)
        return ""

    def add_enum(self, enum: Enum) -> str:
        old = self.tag("enum", enum.tag) if enum.tag else None
        if old is not None and old != enum and not _first_constants(old, enum):
            return f"{enum} is already defined differently"
        if enum.tag:
            self.add_tag("enum", enum.tag, enum)
        return ""

    # The end

    def commit(self, *, names: bool) -> None:
        """Take all over into the scope; with `names` false only tags, their constants, and labels."""
        scope = self.scope
        scope.tags.update(self.tags)
        scope.constants.update(self.constants)
        scope.transparent |= self.transparent
        scope.symbols.update(self.symbols)
        if not names:
            return
        scope.typedefs.update(self.typedefs)
        for name in self.typedefs:
            scope.alignments.pop(name, None)
            scope.predefined.discard(name)
        scope.alignments.update(self.alignments)
        scope.functions.update(self.functions)
        scope.variables.update(self.variables)

    def rollback(self) -> None:
        """Undo what was done to records of the scope: those completed in this text are incomplete again."""
        for record in self._completed:
            record.reopen()
        if self._completed:
            forget()


def _first_constants(old: CType, enum: Enum) -> bool:
    """Whether an enum that was declared with its type alone now has its constants (C23 6.7.3.3)."""
    return isinstance(old, Enum) and not old.constants and old.underlying == enum.underlying
