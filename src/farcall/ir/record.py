"""Records of the language: immutable, equal only within their kind, and cheap to declare and to make.

A record is a tuple underneath, so making one costs what a named tuple costs, and so does reading a field. But a jump
to a label is not that label, and neither is the tuple of its name: only records of the same class are ever equal.
Declaring one compiles nothing (a dataclass or a named tuple is put together as source text, and there are two dozen
here): the constructor is the template for that number of fields, with the fields' names as those of its parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_facts):
        """What type checkers are told: constructors take the fields."""
        return lambda kind: kind


try:  # what collections.namedtuple reads fields with, and what it does where that is missing
    from _collections import _tuplegetter as _getter  # type: ignore[import-not-found, unused-ignore]
except ImportError:

    def _getter(index: int, doc: str) -> property:
        return property(itemgetter(index), doc=doc)


__all__ = ["Record"]

_new = tuple.__new__

#: Constructors by their number of fields.
_TEMPLATES: tuple[Callable[..., Any], ...] = (
    lambda _kind: _new(_kind, ()),
    lambda _kind, a: _new(_kind, (a,)),
    lambda _kind, a, b: _new(_kind, (a, b)),
    lambda _kind, a, b, c: _new(_kind, (a, b, c)),
    lambda _kind, a, b, c, d: _new(_kind, (a, b, c, d)),
    lambda _kind, a, b, c, d, e: _new(_kind, (a, b, c, d, e)),
    lambda _kind, a, b, c, d, e, f: _new(_kind, (a, b, c, d, e, f)),
)


@dataclass_transform(frozen_default=True)
class _Kind(type):
    """Makes a class of the fields that its body declares: `name: type`, or `name: type = default`."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Kind:
        fields: tuple[str, ...] = tuple(body.get("__annotations__", ()))
        defaults = tuple(body.pop(field) for field in fields if field in body)
        if bases != (tuple,):
            code = _TEMPLATES[len(fields)].__code__.replace(co_name="__new__", co_varnames=("_kind", *fields))
            body["__new__"] = make = FunctionType(code, globals(), "__new__", defaults)
            make.__qualname__ = name  # what TypeError calls it
        body |= {field: _getter(index, f"Field {index} of {name}.") for index, field in enumerate(fields)}
        return super().__new__(cls, name, bases, body | {"__slots__": (), "__match_args__": fields})


class Record(tuple[Any, ...], metaclass=_Kind):
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
