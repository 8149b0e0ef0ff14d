"""Instructions as text, in the syntax that objdump prints without extended mnemonics, from the encoder and its operands.

Branches show the label they go to, and what reaches into the pool the name of the address there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...encode.ppc64le import R12, R30
from ..code import Line
from ..note import Naming
from .mnemonic import BITS, ROWS

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["reason", "text"]

BRANCHES = frozenset({"b", "bc"})
#: What loads from the pool, or makes an address there, or the upper part of one; and by which registers only that is done.
POOL, BASES = frozenset({"ld", "addis", "addi"}), frozenset({R12, R30})
NAMING = Naming(BRANCHES, lambda line: line.encoder.__name__ in POOL and line.operands[1] in BASES)
reason = NAMING.reason


def text(line: Line) -> str:
    """The instruction of `line`, with its label or symbol: `ld r0,api:PyFloat_Type(r30)`. Raises KeyError for an encoder
    without a row."""
    mnemonic, *kinds = ROWS[line.encoder.__name__].split()
    values = iter(line.given().values())
    shown = ",".join(_operand(kind, values, line) for kind in kinds)
    return f"{mnemonic} {shown}".rstrip()


def _operand(kind: str, values: Iterator[Any], line: Line) -> str:
    match kind:
        case "r" | "f" | "v":
            return f"{kind}{next(values)}"
        case "rr":
            return ",".join([f"r{next(values)}"] * 2)
        case "V":
            return f"vs{32 + next(values)}"
        case "VV":
            return ",".join([f"vs{32 + next(values)}"] * 2)
        case "b":
            base = next(values)
            return f"r{base}" if base else "0"
        case "m":
            base, offset = next(values), next(values)
            return f"{NAMING.name(line) or offset}(r{base})"
        case "n":
            return str(next(values))
        case "d":
            number = next(values)
            return NAMING.name(line) or str(number)
        case "c":
            field, bit = divmod(next(values), 4)
            return f"4*cr{field}+{BITS[bit]}" if field else BITS[bit]
        case "j":
            place = hex(line.offset + next(values) & (1 << 64) - 1)
            return NAMING.name(line) or place
    return kind  # a word of the instruction's own
