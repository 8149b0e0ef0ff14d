"""Results as a table, and the counts last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tests.libffi.program import Variant

__all__ = ["Result", "counts", "table"]


class Result(NamedTuple):
    """`outcome` is "passed", "failed" or "skipped"; `reason` says why it is not passed."""

    variant: Variant
    outcome: str
    reason: str = ""


def table(results: Iterable[Result]) -> str:
    """A row for each folder, and below it why variants do not apply."""
    results = list(results)
    lines = [f"{'directory':<18}{'programs':>9}{'variants':>9}{'passed':>8}{'failed':>8}{'not applicable':>16}"]
    for folder in dict.fromkeys(result.variant.program.folder for result in results):
        own = [result for result in results if result.variant.program.folder == folder]
        outcomes = Counter(result.outcome for result in own)
        programs = len({result.variant.program.name for result in own})
        lines.append(
            f"{folder:<18}{programs:>9}{len(own):>9}{outcomes['passed']:>8}{outcomes['failed']:>8}"
            f"{outcomes['skipped']:>16}"
        )
    reasons = Counter(
        (result.variant.program.folder, result.reason) for result in results if result.outcome == "skipped"
    )
    lines += [f"not applicable: {folder}, {count}: {reason}" for (folder, reason), count in reasons.items()]
    return "\n".join(lines)


def counts(results: Iterable[Result]) -> str:
    found = Counter(result.outcome for result in results)
    return f"{found['passed']} passed, {found['failed']} failed, {found['skipped']} skipped"
