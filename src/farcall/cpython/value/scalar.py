"""Scalars in memory: one integer, floating number, bool or char, with its Python value as `.value`."""

from __future__ import annotations

import sys

from ...ctype import CType, Enum, Float, is_signed, sizeof
from ...stub.carrier import Carrier, carrier
from ...stub.class_facts import MAKER
from ..facts.host import host_target
from ..link.native import CALLS_BEFORE_CODE, Getset, closure, entry, make_type
from ..link.typeobject import set_vectorcall, settable
from .arithmetic import not_calculated_with
from .base import Value, address, native, peek, poke, view
from .classes import class_of
from .enum_members import members_word
from .errors import refuse_number
from .keep import check_held
from .making import finished, python_name

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Integral", "Scalar", "quicken", "read_number", "scalar_class", "told"]


@not_calculated_with("its .value")
@native
class Scalar(Value):
    """A C scalar in memory. `value` reads and writes it; as an argument it fixes the C type of a variadic one.

    `int64(5)` makes one that owns its memory. Out of range raises OverflowError, a wrong type TypeError.
    """

    __slots__ = ()
    value: Any

    @classmethod
    def __read__(cls, ctype: CType, place: int, owner: object) -> Any:
        return view(cls, place, owner).value

    @classmethod
    def __accept__(cls, ctype: CType, value: object, where: str) -> Any:
        made = cls.__new__(cls)
        try:
            made.value = value
        except (TypeError, ValueError, OverflowError) as error:
            if not where:
                raise
            refuse_number(ctype, value, where, error)
        return made

    @classmethod
    def __write__(cls, ctype: CType, place: int, value: object, keeper: Any, where: str) -> None:
        made = cls.__accept__(ctype, value, where)
        check_held(keeper)
        poke(place, peek(address(made), sizeof(ctype, host_target().model)))

    def __init__(self, value: object = 0, /) -> None:
        quicken(type(self))
        value = value.value if isinstance(value, Scalar) else value
        if self.__const__:  # it is written now or never
            _writable(self).value = value
        else:
            self.value = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Scalar):
            return bool(self.value == other.value)
        return bool(self.value == other)

    __hash__ = None  # type: ignore[assignment]  # it is mutable

    def __bool__(self) -> bool:
        return bool(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self.__ctype__, self.value))


@native
class Integral(Scalar):
    """An integer in memory, which Python takes for an index."""

    __slots__ = ()

    def __index__(self) -> int:
        value = self.value
        if isinstance(value, bytes):  # a char: as a number it is what C says it is
            return int.from_bytes(value, sys.byteorder, signed=is_signed(self.__ctype__, host_target().model))
        return int(value)

    __int__ = __index__

    def __float__(self) -> float:
        return float(self.__index__())


def _writable(scalar: Scalar) -> Scalar:
    """The same number, as one that is not const."""
    seen: Scalar = view(class_of(scalar.__ctype__), address(scalar), scalar)
    return seen


def quicken(cls: Any) -> None:
    """Have generated code make the scalars of a class from the second on."""
    kept = vars(cls).get("__native__")
    if kept is None or cls.__const__:
        return
    kept.calls += 1
    if kept.calls == CALLS_BEFORE_CODE and settable():
        kept.know(MAKER, entry("scalar_maker", carrier(cls.__ctype__, host_target().model)))
        set_vectorcall(cls, entry("scalar"))


def _rebuild(ctype: Any, value: object) -> Any:
    return class_of(ctype)(value)


def scalar_class(ctype: CType, kind: Carrier) -> Any:
    """The class of a scalar type, whose values cross as `kind`."""
    base, name, size = Scalar if isinstance(ctype, Float) else Integral, str(ctype), sizeof(ctype, host_target().model)
    getter, cells = read_number(ctype, kind)
    told_of = f"The number, as Python has it. Raises OverflowError for one that no {name} is."
    value = Getset("value", getter, entry("setter", kind, False), cells, told_of)
    return finished(make_type(python_name(name), (base,), size, told(name), [value], referred=True), ctype)


def read_number(ctype: CType, kind: Carrier) -> tuple[int, bytearray]:
    """The getter of a number that crosses as `kind`, where the memory begins, and the cells of its closure."""
    size, enumerated = sizeof(ctype, host_target().model), isinstance(ctype, Enum)
    cells = closure(0, 0, size, members_word(ctype) if enumerated else 0)
    return entry("member_getter" if enumerated else "getter", kind, False), cells


def told(name: str) -> str:
    """The docstring of a class of numbers."""
    return (
        f"C's {name} in memory: passed for {name} * by its address. `value` reads and writes the number; one out of range is an "
        f"OverflowError. In annotations, and wherever a type is taken, the type {name} itself."
    )
