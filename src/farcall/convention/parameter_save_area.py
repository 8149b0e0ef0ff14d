"""The conventions that AIX had first, in which every argument has its words in a parameter save area: the 64-bit ELF ABIs of
the Power Architecture among them. The documents are the 64-bit PowerPC ELF ABI Supplement 1.9, section 3.2 (ELFv1), and the
64-bit ELF V2 ABI Specification 1.5, section 2.2 (ELFv2).

Rule labels are those sections' words. The first eight words of the area are r3 to r10; a floating-point or vector argument is
in a register of that kind too, and in place of them. What the ABIs do differently is named in `Abi`. Where a point is open,
gcc decides.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import (
    ByteOrder,
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
from .homogeneous import alike, lone_part
from .passable import shape_at, widening
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["Abi", "place", "place_argument", "place_result"]

# Registers in passing order; results use the first of each.
GENERAL = tuple(Register(f"r{n}", "general") for n in range(3, 11))
FLOATING = tuple(Register(f"f{n}", "vector") for n in range(1, 14))
VECTOR = tuple(Register(f"v{n}", "vector") for n in range(2, 14))

SLOT = 8
STACK_ALIGN = 16
VECTORS = frozenset({16})
#: gcc: an IBM long double, or one in a struct, has two registers in each of the ABIs.
MEMBERS_LEAST = 2


class Abi(NamedTuple):
    """The named choices.

    header          the Stack Frame's bytes below the parameter save area: the back chain, what callees and linkers save
    always          whether the area is always in memory, eight doublewords at least; else where an argument lies there, or the
                    function is variadic
    members         of how many numbers a homogeneous aggregate may be that is passed as these are; 0 where a struct is so
                    passed that is one number, as gcc has it
    composites      bytes of other structs that general registers return
    twice           whether a floating-point number behind the dots is in its register as well
    """

    name: str
    header: int
    always: bool
    members: int
    composites: int
    twice: bool


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

    @property
    def right(self) -> bool:
        """Whether it is at the low-order end of its doubleword: "padded so that it appears in the least significant bits"
        if smaller than that; what is larger is padded at its tail."""
        return self.size < SLOT


NOTHING = Shape(0, kind="nothing is returned")
ADDRESS = Shape(SLOT)


class Budget:
    """The registers taken so far, the doublewords of the parameter save area, and whether any of them is in memory."""

    __slots__ = ("abi", "floating", "in_memory", "order", "slots", "vector")

    def __init__(self, abi: Abi, order: ByteOrder) -> None:
        self.abi, self.order = abi, order
        self.floating = self.vector = self.slots = 0
        self.in_memory = False

    def take(self, size: int, quadword: bool) -> int:
        """The first of the doublewords for so many bytes."""
        if quadword:
            self.slots += self.slots % 2
        first = self.slots
        self.slots += -(-size // SLOT)
        return first


def place(signature: Signature, target: Target, abi: Abi) -> Placement:
    """Where every byte of a call with `signature` travels, by one of the named ABIs.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes out in
    r3, and comes back there.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget(abi, model.byteorder)
    # The result comes first: a hidden pointer takes r3.
    result = place_result(
        shape_at("the result", signature.result, _shape, model, abi, nothing=NOTHING), signature.result, budget
    )
    variadic = signature.fixed is not None
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    arguments = tuple(
        place_argument(shape_at(f"argument {i}", type, _shape, model, abi, nothing=None), type, budget, named=i < fixed)
        for i, type in enumerate(signature.parameters)
    )
    # Parameter Save Area: "at least 8 doublewords" for variable arguments, and where "parameters do not fit"
    needed = abi.always or variadic or budget.in_memory
    area = SLOT * max(len(GENERAL), budget.slots) if needed else 0
    return Placement(
        target=target.name,
        convention=abi.name,
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=GENERAL[0] if result.by_reference else None,
        stack_size=-(-(abi.header + area) // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
        shadow_space=abi.header,
    )


def place_result(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """The registers that an only argument of this type would have, or the hidden pointer, which the budget pays for."""
    if not shape.returned:
        budget.take(SLOT, quadword=False)
        pointer = Piece(0, SLOT, GENERAL[0])
        return ValueLocation(
            type, shape.size, (pointer,), "Return Values: in memory of the caller's", by_reference=True
        )
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)
    alone = Budget(budget.abi, budget.order)
    return ValueLocation(type, shape.size, _pieces(shape, alone, named=True), f"Return Values: {shape.kind}")


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
    if shape.bank == "floating" and named:
        return _in_floating(shape, slot, budget)
    if (
        shape.bank == "floating" and budget.abi.twice
    ):  # Parameter Passing: "in both", as who called may be of either kind
        held, general = _held(shape, budget), _in_general(shape, slot, 0, budget)
        return (*held, *(half for piece in general for half in _doublewords(piece)))
    # Variable Argument Lists: what is behind the dots is in general registers and memory alone
    if shape.bank == "vector" and named:
        count = min(shape.size // shape.element, len(VECTOR) - budget.vector)
        held = _spread(shape.element, VECTOR[budget.vector : budget.vector + count])
        budget.vector += count
        return (*held, *_in_memory(shape, slot, count * shape.element, budget))
    return _in_general(shape, slot, 0, budget)


def piece_at(piece: Piece, offset: int) -> Piece:
    """The piece for bytes at another offset of the value."""
    return Piece(offset, piece.size, piece.place, piece.extend, piece.extend_to, piece.justified)


def _doublewords(piece: Piece) -> tuple[Piece, ...]:
    """A number's bytes in the area, in pieces as its registers have them."""
    if not isinstance(piece.place, Stack) or piece.size <= SLOT:
        return (piece,)
    at, offset = piece.place.offset, piece.offset
    return tuple(Piece(offset + n, SLOT, Stack(at + n)) for n in range(0, piece.size, SLOT))


def _in_floating(shape: Shape, slot: int, budget: Budget) -> tuple[Piece, ...]:
    """A register for each element (for an IBM long double, two), and from the doubleword on that has none, general registers and
    memory."""
    held = _held(shape, budget)
    done = len(held) * min(shape.element, SLOT)
    if done == shape.size:
        return held
    if done % shape.element:  # gcc: the other half of a long double is in memory, whatever general register is free
        return (*held, *_in_memory(shape, slot, done, budget))
    if slot + done // SLOT < len(GENERAL):
        return (*held, *_in_general(shape, slot, done // SLOT * SLOT, budget))  # with a float that is in both
    return (*held, *_in_memory(shape, slot, done, budget))


def _held(shape: Shape, budget: Budget) -> tuple[Piece, ...]:
    """The floating-point registers for as many elements as there are."""
    step = min(shape.element, SLOT)
    count = min(shape.size // step, len(FLOATING) - budget.floating)
    budget.floating += count
    return _spread(step, FLOATING[budget.floating - count : budget.floating])


def _in_general(shape: Shape, slot: int, done: int, budget: Budget) -> tuple[Piece, ...]:
    """The bytes from `done` on, in the general registers of their doublewords, the rest in memory."""
    pieces = []
    while done < shape.size and slot + done // SLOT < len(GENERAL):
        size = min(SLOT, shape.size - done)
        register = GENERAL[slot + done // SLOT]
        left = not shape.right and bool(budget.order.low(SLOT, size))
        widened = SLOT if shape.extend else 0
        pieces.append(Piece(done, size, register, shape.extend, widened, "left" if left else "right"))
        done += size
    return (*pieces, *_in_memory(shape, slot, done, budget))


def _in_memory(shape: Shape, slot: int, done: int, budget: Budget) -> tuple[Piece, ...]:
    """The bytes from `done` on, in the parameter save area."""
    if done == shape.size:
        return ()
    budget.in_memory = True
    before = budget.order.low(SLOT, shape.size) if shape.right else 0
    place = Stack(budget.abi.header + SLOT * slot + before + done)
    return (Piece(done, shape.size - done, place, shape.extend, SLOT if shape.extend else 0),)


def _spread(size: int, registers: tuple[Register, ...]) -> tuple[Piece, ...]:
    return tuple(Piece(size * n, size, register) for n, register in enumerate(registers))


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel, abi: Abi) -> Shape:
    size = sizeof(type, model)
    if not size:
        return Shape(
            0, returned=bool(abi.composites), kind="empty, takes no place"
        )  # gcc and clang: in memory with others
    if isinstance(type, Complex):
        part = _shape(unqualified(type.part), model, abi)
        return Shape(size, part=part, returned=part.returned, kind=f"two of {part.kind}")
    if isinstance(type, Vector) and size not in VECTORS:  # gcc: smaller ones as integers, larger ones in memory
        return Shape(size, returned=size <= SLOT, by_reference=size > SLOT, kind="vector of another size")
    record = isinstance(type, Record)
    alone = type if abi.members else lone_part(type, model)
    same = None if alone is None or isinstance(alone, Complex) else alike(alone, model, VECTORS)
    if same is not None and same.members:
        vector = same.base in ("binary128", "vector of 16")
        registers = same.members * (1 if same.base == "vector of 16" else -(-same.size // SLOT))
        if registers <= max(abi.members, MEMBERS_LEAST):
            kind = same.base
            if record:
                kind = f"homogeneous aggregate of {same.members} {kind}" if abi.members else f"struct of one {kind}"
            returned = not record or bool(abi.members)
            return Shape(size, "vector" if vector else "floating", same.size, vector, returned=returned, kind=kind)
    if record:
        quadword = alignof(type, model) > SLOT
        return Shape(size, quadword=quadword, returned=size <= abi.composites, kind="aggregate")
    extend = widening(type, model, SLOT)
    assert not isinstance(type, Float)
    return Shape(size, extend=extend)
