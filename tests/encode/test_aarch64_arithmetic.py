"""Sums, products, bitwise operations, shifts and bit-fields of AArch64 against GNU as, byte for byte."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from farcall.encode import aarch64 as asm
from tests.encode.aarch64_as import (
    IMM12,
    WIDTHS,
    agree,
    agree_on_refusals,
    pairs,
    refusals,
    reg,
    spread,
    triples,
)

Encoder = Callable[..., bytes]


@pytest.mark.parametrize("bits", WIDTHS)
def test_twelve_bits(bits: int) -> None:
    rows = []
    for a, b, imm in spread(IMM12 * 11):
        d, s = reg(a, bits, True), reg(b, bits, True)
        for shift12, shift in ((False, ""), (True, ", lsl #12")):
            rows += [
                (f"add {d}, {s}, #{imm}{shift}", asm.add_ri(a, b, imm, shift12, bits)),
                (f"sub {d}, {s}, #{imm}{shift}", asm.sub_ri(a, b, imm, shift12, bits)),
                (f"cmp {s}, #{imm}{shift}", asm.cmp_ri(b, imm, shift12, bits)),
                (f"cmn {s}, #{imm}{shift}", asm.cmn_ri(b, imm, shift12, bits)),
            ]
    agree(rows)


@pytest.mark.parametrize("bits", WIDTHS)
@pytest.mark.parametrize("name", ["add", "sub", "and", "bic", "orr", "eor"])
def test_registers_and_shifted_registers(name: str, bits: int) -> None:
    encoder: Encoder = getattr(asm, f"{name}_rr")
    rows = []
    for d, a, b in triples():
        for shift in (0, 1, (d + a) % bits, bits - 1):
            text = f"{name} {reg(d, bits)}, {reg(a, bits)}, {reg(b, bits)}, lsl #{shift}"
            rows.append((text, encoder(d, a, b, shift, bits)))
        rows.append((f"{name} {reg(d, bits)}, {reg(a, bits)}, {reg(b, bits)}", encoder(d, a, b, bits=bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDTHS)
def test_two_registers(bits: int) -> None:
    rows = []
    for a, b in pairs():
        ra, rb = reg(a, bits), reg(b, bits)
        for shift in (0, 1, bits - 1):
            rows += [
                (f"cmp {ra}, {rb}, lsl #{shift}", asm.cmp_rr(a, b, shift, bits)),
                (f"tst {ra}, {rb}, lsl #{shift}", asm.tst_rr(a, b, shift, bits)),
                (f"neg {ra}, {rb}, lsl #{shift}", asm.neg_r(a, b, shift, bits)),
                (f"mvn {ra}, {rb}, lsl #{shift}", asm.mvn_r(a, b, shift, bits)),
            ]
        rows.append((f"rev {ra}, {rb}", asm.rev_r(a, b, bits)))
    agree(rows)


EXTENDS = ("uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx")


@pytest.mark.parametrize("extend", EXTENDS)
def test_extended_registers(extend: str) -> None:
    rows = []
    number: int = getattr(asm, extend.upper())
    width = 64 if extend.endswith("x") else 32
    for d, a, b in triples():
        shift = (d + a) % 5
        dst, src, index = reg(d, 64, True), reg(a, 64, True), reg(b, width)
        tail = f"{dst}, {src}, {index}, {extend} #{shift}"
        rows.append((f"add {tail}", asm.add_extended(d, a, b, number, shift)))
        rows.append((f"sub {tail}", asm.sub_extended(d, a, b, number, shift)))
        if width == 32:
            tail = f"{reg(d, 32, True)}, {reg(a, 32, True)}, {index}, {extend} #{shift}"
            rows.append((f"add {tail}", asm.add_extended(d, a, b, number, shift, 32)))
            rows.append((f"sub {tail}", asm.sub_extended(d, a, b, number, shift, 32)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDTHS)
def test_products_and_quotients(bits: int) -> None:
    rows = []
    for d, a, b in triples():
        c = (d + a + b) % 32
        three = f"{reg(d, bits)}, {reg(a, bits)}, {reg(b, bits)}"
        rows += [
            (f"madd {three}, {reg(c, bits)}", asm.madd(d, a, b, c, bits)),
            (f"msub {three}, {reg(c, bits)}", asm.msub(d, a, b, c, bits)),
            (f"mul {three}", asm.mul_rr(d, a, b, bits)),
            (f"sdiv {three}", asm.sdiv_rr(d, a, b, bits)),
            (f"udiv {three}", asm.udiv_rr(d, a, b, bits)),
        ]
        if bits == 64:
            rows += [
                (f"smulh {three}", asm.smulh_rr(d, a, b)),
                (f"umulh {three}", asm.umulh_rr(d, a, b)),
            ]
    agree(rows)


def bitmasks(bits: int) -> Iterator[int]:
    """All of them, made by the definition: a run of ones, rotated, repeated."""
    size = 2
    while size <= bits:
        for ones in range(1, size):
            for rotation in range(size):
                run = (1 << ones) - 1
                element = (run >> rotation | run << size - rotation) & (1 << size) - 1
                yield sum(element << at for at in range(0, bits, size))
        size *= 2


@pytest.mark.parametrize(("bits", "count"), [(32, 1302), (64, 5334)])
def test_every_bitmask(bits: int, count: int) -> None:
    masks = sorted(set(bitmasks(bits)))
    assert len(masks) == count
    assert all(
        asm.is_bitmask(mask, bits) and asm.is_bitmask(mask - (1 << bits), bits) for mask in masks if mask >> bits - 1
    )
    rows = []
    for i, mask in enumerate(masks):
        a, b = i % 32, (i * 7 + i // 32) % 32
        d, s, shown = reg(a, bits, True), reg(b, bits), hex(mask)
        assert asm.is_bitmask(mask, bits)
        rows += [
            (f"and {d}, {s}, #{shown}", asm.and_ri(a, b, mask, bits)),
            (f"orr {d}, {s}, #{shown}", asm.orr_ri(a, b, mask, bits)),
            (f"eor {d}, {s}, #{shown}", asm.eor_ri(a, b, mask, bits)),
            (f"tst {s}, #{shown}", asm.tst_ri(b, mask, bits)),
        ]
        if mask >> bits - 1:
            rows.append((f"and {d}, {s}, #{shown}", asm.and_ri(a, b, mask - (1 << bits), bits)))
    agree(rows)


@pytest.mark.parametrize("bits", WIDTHS)
def test_what_is_no_bitmask(bits: int) -> None:
    rng = random.Random(bits)
    near = [mask ^ 1 << rng.randrange(bits) for mask in bitmasks(bits)]
    halves = [rng.choice((0, 0xFF, 0xF0, 0xFFFF)) for _ in range(2000)]
    numbers = [*near, *range(300), 0, (1 << bits) - 1, *(rng.getrandbits(bits) for _ in range(500))]
    numbers += [a | b << bits // 2 for a, b in pairwise(halves)]
    agree_on_refusals(
        (f"eor {reg(1, bits)}, {reg(2, bits)}, #{n:#x}", lambda n=n: asm.eor_ri(1, 2, n, bits)) for n in numbers
    )
    refused = refusals([f"tst {reg(1, bits)}, #{n:#x}" for n in numbers])
    assert [asm.is_bitmask(n, bits) for n in numbers] == [i not in refused for i in range(len(numbers))]


@pytest.mark.parametrize("number", [1 << 64, -(1 << 63) - 1, 1 << 70])
def test_what_does_not_fit_is_no_bitmask(number: int) -> None:
    assert not asm.is_bitmask(number)
    assert not asm.is_bitmask(number, 32)
    assert asm.is_bitmask(0xFF00_FF00, 32)
    assert not asm.is_bitmask(0xFF_FF00_FF00, 32)


@pytest.mark.parametrize("bits", WIDTHS)
def test_shifts(bits: int) -> None:
    rows = []
    for a, b, count in spread(range(bits)):
        two = f"{reg(a, bits)}, {reg(b, bits)}"
        rows += [
            (f"lsl {two}, #{count}", asm.lsl_ri(a, b, count, bits)),
            (f"lsr {two}, #{count}", asm.lsr_ri(a, b, count, bits)),
            (f"asr {two}, #{count}", asm.asr_ri(a, b, count, bits)),
            (f"ror {two}, #{count}", asm.ror_ri(a, b, count, bits)),
        ]
    for d, a, b in triples():
        three = f"{reg(d, bits)}, {reg(a, bits)}, {reg(b, bits)}"
        rows += [
            (f"lsl {three}", asm.lslv(d, a, b, bits)),
            (f"lsr {three}", asm.lsrv(d, a, b, bits)),
            (f"asr {three}", asm.asrv(d, a, b, bits)),
        ]
    agree(rows)


@pytest.mark.parametrize("bits", WIDTHS)
@pytest.mark.parametrize("name", ["ubfx", "sbfx", "bfi", "bfxil"])
def test_fields_of_bits(name: str, bits: int) -> None:
    encoder: Encoder = getattr(asm, name)
    trials = []
    for lsb in range(-1, bits + 1):
        for width in range(-1, bits + 2):
            a, b = (lsb * 3 + width) % 32, (lsb + width * 5) % 32
            text = f"{name} {reg(a, bits)}, {reg(b, bits)}, #{lsb}, #{width}"
            trials.append((text, lambda a=a, b=b, lsb=lsb, width=width: encoder(a, b, lsb, width, bits)))
    agree_on_refusals(trials)


def test_extensions() -> None:
    rows = []
    for a, b in pairs():
        rows += [
            (f"sxtb {reg(a)}, {reg(b, 32)}", asm.sxtb(a, b)),
            (f"sxth {reg(a)}, {reg(b, 32)}", asm.sxth(a, b)),
            (f"sxtw {reg(a)}, {reg(b, 32)}", asm.sxtw(a, b)),
            (f"uxtb {reg(a, 32)}, {reg(b, 32)}", asm.uxtb(a, b)),
            (f"uxth {reg(a, 32)}, {reg(b, 32)}", asm.uxth(a, b)),
            (f"mov {reg(a, 32)}, {reg(b, 32)}", asm.uxtw(a, b)),
        ]
    agree(rows)
