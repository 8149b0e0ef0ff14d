"""What the page is answered: for each target the boxes, the values with their rules, the layouts and the code."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..convention import TARGETS, Placement, Target, call_signature, place, target
from ..cpython.facts.host import host_target
from ..ctype import declare
from ..drawing import Drawing, Picture, differing, laid_out, placed
from ..drawing.difference import MEANING
from ..drawing.palette import DARK, LIGHT, Palette, colour_class
from ..drawing.svg import boxes
from ..drawing.words import value_lines
from ..errors import DeclarationError, FarcallError, UnsupportedTargetError, UnsupportedTypeError
from ..record import NamedTuple
from .declared import Subject, subject
from .extent import MOST_BYTES_OF_CODE
from .question import MOST_TARGETS, Question

__all__ = ["answer"]

#: Characters of a line of the picture as text.
WIDTH = 120
#: What wrong questions and wrong C raise.
WRONG: tuple[type[Exception], ...] = (FarcallError, TypeError, ValueError, OverflowError, RecursionError)


def answer(given: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question of the page's, both as JSON has them; it raises nothing for a wrong one.

    `{}` is answered with what the page has to know first: the version, the targets, this machine's own ("" if it is none),
    and the colours. A question (see `Question`) is answered with `panels`, one for each target, and `differing`, the values that
    are not passed in the same way on all; with `form` "svg", "text" or "json" by the whole picture in that form.
    What is wrong is under `error`: of the whole, or of one panel; with line and column, if it is the C text.
    """
    if not given:
        return _start()
    try:
        asked = {key: value for key, value in given.items() if key != "form"}
        return _answer(Question.of(asked), given.get("form"))
    except WRONG as error:
        return {"error": _error(error)}


def _start() -> dict[str, Any]:
    try:
        host = host_target().name
    except UnsupportedTargetError:
        host = ""
    return {
        "version": sys.modules["farcall"].__version__,
        "targets": list(TARGETS),
        "most": MOST_TARGETS,
        "host": host,
        "meaning": MEANING,
        "light": _colours(LIGHT),
        "dark": _colours(DARK),
    }


def _colours(palette: Palette) -> dict[str, Any]:
    return {**palette._asdict(), "values": list(palette.values)}


class Shown(NamedTuple):
    """What is shown of one target: the subject as it is there, the drawings of the call and of the types in memory."""

    where: Target
    what: Subject
    call: Drawing | None
    layouts: tuple[Drawing, ...]


def _answer(question: Question, form: object) -> dict[str, Any]:
    found = [_shown(question, name) for name in question.targets]
    shown = [one for one in found if isinstance(one, Shown)]
    calls = [one.call for one in shown if one.call is not None]
    if form is not None:
        if not shown:
            return {"error": next(_error(one) for one in found if isinstance(one, Exception))}
        return _formed(calls or [drawing for one in shown for drawing in one.layouts], form)
    marked = differing(calls) if len(calls) > 1 else frozenset()
    layouts = zip(*(one.layouts for one in shown), strict=False)
    unlike = [differing(alike) if len(alike) > 1 else frozenset() for alike in layouts]
    panels = [
        _panel(question, one, marked, unlike) if isinstance(one, Shown) else {"target": name, "error": _error(one)}
        for name, one in zip(question.targets, found, strict=True)
    ]
    return {"panels": panels, "differing": sorted(marked)}


def _shown(question: Question, name: str) -> Shown | Exception:
    """What is shown of a target, or why nothing is."""
    try:
        where = target(name)
        what = subject(question, where)
        call = None
        if what.function is not None:
            names = [parameter.name for parameter in what.function.parameters]
            call = placed(_placement(what, where), names, declare(what.function, what.name))
        return Shown(where, what, call, tuple(laid_out(type, where) for type in what.types))
    except WRONG as error:
        return error


def _placement(what: Subject, where: Target) -> Placement:
    assert what.function is not None
    return place(call_signature(what.function, what.tail, where.model), where)


def _formed(drawings: Sequence[Drawing], form: object) -> dict[str, Any]:
    """The whole picture in one form."""
    picture = Picture(drawings)
    if form == "svg":
        return {"svg": picture.svg()}
    if form == "text":
        return {"text": picture.text(WIDTH)}
    if form == "json":
        return {"json": picture.data()}
    raise ValueError("'form' must be svg, text or json")


def _panel(question: Question, shown: Shown, marked: frozenset[int], unlike: list[frozenset[int]]) -> dict[str, Any]:
    what, call = shown.what, shown.call
    return {
        "target": shown.where.name,
        "functions": list(what.functions),
        "function": what.name,
        "variadic": what.function is not None and what.function.takes_any,
        "call": _drawn(call, marked) if call is not None else None,
        "layouts": [_drawn(drawing, members) for drawing, members in zip(shown.layouts, unlike, strict=False)],
        "code": _code(question, what, shown.where) if call is not None and question.code != "none" else None,
    }


def _drawn(drawing: Drawing, marked: frozenset[int]) -> dict[str, Any]:
    values = []
    for value in drawing.values:
        head, *rest = value_lines(value)
        values.append(
            {
                "index": value.index, "colour": colour_class(value.index), "name": value.shown, "head": head, "rest": rest,
                "differs": value.index in marked,
            }
        )  # fmt: skip
    return {
        "title": drawing.title,
        "convention": drawing.convention,
        "svg": boxes(drawing),
        "values": values,
        "facts": list(drawing.facts),
    }


def _code(question: Question, what: Subject, where: Target) -> dict[str, Any]:
    """The lines of the code, or why there are none."""
    from ..stub import Policy  # the rooms that make code are loaded when some is asked for: a page is there sooner
    from .code import code_lines, code_of, interpreter_on

    called = question.code == "closure"
    assert what.function is not None
    try:
        if called and what.function.takes_any:
            raise UnsupportedTypeError("a closure has no variadic part: C would not say what it passes")
        placement = _placement(what, where)
        sizes = [location.size for location in (placement.result, *placement.arguments)]
        if sum(sizes) > MOST_BYTES_OF_CODE:
            raise UnsupportedTypeError(f"code is shown for values of up to {MOST_BYTES_OF_CODE} bytes together")
        code = code_of(placement, where, Policy(question.release, question.errno), called=called)
    except (UnsupportedTypeError, UnsupportedTargetError) as error:
        return {"none": str(error)}
    lines = [
        {
            "offset": line.offset, "data": line.data, "text": line.text, "note": line.note, "label": line.label,
            "value": value,
        }
        for line, value in code_lines(code, called=called)
    ]  # fmt: skip
    return {"lines": lines, "size": len(code.data), "objects": interpreter_on(where).name}


def _error(error: Exception) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": type(error).__name__, "message": str(error)}
    if isinstance(error, DeclarationError):
        told.update(message=error.message, line=error.line, column=error.column)
    elif isinstance(error, RecursionError):
        told["message"] = "this is nested too deeply"
    return told
