"""The two sides of a call by two libraries: farcall's ffi_call enters closures of libffi's, and libffi's farcall's."""

from __future__ import annotations

import ctypes as c
import random
import struct
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.oracle import HERE, requested
from tests.raw.door import ABIS, FARCALL, PORT, WORD, Door, Memory, address, bytes_at, door, real, word_at

COUNT = 60  # signatures by ABI and direction
#: The ABIs of libffi that are to be had from others as well, by their numbers. On i386 its callers do not mind what a
#: callee removes from the stack, and its closures often remove too little; its callers for Pascal and for Borland's
#: register put arguments where no callee looks for them; its MS_CDECL returns small structs unlike Microsoft's. On MIPS
#: it calls nothing by another width's.
SOUND = {"i386": (1, 5), "mipsel": (1, 4), "mips64el": (3, 6), "mips": (1, 4), "mips64": (3, 6)}.get(
    HERE.target.cpu, tuple(dict.fromkeys(ABIS))
)
#: Of libffi's own, which tells it only from 3.5 on: the trampoline and three pointers.
SIZEOF_CLOSURE = PORT.trampoline + 3 * WORD
HANDLER = c.CFUNCTYPE(None, c.c_void_p, c.c_void_p, c.POINTER(c.c_void_p), c.c_void_p)
INTEGERS = {
    "uint8": c.c_uint8, "sint8": c.c_int8, "uint16": c.c_uint16, "sint16": c.c_int16, "uint32": c.c_uint32,
    "sint32": c.c_int32, "uint64": c.c_uint64, "sint64": c.c_int64, "pointer": c.c_void_p,
}  # fmt: skip
FLOATS = {"float": ("=f", c.c_float), "double": ("=d", c.c_double)}
SCALARS = (*INTEGERS, *FLOATS)


class Kind(NamedTuple):
    """A type: libffi's name of a scalar, or the members of a struct; with `c`, which has its layout."""

    c: Any
    name: str
    members: tuple[Kind, ...] = ()

    def spans(self, at: int = 0) -> Iterator[tuple[int, Kind]]:
        """The scalars inside, by where they lie; what is between them is padding."""
        if self.name:
            yield at, self
        for number, member in enumerate(self.members):
            yield from member.spans(at + getattr(self.c, f"m{number}").offset)

    def type(self, memory: Memory) -> int:
        """Its ffi_type for a door."""
        if self.name:
            return memory.door.type(self.name)
        return memory.struct(*(member.type(memory) for member in self.members))

    @property
    def size(self) -> int:
        return c.sizeof(self.c)


def scalar(name: str) -> Kind:
    return Kind(INTEGERS[name] if name in INTEGERS else FLOATS[name][1], name)


def drawn(rng: random.Random, depth: int = 0) -> Kind:
    """A scalar, or a struct of up to four members."""
    if rng.random() < (0.7 if depth == 0 else 0.9):
        return scalar(rng.choice(SCALARS))
    members = tuple(drawn(rng, depth + 1) for _ in range(rng.randint(1, 4)))
    fields = [(f"m{number}", member.c) for number, member in enumerate(members)]
    return Kind(type("Drawn", (c.Structure,), {"_fields_": fields}), "", members)


def value(kind: Kind, rng: random.Random) -> bytes:
    """Random bytes; floating numbers are some, so that no register makes other bits of them."""
    made = bytearray(rng.randbytes(kind.size))
    for at, inner in kind.spans():
        if inner.name in FLOATS:
            made[at : at + inner.size] = struct.pack(FLOATS[inner.name][0], rng.uniform(-1e6, 1e6))
    return bytes(made)


def same(kind: Kind, one: bytes, other: bytes) -> bool:
    return all(one[at : at + inner.size] == other[at : at + inner.size] for at, inner in kind.spans())


def in_a_register(kind: Kind, given: bytes) -> bytes:
    """A result as a handler writes it: integers narrower than ffi_arg fill one."""
    if kind.name not in INTEGERS or kind.size >= WORD:
        return given
    number = int.from_bytes(given, sys.byteorder, signed=kind.name.startswith("s"))
    return number.to_bytes(WORD, sys.byteorder, signed=number < 0)


def differences(caller: Door, callee: Door, abi: int, rng: random.Random) -> list[str]:
    """What arrives otherwise than it was sent when `caller` calls a closure of `callee`'s."""
    result, *kinds = [drawn(rng) for _ in range(rng.randint(1, 9))]
    sent, given, seen = [value(kind, rng) for kind in kinds], value(result, rng), []

    @HANDLER
    def handler(cif: int, to: int, arguments: Any, user_data: int) -> None:
        seen.extend(bytes_at(arguments[number], kind.size) for number, kind in enumerate(kinds))
        written = in_a_register(result, given)
        c.memmove(to, written, len(written))

    outer, inner = Memory(caller), Memory(callee)
    called, entered = (m.cif(result.type(m), *(kind.type(m) for kind in kinds), abi=abi) for m in (outer, inner))
    code = inner.buffer(WORD)
    closure = callee.ffi_closure_alloc(
        callee.ffi_get_closure_size() if callee.name != "libffi" else SIZEOF_CLOSURE, code
    )
    assert callee.ffi_prep_closure_loc(closure, entered, address(handler), 0, word_at(code)) == 0
    room, places = outer.buffer(max(result.size, WORD)), [outer.buffer(len(one), one) for one in sent]
    caller.ffi_call(called, word_at(code), room, outer.pointers(*places))
    callee.ffi_closure_free(closure)
    narrow = result.name in INTEGERS and sys.byteorder == "big"
    got = bytes_at(room + (WORD - result.size if narrow else 0), result.size)
    wrong = [
        f"argument {number}: {one.hex()} became {other.hex()}"
        for number, (kind, one, other) in enumerate(zip(kinds, sent, seen, strict=True))
        if not same(kind, one, other)
    ]
    if not same(result, given, got):
        wrong.append(f"the result: {given.hex()} became {got.hex()}")
    shown = [kind.name or [inner.name for _, inner in kind.spans()] for kind in (result, *kinds)]
    return [f"{shown}: {wrong}"] if wrong else []


@pytest.mark.parametrize("abi", SOUND)
@pytest.mark.parametrize("name", FARCALL)
@pytest.mark.parametrize("calls", [True, False], ids=["calls libffi", "is called by libffi"])
def test_random_signatures(name: str, calls: bool, abi: int) -> None:
    own, other = door(name), real()
    caller, callee = (own, other) if calls else (other, own)
    seed, count = requested(COUNT)
    wrong, alone = [], 0
    for number in range(count):
        found = differences(caller, callee, abi, random.Random(f"{seed} {number}"))
        if found and differences(other, other, abi, random.Random(f"{seed} {number}")):
            alone += 1  # libffi differs from itself
        else:
            wrong += found
    assert not wrong, f"{len(wrong)} of {count} differ\n" + "\n".join(wrong[:10])
    assert alone <= count // 20
