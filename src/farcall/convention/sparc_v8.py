"""SPARC of 32 bits: the System V ABI, SPARC Processor Supplement, third edition, chapter 3, "Function Calling Sequence".

Rule labels are that chapter's words. The arguments are words, the first six of which general registers pass, floating-point
numbers too. All structs and unions are passed by reference. The address of a result in memory is in a word of the caller's
frame of its own, and the caller has an `unimp` behind the call, with the result's size, which the callee returns behind. Where a
point is open, as with complex numbers and vectors, gcc decides.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import Complex, CType, DataModel, Float, Record, Vector, sizeof
from ..record import NamedTuple
from .passable import shape_at, widening
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["PLACES", "place", "place_argument", "place_result"]

# Registers of the arguments' words, as their caller names them; results use the first two, or floating-point ones.
GENERAL = tuple(Register(f"o{n}", "general") for n in range(6))
#: What floating-point registers of a number's width are called; a number counts words.
WIDTHS = {4: "f", 8: "d"}
WORD, DOUBLE = 4, 8
#: "The standard stack frame": sixteen registers of a window, the hidden word, and the first six words of the arguments.
HIDDEN = Stack(16 * WORD)
ARGUMENTS = HIDDEN.offset + WORD
RESERVED = ARGUMENTS + WORD * len(GENERAL)
STACK_ALIGN = 8
SMALL = 8  # bytes of what is passed by value


class Shape(NamedTuple):
    """What the rules ask of a type: its size; the bytes of each floating-point register that returns it, 0 for general ones; the
    widening of a narrow integer; whether it is passed by reference, and returned so."""

    size: int
    kind: str
    floating: int = 0
    extend: Literal["sign", "zero", ""] = ""
    by_reference: bool = False
    in_memory: bool = False


NOTHING = Shape(0, "nothing is returned")
ADDRESS = Shape(WORD, "address")


class Budget:
    """The words of the arguments that are taken."""

    __slots__ = ("words",)

    def __init__(self) -> None:
        self.words = 0

    def take(self, size: int) -> int:
        """The first of the words for so many bytes."""
        first = self.words
        self.words += -(-size // WORD)
        return first


def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Arguments behind `signature.fixed` must be promoted already (`promote`); they are passed as others are. The address of a
    result in memory goes out in its own word of the stack, and comes back in o0.
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
    size = ARGUMENTS + WORD * max(budget.words, len(GENERAL))
    return Placement(
        target=target.name,
        convention="v8",
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=GENERAL[0] if result.by_reference else None,
        stack_size=-(-size // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
        shadow_space=RESERVED,
    )


def place_result(shape: Shape, type: CType) -> ValueLocation:
    """The registers of a result, or the word for its address."""
    if shape.in_memory:
        pointer = Piece(0, WORD, HIDDEN)
        return ValueLocation(
            type, shape.size, (pointer,), f"Functions Returning Structures: {shape.kind}", by_reference=True
        )
    if shape.floating:
        step = shape.floating
        pieces = tuple(
            Piece(at, step, Register(f"{WIDTHS[max(WORD, step)]}{at // WORD}", "vector"))
            for at in range(0, shape.size, step)
        )
        return ValueLocation(type, shape.size, pieces, f"Functions Returning Scalars: {shape.kind}")
    pieces = _words(shape, 0)
    return ValueLocation(
        type, shape.size, pieces, f"Functions Returning Scalars: {shape.kind}" if pieces else shape.kind
    )


def place_argument(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """An argument's registers, its words on the stack, or both."""
    if shape.by_reference:
        passed = place_argument(ADDRESS, type, budget)
        return ValueLocation(type, shape.size, passed.pieces, f"{shape.kind}, the address of a copy", by_reference=True)
    return ValueLocation(type, shape.size, _words(shape, budget.take(shape.size)), f"Passing Arguments: {shape.kind}")


def _words(shape: Shape, first: int) -> tuple[Piece, ...]:
    widened = WORD if shape.extend else 0
    pieces = []
    for at in range(0, shape.size, WORD):
        word, size = first + at // WORD, min(WORD, shape.size - at)
        place: Register | Stack = Stack(ARGUMENTS + WORD * word + WORD - size)
        if word < len(GENERAL):
            place = GENERAL[word]
        pieces.append(Piece(at, size, place, shape.extend, widened))
    return tuple(pieces)


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel) -> Shape:
    size = sizeof(type, model)
    if isinstance(type, Record):
        return Shape(size, "structure or union", by_reference=True, in_memory=True)
    if isinstance(type, Vector):
        # gcc: "integer vectors are passed like floats of the same size", those of floating-point numbers like structures
        lanes, small = isinstance(type.lane, Float), size <= SMALL
        by_reference = lanes or not small
        return Shape(size, "vector", 0 if size < WORD else size, by_reference=by_reference, in_memory=by_reference)
    if isinstance(type, Complex):  # gcc: "all complex floats are passed by reference", and "returned in registers"
        return Shape(size, "complex number", min(DOUBLE, size // 2), by_reference=True)
    if isinstance(type, Float):
        large = size > SMALL  # "quad-precision floats"
        return Shape(size, "floating-point", 0 if large else size, by_reference=large, in_memory=large)
    extend = widening(type, model, WORD)
    return Shape(size, "integral", extend=extend)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"v8": place}
