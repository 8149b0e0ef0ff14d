"""What earlier processes bound, for the next start: images of code that are loaded before anything else of farcall is.

A program that has bound functions leaves images of them behind when it ends (`build.leaving` makes them): machine code in a
shared object, with the addresses that it needs in writable cells. The next process that opens such a library, and binds such
a function, is given a builtin over that code. It calls C as any other does; everything else that may be asked of it, or of the
library, has the rest of farcall be loaded, and its cells filled with what there is then. From then on the builtin is like all
others: only its code lies elsewhere. Until then there is no value, no closure and no closed library that it could meet.

`place` says where images are and which are trusted, `image` loads one, `early` has the libraries and functions that were
opened before the rest was there, `notes` what to leave behind.

`farcall.Library` comes here first, so this room loads only what is used of it, and nothing else but `seed`.
"""

from __future__ import annotations

import sys

from .place import wanted

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .early import EarlyDeclared, EarlyLibrary

__all__ = ["awake", "keep", "known", "note", "opened", "takes_notes"]

EARLY = f"{__name__}.early"
_takes_notes: list[bool] = []  # whether notes are taken, once it is known


def opened(library: Any, name: object, gil: object) -> EarlyLibrary | None:
    """A library, as far as images have what is asked of it; None where everything has to be loaded for it. Raises ValueError
    for a wrong FARCALL_CACHE, and an auditing event `farcall.open` with the name."""
    if not wanted():
        return None
    from . import early

    return early.opened(library, name, gil)


def known(library: Any, text: object, headers: dict[str, Any]) -> EarlyDeclared | None:
    """What stands for what a text or headers declare in a library, as far as images know it: see `early.EarlyLibrary.cdef`."""
    early: EarlyLibrary | None = vars(library).get("_early")
    return None if early is None else early.cdef(library, text, headers)


def awake() -> None:
    """Have every library and function that was opened early become what they are when all of farcall is loaded. Does nothing
    where there are none."""
    early: Any = sys.modules.get(EARLY)
    if early is not None:
        early.awake()


def note(library: str, path: str, text: str, gil: str, name: str, function: Any, document: bytes) -> None:
    """Note a function of a library that was opened by name, to be left behind for the next process. `document` is its name and
    docstring, each with a NUL; empty of one that an image has."""
    if takes_notes():
        from .notes import take

        take(library, path, text, gil, name, function, document)


def keep(library: str, path: str, text: str, value: Any) -> None:
    """Note what a text stands for, of a library that was opened by name, to be left behind for the next process: a constant, or
    of declarations their key and the files that they were read from."""
    if takes_notes():
        from .notes import keep

        keep(library, path, text, value)


def takes_notes() -> bool:
    """Whether anything is left behind."""
    if not _takes_notes:
        _takes_notes.append(wanted() and not sys.dont_write_bytecode)
    return _takes_notes[0]
