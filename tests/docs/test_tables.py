"""Tables in docs/ that are made from the source say what it says. `python -m tests.docs.tables` writes them anew."""

from __future__ import annotations

import re

import pytest

from farcall.convention.cpu_names import FAMILIES
from farcall.lower import CPUS
from tests.docs.tables import TABLES, lines_by_cpu, pages_with, shown

#: How far a number of lines may be off before the page has to be written again.
TOLERANCE = 50


def test_every_table_has_a_page() -> None:
    assert set(pages_with()) == set(TABLES)


@pytest.mark.parametrize("name", ["targets", "pythons", "models"])
def test_a_table_is_that_of_the_source(name: str) -> None:
    assert shown(name) == TABLES[name]()


def test_lines_of_each_cpu() -> None:
    numbers = [[int(cell) for cell in re.findall(r"\b\d+\b", line)] for line in TABLES["lines"]().splitlines()]
    page = [[int(cell) for cell in re.findall(r"\b\d+\b", line)] for line in shown("lines").splitlines()]
    names = [line.split("|")[1] for line in shown("lines").splitlines()]
    assert names == [line.split("|")[1] for line in TABLES["lines"]().splitlines()]
    for name, real, there in zip(names, numbers, page, strict=True):
        assert len(real) == len(there), name
        assert all(abs(a - b) <= TOLERANCE for a, b in zip(real, there, strict=True)), f"{name}: now {real}"


def test_every_cpu_has_all_three_parts() -> None:
    counts, cpus = lines_by_cpu(), {FAMILIES.get(cpu, cpu) for cpu in CPUS}
    assert cpus <= set(counts)
    assert all(min(counts[cpu]) > 0 for cpu in cpus)
