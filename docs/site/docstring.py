"""Docstrings as Sphinx reads them: an indented part is code, and C's names that end in _ are no links."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["setup", "written"]

#: Names outside of backticks that reStructuredText would take for links or emphasis.
MARKUP = re.compile(r"(?<![`\w])(\w+_)(?![\w`])|(?<!`)(\*+)(?!`)")


def written(lines: list[str]) -> list[str]:
    """A docstring's lines with its indented parts marked as code."""
    made: list[str] = []
    code = False
    for line in lines:
        indented = line.startswith("    ") and bool(line.strip())
        if indented and not code and (not made or not made[-1].strip()):
            made += [".. code-block:: python", ""]
            code = True
        elif line.strip() and not indented:
            code = False
        made.append(line if code else _escaped(line))
    return made


def _escaped(line: str) -> str:
    """Text outside of backticks with what would be markup escaped."""
    parts = re.split(r"(`[^`]*`)", line)
    return "".join(part if part.startswith("`") else MARKUP.sub(_literal, part) for part in parts)


def _literal(found: re.Match[str]) -> str:
    return found[0].replace("*", "\\*").replace("_", "\\_")


def _process(app: Any, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    lines[:] = written(lines)


def setup(app: Any) -> None:
    """Have Sphinx read docstrings so."""
    app.connect("autodoc-process-docstring", _process)
