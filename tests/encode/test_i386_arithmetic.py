"""i386's integer arithmetic, shifts and locked operations against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import i386 as asm
from tests.encode.gnu_as import IMMEDIATES
from tests.encode.i386_as import (
    REGISTERS,
    WIDE,
    WIDTHS,
    agree,
    all_memories,
    memories,
    pairs,
    ptr,
    reg,
    registers,
    spread,
)

ALU = {name: getattr(asm, name.upper()) for name in ("add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test")}
UNARY = {name: getattr(asm, name.upper()) for name in ("not", "neg", "mul", "imul", "div", "idiv")}
SHIFT = {name: getattr(asm, name.upper()) for name in ("rol", "ror", "shl", "shr", "sar")}


@pytest.mark.parametrize("bits", WIDTHS)
def test_alu(bits: int) -> None:
    rows = []
    for name, op in ALU.items():
        for d, s in pairs(bits):
            rows.append((f"{name} {reg(d, bits)}, {reg(s, bits)}", asm.alu_rr(op, d, s, bits)))
        for r, m in spread(memories(), bits):
            rows.append((f"{name} {reg(r, bits)}, {ptr(m, bits)}", asm.alu_rm(op, r, m, bits)))
            rows.append((f"{name} {ptr(m, bits)}, {reg(r, bits)}", asm.alu_mr(op, m, r, bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDTHS)
def test_alu_immediate(bits: int) -> None:
    rows = []
    for name, op in ALU.items():
        for imm in IMMEDIATES[bits]:
            for r in registers(bits):
                rows.append((f"{name} {reg(r, bits)}, {imm}", asm.alu_ri(op, r, imm, bits)))
            for m in memories()[::3]:
                rows.append((f"{name} {ptr(m, bits)}, {imm}", asm.alu_mi(op, m, imm, bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDE)
def test_alu_with_the_full_immediate(bits: int) -> None:
    # A symbol is what as cannot shorten: it leaves the field zero, for the linker.
    rows = []
    for name, op in ALU.items():
        for r in registers(bits):
            rows.append((f"{name} {reg(r, bits)}, offset somewhere", asm.alu_ri_full(op, r, 0, bits)))
        for m in memories():
            rows.append((f"{name} {ptr(m, bits)}, offset somewhere", asm.alu_mi_full(op, m, 0, bits)))
        for imm in (128, -129, 0x1234):
            rows.append((f"{name} {reg(1, bits)}, {imm}", asm.alu_ri_full(op, 1, imm, bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDE)
def test_imul(bits: int) -> None:
    agree((f"imul {reg(d, bits)}, {reg(s, bits)}", asm.imul_rr(d, s, bits)) for d, s in pairs(bits))
    agree((f"imul {reg(r, bits)}, {ptr(m, bits)}", asm.imul_rm(r, m, bits)) for r, m in spread(memories()))
    for imm in IMMEDIATES[bits]:
        agree((f"imul {reg(d, bits)}, {reg(s, bits)}, {imm}", asm.imul_rri(d, s, imm, bits)) for d, s in pairs(bits))
        agree(
            (f"imul {reg(r, bits)}, {ptr(m, bits)}, {imm}", asm.imul_rmi(r, m, imm, bits))
            for r, m in spread(memories())
        )


@pytest.mark.parametrize("bits", WIDTHS)
def test_unary(bits: int) -> None:
    for name, op in UNARY.items():
        agree((f"{name} {reg(r, bits)}", asm.unary_r(op, r, bits)) for r in registers(bits))
        agree((f"{name} {ptr(m, bits)}", asm.unary_m(op, m, bits)) for m in memories())


@pytest.mark.parametrize("bits", WIDTHS)
def test_inc_and_dec_in_the_form_that_all_operands_have(bits: int) -> None:
    # Of registers as prefers 40 to 4F, which 64-bit mode has for REX; written out, this is opcode FE or FF.
    opcode = {8: b"\xfe", 16: b"\x66\xff", 32: b"\xff"}[bits]
    for digit, (name, op) in enumerate({"inc": asm.INC, "dec": asm.DEC}.items()):
        agree((f"{name} {ptr(m, bits)}", asm.unary_m(op, m, bits)) for m in memories())
        for r in registers(bits):
            assert asm.unary_r(op, r, bits) == opcode + bytes([0xC0 | digit << 3 | r])


def test_sign_into_edx() -> None:
    agree([("cdq", asm.cdq())])


@pytest.mark.parametrize("bits", WIDTHS)
def test_shift(bits: int) -> None:
    rows = []
    for name, op in SHIFT.items():
        for r in registers(bits):
            rows.append((f"{name} {reg(r, bits)}, cl", asm.shift_rcl(op, r, bits)))
            for count in range(32):
                rows.append((f"{name} {reg(r, bits)}, {count}", asm.shift_ri(op, r, count, bits)))
        for m in memories():
            rows.append((f"{name} {ptr(m, bits)}, cl", asm.shift_mcl(op, m, bits)))
            for count in (0, 1, 7, 31):
                rows.append((f"{name} {ptr(m, bits)}, {count}", asm.shift_mi(op, m, count, bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDE)
def test_double_shift(bits: int) -> None:
    rows = []
    for d, s in pairs(bits):
        to, source = reg(d, bits), reg(s, bits)
        rows.append((f"shld {to}, {source}, cl", asm.shld_rrcl(d, s, bits)))
        rows.append((f"shrd {to}, {source}, cl", asm.shrd_rrcl(d, s, bits)))
        for count in (0, 1, bits - 1):
            rows.append((f"shld {to}, {source}, {count}", asm.shld_rri(d, s, count, bits)))
            rows.append((f"shrd {to}, {source}, {count}", asm.shrd_rri(d, s, count, bits)))
    agree(rows)


def test_bswap() -> None:
    agree((f"bswap {reg(r)}", asm.bswap_r(r)) for r in REGISTERS)


@pytest.mark.parametrize("bits", WIDE)
def test_bit_test(bits: int) -> None:
    places = (0, 1, bits - 1)
    agree((f"bt {reg(r, bits)}, {bit}", asm.bt_ri(r, bit, bits)) for r in REGISTERS for bit in places)
    agree((f"bt {ptr(m, bits)}, {bit}", asm.bt_mi(m, bit, bits)) for m in memories() for bit in places)


@pytest.mark.parametrize("bits", WIDTHS)
def test_locked(bits: int) -> None:
    # Two statements at 16 bits: as one, as puts the lock after the 66, we before it; the CPU takes any order.
    lock = "lock; " if bits == 16 else "lock "
    rows = []
    for r, m in spread(memories(), bits):
        at, value = ptr(m, bits), reg(r, bits)
        rows.append((f"{lock}xadd {at}, {value}", asm.lock_xadd_mr(m, r, bits)))
        rows.append((f"{lock}cmpxchg {at}, {value}", asm.lock_cmpxchg_mr(m, r, bits)))
        for name, op in ALU.items():
            if name not in ("cmp", "test"):
                rows.append((f"{lock}{name} {at}, {value}", asm.lock_alu_mr(op, m, r, bits)))
                rows.append((f"{lock}{name} {at}, 1", asm.lock_alu_mi(op, m, 1, bits)))
        for name in ("not", "neg", "inc", "dec"):
            rows.append((f"{lock}{name} {at}", asm.lock_unary_m(getattr(asm, name.upper()), m, bits)))
    agree(rows)


def test_compare_and_exchange_64_bits() -> None:
    agree((f"lock cmpxchg8b {ptr(m, 64)}", asm.lock_cmpxchg8b_m(m)) for m in all_memories())


def test_fence_and_blocks() -> None:
    agree(
        [
            ("mfence", asm.mfence()),
            ("cld", asm.cld()),
            ("rep movsb", asm.rep_movsb()),
            ("rep movsd", asm.rep_movsd()),
            ("rep stosb", asm.rep_stosb()),
            ("rep stosd", asm.rep_stosd()),
        ]
    )
