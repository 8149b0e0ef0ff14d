"""Jumps, calls, conditions, fillers.

A relative target counts from the end of the instruction; its field is the last byte or the last four bytes:
a relocation patches the end. Conditions are the CC_ numbers of `registers`.
"""

from __future__ import annotations

from farcall.encode.x86_64.form import BYTE_RM, PLAIN, Form, Table, widths, with_memory, with_register
from farcall.encode.x86_64.immediate import signed8, signed32, unsigned16
from farcall.encode.x86_64.operand import Address

__all__ = [
    "call32",
    "call_m",
    "call_r",
    "cmov_rm",
    "cmov_rr",
    "endbr64",
    "int3",
    "jcc8",
    "jcc32",
    "jmp8",
    "jmp32",
    "jmp_m",
    "jmp_r",
    "nop",
    "pause",
    "ret",
    "setcc_m",
    "setcc_r",
    "ud2",
]

_CONDITIONS = range(16)
_JCC8 = Table("jcc rel8", "condition", {cc: b"%c" % (0x70 | cc) for cc in _CONDITIONS})
_JCC32 = Table("jcc rel32", "condition", {cc: b"\x0f%c" % (0x80 | cc) for cc in _CONDITIONS})
_SETCC = Table(
    "setcc r/m8",
    "condition",
    {cc: Form("setcc r/m8", b"\x0f%c" % (0x90 | cc), rex=BYTE_RM, rex_memory=PLAIN) for cc in _CONDITIONS},
)
_CMOVCC = Table(
    "cmovcc",
    "condition",
    {cc: widths("cmovcc r{}, r/m{}", None, b"\x0f%c" % (0x40 | cc)) for cc in _CONDITIONS},
)
# Opcode FF; 64 bits without a REX.W.
_CALL = Form("call r/m64", b"\xff")
_JMP = Form("jmp r/m64", b"\xff")


def jcc8(condition: int, rel: int) -> bytes:
    """Jumps -128 to 127 bytes if the condition holds; two bytes."""
    return _JCC8[condition] + signed8(rel, "jcc rel8", "target")


def jcc32(condition: int, rel: int = 0) -> bytes:
    """Jumps up to 2 GiB if the condition holds; always six bytes."""
    return _JCC32[condition] + signed32(rel, "jcc rel32", "target")


def jmp8(rel: int) -> bytes:
    """Jumps -128 to 127 bytes; two bytes."""
    return b"\xeb" + signed8(rel, "jmp rel8", "target")


def jmp32(rel: int = 0) -> bytes:
    """Jumps up to 2 GiB; always five bytes."""
    return b"\xe9" + signed32(rel, "jmp rel32", "target")


def jmp_r(reg: int) -> bytes:
    """Jumps to the address in reg."""
    return with_register(_JMP, 4, reg)


def jmp_m(mem: Address) -> bytes:
    """Jumps to the address stored at mem."""
    return with_memory(_JMP, 4, mem)


def call32(rel: int = 0) -> bytes:
    """Calls up to 2 GiB away; always five bytes."""
    return b"\xe8" + signed32(rel, "call rel32", "target")


def call_r(reg: int) -> bytes:
    """Calls the address in reg."""
    return with_register(_CALL, 2, reg)


def call_m(mem: Address) -> bytes:
    """Calls the address stored at mem."""
    return with_memory(_CALL, 2, mem)


def ret(pop: int = 0) -> bytes:
    """Returns, and pops `pop` (0 to 65535) more bytes of arguments."""
    return b"\xc2" + unsigned16(pop, "ret imm16", "immediate") if pop else b"\xc3"


def setcc_r(condition: int, reg: int) -> bytes:
    """Low byte of reg = 1 if the condition holds, else 0; the other bytes stay."""
    return with_register(_SETCC[condition], 0, reg)


def setcc_m(condition: int, mem: Address) -> bytes:
    """Byte at mem = 1 if the condition holds, else 0."""
    return with_memory(_SETCC[condition], 0, mem)


def cmov_rr(condition: int, dst: int, src: int, bits: int = 64) -> bytes:
    """dst = src if the condition holds; 16, 32 or 64 bits (at 32 the upper half is cleared either way)."""
    return with_register(_CMOVCC[condition][bits], dst, src)


def cmov_rm(condition: int, dst: int, mem: Address, bits: int = 64) -> bytes:
    """dst = [mem] if the condition holds; 16, 32 or 64 bits. The memory is read either way."""
    return with_memory(_CMOVCC[condition][bits], dst, mem)


# --- without operands ---

# Intel SDM volume 2, NOP, table 4-12: recommended multi-byte sequences.
_NOPS = Table(
    "nop",
    "length",
    {
        1: b"\x90",
        2: b"\x66\x90",
        3: b"\x0f\x1f\x00",
        4: b"\x0f\x1f\x40\x00",
        5: b"\x0f\x1f\x44\x00\x00",
        6: b"\x66\x0f\x1f\x44\x00\x00",
        7: b"\x0f\x1f\x80\x00\x00\x00\x00",
        8: b"\x0f\x1f\x84\x00\x00\x00\x00\x00",
        9: b"\x66\x0f\x1f\x84\x00\x00\x00\x00\x00",
    },
)


def nop(length: int = 1) -> bytes:
    """One instruction of 1 to 9 bytes that does nothing."""
    return _NOPS[length]


def endbr64() -> bytes:
    """The landing pad that indirect calls and jumps need under CET; a nop elsewhere."""
    return b"\xf3\x0f\x1e\xfa"


def int3() -> bytes:
    """The breakpoint trap; also the filler that nothing may run into."""
    return b"\xcc"


def ud2() -> bytes:
    """The instruction that is defined to be undefined: SIGILL."""
    return b"\x0f\x0b"


def pause() -> bytes:
    """The hint inside a spin loop."""
    return b"\xf3\x90"
