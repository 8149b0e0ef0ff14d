"""The files and directories that it depends on what headers declare: as long as they are as they were, so is that."""

from __future__ import annotations

import os
from contextlib import suppress

from .package import description_files
from .preprocessor import program

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .header import Header

__all__ = ["sources"]

#: Where compilers look by themselves, beside where they have found something.
USUAL = ("/usr/local/include", "/usr/include")


def sources(header: Header) -> set[str]:
    """All files that were read for a header, the directories that these lie in or that were named, in which another file
    could come before one of them, the preprocessor, and what pkg-config was told by."""
    asked = header.asked
    files = {os.path.abspath(file) for file in header.index.files if not file.startswith("<")}
    named = [*asked.directories, *[flag[2:] for flag in asked.flags if flag.startswith("-I")]]
    directories = {os.path.dirname(file) for file in files}.union(map(os.path.abspath, named), USUAL)
    found = files | directories | {program()[0]}
    if asked.packages:
        with suppress(OSError):
            found.update(description_files())
    return found
