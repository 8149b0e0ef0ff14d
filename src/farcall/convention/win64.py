"""Microsoft x64: Windows, and `__attribute__((ms_abi))` elsewhere. The document is Microsoft Learn, "x64 calling
convention".

Rule labels are that page's headings: "Parameter passing", "Varargs", "Return values". Where it is silent, on
types that Microsoft's compiler does not have, a label names the compiler that decided. An argument owns one of
four slots by its position, whether it uses the slot's general or its vector register; the other one stays free.

How long `long double` is, the data model says: 8 bytes as Microsoft has it, which are passed as a double, or 16 as GNU
has it, which are passed by reference.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import (
    Complex,
    CType,
    DataModel,
    Enum,
    Float,
    Integer,
    Record,
    Vector,
    is_signed,
    sizeof,
)
from ..errors import UnsupportedTypeError
from ..record import NamedTuple
from .passable import shape_at
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

__all__ = [
    "GENERAL_RESULT", "GNU", "MICROSOFT", "NOTHING", "PLACES", "PRESERVED", "SHADOW_SPACE", "SLOT", "SLOTS", "STACK_ALIGN",
    "AbiVariant", "Shape", "place", "place_argument", "place_attribute", "place_gnu", "place_microsoft", "place_result",
    "shape_of",
]  # fmt: skip

#: The general and the vector register of each slot, in passing order.
SLOTS = tuple(
    (Register(general, "general"), Register(f"xmm{n}", "vector"))
    for n, general in enumerate(("rcx", "rdx", "r8", "r9"))
)
GENERAL_RESULT = Register("rax", "general")
#: By the width of the value in bytes: the same register under three names.
VECTOR_RESULT = {width: Register(f"{bank}0", "vector") for width, bank in ((16, "xmm"), (32, "ymm"), (64, "zmm"))}

SLOT = 8
#: "Space is allocated on the call stack as a shadow store for callees to save those registers."
SHADOW_SPACE = len(SLOTS) * SLOT
STACK_ALIGN = 16
EXTEND_TO = 4
BY_VALUE = frozenset({1, 2, 4, 8})

#: "Caller/callee saved registers": what a callee keeps here and System V lets go. rbx, rbp and r12 to r15 both keep.
PRESERVED = (
    Register("rdi", "general"),
    Register("rsi", "general"),
    *(Register(f"xmm{n}", "vector") for n in range(6, 16)),
)


class AbiVariant(NamedTuple):
    """What compilers do differently where Microsoft's document is silent.

    `half_in_vector`: a `_Float16` is passed as floats are, not as a 16-bit integer. `wide_results_in_vector`: a
    vector of 32 or 64 bytes is returned in ymm0 or zmm0, not in memory. `vectors_by_lane`: a vector of up to 8 bytes
    is passed as its lane is if it has only one, an integer, float or double, and else as a vector of 16 bytes; not as
    an integer of its size, or, if its only lane is floating, as an argument by reference and a result in rax. Lanes of
    `__int128` are refused then: they would be spread over several slots. `named_in_both`: the
    named floating arguments of a variadic function are in both registers too, not only those behind them.
    `widens`: callers widen narrow integers to 32 bits, though no callee may rely on it; without it only `_Bool`.
    """

    name: str
    half_in_vector: bool
    wide_results_in_vector: bool
    vectors_by_lane: bool
    named_in_both: bool
    widens: bool


#: Microsoft's compiler, and clang in its place.
MICROSOFT = AbiVariant(
    "win64", half_in_vector=True, wide_results_in_vector=True, vectors_by_lane=True, named_in_both=True,
    widens=False,
)  # fmt: skip
#: gcc, on Windows and with `ms_abi`.
GNU = AbiVariant(
    "gnuw64", half_in_vector=False, wide_results_in_vector=False, vectors_by_lane=False, named_in_both=False,
    widens=True,
)  # fmt: skip

#: Whose `ms_abi` the attribute means: by the target's own convention, else by its system; gcc's elsewhere.
BY_CONVENTION = {"win64": MICROSOFT, "gnuw64": GNU}
BY_SYSTEM = {"freebsd": MICROSOFT, "macos": MICROSOFT, "openbsd": MICROSOFT}


class Shape(NamedTuple):
    """What the rules ask of a type: its size, the widening of a narrow integer, whether a value in a register
    is in the vector one, whether an argument goes by reference, and in what way the result comes back: "general",
    "vector", "memory" or "" for nothing; then the labels of its way in and out."""

    size: int
    extend: str
    vector: bool
    by_reference: bool
    returned: str
    passing: str
    returning: str


def place_microsoft(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed, as Microsoft's compiler has it; see `place`."""
    return place(signature, target, MICROSOFT)


def place_gnu(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed, as gcc has it; see `place`."""
    return place(signature, target, GNU)


def place_attribute(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed for `__attribute__((ms_abi))`, as the target's own
    compiler has it; see `place`."""
    variant = BY_CONVENTION.get(target.convention) or BY_SYSTEM.get(target.system, GNU)
    return place_microsoft(signature, target) if variant is MICROSOFT else place_gnu(signature, target)


def place(signature: Signature, target: Target, variant: AbiVariant) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`, in a compiler's `variant`.

    Arguments behind `signature.fixed` must be promoted already (`promote`); a floating one of them has two pieces of
    the same bytes: it is in the general and in the vector register.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model = target.model
    # "pass a pointer to it as the first argument. The remaining arguments are then shifted one argument to the
    # right" (Return values)
    result = place_result(
        shape_at("the result", signature.result, shape_of, model, variant, nothing=NOTHING), signature.result
    )
    first = 1 if result.by_reference else 0
    alone = len(signature.parameters)  # that many are in one register
    if signature.fixed is not None:
        alone = 0 if variant.named_in_both else signature.fixed
    arguments = tuple(
        place_argument(
            shape_at(f"argument {i}", type, shape_of, model, variant, nothing=None), type, first + i, in_both=i >= alone
        )
        for i, type in enumerate(signature.parameters)
    )
    # The shadow space is there whatever the number of parameters.
    area = max(SHADOW_SPACE, (first + len(arguments)) * SLOT)
    return Placement(
        target=target.name,
        convention=variant.name,
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=GENERAL_RESULT if result.by_reference else None,
        stack_size=-(-area // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
        shadow_space=SHADOW_SPACE,
        preserved=PRESERVED,
    )


def place_result(shape: Shape, type: CType) -> ValueLocation:
    """The result's register, or the hidden pointer to the caller's buffer, which takes the first slot."""
    if not shape.returned:
        return ValueLocation(type, 0, (), shape.returning)
    if shape.returned == "memory":
        return ValueLocation(type, shape.size, (Piece(0, SLOT, SLOTS[0][0]),), shape.returning, by_reference=True)
    vector = shape.returned == "vector"
    register = VECTOR_RESULT[max(16, shape.size)] if vector else GENERAL_RESULT
    # The callee need not widen a narrow integer: no `extend`.
    return ValueLocation(type, shape.size, (Piece(0, shape.size, register),), shape.returning)


def place_argument(shape: Shape, type: CType, slot: int, *, in_both: bool = False) -> ValueLocation:
    """An argument's register by its position, a floating one's in both of the slot's if asked for, or its place on
    the stack behind the shadow space."""
    size, extend, rule = shape.size, shape.extend, shape.passing
    extend_to = EXTEND_TO if extend else 0
    if slot >= len(SLOTS):
        rule = f"{rule}: past the fourth, so on the stack"
        piece = Piece(0, SLOT if shape.by_reference else size, Stack(slot * SLOT), extend, extend_to)
        return ValueLocation(type, size, (piece,), rule, shape.by_reference)
    general, vector = SLOTS[slot]
    if shape.by_reference:
        return ValueLocation(type, size, (Piece(0, SLOT, general),), rule, by_reference=True)
    if not shape.vector:
        return ValueLocation(type, size, (Piece(0, size, general, extend, extend_to),), rule)
    if not in_both:
        return ValueLocation(type, size, (Piece(0, size, vector),), rule)
    # "both the integer register and the floating-point register must contain the value" (Varargs)
    return ValueLocation(type, size, (Piece(0, size, general), Piece(0, size, vector)), f"{rule}, Varargs")


@lru_cache(SHAPES)
def shape_of(type: CType, model: DataModel, variant: AbiVariant) -> Shape:
    """What the rules say of a type that can be passed, without qualifiers, in a compiler's `variant`."""
    size = sizeof(type, model)
    kind, vector, by_value = _kind(type, size, variant)
    returned = "vector" if vector else "general"
    if not size:  # an empty struct takes a slot, as gcc has it, but no result's memory
        returned = ""
    elif isinstance(type, Vector):
        # "vector types such as __m128 are returned in XMM0", but __m64 in RAX
        if variant.vectors_by_lane and isinstance(type.lane, Integer) and type.lane.rank == "128":
            raise UnsupportedTypeError(f"{type}: this system's compilers have no one way to pass lanes of __int128")
        if size > SLOT or (variant.vectors_by_lane and not by_value):
            returned = "vector" if size <= 16 or (variant.wide_results_in_vector and size <= 64) else "memory"
    elif isinstance(type, Integer) and size == 16:
        returned = "vector"  # as gcc and clang have it
    elif size not in BY_VALUE:
        returned = "memory"
    extend = ""
    is_bool = isinstance(type, Integer) and type.rank == "bool"
    if isinstance(type, (Integer, Enum)) and size < EXTEND_TO and (variant.widens or is_bool):
        extend = "sign" if is_signed(type, model) else "zero"
    how = "by value" if by_value else "by reference"
    out = {"": "nothing", "memory": "in memory of the caller's"}.get(returned, f"in a {returned} register")
    return Shape(
        size, extend, vector, not by_value, returned, f"{kind} {how}, Parameter passing", f"{kind} {out}, Return values"
    )


def _kind(type: CType, size: int, variant: AbiVariant) -> tuple[str, bool, bool]:
    """What sort of value it is, in words; whether a vector register holds it; whether it goes by value."""
    if isinstance(type, Float):
        if type.format in ("binary16", "bfloat16"):
            return "half", variant.half_in_vector, True
        return "floating", size in (4, 8), size in (4, 8)
    if isinstance(type, Vector):
        floating = isinstance(type.lane, Float)
        lone = type.count == 1 and size <= SLOT
        if variant.vectors_by_lane:
            lone = lone and not (floating and size == 2)
            return ("lone lane" if lone else "vector"), lone and floating, lone
        if lone and floating:
            return "lone lane", False, False
        # "and __m64 types, are passed as if they were integers of the same size": gcc's others of that size too
        return "vector", False, size in BY_VALUE
    if isinstance(type, Complex):  # a struct of the two
        return "complex", False, size in BY_VALUE
    if isinstance(type, Record):
        # "Structs and unions of size 8, 16, 32, or 64 bits … are passed as if they were integers of the same size."
        return f"{size}-byte {type.kind}", False, size in BY_VALUE
    return "integer", False, size in BY_VALUE


NOTHING = Shape(0, "", False, False, "", "", "nothing is returned")


#: The conventions of this file, by the names that targets and C attributes have for them.
PLACES = {"ms_abi": place_attribute, "gnuw64": place_gnu, "win64": place_microsoft}
