"""Alpha under Linux: the Calling Standard for Alpha Systems, chapters 3 and 4, as gcc has it.

Rule labels are section titles of the Assembly Language Programmer's Guide's "Calling Conventions", which gives the same rules
for Unix. Every argument has its quadwords, the first six of which are passed in registers, each in a general or in a
floating-point one. Structs are results in memory, whatever their size. Where a point is open, as with complex numbers and
vectors, gcc decides.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import (
    Complex,
    CType,
    DataModel,
    Enum,
    Float,
    Integer,
    Record,
    Vector,
    alignof,
    is_signed,
    sizeof,
    unqualified,
)
from ..errors import UnsupportedTypeError
from ..record import NamedTuple
from .homogeneous import lone_part
from .passable import shape_at
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["PLACES", "place", "place_argument", "place_result"]

# Registers in passing order, by the quadword that they hold; then those of results.
GENERAL = tuple(Register(f"a{n}", "general") for n in range(6))
FLOATING = tuple(Register(f"f{n}", "vector") for n in range(16, 22))
V0 = Register("v0", "general")
RESULT_FLOATING = tuple(Register(f"f{n}", "vector") for n in range(2))

SLOT = 8
FLOAT = 4
STACK_ALIGN = 16


class Shape(NamedTuple):
    """What the rules ask of a type: its size; whether floating-point registers hold it, or its two halves; the widening of a
    narrow integer; whether it is passed by reference, and returned so; whether it is a struct around one float."""

    size: int
    kind: str
    half: int = 0
    extend: Literal["sign", "zero", ""] = ""
    by_reference: bool = False
    in_memory: bool = False
    single: bool = False


NOTHING = Shape(0, "nothing is returned")
ADDRESS = Shape(SLOT, "address")


class Budget:
    """The quadwords of the arguments that are taken."""

    __slots__ = ("slots",)

    def __init__(self) -> None:
        self.slots = 0

    def take(self, size: int) -> int:
        """The first of the quadwords for so many bytes."""
        first = self.slots
        self.slots += -(-size // SLOT)
        return first


def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Arguments behind `signature.fixed` must be promoted already (`promote`); they are passed as others are, but that a
    `float _Complex` would be two addresses, and is refused. The address of a result in memory goes out in a0, and comes
    back in v0.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget()
    # The result comes first: a hidden pointer takes a0.
    result = place_result(
        shape_at("the result", signature.result, _shape, model, nothing=NOTHING), signature.result, budget
    )
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    arguments = []
    for i, type in enumerate(signature.parameters):
        shape = shape_at(f"argument {i}", type, _shape, model, nothing=None)
        if i >= fixed and 0 < shape.half < SLOT and isinstance(unqualified(type), Complex):
            raise UnsupportedTypeError(f"argument {i}: behind `...` a {type} is passed as the addresses of its halves")
        if i >= fixed and shape.single:  # gcc: "float variable arguments by reference", which no promotion has changed
            shape = shape._replace(by_reference=True)
        arguments.append(place_argument(shape, type, budget))
    size = SLOT * max(0, budget.slots - len(GENERAL))
    return Placement(
        target=target.name,
        convention="alpha",
        signature=signature,
        arguments=tuple(arguments),
        result=result,
        returned_address=V0 if result.by_reference else None,
        stack_size=-(-size // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
    )


def place_result(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """The registers of a result, or the hidden first argument, which the budget pays for."""
    if shape.in_memory:
        pointer = Piece(0, SLOT, GENERAL[budget.take(SLOT)])
        return ValueLocation(
            type, shape.size, (pointer,), f"Returning Values: {shape.kind}, in memory", by_reference=True
        )
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)
    if shape.half:  # gcc: the halves of a complex number in f0 and f1
        pieces = tuple(
            Piece(at, shape.half, RESULT_FLOATING[at // shape.half]) for at in range(0, shape.size, shape.half)
        )
    else:
        pieces = (Piece(0, shape.size, V0, shape.extend, SLOT if shape.extend else 0),)
    return ValueLocation(type, shape.size, pieces, f"Returning Values: {shape.kind}")


def place_argument(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """An argument's registers, its quadwords on the stack, or both."""
    if shape.by_reference:  # "long double values are passed by reference"
        passed = place_argument(ADDRESS, type, budget)
        return ValueLocation(
            type, shape.size, passed.pieces, f"Argument Passing: {shape.kind}, the address of a copy", by_reference=True
        )
    bank = FLOATING if shape.half else GENERAL
    step = shape.half or SLOT
    pieces = []
    for at in range(0, shape.size, step):  # gcc: each half of a complex number as an argument of its own
        slot, size = budget.take(SLOT), min(step, shape.size - at)
        place: Register | Stack = bank[slot] if slot < len(bank) else Stack(SLOT * (slot - len(bank)))
        pieces.append(Piece(at, size, place, shape.extend, SLOT if shape.extend else 0))
    return ValueLocation(type, shape.size, tuple(pieces), f"Argument Passing: {shape.kind}")


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel) -> Shape:
    size = sizeof(type, model)
    if isinstance(type, Record):
        part = lone_part(type, model)
        number = unqualified(part.part) if isinstance(part, Complex) else part
        width = 0
        if isinstance(number, Float) and alignof(type, model) >= alignof(number, model):  # else it is no number to gcc
            width = sizeof(number, model)
        # gcc: a struct around one long double is passed as that is
        return Shape(size, "structure or union", by_reference=width > SLOT, in_memory=True, single=width == FLOAT)
    if isinstance(type, (Complex, Float)):
        half = size // 2 if isinstance(type, Complex) else size
        kind = "complex number" if isinstance(type, Complex) else "floating-point"
        if half > SLOT:
            return Shape(size, kind, by_reference=True, in_memory=True)
        return Shape(size, kind, half)
    extend: Literal["sign", "zero", ""] = ""
    if isinstance(type, (Integer, Enum)) and size < SLOT:
        # "Integer registers": a longword is kept sign-extended, whatever its type says
        extend = "sign" if size == 4 or is_signed(type, model) else "zero"
    lanes = isinstance(type, Vector) and isinstance(
        type.lane, Float
    )  # gcc: no integer to it, as other small vectors are
    return Shape(size, "integral", extend=extend, in_memory=size > SLOT or lanes)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"alpha": place}
