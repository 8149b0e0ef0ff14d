"""Instructions as text, in the syntax that objdump prints, from the encoder and its operands.

Branches show the label they go to, and loads from the pool the name of the address there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...encode.aarch64 import SP, UXTW, UXTX, constant_moves
from ..code import Line
from ..note import Naming
from .alias import preferred
from .mnemonic import CONDITIONS, EXTENDS, HINTS, LETTERS, ROWS

__all__ = ["reason", "text"]

BRANCHES = frozenset({"b", "bl", "b_cond", "cbz", "cbnz", "tbz", "tbnz"})
POOL = frozenset({"ldr_literal", "adr"})
NAMING = Naming(BRANCHES, lambda line: line.encoder.__name__ in POOL)
reason = NAMING.reason
#: What `adrp` counts in.
PAGE = 4096
#: Parameters that are no operands, but say how wide these are.
WORDS = frozenset({"bits", "integer_bits", "source_bits"})

Given = dict[str, Any]


def text(line: Line) -> str:
    """The instruction of `line`, with its label or symbol: `ldr x16, api:PyFloat_Type`.

    Several for a constant that takes several, with semicolons. Raises KeyError for an encoder without a row.
    """
    name, given = line.encoder.__name__, line.given()
    if name == "mov_constant":
        moves = constant_moves(given["dst"], given["value"])
        return "; ".join(text(Line(line.offset, encoder, operands, "", "")) for encoder, operands in moves)
    if name == "hint" and given["number"] in HINTS:
        return HINTS[given["number"]]
    name, given = preferred(name, given)
    mnemonic, *kinds = ROWS[name].split()
    values = iter([value for key, value in given.items() if key not in WORDS])
    bits = given.get("bits", 64)
    words = {"u": "", "z": _width_letter(name, bits), "n": "u" if bits < 32 else ""}
    if "offset" in given and "{u}" in mnemonic:
        words["u"] = "" if given["offset"] >= 0 and not given["offset"] % (bits >> 3) else "u"
    if mnemonic == "b.{c}":
        words["c"] = CONDITIONS[next(values)]
    shown = [_operand(kind, values, given, line) for kind in kinds]
    operands = ", ".join(operand for operand in shown if operand)
    return f"{mnemonic.format(**words).replace('_', ' ')} {operands}".rstrip()


def _width_letter(name: str, bits: int) -> str:
    """What a load or store of a general register says about the width of memory."""
    return {8: "b", 16: "h", 32: "w" if name.startswith("ldrs") else ""}.get(bits, "")


def _operand(kind: str, values: Iterator[Any], given: Given, line: Line) -> str:
    bits = given.get("bits", 64)
    match kind:
        case "r":
            return _register(next(values), bits if bits == 64 else 32)
        case "R":
            return _register(next(values), max(bits, 32))
        case "x":
            return _register(next(values), 64)
        case "w":
            return _register(next(values), 32)
        case "g":
            return _register(next(values), given["integer_bits"])
        case "s":
            return _or_sp(next(values), bits)
        case "v":
            return f"{LETTERS[bits]}{next(values)}"
        case "f":
            return f"{LETTERS[given['source_bits']]}{next(values)}"
        case "V":
            return f"v{next(values)}.16b"
        case "D":
            return f"v{next(values)}.2d"
        case "L":
            return f"v{next(values)}.{LETTERS[bits]}[{next(values)}]"
        case "a":
            return f"[{_or_sp(next(values), 64)}]"
        case "m" | "<" | ">" | "o":
            return _address(kind, values)
        case "I":
            return _indexed(values, bits)
        case "i":
            return f"#{next(values):#x}"
        case "d":
            return f"#{next(values)}"
        case "b":
            return f"#{next(values) & (1 << bits) - 1:#x}"
        case "l":
            shift = next(values)
            return f"lsl #{shift}" if shift else ""
        case "h":
            return "lsl #12" if next(values) else ""
        case "e":
            return _extended(values, given)
        case "c":
            return CONDITIONS[next(values)]
        case "k":
            return str(next(values))
        case "j":
            return NAMING.name(line) or hex(line.offset + next(values) & (1 << 64) - 1)
        case "p":
            return hex((line.offset & -PAGE) + next(values) * PAGE & (1 << 64) - 1)
        case "zero":
            return "#0x0"
    return kind  # a word of the instruction's own


def _register(number: int, bits: int) -> str:
    letter = "x" if bits == 64 else "w"
    return f"{letter}zr" if number == SP else f"{letter}{number}"


def _or_sp(number: int, bits: int) -> str:
    if number != SP:
        return _register(number, bits)
    return "sp" if bits == 64 else "wsp"


def _address(kind: str, values: Iterator[Any]) -> str:
    base, offset = _or_sp(next(values), 64), next(values)
    mode = next(values) if kind == "o" else {"m": "offset", "<": "pre", ">": "post"}[kind]
    if mode == "post":
        return f"[{base}], #{offset}"
    if mode == "pre":
        return f"[{base}, #{offset}]!"
    return f"[{base}, #{offset}]" if offset else f"[{base}]"


def _indexed(values: Iterator[Any], bits: int) -> str:
    base, index, scaled = _or_sp(next(values), 64), _register(next(values), 64), next(values)
    return f"[{base}, {index}, lsl #{bits.bit_length() - 4}]" if scaled else f"[{base}, {index}]"


def _extended(values: Iterator[Any], given: Given) -> str:
    """The extended register; beside the stack pointer the extension that changes nothing is not shown."""
    number, extend, shift = next(values), next(values), next(values)
    bits = given["bits"]
    register = _register(number, 64 if bits == 64 and extend & 3 == UXTX else 32)
    if SP in (given["dst"], given["a"]) and extend == (UXTX if bits == 64 else UXTW):
        return f"{register}, lsl #{shift}" if shift else register
    return f"{register}, {EXTENDS[extend]}" + (f" #{shift}" if shift else "")
