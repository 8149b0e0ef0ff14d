"""Drawings as plain data, for programs and pages that draw for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from .difference import differing
from .shape import Drawing

__all__ = ["data"]


def data(drawings: Sequence[Drawing]) -> dict[str, Any]:
    """`{"drawings": [...], "differing": [...]}`: the records of `shape` as dictionaries by the names of their fields, with
    lists for tuples, and the indices of the values that are not passed alike in all drawings. JSON can hold all of it."""
    return {"drawings": [_plain(drawing) for drawing in drawings], "differing": sorted(differing(drawings))}


def _plain(thing: Any) -> Any:
    if is_dataclass(thing):
        return {field.name: _plain(getattr(thing, field.name)) for field in fields(thing)}
    if isinstance(thing, tuple):
        return [_plain(item) for item in thing]
    return thing
