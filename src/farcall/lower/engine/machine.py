"""What a CPU has to say for the engine to lower routines to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from struct import Struct

from ...convention import Target
from ...convention.placement import Placement, ValueLocation
from ...convention.placement import Register as Place
from ...ir.instruction import AddressOf, Indirect, Local, Memory, Operand, Routine, Symbol
from ...record import NamedTuple
from ..frame_layout import FrameLayout, frame_layout
from .assembler import Assembler

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import ClassVar

__all__ = ["PAGE", "Constant", "Machine", "Mem", "either"]

#: The smallest distance in which a guard page may lie.
PAGE = 4096


class Mem(NamedTuple):
    """Memory at `base`, a general register by its number, plus `offset` bytes."""

    base: int
    offset: int

    def plus(self, bytes: int) -> Mem:
        return Mem(self.base, self.offset + bytes) if bytes else self


class Machine(ABC):
    """One routine under way on one CPU: its assembler, its frame, and each thing the CPU can do.

    General registers are `word` bytes wide. Registers that lowering keeps for itself, no stub's and no argument's,
    are live within one instruction only: `HOLDER` has the pointer of a place behind a pointer, `DATA` what is on its way,
    `OTHER` a second such thing, `TARGET` where a call goes. A method may also use what the CPU has beyond these.
    """

    cpu: ClassVar[str]
    word: ClassVar[int]
    #: The widest piece that `copy` moves at once.
    widest: ClassVar[int]
    filler: ClassVar[bytes]
    stack_align: ClassVar[int] = 16
    #: Whether a call with which a routine ends may be a jump.
    jumps_at_end: ClassVar[bool] = True
    #: Whether many bytes are copied by a loop: HOLDER, DATA, OTHER and TARGET are registers of their own, and neither
    #: comparing a register with 0 nor adding a small number loses another.
    loops: ClassVar[bool] = True
    #: Whether the CPU counts the distance of a jump from the end of the instruction, or else from its start.
    counts_from_end: ClassVar[bool] = False
    #: How distances stand in the last bytes of instructions; None where they are mixed into other fields.
    distance: ClassVar[Struct | None] = None
    #: Whether the CPU reads instructions, each of 4 bytes, the other way round than its encoder writes them.
    turned: ClassVar[bool] = False
    #: Registers that a jump may go through when the frame is gone, and that keep their values until then.
    jumps_through: ClassVar[frozenset[int]] = frozenset()
    SP: ClassVar[int]
    HOLDER: ClassVar[int]
    DATA: ClassVar[int]
    OTHER: ClassVar[int]
    TARGET: ClassVar[int]
    #: What DATA is while the routine's own arguments are in their registers, and what it is when they are known to
    #: be addresses of values; None where it is DATA.
    FREE: ClassVar[int | None] = None
    FREE_OF_VALUES: ClassVar[int | None] = None
    #: Where a result of a pointer's size is returned.
    RESULT: ClassVar[int]
    #: General and vector registers by the names that placements use.
    GENERAL: ClassVar[dict[str, int]]
    VECTORS: ClassVar[dict[str, int]]

    def __init__(self, routine: Routine, target: Target, assembler: type[Assembler]) -> None:
        self.a = assembler(type(self))
        self.routine = routine
        self.target = target
        self.model = target.model
        self.named = self.names(target)
        #: How the call just before has returned its result.
        self.given: ValueLocation | None = None
        self.layout: FrameLayout = frame_layout(routine, target.model, self.stack_align)

    # The frame

    @classmethod
    @abstractmethod
    def names(cls, target: Target) -> dict[str, int]:
        """The stub's registers: t0, t1 (where C has the static chain, if it is free), s0, s1, s2."""

    @abstractmethod
    def prologue(self) -> None:
        """A landing pad where the CPU has them, saved registers, room for the frame."""

    @abstractmethod
    def epilogue(self) -> None:
        """Undo the prologue. TARGET and the registers of results keep their values."""

    @abstractmethod
    def ret(self) -> None:
        """Return to the caller, with the frame gone."""

    @abstractmethod
    def incoming(self, offset: int) -> Mem:
        """Where the routine's own stack argument at `offset` lies."""

    def spilled_argument(self, place: Place) -> Mem | None:
        """Where the prologue has saved an argument register; None if it is still where it came."""
        return None

    def at_label(self) -> None:
        """A label was placed: whatever came before, here the frame stands."""
        return

    def outlook(self) -> tuple[Hashable, ...]:
        """All that the code of an instruction may depend on beside it and the places of locals: see `snippet`."""
        return type(self), self.target

    def standing(self) -> tuple[Hashable, ...]:
        """All that entering and leaving the routine depends on beside that, and the routine's placement."""
        return self.layout[1:]

    # Moving

    @abstractmethod
    def load(self, to: int, source: Mem, size: int, signed: bool = False) -> None:
        """1, 2, 4 (or 8) bytes into a general register, widened to its whole width."""

    def load_odd(self, to: int, source: Mem, size: int) -> None:
        """3, 5, 6 or 7 bytes into a general register, with zeros above. OTHER is lost; the base is neither."""
        offset = 0
        while offset < size:
            piece = next(whole for whole in (4, 2, 1) if whole <= size - offset)
            self.load(self.OTHER if offset else to, source.plus(offset), piece)
            into, shift = self.OTHER if offset else to, self.target.byteorder.shift(size, offset, piece)
            if shift:
                self.compute_constant("shl", into, shift)
            if offset:
                self.compute("or", to, self.OTHER)
            offset += piece

    @abstractmethod
    def store(self, to: Mem, source: int, size: int) -> None:
        """The low 1, 2, 4 (or 8) bytes of a general register."""

    @abstractmethod
    def load_vector(self, place: Place, source: Mem, size: int) -> None:
        """`size` bytes into a register that is not general."""

    @abstractmethod
    def store_vector(self, to: Mem, place: Place, size: int) -> None:
        """`size` bytes out of a register that is not general."""

    def copy(self, to: Mem, source: Mem, size: int, by: int) -> None:
        """`size` bytes, one of 1, 2, 4, 8 ... up to `widest`, from memory to memory, perhaps by way of register `by`."""
        self.load(by, source, size)
        self.store(to, by, size)

    def copy_at_once(self, to: Mem, source: Mem, size: int, by: int) -> bool:
        """Many bytes from memory to memory, where the CPU has a better way than the engine's; whether it has. `by` may
        be lost; unless `loops`, HOLDER too."""
        return False

    @abstractmethod
    def address(self, to: int, place: Mem) -> None: ...

    @abstractmethod
    def constant(self, to: int, value: int) -> None:
        """A number of a word's size, signed or not."""

    @abstractmethod
    def symbol(self, to: int, name: str) -> None:
        """The address that the code waits for by `name`."""

    @abstractmethod
    def move(self, to: int, source: int) -> None: ...

    @abstractmethod
    def widen(self, to: int, source: int, size: int, signed: bool) -> None:
        """The low `size` bytes of a register as a whole register."""

    def store_constant(self, to: Mem, value: int, size: int) -> None:
        """A constant into memory. DATA may be lost."""
        self.constant(self.DATA, value)
        self.store(to, self.DATA, size)

    # Computing

    @abstractmethod
    def compute(self, operation: str, to: int, operand: int) -> None:
        """`to = to OPERATION operand`, a register; "neg" has none. OTHER may be the operand."""

    @abstractmethod
    def compute_constant(self, operation: str, to: int, operand: int) -> None:
        """`to = to OPERATION operand`, a number. OTHER may be lost."""

    @abstractmethod
    def count(self, place: Mem, amount: int) -> None:
        """Add to a word in memory, as other threads see it all at once and in order with all around it."""

    @abstractmethod
    def convert(self, kind: str, to: Mem, source: Mem) -> None:
        """ "f64:f32" or "f32:f64", from memory to memory."""

    @abstractmethod
    def thread(self, to: int) -> None:
        """The thread's pointer into a general register."""

    # Going elsewhere

    @abstractmethod
    def branch(
        self, condition: str, left: int | Mem, right: int | Mem | str | Constant, size: int, label: str, note: str
    ) -> None:
        """Go to `label` if `left CONDITION right` holds of the low `size` bytes: numbers are general registers, text
        is a symbol. DATA, OTHER may be lost."""

    @abstractmethod
    def jump(self, label: str) -> None: ...

    @abstractmethod
    def go(self, register: int) -> None:
        """Jump to an address, with the frame gone: TARGET."""

    @abstractmethod
    def call(self, target: int | Mem | str, placement: Placement) -> None:
        """Call the address in a general register, in memory, or called by a symbol. TARGET may be lost. Arguments are
        in their registers; what else the callee is to find there, `placement` says."""

    def call_at_end(self, target: int | Mem | str, placement: Placement) -> None:
        """Jump there instead, with the frame gone."""
        self.fetch(self.TARGET, target)
        self.epilogue()
        self.go(self.TARGET)

    def fetch(self, to: int, target: int | Mem | str) -> None:
        """What `call` would call, into a register."""
        if isinstance(target, Mem):
            self.load(to, target, self.word)
        elif isinstance(target, str):
            self.symbol(to, target)
        elif to != target:
            self.move(to, target)

    def before_register_arguments(self, placement: Placement) -> None:
        """Arguments are about to be loaded into their registers: bring t1 to where this callee has the static chain."""
        return

    def after_call(self, placement: Placement) -> None:
        """Make up for what a callee has done that its caller is to undo: removed its arguments, for one."""
        if placement.callee_pops:
            raise ValueError(f"{self.cpu}: no callee removes its arguments here")

    # Results that an Invoke has left where they were returned

    @abstractmethod
    def move_vector(self, to: Place, source: Place) -> None:
        """Between two registers that are not general."""

    # What follows from these

    def mem(self, place: Memory | Indirect, holder: int | None = None) -> Mem:
        """The memory operand of a place; for one behind a pointer, the pointer is loaded into `holder`."""
        if isinstance(place, Memory):
            base = place.base
            if isinstance(base, str):
                return Mem(self.named[base], place.offset)
            return self.local(base, place.offset)
        pointer = place.pointer
        held = self.local(pointer) if isinstance(pointer, Local) else self.mem(pointer)
        into = self.HOLDER if holder is None else holder
        self.load(into, held, self.word)
        return Mem(into, place.offset)

    def local(self, local: Local, offset: int = 0) -> Mem:
        """Where a local, or a byte inside it, lies."""
        return Mem(self.SP, self.layout.offsets[local.number] + offset)

    def value(self, to: int, operand: Operand) -> None:
        """A pointer-sized operand into a general register."""
        if isinstance(operand, str):
            if self.named[operand] != to:
                self.move(to, self.named[operand])
        elif isinstance(operand, Symbol):
            self.symbol(to, operand.name)
        elif isinstance(operand, int):
            self.constant(to, operand)
        elif isinstance(operand, AddressOf):
            self.address(to, self.mem(operand.place))
        else:
            raise TypeError(f"not a pointer-sized operand: {operand!r}")

    def signed(self, passed: ValueLocation) -> bool:
        return passed.signed(self.model)


class Constant(NamedTuple):
    """A number to compare with."""

    value: int


def either(value: int, size: int) -> int:
    """A number of so many bytes, signed or not, as one that encoders take: signed."""
    bits = size * 8
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> bits - 1 else value
