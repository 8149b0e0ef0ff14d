"""libffi's `ffi_prep_cif` without Python, for signatures that were prepared before. libffi's own types never change, so that
their addresses say all of them; of a program's own types (structs) it is looked whether they are what they were.

They are found in a table: the address of what prepares all else, then buckets, each with the address of its first entry
or NULL. An entry is never changed once it is in the table:

    next | abi, nargs | bytes, flags | rtype | own | types...

in words and, where there are two names, unsigned ints of four bytes. Which bucket it is in says a hash of abi, rtype and the
types (`bucket`). `own` is NULL, or the address of rows of two words, up to one whose first is NULL: where four bytes of the
program's own types lie, and what they were. A row's place is what an earlier row was found to hold, or the signature's own
type, so that it may be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Jump,
    Label,
    Load,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
    TailJump,
)
from .interpreter import Surroundings
from .link import table_of

__all__ = ["BUCKETS", "FIRST_BUCKET", "MOST_PARAMETERS", "KnownSignature", "bucket", "known_signature", "prepare_known"]

BUCKET_BITS = 10
BUCKETS = 1 << BUCKET_BITS
#: The first bucket, in words from the table's start.
FIRST_BUCKET = 1
#: The most parameters of a signature in the table.
MOST_PARAMETERS = 32
#: A number that spreads the bits of what is multiplied by it, and fits an instruction: 2 ** 31 over the golden ratio, odd.
SPREAD = 0x4F1BBCDD


class KnownSignature(NamedTuple):
    """Where the fields of an entry are, in bytes."""

    next: int
    abi: int
    nargs: int
    bytes: int
    flags: int
    rtype: int
    own: int
    types: int


def known_signature(pointer: int) -> KnownSignature:
    """The fields of an entry where pointers have so many bytes."""
    return KnownSignature(
        0, pointer, pointer + 4, pointer + 8, pointer + 12, pointer + 16, 2 * pointer + 16, 3 * pointer + 16
    )


def bucket(abi: int, rtype: int, types: Iterable[int], pointer: int) -> int:
    """The bucket of a signature where pointers have so many bytes."""
    mask = (1 << 8 * pointer) - 1
    found = (abi ^ rtype) & mask
    for type in types:
        found = (found * SPREAD ^ type) & mask
    return (found * SPREAD & mask) >> 8 * pointer - BUCKET_BITS


def prepare_known(env: Surroundings, extra: int, fixed: int | None) -> Routine:
    """`int ffi_prep_cif(cif, abi, nargs, rtype, atypes)`. An ffi_cif has `extra` more words of 4 bytes at its end: zeros,
    except that numbered `fixed`, if any, which is how many arguments are fixed."""
    w, pointer = Builder("ffi_prep_cif", env.placement("ffi_prep_cif")), env.target.model.pointer
    entry = known_signature(pointer)
    w.add(
        LoadArgument(0, "t0", "the cif"),
        Branch("eq", "t0", 0, "other"),
        LoadArgument(2, "s1", "how many types"),
        Branch("above", "s1", MOST_PARAMETERS, "other"),
        LoadArgument(1, "s2", "the ABI"),
        LoadArgument(3, "t0", "the type of the result"),
        Compute("xor", "s2", "t0", "the hash"),
        LoadArgument(4, "s0", "the types"),
        Branch("eq", "s1", 0, "hashed"),
        Branch("eq", "s0", 0, "other"),
        Label("hash"),
        Compute("mul", "s2", SPREAD),
        Load("t0", Memory("s0"), pointer),
        Compute("xor", "s2", "t0"),
        Compute("add", "s0", pointer),
        Compute("sub", "s1", 1),
        Branch("ne", "s1", 0, "hash"),
        Label("hashed"),
        Compute("mul", "s2", SPREAD),
        Compute("shr", "s2", 8 * pointer - BUCKET_BITS, "which bucket"),
        Compute("shl", "s2", pointer.bit_length() - 1),
        Move("t0", table_of("known_cifs")),
        Compute("add", "s2", "t0"),
        Load("s2", Memory("s2", FIRST_BUCKET * pointer), pointer, note="its first entry"),
        Label("entry"),
        Branch("eq", "s2", 0, "other"),
        LoadArgument(1, "t0"),
        Branch("ne", Memory("s2", entry.abi), "t0", "further", 4),
        LoadArgument(2, "s1"),
        Branch("ne", Memory("s2", entry.nargs), "s1", "further", 4),
        LoadArgument(3, "t0"),
        Branch("ne", Memory("s2", entry.rtype), "t0", "further"),
        LoadArgument(4, "s0"),
        Move("t1", "s2"),
        Branch("eq", "s1", 0, "found"),
        Label("type"),
        Load("t0", Memory("s0"), pointer),
        Branch("ne", Memory("t1", entry.types), "t0", "further"),
        Compute("add", "s0", pointer),
        Compute("add", "t1", pointer),
        Compute("sub", "s1", 1),
        Branch("ne", "s1", 0, "type"),
        Label("found"),
        Load("t1", Memory("s2", entry.own), pointer),
        Branch("ne", "t1", 0, "own"),
        Label("same"),
        LoadArgument(0, "s0", "the cif"),
    )

    def own() -> None:
        w.add(
            Load("s0", Memory("t1"), pointer),
            Branch("eq", "s0", 0, "same"),
            Load("s1", Memory("s0"), 4),
            Branch("ne", Memory("t1", pointer), "s1", "further", 4, "the type has changed"),
            Compute("add", "t1", 2 * pointer),
            Jump("own"),
        )

    w.aside("own", own)
    types, result = 8, 8 + pointer  # of ffi_cif: abi and nargs first
    known, rest = 8 + 2 * pointer, 16 + 2 * pointer
    for at in range(entry.abi, entry.abi + 8, 4):
        w.add(Load("t0", Memory("s2", at), 4), Store(Memory("s0", at - entry.abi), "t0", 4, "abi and nargs"))
    for at in range(entry.bytes, entry.bytes + 8, 4):
        w.add(
            Load("t0", Memory("s2", at), 4), Store(Memory("s0", known + at - entry.bytes), "t0", 4, "bytes and flags")
        )
    w.add(LoadArgument(4, "t0"), Store(Memory("s0", types), "t0", pointer, "arg_types"))
    w.add(LoadArgument(3, "t0"), Store(Memory("s0", result), "t0", pointer, "rtype"))
    for number in range(extra):
        if number != fixed:
            w.add(Store(Memory("s0", rest + 4 * number), 0, 4))
        else:
            w.add(
                Load("t0", Memory("s2", entry.nargs), 4),
                Store(Memory("s0", rest + 4 * number), "t0", 4, "all are fixed"),
            )
    w.add(Return(0, "FFI_OK"))
    w.aside("further", lambda: w.add(Load("s2", Memory("s2", entry.next), pointer), Jump("entry")))

    def other() -> None:
        w.add(Move("t0", table_of("known_cifs")), Load("t0", Memory("t0"), pointer), TailJump("t0"))

    w.aside("other", other)
    return w.finish()
