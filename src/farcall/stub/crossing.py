"""A crossing: all there is to know of how the values of one signature go between Python, or libffi's arrays, and C."""

from __future__ import annotations

from typing import NamedTuple

from ..convention import Placement, Signature, Target, place
from .carrier import Carrier, carrier

__all__ = ["Crossing", "crossing"]


class Crossing(NamedTuple):
    """The signature; where each value of it travels; how each parameter and the result cross."""

    signature: Signature
    placement: Placement
    parameters: tuple[Carrier, ...]
    result: Carrier

    @property
    def one_object(self) -> bool:
        """Whether a builtin of this signature is METH_O; else METH_FASTCALL, for no arguments too (faster than
        METH_NOARGS)."""
        return len(self.parameters) == 1


def crossing(signature: Signature, target: Target) -> Crossing:
    """The crossing of a signature on a target. Raises UnsupportedTypeError for a type that cannot be passed there."""
    placement = place(signature, target)
    parameters = tuple([carrier(type, target.model) for type in signature.parameters])
    return Crossing(signature, placement, parameters, carrier(signature.result, target.model))
