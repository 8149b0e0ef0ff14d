"""How 32-bit Arm does what the engine asks, in Arm state. It wants ARMv7-A, for unaligned words and for halves of constants.

The frame, which every routine that does anything has in one shape, so that one description serves all unwinders:

    fp + 0 ...       the routine's own stack arguments; here the caller's frame starts
    fp - 4           lr
    fp - 40          r4 to r11 of the caller, and a word for jumps that leave the frame
    sp + ...         locals
    sp + 0           outgoing arguments, as large as the largest call needs

Addresses of code say by their lowest bit whether what lies there is Thumb code: blx, bx, and a load of the program counter
heed it, and so every call, return and jump here does. Loads and stores of VFP's registers want addresses that are multiples
of 4, which only what lies in the frame is known to be at; elsewhere they are made by way of core registers.
"""

from __future__ import annotations

from collections.abc import Hashable

from ...convention import Target
from ...convention.placement import Register as Place
from ...encode import arm as e
from ...encode.arm import FP, IP, LR, PC, R0, R4, R5, R6, R7, R8, R9, R10, SP
from ...encode.arm.form import AHEAD
from ...ir.instruction import Routine
from ..engine import Assembler, LoadStore, Mem
from ..engine.assembler import Encoder
from ..engine.machine import Constant, either

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["Arm", "FarArm"]

#: r4 to r11, a word that nothing is kept in, lr: what frames push, and bytes of it.
KEPT = sum(1 << register for register in (*range(R4, FP + 1), IP, LR))
SAVED = 40
#: The same words at the end of a routine that jumps on: lr one lower, and on top where it goes.
LEAVING = sum(1 << register for register in (*range(R4, FP + 1), LR, PC))
#: lr, for offsets that do not fit an instruction: its value lies in the frame.
SPARE = LR
#: d7, of which s14 is a half, for what goes through it where no argument is left.
VECTOR_SPARE, HALF_SPARE = 7, 14
#: Bytes of a word of memory.
WORD = 4

CONDITIONS = {
    "eq": e.EQ, "ne": e.NE, "lt": e.LT, "ge": e.GE, "gt": e.GT, "le": e.LE, "below": e.LO, "above_eq": e.HS,
    "above": e.HI, "below_eq": e.LS,
}  # fmt: skip
#: With a number, and with what the number is when its sign or its bits change.
IMMEDIATE: dict[str, tuple[Encoder, ...]] = {
    "add": (e.addi, e.subi), "sub": (e.subi, e.addi), "and": (e.andi, e.bici), "or": (e.orri,), "xor": (e.eori,),
}  # fmt: skip
SHIFTS = {"shl": e.lsl, "shr": e.lsr, "sar": e.asr}
#: With an offset and with an index.
LOADS: dict[tuple[int, bool], tuple[Encoder, Encoder]] = {
    (1, False): (e.ldrb, e.ldrbx), (2, False): (e.ldrh, e.ldrhx), (4, False): (e.ldr, e.ldrx),
    (1, True): (e.ldrsb, e.ldrsbx), (2, True): (e.ldrsh, e.ldrshx), (4, True): (e.ldr, e.ldrx),
}  # fmt: skip
STORES: dict[int, tuple[Encoder, Encoder]] = {
    1: (e.strb, e.strbx), 2: (e.strh, e.strhx), 4: (e.str_, e.strx),
}  # fmt: skip


class Arm(LoadStore):
    cpu: ClassVar[str] = "arm"
    word: ClassVar[int] = WORD
    widest: ClassVar[int] = WORD
    filler: ClassVar[bytes] = e.udf()
    stack_align: ClassVar[int] = 8
    SP: ClassVar[int] = SP
    FP: ClassVar[int] = FP
    TARGET: ClassVar[int] = LR
    HOLDER: ClassVar[int] = R8
    DATA: ClassVar[int] = R9
    OTHER: ClassVar[int] = R10
    RESULT: ClassVar[int] = R0
    GENERAL: ClassVar[dict[str, int]] = {f"r{n}": n for n in range(4)}
    #: By the number of the first double register, or of the single one.
    VECTORS: ClassVar[dict[str, int]] = (
        {f"s{n}": n for n in range(16)} | {f"d{n}": n for n in range(8)} | {f"q{n}": 2 * n for n in range(4)}
    )
    constant_moves = staticmethod(e.constant_moves)
    OPERATIONS: ClassVar[dict[str, Encoder]] = {
        "add": e.add, "sub": e.sub, "and": e.and_, "or": e.orr, "xor": e.eor, "mul": e.mul,
    }  # fmt: skip
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]] = {
        (1, False): (e.uxtb,), (2, False): (e.uxth,), (1, True): (e.sxtb,), (2, True): (e.sxth,),
    }  # fmt: skip

    def __init__(self, routine: Routine, target: Target, assembler: type[Assembler]) -> None:
        super().__init__(routine, target, assembler)
        self.framed = self.framed or self.works()

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        return {"t0": R7, "t1": IP, "s0": R4, "s1": R5, "s2": R6}  # ip is gcc's static chain

    def standing(self) -> tuple[Hashable, ...]:
        return *super().standing(), self.framed

    # The frame

    def prologue(self) -> None:
        if not self.framed:
            return
        a = self.a
        a.emit(e.push, KEPT)
        a.emit(e.addi, FP, SP, SAVED)
        self.make_room()

    def epilogue(self) -> None:
        """Nothing yet: `ret` and `go` leave the frame and the routine by one load of registers, the program counter among
        them."""

    def ret(self) -> None:
        if not self.framed:
            self.a.emit(e.bx, LR)
            return
        self.a.emit(e.subi, SP, FP, SAVED)
        self.a.emit(e.pop, KEPT ^ 1 << LR ^ 1 << PC)

    def go(self, register: int) -> None:
        if not self.framed:
            self.a.emit(e.bx, register)
            return
        self.a.emit(e.ldr, self.DATA, FP, -WORD)
        self.a.emit(e.str_, self.DATA, FP, -2 * WORD)
        self.a.emit(e.str_, register, FP, -WORD)
        self.a.emit(e.subi, SP, FP, SAVED)
        self.a.emit(e.pop, LEAVING)

    # Moving

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        self._access(LOADS[size, signed], to, source, size, signed)

    def store(self, to: Mem, source: int, size: int) -> None:
        self._access(STORES[size], source, to, size)

    def _access(
        self, encoders: tuple[Encoder, Encoder], register: int, place: Mem, size: int, signed: bool = False
    ) -> None:
        """A load or a store, by way of SPARE where the offset does not fit it."""
        with_offset, with_index = encoders
        if e.fits(place.offset, size, signed):
            self.a.emit(with_offset, register, *place)
        else:
            self.constant(SPARE, place.offset)
            self.a.emit(with_index, register, place.base, SPARE)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        register = self.VECTORS[place.name]
        if place.name.startswith("s"):
            if size == WORD and _by_vfp(source):
                self.a.emit(e.vldr_s, register, *source)
            else:
                self.load(self.DATA, source, size)
                self.a.emit(e.vmov_s_r, register, self.DATA)
            return
        for number in range(size // 8):
            part = source.plus(8 * number)
            if _by_vfp(part):
                self.a.emit(e.vldr_d, register + number, *part)
            else:
                self.load(self.DATA, part, WORD)
                self.load(self.OTHER, part.plus(WORD), WORD)
                self.a.emit(e.vmov_d_rr, register + number, self.DATA, self.OTHER)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        register = self.VECTORS[place.name]
        if place.name.startswith("s"):
            if size == WORD and _by_vfp(to):
                self.a.emit(e.vstr_s, register, *to)
            else:
                self.a.emit(e.vmov_r_s, self.DATA, register)
                self.store(to, self.DATA, size)
            return
        for number in range(size // 8):
            part = to.plus(8 * number)
            if _by_vfp(part):
                self.a.emit(e.vstr_d, register + number, *part)
            else:
                self.a.emit(e.vmov_rr_d, self.DATA, self.OTHER, register + number)
                self.store(part, self.DATA, WORD)
                self.store(part.plus(WORD), self.OTHER, WORD)

    def add(self, to: int, base: int, amount: int) -> None:
        """`to = base + amount`."""
        if not amount:
            if to != base:
                self.move(to, base)
        elif e.held(amount):
            self.a.emit(e.addi, to, base, amount)
        elif e.held(-amount):
            self.a.emit(e.subi, to, base, -amount)
        else:
            self.constant(SPARE, amount)
            self.a.emit(e.add, to, base, SPARE)

    def symbol(self, to: int, name: str) -> None:
        self.a.pool(e.ldr, lambda distance: (to, PC, distance - AHEAD), name)

    def move(self, to: int, source: int) -> None:
        self.a.emit(e.mov, to, source)

    # Computing

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        if operation == "neg":
            self.a.emit(e.rsbi, to, to, 0)
            return
        if operation in SHIFTS:
            if operand:
                self.a.emit(SHIFTS[operation], to, to, operand)
            return
        for encoder, number in zip(IMMEDIATE.get(operation, ()), _views(operation, operand), strict=False):
            if e.held(number):
                self.a.emit(encoder, to, to, number)
                return
        super().compute_constant(operation, to, operand)

    def count(self, place: Mem, amount: int) -> None:
        a, again = self.a, f"again_{len(self.a.data)}"
        self.address(self.HOLDER, place)
        self.constant(SPARE, amount)
        a.emit(e.dmb)
        a.label(again)
        a.emit(e.ldrex, self.DATA, self.HOLDER)
        a.emit(e.add, self.DATA, self.DATA, SPARE)
        a.emit(e.strex, self.OTHER, self.DATA, self.HOLDER)
        a.emit(e.cmpi, self.OTHER, 0)
        a.jump(e.b, e.NE, to=again)
        a.emit(e.dmb)

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        double, half = Place(f"d{VECTOR_SPARE}", "vector"), Place(f"s{HALF_SPARE}", "vector")
        if kind == "f64:f32":
            self.load_vector(double, source, 8)
            self.a.emit(e.vcvt_s_d, HALF_SPARE, VECTOR_SPARE)
            self.store_vector(to, half, 4)
        else:
            self.load_vector(half, source, 4)
            self.a.emit(e.vcvt_d_s, VECTOR_SPARE, HALF_SPARE)
            self.store_vector(to, double, 8)

    def thread(self, to: int) -> None:
        self.a.emit(e.mrc_tpidruro, to)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        first = self.comparand(left, size, self.DATA)
        if isinstance(right, Constant):
            value = either(right.value, size)
            if e.held(value):
                self.a.emit(e.cmpi, first, value)
            elif e.held(-value):
                self.a.emit(e.cmni, first, -value)
            else:
                self.constant(self.OTHER, value)
                self.a.emit(e.cmp, first, self.OTHER)
        else:
            self.a.emit(e.cmp, first, self.comparand(right, size, self.OTHER))
        self.a.note = note
        self.a.jump(e.b, CONDITIONS[condition], to=label)

    def jump(self, label: str) -> None:
        self.a.jump(e.b, e.AL, to=label)

    def call_register(self, register: int) -> None:
        self.a.emit(e.blx, register)

    def move_vector(self, to: Place, source: Place) -> None:
        first, second = self.VECTORS[to.name], self.VECTORS[source.name]
        if to == source:
            return
        if to.name.startswith("s"):
            self.a.emit(e.vmov_s, first, second)
            return
        for number in range(2 if to.name.startswith("q") else 1):
            self.a.emit(e.vmov_d, first + number, second + number)


class FarArm(Arm):
    """For pools further away than a load reaches: three instructions for each."""

    def symbol(self, to: int, name: str) -> None:
        a = self.a
        origin = len(a.data) + 2 * WORD + AHEAD  # what the program counter is to the load
        a.pool(e.movw, lambda distance: (to, distance & 0xFFFF), name, origin=origin)
        a.pool(e.movt, lambda distance: (to, distance >> 16 & 0xFFFF), name, origin=origin)
        a.emit(e.ldrx, to, PC, to)


def _by_vfp(place: Mem) -> bool:
    """Whether VFP's loads and stores take the place: it is in a frame, at a multiple of 4."""
    return place.base in (SP, FP) and e.vfits(place.offset)


def _views(operation: str, operand: int) -> tuple[int, int]:
    """A number as an instruction may have it, and as its counterpart may."""
    other = ~operand if operation == "and" else -operand
    return operand & 0xFFFF_FFFF, other & 0xFFFF_FFFF
