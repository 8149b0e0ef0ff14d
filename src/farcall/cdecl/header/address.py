"""Macros for the address of a variable or a function: `((MPI_Comm) ((void *) &(ompi_mpi_comm_world)))`, `(&zone.items[1])`.

Such an address is known when the library is. So a macro is read as far as which symbol it is about, how many bytes
behind that, and as which type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ...ctype import Array, CType, Function, Pointer, Record, layout, sizeof, unqualified
from ...errors import FarcallError
from ...record import NamedTuple

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from ..scope import Scope

__all__ = ["Located", "located"]

TOKEN = re.compile(r"[A-Za-z_$][\w$]*|\d\w*|->|\S")
NAME = re.compile(r"[A-Za-z_$]")
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|\d+)[uUlL]*\Z")

#: What is longer is no address.
MOST_TOKENS = 100

#: Of a name, its type if it is a function or a variable; of tokens, the type that they name; None for what is none.
Declared = Callable[[str], CType | None]
Named = Callable[[str], CType | None]


class Located(NamedTuple):
    """The address of what a library has: its symbol, how many bytes behind that, and the type of the pointer."""

    type: Pointer
    symbol: str
    offset: int = 0


class Place(NamedTuple):
    """Where something lies, and what it is."""

    type: CType
    symbol: str
    offset: int


def located(text: str, scope: Scope, declared: Declared, named: Named) -> Located | None:
    """The address that a macro's text stands for; None for any other text."""
    words = TOKEN.findall(text)
    if not words or len(words) > MOST_TOKENS:
        return None
    try:
        return _Reader(scope, declared, named).address(words)
    except FarcallError:  # of an incomplete struct nobody knows the members, of an unknown type the size
        return None


class _Reader:
    def __init__(self, scope: Scope, declared: Declared, named: Named) -> None:
        self.scope = scope
        self.declared = declared
        self.named = named

    def address(self, words: Sequence[str]) -> Located | None:
        """An address: of a place, of an array's first item, of a function; perhaps cast."""
        words = _bare(words)
        if words[:1] == ["("]:
            behind = _behind(words)
            target = self.named(" ".join(words[1 : behind - 1]))
            if target is None:
                return None
            inner = self.address(words[behind:])
            plain = unqualified(target)
            return inner._replace(type=plain) if inner is not None and isinstance(plain, Pointer) else None
        if words[:1] == ["&"]:
            found = self.place(words[1:])
            return None if found is None else Located(Pointer(found.type), found.symbol, found.offset)
        found = self.place(words)
        kind = None if found is None else unqualified(found.type)
        if found is not None and isinstance(kind, Array):
            return Located(Pointer(kind.element), found.symbol, found.offset)
        if found is not None and isinstance(kind, Function):
            return Located(Pointer(kind), found.symbol, found.offset)
        return None

    def place(self, words: Sequence[str]) -> Place | None:
        """A variable or a function, or a part of a variable: members and items with a fixed number."""
        words = _bare(words)
        if not words:
            return None
        if words[0] == "(":
            behind = _behind(words)
            found = self.place(words[1 : behind - 1])
        else:
            behind = 1
            known = self.declared(words[0]) if NAME.match(words[0]) else None
            symbol = self.scope.symbols.get(words[0], words[0])
            found = None if known is None else Place(known, symbol, 0)
        while found is not None and behind < len(words):
            if words[behind] == "." and behind + 1 < len(words):
                found = self._member(found, words[behind + 1])
                behind += 2
            elif words[behind] == "[" and words[behind + 2 : behind + 3] == ["]"]:
                found = self._item(found, words[behind + 1])
                behind += 3
            else:
                return None
        return found

    def _member(self, outer: Place, name: str) -> Place | None:
        record = unqualified(outer.type)
        if not isinstance(record, Record) or record.fields is None:
            return None
        for member in layout(record, self.scope.model).members:
            inner = Place(member.field.type, outer.symbol, outer.offset + member.offset)
            if member.field.name == name:
                return inner if member.field.bits is None else None
            if member.field.name is None and (found := self._member(inner, name)) is not None:
                return found
        return None

    def _item(self, outer: Place, number: str) -> Place | None:
        array, found = unqualified(outer.type), NUMBER.match(number)
        if not isinstance(array, Array) or found is None:
            return None
        index = int(found[1], 16 if found[1][:2] in ("0x", "0X") else 8 if found[1][0] == "0" else 10)
        return outer._replace(type=array.element, offset=outer.offset + index * sizeof(array.element, self.scope.model))


def _bare(words: Sequence[str]) -> Sequence[str]:
    """Without the parentheses that are around all of it."""
    while words[:1] == ["("] and _behind(words) == len(words):
        words = words[1:-1]
    return words


def _behind(words: Sequence[str]) -> int:
    """The index behind the parenthesis that closes the first one."""
    depth = 0
    for index, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if not depth:
            return index + 1
    return len(words)
