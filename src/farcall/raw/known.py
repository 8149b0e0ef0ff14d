"""Signatures that were prepared: where `ffi_prep_cif` finds them when C calls it, without Python."""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence

from .. import seed
from ..cpython.facts.host import WORD
from ..cpython.link.data_cells import allocate
from ..lock import new_lock
from ..stub.prepare import BUCKETS, FIRST_BUCKET, MOST_PARAMETERS, bucket
from ..system import running
from .constants import FFI_TYPE_STRUCT
from .memory import pointers, read_type
from .types import TYPES

__all__ = ["KnownSignatures", "known_signatures"]

#: How many signatures the table takes; further ones are prepared by Python each time.
MOST = 1 << 14
#: An entry without its types (`stub.prepare`).
ENTRY = struct.Struct("PIIIIPP")
#: A row of what a program's own types were: where four bytes of them lie, and these.
ROW = struct.Struct("PI0P")
#: The most rows of a signature; one with larger types is prepared by Python each time.
MOST_ROWS = 64

#: libffi's type objects, which nobody changes.
_own = frozenset(TYPES.values())


class KnownSignatures:
    """The table. It lives for good, and so do its entries."""

    def __init__(self) -> None:
        self._view = running().private_pages(WORD * (FIRST_BUCKET + BUCKETS))
        seed.hold(self._view)
        self._there: set[tuple[object, ...]] = set()
        self._lock = new_lock()

    def address(self) -> int:
        """Where it is, for the links of generated code."""
        return seed.address_of(self._view)

    def otherwise(self, prepare: int) -> None:
        """The C function, of `ffi_prep_cif`'s own signature, that prepares what is not here."""
        self._put(0, prepare)

    def add(self, abi: int, rtype: int, types: Sequence[int], size: int, flags: int) -> None:
        """Keep what a cif of this signature has in `bytes` and `flags`, if generated code can tell its types from others."""
        if len(types) > MOST_PARAMETERS:
            return
        rows: dict[int, int] = {}
        if not all(_known(type, rows) for type in {rtype, *types} - _own):
            return
        key = (abi, rtype, *types, *rows.items())
        with self._lock:
            if key in self._there or len(self._there) >= MOST:
                return
            self._there.add(key)
            place = WORD * (FIRST_BUCKET + bucket(abi, rtype, types, WORD))
            first = int.from_bytes(self._view[place : place + WORD], sys.byteorder)
            own = 0
            if rows:
                there = allocate(ROW.size * (len(rows) + 1))
                there.put(0, b"".join(ROW.pack(*row) for row in rows.items()) + bytes(ROW.size))
                own = there.address
            cells = allocate(ENTRY.size + WORD * len(types))
            entry = ENTRY.pack(first, abi, len(types), size, flags, rtype, own)
            cells.put(0, entry + struct.pack(f"{len(types)}P", *types))
            self._put(place, cells.address)  # last, so that no thread sees half an entry

    def _put(self, place: int, address: int) -> None:
        self._view[place : place + WORD] = address.to_bytes(WORD, sys.byteorder)


def _known(address: int, rows: dict[int, int]) -> bool:
    """Add the rows of a type of the program's own, and of what it consists of; whether there is room for them, and its kind is
    one that they tell."""
    if address in rows:
        return True
    seen = read_type(address)
    for place in range(address, address + WORD + 4, 4):  # its size, its alignment and its kind
        rows[place] = _four(place)
    if seen.type != FFI_TYPE_STRUCT:
        return not seen.elements
    at = seen.elements
    _word(address + 2 * WORD, rows)
    while len(rows) <= MOST_ROWS:
        element = pointers(at, 1)[0]
        _word(at, rows)
        if not element:
            return True
        if element not in _own and not _known(element, rows):
            return False
        at += WORD
    return False


def _word(place: int, rows: dict[int, int]) -> None:
    for half in range(place, place + WORD, 4):
        rows[half] = _four(half)


def _four(place: int) -> int:
    return int.from_bytes(seed.read(place, 4), sys.byteorder)


known_signatures = KnownSignatures()
