"""What a Python lacks of what the newest plain build has. docs/targets.md shows it by version."""

from __future__ import annotations

from .interpreter import ROWS, ROWS_32

__all__ = ["BUILDS", "SINCE", "lacking"]

#: From which version on there is what.
SINCE = {
    (3, 11): "structs made as fast as Python's own objects",  # CPython specialises calls of immutable types
    (3, 12): "use in subinterpreters",  # an older thread state does not tell that its thread runs with it
    (3, 13): "generated code without an open file descriptor",  # mmap's `trackfd`
}
#: What builds lack, by their letter in `sys.abiflags`.
BUILDS = {
    "d": "the fast tier, as it counts all references; from 3.12 on, thread states that foreign threads keep",
    "t": "the fast tier but for what calls are given, as little else stays as it is while other threads run",
}


def lacking(version: tuple[int, ...], flags: str = "") -> list[str]:
    """What CPython of a version and with these `sys.abiflags` lacks."""
    found = [what for since, what in SINCE.items() if version[:2] < since]
    found += [what for letter, what in BUILDS.items() if letter in flags]
    if not flags and version[:2] not in {*ROWS, *ROWS_32}:
        found.append("the fast tier, as its objects are not known")
    return found
