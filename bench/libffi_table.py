"""The times of libffi's interface as text."""

from __future__ import annotations

from bench.clock import Time
from bench.libffi import KINDS
from bench.table import number, verdict

__all__ = ["libffi_table"]

Rows = dict[str, dict[str, Time]]
#: The most that farcall may take, as a part of libffi's time.
GOALS = {"ffi_call": 0.15, "closure": 0.5}
#: The rows whose preparing counts, and the microseconds for it.
PREPARING, MOST = {"int64(8 x int64)": "of eight", "pair(pair)": "of structs"}, 0.3


def libffi_table(times: dict[str, Rows]) -> str:
    """Nanoseconds of each use, and the ratios that count. libffi's call plans are timed where it has them."""
    lines = [f"{'libffi interface, used by C':<34}{'farcall':>12}{'libffi':>12}{'farcall/libffi':>16}"]
    worst: dict[str, float | None] = {}
    for kind in KINDS:
        for row, by in times.get(kind, {}).items():
            other = by["libffi"].best if "libffi" in by else None
            ratio = by["farcall"].best / other if other else None
            lines.append(
                f"{kind + ' ' + row:<34}{by['farcall'].best:>12.1f}{number(other, '.1f'):>12}{number(ratio, '.2f'):>16}"
            )
            if ratio is not None:
                worst[kind] = max(worst.get(kind) or 0.0, ratio)
    for kind, goal in GOALS.items():
        lines.append(verdict(f"worst of farcall / libffi, {kind}", worst.get(kind), goal, at_most=True))
    for row, what in PREPARING.items():
        known = times["ffi_prep_cif"][row]["farcall"].best / 1000
        lines.append(verdict(f"preparing a known signature {what}, us", known, MOST, at_most=True))
    return "\n".join(lines)
