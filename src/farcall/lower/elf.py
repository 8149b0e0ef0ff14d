"""ELF files in memory, as debuggers and the dynamic linker read them: 64 bits wide, little-endian.

Names and layouts are those of the System V gABI, chapters 4 and 5. `symbol_file` describes a piece of code that
lies somewhere already; `shared_object` brings code and data to be loaded.
"""

from __future__ import annotations

from struct import pack
from typing import NamedTuple

__all__ = ["MACHINES", "shared_object", "symbol_file"]

#: e_machine, by the names of CPUs.
MACHINES = {"x86_64": 62}
ET_REL, ET_DYN = 1, 3
PT_LOAD, PT_DYNAMIC, PT_GNU_STACK = 1, 2, 0x6474E551
PF_X, PF_W, PF_R = 1, 2, 4
SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_HASH, SHT_DYNAMIC, SHT_NOBITS, SHT_DYNSYM = 1, 2, 3, 5, 6, 8, 11
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR = 1, 2, 4
DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT = 4, 5, 6, 10, 11
GLOBAL_FUNCTION, GLOBAL_OBJECT = 1 << 4 | 2, 1 << 4 | 1  # ELF64_ST_INFO: binding, type
HEADER, PROGRAM_HEADER, SECTION_HEADER, SYMBOL = 64, 56, 64, 24
PAGE = 4096


class _Section(NamedTuple):
    """A section; `data` is what the file has of it, `size` what it takes in memory where there is no data."""

    name: str
    type: int
    flags: int
    address: int
    data: bytes
    size: int = 0
    link: int = 0
    info: int = 0
    entry: int = 0
    align: int = 8


def symbol_file(cpu: str, name: str, start: int, size: int, frames: bytes) -> bytes:
    """An object file that names the code at `start`, and has its `.eh_frame`."""
    text = b"\0" + name.encode(errors="replace") + b"\0"
    symbols = bytes(SYMBOL) + pack("<IBBHQQ", 1, GLOBAL_FUNCTION, 0, 1, 0, size)  # relative to section 1
    sections = (
        _Section(".text", SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, start, b"", size, align=16),
        _Section(".eh_frame", SHT_PROGBITS, SHF_ALLOC, 0, frames),
        _Section(".symtab", SHT_SYMTAB, 0, 0, symbols, link=4, info=1, entry=SYMBOL),
        _Section(".strtab", SHT_STRTAB, 0, 0, text, align=1),
    )
    places, end = [], HEADER
    for section in sections:
        places.append(end)
        end = -(-(end + len(section.data)) // 8) * 8
    body = bytearray(end)
    for place, section in zip(places, sections, strict=True):
        body[place : place + len(section.data)] = section.data
    return _file(cpu, ET_REL, body, sections, places, b"")


def shared_object(cpu: str, code: bytes, function: str, data: bytes, variable: str) -> bytes:
    """A library that exports one function, of these bytes, and one variable."""
    text = f"\0{function}\0{variable}\0".encode()
    code_at, dynamic_at = PAGE, 2 * PAGE
    data_at = dynamic_at + 16 * 6
    symbols = (
        bytes(SYMBOL)
        + pack("<IBBHQQ", 1, GLOBAL_FUNCTION, 0, 4, code_at, len(code))
        + pack("<IBBHQQ", 2 + len(function), GLOBAL_OBJECT, 0, 6, data_at, len(data))
    )
    table = pack("<6I", 1, 3, 1, 0, 2, 0)  # one bucket: symbol 1, then 2
    symbols_at = HEADER + 5 * PROGRAM_HEADER
    text_at = symbols_at + len(symbols)
    table_at = -(-(text_at + len(text)) // 8) * 8
    dynamic = pack(
        "<12Q", DT_HASH, table_at, DT_STRTAB, text_at, DT_SYMTAB, symbols_at, DT_STRSZ, len(text),
        DT_SYMENT, SYMBOL, 0, 0,
    )  # fmt: skip
    sections = (
        _Section(".dynsym", SHT_DYNSYM, SHF_ALLOC, symbols_at, symbols, link=2, info=1, entry=SYMBOL),
        _Section(".dynstr", SHT_STRTAB, SHF_ALLOC, text_at, text, align=1),
        _Section(".hash", SHT_HASH, SHF_ALLOC, table_at, table, link=1, entry=4),
        _Section(".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, code_at, code, align=16),
        _Section(".dynamic", SHT_DYNAMIC, SHF_ALLOC | SHF_WRITE, dynamic_at, dynamic, link=2, entry=16),
        _Section(".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, data_at, data),
    )
    end = data_at + len(data)
    body = bytearray(end)
    for section in sections:
        body[section.address : section.address + len(section.data)] = section.data
    segments = (
        (PT_LOAD, PF_R, 0, table_at + len(table), PAGE),
        (PT_LOAD, PF_R | PF_X, code_at, len(code), PAGE),
        (PT_LOAD, PF_R | PF_W, dynamic_at, end - dynamic_at, PAGE),
        (PT_DYNAMIC, PF_R | PF_W, dynamic_at, len(dynamic), 8),
        (PT_GNU_STACK, PF_R | PF_W, 0, 0, 16),  # without it, the stack would be made executable
    )
    headers = b"".join(
        pack("<IIQQQQQQ", kind, flags, place, place, place, size, size, align)
        for kind, flags, place, size, align in segments
    )
    return _file(cpu, ET_DYN, body, sections, [section.address for section in sections], headers)


def _file(
    cpu: str, kind: int, body: bytearray, sections: tuple[_Section, ...], places: list[int], segments: bytes
) -> bytes:
    """The file: `body` with its headers filled in, and the table of sections behind it."""
    names = b"\0" + b"".join(section.name.encode() + b"\0" for section in sections) + b".shstrtab\0"
    names_at = len(body)
    table_at = -(-(names_at + len(names)) // 8) * 8
    rows, at = [bytes(SECTION_HEADER)], 1
    for section, place in zip(sections, places, strict=True):
        size = section.size or len(section.data)
        rows.append(
            pack(
                "<IIQQQQIIQQ",
                at,
                section.type,
                section.flags,
                section.address,
                place,
                size,
                section.link,
                section.info,
                section.align,
                section.entry,
            )
        )
        at += len(section.name) + 1
    rows.append(pack("<IIQQQQIIQQ", at, SHT_STRTAB, 0, 0, names_at, len(names), 0, 0, 1, 0))
    identity = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9)  # 64 bits, little-endian, version 1, System V
    count = len(segments) // PROGRAM_HEADER
    body[:HEADER] = identity + pack(
        "<HHIQQQIHHHHHH", kind, MACHINES[cpu], 1, 0, HEADER if count else 0, table_at, 0, HEADER,
        PROGRAM_HEADER if count else 0, count, SECTION_HEADER, len(rows), len(rows) - 1,
    )  # fmt: skip
    body[HEADER : HEADER + len(segments)] = segments
    return bytes(body) + names + bytes(table_at - names_at - len(names)) + b"".join(rows)
