"""The members of Python's classes of enumerations by their numbers, for what is read of C's memory: fields, items, variables.

An enumeration that is declared identically elsewhere is the same one. Each has a word that generated code looks at: the address
of the mapping, 0 as long as no class was asked for.
"""

from __future__ import annotations

import sys

from ... import seed
from ...ctype import CType, Enum, unqualified
from ..facts.host import WORD

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    Numbers = dict[int, int]
else:
    Numbers = dict

__all__ = ["Members", "member", "members_word", "remember_members"]

#: The words, by type, and the mappings that they have named: generated code may be using an earlier one.
_words: dict[Enum, bytearray] = {}
_named: list[Members] = []
_current: dict[Enum, Members] = {}


class Members(Numbers):
    """The members of an enumeration by number. What is none stays an int; with `flag` there are those made of several."""

    __slots__ = ("_cls",)

    def __init__(self, cls: Any, flag: bool) -> None:
        super().__init__({int(member): member for member in cls})
        self._cls = cls if flag else None

    def __missing__(self, number: int) -> int:
        if self._cls is None:
            return number
        try:
            return self._cls(number)  # type: ignore[no-any-return]
        except ValueError:
            return number


def members_word(ctype: CType) -> int:
    """The address of an enumeration's word."""
    plain = unqualified(ctype)
    assert isinstance(plain, Enum)
    return seed.address_of(_words.setdefault(plain, bytearray(WORD)))


def remember_members(ctype: Enum, members: Members) -> None:
    """Have what is read as an enumeration from now on be its members."""
    _named.append(members)
    _current[ctype] = members
    seed.write(members_word(ctype), id(members).to_bytes(WORD, sys.byteorder))


def member(ctype: CType, number: int) -> int:
    """The member of a type that has a number; the number itself where there is none, or the type is no enumeration."""
    found = _current.get(unqualified(ctype))  # type: ignore[call-overload]
    return number if found is None else found[number]
