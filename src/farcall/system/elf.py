"""What a shared object exports, read from its file: the dynamic symbols with kind, size and version.

Any ELF file of 32 or 64 bits in either byte order, on any host. Only what the dynamic linker itself uses is
needed (the program headers and the dynamic section), so stripped files are read as well.

Sources: System V gABI chapters 4 and 5; the GNU extensions (DT_GNU_HASH, symbol versions) as in the Linux
Standard Base, core part, "Symbol Versioning", and binutils' elflink.c for the hash table.
"""

from __future__ import annotations

import os
import struct
from operator import itemgetter

from ..convention.cpu_names import COPIES, ELF_ORDERS, SYMBOL_COUNTS, WIDE_HASHES
from ..ctype import ByteOrder
from ..record import NamedTuple
from .regular import open_regular

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    _At = Callable[[int, int], bytes]  # (address, most bytes) to the bytes there

__all__ = ["ElfFile", "ElfSymbol", "Identity"]

PT_LOAD, PT_DYNAMIC = 1, 2
DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SONAME = 4, 5, 6, 10, 14
DT_RELOCATIONS = ((7, 8, 9), (17, 18, 19))  # DT_RELA, DT_RELASZ, DT_RELAENT; DT_REL, DT_RELSZ, DT_RELENT
DT_GNU_HASH, DT_VERSYM, DT_VERDEF, DT_VERDEFNUM = 0x6FFFFEF5, 0x6FFFFFF0, 0x6FFFFFFC, 0x6FFFFFFD
DT_FLAGS_1, DF_1_PIE, ET_EXEC = 0x6FFFFFFB, 0x08000000, 2
SHT_DYNSYM = 11
SHN_UNDEF, SHN_ABS = 0, 0xFFF1
STB_LOCAL = 0
VERSION_HIDDEN = 0x8000  # a version other than the default one: reached by dlvsym only

# st_info & 15, by the names readelf gives.
KINDS = {0: "NOTYPE", 1: "OBJECT", 2: "FUNC", 3: "SECTION", 4: "FILE", 5: "COMMON", 6: "TLS", 10: "IFUNC"}

LARGEST_VERSIONS = 1 << 20  # bytes read of the version definitions, whose size is written nowhere


class Identity(NamedTuple):
    """What must agree before a file can be loaded."""

    bits: int
    order: ByteOrder
    machine: int  # e_machine


class ElfSymbol(NamedTuple):
    """One exported symbol."""

    name: str
    kind: str  # FUNC, OBJECT, IFUNC, TLS, NOTYPE, ...
    size: int  # bytes, 0 where unknown
    version: str  # "" where the library has none
    default: bool  # what an unversioned reference, and dlsym, gets
    value: int  # address before relocation; for TLS the offset in its block

    @property
    def is_function(self) -> bool:
        return self.kind in ("FUNC", "IFUNC")

    @property
    def is_variable(self) -> bool:
        return self.kind in ("OBJECT", "TLS", "COMMON")

    @property
    def is_thread_local(self) -> bool:
        return self.kind == "TLS"

    @property
    def is_forwarded(self) -> bool:
        """False: a library that another one needs is searched itself."""
        return False


class _Layout(NamedTuple):
    """The records of one word size (gABI 4 and 5), as struct formats without byte order."""

    header: str  # type machine version entry phoff shoff flags ehsize phentsize phnum shentsize shnum shstrndx
    program: str
    program_fields: tuple[int, int, int, int]  # where type, offset, vaddr and filesz stand
    section: str
    section_fields: tuple[int, int, int]  # where type, size and entsize stand
    dynamic: str
    symbol: str
    symbol_fields: tuple[int, int, int, int, int]  # where name, info, shndx, value and size stand


LAYOUTS = {
    32: _Layout("HHIIIIIHHHHHH", "8I", (0, 1, 2, 4), "10I", (1, 5, 9), "iI", "IIIBBH", (0, 3, 5, 1, 2)),
    64: _Layout("HHIQQQIHHHHHH", "IIQQQQQQ", (0, 2, 3, 5), "IIQQQQIIQQ", (1, 5, 9), "qQ", "IBBHQQ", (0, 1, 3, 4, 5)),
}


class ElfFile:
    """The dynamic symbols of the shared object in the file at `path`.

    ValueError if it is not an ELF file or a damaged one, OSError if it cannot be read. The file is closed
    again before the constructor returns.
    """

    identity: Identity
    soname: str  # "" where the file has none
    copies: dict[int, str]  # of a program: where it has taken over variables of libraries, by address, and their names

    def __init__(self, path: str) -> None:
        self.path = path
        descriptor = open_regular(path)
        try:
            self._load(descriptor)
        except (struct.error, IndexError, OverflowError) as error:
            raise ValueError(f"{path}: a damaged ELF file ({error})") from error
        finally:
            os.close(descriptor)

    def symbols(self) -> list[ElfSymbol]:
        """Every exported symbol, in the order of the file; the versions of one name are separate symbols."""
        return [found for index in range(1, self._count) if (found := self._symbol(index)) is not None]

    def lookup(self, name: str) -> ElfSymbol | None:
        """The exported symbol of a name, of several versions the default one; None if there is none."""
        wanted = os.fsencode(name)
        found = None
        for index in self._candidates(wanted):
            if not self._named(index, wanted):
                continue
            symbol = self._symbol(index, name)
            if symbol is not None and symbol.default:
                return symbol
            found = symbol or found
        return found

    # Reading

    def _load(self, descriptor: int) -> None:
        length = os.fstat(descriptor).st_size

        def read(place: int, size: int) -> bytes:
            return os.pread(descriptor, min(size, length), place)

        head = read(0, 64)
        if head[:4] != b"\x7fELF" or len(head) < 52 or head[4] not in (1, 2) or head[5] not in ELF_ORDERS:
            raise ValueError(f"{self.path}: not an ELF file")
        bits = 32 * head[4]
        order = ELF_ORDERS[head[5]]
        self._order = order.format
        layout = LAYOUTS[bits]
        self._row = struct.Struct(self._order + layout.symbol).unpack_from
        self._fields = itemgetter(*layout.symbol_fields)
        self._name_at = struct.Struct(self._order + "I").unpack_from
        header = struct.unpack_from(self._order + layout.header, head, 16)
        type, machine, _, _, phoff, shoff, _, _, phentsize, phnum, shentsize, shnum, _ = header
        self.identity = Identity(bits, order, machine)

        # Program headers: where addresses lie in the file.
        kind, offset, vaddr, filesz = layout.program_fields
        programs = self._records(read(phoff, phentsize * phnum), layout.program, phentsize)
        loads = [(row[vaddr], row[offset], row[filesz]) for row in programs if row[kind] == PT_LOAD]
        dynamic = [row for row in programs if row[kind] == PT_DYNAMIC]

        def at(address: int, size: int) -> bytes:
            if not size:  # what is empty may be said to lie anywhere
                return b""
            parts = []
            for start, place, filled in loads:  # ascending; a table may go on in the next one
                if size and start <= address < start + filled:
                    parts.append(read(place + address - start, min(size, start + filled - address)))
                    address, size = address + len(parts[-1]), size - len(parts[-1])
            if not parts:
                raise ValueError(f"{self.path}: a damaged ELF file (address {address:#x} is not in it)")
            return b"".join(parts)

        self.soname, self.copies = "", {}
        self._count = 0
        self._strings = self._symbols = self._versions = b""
        self._version_names: dict[int, str] = {}
        self._hash: tuple[int, tuple[int, ...], tuple[int, ...]] | None = None
        if not dynamic:
            return
        table = read(dynamic[0][offset], dynamic[0][filesz])
        size = struct.calcsize(self._order + layout.dynamic)
        tags: dict[int, int] = {}
        for tag, value in self._records(table, layout.dynamic, size):
            if tag == 0:
                break
            tags.setdefault(tag, value)
        if DT_SYMTAB not in tags or DT_STRTAB not in tags:
            return
        self._strings = at(tags[DT_STRTAB], tags.get(DT_STRSZ, 0))
        if DT_SONAME in tags:
            self.soname = self._string(tags[DT_SONAME])

        if DT_GNU_HASH in tags:
            self._count = self._load_gnu_hash(tags[DT_GNU_HASH], at)
        if DT_HASH in tags:  # counts every symbol, the undefined ones too
            word = self._order + ("QQ" if (machine, bits) in WIDE_HASHES else "II")
            self._count = struct.unpack(word, at(tags[DT_HASH], struct.calcsize(word)))[1]
        elif SYMBOL_COUNTS.get(machine) in tags:
            self._count = tags[SYMBOL_COUNTS[machine]]
        elif not self._count and shentsize:
            kind, offset, filesz = layout.section_fields
            sections = self._records(read(shoff, shentsize * shnum), layout.section, shentsize)
            self._count = sum(row[offset] // row[filesz] for row in sections if row[kind] == SHT_DYNSYM)
        self._symbol_size = struct.calcsize(self._order + layout.symbol)
        self._symbols = at(tags[DT_SYMTAB], self._count * self._symbol_size)
        self._count = min(self._count, len(self._symbols) // self._symbol_size)
        if self._hash is not None and self._hash[0] + len(self._hash[2]) > self._count:
            raise ValueError(f"{self.path}: a damaged ELF file (more names in the hash table than symbols)")
        if DT_VERSYM in tags:
            self._versions = at(tags[DT_VERSYM], 2 * self._count).ljust(2 * self._count, b"\0")
            if DT_VERDEF in tags:
                self._load_versions(at(tags[DT_VERDEF], LARGEST_VERSIONS), tags.get(DT_VERDEFNUM, 0))
        if type == ET_EXEC or tags.get(DT_FLAGS_1, 0) & DF_1_PIE:  # no library has any
            self._load_copies(tags, at)

    def _load_gnu_hash(self, address: int, at: _At) -> int:
        """Keeps the hash table; the number of symbols, or 0 if it does not tell (no exports)."""
        count: int
        first: int
        count, first, bloom, _ = struct.unpack(self._order + "4I", at(address, 16))
        address += 16 + bloom * self.identity.bits // 8
        buckets = struct.unpack(f"{self._order}{count}I", at(address, 4 * count))
        address += 4 * count
        last = max(buckets, default=0)
        if not last:
            return 0
        if min(bucket for bucket in buckets if bucket) < first:
            raise ValueError(f"{self.path}: a damaged ELF file (a hash bucket below the hashed symbols)")
        # The chain of the last bucket ends the table: its last entry has the lowest bit set.
        chains: tuple[int, ...] = struct.unpack(f"{self._order}{last - first}I", at(address, 4 * (last - first)))
        address += 4 * (last - first)
        while True:
            part = at(address, 256)
            words = struct.unpack_from(f"{self._order}{len(part) // 4}I", part)
            if not words:
                raise ValueError(f"{self.path}: a damaged ELF file (a hash chain without end)")
            ends = [place for place, word in enumerate(words) if word & 1]
            if ends:
                chains += words[: ends[0] + 1]
                break
            chains += words
            address += 4 * len(words)
        self._hash = (first, buckets, chains)
        return first + len(chains)

    def _load_versions(self, table: bytes, count: int) -> None:
        place = 0
        for _ in range(count):
            # Verdef: version flags ndx cnt hash aux next; its first Verdaux: name next
            _, _, index, _, _, aux, following = struct.unpack_from(self._order + "HHHHIII", table, place)
            (name,) = struct.unpack_from(self._order + "I", table, place + aux)
            self._version_names[index] = self._string(name)
            if not following:
                break
            place += following

    def _load_copies(self, tags: dict[int, int], at: _At) -> None:
        copy = COPIES.get(self.identity.machine)
        word, shift = ("I", 8) if self.identity.bits == 32 else ("Q", 32)  # r_info: the symbol above the type
        for table, size, entry in DT_RELOCATIONS:
            if table in tags:
                for place, info in self._records(at(tags[table], tags.get(size, 0)), 2 * word, tags.get(entry, 0)):
                    if info & (1 << shift) - 1 == copy:
                        (name,) = struct.unpack_from(
                            self._order + "I", self._symbols, (info >> shift) * self._symbol_size
                        )
                        self.copies[place] = self._string(name)

    # Looking things up in what was read

    def _candidates(self, name: bytes) -> Iterable[int]:
        """The indices among which a symbol of this name must be."""
        if self._hash is None:
            return range(1, self._count)
        first, buckets, chains = self._hash
        code = 5381
        for byte in name:
            code = code * 33 + byte
        code &= 0xFFFFFFFF
        start = buckets[code % len(buckets)]
        if not start:
            return ()
        found, code, place = [], code | 1, start - first
        while True:  # an entry is the hash of its name; the lowest bit ends the chain
            entry = chains[place]
            if entry | 1 == code:
                found.append(first + place)
            if entry & 1:
                return found
            place += 1

    def _named(self, index: int, name: bytes) -> bool:
        return self._strings.startswith(name + b"\0", self._name_at(self._symbols, index * self._symbol_size)[0])

    def _symbol(self, index: int, name: str | None = None) -> ElfSymbol | None:
        """The symbol at an index if it is exported; `name` is its name, if that is known."""
        at, info, shndx, value, size = self._fields(self._row(self._symbols, index * self._symbol_size))
        kind = KINDS.get(info & 15) or str(info & 15)
        # An absolute object of no size is the name of a version, which the linker defines as a symbol too.
        if shndx == SHN_UNDEF or info >> 4 == STB_LOCAL or (shndx == SHN_ABS and kind == "OBJECT" and not size):
            return None
        version, default = "", True
        if self._versions:
            (number,) = struct.unpack_from(self._order + "H", self._versions, 2 * index)
            default = not number & VERSION_HIDDEN
            number &= ~VERSION_HIDDEN
            version = self._version_names.get(number, "") if number > 1 else ""  # 0 local, 1 unversioned
        return ElfSymbol(self._string(at) if name is None else name, kind, size, version, default, value)

    def _string(self, offset: int) -> str:
        end = self._strings.find(b"\0", offset)
        return os.fsdecode(self._strings[offset : end if end >= 0 else None])

    def _records(self, data: bytes, layout: str, size: int) -> list[tuple[int, ...]]:
        """Rows of a table whose entries are `size` bytes apart."""
        if not size:
            return []
        unpack = struct.Struct(self._order + layout).unpack_from
        return [unpack(data, place) for place in range(0, len(data) - size + 1, size)]
