"""The x87 stack: float results of every convention, and long double."""

from __future__ import annotations

from farcall.encode import x86_64 as wide
from farcall.encode.i386.narrowed import Narrowed
from farcall.encode.x86_64 import fld_st, fldz, fstp_st, fxch_st

__all__ = ["fild_m", "fistp_m", "fld_m", "fld_st", "fldz", "fstp_m", "fstp_st", "fxch_st"]

_FLOATS, _INTEGERS = (32, 64, 80), (16, 32, 64)

fld_m = Narrowed(wide.fld_m, _FLOATS)
fstp_m = Narrowed(wide.fstp_m, _FLOATS)
fild_m = Narrowed(wide.fild_m, _INTEGERS)
fistp_m = Narrowed(wide.fistp_m, _INTEGERS)
