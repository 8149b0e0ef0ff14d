"""What a library of Windows exports, read from its file: names, ordinals, what is code, and what is another library's.

Any PE file of 32 or 64 bits, on any host. Source: Microsoft's "PE Format": the headers, the section table, and "The .edata
Section".
"""

from __future__ import annotations

import struct

from ..record import NamedTuple
from .regular import read_regular

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    import os

__all__ = ["PeFile", "PeSymbol", "Section"]

LARGEST = 1 << 30  # bytes of a file
MAGIC, SIGNATURE, HEADER_AT = b"MZ", b"PE\0\0", 0x3C
#: IMAGE_FILE_HEADER: machine, sections, time, symbol table, symbols, size of the optional header, characteristics.
FILE_HEADER = struct.Struct("<HHIIIHH")
#: Where the optional header counts the data directories, by its magic: PE32 and PE32+. The first one is the exports'.
DIRECTORIES = {0x10B: 92, 0x20B: 108}
#: IMAGE_SECTION_HEADER: name, size in memory, address, size in the file, place in the file, and then characteristics.
SECTION = struct.Struct("<8sIIII12xI")
EXECUTABLE = 0x20000000
#: IMAGE_IMPORT_DESCRIPTOR: two tables, the library's name between them; a row of zeros is the end.
IMPORT = struct.Struct("<5I")
#: The export directory: flags, time, version, name, first ordinal, entries, names, and where the three tables are.
EXPORTS = struct.Struct("<10I")


class Section(NamedTuple):
    """A part of the file, and where it is loaded."""

    address: int
    size: int
    place: int
    stored: int
    executable: bool


class PeSymbol(NamedTuple):
    """One exported symbol."""

    name: str  # "#12" where it has an ordinal only
    ordinal: int
    value: int  # its address before relocation, from the start of the module
    forward: str  # "LIBRARY.name" where it is another library's, else ""
    code: bool  # whether it lies in a section that can be run

    @property
    def size(self) -> int:
        """0: the file does not tell."""
        return 0

    @property
    def default(self) -> bool:
        """True: there are no versions."""
        return True

    @property
    def is_function(self) -> bool:
        """Whether it is code. What is another library's may be either."""
        return self.code and not self.forward

    @property
    def is_variable(self) -> bool:
        return not self.code and not self.forward

    @property
    def is_thread_local(self) -> bool:
        """False: such variables cannot be exported."""
        return False

    @property
    def is_forwarded(self) -> bool:
        return bool(self.forward)


class PeFile:
    """The exports of one file. ValueError, naming the file, for what is no PE file, or a damaged one."""

    __slots__ = ("_by_name", "_data", "_imports", "_sections", "copies", "machine", "path")

    def __init__(self, data: bytes, path: str) -> None:
        self.path, self._data = path, data
        self.copies: dict[int, str] = {}  # programs take over no variables
        try:
            self._load()
        except (struct.error, IndexError) as error:
            raise ValueError(f"{path}: a damaged PE file ({error})") from None

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> PeFile:
        """What the file at a path says. OSError where it cannot be read."""
        return cls(read_regular(path, LARGEST), str(path))

    def symbols(self) -> list[PeSymbol]:
        """All that it exports, by ordinal."""
        return list(self._by_name.values())

    def lookup(self, name: str) -> PeSymbol | None:
        """The symbol of a name, or of "#12"; None if there is none."""
        return self._by_name.get(name)

    def imports(self) -> list[str]:
        """The libraries that it needs, by name, in order. ValueError where that part is damaged."""
        address, found = self._imports, []
        try:
            while address:
                name = IMPORT.unpack_from(self._data, self._place(address))[3]
                if not name:
                    break
                found.append(self._string(name))
                address += IMPORT.size
        except (struct.error, IndexError) as error:
            raise ValueError(f"{self.path}: a damaged PE file ({error})") from None
        return found

    def _load(self) -> None:
        data = self._data
        (at,) = struct.unpack_from("<I", data, HEADER_AT) if data[:2] == MAGIC else (len(data),)
        if data[at : at + 4] != SIGNATURE:
            raise ValueError(f"{self.path}: not a PE file")
        self.machine, count, _, _, _, optional, _ = FILE_HEADER.unpack_from(data, at + 4)
        start = at + 4 + FILE_HEADER.size
        (magic,) = struct.unpack_from("<H", data, start)
        if magic not in DIRECTORIES:
            raise ValueError(f"{self.path}: a PE file of a kind ({magic:#x}) that no library has")
        directories = start + DIRECTORIES[magic]
        (number,) = struct.unpack_from("<I", data, directories)
        address, size = struct.unpack_from("<II", data, directories + 4) if number else (0, 0)
        self._imports: int = struct.unpack_from("<I", data, directories + 12)[0] if number > 1 else 0
        self._sections = []
        for index in range(count):
            _, room, where, stored, place, flags = SECTION.unpack_from(data, start + optional + index * SECTION.size)
            self._sections.append(Section(where, max(room, stored), place, stored, bool(flags & EXECUTABLE)))
        self._by_name = {symbol.name: symbol for symbol in self._exports(address, size)} if size else {}

    def _exports(self, address: int, size: int) -> list[PeSymbol]:
        row = EXPORTS.unpack_from(self._data, self._place(address))
        first, entries, count, functions, names, ordinals = row[4:]
        values = struct.unpack_from(f"<{entries}I", self._data, self._place(functions)) if entries else ()
        named: dict[int, list[str]] = {}
        if count:
            texts = struct.unpack_from(f"<{count}I", self._data, self._place(names))
            indices = struct.unpack_from(f"<{count}H", self._data, self._place(ordinals))
            for index, text in zip(indices, texts, strict=True):
                named.setdefault(index, []).append(self._string(text))
        found = []
        for index, value in enumerate(values):
            if not value:  # a gap in the ordinals
                continue
            # "If the address specified is not within the export section …, the field is an export RVA"; else a forwarder.
            forward = self._string(value) if address <= value < address + size else ""
            section = None if forward else self._section(value)
            code = section is not None and section.executable
            ordinal = first + index
            found += [PeSymbol(name, ordinal, value, forward, code) for name in named.get(index, [f"#{ordinal}"])]
        return found

    def _place(self, address: int) -> int:
        """Where in the file the bytes at an address are."""
        section = self._section(address)
        if section is None or address - section.address >= section.stored:
            raise IndexError(f"address {address:#x} is not in the file")
        return section.place + address - section.address

    def _section(self, address: int) -> Section | None:
        return next((s for s in self._sections if s.address <= address < s.address + s.size), None)

    def _string(self, address: int) -> str:
        start = self._place(address)
        return self._data[start : self._data.find(b"\0", start)].decode("utf-8", "surrogateescape")
