"""s390x: the z/Architecture's 64-bit ELF ABI, with vector registers and, by name, without. The document is the ELF ABI s390x
Supplement 1.6, "Parameter Passing" and "Return Values" (section 1.2).

Rule labels are those of the document's algorithm (double_or_float, vector_arg, simple_arg, more, more_vec,
return_parameter), else a section's name. All is big-endian: integers stand at the right end of a register or a stack slot,
numbers in floating-point and vector registers at its left. Where a point is open, gcc decides.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import (
    CType,
    DataModel,
    Enum,
    Float,
    Integer,
    Pointer,
    Record,
    Vector,
    is_signed,
    layout,
    sizeof,
    unqualified,
)
from ..record import NamedTuple
from .passable import shape_at
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

__all__ = [
    "NO_VECTORS",
    "PLACES",
    "VECTORS",
    "Abi",
    "place",
    "place_argument",
    "place_result",
    "place_with_vectors",
    "place_without_vectors",
]

# Registers in passing order; results use the first of each.
GENERAL = tuple(Register(f"r{n}", "general") for n in (2, 3, 4, 5, 6))
FLOATING = tuple(Register(f"f{n}", "vector") for n in (0, 2, 4, 6))
VECTOR = tuple(Register(f"v{n}", "vector") for n in (24, 26, 28, 30, 25, 27, 29, 31))

SLOT = 8
#: The Stack Frame: the back chain and the callee's register save area, below the parameter area.
SAVE_AREA = 160
STACK_ALIGN = 8
VECTOR_LIMIT = 16
SIMPLE_SIZES = (1, 2, 4, 8)  # of structs and unions that are passed as integers are


class Abi(NamedTuple):
    """A named choice: whether vectors are passed in vector registers, which came with the z13 and which compilers are told of
    by `-mvx`; else by reference."""

    name: str
    vectors: bool


VECTORS = Abi("s390x", vectors=True)
NO_VECTORS = Abi("s390x-novx", vectors=False)


class Shape(NamedTuple):
    """What the rules ask of a type: its size, the kind of argument it is, the widening of a narrow integer, and whether a
    register returns it (a struct of one double is passed as the double is, but returned in memory)."""

    size: int
    kind: Literal["double_or_float", "vector_arg", "simple_arg", "reference", "nothing"]
    extend: Literal["sign", "zero", ""] = ""
    returned: bool = True


NOTHING = Shape(0, "nothing")


class Budget:
    """The registers and the stack taken so far, within one `place`."""

    __slots__ = ("floating", "general", "stack", "vector")

    def __init__(self) -> None:
        self.general = self.floating = self.vector = 0
        self.stack = SAVE_AREA  # initialize: "starg to the address of the parameter area"

    def push(self, size: int) -> int:
        """The first byte of the next parameter slots that take so many bytes."""
        offset = self.stack
        self.stack += -(-size // SLOT) * SLOT
        return offset


def place_with_vectors(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed, vectors in vector registers; see `place`."""
    return place(signature, target, VECTORS)


def place_without_vectors(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed without vector registers; see `place`."""
    return place(signature, target, NO_VECTORS)


def place(signature: Signature, target: Target, abi: Abi) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`, by one of the named ABIs.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes out in
    r2 and need not come back: the document does not say so.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget()
    # The result comes first: a hidden pointer takes r2.
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
        stack_size=budget.stack,
        stack_align=STACK_ALIGN,
        shadow_space=SAVE_AREA,
    )


def place_result(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """The first register of the result's kind, or the hidden pointer, which the budget pays for.

    A narrow integer is widened by the callee: "zero- or sign-extended to 64 bits" (Return Values)."""
    if shape.kind == "nothing":
        return ValueLocation(type, 0, (), "nothing is returned")
    if not shape.returned:
        budget.general += 1  # return_parameter: "store its address in r2, and set gr = 3"
        pointer = Piece(0, SLOT, GENERAL[0])
        return ValueLocation(type, shape.size, (pointer,), "return_parameter", by_reference=True)
    passed = place_argument(shape, type, Budget())
    return ValueLocation(type, shape.size, passed.pieces, f"{shape.kind}, Return Values")


def place_argument(shape: Shape, type: CType, budget: Budget, *, named: bool = True) -> ValueLocation:
    """An argument's register, or its slot on the stack. `named`: it is not behind the dots."""
    size, kind, extend, _ = shape
    if kind == "vector_arg":
        # Variable Argument Lists: "varying vector arguments are always passed in the parameter area"
        if named and budget.vector < len(VECTOR):
            register = VECTOR[budget.vector]
            budget.vector += 1
            return ValueLocation(type, size, (_left(size, register),), kind)
        return ValueLocation(type, size, (Piece(0, size, Stack(budget.push(size))),), "more_vec")  # at the slot's left
    if kind == "double_or_float":
        if budget.floating < len(FLOATING):
            register = FLOATING[budget.floating]
            budget.floating += 1
            return ValueLocation(type, size, (_left(size, register),), kind)
        return ValueLocation(type, size, (Piece(0, size, _right(size, budget)),), f"{kind}, more")
    by_reference = (
        kind == "reference"
    )  # simple_arg: "replace such an argument by a pointer to the object, or to a copy"
    moved = SLOT if by_reference else size
    if budget.general < len(GENERAL):
        place: Register | Stack = GENERAL[budget.general]
        budget.general += 1
        rule = "simple_arg"
    else:
        place = _right(moved, budget)
        rule = "simple_arg, more"
    piece = Piece(0, moved, place, extend, SLOT if extend else 0)
    return ValueLocation(type, size, (piece,), f"{rule}, a pointer" if by_reference else rule, by_reference)


def _left(size: int, register: Register) -> Piece:
    """double_or_float, vector_arg: "left-aligned", "left-justified"."""
    wide = size == (SLOT if register in FLOATING else VECTOR_LIMIT)
    return Piece(0, size, register, justified="right" if wide else "left")


def _right(size: int, budget: Budget) -> Stack:
    """more: "copy the argument value right-aligned into the 8-byte parameter slot"."""
    return Stack(budget.push(SLOT) + SLOT - size)


def _lone(type: CType, model: DataModel) -> CType:
    """double_or_float: what a structure is equivalent to that "has exactly one member", else the type itself."""
    type = unqualified(type)
    while isinstance(type, Record) and not type.is_union:
        members = layout(type, model).members
        if len(members) != 1 or members[0].field.bits is not None:
            break
        type = unqualified(members[0].field.type)
    return type


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel, abi: Abi) -> Shape:
    size = sizeof(type, model)
    record = isinstance(type, Record)
    lone = _lone(type, model)
    if isinstance(lone, Float) and size <= SLOT:
        return Shape(size, "double_or_float", returned=not record)
    # gcc: a structure that is larger than its one vector, being aligned, is not equivalent to that
    if isinstance(lone, Vector) and size <= VECTOR_LIMIT and abi.vectors and sizeof(lone, model) == size:
        return Shape(size, "vector_arg", returned=not record)
    if isinstance(type, (Integer, Enum)) and size <= SLOT:
        extend: Literal["sign", "zero", ""] = ""
        if size < SLOT:
            extend = "sign" if is_signed(type, model) else "zero"
        return Shape(size, "simple_arg", extend)
    if isinstance(type, Pointer):
        return Shape(size, "simple_arg")
    if record and size in SIMPLE_SIZES:  # "adding padding bytes with unspecified contents on the left"
        return Shape(size, "simple_arg", returned=False)
    return Shape(size, "reference", returned=False)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"s390x": place_with_vectors, "s390x-novx": place_without_vectors}
