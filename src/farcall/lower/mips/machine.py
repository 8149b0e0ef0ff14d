"""How MIPS of the second release does what the engine asks, by o32 and by n64: `width` says what registers of 32 and of 64
bits make different.

The frame, which every routine that does anything has in one shape, so that one description serves all unwinders:

    fp + 0 ...       the room for argument registers, by o32, and the routine's own stack arguments; here the caller's frame starts
    fp - 1 word      ra
    fp - 2 words     fp of the caller
    fp - 7 words     s4 to s0
    sp + ...         locals
    sp + 0           outgoing arguments, as large as the largest call needs

Functions are called by t9, as C's are, and so find their pool; s4 keeps where the routine starts. gp is left alone: it is nobody's
here. Loads and stores want addresses that are multiples of their size, which only what lies in the frame is known to be at;
elsewhere numbers are moved by the pairs of instructions for that, and those for floating-point registers by way of general
ones. Behind each branch and jump its delay slot has nothing in it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable
from typing import ClassVar

from ...convention import Target
from ...convention.placement import Register as Place
from ...encode import mips as e
from ...encode.mips import AT, FP, RA, S0, S1, S2, S3, S4, SP, T4, T5, T6, T7, T8, T9, V0, ZERO
from ...ir.instruction import Routine
from ..engine import Assembler, LoadStore, Mem
from ..engine.assembler import START, Encoder
from ..engine.machine import Constant, either

__all__ = ["BASE", "ENTRY", "SPARE", "Mips"]

#: What frames keep, below the caller's, in words of the frame; and where the routine starts.
KEPT, BASE = (RA, FP, S4, S3, S2, S1, S0), S4
SAVED_WORDS = 8
#: Where the function starts, at its entry.
ENTRY = T9
#: For offsets that do not fit an instruction, and for a second part of a number.
SPARE, PART = AT, S3
#: f4, for what goes through it within one instruction of a routine.
VECTOR_SPARE = 4

#: A condition as what decides, whether its operands change places, and the branch.
EQUAL: dict[str, Encoder] = {"eq": e.beq, "ne": e.bne}
ORDER: dict[str, tuple[Encoder, bool, Encoder]] = {
    "lt": (e.slt, False, e.bne), "ge": (e.slt, False, e.beq), "gt": (e.slt, True, e.bne), "le": (e.slt, True, e.beq),
    "below": (e.sltu, False, e.bne), "above_eq": (e.sltu, False, e.beq), "above": (e.sltu, True, e.bne),
    "below_eq": (e.sltu, True, e.beq),
}  # fmt: skip
NUMBERS: dict[str, Encoder] = {"and": e.andi, "or": e.ori, "xor": e.xori}
#: Of what lies at a multiple of the size.
LOADS: dict[tuple[int, bool], Encoder] = {
    (1, True): e.lb, (2, True): e.lh, (4, True): e.lw, (8, True): e.ld,
    (1, False): e.lbu, (2, False): e.lhu, (4, False): e.lwu, (8, False): e.ld,
}  # fmt: skip
STORES: dict[int, Encoder] = {1: e.sb, 2: e.sh, 4: e.sw, 8: e.sd}
#: Of what lies anywhere: with the address of the highest byte, and of the lowest.
LOAD_PAIRS: dict[int, tuple[Encoder, Encoder]] = {4: (e.lwl, e.lwr), 8: (e.ldl, e.ldr)}
STORE_PAIRS: dict[int, tuple[Encoder, Encoder]] = {4: (e.swl, e.swr), 8: (e.sdl, e.sdr)}
FLOATS: dict[int, tuple[Encoder, Encoder]] = {4: (e.lwc1, e.swc1), 8: (e.ldc1, e.sdc1)}


class Mips(LoadStore):
    """What words of either width have in common."""

    filler: ClassVar[bytes] = e.break_()
    SP: ClassVar[int] = SP
    FP: ClassVar[int] = FP
    ZERO: ClassVar[int | None] = ZERO
    TARGET: ClassVar[int] = T9
    HOLDER: ClassVar[int] = T8
    DATA: ClassVar[int] = T4
    OTHER: ClassVar[int] = T5
    RESULT: ClassVar[int] = V0
    VECTORS: ClassVar[dict[str, int]] = {f"f{n}": n for n in (0, 1, 2, VECTOR_SPARE, *range(12, 20))}
    #: Adding registers, subtracting them, adding a number; a word of memory, watched until it is stored.
    ADD: ClassVar[Encoder]
    SUBTRACT: ClassVar[Encoder]
    ADD_NUMBER: ClassVar[Encoder]
    WATCHED: ClassVar[tuple[Encoder, Encoder]]

    def __init__(self, routine: Routine, target: Target, assembler: type[Assembler]) -> None:
        super().__init__(routine, target, assembler)
        self.framed = self.framed or self.works()

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        return {"t0": T6, "t1": T7, "s0": S0, "s1": S1, "s2": S2}  # t7, by o32's name, is gcc's static chain

    def standing(self) -> tuple[Hashable, ...]:
        return *super().standing(), self.framed

    # The frame

    def prologue(self) -> None:
        if not self.framed:
            return
        saved = SAVED_WORDS * self.word
        self.add(SP, SP, -saved)
        for position, register in enumerate(KEPT, 1):
            self.a.emit(STORES[self.word], register, SP, saved - self.word * position)
        self.add(FP, SP, saved)
        self.move(BASE, ENTRY)
        self.make_room()

    def epilogue(self) -> None:
        if not self.framed:
            return
        saved = SAVED_WORDS * self.word
        self.add(SP, FP, -saved)
        for position, register in enumerate(KEPT, 1):
            self.a.emit(LOADS[self.word, True], register, SP, saved - self.word * position)
        self.add(SP, SP, saved)

    def ret(self) -> None:
        self._jumping(e.jr, RA)

    # Moving

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        signed = signed or size == self.word
        if size == 1 or in_frame(source, size):
            base, offset = self.reach(source)
            self.a.emit(LOADS[size, signed], to, base, offset)
            return
        base, offset = self.reach(source, size - 1)
        first, last = self._ends(size)
        if size == 2:
            self.a.emit(e.lb if signed else e.lbu, PART, base, offset + last)
            self.a.emit(e.lbu, to, base, offset + first)
            self.a.emit(e.sll, PART, PART, 8)
            self.a.emit(e.or_, to, to, PART)
            return
        if to == base:  # of which the second of the pair is in need as well
            self.move(SPARE, base)
            base = SPARE
        high, low = LOAD_PAIRS[size]
        self.a.emit(high, to, base, offset + last)
        self.a.emit(low, to, base, offset + first)
        if not signed:
            self.widen(to, to, size, False)

    def store(self, to: Mem, source: int, size: int) -> None:
        if size == 1 or in_frame(to, size):
            base, offset = self.reach(to)
            self.a.emit(STORES[size], source, base, offset)
            return
        base, offset = self.reach(to, size - 1)
        first, last = self._ends(size)
        if size == 2:
            self.a.emit(e.sb, source, base, offset + first)
            self.shift("shr", PART, source, 8)
            self.a.emit(e.sb, PART, base, offset + last)
            return
        high, low = STORE_PAIRS[size]
        self.a.emit(high, source, base, offset + last)
        self.a.emit(low, source, base, offset + first)

    def _ends(self, size: int) -> tuple[int, int]:
        """How far into a number its lowest byte lies, and its highest."""
        order = self.target.byteorder
        return order.low(size, 1), order.high(size, 1)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        register = self.VECTORS[place.name]
        if in_frame(source, size):
            base, offset = self.reach(source)
            self.a.emit(FLOATS[size][0], register, base, offset)
        elif size == 4:
            self.load(self.DATA, source, 4, True)
            self.a.emit(e.mtc1, register, self.DATA)
        else:
            self.load_double(register, source)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        register = self.VECTORS[place.name]
        if in_frame(to, size):
            base, offset = self.reach(to)
            self.a.emit(FLOATS[size][1], register, base, offset)
        elif size == 4:
            self.a.emit(e.mfc1, self.DATA, register)
            self.store(to, self.DATA, 4)
        else:
            self.store_double(to, register)

    def load_double(self, register: int, source: Mem) -> None:
        """8 bytes from anywhere into a floating-point register."""
        low, high = self._halves()
        self.load(self.DATA, source.plus(low), 4, True)
        self.load(self.OTHER, source.plus(high), 4, True)
        self.a.emit(e.mtc1, register, self.DATA)
        self.a.emit(e.mthc1, register, self.OTHER)

    def store_double(self, to: Mem, register: int) -> None:
        """The same out of one."""
        self.a.emit(e.mfc1, self.DATA, register)
        self.a.emit(e.mfhc1, self.OTHER, register)
        low, high = self._halves()
        self.store(to.plus(low), self.DATA, 4)
        self.store(to.plus(high), self.OTHER, 4)

    def _halves(self) -> tuple[int, int]:
        """How far into a double the lower half of its bits lies, and the upper one."""
        order = self.target.byteorder
        return order.low(8, 4), order.high(8, 4)

    def reach(self, place: Mem, further: int = 0) -> Mem:
        """The place, or the same by way of SPARE where its offset, or one so much further, does not fit an instruction."""
        if e.fits(place.offset) and e.fits(place.offset + further):
            return place
        self.add(SPARE, place.base, place.offset)
        return Mem(SPARE, 0)

    def add(self, to: int, base: int, amount: int) -> None:
        """`to = base + amount`."""
        if e.fits(amount):
            if amount or to != base:
                self.a.emit(self.ADD_NUMBER, to, base, amount)
            return
        self.constant(SPARE, amount)
        self.a.emit(self.ADD, to, base, SPARE)

    def symbol(self, to: int, name: str) -> None:
        base = BASE if self.framed else ENTRY
        self.a.pool(LOADS[self.word, True], lambda distance: (to, base, distance), name, origin=START)

    def move(self, to: int, source: int) -> None:
        self.a.emit(e.move, to, source)

    # Computing

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        if operation == "sub":
            operation, operand = "add", -operand
        if operation == "neg":
            self.a.emit(self.SUBTRACT, to, ZERO, to)
        elif operation in ("shl", "shr", "sar"):
            self.shift(operation, to, to, operand)
        elif operation == "add" and e.fits(operand):
            self.a.emit(self.ADD_NUMBER, to, to, operand)
        elif operation in NUMBERS and 0 <= operand < 1 << 16:
            self.a.emit(NUMBERS[operation], to, to, operand)
        else:
            super().compute_constant(operation, to, operand)

    @abstractmethod
    def shift(self, operation: str, to: int, source: int, count: int) -> None:
        """`to = source SHIFTED count`, less than the bits of a word."""

    def count(self, place: Mem, amount: int) -> None:
        a, again = self.a, f"again_{len(self.a.data)}"
        load, store = self.WATCHED
        self.address(self.HOLDER, place)
        self.constant(self.OTHER, amount)
        a.emit(e.sync)
        a.label(again)
        a.emit(load, self.DATA, self.HOLDER)
        a.emit(self.ADD, self.DATA, self.DATA, self.OTHER)
        a.emit(store, self.DATA, self.HOLDER)
        self.branch_to(e.beq, self.DATA, ZERO, again)
        a.emit(e.sync)

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        narrow, spare = kind == "f64:f32", Place("f4", "vector")
        self.load_vector(spare, source, 8 if narrow else 4)
        self.a.emit(e.cvt_s_d if narrow else e.cvt_d_s, VECTOR_SPARE, VECTOR_SPARE)
        self.store_vector(to, spare, 4 if narrow else 8)

    def thread(self, to: int) -> None:
        self.a.emit(e.rdhwr_ulr, to)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        first = self.comparand(left, size, self.DATA)
        second = self.comparand(right, size, self.OTHER)
        if condition in EQUAL:
            self.a.note = note
            self.branch_to(EQUAL[condition], first, second, label)
            return
        decides, swapped, encoder = ORDER[condition]
        self.a.emit(decides, SPARE, *((second, first) if swapped else (first, second)))
        self.a.note = note
        self.branch_to(encoder, SPARE, ZERO, label)

    def comparand(self, operand: int | Mem | str | Constant, size: int, into: int) -> int:
        """The same, or a register with a number."""
        if not isinstance(operand, Constant):
            return super().comparand(operand, size, into)
        value = either(operand.value, size)
        if not value:
            return ZERO
        self.constant(into, value)
        return into

    def branch_to(self, encoder: Callable[..., bytes], left: int, right: int, label: str) -> None:
        self.a.jump(encoder, left, right, to=label)
        self.slot()

    def jump(self, label: str) -> None:
        self.a.jump(e.b, to=label)
        self.slot()

    def slot(self) -> None:
        """The delay slot of what was just written."""
        self.a.note = ""
        self.a.emit(e.nop)

    def _jumping(self, encoder: Callable[..., bytes], register: int) -> None:
        self.a.emit(encoder, register)
        self.slot()

    def go(self, register: int) -> None:
        self._jumping(e.jr, register)  # TARGET, by which the callee finds what is its own

    def before_call(self, register: int) -> None:
        self.fetch(self.TARGET, register)  # where the callee looks for its own address

    def call_register(self, register: int) -> None:
        self._jumping(e.jalr, self.TARGET)

    def move_vector(self, to: Place, source: Place) -> None:
        if to != source:
            self.a.emit(e.mov_d, self.VECTORS[to.name], self.VECTORS[source.name])


def in_frame(place: Mem, size: int) -> bool:
    """Whether a place is known to be at a multiple of its size."""
    return place.base in (SP, FP) and not place.offset % size
