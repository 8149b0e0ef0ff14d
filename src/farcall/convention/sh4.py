"""SH-4 under Linux, little-endian: GCC's own convention for SH, as its `config/sh` has it; no other document is kept to.

Rule labels are those of what the compiler asks there: "pass_in_reg", "function_arg", "return_in_memory", "function_value". Four
general and eight floating-point registers pass arguments, each kind counted by itself; what does not fit in the rest of them is
on the stack, and what comes behind it may still be in a register. gcc passes a struct as the number that it takes it for.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import CType, DataModel, sizeof
from ..record import NamedTuple
from .machine_mode import COMPLEX, FLOATING, mode_of
from .passable import shape_at, widening
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["PLACES", "place", "place_argument", "place_result"]

#: Registers in passing order; results use the first of each kind from 0 on.
GENERAL = tuple(Register(f"r{n}", "general") for n in range(4, 8))
SINGLE = tuple(Register(f"fr{n}", "vector") for n in range(4, 12))
R0 = Register("r0", "general")
#: What has the address of a result in memory, which comes back in r0.
R2 = Register("r2", "general")

WORD, DOUBLE = 4, 8
STACK_ALIGN = 4


class Shape(NamedTuple):
    """What the rules ask of a type: its size; the bytes of each floating-point number that it is, 0 if none; the widening of a
    narrow integer; whether it is a result in memory."""

    size: int
    kind: str
    part: int = 0
    extend: Literal["sign", "zero", ""] = ""
    in_memory: bool = False


NOTHING = Shape(0, "nothing is returned")


class Budget:
    """The registers and the stack that are taken."""

    __slots__ = ("floating", "general", "stack")

    def __init__(self) -> None:
        self.general = self.floating = self.stack = 0


def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Arguments behind `signature.fixed` must be promoted already (`promote`); they are passed as others are. The address of a
    result in memory goes out in r2 and comes back in r0.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget()
    result = place_result(shape_at("the result", signature.result, _shape, model, nothing=NOTHING), signature.result)
    arguments = tuple(
        place_argument(shape_at(f"argument {i}", type, _shape, model, nothing=None), type, budget)
        for i, type in enumerate(signature.parameters)
    )
    return Placement(
        target=target.name,
        convention="sh4",
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=R0 if result.by_reference else None,
        stack_size=budget.stack,
        stack_align=STACK_ALIGN,
    )


def place_result(shape: Shape, type: CType) -> ValueLocation:
    """The registers of a result, or r2, which has its address."""
    if shape.in_memory:
        return ValueLocation(
            type, shape.size, (Piece(0, WORD, R2),), f"return_in_memory: {shape.kind}", by_reference=True
        )
    if shape.part:
        name = "fr" if shape.part == WORD else "dr"
        pieces = [
            Piece(at, shape.part, Register(f"{name}{at // WORD}", "vector")) for at in range(0, shape.size, shape.part)
        ]
    else:
        widened = WORD if shape.extend else 0
        pieces = [
            Piece(at, min(WORD, shape.size - at), Register(f"r{at // WORD}", "general"), shape.extend, widened)
            for at in range(0, shape.size, WORD)
        ]
    return ValueLocation(type, shape.size, tuple(pieces), f"function_value: {shape.kind}" if pieces else shape.kind)


def place_argument(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """An argument's registers, or its words on the stack."""
    size = shape.size
    words = -(-size // WORD)
    widened = WORD if shape.extend else 0
    if shape.part:
        first = budget.floating
        if shape.part == DOUBLE:
            first += first % 2
        if first + words <= len(SINGLE):  # pass_in_reg: all of it or nothing
            budget.floating = first + words
            return ValueLocation(type, size, _floating(shape, first), f"function_arg: {shape.kind}")
    elif budget.general + words <= len(GENERAL):
        pieces = [
            Piece(at, min(WORD, size - at), GENERAL[budget.general + at // WORD], shape.extend, widened)
            for at in range(0, size, WORD)
        ]
        budget.general += words
        return ValueLocation(type, size, tuple(pieces), f"function_arg: {shape.kind}")
    at = budget.stack
    budget.stack += words * WORD
    piece = Piece(0, size, Stack(at), shape.extend, widened)
    return ValueLocation(type, size, (piece,), f"pass_in_reg: {shape.kind}, on the stack")


def _floating(shape: Shape, first: int) -> tuple[Piece, ...]:
    """function_arg: the two halves of a double's pair are the other way round as floats, so that they are counted in the order of
    memory. A complex number that begins a pair has its halves as the CPU counts registers (FUNCTION_ARG_SCmode_WART)."""
    if shape.part == DOUBLE:
        return tuple(
            Piece(at, DOUBLE, Register(f"dr{4 + first + at // WORD}", "vector")) for at in range(0, shape.size, DOUBLE)
        )
    straight = shape.size > WORD and not first % 2
    return tuple(
        Piece(at, WORD, SINGLE[first + at // WORD if straight else first + at // WORD ^ 1])
        for at in range(0, shape.size, WORD)
    )


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel) -> Shape:
    size = sizeof(type, model)
    mode = mode_of(type, model, strict=True, vectors=16)
    part = size // 2 if mode.kind == COMPLEX else size
    if mode.kind in (FLOATING, COMPLEX) and part in (WORD, DOUBLE):  # of other formats it has no numbers
        return Shape(size, mode.kind, part)
    if not mode.kind:
        return Shape(size, "block", in_memory=True)
    extend = widening(type, model, WORD)  # PROMOTE_MODE
    return Shape(size, "integral", extend=extend)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"sh4": place}
