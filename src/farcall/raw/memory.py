"""libffi's structures in memory, as Python tuples, and memory that is never given back."""

from __future__ import annotations

import struct

from .. import seed
from ..cpython.facts.host import WORD
from ..cpython.link.data_cells import allocate
from ..record import NamedTuple
from .constants import PORT, SIZEOF_FFI_TYPE

__all__ = ["Cif", "Type", "make_type", "pointers", "read_cif", "read_type", "write_cif", "write_layout"]

_TYPE = struct.Struct("NHHP")
_CIF = struct.Struct("IIPPII")
_EXTRA = struct.Struct(f"{PORT.extra_words}I")
_LAYOUT = struct.Struct("NH")


class Type(NamedTuple):
    """`ffi_type`: size and alignment in bytes, the kind, and the address of a NULL-terminated array."""

    size: int
    alignment: int
    type: int
    elements: int


class Cif(NamedTuple):
    """`ffi_cif`; `flags` says where in the table of prepared signatures it is (FLAGS_BASE). `fixed` is the number of
    fixed arguments, for the ports that have a field for it."""

    abi: int
    nargs: int
    arg_types: int
    rtype: int
    bytes: int
    flags: int
    fixed: int = 0


def read_type(address: int) -> Type:
    return Type._make(_TYPE.unpack(seed.read(address, SIZEOF_FFI_TYPE)))


def write_layout(address: int, size: int, alignment: int) -> None:
    """Fill in the size and the alignment of an `ffi_type`."""
    seed.write(address, _LAYOUT.pack(size, alignment))


def make_type(type: Type) -> int:
    """An `ffi_type` that lives for good."""
    cells = allocate(SIZEOF_FFI_TYPE)
    cells.put(0, _TYPE.pack(*type))
    return cells.address


def read_cif(address: int) -> Cif:
    return Cif._make((*_CIF.unpack(seed.read(address, _CIF.size)), 0))


def write_cif(address: int, cif: Cif) -> None:
    extra = _EXTRA.pack(*((cif.fixed if n == PORT.fixed else 0) for n in range(PORT.extra_words)))
    seed.write(address, _CIF.pack(*cif[:-1]) + extra)


def pointers(address: int, count: int) -> tuple[int, ...]:
    """`count` pointers from an array."""
    return struct.unpack(f"{count}P", seed.read(address, WORD * count)) if count else ()
