"""The numbers as text."""

from __future__ import annotations

from statistics import median

from bench.clock import Time
from bench.row import ROWS
from bench.startup import Startup

__all__ = ["binding_table", "call_table", "startup_line"]

ABSENT = "n/a"
Times = dict[str, dict[str, Time]]

# Title, key of farcall, key of the extension.
POLICIES = {
    "hold": ('gil="hold"', "farcall hold", "ext hold"),
    "release": ('gil="release"', "farcall release", "ext release"),
}
OTHERS = ("ctypes", "cffi ABI", "cffi API")


def number(value: float | None, form: str) -> str:
    return ABSENT if value is None else format(value, form)


def verdict(label: str, value: float | None, goal: float, *, at_most: bool) -> str:
    sign = "<=" if at_most else ">="
    if value is None:
        return f"  {label:<46} {ABSENT:>7}  (goal {sign} {goal:g})"
    met = value <= goal if at_most else value >= goal
    return f"  {label:<46} {value:7.2f}  (goal {sign} {goal:g}: {'met' if met else 'MISSED'})"


def ratios(times: Times, over: str, under: str, rows: list[str]) -> list[float]:
    """How many times `over` takes as long as `under`, by the best rounds."""
    return [
        times[row][over].best / times[row][under].best for row in rows if over in times[row] and under in times[row]
    ]


def call_table(times: Times, policy: str) -> str:
    """Nanoseconds a call of every peer, and the ratios that count, for one policy of the GIL."""
    title, farcall, extension = POLICIES[policy]
    keys = (farcall, extension, *OTHERS)
    lines = [
        f"{title:<32}{'farcall':>9}{'C ext':>9}" + "".join(f"{key:>10}" for key in OTHERS)
        + f"{'farcall/C':>12}" + "".join(f"{key + '/f':>12}" for key in OTHERS)
    ]  # fmt: skip
    for row, by_key in times.items():
        cells = [number(by_key[key].best if key in by_key else None, ".1f") for key in keys]
        against = [number(next(iter(ratios(times, farcall, extension, [row])), None), ".2f")]
        against += [number(next(iter(ratios(times, key, farcall, [row])), None), ".1f") for key in OTHERS]
        lines.append(
            f"{row:<32}{cells[0]:>9}{cells[1]:>9}"
            + "".join(f"{cell:>10}" for cell in cells[2:])
            + "".join(f"{cell:>12}" for cell in against)
        )
    return "\n".join([*lines, *goals(times, policy)])


def goals(times: Times, policy: str) -> list[str]:
    _, farcall, extension = POLICIES[policy]
    rows = list(times)
    to_extension = ratios(times, farcall, extension, rows)
    lines = [
        verdict(
            "median of farcall / C ext",
            median(to_extension) if to_extension else None,
            1.0,
            at_most=True,
        )
    ]
    if policy == "hold":
        scalar = [row.name for row in ROWS if row.scalar and row.name in times]
        worst = min(ratios(times, "ctypes", farcall, scalar), default=None)
        lines.append(verdict("worst of farcall / C ext", max(to_extension, default=None), 1.1, at_most=True))
        lines.append(verdict("least of ctypes / farcall, scalar rows", worst, 10, at_most=False))
    else:
        for key, goal in (("ctypes", 4.0), ("cffi API", 1.0)):
            worst = min(ratios(times, key, farcall, rows), default=None)
            lines.append(verdict(f"least of {key} / farcall", worst, goal, at_most=False))
    return lines


def binding_table(binding: dict[str, dict[str, float]]) -> str:
    farcall = binding["farcall"]
    known = {key: times["known signature, us"] for key, times in binding.items() if key != "farcall"}
    lines = [
        "binding a function, microseconds (types already parsed)",
        verdict("a new signature", farcall.get("new signature, us"), 1000, at_most=True),
        verdict("a known signature", farcall.get("known signature, us"), 30, at_most=True),
        f"  {'a known signature, declaration parsed as well':<46} "
        f"{number(farcall.get('known signature as text, us'), '7.2f'):>7}",
    ]
    lines += [f"  {f'for comparison, {key}':<46} {value:7.2f}" for key, value in known.items()]
    lines.append("memory of a bound function of a known signature, bytes")
    for label in ("resident", "code", "Python heap"):
        lines.append(f"  {label:<46} {number(farcall.get(f'{label} bytes a function'), '7.0f'):>7}")
    return "\n".join(lines)


def startup_line(times: Startup) -> str:
    return "\n".join(
        [
            f"import, milliseconds (bare interpreter {times.bare:.1f}, with farcall {times.imported:.1f})",
            verdict("import farcall adds", times.difference, 25, at_most=True),
        ]
    )
