"""What machines have in common that compute in registers only: memory is loaded from and stored to, by instructions of
one size."""

from __future__ import annotations

from abc import abstractmethod

from ...convention import Placement, Target
from ...ir.instruction import Jump, Label, Return, Routine
from .assembler import Assembler, Encoder
from .machine import PAGE, Machine, Mem

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["LoadStore"]


class LoadStore(Machine):
    """All frames of such a CPU have one shape, with a frame pointer, `FP`, below the routine's own stack arguments."""

    FP: ClassVar[int]
    #: How many bytes of the frame lie between FP and those arguments.
    above: ClassVar[int] = 0
    #: A register that is 0 whenever it is read; None where there is none.
    ZERO: ClassVar[int | None] = None
    #: Operations of three registers.
    OPERATIONS: ClassVar[dict[str, Encoder]]
    #: By size and whether there is a sign, the encoder that widens a register into another, and its other operands.
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]]
    #: The smallest numbers, in bytes, that registers are compared by.
    compared: ClassVar[int] = 4

    def __init__(self, routine: Routine, target: Target, assembler: type[Assembler]) -> None:
        super().__init__(routine, target, assembler)
        layout = self.layout
        self.framed = bool(layout.calls or layout.top or layout.saved)
        #: How far the stack pointer goes down below what is saved.
        self.size = self.aligned(layout.top)

    def aligned(self, size: int) -> int:
        """`size` or more bytes, after which the stack is aligned as it was."""
        return -(-size // self.stack_align) * self.stack_align

    def works(self) -> bool:
        """Whether the routine does more than to return."""
        return any(not isinstance(step, (Return, Label, Jump)) for step in self.routine.steps)

    # The frame

    def make_room(self) -> None:
        """Move the stack pointer down, touching each page, so that the guard page is met; and further, to what wants more
        than the stack's alignment."""
        size, top = self.size, Mem(self.SP, 0)
        while size > PAGE:
            self.add(self.SP, self.SP, -PAGE)
            self.store(top, self.DATA if self.ZERO is None else self.ZERO, self.word)  # whatever is there
            size -= PAGE
        self.add(self.SP, self.SP, -size)
        if self.layout.align > self.stack_align:
            self.a.note = f"what lies here is aligned to {self.layout.align} bytes"
            self.align_stack(self.layout.align)

    def align_stack(self, align: int) -> None:
        """Move the stack pointer down to a multiple of `align`, a power of 2."""
        self.compute_constant("and", self.SP, -align)

    def incoming(self, offset: int) -> Mem:
        return Mem(self.FP, self.above + offset) if self.framed else Mem(self.SP, offset)

    # Moving

    def address(self, to: int, place: Mem) -> None:
        self.add(to, place.base, place.offset)

    @abstractmethod
    def add(self, to: int, base: int, amount: int) -> None:
        """`to = base + amount`; either may be the stack pointer. Nothing, if that is so already."""

    @staticmethod
    @abstractmethod
    def constant_moves(dst: int, value: int) -> list[tuple[Encoder, tuple[int, ...]]]:
        """The instructions that make a number of 64 bits, as encoders and their operands."""

    def constant(self, to: int, value: int) -> None:
        for encoder, operands in self.constant_moves(to, value):
            self.a.emit(encoder, *operands)

    def widen(self, to: int, source: int, size: int, signed: bool) -> None:
        if size < self.word:
            encoder, *operands = self.WIDENING[size, signed]
            self.a.emit(encoder, to, source, *operands)
        elif to != source:
            self.move(to, source)

    def store_constant(self, to: Mem, value: int, size: int) -> None:
        if value == 0 and self.ZERO is not None:
            self.store(to, self.ZERO, size)
        else:
            super().store_constant(to, value, size)

    # Computing

    def compute(self, operation: str, to: int, operand: int) -> None:
        self.a.emit(self.OPERATIONS[operation], to, to, operand)

    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        self.constant(self.OTHER, operand)
        self.compute(operation, to, self.OTHER)

    # Going elsewhere

    def comparand(self, operand: int | Mem | str, size: int, into: int) -> int:
        """A register to compare by, perhaps `into`. What is narrower than `compared` is widened with its sign, on both sides
        alike, which keeps the order of unsigned numbers too."""
        if isinstance(operand, Mem):
            self.load(into, operand, size, signed=size < self.compared)
        elif isinstance(operand, str):
            self.symbol(into, operand)
        elif size < self.compared:
            self.widen(into, operand, size, True)
        else:
            return operand
        return into

    def call(self, target: int | Mem | str, placement: Placement) -> None:
        note, self.a.note = self.a.note, ""
        if not isinstance(target, int):
            self.fetch(self.TARGET, target)
            target = self.TARGET
        self.before_call(target)
        self.a.note = note
        self.call_register(target)

    def before_call(self, register: int) -> None:
        """The address in `register` is about to be called: bring what no stub has a register for to its place."""
        return

    @abstractmethod
    def call_register(self, register: int) -> None:
        """Call the address in a general register."""
