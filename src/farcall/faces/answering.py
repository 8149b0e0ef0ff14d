"""Closures whose callables take and give values as a face has them: generated code goes between (`stub.answer`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from .. import seed
from ..cpython.callable.closure import Closure
from ..cpython.facts.host import WORD
from ..cpython.link.native import METH_FASTCALL, Kept, entry, method_def
from ..ctype import Function
from ..stub.answer import MADE, POINTER
from ..stub.carrier import Carrier

__all__ = ["Taken", "closure_over"]


class Taken(NamedTuple):
    """How a parameter is given to the callable, a word of `stub.answer`; with what: the class of pointers, or what makes values."""

    how: str
    by: Any = None


_kept = Kept()


def closure_over(
    type: Function,
    function: Callable[..., Any],
    takes: list[Taken],
    gives: Carrier | None,
    failed: Callable[[BaseException], Any],
    finish: Callable[[Any], Any],
) -> Closure:
    """A C function pointer that runs `function`. `failed` gives the result for an exception that it raises, `finish` for what it
    returns where that is not of the kind `gives`, which goes on as it is."""
    assert all(one.by is not None for one in takes if one.how in (POINTER, MADE))
    own = (function, failed, finish, WORD, *[one.by for one in takes])
    run = seed.make_builtin(_table(tuple([one.how for one in takes]), gives), own, "farcall")
    return Closure(run, _function=type)


@cache  # a few for each shape of a program's callbacks
def _table(takes: tuple[str, ...], gives: Carrier | None) -> int:
    """The address of the PyMethodDef of what runs callables of a shape."""
    return _kept.add(method_def(_kept.text("callback"), entry("answer", takes, gives), METH_FASTCALL, 0))
