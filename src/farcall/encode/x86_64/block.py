"""Repeated moves and fills of memory: RCX units, from [RSI] or RAX, to [RDI]; upward once `cld` was said."""

from __future__ import annotations

__all__ = ["cld", "rep_movsb", "rep_movsq", "rep_stosb", "rep_stosq"]


def cld() -> bytes:
    """Direction flag = upward. The System V psABI promises it at function entry (section 3.2.1)."""
    return b"\xfc"


def rep_movsb() -> bytes:
    """Copies RCX bytes from [RSI] to [RDI]."""
    return b"\xf3\xa4"


def rep_movsq() -> bytes:
    """Copies RCX units of eight bytes from [RSI] to [RDI]."""
    return b"\xf3\x48\xa5"


def rep_stosb() -> bytes:
    """Stores AL to RCX bytes at [RDI]."""
    return b"\xf3\xaa"


def rep_stosq() -> bytes:
    """Stores RAX to RCX units of eight bytes at [RDI]."""
    return b"\xf3\x48\xab"
