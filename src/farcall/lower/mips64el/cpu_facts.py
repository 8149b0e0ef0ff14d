"""What is to be known around code by n64, little-endian."""

from __future__ import annotations

from ...ctype import LITTLE
from ..mips.facts import hardware

__all__ = ["HARDWARE"]

HARDWARE = hardware(8, LITTLE)
