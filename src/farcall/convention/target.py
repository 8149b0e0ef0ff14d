"""Targets: the CPU, system and data model that a placement is made for. One row each; no rules here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..ctype import LLP64, LP64, DataModel
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


#: Windows as gcc has it (MinGW): its long double is the x87's.
LLP64_GNU = replace(LLP64, name="LLP64-gnu", long_double=16, long_double_align=16, long_double_format="x87")

TARGETS = {
    t.name: t
    for t in (
        Target("x86_64-linux", cpu="x86_64", system="linux", model=LP64, convention="sysv"),
        Target("x86_64-windows-msvc", cpu="x86_64", system="windows", model=LLP64, convention="win64"),
        Target("x86_64-windows-gnu", cpu="x86_64", system="windows", model=LLP64_GNU, convention="gnuw64"),
    )
}


def target(name: str) -> Target:
    """The target called `name`. Raises UnsupportedTargetError, naming those there are."""
    try:
        return TARGETS[name]
    except KeyError:
        raise UnsupportedTargetError(f"no target {name!r}; there are: {', '.join(sorted(TARGETS))}") from None
