"""Signatures of libffi's own types that were prepared: where `ffi_prep_cif` finds them when C calls it, without Python."""

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
from .types import TYPES

__all__ = ["KnownSignatures", "known_signatures"]

#: How many signatures the table takes; further ones are prepared by Python each time.
MOST = 1 << 14
#: An entry without its types (`stub.prepare`).
ENTRY = struct.Struct("PIIIIP")

#: libffi's type objects, which nobody changes.
_own = frozenset(TYPES.values())


class KnownSignatures:
    """The table. It lives for good, and so do its entries."""

    def __init__(self) -> None:
        self._view = running().private_pages(WORD * (FIRST_BUCKET + BUCKETS))
        seed.hold(self._view)
        self._there: set[tuple[int, ...]] = set()
        self._lock = new_lock()

    def address(self) -> int:
        """Where it is, for the links of generated code."""
        return seed.address_of(self._view)

    def otherwise(self, prepare: int) -> None:
        """The C function, of `ffi_prep_cif`'s own signature, that prepares what is not here."""
        self._put(0, prepare)

    def add(self, abi: int, rtype: int, types: Sequence[int], size: int, flags: int) -> None:
        """Keep what a cif of this signature has in `bytes` and `flags`, if all its types are libffi's own."""
        key = (abi, rtype, *types)
        if len(types) > MOST_PARAMETERS or not _own.issuperset(key[1:]):
            return
        with self._lock:
            if key in self._there or len(self._there) >= MOST:
                return
            self._there.add(key)
            place = WORD * (FIRST_BUCKET + bucket(abi, rtype, types, WORD))
            first = int.from_bytes(self._view[place : place + WORD], sys.byteorder)
            cells = allocate(ENTRY.size + WORD * len(types))
            entry = ENTRY.pack(first, abi, len(types), size, flags, rtype)
            cells.put(0, entry + struct.pack(f"{len(types)}P", *types))
            self._put(place, cells.address)  # last, so that no thread sees half an entry

    def _put(self, place: int, address: int) -> None:
        self._view[place : place + WORD] = address.to_bytes(WORD, sys.byteorder)


known_signatures = KnownSignatures()
