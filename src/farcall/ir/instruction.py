"""The steps that a stub is made of: a small language that no CPU owns.

A routine is a C function described by steps. It has a placement of its own (how it is called), named registers,
locals in its frame, and labels. The registers are as wide as a pointer:

    t0, t1              temporaries: lost at every Invoke; never a register that arguments travel in
    s0, s1, s2          saved: kept over an Invoke

Larger values (a 64-bit integer on a 32-bit CPU, a double, a struct) live in memory and are moved by `Copy`,
`Convert` and as arguments, so a stub is the same for a CPU of 8 registers and one of 31. A comparison is
always part of a branch (some CPUs have no flags). A step's `note` is what the listing says about it.
"""

from __future__ import annotations

from typing import NamedTuple

from ..convention.placement import Placement

__all__ = [
    "RESULT",
    "AddressOf",
    "AtomicAdd",
    "Branch",
    "Compute",
    "Convert",
    "Copy",
    "Indirect",
    "Instruction",
    "Invoke",
    "Jump",
    "Label",
    "Load",
    "LoadAddress",
    "LoadArgument",
    "Local",
    "Memory",
    "Move",
    "Operand",
    "Return",
    "Routine",
    "SaveResult",
    "Store",
    "Symbol",
    "TailJump",
]

Register = str


class Symbol(NamedTuple):
    """An address known only when the code is bound, by name: "api:PyFloat_Type", "target", "self"."""

    name: str


class Local(NamedTuple):
    """A slot in the frame: `size` bytes, aligned to `align`; `number` tells it from the others."""

    number: int
    size: int
    align: int = 8


class Memory(NamedTuple):
    """Memory at a register, or in a local, plus `offset` bytes."""

    base: Register | Local
    offset: int = 0


class Indirect(NamedTuple):
    """Memory that a pointer held in memory (a local, or a place) points to, plus `offset` bytes."""

    pointer: Local | Memory
    offset: int = 0


class AddressOf(NamedTuple):
    """The address of a place, as an argument."""

    place: Memory


class _Result(NamedTuple):
    """What the Invoke just before gave, still where it was returned."""

    kind: str = "result"


RESULT = _Result()

Operand = Register | int | Symbol | Memory | Indirect | AddressOf | _Result


class LoadArgument(NamedTuple):
    """Take the routine's own argument `number` (-1: the hidden result address) into a register or memory."""

    number: int
    to: Register | Memory
    note: str = ""


class Load(NamedTuple):
    """Read `size` bytes into a register, widened with the sign or with zeros."""

    to: Register
    source: Memory
    size: int
    signed: bool = False
    note: str = ""


class Store(NamedTuple):
    """Write the low `size` bytes of a register or a constant."""

    to: Memory
    source: Register | int
    size: int
    note: str = ""


class Copy(NamedTuple):
    """Copy `size` bytes, exactly."""

    to: Memory | Indirect
    source: Memory | Indirect
    size: int
    note: str = ""


class LoadAddress(NamedTuple):
    to: Register
    place: Memory
    note: str = ""


class Move(NamedTuple):
    to: Register
    source: Register | int | Symbol
    note: str = ""


class Compute(NamedTuple):
    """`to = to OP operand`, on registers; OP: add sub and or xor mul shl shr sar."""

    operation: str
    to: Register
    operand: Register | int
    note: str = ""


class AtomicAdd(NamedTuple):
    """`place += amount` on a pointer-sized integer, which other threads see as one step, in order with all loads
    and stores around it. `amount` fits 32 signed bits."""

    place: Memory
    amount: int
    note: str = ""


class Convert(NamedTuple):
    """A floating conversion in memory: `kind` is "f64:f32" (round to nearest even) or "f32:f64"."""

    kind: str
    to: Memory
    source: Memory
    note: str = ""


class Branch(NamedTuple):
    """Go to `label` if `left CONDITION right`, compared as `size` bytes (0: a pointer's width).

    Conditions: eq ne; lt le gt ge signed; below, below_eq, above, above_eq unsigned.
    """

    condition: str
    left: Register | Memory
    right: Register | int | Symbol
    label: str
    size: int = 0
    note: str = ""


class Jump(NamedTuple):
    label: str
    note: str = ""


class Label(NamedTuple):
    name: str
    note: str = ""


class Invoke(NamedTuple):
    """Call a C function as `placement` says.

    `arguments` are operands, one per parameter: a register, number or symbol is the value itself; `At` and
    `Through` name memory that holds it. `result` is where the result goes: memory; a register (widened by its
    C type); None: left where it is returned (see RESULT). For a result by hidden pointer, `result` is the
    memory that is passed. With `tail` the routine ends here, with this call's result as its own.
    """

    target: Symbol | Register | Memory
    placement: Placement
    arguments: tuple[Operand, ...] = ()
    result: Register | Memory | Indirect | None = None
    tail: bool = False
    note: str = ""


class TailJump(NamedTuple):
    """Jump to another function of the routine's own signature, all arguments as they came."""

    target: Register
    note: str = ""


class SaveResult(NamedTuple):
    """Save the result of the Invoke just before, which had none named, into memory."""

    placement: Placement
    to: Memory
    note: str = ""


class Return(NamedTuple):
    """End the routine with a value: a register, number, symbol, memory, or None for void."""

    value: Register | int | Symbol | Memory | None = None
    note: str = ""


Instruction = (
    LoadArgument
    | Load
    | Store
    | Copy
    | LoadAddress
    | Move
    | Compute
    | AtomicAdd
    | Convert
    | Branch
    | Jump
    | Label
    | Invoke
    | TailJump
    | SaveResult
    | Return
)


class Routine(NamedTuple):
    """A C function as steps, with the placement by which it is itself called."""

    name: str
    placement: Placement
    steps: tuple[Instruction, ...]
