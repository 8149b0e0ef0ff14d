"""Macros for members of structs: `st_mtime` for `st_mtim.tv_sec`, `sa_handler` for `__sigaction_handler.sa_handler`.

A struct that has the first member on the way knows the member at the end by the macro's name too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ...ctype import Array, CType, Pointer, Record, unqualified
from .index import Index

__all__ = ["Aliases", "aliases", "give"]

PATH = re.compile(r"[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*|\s*\[\s*\d+\s*\])*")
STEP = re.compile(r"[A-Za-z_]\w*|\d+")

#: By the first member on the way: the macro's name and the way.
Aliases = Mapping[str, Iterable[tuple[str, tuple[str | int, ...]]]]


def aliases(index: Index) -> Aliases:
    """The macros of headers that may stand for members."""
    found: dict[str, list[tuple[str, tuple[str | int, ...]]]] = {}
    for name, macro in index.macros.items():
        if not PATH.fullmatch(macro.text):
            continue
        path = tuple(int(step) if step.isdigit() else step for step in STEP.findall(macro.text))
        first = path[0]
        assert isinstance(first, str)
        if len(path) > 1 or (first not in index.values and first not in index.types):
            found.setdefault(first, []).append((name, path))
    return found


def give(types: Iterable[CType], known: Aliases) -> None:
    """Have these structs and unions, and those in them, know their members by the macros' names."""
    for record in _records(types):
        for field in record.fields or ():
            for name, path in known.get(field.name or "", ()):
                record.aliases[name] = path
            inner = unqualified(field.type)
            if field.name is None and isinstance(inner, Record):  # its members are the record's own
                record.aliases.update(inner.aliases)


def _records(types: Iterable[CType], depth: int = 0) -> Iterator[Record]:
    """The records among types, behind those that are in them."""
    for type in types:
        plain = unqualified(type)
        while isinstance(plain, (Array, Pointer)):
            inner = unqualified(plain.element if isinstance(plain, Array) else plain.target)
            if isinstance(plain, Pointer) and not (isinstance(inner, Record) and inner.tag is None):
                break  # a struct with a tag has an entry of its own
            plain = inner
        if isinstance(plain, Record) and plain.fields is not None and depth < 60:
            yield from _records((field.type for field in plain.fields), depth + 1)
            yield plain
