"""Branches, jumps, calls, barriers and traps. A distance is in bytes from the start of the instruction to its target, a
multiple of 4."""

from __future__ import annotations

from farcall.encode.field import ranged
from farcall.encode.loongarch64.form import PACK, Form, jump, jump_zero, signed16
from farcall.encode.loongarch64.registers import RA, ZERO

__all__ = [
    "b", "beq", "beqz", "bge", "bgeu", "bl", "blt", "bltu", "bne", "bnez", "break_", "dbar", "ibar", "jirl", "ret", "syscall",
]  # fmt: skip

_BEQZ = Form("beqz rj, label", 0x40000000)
_BNEZ = Form("bnez rj, label", 0x44000000)
_JIRL = Form("jirl rd, rj, offset", 0x4C000000)
_B = Form("b label", 0x50000000)
_BL = Form("bl label", 0x54000000)
_BEQ = Form("beq rj, rd, label", 0x58000000)
_BNE = Form("bne rj, rd, label", 0x5C000000)
_BLT = Form("blt rj, rd, label", 0x60000000)
_BGE = Form("bge rj, rd, label", 0x64000000)
_BLTU = Form("bltu rj, rd, label", 0x68000000)
_BGEU = Form("bgeu rj, rd, label", 0x6C000000)
_BREAK = Form("break code", 0x002A0000)
_SYSCALL = Form("syscall code", 0x002B0000)
_DBAR = Form("dbar hint", 0x38720000)
_IBAR = Form("ibar hint", 0x38728000)


def beq(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 128 KiB if a == b."""
    return signed16(_BEQ, b, a, distance)


def bne(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 128 KiB if a != b."""
    return signed16(_BNE, b, a, distance)


def blt(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 128 KiB if a < b, both signed."""
    return signed16(_BLT, b, a, distance)


def bge(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 128 KiB if a >= b, both signed."""
    return signed16(_BGE, b, a, distance)


def bltu(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 128 KiB if a < b, both unsigned."""
    return signed16(_BLTU, b, a, distance)


def bgeu(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 128 KiB if a >= b, both unsigned."""
    return signed16(_BGEU, b, a, distance)


def beqz(a: int, distance: int) -> bytes:
    """Jumps up to 4 MiB if a == 0."""
    return jump_zero(_BEQZ, a, distance)


def bnez(a: int, distance: int) -> bytes:
    """Jumps up to 4 MiB if a != 0."""
    return jump_zero(_BNEZ, a, distance)


def b(distance: int) -> bytes:
    """Jumps up to 128 MiB."""
    return jump(_B, distance)


def bl(distance: int) -> bytes:
    """Jumps up to 128 MiB; RA = the address behind this instruction: a call."""
    return jump(_BL, distance)


def jirl(dst: int, base: int, offset: int = 0) -> bytes:
    """Jumps to base + offset, up to 128 KiB; dst = the address behind this instruction: a call, where it is RA."""
    return signed16(_JIRL, dst, base, offset)


def ret() -> bytes:
    """Returns to the address in RA."""
    return signed16(_JIRL, ZERO, RA, 0)


# --- barriers and traps, with 15 bits for who asks ---


def dbar(hint: int = 0) -> bytes:
    """Orders what comes before it with what comes after it; all of it, with hint 0."""
    return _code(_DBAR, hint)


def ibar(hint: int = 0) -> bytes:
    """What this CPU has stored is what it will fetch as instructions; hint 0."""
    return _code(_IBAR, hint)


def syscall(code: int = 0) -> bytes:
    """A system call."""
    return _code(_SYSCALL, code)


def break_(code: int = 0) -> bytes:
    """The breakpoint trap; also a filler."""
    return _code(_BREAK, code)


def _code(form: Form, number: int) -> bytes:
    return PACK(form.word | ranged(number, 0x7FFF, form.name, form.name.split()[1]))
