"""The process and its user: there is no fork; caches lie with the user's local data."""

from __future__ import annotations

import os

from .functions import BOOL, raise_error

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["at_fork", "cache_directory", "result_error"]


def at_fork(
    *,
    before: Callable[[], object] | None = None,
    after_in_parent: Callable[[], object] | None = None,
    after_in_child: Callable[[], object] | None = None,
) -> None:
    """No process forks here."""


def cache_directory() -> Path | None:
    """%LOCALAPPDATA%; None where the user has none."""
    from pathlib import Path  # for those who keep something there

    chosen = os.environ.get("LOCALAPPDATA", "")
    return Path(chosen) if os.path.isabs(chosen) else None


def result_error(number: int, what: str) -> OSError:
    """With the text that Windows has for an HRESULT."""
    try:
        raise_error(number & BOOL)
    except OSError as error:
        return OSError(error.errno, error.strerror, what, error.winerror)  # type: ignore[attr-defined,unused-ignore]
    return OSError(f"{what}() returned {number & BOOL:#x}")
