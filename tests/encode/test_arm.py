"""Arm's instructions against GNU as, byte for byte, and what as refuses too."""

from __future__ import annotations

import pytest

from farcall.encode import arm as asm
from tests.encode.arm_as import CORE, DOUBLES, IMM, OTHERS, SINGLES, agree, agree_on_refusals, pairs, triples
from tests.encode.refusal import refusing

THREE = ("add", "sub", "and", "orr", "eor", "bic")
COMPARE = ("cmp", "cmn", "tst")
NUMBER = ("add", "sub", "rsb", "and", "orr", "eor", "bic")
EXTEND = ("sxtb", "sxth", "uxtb", "uxth")
WIDE = ("ldr", "ldrb", "str", "strb")
NARROW = ("ldrh", "ldrsb", "ldrsh", "strh")
#: Conditions as suffixes, in the order of their numbers.
CONDITIONS = ("eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "")


def named(name: str) -> object:
    return getattr(asm, {"and": "and_", "str": "str_"}.get(name, name))


def test_registers_are_numbered_as_the_assembler_numbers_them() -> None:
    agree((f"mov r{n}, r{n}", asm.mov(*[getattr(asm, f"R{n}")] * 2)) for n in range(16))
    agree((f"mov {n}, {n}", asm.mov(*[getattr(asm, n.upper())] * 2)) for n in ("fp", "ip", "sp", "lr", "pc"))
    agree((f"vmov.f32 s{n}, s{n}", asm.vmov_s(*[getattr(asm, f"S{n}")] * 2)) for n in SINGLES)
    agree((f"vmov.f64 d{n}, d{n}", asm.vmov_d(*[getattr(asm, f"D{n}")] * 2)) for n in DOUBLES)


@pytest.mark.parametrize("name", THREE)
def test_of_three_registers(name: str) -> None:
    agree((f"{name} r{d}, r{a}, r{b}", named(name)(d, a, b)) for d, a, b in triples(15))  # type: ignore[operator]


@pytest.mark.parametrize("name", COMPARE)
def test_comparisons(name: str) -> None:
    agree((f"{name} r{a}, r{b}", getattr(asm, name)(a, b)) for a, b in pairs(15))
    encoder = getattr(asm, f"{name}i")
    agree((f"{name} r{n % 15}, #{imm}", encoder(n % 15, imm)) for n, imm in enumerate(IMM))
    trials = (*IMM[:3], *OTHERS)
    agree_on_refusals((f"{name} r3, #{imm}", lambda imm=imm: encoder(3, imm)) for imm in trials)


@pytest.mark.parametrize("name", NUMBER)
def test_with_a_number(name: str) -> None:
    encoder = getattr(asm, f"{name}i")
    agree((f"{name} r{d}, r{s}, #{imm}", encoder(d, s, imm)) for d, s in ((3, 4), (14, 0), (0, 14)) for imm in IMM)
    agree((f"{name} r{d}, r{s}, #5", encoder(d, s, 5)) for d, s in pairs(15))
    trials = (*IMM[:3], *OTHERS)
    agree_on_refusals((f"{name} r3, r4, #{imm}", lambda imm=imm: encoder(3, 4, imm)) for imm in trials)


def test_numbers_alone() -> None:
    agree((f"mov r{d}, #{imm}", asm.movi(d, imm)) for d in CORE for imm in IMM)
    agree((f"mvn r{d}, #{imm}", asm.mvni(d, imm)) for d in CORE for imm in IMM)
    halves = (0, 1, 0xFFF, 0x1000, 0x8000, 0xFFFF)
    for name in ("movw", "movt"):
        encoder = getattr(asm, name)
        agree((f"{name} r{d}, #{imm}", encoder(d, imm)) for d in CORE for imm in halves)
        trials = (*halves, -1, 1 << 16, 1 << 31)
        agree_on_refusals((f"{name} r3, #{imm}", lambda imm=imm: encoder(3, imm)) for imm in trials)  # noqa: B023


def test_products_and_copies() -> None:
    agree((f"mul r{d}, r{a}, r{b}", asm.mul(d, a, b)) for d, a, b in triples(14))
    agree((f"mov r{d}, r{s}", asm.mov(d, s)) for d, s in pairs(15))


@pytest.mark.parametrize("name", ["lsl", "lsr", "asr"])
def test_shifts(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} r{d}, r{s}, #{1 + (d + 2 * s) % 31}", encoder(d, s, 1 + (d + 2 * s) % 31)) for d, s in pairs(14))
    agree((f"{name} r3, r4, #{n}", encoder(3, 4, n)) for n in range(1, 32))
    trials = (1, 31, 33, 64, -1)
    agree_on_refusals((f"{name} r3, r4, #{n}", lambda n=n: encoder(3, 4, n)) for n in trials)
    for wrong in (0, 32):
        with pytest.raises(ValueError, match=f"^{name} rd, rm, shift: shift less 1"):
            encoder(3, 4, wrong)


@pytest.mark.parametrize("name", EXTEND)
def test_extensions(name: str) -> None:
    agree((f"{name} r{d}, r{s}", getattr(asm, name)(d, s)) for d, s in pairs(14))


@pytest.mark.parametrize(("name", "limit"), [(name, 4095) for name in WIDE] + [(name, 255) for name in NARROW])
def test_loads_and_stores(name: str, limit: int) -> None:
    encoder = named(name)
    assert callable(encoder)
    edges = (0, 1, 15, 16, limit - 1, limit, -1, -16, -limit)
    agree((f"{name} r{r}, [r{b}, #8]", encoder(r, b, 8)) for r, b in pairs(14))
    agree((f"{name} r{n}, [r14, #{at}]", encoder(n, 14, at)) for n, at in enumerate(edges))
    trials = (*edges, limit + 1, -limit - 1, 1 << 16)
    agree_on_refusals((f"{name} r3, [r4, #{at}]", lambda at=at: encoder(3, 4, at)) for at in trials)
    agree((f"{name} r{r}, [r{b}, r{x}]", getattr(asm, f"{name}x")(r, b, x)) for r, b, x in triples(14))
    size = 2 if name[-1] == "h" else 1 if name[-1] == "b" else 4
    assert all(asm.fits(at, size, "rs" in name) is (abs(at) <= limit) for at in trials)


def test_loads_by_the_program_counter() -> None:
    agree((f"ldr r{n}, [pc, #{at}]", asm.ldr(n, asm.PC, at)) for n in CORE for at in (0, 4, 4092, -4, -4092))
    agree((f"ldr r{n}, [pc, r{x}]", asm.ldrx(n, asm.PC, x)) for n, x in pairs(14))
    agree([("ldr pc, [pc, #4]", asm.ldr(asm.PC, asm.PC, 4)), ("ldr pc, [r4]", asm.ldr(asm.PC, 4))])


def test_several_registers() -> None:
    lists = [(0, 1), (0, 14), (4, 5, 6, 11, 14), tuple(CORE)]
    for names in lists:
        bits, text = sum(1 << n for n in names), ", ".join(f"r{n}" for n in names)
        rows = [(f"push {{{text}}}", asm.push(bits))] if 13 not in names else []
        rows += [(f"ldm r{b}, {{{text}}}", asm.ldm(b, bits)) for b in CORE]
        rows += [(f"stm r{b}, {{{text}}}", asm.stm(b, bits)) for b in CORE]
        agree(rows)
    agree([("pop {r4, pc}", asm.pop(1 << 4 | 1 << 15)), ("pop {r0, r4, r7}", asm.pop(1 | 1 << 4 | 1 << 7))])


def test_branches_and_calls() -> None:
    half = 1 << 25
    ends = [0, 4, -4, 8, half + 4, -half + 8, *(1 << n for n in range(3, 25)), *(-1 << n for n in range(3, 25))]
    agree((f"b{suffix} .{at:+d}", asm.b(n, at)) for n, suffix in enumerate(CONDITIONS) for at in ends)
    agree((f"bl .{at:+d}", asm.bl(at)) for at in ends)
    trials = (*ends[:4], half + 8, -half + 4, 2, 1, 6)
    agree_on_refusals((f"b .{at:+d}", lambda at=at: asm.b(asm.AL, at)) for at in trials)
    for name in ("bx", "blx"):
        agree((f"{name} r{n}", getattr(asm, name)(n)) for n in CORE)
    agree([("nop", asm.nop()), ("udf #0", asm.udf()), ("svc #0", asm.svc()), ("svc #0xabcdef", asm.svc(0xABCDEF))])
    agree([("dmb ish", asm.dmb())])
    agree((f"mrc p15, 0, r{n}, c13, c0, 3", asm.mrc_tpidruro(n)) for n in range(15))


def test_memory_that_is_watched() -> None:
    agree((f"ldrex r{r}, [r{b}]", asm.ldrex(r, b)) for r, b in pairs(14))
    rows = [(d, s, b) for d, s, b in triples(14) if d not in (s, b)]
    agree((f"strex r{d}, r{s}, [r{b}]", asm.strex(d, s, b)) for d, s, b in rows)
    trials = [(0, 1, 2), (3, 3, 4), (3, 4, 3)]
    agree_on_refusals((f"strex r{d}, r{s}, [r{b}]", lambda d=d, s=s, b=b: asm.strex(d, s, b)) for d, s, b in trials)


@pytest.mark.parametrize("name", ["vldr_s", "vldr_d", "vstr_s", "vstr_d"])
def test_vfps_loads_and_stores(name: str) -> None:
    encoder, (mnemonic, bank) = getattr(asm, name), name.split("_")
    registers = SINGLES if bank == "s" else DOUBLES
    edges = (0, 4, 1016, 1020, -4, -1020)
    agree((f"{mnemonic} {bank}{r}, [r{b}, #8]", encoder(r, b, 8)) for r in registers for b in CORE)
    agree((f"{mnemonic} {bank}{n}, [r13, #{at}]", encoder(n, 13, at)) for n, at in enumerate(edges))
    trials = (*edges, 1024, -1024, 1, 2, 1 << 12)
    agree_on_refusals((f"{mnemonic} {bank}3, [r4, #{at}]", lambda at=at: encoder(3, 4, at)) for at in trials)
    assert all(asm.vfits(at) is (abs(at) <= 1020 and not at % 4) for at in trials)


def test_vfps_moves_and_conversions() -> None:
    agree((f"vmov.f32 s{a}, s{b}", asm.vmov_s(a, b)) for a in SINGLES for b in SINGLES)
    agree((f"vmov.f64 d{a}, d{b}", asm.vmov_d(a, b)) for a in DOUBLES for b in DOUBLES)
    agree((f"vcvt.f64.f32 d{a}, s{b}", asm.vcvt_d_s(a, b)) for a in DOUBLES for b in SINGLES)
    agree((f"vcvt.f32.f64 s{a}, d{b}", asm.vcvt_s_d(a, b)) for a in SINGLES for b in DOUBLES)
    agree((f"vmov r{a}, s{b}", asm.vmov_r_s(a, b)) for a in CORE for b in SINGLES)
    agree((f"vmov s{b}, r{a}", asm.vmov_s_r(b, a)) for a in CORE for b in SINGLES)
    agree((f"vmov r{a}, r{b}, d{(a + b) % 16}", asm.vmov_rr_d(a, b, (a + b) % 16)) for a, b in pairs(14) if a != b)
    agree((f"vmov d{(a + b) % 16}, r{a}, r{b}", asm.vmov_d_rr((a + b) % 16, a, b)) for a, b in pairs(14))


CONSTANTS = [
    0, 1, -1, 255, 256, 257, 0xFFFF, 0x10000, 0x10001, -256, -257, 0x7FFF_FFFF, -0x8000_0000, 0x8000_0000, 0xFFFF_FFFF,
    0x1234_5678, 0xFF00_00FF, 0xFFFF_0000, 0xABCD_0000,
]  # fmt: skip


@pytest.mark.parametrize("value", CONSTANTS)
def test_constants(value: int) -> None:
    moves = asm.constant_moves(5, value)
    assert len(moves) <= 2
    register = 0
    for encoder, (dst, number) in moves:
        assert dst == 5
        register = {
            "movi": number, "mvni": ~number, "movw": number, "movt": register & 0xFFFF | number << 16,
        }[encoder.__name__]  # fmt: skip
        encoder(dst, number)
    assert (register - value) % (1 << 32) == 0
    assert len(moves) == 1 or not asm.held(value % (1 << 32))


REFUSALS = [
    (lambda: asm.add(16, 0, 0), r"add rd, rn, rm: rd operand 16 is not a register \(0 to 15\)"),
    (lambda: asm.sub(0, -1, 0), r"sub rd, rn, rm: rn operand -1 is not a register"),
    (lambda: asm.and_(0, 0, 16), r"and rd, rn, rm: rm operand 16"),
    (lambda: asm.mul(15, 0, 0), r"mul rd, rn, rm: rd operand 15 is not a register \(0 to 14\)"),
    (lambda: asm.sxtb(0, 15), r"sxtb rd, rm: rm operand 15"),
    (lambda: asm.addi(3, 4, -1), r"add rd, rn, imm: immediate -1 is not 8 bits at an even rotation"),
    (lambda: asm.addi(3, 4, 1 << 32), r"add rd, rn, imm: immediate 4294967296 is not 8 bits"),
    (lambda: asm.movi(3, 257), r"mov rd, imm: immediate 257 is not 8 bits"),
    (lambda: asm.movw(15, 0), r"movw rd, imm16: rd operand 15"),
    (lambda: asm.ldr(3, 4, 4096), r"ldr rt, \[rn, offset\]: offset 4096 is not in -4095 to 4095"),
    (lambda: asm.ldr(16, 4), r"ldr rt, \[rn, offset\]: rt operand 16"),
    (lambda: asm.str_(15, 4), r"str rt, \[rn, offset\]: rt operand 15"),
    (lambda: asm.ldrh(3, 4, 256), r"ldrh rt, \[rn, offset\]: offset 256 is not in -255 to 255"),
    (lambda: asm.ldrx(15, 4, 5), r"ldr rt, \[rn, rm\]: rt operand 15"),
    (lambda: asm.ldrx(3, 4, 15), r"ldr rt, \[rn, rm\]: rm operand 15"),
    (lambda: asm.strhx(15, 4, 5), r"strh rt, \[rn, rm\]: rt operand 15"),
    (lambda: asm.push(1), r"push registers: 0x1 is no list of two or more of 16 registers"),
    (lambda: asm.ldm(0, 1 << 16 | 2), r"ldm rn, registers: 0x10002 is no list"),
    (lambda: asm.b(15, 8), r"b condition, distance: condition 15 is not in 0 to 14"),
    (lambda: asm.b(0, 2), r"b condition, distance: distance less 8 -6 does not fit 24 signed bits times 4"),
    (lambda: asm.bx(15), r"bx rm: rm operand 15"),
    (lambda: asm.mrc_tpidruro(15), r"mrc p15, 0, rt, c13, c0, 3: rt operand 15"),
    (lambda: asm.svc(1 << 24), r"svc number: number 16777216 does not fit 24 unsigned bits"),
    (lambda: asm.ldrex(15, 0), r"ldrex rt, \[rn\]: rt operand 15"),
    (lambda: asm.strex(3, 3, 4), r"strex rd, rt, \[rn\]: rd operand 3 is another operand too"),
    (lambda: asm.vldr_s(32, 0), r"vldr sd, \[rn, offset\]: sd operand 32 is not a single register \(0 to 31\)"),
    (lambda: asm.vldr_d(16, 0), r"vldr dd, \[rn, offset\]: dd operand 16 is not a double register \(0 to 15\)"),
    (lambda: asm.vldr_d(0, 0, 6), r"vldr dd, \[rn, offset\]: offset 6 is no multiple of 4"),
    (lambda: asm.vmov_rr_d(3, 3, 0), r"vmov rt, rt2, dm: rt and rt2 are both 3"),
    (lambda: asm.constant_moves(0, 1 << 32), r"a constant: immediate 4294967296 does not fit 32 bits"),
]  # fmt: skip


test_refused = refusing(REFUSALS)
