"""LoongArch's instructions against GNU as, byte for byte, and what as refuses too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from farcall.encode import loongarch64 as asm
from tests.encode.loongarch64_as import (
    AROUND_SI12,
    AROUND_UI12,
    SI12,
    UI12,
    agree,
    agree_on_refusals,
    pairs,
    spread,
    triples,
)
from tests.encode.refusal import refusing

SIGNED = ("addi.w", "addi.d", "lu52i.d")
UNSIGNED = ("andi", "ori", "xori")
SHIFTS = {"slli.w": 32, "slli.d": 64, "srli.d": 64, "srai.d": 64}
THREE = (
    "add.w", "add.d", "sub.w", "sub.d", "slt", "sltu", "nor", "and", "or", "xor", "sll.d", "srl.d", "sra.d", "mul.d",
)  # fmt: skip
LOADS = ("ld.b", "ld.h", "ld.w", "ld.d", "ld.bu", "ld.hu", "ld.wu")
STORES = ("st.b", "st.h", "st.w", "st.d")
FLOATING = ("fld.s", "fld.d", "fst.s", "fst.d")
BRANCHES = ("beq", "bne", "blt", "bge", "bltu", "bgeu")


def encoder_of(name: str) -> Callable[..., bytes]:
    encoder: Callable[..., bytes] = getattr(
        asm, {"and": "and_", "or": "or_", "break": "break_"}.get(name, name.replace(".", "_"))
    )
    return encoder


def distances(bits: int) -> list[int]:
    """Each bit of a distance of so many bits alone, and both edges."""
    half = 1 << bits - 1
    return [0, *(1 << n for n in range(2, bits - 1)), *(-1 << n for n in range(2, bits)), half - 4, half - 8, -half + 4]


def around(bits: int) -> list[int]:
    """Beyond these, and what is no multiple of 4."""
    half = 1 << bits - 1
    return [0, 4, half - 4, -half, half, -half - 4, 1, 2, -3]


def test_registers_are_numbered_as_the_assembler_numbers_them() -> None:
    general = ["zero", "ra", "tp", "sp", "fp"]
    general += [f"{letter}{n}" for letter, count in (("a", 8), ("t", 9), ("s", 9)) for n in range(count)]
    floating = [f"f{letter}{n}" for letter, count in (("a", 8), ("t", 16), ("s", 8)) for n in range(count)]
    agree((f"move ${name}, ${name}", asm.move(*[getattr(asm, name.upper())] * 2)) for name in general)
    agree((f"fmov.d ${name}, ${name}", asm.fmov_d(*[getattr(asm, name.upper())] * 2)) for name in floating)


@pytest.mark.parametrize("name", [*SIGNED, *UNSIGNED])
def test_with_a_number(name: str) -> None:
    encoder = encoder_of(name)
    inside, edges = (SI12, AROUND_SI12) if name in SIGNED else (UI12, AROUND_UI12)
    agree((f"{name} $r{d}, $r{s}, {imm}", encoder(d, s, imm)) for d, s, imm in spread(inside))
    agree((f"{name} $r{d}, $r{s}, 5", encoder(d, s, 5)) for d, s in pairs())
    if not name.startswith("addi"):  # as makes several instructions of what does not fit one
        agree_on_refusals((f"{name} $r1, $r2, {imm}", lambda imm=imm: encoder(1, 2, imm)) for imm in edges)


@pytest.mark.parametrize("name", SHIFTS)
def test_shifts_by_a_number(name: str) -> None:
    encoder = encoder_of(name)
    agree((f"{name} $r{d}, $r{s}, {count}", encoder(d, s, count)) for d, s, count in spread(range(SHIFTS[name])))
    agree_on_refusals(
        (f"{name} $r1, $r2, {n}", lambda n=n: encoder(1, 2, n)) for n in (-2, -1, 0, 31, 32, 33, 63, 64, 65)
    )


def test_bits_of_a_register() -> None:
    bits = [(last, first) for last in (0, 1, 7, 15, 31, 32, 63) for first in (0, 1, 15, 31, 63) if first <= last]
    rows = ((d, s, *bits[n]) for d, s, n in spread(range(len(bits))))
    agree((f"bstrpick.d $r{d}, $r{s}, {a}, {b}", asm.bstrpick_d(d, s, a, b)) for d, s, a, b in rows)
    agree((f"bstrpick.d $r{d}, $r{s}, 31, 0", asm.bstrpick_d(d, s, 31, 0)) for d, s in pairs())
    wrong = ((5, 0), (64, 0), (-1, 0), (0, 1), (5, -1), (30, 31), (63, 64))
    agree_on_refusals((f"bstrpick.d $r1, $r2, {a}, {b}", lambda a=a, b=b: asm.bstrpick_d(1, 2, a, b)) for a, b in wrong)


@pytest.mark.parametrize("name", THREE)
def test_of_three_registers(name: str) -> None:
    encoder = encoder_of(name)
    agree((f"{name} $r{d}, $r{a}, $r{b}", encoder(d, a, b)) for d, a, b in triples())


@pytest.mark.parametrize("name", ["lu12i.w", "lu32i.d", "pcaddu12i"])
def test_upper_parts(name: str) -> None:
    encoder = encoder_of(name)
    parts = [0, 1, -1, 0x7FFFF, -0x80000, *(1 << n for n in range(19)), *(-1 << n for n in range(19))]
    agree((f"{name} $r{d}, {imm}", encoder(d, imm)) for d, _, imm in spread(parts))
    agree_on_refusals(
        (f"{name} $r1, {imm}", lambda imm=imm: encoder(1, imm)) for imm in (*parts, 1 << 19, -(1 << 19) - 1, 1 << 20)
    )


@pytest.mark.parametrize("name", [*LOADS, *STORES, *FLOATING])
def test_loads_and_stores(name: str) -> None:
    encoder, letter = encoder_of(name), "f" if name in FLOATING else "r"
    agree((f"{name} ${letter}{r}, $r{base}, {at}", encoder(r, base, at)) for r, base, at in spread(SI12))
    agree((f"{name} ${letter}{r}, $r{base}, 0", encoder(r, base)) for r, base in pairs())
    agree_on_refusals(
        (f"{name} ${letter}{r}, $r2, {at}", lambda r=r, at=at: encoder(r, 2, at)) for r in (0, 31) for at in AROUND_SI12
    )


@pytest.mark.parametrize("name", BRANCHES)
def test_branches(name: str) -> None:
    encoder = encoder_of(name)
    agree((f"{name} $r{a}, $r{b}, 8", encoder(a, b, 8)) for a, b in pairs())
    agree((f"{name} $r{a}, $r{b}, {d}", encoder(a, b, d)) for a, b, d in spread(distances(18)))
    agree_on_refusals((f"{name} $r1, $r2, {d}", lambda d=d: encoder(1, 2, d)) for d in around(18))


@pytest.mark.parametrize("name", ["beqz", "bnez"])
def test_branches_by_one_register(name: str) -> None:
    encoder = encoder_of(name)
    agree((f"{name} $r{a}, {d}", encoder(a, d)) for a, _, d in spread(distances(23)))
    agree_on_refusals((f"{name} $r1, {d}", lambda d=d: encoder(1, d)) for d in around(23))


def test_jumps_and_calls() -> None:
    for name in ("b", "bl"):
        encoder = encoder_of(name)
        agree((f"{name} {at}", encoder(at)) for at in distances(28))
        agree_on_refusals((f"{name} {at}", lambda at=at, encoder=encoder: encoder(at)) for at in around(28))
    agree((f"jirl $r{d}, $r{base}, {at}", asm.jirl(d, base, at)) for d, base, at in spread(distances(18)))
    agree_on_refusals((f"jirl $r1, $r5, {at}", lambda at=at: asm.jirl(1, 5, at)) for at in around(18))


def test_moves_of_two_registers() -> None:
    rows = []
    for d, s in pairs():
        rows += [
            (f"movfr2gr.s $r{d}, $f{s}", asm.movfr2gr_s(d, s)),
            (f"movfr2gr.d $r{d}, $f{s}", asm.movfr2gr_d(d, s)),
            (f"movgr2fr.w $f{d}, $r{s}", asm.movgr2fr_w(d, s)),
            (f"movgr2fr.d $f{d}, $r{s}", asm.movgr2fr_d(d, s)),
            (f"fmov.s $f{d}, $f{s}", asm.fmov_s(d, s)),
            (f"fmov.d $f{d}, $f{s}", asm.fmov_d(d, s)),
            (f"fcvt.s.d $f{d}, $f{s}", asm.fcvt_s_d(d, s)),
            (f"fcvt.d.s $f{d}, $f{s}", asm.fcvt_d_s(d, s)),
            (f"ext.w.b $r{d}, $r{s}", asm.ext_w_b(d, s)),
            (f"ext.w.h $r{d}, $r{s}", asm.ext_w_h(d, s)),
            (f"move $r{d}, $r{s}", asm.move(d, s)),
        ]
    agree(rows)


@pytest.mark.parametrize("width", ["w", "d"])
def test_atomics(width: str) -> None:
    encoder = encoder_of(f"amadd_db.{width}")
    apart = [(d, s, base) for d, s, base in triples() if not d or d not in (s, base)]
    agree((f"amadd_db.{width} $r{d}, $r{s}, $r{base}", encoder(d, s, base)) for d, s, base in apart)
    same = ((1, 1, 2), (1, 2, 1), (3, 3, 3), (0, 0, 0), (0, 1, 1))
    agree_on_refusals(
        (f"amadd_db.{width} $r{d}, $r{s}, $r{at}", lambda d=d, s=s, at=at: encoder(d, s, at)) for d, s, at in same
    )


def test_with_a_code() -> None:
    for name in ("dbar", "ibar", "syscall", "break"):
        encoder = encoder_of(name)
        agree((f"{name} {n}", encoder(n)) for n in (0, 1, 0x700, 0x7FFF))
        agree_on_refusals((f"{name} {n}", lambda n=n, encoder=encoder: encoder(n)) for n in (0, 0x7FFF, 0x8000, -1))


def test_without_operands() -> None:
    agree([("nop", asm.nop()), ("ret", asm.ret()), ("dbar 0", asm.dbar()), ("ibar 0", asm.ibar())])


REFUSALS = [
    (lambda: asm.add_d(32, 0, 0), r"add\.d rd, rj, rk: rd operand 32 is not a register \(0 to 31\)"),
    (lambda: asm.sub_w(0, -1, 0), r"sub\.w rd, rj, rk: rj operand -1 is not a register"),
    (lambda: asm.sltu(0, 0, 64), r"sltu rd, rj, rk: rk operand 64 is not a register"),
    (lambda: asm.addi_d(0, 32, 0), r"addi\.d rd, rj, si12: rj operand 32"),
    (lambda: asm.slli_d(32, 0, 1), r"slli\.d rd, rj, ui6: rd operand 32"),
    (lambda: asm.move(0, 32), r"or rd, rj, rk: rj operand 32"),
    (lambda: asm.lu12i_w(-1, 0), r"lu12i\.w rd, si20: rd operand -1"),
    (lambda: asm.ld_d(32, 0), r"ld\.d rd, rj, si12: rd operand 32"),
    (lambda: asm.fst_s(0, -1), r"fst\.s fd, rj, si12: rj operand -1"),
    (lambda: asm.beq(32, 0, 0), r"beq rj, rd, label: rj operand 32"),
    (lambda: asm.bgeu(0, 32, 0), r"bgeu rj, rd, label: rd operand 32"),
    (lambda: asm.bnez(32, 0), r"bnez rj, label: rj operand 32"),
    (lambda: asm.jirl(0, 32), r"jirl rd, rj, offset: rj operand 32"),
    (lambda: asm.movgr2fr_d(32, 0), r"movgr2fr\.d fd, rj: rd operand 32"),
    (lambda: asm.amadd_db_d(0, 32, 0), r"amadd_db\.d rd, rk, rj: rk operand 32"),
    (lambda: asm.amadd_db_w(4, 4, 5), r"amadd_db\.w rd, rk, rj: rd 4 is rk or rj"),
    (lambda: asm.mov_constant(32, 1 << 40), r"addi\.w rd, rj, si12: rd operand 32"),
    (lambda: asm.addi_d(0, 0, 2048), r"addi\.d rd, rj, si12: immediate 2048 does not fit 12 signed bits"),
    (lambda: asm.andi(0, 0, -1), r"andi rd, rj, ui12: immediate -1 is not in 0 to 4095"),
    (lambda: asm.ld_d(0, 0, -2049), r"ld\.d rd, rj, si12: offset -2049 does not fit 12 signed bits"),
    (lambda: asm.lu12i_w(0, 1 << 19), r"lu12i\.w rd, si20: immediate 524288 does not fit 20 signed bits"),
    (lambda: asm.srai_d(0, 0, 64), r"srai\.d rd, rj, ui6: count 64 is not in 0 to 63"),
    (lambda: asm.bstrpick_d(0, 0, 3, 4), r"bstrpick\.d rd, rj, msbd, lsbd: lsbd 4 is not in 0 to 3"),
    (lambda: asm.beq(0, 0, 1 << 17), r"beq rj, rd, label: displacement 131072 does not fit 16 signed bits times 4"),
    (lambda: asm.beqz(0, 1 << 22), r"beqz rj, label: displacement 4194304 does not fit 21 signed bits times 4"),
    (lambda: asm.b(2), r"b label: displacement 2 does not fit 26 signed bits times 4"),
    (lambda: asm.break_(0x8000), r"break code: code 32768 is not in 0 to 32767"),
    (lambda: asm.mov_constant(0, 1 << 64), r"li\.d rd, constant: immediate 18446744073709551616 does not fit 64 bits"),
    (lambda: asm.hi20(1 << 31), r"pcaddu12i rd, si20: distance 2147483648 does not fit 32 signed bits"),
    (lambda: asm.hi20(-(1 << 31) - 2049), r"pcaddu12i rd, si20: distance -2147485697 does not fit"),
]  # fmt: skip


test_refused = refusing(REFUSALS)
