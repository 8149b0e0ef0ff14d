"""z/Architecture's instructions against GNU as, byte for byte, and what as refuses too."""

from __future__ import annotations

from itertools import product

import pytest

from farcall.encode import s390x as asm
from tests.encode.refusal import refusing
from tests.encode.s390x_as import DISPLACEMENTS, REGISTERS, agree, agree_on_refusals

TWO = (
    "lgr", "lcgr", "lgbr", "lghr", "lgfr", "llgcr", "llghr", "llgfr", "agr", "sgr", "ngr", "ogr", "xgr", "msgr", "cgr",
    "clgr", "cr", "clr",
)  # fmt: skip
SIGNED = {"lghi": 16, "aghi": 16, "lgfi": 32, "agfi": 32, "msgfi": 32, "cgfi": 32, "cfi": 32}
UNSIGNED = ("llilf", "llihf", "iilf", "nilf", "nihf", "oilf", "oihf", "xilf", "xihf", "clgfi", "clfi")
SHIFTS = ("sllg", "srlg", "srag")
INDEXED = {
    **dict.fromkeys(("lg", "lgf", "llgf", "lgh", "llgh", "lgb", "llgc", "lay", "stg", "sty", "sthy", "stcy"), "r"),
    **dict.fromkeys(("ley", "ldy", "stey", "stdy"), "f"),
}
SEVERAL = ("stmg", "lmg", "csg")
NUMBERS = ("mvghi", "mvhi", "mvhhi")
RELATIVE = ("larl", "lgrl", "cgrl", "clgrl")
ELEMENTS = {"vleb": 16, "vleh": 8, "vlef": 4, "vleg": 2, "vsteb": 16, "vsteh": 8, "vstef": 4, "vsteg": 2}
SHORT = (0, 1, 8, 2048, 4095)


def edges(bits: int) -> list[int]:
    """Numbers of so many signed bits: each bit alone, and both ends."""
    half = 1 << bits - 1
    return [0, 1, -1, *(1 << n for n in range(1, bits - 1)), half - 1, -half, -half + 1]


def distances() -> list[int]:
    """Each bit of a distance alone, and both ends."""
    return [0, *(1 << n for n in range(1, 32)), *(-1 << n for n in range(1, 33)), (1 << 32) - 2]


def test_registers_are_numbered_as_the_assembler_numbers_them() -> None:
    agree((f"lgr %r{n}, %r{n}", asm.lgr(*[getattr(asm, f"R{n}")] * 2)) for n in REGISTERS)
    agree((f"ldr %f{n}, %f{n}", asm.ldr(*[getattr(asm, f"F{n}")] * 2)) for n in REGISTERS)
    agree((f"vlr %v{n}, %v{n}", asm.vlr(*[getattr(asm, f"V{n}")] * 2)) for n in range(32))


@pytest.mark.parametrize("name", TWO)
def test_of_two_registers(name: str) -> None:
    agree((f"{name} %r{a}, %r{b}", getattr(asm, name)(a, b)) for a, b in product(REGISTERS, REGISTERS))


def test_access_registers() -> None:
    agree((f"ear %r{r}, %a{a}", asm.ear(r, a)) for r, a in product(REGISTERS, REGISTERS))


@pytest.mark.parametrize("name", SIGNED)
def test_with_a_signed_number(name: str) -> None:
    encoder, bits = getattr(asm, name), SIGNED[name]
    agree((f"{name} %r{n % 16}, {imm}", encoder(n % 16, imm)) for n, imm in enumerate(edges(bits)))
    agree((f"{name} %r{n}, 5", encoder(n, 5)) for n in REGISTERS)
    around = (*edges(bits), 1 << bits - 1, -(1 << bits - 1) - 1, 1 << 40)
    agree_on_refusals((f"{name} %r1, {imm}", lambda imm=imm: encoder(1, imm)) for imm in around)


@pytest.mark.parametrize("name", UNSIGNED)
def test_with_a_number_of_32_bits(name: str) -> None:
    encoder = getattr(asm, name)
    numbers = [0, *(1 << n for n in range(32)), 0xFFFF_FFFF, 0x8000_0001, 0x1234_5678]
    agree((f"{name} %r{n % 16}, {imm}", encoder(n % 16, imm)) for n, imm in enumerate(numbers))
    agree((f"{name} %r3, {imm & 0xFFFF_FFFF}", encoder(3, imm)) for imm in (-1, -5, -(1 << 31)))
    agree_on_refusals((f"{name} %r1, {imm}", lambda imm=imm: encoder(1, imm)) for imm in (*numbers, 1 << 32, 1 << 40))


@pytest.mark.parametrize("name", SHIFTS)
def test_shifts(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} %r{n % 16}, %r{(n * 7 + 3) % 16}, {n}", encoder(n % 16, (n * 7 + 3) % 16, n)) for n in range(64))
    agree((f"{name} %r{a}, %r{b}, 9", encoder(a, b, 9)) for a, b in product(REGISTERS, REGISTERS))


@pytest.mark.parametrize("name", INDEXED)
def test_memory_with_an_index(name: str) -> None:
    encoder, bank = getattr(asm, name), INDEXED[name]
    bases = REGISTERS[1:]
    agree((f"{name} %{bank}{r}, 8(%r{b})", encoder(r, b, 8)) for r, b in product(REGISTERS, bases))
    agree((f"{name} %{bank}3, 8(%r{x}, %r{b})", encoder(3, b, 8, x)) for x, b in product(REGISTERS[1:], bases))
    agree((f"{name} %{bank}{n}, {at}(%r15)", encoder(n, 15, at)) for n, at in enumerate(DISPLACEMENTS))
    agree((f"{name} %{bank}2, 0(%r9)", encoder(2, 9)) for _ in (1,))
    around = (*DISPLACEMENTS, 0x80000, -0x80001, 1 << 30)
    agree_on_refusals((f"{name} %{bank}1, {at}(%r2)", lambda at=at: encoder(1, 2, at)) for at in around)


@pytest.mark.parametrize("name", SEVERAL)
def test_of_two_registers_and_memory(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} %r{a}, %r{b}, 48(%r11)", encoder(a, b, 11, 48)) for a, b in product(REGISTERS, REGISTERS))
    agree((f"{name} %r6, %r15, 0(%r{b})", encoder(6, 15, b)) for b in REGISTERS[1:])
    around = (*DISPLACEMENTS, 0x80000, -0x80001)
    agree_on_refusals((f"{name} %r1, %r2, {at}(%r3)", lambda at=at: encoder(1, 2, 3, at)) for at in around)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_into_memory(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} {at}(%r{b}), -2", encoder(b, at, -2)) for at, b in product(SHORT, REGISTERS[1:]))
    agree((f"{name} 8(%r15), {imm}", encoder(15, 8, imm)) for imm in edges(16))
    agree_on_refusals((f"{name} {at}(%r1), 1", lambda at=at: encoder(1, at, 1)) for at in (*SHORT, -1, 4096))
    agree_on_refusals((f"{name} 0(%r1), {imm}", lambda imm=imm: encoder(1, 0, imm)) for imm in (0, 1 << 15, -32769))


def test_a_byte_into_memory() -> None:
    agree((f"mviy {at}(%r{n + 1}), {imm & 0xFF}", asm.mviy(n + 1, at, imm)) for n, at in enumerate(DISPLACEMENTS)
          for imm in (0, 1, 127, -1, -128, 255))  # fmt: skip
    around = (*DISPLACEMENTS, 0x80000, -0x80001)
    agree_on_refusals((f"mviy {at}(%r2), 1", lambda at=at: asm.mviy(2, at, 1)) for at in around)
    agree_on_refusals((f"mviy 0(%r2), {imm}", lambda imm=imm: asm.mviy(2, 0, imm)) for imm in (0, 255, 256, 1000))


@pytest.mark.parametrize("name", RELATIVE)
def test_at_a_distance(name: str) -> None:
    encoder = getattr(asm, name)
    agree((f"{name} %r{n % 16}, .{at:+d}", encoder(n % 16, at)) for n, at in enumerate(distances()))


def test_branches_and_calls() -> None:
    agree((f"brcl {mask}, .{at:+d}", asm.brcl(mask, at)) for mask, at in product(REGISTERS, (0, 8, -8, 1 << 20)))
    agree((f"jg .{at:+d}", asm.jg(at)) for at in distances())
    agree((f"br %r{n}", asm.br(n)) for n in REGISTERS)
    agree((f"basr %r{a}, %r{b}", asm.basr(a, b)) for a, b in product(REGISTERS, REGISTERS))
    agree([(".insn e, 1", asm.trap())])
    for name, mask in {"e": asm.EQUAL, "ne": asm.NOT_EQUAL, "l": asm.LOW, "nl": asm.NOT_LOW, "h": asm.HIGH,
                       "nh": asm.NOT_HIGH, "": asm.ALWAYS}.items():  # fmt: skip
        agree([(f"jg{name} .+8", asm.brcl(mask, 8))])


def test_floating_point_registers() -> None:
    pairs = list(product(REGISTERS, REGISTERS))
    agree((f"ldgr %f{a}, %r{b}", asm.ldgr(a, b)) for a, b in pairs)
    agree((f"lgdr %r{a}, %f{b}", asm.lgdr(a, b)) for a, b in pairs)
    for name in ("ldr", "ledbr", "ldebr"):
        agree((f"{name} %f{a}, %f{b}", getattr(asm, name)(a, b)) for a, b in pairs)


def test_vector_registers() -> None:
    agree((f"vlr %v{a}, %v{b}", asm.vlr(a, b)) for a, b in product(range(32), range(32)))
    for name in ("vl", "vst"):
        encoder = getattr(asm, name)
        agree(
            (f"{name} %v{v}, {at}(%r{1 + v % 15})", encoder(v, 1 + v % 15, at)) for v, at in product(range(32), SHORT)
        )
        agree_on_refusals((f"{name} %v1, {at}(%r2)", lambda e=encoder, at=at: e(1, 2, at)) for at in (*SHORT, -1, 4096))


@pytest.mark.parametrize("name", ELEMENTS)
def test_elements_of_vectors(name: str) -> None:
    encoder, count = getattr(asm, name), ELEMENTS[name]
    rows = ((v, at, one) for v, at, one in product((0, 15, 16, 31), SHORT, range(count)))
    agree((f"{name} %v{v}, {at}(%r4), {one}", encoder(v, 4, at, one)) for v, at, one in rows)
    agree_on_refusals(
        (f"{name} %v1, 0(%r2), {one}", lambda one=one: encoder(1, 2, 0, one)) for one in (0, count - 1, 16, 19)
    )


CONSTANTS = [
    0, 1, -1, 0x7FFF, -0x8000, 0x8000, 0x7FFF_FFFF, -0x8000_0000, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 63, -(1 << 40),
    0x1234_5678_9ABC_DEF0, -(1 << 63), (1 << 64) - 1, 0xFFFF_FFFF_0000_0000,
]  # fmt: skip


@pytest.mark.parametrize("value", CONSTANTS)
def test_constants_are_made_in_at_most_two(value: int) -> None:
    moves = asm.constant_moves(5, value)
    assert len(moves) <= 2
    register = 0
    for encoder, (to, number) in moves:
        assert to == 5
        register = {
            "lghi": number, "lgfi": number, "llilf": number, "llihf": number << 32,
            "iilf": register & ~0xFFFF_FFFF | number,
        }[encoder.__name__]  # fmt: skip
        encoder(to, number)
    assert (register - value) % (1 << 64) == 0


REFUSALS = [
    (lambda: asm.lgr(16, 0), r"lgr r1, r2: r1 operand 16 is not a register \(0 to 15\)"),
    (lambda: asm.ear(0, 16), r"ear r1, a2: r2 operand 16"),
    (lambda: asm.agr(0, -1), r"agr r1, r2: r2 operand -1 is not a register"),
    (lambda: asm.cr(0, 16), r"cr r1, r2: r2 operand 16"),
    (lambda: asm.lghi(16, 0), r"lghi r1, imm16: r1 operand 16"),
    (lambda: asm.lgfi(-1, 0), r"lgfi r1, imm32: r1 operand -1"),
    (lambda: asm.lg(0, 16), r"lg r1, offset\(index, base\): base operand 16"),
    (lambda: asm.lg(0, 0), r"lg r1, offset\(index, base\): register 0 is no base"),
    (lambda: asm.lg(0, 1, 0, 16), r"lg r1, offset\(index, base\): index operand 16"),
    (lambda: asm.stmg(0, 16, 1), r"stmg r1, r3, offset\(base\): r3 operand 16"),
    (lambda: asm.mvghi(0, 0, 0), r"mvghi offset\(base\), imm16: register 0 is no base"),
    (lambda: asm.larl(16, 0), r"larl r1, distance: r1 operand 16"),
    (lambda: asm.brcl(16, 0), r"brcl mask, distance: mask operand 16"),
    (lambda: asm.br(16), r"bcr mask, r2: r2 operand 16"),
    (lambda: asm.vlr(32, 0), r"vlr v1, v2: v1 operand 32 is not a register \(0 to 31\)"),
    (lambda: asm.vl(0, 0), r"vl v1, offset\(base\): register 0 is no base"),
    (lambda: asm.ldgr(16, 0), r"ldgr f1, r2: r1 operand 16"),
    (lambda: asm.lghi(0, 32768), r"lghi r1, imm16: immediate 32768 does not fit 16 signed bits"),
    (lambda: asm.agfi(0, 1 << 31), r"agfi r1, imm32: immediate 2147483648 does not fit 32 signed bits"),
    (lambda: asm.nilf(0, 1 << 32), r"nilf r1, imm32: immediate 4294967296 does not fit 32 bits"),
    (lambda: asm.lg(0, 1, 0x80000), r"lg r1, offset\(index, base\): offset 524288 does not fit 20 signed bits"),
    (lambda: asm.vst(0, 1, 4096), r"vst v1, offset\(base\): offset 4096 does not fit 12 unsigned bits"),
    (lambda: asm.vleg(0, 1, 0, 2), r"vleg v1, offset\(base\), element: element 2 is not in 0 to 1"),
    (lambda: asm.sllg(0, 1, 64), r"sllg r1, r3, count: count 64 is not in 0 to 63"),
    (lambda: asm.jg(3), r"brcl mask, distance: distance 3 does not fit 32 signed bits times 2"),
    (lambda: asm.jg(1 << 32), r"brcl mask, distance: distance 4294967296 does not fit"),
    (lambda: asm.constant_moves(0, 1 << 64), r"a constant: immediate 18446744073709551616 does not fit 64 bits"),
]  # fmt: skip


test_refused = refusing(REFUSALS)
