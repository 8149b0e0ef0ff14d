"""Integer arithmetic, shifts and locked operations against GNU as, byte for byte."""

from __future__ import annotations

import pytest

from farcall.encode import x86_64 as asm
from tests.encode.gnu_as import IMMEDIATES, REGISTERS, WIDE, WIDTHS, agree, memories, pairs, ptr, reg, spread

ALU = {
    "add": asm.ADD,
    "or": asm.OR,
    "adc": asm.ADC,
    "sbb": asm.SBB,
    "and": asm.AND,
    "sub": asm.SUB,
    "xor": asm.XOR,
    "cmp": asm.CMP,
    "test": asm.TEST,
}
UNARY = {
    "not": asm.NOT,
    "neg": asm.NEG,
    "mul": asm.MUL,
    "imul": asm.IMUL,
    "div": asm.DIV,
    "idiv": asm.IDIV,
    "inc": asm.INC,
    "dec": asm.DEC,
}
SHIFT = {"rol": asm.ROL, "ror": asm.ROR, "shl": asm.SHL, "shr": asm.SHR, "sar": asm.SAR}


@pytest.mark.parametrize("bits", WIDTHS)
def test_alu(bits: int) -> None:
    rows = []
    for name, op in ALU.items():
        for d, s in pairs():
            rows.append((f"{name} {reg(d, bits)}, {reg(s, bits)}", asm.alu_rr(op, d, s, bits)))
        for r, m in spread(memories()):
            rows.append((f"{name} {reg(r, bits)}, {ptr(m, bits)}", asm.alu_rm(op, r, m, bits)))
            rows.append((f"{name} {ptr(m, bits)}, {reg(r, bits)}", asm.alu_mr(op, m, r, bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDTHS)
def test_alu_immediate(bits: int) -> None:
    rows = []
    for name, op in ALU.items():
        for imm in IMMEDIATES[bits]:
            for r in REGISTERS:
                rows.append((f"{name} {reg(r, bits)}, {imm}", asm.alu_ri(op, r, imm, bits)))
            for m in memories()[::3]:
                rows.append((f"{name} {ptr(m, bits)}, {imm}", asm.alu_mi(op, m, imm, bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDE)
def test_alu_with_the_full_immediate(bits: int) -> None:
    # A symbol is what as cannot shorten: it leaves the field zero, for the linker.
    rows = []
    for name, op in ALU.items():
        for r in REGISTERS:
            rows.append((f"{name} {reg(r, bits)}, offset somewhere", asm.alu_ri_full(op, r, 0, bits)))
        for m in memories():
            rows.append((f"{name} {ptr(m, bits)}, offset somewhere", asm.alu_mi_full(op, m, 0, bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDE)
def test_imul(bits: int) -> None:
    agree((f"imul {reg(d, bits)}, {reg(s, bits)}", asm.imul_rr(d, s, bits)) for d, s in pairs())
    agree((f"imul {reg(r, bits)}, {ptr(m, bits)}", asm.imul_rm(r, m, bits)) for r, m in spread(memories()))
    for imm in IMMEDIATES[bits]:
        agree((f"imul {reg(d, bits)}, {reg(s, bits)}, {imm}", asm.imul_rri(d, s, imm, bits)) for d, s in pairs())
        agree(
            (f"imul {reg(r, bits)}, {ptr(m, bits)}, {imm}", asm.imul_rmi(r, m, imm, bits))
            for r, m in spread(memories())
        )


@pytest.mark.parametrize("bits", WIDTHS)
def test_unary(bits: int) -> None:
    for name, op in UNARY.items():
        agree((f"{name} {reg(r, bits)}", asm.unary_r(op, r, bits)) for r in REGISTERS)
        agree((f"{name} {ptr(m, bits)}", asm.unary_m(op, m, bits)) for m in memories())


def test_sign_into_rdx() -> None:
    agree([("cdq", asm.cdq()), ("cqo", asm.cqo())])


@pytest.mark.parametrize("bits", WIDTHS)
def test_shift(bits: int) -> None:
    rows = []
    for name, op in SHIFT.items():
        for r in REGISTERS:
            rows.append((f"{name} {reg(r, bits)}, cl", asm.shift_rcl(op, r, bits)))
            for count in range(64 if bits == 64 else 32):
                rows.append((f"{name} {reg(r, bits)}, {count}", asm.shift_ri(op, r, count, bits)))
        for m in memories():
            rows.append((f"{name} {ptr(m, bits)}, cl", asm.shift_mcl(op, m, bits)))
            for count in (0, 1, 7, 31):
                rows.append((f"{name} {ptr(m, bits)}, {count}", asm.shift_mi(op, m, count, bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDE)
def test_double_shift(bits: int) -> None:
    rows = []
    for d, s in pairs():
        to, source = reg(d, bits), reg(s, bits)
        rows.append((f"shld {to}, {source}, cl", asm.shld_rrcl(d, s, bits)))
        rows.append((f"shrd {to}, {source}, cl", asm.shrd_rrcl(d, s, bits)))
        for count in (0, 1, bits - 1):
            rows.append((f"shld {to}, {source}, {count}", asm.shld_rri(d, s, count, bits)))
            rows.append((f"shrd {to}, {source}, {count}", asm.shrd_rri(d, s, count, bits)))
    agree(rows)


def test_bswap() -> None:
    agree((f"bswap {reg(r, bits)}", asm.bswap_r(r, bits)) for r in REGISTERS for bits in (32, 64))


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
    for r, m in spread(memories()):
        at, value = ptr(m, bits), reg(r, bits)
        rows.append((f"{lock}xadd {at}, {value}", asm.lock_xadd_mr(m, r, bits)))
        rows.append((f"{lock}cmpxchg {at}, {value}", asm.lock_cmpxchg_mr(m, r, bits)))
        for name, op in ALU.items():
            if name not in ("cmp", "test"):
                rows.append((f"{lock}{name} {at}, {value}", asm.lock_alu_mr(op, m, r, bits)))
                rows.append((f"{lock}{name} {at}, 1", asm.lock_alu_mi(op, m, 1, bits)))
        for name in ("not", "neg", "inc", "dec"):
            rows.append((f"{lock}{name} {at}", asm.lock_unary_m(UNARY[name], m, bits)))
    agree(rows)


def test_fence_and_blocks() -> None:
    agree(
        [
            ("mfence", asm.mfence()),
            ("cld", asm.cld()),
            ("rep movsb", asm.rep_movsb()),
            ("rep movsq", asm.rep_movsq()),
            ("rep stosb", asm.rep_stosb()),
            ("rep stosq", asm.rep_stosq()),
        ]
    )
