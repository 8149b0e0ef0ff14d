"""Instructions as text: those of the other byte order are the same."""

from __future__ import annotations

from ..aarch64.listing import reason, text

__all__ = ["reason", "text"]
