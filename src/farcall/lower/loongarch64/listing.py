"""Instructions as text, in the syntax that objdump prints without aliases, from the encoder and its operands.

Branches show the label they go to, and the first of the two instructions that reach into the pool the name of the
address there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...encode.loongarch64 import constant_moves
from ..code import Line
from ..note import Naming
from .mnemonic import FLOATING, GENERAL, ROWS

__all__ = ["reason", "text"]

BRANCHES = frozenset({"beq", "bne", "blt", "bge", "bltu", "bgeu", "beqz", "bnez", "b", "bl"})
POOL = frozenset({"pcaddu12i"})
NAMING = Naming(BRANCHES, lambda line: line.encoder.__name__ in POOL)
reason = NAMING.reason


def text(line: Line) -> str:
    """The instruction of `line`, with its label or symbol: `pcaddu12i $t0, api:PyFloat_Type`.

    Several for a constant that takes several, with semicolons. Raises KeyError for an encoder without a row.
    """
    name, given = line.encoder.__name__, line.given()
    if name == "mov_constant":
        moves = constant_moves(given["dst"], given["value"])
        return "; ".join(text(Line(line.offset, encoder, operands, "", "")) for encoder, operands in moves)
    mnemonic, *kinds = ROWS[name].split()
    values = iter(given.values())
    return f"{mnemonic} {', '.join(_operand(kind, values, line) for kind in kinds)}".rstrip()


def _operand(kind: str, values: Iterator[Any], line: Line) -> str:
    match kind:
        case "r":
            return f"${GENERAL[next(values)]}"
        case "f":
            return f"${FLOATING[next(values)]}"
        case "i":
            return str(next(values))
        case "x":
            return hex(next(values))
        case "u" | "j":
            part = str(next(values))
            return NAMING.name(line) or part
    return kind  # a word of the instruction's own
