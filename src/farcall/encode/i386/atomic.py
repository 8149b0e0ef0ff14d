"""Locked read-modify-write of memory and the full fence. A plain `xchg_mr` is locked by nature."""

from __future__ import annotations

from farcall.encode import x86_64 as wide
from farcall.encode.i386.narrowed import Narrowed
from farcall.encode.x86_64.form import Form, with_memory

__all__ = [
    "lock_alu_mi",
    "lock_alu_mr",
    "lock_cmpxchg8b_m",
    "lock_cmpxchg_mr",
    "lock_unary_m",
    "lock_xadd_mr",
    "mfence",
]

lock_xadd_mr = Narrowed(wide.lock_xadd_mr)
lock_cmpxchg_mr = Narrowed(wide.lock_cmpxchg_mr)
lock_alu_mr = Narrowed(wide.lock_alu_mr)
lock_alu_mi = Narrowed(wide.lock_alu_mi)
lock_unary_m = Narrowed(wide.lock_unary_m)
mfence = wide.mfence

_CMPXCHG8B = Form("lock cmpxchg8b m64", b"\x0f\xc7")


@Narrowed
def lock_cmpxchg8b_m(mem: wide.Address) -> bytes:
    """If the 64 bits at mem == EDX:EAX then they = ECX:EBX with ZF set, else EDX:EAX = they, with ZF clear."""
    return b"\xf0" + with_memory(_CMPXCHG8B, 1, mem)
