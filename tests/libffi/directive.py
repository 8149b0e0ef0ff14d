"""The directives in a test program's comments, as DejaGnu reads them: `{ dg-do run { xfail alpha*-*-* } }`."""

from __future__ import annotations

import re
import shlex
from fnmatch import fnmatchcase
from typing import NamedTuple

__all__ = ["Directives", "directives"]

_DIRECTIVE = re.compile(r"\{\s+dg-([a-z-]+)\s+(.*)\s\}")
_SELECTOR = re.compile(r"\{\s*(target|xfail)\s+([^{}]*)\}\s*$")
#: Tcl's backslashes inside "..." that are none of a regular expression's own.
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


class Directives(NamedTuple):
    """`run`: to be run, not only compiled; `skipped`, `fails`: why not, and whether failing is expected; `options` for
    the compiler; `output`: a regular expression for what is printed."""

    run: bool
    skipped: str
    fails: bool
    options: tuple[str, ...]
    output: str


def directives(text: str, triplet: str) -> Directives:
    """The directives of a program's text, for the system that GNU's configure calls `triplet`. Raises ValueError for
    one that is not known here."""
    run, skipped, fails, options, output = True, "", False, (), ""
    for name, rest in _DIRECTIVE.findall(text):
        rest, targets, xfails = _selectors(rest.strip())
        chosen = targets is None or _matches(triplet, targets)
        if name == "do":
            run = rest == "run"
            if rest not in ("run", "compile"):
                raise ValueError(f"dg-do {rest}")
            fails = xfails is not None and _matches(triplet, xfails)
            skipped = "" if chosen else f"not for {triplet}"
        elif name == "options":
            if chosen:
                options = tuple(shlex.split(rest.strip('"')))
        elif name == "output":
            if chosen:
                output += _unquoted(rest)
        else:
            raise ValueError(f"dg-{name} is not known")
    return Directives(run, skipped, fails, options, output)


def _selectors(rest: str) -> tuple[str, str | None, str | None]:
    """A directive's own argument, its targets and its xfails."""
    found = _SELECTOR.search(rest)
    if found is None:
        return rest, None, None
    kind, patterns = found.groups()
    rest = rest[: found.start()].strip()
    return (rest, patterns, None) if kind == "target" else (rest, None, patterns)


def _matches(triplet: str, patterns: str) -> bool:
    """Whether one of these patterns is the system; "gccbug", a keyword of theirs, is a gcc older than any here."""
    return any(fnmatchcase(triplet, pattern) for pattern in patterns.split())


def _unquoted(text: str) -> str:
    """A Tcl word in quotes as the regular expression that it is."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise ValueError(f"dg-output {text}")
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1], flags=re.S)
