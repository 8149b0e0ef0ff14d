"""32-bit Arm: the Procedure Call Standard (AAPCS32, 2023Q3, §6.4 and §6.5), the base standard and its VFP variant (§7.1).

Rule labels are the standard's: B.n widen an argument, C.n give it a register or a place on the stack, and those that
end with "cp" or "vfp" are for the floating-point registers, the *co-processor's*. A variadic function is always called by
the base standard. Where a point is open, gcc decides.

NCRN and NSAA are the standard's names for the next core register and the next stacked argument's address, CPRC is that for
a value that floating-point registers may hold.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import Complex, CType, DataModel, Float, Record, Vector, alignof, sizeof
from ..record import NamedTuple
from .homogeneous import alike
from .natural_alignment import natural_alignment
from .passable import shape_at, widening
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

__all__ = ["PLACES", "place", "place_argument", "place_base", "place_result", "place_vfp"]

# Registers in passing order; results use the same ones.
CORE = tuple(Register(f"r{n}", "general") for n in range(4))
#: "one VFP co-processor register class using registers s0-s15 (d0-d7)": the same ones, by how many words each holds.
FLOATING = {
    1: tuple(Register(f"s{n}", "vector") for n in range(16)),
    2: tuple(Register(f"d{n}", "vector") for n in range(8)),
    4: tuple(Register(f"q{n}", "vector") for n in range(4)),
}
SINGLES = 16

WORD = 4
STACK_ALIGN = 8
DOUBLE_WORD = 8
COMPOSITE_LIMIT = 4  # bytes of a composite in r0
VECTOR_LIMIT = 16  # bytes of a vector in r0 to r3
MEMBERS_LIMIT = 4  # of a homogeneous aggregate
VECTORS = frozenset({8, 16})  # containerized ones


class Shape(NamedTuple):
    """What the rules ask of a type: its size; whether it is aligned to a double word; the bytes in each of its
    floating-point registers (none: it is no CPRC); the widening of a narrow integer; whether core registers return
    it; and what it is in words."""

    size: int
    double_word: bool = False
    floating: tuple[int, ...] = ()
    extend: str = ""
    returned: bool = True
    kind: str = "integral"


NOTHING = Shape(0, kind="nothing is returned")


class Budget:
    """NCRN, NSAA, and the floating-point registers that are unallocated, by the number of the single one (stage A)."""

    __slots__ = ("core", "floating", "stack")

    def __init__(self) -> None:
        self.core = self.stack = 0
        self.floating = (1 << SINGLES) - 1

    def take_floating(self, sizes: tuple[int, ...]) -> tuple[Register, ...] | None:
        """ "the lowest-numbered sequence of such registers" (C.1.vfp); None where there is none, and from then on."""
        words = -(-sizes[0] // WORD)
        count = words * len(sizes)
        wanted = (1 << count) - 1
        for first in range(0, SINGLES - count + 1, words):
            if self.floating >> first & wanted == wanted:
                self.floating &= ~(wanted << first)
                return FLOATING[words][first // words : first // words + len(sizes)]
        self.floating = 0  # C.2.vfp: "any VFP registers that are unallocated are marked as unavailable"
        return None

    def push(self, size: int, double_word: bool) -> int:
        """The next place on the stack."""
        if double_word:
            self.stack = -(-self.stack // DOUBLE_WORD) * DOUBLE_WORD  # C.2.vfp, C.7
        offset = self.stack
        self.stack += -(-size // WORD) * WORD  # C.2.vfp, C.8; B.2 and B.4 for what is narrower
        return offset


def place_base(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed by the base standard; see `place`."""
    return place(signature, target, vfp=False)


def place_vfp(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed by the VFP variant; see `place`."""
    return place(signature, target, vfp=True)


def place(signature: Signature, target: Target, vfp: bool) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`; `vfp`: floating-point registers take part.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes out in
    r0 and does not come back.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    name = "aapcs-vfp" if vfp else "aapcs"
    # "A variadic function is always marshaled as for the base standard."
    vfp = vfp and signature.fixed is None
    budget = Budget()
    # A.4: a result in memory costs r0
    result = place_result(
        shape_at("the result", signature.result, _shape, model, vfp, nothing=NOTHING), signature.result, budget
    )
    arguments = tuple(
        place_argument(shape_at(f"argument {i}", type, _shape, model, vfp, nothing=None), type, budget)
        for i, type in enumerate(signature.parameters)
    )
    return Placement(
        target=target.name,
        convention=name,
        signature=signature,
        arguments=arguments,
        result=result,
        stack_size=-(-budget.stack // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
    )


def place_result(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """The registers of a result, or the address of the caller's memory in r0, which the budget pays for."""
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)
    if shape.floating:
        pieces = _floating(shape, Budget())
        assert pieces is not None
        return ValueLocation(type, shape.size, pieces, f"{shape.kind}: in VFP registers, §7.1.2.2")
    if not shape.returned:
        budget.core = 1
        return ValueLocation(
            type, shape.size, (Piece(0, WORD, CORE[0]),), f"{shape.kind}: in memory of the caller's, §6.4", True
        )
    return ValueLocation(type, shape.size, _words(shape, 0, shape.size, 0), f"{shape.kind}: in core registers, §6.4")


def place_argument(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """An argument's registers, its place on the stack, or both."""
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)  # an empty struct takes nothing in C
    pieces, rule = _find(shape, budget)
    return ValueLocation(type, shape.size, pieces, f"{shape.kind}, §6.5 {rule}")


def _find(shape: Shape, budget: Budget) -> tuple[tuple[Piece, ...], str]:
    """Stage C: the pieces of a value, and the paragraph that put them there."""
    if shape.floating:
        held = _floating(shape, budget)
        if held is not None:
            return held, "C.1.vfp"
        return _stacked(shape, 0, budget), "C.2.vfp: on the stack"
    words = -(-shape.size // WORD)
    if shape.double_word:
        budget.core += budget.core % 2  # C.3
    first = budget.core
    if first + words <= len(CORE):
        budget.core = first + words
        return _words(shape, 0, shape.size, first), "C.4"
    budget.core = len(CORE)  # C.5, C.6: no later one fills what is left
    if first < len(CORE) and not budget.stack:  # "the NSAA is equal to the SP"
        split = WORD * (len(CORE) - first)
        return (*_words(shape, 0, split, first), *_stacked(shape, split, budget)), "C.5: begun in registers"
    return _stacked(shape, 0, budget), "C.8: on the stack"


def _floating(shape: Shape, budget: Budget) -> tuple[Piece, ...] | None:
    registers = budget.take_floating(shape.floating)
    if registers is None:
        return None
    size = shape.floating[0]
    return tuple(Piece(size * n, size, register) for n, register in enumerate(registers))


def _words(shape: Shape, start: int, end: int, first: int) -> tuple[Piece, ...]:
    """The bytes from `start` to `end` in core registers: "as if the value were loaded by an LDM instruction"."""
    widened = WORD if shape.extend else 0  # B.2
    return tuple(
        Piece(at, min(WORD, end - at), CORE[first + (at - start) // WORD], shape.extend, widened)
        for at in range(start, end, WORD)
    )


def _stacked(shape: Shape, start: int, budget: Budget) -> tuple[Piece, ...]:
    """The bytes from `start` on at NSAA; B.2 widens an integer there too."""
    size = shape.size - start
    place = Stack(budget.push(size, shape.double_word and not start))
    return (Piece(start, size, place, shape.extend, WORD if shape.extend else 0),)


def _aligned(type: CType, model: DataModel) -> int:
    """The natural alignment (B.5). gcc: a bit-field counts as its declared type does, also where it is packed."""
    fields = type.fields or () if isinstance(type, Record) else ()
    bits = [alignof(field.type, model) for field in fields if field.bits is not None]
    return max(natural_alignment(type, model), *bits, 1)


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel, vfp: bool) -> Shape:
    size = sizeof(type, model)
    if not size:
        return NOTHING._replace(kind="empty, takes no place")
    double_word = _aligned(type, model) >= DOUBLE_WORD
    same = alike(type, model, VECTORS)
    composite = isinstance(type, (Record, Complex))
    if vfp and same is not None and 0 < same.members <= MEMBERS_LIMIT:  # §7.1.2.1: the VFP CPRCs
        kind = "containerized vector" if isinstance(type, Vector) else "floating"
        if composite:
            kind = f"homogeneous aggregate of {same.members} {same.base}"
        return Shape(size, double_word, (same.size,) * same.members, kind=kind)
    if composite:
        return Shape(size, double_word, returned=size <= COMPOSITE_LIMIT, kind="composite")
    if isinstance(type, Vector):
        return Shape(size, double_word, returned=size <= VECTOR_LIMIT, kind="vector")
    if isinstance(type, Float):
        return Shape(size, double_word, kind="floating")
    extend = widening(type, model, WORD)
    return Shape(size, double_word, extend=extend)


#: The conventions of this file, by the names that targets have for them, and as gcc's attribute.
PLACES = {"aapcs-vfp": place_vfp, "aapcs": place_base, 'pcs("aapcs-vfp")': place_vfp, 'pcs("aapcs")': place_base}
