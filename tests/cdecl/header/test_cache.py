"""Indexes on disk: made once, checked, remade where they are broken, written by many at once."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from farcall.cdecl import Scope
from farcall.cdecl.header import Header, Include, cache, include, preprocessor
from tests.ctype.measure import HERE

Asked = list[int]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "_live", {})
    (tmp_path / "made.h").write_text("struct s { int a; };\n#define X 42\nint f(struct s *);\n")
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """How often the headers' macros were asked for: once for each index made."""
    count: Asked = []
    expansions = preprocessor.expansions

    def counted(include: Include, names: list[str]) -> dict[str, str]:
        count.append(len(names))
        return expansions(include, names)

    monkeypatch.setattr(preprocessor, "expansions", counted)
    return count


def included(home: Path) -> Header:
    """The header, as another process would read it."""
    cache._live.clear()
    header = include(Include.checked(home / "made.h"), Scope(HERE))
    assert header.constants == {"X": 42}
    assert set(header.functions) == {"f"}
    return header


def files(home: Path) -> list[Path]:
    return sorted((home / "cache" / "farcall" / "headers").iterdir())


def test_an_index_is_made_once(home: Path, asked: Asked) -> None:
    first, second = included(home), included(home)
    assert len(asked) == 1
    assert json.dumps(first.index) == json.dumps(second.index)
    (file,) = files(home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_in_one_process_it_is_read_once(home: Path) -> None:
    kept = included(home).index
    shutil.rmtree(home / "cache")
    assert include(Include.checked(home / "made.h"), Scope(HERE)).index is kept


def test_another_content_is_another_file(home: Path, asked: Asked) -> None:
    included(home)
    (home / "made.h").write_text("#define X (40 + 2)\nint f(void);\n")
    included(home)
    assert len(asked) == len(files(home)) == 2


@pytest.mark.parametrize("how", ["empty", "cut", "flipped", "nonsense", "other form", "directory", "code"])
def test_a_broken_file_is_made_anew(home: Path, asked: Asked, how: str) -> None:
    included(home)
    (file,) = files(home)
    data = file.read_bytes()
    body = {"other form": b'{"files": 3}', "code": b"cos\nsystem\n(S'exit'\ntR."}.get(how)
    file.unlink()
    if how == "directory":
        file.mkdir()
    elif body is not None:
        file.write_bytes(sha256(body).hexdigest().encode() + b"\n" + body)
    else:
        broken = {"empty": b"", "cut": data[:-20], "flipped": data.replace(b"42", b"43"), "nonsense": b"\x80\x04."}
        file.write_bytes(broken[how])
    included(home)
    assert len(asked) == 2
    assert [name.suffix for name in files(home)] == [".json"]  # and nothing half-written stays
    if how != "directory":
        assert file.read_bytes() == data


def test_without_a_place_to_write_nothing_is_kept(home: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "cache").write_text("a file where the directory should be")
    included(home)
    included(home)
    assert len(asked) == 2
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(home))
    assert cache.directory() == home / ".cache" / "farcall" / "headers"


def test_the_oldest_go(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 2)
    made = []
    for number in range(4):
        (home / "made.h").write_text(f"#define X 42\nint f(int a[{number + 1}]);\n")
        included(home)
        fresh = [file for file in files(home) if file not in made]
        os.utime(fresh[0], (number, number))
        made += fresh
    assert files(home) == sorted(made[2:])


def test_processes_may_write_at_once(home: Path) -> None:
    program = (
        "from farcall.cdecl import Scope; from farcall.cdecl.header import Include, include;"
        "from farcall.cpython.facts.host import host_target; scope = Scope(host_target().model);"
        f"h = include(Include.checked({str(home / 'made.h')!r}), scope); print(h.constants, set(h.functions))"
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    several = [
        subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
        )
        for _ in range(4)
    ]
    assert [process.communicate()[0] for process in several] == [b"{'X': 42} {'f'}\n"] * 4
    assert len(files(home)) == 1
    included(home)
