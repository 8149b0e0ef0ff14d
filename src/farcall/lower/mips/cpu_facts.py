"""What is to be known around code by o32, big-endian."""

from __future__ import annotations

from ...ctype import BIG
from .facts import hardware

__all__ = ["HARDWARE"]

HARDWARE = hardware(4, BIG)
