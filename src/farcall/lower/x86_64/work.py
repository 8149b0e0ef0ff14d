"""One routine under way, and what every step needs: the frame, operands, registers to memory."""

from __future__ import annotations

from ...convention import Target
from ...convention.placement import Register as Place
from ...convention.placement import ValueLocation
from ...ctype import Enum, Integer, is_signed, unqualified
from ...encode.x86_64 import (
    ADD,
    AND,
    MOVUPS,
    OR,
    RBP,
    RSP,
    SUB,
    Mem,
    alu_mi,
    alu_ri,
    endbr64,
    fstp_m,
    lea_rm,
    mov_constant,
    mov_ri,
    mov_rm,
    mov_rr,
    movsx_rr,
    movzx_rr,
    pop_r,
    push_r,
    sse_mr,
    sse_rm,
)
from ...ir.instruction import AddressOf, Indirect, Local, Memory, Operand, Routine, Symbol
from .assembler import Assembler
from .chunk import store, store_vector
from .frame import Frame, frame_of
from .registers import BANKS, GENERAL, NAMED, PUSHED, SCRATCH

__all__ = ["Work"]

PAGE = 4096


class Work:
    """The assembler, the routine, and the frame its steps need."""

    def __init__(self, routine: Routine, target: Target) -> None:
        self.a = Assembler()
        self.routine = routine
        self.model = target.model
        self.frame: Frame = frame_of(routine, target.model)

    def prologue(self) -> None:
        a, pushed = self.a, self.frame.pushed
        a.frame(8, ())
        a.note = "a landing pad for indirect calls (CET)"
        a.emit(endbr64)
        for count, name in enumerate(pushed, 1):
            a.emit(push_r, PUSHED[name])
            a.frame(8 * count + 8, pushed[:count])
        if self.frame.align > 16:
            a.emit(mov_rr, RBP, RSP)
            self.whole()
        if self.frame.size:
            a.emit(alu_ri, SUB, RSP, self.frame.size)
            self.whole()
            for page in range(PAGE, self.frame.size, PAGE):  # touch each, so that the guard page is met
                a.emit(alu_mi, OR, Mem(RSP, self.frame.size - page), 0)
        if self.frame.align > 16:
            a.note = f"arguments aligned to {self.frame.align} bytes go on this stack"
            a.emit(alu_ri, AND, RSP, -self.frame.align)
        for register, mem in self.frame.kept:
            a.emit(sse_mr, MOVUPS, mem, register)

    def epilogue(self) -> None:
        a, pushed = self.a, self.frame.pushed
        for register, mem in self.frame.kept:
            a.emit(sse_rm, MOVUPS, register, mem)
        if self.frame.align > 16:
            a.emit(mov_rr, RSP, RBP)
        elif self.frame.size:
            a.emit(alu_ri, ADD, RSP, self.frame.size)
        a.frame(8 * len(pushed) + 8, pushed)
        for count in range(len(pushed) - 1, -1, -1):
            a.emit(pop_r, PUSHED[pushed[count]])
            a.frame(8 * count + 8, pushed[:count])

    def whole(self) -> None:
        """Tell the unwinder that the frame stands."""
        pushed = self.frame.pushed
        if self.frame.align > 16:
            self.a.frame(8 * len(pushed) + 8, pushed, "rbp")
        else:
            self.a.frame(self.frame.depth, pushed)

    def mem(self, place: Memory | Indirect) -> Mem:
        """The memory operand of a place; for one behind a pointer, the pointer is loaded into the scratch."""
        if isinstance(place, Indirect):
            pointer = place.pointer
            held = self.frame.local(pointer) if isinstance(pointer, Local) else self.mem(pointer)
            self.a.emit(mov_rm, SCRATCH, held)
            return Mem(SCRATCH, place.offset)
        base, offset = place
        if isinstance(base, str):
            return Mem(NAMED[base], offset)
        return self.frame.local(base, offset)

    def value(self, to: int, operand: Operand) -> None:
        """A pointer-sized operand into a general register."""
        a = self.a
        if type(operand) is str:
            if NAMED[operand] != to:
                a.emit(mov_rr, to, NAMED[operand])
        elif type(operand) is Symbol:
            a.emit_pool(mov_rm, to, symbol=operand.name)
        elif type(operand) is int:
            if operand == 0:
                a.emit(mov_ri, to, 0, 32)
            else:
                a.emit(mov_constant, to, operand)
        elif type(operand) is AddressOf:
            a.emit(lea_rm, to, self.mem(operand.place))
        else:
            raise TypeError(f"not a pointer-sized operand: {operand!r}")

    def signed(self, passed: ValueLocation) -> bool:
        kind = unqualified(passed.type)
        return isinstance(kind, (Integer, Enum)) and is_signed(kind, self.model)

    def widen(self, to: int, source: int, size: int, signed: bool) -> None:
        if size == 8:
            if to != source:
                self.a.emit(mov_rr, to, source)
        elif signed:
            self.a.emit(movsx_rr, to, source, size * 8)
        elif size == 4:
            self.a.emit(mov_rr, to, source, 32)
        else:
            self.a.emit(movzx_rr, to, source, size * 8)

    def store_register(self, to: Mem, register: Place, size: int) -> None:
        if register.bank == "general":
            store(self.a, to, GENERAL[register.name], size)
        elif register.bank == "vector":
            store_vector(self.a, to, BANKS[register.name], size, SCRATCH)
        else:
            self.a.emit(fstp_m, to, 80)
