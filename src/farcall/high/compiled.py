"""Small libraries that the C compiler makes of headers' text, kept on disk beside the headers' indexes.

A file is named by the hash of all that it depends on: what the headers say, the C text, the compiler's command, the library that
it is linked with. Code from there runs in the process, so only a directory that is the user's alone serves; where there
is none, files live as long as the process.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from ..cache.place import private
from ..cdecl.header import Header
from ..cdecl.header.cache import directory
from ..cdecl.header.preprocessor import LONGEST, compiler, source
from ..cpython.facts.host import host_target
from ..errors import DeclarationError
from ..library import SharedObject

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

__all__ = ["compiled"]

#: Whether files have users: where they have none, nothing is kept.
USERS = hasattr(os, "geteuid")
#: How many libraries are kept; beyond, the oldest go.
MOST = 256
#: A change of the files' form.
FORM = 1
#: Without unwinding tables of their own exceptions would not pass; nothing in the text is farcall's to warn about.
FLAGS = ("-shared", "-fPIC", "-O2", "-funwind-tables", "-w")

#: What is open, by key: no code goes while functions of it may be bound.
_open: dict[str, SharedObject] = {}


def compiled(header: Header, text: str, linked: str) -> SharedObject:
    """The library of C text behind a header, linked with the library at the path `linked`, if that is one. Raises
    DeclarationError where there is no compiler, and with the compiler's own words for what it does not take."""
    from hashlib import sha256

    whole = source(header.asked) + text
    words = compiler(header.asked)
    told = (FORM, header.compiled_as, whole, words, linked, _stamp(linked), str(host_target()))
    key = sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()
    found = _open.get(key)
    if found is None:
        file = _place() / f"{key}.so"
        if not _ours(file):
            _make(file, words, whole, linked, header.name)
        found = _open.setdefault(key, SharedObject(file))
    return found


def _stamp(path: str) -> tuple[int, int]:
    """What tells one state of a library's file from another."""
    try:
        told = os.stat(path) if path else None
    except OSError:
        told = None
    return (told.st_size, told.st_mtime_ns) if told else (0, 0)


def _place() -> Path:
    """The directory of the libraries: beside the headers' indexes, if it is the user's alone."""
    kept = directory()
    if kept is not None and USERS:
        place = kept.parent / "inline"
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            return Path(_temporary().name)
        real = private(str(place))
        if real:
            return Path(real)
    return Path(_temporary().name)


@cache
def _temporary() -> TemporaryDirectory[str]:
    from tempfile import TemporaryDirectory

    return TemporaryDirectory(prefix="farcall-", ignore_cleanup_errors=True)


def _ours(file: Path) -> bool:
    """Whether a file is there which the user has written, and nobody else may."""
    try:
        told = file.lstat()
    except OSError:
        return False
    mine = not USERS or told.st_uid == os.geteuid()
    return mine and not told.st_mode & 0o022 and told.st_size > 0


def _make(file: Path, words: list[str], text: str, linked: str, name: str) -> None:
    import subprocess
    import tempfile

    handle, made = tempfile.mkstemp(prefix=".", suffix=".so", dir=file.parent)
    os.close(handle)
    try:
        with_library = ["-x", "none", linked] if linked else []
        try:
            done = subprocess.run(
                [*words, *FLAGS, "-x", "c", "-", *with_library, "-o", made],
                input=text, capture_output=True, encoding="utf-8", errors="surrogateescape", timeout=LONGEST,
                env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DeclarationError(f"the compiler {words[0]} does not run: {error}") from None
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
            raise DeclarationError(f"{name}: the compiler says: {'; '.join(lines[:2]) or 'nothing, but fails'}")
        os.chmod(made, 0o700)
        os.replace(made, file)
    finally:
        Path(made).unlink(missing_ok=True)
    _prune(file)


def _prune(new: Path) -> None:
    """Delete the oldest files beyond the number kept."""
    dated = []
    for file in new.parent.glob("*.so"):
        try:
            dated.append((file.stat().st_mtime, file))
        except OSError:  # another process prunes as well
            continue
    for _, file in sorted(dated)[: max(0, len(dated) - MOST)]:
        if file != new:
            file.unlink(missing_ok=True)
