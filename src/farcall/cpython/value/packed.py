"""Many numbers at a time: items of memory as a list, and the items of a buffer copied as they are."""

from __future__ import annotations

import sys
from functools import lru_cache

from ...ctype import Complex as ComplexType
from ...ctype import CType, Swapped, sizeof, unqualified
from ...ctype import Float as FloatType
from ...stub.buffer import KINDS
from ...stub.carrier import SHOWN_FLOATS, VoidKind
from ...stub.same_items import items_kind
from ..facts.host import ORDER, WORD, host_target
from ..link.native import METH_FASTCALL, entry, make_builtin
from .member import NUMBERS, kind_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["items_in", "number_reader", "numbers_at", "same_numbers"]

#: `listed(code, place, stride, count)`: the numbers at a place and behind it. Nothing is checked.
listed: Any = make_builtin("listed", "listed", METH_FASTCALL, "Numbers in memory as a list.")
#: What a code of a buffer's format stands for, where its bytes are the number and all of them are allowed: not a bool's.
CLASSES = {chr(code): kind for kind in ("signed", "unsigned", "floating") for code in KINDS[kind]}
#: Prefixes of a format that say nothing else than the machine's own order does.
NATIVE = ("@", "=", ORDER.format)


@lru_cache(maxsize=512)
def number_reader(element: CType) -> int:
    """The code that reads an item of a type as a number of Python's; 0 for items that are none."""
    kind, number = kind_of(element)
    return entry("number_at", number) if kind in (*NUMBERS, "wide") and not isinstance(number, VoidKind) else 0


def numbers_at(reader: int, place: int, stride: int, span: range) -> list[Any]:
    """The items number `span` of those at an address, of which `stride` is the size, as a list."""
    if len(span) > sys.maxsize // WORD:
        raise MemoryError(f"{len(span)} items")
    further = span.step * stride if len(span) > 1 else 0  # of a single item the step may be any int
    return listed(reader, place + span.start * stride, further, len(span))  # type: ignore[no-any-return]


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
    return view if fits and same_numbers(plain, view.format) else None


def same_numbers(plain: CType, format: str) -> bool:
    """Whether items of a format are numbers of the type, their size being the same."""
    if isinstance(plain, Swapped):
        return format[:1] == plain.order.format and same_numbers(plain.type, format[1:])
    code = format[1:] if format[:1] in NATIVE else format
    if isinstance(plain, ComplexType):
        return code[:1] == "Z" and same_numbers(plain.part, code[1:])
    if isinstance(plain, FloatType):
        return plain.format in SHOWN_FLOATS and CLASSES.get(code) == "floating"
    return CLASSES.get(code) == items_kind(kind_of(plain)[1])
