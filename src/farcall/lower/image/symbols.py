"""The tables by which the dynamic linker finds names: symbols, their hash, and versions of symbols.

gABI chapter 5 ("Symbol Table", "Hash Table"); the Linux Standard Base, core part, "Symbol Versioning".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from struct import pack

from ..elf import Form
from .content import Image, Import

__all__ = [
    "FUNCTION",
    "GLOBAL",
    "LOCAL",
    "OBJECT",
    "Strings",
    "dynamic_symbols",
    "hash_table",
    "needed",
    "version_needs",
    "versions",
]

LOCAL, GLOBAL, WEAK = 0, 1 << 4, 2 << 4
NOTYPE, OBJECT, FUNCTION, THREAD = 0, 1, 2, 6
LOCAL_VERSION, GLOBAL_VERSION, FIRST_VERSION = 0, 1, 2
VER_CURRENT = 1
#: An entry of DT_HASH as `struct` has it, by its bytes.
ENTRIES = {4: "I", 8: "Q"}


class Strings:
    """A table of strings, each once; the empty one comes first."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0")
        self._at: dict[str, int] = {"": 0}

    def at(self, text: str) -> int:
        """Where a string starts, which is added if it is not there."""
        found = self._at.get(text)
        if found is None:
            found = self._at[text] = len(self.data)
            self.data += text.encode() + b"\0"
        return found


def needed(image: Image) -> tuple[str, ...]:
    """The libraries that are loaded with the image, each once."""
    return tuple(dict.fromkeys((*image.needed, *(one.library for one in image.imports.values() if one.library))))


def dynamic_symbols(
    form: Form, strings: Strings, imports: Iterable[Import], exports: Mapping[str, tuple[int, int, int, bool]]
) -> bytes:
    """The table: a null symbol, imports, then exports, each with its section, address, size, and whether it is code."""
    rows = [bytes(form.symbols)]
    for one in imports:
        info = (WEAK if one.weak else GLOBAL) | (THREAD if one.thread else NOTYPE)
        rows.append(form.symbol(strings.at(one.symbol), info, 0, 0, 0))
    for symbol, (section, address, size, is_code) in exports.items():
        kind = FUNCTION if is_code else OBJECT
        rows.append(form.symbol(strings.at(symbol), GLOBAL | kind, section, address, size))
    return b"".join(rows)


def hash_table(form: Form, width: int, imports: Iterable[Import], exports: Iterable[str]) -> bytes:
    """DT_HASH of the same table: buckets of the exports' numbers, chained; each entry of so many bytes."""
    first = 1 + sum(1 for _ in imports)
    names = list(exports)
    buckets = [0] * max(1, len(names))
    chain = [0] * (first + len(names))
    for number, name in enumerate(names, first):
        bucket = _hash(name) % len(buckets)
        chain[number], buckets[bucket] = buckets[bucket], number
    numbers = (len(buckets), len(chain), *buckets, *chain)
    return pack(f"{form.order.format}{len(numbers)}{ENTRIES[width]}", *numbers)


def _hash(name: str) -> int:
    """The gABI's hash of a name, which the versions of symbols are found by too."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high & 0xFFFFFFFF
    return value


def versions(form: Form, imports: Iterable[Import], exports: int) -> bytes:
    """.gnu.version: for each symbol, the number of its version; b"" where no import has one."""
    imports = list(imports)
    numbers = _numbers(imports)
    if not numbers:
        return b""
    rows = [LOCAL_VERSION]
    rows += [numbers.get((one.library, one.version), GLOBAL_VERSION) for one in imports]
    rows += [GLOBAL_VERSION] * exports
    return pack(f"{form.order.format}{len(rows)}H", *rows)


def version_needs(form: Form, strings: Strings, imports: Iterable[Import]) -> tuple[bytes, int]:
    """.gnu.version_r: for each library the versions that are wanted of it, and how many libraries these are."""
    by_library: dict[str, list[tuple[str, int]]] = {}
    for (library, version), number in _numbers(imports).items():
        by_library.setdefault(library, []).append((version, number))
    data = b""
    for count, (library, wanted) in enumerate(by_library.items(), 1):
        following = 16 + 16 * len(wanted) if count < len(by_library) else 0
        data += pack(form.order.format + "HHIII", VER_CURRENT, len(wanted), strings.at(library), 16, following)
        for place, (version, number) in enumerate(wanted, 1):
            after = 16 if place < len(wanted) else 0
            data += pack(form.order.format + "IHHII", _hash(version), 0, number, strings.at(version), after)
    return data, len(by_library)


def _numbers(imports: Iterable[Import]) -> dict[tuple[str, str], int]:
    """What the file calls each version of each library."""
    wanted = dict.fromkeys((one.library, one.version) for one in imports if one.version)
    return {one: number for number, one in enumerate(wanted, FIRST_VERSION)}
