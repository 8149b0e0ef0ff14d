"""The one shape of frames where registers have 4 bytes."""

from __future__ import annotations

from ..mips.frames import frames

__all__ = ["FRAMES"]

FRAMES = frames(4)
