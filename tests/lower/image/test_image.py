"""Images: the dynamic linker of each CPU loads them, C++ throws through them, GNU's tools have nothing to say against them."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

import pytest

from farcall.lower import lower
from farcall.lower.image import Datum, Image, Import, image_file
from farcall.lower.image.linking import PAGE
from tests.lower.image.samples import TARGETS, everything
from tests.routines import TIERS, every
from tests.unwind.toolchain import TOOLCHAINS, Toolchain

LOADS, THROWS = (Path(__file__).with_name(name) for name in ("loads.c", "throws.cpp"))
#: What `loads` says: the counter and |x|; f(x) and the number; text, the table's pointers; protections.
SAID = "6 9 142\nread only 1 1 100\n1 1\nr-xp r--p r--p rw-p\n"

RELOCATIONS = {
    "x86_64": {"R_X86_64_64", "R_X86_64_RELATIVE"},
    "i386": {"R_386_32", "R_386_RELATIVE"},
    "arm": {"R_ARM_ABS32", "R_ARM_RELATIVE"},
    "aarch64": {"R_AARCH64_ABS64", "R_AARCH64_RELATIVE"},
    "riscv64": {"R_RISCV_64", "R_RISCV_RELATIVE"},
    "loongarch64": {"R_LARCH_64", "R_LARCH_RELATIVE"},
    "ppc64le": {"R_PPC64_ADDR64", "R_PPC64_RELATIVE"},
    "s390x": {"R_390_64", "R_390_RELATIVE"},
    "mipsel": {"R_MIPS_REL32"},
    "mips64el": {"R_MIPS_REL32", "R_MIPS_64", "R_MIPS_NONE"},
    "mips": {"R_MIPS_REL32"},
    "mips64": {"R_MIPS_REL32", "R_MIPS_64", "R_MIPS_NONE"},
}

each_cpu = pytest.mark.parametrize("cpu", TARGETS)


def made(cpu: str, directory: Path, image: Image | None = None) -> Path:
    file = directory / "made.so"
    file.write_bytes(image_file(image or everything(cpu)))
    return file


def loader(tools: Toolchain, directory: Path) -> Path:
    """The program of `loads.c`."""
    tools.check()
    program = directory / "loads"
    tools.tool("gcc", *tools.compiler, "-Wall", "-Werror", "-o", program, LOADS, "-ldl")
    return program


@each_cpu
def test_it_is_loaded_and_does_what_it_says(cpu: str, tmp_path: Path) -> None:
    tools = TOOLCHAINS[cpu]
    assert tools.run(loader(tools, tmp_path), made(cpu, tmp_path)) == SAID


@each_cpu
def test_a_stripped_one_is_loaded_as_well(cpu: str, tmp_path: Path) -> None:
    tools, file = TOOLCHAINS[cpu], made(cpu, tmp_path)
    assert re.search(r" T counts$", tools.tool("nm", file), re.MULTILINE)
    tools.tool("strip", file)
    assert "counts" in tools.tool("nm", "--dynamic", file)
    assert tools.run(loader(tools, tmp_path), file) == SAID


@each_cpu
def test_exceptions_go_through_its_routines(cpu: str, tmp_path: Path) -> None:
    tools, program = TOOLCHAINS[cpu], tmp_path / "throws"
    tools.compiled(THROWS, program)
    assert tools.run(program, made(cpu, tmp_path)) == "60\n"


@each_cpu
def test_readelf_warns_of_nothing(cpu: str, tmp_path: Path) -> None:
    tools, file = TOOLCHAINS[cpu], made(cpu, tmp_path)
    text = tools.tool("readelf", "--all", "--wide", file)
    assert "arning" not in text
    assert "TEXTREL" not in text
    assert "BIND_NOW" in text
    for row in (
        r"FUNC +GLOBAL DEFAULT +\d+ counts",
        r"OBJECT +GLOBAL DEFAULT +\d+ table",
        r"WEAK +DEFAULT +UND no_such_symbol",
    ):
        assert re.search(f"{row}$", text, re.MULTILINE), row
    assert "not_used_at_all" not in text
    assert "soname: [everything.so]" in text
    header = tools.tool("readelf", "--file-header", tools.assembled("", tmp_path / "empty.o"))
    for row in ("Class", "Data", "Machine", "Size of this header", "Size of section headers"):
        pattern = re.compile(f"^ *{row}: .*", re.MULTILINE)
        assert pattern.findall(text) == pattern.findall(header)


@each_cpu
def test_its_relocations_are_of_the_kinds_that_linkers_make(cpu: str, tmp_path: Path) -> None:
    text = TOOLCHAINS[cpu].tool("readelf", "--relocs", "--wide", made(cpu, tmp_path))
    assert set(re.findall(r"R_[A-Z\d]\w+", text)) == RELOCATIONS[cpu]


@each_cpu
def test_the_cpu_s_protections_are_allowed(cpu: str, tmp_path: Path) -> None:
    words = {"x86_64": "x86 feature: IBT, SHSTK", "i386": "x86 feature: IBT", "aarch64": "AArch64 feature: BTI"}
    text = TOOLCHAINS[cpu].tool("readelf", "--notes", "--wide", made(cpu, tmp_path))
    assert re.findall(r"Properties: (.*)", text) == ([words[cpu]] if cpu in words else [])


@each_cpu
def test_objdump_reads_its_code(cpu: str, tmp_path: Path) -> None:
    """Every routine has its name; none reads a cell that is not in .got."""
    tools, file = TOOLCHAINS[cpu], made(cpu, tmp_path)
    text = tools.tool("objdump", "--disassemble", "--wide", file)
    assert all(f"<{name}>:" in text for name in ("counts", "through"))
    assert not any(word in text for word in ("(bad)", ".inst", ".word"))
    if cpu in ("x86_64", "riscv64"):
        rows = tools.tool("readelf", "--sections", "--wide", file)
        start, size = (int(n, 16) for n in re.search(r"\.got +PROGBITS +(\w+) \w+ (\w+)", rows).groups())  # type: ignore[union-attr]
        read = {int(n, 16) for n in re.findall(r"# ([0-9a-f]+) ", text)}
        assert read == set(range(start, start + size, 8))


@each_cpu
def test_frames_are_what_readelf_finds(cpu: str, tmp_path: Path) -> None:
    tools, file = TOOLCHAINS[cpu], made(cpu, tmp_path)
    text = tools.tool("readelf", "--debug-dump=frames", "--wide", file)
    ranges = {tuple(int(n, 16) for n in pair) for pair in re.findall(r"FDE cie=\w+ pc=(\w+)\.\.(\w+)", text)}
    rows = re.findall(r"^([0-9a-f]+) T (\w+)$", tools.tool("nm", file), re.MULTILINE)
    assert {start for start, _ in ranges} == {int(at, 16) for at, _ in rows}
    hdr = tools.tool("readelf", "--segments", "--wide", file)
    assert "GNU_EH_FRAME" in hdr


@each_cpu
def test_no_page_of_up_to_64_kib_has_two_protections(cpu: str, tmp_path: Path) -> None:
    """Segments are loaded as the gABI has it: place and address agree below the page, and no page is of two; what is
    read-only after relocation is whole pages."""
    text = TOOLCHAINS[cpu].tool("readelf", "--segments", "--wide", made(cpu, tmp_path))
    rows = re.findall(r"^ *LOAD +(\w+) (\w+) \w+ \w+ (\w+) (R[ W][ E]) (\w+)$", text, re.MULTILINE)
    assert [row[3] for row in rows] == ["R  ", "R E", "RW ", "RW "]
    pages: list[int] = []
    for place, address, size, _, align in rows:
        assert int(align, 16) == PAGE == 1 << 16
        assert int(place, 16) % PAGE == int(address, 16) % PAGE
        first, last = int(address, 16), int(address, 16) + int(size, 16) - 1
        pages += range(first // PAGE, last // PAGE + 1)
    assert len(pages) == len(set(pages))
    relro = re.search(r"GNU_RELRO +\w+ (\w+) \w+ \w+ (\w+)", text)
    assert relro
    assert (int(relro[1], 16) + int(relro[2], 16)) % PAGE == 0


def test_versions_are_those_that_were_asked_for(tmp_path: Path) -> None:
    table = everything("x86_64").data["table"]
    cells = tuple(
        cell._replace(name=name) for cell, name in zip(table.cells, ("pow", "cos", "labs", "labs", "labs"), strict=True)
    )
    image = Image(
        "x86_64",
        data={"table": table._replace(cells=cells)},
        imports={
            "pow": Import("pow", "libm.so.6", "GLIBC_2.29"),
            "cos": Import("cos", "libm.so.6", "GLIBC_2.2.5"),
            "labs": Import("labs", "libc.so.6", "GLIBC_2.2.5"),
        },
        exports={"table": "table"},
        needed=("libm.so.6",),
    )
    text = TOOLCHAINS["x86_64"].tool("readelf", "--all", "--wide", made("x86_64", tmp_path, image))
    assert "arning" not in text
    for name in ("pow@GLIBC_2.29", "cos@GLIBC_2.2.5", "labs@GLIBC_2.2.5"):
        assert name in text
    assert re.findall(r"Shared library: \[(.*)\]", text) == ["libm.so.6", "libc.so.6"]


@each_cpu
def test_the_same_content_is_the_same_file(cpu: str) -> None:
    assert image_file(everything(cpu)) == image_file(everything(cpu))


def test_what_nothing_defines_is_named() -> None:
    image = everything("x86_64")
    with pytest.raises(LookupError, match=r"refers to 'labs', 'nowhere', and nothing defines"):
        image_file(image._replace(imports={"missing": Import("x")}, exports={"f": "nowhere"}))


@each_cpu
def test_every_routine_can_be_in_an_image(cpu: str) -> None:
    """It has no address in it: what reads one is made anew for wherever routine and cell lie, and takes the same room."""
    on = TARGETS[cpu]
    for name, routine in islice(every(on, TIERS[0]), 0, None, 5):
        code = lower(routine, on, apart=True)
        assert code.relocations == (), name
        assert {cell.name for cell in code.cells} == {one.name for one in lower(routine, on).relocations}, name
        for here, cell in ((0, 0), (0x12344, 0x23458), (0x7FFF0000, 0x1238)):
            assert {len(one.encode(here, cell)) - len(one.encode(0, 0)) for one in code.cells} <= {0}, name


def test_an_image_of_data_alone(tmp_path: Path) -> None:
    image = Image("riscv64", data={"text": Datum(b"text\0")}, exports={"text": "text"})
    assert "arning" not in TOOLCHAINS["riscv64"].tool("readelf", "--all", "--wide", made("riscv64", tmp_path, image))
