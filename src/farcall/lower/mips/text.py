"""Instructions as text, in the syntax that objdump prints, from the encoder and its operands.

Branches show the label they go to, and what reaches into the pool, by the register that keeps where the routine starts, the name
of the address there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..code import Line
from ..note import Naming
from .machine import BASE, ENTRY
from .mnemonic import ROWS

__all__ = ["reason", "shown"]

BRANCHES = frozenset({"beq", "bne", "b", "bal"})
POOL = frozenset({"lw", "ld"})
NAMING = Naming(BRANCHES, lambda line: line.encoder.__name__ in POOL and line.operands[1] in (BASE, ENTRY))
reason = NAMING.reason


def shown(line: Line, names: tuple[str, ...]) -> str:
    """The instruction of `line`, with its label or symbol: `lw t4,api:PyFloat_Type`, and general registers by these names.
    Raises KeyError for an encoder without a row."""
    encoder = line.encoder.__name__
    operands: tuple[Any, ...] = line.operands
    if encoder in ("addiu", "daddiu") and operands[1] == 0:
        return f"li {names[operands[0]]},{operands[2]}"
    if encoder == "ori" and operands[1] == 0:
        return f"li {names[operands[0]]},{operands[2]:#x}"
    if encoder in ("beq", "bne") and operands[1] == 0:
        short, kinds = ("b", "j") if not operands[0] and encoder == "beq" else (f"{encoder}z", "r j")
        values = iter(operands[-1:] if kinds == "j" else (operands[0], operands[2]))
        return f"{short} {','.join(_operand(kind, values, line, names) for kind in kinds.split())}"
    if encoder in ("subu", "dsubu") and operands[1] == 0:
        return f"{'d' if encoder[0] == 'd' else ''}negu {names[operands[0]]},{names[operands[2]]}"
    if encoder == "break_" and not operands[0]:
        return "break"
    mnemonic, *row = ROWS[encoder].split()
    values = iter(line.given().values())
    return f"{mnemonic} {','.join(_operand(kind, values, line, names) for kind in row)}".rstrip()


def _operand(kind: str, values: Iterator[Any], line: Line, names: tuple[str, ...]) -> str:
    match kind:
        case "r":
            number: int = next(values)
            return names[number]
        case "f":
            return f"$f{next(values)}"
        case "fr":
            register: int = next(values)
            return f"{names[next(values)]},$f{register}"
        case "m":
            base, offset = names[next(values)], next(values)
            return NAMING.name(line) or f"{offset}({base})"
        case "i":
            return str(next(values))
        case "x":
            return hex(next(values) & 0xFFFF)
        case "j":
            place = hex(line.offset + next(values) & (1 << 64) - 1)
            return NAMING.name(line) or place
    return kind  # a word of the instruction's own
