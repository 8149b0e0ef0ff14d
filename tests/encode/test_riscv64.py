"""RISC-V's instructions against GNU as, byte for byte, and what as refuses too."""

from __future__ import annotations

import pytest

from farcall.encode import riscv64 as asm
from tests.encode.refusal import refusing
from tests.encode.riscv64_as import AROUND_IMM12, IMM12, agree, agree_on_refusals, pairs, spread, triples

NUMBERS = ("addi", "addiw", "slti", "sltiu", "xori", "ori", "andi")
SHIFTS = {"slli": 64, "srli": 64, "srai": 64, "slliw": 32, "srliw": 32, "sraiw": 32}
THREE = (
    "add", "addw", "sub", "subw", "and", "or", "xor", "sll", "srl", "sra", "sllw", "srlw", "sraw", "slt", "sltu", "mul",
    "mulw",
)  # fmt: skip
LOADS = ("lb", "lh", "lw", "ld", "lbu", "lhu", "lwu")
STORES = ("sb", "sh", "sw", "sd")
FLOATING = ("flw", "fld", "fsw", "fsd")
BRANCHES = ("beq", "bne", "blt", "bge", "bltu", "bgeu")
ORDERS = ("", "aq", "rl", "aqrl")


def distances(bits: int) -> list[int]:
    """Each bit of a distance of so many bits alone, and both edges."""
    half = 1 << bits - 1
    return [0, *(1 << n for n in range(1, bits - 1)), *(-1 << n for n in range(1, bits)), half - 2, half - 4, -half + 2]


def test_registers_are_numbered_as_the_assembler_numbers_them() -> None:
    general = "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6 fp"
    floating = [f"ft{n}" for n in range(12)] + [f"fs{n}" for n in range(12)] + [f"fa{n}" for n in range(8)]
    agree((f"mv {name}, {name}", asm.mv(*[getattr(asm, name.upper())] * 2)) for name in general.split())
    agree((f"fmv.d {name}, {name}", asm.fmv_d(*[getattr(asm, name.upper())] * 2)) for name in floating)


@pytest.mark.parametrize("name", NUMBERS)
def test_with_a_number(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} x{d}, x{s}, {imm}", encoder(d, s, imm)) for d, s, imm in spread(IMM12))
    agree((f"{name} x{d}, x{s}, 5", encoder(d, s, 5)) for d, s in pairs())
    agree_on_refusals((f"{name} x1, x2, {imm}", lambda imm=imm: encoder(1, 2, imm)) for imm in AROUND_IMM12)


@pytest.mark.parametrize("name", SHIFTS)
def test_shifts_by_a_number(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} x{d}, x{s}, {count}", encoder(d, s, count)) for d, s, count in spread(range(SHIFTS[name])))
    agree_on_refusals((f"{name} x1, x2, {count}", lambda count=count: encoder(1, 2, count)) for count in range(-2, 130))


@pytest.mark.parametrize("name", THREE)
def test_of_three_registers(name: str) -> None:
    encoder = getattr(asm, {"and": "and_", "or": "or_"}.get(name, name))
    agree((f"{name} x{d}, x{a}, x{b}", encoder(d, a, b)) for d, a, b in triples())


@pytest.mark.parametrize("name", ["lui", "auipc"])
def test_upper_parts(name: str) -> None:
    encoder = getattr(asm, name)
    parts = [0, 1, 0x7FFFF, 0x80000, 0xFFFFF, *(1 << n for n in range(20))]
    agree((f"{name} x{d}, {imm:#x}", encoder(d, imm)) for d, _, imm in spread(parts))
    agree((f"{name} x3, {imm & 0xFFFFF:#x}", encoder(3, imm)) for imm in (-1, -(1 << 19), -2))
    agree_on_refusals(
        (f"{name} x1, {imm}", lambda imm=imm: encoder(1, imm)) for imm in (*parts, 1 << 20, (1 << 20) + 1)
    )


@pytest.mark.parametrize("name", [*LOADS, *STORES, *FLOATING])
def test_loads_and_stores(name: str) -> None:
    encoder, letter = getattr(asm, name), "f" if name in FLOATING else "x"
    agree((f"{name} {letter}{r}, {at}(x{base})", encoder(r, base, at)) for r, base, at in spread(IMM12))
    agree((f"{name} {letter}{r}, 0(x{base})", encoder(r, base)) for r, base in pairs())
    agree_on_refusals(
        (f"{name} {letter}{r}, {at}(x2)", lambda r=r, at=at: encoder(r, 2, at)) for r in (0, 31) for at in AROUND_IMM12
    )


@pytest.mark.parametrize("name", BRANCHES)
def test_branches(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} x{a}, x{b}, .+8", encoder(a, b, 8)) for a, b in pairs())
    # What does not fit as turns into a branch around a jump, and odd distances into even ones.
    agree((f"{name} x{a}, x{b}, .{d:+d}", encoder(a, b, d)) for a, b, d in spread(distances(13)))


def test_jumps_and_calls() -> None:
    agree((f"jal x{d}, .{at:+d}", asm.jal(d, at)) for d, _, at in spread(distances(21)))
    agree((f"j .{at:+d}", asm.j(at)) for at in (0, 2, -8, 2046))
    agree((f"jalr x{d}, {at}(x{base})", asm.jalr(d, base, at)) for d, base, at in spread(IMM12))
    agree_on_refusals((f"jalr x1, {at}(x5)", lambda at=at: asm.jalr(1, 5, at)) for at in AROUND_IMM12)


def test_moves_between_the_banks() -> None:
    rows = []
    for d, s in pairs():
        rows += [
            (f"fmv.x.w x{d}, f{s}", asm.fmv_x_w(d, s)),
            (f"fmv.w.x f{d}, x{s}", asm.fmv_w_x(d, s)),
            (f"fmv.x.d x{d}, f{s}", asm.fmv_x_d(d, s)),
            (f"fmv.d.x f{d}, x{s}", asm.fmv_d_x(d, s)),
            (f"fmv.s f{d}, f{s}", asm.fmv_s(d, s)),
            (f"fmv.d f{d}, f{s}", asm.fmv_d(d, s)),
            (f"fcvt.s.d f{d}, f{s}", asm.fcvt_s_d(d, s)),
            (f"fcvt.d.s f{d}, f{s}", asm.fcvt_d_s(d, s)),
            (f"mv x{d}, x{s}", asm.mv(d, s)),
        ]
    agree(rows)


@pytest.mark.parametrize("width", ["s", "d"])
@pytest.mark.parametrize("name", ["fsgnj", "fsgnjn", "fsgnjx"])
def test_signs(name: str, width: str) -> None:
    encoder = getattr(asm, f"{name}_{width}")
    agree((f"{name}.{width} f{d}, f{a}, f{b}", encoder(d, a, b)) for d, a, b in triples())


@pytest.mark.parametrize("width", ["w", "d"])
@pytest.mark.parametrize("order", ORDERS)
def test_atomics(order: str, width: str) -> None:
    dotted = f".{order}" if order else ""
    add, load, store = (getattr(asm, f"{name}_{width}") for name in ("amoadd", "lr", "sc"))
    agree((f"amoadd.{width}{dotted} x{d}, x{s}, (x{base})", add(d, s, base, order)) for d, s, base in triples())
    agree((f"sc.{width}{dotted} x{d}, x{s}, (x{base})", store(d, s, base, order)) for d, s, base in triples())
    agree((f"lr.{width}{dotted} x{d}, (x{base})", load(d, base, order)) for d, base in pairs())


def test_fences() -> None:
    sets = ["".join(letter for n, letter in enumerate("iorw") if 8 >> n & bits) for bits in range(1, 16)]
    agree((f"fence {before}, {after}", asm.fence(before, after)) for before in sets for after in sets)
    agree([("fence", asm.fence()), ("fence.i", asm.fence_i())])
    wrong = ("wr", "ww", "io rw", "x", "rw", "ow")
    agree_on_refusals((f"fence {some}, rw", lambda some=some: asm.fence(some, "rw")) for some in wrong)


def test_without_operands() -> None:
    agree([("nop", asm.nop()), ("ret", asm.ret()), ("ecall", asm.ecall()), ("ebreak", asm.ebreak())])


REFUSALS = [
    (lambda: asm.add(32, 0, 0), r"add rd, rs1, rs2: rd operand 32 is not a register \(0 to 31\)"),
    (lambda: asm.addw(0, -1, 0), r"addw rd, rs1, rs2: rs1 operand -1 is not a register"),
    (lambda: asm.sltu(0, 0, 64), r"sltu rd, rs1, rs2: rs2 operand 64 is not a register"),
    (lambda: asm.addi(0, 32, 0), r"addi rd, rs1, imm12: rs1 operand 32"),
    (lambda: asm.slli(32, 0, 1), r"slli rd, rs1, shamt: rd operand 32"),
    (lambda: asm.mv(0, 32), r"addi rd, rs1, imm12: rs1 operand 32"),
    (lambda: asm.lui(-1, 0), r"lui rd, imm20: rd operand -1"),
    (lambda: asm.ld(32, 0), r"ld rd, imm12\(rs1\): rd operand 32"),
    (lambda: asm.fld(0, 32), r"fld rd, imm12\(rs1\): rs1 operand 32"),
    (lambda: asm.sd(32, 0), r"sd rs2, imm12\(rs1\): rs2 operand 32"),
    (lambda: asm.fsw(0, -1), r"fsw rs2, imm12\(rs1\): rs1 operand -1"),
    (lambda: asm.beq(32, 0, 0), r"beq rs1, rs2, label: rs1 operand 32"),
    (lambda: asm.bgeu(0, 32, 0), r"bgeu rs1, rs2, label: rs2 operand 32"),
    (lambda: asm.jal(32, 0), r"jal rd, label: rd operand 32"),
    (lambda: asm.jalr(0, 32), r"jalr rd, imm12\(rs1\): rs1 operand 32"),
    (lambda: asm.fmv_d_x(32, 0), r"fmv\.d\.x rd, rs1: rd operand 32"),
    (lambda: asm.fmv_s(0, 32), r"fsgnj\.s rd, rs1, rs2: rs1 operand 32"),
    (lambda: asm.amoadd_d(0, 32, 0), r"amoadd\.d rd, rs2, \(rs1\): rs2 operand 32"),
    (lambda: asm.lr_w(0, 32), r"lr\.w rd, \(rs1\): rs1 operand 32"),
    (lambda: asm.mov_constant(32, 1 << 40), r"addi rd, rs1, imm12: rd operand 32"),
    (lambda: asm.addi(0, 0, 2048), r"addi rd, rs1, imm12: immediate 2048 does not fit 12 signed bits"),
    (lambda: asm.ld(0, 0, -2049), r"ld rd, imm12\(rs1\): offset -2049 does not fit 12 signed bits"),
    (lambda: asm.sb(0, 0, 2048), r"sb rs2, imm12\(rs1\): offset 2048 does not fit 12 signed bits"),
    (lambda: asm.jalr(0, 0, 2048), r"jalr rd, imm12\(rs1\): offset 2048 does not fit 12 signed bits"),
    (lambda: asm.lui(0, 1 << 20), r"lui rd, imm20: immediate 1048576 does not fit 20 bits"),
    (lambda: asm.auipc(0, -(1 << 19) - 1), r"auipc rd, imm20: immediate -524289 does not fit 20 bits"),
    (lambda: asm.srai(0, 0, 64), r"srai rd, rs1, shamt: count 64 is not in 0 to 63"),
    (lambda: asm.sraiw(0, 0, 32), r"sraiw rd, rs1, shamt: count 32 is not in 0 to 31"),
    (lambda: asm.beq(0, 0, 4096), r"beq rs1, rs2, label: displacement 4096 does not fit 12 signed bits times 2"),
    (lambda: asm.bne(0, 0, -4098), r"bne rs1, rs2, label: displacement -4098 does not fit"),
    (lambda: asm.blt(0, 0, 5), r"blt rs1, rs2, label: displacement 5 does not fit"),
    (lambda: asm.jal(0, 1 << 20), r"jal rd, label: displacement 1048576 does not fit 20 signed bits times 2"),
    (lambda: asm.j(3), r"jal rd, label: displacement 3 does not fit"),
    (lambda: asm.fence("wr"), r"fence pred, succ: pred 'wr' is not some of the letters of 'iorw' in that order"),
    (lambda: asm.fence("rw", ""), r"fence pred, succ: succ '' is not some of"),
    (lambda: asm.sc_d(0, 0, 0, "acquire"), r"sc\.d rd, rs2, \(rs1\): order 'acquire' is none of '', 'aq', 'rl', 'aqrl'"),
    (lambda: asm.mov_constant(0, 1 << 64), r"li rd, constant: immediate 18446744073709551616 does not fit 64 bits"),
    (lambda: asm.hi20(1 << 31), r"auipc rd, imm20: distance 2147483648 does not fit 32 signed bits"),
    (lambda: asm.hi20(-(1 << 31) - 2049), r"auipc rd, imm20: distance -2147485697 does not fit"),
]  # fmt: skip


test_refused = refusing(REFUSALS)
