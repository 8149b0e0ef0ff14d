"""Instructions as text, in the syntax that objdump prints without aliases, from the encoder and its operands.

Branches show the label they go to, and the first of the two instructions that reach into the pool the name of the
address there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...encode.riscv64 import constant_moves
from ..code import Line
from ..note import Naming
from .mnemonic import FLOATING, GENERAL, ROWS

__all__ = ["reason", "text"]

BRANCHES = frozenset({"beq", "bne", "blt", "bge", "bltu", "bgeu", "jal", "j"})
POOL = frozenset({"auipc"})
NAMING = Naming(BRANCHES, lambda line: line.encoder.__name__ in POOL)
reason = NAMING.reason

Given = dict[str, Any]


def text(line: Line) -> str:
    """The instruction of `line`, with its label or symbol: `auipc t0,api:PyFloat_Type`.

    Several for a constant that takes several, with semicolons. Raises KeyError for an encoder without a row.
    """
    name, given = line.encoder.__name__, line.given()
    if name == "mov_constant":
        moves = constant_moves(given["dst"], given["value"])
        return "; ".join(text(Line(line.offset, encoder, operands, "", "")) for encoder, operands in moves)
    mnemonic, *kinds = ROWS[name].split()
    order = given.pop("order", "")
    values = iter(given.values())
    shown = ",".join(_operand(kind, values, line) for kind in kinds)
    return f"{mnemonic.format(o=f'.{order}' if order else '')} {shown}".rstrip()


def _operand(kind: str, values: Iterator[Any], line: Line) -> str:
    match kind:
        case "r":
            return GENERAL[next(values)]
        case "f":
            return FLOATING[next(values)]
        case "ff":
            return ",".join([FLOATING[next(values)]] * 2)
        case "m":
            base = GENERAL[next(values)]
            return f"{next(values)}({base})"
        case "a":
            return f"({GENERAL[next(values)]})"
        case "i":
            return str(next(values))
        case "x":
            return hex(next(values))
        case "u":
            part = hex(next(values) & 0xFFFFF)
            return NAMING.name(line) or part
        case "j":
            return NAMING.name(line) or hex(line.offset + next(values) & (1 << 64) - 1)
        case "k":
            return str(next(values))
    return kind  # a word of the instruction's own
