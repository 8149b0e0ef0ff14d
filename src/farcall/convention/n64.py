"""MIPS n64 and n32, of either byte order: the MIPSpro N32 ABI Handbook, chapter 2, "Calling Convention Implementations".

Rule labels are that chapter's words and those of its table "ABI Attribute Summary". Every argument has its doublewords; the
first eight are passed in registers, each in a general or in a floating-point one, and have no room on the stack. Where the
document is silent, as about complex numbers, vectors and the justification of a float, gcc decides. n32 has the same
registers, and addresses of 32 bits.
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

__all__ = ["PLACES", "place", "place_argument", "place_result", "place_soft"]

# Registers in passing order, by the doubleword that they hold; then those of results.
GENERAL = tuple(Register(f"a{n}", "general") for n in range(8))
FLOATING = tuple(Register(f"f{n}", "vector") for n in range(12, 20))
RESULT_GENERAL = tuple(Register(f"v{n}", "general") for n in range(2))
F0, F1, F2 = (Register(f"f{n}", "vector") for n in range(3))
RESULT_FLOATING = (F0, F2)
#: Without floating-point registers gcc counts those of results in the same way.
SOFT = {"f0": RESULT_GENERAL[0], "f1": RESULT_GENERAL[1], "f2": GENERAL[0]}

SLOT = 8
STACK_ALIGN = 16
RESULT_LIMIT = 16  # bytes: "All types of structure results in registers: up to 128 bits"


class Part(NamedTuple):
    """Bytes [offset, offset + size) of a value that a floating-point register holds."""

    offset: int
    size: int


class Shape(NamedTuple):
    """What the rules ask of a type: its size; the parts that floating-point registers pass, and where they return it; the
    bytes of each half of a complex number that has its own doublewords; whether it begins at an even doubleword; the
    widening of a narrow integer; at which end of a register one narrower stands as an argument and as a result, on a
    big-endian machine; and whether registers return it."""

    size: int
    passed: tuple[Part, ...] = ()
    returned: tuple[Piece, ...] = ()
    half: int = 0
    quadword: bool = False
    extend: Literal["sign", "zero", ""] = ""
    left: bool = False
    result_left: bool = False
    in_registers: bool = True
    kind: str = "integral"


NOTHING = Shape(0, kind="nothing is returned")


class Budget:
    """The doublewords of the arguments that are taken."""

    __slots__ = ("slots",)

    def __init__(self) -> None:
        self.slots = 0

    def take(self, count: int, quadword: bool) -> int:
        """The first of so many doublewords."""
        if quadword:
            self.slots += self.slots % 2
        first = self.slots
        self.slots += count
        return first


def place_soft(signature: Signature, target: Target) -> Placement:
    """The same for code without floating-point registers: such numbers are passed as integers are."""
    return place(signature, target, soft=True)


def place(signature: Signature, target: Target, *, soft: bool = False) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes out in
    a0, and comes back in v0.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget, shape = Budget(), _soft_shape if soft else _shape
    # The result comes first: a hidden pointer takes a0.
    result = place_result(
        shape_at("the result", signature.result, shape, model, nothing=NOTHING), signature.result, budget, model
    )
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    arguments = tuple(
        place_argument(
            shape_at(f"argument {i}", type, shape, model, nothing=None), type, budget, model, named=i < fixed
        )
        for i, type in enumerate(signature.parameters)
    )
    size = SLOT * max(0, budget.slots - len(GENERAL))
    return Placement(
        target=target.name,
        convention=("n64" if model.pointer == SLOT else "n32") + "-soft" * soft,
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=RESULT_GENERAL[0] if result.by_reference else None,
        stack_size=-(-size // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
    )


def place_result(shape: Shape, type: CType, budget: Budget, model: DataModel) -> ValueLocation:
    """The registers of a result, or the hidden first argument, which the budget pays for."""
    size = shape.size
    if not size:
        return ValueLocation(type, 0, (), shape.kind)
    if not shape.in_registers:
        budget.take(1, quadword=False)
        pointer = Piece(0, model.pointer, GENERAL[0], *(("sign", SLOT) if model.pointer < SLOT else ()))
        return ValueLocation(type, size, (pointer,), "a result of more than 128 bits", by_reference=True)
    if shape.returned:
        return ValueLocation(type, size, shape.returned, f"{shape.kind}, a result of one or two FP fields")
    widened = SLOT if shape.extend else 0
    pieces = tuple(
        Piece(at, part, RESULT_GENERAL[at // SLOT], shape.extend, widened, _justified(part, shape.result_left))
        for at in range(0, size, SLOT)
        for part in (min(SLOT, size - at),)
    )
    return ValueLocation(type, size, pieces, f"{shape.kind}, a result in general registers")


def place_argument(shape: Shape, type: CType, budget: Budget, model: DataModel, *, named: bool = True) -> ValueLocation:
    """An argument's registers, its doublewords on the stack, or both. `named`: it is not behind the dots."""
    size = shape.size
    if not size:
        return ValueLocation(type, 0, (), shape.kind)
    # "Floating point parameters in Floating point registers (varargs): prototyped parameters only"
    floating = {part.offset: part.size for part in shape.passed} if named else {}
    half = shape.half if named else 0
    if (
        0 < half <= SLOT and budget.slots == len(GENERAL) - 1
    ):  # gcc: no half is alone in the last floating-point register
        floating, half = {}, 0
    count = -(-size // SLOT)
    if half and budget.slots < len(GENERAL):  # gcc: on the stack the halves are one behind the other
        count = 2 * -(-half // SLOT)
    slot = budget.take(count, shape.quadword)
    widened = SLOT if shape.extend else 0
    # gcc: a number stands at the right end of a general register, and at the left one of its place on the stack
    left = shape.left and not isinstance(unqualified(type), Float)
    pieces, done = [], 0
    while done < size and slot < len(GENERAL):
        part = floating.get(done) or min(SLOT, size - done)
        if done in floating:
            pieces.append(Piece(done, part, FLOATING[slot]))
        else:
            pieces.append(Piece(done, part, GENERAL[slot], shape.extend, widened, _justified(part, left)))
        slot, done = slot + 1, done + part
    if done < size:
        at = SLOT * (slot - len(GENERAL))
        if not shape.left and size < SLOT:
            at += model.byteorder.low(SLOT, size)
        # gcc: widened there to the width of an address
        extend, widened = (shape.extend, model.pointer) if shape.extend and size < model.pointer else ("", 0)
        pieces.append(Piece(done, size - done, Stack(at), extend, widened))
    return ValueLocation(type, size, tuple(pieces), shape.kind)


def _justified(size: int, left: bool) -> Literal["left", "right"]:
    return "left" if left and size < SLOT else "right"


def _doubles(type: Record, model: DataModel) -> tuple[Part, ...]:
    """ "Are structure fields of type double in floating point registers? If not unioned": those that begin a doubleword."""
    if type.is_union:
        return ()
    return tuple(
        Part(member.offset, SLOT)
        for member in layout(type, model).members
        if member.field.bits is None and not member.offset % SLOT and _is_float(member.field.type, SLOT, model)
    )


def _fields(type: Record, model: DataModel) -> tuple[Piece, ...]:
    """ "Structure results limited to one or two FP fields in registers: Always"."""
    members = layout(type, model).members
    if type.is_union or not 0 < len(members) <= len(RESULT_FLOATING):
        return ()
    if not all(member.field.bits is None and _is_float(member.field.type, 0, model) for member in members):
        return ()
    if sizeof(members[0].field.type, model) > SLOT:  # gcc: not where it returns the long double itself
        return Piece(0, SLOT, F0), Piece(SLOT, SLOT, F1)
    return tuple(
        Piece(member.offset, sizeof(member.field.type, model), register)
        for member, register in zip(members, RESULT_FLOATING, strict=False)
    )


def _spread(parts: tuple[Part, ...]) -> tuple[Piece, ...]:
    return tuple(Piece(*part, register) for part, register in zip(parts, RESULT_FLOATING, strict=False))


def _is_float(type: CType, size: int, model: DataModel) -> bool:
    """Whether it is a floating-point number; of that size, if one is given."""
    return isinstance(unqualified(type), Float) and (not size or sizeof(type, model) == size)


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel) -> Shape:
    size = sizeof(type, model)
    if not size:
        return NOTHING._replace(kind="empty, takes no place")
    quadword = alignof(type, model) > SLOT
    big = bool(model.byteorder.low(SLOT, 1))
    in_registers = size <= RESULT_LIMIT
    if isinstance(type, Float):
        halves = tuple(Part(at, min(SLOT, size)) for at in range(0, size, SLOT))
        return Shape(size, halves, _spread(halves), quadword=quadword, left=big, kind="floating-point")
    if isinstance(type, Complex) and isinstance(unqualified(type.part), Float):
        half = size // 2
        step = min(SLOT, half)
        passed = tuple(Part(at, step) for at in range(0, size, step))
        return Shape(size, passed, _spread(passed), half, quadword, left=big, in_registers=in_registers, kind="complex")
    if isinstance(type, Record):
        return Shape(
            size, _doubles(type, model), _fields(type, model), quadword=quadword, left=big, result_left=big,
            in_registers=in_registers, kind="structure" if not type.is_union else "union",
        )  # fmt: skip
    if isinstance(type, (Vector, Complex)):
        kind = "vector" if isinstance(type, Vector) else "complex"
        return Shape(size, quadword=quadword, left=big, in_registers=in_registers, kind=kind)
    extend: Literal["sign", "zero", ""] = ""
    if size < SLOT:  # integers and n32's addresses
        # gcc: "integers are promoted", one of 32 bits as if it were signed, as the machine's registers keep them
        extend = "sign" if size == 4 or is_signed(type, model) else "zero"
    return Shape(size, quadword=quadword, extend=extend)


def _soft_shape(type: CType, model: DataModel) -> Shape:
    shape = _shape(type, model)
    if not isinstance(type, (Record, Float)):
        return shape._replace(passed=(), returned=(), half=0)
    returned = tuple(Piece(piece.offset, piece.size, SOFT[str(piece.place)]) for piece in shape.returned)
    return shape._replace(passed=(), returned=returned)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"n64": place, "n64-soft": place_soft, "n32": place, "n32-soft": place_soft}
