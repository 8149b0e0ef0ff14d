"""Instructions as text: those of 64 bits are the same."""

from __future__ import annotations

from ..riscv64.listing import reason, text

__all__ = ["reason", "text"]
