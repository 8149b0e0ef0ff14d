"""Copies and pickles of values that hold no pointers: the declaration of their type travels with their bytes."""

from __future__ import annotations

from typing import Any

from ...ctype import Array as ArrayType
from ...ctype import CType, Field, Function, leaves, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ..facts.host import host_target
from .base import address, poke

__all__ = ["reduce", "refuse_pointers"]


def refuse_pointers(value: Any, act: str) -> None:
    """Raise TypeError if the value holds a pointer, which means nothing elsewhere."""
    for leaf in leaves(value.__ctype__, host_target().model):
        if isinstance(leaf.type, (PointerType, Function)):
            raise TypeError(f"{value.__ctype__} cannot be {act}: {leaf.path[1:] or 'an item'} is a pointer")


def reduce(value: Any) -> tuple[Any, ...]:
    """What pickle needs to make the value again: its type, described, and its bytes.

    A class written in Python is found by its name, as all classes are. A record's own class comes back as the one that
    is declared alike in the process that reads it.
    """
    refuse_pointers(value, "pickled")
    native: Any = next(base for base in type(value).__mro__ if "__ctype__" in vars(base))
    data = memoryview(value).tobytes()
    if native is type(value):
        return rebuild, (describe(value.__ctype__), data)
    return _refill, (type(value), data, getattr(value, "__dict__", None))


def _refill(cls: Any, data: bytes, attributes: dict[str, Any] | None) -> Any:
    made = cls.__new__(cls)
    poke(address(made), data)
    if attributes:
        made.__dict__.update(attributes)
    return made


#: Records made from descriptions, so that each description stands for one type in a process.
_records: dict[Any, RecordType] = {}


def describe(ctype: CType) -> Any:
    """A type as plain, hashable, picklable data; records by all that they consist of."""
    plain = unqualified(ctype)
    if isinstance(plain, ArrayType):
        return ("array", describe(plain.element), plain.length)
    if not isinstance(plain, RecordType):
        return plain
    fields = tuple((f.name, describe(f.type), f.bits, f.align, f.packed) for f in plain.fields or ())
    others = tuple(sorted(plain.aliases.items()))
    found = ("record", plain.kind, plain.tag, plain.name, fields, plain.pack, plain.align, plain.microsoft, others)
    _records.setdefault(found, plain)
    return found


def restore(description: Any) -> CType:
    """The type that `describe` described."""
    if not isinstance(description, tuple) or not description or description[0] not in ("array", "record"):
        return description  # type: ignore[no-any-return]
    if description[0] == "array":
        return ArrayType(restore(description[1]), description[2])
    found = _records.get(description)
    if found is None:
        _, kind, tag, name, fields, pack, align, microsoft, others = description
        members = [Field(n, restore(t), bits, own, packed) for n, t, bits, own, packed in fields]
        found = RecordType(kind, tag, members, name=name, pack=pack, align=align, microsoft=microsoft)
        found.aliases.update(others)
        _records[description] = found
    return found


def rebuild(description: Any, data: bytes) -> Any:
    """The value of a type and its bytes."""
    from .classes import class_of

    cls = class_of(restore(description))
    made = cls.__new__(cls)
    poke(address(made), data)
    return made
