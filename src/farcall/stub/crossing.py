"""A crossing: all there is to know of how the values of one signature go between Python, or libffi's arrays, and C.

Routines are made of crossings, and what is made of two of one shape is the same: types are not looked at beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from ..convention import Piece, Placement, Signature, Target, ValueLocation, place
from ..ctype import CType, DataModel, Pointer, Swapped, structure, unqualified
from ..record import NamedTuple
from .carrier import Carrier, carrier

__all__ = ["Crossing", "crossing", "kinds"]


class Crossing(NamedTuple):
    """Where each value of a signature is passed; how each parameter and the result cross; and its shape, which says all
    that code depends on: equal for two signatures of which the same code is made, on one target. `members` are the numbers of
    the parameters that a callback gets as members of an enumeration."""

    placement: Placement
    parameters: tuple[Carrier, ...]
    result: Carrier
    shape: str
    members: tuple[int, ...] = ()

    @property
    def one_object(self) -> bool:
        """Whether a builtin of this signature is METH_O; else METH_FASTCALL, for no arguments too (faster than
        METH_NOARGS)."""
        return len(self.parameters) == 1


def crossing(signature: Signature, target: Target) -> Crossing:
    """The crossing of a signature on a target. Raises UnsupportedTypeError for a type that cannot be passed there."""
    placement = place(signature, target)
    parameters = tuple([carrier(type, target.model) for type in signature.parameters])
    result = carrier(signature.result, target.model)
    return Crossing(placement, parameters, result, _shape(placement, parameters, result, target.model))


def kinds(types: Iterable[CType], model: DataModel) -> tuple[object, ...]:
    """What a crossing depends on of the types that it is made of, quickly told: signatures of the same kinds, fixed part
    and convention have the same crossing. What C cannot pass has a kind as well."""
    found: list[object] = []
    for type in types:
        plain = unqualified(type)
        if isinstance(plain, Swapped):  # laid out as the number that it is, but not passed
            found.append(plain)
        else:
            found.append(carrier(plain, model) if isinstance(plain, Pointer) else structure(plain))
    return tuple(found)


def _shape(placement: Placement, parameters: tuple[Carrier, ...], result: Carrier, model: DataModel) -> str:
    """Every fact of a placement that is no type and no rule, and the carriers."""
    whole = (
        str(placement.returned_address),
        placement.stack_size,
        placement.stack_align,
        placement.shadow_space,
        placement.vector_count,
        str(placement.vector_count_in),
        placement.callee_pops,
        [register.name for register in placement.preserved],
    )
    values = [_value(placement.result, result, model)]
    values += [_value(passed, kind, model) for passed, kind in zip(placement.arguments, parameters, strict=True)]
    return f"{whole} {'; '.join(values)}"


@lru_cache(maxsize=1024)  # conventions place the same value in the same way again and again
def _value(passed: ValueLocation, kind: Carrier, model: DataModel) -> str:
    align = passed.align(model) if passed.size else 1
    way = f"{passed.size} {align} {passed.signed(model):d} {passed.by_reference:d}"
    return f"{_words(kind)} {way} {' '.join([_place(piece) for piece in passed.pieces])}"


@cache  # there are as many as there are kinds of carriers
def _words(kind: Carrier) -> str:
    return repr(kind)


def _place(piece: Piece) -> str:
    return f"{piece.offset},{piece.size},{piece.place},{piece.extend},{piece.extend_to},{piece.justified}"
