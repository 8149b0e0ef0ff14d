"""How i386 does what the engine asks, beside what `x86.machine` says.

Six registers have to do: eax and ecx are the stub's temporaries, ebx, esi and edi what it saves, edx is what is on
its way, and ebp, which frames always push, has pointers. Above the locals lie the registers that the routine's own
arguments came in. An address that code waits for is part of the instruction that needs it. In an aligned frame ebp
remembers at every call where esp was.
"""

from __future__ import annotations

from collections.abc import Hashable

from ...convention import Placement, Target
from ...convention.placement import Register as Place
from ...encode import i386 as e
from ...ir.instruction import Copy, LoadArgument, Routine
from ..engine import Assembler, Mem
from ..engine.machine import Constant, either
from ..engine.odd_sizes import LONG
from ..frame_layout import through_pointers
from ..x86.machine import X86, operand
from .registers import BYTES, GENERAL, NUMBERS, SAVED, banks, chain_of, general

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["I386"]

EAX, ECX, EDX, EBX, ESP, EBP = e.EAX, e.ECX, e.EDX, e.EBX, e.ESP, e.EBP


class I386(X86):
    e: ClassVar[Any] = e
    cpu: ClassVar[str] = "i386"
    word: ClassVar[int] = 4
    widest: ClassVar[int] = 4
    filler: ClassVar[bytes] = e.int3()
    jumps_at_end: ClassVar[bool] = False  # its arguments would lie where the frame is
    SP: ClassVar[int] = ESP
    HOLDER: ClassVar[int] = EBP
    DATA: ClassVar[int] = EDX
    OTHER: ClassVar[int] = EDX
    TARGET: ClassVar[int] = EDX
    CONSTANT: ClassVar[int] = EDX  # all fit
    RESULT: ClassVar[int] = EAX
    BASES: ClassVar[tuple[str, str]] = ("esp", "ebp")
    PUSHED: ClassVar[dict[str, int]] = NUMBERS
    GENERAL: ClassVar[dict[str, int]] = GENERAL
    VECTORS: ClassVar[dict[str, int]] = {f"{bank}mm{n}": n for bank in ("", "x", "y", "z") for n in range(8)}

    def __init__(self, routine: Routine, target: Target, assembler: type[Assembler]) -> None:
        super().__init__(routine, target, assembler)
        layout = self.layout
        self.arriving = {name: number for number, name in enumerate(general(routine.placement))}
        self.chain = chain_of(routine.placement)
        self.aligned = layout.align > 16
        through = through_pointers(routine) or any(type(s) is Copy and s.size > LONG for s in routine.steps)
        self.hands_on = any(type(step) is LoadArgument and step.to == "t1" for step in routine.steps)
        framed = bool(layout.calls or layout.top or layout.saved or self.arriving or through)
        saved = [SAVED[name] for name in layout.saved]
        if self.chain is None and "ebx" not in saved:
            saved.insert(0, "ebx")
        self.arrivals = layout.top
        self.base = self.arrivals + 4 * len(self.arriving)  # in an aligned frame: what ebp is, what is called
        top = self.base + (8 if self.aligned else 0)
        self.lay_out((*saved, "ebp") if framed else (), top, framed=framed)

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        return {"t0": EAX, "t1": ECX, "s0": EBX, "s1": e.ESI, "s2": e.EDI}

    def outlook(self) -> tuple[Hashable, ...]:
        """Also where calls find what ebp is, and whether they hand t1 on."""
        return *super().outlook(), self.aligned and self.base, self.hands_on

    # The frame

    def push(self, count: int, name: str) -> None:
        if count == 1 and self.chain is None:
            self.a.note = "what t1 is to be; ebx takes its place"
            self.a.emit(e.xchg_mr, operand(ESP, 0), EBX)
        else:
            super().push(count, name)

    def prologue(self) -> None:
        a = self.a
        a.frame(8 if self.chain is None else 4, (), "esp")  # t1 lies below the return address
        a.note = "a landing pad for indirect calls (CET)"
        a.emit(e.endbr32)
        super().prologue()
        if self.aligned:
            a.emit(e.mov_mr, operand(ESP, self.base), EBP)
        for name, number in self.arriving.items():
            a.emit(e.mov_mr, operand(ESP, self.arrivals + 4 * number), self.GENERAL[name])
        if self.chain != ECX:
            a.emit(e.mov_rr, ECX, EBX if self.chain is None else self.chain)

    def unalign(self) -> None:
        self.a.emit(e.mov_rm, ESP, operand(ESP, self.base))

    def incoming(self, offset: int) -> Mem:
        if self.aligned:
            self.a.emit(e.mov_rm, EBP, operand(ESP, self.base))
            return Mem(EBP, 4 * len(self.pushed) + 4 + offset)
        return Mem(ESP, self.depth + offset)

    def spilled_argument(self, place: Place) -> Mem | None:
        if place.bank != "general":
            return None
        return Mem(ESP, self.arrivals + 4 * self.arriving[place.name])

    # Moving

    def byte(self, register: int) -> int:
        if register in BYTES:
            return register
        self.move(EDX, register)
        return EDX

    def load_odd(self, to: int, source: Mem, size: int) -> None:
        """Three bytes: the last first, the others below it."""
        self.load(to, source.plus(2), 1)
        self.a.emit(e.shift_ri, e.SHL, to, 16)
        self.a.emit(e.mov_rm, to, operand(*source), 16)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        if place.bank == "mmx":  # i386 psABI 1.1, §2.2.1: at a function's entry and exit the x87 must work
            self.a.emit(e.movq_qm, self.VECTORS[place.name], operand(*source))
            self.a.emit(e.emms)  # the registers keep what they have
        elif size == 2:
            self.load(EDX, source, 2)
            self.a.emit(e.movd_xr, self.VECTORS[place.name], EDX)
        else:
            super().load_vector(place, source, size)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        if place.bank == "mmx":
            self.a.emit(e.movq_mq, operand(*to), self.VECTORS[place.name])
            self.a.emit(e.emms)
        elif size == 2:
            self.a.emit(e.movd_rx, EDX, self.VECTORS[place.name])
            self.store(to, EDX, 2)
        else:
            super().store_vector(to, place, size)

    def copy(self, to: Mem, source: Mem, size: int, by: int) -> None:
        if by != source.base:
            super().copy(to, source, size, by)
            return
        self.a.emit(e.push_r, ECX)  # from behind one pointer to behind another: no register is left
        if not self.aligned:
            self.a.frame(self.depth + 4, self.pushed, "esp")
        super().copy(to, source, size, ECX)
        self.a.emit(e.pop_r, ECX)
        self.at_label()

    def copy_at_once(self, to: Mem, source: Mem, size: int, by: int) -> bool:
        """`rep movs`, with the registers that it works on saved in those that lowering has; eax is left alone."""
        a = self.a
        self.address(EDX, source)  # first: ebp may be what the source lies behind
        self.address(EBP, to)
        a.emit(e.push_r, ECX)
        if not self.aligned:
            a.frame(self.depth + 4, self.pushed, "esp")
        a.emit(e.xchg_rr, EDX, e.ESI)
        a.emit(e.xchg_rr, EBP, e.EDI)
        a.emit(e.mov_ri, ECX, size // 4)
        a.note = f"{size} bytes"
        a.emit(e.rep_movsd)
        if size % 4:
            a.emit(e.mov_ri, ECX, size % 4)
            a.emit(e.rep_movsb)
        a.emit(e.mov_rr, e.ESI, EDX)
        a.emit(e.mov_rr, e.EDI, EBP)
        a.emit(e.pop_r, ECX)
        self.at_label()
        return True

    def constant(self, to: int, value: int) -> None:
        self.a.emit(e.mov_ri, to, either(value, 4))

    def symbol(self, to: int, name: str) -> None:
        self.a.absolute(e.mov_ri_full, to, 0, symbol=name)

    # Computing

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        narrow = kind == "f64:f32"  # the x87 rounds to nearest even, as its control word says at every entry
        self.a.emit(e.fld_m, operand(*source), 64 if narrow else 32)
        self.a.emit(e.fstp_m, operand(*to), 32 if narrow else 64)

    def thread(self, to: int) -> None:
        self.a.emit(e.mov_gs, to)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        if size == 1 and isinstance(left, int) and isinstance(right, int) and BYTES.isdisjoint((left, right)):
            for copy, register in ((EDX, left), (EBP, right)):  # only one of them could get a name for its low byte
                self.move(copy, register)
                self.a.emit(e.shift_ri, e.SHL, copy, 24)
            left, right, size = EDX, EBP, 4
        super().branch(condition, left, right, size, label, note)

    def compare_symbol(self, left: int | Mem, name: str) -> None:
        if isinstance(left, Mem):
            self.a.absolute(e.alu_mi_full, e.CMP, operand(*left), 0, symbol=name)
        else:
            self.a.absolute(e.alu_ri_full, e.CMP, left, 0, symbol=name)

    def call(self, target: int | Mem | str, placement: Placement) -> None:
        a, note = self.a, self.a.note
        a.note = ""
        if self.aligned:  # ebp is for unwinders by now
            if not isinstance(target, int):
                self.fetch(EBP, target)
                target = Mem(ESP, self.base + 4)
                a.emit(e.mov_mr, operand(*target), EBP)
            a.emit(e.mov_rm, EBP, operand(ESP, self.base))
        elif isinstance(target, str):
            self.fetch(EBP, target)
            target = EBP
        a.note = note
        if isinstance(target, Mem):
            a.emit(e.call_m, operand(*target))
        else:
            a.emit(e.call_r, target)

    def before_register_arguments(self, placement: Placement) -> None:
        chain = chain_of(placement)
        if self.hands_on and chain not in (None, ECX):
            self.a.note = "the static chain, where no argument is"
            self.a.emit(e.mov_rr, chain, ECX)

    def after_call(self, placement: Placement) -> None:
        a, size = self.a, placement.callee_pops
        if size:
            a.note = "the callee has removed its arguments"
            a.emit(e.alu_ri, e.SUB, ESP, size)
        if "mmx" in banks(*placement.arguments) and "x87" not in banks(placement.result):
            a.note = "whatever the callee did with its arguments"
            a.emit(e.emms)

    def move_vector(self, to: Place, source: Place) -> None:
        raise TypeError(f"i386: no argument in {to} comes from {source}")
