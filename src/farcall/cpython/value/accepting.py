"""What stands for a value that is no scalar and no pointer: an instance that is given, or one made of a Python object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...ctype import CType, compatible, sizeof
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ..facts.host import host_target
from .base import Value, address, made_class, peek, poke, view
from .errors import raise_named, refuse_unkept
from .foreign import instance_of, is_foreign
from .given import mapping_of
from .keep import adopt, check_held, lasts, made_in

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["is_row", "is_sequence", "to_instance", "write_whole"]


def to_instance(cls: Any, ctype: CType, value: Any, where: str) -> Any:
    """An instance of a class of records, arrays, vectors or wide numbers: `value` itself, or made of its items."""
    kinds = type(value)  # not what `__class__` says
    if issubclass(kinds, Value):
        address(value)  # raises if its memory was freed
        if issubclass(kinds, cls):
            return value
        wanted, given = cls.__ctype__, value.__ctype__
        if isinstance(given, RecordType) and compatible(given, wanted, host_target().model):
            return value
    if is_foreign(value):
        place, fits = instance_of(cls, value)
        if fits:
            return view(cls, place, value)
    plain = made_class(cls)  # the `__init__` of a class written in Python takes what it likes
    try:
        made = plain(**mapping_of(value, _room(cls))) if isinstance(value, Mapping) else plain.__made_of__(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise_named(error, where)
    if made is not None:
        return made
    given = value.__ctype__ if issubclass(kinds, Value) else kinds.__name__
    raise TypeError(f"{where} must be {cls.__ctype__}, not {given}")


def write_whole(cls: Any, ctype: CType, place: int, value: object, keeper: Any, where: str) -> None:
    """Store a value with all that it consists of, and keep what pointers in it need."""
    made = cls.__accept__(ctype, value, where or f"a {ctype}")
    size = sizeof(ctype, host_target().model)
    dangling: Any = made_in(made, size)
    if dangling is not None and not lasts(keeper, place):
        wide = isinstance(dangling, Value)  # text of wide characters
        refuse_unkept(PointerType(dangling.__ctype__.element) if wide else ctype, dangling, where)
    check_held(keeper)
    poke(place, peek(address(made), size))
    adopt(keeper, place, made, size)


def _room(cls: Any) -> int:
    """How many values an instance is made of at most."""
    return len(cls.__members__) if hasattr(cls, "__members__") else getattr(cls.__ctype__, "count", 1)


def is_sequence(value: object) -> bool:
    """Whether a value has items, one behind the other; text, bytes and memory have more to them than that."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview))


def is_row(value: Any) -> bool:
    """Whether a value of NumPy's (a structured scalar, an array of lanes) gives a record's fields or a vector's lanes."""
    if isinstance(value, (str, bytes)):  # NumPy's own are these too
        return False
    return hasattr(type(value), "__array_interface__") and hasattr(value, "__len__") and len(value) > 0
