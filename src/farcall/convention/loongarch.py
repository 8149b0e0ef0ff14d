"""LoongArch with registers of 64 bits: lp64d and lp64s. The document is the Procedure Call Standard for the LoongArch
Architecture, version 20231219 (LAPCS).

Rule labels name its sections: "scalars", "structures", "complex", "vectors", "variadic", "returning", all of Subroutine
Calling Sequence. GRLEN is the width of a general register, 8 bytes; FRLEN that of the floating-point registers that
pass anything, which is all in which the two differ. The bits above a float in a wider register are undefined.

Where the document is silent, the rules are those of gcc and clang, which have them from RISC-V.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import Complex, CType, DataModel, Enum, Integer, Record, alignof, is_signed, sizeof
from ..record import NamedTuple
from .flattened import Part, flattened
from .passable import shape_at
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

__all__ = ["LP64D", "LP64S", "PLACES", "Abi", "place", "place_argument", "place_lp64d", "place_lp64s", "place_result"]

# Registers in passing order; results use the first two of each.
GARS = tuple(Register(f"a{n}", "general") for n in range(8))
FARS = tuple(Register(f"fa{n}", "vector") for n in range(8))

GRLEN = 8
STACK_ALIGN = 16
EXTEND_TO = GRLEN
REFERENCE_LIMIT = 2 * GRLEN  # bytes in general registers; more go by reference


class Abi(NamedTuple):
    """A named ABI: `frlen` is FRLEN in bytes, 0 where floating-point registers pass nothing."""

    name: str
    frlen: int


LP64D = Abi("lp64d", 8)
LP64S = Abi("lp64s", 0)


class Shape(NamedTuple):
    """What the rules ask of a type: its size and alignment, its parts where floating-point registers may pass it
    (none: they cannot), the widening of a narrow integer, and what it is in words."""

    size: int
    align: int
    parts: tuple[Part, ...]
    extend: str
    kind: str


class Budget:
    """The registers and the stack taken so far, within one `place`."""

    __slots__ = ("floating", "general", "stack")

    def __init__(self) -> None:
        self.general = self.floating = self.stack = 0

    def push(self, size: int, align: int) -> Stack:
        """The next place on the stack. Passing arguments: "aligned to the greater of the type alignment and GRLEN bits",
        but to no more than the stack is."""
        align = min(max(GRLEN, align), STACK_ALIGN)
        offset = -(-self.stack // align) * align
        self.stack = offset + -(-size // GRLEN) * GRLEN
        return Stack(offset)


def place_lp64d(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed with float and double in registers; see `place`."""
    return place(signature, target, LP64D)


def place_lp64s(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed without floating-point registers; see `place`."""
    return place(signature, target, LP64S)


def place(signature: Signature, target: Target, abi: Abi) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`, by one of the named ABIs.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes
    out in a0; nothing says that it comes back.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget()
    # The result comes first: a hidden pointer takes a0.
    result = place_result(
        shape_at("the result", signature.result, _shape, model, abi, nothing=NOTHING), signature.result, budget
    )
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    arguments = tuple(
        place_argument(shape_at(f"argument {i}", type, _shape, model, abi, nothing=None), type, budget, named=i < fixed)
        for i, type in enumerate(signature.parameters)
    )
    return Placement(
        target=target.name,
        convention=abi.name,
        signature=signature,
        arguments=arguments,
        result=result,
        stack_size=-(-budget.stack // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
    )


def place_result(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """The registers of a first named argument of this type, or the hidden pointer, which the budget pays for."""
    passed = place_argument(shape, type, Budget())  # returning: "as the first named argument of the same type"
    if passed.by_reference:
        budget.general += 1  # returning: "as an implicit first argument that is stored in $a0"
    return passed


def place_argument(shape: Shape, type: CType, budget: Budget, *, named: bool = True) -> ValueLocation:
    """An argument's registers, or its place on the stack, or both. `named`: it is not behind the dots."""
    size, align, parts, extend, kind = shape
    if not size:
        return ValueLocation(type, 0, (), kind)  # structures: "zero-sized structure arguments are ignored"
    if parts and named:  # variadic: "never occupy the FARs"
        reals = sum(part.real for part in parts)
        integers = len(parts) - reals
        if budget.floating + reals <= len(FARS) and budget.general + integers <= len(GARS):
            return ValueLocation(type, size, _in_registers(parts, budget), f"{kind}, floating")
        kind += ", registers used up"  # scalars: "otherwise, it is passed in a GAR"
    by_reference = size > REFERENCE_LIMIT  # structures, vectors, variadic: "replaced in the argument list with"
    moved, align = (GRLEN, GRLEN) if by_reference else (size, align)
    if not named and align > GRLEN:  # variadic: "of which the first register is even-numbered"
        budget.general += budget.general % 2
    held = min(-(-moved // GRLEN), len(GARS) - budget.general)
    first = budget.general
    budget.general += held
    if extend:
        place: Register | Stack = GARS[first] if held else budget.push(size, align)
        pieces = [Piece(0, size, place, extend, EXTEND_TO)]
    else:
        sizes = [min(GRLEN, moved - at) for at in range(0, held * GRLEN, GRLEN)]
        pieces = [Piece(n * GRLEN, size, GARS[first + n]) for n, size in enumerate(sizes)]
        left = moved - sum(sizes)
        if left:  # scalars: "the higher-ordered GRLEN bits are passed on the stack"
            pieces.append(Piece(moved - left, left, budget.push(left, GRLEN if held else align)))
    where = "" if held else " on the stack"
    if by_reference:
        return ValueLocation(type, size, tuple(pieces), f"{kind}, by reference, general{where}", by_reference=True)
    return ValueLocation(type, size, tuple(pieces), f"{kind}, general{where}")


def _in_registers(parts: tuple[Part, ...], budget: Budget) -> tuple[Piece, ...]:
    """A register for each part. Structures: "in a GAR and an FAR", "in two FARs"."""
    pieces = []
    for part in parts:
        if part.real:
            register = FARS[budget.floating]
            budget.floating += 1
        else:
            register = GARS[budget.general]
            budget.general += 1
        pieces.append(Piece(part.offset, part.size, register))
    return tuple(pieces)


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel, abi: Abi) -> Shape:
    size = sizeof(type, model)
    if not size:
        return NOTHING._replace(kind="empty, takes no place")
    align = alignof(type, model)
    parts = flattened(type, model, GRLEN)  # complex: "as though it were a structure containing two"
    reals = [part for part in parts or () if part.real]
    if parts and reals and all(part.size <= abi.frlen for part in reals):
        words = {(1, 0): "a real", (2, 0): "two reals", (1, 1): "a real and an integer"}
        return Shape(size, align, tuple(parts), "", words[len(reals), len(parts) - len(reals)])
    if isinstance(type, (Record, Complex)):
        return Shape(size, align, (), "", "aggregate")
    extend = ""
    if isinstance(type, (Integer, Enum)) and size < GRLEN:
        # Fundamental types: zero- or sign-extended, but unsigned words "as proper sign extensions"
        extend = "sign" if size == 4 or is_signed(type, model) else "zero"
    return Shape(size, align, (), extend, "scalar")


NOTHING = Shape(0, 1, (), "", "nothing is returned")


#: The conventions of this file, by the names that targets have for them.
PLACES = {"lp64d": place_lp64d, "lp64s": place_lp64s}
