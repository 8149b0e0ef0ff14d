"""SPARC of 64 bits: the SPARC Compliance Definition 2.4.1, "64-bit", chapter 3, "Function Calling Sequence".

Rule labels are that chapter's words. Every argument has its doublewords in the parameter array, the first six of which have
general registers and the first sixteen floating-point registers, each its own. Stack offsets count from the stack pointer with
its bias of 2,047 added: below the array is where register windows are saved. Where a point is open, as with complex numbers,
vectors and packed structs, gcc decides.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import Complex, CType, DataModel, Float, Record, Vector, alignof, layout, sizeof
from ..ctype import unqualified as plain
from ..record import NamedTuple
from .homogeneous import lone_part
from .passable import shape_at, widening
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["PLACES", "place", "place_argument", "place_result"]

# Registers of the parameter array's doublewords, as their caller names them; results use the first four of either kind.
GENERAL = tuple(Register(f"o{n}", "general") for n in range(6))
FLOATING = 16  # doublewords
#: What floating-point registers of several widths are called; a number counts words.
WIDTHS = {4: "f", 8: "d", 16: "q"}
WORD, SLOT = 4, 8
#: "The register save area": sixteen registers of a window; behind it the first six doublewords, always.
SAVED = 128
RESERVED = SAVED + SLOT * len(GENERAL)
STACK_ALIGN = 16
ARGUMENT_LIMIT, RESULT_LIMIT = 16, 32  # bytes of what registers pass, and return


class Part(NamedTuple):
    """Bytes [offset, offset + size) of a value that a register of one kind holds."""

    offset: int
    size: int
    floating: bool


class Shape(NamedTuple):
    """What the rules ask of a type: its size; the parts of it that registers hold, each in one doubleword or a whole quad; whether
    it begins at an even doubleword; the widening of a narrow integer; at which end of a register one narrower stands; whether it
    is a struct that gcc has in the mode of an integer."""

    size: int
    kind: str
    parts: tuple[Part, ...] = ()
    quadword: bool = False
    extend: Literal["sign", "zero", ""] = ""
    left: bool = True
    integer: bool = False


NOTHING = Shape(0, "nothing is returned")
ADDRESS = Shape(SLOT, "address", (Part(0, SLOT, floating=False),))


class Budget:
    """The doublewords of the parameter array that are taken."""

    __slots__ = ("slots",)

    def __init__(self) -> None:
        self.slots = 0

    def take(self, size: int, *, quadword: bool) -> int:
        """The first of the doublewords for so many bytes."""
        first = self.slots + (self.slots % 2 if quadword else 0)
        self.slots = first + -(-size // SLOT)
        return first


def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes out in
    o0, as a first argument, and comes back there.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    budget = Budget()
    # The result comes first: a hidden pointer takes o0.
    result = place_result(
        shape_at("the result", signature.result, _shape, model, nothing=NOTHING), signature.result, budget
    )
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    arguments = tuple(
        place_argument(shape_at(f"argument {i}", type, _shape, model, nothing=None), type, budget, named=i < fixed)
        for i, type in enumerate(signature.parameters)
    )
    size = SAVED + SLOT * max(budget.slots, len(GENERAL))
    return Placement(
        target=target.name,
        convention="v9",
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=GENERAL[0] if result.by_reference else None,
        stack_size=-(-size // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
        shadow_space=RESERVED,
    )


def place_result(shape: Shape, type: CType, budget: Budget) -> ValueLocation:
    """The registers of the first doublewords, or the hidden first argument, which the budget pays for."""
    if shape.size > RESULT_LIMIT:
        first = budget.take(SLOT, quadword=False)
        pointer = Piece(0, SLOT, GENERAL[first])
        return ValueLocation(type, shape.size, (pointer,), "a result of more than 32 bytes", by_reference=True)
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)
    # "floating-point results": a float is in f0, not at the right end
    pieces = tuple(_in_register(shape._replace(left=shape.left or part.floating), part, 0) for part in shape.parts)
    return ValueLocation(type, shape.size, pieces, f"{shape.kind}, a result in registers")


def place_argument(shape: Shape, type: CType, budget: Budget, *, named: bool = True) -> ValueLocation:
    """An argument's registers, its doublewords on the stack, or both. `named`: it is not behind the dots."""
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)
    if (
        shape.size > ARGUMENT_LIMIT
    ):  # "structures larger than sixteen bytes are copied by the caller and passed indirectly"
        passed = place_argument(ADDRESS, type, budget)
        return ValueLocation(type, shape.size, passed.pieces, f"{shape.kind}, the address of a copy", by_reference=True)
    if not named:  # "variable argument lists": general registers alone
        shape = shape._replace(parts=_words(0, shape.size), left=shape.left or shape.size > WORD)
    slot = budget.take(shape.size, quadword=shape.quadword)
    if shape.integer and slot >= len(GENERAL):
        shape = shape._replace(parts=_words(0, shape.size))
    pieces = tuple(_placed(shape, part, slot) for part in shape.parts)
    return ValueLocation(type, shape.size, pieces, shape.kind)


def _placed(shape: Shape, part: Part, slot: int) -> Piece:
    """The part in its register, where its doubleword has one, else in the parameter array."""
    at = slot + part.offset // SLOT
    if at < (FLOATING if part.floating else len(GENERAL)):
        return _in_register(shape, part, slot)
    right = 0 if shape.left else max(0, SLOT - part.size)
    place = Stack(SAVED + SLOT * slot + part.offset + right)
    return Piece(part.offset, part.size, place, shape.extend, SLOT if shape.extend else 0)


def _in_register(shape: Shape, part: Part, slot: int) -> Piece:
    inside = part.offset % SLOT
    at = slot + part.offset // SLOT
    if part.floating:
        right = _first(part) % 2 if shape.left else max(0, SLOT - part.size) // WORD
        register = Register(f"{WIDTHS[max(WORD, part.size)]}{2 * at + right}", "vector")
        return Piece(part.offset, part.size, register)
    left = shape.left and part.size < SLOT and not inside
    widened = SLOT if shape.extend else 0
    return Piece(part.offset, part.size, GENERAL[at], shape.extend, widened, "left" if left else "right")


def _first(part: Part) -> int:
    """The first word of its register, counted from that of the value's first doubleword. gcc: that of a double is even, also where
    packing puts it elsewhere."""
    return part.offset // WORD if part.size <= WORD else part.offset // SLOT * 2


def _words(start: int, end: int) -> tuple[Part, ...]:
    """Bytes [start, end) as general registers have them, a doubleword in each."""
    firsts = (start, *range((start // SLOT + 1) * SLOT, end, SLOT))
    return tuple(Part(at, min(end, (at // SLOT + 1) * SLOT) - at, floating=False) for at in firsts)


def _record(type: Record, model: DataModel) -> tuple[Part, ...]:
    """ "Structures": floating-point members in floating-point registers, the doublewords of the others in general ones."""
    size, start = sizeof(type, model), -1
    parts: list[Part] = []
    for offset, width, floating in _members(type, 0, model, packed=False):
        if not floating:
            start = offset if start < 0 else start
            continue
        if start >= 0:
            parts += _words(start, offset)
            start = -1
        step = min(width, SLOT if width % ARGUMENT_LIMIT or offset % ARGUMENT_LIMIT else ARGUMENT_LIMIT)
        parts += [Part(offset + at, step, floating=True) for at in range(0, width, step)]
    if start >= 0:
        parts += _words(start, size)
    taken = [_first(part) + n for part in parts if part.floating for n in range(max(1, part.size // WORD))]
    return (
        tuple(parts) if len(taken) == len(set(taken)) else _words(0, size)
    )  # packing put two where there is room for one


def _members(type: Record, at: int, model: DataModel, *, packed: bool) -> list[tuple[int, int, bool]]:
    """Where each member is, its bytes and whether a floating-point register passes it; those of structs in it, too. gcc: of
    a packed struct, and what is in it, all in general registers."""
    found = []
    packed = packed or any(
        field.packed and (field.bits is not None or alignof(field.type, model) > 1) for field in type.fields or ()
    )
    for member in layout(type, model).members:
        field, offset = member.field, at + member.offset
        inner = plain(field.type)
        if field.bits is not None:
            if field.bits:
                found.append((offset + member.bit_offset // 8, 1, False))
        elif isinstance(inner, Record) and not inner.is_union:
            found += _members(inner, offset, model, packed=packed)
        elif isinstance(inner, Complex):
            half = sizeof(inner, model) // 2
            found += [(offset, half, not packed), (offset + half, half, not packed)]
        elif size := sizeof(inner, model):
            found.append((offset, size, not packed and isinstance(inner, (Float, Vector))))
    return found


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel) -> Shape:
    size = sizeof(type, model)
    quadword = alignof(type, model) >= ARGUMENT_LIMIT
    if not size:
        return Shape(0, "empty, takes no place")
    if isinstance(type, Record):
        parts = _words(0, size) if type.is_union else _record(type, model)
        # gcc: in the mode of an integer of its size, which has no floating-point register of its own
        integer = alignof(type, model) >= size and not isinstance(lone_part(type, model), (Complex, Float))
        return Shape(size, "union" if type.is_union else "structure", parts, quadword, integer=integer)
    if isinstance(type, Float):
        return Shape(size, "floating-point", (Part(0, size, floating=True),), quadword, left=False)
    if isinstance(type, (Complex, Vector)):
        step = min(SLOT, size if isinstance(type, Vector) else size // 2)
        parts = tuple(Part(at, step, floating=True) for at in range(0, size, step))
        if isinstance(type, Complex):
            return Shape(size, "complex number", parts, quadword)
        # gcc: "integer vectors are handled like floats", those of floating-point numbers like structures
        return Shape(size, "vector", parts, quadword, left=size > WORD or isinstance(type.lane, Float))
    extend = widening(type, model, SLOT)  # "shall be sign- or zero-extended to 64 bits"
    return Shape(size, "integral", _words(0, size), quadword, extend, left=False)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"v9": place}
