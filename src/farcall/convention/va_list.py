"""`va_list` by target: what it is made of, and where the arguments behind `...` lie that it leads to.

On some targets it is a pointer to the arguments, one behind the other as on the stack. On others it is a struct: with
areas in which registers were saved, how much of each is used up, and the stack for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ..ctype import CType, Pointer, names
from ..record import NamedTuple
from .dispatch import place
from .placement import Register, Signature, Stack, ValueLocation
from .register_size import register_size
from .target import Target

__all__ = ["Area", "Field", "Stacked", "VaList", "saved", "stacked", "va_list_of"]


class Field(NamedTuple):
    """A member of the struct: as wide as a pointer, or of so many bytes."""

    name: str
    pointer: bool
    size: int = 4


class Area(NamedTuple):
    """Where the registers of a bank were saved, `step` bytes each, from `first` on: the member with the area's address, the
    member that says how much of it is used up, in units of so many bytes, and what it says where all is."""

    bank: str
    base: str
    used: str
    end: int
    step: int
    first: int = 0
    unit: int = 1


class VaList(NamedTuple):
    """What a `va_list` is: the members of the struct, none where it is one pointer to the stack; which of them leads to
    the stack; and the areas.

    - `even`: a value aligned to two general registers begins at an even one.
    - `lost`: a value for which there are too few registers left uses these up.
    """

    fields: tuple[Field, ...] = ()
    stack: str = "stack"
    areas: tuple[Area, ...] = ()
    even: bool = False
    lost: bool = False


#: The stack's arguments alone.
POINTER = VaList()
#: AMD64 psABI 1.0, figure 3.34.
SYSV = VaList(
    (
        Field("gp_offset", False),
        Field("fp_offset", False),
        Field("overflow_arg_area", True),
        Field("reg_save_area", True),
    ),
    "overflow_arg_area",
    (
        Area("general", "reg_save_area", "gp_offset", 6 * 8, 8),
        Area("vector", "reg_save_area", "fp_offset", 6 * 8 + 8 * 16, 16),
    ),
)
#: AAPCS64 §10.1.5 and its appendix B.
AAPCS = VaList(
    (
        Field("__stack", True),
        Field("__gr_top", True),
        Field("__vr_top", True),
        Field("__gr_offs", False),
        Field("__vr_offs", False),
    ),
    "__stack",
    (Area("general", "__gr_top", "__gr_offs", 0, 8), Area("vector", "__vr_top", "__vr_offs", 0, 16)),
    even=True,
    lost=True,
)

#: ELF ABI s390x Supplement 1.6, "Variable Argument Lists": registers are counted, and were saved where the callee's caller
#: leaves room for them.
S390X = VaList(
    (
        Field("__gpr", True),
        Field("__fpr", True),
        Field("__overflow_arg_area", True),
        Field("__reg_save_area", True),
    ),
    "__overflow_arg_area",
    (
        Area("general", "__reg_save_area", "__gpr", 5, 8, first=16, unit=8),
        Area("vector", "__reg_save_area", "__fpr", 4, 8, first=128, unit=8),
    ),
)

#: System V ABI, PowerPC Processor Supplement, "Variable Argument Lists", with gcc's names: registers are counted.
POWERPC = VaList(
    (
        Field("gpr", False, 1),
        Field("fpr", False, 1),
        Field("reserved", False, 2),
        Field("overflow_arg_area", True),
        Field("reg_save_area", True),
    ),
    "overflow_arg_area",
    (
        Area("general", "reg_save_area", "gpr", 8, 4, unit=4),
        Area("vector", "reg_save_area", "fpr", 8, 8, first=32, unit=8),
    ),
    even=True,
    lost=True,
)

#: By convention; a pointer by all others.
KNOWN = {
    "sysv": SYSV, "aapcs64": AAPCS, "s390x": S390X, "s390x-novx": S390X, "powerpc-sysv": POWERPC, "powerpc-svr4": POWERPC,
}  # fmt: skip

#: What uses up the registers of any convention, so that what follows is on the stack.
FILLERS: tuple[CType, ...] = (Pointer(names.void),) * 16 + (names.double,) * 16
#: What the stack behind them is aligned to: more than any argument is.
LARGEST_ALIGN = 64


class Stacked(NamedTuple):
    """Where arguments lie behind each other on the stack: the offset of each in bytes, None for one without bytes;
    whether the address of the value lies there; and where the next would."""

    offsets: tuple[int | None, ...]
    by_reference: tuple[bool, ...]
    end: int


def va_list_of(target: Target) -> VaList:
    """What a `va_list` is on a target, by its own convention."""
    return KNOWN.get(target.convention, POINTER)


def stacked(types: Sequence[CType], target: Target) -> Stacked:
    """Where arguments of these types lie that stand behind `...` when no register is left. Raises what `place` does."""
    fillers, base = _filled(target)
    found = _placed((*fillers, *types, _word(target)), len(fillers), target)[len(fillers) :]
    offsets = [_offset(passed) for passed in found]
    end = offsets.pop()
    assert end is not None
    return Stacked(
        tuple(None if offset is None else offset - base for offset in offsets),
        tuple(passed.by_reference for passed in found[:-1]),
        end - base,
    )


def saved(type: CType, target: Target) -> ValueLocation | None:
    """The registers that an argument of this type behind `...` is in, where there are enough, each of which was saved
    in an area; None for one that is always on the stack."""
    known = {area.bank: area.step for area in va_list_of(target).areas}
    passed = _placed((names.int_, type), 1, target)[1]
    fits = [isinstance(p.place, Register) and p.size <= known.get(p.place.bank, 0) for p in passed.pieces]
    return passed if fits and all(fits) else None


@lru_cache(maxsize=8)  # a program makes them for one target
def _filled(target: Target) -> tuple[tuple[CType, ...], int]:
    """Arguments behind which the stack is aligned as any argument may be, and the offset there."""
    fillers = FILLERS
    while True:
        offset = _offset(_placed((*fillers, _word(target)), len(fillers), target)[-1])
        assert offset is not None
        if not offset % LARGEST_ALIGN:
            return fillers, offset
        fillers = (*fillers, Pointer(names.void))


def _word(target: Target) -> CType:
    """What takes a slot whole, of the width of a general register: an address may be narrower."""
    wide = register_size(Register("", "general"), target.cpu) > target.model.pointer
    return names.longlong if wide else Pointer(names.void)


def _placed(types: tuple[CType, ...], fixed: int, target: Target) -> tuple[ValueLocation, ...]:
    return place(Signature(names.void, types, fixed), target).arguments


def _offset(passed: ValueLocation) -> int | None:
    places = [piece.place.offset for piece in passed.pieces if isinstance(piece.place, Stack)]
    return min(places) if places else None
