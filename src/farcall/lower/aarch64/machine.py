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

from collections.abc import Callable
from typing import ClassVar

from ...convention import Placement, Target
from ...convention.placement import Register as Place
from ...encode import aarch64 as e
from ...ir.instruction import Routine
from ..engine import Assembler, Machine, Mem
from ..engine.machine import Constant

__all__ = ["AArch64"]

FP, LR = 29, 30
#: Bytes of the frame above x29.
SAVED = 48
#: The smallest distance in which a guard page may lie.
PAGE = 4096
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
OPERATIONS: dict[str, Callable[..., bytes]] = {
    "add": e.add_rr, "sub": e.sub_rr, "and": e.and_rr, "or": e.orr_rr, "xor": e.eor_rr, "mul": e.mul_rr,
}  # fmt: skip
LOGICAL = {"and": e.and_ri, "or": e.orr_ri, "xor": e.eor_ri}
WIDENING: dict[tuple[int, bool], Callable[..., bytes]] = {
    (1, False): e.uxtb, (2, False): e.uxth, (4, False): e.uxtw, (1, True): e.sxtb, (2, True): e.sxth, (4, True): e.sxtw,
}  # fmt: skip
SHIFTS = {"shl": e.lsl_ri, "shr": e.lsr_ri, "sar": e.asr_ri}


class AArch64(Machine):
    cpu: ClassVar[str] = "aarch64"
    word: ClassVar[int] = 8
    widest: ClassVar[int] = 16
    filler: ClassVar[bytes] = e.brk(0)
    SP: ClassVar[int] = 31
    TARGET: ClassVar[int] = 16  # x16: a jump through it may land on `bti c`
    HOLDER: ClassVar[int] = 17
    DATA: ClassVar[int] = 15
    OTHER: ClassVar[int] = 14
    RESULT: ClassVar[int] = 0
    GENERAL: ClassVar[dict[str, int]] = {f"x{n}": n for n in range(31)}
    VECTORS: ClassVar[dict[str, int]] = {f"v{n}": n for n in range(32)}

    def __init__(self, routine: Routine, target: Target, assembler: type[Assembler]) -> None:
        super().__init__(routine, target, assembler)
        self.framed = bool(self.layout.calls or self.layout.top or self.layout.saved)
        self.size = -(-self.layout.top // 16) * 16

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
        if self.size:
            self._down(self.size)
        if self.layout.align > 16:
            a.note = f"what lies here is aligned to {self.layout.align} bytes"
            a.emit(e.mov_sp, SPARE, self.SP)
            a.emit(e.and_ri, self.SP, SPARE, -self.layout.align)

    def _down(self, size: int) -> None:
        """Move the stack pointer down, touching each page, so that the guard page is met."""
        while size > PAGE:
            self.a.emit(e.sub_ri, self.SP, self.SP, PAGE >> 12, True)
            self.a.emit(e.str_, 31, self.SP, 0, 64)
            size -= PAGE
        self._add(self.SP, self.SP, -size)

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

    def incoming(self, offset: int) -> Mem:
        return Mem(FP, SAVED + offset) if self.framed else Mem(self.SP, offset)

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
            self.load(by, source, size)
            self.store(to, by, size)
            return
        base, offset = self._reach(source, size)
        self.a.emit(e.ldr_v, VECTOR_SPARE, base, offset, size * 8)
        base, offset = self._reach(to, size)
        self.a.emit(e.str_v, VECTOR_SPARE, base, offset, size * 8)

    def _reach(self, place: Mem, size: int) -> Mem:
        """The place, or the same by way of SPARE where its offset does not fit a load or store of `size` bytes."""
        if e.fits(place.offset, size * 8):
            return place
        self._add(SPARE, place.base, place.offset)
        return Mem(SPARE, 0)

    def address(self, to: int, place: Mem) -> None:
        self._add(to, place.base, place.offset)

    def _add(self, to: int, base: int, amount: int) -> None:
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

    def constant(self, to: int, value: int) -> None:
        for encoder, operands in e.constant_moves(to, value):
            self.a.emit(encoder, *operands)

    def symbol(self, to: int, name: str) -> None:
        self.a.pool(e.ldr_literal, lambda distance: (to, distance), name)

    def move(self, to: int, source: int) -> None:
        self.a.emit(e.mov_rr, to, source)

    def widen(self, to: int, source: int, size: int, signed: bool) -> None:
        if size < self.word:
            self.a.emit(WIDENING[size, signed], to, source)
        elif to != source:
            self.move(to, source)

    def store_constant(self, to: Mem, value: int, size: int) -> None:
        if value == 0:
            self.store(to, 31, size)  # xzr
        else:
            super().store_constant(to, value, size)

    # Computing

    def compute(self, operation: str, to: int, operand: int) -> None:
        self.a.emit(OPERATIONS[operation], to, to, operand)

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        a = self.a
        if operation == "neg":
            a.emit(e.neg_r, to, to)
        elif operation in SHIFTS:
            a.emit(SHIFTS[operation], to, to, operand)
        elif operation in ("add", "sub") and -(1 << 24) < operand < 1 << 24:
            self._add(to, to, operand if operation == "add" else -operand)
        elif operation in LOGICAL and e.is_bitmask(operand, 64):
            a.emit(LOGICAL[operation], to, to, operand)
        else:
            self.constant(self.OTHER, operand)
            self.compute(operation, to, self.OTHER)

    def count(self, place: Mem, amount: int) -> None:
        a, again = self.a, f"again_{len(self.a.data)}"
        self.address(self.HOLDER, place)
        a.label(again)
        a.emit(e.ldaxr, self.DATA, self.HOLDER)
        self._add(self.DATA, self.DATA, amount)
        a.emit(e.stlxr, STATUS, self.DATA, self.HOLDER)
        a.jump(e.cbnz, STATUS, to=again)
        a.emit(e.dmb, "ish")

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        wide, narrow = Place(f"v{VECTOR_SPARE}", "vector"), kind == "f64:f32"
        self.load_vector(wide, source, 8 if narrow else 4)
        self.a.emit(e.fcvt, VECTOR_SPARE, VECTOR_SPARE, 32 if narrow else 64, 64 if narrow else 32)
        self.store_vector(to, wide, 4 if narrow else 8)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        a = self.a
        first = self._operand(left, size, self.DATA)
        bits = 64 if size == 8 else 32
        if isinstance(right, Constant):
            value = _signed(right.value, size)
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
            a.emit(e.cmp_rr, first, self._operand(right, size, self.OTHER), 0, bits)
        a.note = note
        a.jump(e.b_cond, CONDITIONS[condition], to=label)

    def _operand(self, operand: int | Mem | str, size: int, into: int) -> int:
        """A register to compare by; what is narrower than 32 bits is widened with its sign, on both sides alike."""
        if isinstance(operand, Mem):
            self.load(into, operand, size, signed=size < 4)
            return into
        if isinstance(operand, str):
            self.symbol(into, operand)
            return into
        if size < 4:
            self.widen(into, operand, size, True)
            return into
        return operand

    def jump(self, label: str) -> None:
        self.a.jump(e.b, to=label)

    def go(self, register: int) -> None:
        self.a.emit(e.br, register)

    def call(self, target: int | Mem | str, placement: Placement) -> None:
        note, self.a.note = self.a.note, ""
        if not isinstance(target, int):
            self.fetch(self.TARGET, target)
        self.a.note = note
        self.a.emit(e.blr, target if isinstance(target, int) else self.TARGET)

    def fetch(self, to: int, target: int | Mem | str) -> None:
        if isinstance(target, Mem):
            self.load(to, target, self.word)
        elif isinstance(target, str):
            self.symbol(to, target)
        else:
            self.move(to, target)

    def move_vector(self, to: Place, source: Place) -> None:
        if to != source:
            self.a.emit(e.fmov_vv, self.VECTORS[to.name], self.VECTORS[source.name], 64)


def _signed(value: int, size: int) -> int:
    """A constant as a signed number of `size` bytes."""
    bits = size * 8
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> bits - 1 else value
