"""The machine mode that gcc has for a type: which of the machine's numbers it takes a struct for, if any.

Conventions of CPUs whose ABI's document says little of structs go by it: what has a mode is passed and returned as such a number
is, the rest is a block of bytes.
"""

from __future__ import annotations

from ..ctype import Array, Complex, CType, DataModel, Float, Record, Vector, alignof, layout, sizeof, unqualified
from ..record import NamedTuple

__all__ = ["COMPLEX", "FLOATING", "INTEGER", "Mode", "mode_of"]

INTEGER, FLOATING, COMPLEX = "integer", "floating-point", "complex number"
#: The bytes of integers that aggregates of a 32-bit machine are taken for.
INTEGERS = (1, 2, 4, 8)


class Mode(NamedTuple):
    """`kind` is "integer", "floating-point" or "complex number", "" for a block; `size` is in bytes. `loose`: a block for its
    alignment alone, which does not make one of what it is a member of."""

    kind: str = ""
    size: int = 0
    loose: bool = False


BLOCK = Mode()


def mode_of(type: CType, model: DataModel, *, strict: bool, vectors: int) -> Mode:
    """The mode of a type. `strict`: the machine loads what is aligned only; `vectors`: the bytes of the longest vector of
    integers that is taken for an integer."""
    type = unqualified(type)
    size = sizeof(type, model)
    if isinstance(type, Float):
        return Mode(FLOATING, size)
    if isinstance(type, Complex):
        return Mode(COMPLEX, size)
    if isinstance(type, Vector):
        return BLOCK if isinstance(type.lane, Float) or size > vectors else Mode(INTEGER, size)
    if isinstance(type, Array):
        element = mode_of(type.element, model, strict=strict, vectors=vectors)
        if not element.kind and not element.loose:
            return BLOCK
        mode = element if type.length == 1 else _integer(size)
        # gcc keeps no mode for what one element alone made a block
        return _aligned(mode._replace(loose=False), type, model, strict)
    if isinstance(type, Record):
        whole = BLOCK
        for member in layout(type, model).members:
            field = member.field
            if field.bits is not None:
                continue
            if isinstance(field.type, Array) and field.type.length is None:
                return BLOCK
            found = mode_of(field.type, model, strict=strict, vectors=vectors)
            room = sizeof(field.type, model)
            if not found.kind and not found.loose and room:
                return BLOCK
            if room == size and found.size > whole.size:
                whole = found
        if whole.size != size or (type.is_union and whole.kind != INTEGER):
            whole = _integer(size)
        return _aligned(whole, type, model, strict)
    return Mode(INTEGER, size)


def _integer(size: int) -> Mode:
    return Mode(INTEGER, size) if size in INTEGERS else BLOCK


def _aligned(mode: Mode, type: CType, model: DataModel, strict: bool) -> Mode:
    """The mode, or a block if the type is aligned to less than that asks for."""
    part = mode.size // 2 if mode.kind == COMPLEX else mode.size
    if strict and alignof(type, model) < min(part, model.largest_align):
        return Mode(loose=True)
    return mode
