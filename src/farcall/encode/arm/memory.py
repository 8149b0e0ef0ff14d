"""Loads and stores: at a base register plus an offset of 12 bits either way (of 8 for halfwords, and bytes with their sign), or,
where a name ends in x, plus an index register; of several registers; and those that others' stores are watched by."""

from __future__ import annotations

from farcall.encode.arm.form import PACK, Form, access, core, extra_form, index_form, list_form, number_form

__all__ = [
    "dmb", "fits", "ldm", "ldr", "ldrb", "ldrbx", "ldrex", "ldrh", "ldrhx", "ldrsb", "ldrsbx", "ldrsh", "ldrshx", "ldrx", "pop",
    "push", "stm", "str_", "strb", "strbx", "strex", "strh", "strhx", "strx",
]  # fmt: skip

_LDR = Form("ldr rt, [rn, offset]", 0xE5100000, pc=True)
_STR = Form("str rt, [rn, offset]", 0xE5000000)
_LDRB = Form("ldrb rt, [rn, offset]", 0xE5500000)
_STRB = Form("strb rt, [rn, offset]", 0xE5400000)
_LDRH = Form("ldrh rt, [rn, offset]", 0xE15000B0)
_LDRSB = Form("ldrsb rt, [rn, offset]", 0xE15000D0)
_LDRSH = Form("ldrsh rt, [rn, offset]", 0xE15000F0)
_STRH = Form("strh rt, [rn, offset]", 0xE14000B0)
_LDRX = Form("ldr rt, [rn, rm]", 0xE7900000)
_LDRX_PC = Form("ldr rt, [rn, rm]", 0xE7900000, pc=True)
_STRX = Form("str rt, [rn, rm]", 0xE7800000)
_LDRBX = Form("ldrb rt, [rn, rm]", 0xE7D00000)
_STRBX = Form("strb rt, [rn, rm]", 0xE7C00000)
_LDRHX = Form("ldrh rt, [rn, rm]", 0xE19000B0)
_LDRSBX = Form("ldrsb rt, [rn, rm]", 0xE19000D0)
_LDRSHX = Form("ldrsh rt, [rn, rm]", 0xE19000F0)
_STRHX = Form("strh rt, [rn, rm]", 0xE18000B0)
_LDM = Form("ldm rn, registers", 0xE8900000)
_STM = Form("stm rn, registers", 0xE8800000)
_PUSH = Form("push registers", 0xE9200000)
_POP = Form("pop registers", 0xE8B00000)
_LDREX = Form("ldrex rt, [rn]", 0xE1900F9F)
_STREX = Form("strex rd, rt, [rn]", 0xE1800F90)

STACK = 13


def fits(offset: int, size: int, signed: bool = False) -> bool:
    """Whether a load or store of `size` bytes, of a signed number or not, takes the offset."""
    return -256 < offset < 256 if size == 2 or (signed and size == 1) else -4096 < offset < 4096


def ldr(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits [base + offset]."""
    return number_form(_LDR, dst, base, offset)


def ldrb(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 8 bits [base + offset], zero-extended."""
    return number_form(_LDRB, dst, base, offset)


def str_(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = src."""
    return number_form(_STR, src, base, offset)


def strb(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 8 bits of src."""
    return number_form(_STRB, src, base, offset)


def ldrh(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits [base + offset], zero-extended."""
    return extra_form(_LDRH, dst, base, offset)


def ldrsb(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 8 bits [base + offset], sign-extended."""
    return extra_form(_LDRSB, dst, base, offset)


def ldrsh(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits [base + offset], sign-extended."""
    return extra_form(_LDRSH, dst, base, offset)


def strh(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 16 bits of src."""
    return extra_form(_STRH, src, base, offset)


# --- with an index ---


def ldrx(dst: int, base: int, index: int) -> bytes:
    """dst = 32 bits [base + index]; base may be the program counter."""
    core(_LDRX, dst, "rt")
    core(_LDRX, index, "rm")
    return index_form(_LDRX_PC, dst, base, index)


def ldrbx(dst: int, base: int, index: int) -> bytes:
    """dst = 8 bits [base + index], zero-extended."""
    return index_form(_LDRBX, dst, base, index)


def ldrhx(dst: int, base: int, index: int) -> bytes:
    """dst = 16 bits [base + index], zero-extended."""
    return index_form(_LDRHX, dst, base, index)


def ldrsbx(dst: int, base: int, index: int) -> bytes:
    """dst = 8 bits [base + index], sign-extended."""
    return index_form(_LDRSBX, dst, base, index)


def ldrshx(dst: int, base: int, index: int) -> bytes:
    """dst = 16 bits [base + index], sign-extended."""
    return index_form(_LDRSHX, dst, base, index)


def strx(src: int, base: int, index: int) -> bytes:
    """[base + index] = src."""
    return index_form(_STRX, src, base, index)


def strbx(src: int, base: int, index: int) -> bytes:
    """[base + index] = the low 8 bits of src."""
    return index_form(_STRBX, src, base, index)


def strhx(src: int, base: int, index: int) -> bytes:
    """[base + index] = the low 16 bits of src."""
    return index_form(_STRHX, src, base, index)


# --- several registers: two or more, by their bits; the lowest number at the lowest address ---


def ldm(base: int, registers: int) -> bytes:
    """The registers = [base] and on."""
    return list_form(_LDM, base, registers)


def stm(base: int, registers: int) -> bytes:
    """[base] and on = the registers."""
    return list_form(_STM, base, registers)


def push(registers: int) -> bytes:
    """Stores the registers below the stack pointer, which goes down."""
    return list_form(_PUSH, STACK, registers)


def pop(registers: int) -> bytes:
    """Loads the registers from the stack pointer on, which goes up; the program counter last, in either state."""
    return list_form(_POP, STACK, registers)


# --- memory and its order ---


def ldrex(dst: int, base: int) -> bytes:
    """dst = 32 bits at [base], which are watched from now on."""
    return PACK(access(_LDREX, dst, base))


def strex(failed: int, src: int, base: int) -> bytes:
    """[base] = src if nobody has stored there since `ldrex`; failed = 0 if so, else 1. It is neither of the others."""
    if failed in (src, base):
        raise ValueError(f"{_STREX.name}: rd operand {failed!r} is another operand too")
    return PACK(
        _STREX.word | core(_STREX, base, "rn") << 16 | core(_STREX, failed, "rd") << 12 | core(_STREX, src, "rt")
    )


def dmb() -> bytes:
    """Orders all that comes before it with all that comes after it, for all processors: `dmb ish`."""
    return PACK(0xF57FF05B)
