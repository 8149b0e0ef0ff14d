"""The dynamic linker's own index of libraries, /etc/ld.so.cache, read as it lies (glibc, format 1.1).

Layout from glibc's sysdeps/generic/dl-cache.h: `struct cache_file_new` followed by `struct file_entry_new`s,
in the byte order that its flags give, else in the machine's. (The two differ where an emulator runs the program.) An older
file may stand in front of it; offsets count from the new one's beginning. Other C libraries have no such file, and then
there is nothing in it.
"""

from __future__ import annotations

import os
import struct

from ...ctype import BIG, LITTLE
from ...record import NamedTuple
from ..regular import read_regular

__all__ = ["CACHE", "CacheEntry", "cached_libraries", "parse_cache"]

CACHE = "/etc/ld.so.cache"
MAGIC = b"glibc-ld.so.cache1.1"
HEADER = "20sIIB3xI12x"  # magic, number of entries, bytes of strings, flags, extensions, unused
ENTRY = "iIIIQ"  # flags, soname, path, OS version, hardware capabilities
#: Where the header's flags are, and what their two low bits mean (cache_file_new_flags_endian); others: the machine's own.
FLAGS_AT, ORDERS = 28, {2: LITTLE.format, 3: BIG.format}


#: The largest cache that is read, in bytes; most have some hundred thousand.
LARGEST = 1 << 26


class CacheEntry(NamedTuple):
    """One library the linker knows."""

    soname: str
    path: str
    flags: int  # the kind of C library and, above 8 bits, the ABI (ldconfig's FLAG_*)


_read: tuple[tuple[int, int], tuple[CacheEntry, ...]] | None = None


def cached_libraries(path: str = CACHE) -> tuple[CacheEntry, ...]:
    """The entries of the cache, in its order (best first); empty where it cannot be read."""
    global _read
    try:
        status = os.stat(path)
        stamp = (status.st_mtime_ns, status.st_ino)
        if path == CACHE and _read is not None and _read[0] == stamp:
            return _read[1]
        entries = tuple(parse_cache(read_regular(path, LARGEST)))
    except (OSError, ValueError):
        return ()
    if path == CACHE:
        _read = (stamp, entries)
    return entries


def parse_cache(data: bytes) -> list[CacheEntry]:
    """The entries in the bytes of a cache. ValueError if they are damaged or of another format."""
    start = data.find(MAGIC)
    if start < 0:
        raise ValueError(f"not a cache of the form {MAGIC.decode()}")
    data = data[start:]
    try:
        order = ORDERS.get(data[FLAGS_AT] & 3, "=")
        header, entry = struct.Struct(order + HEADER), struct.Struct(order + ENTRY)
        _, count, _, _, _ = header.unpack_from(data)
        rows = [entry.unpack_from(data, header.size + entry.size * index) for index in range(count)]
    except (IndexError, struct.error) as error:
        raise ValueError(f"a damaged library cache ({error})") from error
    return [CacheEntry(_string(data, soname), _string(data, path), flags) for flags, soname, path, _, _ in rows]


def _string(data: bytes, offset: int) -> str:
    return os.fsdecode(data[offset : data.index(b"\0", offset)])
