"""Indexes of headers kept on disk, by content: what preprocessed to the same text is not read a second time.

A file is named by the hash of the preprocessed text, farcall's version and the data model, and starts with the
hash of the rest, which is JSON: data, never code. One that is broken, or of another form, is ignored and made anew.
Files are written beside their place and renamed, so that several processes may write the same one. The directory,
`farcall/headers` below the one that the system has for the user's caches, may be deleted at any time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ...ctype import DataModel
from ...errors import UnsupportedTargetError
from ...system import running
from ...system.regular import read_regular
from .index import Entry, Index, Macro

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["directory", "kept"]

#: Changes with the form of the files.
FORM = 3

#: The largest file that is read, in bytes: the indexes of the largest headers have some megabytes.
LARGEST = 1 << 28

#: How many files are kept; beyond, the oldest go.
MOST = 64

#: Indexes of this process, by key.
MOST_LIVE = 8
_live: dict[str, Index] = {}


def directory() -> Path | None:
    """Where the files are; None where the user has no place for them."""
    try:
        caches = running().cache_directory()
    except UnsupportedTargetError:  # headers can be read on systems that farcall's code does not run on
        return None
    return caches / "farcall" / "headers" if caches else None


def kept(source: str, model: DataModel, make: Callable[[], Index]) -> Index:
    """The index of preprocessed text: the one kept, or the one that `make` makes, which is kept from then on."""
    from hashlib import sha256

    version = sys.modules[__name__.partition(".")[0]].__version__
    head = f"farcall {version} {FORM} {model!r}\0"
    key = sha256((head + source).encode("utf-8", "surrogateescape")).hexdigest()
    found = _live.get(key)
    if found is None:
        place = directory()
        file = place / f"{key}.json" if place else None
        found = _read(file) if file else None
        if found is None:
            found = make()
            if file is not None:
                with suppress(OSError):  # a full disk or a home that cannot be written: nothing is kept
                    _write(file, found)
        while len(_live) >= MOST_LIVE:
            _live.pop(next(iter(_live)), None)
        _live[key] = found
    return found


def _read(file: Path) -> Index | None:
    from hashlib import sha256

    try:
        data = read_regular(file, LARGEST)
    except OSError:
        return None
    digest, _, body = data.partition(b"\n")
    if digest != sha256(body).hexdigest().encode():
        return None
    try:
        return _index(_parsed(body))
    except (ValueError, TypeError, KeyError, LookupError, RecursionError):
        return None


def _parsed(body: bytes) -> Any:
    import json

    return json.loads(body)


def _index(record: dict[str, Any]) -> Index:
    return Index(
        record["files"],
        [Entry(*entry) for entry in record["entries"]],
        record["types"],
        record["enumerators"],
        record["values"],
        {name: Macro(*macro) for name, macro in record["macros"].items()},
        record["symbols"],
        record["inline"],
        record["calls"],
    )


def _write(file: Path, index: Index) -> None:
    import json
    import tempfile
    from hashlib import sha256

    body = json.dumps(index._asdict(), separators=(",", ":")).encode("ascii")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=file.parent)
    try:
        with open(handle, "wb") as stream:
            stream.write(sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(name, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    _prune(file.parent)


def _prune(place: Path) -> None:
    """Delete the oldest files beyond the number kept."""
    dated = []
    for file in place.glob("*.json"):
        with suppress(OSError):  # another process prunes as well
            dated.append((file.stat().st_mtime, file))
    for _, file in sorted(dated)[: max(0, len(dated) - MOST)]:
        with suppress(OSError):
            file.unlink()
