"""What is no ordinary file is not read: nobody waits for a pipe, or reads a device that has no end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import farcall
from farcall.cdecl.header import cache
from farcall.system.elf import ElfFile
from farcall.system.linux.linker_cache import cached_libraries
from farcall.system.linux.linker_script import redirections
from farcall.system.regular import read_regular

MOST = 100


@pytest.fixture(params=("fifo", "endless", "directory", "missing", "fifo by a link"))
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    place = tmp_path / "odd"
    if request.param == "directory":
        place.mkdir()
    elif request.param == "endless":
        place.symlink_to("/dev/zero")
    elif request.param != "missing":
        os.mkfifo(tmp_path / "pipe")
        place.symlink_to(tmp_path / "pipe")
        if request.param == "fifo":
            os.replace(tmp_path / "pipe", place)
    return place


def test_it_is_refused(odd: Path) -> None:
    with pytest.raises(OSError, match=r"not an ordinary file|No such file"):
        read_regular(odd, MOST)


def test_nobody_waits_for_it(odd: Path) -> None:
    assert cache._read(odd) is None
    assert cached_libraries(str(odd)) == ()
    assert redirections(str(odd)) == []
    with pytest.raises((OSError, ValueError)):
        ElfFile(str(odd))


def test_large_files_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(bytes(MOST))
    assert read_regular(place, MOST) == bytes(MOST)
    with pytest.raises(OSError, match="more than 99"):
        read_regular(place, MOST - 1)
    with open(place, "wb") as file:
        file.truncate(1 << 40)
    assert cached_libraries(str(place)) == ()
    assert cache._read(place) is None


def test_headers_are_read_where_the_cache_is_odd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """A pipe under the name of the file: the header is read, and the file made anew."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(cache, "_live", {})
    header = tmp_path / "made.h"
    header.write_text("struct s { int a; };")
    try:
        farcall.cdef(include=header)
    except farcall.DeclarationError:
        pytest.skip("needs cc")
    (file,) = (tmp_path / "farcall" / "headers").glob("*.json")
    file.unlink()
    os.mkfifo(file)
    cache._live.clear()
    assert farcall.sizeof(farcall.cdef(include=header).types.s) == 4
    assert file.is_file()
