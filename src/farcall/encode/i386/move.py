"""Moves between general registers, memory and immediates; nothing here changes a flag."""

from __future__ import annotations

from farcall.encode import x86_64 as wide
from farcall.encode.i386.narrowed import DWORD, WIDE, Narrowed
from farcall.encode.x86_64.form import Table
from farcall.encode.x86_64.immediate import SIGNED8, full_immediate, signed_view

__all__ = [
    "lea_rm",
    "leave",
    "mov_gs",
    "mov_mi",
    "mov_mr",
    "mov_ri",
    "mov_ri_full",
    "mov_rm",
    "mov_rr",
    "movsx_rm",
    "movsx_rr",
    "movzx_rm",
    "movzx_rr",
    "pop_m",
    "pop_r",
    "push_i",
    "push_i32",
    "push_m",
    "push_r",
    "xchg_mr",
    "xchg_rr",
]

mov_rr = Narrowed(wide.mov_rr)
mov_rm = Narrowed(wide.mov_rm)
mov_mr = Narrowed(wide.mov_mr)
mov_ri = Narrowed(wide.mov_ri)
mov_mi = Narrowed(wide.mov_mi)
movzx_rr = Narrowed(wide.movzx_rr, DWORD)
movzx_rm = Narrowed(wide.movzx_rm, DWORD)
movsx_rr = Narrowed(wide.movsx_rr, DWORD)
movsx_rm = Narrowed(wide.movsx_rm, DWORD)
lea_rm = Narrowed(wide.lea_rm, WIDE)
xchg_mr = Narrowed(wide.xchg_mr)
xchg_rr = Narrowed(wide.xchg_rr)


@Narrowed
def mov_ri_full(dst: int, imm: int) -> bytes:
    """dst = imm, 32 bits in either view; five bytes, the immediate in the last four: an address that is patched."""
    return wide.mov_ri(dst, imm, 32)


_MOV_GS = Table("mov r32, gs:0", "register", {r: b"\x65\x8b%c\0\0\0\0" % (r << 3 | 5) for r in range(8)})


def mov_gs(dst: int) -> bytes:
    """dst = the word at gs:0, where System V has the thread's pointer (i386 psABI 1.1, §2.6)."""
    return _MOV_GS[dst]


# --- the stack, always in units of 32 bits ---

push_r = Narrowed(wide.push_r)
push_m = Narrowed(wide.push_m)
pop_r = Narrowed(wide.pop_r)
pop_m = Narrowed(wide.pop_m)
leave = wide.leave


def push_i(imm: int) -> bytes:
    """Pushes 32 bits in either view, in the shortest form."""
    byte = SIGNED8.get(signed_view(imm, 32, "push imm32"))
    return push_i32(imm) if byte is None else b"\x6a" + byte


def push_i32(imm: int) -> bytes:
    """Pushes 32 bits in either view; always five bytes, the immediate in the last four."""
    return b"\x68" + full_immediate(imm, 32, "push imm32")
