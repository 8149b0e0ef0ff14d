"""An exception as one line."""

from __future__ import annotations

from ..errors import DeclarationError

__all__ = ["one_line"]


def one_line(error: Exception) -> str:
    """The error's text on one line; of a declaration, the column in place of the caret."""
    if isinstance(error, DeclarationError):
        where = f"column {error.column}: " if error.column else ""
        text = f": {error.text.strip()}" if error.text.strip() else ""
        return f"{where}{error.message}{text}"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    joined = ""
    for line in lines:
        joined += (" " if joined.endswith((":", ";")) else "; " if joined else "") + line
    return joined or type(error).__name__
