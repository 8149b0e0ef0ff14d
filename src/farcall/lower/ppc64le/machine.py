"""How the Power ISA does what the engine asks, by the ELF V2 ABI.

The frame, which every routine that does anything has in one shape, so that one description serves all unwinders:

    r31 + 32 ...     the routine's own stack arguments
    r31 + 16         the link register, in the word that the caller leaves for it
    r31 + 0          where the stack pointer was; here the caller's frame starts
    r31 - 64         r24 to r31 of the caller
    r1 + ...         locals
    r1 + 32          outgoing arguments, where they are in memory, as many as the largest call needs
    r1 + 0           the back chain, and what callees write to

A function that is called by its address finds that in r12 (§2.2.1.1), and so where its pool is; r30 keeps it. r2 is left
alone: it is nobody's here, and who calls by an address makes up for that.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from ...convention import Target
from ...convention.placement import Register as Place
from ...encode import ppc64le as e
from ...ir.instruction import Routine
from ..engine import Assembler, LoadStore, Mem
from ..engine.assembler import START, Encoder
from ..engine.machine import Constant, either

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["FarPpc64le", "Ppc64le"]

FP, BASE = e.R31, e.R30
#: The registers that frames keep, from r31 down, below the caller's frame, and the word for the link register in it.
KEPT = tuple(range(31, 23, -1))
SAVED, LINK = 64, 16
#: Where the function starts; and for offsets that do not fit an instruction.
ENTRY = SPARE = e.R12
#: f0 and v0, for what goes through them within one step.
VECTOR_SPARE = 0

CONDITIONS = {
    "eq": (e.IF_SET, e.EQ), "ne": (e.IF_CLEAR, e.EQ), "lt": (e.IF_SET, e.LT), "ge": (e.IF_CLEAR, e.LT),
    "gt": (e.IF_SET, e.GT), "le": (e.IF_CLEAR, e.GT), "below": (e.IF_SET, e.LT), "above_eq": (e.IF_CLEAR, e.LT),
    "above": (e.IF_SET, e.GT), "below_eq": (e.IF_CLEAR, e.GT),
}  # fmt: skip
#: Conditions of numbers without a sign.
UNSIGNED = frozenset({"below", "below_eq", "above", "above_eq"})
#: By whether numbers have no sign and whether they are 8 bytes wide: comparing registers, and with a number.
COMPARE: dict[tuple[bool, bool], tuple[Callable[..., bytes], Callable[..., bytes]]] = {
    (False, True): (e.cmpd, e.cmpdi), (True, True): (e.cmpld, e.cmpldi),
    (False, False): (e.cmpw, e.cmpwi), (True, False): (e.cmplw, e.cmplwi),
}  # fmt: skip
#: What changes the lower 16 bits, and those above them.
HALVES = {"or": (e.ori, e.oris), "xor": (e.xori, e.xoris)}
#: With an offset and with an index.
LOADS: dict[tuple[int, bool], tuple[Callable[..., bytes], Callable[..., bytes]]] = {
    (1, False): (e.lbz, e.lbzx), (2, False): (e.lhz, e.lhzx), (4, False): (e.lwz, e.lwzx), (8, False): (e.ld, e.ldx),
    (1, True): (e.lbz, e.lbzx), (2, True): (e.lha, e.lhax), (4, True): (e.lwa, e.lwax), (8, True): (e.ld, e.ldx),
}  # fmt: skip
STORES: dict[int, tuple[Callable[..., bytes], Callable[..., bytes]]] = {
    1: (e.stb, e.stbx), 2: (e.sth, e.sthx), 4: (e.stw, e.stwx), 8: (e.std, e.stdx),
}  # fmt: skip
#: Instructions whose offsets are multiples of 4.
WORDS = frozenset({e.ld, e.lwa, e.std})
FLOATS = {4: ((e.lfs, e.lfsx), (e.stfs, e.stfsx)), 8: ((e.lfd, e.lfdx), (e.stfd, e.stfdx))}


class Ppc64le(LoadStore):
    cpu: ClassVar[str] = "ppc64le"
    word: ClassVar[int] = 8
    widest: ClassVar[int] = 8
    filler: ClassVar[bytes] = e.trap()
    SP: ClassVar[int] = e.R1
    FP: ClassVar[int] = FP
    TARGET: ClassVar[int] = e.R12
    HOLDER: ClassVar[int] = e.R25
    DATA: ClassVar[int] = e.R0
    OTHER: ClassVar[int] = e.R24
    RESULT: ClassVar[int] = e.R3
    GENERAL: ClassVar[dict[str, int]] = {f"r{n}": n for n in range(3, 11)}
    VECTORS: ClassVar[dict[str, int]] = {f"{bank}{n}": n for bank in "fv" for n in range(14)}
    constant_moves = staticmethod(e.constant_moves)
    OPERATIONS: ClassVar[dict[str, Encoder]] = {"add": e.add, "and": e.and_, "or": e.or_, "xor": e.xor, "mul": e.mulld}
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]] = {
        (1, False): (e.rldicl, 0, 56), (2, False): (e.rldicl, 0, 48), (4, False): (e.rldicl, 0, 32),
        (1, True): (e.extsb,), (2, True): (e.extsh,), (4, True): (e.extsw,),
    }  # fmt: skip

    def __init__(self, routine: Routine, target: Target, assembler: type[Assembler]) -> None:
        super().__init__(routine, target, assembler)
        self.framed = self.framed or self.works()
        self.size = self.aligned(self.layout.top + SAVED)

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        return {"t0": e.R26, "t1": e.R11, "s0": e.R29, "s1": e.R28, "s2": e.R27}

    def standing(self) -> tuple[Hashable, ...]:
        return *super().standing(), self.framed

    # The frame

    def prologue(self) -> None:
        if not self.framed:
            return
        a, sp = self.a, self.SP
        a.emit(e.mflr, self.DATA)
        a.emit(e.std, self.DATA, sp, LINK)
        for position, register in enumerate(KEPT, 1):
            a.emit(e.std, register, sp, -8 * position)
        a.emit(e.mr, FP, sp)
        a.emit(e.mr, BASE, ENTRY)
        self.make_room()
        if self.layout.calls:
            a.note = "the back chain"
            a.emit(e.std, FP, sp, 0)

    def align_stack(self, align: int) -> None:
        self.a.emit(e.rldicr, self.SP, self.SP, 0, 63 - (align.bit_length() - 1))

    def epilogue(self) -> None:
        if not self.framed:
            return
        a, sp = self.a, self.SP
        a.emit(e.mr, sp, FP)
        a.emit(e.ld, self.DATA, sp, LINK)
        a.emit(e.mtlr, self.DATA)
        for position, register in enumerate(KEPT, 1):
            a.emit(e.ld, register, sp, -8 * position)

    def ret(self) -> None:
        self.a.emit(e.blr)

    # Moving

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        self._access(LOADS[size, signed], to, source)
        if signed and size == 1:
            self.a.emit(e.extsb, to, to)

    def store(self, to: Mem, source: int, size: int) -> None:
        self._access(STORES[size], source, to)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        register = self.VECTORS[place.name]
        if place.name.startswith("f"):
            self._access(FLOATS[size][0], register, source)
        else:
            self.constant(SPARE, source.offset)
            self.a.emit(e.lxvd2x, register, source.base, SPARE)
            self.a.emit(e.xxswapd, register, register)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        register = self.VECTORS[place.name]
        if place.name.startswith("f"):
            self._access(FLOATS[size][1], register, to)
        else:
            self.a.emit(e.xxswapd, VECTOR_SPARE, register)
            self.constant(SPARE, to.offset)
            self.a.emit(e.stxvd2x, VECTOR_SPARE, to.base, SPARE)

    def _access(self, encoders: tuple[Callable[..., bytes], Callable[..., bytes]], register: int, place: Mem) -> None:
        """A load or a store, by way of SPARE where the offset does not fit it."""
        with_offset, with_index = encoders
        if -0x8000 <= place.offset < 0x8000 and not (place.offset % 4 and with_offset in WORDS):
            self.a.emit(with_offset, register, *place)
        else:
            self.constant(SPARE, place.offset)
            self.a.emit(with_index, register, place.base, SPARE)

    def add(self, to: int, base: int, amount: int) -> None:
        """`to = base + amount`, of a base."""
        if -0x8000 <= amount < 0x8000:
            if amount:
                self.a.emit(e.addi, to, base, amount)
            elif to != base:
                self.move(to, base)
            return
        self.constant(SPARE, amount)
        self.a.emit(e.add, to, base, SPARE)

    def symbol(self, to: int, name: str) -> None:
        base = BASE if self.framed else ENTRY
        self.a.pool(e.ld, lambda distance: (to, base, distance), name, origin=START)

    def move(self, to: int, source: int) -> None:
        self.a.emit(e.mr, to, source)

    # Computing

    def compute(self, operation: str, to: int, operand: int) -> None:
        if operation == "sub":
            self.a.emit(e.subf, to, operand, to)
        else:
            super().compute(operation, to, operand)

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        a = self.a
        if operation == "sub":
            operation, operand = "add", -operand
        if operation == "neg":
            a.emit(e.neg, to, to)
        elif operation == "shl":
            a.emit(e.rldicr, to, to, operand, 63 - operand)
        elif operation == "shr":
            a.emit(e.rldicl, to, to, -operand % 64, operand)
        elif operation == "sar":
            a.emit(e.sradi, to, to, operand)
        elif operation == "add" and -0x8000 <= operand < 0x8000:
            a.emit(e.addi if to else e.addic, to, to, operand)
        elif operation == "mul" and -0x8000 <= operand < 0x8000:
            a.emit(e.mulli, to, to, operand)
        elif operation == "and" and 0 <= operand < 1 << 16:
            a.emit(e.andi, to, to, operand)
        elif operation in HALVES and 0 <= operand < 1 << 32:
            for encoder, half in zip(HALVES[operation], (operand & 0xFFFF, operand >> 16), strict=True):
                if half:
                    a.emit(encoder, to, to, half)
        else:
            super().compute_constant(operation, to, operand)

    def count(self, place: Mem, amount: int) -> None:
        a, again = self.a, f"again_{len(self.a.data)}"
        self.address(self.HOLDER, place)
        self.constant(self.OTHER, amount)
        a.emit(e.sync)
        a.label(again)
        a.emit(e.ldarx, self.DATA, self.HOLDER)
        a.emit(e.add, self.DATA, self.DATA, self.OTHER)
        a.emit(e.stdcx, self.DATA, self.HOLDER)
        a.jump(e.bc, e.IF_CLEAR, e.EQ, to=again)
        a.emit(e.sync)

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        narrow = kind == "f64:f32"  # in a register all are doubles
        self._access(FLOATS[8 if narrow else 4][0], VECTOR_SPARE, source)
        if narrow:
            self.a.emit(e.frsp, VECTOR_SPARE, VECTOR_SPARE)
        self._access(FLOATS[4 if narrow else 8][1], VECTOR_SPARE, to)

    def thread(self, to: int) -> None:
        self.a.emit(e.mr, to, e.R13)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        unsigned = condition in UNSIGNED
        registers, number = COMPARE[unsigned, size == self.word]
        first = self.comparand(left, size, self.DATA)
        if isinstance(right, Constant):
            value = either(right.value, size)
            if unsigned and size < self.word:
                value &= 0xFFFF_FFFF
            if (0 <= value < 1 << 16) if unsigned else (-0x8000 <= value < 0x8000):
                self.a.emit(number, first, value)
            else:
                self.constant(self.OTHER, either(value, 8))
                self.a.emit(registers, first, self.OTHER)
        else:
            self.a.emit(registers, first, self.comparand(right, size, self.OTHER))
        self.a.note = note
        self.branch_to(*CONDITIONS[condition], label)

    def branch_to(self, option: int, bit: int, label: str) -> None:
        self.a.jump(e.bc, option, bit, to=label)

    def jump(self, label: str) -> None:
        self.a.jump(e.b, to=label)

    def go(self, register: int) -> None:
        self.a.emit(e.mtctr, register)  # TARGET, which is where the callee looks for its own address
        self.a.emit(e.bctr)

    def before_call(self, register: int) -> None:
        self.fetch(self.TARGET, register)  # where the callee looks for its own address
        self.a.emit(e.mtctr, self.TARGET)

    def call_register(self, register: int) -> None:
        self.a.emit(e.bctrl)

    def move_vector(self, to: Place, source: Place) -> None:
        first, second = self.VECTORS[to.name], self.VECTORS[source.name]
        if to == source:
            return
        if to.name.startswith("f"):
            self.a.emit(e.fmr, first, second)
        else:
            self.a.emit(e.vor, first, second, second)


class FarPpc64le(Ppc64le):
    """For routines longer than a branch reaches, and pools further away than a load: two instructions for each."""

    def branch_to(self, option: int, bit: int, label: str) -> None:
        self.a.emit(e.bc, e.IF_SET + e.IF_CLEAR - option, bit, 8)
        self.jump(label)

    def symbol(self, to: int, name: str) -> None:
        base = BASE if self.framed else ENTRY
        self.a.pool(e.addis, lambda distance: (SPARE, base, distance + 0x8000 >> 16), name, origin=START)
        self.a.pool(e.ld, lambda distance: (to, SPARE, (distance + 0x8000 & 0xFFFF) - 0x8000), name, origin=START)
