"""Moves between general registers, memory and immediates; nothing here changes a flag.

Names end in the kinds of their operands, destination first: r register, m memory, i immediate. `bits` is the
operand width: 8, 16, 32 or 64 unless stated. A 32-bit destination register has its upper half cleared.
Every function returns the instruction's bytes and raises ValueError for an operand that does not fit.
"""

from __future__ import annotations

from farcall.encode.x86_64.form import (
    BYTE_RM,
    PLAIN,
    WIDE,
    Form,
    Rex,
    Table,
    plus_register,
    widths,
    with_memory,
    with_register,
)
from farcall.encode.x86_64.immediate import SIGNED8, either64, full_immediate, signed32
from farcall.encode.x86_64.operand import Address
from farcall.encode.x86_64.registers import RAX

__all__ = [
    "lea_rm",
    "leave",
    "mov_constant",
    "mov_fs",
    "mov_mi",
    "mov_mr",
    "mov_ri",
    "mov_rm",
    "mov_rr",
    "movabs_ri",
    "movsx_rm",
    "movsx_rr",
    "movzx_rm",
    "movzx_rr",
    "pop_m",
    "pop_r",
    "push_i",
    "push_m",
    "push_r",
    "xchg_mr",
    "xchg_rr",
]

# --- mov ---

_MOV_STORE = widths("mov r/m{}, r{}", b"\x88", b"\x89")
_MOV_LOAD = widths("mov r{}, r/m{}", b"\x8a", b"\x8b")
_MOV_IMMEDIATE = widths("mov r/m{}, imm", b"\xc6", b"\xc7", reg_is_operand=False)
_MOV_SHORT_IMMEDIATE = {
    8: plus_register("mov r8, imm8", b"\xb0", byte=True),
    16: plus_register("mov r16, imm16", b"\xb8", prefix=b"\x66"),
    32: plus_register("mov r32, imm32", b"\xb8"),
}
_MOVABS = plus_register("mov r64, imm64", b"\xb8", w=8)


def mov_rr(dst: int, src: int, bits: int = 64) -> bytes:
    """dst = src."""
    return with_register(_MOV_STORE[bits], src, dst)


def mov_rm(dst: int, mem: Address, bits: int = 64) -> bytes:
    """dst = [mem]."""
    return with_memory(_MOV_LOAD[bits], dst, mem)


def mov_mr(mem: Address, src: int, bits: int = 64) -> bytes:
    """[mem] = src."""
    return with_memory(_MOV_STORE[bits], src, mem)


def mov_ri(dst: int, imm: int, bits: int = 64) -> bytes:
    """dst = imm; at 64 bits the immediate is 32 bits, sign-extended (`movabs_ri` takes all 64)."""
    table = _MOV_SHORT_IMMEDIATE.get(bits)
    if table is not None:
        return table[dst] + full_immediate(imm, bits, table.name)
    form = _MOV_IMMEDIATE[bits]
    return with_register(form, 0, dst) + signed32(imm, form.name, "immediate")


def mov_mi(mem: Address, imm: int, bits: int = 64) -> bytes:
    """[mem] = imm; at 64 bits the immediate is 32 bits, sign-extended."""
    form = _MOV_IMMEDIATE[bits]
    return with_memory(form, 0, mem) + full_immediate(imm, bits, form.name)


def movabs_ri(dst: int, imm: int) -> bytes:
    """dst = imm, 64 bits in either view; always ten bytes, the immediate in the last eight."""
    return _MOVABS[dst] + either64(imm, _MOVABS.name)


def mov_constant(dst: int, value: int) -> bytes:
    """dst = value, 64 bits in either view, by the shortest mov (5 or 6, 7 or 10 bytes)."""
    if 0 <= value <= 0xFFFF_FFFF:
        return mov_ri(dst, value, 32)
    if -0x8000_0000 <= value < 0:
        return mov_ri(dst, value, 64)
    if 0xFFFF_FFFF_8000_0000 <= value <= 0xFFFF_FFFF_FFFF_FFFF:
        return mov_ri(dst, value - 0x1_0000_0000_0000_0000, 64)
    return movabs_ri(dst, value)


# [disp32] without a base, of 0: a SIB byte with neither (Intel SDM volume 2, section 2.2.1.3).
_MOV_FS = Table(
    "mov r64, fs:0",
    "register",
    {r: bytes((0x64, 0x48 | r >> 1 & 4, 0x8B, (r & 7) << 3 | 4, 0x25, 0, 0, 0, 0)) for r in range(16)},
)


def mov_fs(dst: int) -> bytes:
    """dst = the word at fs:0, where System V has the thread's pointer (psABI 1.0, §3.4.6)."""
    return _MOV_FS[dst]


# --- extension: source width, then destination width. Where none is needed, the row is a plain mov. ---


def _extensions(name: str, from8: bytes, from16: bytes, from32: Table[Form]) -> Table[Table[Form]]:
    def row(source: int, opcode: bytes, rex: Rex) -> Table[Form]:
        title = f"{name} r{{}}, r/m{source}"
        forms = {
            32: Form(title.replace("{}", "32"), opcode, rex=rex, rex_memory=PLAIN),
            64: Form(title.replace("{}", "64"), opcode, rex=WIDE),
        }
        return Table(title.replace("{}", ""), "width", forms)

    rows = {8: row(8, from8, BYTE_RM), 16: row(16, from16, PLAIN), 32: from32}
    return Table(name, "source width", rows)


_MOVSXD = Form("movsxd r64, r/m32", b"\x63", rex=WIDE)
_MOVZX = _extensions(
    "movzx",
    b"\x0f\xb6",
    b"\x0f\xb7",
    Table("movzx r, r/m32", "width", {32: _MOV_LOAD[32], 64: _MOV_LOAD[32]}),
)
_MOVSX = _extensions(
    "movsx", b"\x0f\xbe", b"\x0f\xbf", Table("movsxd r, r/m32", "width", {32: _MOV_LOAD[32], 64: _MOVSXD})
)


def movzx_rr(dst: int, src: int, source_bits: int, bits: int = 32) -> bytes:
    """dst = zero-extended low 8, 16 or 32 bits of src; a 32-bit destination clears the upper half as well."""
    return with_register(_MOVZX[source_bits][bits], dst, src)


def movzx_rm(dst: int, mem: Address, source_bits: int, bits: int = 32) -> bytes:
    """dst = zero-extended 8, 16 or 32 bits at mem; a 32-bit destination clears the upper half as well."""
    return with_memory(_MOVZX[source_bits][bits], dst, mem)


def movsx_rr(dst: int, src: int, source_bits: int, bits: int = 64) -> bytes:
    """dst (32 or 64 bits) = sign-extended low 8, 16 or 32 bits of src."""
    return with_register(_MOVSX[source_bits][bits], dst, src)


def movsx_rm(dst: int, mem: Address, source_bits: int, bits: int = 64) -> bytes:
    """dst (32 or 64 bits) = sign-extended 8, 16 or 32 bits at mem."""
    return with_memory(_MOVSX[source_bits][bits], dst, mem)


# --- lea, xchg ---

_LEA = widths("lea r{}, m", None, b"\x8d")
_XCHG = widths("xchg r/m{}, r{}", b"\x86", b"\x87")
_XCHG_RAX = {
    16: plus_register("xchg ax, r16", b"\x90", prefix=b"\x66"),
    32: plus_register("xchg eax, r32", b"\x90"),
    64: plus_register("xchg rax, r64", b"\x90", w=8),
}


def lea_rm(dst: int, mem: Address, bits: int = 64) -> bytes:
    """dst (16, 32 or 64 bits) = the address itself."""
    return with_memory(_LEA[bits], dst, mem)


def xchg_mr(mem: Address, reg: int, bits: int = 64) -> bytes:
    """Swaps [mem] and reg; the CPU locks it without being told."""
    return with_memory(_XCHG[bits], reg, mem)


def xchg_rr(first: int, second: int, bits: int = 64) -> bytes:
    """Swaps two registers; a byte shorter where one of them is RAX."""
    short = _XCHG_RAX.get(bits)
    # Not for RAX with itself: 90 is nop, which would leave the upper half that `xchg eax, eax` has to clear.
    if short is not None and first != second and RAX in (first, second):
        return short[first + second]
    return with_register(_XCHG[bits], second, first)


# --- the stack, always in units of 64 bits ---

_PUSH = plus_register("push r64", b"\x50")
_POP = plus_register("pop r64", b"\x58")
_PUSH_MEMORY = Form("push m64", b"\xff")
_POP_MEMORY = Form("pop m64", b"\x8f")


def push_r(reg: int) -> bytes:
    """Pushes a 64-bit register."""
    return _PUSH[reg]


def push_i(imm: int) -> bytes:
    """Pushes a signed immediate of 8 or 32 bits, sign-extended to 64."""
    byte = SIGNED8.get(imm)
    return b"\x68" + signed32(imm, "push imm32", "immediate") if byte is None else b"\x6a" + byte


def push_m(mem: Address) -> bytes:
    """Pushes 64 bits from memory."""
    return with_memory(_PUSH_MEMORY, 6, mem)


def pop_r(reg: int) -> bytes:
    """Pops into a 64-bit register."""
    return _POP[reg]


def pop_m(mem: Address) -> bytes:
    """Pops 64 bits into memory; a base of RSP counts as what it is after the pop."""
    return with_memory(_POP_MEMORY, 0, mem)


def leave() -> bytes:
    """RSP = RBP, then pop RBP."""
    return b"\xc9"
