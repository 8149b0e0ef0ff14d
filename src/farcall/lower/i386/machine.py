"""How i386 does what the engine asks.

Six registers have to do: eax and ecx are the stub's temporaries, ebx, esi and edi what it saves, edx is what is on
its way, and ebp, which frames always push, has pointers. Most steps work on memory outright.

    esp + 0                  outgoing arguments, as large as the largest call needs
    esp + ...                locals, then the registers that the routine's own arguments came in
    esp + size               pushed registers, last pushed first
    esp + size + 4 * pushed  return address
    above                    the routine's own stack arguments

An address that code waits for is part of the instruction that needs it. A call that wants more than 16 bytes'
alignment gets an aligned frame: ebp remembers at every call where esp was.
"""

from __future__ import annotations

from typing import ClassVar

from ...convention import Placement, Target
from ...convention.placement import Register as Place
from ...convention.placement import ValueLocation
from ...ctype import Float, unqualified
from ...encode import i386 as e
from ...ir.instruction import Copy, Indirect, LoadArgument, Routine
from ..code import Unwind
from ..engine import Machine, Mem
from ..engine.machine import Constant
from ..engine.odd_sizes import LONG
from .registers import BYTES, GENERAL, NUMBERS, SAVED, banks, chain_of, general

__all__ = ["I386"]

EAX, ECX, EDX, EBX, ESP, EBP = e.EAX, e.ECX, e.EDX, e.EBX, e.ESP, e.EBP
#: The smallest distance in which a guard page may lie.
PAGE = 4096
CONDITIONS = {
    "eq": e.CC_E, "ne": e.CC_NE, "lt": e.CC_L, "le": e.CC_LE, "gt": e.CC_G, "ge": e.CC_GE,
    "below": e.CC_B, "below_eq": e.CC_BE, "above": e.CC_A, "above_eq": e.CC_AE,
}  # fmt: skip
ALU = {"add": e.ADD, "sub": e.SUB, "and": e.AND, "or": e.OR, "xor": e.XOR}
SHIFTS = {"shl": e.SHL, "shr": e.SHR, "sar": e.SAR}


class I386(Machine):
    cpu: ClassVar[str] = "i386"
    word: ClassVar[int] = 4
    widest: ClassVar[int] = 4
    filler: ClassVar[bytes] = e.int3()
    jumps_at_end: ClassVar[bool] = False  # its arguments would lie where the frame is
    loops: ClassVar[bool] = False
    SP: ClassVar[int] = ESP
    HOLDER: ClassVar[int] = EBP
    DATA: ClassVar[int] = EDX
    OTHER: ClassVar[int] = EDX
    TARGET: ClassVar[int] = EDX
    RESULT: ClassVar[int] = EAX
    GENERAL: ClassVar[dict[str, int]] = GENERAL
    VECTORS: ClassVar[dict[str, int]] = {f"{bank}mm{n}": n for bank in ("", "x", "y", "z") for n in range(8)}

    def __init__(self, routine: Routine, target: Target) -> None:
        super().__init__(routine, target)
        outline = self.outline
        self.arriving = general(routine.placement)
        self.chain = chain_of(routine.placement)
        self.aligned = outline.align > 16
        through = any(isinstance(part, Indirect) for step in routine.steps for part in step)
        through |= any(isinstance(step, Copy) and step.size > LONG for step in routine.steps)
        self.hands_on = any(isinstance(step, LoadArgument) and step.to == "t1" for step in routine.steps)
        self.framed = bool(outline.calls or outline.top or outline.saved or self.arriving or through)
        saved = [SAVED[name] for name in outline.saved]
        if self.chain is None and "ebx" not in saved:
            saved.insert(0, "ebx")
        self.pushed = (*saved, "ebp") if self.framed else ()
        self.arrivals = outline.top
        self.base = self.arrivals + 4 * len(self.arriving)  # in an aligned frame: what ebp is, what is called
        above = 4 * len(self.pushed) + 4
        top = self.base + (8 if self.aligned else 0)
        if self.aligned:
            self.size = -(-top // outline.align) * outline.align
        else:
            self.size = -(-(top + above) // 16) * 16 - above if self.framed else 0
        self.depth = self.size + above

    @classmethod
    def names(cls, target: Target) -> dict[str, int]:
        return {"t0": EAX, "t1": ECX, "s0": EBX, "s1": e.ESI, "s2": e.EDI}

    # The frame

    def prologue(self) -> None:
        a = self.a
        self._depth(8 if self.chain is None else 4, ())  # t1 lies below the return address
        a.note = "a landing pad for indirect calls (CET)"
        a.emit(e.endbr32)
        for count, name in enumerate(self.pushed, 1):
            if count == 1 and self.chain is None:
                a.note = "what t1 is to be; ebx takes its place"
                a.emit(e.xchg_mr, e.Mem(ESP, 0), EBX)
            else:
                a.emit(e.push_r, NUMBERS[name])
            self._depth(4 * count + 4, self.pushed[:count])
        if self.aligned:
            a.emit(e.mov_rr, EBP, ESP)
            self._whole()
        if self.size:
            a.emit(e.alu_ri, e.SUB, ESP, self.size)
            self._whole()
            for page in range(PAGE, self.size, PAGE):  # touch each, so that the guard page is met
                a.emit(e.alu_mi, e.OR, e.Mem(ESP, self.size - page), 0)
        if self.aligned:
            a.note = f"arguments aligned to {self.outline.align} bytes go on this stack"
            a.emit(e.alu_ri, e.AND, ESP, -self.outline.align)
            a.emit(e.mov_mr, e.Mem(ESP, self.base), EBP)
        for number, name in enumerate(self.arriving):
            a.emit(e.mov_mr, e.Mem(ESP, self.arrivals + 4 * number), self.GENERAL[name])
        if self.chain != ECX:
            a.emit(e.mov_rr, ECX, EBX if self.chain is None else self.chain)

    def epilogue(self) -> None:
        a, pushed = self.a, self.pushed
        if self.aligned:
            a.emit(e.mov_rm, ESP, e.Mem(ESP, self.base))
        elif self.size:
            a.emit(e.alu_ri, e.ADD, ESP, self.size)
        self._depth(4 * len(pushed) + 4, pushed)
        for count in range(len(pushed) - 1, -1, -1):
            a.emit(e.pop_r, NUMBERS[pushed[count]])
            self._depth(4 * count + 4, pushed[:count])

    def labelled(self) -> None:
        self._whole()  # whatever came before, here the frame stands

    def _whole(self) -> None:
        if self.aligned:
            self._depth(4 * len(self.pushed) + 4, self.pushed, "ebp")
        else:
            self._depth(self.depth, self.pushed)

    def _depth(self, depth: int, pushed: tuple[str, ...], base: str = "esp") -> None:
        """Tell unwinders: the caller's frame starts `depth` bytes above `base`."""
        self.a.unwind.append(Unwind(len(self.a.data), depth, pushed, base))

    def ret(self) -> None:
        self.a.emit(e.ret, self.routine.placement.callee_pops)

    def incoming(self, offset: int) -> Mem:
        if self.aligned:
            self.a.emit(e.mov_rm, EBP, e.Mem(ESP, self.base))
            return Mem(EBP, 4 * len(self.pushed) + 4 + offset)
        return Mem(ESP, self.depth + offset)

    def arrived(self, place: Place) -> Mem | None:
        if place.bank != "general":
            return None
        return Mem(ESP, self.arrivals + 4 * self.arriving.index(place.name))

    # Moving

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        if size == 4:
            self.a.emit(e.mov_rm, to, e.Mem(*source))
        else:
            self.a.emit(e.movsx_rm if signed else e.movzx_rm, to, e.Mem(*source), size * 8)

    def load_odd(self, to: int, source: Mem, size: int) -> None:
        """Three bytes: the last first, the others below it."""
        self.load(to, source.plus(2), 1)
        self.a.emit(e.shift_ri, e.SHL, to, 16)
        self.a.emit(e.mov_rm, to, e.Mem(*source), 16)

    def store(self, to: Mem, source: int, size: int) -> None:
        if size == 1 and source not in BYTES:
            self.move(EDX, source)
            source = EDX
        self.a.emit(e.mov_mr, e.Mem(*to), source, size * 8)

    def store_constant(self, to: Mem, value: int, size: int) -> None:
        self.a.emit(e.mov_mi, e.Mem(*to), _either(value, size), size * 8)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        mem = e.Mem(*source)
        if place.bank == "x87":
            self.a.emit(e.fld_m, mem, _x87(size))
        elif place.bank == "mmx":  # i386 psABI 1.1, §2.2.1: at a function's entry and exit the x87 must work
            self.a.emit(e.movq_qm, self.VECTORS[place.name], mem)
            self.a.emit(e.emms)  # the registers keep what they have
        elif size > 16:
            self.a.emit(e.vmovups_rm, self.VECTORS[place.name], mem, size * 8)
        elif size == 2:
            self.load(EDX, source, 2)
            self.a.emit(e.movd_xr, self.VECTORS[place.name], EDX)
        else:
            self.a.emit(e.sse_rm, _MOVES[size], self.VECTORS[place.name], mem)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        mem = e.Mem(*to)
        if place.bank == "x87":
            self.a.emit(e.fstp_m, mem, _x87(size))
        elif place.bank == "mmx":
            self.a.emit(e.movq_mq, mem, self.VECTORS[place.name])
            self.a.emit(e.emms)
        elif size > 16:
            self.a.emit(e.vmovups_mr, mem, self.VECTORS[place.name], size * 8)
        elif size == 2:
            self.a.emit(e.movd_rx, EDX, self.VECTORS[place.name])
            self.store(to, EDX, 2)
        else:
            self.a.emit(e.sse_mr, _MOVES[size], mem, self.VECTORS[place.name])

    def copy(self, to: Mem, source: Mem, size: int) -> None:
        self.load(EDX, source, size)
        self.store(to, EDX, size)

    def copy_at_once(self, to: Mem, source: Mem, size: int) -> bool:
        """`rep movs`, with the registers that it works on saved in those that lowering has; eax is left alone."""
        a = self.a
        self.address(EDX, source)  # first: ebp may be what the source lies behind
        self.address(EBP, to)
        a.emit(e.push_r, ECX)
        if not self.aligned:
            self._depth(self.depth + 4, self.pushed)
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
        self._whole()
        return True

    def address(self, to: int, place: Mem) -> None:
        self.a.emit(e.lea_rm, to, e.Mem(*place))

    def constant(self, to: int, value: int) -> None:
        self.a.emit(e.mov_ri, to, _either(value, 4))

    def symbol(self, to: int, name: str) -> None:
        self.a.absolute(e.mov_ri_full, to, 0, symbol=name)

    def move(self, to: int, source: int) -> None:
        if to != source:
            self.a.emit(e.mov_rr, to, source)

    def widen(self, to: int, source: int, size: int, signed: bool) -> None:
        if size == 4:
            self.move(to, source)
            return
        if size == 1 and source not in BYTES:
            self.move(EDX, source)
            source = EDX
        self.a.emit(e.movsx_rr if signed else e.movzx_rr, to, source, size * 8)

    # Computing

    def compute(self, operation: str, to: int, operand: int) -> None:
        if operation == "mul":
            self.a.emit(e.imul_rr, to, operand)
        else:
            self.a.emit(e.alu_rr, ALU[operation], to, operand)

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        if operation == "neg":
            self.a.emit(e.unary_r, e.NEG, to)
        elif operation in SHIFTS:
            self.a.emit(e.shift_ri, SHIFTS[operation], to, operand)
        elif operation == "mul":
            self.a.emit(e.imul_rri, to, to, _either(operand, 4))
        else:
            self.a.emit(e.alu_ri, ALU[operation], to, _either(operand, 4))

    def count(self, place: Mem, amount: int) -> None:
        self.a.emit(e.lock_alu_mi, e.ADD, e.Mem(*place), amount)

    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        narrow = kind == "f64:f32"  # the x87 rounds to nearest even, as its control word says at every entry
        self.a.emit(e.fld_m, e.Mem(*source), 64 if narrow else 32)
        self.a.emit(e.fstp_m, e.Mem(*to), 32 if narrow else 64)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        a, bits = self.a, size * 8
        if isinstance(left, int) and isinstance(right, int) and size == 1 and BYTES.isdisjoint((left, right)):
            for copy, register in ((EDX, left), (EBP, right)):  # only one of them could get a name for its low byte
                self.move(copy, register)
                a.emit(e.shift_ri, e.SHL, copy, 24)
            left, right, bits = EDX, EBP, 32
        elif isinstance(left, int) and size == 1 and left not in BYTES:
            self.move(EDX, left)
            left = EDX
        elif isinstance(right, int) and size == 1 and right not in BYTES:
            self.move(EDX, right)
            right = EDX
        if isinstance(left, Mem):
            mem = e.Mem(*left)
            if isinstance(right, Constant):
                a.emit(e.alu_mi, e.CMP, mem, _either(right.value, size), bits)
            elif isinstance(right, str):
                a.absolute(e.alu_mi_full, e.CMP, mem, 0, symbol=right)
            else:
                assert isinstance(right, int)
                a.emit(e.alu_mr, e.CMP, mem, right, bits)
        elif isinstance(right, Constant):
            if right.value == 0 and condition in ("eq", "ne"):
                a.emit(e.alu_rr, e.TEST, left, left, bits)
            else:
                a.emit(e.alu_ri, e.CMP, left, _either(right.value, size), bits)
        elif isinstance(right, str):
            a.absolute(e.alu_ri_full, e.CMP, left, 0, symbol=right)
        else:
            assert isinstance(right, int)
            a.emit(e.alu_rr, e.CMP, left, right, bits)
        a.note = note
        a.jump(e.jcc32, CONDITIONS[condition], to=label, length=6)

    def jump(self, label: str) -> None:
        self.a.jump(e.jmp32, to=label, length=5)

    def go(self, register: int) -> None:
        self.a.emit(e.jmp_r, register)

    def call(self, target: int | Mem | str) -> None:
        a, note = self.a, self.a.note
        if isinstance(target, int):
            a.emit(e.call_r, target)
        elif self.aligned:
            a.note = ""
            self.fetch(EBP, target)
            a.emit(e.mov_mr, e.Mem(ESP, self.base + 4), EBP)
            a.emit(e.mov_rm, EBP, e.Mem(ESP, self.base))
            a.note = note
            a.emit(e.call_m, e.Mem(ESP, self.base + 4))
        elif isinstance(target, Mem):
            a.emit(e.call_m, e.Mem(*target))
        else:
            a.note = ""
            self.fetch(EBP, target)
            a.note = note
            a.emit(e.call_r, EBP)

    def fetch(self, to: int, target: int | Mem | str) -> None:
        if isinstance(target, Mem):
            self.load(to, target, 4)
        elif isinstance(target, str):
            self.symbol(to, target)
        else:
            self.move(to, target)

    def arrange(self, placement: Placement) -> None:
        chain = chain_of(placement)
        if self.hands_on and chain not in (None, ECX):
            self.a.note = "the static chain, where no argument is"
            self.a.emit(e.mov_rr, chain, ECX)

    def called(self, placement: Placement) -> None:
        a, size = self.a, placement.callee_pops
        if size:
            a.note = "the callee has removed its arguments"
            a.emit(e.alu_ri, e.SUB, ESP, size)
        if "mmx" in banks(*placement.arguments) and "x87" not in banks(placement.result):
            a.note = "whatever the callee did with its arguments"
            a.emit(e.emms)

    def returned(self, passed: ValueLocation) -> Place:
        floating = isinstance(unqualified(passed.type), Float)
        return Place("st0", "x87") if floating else Place("eax", "general")

    def move_vector(self, to: Place, source: Place) -> None:
        raise TypeError(f"i386: no argument in {to} comes from {source}")


_MOVES = {4: e.MOVSS, 8: e.MOVSD, 16: e.MOVUPS}


def _x87(size: int) -> int:
    """The x87's width in bits for a number of so many bytes: an extended one has ten, padded to twelve."""
    return size * 8 if size in (4, 8) else 80


def _either(value: int, size: int) -> int:
    """A number as one that encoders take: signed."""
    bits = size * 8
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> bits - 1 else value
