"""The one shape of frames where registers have 8 bytes, big-endian."""

from __future__ import annotations

from ...ctype import BIG
from ..mips.frames import frames

__all__ = ["FRAMES"]

FRAMES = frames(8, BIG)
