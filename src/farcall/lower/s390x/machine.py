"""How z/Architecture does what the engine asks.

The frame, which every routine that calls has in one shape, so that one description serves all unwinders:

    r11 + 160 ...    the routine's own stack arguments; here the caller's frame starts
    r11 + 48         r6 to r15 of the caller, in the area that the caller leaves for them
    r11 + 0          where the stack pointer was
    r15 + ...        locals
    r15 + 160        outgoing arguments, as many as the largest call needs
    r15 + 0          the area for callees

Routines that call nothing and keep nothing leave r15 and r11 alone. Two registers are no argument's and no caller's: r0,
which is no base, and in which gcc has the static chain, and r1.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from ...convention import Placement, Target
from ...convention.placement import Register as Place
from ...encode import s390x as e
from ...ir.instruction import LoadArgument, Routine, TailJump
from ..engine import Assembler, LoadStore, Mem
from ..engine.machine import Constant, either

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["CHAIN", "S390x"]

CHAIN, SPARE, FP, LINK = e.R0, e.R1, e.R11, e.R14
#: Where a callee saves register n of its caller: so many bytes for each above the caller's stack pointer.
SLOT = 8
#: f1, for what goes through it within one instruction of a routine.
VECTOR_SPARE = e.F1

CONDITIONS = {
    "eq": e.EQUAL, "ne": e.NOT_EQUAL, "lt": e.LOW, "le": e.NOT_HIGH, "gt": e.HIGH, "ge": e.NOT_LOW,
    "below": e.LOW, "below_eq": e.NOT_HIGH, "above": e.HIGH, "above_eq": e.NOT_LOW,
}  # fmt: skip
#: Conditions of numbers without a sign.
UNSIGNED = frozenset({"below", "below_eq", "above", "above_eq"})
OPERATIONS = {"add": e.agr, "sub": e.sgr, "and": e.ngr, "or": e.ogr, "xor": e.xgr, "mul": e.msgr}
SHIFTS = {"shl": e.sllg, "shr": e.srlg, "sar": e.srag}
#: By operation, what changes the upper half of a register, what the lower, and what bits leave a half alone.
HALVES: dict[str, tuple[Callable[..., bytes], Callable[..., bytes], int]] = {
    "and": (e.nihf, e.nilf, 0xFFFF_FFFF), "or": (e.oihf, e.oilf, 0), "xor": (e.xihf, e.xilf, 0),
}  # fmt: skip
LOADS = {
    (1, True): e.lgb, (2, True): e.lgh, (4, True): e.lgf, (8, True): e.lg,
    (1, False): e.llgc, (2, False): e.llgh, (4, False): e.llgf, (8, False): e.lg,
}  # fmt: skip
STORES = {1: e.stcy, 2: e.sthy, 4: e.sty, 8: e.stg}
NUMBERS = {2: e.mvhhi, 4: e.mvhi, 8: e.mvghi}
#: Elements of a vector register by their size, the leftmost of which a narrow vector is.
ELEMENTS = {1: (e.vleb, e.vsteb), 2: (e.vleh, e.vsteh), 4: (e.vlef, e.vstef), 8: (e.vleg, e.vsteg)}
FLOATS = {4: (e.ley, e.stey), 8: (e.ldy, e.stdy)}


class S390x(LoadStore):
    cpu: ClassVar[str] = "s390x"
    word: ClassVar[int] = 8
    widest: ClassVar[int] = 8
    filler: ClassVar[bytes] = e.trap()
    stack_align: ClassVar[int] = 8
    SP: ClassVar[int] = e.R15
    FP: ClassVar[int] = FP
    TARGET: ClassVar[int] = e.R1
    HOLDER: ClassVar[int] = e.R13
    DATA: ClassVar[int] = e.R0
    OTHER: ClassVar[int] = e.R14
    RESULT: ClassVar[int] = e.R2
    GENERAL: ClassVar[dict[str, int]] = {f"r{n}": n for n in range(2, 7)}
    VECTORS: ClassVar[dict[str, int]] = {f"f{n}": n for n in range(16)} | {f"v{n}": n for n in range(32)}
    constant_moves = staticmethod(e.constant_moves)
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]] = {
        (1, False): (e.llgcr,), (2, False): (e.llghr,), (4, False): (e.llgfr,),
        (1, True): (e.lgbr,), (2, True): (e.lghr,), (4, True): (e.lgfr,),
    }  # fmt: skip

    def __init__(self, routine: Routine, target: Target, assembler: type[Assembler]) -> None:
        super().__init__(routine, target, assembler)
        #: Whether registers are saved.
        self.saves = self.framed or self.works()
        #: Whether t1 is the caller's static chain, whether it is to be a callee's, and whether that is jumped to.
        self.chained = "t1" in routine.live_in
        self.hands_on = any(isinstance(step, LoadArgument) and step.to == "t1" for step in routine.steps)
        self.passes_on = self.hands_on or (self.chained and any(isinstance(step, TailJump) for step in routine.steps))

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        return {"t0": e.R10, "t1": e.R12, "s0": e.R7, "s1": e.R8, "s2": e.R9}

    def outlook(self) -> tuple[Hashable, ...]:
        """Also whether calls hand t1 on."""
        return *super().outlook(), self.hands_on

    def standing(self) -> tuple[Hashable, ...]:
        return *super().standing(), self.saves, self.passes_on

    # The frame

    def prologue(self) -> None:
        a, sp = self.a, self.SP
        if self.framed:
            a.emit(e.stmg, e.R6, sp, sp, SLOT * e.R6)
            a.emit(e.lgr, FP, sp)
        elif self.saves:
            a.emit(e.stmg, e.R10, LINK, sp, SLOT * e.R10)
        if self.chained:
            a.emit(e.lgr, self.named["t1"], CHAIN)
        self.make_room()

    def epilogue(self) -> None:
        if self.passes_on:
            self.a.emit(e.lgr, CHAIN, self.named["t1"])
        if self.framed:
            self.a.emit(e.lmg, e.R6, self.SP, FP, SLOT * e.R6)
        elif self.saves:
            self.a.emit(e.lmg, e.R10, LINK, self.SP, SLOT * e.R10)

    def ret(self) -> None:
        self.a.emit(e.br, LINK)

    # Moving

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        self.a.emit(LOADS[size, signed], to, *self._reach(source))

    def store(self, to: Mem, source: int, size: int) -> None:
        self.a.emit(STORES[size], source, *self._reach(to))

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        register = self.VECTORS[place.name]
        if not place.name.startswith("f"):
            self.a.emit(e.vl if size == 16 else ELEMENTS[size][0], register, *self._reach_vector(source))
        elif size in FLOATS:
            self.a.emit(FLOATS[size][0], register, *self._reach(source))
        else:  # a half-precision number, at the left as all are
            self.load(self.DATA, source, size)
            self.a.emit(e.sllg, self.DATA, self.DATA, 64 - 8 * size)
            self.a.emit(e.ldgr, register, self.DATA)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        register = self.VECTORS[place.name]
        if not place.name.startswith("f"):
            self.a.emit(e.vst if size == 16 else ELEMENTS[size][1], register, *self._reach_vector(to))
        elif size in FLOATS:
            self.a.emit(FLOATS[size][1], register, *self._reach(to))
        else:
            self.a.emit(e.lgdr, self.DATA, register)
            self.a.emit(e.srlg, self.DATA, self.DATA, 64 - 8 * size)
            self.store(to, self.DATA, size)

    def _reach(self, place: Mem) -> tuple[int, ...]:
        """A base, an offset, and where that does not fit an instruction, an index."""
        if e.fits(place.offset):
            return place
        self.constant(SPARE, place.offset)
        return place.base, 0, SPARE

    def _reach_vector(self, place: Mem) -> Mem:
        """The place, or the same by way of SPARE where its offset does not fit an access of a vector."""
        if 0 <= place.offset < 4096:
            return place
        self.address(SPARE, place)
        return Mem(SPARE, 0)

    def add(self, to: int, base: int, amount: int) -> None:
        """`to = base + amount`; the condition code stays."""
        if amount:
            self.a.emit(e.lay, to, *self._reach(Mem(base, amount)))
        elif to != base:
            self.a.emit(e.lgr, to, base)

    def symbol(self, to: int, name: str) -> None:
        self.a.pool(e.lgrl, lambda distance: (to, distance), name)

    def move(self, to: int, source: int) -> None:
        self.a.emit(e.lgr, to, source)

    def store_constant(self, to: Mem, value: int, size: int) -> None:
        number = either(value, size)
        if size == 1 and e.fits(to.offset):
            self.a.emit(e.mviy, *to, number)
        elif size in NUMBERS and 0 <= to.offset < 4096 and -0x8000 <= number < 0x8000:
            self.a.emit(NUMBERS[size], *to, number)
        else:
            super().store_constant(to, value, size)

    # Computing

    def compute(self, operation: str, to: int, operand: int) -> None:
        self.a.emit(OPERATIONS[operation], to, operand)

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        if operation == "sub":
            operation, operand = "add", -operand
        if operation == "neg":
            self.a.emit(e.lcgr, to, to)
        elif operation in SHIFTS:
            self.a.emit(SHIFTS[operation], to, to, operand)
        elif operation == "add" and -0x8000 <= operand < 0x8000:
            self.a.emit(e.aghi, to, operand)
        elif operation in ("add", "mul") and -0x8000_0000 <= operand < 0x8000_0000:
            self.a.emit(e.agfi if operation == "add" else e.msgfi, to, operand)
        elif operation in HALVES:
            *encoders, idle = HALVES[operation]
            for encoder, half in zip(encoders, (operand >> 32 & 0xFFFF_FFFF, operand & 0xFFFF_FFFF), strict=True):
                if half != idle:
                    self.a.emit(encoder, to, half)
        else:
            super().compute_constant(operation, to, operand)

    def count(self, place: Mem, amount: int) -> None:
        if not e.fits(place.offset):
            self.address(self.HOLDER, place)
            place = Mem(self.HOLDER, 0)
        again = f"again_{len(self.a.data)}"
        self.load(self.DATA, place, 8)
        self.a.label(again)
        self.constant(self.OTHER, amount)
        self.a.emit(e.agr, self.OTHER, self.DATA)
        self.a.emit(e.csg, self.DATA, self.OTHER, *place)
        self.a.jump(e.brcl, e.NOT_EQUAL, to=again)

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        narrow = kind == "f64:f32"
        self.a.emit(e.ldy if narrow else e.ley, VECTOR_SPARE, *self._reach(source))
        self.a.emit(e.ledbr if narrow else e.ldebr, VECTOR_SPARE, VECTOR_SPARE)
        self.a.emit(e.stey if narrow else e.stdy, VECTOR_SPARE, *self._reach(to))

    def thread(self, to: int) -> None:
        self.a.emit(e.ear, to, 0)  # the upper half of it is in one access register, the lower in the next (§1.2.3)
        self.a.emit(e.sllg, to, to, 32)
        self.a.emit(e.ear, to, 1)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        unsigned = condition in UNSIGNED
        first = self.comparand(left, size, self.DATA)
        if isinstance(right, Constant):
            self._compare_constant(first, either(right.value, size), size, unsigned)
        elif isinstance(right, str):
            self.a.pool(e.clgrl if unsigned else e.cgrl, lambda distance: (first, distance), right)
        else:
            second = self.comparand(right, size, self.OTHER)
            if size == self.word:
                self.a.emit(e.clgr if unsigned else e.cgr, first, second)
            else:
                self.a.emit(e.clr if unsigned else e.cr, first, second)
        self.a.note = note
        self.a.jump(e.brcl, CONDITIONS[condition], to=label)

    def comparand(self, operand: int | Mem | str, size: int, into: int) -> int:
        """The same; whatever is in memory has a sign."""
        if not isinstance(operand, Mem):
            return super().comparand(operand, size, into)
        self.load(into, operand, size, signed=True)
        return into

    def _compare_constant(self, first: int, value: int, size: int, unsigned: bool) -> None:
        if size < self.word:
            self.a.emit(e.clfi if unsigned else e.cfi, first, value)
        elif unsigned and 0 <= value < 1 << 32:
            self.a.emit(e.clgfi, first, value)
        elif not unsigned and -(1 << 31) <= value < 1 << 31:
            self.a.emit(e.cgfi, first, value)
        else:
            self.constant(self.OTHER, value)
            self.a.emit(e.clgr if unsigned else e.cgr, first, self.OTHER)

    def jump(self, label: str) -> None:
        self.a.jump(e.jg, to=label)

    def go(self, register: int) -> None:
        self.a.emit(e.br, register)

    def before_call(self, register: int) -> None:
        if self.hands_on:
            self.a.emit(e.lgr, CHAIN, self.named["t1"])

    def call_register(self, register: int) -> None:
        self.a.emit(e.basr, LINK, register)

    def call_at_end(self, target: int | Mem | str, placement: Placement) -> None:
        """A call where r6 has an argument: that is also what the caller wants kept."""
        if any(piece.place == LAST for passed in placement.arguments for piece in passed.pieces):
            self.call(target, placement)
            self.epilogue()
            self.ret()
        else:
            super().call_at_end(target, placement)

    def move_vector(self, to: Place, source: Place) -> None:
        if to != source:
            encoder = e.ldr if to.name.startswith("f") else e.vlr
            self.a.emit(encoder, self.VECTORS[to.name], self.VECTORS[source.name])


#: The last register of arguments, which a callee keeps.
LAST = Place("r6", "general")
