"""The exceptions farcall raises, one tree.

    FarcallError
    ├── DeclarationError (ValueError)      a C declaration that does not parse, with line, column and the text
    ├── UnsupportedTypeError (TypeError)   a C type that this target or version cannot pass, by name
    ├── UnsupportedTargetError             a CPU, system or interpreter without a row in the tables
    ├── IncompleteTypeError (TypeError)    the size of a type whose members are not declared was asked for
    ├── LibraryError (OSError)             a library that cannot be opened, with all that was tried
    │   └── LibraryClosedError             a function or variable of a library after `close()`
    ├── SymbolError (AttributeError)       a name the library does not have, with similar names
    ├── MemoryPolicyError (OSError)        the system refuses executable memory, with the policy and how to fix it
    ├── NullPointerError (ValueError)      a NULL was to be called or dereferenced
    ├── FreedMemoryError (ValueError)      memory was to be used that an arena or a destructor has freed
    └── ClosureError (RuntimeError)        a closure that is closed, has run already or is running

Wrong arguments raise Python's own `TypeError`, `ValueError` and `OverflowError`, naming function and parameter.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ClosureError",
    "DeclarationError",
    "FarcallError",
    "FreedMemoryError",
    "IncompleteTypeError",
    "LibraryClosedError",
    "LibraryError",
    "MemoryPolicyError",
    "NullPointerError",
    "SymbolError",
    "UnsupportedTargetError",
    "UnsupportedTypeError",
]


class FarcallError(Exception):
    """The root: whatever farcall raises that is not one of Python's own argument errors."""


class DeclarationError(FarcallError, ValueError):
    """A C declaration that cannot be understood.

    `line` and `column` count from 1 (0 where unknown); `text` is the offending source line.
    """

    def __init__(self, message: str, *, line: int = 0, column: int = 0, text: str = "") -> None:
        self.message = message
        self.line = line
        self.column = column
        self.text = text
        super().__init__(message, line, column, text)

    def __str__(self) -> str:
        if not self.line:
            return f"{self.message}: {self.text!r}" if self.text else self.message
        where = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        shown = f"\n    {self.text}" if self.text else ""
        if shown and self.column:
            shown += "\n    " + " " * (self.column - 1) + "^"
        return f"{where}: {self.message}{shown}"


class UnsupportedTypeError(FarcallError, TypeError):
    """A C type that cannot (yet) be passed, returned or laid out here; the message names it."""


class UnsupportedTargetError(FarcallError):
    """A CPU, operating system or interpreter that farcall has no row for; the message names it."""


class IncompleteTypeError(FarcallError, TypeError):
    """A struct or union without members, or an array without length, where its size is needed."""


class LibraryError(FarcallError, OSError):
    """A shared library that cannot be opened; the message lists what was tried, and similar names."""


class LibraryClosedError(LibraryError):
    """A use of a library, or of something from it, after it was closed."""


class SymbolError(FarcallError, AttributeError):
    """A symbol the library does not export, or that is not what it was declared to be.

    Similar names are looked for when the message is shown: a feature test (`hasattr`) does not wait for them. `args` has
    the message without them.
    """

    def __init__(self, message: str = "", *, similar: Callable[[], str] | None = None) -> None:
        super().__init__(message)
        self._similar = similar
        self._said = ""

    def __str__(self) -> str:
        similar, self._similar = self._similar, None
        if similar is not None:
            try:  # noqa: SIM105 - contextlib is not loaded for this
                self._said = similar()
            except (FarcallError, ImportError):  # the library was closed since, or Python ends
                pass
        return super().__str__() + self._said

    def __reduce__(self) -> tuple[type[SymbolError], tuple[str]]:
        return type(self), (str(self),)


class MemoryPolicyError(FarcallError, OSError):
    """The system refuses memory that can be executed; the message names the policy and how to fix it."""


class NullPointerError(FarcallError, ValueError):
    """NULL was to be called or dereferenced."""


class FreedMemoryError(FarcallError, ValueError):
    """Memory was to be read, written or passed that its arena or its destructor has freed."""


class ClosureError(FarcallError, RuntimeError):
    """A closure used after it was closed or, if it runs once, had run; or closed by another than its owner."""
