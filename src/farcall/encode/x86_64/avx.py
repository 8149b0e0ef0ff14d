"""AVX, F16C, AVX-512: whole vectors to and from memory, half-precision floats. One VEX, one EVEX encoder.

    VEX, two bytes      C5   R vvvv L pp                       map 0F, bits X, B and W all 0
    VEX, three bytes    C4   R X B mmmmm   W vvvv L pp
    EVEX                62   R X B R' 0 mmm   W vvvv 1 pp   z L'L b V' aaa

R, X, B (fourth bits of reg, index, base or r/m), R' (fifth bit of reg) and vvvv (a third register, here
always none) are stored inverted. mmm is the opcode map (1: 0F, 2: 0F38, 3: 0F3A), pp the prefix (0: none,
1: 66, 2: F3, 3: F2), L the width (0: 128, 1: 256, 2: 512 bits).

Source: Intel SDM volume 2, sections 2.3.5 (VEX) and 2.7 (EVEX; 2.7.5 for the compressed displacement).
"""

from __future__ import annotations

from struct import error as PackError

from farcall.encode.x86_64.form import Table
from farcall.encode.x86_64.immediate import ranged
from farcall.encode.x86_64.operand import MODRM, Address, Rip, address, misfit
from farcall.record import NamedTuple

__all__ = [
    "vcvtph2ps_xm",
    "vcvtph2ps_xx",
    "vcvtps2ph_mxi",
    "vcvtps2ph_xxi",
    "vmovdqu_mr",
    "vmovdqu_rm",
    "vmovups_mr",
    "vmovups_rm",
    "vzeroupper",
]


class _Vector(NamedTuple):
    """One row of the manual."""

    name: str
    opcode: bytes
    pp: int
    map: int
    length: int  # L; 2 means EVEX
    w: int = 0


def _rows(name: str, opcode: bytes, pp: int, *, evex_name: str, evex_w: int) -> Table[_Vector]:
    return Table(
        name,
        "width",
        {
            128: _Vector(f"{name} (xmm)", opcode, pp, 1, 0),
            256: _Vector(f"{name} (ymm)", opcode, pp, 1, 1),
            512: _Vector(f"{evex_name} (zmm)", opcode, pp, 1, 2, evex_w),
        },
    )


_VMOVUPS_LOAD = _rows("vmovups v, m", b"\x10", 0, evex_name="vmovups v, m", evex_w=0)
_VMOVUPS_STORE = _rows("vmovups m, v", b"\x11", 0, evex_name="vmovups m, v", evex_w=0)
_VMOVDQU_LOAD = _rows("vmovdqu v, m", b"\x6f", 2, evex_name="vmovdqu64 v, m", evex_w=1)
_VMOVDQU_STORE = _rows("vmovdqu m, v", b"\x7f", 2, evex_name="vmovdqu64 m, v", evex_w=1)
_VCVTPH2PS = _Vector("vcvtph2ps xmm, xmm/m64", b"\x13", 1, 2, 0)
_VCVTPS2PH = _Vector("vcvtps2ph xmm/m64, xmm, imm8", b"\x1d", 1, 3, 0)


def _vex(row: _Vector, r: int, x: int, b: int) -> bytes:
    """Prefix and opcode; r, x, b are 0 or 1."""
    tail = 0x78 | row.length << 2 | row.pp
    if row.map == 1 and not (x or b or row.w):
        return bytes((0xC5, (r ^ 1) << 7 | tail)) + row.opcode
    rxb = (r ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5
    return bytes((0xC4, rxb | row.map, row.w << 7 | tail)) + row.opcode


def _evex(row: _Vector, reg: int, x: int, b: int) -> bytes:
    """Prefix and opcode of an unmasked form; reg is 0 to 31."""
    rxb = (reg >> 3 & 1 ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5 | (reg >> 4 ^ 1) << 4
    return bytes((0x62, rxb | row.map, row.w << 7 | 0x7C | row.pp, row.length << 5 | 0x08)) + row.opcode


def _with_memory(row: _Vector, reg: int, mem: Address) -> bytes:
    evex = row.length == 2
    if not 0 <= reg < (32 if evex else 16):
        raise ValueError(f"{row.name}: vector operand {reg!r} is not a register (0 to {31 if evex else 15})")
    try:
        x, b = (0, 0) if type(mem) is Rip else ((mem[2] or 0) >> 3, mem.base >> 3)
        if evex:
            return _evex(row, reg, x, b) + address(reg & 15, mem, 64)
        return _vex(row, reg >> 3, x, b) + address(reg, mem)
    except (KeyError, ValueError, PackError):
        raise ValueError(f"{row.name}: {misfit(mem)}") from None


def _with_register(row: _Vector, reg: int, rm: int) -> bytes:
    try:
        return _vex(row, reg >> 3, 0, rm >> 3) + MODRM[reg][rm]
    except (KeyError, ValueError):
        wrong = reg if reg not in MODRM else rm
        raise ValueError(f"{row.name}: vector operand {wrong!r} is not a register (0 to 15)") from None


def vmovups_rm(dst: int, mem: Address, bits: int = 256) -> bytes:
    """dst = [mem], unaligned, 128, 256 (both AVX, registers 0 to 15) or 512 bits (AVX-512F, 0 to 31)."""
    return _with_memory(_VMOVUPS_LOAD[bits], dst, mem)


def vmovups_mr(mem: Address, src: int, bits: int = 256) -> bytes:
    """[mem] = src, unaligned, 128, 256 (both AVX, registers 0 to 15) or 512 bits (AVX-512F, 0 to 31)."""
    return _with_memory(_VMOVUPS_STORE[bits], src, mem)


def vmovdqu_rm(dst: int, mem: Address, bits: int = 256) -> bytes:
    """dst = [mem] as integers: vmovdqu at 128 and 256 bits, vmovdqu64 at 512; else as `vmovups_rm`."""
    return _with_memory(_VMOVDQU_LOAD[bits], dst, mem)


def vmovdqu_mr(mem: Address, src: int, bits: int = 256) -> bytes:
    """[mem] = src as integers: vmovdqu at 128 and 256 bits, vmovdqu64 at 512; else as `vmovups_mr`."""
    return _with_memory(_VMOVDQU_STORE[bits], src, mem)


def vzeroupper() -> bytes:
    """Clears the upper parts of all YMM registers: before SSE code runs again, it would be slow otherwise."""
    return b"\xc5\xf8\x77"


def vcvtph2ps_xx(dst: int, src: int) -> bytes:
    """Four floats in dst = the four half floats in the lower 64 bits of src (F16C)."""
    return _with_register(_VCVTPH2PS, dst, src)


def vcvtph2ps_xm(dst: int, mem: Address) -> bytes:
    """Four floats in dst = four half floats, eight bytes, at mem (F16C)."""
    return _with_memory(_VCVTPH2PS, dst, mem)


def vcvtps2ph_xxi(dst: int, src: int, rounding: int = 4) -> bytes:
    """Lower 64 bits of dst = four half floats from the floats in src (F16C).

    `rounding`: 0 nearest even, 1 down, 2 up, 3 toward zero, 4 as MXCSR says (5 to 7 mean the same).
    """
    return _with_register(_VCVTPS2PH, src, dst) + ranged(rounding, 7, _VCVTPS2PH.name, "rounding")


def vcvtps2ph_mxi(mem: Address, src: int, rounding: int = 4) -> bytes:
    """Eight bytes at mem = four half floats from the floats in src (F16C); rounding as in `vcvtps2ph_xxi`."""
    return _with_memory(_VCVTPS2PH, src, mem) + ranged(rounding, 7, _VCVTPS2PH.name, "rounding")
