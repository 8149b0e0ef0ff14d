"""Where a result comes back on 32-bit x86, for all its conventions (Intel386 psABI 1.1, §2.2.3).

What the conventions part on is where the hidden pointer goes, which is `i386`'s.
"""

from __future__ import annotations

from ..ctype import Array, Complex, CType, DataModel, Float, Integer, Record, Vector, Void, sizeof, unqualified
from ..record import NamedTuple
from .i386_shape import WORD, lone, shape_of
from .i386_variant import AbiVariant
from .placement import Piece, Register

__all__ = ["GENERAL_RESULTS", "Returned", "returned"]

GENERAL_RESULTS = tuple(Register(name, "general") for name in ("eax", "edx"))
#: By the width of the value in bytes: the same register under three names.
VECTOR_RESULT = {width: Register(f"{bank}0", "vector") for width, bank in ((16, "xmm"), (32, "ymm"), (64, "zmm"))}
MMX_RESULT = Register("mm0", "mmx")
X87_RESULT = Register("st0", "x87")
X87_SIZE = 10  # the significant bytes of a long double

SMALL = frozenset({1, 2, 4, 8})
HALVES = frozenset({"binary16", "bfloat16"})


class Returned(NamedTuple):
    """The pieces of a result in registers; with `in_memory` it has none, but a hidden pointer. `rule` is in words."""

    size: int
    pieces: tuple[Piece, ...]
    rule: str
    in_memory: bool = False


def returned(type: CType, model: DataModel, variant: AbiVariant) -> Returned:
    """How a result of `type` comes back. Raises as `shape_of` does, but for void."""
    type = unqualified(type)
    if isinstance(type, Void):
        return Returned(0, (), "nothing is returned")
    shape_of(type, model, variant, "the result")
    return _returned(type, model, variant)


def _returned(type: CType, model: DataModel, variant: AbiVariant) -> Returned:
    size = sizeof(type, model)
    if isinstance(type, Record):
        return _record(type, size, model, variant)
    if isinstance(type, Vector):
        return _vector(type, size, variant)
    if isinstance(type, Complex):
        if type.part.format in HALVES:
            return _in(VECTOR_RESULT[16], size, "complex halves")
        return _general(size, "complex") if size == 2 * WORD else _memory(size, "complex")
    if isinstance(type, Float):
        if type.format in HALVES:
            return _in(VECTOR_RESULT[16], size, "half")
        if type.format == "binary128":
            return _memory(size, "binary128")
        x87 = type.format == "long" and model.long_double_format == "x87"
        return Returned(size, (Piece(0, X87_SIZE if x87 else size, X87_RESULT),), "floating")
    return _general(size, "integral")


def _record(record: Record, size: int, model: DataModel, variant: AbiVariant) -> Returned:
    kind = f"{size}-byte {record.kind}"
    if not variant.small_in_registers or _is_flexible(record):
        return _memory(size, kind)
    if not size:
        return _memory(size, kind) if variant.machine_modes else Returned(0, (), "empty, takes no place")
    inner = lone(record, model, variant)
    if variant.members_by_size and not _small_throughout(record, model, variant):
        return _memory(size, f"{kind} with members that are not small")
    real = isinstance(inner, Float)
    if inner is not None and variant.lone_unwrapped and (variant.machine_modes or (real and size in SMALL)):
        found = _returned(inner, model, variant)
        return found._replace(rule=f"{kind} around one number: {found.rule}")
    if size in SMALL:
        return _general(size, f"small {record.kind}")
    return _memory(size, kind)


def _is_flexible(record: Record) -> bool:
    """Whether the last member is an array of unknown length: clang and gcc return none in registers."""
    last = unqualified(record.fields[-1].type) if record.fields else None
    return isinstance(last, Array) and last.length is None


def _small_throughout(type: CType, model: DataModel, variant: AbiVariant) -> bool:
    """Whether a record and all records and arrays in it have the sizes of registers (gcc: have machine modes)."""
    type = unqualified(type)
    if isinstance(type, Array) and type.length is None:
        return False
    size = sizeof(type, model)
    if not size:
        return True
    small = size in SMALL or (variant.machine_modes and lone(type, model, variant) is not None)
    if isinstance(type, Array):
        return small and _small_throughout(type.element, model, variant)
    if isinstance(type, Record):
        members = (field.type for field in type.fields or () if field.bits is None)
        return small and all(_small_throughout(member, model, variant) for member in members)
    if isinstance(type, Vector):
        return size < 8 or (variant.machine_modes and lone(type, model, variant) is not None)
    return small or variant.machine_modes


def _vector(type: Vector, size: int, variant: AbiVariant) -> Returned:
    integers = isinstance(type.lane, Integer)
    if size < 8 and variant.tiny_vectors_general:
        return _general(size, "small vector")
    if variant.m64_in_mmx and size == 8:
        if integers or type.count > 1:
            return _in(MMX_RESULT, size, "__m64")
        return _memory(size, "vector of one double")
    if size <= 8 and type.count == 1:  # as its one lane
        if integers or variant.only_xmm_returned:
            return _general(size, "vector of one lane")
        return _in(X87_RESULT, size, "vector of one lane")
    if size not in (2, 4, 8, *VECTOR_RESULT) or (variant.only_xmm_returned and size != 16):
        return _memory(size, "vector")
    return _in(VECTOR_RESULT[max(16, size)], size, "vector")


def _memory(size: int, kind: str) -> Returned:
    return Returned(size, (), f"{kind}: in memory of the caller's", in_memory=True)


def _in(register: Register, size: int, kind: str) -> Returned:
    return Returned(size, (Piece(0, size, register),), kind)


def _general(size: int, kind: str) -> Returned:
    """eax, and edx for what is above: the callee need not widen a narrow integer."""
    pieces = [Piece(at, min(WORD, size - at), GENERAL_RESULTS[at // WORD]) for at in range(0, size, WORD)]
    return Returned(size, tuple(pieces), kind)
