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

#: AAPCS64 §5.1 and §10.1.2: plain char and wchar_t are unsigned, long double is the IEEE's 128-bit format.
LP64_ARM = replace(
    LP64, name="LP64-arm", long_double_format="binary128", wchar_signed=False, char_signed=False, bit_fields="aapcs",
    vector_align_limit=16,
)  # fmt: skip
#: Apple's arm64: as on its Intel machines, but long double is double.
LP64_APPLE = replace(
    LP64, name="LP64-apple", long_double=8, long_double_align=8, long_double_format="binary64", vector_align_limit=16
)
LLP64_ARM = replace(LLP64, name="LLP64-arm", vector_align_limit=16)

TARGETS = {
    t.name: t
    for t in (
        Target("x86_64-linux", cpu="x86_64", system="linux", model=LP64, convention="sysv"),
        Target("x86_64-windows-msvc", cpu="x86_64", system="windows", model=LLP64, convention="win64"),
        Target("x86_64-windows-gnu", cpu="x86_64", system="windows", model=LLP64_GNU, convention="gnuw64"),
        Target("aarch64-linux", cpu="aarch64", system="linux", model=LP64_ARM, convention="aapcs64"),
        Target("aarch64-macos", cpu="aarch64", system="macos", model=LP64_APPLE, convention="apple-arm64"),
        Target("aarch64-windows", cpu="aarch64", system="windows", model=LLP64_ARM, convention="windows-arm64"),
    )
}


def target(name: str) -> Target:
    """The target called `name`. Raises UnsupportedTargetError, naming those there are."""
    try:
        return TARGETS[name]
    except KeyError:
        raise UnsupportedTargetError(f"no target {name!r}; there are: {', '.join(sorted(TARGETS))}") from None
