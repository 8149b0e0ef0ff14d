"""The reader of shared objects against readelf: this system's libraries, and foreign ones if present."""

from __future__ import annotations

import glob
import os
import random
import re
import shutil
import struct
import subprocess

import pytest

from farcall.ctype import BIG, LITTLE
from farcall.system.elf import ElfFile, ElfSymbol, Identity
from tests.toolchain import x86

READELF = shutil.which("readelf")
GCC, GCC_X86 = shutil.which("gcc"), shutil.which(x86("gcc"))
HERE = ["libc.so.6", "libm.so.6", "libstdc++.so.6", "libpthread.so.0", "libz.so.1", "ld-linux*.so.*"]
FILES = sorted(
    {path for name in HERE for path in glob.glob(f"/lib/*/{name}")}
    | {path for name in HERE for path in glob.glob(f"/usr/*-linux-gnu*/lib*/{name}")}
    | {os.path.realpath("/proc/self/exe")}
)
COMPILERS = [
    (x86("gcc"), "-m64"),
    (x86("gcc"), "-m32"),
    ("aarch64-linux-gnu-gcc",),
    ("arm-linux-gnueabihf-gcc",),
    ("riscv64-linux-gnu-gcc",),
    ("loongarch64-linux-gnu-gcc",),
    ("s390x-linux-gnu-gcc",),
    ("powerpc64le-linux-gnu-gcc",),
]
SOURCE = """
int exported(int x) { return x; }
static int hidden_one(void) { return 1; }
int data = 5;
int zeroed[100];
__thread int per_thread;
const char text[] = "text";
int missing(void);
int uses(void) { return missing() + hidden_one() + per_thread; }
"""
INDIRECT = """
static int one(void) { return 1; }
static void *pick(void) { return one; }
int chosen(void) __attribute__((ifunc("pick")));
"""

needs_readelf = pytest.mark.skipif(READELF is None, reason="readelf (binutils) is missing")


def readelf_symbols(path: str, options: str = "--dyn-syms") -> list[ElfSymbol]:
    """What readelf says is exported."""
    text = subprocess.run([READELF, options, "-W", path], capture_output=True, text=True, check=True).stdout
    found = []
    for line in text.splitlines():
        row = re.match(
            r"\s*\d+: ([0-9a-f]+)\s+(\d+|0x[0-9a-f]+) (\S+)\s+(LOCAL|GLOBAL|WEAK|UNIQUE)\s+\S+\s+"
            r"(?:\[.*?\]\s+)?(\S+) (\S+)",
            line,
        )
        if row is None:
            continue
        value, size, kind, bind, section, versioned = row.groups()
        if bind == "LOCAL" or section == "UND" or (section == "ABS" and kind == "OBJECT" and int(size, 0) == 0):
            continue
        name, at, version = versioned.partition("@")
        if line.endswith(")"):  # a program's copy of a library's variable, with the version that it needed there
            at = version = ""
        default = not at or version.startswith("@")
        found.append(ElfSymbol(name, kind, int(size, 0), version.lstrip("@"), default, int(value, 16)))
    return found


@needs_readelf
@pytest.mark.parametrize("path", FILES)
def test_equals_readelf(path):
    file = ElfFile(path)
    expected = readelf_symbols(path)
    assert file.symbols() == expected
    by_name: dict[str, list[ElfSymbol]] = {}
    for symbol in expected:
        by_name.setdefault(symbol.name, []).append(symbol)
    asked = random.Random(path).sample(sorted(by_name), min(200, len(by_name)))
    for name, symbols in ((name, by_name[name]) for name in asked):
        found = file.lookup(name)
        assert found in symbols
        assert found is not None
        assert found.default or not any(symbol.default for symbol in symbols)
    assert file.lookup("no such symbol") is None


@needs_readelf
@pytest.mark.skipif(GCC_X86 is None, reason="needs gcc for x86-64")
@pytest.mark.parametrize("style", ["gnu", "sysv", "both"])
@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("stripped", [False, True], ids=["whole", "stripped"])
def test_hash_styles_word_sizes_and_missing_sections(tmp_path, style, bits, stripped):
    path = str(tmp_path / "libsample.so")
    (tmp_path / "sample.c").write_text(SOURCE)
    flags = [f"-m{bits}", "-shared", "-fPIC", "-nostdlib", "-ffreestanding", f"-Wl,--hash-style={style}"]
    made = subprocess.run(
        [GCC_X86, *flags, "-Wl,-soname,libsample.so.7", str(tmp_path / "sample.c"), "-o", path],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        pytest.skip(f"gcc cannot link -m{bits} here: {made.stderr.strip().splitlines()[-1]}")
    expected = readelf_symbols(path)
    if stripped:  # no section headers at all, as some packers leave it
        with open(path, "r+b") as file:
            header = bytearray(file.read(64))
            start, width = (40, 8) if bits == 64 else (32, 4)
            header[start : start + width] = bytes(width)  # e_shoff
            tail = 58 if bits == 64 else 46
            header[tail : tail + 6] = bytes(6)  # e_shentsize, e_shnum, e_shstrndx
            file.seek(0)
            file.write(header)
    found = ElfFile(path)
    assert found.identity[:2] == (bits, LITTLE)
    assert found.soname == "libsample.so.7"
    assert found.symbols() == expected
    kinds = {symbol.name: (symbol.kind, symbol.size) for symbol in found.symbols()}
    assert kinds["exported"][0] == "FUNC"
    assert kinds["data"] == ("OBJECT", 4)
    assert kinds["zeroed"] == ("OBJECT", 400)
    assert kinds["per_thread"] == ("TLS", 4)
    assert kinds["text"] == ("OBJECT", 5)
    assert not {"missing", "hidden_one"} & set(kinds)
    assert {name: found.lookup(name) for name in kinds} == {symbol.name: symbol for symbol in expected}


@pytest.mark.parametrize("command", COMPILERS, ids=" ".join)
def test_variables_that_a_program_has_taken_over(tmp_path, command):
    """A program that is not position-independent has a library's variables as its own, where its CPU's ABI has it so: by
    Power's, programs find them through their table of contents, and LoongArch's gcc has them do so too."""
    if not shutil.which(command[0]):
        pytest.skip(f"needs {command[0]}")
    library, program = tmp_path / "libvariables.so", tmp_path / "program"
    (tmp_path / "library.c").write_text("int first = 1; double second[3] = {2};\n")
    text = "extern int first; extern double second[]; int main(void) { return first + (int)second[0]; }\n"
    (tmp_path / "program.c").write_text(text)
    link = [*command, "-nostdlib"]
    subprocess.run([*link, "-shared", "-fPIC", "-o", library, tmp_path / "library.c"], check=True)
    whole = ["-no-pie", "-fno-pie", "-Wl,-emain", "-o", program, tmp_path / "program.c", library]
    subprocess.run([*link, *whole], check=True)
    file = ElfFile(str(program))
    relocations = subprocess.run(["readelf", "-rW", program], capture_output=True, text=True, check=True).stdout
    copied = {name for name in ("first", "second") if re.search(rf"_COPY .*\b{name}\b", relocations)}
    assert copied == (set() if command[0].startswith(("powerpc64", "loongarch64")) else {"first", "second"})
    assert file.copies == {file.lookup(name).value: name for name in copied}
    assert ElfFile(str(library)).copies == {}


@pytest.mark.skipif(GCC is None, reason="gcc is missing")
def test_indirect_functions(tmp_path):
    (tmp_path / "sample.c").write_text(INDIRECT)
    path = str(tmp_path / "libsample.so")
    subprocess.run([GCC, "-shared", "-fPIC", str(tmp_path / "sample.c"), "-o", path], check=True)
    found = ElfFile(path).lookup("chosen")
    assert found is not None
    assert found.kind == "IFUNC"


def by_hand(type, start, *tags, cut=0):
    """The records of the gABI in the other byte order, loaded at an address: headers, DT_HASH, two symbols; and more tags. In two
    segments that adjoin, the first of so many bytes behind the headers."""
    strings = b"\0alpha\0beta\0"
    hash_table = struct.pack(">9I", 1, 3, 1, 0, 2, 0, 0, 0, 0)[: 4 * (2 + 1 + 3)]
    symbols = bytes(16)
    symbols += struct.pack(">IIIBBH", 1, 0x1000, 8, 0x12, 0, 7)  # global function
    symbols += struct.pack(">IIIBBH", 7, 0x2000, 4, 0x21, 0, 8)  # weak object
    base = 52 + 3 * 32
    at_strings, at_hash = base, base + len(strings) + (-len(strings) % 4)
    at_symbols = at_hash + len(hash_table)
    at_dynamic = at_symbols + len(symbols)
    said = (4, start + at_hash, 5, start + at_strings, 6, start + at_symbols, 10, len(strings), 11, 16, *tags, 0, 0)
    dynamic = struct.pack(f">{len(said)}I", *said)
    end = at_dynamic + len(dynamic)
    data = b"\x7fELF\x01\x02\x01" + bytes(9)
    data += struct.pack(">HHIIIIIHHHHHH", type, 20, 1, 0, 52, 0, 0, 52, 32, 3, 40, 0, 0)
    for first, last in ((0, base + cut), (base + cut, end)):
        data += struct.pack(">8I", 1, first, start + first, start + first, last - first, last - first, 5, 1)
    data += struct.pack(">8I", 2, at_dynamic, start + at_dynamic, start + at_dynamic, len(dynamic), len(dynamic), 6, 4)
    return data + strings.ljust(at_hash - base, b"\0") + hash_table + symbols + dynamic


@pytest.mark.parametrize("cut", [0, 7, 60], ids=["one segment", "names in two", "symbols in two"])
def test_big_endian_32_bit_file_by_hand(tmp_path, cut):
    """Tables may go on in the next segment, as patchelf leaves them."""
    path = tmp_path / "libbig.so"
    path.write_bytes(by_hand(3, 0, cut=cut))
    file = ElfFile(str(path))
    assert file.identity == Identity(32, BIG, 20)  # EM_PPC
    assert file.symbols() == [
        ElfSymbol("alpha", "FUNC", 8, "", True, 0x1000),
        ElfSymbol("beta", "OBJECT", 4, "", True, 0x2000),
    ]
    assert file.lookup("beta") == file.symbols()[1]
    if READELF is not None:
        assert readelf_symbols(str(path), "-Ds") == file.symbols()


def test_a_program_whose_table_of_relocations_is_empty_and_nowhere(tmp_path):
    """As binutils leave it where no relocation is left: DT_RELA 0, DT_RELASZ 0."""
    path = tmp_path / "program"
    path.write_bytes(by_hand(2, 0x10000, 7, 0, 8, 0, 9, 12))
    file = ElfFile(str(path))
    assert [symbol.name for symbol in file.symbols()] == ["alpha", "beta"]
    assert file.copies == {}
    path.write_bytes(by_hand(2, 0x10000, 7, 0, 8, 12, 9, 12))
    with pytest.raises(ValueError, match="damaged ELF file"):
        ElfFile(str(path))


@pytest.mark.parametrize("content", [b"", b"text", b"\x7fELF", b"\x7fELF\x03\x01" + bytes(90)])
def test_what_is_no_elf_file(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="ELF file"):
        ElfFile(str(path))


def test_damaged_files_are_errors_not_crashes(tmp_path):
    with open(max(FILES, key=os.path.getsize), "rb") as file:
        whole = file.read(20_000)
    path = tmp_path / "cut"
    outcomes = set()
    for size in range(52, len(whole), 397):
        path.write_bytes(whole[:size])
        try:
            ElfFile(str(path)).symbols()
            outcomes.add("read")
        except ValueError:
            outcomes.add("refused")
    assert "refused" in outcomes


@pytest.mark.skipif(GCC is None, reason="gcc is missing")
@pytest.mark.parametrize("style", ["gnu", "sysv"])
def test_mutated_files_are_read_or_refused(tmp_path, style):
    (tmp_path / "sample.c").write_text(SOURCE)
    path = tmp_path / "libsample.so"
    flags = ["-shared", "-fPIC", "-nostdlib", f"-Wl,--hash-style={style}"]
    subprocess.run([GCC, *flags, str(tmp_path / "sample.c"), "-o", str(path)], check=True)
    whole = path.read_bytes()
    chance = random.Random(style)
    outcomes = {"read": 0, "refused": 0}
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(4, 1024)] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        path.write_bytes(data)
        try:
            file = ElfFile(str(path))
            file.symbols()
            file.lookup("exported")
            outcomes["read"] += 1
        except ValueError as error:
            assert "ELF file" in str(error)  # noqa: PT017 - which ValueError it is
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 0


def test_a_missing_file():
    with pytest.raises(FileNotFoundError):
        ElfFile("/no/such/file")
