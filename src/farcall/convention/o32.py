"""MIPS o32, of either byte order: the System V ABI's MIPS RISC Processor Supplement (third edition), chapter 3, "Function
Calling Sequence".

Rule labels are that chapter's words. The arguments are the members of a structure of words, whose first four are passed in
a0 to a3 though they have room on the stack as well. Of the first two arguments those that are floating-point numbers, with
none before them that is not, are in f12 and f14 in place of their words. Where the document is silent, as about complex
numbers and vectors, gcc decides; so it does with its -msoft-float, by which floating-point numbers are passed as integers are.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import (
    Complex,
    CType,
    DataModel,
    Float,
    Record,
    Vector,
    alignof,
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

__all__ = ["PLACES", "place", "place_argument", "place_result", "place_soft"]

# Registers in passing order.
GENERAL = tuple(Register(f"a{n}", "general") for n in range(4))
FLOATING = tuple(Register(f"f{n}", "vector") for n in (12, 14))
# Those of results; gcc goes on with the first two of arguments.
RESULT_GENERAL = (Register("v0", "general"), Register("v1", "general"), *GENERAL[:2])
RESULT_FLOATING = tuple(Register(f"f{n}", "vector") for n in (0, 2))

WORD = 4
DOUBLE_WORD = 8
STACK_ALIGN = 8
#: "space for the argument registers": the words of a0 to a3, which the callee may store them in.
ARGUMENT_AREA = WORD * len(GENERAL)
RESULT_LIMIT = 16  # bytes of a result in general registers


class Shape(NamedTuple):
    """What the rules ask of a type: its size; whether it is a floating-point number, or two of them; whether it begins at an
    even word; the widening of a narrow integer; whether one narrower than a word stands at the low-order end of it as an
    integer does, on a big-endian machine; and whether registers return it."""

    size: int
    floating: int = 0
    double_word: bool = False
    extend: Literal["sign", "zero", ""] = ""
    integral: bool = False
    returned: bool = True
    kind: str = "integral"


NOTHING = Shape(0, kind="nothing is returned")


class Budget:
    """The words of the argument structure that are taken, the arguments that there were, and whether all of them were
    floating-point numbers."""

    __slots__ = ("arguments", "floating", "words")

    def __init__(self, floating: bool = True) -> None:
        self.words = self.arguments = 0
        self.floating = floating

    def take(self, size: int, double_word: bool) -> int:
        """The first of the words for so many bytes."""
        if double_word:
            self.words += self.words % 2
        first = self.words
        self.words += -(-size // WORD)
        return first


def place_soft(signature: Signature, target: Target) -> Placement:
    """The same for code without floating-point registers."""
    return place(signature, target, soft=True)


def place(signature: Signature, target: Target, *, soft: bool = False) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes out in
    a0, and comes back in v0.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    # gcc: a variadic function gets none of its arguments in floating-point registers
    budget = Budget(floating=signature.fixed is None)
    shape = _soft_shape if soft else _shape
    # The result comes first: a hidden pointer takes a0.
    result = place_result(
        shape_at("the result", signature.result, shape, model, nothing=NOTHING), signature.result, budget, model
    )
    arguments = tuple(
        place_argument(shape_at(f"argument {i}", type, shape, model, nothing=None), type, budget, model)
        for i, type in enumerate(signature.parameters)
    )
    # "the caller must allocate the argument area" also where no argument lies in it
    size = max(ARGUMENT_AREA, WORD * budget.words)
    return Placement(
        target=target.name,
        convention="o32-soft" if soft else "o32",
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=RESULT_GENERAL[0] if result.by_reference else None,
        stack_size=-(-size // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
        shadow_space=ARGUMENT_AREA,
    )


def place_result(shape: Shape, type: CType, budget: Budget, model: DataModel) -> ValueLocation:
    """The registers of a result, or the hidden first argument, which the budget pays for."""
    size = shape.size
    if not shape.returned:  # an empty struct has its address too
        budget.take(WORD, double_word=False)
        budget.floating = False
        pointer = Piece(0, WORD, GENERAL[0])
        return ValueLocation(type, size, (pointer,), "Functions Returning Structures or Unions", by_reference=True)
    if not size:
        return ValueLocation(type, 0, (), shape.kind)
    if shape.floating:
        each = size // shape.floating
        pieces = tuple(Piece(each * n, each, RESULT_FLOATING[n]) for n in range(shape.floating))
        return ValueLocation(type, size, pieces, f"Functions Returning Scalars: {shape.kind}")
    widened = WORD if shape.extend else 0
    pieces = tuple(
        Piece(at, min(WORD, size - at), RESULT_GENERAL[at // WORD], shape.extend, widened)
        for at in range(0, size, WORD)
    )
    return ValueLocation(type, size, pieces, f"Functions Returning Scalars: {shape.kind}")


def place_argument(shape: Shape, type: CType, budget: Budget, model: DataModel) -> ValueLocation:
    """An argument's register or registers, its words on the stack, or both."""
    size, number = shape.size, budget.arguments
    budget.arguments += 1
    budget.floating = budget.floating and shape.floating == 1 and number < len(FLOATING)
    if not size:
        return ValueLocation(type, 0, (), shape.kind)
    first = budget.take(size, shape.double_word)
    if budget.floating:  # "the first two arguments", where each is "floating-point"
        return ValueLocation(
            type, size, (Piece(0, size, FLOATING[number]),), f"Argument Passing: {shape.kind}, a leading one"
        )
    pieces, done = [], 0
    widened = WORD if shape.extend else 0
    while done < size and first + done // WORD < len(GENERAL):
        part = min(WORD, size - done)
        justified: Literal["left", "right"] = "right" if shape.integral or part == WORD else _end(model)
        pieces.append(Piece(done, part, GENERAL[first + done // WORD], shape.extend, widened, justified))
        done += part
    if done < size:
        at = WORD * first + done
        if shape.integral and size < WORD:  # in the word as a register would be stored there
            at += model.byteorder.low(WORD, size)
        pieces.append(Piece(done, size - done, Stack(at), shape.extend, widened))
    return ValueLocation(type, size, tuple(pieces), f"Argument Passing: {shape.kind}")


def _end(model: DataModel) -> Literal["left", "right"]:
    """Where the last bytes of a structure stand in a register that was loaded from the word that they begin."""
    return "left" if model.byteorder.low(WORD, 1) else "right"


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel) -> Shape:
    size = sizeof(type, model)
    double_word = alignof(type, model) >= DOUBLE_WORD
    if isinstance(type, Record):
        kind = "structure or union" if size else "empty, takes no place"
        return Shape(size, double_word=double_word, returned=False, kind=kind)
    part = unqualified(type.part) if isinstance(type, Complex) else type
    if isinstance(part, Float):  # what C lacks here, one of 128 bits, would be in general registers
        floating = size // sizeof(part, model) if sizeof(part, model) <= DOUBLE_WORD else 0
        kind = "complex" if isinstance(type, Complex) else "floating-point"
        return Shape(size, floating, double_word, returned=floating > 0 or size <= RESULT_LIMIT, kind=kind)
    if isinstance(type, Complex):
        return Shape(size, double_word=double_word, kind="complex")
    if isinstance(type, Vector):  # gcc: one of integers as the integer of its size
        returned = size <= RESULT_LIMIT and not isinstance(type.lane, Float)
        return Shape(size, double_word=double_word, returned=returned, kind="vector")
    extend = widening(type, model, WORD)
    return Shape(size, double_word=double_word, extend=extend, integral=True)


def _soft_shape(type: CType, model: DataModel) -> Shape:
    shape = _shape(type, model)
    if not shape.floating:
        return shape
    return shape._replace(floating=0, returned=shape.size <= RESULT_LIMIT)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"o32": place, "o32-soft": place_soft}
