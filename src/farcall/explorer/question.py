"""What the page asks: a record, made of what JSON had, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Literal, get_args

from ..record import dataclass

__all__ = ["MOST_TARGETS", "MOST_TEXT", "Direction", "Question"]

#: The longest text that is read, in characters, and the most targets that are compared.
MOST_TEXT, MOST_TARGETS = 20_000, 4
#: Which code is shown: that of Python calling C, of C calling Python, or none.
Direction = Literal["call", "closure", "none"]


@dataclass(frozen=True, slots=True)
class Question:
    """C text, and the names of targets. `function` is the one of the text's functions that is shown ("": the last one);
    `tail` are the types behind its `...`; `code` is which code is shown with it, made with the GIL released and `errno` kept,
    or not."""

    text: str
    targets: tuple[str, ...]
    function: str = ""
    tail: str = ""
    code: Direction = "none"
    release: bool = True
    errno: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Question:
        """The question that a mapping asks, as JSON has it. Raises TypeError and ValueError, naming the key."""
        unknown = sorted(set(given) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"a question has no {unknown[0]!r}")
        targets = given.get("targets", [])
        if not isinstance(targets, (list, tuple)) or not all(isinstance(one, str) for one in targets):
            raise TypeError("'targets' must be a list of names")
        if not 1 <= len(targets) <= MOST_TARGETS:
            raise ValueError(f"'targets' must be 1 to {MOST_TARGETS} names, not {len(targets)}")
        texts = {key: _text(given, key) for key in ("text", "function", "tail")}
        code = given.get("code", "none")
        if code not in get_args(Direction):
            raise ValueError(f"'code' must be one of {', '.join(get_args(Direction))}")
        for key in ("release", "errno"):
            if not isinstance(given.get(key, False), bool):
                raise TypeError(f"{key!r} must be true or false")
        return cls(
            targets=tuple(targets),
            code=code,
            release=given.get("release", True),
            errno=given.get("errno", False),
            **texts,
        )


def _text(given: Mapping[str, Any], key: str) -> str:
    text = given.get(key, "")
    if not isinstance(text, str):
        raise TypeError(f"{key!r} must be text")
    if len(text) > MOST_TEXT:
        raise ValueError(f"{key!r} must have at most {MOST_TEXT} characters, and has {len(text)}")
    return text
