"""Integer arithmetic, logic, shifts and single bits. Flags are set as the manual says."""

from __future__ import annotations

from farcall.encode import x86_64 as wide
from farcall.encode.i386.narrowed import DWORD, WIDE, Narrowed
from farcall.encode.x86_64 import (
    ADC,
    ADD,
    AND,
    CMP,
    DEC,
    DIV,
    IDIV,
    IMUL,
    INC,
    MUL,
    NEG,
    NOT,
    OR,
    ROL,
    ROR,
    SAR,
    SBB,
    SHL,
    SHR,
    SUB,
    TEST,
    XOR,
)

__all__ = [
    "ADC", "ADD", "AND", "CMP", "DEC", "DIV", "IDIV", "IMUL", "INC", "MUL", "NEG", "NOT", "OR", "ROL", "ROR", "SAR",
    "SBB", "SHL", "SHR", "SUB", "TEST", "XOR",
    "alu_mi", "alu_mi_full", "alu_mr", "alu_ri", "alu_ri_full", "alu_rm", "alu_rr",
    "bswap_r", "bt_mi", "bt_ri", "cdq",
    "imul_rm", "imul_rmi", "imul_rr", "imul_rri",
    "shift_mcl", "shift_mi", "shift_rcl", "shift_ri", "shld_rrcl", "shld_rri", "shrd_rrcl", "shrd_rri",
    "unary_m", "unary_r",
]  # fmt: skip

alu_rr = Narrowed(wide.alu_rr)
alu_rm = Narrowed(wide.alu_rm)
alu_mr = Narrowed(wide.alu_mr)
alu_ri = Narrowed(wide.alu_ri)
alu_mi = Narrowed(wide.alu_mi)
alu_ri_full = Narrowed(wide.alu_ri_full)  # for an address that is patched
alu_mi_full = Narrowed(wide.alu_mi_full)

imul_rr = Narrowed(wide.imul_rr, WIDE)
imul_rm = Narrowed(wide.imul_rm, WIDE)
imul_rri = Narrowed(wide.imul_rri, WIDE)
imul_rmi = Narrowed(wide.imul_rmi, WIDE)
unary_r = Narrowed(wide.unary_r)
unary_m = Narrowed(wide.unary_m)
cdq = wide.cdq

shift_ri = Narrowed(wide.shift_ri)
shift_mi = Narrowed(wide.shift_mi)
shift_rcl = Narrowed(wide.shift_rcl)
shift_mcl = Narrowed(wide.shift_mcl)
shld_rri = Narrowed(wide.shld_rri, WIDE)
shld_rrcl = Narrowed(wide.shld_rrcl, WIDE)
shrd_rri = Narrowed(wide.shrd_rri, WIDE)
shrd_rrcl = Narrowed(wide.shrd_rrcl, WIDE)
bswap_r = Narrowed(wide.bswap_r, DWORD)
bt_ri = Narrowed(wide.bt_ri, WIDE)
bt_mi = Narrowed(wide.bt_mi, WIDE)
