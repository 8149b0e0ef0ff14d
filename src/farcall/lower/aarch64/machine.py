"""How AArch64 does what the engine asks.

The frame, which every routine that calls has in one shape, so that one description serves all unwinders:

    x29 + 48 ...     the routine's own stack arguments; here the caller's frame starts
    x29 + 32         x21
    x29 + 16         x19, x20
    x29 + 0          x29, x30 of the caller: the frame record (AAPCS64 §6.4.6)
    sp + ...         locals
    sp + 0           outgoing arguments, as large as the largest call needs
"""

from __future__ import annotations

from ...convention import Target
from ...convention.placement import Register as Place
from ...encode import aarch64 as e
from ..engine import LoadStore, Mem
from ..engine.assembler import Encoder
from ..engine.machine import Constant, either

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["AArch64", "BigAArch64"]

FP, LR = 29, 30
#: Bytes of the frame above x29.
SAVED = 48
#: The platform's own register where there is one (AAPCS64 §6.1.1), else a temporary in which gcc has the static chain.
PLATFORM, CHAIN = 18, 18
PLATFORMS_REGISTER = frozenset({"macos", "windows"})
#: For offsets and addresses that do not fit an instruction, and results that tell whether a store was exclusive.
SPARE, STATUS = 13, 12
#: v31, for what goes through it within one instruction of a routine.
VECTOR_SPARE = 31

CONDITIONS = {
    "eq": e.EQ, "ne": e.NE, "lt": e.LT, "le": e.LE, "gt": e.GT, "ge": e.GE,
    "below": e.LO, "below_eq": e.LS, "above": e.HI, "above_eq": e.HS,
}  # fmt: skip
LOGICAL = {"and": e.and_ri, "or": e.orr_ri, "xor": e.eor_ri}
SHIFTS = {"shl": e.lsl_ri, "shr": e.lsr_ri, "sar": e.asr_ri}


class AArch64(LoadStore):
    cpu: ClassVar[str] = "aarch64"
    word: ClassVar[int] = 8
    widest: ClassVar[int] = 16
    filler: ClassVar[bytes] = e.brk(0)
    SP: ClassVar[int] = 31
    FP: ClassVar[int] = FP
    above: ClassVar[int] = SAVED
    ZERO: ClassVar[int | None] = 31  # xzr
    TARGET: ClassVar[int] = 16  # x16: a jump through it may land on `bti c`
    HOLDER: ClassVar[int] = 17
    DATA: ClassVar[int] = 15
    OTHER: ClassVar[int] = 14
    RESULT: ClassVar[int] = 0
    GENERAL: ClassVar[dict[str, int]] = {f"x{n}": n for n in range(31)}
    VECTORS: ClassVar[dict[str, int]] = {f"v{n}": n for n in range(32)}
    constant_moves = staticmethod(e.constant_moves)
    OPERATIONS: ClassVar[dict[str, Encoder]] = {
        "add": e.add_rr, "sub": e.sub_rr, "and": e.and_rr, "or": e.orr_rr, "xor": e.eor_rr, "mul": e.mul_rr,
    }  # fmt: skip
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]] = {
        (1, False): (e.uxtb,), (2, False): (e.uxth,), (4, False): (e.uxtw,),
        (1, True): (e.sxtb,), (2, True): (e.sxth,), (4, True): (e.sxtw,),
    }  # fmt: skip

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        chain = 10 if target.system in PLATFORMS_REGISTER else CHAIN
        return {"t0": 9, "t1": chain, "s0": 19, "s1": 20, "s2": 21}

    # The frame

    def prologue(self) -> None:
        a = self.a
        a.note = "a landing pad for indirect calls (BTI)"
        a.emit(e.bti, "c")
        if not self.framed:
            return
        a.emit(e.stp, FP, LR, self.SP, -SAVED, "pre")
        a.emit(e.mov_sp, FP, self.SP)
        a.emit(e.stp, 19, 20, self.SP, 16, "offset")
        a.emit(e.str_, 21, self.SP, 32, 64)
        self.make_room()

    def align_stack(self, align: int) -> None:
        self.a.emit(e.mov_sp, SPARE, self.SP)
        self.a.emit(e.and_ri, self.SP, SPARE, -align)

    def epilogue(self) -> None:
        if not self.framed:
            return
        a = self.a
        a.emit(e.mov_sp, self.SP, FP)
        a.emit(e.ldp, 19, 20, self.SP, 16, "offset")
        a.emit(e.ldr, 21, self.SP, 32, 64)
        a.emit(e.ldp, FP, LR, self.SP, SAVED, "post")

    def ret(self) -> None:
        self.a.emit(e.ret)

    # Moving

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        base, offset = self._reach(source, size)
        self.a.emit(e.ldrs if signed and size < self.word else e.ldr, to, base, offset, size * 8)

    def store(self, to: Mem, source: int, size: int) -> None:
        base, offset = self._reach(to, size)
        self.a.emit(e.str_, source, base, offset, size * 8)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        base, offset = self._reach(source, size)
        self.a.emit(e.ldr_v, self.VECTORS[place.name], base, offset, size * 8)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        base, offset = self._reach(to, size)
        self.a.emit(e.str_v, self.VECTORS[place.name], base, offset, size * 8)

    def copy(self, to: Mem, source: Mem, size: int, by: int) -> None:
        if size < 8:
            super().copy(to, source, size, by)
            return
        base, offset = self._reach(source, size)
        self.a.emit(e.ldr_v, VECTOR_SPARE, base, offset, size * 8)
        base, offset = self._reach(to, size)
        self.a.emit(e.str_v, VECTOR_SPARE, base, offset, size * 8)

    def _reach(self, place: Mem, size: int) -> Mem:
        """The place, or the same by way of SPARE where its offset does not fit a load or store of `size` bytes."""
        if e.fits(place.offset, size * 8):
            return place
        self.add(SPARE, place.base, place.offset)
        return Mem(SPARE, 0)

    def add(self, to: int, base: int, amount: int) -> None:
        """`to = base + amount`; either may be the stack pointer."""
        encoder, rest = (e.sub_ri, -amount) if amount < 0 else (e.add_ri, amount)
        if rest < 1 << 24:
            if rest >> 12:
                self.a.emit(encoder, to, base, rest >> 12, True)
                base = to
            if rest & 0xFFF or base != to:
                self.a.emit(encoder, to, base, rest & 0xFFF)
            return
        self.constant(SPARE, amount)  # a frame or an object of 16 MB
        self.a.emit(e.mov_sp, STATUS, base)
        self.a.emit(e.add_rr, SPARE, STATUS, SPARE)
        self.a.emit(e.mov_sp, to, SPARE)

    def symbol(self, to: int, name: str) -> None:
        self.a.pool(e.ldr_literal, lambda distance: (to, distance), name)

    def move(self, to: int, source: int) -> None:
        self.a.emit(e.mov_rr, to, source)

    # Computing

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        a = self.a
        if operation == "neg":
            a.emit(e.neg_r, to, to)
        elif operation in SHIFTS:
            a.emit(SHIFTS[operation], to, to, operand)
        elif operation in ("add", "sub") and -(1 << 24) < operand < 1 << 24:
            self.add(to, to, operand if operation == "add" else -operand)
        elif operation in LOGICAL and e.is_bitmask(operand, 64):
            a.emit(LOGICAL[operation], to, to, operand)
        else:
            super().compute_constant(operation, to, operand)

    def count(self, place: Mem, amount: int) -> None:
        a, again = self.a, f"again_{len(self.a.data)}"
        self.address(self.HOLDER, place)
        a.label(again)
        a.emit(e.ldaxr, self.DATA, self.HOLDER)
        self.add(self.DATA, self.DATA, amount)
        a.emit(e.stlxr, STATUS, self.DATA, self.HOLDER)
        a.jump(e.cbnz, STATUS, to=again)
        a.emit(e.dmb, "ish")

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        wide, narrow = Place(f"v{VECTOR_SPARE}", "vector"), kind == "f64:f32"
        self.load_vector(wide, source, 8 if narrow else 4)
        self.a.emit(e.fcvt, VECTOR_SPARE, VECTOR_SPARE, 32 if narrow else 64, 64 if narrow else 32)
        self.store_vector(to, wide, 4 if narrow else 8)

    def thread(self, to: int) -> None:
        self.a.emit(e.mrs_tpidr_el0, to)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        a = self.a
        first = self.comparand(left, size, self.DATA)
        bits = 64 if size == 8 else 32
        if isinstance(right, Constant):
            value = either(right.value, size)
            if value == 0 and condition in ("eq", "ne"):
                a.note = note
                a.jump(e.cbz if condition == "eq" else e.cbnz, first, to=label, bits=bits)
                return
            if 0 <= value < 4096:
                a.emit(e.cmp_ri, first, value, False, bits)
            elif -4096 < value < 0:
                a.emit(e.cmn_ri, first, -value, False, bits)
            else:
                self.constant(self.OTHER, value)
                a.emit(e.cmp_rr, first, self.OTHER, 0, bits)
        else:
            a.emit(e.cmp_rr, first, self.comparand(right, size, self.OTHER), 0, bits)
        a.note = note
        a.jump(e.b_cond, CONDITIONS[condition], to=label)

    def jump(self, label: str) -> None:
        self.a.jump(e.b, to=label)

    def go(self, register: int) -> None:
        self.a.emit(e.br, register)

    def call_register(self, register: int) -> None:
        self.a.emit(e.blr, register)

    def move_vector(self, to: Place, source: Place) -> None:
        if to != source:
            self.a.emit(e.fmov_vv, self.VECTORS[to.name], self.VECTORS[source.name], 64)


class BigAArch64(AArch64):
    """Of programs whose numbers have the highest byte first; their instructions are the same."""

    cpu: ClassVar[str] = "aarch64_be"
