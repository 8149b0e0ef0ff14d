"""The Power ISA's instructions against GNU as, byte for byte, and what as refuses too."""

from __future__ import annotations

import pytest

from farcall.encode import ppc64le as asm
from tests.encode.ppc64le_as import IMM16, OFFSETS, REGISTERS, UIMM16, agree, agree_on_refusals, pairs, triples
from tests.encode.refusal import refusing

THREE = ("add", "subf", "mulld", "and", "or", "xor")
TWO = ("neg", "extsb", "extsh", "extsw", "mr")
SIGNED = ("addi", "addis", "addic", "mulli")
UNSIGNED = ("ori", "oris", "xori", "xoris", "andi", "andis")
GENERAL = ("lbz", "lhz", "lha", "lwz", "stb", "sth", "stw")
WORDS = ("ld", "lwa", "std", "stdu")
FLOATING = ("lfs", "lfd", "stfs", "stfd")
INDEXED = (
    "ldx", "lwax", "lwzx", "lhax", "lhzx", "lbzx", "stdx", "stwx", "sthx", "stbx", "lfsx", "lfdx", "stfsx", "stfdx",
)  # fmt: skip
BASES = REGISTERS[1:]


def named(name: str) -> object:
    return getattr(asm, {"and": "and_", "or": "or_"}.get(name, name))


def distances(bits: int) -> list[int]:
    """Multiples of 4 of so many signed bits: each bit alone, and both ends."""
    half = 1 << bits - 1
    return [0, *(1 << n for n in range(2, bits - 1)), *(-1 << n for n in range(2, bits)), half - 4, -half + 4]


def test_registers_are_numbered_as_the_assembler_numbers_them() -> None:
    agree((f"mr %r{n}, %r{n}", asm.mr(*[getattr(asm, f"R{n}")] * 2)) for n in REGISTERS)
    agree((f"fmr %f{n}, %f{n}", asm.fmr(*[getattr(asm, f"F{n}")] * 2)) for n in REGISTERS)
    agree((f"vor %v{n}, %v{n}, %v{n}", asm.vor(*[getattr(asm, f"V{n}")] * 3)) for n in REGISTERS)


@pytest.mark.parametrize("name", THREE)
def test_of_three_registers(name: str) -> None:
    agree((f"{name} {d}, {a}, {b}", named(name)(d, a, b)) for d, a, b in triples())  # type: ignore[operator]


@pytest.mark.parametrize("name", TWO)
def test_of_two_registers(name: str) -> None:
    agree((f"{name} {d}, {s}", named(name)(d, s)) for d, s in pairs())  # type: ignore[operator]


@pytest.mark.parametrize("name", SIGNED)
def test_with_a_signed_number(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} {d}, {s}, {imm}", encoder(d, s, imm)) for d, s in ((3, 4), (31, 1), (1, 31)) for imm in IMM16)
    agree((f"{name} {d}, {s}, 5", encoder(d, s, 5)) for d, s in pairs())
    around = (*IMM16, -32769, 1 << 16, 1 << 30)  # as takes 65535 for -1 in addis
    agree_on_refusals((f"{name} 3, 4, {imm}", lambda imm=imm: encoder(3, 4, imm)) for imm in around)


def test_numbers_alone() -> None:
    agree((f"li {n}, {imm}", asm.li(n, imm)) for n in REGISTERS for imm in IMM16)
    agree((f"lis {n}, {imm}", asm.lis(n, imm)) for n in REGISTERS for imm in IMM16)


@pytest.mark.parametrize("name", UNSIGNED)
def test_with_a_number_of_16_bits(name: str) -> None:
    encoder, text = getattr(asm, name), name + ("." if name.startswith("andi") else "")
    agree((f"{text} {d}, {s}, {imm}", encoder(d, s, imm)) for d, s in ((3, 4), (31, 1), (1, 31)) for imm in UIMM16)
    agree((f"{text} {d}, {s}, 5", encoder(d, s, 5)) for d, s in pairs())
    around = (*UIMM16, 65536, 1 << 20)
    agree_on_refusals((f"{text} 3, 4, {imm}", lambda imm=imm: encoder(3, 4, imm)) for imm in around)


@pytest.mark.parametrize("name", ["rldicl", "rldicr"])
def test_rotations_with_a_mask(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} 3, 31, {s}, {m}", encoder(3, 31, s, m)) for s in range(64) for m in range(64))
    agree((f"{name} {d}, {s}, 33, 7", encoder(d, s, 33, 7)) for d, s in pairs())
    trials = [(s, 0) for s in (0, 63, 64, 100)] + [(0, m) for m in (63, 64, 100)]
    agree_on_refusals((f"{name} 3, 4, {s}, {m}", lambda s=s, m=m: encoder(3, 4, s, m)) for s, m in trials)


def test_shifts_with_the_sign() -> None:
    agree((f"sradi {d}, {s}, {(d + 2 * s) % 64}", asm.sradi(d, s, (d + 2 * s) % 64)) for d, s in pairs())
    agree_on_refusals((f"sradi 3, 4, {n}", lambda n=n: asm.sradi(3, 4, n)) for n in (0, 63, 64, 100))


@pytest.mark.parametrize("name", ["cmpd", "cmpld", "cmpw", "cmplw"])
def test_comparisons(name: str) -> None:
    agree((f"{name} {a}, {b}", getattr(asm, name)(a, b)) for a, b in pairs())
    encoder, numbers = getattr(asm, f"{name}i"), IMM16 if name in ("cmpd", "cmpw") else UIMM16
    agree((f"{name}i {a}, {imm}", encoder(a, imm)) for a in REGISTERS for imm in numbers)
    agree_on_refusals((f"{name}i 3, {imm}", lambda imm=imm: encoder(3, imm)) for imm in (*numbers, 1 << 20))


@pytest.mark.parametrize("name", [*GENERAL, *FLOATING])
def test_loads_and_stores(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} {r}, 6({b})", encoder(r, b, 6)) for r, b in pairs() if b)
    agree((f"{name} {n}, {at}(31)", encoder(n, 31, at)) for n, at in enumerate(IMM16))
    around = (*IMM16, -32769, 1 << 16)
    agree_on_refusals((f"{name} 3, {at}(4)", lambda at=at: encoder(3, 4, at)) for at in around)


@pytest.mark.parametrize("name", WORDS)
def test_loads_and_stores_at_multiples_of_4(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} {r}, 8({b})", encoder(r, b, 8)) for r, b in pairs() if b)
    agree((f"{name} {n}, {at}(31)", encoder(n, 31, at)) for n, at in enumerate(OFFSETS))
    around = (*OFFSETS, 1, 2, 3, 6, 32767, -32772, 1 << 16)
    agree_on_refusals((f"{name} 3, {at}(4)", lambda at=at: encoder(3, 4, at)) for at in around)


@pytest.mark.parametrize("name", INDEXED)
def test_loads_and_stores_with_an_index(name: str) -> None:
    agree((f"{name} {r}, {b}, {x}", getattr(asm, name)(r, b, x)) for r, b, x in triples() if b)


def test_branches_and_calls() -> None:
    agree((f"b .{at:+d}", asm.b(at)) for at in distances(26))
    agree(
        (f"bc {bo}, {bi}, .{at:+d}", asm.bc(bo, bi, at)) for bo in (4, 12) for bi in REGISTERS for at in distances(16)
    )
    agree([("bctr", asm.bctr()), ("bctrl", asm.bctrl()), ("blr", asm.blr()), ("nop", asm.nop()), ("trap", asm.trap())])
    agree([("beq .+8", asm.bc(asm.IF_SET, asm.EQ, 8)), ("bge .+8", asm.bc(asm.IF_CLEAR, asm.LT, 8))])
    agree([("ble .+8", asm.bc(asm.IF_CLEAR, asm.GT, 8)), ("bgt .+8", asm.bc(asm.IF_SET, asm.GT, 8))])
    for name in ("mflr", "mtlr", "mtctr"):
        agree((f"{name} {n}", getattr(asm, name)(n)) for n in REGISTERS)


def test_memory_and_its_order() -> None:
    agree((f"ldarx {r}, 0, {b}", asm.ldarx(r, b)) for r, b in pairs() if b)
    agree((f"stdcx. {r}, 0, {b}", asm.stdcx(r, b)) for r, b in pairs() if b)
    agree([("sync", asm.sync()), ("isync", asm.isync())])
    agree((f"dcbst 0, {b}", asm.dcbst(b)) for b in BASES)
    agree((f"icbi 0, {b}", asm.icbi(b)) for b in BASES)


def test_floating_point_and_vector_registers() -> None:
    agree((f"fmr {a}, {b}", asm.fmr(a, b)) for a, b in pairs())
    agree((f"frsp {a}, {b}", asm.frsp(a, b)) for a, b in pairs())
    agree((f"vor {d}, {a}, {b}", asm.vor(d, a, b)) for d, a, b in triples())
    agree((f"xxswapd {32 + a}, {32 + b}", asm.xxswapd(a, b)) for a, b in pairs())
    for name in ("lxvd2x", "stxvd2x"):
        agree((f"{name} {32 + r}, {b}, {x}", getattr(asm, name)(r, b, x)) for r, b, x in triples() if b)


CONSTANTS = [
    0, 1, -1, 0x7FFF, -0x8000, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, -0x8000_0000, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 63,
    -(1 << 40), 0x1234_5678_9ABC_DEF0, -(1 << 63), (1 << 64) - 1, 0xFFFF_FFFF_0000_0000, 0x0000_8000_0001_0000,
]  # fmt: skip


@pytest.mark.parametrize("value", CONSTANTS)
def test_constants(value: int) -> None:
    moves = asm.constant_moves(5, value)
    assert len(moves) <= 5
    register = 0
    for encoder, operands in moves:
        assert operands[0] == 5
        *_, number = operands
        register = {
            "li": number, "lis": number << 16, "ori": register | number, "oris": register | number << 16,
            "rldicr": register << 32,
        }[encoder.__name__]  # fmt: skip
        encoder(*operands)
    assert (register - value) % (1 << 64) == 0


REFUSALS = [
    (lambda: asm.add(32, 0, 0), r"add rt, ra, rb: rt operand 32 is not a register \(0 to 31\)"),
    (lambda: asm.subf(0, -1, 0), r"subf rt, ra, rb: ra operand -1 is not a register"),
    (lambda: asm.or_(0, 0, 32), r"or ra, rs, rb: rb operand 32"),
    (lambda: asm.addi(32, 0, 0), r"addi rt, ra, imm16: rt operand 32"),
    (lambda: asm.ld(3, 0), r"ld rt, offset\(ra\): register 0 is no base"),
    (lambda: asm.lbzx(3, 0, 4), r"lbzx rt, ra, rb: register 0 is no base"),
    (lambda: asm.ldarx(3, 0), r"ldarx rt, 0, rb: register 0 is no base"),
    (lambda: asm.ld(3, 32), r"ld rt, offset\(ra\): ra operand 32"),
    (lambda: asm.addi(3, 4, 32768), r"addi rt, ra, imm16: immediate 32768 does not fit 16 signed bits"),
    (lambda: asm.ori(3, 4, -1), r"ori ra, rs, imm16: immediate -1 does not fit 16 unsigned bits"),
    (lambda: asm.cmpdi(3, 32768), r"cmpdi ra, imm16: immediate 32768 does not fit 16 signed bits"),
    (lambda: asm.cmpldi(3, -1), r"cmpldi ra, imm16: immediate -1 does not fit 16 unsigned bits"),
    (lambda: asm.lwz(3, 4, 32768), r"lwz rt, offset\(ra\): offset 32768 does not fit 16 signed bits"),
    (lambda: asm.ld(3, 4, 6), r"ld rt, offset\(ra\): offset 6 does not fit 14 signed bits times 4"),
    (lambda: asm.rldicl(3, 4, 64, 0), r"rldicl ra, rs, shift, mask: shift 64 is not in 0 to 63"),
    (lambda: asm.sradi(3, 4, 64), r"sradi ra, rs, shift: shift 64 is not in 0 to 63"),
    (lambda: asm.b(2), r"b distance: distance 2 does not fit 24 signed bits times 4"),
    (lambda: asm.bc(12, 2, 32768), r"bc bo, bi, distance: distance 32768 does not fit 14 signed bits times 4"),
    (lambda: asm.bc(32, 2, 8), r"bc bo, bi, distance: bo 32 is not in 0 to 31"),
    (lambda: asm.vor(0, 0, 32), r"vor vt, va, vb: rb operand 32"),
    (lambda: asm.constant_moves(0, 1 << 64), r"a constant: immediate 18446744073709551616 does not fit 64 bits"),
]  # fmt: skip


test_refused = refusing(REFUSALS)
