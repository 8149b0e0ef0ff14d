"""Many numbers at a time: items of memory as a list, and the items of a buffer copied as they are."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from ...ctype import Complex as ComplexType
from ...ctype import CType, sizeof, unqualified
from ...ctype import Float as FloatType
from ...stub.carrier import BoolKind, Carrier, CharKind, FloatKind, IntKind
from ..facts.host import ORDER, host_target
from .base import memory
from .member import kind_of

__all__ = ["items_in", "numbers_at", "packed_code"]

#: The codes by which `memoryview` reads numbers, by their size; and what a code of a buffer's format stands for, where its
#: bytes are the number and all of them are allowed: not a bool's.
SIGNED, UNSIGNED, FLOATING = {1: "b", 2: "h", 4: "i", 8: "q"}, {1: "B", 2: "H", 4: "I", 8: "Q"}, {4: "f", 8: "d"}
CLASSES = {
    **dict.fromkeys("bhilqn", "signed"),
    **dict.fromkeys("BHILQN", "unsigned"),
    **dict.fromkeys("efdg", "floating"),
}
#: Prefixes of a format that say nothing else than the machine's own order does.
NATIVE = ("@", "=", ORDER.format)


@lru_cache(maxsize=512)  # types of items that are numbers; another is found out anew in microseconds
def packed_code(element: CType) -> str:
    """The code by which `memoryview` reads items of a type as farcall does; "" where it cannot."""
    kind = kind_of(element)[1]
    if isinstance(kind, IntKind):
        return (SIGNED if kind.signed else UNSIGNED)[kind.size]
    if isinstance(kind, FloatKind):
        return FLOATING[kind.size]
    return "?" if isinstance(kind, BoolKind) else "c" if isinstance(kind, CharKind) else ""


def numbers_at(code: str, place: int, stride: int, span: range) -> list[Any]:
    """The items number `span` of those at an address, of which `stride` is the size, as a list."""
    if not span:
        return []
    low, high = min(span[0], span[-1]), max(span[0], span[-1])
    size = (high - low + 1) * stride
    if size > sys.maxsize:
        raise MemoryError(f"{len(span)} items")
    whole: Any = memory(place + low * stride, size)
    return whole.cast(code)[:: span.step].tolist()  # type: ignore[no-any-return]


def items_in(element: CType, value: Any) -> memoryview | None:
    """A buffer whose items are just what those of an array of `element` are, one behind the other; None for anything
    else."""
    if isinstance(value, (list, tuple, str, bytes, int, float)):
        return None
    try:
        view = memoryview(value)
    except (TypeError, ValueError, BufferError):
        return None
    plain = unqualified(element)
    fits = view.c_contiguous and view.ndim == 1 and view.itemsize == sizeof(plain, host_target().model)
    return view if fits and _same(plain, view.format) else None


def _same(plain: CType, format: str) -> bool:
    """Whether items of a format are numbers of the type, their size being the same."""
    code = format[1:] if format[:1] in NATIVE else format
    if isinstance(plain, ComplexType):
        return code[:1] == "Z" and CLASSES.get(code[1:]) == "floating"
    if isinstance(plain, FloatType):
        return CLASSES.get(code) == "floating"
    return CLASSES.get(code) == _class(kind_of(plain)[1])


def _class(kind: Carrier | None) -> str:
    if isinstance(kind, IntKind):
        return "signed" if kind.signed else "unsigned"
    return "none"
