"""Read-modify-write of memory that other harts see in one step. w is 32 bits, d is 64; the address must be aligned to
that. `order` is "" for none, "aq" where nothing later comes before, "rl" where nothing earlier comes after, "aqrl"."""

from __future__ import annotations

from farcall.encode.riscv64.form import Form, r_type

__all__ = ["amoadd_d", "amoadd_w", "lr_d", "lr_w", "sc_d", "sc_w"]

_ORDERS = {"": 0, "aq": 1 << 26, "rl": 1 << 25, "aqrl": 3 << 25}
_AMOADD_W = Form("amoadd.w rd, rs2, (rs1)", 0x0000202F)
_AMOADD_D = Form("amoadd.d rd, rs2, (rs1)", 0x0000302F)
_LR_W = Form("lr.w rd, (rs1)", 0x1000202F)
_LR_D = Form("lr.d rd, (rs1)", 0x1000302F)
_SC_W = Form("sc.w rd, rs2, (rs1)", 0x1800202F)
_SC_D = Form("sc.d rd, rs2, (rs1)", 0x1800302F)


def _ordered(form: Form, dst: int, src: int, base: int, order: str) -> bytes:
    bits = _ORDERS.get(order)
    if bits is None:
        raise ValueError(f"{form.name}: order {order!r} is none of '', 'aq', 'rl', 'aqrl'")
    return r_type(form, dst, base, src, bits)


def amoadd_w(dst: int, src: int, base: int, order: str = "") -> bytes:
    """dst = [base], 32 bits sign-extended, and [base] += src."""
    return _ordered(_AMOADD_W, dst, src, base, order)


def amoadd_d(dst: int, src: int, base: int, order: str = "") -> bytes:
    """dst = [base], 64 bits, and [base] += src."""
    return _ordered(_AMOADD_D, dst, src, base, order)


def lr_w(dst: int, base: int, order: str = "") -> bytes:
    """dst = [base], 32 bits sign-extended, which is watched from now on."""
    return _ordered(_LR_W, dst, 0, base, order)


def lr_d(dst: int, base: int, order: str = "") -> bytes:
    """dst = [base], 64 bits, which is watched from now on."""
    return _ordered(_LR_D, dst, 0, base, order)


def sc_w(dst: int, src: int, base: int, order: str = "") -> bytes:
    """[base] = src, 32 bits, if nobody has stored there since `lr_w`; dst = 0 if so, else another number."""
    return _ordered(_SC_W, dst, src, base, order)


def sc_d(dst: int, src: int, base: int, order: str = "") -> bytes:
    """[base] = src, 64 bits, if nobody has stored there since `lr_d`; dst = 0 if so, else another number."""
    return _ordered(_SC_D, dst, src, base, order)
