"""Loads, stores, exclusives and caches of AArch64 against GNU as, byte for byte, with what it refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from farcall.encode import aarch64 as asm
from tests.encode.aarch64_as import (
    REGISTERS,
    VECTORS,
    Trial,
    agree,
    agree_on_refusals,
    pairs,
    ptr,
    refusals,
    reg,
    spread,
    triples,
)

Encoder = Callable[..., bytes]

GENERAL = {8: "b", 16: "h", 32: "", 64: ""}
SIGNED = {8: "sb", 16: "sh", 32: "sw"}

#: encoder, mnemonic, register, bits
ACCESSES = [
    *((asm.ldr, f"ldr{suffix}", lambda n, bits=bits: reg(n, max(bits, 32)), bits) for bits, suffix in GENERAL.items()),
    *((asm.str_, f"str{suffix}", lambda n, bits=bits: reg(n, max(bits, 32)), bits) for bits, suffix in GENERAL.items()),
    *((asm.ldrs, f"ldr{suffix}", reg, bits) for bits, suffix in SIGNED.items()),
    *((asm.ldr_v, "ldr", lambda n, bits=bits: f"{VECTORS[bits]}{n}", bits) for bits in VECTORS),
    *((asm.str_v, "str", lambda n, bits=bits: f"{VECTORS[bits]}{n}", bits) for bits in VECTORS),
]
INDEXED = {
    asm.ldr: asm.ldr_indexed,
    asm.str_: asm.str_indexed,
    asm.ldrs: asm.ldrs_indexed,
    asm.ldr_v: asm.ldr_v_indexed,
    asm.str_v: asm.str_v_indexed,
}
each_access = pytest.mark.parametrize(
    ("encoder", "mnemonic", "name", "bits"), ACCESSES, ids=[f"{row[0].__name__}{row[3]}" for row in ACCESSES]
)


def offsets(size: int) -> list[int]:
    """Every edge of both forms, and what lies beside them."""
    top = 4095 * size
    found = [*range(-260, 260 + 2 * size), top - size, top - 1, top, top + 1, top + size, 2 * top, -top, -top - size]
    return [*found, *(size << n for n in range(13)), 1 << 31, -(1 << 31)]


@each_access
def test_offsets(encoder: Encoder, mnemonic: str, name: Callable[[int], str], bits: int) -> None:
    trials: list[Trial] = []
    for t, base, offset in spread(offsets(bits // 8)):
        # as takes the unscaled form by itself where only that fits, as we do
        text = f"{mnemonic} {name(t)}, {ptr(base, f'#{offset}')}"
        trials.append((text, lambda t=t, base=base, offset=offset: encoder(t, base, offset, bits)))
    agree_on_refusals(trials)
    agree((f"{mnemonic} {name(t)}, {ptr(base)}", encoder(t, base, bits=bits)) for t, base in pairs())


@pytest.mark.parametrize("bits", VECTORS)
def test_fits_is_what_as_takes(bits: int) -> None:
    numbers = offsets(bits // 8)
    refused = refusals([f"ldr {VECTORS[bits]}1, [x2, #{offset}]" for offset in numbers])
    assert [asm.fits(offset, bits) for offset in numbers] == [i not in refused for i in range(len(numbers))]


@each_access
def test_indexed(encoder: Encoder, mnemonic: str, name: Callable[[int], str], bits: int) -> None:
    shift = (bits // 8).bit_length() - 1
    rows = []
    for t, base, index in triples():
        rows.append((f"{mnemonic} {name(t)}, {ptr(base, reg(index))}", INDEXED[encoder](t, base, index, bits=bits)))
        scaled = INDEXED[encoder](t, base, index, True, bits)
        rows.append((f"{mnemonic} {name(t)}, {ptr(base, f'{reg(index)}, lsl #{shift}')}", scaled))
    agree(rows)


@pytest.mark.parametrize("bits", GENERAL)
@pytest.mark.parametrize("name", ["ldr", "str"])
def test_the_base_moves(name: str, bits: int) -> None:
    before, after = getattr(asm, f"{name}_pre"), getattr(asm, f"{name}_post")
    trials: list[Trial] = []
    for t, base, offset in [
        *spread((-257, -256, -255, -1, 0, 1, 8, 254, 255, 256) * 4),
        *((a, b, 8) for a, b in pairs()),
    ]:
        start = f"{name}{GENERAL[bits]} {reg(t, max(bits, 32))}, "
        trials.append(
            (f"{start}{ptr(base, f'#{offset}')}!", lambda t=t, base=base, offset=offset: before(t, base, offset, bits))
        )
        trials.append(
            (f"{start}{ptr(base)}, #{offset}", lambda t=t, base=base, offset=offset: after(t, base, offset, bits))
        )
    agree_on_refusals(trials)


#: encoder, mnemonic, register, bits
PAIRS = [
    *((asm.ldp, "ldp", lambda n, bits=bits: reg(n, bits), bits) for bits in (32, 64)),
    *((asm.stp, "stp", lambda n, bits=bits: reg(n, bits), bits) for bits in (32, 64)),
    *((asm.ldp_v, "ldp", lambda n, bits=bits: f"{VECTORS[bits]}{n}", bits) for bits in (32, 64, 128)),
    *((asm.stp_v, "stp", lambda n, bits=bits: f"{VECTORS[bits]}{n}", bits) for bits in (32, 64, 128)),
]


@pytest.mark.parametrize("mode", ["offset", "pre", "post"])
@pytest.mark.parametrize(
    ("encoder", "mnemonic", "name", "bits"), PAIRS, ids=[f"{row[0].__name__}{row[3]}" for row in PAIRS]
)
def test_pairs(encoder: Encoder, mnemonic: str, name: Callable[[int], str], bits: int, mode: str) -> None:
    size = bits // 8
    numbers = [k * size + d for k in (-65, -64, -63, -1, 0, 1, 62, 63, 64) for d in (-1, 0, 1, size // 2)]
    cases = [(t, (t + 5) % 32, base, offset) for t, base, offset in spread(numbers)]
    cases += [(a, b, c, size) for a, b, c in triples()]
    cases += [(a, b, b, size) for a, b in pairs()]
    trials: list[Trial] = []
    for one, two, base, offset in cases:
        where = {
            "offset": ptr(base, f"#{offset}"),
            "pre": f"{ptr(base, f'#{offset}')}!",
            "post": f"{ptr(base)}, #{offset}",
        }[mode]
        text = f"{mnemonic} {name(one)}, {name(two)}, {where}"
        trials.append((text, lambda o=one, t=two, b=base, d=offset: encoder(o, t, b, d, mode, bits)))
    agree_on_refusals(trials)


@pytest.mark.parametrize("bits", [32, 64, 128])
def test_fits_pair_is_what_as_takes(bits: int) -> None:
    numbers = range(-70 * bits // 8, 70 * bits // 8)
    refused = refusals([f"ldp {VECTORS[bits]}1, {VECTORS[bits]}2, [x2, #{offset}]" for offset in numbers])
    assert [asm.fits_pair(offset, bits) for offset in numbers] == [i not in refused for i in range(len(numbers))]


MIB = 1 << 20


def test_literals() -> None:
    for bits in (32, 64):
        agree(
            (f"ldr {reg(t, bits)}, .{distance:+d}", asm.ldr_literal(t, distance, bits))
            for t in REGISTERS
            for distance in (0, 4, -4, 64, MIB - 4, -MIB)
        )


def test_addresses() -> None:
    agree(
        (f"adr {reg(t)}, .{distance:+d}", asm.adr(t, distance))
        for t in REGISTERS
        for distance in (0, 1, 2, 3, 4, -1, -2, -3, -4, 64, MIB - 1, MIB - 4, -MIB, 1 - MIB)
    )


@pytest.mark.parametrize("bits", GENERAL)
def test_exclusive_and_ordered(bits: int) -> None:
    suffix, width = GENERAL[bits], max(bits, 32)
    rows = []
    for t, base in pairs():
        for name in ("ldxr", "ldaxr", "ldar", "stlr"):
            rows.append((f"{name}{suffix} {reg(t, width)}, {ptr(base)}", getattr(asm, name)(t, base, bits)))
    agree(rows)
    trials: list[Trial] = []
    for s, t, base in [*triples(), *((a, b, a) for a, b in pairs())]:
        for name in ("stxr", "stlxr"):
            text = f"{name}{suffix} {reg(s, 32)}, {reg(t, width)}, {ptr(base)}"
            encoder = getattr(asm, name)
            trials.append((text, lambda e=encoder, s=s, t=t, base=base: e(s, t, base, bits)))
    agree_on_refusals(trials)


def test_barriers_and_caches() -> None:
    kinds = ("sy", "st", "ld", "ish", "ishst", "ishld", "nsh", "nshst", "nshld", "osh", "oshst", "oshld")
    agree((f"dmb {kind}", asm.dmb(kind)) for kind in kinds)
    agree((f"dsb {kind}", asm.dsb(kind)) for kind in kinds)
    agree([("isb", asm.isb()), ("dmb ish", asm.dmb()), ("dsb ish", asm.dsb())])
    agree((f"mrs {reg(t)}, ctr_el0", asm.mrs_ctr_el0(t)) for t in REGISTERS)
    agree((f"mrs {reg(t)}, tpidr_el0", asm.mrs_tpidr_el0(t)) for t in REGISTERS)
    agree((f"dc cvau, {reg(t)}", asm.dc_cvau(t)) for t in REGISTERS)
    agree((f"ic ivau, {reg(t)}", asm.ic_ivau(t)) for t in REGISTERS)
