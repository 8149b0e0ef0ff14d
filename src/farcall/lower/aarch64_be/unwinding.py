"""The one shape of frames, as it is in the other byte order."""

from __future__ import annotations

from ...ctype import BIG
from ..aarch64.unwinding import FRAMES as LITTLE

__all__ = ["FRAMES"]

FRAMES = LITTLE._replace(order=BIG)
