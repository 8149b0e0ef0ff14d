"""ELF files in memory, as debuggers and the dynamic linker read them: 32 or 64 bits wide, in the byte order of the
CPU.

Names and layouts are those of the System V gABI, chapters 4 and 5. `symbol_file` describes a piece of code that
lies somewhere already; `image` makes files with code and data to be loaded of the same parts.
"""

from __future__ import annotations

from struct import calcsize, pack

from ..ctype import LITTLE, ByteOrder
from ..record import NamedTuple
from .cpu_facts import Hardware, hardware

__all__ = ["Form", "Section", "aligned", "elf_file", "form_of", "symbol_file"]

ELFDATA2LSB, ELFDATA2MSB = 1, 2
ET_REL, ET_DYN = 1, 3
SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_NOBITS = 1, 2, 3, 8
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR = 1, 2, 4
GLOBAL_FUNCTION = 1 << 4 | 2  # ELF64_ST_INFO: binding, type
IDENTITY = 16


class Form(NamedTuple):
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

    @property
    def segments(self) -> int:
        """The size of a row of the table of segments."""
        return calcsize(self.order.format + self.program_header)

    def segment(
        self, kind: int, flags: int, place: int, address: int, size: int, align: int, memory: int | None = None
    ) -> bytes:
        """A row of the table of segments; `memory` is what it takes there, if that is more than the file has of it."""
        memory, row = size if memory is None else memory, self.order.format + self.program_header
        if self.kind == 1:
            return pack(row, kind, place, address, address, size, memory, flags, align)
        return pack(row, kind, flags, place, address, address, size, memory, align)

    def words(self, *values: int) -> bytes:
        """Addresses, and what else is as wide."""
        return pack(f"{self.order.format}{len(values)}{self.address}", *values)


FORMS = {
    4: Form(1, "I", "HHIIIIIHHHHHH", "8I", "10I", "IIIBBH"),
    8: Form(2, "Q", "HHIQQQIHHHHHH", "IIQQQQQQ", "IIQQQQIIQQ", "IBBHQQ"),
}


def form_of(facts: Hardware) -> Form:
    """The form of a CPU's files."""
    return FORMS[facts.word]._replace(order=facts.order)


class Section(NamedTuple):
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
    form = form_of(facts)
    text = b"\0" + name.encode(errors="replace") + b"\0"
    symbols = bytes(form.symbols) + form.symbol(1, GLOBAL_FUNCTION, 1, 0, size)  # relative to section 1
    sections = (
        Section(".text", SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, start, b"", size, align=16),
        Section(".eh_frame", SHT_PROGBITS, SHF_ALLOC, 0, frames),
        Section(".symtab", SHT_SYMTAB, 0, 0, symbols, link=4, info=1, entry=form.symbols),
        Section(".strtab", SHT_STRTAB, 0, 0, text, align=1),
    )
    places, end = [], form.headers
    for section in sections:
        places.append(end)
        end = aligned(end + len(section.data))
    body = bytearray(end)
    for place, section in zip(places, sections, strict=True):
        body[place : place + len(section.data)] = section.data
    return elf_file(facts, ET_REL, body, sections, places, ())


def aligned(size: int) -> int:
    return -(-size // 8) * 8


def elf_file(
    facts: Hardware,
    kind: int,
    body: bytearray,
    sections: tuple[Section, ...],
    places: list[int],
    segments: tuple[bytes, ...],
) -> bytes:
    """The file: `body` with its headers filled in, and the table of sections behind it."""
    form = form_of(facts)
    names = b"\0" + b"".join(section.name.encode() + b"\0" for section in sections) + b".shstrtab\0"
    names_at = len(body)
    table_at = aligned(names_at + len(names))
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
    headers, segment = form.headers, form.segments
    body[:headers] = identity + pack(
        form.order.format + form.header, kind, facts.elf, 1, 0, headers if segments else 0, table_at, facts.flags, headers,
        segment if segments else 0, len(segments), calcsize(row), len(rows), len(rows) - 1,
    )  # fmt: skip
    body[headers : headers + len(segments) * segment] = b"".join(segments)
    return bytes(body) + names + bytes(table_at - names_at - len(names)) + b"".join(rows)
