"""Numbers in memory in the byte order that is not the machine's, of records that have one of their own."""

from __future__ import annotations

from ...ctype import Complex as ComplexType
from ...ctype import CType, Swapped, sizeof
from ..facts.host import host_target
from ..link.native import make_type
from .access import accept
from .base import address, native, peek, poke
from .classes import class_of
from .keep import check_held
from .making import finished, python_name
from .number import Number
from .scalar import told

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["SwappedNumber", "swapped_class"]


@native
class SwappedNumber(Number):
    """A number of another byte order. It is read and written as one of the machine's: the same Python numbers, the same
    limits and errors."""

    __slots__ = ()
    __ctype__: ClassVar[Swapped]

    @classmethod
    def __read__(cls, ctype: Any, place: int, owner: object) -> Any:
        return _read(ctype, place)

    @classmethod
    def __accept__(cls, ctype: Any, value: object, where: str) -> Any:
        made = cls.__new__(cls)
        poke(address(made), _taken(ctype, value, where))
        return made

    @classmethod
    def __write__(cls, ctype: Any, place: int, value: object, keeper: Any, where: str) -> None:
        data = _taken(ctype, value, where)
        check_held(keeper)
        poke(place, data)

    def __init__(self, value: Any = 0, /) -> None:
        poke(address(self), _taken(self.__ctype__, value, ""))

    @property
    def value(self) -> Any:
        """The number as Python's own."""
        return _read(self.__ctype__, address(self))


def _read(ctype: Swapped, place: int) -> Any:
    cls = class_of(ctype.type)
    made = cls.__new__(cls)
    poke(address(made), _reversed(ctype.type, peek(place, _size(ctype))))
    return made.value


def _taken(ctype: Swapped, value: Any, where: str) -> bytes:
    """The bytes of a Python number, or of a C value that is one."""
    value = value.value if isinstance(value, SwappedNumber) else value
    made = accept(ctype.type, value, where or f"a {ctype}")
    return _reversed(ctype.type, peek(address(made), _size(ctype)))


def _reversed(ctype: CType, data: bytes) -> bytes:
    """The bytes of a number in the other order; of a complex one each part for itself."""
    if isinstance(ctype, ComplexType):
        half = len(data) // 2
        return data[:half][::-1] + data[half:][::-1]
    return data[::-1]


def _size(ctype: CType) -> int:
    return sizeof(ctype, host_target().model)


def swapped_class(ctype: Swapped) -> Any:
    """The class of a type of numbers in the other byte order."""
    name = str(ctype)
    made = make_type(python_name(name), (SwappedNumber,), _size(ctype), told(name), referred=True)
    return finished(made, ctype)
