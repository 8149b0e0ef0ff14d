"""The layout of structs and unions, by the rules that ctypes has for members and bit-fields up to Python 3.13."""

from __future__ import annotations

import sys
from typing import Any

from ...cpython.facts.host import ORDER, host_target
from ...ctype.byteorder import BIG
from .field import BITS, BitField, field_of
from .member import CField
from .shape import Shape

__all__ = ["Layout"]

INVALID = "'_fields_' must be a sequence of (name, C type) pairs"


class Layout:
    """The layout of a class under way, by the rules that ctypes has for members and bit-fields."""

    def __init__(self, cls: Any, made: Shape) -> None:
        self.cls, self.made = cls, made
        self.union = type(cls)._kind == "union"
        self.big = (ORDER == BIG) != hasattr(cls, "_swappedbytes_")
        pack = getattr(cls, "_pack_", 0)
        if not isinstance(pack, int) or pack < 0 or pack >= 1 << 31:
            raise ValueError(
                "_pack_ must be a non-negative integer"
                if sys.version_info >= (3, 13)
                else "pack must be a non-negative integer"
            )
        least = getattr(cls, "_align_", 1) if sys.version_info >= (3, 13) else 1
        if not isinstance(least, int) or least < 0 or least >= 1 << 31:
            raise ValueError("_align_ must be a non-negative integer")
        base = getattr(cls.__base__, "__shape__", None)
        self.base = base
        self.offset = self.size = 0 if base is None else base.size
        self.align = max(least or 1, 1 if base is None else base.align)
        self.union_size = self.size
        self.bits_open = self.bits_used = 0
        self.packed = "_pack_" in {name for one in cls.__mro__ for name in vars(one)}
        made.pack, made.fields = pack, []
        made.points = base is not None and base.points
        self.text = [] if base is None or not base.size else [base.format[2:-1]]
        self.end = self.size
        self.first = 0 if base is None else base.length

    def add(self, number: int, pair: Any) -> None:
        """The next member: name, class, and of a bit-field how many bits."""
        if not isinstance(pair, tuple) or not 2 <= len(pair) <= 3 or not isinstance(pair[0], str):
            raise TypeError(INVALID)
        name, cls = pair[0], pair[1]
        shape = getattr(cls, "__shape__", None)
        if not isinstance(shape, Shape):
            raise TypeError(f"second item in _fields_ tuple (index {number}) must be a C type")
        shape.final = True
        self.made.points |= shape.points
        bits = None
        if len(pair) == 3:
            bits = pair[2]
            if not isinstance(bits, int):
                raise TypeError(INVALID)
            if shape.letter is None or shape.letter.code not in BITS:
                raise TypeError(f"bit fields not allowed for type {cls.__name__}")
            if not 0 < bits <= 8 * shape.size:
                raise ValueError("number of bits invalid for bit field")
        if self.union:
            self.size = self.offset = 0
        field = self._placed(name, cls, self.first + number, shape, bits)
        self.union_size = max(self.size, self.union_size)
        self.made.fields.append(field)
        self._describe(name, shape, field)
        type.__setattr__(self.cls, name, field)

    def _placed(self, name: str, cls: Any, index: int, shape: Shape, bits: int | None) -> CField:
        size, begins = shape.size, True
        if bits and self.bits_open and self._fits(8 * size, bits):
            begins = False
            if (
                8 * size > self.bits_open or self.bits_used + bits > self.bits_open
            ):  # the number that holds the bits becomes wider
                grown = size - self.bits_open // 8
                self.offset, self.size, self.bits_open = self.offset + grown, self.size + grown, 8 * size
        elif bits:
            self.bits_open, self.bits_used = 8 * size, 0
        else:
            self.bits_open = self.bits_used = 0
        if begins:
            align = min(self.made.pack, shape.align) if self.made.pack else shape.align
            step = -self.offset % align
            self.offset, self.size = self.offset + step, self.size + step
            self.size += size
            self.offset += size
            self.align = max(align, self.align)
        place = self.offset - size
        if not bits:
            made: CField = field_of(name, cls, index, place)
            return made
        shift = self.bits_open - self.bits_used - bits if self.big else self.bits_used
        self.bits_used += bits
        return BitField(name, cls, index, place, bits, shift)

    def _fits(self, width: int, bits: int) -> bool:
        """Whether so many bits go on where those before them are: GCC's rule, or on Windows the other."""
        if host_target().model.bit_fields in ("microsoft", "ms_struct"):
            return width == self.bits_open and self.bits_used + bits <= self.bits_open
        if width <= self.bits_open and self.bits_used + bits <= self.bits_open:
            return True
        return width >= self.bits_open and self.bits_used + bits <= width

    def _describe(self, name: str, shape: Shape, field: CField) -> None:
        if field.offset > self.end:
            self.text.append(_padding(field.offset - self.end))
        dimensions = f"({','.join(map(str, shape.dimensions))})" if shape.dimensions else ""
        self.text.append(f"{dimensions}{shape.format}:{name}:")
        self.end = max(self.end, field.offset + shape.size)

    def finish(self) -> None:
        """All members are there."""
        made = self.made
        size = self.union_size if self.union else self.size
        made.size = -(-size // self.align) * self.align
        made.align, made.length = self.align, self.first + len(made.fields)
        if self.union or (self.packed and sys.version_info < (3, 12)):
            made.format = "B"
        else:
            made.format = f"T{{{''.join(self.text)}{_padding(made.size - self.end)}}}"


def _padding(size: int) -> str:
    return "" if size <= 0 else "x" if size == 1 else f"{size}x"
