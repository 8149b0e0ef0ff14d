"""Libraries made in memory: the dynamic linker of each CPU loads them, readelf has nothing to say against them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from farcall.lower.cpu_facts import hardware
from farcall.lower.elf import PAGE, shared_object

from .toolchain import TOOLCHAINS

SOURCE = Path(__file__).with_name("loads.c")


def library(cpu: str, directory: Path) -> Path:
    """A library whose function returns 2."""
    made = directory / "made.so"
    made.write_bytes(shared_object(cpu, hardware(cpu).samples[1], "function", b"text\0" * 1000, "a_variable"))
    return made


@pytest.mark.parametrize("cpu", TOOLCHAINS)
def test_it_is_loaded(cpu: str, tmp_path: Path) -> None:
    tools = TOOLCHAINS[cpu]
    program = tmp_path / "loads"
    tools.check_library(program)
    tools.tool("g++", "-x", "c", "-Wall", "-Werror", "-o", program, SOURCE, "-ldl")
    assert tools.run(program, library(cpu, tmp_path), "function", "a_variable") == "2 text\n"


@pytest.mark.parametrize("cpu", TOOLCHAINS)
def test_readelf_warns_of_nothing(cpu: str, tmp_path: Path) -> None:
    tools, made = TOOLCHAINS[cpu], library(cpu, tmp_path)
    text = tools.tool("readelf", "--all", "--wide", made)
    assert "arning" not in text
    assert re.search(r"FUNC +GLOBAL DEFAULT +4 function$", text, re.MULTILINE)
    assert re.search(r" 5000 OBJECT +GLOBAL DEFAULT +6 a_variable$", text, re.MULTILINE)
    header = tools.tool("readelf", "--file-header", tools.assembled("", tmp_path / "empty.o"))
    for row in ("Class", "Data", "Machine", "Size of this header", "Size of section headers"):
        pattern = re.compile(f"^ *{row}: .*", re.MULTILINE)
        assert pattern.findall(text) == pattern.findall(header)


@pytest.mark.parametrize("cpu", TOOLCHAINS)
def test_no_page_of_up_to_64_kib_has_two_protections(cpu: str, tmp_path: Path) -> None:
    """Segments are loaded as the gABI has it: place and address agree below the page, and no page is of two."""
    text = TOOLCHAINS[cpu].tool("readelf", "--segments", "--wide", library(cpu, tmp_path))
    rows = re.findall(r"^ *LOAD +(\w+) (\w+) \w+ \w+ (\w+) (R[ W][ E]) (\w+)$", text, re.MULTILINE)
    assert [row[3] for row in rows] == ["R  ", "R E", "RW "]
    pages: list[int] = []
    for place, address, size, _, align in rows:
        assert int(align, 16) == PAGE == 1 << 16
        assert int(place, 16) % PAGE == int(address, 16) % PAGE
        first, last = int(address, 16), int(address, 16) + int(size, 16) - 1
        pages += range(first // PAGE, last // PAGE + 1)
    assert len(pages) == len(set(pages))
