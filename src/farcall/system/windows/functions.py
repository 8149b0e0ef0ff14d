"""The system's own C functions by name, called with words, and its answers as exceptions."""

from __future__ import annotations

from functools import lru_cache

from ... import seed

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BOOL", "failure", "function", "raise_error"]

#: What of a word is a BOOL, a DWORD or an int: the upper half is anything.
BOOL = 0xFFFFFFFF


@lru_cache(maxsize=64)  # farcall's own few
def function(name: str, count: int) -> Callable[..., int]:
    """A function that kernel32 exports, of so many words. OSError where this Windows does not have it."""
    address = seed.symbol(name)
    if not address:
        raise OSError(f"this Windows has no {name}")
    return seed.system_function(address, count)


def failure() -> OSError:
    """The last error of the running thread, which nothing may have changed, with the system's number and text."""
    try:
        raise_error(0)  # GetLastError's
    except OSError as error:
        return error
    return OSError("the system gives no reason")


def raise_error(number: int) -> None:
    """Raise the OSError of a number of the system's; of the last error for 0."""
    seed.word_function(seed.symbol("PyErr_SetFromWindowsErr"), 1)(number)
