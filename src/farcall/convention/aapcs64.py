"""AArch64: the Procedure Call Standard (AAPCS64, 2023Q3, §6.8.2 and §6.9), with Apple's and Microsoft's changes to it.

Rule labels are the paragraphs of §6.8.2: B.n change an argument's type, C.n give it a register or a place on the
stack. A label "Apple" is "Writing ARM64 code for Apple platforms", a label "Windows" Microsoft Learn's "Overview of
ARM64 ABI conventions". What those change is a record of named choices, `AbiVariant`.

NGRN, NSRN and NSAA are the standard's names for the next general register, the next vector register and the next
stacked argument's address.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import (
    ByteOrder,
    Complex,
    CType,
    DataModel,
    Record,
    Vector,
    alignof,
    sizeof,
)
from ..errors import UnsupportedTypeError
from ..record import NamedTuple
from .homogeneous import alike
from .natural_alignment import natural_alignment
from .passable import shape_at, widening
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .remembered import SHAPES
from .target import Target

__all__ = [
    "AAPCS64",
    "APPLE",
    "PLACES",
    "WINDOWS",
    "AbiVariant",
    "place",
    "place_aapcs64",
    "place_apple",
    "place_argument",
    "place_result",
    "place_windows",
]

# Registers in passing order; results use the same ones.
GENERAL = tuple(Register(f"x{n}", "general") for n in range(8))
VECTORS = tuple(Register(f"v{n}", "vector") for n in range(8))
#: "the address of the additional memory block shall be placed in the indirect result location register" (§6.9)
RESULT_ADDRESS = Register("x8", "general")

WORD = 8
STACK_ALIGN = 16
EXTEND_TO = 4
COMPOSITE_LIMIT = 16  # bytes in registers, unless the members are alike
MEMBERS_LIMIT = 4  # of a homogeneous aggregate
SHORT_VECTORS = frozenset({8, 16})


class AbiVariant(NamedTuple):
    """What a platform does differently.

    - `caller_extends_narrow`: an integer narrower than 32 bits in a register is widened to 32 by the caller; else
      the bits above it are any.
    - `even_register`: C.10 holds, a value aligned to 16 begins at an even general register.
    - `natural_stack_size`: scalars and homogeneous aggregates have their own size and alignment on the stack, not
      slots of 8 bytes.
    - `variadic_on_stack`: what stands behind `...` is on the stack, in slots of 8 bytes.
    - `variadic_as_stacked`: all arguments of a variadic function, named ones too, are passed as on a stack whose first
      64 bytes are x0 to x7; homogeneous aggregates are composites like others.
    - `natural_alignment`: an aggregate is aligned as its members ask, before an alignment of the whole; else as its
      base type where it is homogeneous, as the whole where it is not.
    """

    name: str
    caller_extends_narrow: bool
    even_register: bool
    natural_stack_size: bool
    variadic_on_stack: bool
    variadic_as_stacked: bool
    natural_alignment: bool


#: The standard's own: Linux and the BSDs.
AAPCS64 = AbiVariant(
    "aapcs64",
    caller_extends_narrow=False,
    even_register=True,
    natural_stack_size=False,
    variadic_on_stack=False,
    variadic_as_stacked=False,
    natural_alignment=True,
)
#: macOS, iOS and the other systems of Apple's.
APPLE = AAPCS64._replace(
    name="apple-arm64",
    caller_extends_narrow=True,
    even_register=False,
    natural_stack_size=True,
    variadic_on_stack=True,
    natural_alignment=False,
)
#: Windows.
WINDOWS = AAPCS64._replace(name="windows-arm64", variadic_as_stacked=True, natural_alignment=False)


class Shape(NamedTuple):
    """What the rules ask of a type: its size and the alignment that counts, the bytes in each of its vector registers
    (none: general ones), whether it is a composite or an integer, whether it goes by reference, the widening of a
    narrow integer, and what it is in words."""

    size: int
    align: int
    lanes: tuple[int, ...]
    composite: bool
    by_reference: bool
    extend: str
    kind: str


class Budget:
    """NGRN, NSRN and NSAA (stage A), within one `place`; and the byte order."""

    __slots__ = ("general", "order", "stack", "vector")

    def __init__(self, order: ByteOrder) -> None:
        self.order = order
        self.general = self.vector = self.stack = 0

    def push(self, size: int, align: int, slot: int = WORD) -> Stack:
        """The next place on the stack, for a value of `size` bytes in slots of `slot`."""
        align = max(slot, align)
        offset = -(-self.stack // align) * align  # C.4, C.14
        self.stack = offset + -(-size // slot) * slot  # C.3, C.5, C.16; B.5 for composites
        return Stack(offset)


def place_aapcs64(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed by the standard itself; see `place`."""
    return place(signature, target, AAPCS64)


def place_apple(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on Apple's platforms; see `place`."""
    return place(signature, target, APPLE)


def place_windows(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on Windows; see `place`."""
    return place(signature, target, WINDOWS)


def place(signature: Signature, target: Target, variant: AbiVariant) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`, in a platform's `variant`.

    Arguments behind `signature.fixed` must be promoted already (`promote`). The address of a result in memory goes
    out in x8 and does not come back.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function) or a vector that
    the processor does not have or, on Apple's platforms, a half float behind `signature.fixed`; IncompleteTypeError
    for a record without members. Both name the position and the type.
    """
    model = target.model
    budget = Budget(model.byteorder)
    variadic = signature.fixed is not None
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    # Windows: in variadic functions there is "no special handling of HFAs or HVAs".
    homogeneous = not (variadic and variant.variadic_as_stacked)
    arguments = []
    for i, type in enumerate(signature.parameters):
        shape = shape_at(f"argument {i}", type, _shape, model, variant, homogeneous, nothing=None)
        if i >= fixed and variant.variadic_on_stack and shape.kind == "floating" and shape.size < 4:
            # No rule of C's: clang makes a double of it there, and its va_arg a half of that.
            raise UnsupportedTypeError(f"argument {i}: {type} is passed as a double behind '...' here: pass a double")
        arguments.append(place_argument(shape, type, budget, variant, named=i < fixed, variadic=variadic))
    return Placement(
        target=target.name,
        convention=variant.name,
        signature=signature,
        arguments=tuple(arguments),
        result=place_result(
            shape_at("the result", signature.result, _shape, model, variant, True, nothing=NOTHING),
            signature.result,
            variant,
            model.byteorder,
        ),
        stack_size=-(-budget.stack // STACK_ALIGN) * STACK_ALIGN,
        stack_align=STACK_ALIGN,
    )


def place_result(shape: Shape, type: CType, variant: AbiVariant, order: ByteOrder) -> ValueLocation:
    """The registers that an only argument of this type would have, or the address of the caller's memory in x8."""
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)
    if shape.by_reference:
        pieces = (Piece(0, WORD, RESULT_ADDRESS),)
        return ValueLocation(
            type, shape.size, pieces, f"{shape.kind}: in memory of the caller's, §6.9", by_reference=True
        )
    # The callee need not widen a narrow integer for its caller: no `extend`.
    alone, _ = _find(shape._replace(extend=""), Budget(order), variant)
    return ValueLocation(type, shape.size, alone, f"{shape.kind}: as an only argument, §6.9")


def place_argument(
    shape: Shape, type: CType, budget: Budget, variant: AbiVariant, *, named: bool = True, variadic: bool = False
) -> ValueLocation:
    """An argument's registers, or its place on the stack. `named`: it is not behind the dots; `variadic`: there are
    dots."""
    if not shape.size:
        return ValueLocation(type, 0, (), shape.kind)  # an empty struct takes nothing in C
    moved = ADDRESS if shape.by_reference else shape  # B.4: "replaced by a pointer to the copy"
    if variadic and variant.variadic_as_stacked:
        pieces, rule = _as_stacked(moved, budget), "Windows, variadic functions"
    elif not named and variant.variadic_on_stack:
        pieces, rule = (Piece(0, moved.size, budget.push(moved.size, moved.align)),), "Apple, variadic: on the stack"
    else:
        pieces, rule = _find(moved, budget, variant)
        rule = f"§6.8.2 {rule}"
    if shape.by_reference:
        return ValueLocation(type, shape.size, pieces, f"{shape.kind}: a copy's address, §6.8.2 B.4, {rule}", True)
    return ValueLocation(type, shape.size, pieces, f"{shape.kind}, {rule}")


def _find(shape: Shape, budget: Budget, variant: AbiVariant) -> tuple[tuple[Piece, ...], str]:
    """Stage C: the pieces of a value, and the paragraph that put them there."""
    if shape.lanes:
        first = budget.vector
        if first + len(shape.lanes) <= len(VECTORS):  # C.1, C.2
            budget.vector += len(shape.lanes)
            return _spread(shape.lanes, VECTORS[first:]), "C.2" if shape.composite else "C.1"
        budget.vector = len(VECTORS)  # C.3: no later one fills what is left
        return _stacked(shape, budget, variant), "C.6: on the stack"
    words = -(-shape.size // WORD)
    first = budget.general
    if shape.align == 16 and variant.even_register:
        first += first % 2  # C.10: NGRN is rounded up
    if first + words <= len(GENERAL):
        budget.general = first + words
        if words == 1 and not shape.composite:  # C.9
            extend = shape.extend if variant.caller_extends_narrow else ""
            return (Piece(0, shape.size, GENERAL[first], extend, EXTEND_TO if extend else 0),), "C.9"
        sizes = tuple(min(WORD, shape.size - at) for at in range(0, shape.size, WORD))
        # C.12: "as if the argument had been loaded" by doublewords, so big-endian a shorter end is at the left
        left = shape.composite and bool(budget.order.low(WORD, 1))
        return _spread(sizes, GENERAL[first:], left=left), "C.12" if shape.composite else "C.11"
    budget.general = len(GENERAL)  # C.13: no later one fills what is left
    return _stacked(shape, budget, variant), "C.15: on the stack" if shape.composite else "C.17: on the stack"


def _stacked(shape: Shape, budget: Budget, variant: AbiVariant) -> tuple[Piece, ...]:
    """C.4 to C.6 and C.14 to C.17: a whole value at NSAA."""
    # Apple: "Function arguments may consume slots on the stack that are not multiples of 8 bytes."
    own = variant.natural_stack_size and (bool(shape.lanes) or not shape.composite)
    place = budget.push(shape.size, shape.align, 1 if own else WORD)
    if not shape.composite and shape.size < WORD and not own:
        # C.16: "as if the argument was copied to the least significant bits of a 64-bit register"
        place = Stack(place.offset + budget.order.low(WORD, shape.size))
    return (Piece(0, shape.size, place),)


def _as_stacked(shape: Shape, budget: Budget) -> tuple[Piece, ...]:
    """Windows: "an imaginary stack, where the first 64 bytes of the stack are loaded into x0-x7": a value may begin in
    a register and end on the stack."""
    words = -(-shape.size // WORD)
    first = budget.general + (budget.general % 2 if shape.align == 16 else 0)
    held = min(words, max(0, len(GENERAL) - first))
    pieces = [Piece(n * WORD, min(WORD, shape.size - n * WORD), GENERAL[first + n]) for n in range(held)]
    budget.general = min(first + held, len(GENERAL))
    if held < words:
        rest = shape.size - held * WORD
        pieces.append(Piece(held * WORD, rest, budget.push(rest, WORD if held else shape.align)))
    return tuple(pieces)


def _spread(sizes: tuple[int, ...], registers: tuple[Register, ...], *, left: bool = False) -> tuple[Piece, ...]:
    """A piece in a register each; `left`: one that does not fill it is left-justified."""
    pieces, at = [], 0
    for size, register in zip(sizes, registers, strict=False):
        pieces.append(Piece(at, size, register, justified="left" if left and size < WORD else "right"))
        at += size
    return tuple(pieces)


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel, variant: AbiVariant, homogeneous: bool) -> Shape:
    size = sizeof(type, model)
    if not size:
        return NOTHING._replace(kind="empty, takes no place")
    composite = isinstance(type, (Record, Complex))
    if isinstance(type, Vector) and size < min(SHORT_VECTORS):
        raise UnsupportedTypeError(f"{type}: AArch64 has no vectors of {size} bytes")
    same = alike(type, model, SHORT_VECTORS)
    if same is not None and 0 < same.members <= MEMBERS_LIMIT and (homogeneous or not composite):  # C.1 to C.6
        align = natural_alignment(type, model) if variant.natural_alignment else same.size
        kind = "short vector" if isinstance(type, Vector) else "floating"
        if composite:
            kind = f"homogeneous aggregate of {same.members} {same.base}"
        # B.6: an alignment over 16 counts as 16
        return Shape(size, min(align, 16), (same.size,) * same.members, composite, False, "", kind)
    if size > COMPOSITE_LIMIT:  # B.4
        return Shape(size, WORD, (), True, True, "", f"over {COMPOSITE_LIMIT} bytes")
    if composite:
        align = natural_alignment(type, model) if variant.natural_alignment else alignof(type, model)
        return Shape(size, min(align, 16), (), True, False, "", "composite")
    extend = widening(type, model, EXTEND_TO)
    return Shape(size, size, (), False, False, extend, "integral")


NOTHING = Shape(0, 1, (), False, False, "", "nothing is returned")
ADDRESS = Shape(WORD, WORD, (), False, False, "", "address")


#: The conventions of this file, by the names that targets have for them.
PLACES = {"aapcs64": place_aapcs64, "apple-arm64": place_apple, "windows-arm64": place_windows}
