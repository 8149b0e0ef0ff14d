"""ELF files in memory, as debuggers and the dynamic linker read them: 32 or 64 bits wide, in the byte order of the
CPU.

Names and layouts are those of the System V gABI, chapters 4 and 5. `symbol_file` describes a piece of code that
lies somewhere already; `shared_object` brings code and data to be loaded.
"""

from __future__ import annotations

from struct import calcsize, pack
from typing import NamedTuple

from ..ctype import LITTLE, ByteOrder
from .cpu_facts import Hardware, hardware

__all__ = ["shared_object", "symbol_file"]

ELFDATA2LSB, ELFDATA2MSB = 1, 2
ET_REL, ET_DYN = 1, 3
PT_LOAD, PT_DYNAMIC, PT_GNU_STACK = 1, 2, 0x6474E551
PF_X, PF_W, PF_R = 1, 2, 4
SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_HASH, SHT_DYNAMIC, SHT_NOBITS, SHT_DYNSYM = 1, 2, 3, 5, 6, 8, 11
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR = 1, 2, 4
DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT = 4, 5, 6, 10, 11
GLOBAL_FUNCTION, GLOBAL_OBJECT = 1 << 4 | 2, 1 << 4 | 1  # ELF64_ST_INFO: binding, type
IDENTITY = 16
#: What segments are aligned to: the largest page that a kernel for any of the CPUs has.
PAGE = 65536


class _Form(NamedTuple):
    """How wide the file is: its ELFCLASS, the byte order, and for `struct` an address, the header behind the identity, and a row of
    each table. The order of a row's fields is that of 64 bits; `segment` and `symbol` put them as here."""

    kind: int
    address: str
    header: str
    program_header: str
    section_header: str
    entry: str
    order: ByteOrder = LITTLE

    @property
    def headers(self) -> int:
        """Where what follows the header begins."""
        return IDENTITY + calcsize(self.order.format + self.header)

    @property
    def symbols(self) -> int:
        """The size of a symbol."""
        return calcsize(self.order.format + self.entry)

    def symbol(self, name: int, info: int, section: int, value: int, size: int) -> bytes:
        """A row of a symbol table."""
        if self.kind == 1:
            return pack(self.order.format + self.entry, name, value, size, info, 0, section)
        return pack(self.order.format + self.entry, name, info, 0, section, value, size)

    def segment(self, kind: int, flags: int, place: int, address: int, size: int, align: int) -> bytes:
        """A row of the table of segments, whose memory is all in the file."""
        if self.kind == 1:
            return pack(
                self.order.format + self.program_header, kind, place, address, address, size, size, flags, align
            )
        return pack(self.order.format + self.program_header, kind, flags, place, address, address, size, size, align)

    def words(self, *values: int) -> bytes:
        """Addresses, and what else is as wide."""
        return pack(f"{self.order.format}{len(values)}{self.address}", *values)


FORMS = {
    4: _Form(1, "I", "HHIIIIIHHHHHH", "8I", "10I", "IIIBBH"),
    8: _Form(2, "Q", "HHIQQQIHHHHHH", "IIQQQQQQ", "IIQQQQIIQQ", "IBBHQQ"),
}


def _form(facts: Hardware) -> _Form:
    """The form of a CPU's files."""
    return FORMS[facts.word]._replace(order=facts.order)


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
    facts = hardware(cpu)
    form = _form(facts)
    text = b"\0" + name.encode(errors="replace") + b"\0"
    symbols = bytes(form.symbols) + form.symbol(1, GLOBAL_FUNCTION, 1, 0, size)  # relative to section 1
    sections = (
        _Section(".text", SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, start, b"", size, align=16),
        _Section(".eh_frame", SHT_PROGBITS, SHF_ALLOC, 0, frames),
        _Section(".symtab", SHT_SYMTAB, 0, 0, symbols, link=4, info=1, entry=form.symbols),
        _Section(".strtab", SHT_STRTAB, 0, 0, text, align=1),
    )
    places, end = [], form.headers
    for section in sections:
        places.append(end)
        end = _aligned(end + len(section.data))
    body = bytearray(end)
    for place, section in zip(places, sections, strict=True):
        body[place : place + len(section.data)] = section.data
    return _file(facts, ET_REL, body, sections, places, ())


def shared_object(cpu: str, code: bytes, function: str, data: bytes, variable: str) -> bytes:
    """A library that exports one function, of these bytes, and one variable.

    The file is short. Each segment is loaded to pages of its own, at addresses that many pages above its place in
    the file.
    """
    facts = hardware(cpu)
    form = _form(facts)
    text = f"\0{function}\0{variable}\0".encode()
    table = pack(form.order.format + "6I", 1, 3, 1, 0, 2, 0)  # one bucket: symbol 1, then 2
    symbols_at = _aligned(form.headers + 5 * calcsize(form.order.format + form.program_header))
    text_at = symbols_at + 3 * form.symbols
    table_at = _aligned(text_at + len(text))
    code_place = -(-(table_at + len(table)) // 16) * 16
    dynamic_place = _aligned(code_place + len(code))
    code_at, dynamic_at = PAGE + code_place, 2 * PAGE + dynamic_place
    dynamic = form.words(
        DT_HASH, table_at, DT_STRTAB, text_at, DT_SYMTAB, symbols_at, DT_STRSZ, len(text),
        DT_SYMENT, form.symbols, 0, 0,
    )  # fmt: skip
    data_place, data_at = dynamic_place + len(dynamic), dynamic_at + len(dynamic)
    symbols = (
        bytes(form.symbols)
        + form.symbol(1, GLOBAL_FUNCTION, 4, code_at, len(code))
        + form.symbol(2 + len(function), GLOBAL_OBJECT, 6, data_at, len(data))
    )
    sections = (
        _Section(".dynsym", SHT_DYNSYM, SHF_ALLOC, symbols_at, symbols, link=2, info=1, entry=form.symbols),
        _Section(".dynstr", SHT_STRTAB, SHF_ALLOC, text_at, text, align=1),
        _Section(".hash", SHT_HASH, SHF_ALLOC, table_at, table, link=1, entry=4),
        _Section(".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, code_at, code, align=16),
        _Section(".dynamic", SHT_DYNAMIC, SHF_ALLOC | SHF_WRITE, dynamic_at, dynamic, link=2, entry=2 * facts.word),
        _Section(".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, data_at, data),
    )
    places = [symbols_at, text_at, table_at, code_place, dynamic_place, data_place]
    end = data_place + len(data)
    body = bytearray(end)
    for place, section in zip(places, sections, strict=True):
        body[place : place + len(section.data)] = section.data
    segments = (
        form.segment(PT_LOAD, PF_R, 0, 0, table_at + len(table), PAGE),
        form.segment(PT_LOAD, PF_R | PF_X, code_place, code_at, len(code), PAGE),
        form.segment(PT_LOAD, PF_R | PF_W, dynamic_place, dynamic_at, end - dynamic_place, PAGE),
        form.segment(PT_DYNAMIC, PF_R | PF_W, dynamic_place, dynamic_at, len(dynamic), 8),
        form.segment(PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 16),  # without it, the stack would be made executable
    )
    return _file(facts, ET_DYN, body, sections, places, segments)


def _aligned(size: int) -> int:
    return -(-size // 8) * 8


def _file(
    facts: Hardware,
    kind: int,
    body: bytearray,
    sections: tuple[_Section, ...],
    places: list[int],
    segments: tuple[bytes, ...],
) -> bytes:
    """The file: `body` with its headers filled in, and the table of sections behind it."""
    form = _form(facts)
    names = b"\0" + b"".join(section.name.encode() + b"\0" for section in sections) + b".shstrtab\0"
    names_at = len(body)
    table_at = _aligned(names_at + len(names))
    row = form.order.format + form.section_header
    rows, at = [bytes(calcsize(row))], 1
    for section, place in zip(sections, places, strict=True):
        size = section.size or len(section.data)
        rows.append(
            pack(
                row, at, section.type, section.flags, section.address, place, size, section.link, section.info,
                section.align, section.entry,
            )
        )  # fmt: skip
        at += len(section.name) + 1
    rows.append(pack(row, at, SHT_STRTAB, 0, 0, names_at, len(names), 0, 0, 1, 0))
    data = ELFDATA2LSB if form.order == LITTLE else ELFDATA2MSB
    identity = b"\x7fELF" + bytes((form.kind, data, 1)) + bytes(9)  # version 1, System V
    headers, segment = form.headers, calcsize(form.order.format + form.program_header)
    body[:headers] = identity + pack(
        form.order.format + form.header, kind, facts.elf, 1, 0, headers if segments else 0, table_at, facts.flags, headers,
        segment if segments else 0, len(segments), calcsize(row), len(rows), len(rows) - 1,
    )  # fmt: skip
    body[headers : headers + len(segments) * segment] = b"".join(segments)
    return bytes(body) + names + bytes(table_at - names_at - len(names)) + b"".join(rows)
