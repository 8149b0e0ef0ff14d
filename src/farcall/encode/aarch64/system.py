"""Barriers, the caches that hold code, the thread's pointer, and exclusive access."""

from __future__ import annotations

from farcall.encode.aarch64.form import PACK, Form, Table, by_size, with_registers

__all__ = [
    "dc_cvau",
    "dmb",
    "dsb",
    "ic_ivau",
    "isb",
    "ldar",
    "ldaxr",
    "ldxr",
    "mrs_ctr_el0",
    "mrs_tpidr_el0",
    "stlr",
    "stlxr",
    "stxr",
]

# Which accesses a barrier orders (all, loads, stores), for whom (system, inner, outer, none shareable).
_BARRIERS = {
    "sy": 15, "st": 14, "ld": 13, "ish": 11, "ishst": 10, "ishld": 9,
    "nsh": 7, "nshst": 6, "nshld": 5, "osh": 3, "oshst": 2, "oshld": 1,
}  # fmt: skip


def _barrier(name: str, word: int, kind: str) -> bytes:
    number = _BARRIERS.get(kind)
    if number is None:
        raise ValueError(f"{name}: kind {kind!r} is none of {', '.join(_BARRIERS)}")
    return PACK(word | number << 8)


def dmb(kind: str = "ish") -> bytes:
    """Orders accesses of memory before and after it, as other CPUs see them."""
    return _barrier("dmb", 0xD50330BF, kind)


def dsb(kind: str = "ish") -> bytes:
    """Waits until accesses of memory and cache operations before it are complete."""
    return _barrier("dsb", 0xD503309F, kind)


def isb() -> bytes:
    """Lets what follows be fetched anew."""
    return b"\xdf\x3f\x03\xd5"


_CTR = Form("mrs xt, ctr_el0", 0xD53B0020, ("Rt", "", ""))
_TPIDR = Form("mrs xt, tpidr_el0", 0xD53BD040, ("Rt", "", ""))
_DC_CVAU = Form("dc cvau, xt", 0xD50B7B20, ("Rt", "", ""))
_IC_IVAU = Form("ic ivau, xt", 0xD50B7520, ("Rt", "", ""))


def mrs_ctr_el0(dst: int) -> bytes:
    """dst = the cache type register: the sizes of cache lines, and whether dc and ic are needed."""
    return with_registers(_CTR, dst)


def mrs_tpidr_el0(dst: int) -> bytes:
    """dst = the thread's pointer."""
    return with_registers(_TPIDR, dst)


def dc_cvau(reg: int) -> bytes:
    """Writes the data cache's line at the address in reg to where instructions are fetched from."""
    return with_registers(_DC_CVAU, reg)


def ic_ivau(reg: int) -> bytes:
    """Drops the instruction cache's line at the address in reg."""
    return with_registers(_IC_IVAU, reg)


# --- exclusive and ordered access; the base is a general register or SP (31), without an offset ---


def _exclusive(mnemonic: str, word: int, status: str = "") -> Table[Form]:
    fields = ("Rt", "Rn", "Rs" if status else "")
    rows = {
        8: (f"{mnemonic}b {status}wt, [xn]", word),
        16: (f"{mnemonic}h {status}wt, [xn]", word | 1 << 30),
        32: (f"{mnemonic} {status}wt, [xn]", word | 2 << 30),
        64: (f"{mnemonic} {status}xt, [xn]", word | 3 << 30),
    }
    return by_size(f"{mnemonic} {status}rt, [xn]", rows, fields)


_LDXR = _exclusive("ldxr", 0x085F7C00)
_LDAXR = _exclusive("ldaxr", 0x085FFC00)
_LDAR = _exclusive("ldar", 0x08DFFC00)
_STLR = _exclusive("stlr", 0x089FFC00)
_STXR = _exclusive("stxr", 0x08007C00, "ws, ")
_STLXR = _exclusive("stlxr", 0x0800FC00, "ws, ")


def ldxr(rt: int, base: int, bits: int = 64) -> bytes:
    """rt = 8, 16, 32 or 64 bits at [base], which this CPU watches from now on."""
    return with_registers(_LDXR[bits], rt, base)


def ldaxr(rt: int, base: int, bits: int = 64) -> bytes:
    """`ldxr` that accesses after it cannot overtake."""
    return with_registers(_LDAXR[bits], rt, base)


def ldar(rt: int, base: int, bits: int = 64) -> bytes:
    """rt = 8, 16, 32 or 64 bits at [base]; accesses after it cannot overtake."""
    return with_registers(_LDAR[bits], rt, base)


def stlr(rt: int, base: int, bits: int = 64) -> bytes:
    """[base] = 8, 16, 32 or 64 bits of rt, after all accesses before it."""
    return with_registers(_STLR[bits], rt, base)


def _store_exclusive(forms: Table[Form], status: int, rt: int, base: int, bits: int) -> bytes:
    form = forms[bits]
    # Constrained unpredictable (Arm ARM, K1.2) where the status overwrites what is stored, or where.
    if status in (rt, base):
        raise ValueError(f"{form.name}: Rs operand {status!r} is {'Rt' if status == rt else 'the base'} as well")
    return with_registers(form, rt, base, status)


def stxr(status: int, rt: int, base: int, bits: int = 64) -> bytes:
    """[base] = 8, 16, 32 or 64 bits of rt if nobody wrote there since `ldxr`: status 0, else 1 and no store."""
    return _store_exclusive(_STXR, status, rt, base, bits)


def stlxr(status: int, rt: int, base: int, bits: int = 64) -> bytes:
    """`stxr` after all accesses before it."""
    return _store_exclusive(_STLXR, status, rt, base, bits)
