"""MIPS's instructions against GNU as, byte for byte, and what as refuses too."""

from __future__ import annotations

from typing import Any

import pytest

from farcall.encode import mips as asm
from tests.encode.mips_as import AROUND, IMM, REGISTERS, UIMM, agree, agree_on_refusals, pairs, triples
from tests.encode.refusal import refusing

THREE = ("addu", "subu", "and", "or", "xor", "nor", "slt", "sltu", "mul", "daddu", "dsubu")
SHIFTS = ("sll", "srl", "sra", "dsll", "dsrl", "dsra", "dsll32", "dsrl32", "dsra32")
SIGNED = ("addiu", "daddiu", "slti", "sltiu")
UNSIGNED = ("andi", "ori", "xori")
MEMORY = (
    "lb", "lbu", "lh", "lhu", "lw", "lwu", "ld", "lwl", "lwr", "ldl", "ldr", "ll", "lld", "sb", "sh", "sw", "sd", "swl", "swr",
    "sdl", "sdr", "sc", "scd",
)  # fmt: skip
FLOATING = ("lwc1", "ldc1", "swc1", "sdc1")
MOVES = ("mfc1", "dmfc1", "mfhc1", "mtc1", "dmtc1", "mthc1")
BETWEEN = ("mov.s", "mov.d", "cvt.s.d", "cvt.d.s")
NAMES = (
    "zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", None, None, None, None, None, None, None, None, "s0", "s1", "s2", "s3",
    "s4", "s5", "s6", "s7", "t8", "t9", "k0", "k1", "gp", "sp", "fp", "ra",
)  # fmt: skip


def named(name: str) -> Any:
    return getattr(asm, {"and": "and_", "or": "or_", "break": "break_"}.get(name, name.replace(".", "_")))


def test_registers_are_numbered_as_the_assembler_numbers_them() -> None:
    agree((f"move ${name}, ${name}", asm.move(*[getattr(asm, name.upper())] * 2)) for name in NAMES if name)
    agree((f"move $t{n}, $t{n}", asm.move(*[getattr(asm, f"T{n + 4}")] * 2)) for n in range(4))  # as n64 calls them
    agree((f"move $a{n + 4}, $a{n + 4}", asm.move(*[getattr(asm, f"T{n}")] * 2)) for n in range(4))
    agree((f"mov.d $f{n}, $f{n}", asm.mov_d(*[getattr(asm, f"F{n}")] * 2)) for n in REGISTERS)


@pytest.mark.parametrize("name", THREE)
def test_of_three_registers(name: str) -> None:
    agree((f"{name} ${d}, ${a}, ${b}", named(name)(d, a, b)) for d, a, b in triples())


@pytest.mark.parametrize("name", ["seb", "seh", "move"])
def test_of_two_registers(name: str) -> None:
    agree((f"{name} ${d}, ${s}", named(name)(d, s)) for d, s in pairs())


@pytest.mark.parametrize("name", SHIFTS)
def test_shifts(name: str) -> None:
    encoder = named(name)
    agree((f"{name} ${d}, ${s}, {(d + s) % 32}", encoder(d, s, (d + s) % 32)) for d, s in pairs())
    agree((f"{name} $3, $4, {n}", encoder(3, 4, n)) for n in range(32))
    for wrong in (-1, 32, 64):  # as takes the longer instruction for some of these
        with pytest.raises(ValueError, match=f"^{name} rd, rt, shift: shift"):
            encoder(3, 4, wrong)


def test_fields_of_bits() -> None:
    rows = [(at, size) for at in (0, 1, 16, 31) for size in (1, 8, 16, 31, 32) if at + size <= 63]
    agree((f"dext ${at}, $4, {at}, {size}", asm.dext(at, 4, at, size)) for at, size in rows)
    agree((f"dext ${d}, ${s}, 0, 32", asm.dext(d, s, 0, 32)) for d, s in pairs())


@pytest.mark.parametrize(("name", "numbers"), [(name, IMM) for name in SIGNED] + [(name, UIMM) for name in UNSIGNED])
def test_with_a_number(name: str, numbers: tuple[int, ...]) -> None:
    encoder = named(name)
    agree((f"{name} ${d}, ${s}, {imm}", encoder(d, s, imm)) for d, s in ((3, 4), (31, 1), (1, 31)) for imm in numbers)
    agree((f"{name} ${d}, ${s}, 5", encoder(d, s, 5)) for d, s in pairs())
    trials = (*numbers, -0x8001, 1 << 16, 0x12345)
    agree_on_refusals((f"{name} $3, $4, {imm}", lambda imm=imm: encoder(3, 4, imm)) for imm in trials)


def test_upper_halves() -> None:
    agree((f"lui ${d}, {imm}", asm.lui(d, imm)) for d in REGISTERS for imm in UIMM)
    trials = (*UIMM, 1 << 16, 1 << 31)
    agree_on_refusals((f"lui $3, {imm}", lambda imm=imm: asm.lui(3, imm)) for imm in trials)
    assert asm.lui(3, -1) == asm.lui(3, 0xFFFF)


def test_products() -> None:
    agree((f"dmultu ${a}, ${b}", asm.dmultu(a, b)) for a, b in pairs())
    agree((f"mflo ${d}", asm.mflo(d)) for d in REGISTERS)


@pytest.mark.parametrize("name", [*MEMORY, *FLOATING])
def test_loads_and_stores(name: str) -> None:
    encoder, bank = named(name), "$f" if name in FLOATING else "$"
    agree((f"{name} {bank}{r}, 8(${b})", encoder(r, b, 8)) for r, b in pairs())
    agree((f"{name} {bank}{n}, {at}($29)", encoder(n, 29, at)) for n, at in enumerate(IMM))
    agree_on_refusals((f"{name} {bank}3, {at}($4)", lambda at=at: encoder(3, 4, at)) for at in AROUND)
    assert all(asm.fits(at) is (at in IMM) for at in AROUND)


@pytest.mark.parametrize("name", MOVES)
def test_moves_between_the_banks(name: str) -> None:
    encoder = named(name)
    to = name.endswith("tc1") or name == "mthc1"
    agree((f"{name} ${r}, $f{f}", encoder(f, r) if to else encoder(r, f)) for r, f in pairs())


@pytest.mark.parametrize("name", BETWEEN)
def test_floating_point_registers(name: str) -> None:
    agree((f"{name} $f{a}, $f{b}", named(name)(a, b)) for a, b in pairs())


def test_branches_and_jumps() -> None:
    half = 1 << 17
    ends = [0, 4, -4, 8, half, -half + 4, *(1 << n for n in range(3, 17)), *(-1 << n for n in range(3, 17))]
    agree((f"beq $4, $31, .{at:+d}", asm.beq(4, 31, at)) for at in ends)
    agree((f"bne ${a}, ${b}, .+16", asm.bne(a, b, 16)) for a, b in pairs())
    agree((f"b .{at:+d}", asm.b(at)) for at in ends)
    agree((f"bal .{at:+d}", asm.bal(at)) for at in ends)
    trials = (*ends[:6], half + 4, -half, 2, 1, 6)
    agree_on_refusals((f"bne $3, $4, .{at:+d}", lambda at=at: asm.bne(3, 4, at)) for at in trials)
    agree((f"{name} ${n}", named(name)(n)) for name in ("jr", "jalr") for n in REGISTERS if (name, n) != ("jalr", 31))
    agree([("nop", asm.nop()), ("break", asm.break_()), ("break 7", asm.break_(7)), ("syscall", asm.syscall())])
    agree([("sync", asm.sync())])
    agree((f"rdhwr ${n}, $29", asm.rdhwr_ulr(n)) for n in REGISTERS)


CONSTANTS = [
    0, 1, -1, 255, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x10001, -0x8000, -0x8001, 0x7FFF_FFFF, -0x8000_0000, 0x8000_0000,
    0xFFFF_FFFF, 0x1234_5678, 0xFF00_00FF, 0xFFFF_0000, 0xABCD_0000, -0x1_0000_0000, 0x1_0000_0000, 0x1234_5678_9ABC_DEF0,
    0x7FFF_0000_0000, 0x7FFF_F7D0_1000, 1 << 63, -(1 << 63), 0x8000_0000_0000, 0xFFFF_FFFF_0000_0000, 0x1234_0000_0000_5678,
]  # fmt: skip


def made(moves: list[Any]) -> int:
    """What the instructions leave in the register."""
    register = 0
    for encoder, (_, *operands) in moves:
        match encoder.__name__, operands:
            case "addiu", [0, number]:
                register = number
            case "ori", [base, number]:
                register = (register if base else 0) | number
            case "lui", [number]:
                register = number - (number >> 15 << 16) << 16
            case "dsll", [_, count]:
                register <<= count
            case "dsll32", [_, count]:
                register <<= count + 32
        encoder(5, *operands)
    return register


@pytest.mark.parametrize("value", CONSTANTS)
def test_constants(value: int) -> None:
    moves = asm.constant_moves(5, value)
    assert len(moves) <= 6
    assert (made(moves) - value) % (1 << 64) == 0
    if -(1 << 31) <= value < 1 << 32:
        narrow = asm.narrow_constant_moves(5, value)
        assert len(narrow) <= 2
        assert (made(narrow) - value) % (1 << 32) == 0


REFUSALS = [
    (lambda: asm.addu(32, 0, 0), r"addu rd, rs, rt: rd operand 32 is not a register \(0 to 31\)"),
    (lambda: asm.subu(0, -1, 0), r"subu rd, rs, rt: rs operand -1 is not a register"),
    (lambda: asm.addiu(3, 4, 0x8000), r"addiu rt, rs, imm16: immediate 32768 does not fit 16 signed bits"),
    (lambda: asm.andi(3, 4, -1), r"andi rt, rs, imm16: immediate -1 does not fit 16 unsigned bits"),
    (lambda: asm.lui(3, 1 << 16), r"lui rt, imm16: immediate 65536 does not fit 16 bits"),
    (lambda: asm.dext(3, 4, 32, 1), r"dext rt, rs, position, size: position 32 is not in 0 to 31"),
    (lambda: asm.dext(3, 4, 0, 33), r"dext rt, rs, position, size: size less 1 32 is not in 0 to 31"),
    (lambda: asm.lw(3, 4, 0x8000), r"lw rt, offset\(base\): offset 32768 does not fit 16 signed bits"),
    (lambda: asm.ldc1(32, 4), r"ldc1 ft, offset\(base\): rt operand 32"),
    (lambda: asm.b(2), r"b distance: distance less 4 -2 does not fit 16 signed bits times 4"),
    (lambda: asm.break_(1024), r"break code: code 1024 does not fit 10 unsigned bits"),
    (lambda: asm.rdhwr_ulr(32), r"rdhwr rt, \$29: rt operand 32"),
    (lambda: asm.mov_d(32, 0), r"mov.d fd, fs: fd operand 32"),
    (lambda: asm.constant_moves(0, 1 << 64), r"a constant: immediate 18446744073709551616 does not fit 64 bits"),
    (lambda: asm.narrow_constant_moves(0, 1 << 32), r"a constant: immediate 4294967296 does not fit 32 bits"),
]  # fmt: skip


test_refused = refusing(REFUSALS)
