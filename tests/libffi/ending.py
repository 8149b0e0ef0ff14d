"""How a program ended, and what is wrong with that."""

from __future__ import annotations

import re
import signal
from typing import NamedTuple

__all__ = ["SECONDS", "UNLOADABLE", "Ending", "complaint"]

SECONDS = 60
#: The exit status of a program that could not even begin.
UNLOADABLE = 99


class Ending(NamedTuple):
    """A program's exit status, below 0 a signal's number, None where it did not end in time; and what it printed."""

    status: int | None
    output: str


def complaint(ending: Ending, pattern: str) -> str:
    """What is wrong with an ending, given the regular expression for the output; empty if nothing is."""
    said = f"; it printed {ending.output[-400:]!r}" if ending.output else ""
    if ending.status is None:
        return f"did not end in {SECONDS} s{said}"
    if ending.status < 0:
        return f"{signal.Signals(-ending.status).name}{said}"
    if ending.status:
        return f"exit status {ending.status}{said}"
    if not re.search(pattern.replace("\n", "\r?\n"), ending.output):
        return f"printed {ending.output!r}, not {pattern!r}"
    return ""
