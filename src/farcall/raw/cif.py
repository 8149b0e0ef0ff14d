"""Preparing: from an `ffi_cif` to generated code, found again by the index that the cif carries."""

from __future__ import annotations

import struct
import sys

from .. import seed
from ..convention import Signature
from ..cpython.facts.host import WORD
from ..cpython.link.linker import linker
from ..ctype import CType, Float, Integer, Record, Void, layout, names, sizeof
from ..errors import FarcallError
from ..lock import new_lock
from ..record import NamedTuple
from ..stub.crossing import Crossing, crossing
from ..stub.ffi import FLAGS_BASE, TABLE_ENTRY, TABLE_FIRST, TABLE_KEY, call_body
from ..system import running
from .constants import FFI_BAD_ABI, FFI_BAD_ARGTYPE, FFI_BAD_TYPEDEF, FFI_OK, FFI_TYPE_STRUCT, PORT
from .known import known_signatures
from .memory import Cif, pointers, read_cif, read_type, write_cif
from .types import BadType, ctype_at

__all__ = [
    "Prepared", "Table", "all_prepared", "ffi_get_struct_offsets", "ffi_prep_cif", "ffi_prep_cif_var", "java_table",
    "prepared", "raw_table",
]  # fmt: skip

MOST_SIGNATURES = 1 << 20
MOST_ARGUMENTS = 1 << 16
KEY = struct.Struct("=II")


class Table:
    """A table that generated code reads: a count, then an entry {body, abi, nargs} for each signature."""

    def __init__(self) -> None:
        self._view = running().private_pages(TABLE_FIRST + TABLE_ENTRY * MOST_SIGNATURES)
        seed.hold(self._view)
        self.fallback = 0

    def address(self) -> int:
        """Where it is, for the links of generated code."""
        return seed.address_of(self._view)

    def offer(self, index: int, abi: int, nargs: int) -> None:
        """Make entry `index` valid with the fallback, where there is one."""
        if self.fallback:
            self.put(index, self.fallback, abi, nargs)

    def put(self, index: int, body: int, abi: int, nargs: int) -> None:
        """Make entry `index` valid; the count grows last, so that no thread sees half an entry."""
        entry = TABLE_FIRST + TABLE_ENTRY * index
        self._view[entry : entry + WORD] = body.to_bytes(WORD, sys.byteorder)
        KEY.pack_into(self._view, entry + TABLE_KEY, abi, nargs)
        if index >= int.from_bytes(self._view[:WORD], sys.byteorder):
            self._view[:WORD] = (index + 1).to_bytes(WORD, sys.byteorder)


class Prepared(NamedTuple):
    """A signature that was prepared: `plan` as stubs take it, `number` in the tables, `stack` in bytes."""

    signature: Signature
    plan: Crossing
    number: int
    stack: int
    abi: int
    body: int


cif_table = Table()
#: The same for `ffi_raw_call` and `ffi_java_raw_call`, whose bodies are made at the first call.
raw_table, java_table = Table(), Table()
_by_signature: dict[tuple[int, Signature], Prepared] = {}
_by_types: dict[tuple[int | None, ...], Prepared] = {}
_by_number: list[Prepared] = []
_lock = new_lock()


def ffi_prep_cif(cif: int, abi: int, nargs: int, rtype: int, atypes: int) -> int:
    """Prepare the cif at an address: `atypes` is the address of `nargs` pointers to `ffi_type`. It raises nothing: the status
    is FFI_OK, FFI_BAD_ABI for an unknown ABI, FFI_BAD_TYPEDEF for a NULL, an unknown or an empty type, FFI_BAD_ARGTYPE for a
    void parameter. The types have to stay where they are.

    >>> cif, types = raw.ffi_cif(), low.pointers(raw.ffi_type_double)
    >>> raw.ffi_prep_cif(at(cif), raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_double, at(types)) == raw.FFI_OK
    True
    """
    return _prepare(cif, abi, None, nargs, rtype, atypes)


def ffi_prep_cif_var(cif: int, abi: int, nfixedargs: int, ntotalargs: int, rtype: int, atypes: int) -> int:
    """Prepare a cif for one call of a variadic function. It raises nothing: the status is as that of `ffi_prep_cif`, and
    FFI_BAD_ARGTYPE for a variadic argument that C would have promoted (float, integers narrower than int), FFI_BAD_TYPEDEF
    for more fixed arguments than there are.

    >>> cif, types = raw.ffi_cif(), low.pointers(raw.ffi_type_pointer, raw.ffi_type_float)
    >>> raw.ffi_prep_cif_var(at(cif), raw.FFI_DEFAULT_ABI, 1, 2, raw.ffi_type_sint, at(types)) == raw.FFI_BAD_ARGTYPE
    True
    """
    return _prepare(cif, abi, nfixedargs, ntotalargs, rtype, atypes)


def ffi_get_struct_offsets(abi: int, struct_type: int, offsets: int) -> int:
    """Lay a struct out: its size and alignment are written into the `ffi_type`, and the offset of each member, in bytes, as a
    `size_t` to `offsets`, which may be NULL. It raises nothing: the status is FFI_OK, FFI_BAD_ABI for an unknown ABI, or
    FFI_BAD_TYPEDEF for what is no struct, or one without members.

    >>> members = low.elements(raw.ffi_type_uint8, raw.ffi_type_uint32)
    >>> pair, offsets = raw.ffi_type(type=raw.FFI_TYPE_STRUCT, elements=members), farcall.array(farcall.size_t, 2)()
    >>> raw.ffi_get_struct_offsets(raw.FFI_DEFAULT_ABI, at(pair), at(offsets)) == raw.FFI_OK
    True
    >>> pair.size, list(offsets)
    (8, [0, 4])
    """
    if PORT.abi(abi) is None:
        return FFI_BAD_ABI
    if not struct_type or read_type(struct_type).type != FFI_TYPE_STRUCT:
        return FFI_BAD_TYPEDEF
    try:
        record = ctype_at(struct_type, refresh=True)
    except BadType:
        return FFI_BAD_TYPEDEF
    assert isinstance(record, Record)
    if offsets:
        members = layout(record, linker().target.model).members
        seed.write(offsets, struct.pack(f"{len(members)}N", *(member.offset for member in members)))
    return FFI_OK


def prepared(cif: int) -> Prepared | None:
    """What a cif was prepared for; None for a NULL or unprepared one, or one that was changed since."""
    if not cif:
        return None
    seen = read_cif(cif)
    number = seen.flags - FLAGS_BASE
    if not 0 <= number < len(_by_number):
        return None
    found = _by_number[number]
    if found.abi != seen.abi or len(found.plan.parameters) != seen.nargs:
        return None
    return found


def all_prepared() -> list[Prepared]:
    """Every signature prepared so far."""
    return list(_by_number)


def _prepare(cif: int, abi: int, nfixed: int | None, nargs: int, rtype: int, atypes: int) -> int:
    meant = PORT.abi(abi)
    if meant is None:
        return FFI_BAD_ABI
    if not cif or not rtype or nargs > MOST_ARGUMENTS or (nargs and not atypes):
        return FFI_BAD_TYPEDEF
    if nfixed is not None and nfixed > nargs:
        return FFI_BAD_TYPEDEF
    try:
        result = ctype_at(rtype)
        known = {rtype: result}
        parameters = []
        addresses = pointers(atypes, nargs)
        for address in addresses:
            ctype = known.get(address)
            if ctype is None:
                ctype = known[address] = ctype_at(address)
            parameters.append(ctype)
    except BadType:
        return FFI_BAD_TYPEDEF
    # Equal types are one object here (see `types`), so their identities are a key that is quickly made.
    key = (abi, nfixed, id(result), *map(id, parameters))
    found = _by_types.get(key)
    if found is None:
        if any(isinstance(ctype, Void) for ctype in parameters):
            return FFI_BAD_ARGTYPE
        if nfixed is not None and any(_narrow(ctype) for ctype in parameters[nfixed:]):
            return FFI_BAD_ARGTYPE
        found = _code(abi, Signature(result, tuple(parameters), nfixed, meant.convention))
        if found is None:
            return FFI_BAD_TYPEDEF
        _by_types[key] = found
    fixed, flags = nargs if nfixed is None else nfixed, FLAGS_BASE + found.number
    write_cif(cif, Cif(abi, nargs, atypes, rtype, found.stack, flags, fixed))
    if nfixed is None:
        known_signatures.add(abi, rtype, addresses, found.stack, flags)
    return FFI_OK


def _narrow(ctype: CType) -> bool:
    """Whether C's default argument promotions change a type (C11 6.5.2.2 p6)."""
    if isinstance(ctype, Float):
        return ctype == names.float_
    return isinstance(ctype, Integer) and sizeof(ctype, linker().target.model) < 4


def _code(abi: int, signature: Signature) -> Prepared | None:
    """The code of a signature, made when it is first prepared; None if it cannot be passed."""
    key = (abi, signature)
    found = _by_signature.get(key)
    if found is not None:
        return found
    link = linker()
    try:
        plan = crossing(signature, link.target)
        shape = (call_body, plan.shape)
        body = link.shared(shape, lambda: call_body(plan, link.surroundings), f"ffi_call of {signature}")
    except (FarcallError, TypeError):
        return None
    with _lock:
        found = _by_signature.get(key)
        if found is None and len(_by_number) < MOST_SIGNATURES:
            found = Prepared(signature, plan, len(_by_number), plan.placement.stack_size, abi, body)
            _by_number.append(found)
            cif_table.put(found.number, body, abi, len(plan.parameters))
            for table in (raw_table, java_table):
                table.offer(found.number, abi, len(plan.parameters))
            _by_signature[key] = found
    return found
