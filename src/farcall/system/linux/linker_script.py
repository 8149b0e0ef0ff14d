"""Linker scripts in a library's place: text that names the real libraries.

Distributions ship `libc.so` or `libncurses.so` as text for the compiler's linker. The dynamic linker calls
that an "invalid ELF header"; here it is followed to the first library it names.
"""

from __future__ import annotations

import re

__all__ = ["redirections"]

LONGEST = 64 * 1024  # bytes: no script is near this, every library is beyond it
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INPUTS = re.compile(r"\b(?:GROUP|INPUT)\s*\(((?:[^()]|\([^()]*\))*)\)")
AS_NEEDED = re.compile(r"\bAS_NEEDED\s*\([^()]*\)")


def redirections(path: str) -> list[str]:
    """The libraries the script at `path` names in GROUP or INPUT, without the AS_NEEDED ones.

    Each is a path, a file name, or a short name (from `-lname`). Empty if it is no such script.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(LONGEST + 1)
    except OSError:
        return []
    if len(data) > LONGEST or data.startswith(b"\x7fELF") or b"\0" in data:
        return []
    text = COMMENT.sub(" ", data.decode("utf-8", "surrogateescape"))
    names: list[str] = []
    for inputs in INPUTS.findall(text):
        names.extend(AS_NEEDED.sub(" ", inputs).replace(",", " ").split())
    return [name[2:] if name.startswith("-l") else name.strip('"') for name in names]
