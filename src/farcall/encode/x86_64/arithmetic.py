"""Integer arithmetic and logic. Flags are set as the manual says; names and `bits` as in `move`.

The two-operand operations (ADD to CMP, and TEST) are one family of opcodes, and so are the one-operand ones
(NOT to DEC): the operation is the first argument.
"""

from __future__ import annotations

from farcall.encode.x86_64.form import Form, Table, widths, with_memory, with_register
from farcall.encode.x86_64.immediate import SIGNED8, full_immediate, signed_view
from farcall.encode.x86_64.operand import Address
from farcall.encode.x86_64.registers import RAX
from farcall.record import NamedTuple

__all__ = [
    "ADC",
    "ADD",
    "AND",
    "CMP",
    "DEC",
    "DIV",
    "IDIV",
    "IMUL",
    "INC",
    "MUL",
    "NEG",
    "NOT",
    "OR",
    "SBB",
    "SUB",
    "TEST",
    "XOR",
    "alu_mi",
    "alu_mi_full",
    "alu_mr",
    "alu_ri",
    "alu_ri_full",
    "alu_rm",
    "alu_rr",
    "cdq",
    "cqo",
    "imul_rm",
    "imul_rmi",
    "imul_rr",
    "imul_rri",
    "unary_m",
    "unary_r",
]

# --- two operands: the operation is bits 3 to 5 of the opcode, or the digit of opcodes 80, 81 and 83 ---

ADD, OR, ADC, SBB, AND, SUB, XOR, CMP = range(8)
TEST = 8  # AND for the flags alone; opcodes of its own, digit 0, no signed-byte immediate
_ALU_NAMES = ("add", "or", "adc", "sbb", "and", "sub", "xor", "cmp")


class _Immediate(NamedTuple):
    """The ways to write one operation with an immediate at one width, shortest first."""

    short: Form | None  # 83: a signed byte
    accumulator: bytes  # opcode and full immediate, for RAX without a ModRM
    full: Form  # 80 or 81


def _immediates(name: str, accumulator: int, short: bytes | None, byte: bytes, wide: bytes) -> Table[_Immediate]:
    full = widths(name + " r/m{}, imm", byte, wide, reg_is_operand=False)
    brief = widths(name + " r/m{}, imm8", None, short, reg_is_operand=False) if short else {}
    rax = b"%c" % (accumulator | 1)
    accumulators = {8: b"%c" % accumulator, 16: b"\x66" + rax, 32: rax, 64: b"\x48" + rax}
    rows = {bits: _Immediate(brief.get(bits), accumulators[bits], form) for bits, form in full.items()}
    return Table(full.name, "width", rows)


def _by_operation(direction: int, operands: str) -> Table[Table[Form]]:
    rows = {}
    for op, name in enumerate(_ALU_NAMES):
        opcode = op << 3 | direction
        rows[op] = widths(f"{name} {operands}", b"%c" % opcode, b"%c" % (opcode | 1))
    rows[TEST] = widths(f"test {operands}", b"\x84", b"\x85")  # both directions are one
    return Table("alu", "operation", rows)


_ALU_STORE = _by_operation(0, "r/m{}, r{}")
_ALU_LOAD = _by_operation(2, "r{}, r/m{}")
_ALU_IMMEDIATE = Table(
    "alu",
    "operation",
    {op: _immediates(name, op << 3 | 4, b"\x83", b"\x80", b"\x81") for op, name in enumerate(_ALU_NAMES)}
    | {TEST: _immediates("test", 0xA8, None, b"\xf6", b"\xf7")},
)


def alu_rr(op: int, dst: int, src: int, bits: int = 64) -> bytes:
    """dst = dst op src."""
    return with_register(_ALU_STORE[op][bits], src, dst)


def alu_rm(op: int, dst: int, mem: Address, bits: int = 64) -> bytes:
    """dst = dst op [mem]."""
    return with_memory(_ALU_LOAD[op][bits], dst, mem)


def alu_mr(op: int, mem: Address, src: int, bits: int = 64) -> bytes:
    """[mem] = [mem] op src."""
    return with_memory(_ALU_STORE[op][bits], src, mem)


def alu_ri(op: int, dst: int, imm: int, bits: int = 64) -> bytes:
    """dst = dst op imm, in the shortest form; at 64 bits the immediate is 32 bits, sign-extended."""
    row = _ALU_IMMEDIATE[op][bits]
    if row.short is not None:
        byte = SIGNED8.get(imm) or SIGNED8.get(signed_view(imm, bits, row.full.name))
        if byte is not None:
            return with_register(row.short, op & 7, dst) + byte
    return alu_ri_full(op, dst, imm, bits)


def alu_ri_full(op: int, dst: int, imm: int, bits: int = 64) -> bytes:
    """dst = dst op imm, the immediate as wide as it can be, in the instruction's last bytes: one that is patched."""
    row = _ALU_IMMEDIATE[op][bits]
    if dst == RAX:
        return row.accumulator + full_immediate(imm, bits, row.full.name)
    return with_register(row.full, op & 7, dst) + full_immediate(imm, bits, row.full.name)


def alu_mi(op: int, mem: Address, imm: int, bits: int = 64) -> bytes:
    """[mem] = [mem] op imm, in the shortest form; at 64 bits the immediate is 32 bits, sign-extended."""
    row = _ALU_IMMEDIATE[op][bits]
    if row.short is not None:
        byte = SIGNED8.get(imm) or SIGNED8.get(signed_view(imm, bits, row.full.name))
        if byte is not None:
            return with_memory(row.short, op & 7, mem) + byte
    return alu_mi_full(op, mem, imm, bits)


def alu_mi_full(op: int, mem: Address, imm: int, bits: int = 64) -> bytes:
    """[mem] = [mem] op imm, the immediate as in `alu_ri_full`."""
    row = _ALU_IMMEDIATE[op][bits]
    return with_memory(row.full, op & 7, mem) + full_immediate(imm, bits, row.full.name)


# --- imul with a chosen destination: 16, 32 or 64 bits ---

_IMUL = widths("imul r{}, r/m{}", None, b"\x0f\xaf")
_IMUL_SHORT = widths("imul r{}, r/m{}, imm8", None, b"\x6b")
_IMUL_FULL = widths("imul r{}, r/m{}, imm", None, b"\x69")


def imul_rr(dst: int, src: int, bits: int = 64) -> bytes:
    """dst = dst * src, truncated."""
    return with_register(_IMUL[bits], dst, src)


def imul_rm(dst: int, mem: Address, bits: int = 64) -> bytes:
    """dst = dst * [mem], truncated."""
    return with_memory(_IMUL[bits], dst, mem)


def _imul_immediate(imm: int, bits: int) -> tuple[Form, bytes]:
    full = _IMUL_FULL[bits]
    byte = SIGNED8.get(signed_view(imm, bits, full.name))
    return (full, full_immediate(imm, bits, full.name)) if byte is None else (_IMUL_SHORT[bits], byte)


def imul_rri(dst: int, src: int, imm: int, bits: int = 64) -> bytes:
    """dst = src * imm, truncated, in the shortest form."""
    form, tail = _imul_immediate(imm, bits)
    return with_register(form, dst, src) + tail


def imul_rmi(dst: int, mem: Address, imm: int, bits: int = 64) -> bytes:
    """dst = [mem] * imm, truncated, in the shortest form."""
    form, tail = _imul_immediate(imm, bits)
    return with_memory(form, dst, mem) + tail


# --- one operand: opcodes F6 /2 to /7, FE /0 and /1. MUL to IDIV work on RDX:RAX (AX at 8 bits). ---

NOT, NEG, MUL, IMUL, DIV, IDIV = range(2, 8)
INC, DEC = 8, 9  # digits 0 and 1 of their opcode
_UNARY = Table(
    "unary",
    "operation",
    {
        op: widths(f"{name} r/m{{}}", opcode[:1], opcode[1:], reg_is_operand=False)
        for op, name, opcode in (
            (NOT, "not", b"\xf6\xf7"),
            (NEG, "neg", b"\xf6\xf7"),
            (MUL, "mul", b"\xf6\xf7"),
            (IMUL, "imul", b"\xf6\xf7"),
            (DIV, "div", b"\xf6\xf7"),
            (IDIV, "idiv", b"\xf6\xf7"),
            (INC, "inc", b"\xfe\xff"),
            (DEC, "dec", b"\xfe\xff"),
        )
    },
)


def unary_r(op: int, reg: int, bits: int = 64) -> bytes:
    """reg = op reg (NOT, NEG, INC, DEC), or RDX:RAX = RDX:RAX op reg (MUL, IMUL, DIV, IDIV)."""
    return with_register(_UNARY[op][bits], op & 7, reg)


def unary_m(op: int, mem: Address, bits: int = 64) -> bytes:
    """[mem] = op [mem] (NOT, NEG, INC, DEC), or RDX:RAX = RDX:RAX op [mem] (MUL, IMUL, DIV, IDIV)."""
    return with_memory(_UNARY[op][bits], op & 7, mem)


def cdq() -> bytes:
    """EDX = sign of EAX, before a 32-bit IDIV."""
    return b"\x99"


def cqo() -> bytes:
    """RDX = sign of RAX, before a 64-bit IDIV."""
    return b"\x48\x99"
