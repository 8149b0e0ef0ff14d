"""The running process as a library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from .library import Library

if TYPE_CHECKING:
    from .library import Path

__all__ = ["cdef"]


@overload
def cdef(text: str) -> Library: ...
@overload
def cdef(
    *,
    include: Path | Sequence[Path],
    include_dirs: Path | Sequence[Path] = (),
    defines: Mapping[str, str | int | None] | None = None,
    pkg_config: str | Sequence[str] = (),
) -> Library: ...
def cdef(
    text: Any = None, *, include: Any = None, include_dirs: Any = (), defines: Any = None, pkg_config: Any = ()
) -> Any:
    """The running process as a library, with these declarations: a new `Library(None)` after its `cdef`.

    Types and constants of any header can be used so; functions and variables where the process has them, as it has
    those of the C library and of Python. Raises DeclarationError for wrong text, or a header that is not found.

        >>> farcall.cdef("int abs(int n);").abs(-5)
        5
    """
    library: Any = Library(None)
    library.cdef(text, include=include, include_dirs=include_dirs, defines=defines, pkg_config=pkg_config)
    return library
