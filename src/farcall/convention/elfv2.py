"""powerpc64le: the 64-bit ELF V2 ABI (Power Architecture 64-Bit ELF V2 ABI Specification 1.5, section 2.2), little-endian.

Rule labels are those sections' words. Every argument has its doublewords in the parameter save area, whose first eight are r3
to r10; a floating-point or vector argument is in a register of that kind too, and in place of them. The area itself is in
memory only where an argument lies there, or the function is variadic. Where a point is open, gcc decides.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

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
from ..record import NamedTuple
from .homogeneous import alike
from .passable import shape_at
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import PLACEMENTS, SHAPES
from .target import Target

__all__ = ["PLACES", "place", "place_argument", "place_result"]

# Registers in passing order; results use the first of each.
GENERAL = tuple(Register(f"r{n}", "general") for n in range(3, 11))
FLOATING = tuple(Register(f"f{n}", "vector") for n in range(1, 14))
VECTOR = tuple(Register(f"v{n}", "vector") for n in range(2, 14))

SLOT = 8
#: The Stack Frame: the back chain, the words for CR and LR, and the TOC pointer, below the parameter save area.
HEADER = 32
STACK_ALIGN = 16
VECTORS = frozenset({16})
#: "up to eight" floating-point or vector registers for a homogeneous aggregate.
MEMBERS_LIMIT = 8
COMPOSITE_LIMIT = 16  # bytes of a result in general registers


class Shape(NamedTuple):
    """What the rules ask of a type: its size; the bank that its elements are passed in, "" for general registers, with the
    bytes of each; whether its doublewords begin at an even one; the widening of a narrow integer; whether a register returns
    it; whether it goes by reference; and the shape of each of two parts that travel apart, those of a complex number."""

    size: int
    bank: Literal["", "floating", "vector"] = ""
    element: int = 0
    quadword: bool = False
    extend: Literal["sign", "zero", ""] = ""
    returned: bool = True
    by_reference: bool = False
    part: Shape | None = None
    kind: str = "integral"


NOTHING = Shape(0, kind="nothing is returned")
ADDRESS = Shape(SLOT)


class Budget:
    """The registers taken so far, the doublewords of the parameter save area, and whether any of them is in memory."""

    __slots__ = ("floating", "in_memory", "slots", "vector")

    def __init__(self) -> None:
        self.floating = self.vector = self.slots = 0
        self.in_memory = False

    def take(self, size: int, quadword: bool) -> int:
        """The first of the doublewords for so many bytes."""
        if quadword:
            self.slots += self.slots % 2
        first = self.slots
        self.slots += -(-size // SLOT)
        return first


@lru_cache(PLACEMENTS)
def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` travels.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes out in
    r3, and comes back there.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget()
    # The result comes first: a hidden pointer takes r3.
    result = place_result(
        shape_at("the result", signature.result, _shape, model, nothing=NOTHING), signature.result, budget
    )
    variadic = signature.fixed is not None
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    arguments = tuple(
        place_argument(shape_at(f"argument {i}", type, _shape, model, nothing=None), type, budget, named=i < fixed)
        for i, type in enumerate(signature.parameters)
    )
    # Parameter Save Area: "at least 8 doublewords" for variable arguments, and where "parameters do not fit"
    area = SLOT * max(len(GENERAL), budget.slots) if variadic or budget.in_memory else 0
    return Placement(
        target=target.name,
        convention="elfv2",
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=GENERAL[0] if result.by_reference else None,
        stack_size=-(-(HEADER + area) // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
        shadow_space=HEADER,
    )


def place_result(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """The registers that an only argument of this type would have, or the hidden pointer, which the budget pays for."""
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)
    if not shape.returned:
        budget.take(SLOT, quadword=False)
        pointer = Piece(0, SLOT, GENERAL[0])
        return ValueLocation(
            type, shape.size, (pointer,), "Return Values: in memory of the caller's", by_reference=True
        )
    return ValueLocation(type, shape.size, _pieces(shape, Budget(), named=True), f"Return Values: {shape.kind}")


def place_argument(shape: Shape, type: CType, budget: Budget, *, named: bool = True) -> ValueLocation:
    """An argument's registers, or its place in the parameter save area. `named`: it is not behind the dots."""
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)  # an empty struct takes nothing in C
    if shape.by_reference:
        pieces = _pieces(ADDRESS, budget, named=named)
        return ValueLocation(type, shape.size, pieces, "Parameter Passing: the address of a copy", by_reference=True)
    return ValueLocation(type, shape.size, _pieces(shape, budget, named=named), f"Parameter Passing: {shape.kind}")


def _pieces(shape: Shape, budget: Budget, *, named: bool) -> tuple[Piece, ...]:
    if shape.part is not None:  # "each part as a parameter of its own"
        first = _pieces(shape.part, budget, named=named)
        second = _pieces(shape.part, budget, named=named)
        moved = (piece_at(piece, piece.offset + shape.part.size) for piece in second)
        return (*first, *moved)
    slot = budget.take(shape.size, shape.quadword)
    # Variable Argument Lists: what is behind the dots is in general registers and memory alone
    if shape.bank == "floating" and named:
        return _in_floating(shape, slot, budget)
    if shape.bank == "vector" and named:
        count = min(shape.size // shape.element, len(VECTOR) - budget.vector)
        held = _spread(shape.element, VECTOR[budget.vector : budget.vector + count])
        budget.vector += count
        return (*held, *_in_memory(shape, slot, count * shape.element, budget))
    return _in_general(shape, slot, 0, budget)


def piece_at(piece: Piece, offset: int) -> Piece:
    """The piece for bytes at another offset of the value."""
    return Piece(offset, piece.size, piece.place, piece.extend, piece.extend_to)


def _in_floating(shape: Shape, slot: int, budget: Budget) -> tuple[Piece, ...]:
    """A register for each element (for an IBM long double, two), and from the doubleword on that has none, general registers and
    memory."""
    step = min(shape.element, SLOT)
    count = min(shape.size // step, len(FLOATING) - budget.floating)
    held = _spread(step, FLOATING[budget.floating : budget.floating + count])
    budget.floating += count
    done = count * step
    if done == shape.size:
        return held
    if done % shape.element:  # gcc: the other half of a long double is in memory, whatever general register is free
        return (*held, *_in_memory(shape, slot, done, budget))
    if slot + done // SLOT < len(GENERAL):
        return (*held, *_in_general(shape, slot, done // SLOT * SLOT, budget))  # with a float that is in both
    return (*held, *_in_memory(shape, slot, done, budget))


def _in_general(shape: Shape, slot: int, done: int, budget: Budget) -> tuple[Piece, ...]:
    """The bytes from `done` on, in the general registers of their doublewords, the rest in memory."""
    pieces = []
    while done < shape.size and slot + done // SLOT < len(GENERAL):
        size = min(SLOT, shape.size - done)
        pieces.append(Piece(done, size, GENERAL[slot + done // SLOT], shape.extend, SLOT if shape.extend else 0))
        done += size
    return (*pieces, *_in_memory(shape, slot, done, budget))


def _in_memory(shape: Shape, slot: int, done: int, budget: Budget) -> tuple[Piece, ...]:
    """The bytes from `done` on, in the parameter save area."""
    if done == shape.size:
        return ()
    budget.in_memory = True
    place = Stack(HEADER + SLOT * slot + done)
    return (Piece(done, shape.size - done, place, shape.extend, SLOT if shape.extend else 0),)


def _spread(size: int, registers: tuple[Register, ...]) -> tuple[Piece, ...]:
    return tuple(Piece(size * n, size, register) for n, register in enumerate(registers))


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel) -> Shape:
    size = sizeof(type, model)
    if not size:
        return NOTHING._replace(kind="empty, takes no place")
    if isinstance(type, Complex):
        part = _shape(unqualified(type.part), model)
        return Shape(size, part=part, returned=part.returned, kind=f"two of {part.kind}")
    if isinstance(type, Vector) and size not in VECTORS:  # gcc: smaller ones as integers, larger ones in memory
        return Shape(size, returned=size <= SLOT, by_reference=size > SLOT, kind="vector of another size")
    same = alike(type, model, VECTORS)
    if same is not None and same.members:
        vector = same.base in ("binary128", "vector of 16")
        registers = same.members * (1 if same.base == "vector of 16" else -(-same.size // SLOT))
        if registers <= MEMBERS_LIMIT:
            kind = f"homogeneous aggregate of {same.members} {same.base}" if isinstance(type, Record) else same.base
            return Shape(size, "vector" if vector else "floating", same.size, vector, kind=kind)
    if isinstance(type, Record):
        quadword = alignof(type, model) > SLOT
        return Shape(size, quadword=quadword, returned=size <= COMPOSITE_LIMIT, kind="aggregate")
    extend: Literal["sign", "zero", ""] = ""
    if isinstance(type, (Integer, Enum)) and size < SLOT:
        extend = "sign" if is_signed(type, model) else "zero"
    assert not isinstance(type, Float)
    return Shape(size, extend=extend)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"elfv2": place}
