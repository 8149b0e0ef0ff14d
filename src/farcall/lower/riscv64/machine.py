"""How RISC-V does what the engine asks, with registers of 64 bits and of 32.

The frame, which every routine that calls has in one shape, so that one description serves all unwinders:

    s0 + 0 ...       the routine's own stack arguments; here the caller's frame starts
    s0 - 1 word      ra
    s0 - 2 words     s0 of the caller
    s0 - 5 words     s3, s2, s1
    sp + ...         locals
    sp + 0           outgoing arguments, as large as the largest call needs
"""

from __future__ import annotations

from collections.abc import Callable

from ...convention import Target
from ...convention.placement import Register as Place
from ...encode import riscv64 as e
from ..engine import LoadStore, Mem
from ..engine.assembler import Encoder
from ..engine.machine import Constant, either

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["FarRiscV32", "FarRiscV64", "RiscV32", "RiscV64"]

ZERO, RA, FP = 0, 1, 8
#: What frames keep, below the caller's, in words of the frame; and how many words that is, with what aligns the stack.
KEPT, SAVED_WORDS = (RA, FP, 9, 18, 19), {8: 6, 4: 8}
#: t0, for offsets that do not fit an instruction.
SPARE = 5
#: ft0, for what goes through it within one instruction of a routine.
VECTOR_SPARE = 0

#: A condition as a branch, and whether its operands change places.
CONDITIONS = {
    "eq": (e.beq, False), "ne": (e.bne, False), "lt": (e.blt, False), "ge": (e.bge, False),
    "gt": (e.blt, True), "le": (e.bge, True), "below": (e.bltu, False), "above_eq": (e.bgeu, False),
    "above": (e.bltu, True), "below_eq": (e.bgeu, True),
}  # fmt: skip
OPPOSITE = {e.beq: e.bne, e.bne: e.beq, e.blt: e.bge, e.bge: e.blt, e.bltu: e.bgeu, e.bgeu: e.bltu}
IMMEDIATE = {"add": e.addi, "and": e.andi, "or": e.ori, "xor": e.xori}
SHIFTS = {"shl": e.slli, "shr": e.srli, "sar": e.srai}
LOADS = {
    (1, True): e.lb, (2, True): e.lh, (4, True): e.lw, (8, True): e.ld,
    (1, False): e.lbu, (2, False): e.lhu, (4, False): e.lwu, (8, False): e.ld,
}  # fmt: skip
STORES = {1: e.sb, 2: e.sh, 4: e.sw, 8: e.sd}
#: What adds to a word in memory at once, by its bytes.
ADDING = {4: e.amoadd_w, 8: e.amoadd_d}
#: The bits above a half-precision number in a register of single precision (NaN boxing, ISA manual §13.2), and on.
BOXED = -0x1_0000


class RiscV64(LoadStore):
    cpu: ClassVar[str] = "riscv64"
    word: ClassVar[int] = 8
    widest: ClassVar[int] = 8
    filler: ClassVar[bytes] = e.ebreak()
    SP: ClassVar[int] = 2
    FP: ClassVar[int] = FP
    ZERO: ClassVar[int | None] = ZERO
    TARGET: ClassVar[int] = 6  # t1: a jump through t0 would count as a return
    HOLDER: ClassVar[int] = 29
    DATA: ClassVar[int] = 30
    OTHER: ClassVar[int] = 31
    RESULT: ClassVar[int] = 10
    GENERAL: ClassVar[dict[str, int]] = {f"a{n}": 10 + n for n in range(8)}
    VECTORS: ClassVar[dict[str, int]] = {f"fa{n}": 10 + n for n in range(8)}
    constant_moves = staticmethod(e.constant_moves)
    OPERATIONS: ClassVar[dict[str, Encoder]] = {
        "add": e.add, "sub": e.sub, "and": e.and_, "or": e.or_, "xor": e.xor, "mul": e.mul,
    }  # fmt: skip
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]] = {(4, True): (e.addiw, 0), (1, False): (e.andi, 0xFF)}
    compared: ClassVar[int] = 8

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        return {"t0": 28, "t1": 7, "s0": 9, "s1": 18, "s2": 19}  # t2 is gcc's static chain

    # The frame

    def prologue(self) -> None:
        if not self.framed:
            return
        a, sp, saved = self.a, self.SP, SAVED_WORDS[self.word] * self.word
        a.emit(e.addi, sp, sp, -saved)
        for position, register in enumerate(KEPT, 1):
            a.emit(STORES[self.word], register, sp, saved - self.word * position)
        a.emit(e.addi, FP, sp, saved)
        self.make_room()

    def epilogue(self) -> None:
        if not self.framed:
            return
        a, sp, saved = self.a, self.SP, SAVED_WORDS[self.word] * self.word
        a.emit(e.addi, sp, FP, -saved)
        for position, register in enumerate(KEPT, 1):
            a.emit(LOADS[self.word, True], register, sp, saved - self.word * position)
        a.emit(e.addi, sp, sp, saved)

    def ret(self) -> None:
        self.a.emit(e.jalr, ZERO, RA, 0)

    # Moving

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        base, offset = self._reach(source)
        self.a.emit(LOADS[size, signed or size == self.word], to, base, offset)

    def store(self, to: Mem, source: int, size: int) -> None:
        base, offset = self._reach(to)
        self.a.emit(STORES[size], source, base, offset)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        register = self.VECTORS[place.name]
        if size == 2:
            self.load(self.DATA, source, 2)
            self.constant(self.OTHER, BOXED)
            self.a.emit(e.or_, self.DATA, self.DATA, self.OTHER)
            self.a.emit(e.fmv_w_x, register, self.DATA)
            return
        base, offset = self._reach(source)
        self.a.emit(e.flw if size == 4 else e.fld, register, base, offset)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        register = self.VECTORS[place.name]
        if size == 2:
            self.a.emit(e.fmv_x_w, self.DATA, register)
            self.store(to, self.DATA, 2)
            return
        base, offset = self._reach(to)
        self.a.emit(e.fsw if size == 4 else e.fsd, register, base, offset)

    def _reach(self, place: Mem) -> Mem:
        """The place, or the same by way of SPARE where its offset does not fit a load or store."""
        if -2048 <= place.offset < 2048:
            return place
        self.add(SPARE, place.base, place.offset)
        return Mem(SPARE, 0)

    def add(self, to: int, base: int, amount: int) -> None:
        """`to = base + amount`."""
        if -2048 <= amount < 2048:
            if amount or to != base:
                self.a.emit(e.addi, to, base, amount)
            return
        self.constant(SPARE, amount)
        self.a.emit(e.add, to, base, SPARE)

    def symbol(self, to: int, name: str) -> None:
        origin = len(self.a.data)
        self.a.pool(e.auipc, lambda distance: (to, e.hi20(distance)), name)
        self.a.pool(LOADS[self.word, True], lambda distance: (to, to, e.lo12(distance)), name, origin=origin)

    def move(self, to: int, source: int) -> None:
        self.a.emit(e.addi, to, source, 0)

    def widen(self, to: int, source: int, size: int, signed: bool) -> None:
        if size == self.word or (size, signed) in self.WIDENING:
            super().widen(to, source, size, signed)
        else:
            above = 8 * (self.word - size)
            self.a.emit(e.slli, to, source, above)
            self.a.emit(e.srai if signed else e.srli, to, to, above)

    # Computing

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        if operation == "sub":
            operation, operand = "add", -operand
        if operation == "neg":
            self.a.emit(e.sub, to, ZERO, to)
        elif operation in SHIFTS:
            self.a.emit(SHIFTS[operation], to, to, operand)
        elif operation in IMMEDIATE and -2048 <= operand < 2048:
            self.a.emit(IMMEDIATE[operation], to, to, operand)
        else:
            super().compute_constant(operation, to, operand)

    def count(self, place: Mem, amount: int) -> None:
        self.address(self.HOLDER, place)
        self.constant(self.DATA, amount)
        self.a.emit(ADDING[self.word], ZERO, self.DATA, self.HOLDER, "aqrl")

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        narrow = kind == "f64:f32"
        base, offset = self._reach(source)
        self.a.emit(e.fld if narrow else e.flw, VECTOR_SPARE, base, offset)
        self.a.emit(e.fcvt_s_d if narrow else e.fcvt_d_s, VECTOR_SPARE, VECTOR_SPARE)
        base, offset = self._reach(to)
        self.a.emit(e.fsw if narrow else e.fsd, VECTOR_SPARE, base, offset)

    def thread(self, to: int) -> None:
        self.a.emit(e.addi, to, e.TP, 0)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        first = self.comparand(left, size, self.DATA)
        second = self.comparand(right, size, self.OTHER)
        encoder, swapped = CONDITIONS[condition]
        self.a.note = note
        self.branch_to(encoder, *((second, first) if swapped else (first, second)), label)

    def branch_to(self, encoder: Callable[..., bytes], left: int, right: int, label: str) -> None:
        self.a.jump(encoder, left, right, to=label)

    def comparand(self, operand: int | Mem | str | Constant, size: int, into: int) -> int:
        """The same, or a register with a number."""
        if not isinstance(operand, Constant):
            return super().comparand(operand, size, into)
        value = either(operand.value, size)
        if not value:
            return ZERO
        self.constant(into, value)
        return into

    def jump(self, label: str) -> None:
        self.a.jump(e.jal, ZERO, to=label)

    def go(self, register: int) -> None:
        self.a.emit(e.jalr, ZERO, register, 0)

    def call_register(self, register: int) -> None:
        self.a.emit(e.jalr, RA, register, 0)

    def move_vector(self, to: Place, source: Place) -> None:
        if to != source:
            self.a.emit(e.fmv_d, self.VECTORS[to.name], self.VECTORS[source.name])


class RiscV32(RiscV64):
    cpu: ClassVar[str] = "riscv32"
    word: ClassVar[int] = 4
    widest: ClassVar[int] = 4
    constant_moves = staticmethod(e.narrow_constant_moves)
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]] = {(1, False): (e.andi, 0xFF)}
    compared: ClassVar[int] = 4


class _Far(RiscV64):
    """For routines longer than a branch reaches: a jump, around which the opposite branch leads."""

    def branch_to(self, encoder: Callable[..., bytes], left: int, right: int, label: str) -> None:
        self.a.emit(OPPOSITE[encoder], left, right, 8)
        self.jump(label)


class FarRiscV64(_Far):
    """Of 64 bits."""


class FarRiscV32(_Far, RiscV32):
    """Of 32 bits."""

    cpu: ClassVar[str] = "riscv32"
