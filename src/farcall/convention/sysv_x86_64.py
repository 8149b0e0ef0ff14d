"""System V x86-64: Linux, the BSDs, macOS on Intel. The document is the AMD64 psABI 1.0, §3.2.3.

Rule labels: "classification n" is the numbered list for aggregates, "passing n" the list of argument classes,
"returning n" the list of result classes. Vectors of 32 and 64 bytes are placed as for a processor that has
ymm and zmm registers, which is what a C compiler told of them (-mavx, -mavx512f) does. What the systems change
is a record each, `VARIANTS`; x32, the psABI's ILP32 model (§10), differs by the size of its pointers alone.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import (
    CType,
    DataModel,
    Enum,
    Integer,
    Pointer,
    Vector,
    alignof,
    is_signed,
    sizeof,
    unqualified,
)
from ..record import NamedTuple
from .eightbyte import (
    COMPLEX_X87,
    EIGHTBYTE,
    IN_X87,
    INTEGER,
    MEMORY,
    SSE,
    SSEUP,
    X87,
    X87UP,
    AbiVariant,
    Class,
    classify,
)
from .passable import shape_at
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

__all__ = ["PLACES", "VARIANTS", "place", "place_argument", "place_result"]

# Registers in passing order.
GENERAL_ARGUMENTS = tuple(Register(name, "general") for name in ("rdi", "rsi", "rdx", "rcx", "r8", "r9"))
GENERAL_RESULTS = tuple(Register(name, "general") for name in ("rax", "rdx"))
#: By number, then by the width of the value in bytes: the same register under three names.
VECTORS = tuple(
    {width: Register(f"{bank}{n}", "vector") for width, bank in ((16, "xmm"), (32, "ymm"), (64, "zmm"))}
    for n in range(8)
)
VECTOR_RESULTS = VECTORS[:2]
X87_RESULTS = tuple(Register(name, "x87") for name in ("st0", "st1"))
RETURNED_ADDRESS = GENERAL_RESULTS[0]
VECTOR_COUNT = GENERAL_RESULTS[0]  # al, its low byte, counts; the other bytes are free

STACK_ALIGN = 16
EXTEND_TO = 4  # narrow integers are passed as 32 bits: what gcc and clang do, and clang's callees rely on
X87_SIZE = 10  # the significant bytes of a long double

#: What gcc does, which Linux's other compilers follow.
GNU = AbiVariant(int128_lanes=True)
CLANG = AbiVariant(lone_double_in_vector=True, int128_takes_last=True, unaligned_members=True, variadic_on_stack=True)
#: By system, where clang is the compiler that everything there is made with.
VARIANTS = {
    "freebsd": CLANG._replace(lone_long_in_general=True),
    "macos": CLANG._replace(lone_long_in_general=True, half_long_double=True),
    "openbsd": CLANG,
}

#: The paragraph that passes, and the one that returns, an eightbyte of a class.
PASSING = {INTEGER: "2", SSE: "3", SSEUP: "4", X87: "5", X87UP: "5", COMPLEX_X87: "5"}
RETURNING = {INTEGER: "3", SSE: "4", SSEUP: "5", X87: "6", X87UP: "7", COMPLEX_X87: "8"}


class Shape(NamedTuple):
    """What the rules ask of a type: its size and alignment, a class for each eightbyte (one MEMORY for all),
    the widening of a narrow integer to `extend_to` bytes, and the labels of its way in and out."""

    size: int
    align: int
    classes: tuple[Class, ...]
    extend: str
    extend_to: int
    passing: str
    returning: str


class Budget:
    """The argument registers and the stack taken so far, within one `place`."""

    __slots__ = ("general", "stack", "stack_align", "vector")

    def __init__(self) -> None:
        self.general = self.vector = self.stack = 0
        self.stack_align = STACK_ALIGN

    def fits(self, classes: tuple[Class, ...]) -> bool:
        """Whether every eightbyte finds a register: an argument is never split (§3.2.3, after passing 5)."""
        general = self.general + classes.count(INTEGER)
        vector = self.vector + classes.count(SSE)
        return general <= len(GENERAL_ARGUMENTS) and vector <= len(VECTORS)

    def push(self, size: int, align: int) -> Stack:
        """The next place on the stack: whole eightbytes, at the value's own alignment if that is larger."""
        align = max(EIGHTBYTE, align)
        offset = -(-self.stack // align) * align
        self.stack = offset + -(-size // EIGHTBYTE) * EIGHTBYTE
        # "aligned on a 16 (32 or 64, if __m256 or __m512 is passed on stack) byte boundary" (§3.2.2)
        self.stack_align = max(self.stack_align, align)
        return Stack(offset)


def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`.

    Arguments behind `signature.fixed` are placed as variadic ones; they must be promoted already (`promote`).
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function),
    IncompleteTypeError for a record without members; both name the position and the type.
    """
    model, variant = target.model, VARIANTS.get(target.system, GNU)
    budget = Budget()
    # The result comes first: a hidden pointer takes rdi.
    shape = shape_at("the result", signature.result, _shape, model, variant, nothing=NOTHING)
    result = place_result(shape, signature.result, budget, variant)
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    variadic = signature.fixed is not None
    wide = 0 if variadic and variant.variadic_on_stack else fixed
    arguments = tuple(
        place_argument(
            shape_at(f"argument {i}", type, _shape, model, variant, nothing=None),
            type,
            budget,
            variant,
            named=i < fixed,
            wide=i < wide,
        )
        for i, type in enumerate(signature.parameters)
    )
    align = budget.stack_align
    return Placement(
        target=target.name,
        convention="sysv",
        signature=signature,
        arguments=arguments,
        result=result,
        returned_address=RETURNED_ADDRESS if result.by_reference else None,
        stack_size=-(-budget.stack // align) * align,
        stack_align=align,
        # "al is used to indicate the number of vector arguments passed to a function requiring a variable
        # number of arguments" (§3.2.3)
        vector_count=budget.vector if variadic else 0,
        vector_count_in=VECTOR_COUNT if variadic else None,
    )


def place_result(shape: Shape, type: CType, budget: Budget, variant: AbiVariant = GNU) -> ValueLocation:
    """The result's registers, or the hidden pointer to the caller's buffer, which the budget pays for.

    A long double has 10 significant bytes: its value is 16 bytes, its piece in st0 is 10.
    """
    size, classes = shape.size, shape.classes
    if not size:
        return ValueLocation(type, 0, (), shape.returning)
    lone_lane = size == EIGHTBYTE and isinstance(unqualified(type), Vector)
    if lone_lane and classes[0] is MEMORY and variant.lone_double_in_vector:
        return ValueLocation(
            type, size, (Piece(0, size, VECTOR_RESULTS[0][16]),), "one lane of double, as clang has it"
        )
    if classes[0] is MEMORY:  # returning 2: "as if it were the first argument"
        budget.general += 1
        return ValueLocation(type, size, (Piece(0, 8, GENERAL_ARGUMENTS[0]),), shape.returning, by_reference=True)
    if classes[0] is COMPLEX_X87:  # returning 8: the real part in st0, the imaginary part in st1
        half = size // 2
        pieces = tuple(Piece(n * half, X87_SIZE, register) for n, register in enumerate(X87_RESULTS))
        return ValueLocation(type, size, pieces, shape.returning)
    if classes[0] is X87:  # returning 6 and 7
        return ValueLocation(type, size, (Piece(0, X87_SIZE, X87_RESULTS[0]),), shape.returning)
    if shape.extend_to < EIGHTBYTE:  # the callee need not widen a narrow integer
        shape = shape._replace(extend="", extend_to=0)
    pieces = _in_registers(shape, GENERAL_RESULTS, VECTOR_RESULTS)
    return ValueLocation(type, size, pieces, shape.returning)


def place_argument(
    shape: Shape, type: CType, budget: Budget, variant: AbiVariant = GNU, *, named: bool = True, wide: bool = True
) -> ValueLocation:
    """An argument's registers if all its eightbytes get one, else its place on the stack. Without `wide` a vector of
    over 16 bytes gets none."""
    size, align, classes, extend, extend_to, rule, _ = shape
    if not size:
        return ValueLocation(type, 0, (), rule)  # an empty struct takes nothing in C
    on_stack = classes[0] is MEMORY or classes[0] in IN_X87  # passing 1 and 5
    if not on_stack and not wide and len(classes) > 2:  # va_arg finds 16 bytes a register at most
        on_stack, rule = True, f"{rule}: variadic, so on the stack"
    if not on_stack and not budget.fits(classes):
        on_stack, rule = True, f"{rule}: registers used up, so on the stack"
        if variant.int128_takes_last and named and isinstance(unqualified(type), Integer):
            budget.general = len(GENERAL_ARGUMENTS)
    if on_stack:
        at = budget.push(size, align)
        if extend_to == EIGHTBYTE:  # a pointer, and "in a register" is where its bits 32 to 63 are zero
            extend, extend_to = "", 0
        return ValueLocation(type, size, (Piece(0, size, at, extend, extend_to),), rule)
    found = _located(type, shape, budget.general, budget.vector)
    budget.general += classes.count(INTEGER)
    budget.vector += classes.count(SSE)
    return found


@lru_cache(SHAPES)
def _located(type: CType, shape: Shape, general: int, vector: int) -> ValueLocation:
    """An argument in the registers that come next."""
    pieces = _in_registers(shape, GENERAL_ARGUMENTS[general:], VECTORS[vector:])
    return ValueLocation(type, shape.size, pieces, shape.passing)


def _in_registers(
    shape: Shape, general: tuple[Register, ...], vector: tuple[dict[int, Register], ...]
) -> tuple[Piece, ...]:
    """A piece for each INTEGER eightbyte, and for each SSE eightbyte with the SSEUPs behind it."""
    size, classes = shape.size, shape.classes
    if len(classes) == 1 and classes[0] is INTEGER:
        return (Piece(0, size, general[0], shape.extend, shape.extend_to),)
    pieces = []
    generals, vectors = iter(general), iter(vector)
    for index, kind in enumerate(classes):
        offset = index * EIGHTBYTE
        if kind is INTEGER:
            pieces.append(Piece(offset, min(EIGHTBYTE, size - offset), next(generals)))
        elif kind is SSE:
            end = index + 1
            while end < len(classes) and classes[end] is SSEUP:
                end += 1
            width = (end - index) * EIGHTBYTE
            pieces.append(Piece(offset, min(width, size - offset), next(vectors)[max(width, 16)]))
    return tuple(pieces)


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel, variant: AbiVariant) -> Shape:
    size = sizeof(type, model)
    if not size:
        return Shape(0, 1, (), "", 0, "empty, takes no place", "empty, takes no place")
    classes, why = classify(type, model, variant)
    if classes[0] is MEMORY:
        label = f"MEMORY: {why}"
        return Shape(size, alignof(type, model), classes, "", 0, f"{label}, passing 1", f"{label}, returning 2")
    extend, extend_to = "", 0
    if isinstance(type, (Integer, Enum)) and size < EXTEND_TO:
        extend, extend_to = "sign" if is_signed(type, model) else "zero", EXTEND_TO
    elif isinstance(type, Pointer) and size < EIGHTBYTE:
        # "When a value of pointer type is returned or passed in a register, bits 32 to 63 shall be zero" (§10.1)
        extend, extend_to = "zero", EIGHTBYTE
    names = " ".join(map(str, classes))
    labels = (
        f"{names}, §3.2.3 {way} {', '.join(dict.fromkeys(rules[kind] for kind in classes if kind in rules))}"
        for way, rules in (("passing", PASSING), ("returning", RETURNING))
    )
    return Shape(size, alignof(type, model), classes, extend, extend_to, *labels)


NOTHING = Shape(0, 1, (), "", 0, "", "nothing is returned")


#: The conventions of this file, by the names that targets and C attributes have for them.
PLACES = {"sysv": place, "sysv_abi": place}
