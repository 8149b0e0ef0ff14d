"""How x86-64 does what the engine asks, beside what `x86.machine` says.

rax and r10 are the stub's temporaries: no argument comes in them, so that argument moves cannot form a cycle. rbx, r14,
r15 are what it saves. r11 and xmm15 are lowering's own within an instruction of a routine, and rcx and rdx as long as no
argument is in them. In the frame, above the locals:

    rsp + size - 16 * kept   vector registers, first kept last

A routine that is itself called as Win64 has it keeps rdi, rsi and xmm6 to xmm15 for its caller, as far as it or what
it calls changes them. Unwinders of System V know nothing of kept vector registers and restore none.
"""

from __future__ import annotations

from collections.abc import Hashable

from ...convention import Placement, Target
from ...convention.placement import Register as Place
from ...encode import x86_64 as e
from ...encode.x86_64 import R10, R11, RAX, RBP, RBX, RCX, RDI, RDX, RSI, RSP
from ...ir.instruction import Invoke, Routine
from ..engine import Assembler, Mem
from ..engine.odd_sizes import copy, scatter_all
from ..x86.machine import X86, operand

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["PUSHED", "X86_64", "from_pool"]

#: The stub's saved registers, with the names that unwinding knows them by.
SAVED = {"s0": "rbx", "s1": "r14", "s2": "r15"}
#: Registers that frames push, in that order: also those that Win64 has a callee keep and System V does not.
PUSHED = {"rbx": RBX, "r14": e.R14, "r15": e.R15, "rdi": RDI, "rsi": RSI, "rbp": RBP}
#: Registers that lowering uses wherever it likes, beside those that its own convention lets go: of those that some
#: convention keeps.
CLOBBERED = frozenset({"rsi", "xmm15"})
#: xmm15, for what goes through it within one instruction of a routine.
VECTOR_SPARE = 15
VECTOR = 16  # bytes that Win64 has kept of a vector register
#: Bytes that a loop copies each time round.
TURN = 64


class X86_64(X86):
    e: ClassVar[Any] = e
    cpu: ClassVar[str] = "x86_64"
    word: ClassVar[int] = 8
    widest: ClassVar[int] = 16
    filler: ClassVar[bytes] = e.int3()
    jumps_through: ClassVar[frozenset[int]] = frozenset({RAX, R10, R11})
    SP: ClassVar[int] = RSP
    HOLDER: ClassVar[int] = R11
    DATA: ClassVar[int] = RCX
    OTHER: ClassVar[int] = RDX
    TARGET: ClassVar[int] = R11
    CONSTANT: ClassVar[int] = R11
    FREE: ClassVar[int | None] = R11
    FREE_OF_VALUES: ClassVar[int | None] = RSI  # carries no argument where values come by reference
    RESULT: ClassVar[int] = RAX
    BASES: ClassVar[tuple[str, str]] = ("rsp", "rbp")
    PUSHED: ClassVar[dict[str, int]] = PUSHED
    GENERAL: ClassVar[dict[str, int]] = {
        "rax": RAX, "rdx": RDX, "rcx": RCX, "rsi": RSI, "rdi": RDI, "r8": e.R8, "r9": e.R9, "r10": R10, "r11": R11,
    }  # fmt: skip
    VECTORS: ClassVar[dict[str, int]] = {f"{bank}mm{n}": n for bank in "xyz" for n in range(16)}

    def __init__(self, routine: Routine, target: Target, assembler: type[Assembler]) -> None:
        super().__init__(routine, target, assembler)
        layout = self.layout
        general, vector = _kept(routine)
        self.aligned = layout.align > 16 and layout.top > 0
        pushed = (*(SAVED[name] for name in layout.saved), *general, *(["rbp"] if self.aligned else ()))
        top = layout.top + VECTOR * len(vector)
        self.lay_out(pushed, top, framed=top > 0 or layout.calls)
        above = Mem(RBP, 0) if self.aligned else Mem(RSP, self.size)
        self.kept = [(self.VECTORS[name], above.plus(-VECTOR * count)) for count, name in enumerate(vector, 1)]

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        return {"t0": RAX, "t1": R10, "s0": RBX, "s1": e.R14, "s2": e.R15}

    # The frame

    def standing(self) -> tuple[Hashable, ...]:
        return *super().standing(), *self.kept

    def prologue(self) -> None:
        self.a.frame(8, (), "rsp")
        self.a.note = "a landing pad for indirect calls (CET)"
        self.a.emit(e.endbr64)
        super().prologue()
        for register, mem in self.kept:
            self.a.emit(e.sse_mr, e.MOVUPS, operand(*mem), register)

    def epilogue(self) -> None:
        for register, mem in self.kept:
            self.a.emit(e.sse_rm, e.MOVUPS, register, operand(*mem))
        super().epilogue()

    def unalign(self) -> None:
        self.a.emit(e.mov_rr, RSP, RBP)

    def incoming(self, offset: int) -> Mem:
        if self.aligned:
            return Mem(RBP, 8 * len(self.pushed) + 8 + offset)
        return Mem(RSP, self.depth + offset)

    # Moving

    def load_odd(self, to: int, source: Mem, size: int) -> None:
        """The last bytes first, the others below them by way of r11, which may be the base."""
        low = 2 if size == 3 else 4
        high = 4 if size == 7 else size - low  # of seven, the fourth is read twice
        self.load(to, source.plus(size - high), high)
        self.a.emit(e.shift_ri, e.SHL, to, (size - high) * 8)
        self.load(R11, source, low)
        self.a.emit(e.alu_rr, e.OR, to, R11)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        if size in (2, 6):  # a half, or three
            register = self.VECTORS[place.name]
            if size == 6:
                self.a.emit(e.sse_rm, e.MOVSS, register, operand(*source))
            self.a.emit(e.pinsrw_xmi, register, operand(*source.plus(size - 2)), size // 2 - 1)
            return
        super().load_vector(place, source, size)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        if size in (2, 6):
            by = RCX if to.base == R11 else R11  # what lies behind a pointer is a result: no argument is left
            self.a.emit(e.movd_rx, by, self.VECTORS[place.name])
            scatter_all(self, to, by, size)
            return
        super().store_vector(to, place, size)

    def copy(self, to: Mem, source: Mem, size: int, by: int) -> None:
        if size == 16:
            self.a.emit(e.sse_rm, e.MOVUPS, VECTOR_SPARE, operand(*source))
            self.a.emit(e.sse_mr, e.MOVUPS, operand(*to), VECTOR_SPARE)
        else:
            super().copy(to, source, size, by)

    def copy_at_once(self, to: Mem, source: Mem, size: int, by: int) -> bool:
        """A loop that counts in one register: from -`whole` to 0, behind the end of either place."""
        a, whole, again = self.a, size // TURN * TURN, f"copy_{len(self.a.data):x}"
        a.note = f"{whole} bytes"
        self.constant(by, -whole)
        a.label(again)
        for offset in range(whole, whole + TURN, 16):
            a.emit(e.sse_rm, e.MOVUPS, VECTOR_SPARE, e.Mem(source.base, source.offset + offset, by))
            a.emit(e.sse_mr, e.MOVUPS, e.Mem(to.base, to.offset + offset, by), VECTOR_SPARE)
        a.emit(e.alu_ri, e.ADD, by, TURN)
        a.jump(e.jcc32, e.CC_NE, to=again)
        copy(self, to.plus(whole), source.plus(whole), size - whole, by)
        return True

    def constant(self, to: int, value: int) -> None:
        self.a.emit(e.mov_constant, to, value)

    def symbol(self, to: int, name: str) -> None:
        from_pool(self.a, e.mov_rm, to, symbol=name)

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        narrow = kind == "f64:f32"
        self.a.emit(e.sse_rm, e.MOVSD if narrow else e.MOVSS, VECTOR_SPARE, operand(*source))
        self.a.emit(e.sse_rr, e.CVTSD2SS if narrow else e.CVTSS2SD, VECTOR_SPARE, VECTOR_SPARE)
        self.a.emit(e.sse_mr, e.MOVSS if narrow else e.MOVSD, operand(*to), VECTOR_SPARE)

    def thread(self, to: int) -> None:
        self.a.emit(e.mov_fs, to)

    # Going elsewhere

    def compare_symbol(self, left: int | Mem, name: str) -> None:
        if isinstance(left, Mem):
            self.symbol(R11, name)
            self.a.emit(e.alu_mr, e.CMP, operand(*left), R11)
        else:
            from_pool(self.a, e.alu_rm, e.CMP, left, symbol=name)

    def call(self, target: int | Mem | str, placement: Placement) -> None:
        self._transfer(target, placement, at_end=False)

    def call_at_end(self, target: int | Mem | str, placement: Placement) -> None:
        self._transfer(target, placement, at_end=True)

    def _transfer(self, target: int | Mem | str, placement: Placement, *, at_end: bool) -> None:
        a = self.a
        note, a.note = a.note, ""
        if not isinstance(target, str):
            self.fetch(R11, target)
        if placement.vector_count_in is not None:  # last: rax is t0
            a.note = "vector registers used (psABI §3.2.3: al)"
            a.emit(e.mov_ri, self.GENERAL["rax"], placement.vector_count, 32)
        if at_end:
            self.epilogue()
        a.note = note
        if isinstance(target, str):
            from_pool(a, e.jmp_m if at_end else e.call_m, symbol=target)
        else:
            a.emit(e.jmp_r if at_end else e.call_r, R11)

    def move_vector(self, to: Place, source: Place) -> None:
        if to != source:
            self.a.emit(e.sse_rr, e.MOVSD, self.VECTORS[to.name], self.VECTORS[source.name])


def from_pool(a: Assembler, encoder: Any, *operands: Any, symbol: str) -> None:
    """An instruction whose last operand is the pool's cell for `symbol`."""
    a.pool(encoder, lambda distance: (*operands, e.Rip(distance)), symbol)


def _kept(routine: Routine) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The general and the vector registers that the routine's caller wants kept and the routine may change."""
    wanted = routine.placement.preserved
    if not wanted:
        return (), ()
    safe = set(wanted).intersection(*(s.placement.preserved for s in routine.steps if isinstance(s, Invoke)))
    kept = [register for register in wanted if register not in safe or register.name in CLOBBERED]

    def of(bank: str) -> tuple[str, ...]:
        return tuple(register.name for register in kept if register.bank == bank)

    return of("general"), of("vector")
