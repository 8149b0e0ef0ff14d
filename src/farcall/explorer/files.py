"""The page's files, by the name that it is asked for."""

from __future__ import annotations

from importlib.resources import files

from ..record import NamedTuple

__all__ = ["File", "page_files"]

#: Their kinds, by the end of the name.
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class File(NamedTuple):
    """A file of the page: its media type and its bytes."""

    type: str
    data: bytes


def page_files() -> dict[str, File]:
    """All files of the page, read once: `index.html`, and those that it names."""
    found = {}
    for file in sorted(files(__package__).joinpath("page").iterdir(), key=lambda file: file.name):
        kind = KINDS.get(file.name[file.name.rfind(".") :])
        if kind is not None:
            found[file.name] = File(kind, file.read_bytes())
    return found
