"""Fronts: what Python code calls often, as builtins that answer the usual arguments in generated code (`stub.front`).

A front is made of the Python function that answers all arguments. At first it calls that function; code of its own it gets
when it is called for the second time, so that a program pays for what it uses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

from ... import seed
from ..facts.host import WORD
from .native import METH_FASTCALL, METH_KEYWORDS, METH_O, Kept, bound, method_def

__all__ = ["front"]

#: The module that fronts are of.
ROOT = __name__.partition(".")[0]
#: Where a PyMethodDef keeps the address of its function.
ML_METH = WORD
_Function = TypeVar("_Function", bound=Callable[..., Any])


def front(routine: str, *, one: bool = False) -> Callable[[_Function], _Function]:
    """A decorator: the builtin for a Python function, whose usual arguments `routine` answers. `one`: it takes exactly one
    argument, by position."""

    def made(function: _Function) -> _Function:
        return cast(_Function, _made(routine, function, one))

    return made


def _made(routine: str, function: Callable[..., Any], one: bool) -> Any:
    kept, name = Kept(), function.__name__
    calls = 0

    def first(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            code = kept.code(bound(routine, own={"function": id(function)}))
            seed.write(table + ML_METH, code.to_bytes(WORD, sys.byteorder))
        return function(*arguments, **named)

    first.__name__ = first.__qualname__ = name
    kept.things += [function, first]
    start = kept.code(bound("ask_one" if one else "ask_all", own={"function": id(first)}))
    from inspect import cleandoc

    doc = f"{name}{_signature(function)}\n--\n\n{cleandoc(function.__doc__ or '')}"
    flags = METH_O if one else METH_FASTCALL | METH_KEYWORDS
    table = kept.add(bytearray(method_def(kept.text(name), start, flags, kept.text(doc))))
    made = seed.make_builtin(table, sys.modules[ROOT], ROOT)  # as CPython's own: a function of the module
    _all.append(kept)
    return made


def _signature(function: Callable[..., Any]) -> str:
    """The parameters as `inspect` reads them of a builtin: without annotations."""
    import inspect

    seen = inspect.signature(function)
    plain = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in seen.parameters.values()]
    text = str(seen.replace(parameters=plain, return_annotation=inspect.Signature.empty))
    return text.replace("(", "($module, ", 1) if plain else "($module)"


_all: list[Kept] = []  # builtins and their code live for good
