"""C types as Python's type annotations: what a value of the type comes out as, and what goes in for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..cpython.value.text import is_wide
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
    is_python_object,
    natural,
    unqualified,
)

__all__ = ["Annotator"]

#: Floating types whose values are more precise than Python's float.
PRECISE = frozenset(["long", "binary128"])


WORD = re.compile(r"[A-Za-z_]\w*")


class Annotator:
    """Annotations, and names for the structs and unions that appear in them, in order of appearance.

    Within a class the name of a member means that member: types whose names are in `hidden` are written as
    `_C_name`, and `aliases` has those for which that happened.
    """

    def __init__(self) -> None:
        self.classes: dict[Record, str] = {}
        self.hidden: set[str] = set()
        self.aliases: set[str] = set()

    def name(self, record: Record) -> str:
        """The class of a struct or union: its tag, or its typedef's name; numbered where that is taken."""
        known = self.classes.get(record)
        if known is None:
            base = record.tag or record.name or f"anonymous_{record.kind}"
            taken = set(self.classes.values())
            known, number = base, 1
            while known in taken:
                number += 1
                known = f"{base}_{number}"
            self.classes[record] = known
        return known

    def out(self, ctype: CType) -> str:
        """What a value of the type comes out as."""
        return self.seen(self._out(ctype))

    def into(self, ctype: CType) -> str:
        """What goes in for the type, as an argument or into a field."""
        return self.seen(self._into(ctype))

    def seen(self, text: str) -> str:
        """An annotation as it must be written where names are hidden."""
        if not self.hidden:
            return text
        found = self.hidden.intersection(WORD.findall(text))
        self.aliases |= found
        return WORD.sub(lambda word: f"_C_{word[0]}" if word[0] in found else word[0], text)

    def _out(self, ctype: CType) -> str:
        plain = natural(unqualified(ctype))
        if isinstance(plain, Void):
            return "None"
        if isinstance(plain, Integer):
            return "bool" if plain.rank == "bool" else "bytes" if _is_char(plain) else "int"
        if isinstance(plain, Enum):
            return "int"
        if isinstance(plain, Float):
            return "SupportsFloat" if plain.format in PRECISE else "float"
        if isinstance(plain, Complex):
            return "SupportsComplex" if plain.part.format in PRECISE else "complex"
        if is_python_object(plain):
            return "Any"
        if isinstance(plain, Pointer):
            return "str | None" if _is_text(plain) else f"Pointer[{self._item(plain.target)}]"
        if isinstance(plain, Array):
            return f"Array[{self._item(plain.element)}]"
        if isinstance(plain, Record):
            return self.name(plain)
        return "Any" if not isinstance(plain, Vector) else f"Sequence[{self._out(plain.lane)}]"

    def _into(self, ctype: CType) -> str:
        plain = natural(unqualified(ctype))
        if isinstance(plain, Integer) and _is_char(plain):
            return "bytes | int"
        if is_python_object(plain):
            return "object"
        if isinstance(plain, Pointer):
            return " | ".join(dict.fromkeys([*self._pointer(plain), "None"]))
        if isinstance(plain, Array):
            text = ["bytes"] if isinstance(unqualified(plain.element), Integer) else []
            return " | ".join([self._out(plain), "Sequence[Any]", *text])
        if isinstance(plain, Record):
            return f"{self.name(plain)} | Sequence[Any] | Mapping[str, Any]"
        return self._out(plain)

    def _item(self, target: CType) -> str:
        """What is read through a pointer to this type."""
        return "Any" if isinstance(unqualified(target), (Void, Function)) else self._out(target)

    def _pointer(self, pointer: Pointer) -> Iterator[str]:
        target = unqualified(pointer.target)
        if isinstance(target, Function):
            given = ", ".join(self._out(parameter.type) for parameter in target.parameters)
            yield f"Callable[[{given}], {self._into(target.result)}]" if not target.takes_any else "Callable[..., Any]"
            yield "Pointer[Any]"
            return
        if _is_text(pointer) or is_wide(pointer):
            yield "str"
        yield f"Pointer[{self._item(target)}]"
        yield "_Readable" if is_const(pointer.target) else "_Writeable"
        if isinstance(target, Void):
            yield from ("Value", "int", "Callable[..., Any]")
        elif isinstance(target, (Record, Pointer, Array)):
            yield self._out(target)
            yield f"Array[{self._out(target)}]"
        else:
            yield "Value"  # one in memory, of that type


def _is_char(plain: Integer) -> bool:
    return plain.rank == "char" and plain.signed is None


def _is_text(pointer: Pointer) -> bool:
    target = unqualified(pointer.target)
    return is_const(pointer.target) and isinstance(target, Integer) and _is_char(target)
