"""Arrays for other packages by DLPack (dmlc.github.io/dlpack): a PyCapsule of a struct that describes the memory.

Who takes a capsule gives it another name, and calls the struct's deleter when the memory is not needed any more, from
whatever thread; the end of a capsule that nobody has taken does it in his place. Until then the value is kept, as by its buffer.
"""

from __future__ import annotations

import copy as copies
import struct
from functools import lru_cache

from ... import seed
from ...ctype import Complex as ComplexType
from ...ctype import CType, Enum, Float, Integer, is_signed, sizeof, unqualified
from ..facts.host import WORD, host_target
from ..link.late import late
from .exported import shape_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["DEVICE", "tensor"]

CLOSURE = "cpython.callable.closure:Closure"
#: dlpack.h: kDLCPU, and its only device.
DEVICE = (1, 0)
#: DLDataTypeCode.
INT, UINT, FLOAT, BFLOAT, COMPLEX, BOOL = 0, 1, 2, 4, 5, 6
#: The version of DLManagedTensorVersioned that is made, and its flags.
VERSION, READ_ONLY, IS_COPIED = (1, 0), 1, 2
#: DLTensor, and what stands around it: behind it the manager's word and the deleter, or, where there is a version, before it.
TENSOR = "PiiiBBHPPQ"
PLAIN, VERSIONED = f"{TENSOR}PP", f"IIPPQ{TENSOR}"
#: The names of capsules that nobody has taken yet.
PLAIN_NAME, VERSIONED_NAME = b"dltensor\0", b"dltensor_versioned\0"

#: What lives until its deleter is called, by the address of the struct.
_lent: dict[int, tuple[Any, ...]] = {}


def tensor(value: Any, stream: object, max_version: Any, dl_device: Any, copy: bool | None) -> Any:
    """A capsule of an array's memory. Raises BufferError for what DLPack cannot say: items that are no numbers of its, another
    device, a stream, and memory that is read-only where the version cannot tell."""
    if stream is not None:
        raise BufferError(f"{value.__ctype__}: memory of the CPU has no stream, {stream!r} was given")
    if dl_device is not None and tuple(dl_device) != DEVICE:
        raise BufferError(f"{value.__ctype__} is on the device {DEVICE}, the CPU, not on {dl_device!r}")
    element, shape = shape_of(value.__ctype__)
    code, bits = _kind(element, value)
    versioned = max_version is not None and tuple(max_version) >= VERSION
    value = copies.copy(value) if copy else value
    view = memoryview(value)  # raises if it was freed, and keeps it from now on
    if view.readonly and not versioned:
        raise BufferError(f"{value.__ctype__} is const, which DLPack before 1.0 cannot say: ask for a copy")
    steps: list[int] = []
    step = 1
    for length in reversed(shape):
        steps.insert(0, step)
        step *= length
    lengths = bytearray(struct.pack(f"{2 * len(shape)}q", *shape, *steps) or bytes(1))
    at = seed.address_of(lengths)
    row = (seed.address_of(view), *DEVICE, len(shape), code, bits, 1, at, at + 8 * len(shape), 0)
    deleter, finish = _ends()
    if versioned:
        flags = (READ_ONLY if view.readonly else 0) | (IS_COPIED if copy else 0)
        made = bytearray(struct.pack(VERSIONED, *VERSION, 0, deleter.address, flags, *row))
    else:
        made = bytearray(struct.pack(PLAIN, *row, 0, deleter.address))
    place = seed.address_of(made)
    _lent[place] = made, lengths, view, value
    return seed.make_capsule(place, VERSIONED_NAME if versioned else PLAIN_NAME, finish.address, None)


def _kind(element: CType, value: Any) -> tuple[int, int]:
    """The code and the bits of the items' type."""
    plain = unqualified(element)
    plain = plain.underlying if isinstance(plain, Enum) else plain
    model = host_target().model
    bits = 8 * sizeof(plain, model)
    if isinstance(plain, Integer) and bits <= 64:
        return (BOOL if plain.rank == "bool" else INT if is_signed(plain, model) else UINT), bits
    part = plain.part if isinstance(plain, ComplexType) else plain
    if isinstance(part, Float) and part.format in ("binary16", "binary32", "binary64"):
        return (FLOAT if part is plain else COMPLEX), bits
    if isinstance(plain, Float) and plain.format == "bfloat16":
        return BFLOAT, bits
    raise BufferError(f"{value.__ctype__}: DLPack has no word for {plain}")


@lru_cache(maxsize=1)
def _ends() -> tuple[Any, Any]:
    """The deleter of all structs, and what the end of a capsule runs: functions of C's that live as long as the process."""
    closure: Any = late(CLOSURE)
    valid = seed.word_function(seed.symbol("PyCapsule_IsValid"), 2)
    pointer = seed.word_function(seed.symbol("PyCapsule_GetPointer"), 2)
    names = [(name, seed.address_of(name)) for name in (PLAIN_NAME, VERSIONED_NAME)]

    def delete(place: int | None) -> None:
        _lent.pop(place or 0, None)

    def finish(capsule: int | None) -> None:
        for _, name in names:
            if valid(capsule or 0, name) & 1:
                delete(pointer(capsule or 0, name))

    kind = f"void (uint{8 * WORD}_t)"
    return closure(delete, kind), closure(finish, kind)
