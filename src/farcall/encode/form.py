"""What encoders of CPUs whose instructions are one word each have in common: a form of instruction."""

from __future__ import annotations

__all__ = ["Form"]


class Form:
    """One row of the manual: its text for messages, and its fixed bits."""

    __slots__ = ("name", "word")

    def __init__(self, name: str, word: int) -> None:
        self.name = name
        self.word = word
