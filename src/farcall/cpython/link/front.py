"""Fronts: what Python code calls often, as builtins that answer the usual arguments in generated code (`stub.front`).

A front is made of the Python function that answers all arguments. At first it calls that function; code of its own it gets
when it is called for the second time, so that a program pays for what it uses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from ... import seed
from ..facts.host import WORD
from ..facts.without_gil import share
from .native import CALLS_BEFORE_CODE, METH_FASTCALL, METH_KEYWORDS, METH_O, Kept, bound, lead_to, method_def

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, TypeVar

    _Function = TypeVar("_Function", bound=Callable[..., Any])

__all__ = ["front"]

#: The module that fronts are of.
ROOT = __name__.partition(".")[0]


def front(routine: str, *, one: bool = False) -> Callable[[_Function], _Function]:
    """A decorator: the builtin for a Python function, whose usual arguments `routine` answers. `one`: it takes exactly one
    argument, by position."""

    def made(function: _Function) -> _Function:
        front: _Function = _made(routine, function, one)
        return front

    return made


def _made(routine: str, function: Callable[..., Any], one: bool) -> Any:
    kept, name = Kept(), function.__name__
    calls, waits = 0, True

    def first(*arguments: Any, **named: Any) -> Any:
        nonlocal calls, waits
        calls += 1
        if waits and calls >= CALLS_BEFORE_CODE:
            code = kept.code(bound(routine, own={"function": id(function)}))
            leads[:] = code.to_bytes(WORD, sys.byteorder)
            waits = False
        return function(*arguments, **named)

    first.__name__ = first.__qualname__ = name
    kept.things += [function, first]
    ask, lead = ("ask_one", "lead_one") if one else ("ask_all", "lead_all")
    start, leads = lead_to(kept, lead, bound(ask, own={"function": id(first)}))
    doc = f"{name}({_parameters(function)})\n--\n\n{_text(function.__doc__ or '')}"
    flags = METH_O if one else METH_FASTCALL | METH_KEYWORDS
    table = kept.add(bytearray(method_def(kept.text(name), start, flags, kept.text(doc))))
    made = seed.make_builtin(table, sys.modules[ROOT], ROOT)  # as CPython's own: a function of the module
    share(id(made))  # it lives for good
    _all.append(kept)
    return made


def _parameters(function: Any) -> str:
    """The parameters as `inspect` reads them of a builtin. (`inspect` itself would be most of what is loaded for it.)"""
    code, defaults, by_name = function.__code__, function.__defaults__ or (), function.__kwdefaults__ or {}
    count, optional = code.co_argcount, code.co_argcount - len(defaults)
    words = ["$module"]
    for index, name in enumerate(code.co_varnames[:count]):
        words.append(name if index < optional else f"{name}={defaults[index - optional]!r}")
        words += ["/"] if index + 1 == code.co_posonlyargcount else []
    last = code.co_varnames[count : count + code.co_kwonlyargcount]
    words += ["*"] if last else []
    return ", ".join([*words, *(f"{name}={by_name[name]!r}" if name in by_name else name for name in last)])


def _text(docstring: str) -> str:
    """A docstring without the indentation of the function."""
    first, *rest = docstring.split("\n")
    indented = all(line.startswith("    ") for line in rest if line.strip())
    return "\n".join([first, *(line[4:] if indented else line for line in rest)]).strip()


_all: list[Kept] = []  # builtins and their code live for good
