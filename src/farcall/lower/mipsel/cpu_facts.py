"""What is to be known around code by o32, little-endian."""

from __future__ import annotations

from ...ctype import LITTLE
from ..mips.facts import hardware

__all__ = ["HARDWARE"]

HARDWARE = hardware(4, LITTLE)
