"""Repeated moves and fills of memory: ECX units, from [ESI] or EAX, to [EDI]; upward once `cld` was said."""

from __future__ import annotations

from farcall.encode.x86_64 import cld, rep_movsb, rep_stosb

__all__ = ["cld", "rep_movsb", "rep_movsd", "rep_stosb", "rep_stosd"]


def rep_movsd() -> bytes:
    """Copies ECX units of four bytes from [ESI] to [EDI]."""
    return b"\xf3\xa5"


def rep_stosd() -> bytes:
    """Stores EAX to ECX units of four bytes at [EDI]."""
    return b"\xf3\xab"
