"""Locked read-modify-write of memory and the full fence. A plain `xchg_mr` is locked by nature."""

from __future__ import annotations

from farcall.encode.x86_64.arithmetic import CMP, DEC, INC, NEG, NOT, TEST, alu_mi, alu_mr, unary_m
from farcall.encode.x86_64.form import widths, with_memory
from farcall.encode.x86_64.operand import Address

__all__ = ["lock_alu_mi", "lock_alu_mr", "lock_cmpxchg_mr", "lock_unary_m", "lock_xadd_mr", "mfence"]

_LOCK = b"\xf0"
_LOCKABLE_UNARY = {NOT, NEG, INC, DEC}
_XADD = widths("lock xadd m{}, r{}", b"\x0f\xc0", b"\x0f\xc1")
_CMPXCHG = widths("lock cmpxchg m{}, r{}", b"\x0f\xb0", b"\x0f\xb1")


def lock_xadd_mr(mem: Address, reg: int, bits: int = 64) -> bytes:
    """[mem] += reg, and reg = what [mem] was."""
    return _LOCK + with_memory(_XADD[bits], reg, mem)


def lock_cmpxchg_mr(mem: Address, reg: int, bits: int = 64) -> bytes:
    """If [mem] == RAX then [mem] = reg with ZF set, else RAX = [mem] with ZF clear."""
    return _LOCK + with_memory(_CMPXCHG[bits], reg, mem)


def lock_alu_mr(op: int, mem: Address, src: int, bits: int = 64) -> bytes:
    """[mem] = [mem] op src, for all operations but CMP and TEST, which write nothing."""
    return _lockable(op) + alu_mr(op, mem, src, bits)


def lock_alu_mi(op: int, mem: Address, imm: int, bits: int = 64) -> bytes:
    """[mem] = [mem] op imm, for all operations but CMP and TEST, which write nothing."""
    return _lockable(op) + alu_mi(op, mem, imm, bits)


def _lockable(op: int) -> bytes:
    if op in (CMP, TEST):
        raise ValueError("lock alu: operations CMP and TEST cannot be locked")
    return _LOCK


def lock_unary_m(op: int, mem: Address, bits: int = 64) -> bytes:
    """[mem] = op [mem], for NOT, NEG, INC and DEC."""
    if op not in _LOCKABLE_UNARY:
        raise ValueError(f"lock unary: operation {op!r} is none of NOT, NEG, INC, DEC")
    return _LOCK + unary_m(op, mem, bits)


def mfence() -> bytes:
    """Orders all loads and stores before it with all after it."""
    return b"\x0f\xae\xf0"
