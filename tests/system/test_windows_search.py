"""What names of libraries mean on Windows, tried on any host: nothing is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.system.windows import search


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of libraries, the only one that is searched."""
    for name in ("sqlite3.dll", "libpng16-16.dll", "libpng16-9.dll", "zlib1.dll", "notes.txt"):
        (tmp_path / name).touch()
    monkeypatch.setattr(search, "directories", lambda: [str(tmp_path)])
    return tmp_path


def test_short_names_and_file_names(folder: Path) -> None:
    assert list(search.candidates("sqlite3")) == ["sqlite3.dll", "libsqlite3.dll"]
    assert list(search.candidates("SQLite3.DLL")) == ["SQLite3.DLL"]
    versions = [str(folder / f"libpng16-{n}.dll") for n in (16, 9)]
    assert list(search.candidates("png16")) == ["png16.dll", "libpng16.dll", *versions]
    assert list(search.candidates("m"))[-1] == "ucrtbase.dll"


def test_paths_stand_for_themselves() -> None:
    for path in (r"C:\x\y.dll", r".\y.dll", "x/y", "C:y.dll"):
        assert search.is_path(path)
        assert list(search.candidates(path)) == [path]
    assert not search.is_path("y.dll")


def test_short_name() -> None:
    assert [search.short_name(name) for name in ("libsqlite3-0.dll", "SQLite3.dll", "sqlite3", r"C:\x\Lib.dll")] == [
        "sqlite3", "sqlite3", "sqlite3", "lib",
    ]  # fmt: skip


def test_known_and_similar(folder: Path) -> None:
    assert search.known_libraries() == ["libpng16-16.dll", "libpng16-9.dll", "sqlite3.dll", "zlib1.dll"]
    assert search.similar_libraries("sqlite") == ["sqlite3.dll"]
