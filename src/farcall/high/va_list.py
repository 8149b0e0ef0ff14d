"""`va_list`: the arguments behind `...` as one value, made for functions such as `vprintf`, and read where C gives one."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .. import seed
from ..convention import ValueLocation, promote
from ..convention.va_list import Area, VaList, saved, stacked, va_list_of
from ..cpython.callable.variadic import tail_type
from ..cpython.facts.host import WORD, host_target
from ..cpython.value import Keep, Pointer, aligned, class_of, read_at, write_at
from ..cpython.value.pointee import is_va_list
from ..ctype import Array, CType, Enum, Function, Void, alignof, names, sizeof, unqualified
from ..ctype import Pointer as PointerType
from ..errors import NullPointerError
from .types import ctype_named

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["va_list"]

INT = 4
#: What the memory of arguments is aligned to: more than any of them is.
ALIGN = 64


class va_list:
    """The arguments behind `...`, with C's default argument promotions, for a parameter `va_list`.

        libc.vprintf("%d %s\\\\n", farcall.va_list(5, "text"))

    Values have the C types that they would have in a variadic call: int, double, `const char *`; a farcall value says
    its own (`farcall.int64(5)`). It may be passed any number of times: each function gets a copy of its own. Raises
    TypeError for a value without a C type, OverflowError for one that does not fit, naming it.
    """

    __slots__ = ("_end", "_keep", "_values")

    def __init__(self, *values: object) -> None:
        target, layout = host_target(), va_list_of(host_target())
        wheres = [f"va_list() argument {number}" for number in range(1, len(values) + 1)]
        types = [tail_type(value, where) for value, where in zip(values, wheres, strict=True)]
        places = stacked(types, target)
        memory = bytearray(places.end + ALIGN)
        start = -(-seed.address_of(memory) // ALIGN) * ALIGN
        keep = Keep(memory)
        self._keep: object = keep
        for ctype, offset, elsewhere, value, where in zip(
            types, places.offsets, places.by_reference, values, wheres, strict=True
        ):
            if offset is None:
                continue  # a struct without members
            at = start + offset
            if elsewhere:
                copy, place = aligned(class_of(ctype), sizeof(ctype, target.model))
                keep.put(at, place, copy)
                seed.write(at, place.to_bytes(WORD, sys.byteorder))
                at = place
            write_at(ctype, at, value, keep, where)
        self._end = start + places.end
        # All is on the stack: the registers' areas are used up.
        self._values = {field.name: 0 for field in layout.fields}
        self._values.update((area.used, area.end) for area in layout.areas)
        self._values[layout.stack] = start

    @classmethod
    def of(cls, pointer: Any) -> va_list:
        """A copy of a va_list that C gave, as a callback's parameter, to be read with `next`. It can be read as long as
        C's function runs. Raises TypeError for what is no va_list.

            log = farcall.Closure(lambda args: print(farcall.va_list.of(args).next("int")), "void (*)(va_list)")
        """
        if not isinstance(pointer, Pointer) or not is_va_list(pointer.__ctype__.target):
            raise TypeError(f"va_list.of() takes a va_list that C gave, not {type(pointer).__name__}")
        if not int(pointer):
            raise NullPointerError("va_list.of(): the va_list is NULL")
        made, layout, at = cls.__new__(cls), va_list_of(host_target()), int(pointer)
        made._keep, made._end = pointer, 0
        made._values = {} if layout.fields else {layout.stack: at}
        for name, offset, size in _members(layout):
            made._values[name] = int.from_bytes(seed.read(at + offset, size), sys.byteorder, signed=size == INT < WORD)
        return made

    def next(self, type: Any) -> Any:
        """The next argument, of a C type (a class, a type, C text) that it must have been passed with: C cannot tell. A
        wrong one reads something else, as in C. Raises TypeError for a type that is not passed behind `...`, and
        IndexError behind the last argument of a va_list made here.

        >>> arguments = farcall.va_list(3, 2.5)
        >>> arguments.next("int"), arguments.next("double")
        (3, 2.5)
        """
        ctype, target = _passed_as(type), host_target()
        passed, size = saved(ctype, target), sizeof(ctype, target.model)
        data = None if passed is None else self._registers(passed)
        if data is None:
            data = self._stack(ctype, size)
        elif passed is not None and passed.by_reference:
            data = seed.read(int.from_bytes(data, sys.byteorder), size)
        memory, place = aligned(class_of(ctype), size)
        if size:
            seed.write(place, data)
        return read_at(ctype, place, Keep((memory, self._keep)))

    def __copy__(self) -> va_list:
        made = type(self).__new__(type(self))
        made._values, made._keep, made._end = dict(self._values), self._keep, self._end
        return made

    def __reduce__(self) -> Any:
        raise TypeError("a va_list cannot be pickled: addresses mean nothing elsewhere")

    def __repr__(self) -> str:
        return f"<va_list at {self._values[va_list_of(host_target()).stack]:#x}>"

    def __farcall_va_list__(self) -> tuple[int, object]:
        """The address that a parameter takes, of a copy that C may use up; and what keeps that."""
        layout = va_list_of(host_target())
        if not layout.fields:
            return self._values[layout.stack], self._keep
        members = list(_members(layout))
        made = bytearray(members[-1][1] + WORD)
        for name, offset, size in members:
            value = self._values[name] & ((1 << 8 * size) - 1)
            made[offset : offset + size] = value.to_bytes(size, sys.byteorder)
        return seed.address_of(made), (made, self._keep)

    def _registers(self, passed: ValueLocation) -> bytes | None:
        """The bytes of an argument in saved registers; None where too few are left, and it is on the stack."""
        layout, values = va_list_of(host_target()), self._values
        starts: dict[str, tuple[Area, int]] = {}
        for area in layout.areas:
            count = sum(getattr(piece.place, "bank", "") == area.bank for piece in passed.pieces)
            if not count:
                continue
            start = values[area.used] * area.unit
            wide = alignof(passed.type, host_target().model) > area.step and not passed.by_reference
            if layout.even and area.bank == "general" and wide:
                start = -(-start // (2 * area.step)) * (2 * area.step)
            if start + count * area.step > area.end * area.unit:
                if layout.lost:
                    values[area.used] = area.end
                return None
            starts[area.bank] = area, start
        data = bytearray(max(piece.offset + piece.size for piece in passed.pieces))
        for piece in passed.pieces:
            area, start = starts[getattr(piece.place, "bank", "")]
            low = host_target().byteorder.low(area.step, piece.size) if piece.justified == "right" else 0
            found = seed.read(values[area.base] + area.first + start + low, piece.size)
            data[piece.offset : piece.offset + piece.size] = found
            starts[area.bank] = area, start + area.step
        values.update((area.used, start // area.unit) for area, start in starts.values())
        return bytes(data)

    def _stack(self, ctype: CType, size: int) -> bytes:
        """The bytes of an argument on the stack, or of the one whose address is there."""
        target, layout = host_target(), va_list_of(host_target())
        one = stacked((ctype,), target)
        into = one.offsets[0]  # how far into its place a value narrower than that begins
        if into is None:
            return b""
        align = (stacked((PointerType(names.void), ctype), target).offsets[1] or 0) - into or 1
        at = -(-self._values[layout.stack] // align) * align
        if self._end and at + one.end > self._end:
            raise IndexError("va_list.next(): all arguments were read")
        self._values[layout.stack] = at + one.end
        if one.by_reference[0]:
            return seed.read(int.from_bytes(seed.read(at + into, WORD), sys.byteorder), size)
        return seed.read(at + into, size)


def _passed_as(type: Any) -> CType:
    """The type as which an argument behind `...` is read."""
    ctype = unqualified(ctype_named(type, "va_list.next()"))
    if isinstance(ctype, (Array, Function, Void)):
        raise TypeError(f"va_list.next(): no argument is of type {ctype}; arrays and functions are passed as pointers")
    promoted, model = promote(ctype, host_target().model), host_target().model
    same = promoted == ctype or (isinstance(ctype, Enum) and sizeof(promoted, model) == sizeof(ctype, model))
    if not same:
        raise TypeError(f"va_list.next(): {ctype} is passed behind '...' as {promoted}: ask for that")
    return ctype


def _members(layout: VaList) -> Iterator[tuple[str, int, int]]:
    """The members of the struct: name, offset and size in bytes; each is aligned to its own size."""
    offset = 0
    for field in layout.fields:
        size = WORD if field.pointer else field.size
        offset = -(-offset // size) * size
        yield field.name, offset, size
        offset += size
