"""32-bit Arm before its EABI: the Arm Procedure Call Standard as GCC's `-mabi=apcs-gnu` has it, Linux's "OABI".

Rule labels are the sections of the APCS (The Arm Software Development Toolkit, "The ARM Procedure Call Standard"): "Argument
passing" and "Data argument and result". Arguments are words without alignment, four of which core registers pass. A struct is
returned in r0 only if it is "integer-like"; what that is where the text is open, gcc's `arm_return_in_memory` decides.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import (
    Array,
    Complex,
    CType,
    DataModel,
    Float,
    Record,
    Vector,
    sizeof,
    unqualified,
)
from ..record import NamedTuple
from .passable import shape_at, widening
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["PLACES", "place", "place_argument", "place_result"]

#: Registers in passing order; results use the same ones.
CORE = tuple(Register(f"r{n}", "general") for n in range(4))

WORD = 4
STACK_ALIGN = 4
VECTOR_LIMIT = 16  # bytes of a vector in r0 to r3


class Shape(NamedTuple):
    """What the rules ask of a type: its size; the widening of a narrow integer; whether it is a result in memory."""

    size: int
    kind: str
    extend: Literal["sign", "zero", ""] = ""
    in_memory: bool = False


NOTHING = Shape(0, "nothing is returned")


class Budget:
    """The words of the arguments that are taken."""

    __slots__ = ("words",)

    def __init__(self) -> None:
        self.words = 0


def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Arguments behind `signature.fixed` must be promoted already (`promote`); they are passed as others are. The address of a
    result in memory goes out in r0 and does not come back.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget()
    # The result comes first: a hidden pointer takes r0.
    result = place_result(
        shape_at("the result", signature.result, _shape, model, nothing=NOTHING), signature.result, budget
    )
    arguments = tuple(
        place_argument(shape_at(f"argument {i}", type, _shape, model, nothing=None), type, budget)
        for i, type in enumerate(signature.parameters)
    )
    return Placement(
        target=target.name,
        convention="apcs-gnu",
        signature=signature,
        arguments=arguments,
        result=result,
        stack_size=WORD * max(0, budget.words - len(CORE)),
        stack_align=STACK_ALIGN,
    )


def place_result(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """The registers of a result, or the address of the caller's memory in r0, which the budget pays for."""
    if shape.in_memory:
        budget.words = 1
        return ValueLocation(
            type, shape.size, (Piece(0, WORD, CORE[0]),), f"Data result: {shape.kind}, in memory", by_reference=True
        )
    pieces = _words(shape, 0)
    return ValueLocation(type, shape.size, pieces, f"Data result: {shape.kind}" if pieces else shape.kind)


def place_argument(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """An argument's registers, its words on the stack, or both: "each argument value is converted to words"."""
    first = budget.words
    budget.words += -(-shape.size // WORD)
    pieces = _words(shape, first)
    return ValueLocation(type, shape.size, pieces, f"Argument passing: {shape.kind}" if pieces else shape.kind)


def _words(shape: Shape, first: int) -> tuple[Piece, ...]:
    """The value's words from the one of this number on, the first four of which are core registers; the rest is one piece."""
    widened = WORD if shape.extend else 0
    held = min(shape.size, WORD * max(0, len(CORE) - first))
    pieces = [
        Piece(at, min(WORD, held - at), CORE[first + at // WORD], shape.extend, widened) for at in range(0, held, WORD)
    ]
    if held < shape.size:
        place = Stack(WORD * max(0, first - len(CORE)))
        pieces.append(Piece(held, shape.size - held, place, shape.extend, widened))
    return tuple(pieces)


def _in_memory(type: CType, model: DataModel) -> bool:
    """Data result: whether memory returns a value. "integer-like: its size is at most a word, and the offset of each of its
    addressable sub-fields is zero"."""
    type = unqualified(type)
    size = sizeof(type, model)
    if isinstance(type, Vector):
        return size > VECTOR_LIMIT
    if not isinstance(type, (Array, Record)):
        return False
    if size > WORD or not isinstance(type, Record):
        return True
    fields = type.fields or ()
    # gcc: of a struct's members behind the first one, only bit-fields are none that can be addressed
    addressed = fields if type.is_union else fields[:1]
    if not type.is_union and any(field.bits is None for field in fields[1:]):
        return True
    return any(_floating(field.type) or _in_memory(field.type, model) for field in addressed)


def _floating(type: CType) -> bool:
    type = unqualified(type)
    part = type.part if isinstance(type, Complex) else type.lane if isinstance(type, Vector) else type
    return isinstance(part, Float)


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel) -> Shape:
    size = sizeof(type, model)
    in_memory = _in_memory(type, model)
    if isinstance(type, (Complex, Record)):
        return Shape(size, "composite", in_memory=in_memory)
    if isinstance(type, Vector):
        return Shape(size, "vector", in_memory=in_memory)
    if isinstance(type, Float):
        return Shape(size, "floating")
    extend = widening(type, model, WORD)
    return Shape(size, "integral", extend)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"apcs-gnu": place}
