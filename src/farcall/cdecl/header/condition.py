"""Where a header's text has a name that it does not declare, because of an `#if` around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ...record import NamedTuple

__all__ = ["Conditional", "conditional"]

DIRECTIVE = re.compile(r"\s*#\s*(?P<word>if|ifdef|ifndef|elif|else|endif)\b(?P<rest>.*)")
WORD = re.compile(r"[A-Za-z_$][\w$]*")
#: Comments, which keep their lines; a directive may be continued.
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
#: The C library's own macros for what the user's feature macros ask for; this one asks for all of it.
INNER = re.compile(r"\b(?:__USE_\w+|__GLIBC_USE\b|_(?:POSIX(?:_C)?|XOPEN|BSD|DEFAULT|ISOC\w+)_SOURCE\b)")
EVERYTHING = "_GNU_SOURCE"
#: What no C compiler defines.
NEVER = "__cplusplus"


class Conditional(NamedTuple):
    """A place where a name is declared only with a macro, by which it can be had."""

    file: str
    line: int
    macro: str


def conditional(name: str, files: Iterable[str], known: Callable[[str], bool]) -> Conditional | None:
    """The first place in the files where a name is declared, or a macro defined, under an `#if` or `#ifdef` of a macro that
    is not defined (`known` says); None if there is none. Files that cannot be read are left out."""
    declares = re.compile(rf"\s*#\s*define\s+{re.escape(name)}\b|(?<![\w$.>]){re.escape(name)}\s*(?:[(;,\[]|$)")
    for file in files:
        try:
            text = Path(file).read_text("utf-8", "replace")
        except OSError:
            continue
        if name not in text:
            continue
        for number, line, wanted in _lines(COMMENT.sub(_blank, text), known):
            if wanted and declares.search(line):
                return Conditional(file, number, wanted)
    return None


def _lines(text: str, known: Callable[[str], bool]) -> Iterator[tuple[int, str, str]]:
    """Each line with its number and the macro that the conditions around it want first, "" if all hold."""
    wanted: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        directive = DIRECTIVE.match(line)
        if directive is None:
            yield number, line, "" if NEVER in wanted else next(filter(None, wanted), "")
            continue
        word = directive["word"]
        if word in ("elif", "else", "endif") and wanted:
            wanted.pop()
        if word != "endif":
            wanted.append("" if word in ("ifndef", "else") else _missing(directive["rest"], known))


def _missing(condition: str, known: Callable[[str], bool]) -> str:
    """The macro to define where a condition names some that are not; "" where all are known."""
    missing = [word for word in WORD.findall(condition) if word != "defined" and not known(word)]
    if missing and INNER.search(condition):
        return EVERYTHING
    return missing[-1] if missing else ""


def _blank(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")
