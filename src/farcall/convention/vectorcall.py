"""Microsoft's `__vectorcall` on x86-64: Win64's rules, but vectors, floating numbers and aggregates of up to four of them come
in six vector registers. The document is Microsoft Learn, "__vectorcall"; clang decides where it is silent.

"The HVA is assigned in the second pass": an aggregate of one floating or vector type takes registers that no other argument
is in, also those which an integer's position leaves unused. Its position counts all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..ctype import Array, CType, DataModel, Float, Record, Vector, sizeof, unqualified
from ..errors import UnsupportedTargetError, UnsupportedTypeError
from .homogeneous import alike
from .passable import shape_at
from .placement import Piece, Placement, Register, Signature, ValueLocation
from .target import Target
from .win64 import (
    GENERAL_RESULT,
    MICROSOFT,
    NOTHING,
    PRESERVED,
    SHADOW_SPACE,
    SLOT,
    SLOTS,
    STACK_ALIGN,
    Shape,
    place_argument,
    place_result,
    shape_of,
)

__all__ = ["PLACES", "place"]

NAME = "vectorcall"
#: "You can pass up to six vector values in registers", and "up to four" of a result or an aggregate.
REGISTERS, ELEMENTS = 6, 4
#: The banks' names by the width of a value in bytes: one register under three names.
BANKS = {16: "xmm", 32: "ymm", 64: "zmm"}
VECTORS = frozenset(BANKS)
WIDEST = max(BANKS)
#: The formats of long double that no vector register holds.
NOT_VECTORS = frozenset({"x87", "binary128"})
PASSING, RETURNING = "__vectorcall on x64", "__vectorcall on x64, return values"
LEFT_OUT = f"HVA without enough registers: by reference, {PASSING}"
#: The systems whose compilers have it by these rules. clang knows the word elsewhere too, and mixes it with System V's there.
SYSTEMS = frozenset({"windows", "cygwin"})


def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Raises UnsupportedTypeError for what C cannot pass, for vectors of over 64 bytes, and for functions with a variadic tail,
    which compilers refuse here; UnsupportedTargetError for a system that has no such convention.
    """
    model, types = target.model, signature.parameters
    if target.system not in SYSTEMS:
        raise UnsupportedTargetError(f"{target} has no calling convention {NAME!r}, which is of Windows")
    if signature.fixed is not None:
        raise UnsupportedTypeError(f"a function with a variadic tail cannot be {NAME}")
    result = _result(shape_at("the result", signature.result, _shape, model, nothing=NOTHING), signature.result, model)
    shapes = [shape_at(f"argument {i}", type, _shape, model, nothing=None) for i, type in enumerate(types)]
    first = 1 if result.by_reference else 0
    spread = _spread(types, shapes, model)
    taken, stack = set(), SHADOW_SPACE
    placed: list[ValueLocation | None] = []
    for at, (type, shape) in enumerate(zip(types, shapes, strict=True), first):
        in_vector = at < REGISTERS and (at - first in spread or _is_vector(type, shape))
        if at - first in spread:
            placed.append(None)  # until it is known which registers are left
        elif in_vector:
            taken.add(at)
            piece = Piece(0, shape.size, _register(at, shape.size))
            placed.append(ValueLocation(type, shape.size, (piece,), f"vector type, {PASSING}"))
        else:
            shape = shape if not _elements(type, model) else shape._replace(by_reference=True, passing=LEFT_OUT)
            placed.append(place_argument(shape, type, at if at < len(SLOTS) else stack // SLOT))
        # Past the fourth position, what a register holds has room on the stack too.
        if at >= len(SLOTS) and (in_vector or at - first not in spread):
            stack += SLOT
    free = iter([n for n in range(REGISTERS) if n not in taken])
    return Placement(
        target=target.name,
        convention=NAME,
        signature=signature,
        arguments=tuple(passed or _aggregate(type, free, model) for passed, type in zip(placed, types, strict=True)),
        result=result,
        returned_address=GENERAL_RESULT if result.by_reference else None,
        stack_size=-(-stack // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
        shadow_space=SHADOW_SPACE,
        preserved=PRESERVED,
    )


def _shape(type: CType, model: DataModel) -> Shape:
    if isinstance(type, Vector) and sizeof(type, model) > WIDEST:
        raise UnsupportedTypeError(f"{type}: no register holds a vector of over {WIDEST} bytes")
    return shape_of(type, model, MICROSOFT)


def _is_vector(type: CType, shape: Shape) -> bool:
    """Whether a value is of a vector type: "either a floating-point type … or a SIMD vector type". clang widens those of less
    than 16 bytes."""
    return shape.vector or (isinstance(unqualified(type), Vector) and shape.by_reference)


def _elements(type: CType, model: DataModel) -> int:
    """How many vector or floating values a homogeneous vector aggregate (HVA) is made of; 0 for any other type."""
    plain = unqualified(type)
    made = None if isinstance(plain, (Float, Vector)) or _has_bit_field(plain) else alike(plain, model, VECTORS)
    return made.members if made and made.members <= ELEMENTS and made.base not in NOT_VECTORS else 0


def _has_bit_field(type: CType) -> bool:
    """Whether a bit-field is in a type, be it of no bits: clang then takes it for no HVA."""
    plain = unqualified(type)
    if isinstance(plain, Array):
        return _has_bit_field(plain.element)
    members = plain.fields or () if isinstance(plain, Record) else ()
    return any(member.bits is not None or _has_bit_field(member.type) for member in members)


def _spread(types: Sequence[CType], shapes: Sequence[Shape], model: DataModel) -> frozenset[int]:
    """Which arguments are aggregates that get registers: "The HVA values are assigned … if there are enough".

    clang counts what is left without the address of the result, and without the integers.
    """
    left = REGISTERS - sum(map(_is_vector, types[:REGISTERS], shapes[:REGISTERS]))
    found = set()
    for i, type in enumerate(types):
        elements = _elements(type, model)
        if 0 < elements <= left:
            left -= elements
            found.add(i)
    return frozenset(found)


def _aggregate(type: CType, free: Iterator[int], model: DataModel) -> ValueLocation:
    """An aggregate in the vector registers that are free, an element in each."""
    return _in_registers(type, [next(free) for _ in range(_elements(type, model))], f"HVA, {PASSING}", model)


def _in_registers(type: CType, numbers: Sequence[int], rule: str, model: DataModel) -> ValueLocation:
    size = sizeof(type, model)
    each = size // len(numbers)
    pieces = tuple(Piece(i * each, each, _register(number, each)) for i, number in enumerate(numbers))
    return ValueLocation(type, size, pieces, rule)


def _result(shape: Shape, type: CType, model: DataModel) -> ValueLocation:
    """ "Result … up to four elements are returned in XMM0:XMM3 or YMM0:YMM3"; all else as Win64 has it."""
    elements = _elements(type, model) if shape.size else 0
    if elements:
        return _in_registers(type, range(elements), f"HVA, {RETURNING}", model)
    return place_result(shape, type)


def _register(number: int, size: int) -> Register:
    return Register(f"{BANKS[max(min(BANKS), size)]}{number}", "vector")


#: The conventions of this file, by the names that targets and C attributes have for them.
PLACES = {NAME: place}
