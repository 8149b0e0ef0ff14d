"""All that is public, found by walking: the functions of every layer, the methods and properties of their classes."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from typing import NamedTuple

import farcall
from farcall import build, low, middle, raw
from farcall.cpython.facts.host import host_target

__all__ = ["LAYERS", "Public", "failures", "public"]

LAYERS = (farcall, middle, low, raw, build)
#: Methods that farcall itself calls.
OWN = {"lend", "take", "parameter_type", "parameter_name", "called_as", "function"}
#: What the examples of docstrings have.
GIVEN = {
    **{name: getattr(middle, name) for name in middle.__all__},
    "farcall": farcall,
    "low": low,
    "raw": raw,
    "at": lambda value: int(farcall.addressof(value)),
    "TARGET": host_target().name,
}


class Public(NamedTuple):
    """A public function, method or property, by the name that it is used by."""

    name: str
    thing: object

    @property
    def short(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def said(self) -> str:
        return inspect.getdoc(getattr(self.thing, "__func__", self.thing)) or ""

    @property
    def is_called(self) -> bool:
        return not isinstance(self.thing, property)


def public() -> Iterator[Public]:
    """Each once, by the first name that it has."""
    seen: set[int] = set()
    for layer in LAYERS:
        for word in layer.__all__:
            thing, name = getattr(layer, word), f"{layer.__name__}.{word}"
            if not _ours(thing):
                continue
            for one in _members(thing, name) if isinstance(thing, type) else [Public(name, thing)]:
                if id(one.thing) not in seen and (
                    inspect.isroutine(getattr(one.thing, "__func__", one.thing)) or not one.is_called
                ):
                    seen.add(id(one.thing))
                    yield one


def _ours(thing: object) -> bool:
    return (getattr(thing, "__module__", None) or "farcall").split(".")[0] == "farcall"


def _members(cls: type, name: str) -> Iterator[Public]:
    """What a class and its bases have, where these are farcall's."""
    named: set[str] = set()
    for base in cls.__mro__:
        for word, thing in vars(base).items() if _ours(base) else ():
            if word[0] != "_" and word not in OWN | named:
                named.add(word)
                yield Public(f"{name}.{word}", thing)


def failures(text: str, name: str) -> str:
    """What the examples in a docstring do otherwise than they say."""
    test = doctest.DocTestParser().get_doctest(text, dict(GIVEN), name, None, 0)
    report: list[str] = []
    doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    return "".join(report)
