"""How LoongArch 64 does what the engine asks.

The frame, which every routine that calls has in one shape, so that one description serves all unwinders:

    fp + 0 ...       the routine's own stack arguments; here the caller's frame starts
    fp - 8           ra
    fp - 16          fp of the caller
    fp - 40          s2, s1, s0
    sp + ...         locals
    sp + 0           outgoing arguments, as large as the largest call needs
"""

from __future__ import annotations

from collections.abc import Callable

from ...convention import Target
from ...convention.placement import Register as Place
from ...encode import loongarch64 as e
from ..engine import LoadStore, Mem
from ..engine.assembler import Encoder
from ..engine.machine import Constant, either

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["FarLoongArch64", "LoongArch64"]

ZERO, RA, FP = 0, 1, 22
#: Where the saved registers lie, in bytes above the stack pointer when it has gone down by SAVED.
SAVED = 48
KEPT = ((RA, 40), (FP, 32), (23, 24), (24, 16), (25, 8))
#: t0, for offsets that do not fit an instruction.
SPARE = 12
#: ft0, for what goes through it within one instruction of a routine.
VECTOR_SPARE = 8

#: A condition as a branch, and whether its operands change places.
CONDITIONS = {
    "eq": (e.beq, False), "ne": (e.bne, False), "lt": (e.blt, False), "ge": (e.bge, False),
    "gt": (e.blt, True), "le": (e.bge, True), "below": (e.bltu, False), "above_eq": (e.bgeu, False),
    "above": (e.bltu, True), "below_eq": (e.bgeu, True),
}  # fmt: skip
OPPOSITE = {e.beq: e.bne, e.bne: e.beq, e.blt: e.bge, e.bge: e.blt, e.bltu: e.bgeu, e.bgeu: e.bltu}
#: With a number: of 12 bits without a sign.
IMMEDIATE = {"and": e.andi, "or": e.ori, "xor": e.xori}
SHIFTS = {"shl": e.slli_d, "shr": e.srli_d, "sar": e.srai_d}
LOADS = {
    (1, True): e.ld_b, (2, True): e.ld_h, (4, True): e.ld_w, (8, True): e.ld_d,
    (1, False): e.ld_bu, (2, False): e.ld_hu, (4, False): e.ld_wu, (8, False): e.ld_d,
}  # fmt: skip
STORES = {1: e.st_b, 2: e.st_h, 4: e.st_w, 8: e.st_d}


class LoongArch64(LoadStore):
    cpu: ClassVar[str] = "loongarch64"
    word: ClassVar[int] = 8
    widest: ClassVar[int] = 8
    filler: ClassVar[bytes] = e.break_()
    SP: ClassVar[int] = 3
    FP: ClassVar[int] = FP
    ZERO: ClassVar[int | None] = ZERO
    TARGET: ClassVar[int] = 13
    HOLDER: ClassVar[int] = 16
    DATA: ClassVar[int] = 17
    OTHER: ClassVar[int] = 18
    RESULT: ClassVar[int] = 4
    GENERAL: ClassVar[dict[str, int]] = {f"a{n}": 4 + n for n in range(8)}
    VECTORS: ClassVar[dict[str, int]] = {f"fa{n}": n for n in range(8)}
    constant_moves = staticmethod(e.constant_moves)
    OPERATIONS: ClassVar[dict[str, Encoder]] = {
        "add": e.add_d, "sub": e.sub_d, "and": e.and_, "or": e.or_, "xor": e.xor, "mul": e.mul_d,
    }  # fmt: skip
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]] = {
        (1, True): (e.ext_w_b,), (2, True): (e.ext_w_h,), (4, True): (e.addi_w, 0),
        (1, False): (e.andi, 0xFF), (2, False): (e.bstrpick_d, 15, 0), (4, False): (e.bstrpick_d, 31, 0),
    }  # fmt: skip
    compared: ClassVar[int] = 8

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        return {"t0": 15, "t1": 14, "s0": 23, "s1": 24, "s2": 25}  # t2 is where libffi has a Go closure

    # The frame

    def prologue(self) -> None:
        if not self.framed:
            return
        a, sp = self.a, self.SP
        a.emit(e.addi_d, sp, sp, -SAVED)
        for register, offset in KEPT:
            a.emit(e.st_d, register, sp, offset)
        a.emit(e.addi_d, FP, sp, SAVED)
        self.make_room()

    def epilogue(self) -> None:
        if not self.framed:
            return
        a, sp = self.a, self.SP
        a.emit(e.addi_d, sp, FP, -SAVED)
        for register, offset in KEPT:
            a.emit(e.ld_d, register, sp, offset)
        a.emit(e.addi_d, sp, sp, SAVED)

    def ret(self) -> None:
        self.a.emit(e.jirl, ZERO, RA, 0)

    # Moving

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        base, offset = self._reach(source)
        self.a.emit(LOADS[size, signed], to, base, offset)

    def store(self, to: Mem, source: int, size: int) -> None:
        base, offset = self._reach(to)
        self.a.emit(STORES[size], source, base, offset)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        base, offset = self._reach(source)
        self.a.emit(e.fld_s if size == 4 else e.fld_d, self.VECTORS[place.name], base, offset)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        base, offset = self._reach(to)
        self.a.emit(e.fst_s if size == 4 else e.fst_d, self.VECTORS[place.name], base, offset)

    def _reach(self, place: Mem) -> Mem:
        """The place, or the same by way of SPARE where its offset does not fit a load or store."""
        if e.fits(place.offset):
            return place
        self.add(SPARE, place.base, place.offset)
        return Mem(SPARE, 0)

    def add(self, to: int, base: int, amount: int) -> None:
        """`to = base + amount`."""
        if e.fits(amount):
            if amount or to != base:
                self.a.emit(e.addi_d, to, base, amount)
            return
        self.constant(SPARE, amount)
        self.a.emit(e.add_d, to, base, SPARE)

    def symbol(self, to: int, name: str) -> None:
        origin = len(self.a.data)
        self.a.pool(e.pcaddu12i, lambda distance: (to, e.hi20(distance)), name)
        self.a.pool(e.ld_d, lambda distance: (to, to, e.lo12(distance)), name, origin=origin)

    def move(self, to: int, source: int) -> None:
        self.a.emit(e.or_, to, source, ZERO)

    # Computing

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        if operation == "sub":
            operation, operand = "add", -operand
        if operation == "neg":
            self.a.emit(e.sub_d, to, ZERO, to)
        elif operation in SHIFTS:
            self.a.emit(SHIFTS[operation], to, to, operand)
        elif operation == "add" and e.fits(operand):
            self.a.emit(e.addi_d, to, to, operand)
        elif operation in IMMEDIATE and 0 <= operand < 0x1000:
            self.a.emit(IMMEDIATE[operation], to, to, operand)
        else:
            super().compute_constant(operation, to, operand)

    def count(self, place: Mem, amount: int) -> None:
        self.address(self.HOLDER, place)
        self.constant(self.DATA, amount)
        self.a.emit(e.amadd_db_d, ZERO, self.DATA, self.HOLDER)

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        narrow = kind == "f64:f32"
        base, offset = self._reach(source)
        self.a.emit(e.fld_d if narrow else e.fld_s, VECTOR_SPARE, base, offset)
        self.a.emit(e.fcvt_s_d if narrow else e.fcvt_d_s, VECTOR_SPARE, VECTOR_SPARE)
        base, offset = self._reach(to)
        self.a.emit(e.fst_s if narrow else e.fst_d, VECTOR_SPARE, base, offset)

    def thread(self, to: int) -> None:
        self.a.emit(e.or_, to, e.TP, ZERO)

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
        self.a.jump(e.b, to=label)

    def go(self, register: int) -> None:
        self.a.emit(e.jirl, ZERO, register, 0)

    def call_register(self, register: int) -> None:
        self.a.emit(e.jirl, RA, register, 0)

    def move_vector(self, to: Place, source: Place) -> None:
        if to != source:
            self.a.emit(e.fmov_d, self.VECTORS[to.name], self.VECTORS[source.name])


class FarLoongArch64(LoongArch64):
    """For routines longer than a branch reaches: a jump, around which the opposite branch leads."""

    def branch_to(self, encoder: Callable[..., bytes], left: int, right: int, label: str) -> None:
        self.a.emit(OPPOSITE[encoder], left, right, 8)
        self.jump(label)
