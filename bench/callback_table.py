"""The times of callbacks as text."""

from __future__ import annotations

from statistics import median

from bench.clock import Time
from bench.table import number, verdict

__all__ = ["callback_tables"]

Rows = dict[str, dict[str, Time]]

TITLES = {"hold": "callback, C holds the GIL", "release": "callback, C does not hold the GIL"}
PEERS = ("farcall", "C ext", "ctypes", "cffi callback", "cffi extern")
CFFI = ("cffi callback", "cffi extern")


def callback_tables(times: dict[str, Rows]) -> str:
    """Nanoseconds a callback of every peer, and the ratios that count."""
    parts = [_table(TITLES[policy], times[policy]) for policy in TITLES]
    head = "callbacks: nanoseconds a turn of C's loop, the median of the rounds"
    return "\n\n".join([head, *parts, _handlers(times["C"])])


def _table(title: str, rows: Rows) -> str:
    head = f"{title:<34}" + "".join(f"{peer:>14}" for peer in PEERS)
    lines = [head + f"{'farcall/C':>11}{'ctypes/f':>10}{'cffi/f':>8}"]
    for text, by in rows.items():
        cells = "".join(f"{by[peer].median:14.1f}" for peer in PEERS)
        ratios = (_over(by, "farcall", "C ext"), _over(by, "ctypes", "farcall"), _cffi(by))
        lines.append(f"{text:<34}{cells}{ratios[0]:11.2f}{ratios[1]:10.1f}{ratios[2]:8.1f}")
    against = [_over(by, "farcall", "C ext") for by in rows.values()]
    lines += [
        verdict("median of farcall / C ext", median(against), 1.0, at_most=True),
        verdict(
            "least of ctypes / farcall", min(_over(by, "ctypes", "farcall") for by in rows.values()), 1.4, at_most=False
        ),
        verdict("least of the best of cffi / farcall", min(map(_cffi, rows.values())), 2.2, at_most=False),
    ]
    return "\n".join(lines)


def _handlers(rows: Rows) -> str:
    lines = [f"{'handler in C, called by C':<34}{'farcall':>14}{'libffi':>14}{'farcall/libffi':>16}"]
    known = [by for by in rows.values() if "libffi" in by]
    for text, by in rows.items():
        ratio = _over(by, "farcall", "libffi") if "libffi" in by else None
        other = by["libffi"].median if "libffi" in by else None
        lines.append(f"{text:<34}{by['farcall'].median:14.2f}{number(other, '14.2f'):>14}{number(ratio, '16.2f'):>16}")
    worst = max((_over(by, "farcall", "libffi") for by in known), default=None)
    lines.append(verdict("worst of farcall / libffi", worst, 0.5, at_most=True))
    return "\n".join(lines)


def _over(by: dict[str, Time], over: str, under: str) -> float:
    """How many times `over` takes as long as `under`, by the medians of the rounds."""
    return by[over].median / by[under].median


def _cffi(by: dict[str, Time]) -> float:
    return min(_over(by, peer, "farcall") for peer in CFFI)
