"""The sections of an image's file, as they are if they lie at given addresses."""

from __future__ import annotations

from collections.abc import Mapping
from struct import pack

from ...ctype import BIG
from ...record import NamedTuple
from ..cpu_facts import hardware
from ..elf import SHT_PROGBITS, SHT_STRTAB, SHT_SYMTAB, form_of
from ..frames import image_frames
from .content import Image, Import
from .symbols import (
    FUNCTION,
    GLOBAL,
    LOCAL,
    OBJECT,
    Strings,
    dynamic_symbols,
    hash_table,
    needed,
    version_needs,
    versions,
)

__all__ = ["CODE", "DATA", "HEADERS", "NOT_LOADED", "RELRO", "Part", "Sections"]

SHT_RELA, SHT_HASH, SHT_DYNAMIC, SHT_NOTE, SHT_REL, SHT_DYNSYM = 4, 5, 6, 7, 9, 11
SHT_ARM_EXIDX, SHT_MIPS_ABIFLAGS = 0x70000001, 0x7000002A
SHT_GNU_VERNEED, SHT_GNU_VERSYM = 0x6FFFFFFE, 0x6FFFFFFF
DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_SONAME = 1, 4, 5, 6, 10, 11, 14
#: Where relocations are, their size, that of one, and how many come first that need no symbol; as RELA, and as REL.
DT_RELOCATIONS = {True: (7, 8, 9, 0x6FFFFFF9), False: (17, 18, 19, 0x6FFFFFFA)}
DT_VERSYM, DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFF0, 0x6FFFFFFE, 0x6FFFFFFF
DT_FLAGS, DT_FLAGS_1, DF_BIND_NOW, DF_STATIC_TLS, DF_1_NOW = 30, 0x6FFFFFFB, 8, 16, 1
#: Of the table that the dynamic linker fills itself (MIPS supplement, 5-8): where it is, how many words of it are no
#: symbols', the first symbol that has one, how many symbols there are; and what does not change.
DT_PLTGOT, DT_MIPS_LOCAL_GOTNO, DT_MIPS_GOTSYM, DT_MIPS_SYMTABNO = 3, 0x7000000A, 0x70000013, 0x70000011
#: DT_MIPS_RLD_VERSION, DT_MIPS_FLAGS (RHF_NOTPOT), DT_MIPS_BASE_ADDRESS.
DT_MIPS = ((0x70000001, 1), (0x70000005, 2), (0x70000006, 0))
RESERVED = 2
NT_GNU_PROPERTY_TYPE_0 = 5
#: Encodings in .eh_frame_hdr (LSB 5.0, 10.5): a number, what counts from where it stands, and from the section's start.
UDATA4, PCREL_SDATA4, DATAREL_SDATA4 = 0x03, 0x1B, 0x3B
ALIGN = 16
#: Segments, in their order.
HEADERS, CODE, RELRO, DATA, NOT_LOADED = range(5)


class Part(NamedTuple):
    """A section: the segment that it is part of, and the name of the section that it is about."""

    name: str
    segment: int
    data: bytes
    type: int = SHT_PROGBITS
    link: str = ""
    info: int = 0
    entry: int = 0
    align: int = 8


class _Thing(NamedTuple):
    """Where a routine or datum lies in which section, and how large it is."""

    section: str
    offset: int
    size: int


class Sections:
    """What is in an image, in order. `at` are the addresses of the sections, and `numbers` their places in the file's table;
    both may be empty, for nothing is larger or smaller with them. LookupError for a name that nothing defines."""

    def __init__(self, image: Image, at: Mapping[str, int], numbers: Mapping[str, int]) -> None:
        self._image, self._at, self._numbers = image, at, numbers
        self._facts = hardware(image.cpu)
        self._form = form_of(self._facts)
        read = dict.fromkeys(cell.name for code in image.routines.values() for cell in code.cells)
        cells = [name for name in read if name not in image.cells]
        used = {*cells, *(cell.name for datum in image.data.values() for cell in datum.cells)}
        self._imports: dict[str, Import] = {name: one for name, one in image.imports.items() if name in used}
        self._symbols = {name: number for number, name in enumerate(self._imports, 1)}
        filled = RESERVED + len(self._imports) + len(image.exports) if self._facts.dynamic.fills else 0
        self._cells = {name: number * self._facts.word for number, name in enumerate(cells, filled)}
        self._things: dict[str, _Thing] = {}
        self._lay({name: (code.data, ".text", ALIGN) for name, code in image.routines.items()})
        for section in (".rodata", ".data.rel.ro", ".data"):
            own = {
                name: datum for name, datum in image.data.items() if _section(datum.writable, datum.cells) == section
            }
            self._lay({name: (datum.data, section, datum.align) for name, datum in own.items()})
        self._strings = Strings()
        #: Address, number of the symbol, or 0 for the image's own address, what is added, and the type.
        self._relocations: list[tuple[int, int, int, int]] = []
        known = {*self._things, *self._imports, *image.numbers, *image.offsets}
        unknown = sorted({*used, *image.exports.values()} - known)
        if unknown:
            raise LookupError(f"an image refers to {', '.join(map(repr, unknown))}, and nothing defines it")

    def parts(self) -> list[Part]:
        """The sections that are not empty."""
        form, image, word, width = self._form, self._image, self._facts.word, self._facts.dynamic.hash
        imports = list(self._imports.values())
        relocated, variable = self._data(".data.rel.ro"), self._data(".data")
        exports = {symbol: self._export(name) for symbol, name in image.exports.items()}
        got = self._filled([place for _, place, _, _ in exports.values()])
        got += b"".join(self._pointer(name, self._address(".got") + at) for name, at in self._cells.items())
        symbols = dynamic_symbols(form, self._strings, imports, exports)
        versioned = versions(form, imports, len(exports))
        needs, libraries = version_needs(form, self._strings, imports)
        for name in (*needed(image), image.soname):
            self._strings.at(name)
        frames, index = self._frames()
        uniform, searched = self._own_frames()
        flags = self._facts.dynamic.abi_flags
        parts = [
            Part(".note.gnu.property", HEADERS, self._property(), SHT_NOTE, align=word),
            Part(".MIPS.abiflags", HEADERS, flags, SHT_MIPS_ABIFLAGS, entry=len(flags)),
            Part(".hash", HEADERS, hash_table(form, width, imports, exports), SHT_HASH, ".dynsym", entry=width),
            Part(".dynsym", HEADERS, symbols, SHT_DYNSYM, ".dynstr", 1, form.symbols),
            Part(".dynstr", HEADERS, bytes(self._strings.data), SHT_STRTAB, align=1),
            Part(".gnu.version", HEADERS, versioned, SHT_GNU_VERSYM, ".dynsym", entry=2, align=2),
            Part(".gnu.version_r", HEADERS, needs, SHT_GNU_VERNEED, ".dynstr", libraries),
            self._relocation_table(),
            Part(".eh_frame_hdr", HEADERS, index, align=4),
            Part(".eh_frame", HEADERS, frames),
            Part(".ARM.extab", HEADERS, uniform, align=4),
            Part(".ARM.exidx", HEADERS, searched, SHT_ARM_EXIDX, ".text", align=4),
            Part(".rodata", HEADERS, self._data(".rodata"), align=ALIGN),
            Part(".text", CODE, self._code(), align=ALIGN),
            Part(".data.rel.ro", RELRO, relocated, align=ALIGN),
            Part(".got", RELRO, got, entry=word),
            Part(".data", DATA, variable, align=ALIGN),
        ]
        parts = [part for part in parts if part.data]
        dynamic = Part(".dynamic", RELRO, self._dynamic(parts, libraries), SHT_DYNAMIC, ".dynstr", entry=2 * word)
        place = next((n for n, part in enumerate(parts) if part.segment >= RELRO), len(parts))
        return [*parts[:place], dynamic, *parts[place:], *(self._names() if image.local else ())]

    # Where things are

    def _lay(self, things: Mapping[str, tuple[bytes, str, int]]) -> None:
        """Lay things of one section out."""
        end = 0
        for name, (data, section, align) in things.items():
            offset = -(-end // align) * align
            self._things[name] = _Thing(section, offset, len(data))
            end = offset + len(data)

    def _address(self, section: str) -> int:
        return self._at.get(section, 0)

    def _place(self, name: str) -> int:
        thing = self._things[name]
        return self._address(thing.section) + thing.offset

    def _cell(self, name: str) -> int:
        """Where code reads the address called `name`."""
        if name in self._image.cells:
            datum, offset = self._image.cells[name]
            return self._place(datum) + offset
        return self._address(".got") + self._cells[name]

    def _export(self, name: str) -> tuple[int, int, int, bool]:
        thing = self._things[name]
        return self._numbers.get(thing.section, 0), self._place(name), thing.size, name in self._image.routines

    def _pointer(self, name: str, place: int) -> bytes:
        """The word at an address that is to point to `name`; what the dynamic linker has to do for it is noted."""
        if name in self._image.numbers:
            return self._form.words(self._image.numbers[name] % (1 << 8 * self._facts.word))
        dynamic, symbol = self._facts.dynamic, self._symbols.get(name, 0)
        if name in self._image.offsets or (symbol and self._imports[name].thread):
            own, kind = self._image.offsets.get(name, 0), dynamic.thread
        else:
            own = self._place(name) if name in self._things else 0
            kind = dynamic.symbol if symbol else dynamic.relative
        self._relocations.append((place, symbol, own, kind))
        return self._form.words(0 if self._facts.dynamic.addends else own)

    # Contents

    def _code(self) -> bytes:
        data, filler = bytearray(), self._facts.trap
        for name, code in self._image.routines.items():
            here, offset = self._place(name), self._things[name].offset
            body = bytearray(code.data)
            for at, wanted, encode in code.cells:
                made = encode(here + at, self._cell(wanted))
                body[at : at + len(made)] = made
            gap = offset - len(data)
            data += (filler * gap)[:gap] + body
        return bytes(data)

    def _data(self, section: str) -> bytes:
        data = bytearray()
        for name, datum in self._image.data.items():
            thing = self._things[name]
            if thing.section == section:
                body = bytearray(datum.data)
                for at, wanted in datum.cells:
                    body[at : at + self._facts.word] = self._pointer(wanted, self._place(name) + at)
                data += bytes(thing.offset - len(data)) + body
        return bytes(data)

    def _filled(self, exports: list[int]) -> bytes:
        """The words that the dynamic linker fills by itself: two that are its own, the second saying so by its first bit,
        then the symbols', in their order."""
        if not self._facts.dynamic.fills:
            return b""
        return self._form.words(0, 1 << 8 * self._facts.word - 1, *[0] * len(self._imports), *exports)

    def _relocation_table(self) -> Part:
        """What was noted; first that which needs no symbol."""
        form, dynamic, rows = self._form, self._facts.dynamic, []
        bit = (32 if form.kind == 2 else 8) if dynamic.symbol_bit < 0 else dynamic.symbol_bit
        for place, symbol, addend, kind in sorted(
            self._relocations, key=lambda one: (one[3] != dynamic.relative or one[1] != 0, one[0])
        ):
            info = symbol << bit | kind
            rows.append(form.words(place, info, addend) if dynamic.addends else form.words(place, info))
        entry = self._facts.word * (3 if dynamic.addends else 2)
        name, kind = (".rela.dyn", SHT_RELA) if dynamic.addends else (".rel.dyn", SHT_REL)
        return Part(name, HEADERS, b"".join(rows), kind, ".dynsym", entry=entry)

    def _frames(self) -> tuple[bytes, bytes]:
        """The frames of all routines, and the table by which unwinders search them."""
        order, here = self._form.order.format, self._address(".eh_frame_hdr")
        routines = self._image.routines
        if not routines:
            return b"", b""
        pieces = [(self._place(name), len(code.data), code.unwind) for name, code in routines.items()]
        at = self._address(".eh_frame")
        frames, entries = image_frames(self._image.cpu, pieces, at)
        head = bytes((1, PCREL_SDATA4, UDATA4, DATAREL_SDATA4)) + pack(order + "iI", at - (here + 4), len(entries))
        rows = [pack(order + "ii", piece[0] - here, entry - here) for piece, entry in zip(pieces, entries, strict=True)]
        return frames, head + b"".join(rows)  # routines lie in their order

    def _own_frames(self) -> tuple[bytes, bytes]:
        """The same for CPUs whose unwinders have tables of their own (EHABI32, §6 and §7): what the frame of all routines is,
        by the second of the personalities that unwinders know, and an index of two rows: where routines begin, and where
        they end, from where on nothing is unwound."""
        said, order = self._facts.dynamic.unwound, self._form.order
        if not said or not self._image.routines:
            return b"", b""
        opcodes = bytes((0x81, 1)) + said
        words = [int.from_bytes(opcodes[at : at + 4], BIG.name) for at in range(0, len(opcodes), 4)]
        here, text = self._address(".ARM.exidx"), self._address(".text")
        last = max(self._things[name].offset + self._things[name].size for name in self._image.routines)
        distances = text - here, self._address(".ARM.extab") - (here + 4), text + last - (here + 8)
        rows = [*(distance & 0x7FFF_FFFF for distance in distances), 1]
        return pack(f"{order.format}3I", *words, 0), pack(f"{order.format}4I", *rows)

    def _property(self) -> bytes:
        """The note by which the CPU's protections of jumps are switched on."""
        dynamic, order = self._facts.dynamic, self._form.order.format
        if not dynamic.property:
            return b""
        property = pack(order + "III", dynamic.property, 4, dynamic.bits)
        property += bytes(-len(property) % self._facts.word)
        return pack(order + "III", 4, len(property), NT_GNU_PROPERTY_TYPE_0) + b"GNU\0" + property

    def _dynamic(self, parts: list[Part], libraries: int) -> bytes:
        """The dynamic linker's own table."""
        image, strings, size = self._image, self._strings, {part.name: len(part.data) for part in parts}
        addends = self._facts.dynamic.addends
        rows = [(DT_NEEDED, strings.at(name)) for name in needed(image)]
        rows += [(DT_SONAME, strings.at(image.soname))] if image.soname else []
        rows += [
            (DT_HASH, self._address(".hash")), (DT_STRTAB, self._address(".dynstr")), (DT_SYMTAB, self._address(".dynsym")),
            (DT_STRSZ, size[".dynstr"]), (DT_SYMENT, self._form.symbols),
        ]  # fmt: skip
        table = ".rela.dyn" if addends else ".rel.dyn"
        if table in size:
            entry = self._facts.word * (3 if addends else 2)
            relative = sum(
                1 for _, symbol, _, kind in self._relocations if not symbol and kind == self._facts.dynamic.relative
            )
            counted = () if self._facts.dynamic.fills else (relative,)  # it takes no notice of those that are counted
            rows += zip(DT_RELOCATIONS[addends], (self._address(table), size[table], entry, *counted), strict=False)
        if self._facts.dynamic.fills:
            numbers = RESERVED, 1, 1 + len(self._imports) + len(image.exports)
            rows += [(DT_PLTGOT, self._address(".got")), *DT_MIPS]
            rows += zip((DT_MIPS_LOCAL_GOTNO, DT_MIPS_GOTSYM, DT_MIPS_SYMTABNO), numbers, strict=True)
        if libraries:
            rows += [(DT_VERSYM, self._address(".gnu.version")), (DT_VERNEED, self._address(".gnu.version_r"))]
            rows += [(DT_VERNEEDNUM, libraries)]
        flags = DF_BIND_NOW | (
            DF_STATIC_TLS if any(kind == self._facts.dynamic.thread for *_, kind in self._relocations) else 0
        )
        rows += [(DT_FLAGS, flags), (DT_FLAGS_1, DF_1_NOW), (0, 0)]
        return self._form.words(*(word for row in rows for word in row))

    def _names(self) -> tuple[Part, Part]:
        """The names of all routines, and exports, for debuggers and profilers; `strip` takes them away."""
        strings, form, exports = Strings(), self._form, self._image.exports
        rows, local = [bytes(form.symbols)], [name for name in self._image.routines if exports.get(name) != name]
        for binding, names in ((LOCAL, dict(zip(local, local, strict=True))), (GLOBAL, exports)):
            for symbol, name in names.items():
                number, place, size, is_code = self._export(name)
                info = binding | (FUNCTION if is_code else OBJECT)
                rows.append(form.symbol(strings.at(symbol), info, number, place, size))
        first = 1 + len(local)
        symbols = Part(".symtab", NOT_LOADED, b"".join(rows), SHT_SYMTAB, ".strtab", first, form.symbols)
        return symbols, Part(".strtab", NOT_LOADED, bytes(strings.data), SHT_STRTAB, align=1)


def _section(writable: bool, cells: tuple[object, ...]) -> str:
    return ".data" if writable else ".data.rel.ro" if cells else ".rodata"
