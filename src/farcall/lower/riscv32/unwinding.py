"""The one shape of frames where registers have 4 bytes."""

from __future__ import annotations

from ..riscv64.unwinding import frames

__all__ = ["FRAMES"]

FRAMES = frames(4)
