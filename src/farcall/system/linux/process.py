"""The process and its user: what happens at a fork, and where a user's caches lie."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["at_fork", "cache_directory", "result_error"]

at_fork = os.register_at_fork


def cache_directory() -> Path | None:
    """$XDG_CACHE_HOME, by default ~/.cache (XDG Base Directory Specification); None where the user has no home."""
    from pathlib import Path  # for those who keep something there

    chosen = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(chosen):  # a relative one is invalid
        return Path(chosen)
    home = os.path.expanduser("~")
    return Path(home, ".cache") if os.path.isabs(home) else None


def result_error(number: int, what: str) -> OSError:
    """An HRESULT has no text here."""
    return OSError(f"{what}() returned {number & 0xFFFFFFFF:#010X}".replace("0X", "0x"))
