"""32-bit x86 and its calling conventions, each a record: cdecl (Intel386 psABI 1.1, §2.2.3), stdcall, thiscall,
fastcall, gcc's regparm, and Borland's pascal and register.

Documents beside the psABI: GCC manual, "x86 Function Attributes"; Microsoft Learn, "Argument Passing and Naming
Conventions"; Delphi's "Program Control" for Borland's two, which libffi has for C as well: records are passed by value on
the stack there. What systems part on is in `i386_variant`, where results come back in `i386_result`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from ..ctype import CType
from ..record import NamedTuple
from .i386_result import GENERAL_RESULTS, returned
from .i386_shape import ADDRESS, WORD, Shape, shape_of
from .i386_variant import MICROSOFT, VARIANTS, AbiVariant
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .target import Target

__all__ = ["CONVENTIONS", "PLACES", "Convention", "place"]

EAX, ECX, EDX = (Register(name, "general") for name in ("eax", "ecx", "edx"))
#: By number, then by the width of the value in bytes: the same register under three names.
VECTORS = tuple(
    {width: Register(f"{bank}{n}", "vector") for width, bank in ((16, "xmm"), (32, "ymm"), (64, "zmm"))}
    for n in range(4)
)
MMX = tuple(Register(f"mm{n}", "mmx") for n in range(3))
HIDDEN = -1  # the hidden pointer's number among the arguments


class Convention(NamedTuple):
    """What the conventions part on.

    - `registers`: the general registers that arguments use, in passing order.
    - `takes`: the kinds of arguments that may be there. One that finds too few takes all that are left from later ones.
    - `differs`: compilers part on it. The variant says what uses registers up though it is on the stack, and whether
      the hidden pointer is on the stack though there are registers.
    - `callee_pops`: who is called removes the arguments from the stack.
    - `forward`: arguments are pushed from the first to the last, so the last has the lowest address.
    - `hidden_last`: the hidden pointer stands behind the arguments, not before them.
    - `pops_hidden`: where the caller removes the arguments, who is called removes the hidden pointer; None: as the
      variant has it.
    - `address_returned`: the hidden pointer comes back in eax.
    - `microsoft`: Microsoft's variant, wherever it is.
    """

    name: str
    registers: tuple[Register, ...] = ()
    takes: frozenset[str] = frozenset()
    differs: bool = False
    callee_pops: bool = False
    forward: bool = False
    hidden_last: bool = False
    pops_hidden: bool | None = None
    address_returned: bool = True
    microsoft: bool = False


WORDS = frozenset({"integer"})
CDECL = Convention("cdecl")
STDCALL = Convention("stdcall", callee_pops=True)
#: The first two arguments of a word at most, from left to right, are in ecx and edx (Microsoft).
FASTCALL = Convention("fastcall", (ECX, EDX), WORDS, differs=True, callee_pops=True)
THISCALL = Convention("thiscall", (ECX,), WORDS, differs=True, callee_pops=True)
#: Arguments are pushed from left to right; the address of a result in memory is one more, behind those declared
#: (Delphi).
PASCAL = Convention("pascal", callee_pops=True, forward=True, hidden_last=True, address_returned=False)
#: The first three that qualify are in eax, edx and ecx; integers of two words, floating numbers and records do not
#: (Delphi).
REGISTER = PASCAL._replace(name="register", registers=(EAX, EDX, ECX), takes=WORDS)

#: gcc's attribute: integers of two words and records use registers too, if they find enough.
REGPARM = tuple(
    Convention(f"regparm({n})", (EAX, EDX, ECX)[:n], WORDS | {"wide", "record"}, pops_hidden=False if n else None)
    for n in range(4)
)
#: As gcc has these attributes on 32 bits: they differ in who pops the hidden pointer.
SYSV_ABI = CDECL._replace(name="sysv_abi", pops_hidden=True)
MS_ABI = CDECL._replace(name="ms_abi", pops_hidden=False)
MS_CDECL = CDECL._replace(name="ms_cdecl", microsoft=True)

CONVENTIONS = {
    convention.name: convention
    for convention in (
        CDECL, STDCALL, FASTCALL, THISCALL, PASCAL, REGISTER, MS_CDECL, SYSV_ABI, MS_ABI, *REGPARM
    )
}  # fmt: skip


class Budget:
    """The registers and the stack taken so far, within one `place`."""

    __slots__ = ("align", "general", "mmx", "spends", "stack", "takes", "vector", "widens")

    def __init__(self, convention: Convention, variant: AbiVariant, *, variadic: bool) -> None:
        # §2.2.3 and all compilers: what a function with `...` gets is on the stack, named arguments too.
        self.general = () if variadic else convention.registers
        self.vector = () if variadic else VECTORS[: variant.vectors]
        self.mmx = () if variadic else MMX
        self.takes = convention.takes
        self.spends = variant.spends if convention.differs else frozenset()
        self.widens = variant.registers_widened
        self.stack = 0
        self.align = variant.stack_align

    def take(self, shape: Shape) -> tuple[Piece, ...]:
        """The registers of a value; none where it goes on the stack, which may use up registers all the same."""
        size, kind = shape.size, shape.kind
        if kind == "xmm" and self.vector:
            register, self.vector = self.vector[0], self.vector[1:]
            return (Piece(0, size, register[max(size, 16)]),)
        if kind == "mm" and self.mmx:
            mm, self.mmx = self.mmx[0], self.mmx[1:]
            return (Piece(0, size, mm),)
        words = shape.slot // WORD
        if kind in self.takes and words <= len(self.general):
            taken, self.general = self.general[:words], self.general[words:]
            if words == 1:
                extend = shape.extend if self.widens else ""
                return (Piece(0, size, taken[0], extend, WORD if extend else 0),)
            return tuple(Piece(n * WORD, min(WORD, size - n * WORD), taken[n]) for n in range(words))
        if kind in self.takes or kind in self.spends:
            self.general = self.general[words:]
        return ()

    def push(self, shape: Shape) -> tuple[Piece, ...]:
        """The next place on the stack: whole words, at the value's own alignment if that counts."""
        offset = -(-self.stack // shape.align) * shape.align
        self.stack = offset + shape.slot
        self.align = max(self.align, shape.align)
        return (Piece(0, shape.size, Stack(offset), shape.extend, WORD if shape.extend else 0),)


def place(convention: Convention, signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` is passed on `target`, by a convention.

    Arguments behind `signature.fixed` must be promoted already (`promote`); a function that has them is cdecl,
    whatever was asked for, as gcc and clang have it.
    Raises UnsupportedTypeError for a parameter or result that C cannot pass (void, array, function) and for 128-bit
    integers, IncompleteTypeError for a record without members; all name the position and the type.
    """
    variant = VARIANTS[target.name]
    if convention.microsoft:
        variant = MICROSOFT._replace(stack_align=variant.stack_align)
    count = len(signature.parameters)
    variadic, fixed = (False, count) if signature.fixed is None else (True, signature.fixed)
    pops_hidden = variant.pops_hidden if convention.pops_hidden is None else convention.pops_hidden
    if variadic:
        pops_hidden = pops_hidden and not (convention.registers and variant.attribute_keeps_hidden)
        convention = CDECL
    budget = Budget(convention, variant, variadic=variadic)
    # The result comes first: a hidden pointer may cost a register.
    result = returned(signature.result, target.model, variant)
    shapes = {i: shape_of(type, target.model, variant, f"argument {i}") for i, type in enumerate(signature.parameters)}
    for i in range(fixed, count):
        shapes[i] = shapes[i]._replace(by_reference=False)  # what is behind the dots goes by value
    passing = list(shapes)
    if result.in_memory:
        shapes[HIDDEN] = ADDRESS
        passing.insert(len(passing) if convention.hidden_last else 0, HIDDEN)
    pieces = _pieces(passing, shapes, budget, convention, variant)
    arguments = tuple(
        _passed(type, shapes[i], pieces[i], convention.name) for i, type in enumerate(signature.parameters)
    )
    on_stack = result.in_memory and isinstance(pieces[HIDDEN][0].place, Stack)
    popped = budget.stack if convention.callee_pops else WORD if on_stack and pops_hidden else 0
    return Placement(
        target=target.name,
        convention=convention.name,
        signature=signature,
        arguments=arguments,
        result=ValueLocation(
            signature.result,
            result.size,
            pieces[HIDDEN] if result.in_memory else result.pieces,
            f"{result.rule}, §2.2.3",
            result.in_memory,
        ),
        returned_address=GENERAL_RESULTS[0] if result.in_memory and convention.address_returned else None,
        stack_size=-(-budget.stack // budget.align) * budget.align,
        stack_align=budget.align,
        callee_pops=popped,
    )


def _pieces(
    passing: Iterable[int], shapes: dict[int, Shape], budget: Budget, convention: Convention, variant: AbiVariant
) -> dict[int, tuple[Piece, ...]]:
    """The pieces of every argument by its number: registers in passing order, then the stack in the order of its
    addresses. A shape that turns out to go by reference says so afterwards."""
    pieces: dict[int, tuple[Piece, ...]] = {}
    waiting = []
    for i in passing:
        shape = shapes[i]
        if shape.kind == "xmm" and not budget.vector and variant.spilled_by_reference:
            shape = shapes[i] = shape._replace(by_reference=True)
        apart = i == HIDDEN and convention.differs and variant.hidden_on_stack
        moved = ADDRESS if shape.by_reference else shape
        pieces[i] = () if apart or not shape.slot else budget.take(moved)
        if shape.slot and not pieces[i]:
            waiting.append(i)
    for i in reversed(waiting) if convention.forward else waiting:
        pieces[i] = budget.push(ADDRESS if shapes[i].by_reference else shapes[i])
    return pieces


def _passed(type: CType, shape: Shape, pieces: tuple[Piece, ...], convention: str) -> ValueLocation:
    if not pieces:
        return ValueLocation(type, 0, (), "empty, takes no place")
    rule = "on the stack, §2.2.3" if isinstance(pieces[0].place, Stack) else f"in registers, {convention}"
    how = "a copy's address " if shape.by_reference else ""
    return ValueLocation(type, shape.size, pieces, f"{shape.kind}: {how}{rule}", shape.by_reference)


#: The same as functions, by the names that targets and C attributes have for them; regparm also without parentheses.
PLACES = {
    **{name: partial(place, convention) for name, convention in CONVENTIONS.items()},
    **{f"regparm{n}": partial(place, REGPARM[n]) for n in (1, 2, 3)},
}
