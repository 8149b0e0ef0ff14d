"""What to ask GNU as about AArch64: operands as it reads them, and numbers around the edges of what instructions hold.
The asking is `words`'."""

from __future__ import annotations

from tests.encode.words import REGISTERS, Assembler, Row, Trial, pairs, spread, triples

__all__ = [
    "ARCHITECTURE",
    "AS",
    "CONDITIONS",
    "IMM12",
    "IMM16",
    "REGISTERS",
    "VECTORS",
    "WIDTHS",
    "Row",
    "Trial",
    "agree",
    "agree_on_refusals",
    "pairs",
    "ptr",
    "refusals",
    "reg",
    "spread",
    "triples",
]

AS = "aarch64-linux-gnu-as"
#: The first version that has `bti`; all else is in the first of all.
ARCHITECTURE = "-march=armv8.5-a"

WIDTHS = (32, 64)
CONDITIONS = ["eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al"]
IMM12 = (0, 1, 2047, 2048, 4095)
IMM16 = (0, 1, 0x7FFF, 0x8000, 0xFFFF)
VECTORS = {8: "b", 16: "h", 32: "s", 64: "d", 128: "q"}

_GNU = Assembler(AS, "aarch64-linux-gnu-objcopy", (ARCHITECTURE,))
agree, agree_on_refusals, refusals = _GNU.agree, _GNU.agree_on_refusals, _GNU.refusals


def reg(number: int, bits: int = 64, sp: bool = False) -> str:
    """The register as the assembler names it; 31 is the zero register, or with `sp` the stack pointer."""
    if number == 31:
        return {(32, False): "wzr", (64, False): "xzr", (32, True): "wsp", (64, True): "sp"}[bits, sp]
    return f"{'x' if bits == 64 else 'w'}{number}"


def ptr(base: int, rest: str = "") -> str:
    return f"[{reg(base, 64, True)}{', ' + rest if rest else ''}]"
