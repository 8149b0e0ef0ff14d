"""powerpc: the System V ABI, PowerPC Processor Supplement (1995), "Function Calling Sequence", for 32 bits and with
floating-point registers; with either rule for the result of a small struct.

Rule labels are that chapter's words. A value that no register is left for is on the stack, and ends the registers of its kind.
All structs and unions are passed by reference. A variadic function is told in bit 6 of the condition register whether any
floating-point register holds an argument. Where a point is open, gcc decides, which is told of no vector registers: complex
numbers are passed in general registers, vectors as integers are or by reference.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Literal

from ..ctype import Complex, CType, DataModel, Float, Record, Vector, sizeof
from ..record import NamedTuple
from .passable import shape_at, widening
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

__all__ = ["IN_MEMORY", "IN_REGISTERS", "PLACES", "Abi", "place", "place_argument", "place_result"]

# Registers in passing order; results use the first of each.
GENERAL = tuple(Register(f"r{n}", "general") for n in range(3, 11))
FLOATING = tuple(Register(f"f{n}", "vector") for n in range(1, 9))

WORD = 4
DOUBLE = 8
#: The Stack Frame: the back chain and the word for the link register, below the arguments.
HEADER = 8
STACK_ALIGN = 16
SMALL = 8  # bytes of a struct that registers return, and of a vector that they hold


class Abi(NamedTuple):
    """A named choice: whether r3 and r4 return a struct or union of up to 8 bytes, as the document has it and gcc by
    `-msvr4-struct-return`; else memory does, which gcc's manual calls AIX's convention and Linux has."""

    name: str
    small: bool


IN_MEMORY = Abi("powerpc-sysv", small=False)
IN_REGISTERS = Abi("powerpc-svr4", small=True)


class Shape(NamedTuple):
    """What the rules ask of a type: its size; whether floating-point registers hold it; the widening of a narrow integer;
    whether it is passed by reference, and returned so."""

    size: int
    kind: str
    floating: bool = False
    extend: Literal["sign", "zero", ""] = ""
    by_reference: bool = False
    in_memory: bool = False

    @property
    def paired(self) -> bool:
        """Whether it begins at an odd register and, on the stack, at a doubleword: what has two words, as gcc does it, and
        what floating-point registers hold but a float."""
        return self.size == DOUBLE or (self.floating and self.size > WORD)


NOTHING = Shape(0, "nothing is returned")
ADDRESS = Shape(WORD, "address")


class Budget:
    """The registers and the stack taken so far."""

    __slots__ = ("floating", "general", "stack")

    def __init__(self) -> None:
        self.general = self.floating = 0
        self.stack = HEADER

    def push(self, size: int, align: int) -> int:
        """Where so many bytes are on the stack."""
        offset = -(-self.stack // align) * align
        self.stack = offset + -(-size // WORD) * WORD
        return offset


def place(signature: Signature, target: Target, abi: Abi) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`, by one of the named ABIs.

    Arguments behind `signature.fixed` must be promoted already (`promote`); they are passed as others are. The address of a
    result in memory goes out in r3, and comes back there.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget()
    # The result comes first: a hidden pointer takes r3.
    result = place_result(
        shape_at("the result", signature.result, _shape, model, abi, nothing=NOTHING), signature.result, budget
    )
    arguments = tuple(
        place_argument(shape_at(f"argument {i}", type, _shape, model, abi, nothing=None), type, budget)
        for i, type in enumerate(signature.parameters)
    )
    return Placement(
        target=target.name,
        convention=abi.name,
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=GENERAL[0] if result.by_reference else None,
        stack_size=-(-budget.stack // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
        shadow_space=HEADER,
    )


def place_result(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """The first registers of its kind, or the hidden pointer, which the budget pays for."""
    if shape.in_memory:
        budget.general += 1
        pointer = Piece(0, WORD, GENERAL[0])
        return ValueLocation(
            type, shape.size, (pointer,), "Return Values: in memory of the caller's", by_reference=True
        )
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)
    if shape.floating:
        return ValueLocation(type, shape.size, _in_floating(shape, 0), f"Return Values: {shape.kind}")
    return ValueLocation(type, shape.size, _in_general(shape, 0), f"Return Values: {shape.kind}")


def place_argument(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """An argument's registers, or its place on the stack."""
    if shape.by_reference:
        passed = place_argument(ADDRESS, type, budget)
        return ValueLocation(
            type, shape.size, passed.pieces, "Parameter Passing: the address of a copy", by_reference=True
        )
    bank = FLOATING if shape.floating else GENERAL
    taken = budget.floating if shape.floating else budget.general
    if shape.paired and not shape.floating:
        taken += taken % 2  # "the next available odd register"
    count = -(-shape.size // (DOUBLE if shape.floating else WORD))
    fits = taken + count <= len(bank)
    after = taken + count if fits else len(bank)  # OTHER: what is on the stack ends the registers
    if shape.floating:
        budget.floating = after
    else:
        budget.general = after
    if fits:
        pieces = _in_floating(shape, taken) if shape.floating else _in_general(shape, taken)
        return ValueLocation(type, shape.size, pieces, f"Parameter Passing: {shape.kind}")
    at = budget.push(shape.size, DOUBLE if shape.paired else WORD)
    right = WORD - shape.size if shape.size < WORD else 0
    piece = Piece(0, shape.size, Stack(at + right), shape.extend, WORD if shape.extend else 0)
    return ValueLocation(type, shape.size, (piece,), f"Parameter Passing: {shape.kind}, OTHER")


def _in_floating(shape: Shape, first: int) -> tuple[Piece, ...]:
    step = min(shape.size, DOUBLE)
    return tuple(Piece(step * n, step, FLOATING[first + n]) for n in range(shape.size // step))


def _in_general(shape: Shape, first: int) -> tuple[Piece, ...]:
    """The value as a number of whole words, so that the first of an odd size has less than a word."""
    ends = range(shape.size, 0, -WORD)
    count = len(ends)
    widened = WORD if shape.extend else 0
    return tuple(
        Piece(max(0, end - WORD), min(WORD, end), GENERAL[first + count - 1 - n], shape.extend, widened)
        for n, end in enumerate(ends)
    )[::-1]


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel, abi: Abi) -> Shape:
    size = sizeof(type, model)
    if isinstance(type, Record):  # structs without members too, as gcc and clang have it
        if abi.small and not size:
            return Shape(0, "empty, nothing is returned", by_reference=True)
        return Shape(size, "struct or union", by_reference=True, in_memory=not abi.small or size > SMALL)
    if isinstance(type, Vector) and size > SMALL:
        return Shape(size, "vector", by_reference=True, in_memory=True)
    if isinstance(type, Float):
        return Shape(size, "float, double or long double", floating=True)
    if isinstance(type, (Complex, Vector)):
        return Shape(size, "complex number" if isinstance(type, Complex) else "small vector")
    extend = widening(type, model, WORD)
    return Shape(size, "integral", extend=extend)


#: The conventions of this file, by the names that targets have for them.
PLACES = {abi.name: partial(place, abi=abi) for abi in (IN_MEMORY, IN_REGISTERS)}
