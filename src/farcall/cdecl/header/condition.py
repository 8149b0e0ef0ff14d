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
#: Questions to the compiler itself, which no macro answers: `__has_attribute(cold)`, `__has_include(<x.h>)`.
QUESTION = re.compile(r"\b(?:__has_\w+|__building_module|__is_identifier)\b(?:\s*\((?:[^()]|\([^()]*\))*\))?")
#: What a condition wants not to be there.
UNWANTED = re.compile(r"!\s*(?:defined\s*\(?\s*)?[A-Za-z_$][\w$]*(?:\s*\([^()]*\))?")


class Conditional(NamedTuple):
    """A place where a name is declared only with a macro, by which it can be had; or, with `asked`, only where the compiler
    itself says yes to that question."""

    file: str
    line: int
    macro: str
    asked: str = ""


def conditional(
    name: str, files: Iterable[str], known: Callable[[str], bool], says_yes: Callable[[str], bool]
) -> Conditional | None:
    """The first place in the files where a name is declared, or a macro defined, under an `#if` or `#ifdef` of a macro that
    is not defined (`known` tells), or of a question that the compiler says no to (`says_yes`); None if there is none. Files
    that cannot be read are left out."""
    declares = re.compile(rf"\s*#\s*define\s+{re.escape(name)}\b|(?<![\w$.>]){re.escape(name)}\s*(?:[(;,\[]|$)")
    for file in files:
        try:
            text = Path(file).read_text("utf-8", "replace")
        except OSError:
            continue
        if name not in text:
            continue
        for number, line, conditions in _lines(COMMENT.sub(_blank, text)):
            if not declares.search(line):
                continue
            macros = [_missing(condition, known) for condition in conditions]
            if NEVER in macros:
                continue
            macro = next(filter(None, macros), "")
            asked = "" if macro else next(_refused(conditions, says_yes), "")
            if macro or asked:
                return Conditional(file, number, macro, asked)
    return None


def _lines(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Each line with its number and the conditions around it."""
    conditions: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        directive = DIRECTIVE.match(line)
        if directive is None:
            yield number, line, conditions
            continue
        word = directive["word"]
        if word in ("elif", "else", "endif") and conditions:
            conditions.pop()
        if word != "endif":
            conditions.append("" if word in ("ifndef", "else") else UNWANTED.sub("", directive["rest"]))


def _refused(conditions: Iterable[str], says_yes: Callable[[str], bool]) -> Iterator[str]:
    """The questions among the conditions that the compiler says no to."""
    for condition in conditions:
        for question in QUESTION.finditer(condition):
            asked = " ".join(question[0].split())
            if not says_yes(asked if "(" in asked else f"defined({asked})"):
                yield asked


def _missing(condition: str, known: Callable[[str], bool]) -> str:
    """The macro to define where a condition names some that are not; "" where all are known."""
    words = WORD.findall(QUESTION.sub("", condition))
    missing = [word for word in words if word != "defined" and not known(word)]
    if missing and INNER.search(condition):
        return EVERYTHING
    return missing[-1] if missing else ""


def _blank(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")
