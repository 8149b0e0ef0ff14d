"""A check for functions that return an HRESULT, as those of Windows' component model (COM) do."""

from __future__ import annotations

from typing import Any

from ..system import running

__all__ = ["check_hresult"]


def check_hresult(result: Any, function: Any, arguments: tuple[Any, ...]) -> int:
    """For `check=`: gives an HRESULT that says that all went well, as it is, and raises OSError for one of a failure, with the
    system's text and as `winerror` the HRESULT; `filename` is the function. TypeError for a result that is no int.

        >>> parse = farcall.Library("libc.so.6").function("int atoi(const char *text)", check=farcall.check_hresult)
        >>> parse("1")
        1
        >>> parse("-2147467259")
        Traceback (most recent call last):
        OSError: atoi() returned 0x80004005
    """
    name = getattr(function, "__name__", "function")
    if not isinstance(result, int):
        raise TypeError(f"{name}(): an HRESULT is an int, not {type(result).__name__}")
    if result < 0:
        raise running().result_error(result, name)
    return result
