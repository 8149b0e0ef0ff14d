"""Conventions that pass a struct of one or two parts in a register for each: RISC-V's and LoongArch's, which say it alike.

The documents are the RISC-V ELF psABI 1.0, "RISC-V Calling Conventions" (riscv-cc), and the Procedure Call Standard for the
LoongArch Architecture, version 20231219 (LAPCS). Rule labels name sections of the former: "integer" is the Integer Calling
Convention, "floating" the Hardware Floating-Point Calling Convention; where the latter has another word for it, "LAPCS" is before
that. XLEN, in LAPCS GRLEN, is the width of a general register, as many bytes as an address has; ABI_FLEN, or FRLEN, that of
the floating-point registers that the convention uses. The ABIs differ in nothing else.

RISC-V has a float in a wider register NaN-boxed: whoever loads one into a register with an instruction for its own width has
done so, and no `extend` says it. On LoongArch the bits above it are undefined.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from ..ctype import Complex, CType, DataModel, Enum, Integer, Record, alignof, is_signed, sizeof
from ..record import NamedTuple
from .flattened import Part, flattened
from .passable import shape_at
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

__all__ = ["Abi", "place", "place_argument", "place_result", "places"]

# Registers in passing order; results use the first two of each.
GENERAL = tuple(Register(f"a{n}", "general") for n in range(8))
FLOATING = tuple(Register(f"fa{n}", "vector") for n in range(8))

STACK_ALIGN = 16
REGISTER_LIMIT = 2  # general registers for one argument; what needs more goes by reference


class Abi(NamedTuple):
    """A named ABI: `xlen` is XLEN in bytes, `flen` ABI_FLEN, 0 where floating-point registers pass nothing."""

    name: str
    xlen: int
    flen: int


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

    __slots__ = ("floating", "general", "stack", "xlen")

    def __init__(self, xlen: int) -> None:
        self.xlen = xlen
        self.general = self.floating = self.stack = 0

    def push(self, size: int, align: int) -> Stack:
        """The next place on the stack. Integer: "aligned to the greater of the type alignment and XLEN bits, but
        never more than the stack alignment"."""
        align = min(max(self.xlen, align), STACK_ALIGN)
        offset = -(-self.stack // align) * align
        self.stack = offset + -(-size // self.xlen) * self.xlen
        return Stack(offset)


def place(signature: Signature, target: Target, abi: Abi) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`, by one of the named ABIs.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes
    out in a0 and need not come back: "software should not assume that a0 will hold the address of the return value
    on return" (integer); LAPCS does not say it either.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget(abi.xlen)
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
    """The registers of a first named argument of this type, or the hidden pointer, which the budget pays for.

    As an argument's, a narrow integer is widened by whoever puts it there, here the callee: its callers rely on it.
    """
    passed = place_argument(shape, type, Budget(budget.xlen))
    if passed.by_reference:
        budget.general += 1  # integer: "passes the address as an implicit first parameter"
    return passed


def place_argument(shape: Shape, type: CType, budget: Budget, *, named: bool = True) -> ValueLocation:
    """An argument's registers, or its place on the stack, or both. `named`: it is not behind the dots."""
    size, align, parts, extend, kind = shape
    xlen = budget.xlen
    if not size:
        return ValueLocation(type, 0, (), kind)  # integer: "empty structs … are ignored by C compilers"
    if parts and named:  # floating: "applies only to named arguments"; LAPCS variadic
        reals = sum(part.real for part in parts)
        integers = len(parts) - reals
        if budget.floating + reals <= len(FLOATING) and budget.general + integers <= len(GENERAL):
            return ValueLocation(type, size, _in_registers(parts, budget), f"{kind}, floating")
        kind += ", registers used up"
    by_reference = size > REGISTER_LIMIT * xlen  # integer: "replaced in the argument list with the address"
    moved, align = (xlen, xlen) if by_reference else (size, align)
    if not named and align > xlen:  # integer: "passed in an aligned register pair", "or on the stack"
        budget.general += budget.general % 2
    held = min(-(-moved // xlen), len(GENERAL) - budget.general)
    first = budget.general
    budget.general += held
    if extend:
        place: Register | Stack = GENERAL[first] if held else budget.push(size, align)
        pieces = [Piece(0, size, place, extend, xlen)]
    else:
        sizes = [min(xlen, moved - at) for at in range(0, held * xlen, xlen)]
        pieces = [Piece(n * xlen, size, GENERAL[first + n]) for n, size in enumerate(sizes)]
        left = moved - sum(sizes)
        if left:  # integer: "the remaining bits are passed on the stack"
            pieces.append(Piece(moved - left, left, budget.push(left, xlen if held else align)))
    where = "" if held else " on the stack"
    if by_reference:
        return ValueLocation(type, size, tuple(pieces), f"{kind}, by reference, integer{where}", by_reference=True)
    return ValueLocation(type, size, tuple(pieces), f"{kind}, integer{where}")


def _in_registers(parts: tuple[Part, ...], budget: Budget) -> tuple[Piece, ...]:
    """A register for each part, "in memory order"."""
    pieces = []
    for part in parts:
        if part.real:
            register = FLOATING[budget.floating]
            budget.floating += 1
        else:  # floating: "if … the integer is narrower than XLEN bits, the remaining bits are unspecified"
            register = GENERAL[budget.general]
            budget.general += 1
        pieces.append(Piece(part.offset, part.size, register))
    return tuple(pieces)


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel, abi: Abi) -> Shape:
    size = sizeof(type, model)
    if not size:
        return NOTHING._replace(kind="empty, takes no place")
    align = alignof(type, model)
    parts = flattened(type, model, abi.xlen)
    reals = [part for part in parts or () if part.real]
    if parts and reals and all(part.size <= abi.flen for part in reals):
        words = {(1, 0): "a real", (2, 0): "two reals", (1, 1): "a real and an integer"}
        return Shape(size, align, tuple(parts), "", words[len(reals), len(parts) - len(reals)])
    if isinstance(type, (Record, Complex)):
        return Shape(size, align, (), "", "aggregate")
    extend = ""
    if isinstance(type, (Integer, Enum)) and size < abi.xlen:
        # integer: "widened according to the sign of their type up to 32 bits, then sign-extended to XLEN bits"; LAPCS,
        # Fundamental types: unsigned words are kept "as proper sign extensions"
        extend = "sign" if size == 4 or is_signed(type, model) else "zero"
    return Shape(size, align, (), extend, "scalar")


NOTHING = Shape(0, 1, (), "", "nothing is returned")


def places(abis: tuple[Abi, ...]) -> dict[str, Callable[[Signature, Target], Placement]]:
    """The conventions of a file, by the names that targets have for them."""
    return {abi.name: partial(place, abi=abi) for abi in abis}
