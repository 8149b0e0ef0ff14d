"""The natural alignment of a type, by which Arm's conventions place arguments."""

from __future__ import annotations

from ..ctype import CType, DataModel, Record, alignof

__all__ = ["natural_alignment"]


def natural_alignment(type: CType, model: DataModel) -> int:
    """The alignment of a type in bytes; of an aggregate, that of its members, "before any alignment adjustment of the
    entire composite is applied" (AAPCS64 §5.9, AAPCS32 §5.3)."""
    if isinstance(type, Record) and type.align:
        type = Record(type.kind, None, type.fields, pack=type.pack, microsoft=type.microsoft)
    return alignof(type, model)
