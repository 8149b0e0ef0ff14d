"""Libraries that exist and look like what was meant, for whoever wrote a name wrong."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

__all__ = ["listed", "similar"]

MOST_NEAR = 5


def similar(
    name: str,
    known: Callable[[], Iterable[str]],
    is_library: Callable[[str], object],
    short_name: Callable[[str], str],
    order: Callable[[str], Any],
) -> list[str]:
    """Of the files beside a path, or of the `known` ones for a name, those that look like it, best first: of several with the
    same short name the first in `order`."""
    from difflib import get_close_matches  # for an error only

    folder = os.path.dirname(name)
    if folder:
        files = [file for file in listed(folder) if is_library(file)]
        return [os.path.join(folder, file) for file in get_close_matches(os.path.basename(name), files, MOST_NEAR)]
    by_short: dict[str, list[str]] = {}
    for file in known():
        by_short.setdefault(short_name(file), []).append(file)
    return [min(by_short[short], key=order) for short in get_close_matches(short_name(name), by_short, MOST_NEAR, 0.7)]


def listed(directory: str) -> list[str]:
    """The names of a directory's files, sorted; none where it cannot be read."""
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []
