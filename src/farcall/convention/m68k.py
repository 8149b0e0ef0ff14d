"""m68k under Linux: the System V ABI, Motorola 68000 Processor Family Supplement, chapter 3, "Function Calling Sequence", with
what Linux's gcc has otherwise.

Rule labels are that chapter's words. All arguments are on the stack, in longwords. Results are in d0 and d1, of pointers in a0 as
well, of floating-point numbers in fp0; the address of one in memory goes out in a1. gcc returns a struct as the number that it
takes it for, if it takes it for any.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import CType, DataModel, Pointer, sizeof
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

D0, D1 = (Register(f"d{n}", "general") for n in range(2))
#: Of a pointer; and where the address of a result in memory comes back, and where it goes out.
A0, A1 = (Register(f"a{n}", "general") for n in range(2))
FP0 = Register("fp0", "vector")

WORD = 4  # a longword, as the document says
STACK_ALIGN = 4


class Shape(NamedTuple):
    """What the rules ask of a type: its size; the widening of a narrow integer; the registers of a result, none if it is in
    memory."""

    size: int
    kind: str
    extend: Literal["sign", "zero", ""] = ""
    registers: tuple[Register, ...] = ()


NOTHING = Shape(0, "nothing is returned")


def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Arguments behind `signature.fixed` must be promoted already (`promote`); they are passed as others are. The address of a
    result in memory goes out in a1 and comes back in a0.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    result = place_result(shape_at("the result", signature.result, _shape, model, nothing=NOTHING), signature.result)
    at = 0
    arguments = []
    for i, type in enumerate(signature.parameters):
        shape = shape_at(f"argument {i}", type, _shape, model, nothing=None)
        arguments.append(place_argument(shape, type, at))
        at += -(-shape.size // WORD) * WORD
    return Placement(
        target=target.name,
        convention="m68k",
        signature=signature,
        arguments=tuple(arguments),
        result=result,
        returned_address=A0 if result.by_reference else None,
        stack_size=at,
        stack_align=STACK_ALIGN,
    )


def place_result(shape: Shape, type: CType) -> ValueLocation:
    """The registers of a result, or a1, which has its address."""
    if shape is NOTHING:
        return ValueLocation(type, 0, (), shape.kind)
    if not shape.registers:
        return ValueLocation(
            type, shape.size, (Piece(0, WORD, A1),), f"Returning Values: {shape.kind}, in memory", by_reference=True
        )
    if shape.registers == (
        A0,
        D0,
    ):  # "Returning Values: pointers in %a0"; compilers copy it for callers that know no better
        pieces = tuple(Piece(0, shape.size, register) for register in shape.registers)
    elif len(shape.registers) == 1:
        pieces = (Piece(0, shape.size, shape.registers[0]),)
    else:
        pieces = tuple(Piece(n * WORD, WORD, register) for n, register in enumerate(shape.registers))
    return ValueLocation(type, shape.size, pieces, f"Returning Values: {shape.kind}")


def place_argument(shape: Shape, type: CType, at: int) -> ValueLocation:
    """An argument's longwords on the stack, of which a value that is narrower than one has the right end."""
    size = shape.size
    offset = at + max(0, WORD - size) if size else at
    widened = WORD if shape.extend else 0
    pieces = (Piece(0, size, Stack(offset), shape.extend, widened),) if size else ()
    return ValueLocation(type, size, pieces, f"Passing Arguments: {shape.kind}")


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel) -> Shape:
    size = sizeof(type, model)
    if isinstance(type, Pointer):
        return Shape(size, "pointer", registers=(A0, D0))
    mode = mode_of(type, model, strict=False, vectors=8)
    if mode.kind == FLOATING:
        return Shape(size, FLOATING, registers=(FP0,))
    if not mode.kind or size > 2 * WORD:
        return Shape(size, mode.kind or "block")
    registers = (D0,) if size <= WORD else (D0, D1)
    if mode.kind == COMPLEX:  # which the document does not know
        return Shape(size, COMPLEX, registers=registers)
    extend = widening(type, model, WORD)  # "expanded to a longword"
    return Shape(size, "integral", extend, registers)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"m68k": place}
