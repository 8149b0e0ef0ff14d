"""A placement: where every byte of every argument and of the result is passed, and by which rule.

It has no direction. A call stores through it, a closure loads through it, `inspect` prints it.
"""

from __future__ import annotations

from ..ctype import CType, DataModel, Enum, Integer, alignof, is_signed, unqualified
from ..record import dataclass

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["Piece", "Placement", "Register", "Signature", "Stack", "ValueLocation"]


@dataclass(frozen=True, slots=True)
class Signature:
    """What is called: parameter types, result type, and how many parameters are fixed.

    `fixed` is None for a function without a variadic part, else the number of parameters before `...`;
    the types behind it are those of one actual call, promoted. `convention` is None for the target's own.
    """

    result: CType
    parameters: tuple[CType, ...]
    fixed: int | None = None
    convention: str | None = None

    def __str__(self) -> str:
        words = [str(p) for p in self.parameters]
        if self.fixed is not None:
            words.insert(self.fixed, "...")
        return f"{self.result} ({', '.join(words) or 'void'})"


@dataclass(frozen=True, slots=True)
class Register:
    """A register by its assembler name. `bank`: "general", "vector", "x87" or "mmx"."""

    name: str
    bank: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Stack:
    """A place in the argument area: `offset` bytes above the stack pointer at the call instruction."""

    offset: int

    def __str__(self) -> str:
        return f"stack+{self.offset}"


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes [offset, offset + size) of a value, living in `place`.

    `extend` is "sign" or "zero" where the caller (of a result: the callee) widens a narrow integer to `extend_to` bytes,
    else "".

    In a register a piece has the value that its bytes have as a number in the target's byte order; where it is narrower than
    the register it stands at the low-order end (`justified` "right") or at the high-order one ("left", which big-endian
    conventions have). On the stack `place` is where the piece's own bytes are: a widened one, on a big-endian target,
    begins before them.
    """

    offset: int
    size: int
    place: Register | Stack
    extend: str = ""
    extend_to: int = 0
    justified: Literal["left", "right"] = "right"

    def __str__(self) -> str:
        notes = [f"{self.extend}-extended to {self.extend_to * 8} bits"] if self.extend else []
        notes += ["left-justified"] if self.justified == "left" else []
        said = f" ({', '.join(notes)})" if notes else ""
        return f"[{self.offset}, {self.offset + self.size}) in {self.place}{said}"


@dataclass(frozen=True, slots=True)
class ValueLocation:
    """One value: its type, its size in bytes, its pieces and the rule that put it there.

    With `by_reference` the single piece holds the address of the value (of a caller-made copy for an
    argument, of the caller's buffer for a result), not the value. Two pieces with the same offset and size are
    two places that hold the same bytes: a caller fills both, a callee may read either (a variadic double of
    Win64 is in a general and in a vector register).
    """

    type: CType
    size: int
    pieces: tuple[Piece, ...]
    rule: str
    by_reference: bool = False

    def align(self, model: DataModel) -> int:
        """The alignment in bytes of the value's type; void has none, and raises UnsupportedTypeError."""
        return alignof(self.type, model)

    def signed(self, model: DataModel) -> bool:
        """Whether the value is widened with its sign where no convention says how."""
        kind = unqualified(self.type)
        return isinstance(kind, (Integer, Enum)) and is_signed(kind, model)

    def __str__(self) -> str:
        how = "the address of the value, " if self.by_reference else ""
        return f"{self.type}: {how}{'; '.join(map(str, self.pieces)) or 'nothing'}   <{self.rule}>"


@dataclass(frozen=True, slots=True)
class Placement:
    """The whole of one signature on one target.

    `result.by_reference` means a hidden argument: the address of the result goes out in `result.pieces[0]`
    and comes back in `returned_address` (None where it does not). `stack_size` is the size in bytes of the
    argument area, a multiple of the stack alignment `stack_align`; `shadow_space` of it is reserved below the
    first argument, for the callee to save registers in. `vector_count` is the number of vector registers used, which a variadic
    call tells the callee in `vector_count_in`; `callee_pops` the bytes the callee removes. `preserved` are
    registers that a callee must keep although the CPU's other conventions let them go: a caller may rely on
    it, a routine called by this placement saves those that it, or what it calls, does not keep.
    """

    target: str
    convention: str
    signature: Signature
    arguments: tuple[ValueLocation, ...]
    result: ValueLocation
    returned_address: Register | None = None
    stack_size: int = 0
    stack_align: int = 16
    shadow_space: int = 0
    vector_count: int = 0
    vector_count_in: Register | None = None
    callee_pops: int = 0
    preserved: tuple[Register, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.signature}   [{self.convention}, {self.target}]", f"  result      {self.result}"]
        lines += [f"  argument {i}  {passed}" for i, passed in enumerate(self.arguments)]
        if self.vector_count_in is not None:
            lines.append(f"  {self.vector_count_in} = {self.vector_count}: vector registers used")
        lines.append(f"  stack       {self.stack_size} bytes of arguments, aligned to {self.stack_align}")
        if self.callee_pops:
            lines.append(f"  popped      {self.callee_pops} bytes by the callee")
        return "\n".join(lines)
