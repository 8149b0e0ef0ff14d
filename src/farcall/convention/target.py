"""Targets: the CPU, system and data model that a placement is made for. One row each; no rules here."""

from __future__ import annotations

from dataclasses import dataclass

from ..ctype import LP64, DataModel
from ..errors import UnsupportedTargetError

__all__ = ["TARGETS", "Target", "target"]


@dataclass(frozen=True, slots=True)
class Target:
    """What decides a placement. `convention` names the calling convention used where none is asked for."""

    name: str
    cpu: str
    system: str
    model: DataModel
    convention: str

    def __str__(self) -> str:
        return self.name


TARGETS = {t.name: t for t in (Target("x86_64-linux", cpu="x86_64", system="linux", model=LP64, convention="sysv"),)}


def target(name: str) -> Target:
    """The target called `name`. Raises UnsupportedTargetError, naming those there are."""
    try:
        return TARGETS[name]
    except KeyError:
        raise UnsupportedTargetError(f"no target {name!r}; there are: {', '.join(sorted(TARGETS))}") from None
