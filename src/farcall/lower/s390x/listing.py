"""Instructions as text, in the syntax that objdump prints, from the encoder and its operands.

Branches show the label they go to, and what reaches into the pool the name of the address there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..code import Line
from ..note import Naming
from .mnemonic import CONDITIONS, ROWS

__all__ = ["reason", "text"]

BRANCHES = frozenset({"brcl", "jg"})
POOL = frozenset({"larl", "lgrl", "cgrl", "clgrl"})
NAMING = Naming(BRANCHES, lambda line: line.encoder.__name__ in POOL)
reason = NAMING.reason

Given = dict[str, Any]


def text(line: Line) -> str:
    """The instruction of `line`, with its label or symbol: `lgrl %r1,api:PyFloat_Type`. Raises KeyError for an encoder
    without a row."""
    mnemonic, *kinds = ROWS[line.encoder.__name__].split()
    given = line.given()
    mask = given.pop("mask", 15)
    values = iter(given.values())
    shown = ",".join(_operand(kind, values, line) for kind in kinds if kind != "c")
    return f"{mnemonic.format(c=CONDITIONS[mask])} {shown}"


def _operand(kind: str, values: Iterator[Any], line: Line) -> str:
    match kind:
        case "r" | "a" | "f" | "v":
            return f"%{kind}{next(values)}"
        case "M":
            base, offset, index = next(values), next(values), next(values)
            return f"{offset}({f'%r{index},' if index else ''}%r{base})"
        case "m":
            base = next(values)
            return f"{next(values)}(%r{base})"
        case "d":
            return str(next(values))
        case "u":
            return str(next(values) & 0xFFFF_FFFF)
        case "b":
            return str(next(values) & 0xFF)
        case "j":
            place = hex(line.offset + next(values) & (1 << 64) - 1)
            return NAMING.name(line) or place
    raise KeyError(kind)
