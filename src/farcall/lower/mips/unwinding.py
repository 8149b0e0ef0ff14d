"""The one shape of frames where registers have 4 bytes, big-endian."""

from __future__ import annotations

from ...ctype import BIG
from .frames import frames

__all__ = ["FRAMES"]

FRAMES = frames(4, BIG)
