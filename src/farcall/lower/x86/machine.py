"""How x86-64 and i386 do alike what the engine asks: with two operands, one of which may be memory.

    sp + 0                    outgoing arguments, as large as the largest call needs, with the copies they refer to
    sp + ...                  locals, then what the CPU's own machine puts there
    sp + size                 pushed registers, last pushed first
    sp + size + word * pushed return address
    above                     the routine's own stack arguments

`size` keeps the stack pointer a multiple of 16 at every call (psABI 1.0, §3.2.2; i386 psABI 1.1, §2.2.2). A routine
that wants more, for what lies in its frame or for vectors on the stack, gets an aligned frame: the frame pointer,
pushed last, remembers where the stack pointer was.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable
from functools import lru_cache
from struct import Struct

from ...convention.placement import Register as Place
from ...encode import x86_64 as e
from ..engine import Machine, Mem
from ..engine.machine import PAGE, Constant, either

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["X86", "operand"]

CONDITIONS = {
    "eq": e.CC_E, "ne": e.CC_NE, "lt": e.CC_L, "le": e.CC_LE, "gt": e.CC_G, "ge": e.CC_GE,
    "below": e.CC_B, "below_eq": e.CC_BE, "above": e.CC_A, "above_eq": e.CC_AE,
}  # fmt: skip
ALU = {"add": e.ADD, "sub": e.SUB, "and": e.AND, "or": e.OR, "xor": e.XOR}
SHIFTS = {"shl": e.SHL, "shr": e.SHR, "sar": e.SAR}
MOVES = {4: e.MOVSS, 8: e.MOVSD, 16: e.MOVUPS}

#: Memory as the encoders want it; the places that routines have in common.
operand = lru_cache(maxsize=1024)(e.Mem)


class X86(Machine):
    #: The CPU's encoders.
    e: ClassVar[Any]
    counts_from_end: ClassVar[bool] = True
    distance: ClassVar[Struct | None] = Struct("<i")
    loops: ClassVar[bool] = False
    #: The frame pointer of an aligned frame.
    FP: ClassVar[int] = e.RBP
    #: What unwinders call the stack pointer and the frame pointer.
    BASES: ClassVar[tuple[str, str]]
    #: Registers that frames push, by the names that unwinders know them by.
    PUSHED: ClassVar[dict[str, int]]
    #: For a constant that no instruction takes, where it has to be compared or stored.
    CONSTANT: ClassVar[int]

    # What this routine's frame is, as `lay_out` has it.
    aligned: bool
    pushed: tuple[str, ...]
    size: int
    depth: int

    def lay_out(self, pushed: tuple[str, ...], top: int, *, framed: bool) -> None:
        """Fix the frame: registers to push, and the end of what lies below them, in bytes above the stack pointer."""
        above, align = self.word * (len(pushed) + 1), self.layout.align
        self.pushed = pushed
        if self.aligned:
            self.size = -(-top // align) * align
        else:
            self.size = -(-(top + above) // 16) * 16 - above if framed else 0
        self.depth = self.size + above

    # The frame

    def standing(self) -> tuple[Hashable, ...]:
        return *super().standing(), self.aligned, self.pushed, self.size, self.depth

    def push(self, count: int, name: str) -> None:
        self.a.emit(self.e.push_r, self.PUSHED[name])

    def prologue(self) -> None:
        a, e = self.a, self.e
        for count, name in enumerate(self.pushed, 1):
            self.push(count, name)
            self.a.frame(self.word * (count + 1), self.pushed[:count], self.BASES[0])
        if self.aligned:
            a.emit(e.mov_rr, self.FP, self.SP)
            self.at_label()
        if self.size:
            a.emit(e.alu_ri, e.SUB, self.SP, self.size)
            self.at_label()
            end = self.size + (self.layout.align - 16 if self.aligned else 0)
            for page in range(PAGE, end, PAGE):  # touch each, so that the guard page is met
                a.emit(e.alu_mi, e.OR, operand(self.SP, self.size - page), 0)
        if self.aligned:
            a.note = f"what lies here is aligned to {self.layout.align} bytes"
            a.emit(e.alu_ri, e.AND, self.SP, -self.layout.align)

    def epilogue(self) -> None:
        a, e, pushed = self.a, self.e, self.pushed
        if self.aligned:
            self.unalign()
        elif self.size:
            a.emit(e.alu_ri, e.ADD, self.SP, self.size)
        for count in range(len(pushed), 0, -1):
            a.frame(self.word * (count + 1), pushed[:count], self.BASES[0])
            a.emit(e.pop_r, self.PUSHED[pushed[count - 1]])
        a.frame(self.word, (), self.BASES[0])

    @abstractmethod
    def unalign(self) -> None:
        """The stack pointer as it was before it was aligned."""

    def at_label(self) -> None:
        """The frame stands."""
        if self.aligned:
            self.a.frame(self.word * (len(self.pushed) + 1), self.pushed, self.BASES[1])
        else:
            self.a.frame(self.depth, self.pushed, self.BASES[0])

    def ret(self) -> None:
        self.a.emit(self.e.ret, self.routine.placement.callee_pops)

    # Moving

    def byte(self, register: int) -> int:
        """A register with a name for its low byte that has the same value."""
        return register

    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        mem = operand(*source)
        if size == self.word:
            self.a.emit(self.e.mov_rm, to, mem)
        elif size == 4 and not signed:
            self.a.emit(self.e.mov_rm, to, mem, 32)
        else:
            self.a.emit(self.e.movsx_rm if signed else self.e.movzx_rm, to, mem, size * 8)

    def store(self, to: Mem, source: int, size: int) -> None:
        register = self.byte(source) if size == 1 else source
        self.a.emit(self.e.mov_mr, operand(*to), register, size * 8)

    def store_constant(self, to: Mem, value: int, size: int) -> None:
        number = either(value, size)
        if _fits(number):
            self.a.emit(self.e.mov_mi, operand(*to), number, size * 8)
        else:
            self.constant(self.CONSTANT, number)
            self.store(to, self.CONSTANT, size)

    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        mem = operand(*source)
        if place.bank == "x87":
            self.a.emit(self.e.fld_m, mem, _x87(size))
        elif size > 16:
            self.a.emit(self.e.vmovups_rm, self.VECTORS[place.name], mem, size * 8)
        else:
            self.a.emit(self.e.sse_rm, MOVES[size], self.VECTORS[place.name], mem)

    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        mem = operand(*to)
        if place.bank == "x87":
            self.a.emit(self.e.fstp_m, mem, _x87(size))
        elif size > 16:
            self.a.emit(self.e.vmovups_mr, mem, self.VECTORS[place.name], size * 8)
        else:
            self.a.emit(self.e.sse_mr, MOVES[size], mem, self.VECTORS[place.name])

    def address(self, to: int, place: Mem) -> None:
        if place.base == self.HOLDER and not place.offset:
            self.move(to, self.HOLDER)
        else:
            self.a.emit(self.e.lea_rm, to, operand(*place))

    def move(self, to: int, source: int) -> None:
        if to != source:
            self.a.emit(self.e.mov_rr, to, source)

    def widen(self, to: int, source: int, size: int, signed: bool) -> None:
        if size == self.word:
            self.move(to, source)
        elif size == 4 and not signed:
            self.a.emit(self.e.mov_rr, to, source, 32)
        else:
            register = self.byte(source) if size == 1 else source
            self.a.emit(self.e.movsx_rr if signed else self.e.movzx_rr, to, register, size * 8)

    # Computing

    def compute(self, operation: str, to: int, operand: int) -> None:
        if operation == "mul":
            self.a.emit(self.e.imul_rr, to, operand)
        else:
            self.a.emit(self.e.alu_rr, ALU[operation], to, operand)

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        a, number = self.a, either(operand, self.word)
        if operation == "neg":
            a.emit(self.e.unary_r, e.NEG, to)
        elif operation in SHIFTS:
            a.emit(self.e.shift_ri, SHIFTS[operation], to, operand)
        elif not _fits(number):
            self.constant(self.CONSTANT, number)
            self.compute(operation, to, self.CONSTANT)
        elif operation == "mul":
            a.emit(self.e.imul_rri, to, to, number)
        else:
            a.emit(self.e.alu_ri, ALU[operation], to, number)

    def count(self, place: Mem, amount: int) -> None:
        self.a.emit(self.e.lock_alu_mi, e.ADD, operand(*place), amount)

    # Going elsewhere

    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        a, bits, number = self.a, size * 8, 0
        if type(right) is Constant:
            number = right.value
            if not -128 <= number < 128:  # what follows would change nothing, and is for a few
                number = either(number, size)
                if not _fits(number):
                    self.constant(self.CONSTANT, number)
                    right = self.CONSTANT
        if size == 1:
            left = self.byte(left) if isinstance(left, int) else left
            right = self.byte(right) if isinstance(right, int) else right
        if isinstance(right, str):
            self.compare_symbol(left, right)
        elif isinstance(left, Mem):
            if isinstance(right, int):
                a.emit(self.e.alu_mr, e.CMP, operand(*left), right, bits)
            else:
                a.emit(self.e.alu_mi, e.CMP, operand(*left), number, bits)
        elif isinstance(right, int):
            a.emit(self.e.alu_rr, e.CMP, left, right, bits)
        elif number == 0 and condition in ("eq", "ne"):
            a.emit(self.e.alu_rr, e.TEST, left, left, bits)
        else:
            a.emit(self.e.alu_ri, e.CMP, left, number, bits)
        a.note = note
        a.jump(self.e.jcc32, CONDITIONS[condition], to=label)

    @abstractmethod
    def compare_symbol(self, left: int | Mem, name: str) -> None:
        """Compare a word with an address that the code waits for."""

    def jump(self, label: str) -> None:
        self.a.jump(self.e.jmp32, to=label)

    def go(self, register: int) -> None:
        self.a.emit(self.e.jmp_r, register)


def _x87(size: int) -> int:
    """The x87's width in bits for a number of so many bytes: an extended one has ten, and is padded."""
    return size * 8 if size in (4, 8) else 80


def _fits(number: int) -> bool:
    """Whether instructions take this number as it is: in 32 signed bits."""
    return -(1 << 31) <= number < 1 << 31
