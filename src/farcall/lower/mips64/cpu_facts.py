"""What is to be known around code by n64, big-endian."""

from __future__ import annotations

from ...ctype import BIG
from ..mips.facts import hardware

__all__ = ["HARDWARE"]

HARDWARE = hardware(8, BIG)
