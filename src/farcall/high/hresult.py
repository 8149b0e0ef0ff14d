"""A check for functions that return an HRESULT, as those of Windows' component model (COM) do."""

from __future__ import annotations

from typing import Any

from ..system import running

__all__ = ["check_hresult"]


def check_hresult(result: Any, function: Any, arguments: tuple[Any, ...]) -> Any:
    """For `check=`: gives an HRESULT that says that all went well, as it is, and raises OSError for one of a failure, with the
    system's text and as `winerror` the HRESULT; `filename` is the function. With `out=` the HRESULT is the first of what the call
    returns. TypeError for a result that is no int.

        >>> parse = farcall.Library("libc.so.6").function("int atoi(const char *text)", check=farcall.check_hresult)
        >>> parse("1")
        1
        >>> parse("-2147467259")
        Traceback (most recent call last):
        OSError: atoi() returned 0x80004005
    """
    name = getattr(function, "__name__", "function")
    status = result[0] if isinstance(result, tuple) else result
    if not isinstance(status, int):
        raise TypeError(f"{name}(): an HRESULT is an int, not {type(status).__name__}")
    if status < 0:
        raise running().result_error(status, name)
    return result
