"""Branches, jumps, calls, fences and traps.

A distance is in bytes from the start of the instruction to its target, a multiple of 2 (of 4, where the CPU has no
compressed instructions).
"""

from __future__ import annotations

from farcall.encode.riscv64.form import PACK, Form, b_type, i_type, j_type
from farcall.encode.riscv64.registers import RA, ZERO

__all__ = [
    "beq", "bge", "bgeu", "blt", "bltu", "bne", "ebreak", "ecall", "fence", "fence_i", "j", "jal", "jalr", "ret",
]  # fmt: skip

_BEQ = Form("beq rs1, rs2, label", 0x0063)
_BNE = Form("bne rs1, rs2, label", 0x1063)
_BLT = Form("blt rs1, rs2, label", 0x4063)
_BGE = Form("bge rs1, rs2, label", 0x5063)
_BLTU = Form("bltu rs1, rs2, label", 0x6063)
_BGEU = Form("bgeu rs1, rs2, label", 0x7063)
_JAL = Form("jal rd, label", 0x6F)
_JALR = Form("jalr rd, imm12(rs1)", 0x67)
_FENCE = "fence pred, succ"


def beq(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 4 KiB if a == b."""
    return b_type(_BEQ, a, b, distance)


def bne(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 4 KiB if a != b."""
    return b_type(_BNE, a, b, distance)


def blt(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 4 KiB if a < b, both signed."""
    return b_type(_BLT, a, b, distance)


def bge(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 4 KiB if a >= b, both signed."""
    return b_type(_BGE, a, b, distance)


def bltu(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 4 KiB if a < b, both unsigned."""
    return b_type(_BLTU, a, b, distance)


def bgeu(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 4 KiB if a >= b, both unsigned."""
    return b_type(_BGEU, a, b, distance)


def jal(dst: int, distance: int) -> bytes:
    """Jumps up to 1 MiB; dst = the address behind this instruction: a call, where it is RA."""
    return j_type(_JAL, dst, distance)


def jalr(dst: int, base: int, offset: int = 0) -> bytes:
    """Jumps to base + offset (-2048 to 2047), its last bit cleared; dst = the address behind this instruction."""
    return i_type(_JALR, dst, base, offset, "offset")


def j(distance: int) -> bytes:
    """Jumps up to 1 MiB: the `jal` that keeps no address."""
    return j_type(_JAL, ZERO, distance)


def ret() -> bytes:
    """Returns to the address in RA."""
    return i_type(_JALR, ZERO, RA, 0)


# --- fences and traps ---


def fence(before: str = "iorw", after: str = "iorw") -> bytes:
    """Orders what comes before it with what comes after it, of each what the letters name: device input and output,
    reads and writes, in that order."""
    return PACK(0x0F | _accesses(before, "pred") << 24 | _accesses(after, "succ") << 20)


def _accesses(letters: str, field: str) -> int:
    bits = sum(8 >> "iorw".index(letter) for letter in letters if letter in "iorw")
    if not letters or letters != "".join(letter for letter in "iorw" if letter in letters):
        raise ValueError(f"{_FENCE}: {field} {letters!r} is not some of the letters of 'iorw' in that order")
    return bits


def fence_i() -> bytes:
    """What this hart has stored is what it will fetch as instructions."""
    return PACK(0x100F)


def ecall() -> bytes:
    """A system call."""
    return PACK(0x73)


def ebreak() -> bytes:
    """The breakpoint trap; also a filler."""
    return PACK(0x100073)
