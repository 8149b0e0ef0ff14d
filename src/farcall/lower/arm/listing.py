"""Instructions as text, in the syntax that objdump prints, from the encoder and its operands.

Branches show the label they go to, and what reaches into the pool the name of the address there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...encode.arm import PC, mov
from ..code import Line
from ..note import Naming
from .mnemonic import CONDITIONS, REGISTERS, ROWS

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["reason", "text"]

BRANCHES = frozenset({"b", "bl"})
#: What reaches the pool, by the program counter. (Halves of a distance there look like those of any number.)
POOL = frozenset({"ldr", "subi"})
NAMING = Naming(BRANCHES, lambda line: line.encoder.__name__ in POOL and line.operands[1] == PC)
reason = NAMING.reason


def text(line: Line) -> str:
    """The instruction of `line`, with its label or symbol: `ldr lr, api:PyFloat_Type`. Raises KeyError for an encoder
    without a row."""
    if line.encoder is mov and line.operands == (0, 0):
        return "nop"  # as processors had it before there was one
    mnemonic, *kinds = ROWS[line.encoder.__name__].split()
    values = iter(line.given().values())
    if kinds and kinds[0] == "c":
        mnemonic += CONDITIONS[next(values)]
        del kinds[0]
    return f"{mnemonic} {', '.join(_operand(kind, values, line) for kind in kinds)}".rstrip()


def _operand(kind: str, values: Iterator[Any], line: Line) -> str:
    match kind:
        case "r":
            return f"{REGISTERS[next(values)]}"
        case "R":
            return f"r{next(values)}"
        case "s" | "d":
            return f"{kind}{next(values)}"
        case "m":
            base, offset = next(values), next(values)
            if base == PC and NAMING.name(line):
                return NAMING.name(line)
            return f"[{REGISTERS[base]}, #{offset}]" if offset else f"[{REGISTERS[base]}]"
        case "x":
            return f"[{REGISTERS[next(values)]}, {REGISTERS[next(values)]}]"
        case "B":
            return f"[{REGISTERS[next(values)]}]"
        case "L":
            bits = next(values)
            return "{" + ", ".join(name for n, name in enumerate(REGISTERS) if bits >> n & 1) + "}"
        case "i":
            number = next(values)
            return NAMING.name(line) or f"#{number - (number >> 31 << 32)}"
        case "h" | "n":
            return f"#{next(values)}"
        case "N":
            return f"0x{next(values):08x}"
        case "j":
            place = hex(line.offset + next(values) & 0xFFFF_FFFF)
            return NAMING.name(line) or place
    return kind  # a word of the instruction's own
