"""Records of the language: immutable, equal only within their kind, and cheap to declare and to make.

A record is a tuple underneath, so making one costs what a named tuple costs, and so does reading a field. But a jump
to a label is not that label, and neither is the tuple of its name: only records of the same class are ever equal.
Declaring one compiles nothing, as for the named tuples of `farcall.record`.
"""

from __future__ import annotations

from ..record import constructor, getter

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import dataclass_transform

    Tuple = tuple[Any, ...]
else:
    Tuple = tuple

    def dataclass_transform(**_facts):
        """What type checkers are told: constructors take the fields."""
        return lambda kind: kind


__all__ = ["Record"]


@dataclass_transform(frozen_default=True)
class _Kind(type):
    """Makes a class of the fields that its body declares: `name: type`, or `name: type = default`."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Kind:
        fields: tuple[str, ...] = tuple(body.get("__annotations__", ()))
        defaults = tuple(body.pop(field) for field in fields if field in body)
        if bases != (tuple,):
            body["__new__"] = make = constructor(name, fields, defaults)
            make.__qualname__ = name  # what TypeError calls it
        body |= {field: getter(index, f"Field {index} of {name}.") for index, field in enumerate(fields)}
        return super().__new__(cls, name, bases, body | {"__slots__": (), "__match_args__": fields})


class Record(Tuple, metaclass=_Kind):
    """A record of the fields that its class declares. It can be iterated over, matched by position, hashed, pickled."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return type(self) is not type(other) or tuple.__ne__(self, other)

    __hash__ = tuple.__hash__

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        names: tuple[str, ...] = type(self).__match_args__
        fields = ", ".join(f"{name}={value!r}" for name, value in zip(names, self, strict=True))
        return f"{type(self).__name__}({fields})"
