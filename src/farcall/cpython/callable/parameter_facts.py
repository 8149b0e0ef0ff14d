"""What binding wants to know of the type of a parameter or result: found out once, since functions of a library share their
types."""

from __future__ import annotations

import weakref

from ...ctype import CType, Facts, Pointer, Qualified, declare, mentions_object, unqualified
from ...stub import kinds
from ..facts.host import host_target
from ..link.late import later

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .. import value as values
else:
    values = later("cpython.value")

__all__ = ["PLACE", "TypeFacts", "facts_of"]

#: What stands for the name in a declaration that is kept: no C text contains it.
PLACE = "\0"


class TypeFacts:
    """`kind`: a number for all that a crossing depends on of the type. `before` and `after` are the words of a declaration
    around the name, `bare` the type without one. `mentions_object`: whether it is `PyObject *`, or leads to one."""

    __slots__ = ("_class", "_ctype", "_plain", "after", "bare", "before", "kind", "mentions_object")

    def __init__(self, ctype: CType) -> None:
        (kind,) = kinds((ctype,), host_target().model)
        self.kind = _numbers.setdefault(kind, len(_numbers))
        self.before, _, self.after = declare(ctype, PLACE).partition(PLACE)
        self.bare = str(ctype)
        self.mentions_object = mentions_object(ctype)
        self._ctype = unqualified(ctype)  # arguments and results are no objects that could be const
        self._class: weakref.ref[Any] | None = None
        self._plain: weakref.ref[Any] | None = None

    def cls(self) -> Any:
        """The class of its values."""
        made = None if self._class is None else self._class()
        if made is None:
            made = values.class_of(self._ctype)
            self._class = weakref.ref(made)
        return made

    def plain(self) -> Any:
        """The class of the pointers to what is not const."""
        made = None if self._plain is None else self._plain()
        if made is None:
            made = values.class_of(_plain(self._ctype))
            self._plain = weakref.ref(made)
        return made


_numbers: dict[object, int] = {}

_facts = Facts(TypeFacts)
#: The facts of a type.
facts_of = _facts.of


def _plain(type: CType) -> CType:
    """`T *` of `const T *`."""
    assert isinstance(type, Pointer)
    target = type.target
    if isinstance(target, Qualified):
        rest = target.qualifiers - {"const"}
        return Pointer(Qualified(target.type, rest) if rest else target.type)
    return type
