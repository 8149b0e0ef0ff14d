"""The listings of other CPUs than x86: every encoder with many operands against objdump, and what notes add. What each is
tried with is in `listings`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from types import ModuleType

import pytest

from farcall.lower import CPUS, Line
from tests.lower.words import agree, encoders, instances

LISTED: dict[str, ModuleType] = {
    cpu: import_module(f"tests.lower.listings.{cpu}")
    for cpu in ("aarch64", "arm", "riscv64", "loongarch64", "s390x", "ppc64le", "mipsel", "mips64el")
}
ENCODERS = {cpu: encoders(tried.asm, tried.OTHERS) for cpu, tried in LISTED.items()}


@pytest.mark.parametrize(("cpu", "name"), [(cpu, name) for cpu, names in ENCODERS.items() for name in names])
def test_every_encoder_is_shown_as_objdump_shows_it(cpu: str, name: str) -> None:
    encoder, samples = getattr(LISTED[cpu].asm, name), LISTED[cpu].SAMPLES

    def sampled(parameter: str) -> Iterable[object]:
        own = f"{name}.{parameter}"
        found: Iterable[object] = samples[own if own in samples else parameter]
        return found

    agree(cpu, ((encoder, operands) for operands in instances(encoder, sampled)))


@pytest.mark.parametrize("cpu", LISTED)
def test_there_are_encoders_to_show(cpu: str) -> None:
    assert len(ENCODERS[cpu]) > LISTED[cpu].LEAST


@pytest.mark.parametrize("cpu", LISTED)
def test_each_register_is_named(cpu: str) -> None:
    agree(cpu, LISTED[cpu].NAMED)


@pytest.mark.parametrize(
    ("cpu", "line", "shown", "left"), [(cpu, *row) for cpu, tried in LISTED.items() for row in tried.NOTED]
)
def test_notes_give_labels_and_symbols(cpu: str, line: Line, shown: str, left: str) -> None:
    words = import_module(f"farcall.lower.{cpu}.listing")
    assert (words.text(line), words.reason(line)) == (shown, left)


@pytest.mark.parametrize("cpu", CPUS)
def test_an_encoder_without_a_row_is_refused(cpu: str) -> None:
    def made_up(dst: int) -> bytes:
        return bytes(4)

    with pytest.raises(KeyError, match="made_up"):
        import_module(f"farcall.lower.{cpu}.listing").text(Line(0, made_up, (0,), "", ""))
